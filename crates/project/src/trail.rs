//! Where the places of a file that changes in rounds stood before all of them, and where they stand after.
//!
//! Takes the splices of each round; gives offsets. What a round wrote anew stands where the old text did.

use std::ops::Range;

use text::Splice;

/// The rounds of one file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trail(Vec<Vec<Moved>>);

/// A part of a text that a round replaced, before and after the round.
#[derive(Debug, Clone)]
struct Moved {
    old: Range<usize>,
    new: Range<usize>,
}

impl Trail {
    /// How many rounds there were.
    pub(crate) fn rounds(&self) -> usize {
        self.0.len()
    }

    /// Takes the splices of the next round, sorted and without overlap.
    pub(crate) fn push(&mut self, splices: &[Splice]) {
        let (mut old_end, mut new_end) = (0, 0);
        let moved = splices.iter().map(|splice| {
            let start = new_end + splice.range.start.saturating_sub(old_end);
            old_end = splice.range.end;
            new_end = start + splice.replacement.len();
            Moved { old: splice.range.clone(), new: start..new_end }
        });
        self.0.push(moved.collect());
    }

    /// Where a place of the text before the round `round` (from 0) stood before the first one.
    pub(crate) fn before(&self, round: usize, at: usize) -> usize {
        self.0.iter().take(round).rev().fold(at, |at, moved| match last_at(moved, |moved| &moved.new, at) {
            None => at,
            Some(Moved { old, new }) if at < new.end => old.start,
            Some(Moved { old, new }) => at - new.end + old.end,
        })
    }

    /// Where a place of the text before the round `round` stands after the last one.
    pub(crate) fn after(&self, round: usize, at: usize) -> usize {
        self.0.iter().skip(round).fold(at, |at, moved| match last_at(moved, |moved| &moved.old, at) {
            None => at,
            // What is gone was moved or told of right before the place that it left.
            Some(Moved { old, new }) if at < old.end && new.is_empty() => new.start.saturating_sub(1),
            Some(Moved { old, new }) if at < old.end => new.start,
            Some(Moved { old, new }) => at - old.end + new.end,
        })
    }
}

/// The last part that begins at or before `at`.
fn last_at(moved: &[Moved], side: fn(&Moved) -> &Range<usize>, at: usize) -> Option<&Moved> {
    let after = moved.partition_point(|moved| side(moved).start <= at);
    after.checked_sub(1).and_then(|last| moved.get(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_found_on_both_sides_of_all_rounds() {
        let mut trail = Trail::default();
        // "abcdef" → "XXXbcf!" → "bcf!"
        trail.push(&[Splice::new(0..1, "XXX"), Splice::new(3..5, ""), Splice::new(6..6, "!")]);
        trail.push(&[Splice::new(0..3, "")]);
        assert_eq!([1, 3, 5].map(|at| trail.after(0, at)), [0, 1, 2]);
        assert_eq!([0, 2, 3, 5].map(|at| trail.before(1, at)), [0, 0, 1, 5]);
        assert_eq!([0, 2, 3].map(|at| trail.before(2, at)), [1, 5, 6]);
        assert_eq!([4, 5].map(|at| trail.after(1, at)), [1, 2]);
        assert_eq!((trail.after(2, 1), trail.before(0, 4)), (1, 4));
    }
}
