//! Output as it grows: bytes and whose they are.

use text::{DecisionId, Origin};

use super::Rendered;
use crate::{Ledger, Value};

/// Collects output.
pub(super) struct Sink {
    rendered: Rendered,
    records: bool,
}

impl Sink {
    pub(super) fn new(records: bool) -> Self {
        Self { rendered: Rendered::default(), records }
    }

    pub(super) fn push(&mut self, bytes: &[u8], origin: Origin, decision: Option<DecisionId>) {
        self.rendered.bytes.extend_from_slice(bytes);
        if self.records && !bytes.is_empty() {
            self.rendered.pieces.push((bytes.len(), origin, decision));
        }
    }

    /// Notes that something stands here, or does not, because of a decision.
    pub(super) fn note(&mut self, decision: DecisionId) {
        self.rendered.pieces.push((0, Ledger::NOWHERE, Some(decision)));
    }

    pub(super) fn into_rendered(self) -> Rendered {
        self.rendered
    }

    /// The output as a string, composed of its pieces; those that stand under one decision stand under it together.
    pub(super) fn into_value(self, ledger: &Ledger) -> Value {
        let Rendered { bytes, pieces } = self.rendered;
        let mut parts = Vec::new();
        let mut run: Vec<(usize, Origin)> = Vec::new();
        let noted: Vec<DecisionId> = pieces
            .iter()
            .filter(|(length, ..)| *length == 0)
            .filter_map(|(.., decision)| *decision)
            .collect();
        let mut pieces = pieces.into_iter().filter(|(length, ..)| *length > 0).peekable();
        while let Some((length, origin, decision)) = pieces.next() {
            run.push((length, origin));
            if pieces.peek().is_none_or(|(_, _, next)| *next != decision) {
                let total = run.iter().map(|(length, _)| length).sum();
                parts.push((total, ledger.decided(ledger.composed(&run), decision)));
                run.clear();
            }
        }
        let origin = if parts.is_empty() { Ledger::NOWHERE } else { ledger.composed(&parts) };
        let origin = noted.into_iter().fold(origin, |origin, noted| ledger.decided(origin, Some(noted)));
        Value::string(bytes, origin)
    }
}
