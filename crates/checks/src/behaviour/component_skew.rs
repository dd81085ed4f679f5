//! Images of Kubernetes' own components whose version must keep a distance to the control plane's.

use version::Minor;

use super::images::{Image, images};
use super::rule::{Level, Rule};
use super::scene::Scene;
use crate::{Confidence, Meta, Severity, Sink};
use inventory::Reason;

/// From this minor on a kubelet or kube-proxy may be three minors older than the API server; before, two.
const WIDE_SKEW_SINCE: Minor = Minor::new(25);

pub(crate) static AUTOSCALER: &Rule = &Rule {
    meta: Meta {
        id: "cluster-autoscaler-skew",
        title: "Cluster autoscaler of another minor than the target",
        severity: Severity::Warning,
        confidence: Confidence::High,
        first: None,
        last: None,
        what: "Images of cluster-autoscaler whose minor is not the target's, in containers, Helm values and kustomizations.",
        why: "The autoscaler simulates the scheduler of its own minor. With another one it judges wrongly which pods fit where, and adds or removes the wrong nodes in the middle of a roll.",
        remedy: "move the autoscaler to the cluster's minor with each hop",
        example: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: autoscaler\nspec:\n  containers:\n    - name: autoscaler\n      image: registry.k8s.io/autoscaling/cluster-autoscaler:v1.3.0\n",
        fixed: "",
        fix_safety: "",
        rows: &["SKEW-CA"],
        links: &["https://github.com/kubernetes/autoscaler/tree/master/cluster-autoscaler#releases"],
        triggers: &["cluster-autoscaler"],
    },
    level: Level::Documents,
    look: autoscaler,
};

pub(crate) static PROXY: &Rule = &Rule {
    meta: Meta {
        id: "kube-proxy-skew",
        title: "kube-proxy too far from the target",
        severity: Severity::Breaks,
        confidence: Confidence::High,
        first: None,
        last: None,
        what: "Images of kube-proxy and versions of the EKS add-on that are newer than the control plane they start under, or more than three minors (two before 1.25) older than the target.",
        why: "kube-proxy may not be newer than the API server and may lag by three minors only; outside of that it may not understand what it reads, and Services stop working node by node.",
        remedy: "move kube-proxy right after the control plane with each hop",
        example: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: proxy\nspec:\n  containers:\n    - name: proxy\n      image: registry.k8s.io/kube-proxy:v1.28.0\n",
        fixed: "",
        fix_safety: "",
        rows: &["SKEW-PROXY"],
        links: &["https://kubernetes.io/releases/version-skew-policy/#kube-proxy"],
        triggers: &["kube-proxy"],
    },
    level: Level::Documents,
    look: proxy,
};

pub(crate) static CONTROL_PLANE: &Rule = &Rule {
    meta: Meta {
        id: "control-plane-skew",
        title: "Control-plane component too far from the target",
        severity: Severity::Breaks,
        confidence: Confidence::High,
        first: None,
        last: None,
        what: "Images of kube-controller-manager, kube-scheduler and cloud-controller-manager, and of kubectl in jobs, that are newer than the target or more than one minor older.",
        why: "Controllers may be at most one minor older than the API server and never newer; kubectl may be one minor off. Past that they use APIs that are not served, or fields that are not known.",
        remedy: "move the component with each hop",
        example: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: scheduler\nspec:\n  containers:\n    - name: scheduler\n      image: registry.k8s.io/kube-scheduler:v1.28.0\n",
        fixed: "",
        fix_safety: "",
        rows: &["SKEW-CM"],
        links: &["https://kubernetes.io/releases/version-skew-policy/"],
        triggers: &[
            "kube-controller-manager",
            "kube-scheduler",
            "cloud-controller-manager",
            "kubectl",
            "alpine/k8s",
        ],
    },
    level: Level::Documents,
    look: control_plane,
};

fn autoscaler(scene: &Scene<'_>, sink: &mut Sink) {
    let target = scene.context.target();
    for image in components(scene, &["cluster-autoscaler"], sink) {
        let Some(minor) = image.minor().filter(|minor| *minor != target) else { continue };
        let message = format!("the cluster autoscaler is of {minor} and the target is {target}");
        report_skew(scene, &image, message, sink);
    }
}

fn proxy(scene: &Scene<'_>, sink: &mut Sink) {
    for image in components(scene, &["kube-proxy"], sink) {
        let Some(minor) = image.minor() else { continue };
        report_older(scene, &image, ("kube-proxy", minor, oldest_beside), sink);
    }
    for (node, text) in addon_versions(scene) {
        let Some(minor) = super::images::minor_of(text) else { continue };
        let image = Image {
            name: "kube-proxy".to_owned(),
            tag: text.to_owned(),
            has_digest: false,
            node,
            tag_node: node,
        };
        report_older(scene, &image, ("the add-on kube-proxy", minor, oldest_beside), sink);
    }
}

/// The oldest minor of kubelet and kube-proxy that an API server works with.
pub(super) fn oldest_beside(server: Minor) -> Minor {
    let wide = Minor::new(server.number().saturating_sub(3));
    let narrow = Minor::new(server.number().saturating_sub(2));
    // What is three minors older counts only if it is new enough itself.
    if wide >= WIDE_SKEW_SINCE { wide } else { narrow }
}

fn control_plane(scene: &Scene<'_>, sink: &mut Sink) {
    const CONTROLLERS: [&str; 3] = ["kube-controller-manager", "kube-scheduler", "cloud-controller-manager"];
    let one_older = |server: Minor| server.previous().unwrap_or(server);
    for image in components(scene, &CONTROLLERS, sink) {
        let Some(minor) = image.minor() else { continue };
        let name = image.base_name().to_owned();
        report_older(scene, &image, (&name, minor, one_older), sink);
    }
    for image in images(scene.document(), scene.subject.node) {
        // `alpine/k8s` and the kubectl images are tagged with kubectl's version.
        let is_kubectl = image.base_name() == "kubectl" || image.name.ends_with("alpine/k8s");
        let Some(minor) = image.minor().filter(|_| is_kubectl) else { continue };
        let target = scene.context.target();
        if minor < one_older(target) || minor > target.next() {
            let message = format!("kubectl is of {minor}, more than one minor from the target {target}");
            let found = scene.note(image.tag_node, message);
            super::rule::report(sink, found.map(|found| found.at_most(Severity::Warning)));
        }
    }
}

/// The images of the components, with a note for each whose version nobody can tell.
fn components(scene: &Scene<'_>, names: &[&str], sink: &mut Sink) -> Vec<Image> {
    let own = images(scene.document(), scene.subject.node).into_iter();
    let own: Vec<Image> = own.filter(|image| names.contains(&image.base_name())).collect();
    for image in own.iter().filter(|image| image.minor().is_none()) {
        let why = if image.tag.is_empty() && image.has_digest { "a digest" } else { "its tag" };
        let detail = format!("the version of '{}' cannot be told from {why}", image.name);
        sink.cannot_assess(scene.subject, image.tag_node, Reason::BeyondHorizon, detail);
    }
    own
}

/// Too new for where a journey begins, or too old for where one ends.
fn report_older(
    scene: &Scene<'_>,
    image: &Image,
    (name, minor, oldest): (&str, Minor, impl Fn(Minor) -> Minor),
    sink: &mut Sink,
) {
    let target = scene.context.target();
    if minor > target {
        report_skew(scene, image, format!("{name} is of {minor}, newer than the target {target}"), sink);
        return;
    }
    if minor < oldest(target) {
        // The hop where it first falls behind is the one that it stops.
        let hop = minor.hops_to(target).find(|server| minor < oldest(*server)).unwrap_or(target);
        let message = format!("{name} is of {minor}, too old beside a control plane of {hop}");
        let found = scene.note(image.tag_node, message).map(|mut found| {
            found.minor = Some(hop);
            found
        });
        super::rule::report(sink, found);
    }
}

fn report_skew(scene: &Scene<'_>, image: &Image, message: String, sink: &mut Sink) {
    let found = scene.note(image.tag_node, message).map(|mut found| {
        found.minor = Some(scene.context.target());
        found
    });
    super::rule::report(sink, found);
}

/// Versions of the EKS add-on kube-proxy, where its name and version stand side by side.
fn addon_versions<'s>(scene: &Scene<'s>) -> Vec<(manifest::NodeId, &'s str)> {
    let document = scene.document();
    let mut found = Vec::new();
    for node in super::walk::nodes(document, scene.subject.node) {
        for (name, version) in [("name", "version"), ("addonName", "addonVersion"), ("name", "addonVersion")]
        {
            if document.text_at(node, &[name]) == Some("kube-proxy")
                && let Some(value) = document.get(node, version)
                && let Some(text) = document.text(value)
            {
                found.push((value, text));
            }
        }
    }
    found
}
