//! Regular expressions of schemas, each compiled once and all of them bounded.
//!
//! Takes patterns as they turn up; gives their matchers, or Go's words for what is wrong. A pattern of a few bytes may
//! compile to megabytes, so that each is counted by what it may cost before it is compiled.

use std::collections::BTreeMap;

use regex::bytes::Regex;

use crate::limits::SCHEMA_STEPS_MAX;

/// Steps that a pattern counts for by itself.
const PATTERN_STEPS: u64 = 1_000;

/// Steps for each of its bytes: a class of letters in it compiles to some kilobytes.
const BYTE_STEPS: u64 = 50;

/// Steps for counted repetitions, which multiply what they repeat: up to the 8 MiB at which the crate `regexp` refuses, and
/// some 50 milliseconds. A hundred such patterns are more than any published schema has.
const REPETITION_STEPS: u64 = 100_000;

/// Patterns that were compiled, or why they could not be.
#[derive(Default)]
pub(super) struct Patterns {
    compiled: BTreeMap<String, Result<Regex, String>>,
    steps: u64,
}

/// All steps are spent.
pub(super) struct Spent;

impl Patterns {
    /// The matcher of a pattern, or what Go says of it.
    pub(super) fn get(&mut self, pattern: &str) -> Result<&Result<Regex, String>, Spent> {
        if !self.compiled.contains_key(pattern) {
            let length = u64::try_from(pattern.len()).unwrap_or(u64::MAX);
            let repetition = if pattern.contains('{') { REPETITION_STEPS } else { 0 };
            let steps = length.saturating_mul(BYTE_STEPS).saturating_add(PATTERN_STEPS + repetition);
            self.steps = self.steps.saturating_add(steps);
        }
        if self.steps > SCHEMA_STEPS_MAX {
            return Err(Spent);
        }
        let compile = || regexp::compile(pattern).map_err(|error| error.to_string());
        Ok(self.compiled.entry(pattern.to_owned()).or_insert_with(compile))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_counted_once_and_all_are_bounded() {
        let mut patterns = Patterns::default();
        assert!((0..100_000).all(|_| patterns.get("^a{1,3}$").is_ok()));
        let count = (0..100_000).take_while(|at| patterns.get(&format!("^{at}{{2}}$")).is_ok()).count();
        assert!((80..100).contains(&count), "{count}");
        assert!(
            matches!(Patterns::default().get("("), Ok(Err(reason)) if reason.starts_with("error parsing"))
        );
    }
}
