//! Mounts of Docker's socket and folders, which nodes have not had since dockershim went.

use super::due::Due;
use super::flags::{Program, flags};
use super::pods::{pod_template, volumes};
use super::rule::{Level, Rule, report};
use super::scene::Scene;
use crate::{Confidence, Meta, Severity, Sink};

const PATHS: [&str; 4] =
    ["/var/run/docker.sock", "/run/docker.sock", "/var/run/dockershim.sock", "/var/lib/docker"];

pub(crate) static CHECK: &Rule = &Rule {
    meta: Meta {
        id: "docker-socket",
        title: "Reliance on Docker as the node's runtime",
        severity: Severity::Breaks,
        confidence: Confidence::High,
        first: Some(version::Minor::new(20)),
        last: None,
        what: "`hostPath` volumes of `docker.sock`, `dockershim.sock` or Docker's folders, and user data or arguments that ask the kubelet or EKS' bootstrap script for `--container-runtime docker`.",
        why: "dockershim is gone at 1.24 and nodes run containerd. The socket is not there: the pod does not start, or an agent sees no containers; the kubelet refuses to start with the flag.",
        remedy: "talk to containerd through the CRI socket, build images with rootless builders, and take the flag out",
        example: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: builder\nspec:\n  volumes:\n    - name: docker\n      hostPath:\n        path: /var/run/docker.sock\n",
        fixed: "",
        fix_safety: "",
        rows: &["RT-DOCKERSHIM"],
        links: &[
            "https://kubernetes.io/docs/tasks/administer-cluster/migrating-from-dockershim/",
            "https://github.com/kubernetes/kubernetes/pull/97252",
        ],
        triggers: &["docker.sock", "dockershim.sock", "/var/lib/docker", "container-runtime"],
    },
    level: Level::Objects,
    look,
};

fn look(scene: &Scene<'_>, sink: &mut Sink) {
    let document = scene.document();
    let due = Due::row("RT-DOCKERSHIM");
    if let Some(template) = pod_template(scene.subject) {
        for volume in volumes(document, template) {
            let Some(path) = document.at(volume, &["hostPath", "path"]) else { continue };
            let text = document.text(path).unwrap_or_default().trim_end_matches('/');
            if let Some(known) = PATHS.iter().find(|known| is_at(text, known)) {
                let message = format!("nodes have no '{known}' since dockershim is gone");
                report(sink, scene.find(due, path, message));
            }
        }
    }
    for flag in flags(scene.subject) {
        let is_docker = flag.name == "container-runtime"
            && flag.value.as_deref().is_some_and(|value| value.starts_with("docker"));
        if is_docker && matches!(flag.program, Program::Kubelet | Program::EksBootstrap) {
            let message = "the node asks for Docker as its runtime, which it cannot have";
            report(sink, super::flag_finding(scene, due, &flag, message));
        }
    }
}

/// Whether a path is a known one or a part of it below.
fn is_at(path: &str, known: &str) -> bool {
    path.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
