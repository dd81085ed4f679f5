//! Values whose meaning changes when their object moves to the newer version of its API.

use super::due::Due;
use super::rule::{Level, Rule, report};
use super::scene::Scene;
use crate::{Confidence, Meta, Severity, Sink};

pub(crate) static SHARES: &Rule = &Rule {
    meta: Meta {
        id: "zero-concurrency-shares",
        title: "Priority level with no shares of concurrency",
        severity: Severity::Silent,
        confidence: Confidence::High,
        first: Some(version::Minor::new(29)),
        last: None,
        what: "PriorityLevelConfigurations of a beta version with `nominalConcurrencyShares: 0` or `assuredConcurrencyShares: 0`.",
        why: "The betas read a zero as the default of 30; v1 keeps it, and requests of the level wait for ever.",
        remedy: "write the number that is meant; 30 keeps what a beta did",
        example: "apiVersion: flowcontrol.apiserver.k8s.io/v1beta3\nkind: PriorityLevelConfiguration\nmetadata:\n  name: batch\nspec:\n  type: Limited\n  limited:\n    nominalConcurrencyShares: 0\n",
        fixed: "apiVersion: flowcontrol.apiserver.k8s.io/v1beta3\nkind: PriorityLevelConfiguration\nmetadata:\n  name: batch\nspec:\n  type: Limited\n  limited:\n    nominalConcurrencyShares: 30\n",
        fix_safety: "The conversion of the object renames the field and asks about a zero.",
        rows: &["DEF-FLOWSCHEMA"],
        links: &[
            "https://kubernetes.io/docs/reference/using-api/deprecation-guide/#flowcontrol-resources-v132",
        ],
        triggers: &["ConcurrencyShares"],
    },
    level: Level::Objects,
    look: shares,
};

fn shares(scene: &Scene<'_>, sink: &mut Sink) {
    let document = scene.document();
    let Some(object) = scene.subject.object else { return };
    if (object.gvk.group, object.gvk.kind) != ("flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration") {
        return;
    }
    let Some(limited) = document.at(scene.subject.node, &["spec", "limited"]) else { return };
    // Another version's name of the field is a fault of shape, which another check finds.
    let key = match object.gvk.version {
        "v1beta1" | "v1beta2" => "assuredConcurrencyShares",
        "v1beta3" => "nominalConcurrencyShares",
        _ => return,
    };
    let Some(node) = document.get(limited, key) else { return };
    if document.text(node) == Some("0") {
        let message = "a zero means 30 here and none at all in v1";
        report(sink, scene.find(Due::row("DEF-FLOWSCHEMA"), node, message));
    }
}
