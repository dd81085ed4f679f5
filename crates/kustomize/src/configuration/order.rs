//! The order in which the original keeps field specs: by the rank of the kind, then by group, version and kind as text.

use std::cmp::Ordering;

use crate::identity::{Gvk, KINDS_FIRST, KINDS_LAST};

/// Which of two kinds comes first.
pub(super) fn compare(one: &Gvk, other: &Gvk) -> Ordering {
    rank(&one.kind).cmp(&rank(&other.kind)).then_with(|| one.sort_text().cmp(&other.sort_text()))
}

fn rank(kind: &str) -> usize {
    let others = KINDS_FIRST.len();
    let first = KINDS_FIRST.iter().position(|known| *known == kind);
    let last = || KINDS_LAST.iter().position(|known| *known == kind).map(|position| others + 1 + position);
    first.or_else(last).unwrap_or(others)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_with_a_rank_come_first_and_last_and_the_others_by_text() {
        let mut kinds =
            ["ValidatingWebhookConfiguration", "Zebra", "", "Ant", "CronJob", "Namespace"].map(Gvk::of_kind);
        kinds.sort_by(compare);
        let kinds = kinds.map(|gvk| gvk.kind.to_string());
        assert_eq!(kinds, ["Namespace", "CronJob", "Ant", "Zebra", "", "ValidatingWebhookConfiguration"]);
    }

    #[test]
    fn a_named_group_comes_before_a_missing_one() {
        let named = Gvk::new("zzz/v1", "Foo");
        assert_eq!(compare(&named, &Gvk::of_kind("Foo")), Ordering::Less);
    }
}
