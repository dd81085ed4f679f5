//! The variables of one unit, with where each value was written.

use std::collections::BTreeMap;

use text::Track;

use super::Strictness;

/// A variable.
#[derive(Clone)]
pub struct Variable<O> {
    /// Its value, without line ends: Flux takes them out.
    pub value: String,
    /// Where the value came from.
    pub origin: O,
    /// Whether a Secret holds it.
    pub is_secret: bool,
}

/// The variables of one unit.
#[derive(Debug, Clone)]
pub struct Variables<O>(BTreeMap<String, Variable<O>>);

/// What a name has to match, in the words of `fluxcd/pkg/kustomize`.
pub const NAME_PATTERN: &str = "^[_[:alpha:]][_[:alpha:][:digit:]]*$";

/// When objects are substituted: `spec.postBuild.substituteStrategy`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Strategy {
    /// If there is a variable at all.
    #[default]
    WithVariables,
    /// Always, for the sake of defaults.
    Always,
}

impl Strictness {
    /// What the kustomize controller of a minor of Flux does unless a feature gate says otherwise: since 2.9 it is strict.
    #[must_use]
    pub fn of_flux((major, minor): (u64, u64)) -> Self {
        if (major, minor) >= (2, 9) { Self::Strict } else { Self::Lenient }
    }
}

impl<O> std::fmt::Debug for Variable<O> {
    // Values may be secret, whoever holds them.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Variable").field("is_secret", &self.is_secret).finish_non_exhaustive()
    }
}

impl<O> Default for Variables<O> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<O: Copy> Variables<O> {
    /// Sets a variable to a text that came from `origin`, in place of what was set before: those of `substituteFrom` are
    /// to be set in their order, then those of `substitute`.
    pub fn set<T: Track<Origin = O>>(
        &mut self,
        tracker: &mut T,
        name: impl Into<String>,
        (text, origin, is_secret): (&str, O, bool),
    ) {
        let variable = if text.contains('\n') {
            let (value, origin) = joined(tracker, text, origin);
            Variable { value, origin, is_secret }
        } else {
            Variable { value: text.to_owned(), origin, is_secret }
        };
        self.0.insert(name.into(), variable);
    }

    /// A variable.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Variable<O>> {
        self.0.get(name)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first of the names that no variable may have. Flux then refuses every object, whether it asks for it or not.
    pub(super) fn bad_name(&self) -> Option<&str> {
        self.0.keys().map(String::as_str).find(|name| !is_name(name))
    }
}

/// A text without its line ends, each line with its place.
fn joined<T: Track>(tracker: &mut T, text: &str, origin: T::Origin) -> (String, T::Origin) {
    let mut parts = Vec::new();
    let mut at = 0;
    for line in text.split('\n') {
        if !line.is_empty() {
            parts.push((line.len(), tracker.part(origin, text, at..at + line.len())));
        }
        at += line.len() + 1;
    }
    let origin = match parts.as_slice() {
        [] => origin,
        [(_, only)] => *only,
        parts => tracker.composed(parts),
    };
    (text.replace('\n', ""), origin)
}

/// As [`NAME_PATTERN`] says; a `$` of Go matches at the end of the text only.
fn is_name(name: &str) -> bool {
    let is_first = |byte: &u8| byte.is_ascii_alphabetic() || *byte == b'_';
    let is_later = |byte: &u8| byte.is_ascii_digit() || is_first(byte);
    matches!(name.as_bytes(), [first, rest @ ..] if is_first(first) && rest.iter().all(is_later))
}

#[cfg(test)]
mod tests {
    use text::{Origin, Origins, Span, TextId};

    use super::*;

    #[test]
    fn a_value_loses_its_line_ends_and_keeps_the_places_of_its_lines() {
        let (mut origins, mut variables) = (Origins::default(), Variables::default());
        let place = |start, end| Origin::Written(Span::new(TextId(0), start..end));
        variables.set(&mut origins, "a", ("ab\ncd\n", place(10, 16), false));
        let variable = variables.get("a").unwrap();
        assert_eq!(variable.value, "abcd");
        let evidence = origins.evidence(variable.origin);
        assert_eq!(evidence, [Span::new(TextId(0), 10..12), Span::new(TextId(0), 13..15)]);
        variables.set(&mut origins, "a", ("\nx", place(0, 2), true));
        assert_eq!(origins.editable(variables.get("a").unwrap().origin), Some(Span::new(TextId(0), 1..2)));
    }

    #[test]
    fn names_are_those_of_shells() {
        for (name, is_good) in [
            ("a", true),
            ("_1", true),
            ("A_b", true),
            ("1a", false),
            ("a-b", false),
            ("a.b", false),
            ("", false),
            ("é", false),
            ("a\n", false),
        ] {
            assert_eq!(is_name(name), is_good, "{name}");
        }
    }

    #[test]
    fn flux_is_strict_since_2_9() {
        assert_eq!(Strictness::of_flux((2, 8)), Strictness::Lenient);
        assert_eq!(Strictness::of_flux((2, 9)), Strictness::Strict);
        assert_eq!(Strictness::of_flux((3, 0)), Strictness::Strict);
    }
}
