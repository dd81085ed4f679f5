//! `inline-patch-old-api`: a kustomize patch that is written as a string and names a version that is gone.
//!
//! Looks into the strings of kustomizations, Flux Kustomizations, HelmReleases and Argo CD applications. A finding
//! stands at the version within the string; its fix changes that place alone, where it is written as it is read.

use inventory::Reason;
use manifest::{Document, NodeId};
use resource::GroupVersion;
use text::{Exactness, Span};

use super::dead::{Dead, dead_throughout, dead_version};
use crate::api::words;
use crate::embedded::Embedded;
use crate::walk::nodes_at;
use crate::{Check, Confidence, Context, Finding, Fix, FixAction, Meta, Safety, Severity, Sink, Subject};

/// The check.
#[derive(Debug)]
pub(crate) struct InlinePatchOldApi;

static META: Meta = Meta {
    id: "inline-patch-old-api",
    title: "Inline kustomize patch in a version that is gone",
    severity: Severity::Breaks,
    confidence: Confidence::High,
    first: None,
    last: None,
    what: "Finds patches written as strings (in kustomizations, Flux Kustomizations, HelmRelease post-renderers and \
           Argo CD applications) whose objects name a version that is not served at the target, and JSON patches \
           that set or test such an `apiVersion`.",
    why: "A patch without a target is for the object of its own version and name: once that object's file is moved to \
          the new version, the build fails. With a target its version is not looked at, but its fields are merged \
          into an object of the new version. A JSON patch that sets the version makes an object that is refused.",
    remedy: "Change the patch together with the objects that it is for.",
    example: "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\npatches:\n- patch: |-\n    apiVersion: batch/v1beta1\n    kind: CronJob\n    metadata:\n      name: report\n    spec:\n      suspend: true\n",
    fixed: "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\npatches:\n- patch: |-\n    apiVersion: batch/v1\n    kind: CronJob\n    metadata:\n      name: report\n    spec:\n      suspend: true\n",
    fix_safety: "Writes the new version into the string after asking whether the objects say it too and have the \
                 patch's fields. No fix where the string is folded over lines.",
    rows: &[],
    links: &["https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/patches/"],
    triggers: &[],
};

/// Where kustomize's fields stand in a kustomization, a Flux or an Argo CD object.
const HOLDERS: [&[&str]; 7] = [
    &[],
    &["spec"],
    &["spec", "postRenderers", "*", "kustomize"],
    &["spec", "source", "kustomize"],
    &["spec", "sources", "*", "kustomize"],
    &["spec", "template", "spec", "source", "kustomize"],
    &["spec", "template", "spec", "sources", "*", "kustomize"],
];

/// The groups whose objects hold patches.
const GROUPS: [&str; 4] =
    ["kustomize.config.k8s.io", "kustomize.toolkit.fluxcd.io", "helm.toolkit.fluxcd.io", "argoproj.io"];

impl Check for InlinePatchOldApi {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn triggers(&self) -> Vec<&'static str> {
        words::unsettled_apis_and_crds()
    }

    fn object(&self, context: &Context<'_>, subject: &Subject<'_>, sink: &mut Sink) {
        if subject.object.is_some_and(|object| GROUPS.contains(&object.gvk.group)) {
            look(context, subject, sink);
        }
    }

    fn document(&self, context: &Context<'_>, subject: &Subject<'_>, sink: &mut Sink) {
        look(context, subject, sink);
    }
}

fn look(context: &Context<'_>, subject: &Subject<'_>, sink: &mut Sink) {
    let document = subject.document;
    for holder in HOLDERS.iter().flat_map(|path| nodes_at(document, subject.node, path)) {
        for list in ["patches", "patchesJson6902"] {
            for patch in nodes_at(document, holder, &[list, "*"]) {
                let target = document.get(patch, "target");
                if let Some(value) = document.get(patch, "patch") {
                    Patch { context, subject, target }.look(value, sink);
                }
            }
        }
        for value in nodes_at(document, holder, &["patchesStrategicMerge", "*"]) {
            Patch { context, subject, target: None }.look(value, sink);
        }
    }
}

/// A patch: what it stands in, and the selector beside it.
#[derive(Clone, Copy)]
struct Patch<'a> {
    context: &'a Context<'a>,
    subject: &'a Subject<'a>,
    target: Option<NodeId>,
}

/// A place that names a dead version.
struct Place {
    node: NodeId,
    /// Whether it is in a strategic merge patch rather than a JSON patch.
    is_merged: bool,
    /// The kind that is patched, where it is known.
    kind: Option<String>,
    /// What the message says about it.
    what: String,
    dead: Dead,
}

impl Patch<'_> {
    /// Looks at the value of a patch: a string that holds one, or in Flux the operations themselves.
    fn look(self, value: NodeId, sink: &mut Sink) {
        let outer = self.subject.document;
        if outer.is_sequence(value) {
            for place in self.operations(outer, value) {
                let mut finding = self.finding(&place, outer.span(place.node));
                finding.path = self.subject.path(place.node);
                let action = FixAction::ReplaceScalar { text: place.version_now().unwrap_or_default() };
                sink.report(with_fix(finding, &place, Some(action)));
            }
            return;
        }
        let Some(string) = Embedded::at(outer, value) else { return };
        // The name of a file, or text that names no version.
        if !string.content.contains("apiVersion") {
            return;
        }
        match string.documents() {
            Ok(documents) => {
                for document in &documents {
                    self.look_inside(&string, document, sink);
                }
            }
            Err(error) => {
                let is_template = string.content.contains("{{");
                let reason = if is_template { Reason::NeedsRendering } else { Reason::Malformed };
                sink.cannot_assess(self.subject, value, reason, format!("an inline patch: {error}"));
            }
        }
    }

    fn look_inside(self, string: &Embedded<'_>, document: &Document<'_>, sink: &mut Sink) {
        let Some(root) = document.root() else { return };
        let places =
            if document.is_sequence(root) { self.operations(document, root) } else { self.objects(document) };
        for place in places {
            let span = document.span(place.node);
            let mut finding = self.finding(&place, string.to_file(span));
            finding.path = self.subject.path(string.value);
            finding.path.0.extend(document.path_from(root, place.node).0);
            let action = text_of(document, place.node)
                .and_then(|text| string.replacing(text, place.version_now().unwrap_or_default()));
            sink.report(with_fix(finding, &place, action));
        }
    }

    /// The objects of a strategic merge patch.
    fn objects(self, document: &Document<'_>) -> Vec<Place> {
        let place = |object: manifest::Object<'_>| {
            let dead = dead_version(self.context, object.gvk)?;
            let name = document.text_at(object.node, &["metadata", "name"]).unwrap_or_default();
            let named = if name.is_empty() { String::new() } else { format!(" '{name}'") };
            let (kind, version) = (object.gvk.kind, object.gvk.group_version());
            let what = format!("an inline patch of {kind}{named} says {version}");
            let kind = Some(object.gvk.kind.to_owned());
            Some(Place { node: object.api_version, is_merged: true, kind, what, dead })
        };
        manifest::objects(document).into_iter().filter_map(place).collect()
    }

    /// The operations of a JSON patch that set or test a version, or add something that has one.
    fn operations(self, document: &Document<'_>, list: NodeId) -> Vec<Place> {
        let mut places = Vec::new();
        for operation in document.items(list) {
            let operation = document.dereference(*operation);
            let path = document.text_at(operation, &["path"]).unwrap_or_default();
            let Some(value) = document.get(operation, "value").filter(|value| !document.is_opaque(*value))
            else {
                continue;
            };
            let dead = match document.text(value).and_then(GroupVersion::parse) {
                Some(version) if path == "/apiVersion" => self.dead_at_root(version),
                Some(version) if path.ends_with("/apiVersion") => dead_throughout(self.context, version),
                _ => None,
            };
            if let Some(dead) = dead {
                let text = document.text(value).unwrap_or_default();
                let what = format!("an inline patch writes {text} at '{path}'");
                places.push(Place {
                    node: value,
                    is_merged: false,
                    kind: self.kind().map(str::to_owned),
                    what,
                    dead,
                });
            }
        }
        places
    }

    /// The kind that the target says.
    fn kind(&self) -> Option<&str> {
        self.subject.document.text_at(self.target?, &["kind"])
    }

    /// The version of the patched object itself, whose kind the target may say.
    fn dead_at_root(self, version: GroupVersion<'_>) -> Option<Dead> {
        match self.kind() {
            Some(kind) => dead_version(self.context, version.with_kind(kind)),
            None => dead_throughout(self.context, version),
        }
    }

    fn finding(self, place: &Place, span: Span) -> Finding {
        let message = format!("{}, which is {}", place.what, place.dead.phrase);
        let mut finding = self.subject.finding(&META, self.subject.node, message);
        finding.span = span;
        finding.minor = place.dead.minor;
        finding.remedy = match place.version_now() {
            Some(now) => format!("write {now}, together with the objects that the patch is for"),
            None if place.kind.is_none() => {
                "write the version in which the patched kind is served".to_owned()
            }
            None => place.dead.remedy(),
        };
        // With a target the patch goes on to be applied; what may be wrong then are its fields.
        if self.target.is_some() && place.is_merged {
            finding.severity = Severity::Warning;
        }
        finding
    }
}

fn with_fix(mut finding: Finding, place: &Place, action: Option<FixAction>) -> Finding {
    finding.fix = place.version_now().zip(action).map(|(now, action)| Fix {
        action,
        safety: Safety::Ask(format!(
            "the objects that the patch is for must say {now} too, and the patch's fields must be those of it"
        )),
    });
    finding
}

/// Where the text of a scalar stands, its quotes left out; none if it is not written as it is read.
fn text_of(document: &Document<'_>, scalar: NodeId) -> Option<Span> {
    let pieces = document.content_map(scalar)?;
    let (span, exactness) = pieces.resolve(0..pieces.len())?;
    (exactness == Exactness::Verbatim).then_some(span)
}

impl Place {
    /// The group and version that take the place of the dead one, where the kind stays.
    fn version_now(&self) -> Option<String> {
        let now = self.dead.now?;
        self.kind.as_ref().is_none_or(|kind| kind == now.kind).then(|| now.group_version().to_string())
    }
}
