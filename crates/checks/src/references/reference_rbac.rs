//! `reference-rbac`: a role that grants something in a group that no longer has it.

use std::collections::BTreeSet;

use manifest::NodeId;

use super::dead::{self, Dead, dead_kind, kinds_of, plural};
use crate::walk::nodes_at;
use crate::{Check, Confidence, Context, Finding, Fix, FixAction, Meta, Safety, Severity, Sink, Subject};

/// The check.
#[derive(Debug)]
pub(crate) struct ReferenceRbac;

static META: Meta = Meta {
    id: "reference-rbac",
    title: "Role that names a group or resource that is gone",
    severity: Severity::Silent,
    confidence: Confidence::High,
    first: None,
    last: None,
    what: "Finds rules of Roles and ClusterRoles that name resources in API groups that do not have them at the \
           target, such as `ingresses` in `extensions`, unless the role grants the same in the new group already; and \
           rules for kinds that have no successor.",
    why: "The role is applied without an error and grants nothing. The controller or person that relied on it is \
          refused from that minor on.",
    remedy: "Add the new group next to the old one until every cluster has moved.",
    example: "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: ingress-reader\nrules:\n- apiGroups: [extensions]\n  resources: [ingresses]\n  verbs: [get, list, watch]\n",
    fixed: "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: ingress-reader\nrules:\n- apiGroups: [extensions, networking.k8s.io]\n  resources: [ingresses]\n  verbs: [get, list, watch]\n",
    fix_safety: "Inserts the new group after the old one: the same objects, under the name that they have now. \
                 Takes out resources without a successor where the rule has others.",
    rows: &["RBAC-STALE", "ANN-PSP"],
    links: &["https://kubernetes.io/docs/reference/access-authn-authz/rbac/"],
    triggers: &[],
};

impl Check for ReferenceRbac {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn triggers(&self) -> Vec<&'static str> {
        dead::words().to_vec()
    }

    fn object(&self, context: &Context<'_>, subject: &Subject<'_>, sink: &mut Sink) {
        let is_role = subject.object.is_some_and(|object| {
            object.gvk.group == "rbac.authorization.k8s.io"
                && matches!(object.gvk.kind, "Role" | "ClusterRole")
        });
        if !is_role {
            return;
        }
        let rules: Vec<Rule<'_>> = nodes_at(subject.document, subject.node, &["rules", "*"])
            .into_iter()
            .map(|node| Rule::at(subject, node))
            .collect();
        let granted = granted(&rules);
        for rule in &rules {
            for (group, node) in &rule.groups {
                report_group(context, subject, (rule, group, *node), &granted, sink);
            }
        }
    }
}

/// The groups and resources of one rule, with their scalars.
struct Rule<'d> {
    groups: Vec<(&'d str, NodeId)>,
    resources: Vec<(&'d str, NodeId)>,
}

impl<'d> Rule<'d> {
    fn at(subject: &Subject<'d>, node: NodeId) -> Self {
        let document = subject.document;
        let texts = |key: &str| {
            let items = nodes_at(document, node, &[key, "*"]).into_iter();
            items
                .filter(|item| !document.is_opaque(*item))
                .filter_map(|item| Some((document.text(item)?, item)))
                .collect()
        };
        Self { groups: texts("apiGroups"), resources: texts("resources") }
    }
}

/// What the rules grant: group and resource, `*` included.
fn granted<'d>(rules: &[Rule<'d>]) -> BTreeSet<(&'d str, &'d str)> {
    let pairs = rules.iter().flat_map(|rule| {
        rule.groups
            .iter()
            .flat_map(|(group, _)| rule.resources.iter().map(move |(resource, _)| (*group, *resource)))
    });
    pairs.collect()
}

fn is_granted(granted: &BTreeSet<(&str, &str)>, group: &str, resource: &str) -> bool {
    [(group, resource), (group, "*"), ("*", resource), ("*", "*")].iter().any(|pair| granted.contains(pair))
}

fn report_group(
    context: &Context<'_>,
    subject: &Subject<'_>,
    (rule, group, group_node): (&Rule<'_>, &str, NodeId),
    granted: &BTreeSet<(&str, &str)>,
    sink: &mut Sink,
) {
    let kinds = kinds_of(group);
    let mut moved: Vec<(&str, Dead)> = Vec::new();
    for (resource, node) in &rule.resources {
        for (name, dead) in dead_resources(context, group, &kinds, resource) {
            match dead.now.filter(|now| now.group != group) {
                Some(now) if !is_granted(granted, now.group, &plural(now.kind)) => moved.push((name, dead)),
                Some(_) => {}
                None if dead.now.is_none() && *resource != "*" => {
                    report_dead(subject, rule, (resource, *node), &dead, sink)
                }
                None => {}
            }
        }
    }
    let safety = match rule.resources.iter().any(|(resource, _)| *resource == "*") {
        true => {
            Safety::Ask("with '*' among the resources the rule then covers all of the new groups".to_owned())
        }
        false => Safety::Safe,
    };
    if let Some(mut finding) = moved_finding(subject, group, group_node, &moved) {
        finding.fix = finding.fix.map(|fix| Fix { safety, ..fix });
        sink.report(finding);
    }
}

/// The dead kinds of a group that a rule's resource names: one, none, or all of them for `*`.
fn dead_resources(
    context: &Context<'_>,
    group: &str,
    kinds: &BTreeSet<&'static str>,
    resource: &str,
) -> Vec<(&'static str, Dead)> {
    let base = resource.split('/').next().unwrap_or(resource);
    let named = kinds.iter().filter(|kind| base == "*" || plural(kind) == base);
    let states: Vec<_> = named.map(|kind| (*kind, dead_kind(context, group, kind))).collect();
    // All of a group that lives on is still granted: the rule was never about the kind that left.
    if base == "*" && states.iter().any(|(_, dead)| dead.is_none()) {
        return Vec::new();
    }
    states.into_iter().filter_map(|(kind, dead)| Some((kind, dead?))).collect()
}

fn moved_finding(
    subject: &Subject<'_>,
    group: &str,
    node: NodeId,
    moved: &[(&str, Dead)],
) -> Option<Finding> {
    let (_, first) = moved.iter().min_by_key(|(_, dead)| dead.minor)?;
    let names: BTreeSet<String> = moved.iter().map(|(kind, _)| plural(kind)).collect();
    let groups: BTreeSet<&str> = moved.iter().filter_map(|(_, dead)| dead.now).map(|now| now.group).collect();
    let message = format!(
        "{} grants {} in the group {group}, where they are {}",
        subject.title(),
        names.into_iter().collect::<Vec<_>>().join(", "),
        first.phrase
    );
    let mut finding = subject.finding(&META, node, message);
    finding.minor = moved.iter().filter_map(|(_, dead)| dead.minor).min();
    let texts: Vec<String> = groups.into_iter().map(str::to_owned).collect();
    finding.remedy = format!("add {} next to {group}", texts.join(" and "));
    finding.fix = Some(Fix { action: FixAction::InsertItems { texts }, safety: Safety::Safe });
    Some(finding)
}

fn report_dead(
    subject: &Subject<'_>,
    rule: &Rule<'_>,
    (resource, node): (&str, NodeId),
    dead: &Dead,
    sink: &mut Sink,
) {
    let message = format!("{} grants {resource}, a kind that is {}", subject.title(), dead.phrase);
    let mut finding = subject.finding(&META, node, message);
    finding.severity = Severity::Info;
    finding.minor = dead.minor;
    finding.remedy = "take it out once every cluster is past that minor: nothing takes its place".to_owned();
    let question = "clusters below that minor still need the rule".to_owned();
    finding.fix = (rule.resources.len() > 1)
        .then_some(Fix { action: FixAction::RemoveItem, safety: Safety::Ask(question) });
    sink.report(finding);
}
