//! The annotation that names an Ingress's class.

use super::due::Due;
use super::rule::{Level, Rule, report};
use super::scene::Scene;
use crate::{Confidence, FixAction, Meta, Safety, Severity, Sink};

const KEY: &str = "kubernetes.io/ingress.class";

pub(crate) static CHECK: &Rule = &Rule {
    meta: Meta {
        id: "ingress-class-annotation",
        title: "Ingress class in an annotation",
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        first: Some(version::Minor::new(18)),
        last: None,
        what: "Ingresses with the annotation `kubernetes.io/ingress.class`, alone or beside `spec.ingressClassName`.",
        why: "The annotation is deprecated since 1.18 and each controller decides for how long it reads it; newer ones do not. With both the annotation and the field, networking.k8s.io/v1 refuses to create the Ingress.",
        remedy: "set `spec.ingressClassName` to an IngressClass that exists on every cluster, and take the annotation out",
        example: "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: web\n  annotations:\n    kubernetes.io/ingress.class: nginx\nspec:\n  rules: []\n",
        fixed: "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: web\nspec:\n  ingressClassName: nginx\n  rules: []\n",
        fix_safety: "Asks always: the annotation is matched by the controller's flag, the field by the name of an IngressClass, and only the cluster knows whether one of that name exists.",
        rows: &["ANN-INGCLASS"],
        links: &["https://kubernetes.io/docs/concepts/services-networking/ingress/#deprecated-annotation"],
        triggers: &["kubernetes.io/ingress.class"],
    },
    level: Level::Objects,
    look,
};

fn look(scene: &Scene<'_>, sink: &mut Sink) {
    let is_ingress = scene.subject.object.is_some_and(|object| {
        object.gvk.kind == "Ingress" && matches!(object.gvk.group, "networking.k8s.io" | "extensions")
    });
    let Some(entry) = scene.annotation(scene.metadata(), KEY).filter(|_| is_ingress) else { return };
    let document = scene.document();
    let class = document.text(document.dereference(entry.value)).unwrap_or_default();
    let field = document.at(scene.subject.node, &["spec", "ingressClassName"]);
    let due = Due::row("ANN-INGCLASS");
    if field.is_some() {
        let message = format!(
            "both the annotation '{KEY}' and 'spec.ingressClassName' are set, which is refused on creation"
        );
        let found = scene.find(due, entry.key, message);
        let question = "does the field name the same controller as the annotation?".to_owned();
        report(sink, found.map(|found| found.fixed_by(FixAction::RemoveEntry, Safety::Ask(question))));
        return;
    }
    let message = format!("the class '{class}' is named by an annotation that newer controllers do not read");
    let question = format!("is there an IngressClass '{class}' on every cluster that this file reaches?");
    let action = FixAction::Rewrite { object: scene.subject.span() };
    let found = scene.find(due, entry.key, message);
    report(sink, found.map(|found| found.fixed_by(action, Safety::Ask(question))));
}
