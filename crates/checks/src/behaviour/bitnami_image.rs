//! Images and charts of Bitnami's public catalogue.

use super::images::images;
use super::rule::{Level, Rule, report};
use super::scene::Scene;
use super::walk::nodes;
use crate::{Confidence, Meta, Severity, Sink};

pub(crate) static CHECK: &Rule = &Rule {
    meta: Meta {
        id: "bitnami-image",
        title: "Versioned image of Bitnami's public catalogue",
        severity: Severity::Warning,
        confidence: Confidence::Low,
        first: None,
        last: None,
        what: "Images at `docker.io/bitnami/` with a version tag or digest, and chart repositories at `charts.bitnami.com`.",
        why: "Versioned tags were moved to `bitnamilegacy` in August and September 2025. A node that joins during an upgrade has no copy and cannot pull the image, so the pod that moved there does not start.",
        remedy: "pin the same tag under `bitnamilegacy` for now, and move to another image",
        example: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: cache\nspec:\n  containers:\n    - name: redis\n      image: docker.io/bitnami/redis:7.2.4\n",
        fixed: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: cache\nspec:\n  containers:\n    - name: redis\n      image: docker.io/bitnamilegacy/redis:7.2.4\n",
        fix_safety: "",
        rows: &["RT-BITNAMI"],
        links: &["https://github.com/bitnami/charts/issues/35164"],
        triggers: &["bitnami"],
    },
    level: Level::Documents,
    look,
};

fn look(scene: &Scene<'_>, sink: &mut Sink) {
    for image in images(scene.document(), scene.subject.node) {
        let name = image.name.strip_prefix("docker.io/").unwrap_or(&image.name);
        let is_versioned = image.has_digest || !matches!(image.tag.as_str(), "" | "latest");
        if name.starts_with("bitnami/") && is_versioned {
            let message = format!("'{}' no longer has versioned tags in the public catalogue", image.name);
            report(sink, scene.note(image.node, message));
        }
    }
    for node in nodes(scene.document(), scene.subject.node) {
        let text = scene.document().text(node).unwrap_or_default();
        if text.starts_with("https://charts.bitnami.com/")
            || text.starts_with("oci://registry-1.docker.io/bitnamicharts")
        {
            let message =
                "charts of this repository pull images that are no longer there under their version";
            report(sink, scene.note(node, message).map(|found| found.at_most(Severity::Warning)));
        }
    }
}
