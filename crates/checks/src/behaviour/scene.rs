//! What a check of this family works with: itself, the journeys, the subject, and how findings are made.

use std::ops::Range;

use manifest::{Document, NodeId};

use super::due::Due;
use crate::{Confidence, Context, Finding, Fix, FixAction, Meta, Safety, Severity, Subject};

/// A check at work on one subject.
#[derive(Clone, Copy)]
pub(crate) struct Scene<'s> {
    /// The check.
    pub(crate) meta: &'static Meta,
    /// The journeys.
    pub(crate) context: &'s Context<'s>,
    /// What is looked at.
    pub(crate) subject: &'s Subject<'s>,
}

impl<'s> Scene<'s> {
    /// The document that the subject stands in.
    pub(crate) fn document(&self) -> &'s Document<'s> {
        self.subject.document
    }

    /// A finding at `node` if the change is due for a journey and nobody hid the node's meaning.
    pub(crate) fn find(&self, due: Due, node: NodeId, message: impl Into<String>) -> Option<Finding> {
        let (severity, minor) = due.verdict(self.context, self.meta.severity)?;
        let mut finding = self.note(node, message)?;
        finding.severity = severity;
        finding.minor = Some(minor);
        Some(finding)
    }

    /// Like [`Scene::find`] for changed defaults, of interest only to those who pass the minor.
    pub(crate) fn passing(&self, due: Due, node: NodeId, message: impl Into<String>) -> Option<Finding> {
        let (severity, minor) = due.passing(self.context, self.meta.severity)?;
        let mut finding = self.note(node, message)?;
        finding.severity = severity;
        finding.minor = Some(minor);
        Some(finding)
    }

    /// A finding that does not hang on a minor.
    pub(crate) fn note(&self, node: NodeId, message: impl Into<String>) -> Option<Finding> {
        let opaque = self.document().is_opaque(node);
        (!opaque).then(|| self.subject.finding(self.meta, node, message.into()))
    }

    /// The value of a key of the subject's `metadata.annotations`, as key and value.
    pub(crate) fn annotation(&self, metadata: Option<NodeId>, key: &str) -> Option<manifest::Entry> {
        let annotations = self.document().get(metadata?, "annotations")?;
        self.document().entry(annotations, key)
    }

    /// The subject's own `metadata`.
    pub(crate) fn metadata(&self) -> Option<NodeId> {
        self.document().get(self.subject.node, "metadata")
    }

    /// Whether the oldest start of all journeys is at or past `1.number`. An unknown start is not.
    pub(crate) fn starts_at(&self, number: u16) -> bool {
        self.context.start().is_some_and(|start| start.number() >= number)
    }

    /// `Safe` if every cluster already runs `1.number`, so that the new form is known to all; else the
    /// question.
    pub(crate) fn safe_from(&self, number: u16, question: &str) -> Safety {
        if self.starts_at(number) { Safety::Safe } else { Safety::Ask(question.to_owned()) }
    }

    /// As [`Scene::safe_from`], but for forms so old that no supported cluster can lack them: only a
    /// start that is known to be older asks.
    pub(crate) fn safe_since(&self, number: u16, question: &str) -> Safety {
        let older = self.context.start().is_some_and(|start| start.number() < number);
        if older { Safety::Ask(question.to_owned()) } else { Safety::Safe }
    }
}

impl Finding {
    /// With the fix that `action` is.
    pub(crate) fn fixed_by(mut self, action: FixAction, safety: Safety) -> Self {
        self.fix = Some(Fix { action, safety });
        self
    }

    /// With a remedy of its own in place of the check's.
    pub(crate) fn mended_by(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = remedy.into();
        self
    }

    /// At most as bad as this.
    pub(crate) fn at_most(mut self, severity: Severity) -> Self {
        self.severity = self.severity.min(severity);
        self
    }

    /// As sure as this.
    pub(crate) fn with_confidence(mut self, confidence: Confidence) -> Self {
        self.confidence = confidence;
        self
    }

    /// Pointing at `range` of the text of the scalar `node` instead of at all of it.
    pub(crate) fn within(mut self, document: &Document<'_>, node: NodeId, range: &Range<usize>) -> Self {
        let bounds = (u32::try_from(range.start), u32::try_from(range.end));
        if let ((Ok(start), Ok(end)), Some(map)) = (bounds, document.content_map(node))
            && let Some((span, _)) = map.resolve(start..end)
        {
            self.span = span;
        }
        self
    }
}

/// Writes `text` in place of the scalar.
pub(crate) fn replace(text: impl Into<String>) -> FixAction {
    FixAction::ReplaceScalar { text: text.into() }
}

/// Gives the entry another key.
pub(crate) fn rename(to: impl Into<String>) -> FixAction {
    FixAction::RenameKey { to: to.into() }
}
