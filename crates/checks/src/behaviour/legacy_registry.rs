//! Images in the registries that Kubernetes left.

use manifest::NodeId;

use super::due::Due;
use super::images::Reference;
use super::rule::{Level, Rule, report};
use super::scene::{Scene, replace};
use super::walk::{nodes, own_key};
use crate::{Confidence, Finding, Meta, Safety, Severity, Sink};

const NEW: &str = "registry.k8s.io";

/// Old place, and whether its paths are those of the new one.
const OLD: [(&str, bool); 6] = [
    ("k8s.gcr.io", true),
    ("gcr.io/google-containers", false),
    ("gcr.io/google_containers", false),
    ("us.gcr.io/k8s-artifacts-prod", true),
    ("eu.gcr.io/k8s-artifacts-prod", true),
    ("asia.gcr.io/k8s-artifacts-prod", true),
];

pub(crate) static CHECK: &Rule = &Rule {
    meta: Meta {
        id: "legacy-registry",
        title: "Image in a registry that Kubernetes left",
        severity: Severity::Breaks,
        confidence: Confidence::High,
        first: Some(version::Minor::new(25)),
        last: None,
        what: "Images at `k8s.gcr.io`, `gcr.io/google-containers` or `gcr.io/google_containers`: in containers, in Helm values that write registry and repository apart, in `images` of a kustomization and in arguments.",
        why: "The default became registry.k8s.io at 1.25 and the old registry was frozen on 2023-04-03: no newer version appears there, and what still answers is a redirect that may end.",
        remedy: "pull from registry.k8s.io",
        example: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: pause\nspec:\n  containers:\n    - name: pause\n      image: k8s.gcr.io/pause:3.9\n",
        fixed: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: pause\nspec:\n  containers:\n    - name: pause\n      image: registry.k8s.io/pause:3.9\n",
        fix_safety: "Unattended for `k8s.gcr.io`, which is redirected to the same paths. `gcr.io/google-containers` asks, since very old tags were not carried over; so does the name that a kustomization matches images by.",
        rows: &["RT-REGISTRY"],
        links: &[
            "https://kubernetes.io/blog/2023/03/10/image-registry-redirect/",
            "https://github.com/kubernetes/kubernetes/pull/109938",
        ],
        triggers: &["k8s.gcr.io", "gcr.io/google", "gcr.io/k8s"],
    },
    level: Level::Documents,
    look,
};

fn look(scene: &Scene<'_>, sink: &mut Sink) {
    for node in nodes(scene.document(), scene.subject.node) {
        let Some(text) = scene.document().text(node) else { continue };
        // Prose, scripts and dashboards name images too; only a word of its own is an image.
        if text.len() > 512 || text.contains(char::is_whitespace) || is_key(scene, node) {
            continue;
        }
        if let Some((start, place, equal_paths)) = legacy_at(text) {
            report(sink, finding(scene, node, (text, start, place), equal_paths));
        }
    }
}

fn is_key(scene: &Scene<'_>, node: NodeId) -> bool {
    let document = scene.document();
    let Some(parent) = document.node(node).parent else { return false };
    document.is_mapping(parent) && document.entry_of(node).is_none()
}

/// Where an old registry begins in the text: at its start, or after the `=` of an argument.
fn legacy_at(text: &str) -> Option<(usize, &'static str, bool)> {
    let start = if text.starts_with("--") { text.find('=')? + 1 } else { 0 };
    let rest = text.get(start..)?;
    OLD.iter().find_map(|(old, equal_paths)| {
        let after = rest.strip_prefix(old)?;
        (after.is_empty() || after.starts_with('/')).then_some((start, *old, *equal_paths))
    })
}

fn finding(
    scene: &Scene<'_>,
    node: NodeId,
    (text, start, place): (&str, usize, &str),
    equal_paths: bool,
) -> Option<Finding> {
    let role = kustomize_role(scene, node);
    if role == Kustomize::Replaced {
        return None;
    }
    let name = Reference::parse(text.get(start..).unwrap_or(text)).name;
    let message = format!("'{name}' is in a registry that was frozen in 2023");
    let finding = scene.find(Due::row("RT-REGISTRY"), node, message)?;
    if is_policy(scene) {
        return Some(finding.at_most(Severity::Warning).mended_by(format!("allow '{NEW}' as well")));
    }
    let head = text.get(..start).unwrap_or_default();
    let tail = text.get(start + place.len()..).unwrap_or_default();
    let safety = if role == Kustomize::Match {
        Safety::Ask(
            "do the resources that this kustomization is for name the new registry as well?".to_owned(),
        )
    } else if equal_paths {
        Safety::Safe
    } else {
        Safety::Ask(format!("is the image at '{NEW}{tail}'? tags from before 2018 may not be"))
    };
    Some(finding.fixed_by(replace(format!("{head}{NEW}{tail}")), safety))
}

#[derive(PartialEq, Eq)]
enum Kustomize {
    /// No part of a kustomization's `images`.
    No,
    /// The name that images are matched by, without another to put in its place.
    Match,
    /// A name that is matched in order to be replaced by another.
    Replaced,
}

fn kustomize_role(scene: &Scene<'_>, node: NodeId) -> Kustomize {
    let document = scene.document();
    let item = document.node(node).parent;
    let in_images = item.is_some_and(|item| super::walk::container_key(document, item) == Some("images"));
    if !in_images || own_key(document, node) != Some("name") {
        return Kustomize::No;
    }
    match item.and_then(|item| document.get(item, "newName")) {
        Some(_) => Kustomize::Replaced,
        None => Kustomize::Match,
    }
}

fn is_policy(scene: &Scene<'_>) -> bool {
    scene.subject.object.is_some_and(|object| {
        object.gvk.group.ends_with("kyverno.io") || object.gvk.group.ends_with("gatekeeper.sh")
    })
}
