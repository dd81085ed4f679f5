//! The list of all checks, sorted by id. Adding a check is one file and one line here.

use crate::Check;

static REGISTRY: &[&dyn Check] = &[];

/// All checks, sorted by id.
#[must_use]
pub fn registry() -> &'static [&'static dyn Check] {
    REGISTRY
}

/// The check of this id.
#[must_use]
pub fn find(id: &str) -> Option<&'static dyn Check> {
    registry().iter().find(|check| check.meta().id == id).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_sorted_and_unique() {
        for pair in registry().windows(2) {
            assert!(
                pair[0].meta().id < pair[1].meta().id,
                "{} stands before {}",
                pair[0].meta().id,
                pair[1].meta().id
            );
        }
    }
}
