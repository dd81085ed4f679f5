//! How often what was proved.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What became of one change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Outcome {
    /// Exactly what names the bytes has changed, as it should.
    Exact,
    /// The bytes decide as well (names, kinds, what is selected): what names them has changed as it should, other things too.
    Decides,
    /// The build refuses the change.
    Refused,
}

#[derive(Default)]
pub(crate) struct Tally {
    /// By what was done to the scalar.
    outcomes: BTreeMap<(&'static str, Outcome), usize>,
    /// Bytes that no origin names, by what they are.
    unnamed: BTreeMap<&'static str, usize>,
    /// Bytes that were not changed because they decide, by what they decide.
    excluded: BTreeMap<&'static str, usize>,
    /// Scalars whose origin's bytes were read and compared with them, by kind.
    read: BTreeMap<&'static str, usize>,
    compared: usize,
    false_origins: Vec<String>,
}

impl Tally {
    pub(super) fn count(&mut self, kind: &'static str, outcome: Outcome) {
        *self.outcomes.entry((kind, outcome)).or_default() += 1;
    }

    pub(super) fn count_unnamed(&mut self, kind: &'static str) {
        *self.unnamed.entry(kind).or_default() += 1;
    }

    pub(super) fn count_excluded(&mut self, kind: &'static str) {
        *self.excluded.entry(kind).or_default() += 1;
    }

    pub(super) fn count_read(&mut self, kind: &'static str) {
        *self.read.entry(kind).or_default() += 1;
    }

    pub(super) fn count_compared(&mut self) {
        self.compared += 1;
    }

    pub(super) fn add_fault(&mut self, told: String) {
        self.false_origins.push(told);
    }

    pub(crate) fn faults(&self) -> usize {
        self.false_origins.len()
    }

    /// How many scalars were changed.
    pub(crate) fn changed(&self) -> usize {
        self.outcomes.values().sum()
    }

    pub(crate) fn print(&self) -> String {
        let mut text = String::new();
        for told in &self.false_origins {
            let _ = writeln!(text, "false: {told}");
        }
        for (kind, count) in &self.read {
            let _ = writeln!(text, "{count:>7} read      {kind}");
        }
        for ((kind, outcome), count) in &self.outcomes {
            let outcome = match outcome {
                Outcome::Exact => "exact",
                Outcome::Decides => "decides",
                Outcome::Refused => "refused",
            };
            let _ = writeln!(text, "{count:>7} {outcome:<9} {kind}");
        }
        for (kind, count) in &self.unnamed {
            let _ = writeln!(text, "{count:>7} unnamed   {kind}");
        }
        for (kind, count) in &self.excluded {
            let _ = writeln!(text, "{count:>7} excluded  {kind}");
        }
        let _ = writeln!(
            text,
            "{} scalars changed, {} false; {} builds equal to the other program's",
            self.changed(),
            self.faults(),
            self.compared
        );
        text
    }
}
