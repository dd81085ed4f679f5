//! Patterns of `.Files.Glob`, as `gobwas/glob` reads them with `/` for its separator.
//!
//! `*` is any text without a slash, `**` any text, `?` any character but a slash, `[a-z]` and `[!a-z]` one character,
//! `{a,b}` one of several patterns, `\` takes the next character as it is.

use regex::Regex;

/// Bytes of one pattern. Those that are published have 60; what a template makes could be of any size.
const PATTERN_BYTES_MAX: usize = 4_096;

/// A pattern.
pub(super) struct Glob(Regex);

impl Glob {
    /// Reads a pattern; none if it is malformed or too long.
    pub(super) fn new(pattern: &str) -> Option<Self> {
        if pattern.len() > PATTERN_BYTES_MAX {
            return None;
        }
        Regex::new(&translated(pattern)?).ok().map(Self)
    }

    /// Whether a name fits.
    pub(super) fn matches(&self, name: &str) -> bool {
        self.0.is_match(name)
    }
}

/// The regular expression for a pattern; none if it is malformed.
fn translated(pattern: &str) -> Option<String> {
    let mut expression = "(?s)\\A".to_owned();
    let mut characters = pattern.chars().peekable();
    let mut open = 0_usize;
    while let Some(character) = characters.next() {
        match character {
            '*' if characters.next_if_eq(&'*').is_some() => {
                while characters.next_if_eq(&'*').is_some() {}
                expression.push_str(".*");
            }
            '*' => expression.push_str("[^/]*"),
            '?' => expression.push_str("[^/]"),
            '\\' => expression.push_str(&regex::escape(&characters.next()?.to_string())),
            '[' => expression.push_str(&class(&mut characters)?),
            '{' => {
                open += 1;
                expression.push_str("(?:");
            }
            '}' if open > 0 => {
                open -= 1;
                expression.push(')');
            }
            ',' if open > 0 => expression.push('|'),
            other => expression.push_str(&regex::escape(&other.to_string())),
        }
    }
    // A brace that is not closed ends with the pattern.
    expression.push_str(&")".repeat(open));
    expression.push_str("\\z");
    Some(expression)
}

/// One character of several, or of a range; `!` turns it around.
fn class(characters: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<String> {
    let not = if characters.next_if_eq(&'!').is_some() { "^" } else { "" };
    let mut members = Vec::new();
    loop {
        match characters.next()? {
            ']' => break,
            '\\' => members.push(characters.next()?),
            member => members.push(member),
        }
    }
    let escaped = |member: char| format!("\\x{{{:x}}}", u32::from(member));
    let inside = match members.as_slice() {
        [] => return None,
        [first, '-', last] if first <= last => format!("{}-{}", escaped(*first), escaped(*last)),
        [_, '-', _] => return None,
        members => members.iter().map(|member| escaped(*member)).collect(),
    };
    Some(format!("[{not}{inside}]"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_as_in_gobwas_glob() {
        for (pattern, name, fits) in [
            ("config/*", "config/a.yaml", true),
            ("config/*", "config/a/b.yaml", false),
            ("config/**", "config/a/b.yaml", true),
            ("**.yaml", "config/a/b.yaml", true),
            ("*.yaml", "config/b.yaml", false),
            ("?.txt", "a.txt", true),
            ("?.txt", "/.txt", false),
            ("[a-c].txt", "b.txt", true),
            ("[!a-c].txt", "b.txt", false),
            ("[abc].txt", "c.txt", true),
            ("{a,b*}.txt", "bcd.txt", true),
            ("a\\*", "a*", true),
            ("{a,b", "b", true),
            ("{a,b{x", "bx", true),
            ("{a,b}{x", "x", false),
            ("a.b", "axb", false),
            ("", "", true),
        ] {
            assert_eq!(Glob::new(pattern).unwrap().matches(name), fits, "{pattern} {name}");
        }
    }

    #[test]
    fn what_is_no_pattern_gives_none() {
        for pattern in ["[", "a\\", "[]", "[c-a]"] {
            assert!(Glob::new(pattern).is_none(), "{pattern}");
        }
    }
}
