//! What a check is, what it is shown and where it puts what it finds.

use inventory::{FileContext, Inventory, NotAssessed, Reason};
use manifest::{Document, NodeId, Object};
use resource::{FieldPath, ObjectKey};
use text::Span;
use version::Minor;

use crate::{Finding, Journey, ObjectName};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Good to know; nothing to do for the upgrade.
    Info,
    /// Will be a problem at a later minor than the target, or is discouraged.
    Warning,
    /// The meaning changes without any error: worse to find later than a refusal.
    Silent,
    /// Fails at a minor on the way: refused, not started, not reachable.
    Breaks,
}

/// How sure a check is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// A sign, such as a name or an image's path.
    Low,
    /// Very likely; depends on something that a file does not show.
    Medium,
    /// What the file says, judged by facts with a source.
    High,
}

/// What is known about a check without running it. Its page and `liftlock explain` are made from it.
#[derive(Debug)]
pub struct Meta {
    /// The stable id, named by the thing that is found: `removed-api`.
    pub id: &'static str,
    /// What it finds, as a heading.
    pub title: &'static str,
    /// The severity it starts with; single findings may be lower.
    pub severity: Severity,
    /// How sure it is at best.
    pub confidence: Confidence,
    /// The first minor whose upgrade it matters for; none if for all.
    pub first: Option<Minor>,
    /// The last minor that it matters for; none if it goes on.
    pub last: Option<Minor>,
    /// What it looks at and finds.
    pub what: &'static str,
    /// Why it hurts an upgrade.
    pub why: &'static str,
    /// What to do.
    pub remedy: &'static str,
    /// A smallest example that it finds.
    pub example: &'static str,
    /// The same after the remedy; empty if there is no single answer.
    pub fixed: &'static str,
    /// What its fix does and when it may be applied unattended; empty if it has none.
    pub fix_safety: &'static str,
    /// Ids of the rows of `behaviour-changes.csv` that it covers.
    pub rows: &'static [&'static str],
    /// Where the facts come from.
    pub links: &'static [&'static str],
    /// Words of which at least one stands in every document that it finds something in. A document
    /// without any check's words is not parsed.
    pub triggers: &'static [&'static str],
}

/// An object or document that a check is shown.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The file.
    pub file: &'a FileContext,
    /// The document.
    pub document: &'a Document<'a>,
    /// The object; none for a document that is no object (values, patches, plain configuration).
    pub object: Option<Object<'a>>,
    /// The object's node, or the document's root.
    pub node: NodeId,
}

impl<'a> Subject<'a> {
    /// The object's name in owned form.
    #[must_use]
    pub fn name(&self) -> Option<ObjectName> {
        let object = self.object?;
        let text = |key| self.document.text_at(self.node, &["metadata", key]).unwrap_or_default().to_owned();
        Some(ObjectName {
            api_version: object.gvk.group_version().to_string(),
            kind: object.gvk.kind.to_owned(),
            key: ObjectKey { namespace: text("namespace"), name: text("name") },
        })
    }

    /// The object as a message names it: `Deployment 'shop/web'`, or its kind alone if it has no name.
    #[must_use]
    pub fn title(&self) -> String {
        let Some(name) = self.name() else { return "the document".to_owned() };
        if name.key.name.is_empty() {
            return name.kind;
        }
        format!("{} '{}'", name.kind, name.key)
    }

    /// A finding of `check` at `node`, with what can be told from the subject filled in.
    #[must_use]
    pub fn finding(&self, check: &Meta, node: NodeId, message: String) -> Finding {
        Finding {
            check: check.id,
            severity: check.severity,
            confidence: check.confidence,
            span: self.document.span(node),
            object: self.name(),
            path: self.document.path_from(self.node, node),
            message,
            remedy: check.remedy.to_owned(),
            minor: None,
            related: Vec::new(),
            clusters: Vec::new(),
            roots: Vec::new(),
            charts: Vec::new(),
            units: Vec::new(),
            is_deployed: None,
            is_fixed_at_origin: false,
            fix: None,
        }
    }

    /// The path of `node` within the subject.
    #[must_use]
    pub fn path(&self, node: NodeId) -> FieldPath {
        self.document.path_from(self.node, node)
    }

    /// The span of the subject's node.
    #[must_use]
    pub fn span(&self) -> Span {
        self.document.span(self.node)
    }
}

/// What a check may ask about the upgrade.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The journeys that reach the file, at least one.
    pub journeys: &'a [Journey],
    /// What the clusters turn on beyond the defaults.
    pub overlay: &'a catalog::Overlay,
}

impl Context<'_> {
    /// The newest target of all journeys: what happens after it is of no interest.
    #[must_use]
    pub fn target(&self) -> Minor {
        self.journeys.iter().map(|journey| journey.to).max().unwrap_or(catalog::HORIZON)
    }

    /// The oldest start of all journeys; none if one has none.
    #[must_use]
    pub fn start(&self) -> Option<Minor> {
        self.journeys.iter().map(|journey| journey.from).min().flatten()
    }

    /// Whether any journey is at or past `minor` when it ends.
    #[must_use]
    pub fn reaches(&self, minor: Minor) -> bool {
        self.journeys.iter().any(|journey| journey.reaches(minor))
    }
}

/// Where findings go, and what a check saw but could not judge.
#[derive(Debug, Default)]
pub struct Sink {
    findings: Vec<Finding>,
    not_assessed: Vec<NotAssessed>,
}

impl Sink {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a finding.
    pub fn report(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Takes note of a place that the facts do not reach, so that silence about it does not mean clean.
    pub fn cannot_assess(&mut self, subject: &Subject<'_>, node: NodeId, reason: Reason, detail: String) {
        let span = Some(subject.document.span(node));
        self.not_assessed.push(NotAssessed { path: subject.file.path.clone(), span, reason, detail });
    }

    /// As [`Sink::cannot_assess`], for what spans several documents.
    pub fn note(&mut self, not_assessed: NotAssessed) {
        self.not_assessed.push(not_assessed);
    }

    /// What was found, in the order of the calls.
    #[must_use]
    pub fn into_findings(self) -> Vec<Finding> {
        self.findings
    }

    /// What was found and what was not assessed, both in the order of the calls.
    #[must_use]
    pub fn into_parts(self) -> (Vec<Finding>, Vec<NotAssessed>) {
        (self.findings, self.not_assessed)
    }
}

/// A check. The default methods find nothing: a check implements the level that it looks at.
pub trait Check: Sync {
    /// What it is.
    fn meta(&self) -> &'static Meta;

    /// The words of [`Meta::triggers`], and for checks that look for what the catalog lists, its words.
    fn triggers(&self) -> Vec<&'static str> {
        self.meta().triggers.to_vec()
    }

    /// Looks at one object. Called for each object of each document that was parsed.
    fn object(&self, _context: &Context<'_>, _subject: &Subject<'_>, _sink: &mut Sink) {}

    /// Looks at a document that holds no object.
    fn document(&self, _context: &Context<'_>, _subject: &Subject<'_>, _sink: &mut Sink) {}

    /// Looks at a document that stands in a string of an object, such as a manifest in a ConfigMap. Spans of findings
    /// lead into the string; the engine takes them to the file, and takes fixes away.
    fn embedded(&self, _context: &Context<'_>, _inner: &Subject<'_>, _sink: &mut Sink) {}

    /// Looks at the rows of everything that was seen.
    fn inventory(&self, _context: &Context<'_>, _inventory: &Inventory, _sink: &mut Sink) {}
}
