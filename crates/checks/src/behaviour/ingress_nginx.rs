//! ingress-nginx, whose project has ended.

use manifest::NodeId;

use super::images::images;
use super::rule::{Level, Rule, report};
use super::scene::Scene;
use super::walk::nodes;
use crate::{Confidence, Meta, Severity, Sink};

pub(crate) static CHECK: &Rule = &Rule {
    meta: Meta {
        id: "ingress-nginx",
        title: "ingress-nginx, which is retired",
        severity: Severity::Warning,
        confidence: Confidence::High,
        first: None,
        last: None,
        what: "The controller of ingress-nginx: by its image at registry.k8s.io or k8s.gcr.io (sure), by its controller name or chart repository (sure), by an image of the same name in a mirror, or by the chart's labels (likely).",
        why: "The project was retired in March 2026: no fixes for faults, vulnerabilities or new Kubernetes minors. Each upgrade from then on is untested.",
        remedy: "move to a Gateway API implementation or another ingress controller; there is no edit that does it",
        example: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: controller\nspec:\n  containers:\n    - name: controller\n      image: registry.k8s.io/ingress-nginx/controller:v1.11.2\n",
        fixed: "",
        fix_safety: "",
        rows: &["NET-INGNGINX"],
        links: &["https://kubernetes.io/blog/2025/11/11/ingress-nginx-retirement/"],
        triggers: &["ingress-nginx", "nginx-ingress-controller"],
    },
    level: Level::Documents,
    look,
};

fn look(scene: &Scene<'_>, sink: &mut Sink) {
    let evidence = by_image(scene).or_else(|| by_name(scene)).or_else(|| by_labels(scene));
    let Some((node, confidence, what)) = evidence else { return };
    let found = scene.note(node, format!("ingress-nginx is retired since March 2026 ({what})"));
    report(sink, found.map(|found| found.with_confidence(confidence)));
}

type Evidence = (NodeId, Confidence, &'static str);

fn by_image(scene: &Scene<'_>) -> Option<Evidence> {
    images(scene.document(), scene.subject.node).into_iter().find_map(|image| {
        let name = image.name.as_str();
        let own = ["registry.k8s.io/ingress-nginx/controller", "k8s.gcr.io/ingress-nginx/controller"];
        if own.iter().any(|own| name.starts_with(own))
            || name.ends_with("kubernetes-ingress-controller/nginx-ingress-controller")
        {
            return Some((image.node, Confidence::High, "by its image"));
        }
        // A mirror keeps the end of the path. Nginx' own controller is `nginx/nginx-ingress`.
        let mirrored = name.ends_with("ingress-nginx/controller")
            || name.ends_with("ingress-nginx/controller-chroot")
            || image.base_name() == "ingress-nginx-controller";
        mirrored.then_some((image.node, Confidence::Medium, "by the name of a mirrored image"))
    })
}

/// Names that belong to the project alone: its chart repository and its controller.
fn by_name(scene: &Scene<'_>) -> Option<Evidence> {
    let document = scene.document();
    nodes(document, scene.subject.node).into_iter().find_map(|node| {
        let text = document.text(node)?;
        let is_own = matches!(text, "k8s.io/ingress-nginx")
            || text.starts_with("https://kubernetes.github.io/ingress-nginx");
        if is_own {
            let what = if text.starts_with("https") {
                "by its chart repository"
            } else {
                "by its controller's name"
            };
            return Some((node, Confidence::High, what));
        }
        let is_chart = text == "ingress-nginx" && names_a_chart(scene, node);
        is_chart.then_some((node, Confidence::Medium, "by its chart's name"))
    })
}

/// Whether the node is a chart's name: of a dependency, a HelmRelease or an Argo CD source.
fn names_a_chart(scene: &Scene<'_>, node: NodeId) -> bool {
    let document = scene.document();
    let Some(parent) = document.node(node).parent else { return false };
    match super::walk::own_key(document, node) {
        Some("chart") => true,
        Some("name") => {
            document.get(parent, "repository").is_some() && document.get(parent, "version").is_some()
        }
        _ => false,
    }
}

fn by_labels(scene: &Scene<'_>) -> Option<Evidence> {
    let document = scene.document();
    let object = scene.subject.object?;
    let labels = document.at(scene.subject.node, &["metadata", "labels"])?;
    let says = |key: &str, beginning: &str| {
        document.text_at(labels, &[key]).is_some_and(|text| text.starts_with(beginning))
    };
    let is_controller = matches!(object.gvk.kind, "Deployment" | "DaemonSet")
        && says("app.kubernetes.io/name", "ingress-nginx")
        && (says("app.kubernetes.io/component", "controller") || says("helm.sh/chart", "ingress-nginx-"));
    let node = document.get(labels, "app.kubernetes.io/name")?;
    is_controller.then_some((node, Confidence::Medium, "by its chart's labels"))
}
