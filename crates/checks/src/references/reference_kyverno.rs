//! `reference-kyverno`: a Kyverno policy that matches a version that is gone.

use resource::GroupVersionKind;

use super::dead::{Dead, dead_version};
use crate::walk::nodes_at;
use crate::{Check, Confidence, Context, Fix, FixAction, Meta, Severity, Sink, Subject};

/// The check.
#[derive(Debug)]
pub(crate) struct ReferenceKyverno;

static META: Meta = Meta {
    id: "reference-kyverno",
    title: "Kyverno policy for a version that is no longer served",
    severity: Severity::Silent,
    confidence: Confidence::High,
    first: None,
    last: None,
    what: "Finds `kinds` in the matches of Kyverno policies that name a version which is not served at the target, \
           such as `policy/v1beta1/PodDisruptionBudget`. A kind without a version matches every version and is fine.",
    why: "The rule matches nothing any more and the policy still reports that it is ready: what it forbade is allowed.",
    remedy: "Name the version that is served, or the kind alone.",
    example: "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata:\n  name: budgets\nspec:\n  rules:\n  - name: no-zero\n    match:\n      any:\n      - resources:\n          kinds:\n          - policy/v1beta1/PodDisruptionBudget\n",
    fixed: "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata:\n  name: budgets\nspec:\n  rules:\n  - name: no-zero\n    match:\n      any:\n      - resources:\n          kinds:\n          - policy/v1/PodDisruptionBudget\n",
    fix_safety: "Writes the version that is served. Safe where every cluster serves it already, else it asks.",
    rows: &[],
    links: &["https://kyverno.io/docs/policy-types/cluster-policy/match-exclude/"],
    triggers: &["kyverno.io/"],
};

/// Where kinds stand, below a rule or a policy's `spec`.
const KINDS: [&[&str]; 7] = [
    &["match", "any", "*", "resources", "kinds", "*"],
    &["match", "all", "*", "resources", "kinds", "*"],
    &["match", "resources", "kinds", "*"],
    &["exclude", "any", "*", "resources", "kinds", "*"],
    &["exclude", "all", "*", "resources", "kinds", "*"],
    &["exclude", "resources", "kinds", "*"],
    &["generate", "cloneList", "kinds", "*"],
];

impl Check for ReferenceKyverno {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn object(&self, context: &Context<'_>, subject: &Subject<'_>, sink: &mut Sink) {
        if subject.object.is_none_or(|object| object.gvk.group != "kyverno.io") {
            return;
        }
        let document = subject.document;
        let mut rules = nodes_at(document, subject.node, &["spec", "rules", "*"]);
        rules.extend(nodes_at(document, subject.node, &["spec"]));
        let places =
            rules.iter().flat_map(|rule| KINDS.iter().flat_map(|path| nodes_at(document, *rule, path)));
        for node in places.filter(|node| !document.is_opaque(*node)) {
            let Some(matched) = document.text(node).and_then(Match::parse) else { continue };
            let Some(dead) = matched.dead(context) else { continue };
            let text = document.text(node).unwrap_or_default();
            let message = format!("{} matches {text}, which is {}", subject.title(), dead.phrase);
            let mut finding = subject.finding(&META, node, message);
            finding.minor = dead.minor;
            finding.remedy = match dead.now {
                Some(_) => format!("{}, or the kind alone", dead.remedy()),
                None => dead.remedy(),
            };
            finding.fix = dead.now.filter(|now| now.kind == matched.kind).map(|now| Fix {
                action: FixAction::ReplaceScalar { text: matched.renamed(now) },
                safety: dead.safety,
            });
            sink.report(finding);
        }
    }
}

/// `group/version/Kind/subresource`, of which the kind is always there and the version for this check too.
struct Match<'a> {
    group: Option<&'a str>,
    version: &'a str,
    kind: &'a str,
    subresource: Option<&'a str>,
}

impl<'a> Match<'a> {
    /// None for a kind without a version and for wildcards.
    fn parse(text: &'a str) -> Option<Self> {
        if text.contains(['*', '?']) {
            return None;
        }
        let parts: Vec<&str> = text.split('/').collect();
        let is_version = |part: &str| {
            part.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        };
        match *parts.as_slice() {
            [version, kind] if is_version(version) => {
                Some(Self { group: None, version, kind, subresource: None })
            }
            [version, kind, subresource] if is_version(version) => {
                Some(Self { group: None, version, kind, subresource: Some(subresource) })
            }
            [group, version, kind] => Some(Self { group: Some(group), version, kind, subresource: None }),
            [group, version, kind, subresource] => {
                Some(Self { group: Some(group), version, kind, subresource: Some(subresource) })
            }
            _ => None,
        }
    }

    /// What has become of it; without a group, only if that is so in every group that has the kind.
    fn dead(&self, context: &Context<'_>) -> Option<Dead> {
        if let Some(group) = self.group {
            return dead_version(context, GroupVersionKind { group, version: self.version, kind: self.kind });
        }
        let same = catalog::apis()
            .map(|api| api.gvk())
            .filter(|gvk| gvk.kind == self.kind && gvk.version == self.version);
        let states: Option<Vec<Dead>> = same.map(|gvk| dead_version(context, gvk)).collect();
        states?.into_iter().next_back()
    }

    fn renamed(&self, now: GroupVersionKind<'_>) -> String {
        let head = match self.group {
            Some(_) => now.to_string(),
            None => format!("{}/{}", now.version, now.kind),
        };
        self.subresource.map_or(head.clone(), |subresource| format!("{head}/{subresource}"))
    }
}
