//! Files of programs and languages whose output are manifests, told by their names and marks.
//!
//! Takes a path and its bytes; says that the file cannot be assessed where it makes objects, and that it is nothing
//! where it does not. Runs none of them.

use inventory::Reason;

use crate::kind::{FileKind, contains, extension};

/// What a file is that belongs to a generator; none for every other file.
pub(crate) fn kind_of(path: &str, bytes: &[u8]) -> Option<FileKind> {
    let name = path.rsplit('/').next().unwrap_or(path);
    match (name, extension(name)) {
        ("cdk8s.yaml" | "cdk8s.yml", _) => Some(FileKind::Closed(Reason::OtherGenerator)),
        ("Pulumi.yaml" | "Pulumi.yml", _) => Some(pulumi(bytes)),
        ("package.json", _) => Some(closed_if(bytes, &LIBRARIES, Reason::OtherGenerator)),
        ("cdktf.json", _) => Some(closed_if(bytes, &PROVIDERS, Reason::Terraform)),
        (_, "json") if name.ends_with(".tf.json") => Some(closed_if(bytes, &TERRAFORM, Reason::Terraform)),
        (_, "tf" | "tofu" | "hcl") => Some(closed_if(bytes, &TERRAFORM, Reason::Terraform)),
        (_, "jsonnet" | "libsonnet") => Some(FileKind::Closed(Reason::Jsonnet)),
        (_, "cue") => Some(FileKind::Closed(Reason::Cue)),
        ("Tiltfile", _) | (_, "k" | "dhall" | "ncl" | "star" | "bzl" | "pkl" | "nix") => {
            Some(closed_if(bytes, &OBJECTS, Reason::OtherGenerator))
        }
        _ => None,
    }
}

/// Resources of Kubernetes providers, and YAML in a heredoc.
const TERRAFORM: [&[u8]; 5] =
    [b"\"kubernetes_", b"\"kubectl_manifest", b"\"helm_release", b"apiVersion", b"\"kustomization_resource"];

/// The providers of a Terraform CDK project that make objects.
const PROVIDERS: [&[u8]; 3] = [b"kubernetes", b"helm", b"kubectl"];

/// What a package of a program that makes objects depends on.
const LIBRARIES: [&[u8]; 4] =
    [b"\"cdk8s\"", b"\"cdk8s-plus-", b"\"@pulumi/kubernetes\"", b"\"@cdktf/provider-kubernetes\""];

/// What names an object in any language.
const OBJECTS: [&[u8]; 1] = [b"apiVersion"];

/// What a Pulumi program in YAML says where it makes objects.
const PULUMI: [&[u8]; 3] = [b"kubernetes:", b"eks:", b"apiVersion"];

/// A Pulumi project. One in YAML shows what it makes; any other makes it in code that nobody reads here.
fn pulumi(bytes: &[u8]) -> FileKind {
    let is_in_yaml = contains(bytes, b"runtime: yaml") || contains(bytes, b"name: yaml");
    match is_in_yaml {
        true => closed_if(bytes, &PULUMI, Reason::OtherGenerator),
        false => FileKind::Closed(Reason::OtherGenerator),
    }
}

fn closed_if(bytes: &[u8], marks: &[&[u8]], reason: Reason) -> FileKind {
    if marks.iter().any(|mark| contains(bytes, mark)) { FileKind::Closed(reason) } else { FileKind::Other }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(path: &str, text: &str) -> Option<FileKind> {
        kind_of(path, text.as_bytes())
    }

    const GENERATOR: Option<FileKind> = Some(FileKind::Closed(Reason::OtherGenerator));
    const TERRAFORM: Option<FileKind> = Some(FileKind::Closed(Reason::Terraform));
    const OTHER: Option<FileKind> = Some(FileKind::Other);

    #[test]
    fn languages_count_only_where_they_hold_objects() {
        assert_eq!(kind("a.jsonnet", "{}"), Some(FileKind::Closed(Reason::Jsonnet)));
        assert_eq!(kind("lib/a.cue", "x: 1"), Some(FileKind::Closed(Reason::Cue)));
        assert_eq!(kind("a.tf", "resource \"kubernetes_ingress\" \"x\" {}"), TERRAFORM);
        assert_eq!(kind("a.tf", "resource \"aws_vpc\" \"x\" {}"), OTHER);
        assert_eq!(kind("a.tf.json", "{\"resource\": {\"kubernetes_manifest\": {}}}"), TERRAFORM);
        assert_eq!(kind("a.tf.json", "{\"resource\": {\"aws_vpc\": {}}}"), OTHER);
        assert_eq!(kind("terragrunt.hcl", "inputs = {}"), OTHER);
        assert_eq!(kind("main.k", "apiVersion = \"apps/v1\""), GENERATOR);
        assert_eq!(kind("main.k", "x = 1"), OTHER);
        assert_eq!(kind("dev/Tiltfile", "k8s_yaml('apiVersion: v1')"), GENERATOR);
        for path in ["a.yaml", "b.json", "c.txt", "d", "cue.yaml"] {
            assert_eq!(kind(path, "apiVersion: v1\nkind: Pod\n"), None, "{path}");
        }
    }

    #[test]
    fn projects_of_programs_count_where_they_make_objects_or_may() {
        assert_eq!(kind("infra/Pulumi.yaml", "name: web\nruntime: nodejs\n"), GENERATOR);
        let in_yaml = |of_type: &str| format!("runtime: yaml\nresources:\n  a:\n    type: {of_type}\n");
        assert_eq!(kind("Pulumi.yaml", &in_yaml("kubernetes:apps/v1:Deployment")), GENERATOR);
        assert_eq!(kind("Pulumi.yaml", &in_yaml("aws:s3:Bucket")), OTHER);
        assert_eq!(kind("Pulumi.prod.yaml", "config: {}\n"), None);
        assert_eq!(kind("app/cdk8s.yaml", "language: typescript\napp: node main.js\n"), GENERATOR);
        assert_eq!(kind("package.json", "{\"dependencies\": {\"cdk8s\": \"2.0.0\"}}"), GENERATOR);
        assert_eq!(kind("package.json", "{\"dependencies\": {\"left-pad\": \"1\"}}"), OTHER);
        assert_eq!(kind("cdktf.json", "{\"terraformProviders\": [\"kubernetes@~> 2\"]}"), TERRAFORM);
        assert_eq!(kind("cdktf.json", "{\"terraformProviders\": [\"aws@~> 5\"]}"), OTHER);
    }
}
