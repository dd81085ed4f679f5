//! `reference-webhook-rules`: an admission rule that matches versions only that are gone.

use manifest::NodeId;
use resource::GroupVersionKind;

use super::dead::{Dead, dead_version, kinds_of, plural};
use crate::walk::nodes_at;
use crate::{Check, Confidence, Context, Fix, FixAction, Meta, Severity, Sink, Subject};

/// The check.
#[derive(Debug)]
pub(crate) struct ReferenceWebhookRules;

static META: Meta = Meta {
    id: "reference-webhook-rules",
    title: "Admission rule for versions that are no longer served",
    severity: Severity::Silent,
    confidence: Confidence::High,
    first: None,
    last: None,
    what: "Finds rules of webhook configurations, admission policies and Kyverno's CEL policies that list only \
           versions of a resource that are not served at the target.",
    why: "The rule matches no request any more and nothing says so: what the webhook or policy forbade is allowed. \
          `matchPolicy: Equivalent` does not help, since it only knows versions that are served; with `Exact` requests \
          in the newer version have passed by all along.",
    remedy: "List the version that is served, or `*`.",
    example: "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata:\n  name: budgets\nwebhooks:\n- name: budgets.example.org\n  rules:\n  - apiGroups: [policy]\n    apiVersions: [v1beta1]\n    resources: [poddisruptionbudgets]\n    operations: [CREATE]\n",
    fixed: "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata:\n  name: budgets\nwebhooks:\n- name: budgets.example.org\n  rules:\n  - apiGroups: [policy]\n    apiVersions: [v1beta1, v1]\n    resources: [poddisruptionbudgets]\n    operations: [CREATE]\n",
    fix_safety: "Inserts the version that is served. Asks, since the webhook's server must understand objects of it.",
    rows: &["WEBHOOK-RULES"],
    links: &[
        "https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#matching-requests-matchpolicy",
    ],
    triggers: &["WebhookConfiguration", "AdmissionPolicy", "policies.kyverno.io/"],
};

/// Where rules stand in each of the kinds that have them.
const RULES: [&[&str]; 5] = [
    &["webhooks", "*", "rules", "*"],
    &["spec", "matchConstraints", "resourceRules", "*"],
    &["spec", "matchConstraints", "excludeResourceRules", "*"],
    &["spec", "matchResources", "resourceRules", "*"],
    &["spec", "matchResources", "excludeResourceRules", "*"],
];

impl Check for ReferenceWebhookRules {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn object(&self, context: &Context<'_>, subject: &Subject<'_>, sink: &mut Sink) {
        let is_admission = subject.object.is_some_and(|object| {
            matches!(object.gvk.group, "admissionregistration.k8s.io" | "policies.kyverno.io")
        });
        if !is_admission {
            return;
        }
        for path in RULES {
            for rule in nodes_at(subject.document, subject.node, path) {
                if let Some(fault) = fault(context, subject, rule) {
                    report(subject, fault, sink);
                }
            }
        }
    }
}

/// A resource of a rule, none of whose listed versions is alive.
struct Fault<'d> {
    group: &'d str,
    resource: String,
    last_version: NodeId,
    dead: Dead,
}

fn fault<'d>(context: &Context<'_>, subject: &Subject<'d>, rule: NodeId) -> Option<Fault<'d>> {
    let document = subject.document;
    let texts = |key: &str| -> Option<Vec<(&'d str, NodeId)>> {
        let items = nodes_at(document, rule, &[key, "*"]).into_iter();
        items.map(|item| Some((document.text(item).filter(|_| !document.is_opaque(item))?, item))).collect()
    };
    let (groups, versions, resources) = (texts("apiGroups")?, texts("apiVersions")?, texts("resources")?);
    let last_version = versions.last()?.1;
    for (group, _) in &groups {
        for kind in kinds_of(group) {
            let name = plural(kind);
            let is_meant = resources.iter().any(|(resource, _)| {
                let base = resource.split('/').next().unwrap_or(resource);
                base == "*" || base == name
            });
            if !is_meant {
                continue;
            }
            let states: Option<Vec<Dead>> = versions
                .iter()
                .map(|(version, _)| dead_version(context, GroupVersionKind { group, version, kind }))
                .collect();
            let Some(dead) = states.and_then(|states| states.into_iter().next_back()) else { continue };
            if dead.now.is_some() {
                return Some(Fault { group, resource: name, last_version, dead });
            }
        }
    }
    None
}

fn report(subject: &Subject<'_>, fault: Fault<'_>, sink: &mut Sink) {
    let Fault { group, resource, last_version, dead } = fault;
    let Some(now) = dead.now else { return };
    let message = format!(
        "{} has a rule for {resource} of {group} in versions that are {}, so that it matches nothing",
        subject.title(),
        dead.phrase
    );
    let mut finding = subject.finding(&META, last_version, message);
    finding.minor = dead.minor;
    finding.remedy = format!("add {} to the rule", now.group_version());
    let question = format!("the server behind the rule must understand {now}");
    // Another group needs another rule, with its own resources.
    finding.fix = (now.group == group).then(|| Fix {
        action: FixAction::InsertItems { texts: vec![now.version.to_owned()] },
        safety: crate::Safety::Ask(question),
    });
    sink.report(finding);
}
