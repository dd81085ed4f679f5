//! How often what was proved, and why not where it was not.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What became of a line that was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Outcome {
    /// Exactly what names the bytes has changed, as it should.
    Exact,
    /// A decision of the template has read the bytes as well, or they are a key: what names them has changed, other
    /// things too.
    Decides,
    /// A function that read the bytes refuses the change.
    Refused,
}

#[derive(Default)]
pub(crate) struct Tally {
    /// By whose the bytes are.
    outcomes: BTreeMap<(&'static str, Outcome), usize>,
    /// Bytes that nothing is made of, by what they are.
    unnamed: BTreeMap<&'static str, usize>,
    /// Lines that cannot be tried, by what made them.
    not_provable: BTreeMap<String, usize>,
    false_origins: Vec<String>,
    /// Cases that do not render.
    not_rendered: usize,
    /// Bytes that were read at the places of their origins and are the same.
    pub(super) bytes_read: usize,
}

impl Tally {
    pub(super) fn count(&mut self, kind: &'static str, outcome: Outcome) {
        *self.outcomes.entry((kind, outcome)).or_default() += 1;
    }

    pub(super) fn count_unnamed(&mut self, kind: &'static str) {
        *self.unnamed.entry(kind).or_default() += 1;
    }

    pub(super) fn count_not_provable(&mut self, why: String) {
        *self.not_provable.entry(why).or_default() += 1;
    }

    pub(super) fn count_not_rendered(&mut self) {
        self.not_rendered += 1;
    }

    pub(super) fn add_fault(&mut self, told: String) {
        self.false_origins.push(told);
    }

    pub(crate) fn faults(&self) -> usize {
        self.false_origins.len()
    }

    /// Lines that were changed so that exactly what names the bytes has changed.
    pub(crate) fn exact(&self) -> usize {
        self.outcomes
            .iter()
            .filter(|((_, outcome), _)| *outcome == Outcome::Exact)
            .map(|(_, count)| count)
            .sum()
    }

    /// Lines that were tried.
    pub(crate) fn tried(&self) -> usize {
        self.faults() + self.outcomes.values().chain(self.not_provable.values()).sum::<usize>()
    }

    /// The counts, as they are published.
    pub(crate) fn print(&self) -> String {
        let mut text = String::new();
        for told in &self.false_origins {
            let _ = writeln!(text, "false: {told}");
        }
        for ((kind, outcome), count) in &self.outcomes {
            let outcome = match outcome {
                Outcome::Exact => "exact",
                Outcome::Decides => "decides",
                Outcome::Refused => "refused",
            };
            let _ = writeln!(text, "{count:>7} {outcome:<12} {kind}");
        }
        for (kind, count) in &self.unnamed {
            let _ = writeln!(text, "{count:>7} {:<12} {kind}", "unnamed");
        }
        for (why, count) in &self.not_provable {
            let _ = writeln!(text, "{count:>7} {:<12} {why}", "not provable");
        }
        let _ = writeln!(
            text,
            "{} lines tried, {} exact, {} false; {} bytes read at their places; {} cases do not render",
            self.tried(),
            self.exact(),
            self.faults(),
            self.bytes_read,
            self.not_rendered
        );
        text
    }
}
