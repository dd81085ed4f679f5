//! `reference-kustomize-target`: a kustomize selector that names a version that is gone.

use manifest::NodeId;
use resource::{GroupVersion, GroupVersionKind};

use super::dead::{self, dead_kind, dead_throughout, dead_version};
use crate::walk::nodes_at;
use crate::{Check, Confidence, Context, Fix, FixAction, Meta, Safety, Severity, Sink, Subject};

/// The check.
#[derive(Debug)]
pub(crate) struct ReferenceKustomizeTarget;

static META: Meta = Meta {
    id: "reference-kustomize-target",
    title: "Kustomize target in a version that is gone",
    severity: Severity::Silent,
    confidence: Confidence::High,
    first: None,
    last: None,
    what: "Finds targets of patches (in kustomizations, Flux Kustomizations, HelmRelease post-renderers and Argo CD \
           applications), sources and targets of replacements, and field specifications of kustomize configurations, \
           that name a group and version which are not served at the target.",
    why: "Such a target selects by the version that the resource's file says. Once that file is moved to the new \
          version the patch selects nothing and the build goes on without it: the change is lost in silence.",
    remedy: "Change the target together with the resources that it selects, or leave its version out.",
    example: "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\npatches:\n- path: schedule.yaml\n  target:\n    group: batch\n    version: v1beta1\n    kind: CronJob\n",
    fixed: "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\npatches:\n- path: schedule.yaml\n  target:\n    group: batch\n    version: v1\n    kind: CronJob\n",
    fix_safety: "Asks whether the resources that the target selects say the new version too.",
    rows: &[],
    links: &["https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/patches/"],
    triggers: &[
        ": v1beta",
        ": \"v1beta",
        ": 'v1beta",
        ":\"v1beta",
        ": v2beta",
        ": \"v2beta",
        ": 'v2beta",
        ":\"v2beta",
        ": v1alpha",
        ": \"v1alpha",
        ": 'v1alpha",
        ":\"v1alpha",
        ": v2alpha",
        ": \"v2alpha",
        ": 'v2alpha",
        ":\"v2alpha",
    ],
};

/// Where selectors stand in a kustomization, a Flux or Argo CD object, or a kustomize configuration.
const SELECTORS: [&[&str]; 17] = [
    &["patches", "*", "target"],
    &["patchesJson6902", "*", "target"],
    &["replacements", "*", "source"],
    &["replacements", "*", "targets", "*", "select"],
    &["replacements", "*", "targets", "*", "reject", "*"],
    &["spec", "patches", "*", "target"],
    &["spec", "patchesJson6902", "*", "target"],
    &["spec", "postRenderers", "*", "kustomize", "patches", "*", "target"],
    &["spec", "postRenderers", "*", "kustomize", "patchesJson6902", "*", "target"],
    &["spec", "source", "kustomize", "patches", "*", "target"],
    &["spec", "sources", "*", "kustomize", "patches", "*", "target"],
    &["spec", "template", "spec", "source", "kustomize", "patches", "*", "target"],
    &["nameReference", "*"],
    &["nameReference", "*", "fieldSpecs", "*"],
    &["commonLabels", "*"],
    &["namePrefix", "*"],
    &["varReference", "*"],
];

impl Check for ReferenceKustomizeTarget {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn triggers(&self) -> Vec<&'static str> {
        let mut words = META.triggers.to_vec();
        words.extend(dead::words());
        words
    }

    fn object(&self, context: &Context<'_>, subject: &Subject<'_>, sink: &mut Sink) {
        let groups = [
            "kustomize.config.k8s.io",
            "kustomize.toolkit.fluxcd.io",
            "helm.toolkit.fluxcd.io",
            "argoproj.io",
        ];
        if subject.object.is_some_and(|object| groups.contains(&object.gvk.group)) {
            look(context, subject, sink);
        }
    }

    fn document(&self, context: &Context<'_>, subject: &Subject<'_>, sink: &mut Sink) {
        look(context, subject, sink);
    }
}

fn look(context: &Context<'_>, subject: &Subject<'_>, sink: &mut Sink) {
    for path in SELECTORS {
        for node in nodes_at(subject.document, subject.node, path) {
            selector(context, subject, node, sink);
        }
    }
}

fn selector(context: &Context<'_>, subject: &Subject<'_>, node: NodeId, sink: &mut Sink) {
    let document = subject.document;
    let field = |key| {
        let value = document.get(node, key).filter(|value| !document.is_opaque(*value))?;
        Some((value, document.text(value)?))
    };
    let (group, version, kind) = (field("group"), field("version"), field("kind"));
    let Some((_, group_text)) = group else { return };
    let dead = match (version, kind) {
        (Some((_, version)), Some((_, kind))) => {
            dead_version(context, GroupVersionKind { group: group_text, version, kind })
        }
        (Some((_, version)), None) => dead_throughout(context, GroupVersion { group: group_text, version }),
        (None, Some((_, kind))) => dead_kind(context, group_text, kind),
        (None, None) => None,
    };
    let Some(dead) = dead else { return };
    let place = version.or(group).map_or(node, |(place, _)| place);
    let named: Vec<&str> = [group, version, kind].into_iter().flatten().map(|(_, text)| text).collect();
    let message = format!("a kustomize target selects {}, which is {}", named.join("/"), dead.phrase);
    let mut finding = subject.finding(&META, place, message);
    finding.minor = dead.minor;
    finding.remedy =
        "change the target together with the resources that it selects, or leave its version out".to_owned();
    let same_group = dead.now.filter(|now| now.group == group_text && version.is_some());
    finding.fix = same_group.map(|now| Fix {
        action: FixAction::ReplaceScalar { text: now.version.to_owned() },
        safety: Safety::Ask(format!(
            "the resources that the target selects must say {} too",
            now.group_version()
        )),
    });
    sink.report(finding);
}
