//! What a repository says of the versions that its clusters run.
//!
//! Reads what makes or upgrades clusters: eksctl, Terraform, Cluster API, Crossplane, ACK, talhelper, plans of the system upgrade
//! controller, variables of Ansible. Gives each version with its place; which cluster it is of is told by its name, or by
//! the folder that it stands in. Where two say different things of one cluster nothing is known. Evaluates no language:
//! of Terraform it follows locals and defaults of variables.

mod manifests;
mod terraform;

use std::collections::BTreeMap;
use std::ops::Range;

use version::Minor;

use crate::repository::is_yaml;

/// A version that something says a cluster runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaidVersion {
    /// The file.
    pub path: String,
    /// The bytes that say it.
    pub range: Range<u32>,
    /// The line of these, from 1.
    pub line: usize,
    /// What it is that says it, for people.
    pub what: &'static str,
    /// The cluster that it names; none if it names none.
    pub cluster: Option<String>,
    /// The version.
    pub version: Minor,
    /// Whether it may be about a cluster that it does not name.
    is_of_any: bool,
}

/// Versions of clusters by their names, each with what says it; and the clusters of which different ones are said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClusterVersions {
    /// Those that are known.
    pub known: BTreeMap<String, SaidVersion>,
    /// Those that are not, with all that is said.
    pub disputed: BTreeMap<String, Vec<SaidVersion>>,
}

/// Something in a text that says a version.
pub(super) struct Found {
    what: &'static str,
    cluster: Option<String>,
    /// As it is written.
    version: String,
    range: Range<usize>,
    is_of_any: bool,
}

/// What a file must hold to say a version; one of Terraform says it without.
pub(crate) const WORDS: [&str; 9] = [
    "eksctl.io/",
    "kubernetesVersion",
    "aws_eks_cluster",
    "/eks/aws",
    "upgrade.cattle.io/",
    "cluster.x-k8s.io/",
    "eks.aws.",
    "eks.services.k8s.aws/",
    "k3s_release_version",
];

/// Whether a file of this name may say a version.
pub(crate) fn may_say(path: &str) -> bool {
    is_yaml(path) || is_terraform(path)
}

fn is_terraform(path: &str) -> bool {
    path.ends_with(".tf")
}

/// The files of Terraform by their folders, and what other files say.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    folders: BTreeMap<String, Vec<(String, String)>>,
    said: Vec<SaidVersion>,
}

impl Reading {
    /// Takes a file in.
    pub(crate) fn take(&mut self, path: &str, bytes: &[u8]) {
        let Ok(text) = std::str::from_utf8(bytes) else { return };
        if is_terraform(path) {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            self.folders.entry(folder.to_owned()).or_default().push((path.to_owned(), text.to_owned()));
            return;
        }
        for found in manifests::found(text) {
            self.said.extend(said(path, text, found));
        }
        // Terraform stands in templates of CloudFormation and in scripts as well.
        for (_, found) in terraform::found(&[("", text)]) {
            self.said.extend(said(path, text, found));
        }
    }

    /// All versions that are said, by their files.
    pub(crate) fn finish(mut self) -> Vec<SaidVersion> {
        for files in self.folders.values() {
            let texts: Vec<(&str, &str)> =
                files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
            for (path, found) in terraform::found(&texts) {
                let text = texts.iter().find(|(known, _)| *known == path).map_or("", |(_, text)| text);
                self.said.extend(said(path, text, found));
            }
        }
        self.said.sort_by(|one, other| (&one.path, one.range.start).cmp(&(&other.path, other.range.start)));
        self.said
    }
}

/// A version with its place; none if it is no version.
fn said(path: &str, text: &str, found: Found) -> Option<SaidVersion> {
    let Found { what, cluster, version, range, is_of_any } = found;
    let version: Minor = version.parse().ok()?;
    let line = text.get(..range.start)?.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let range = u32::try_from(range.start).ok()?..u32::try_from(range.end).ok()?;
    Some(SaidVersion { path: path.to_owned(), range, line, what, cluster, version, is_of_any })
}

impl ClusterVersions {
    /// Tells which version each cluster runs by what is said.
    #[must_use]
    pub fn of(said: &[SaidVersion], clusters: &[String]) -> Self {
        let mut versions = Self::default();
        for name in clusters {
            let all = about(said, name, clusters.len() == 1);
            let Some(first) = all.first() else { continue };
            if all.iter().all(|one| one.version == first.version) {
                versions.known.insert(name.clone(), (*first).clone());
            } else {
                versions.disputed.insert(name.clone(), all.into_iter().cloned().collect());
            }
        }
        versions
    }
}

/// What is said about a cluster: what names it, else what stands in a folder of its name, else what may be about any, if it is
/// the only cluster.
fn about<'s>(said: &'s [SaidVersion], name: &str, is_only: bool) -> Vec<&'s SaidVersion> {
    let named: Vec<_> = said.iter().filter(|one| one.cluster.as_deref() == Some(name)).collect();
    if !named.is_empty() {
        return named;
    }
    let is_beside =
        |one: &&SaidVersion| one.is_of_any && one.path.split('/').rev().skip(1).any(|part| part == name);
    let beside: Vec<_> = said.iter().filter(is_beside).collect();
    if !beside.is_empty() || !is_only {
        return beside;
    }
    said.iter().filter(|one| one.is_of_any).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(files: &[(&str, &str)]) -> Vec<SaidVersion> {
        let mut reading = Reading::default();
        files.iter().for_each(|(path, text)| reading.take(path, text.as_bytes()));
        reading.finish()
    }

    fn told(files: &[(&str, &str)]) -> Vec<String> {
        let line = |one: SaidVersion| {
            let SaidVersion { path, line, what, cluster, version, .. } = one;
            format!("{path}:{line} {what} {}={version}", cluster.unwrap_or_default())
        };
        said(files).into_iter().map(line).collect()
    }

    #[test]
    fn manifests_of_many_makers_say_versions() {
        let cases: [(&str, &str); 9] = [
            (
                "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmetadata:\n  name: prod\n  version: \"1.29\"\n",
                "a.yaml:5 eksctl prod=1.29",
            ),
            ("clusterName: home\nkubernetesVersion: v1.30.2\n", "a.yaml:2 talhelper home=1.30"),
            (
                "apiVersion: upgrade.cattle.io/v1\nkind: Plan\nmetadata: {name: server}\nspec:\n  version: v1.29.0+k3s1\n",
                "a.yaml:5 a plan of the system upgrade controller =1.29",
            ),
            (
                "apiVersion: controlplane.cluster.x-k8s.io/v1beta2\nkind: AWSManagedControlPlane\nmetadata: {name: prod-cp}\nspec: {eksClusterName: prod, version: v1.28.5}\n",
                "a.yaml:4 Cluster API prod=1.28",
            ),
            (
                "apiVersion: cluster.x-k8s.io/v1beta1\nkind: Cluster\nmetadata: {name: prod}\nspec: {topology: {version: v1.31.0}}\n",
                "a.yaml:4 Cluster API prod=1.31",
            ),
            (
                "apiVersion: eks.aws.upbound.io/v1beta1\nkind: Cluster\nmetadata: {name: prod}\nspec: {forProvider: {version: '1.27'}}\n",
                "a.yaml:4 Crossplane prod=1.27",
            ),
            (
                "apiVersion: eks.services.k8s.aws/v1alpha1\nkind: Cluster\nmetadata: {name: x}\nspec: {name: prod, version: '1.27'}\n",
                "a.yaml:4 ACK prod=1.27",
            ),
            ("k3s_release_version: v1.29.0+k3s1\n", "a.yaml:1 Ansible =1.29"),
            ("# kubernetesVersion: v1.30.2\nclusterName: x\n", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(told(&[("a.yaml", text)]).join("\n"), expected, "{text}");
        }
    }

    #[test]
    fn terraform_follows_locals_and_defaults() {
        let module = "module \"eks\" {\n  source          = \"terraform-aws-modules/eks/aws\"\n  version         = \"~> 19.12\"\n  cluster_name    = local.name\n  cluster_version = var.kubernetes\n  tags = {\n    cluster_version = \"1.1\"\n  }\n}\n";
        let locals = "locals {\n  name = \"prod\" # ours\n}\nvariable \"kubernetes\" {\n  type    = string\n  default = \"1.28\"\n}\n";
        assert_eq!(
            told(&[("infra/main.tf", module), ("infra/locals.tf", locals), ("other/x.tf", "locals {\n}\n")]),
            ["infra/locals.tf:6 Terraform prod=1.28"]
        );
        let resource =
            "resource \"aws_eks_cluster\" \"this\" {\n  name = \"stage\"\n  version = \"1.30\"\n}\n";
        assert_eq!(told(&[("a.tf", resource)]), ["a.tf:3 Terraform stage=1.30"]);
        let script = format!("Resources:\n  x: |\n    cat > main.tf <<EOF\n{resource}");
        assert_eq!(told(&[("stack.yaml", &script)]), ["stack.yaml:6 Terraform stage=1.30"]);
        let other = "module \"vpc\" {\n  source = \"terraform-aws-modules/vpc/aws\"\n  cluster_version = \"1.2\"\n}\n";
        assert_eq!(told(&[("a.tf", other)]), [""; 0]);
    }

    #[test]
    fn a_version_is_of_the_cluster_that_it_names_or_whose_folder_it_stands_in() {
        let talos = "clusterName: x\nkubernetesVersion: v1.30.2\n";
        let plan = "apiVersion: upgrade.cattle.io/v1\nkind: Plan\nspec: {version: v1.29.0+k3s1}\n";
        let of = |files: &[(&str, &str)], clusters: &[&str]| {
            let clusters: Vec<String> = clusters.iter().map(|name| (*name).to_owned()).collect();
            let versions = ClusterVersions::of(&said(files), &clusters);
            let known = versions.known.iter().map(|(name, said)| format!("{name}={}", said.version));
            known.chain(versions.disputed.keys().map(|name| format!("{name}?"))).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(of(&[("talos/a.yaml", talos)], &["x"]), "x=1.30");
        assert_eq!(of(&[("talos/a.yaml", talos)], &["only"]), "only=1.30");
        assert_eq!(of(&[("talos/a.yaml", talos)], &["one", "two"]), "");
        let both = [("k8s/one/plan.yaml", plan), ("k8s/two/talos.yaml", talos)];
        assert_eq!(of(&both, &["one", "two"]), "one=1.29 two=1.30");
        assert_eq!(of(&[("one/plan.yaml", plan), ("one/talos.yaml", talos)], &["one"]), "one?");
        let managed = "apiVersion: cluster.x-k8s.io/v1beta1\nkind: Cluster\nmetadata: {name: prod}\nspec: {topology: {version: v1.31.0}}\n";
        assert_eq!(of(&[("management/prod.yaml", managed)], &["management"]), "");
    }
}
