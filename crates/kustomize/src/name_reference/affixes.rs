//! The prefixes and suffixes that names got on their way through kustomizations, and which of them fit each other.
//!
//! Two lists fit if the shorter one is how the longer one ends: both sides went through the same outer kustomizations.
//! Lists are kept as the build remembers them, parted by commas, the innermost first.

use compact_str::CompactString;

use crate::lookup::Lookup;
use crate::resource::{Resource, annotation};

/// What was put before and behind a name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Affixes {
    pub(super) prefixes: Option<CompactString>,
    pub(super) suffixes: Option<CompactString>,
}

impl Affixes {
    pub(super) fn of<O: Copy>(resource: &Resource<O>) -> Self {
        let list = |key: &str| resource.annotation(key).map(CompactString::from);
        Self { prefixes: list(annotation::PREFIXES), suffixes: list(annotation::SUFFIXES) }
    }

    /// Whether both fit. With `allow_empty` nothing fits everything; otherwise it fits only nothing.
    pub(super) fn fit(&self, other: &Self, allow_empty: bool) -> bool {
        let fit = |own: &Option<CompactString>, other: &Option<CompactString>| match (own, other) {
            (None, None) => true,
            (None, Some(_)) | (Some(_), None) => allow_empty,
            (Some(own), Some(other)) => is_ending(own, other) || is_ending(other, own),
        };
        fit(&self.prefixes, &other.prefixes) && fit(&self.suffixes, &other.suffixes)
    }
}

/// Whether `list` ends with all of `ending`.
fn is_ending(ending: &str, list: &str) -> bool {
    list.strip_suffix(ending).is_some_and(|before| before.is_empty() || before.ends_with(','))
}

/// All lists that a list ends with, itself first.
fn endings(list: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(list), |list| list.split_once(',').map(|(_, rest)| rest))
}

/// A list that candidates have, or that theirs end with.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Side {
    Is(Option<CompactString>),
    /// Every list ends with nothing.
    EndsWith(Option<CompactString>),
}

/// Many candidates by their prefixes and suffixes, so that those that fit are found without going through the others.
#[derive(Debug)]
pub(super) struct EndingIndex {
    members: Lookup<(Side, Side), Vec<u32>>,
}

impl EndingIndex {
    pub(super) fn of<'a>(members: impl Iterator<Item = (u32, &'a Affixes)>) -> Self {
        let mut index = Self { members: Lookup::default() };
        for (member, affixes) in members {
            for prefix in stored(affixes.prefixes.as_ref()) {
                for suffix in stored(affixes.suffixes.as_ref()) {
                    index.members.entry((prefix.clone(), suffix)).or_default().push(member);
                }
            }
        }
        index
    }

    /// Adds those that fit to what was found, until there are so many.
    pub(super) fn find(&self, referrer: &Affixes, allow_empty: bool, count_max: usize, found: &mut Vec<u32>) {
        for prefix in asked(referrer.prefixes.as_ref(), allow_empty) {
            for suffix in asked(referrer.suffixes.as_ref(), allow_empty) {
                let members = self.members.get(&(prefix.clone(), suffix));
                found.extend(members.into_iter().flatten().take(count_max.saturating_sub(found.len())));
            }
        }
    }
}

/// All under which a candidate is found.
fn stored(list: Option<&CompactString>) -> Vec<Side> {
    let mut sides = vec![Side::Is(list.cloned()), Side::EndsWith(None)];
    let ends = list.into_iter().flat_map(|list| endings(list));
    sides.extend(ends.map(|ending| Side::EndsWith(Some(ending.into()))));
    sides
}

/// All under which those stand that fit a referrer; none of them stands under two.
fn asked(list: Option<&CompactString>, allow_empty: bool) -> Vec<Side> {
    let Some(list) = list else {
        return vec![if allow_empty { Side::EndsWith(None) } else { Side::Is(None) }];
    };
    let shorter = endings(list).skip(1).map(|ending| Side::Is(Some(ending.into())));
    let nothing = allow_empty.then_some(Side::Is(None));
    shorter.chain(nothing).chain([Side::EndsWith(Some(list.clone()))]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn affixes(prefixes: &str, suffixes: &str) -> Affixes {
        let list = |list: &str| (!list.is_empty()).then(|| list.into());
        Affixes { prefixes: list(prefixes), suffixes: list(suffixes) }
    }

    #[test]
    fn lists_fit_if_one_is_how_the_other_ends() {
        let cases = [
            ("a", "a", true),
            ("a,b", "b", true),
            ("b", "a,b", true),
            ("a,b", "a", false),
            ("ab", "b", false),
            ("x,b", "y,b", false),
        ];
        for (one, other, expected) in cases {
            assert_eq!(affixes(one, "").fit(&affixes(other, ""), false), expected, "{one} {other}");
        }
    }

    #[test]
    fn nothing_fits_something_only_where_that_is_allowed() {
        assert!(affixes("a", "").fit(&affixes("", "s"), true));
        assert!(!affixes("a", "").fit(&affixes("", ""), false));
        assert!(affixes("", "").fit(&affixes("", ""), false));
    }

    #[test]
    fn the_index_finds_what_comparing_finds() {
        let lists = ["", "a", "b", "a,b", "b,b", "c,a,b", "a,c"];
        let all: Vec<Affixes> =
            lists.iter().flat_map(|prefixes| lists.map(|suffixes| affixes(prefixes, suffixes))).collect();
        let index = EndingIndex::of((0..).zip(&all));
        for referrer in &all {
            for allow_empty in [false, true] {
                let mut found = Vec::new();
                index.find(referrer, allow_empty, usize::MAX, &mut found);
                found.sort_unstable();
                let fitting = (0..).zip(&all).filter(|(_, one)| one.fit(referrer, allow_empty));
                assert_eq!(found, fitting.map(|(number, _)| number).collect::<Vec<u32>>(), "{referrer:?}");
            }
        }
    }
}
