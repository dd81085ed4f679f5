//! Regular expressions as people write them into selectors: Go's syntax, over the whole of a text.
//!
//! Most of them are a name, a few names, or a name with `.*` at its end. Those are compared as texts and never compiled,
//! so that thousands of patches may each select one of thousands of objects; a pattern that is nothing but texts says
//! so, and who has an index looks them up in it.

use compact_str::CompactString;
use regex::bytes::Regex;
use regexp::{CompilePattern, compile};

/// A regular expression that a whole text has to match. The empty one matches everything.
#[derive(Debug, Clone)]
pub(crate) struct Pattern(Form);

#[derive(Debug, Clone)]
enum Form {
    Anything,
    Simple(Vec<Alternative>),
    Compiled(Regex),
}

/// `text`, or `prefix.*suffix`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Alternative {
    prefix: CompactString,
    gap: Option<Gap>,
    suffix: CompactString,
}

/// What stands between prefix and suffix: any text without line ends, of at least so many bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Gap {
    bytes_min: usize,
}

impl Pattern {
    /// Reads a pattern that has to match whole texts.
    pub(crate) fn whole(pattern: &str) -> Result<Self, CompilePattern> {
        if pattern.is_empty() {
            return Ok(Self(Form::Anything));
        }
        match simple(pattern) {
            Some(alternatives) => Ok(Self(Form::Simple(alternatives))),
            None => compile(&format!("^(?:{pattern})$")).map(|regex| Self(Form::Compiled(regex))),
        }
    }

    /// Whether it matches everything because there is none.
    pub(crate) fn is_empty(&self) -> bool {
        matches!(self.0, Form::Anything)
    }

    /// Whether a text matches.
    pub(crate) fn matches(&self, text: &str) -> bool {
        match &self.0 {
            Form::Anything => true,
            Form::Simple(alternatives) => alternatives.iter().any(|alternative| alternative.matches(text)),
            Form::Compiled(regex) => regex.is_match(text.as_bytes()),
        }
    }

    /// The only texts that match, if the pattern says no more than that.
    pub(crate) fn texts(&self) -> Option<Vec<&str>> {
        let Form::Simple(alternatives) = &self.0 else { return None };
        alternatives
            .iter()
            .map(|alternative| alternative.gap.is_none().then_some(alternative.prefix.as_str()))
            .collect()
    }
}

impl Alternative {
    fn matches(&self, text: &str) -> bool {
        let Some(gap) = self.gap else { return text == self.prefix };
        let middle =
            text.strip_prefix(self.prefix.as_str()).and_then(|rest| rest.strip_suffix(self.suffix.as_str()));
        middle.is_some_and(|middle| middle.len() >= gap.bytes_min && !middle.contains('\n'))
    }
}

/// The alternatives of a pattern that is made of texts, `|`, and at most one `.*` or `.+` in each; none for any other.
fn simple(pattern: &str) -> Option<Vec<Alternative>> {
    pattern.split('|').map(alternative).collect()
}

fn alternative(pattern: &str) -> Option<Alternative> {
    let pattern = pattern.strip_prefix('^').unwrap_or(pattern);
    let pattern = match pattern.strip_suffix('$') {
        Some(rest) if !rest.ends_with('\\') => rest,
        _ => pattern,
    };
    let mut found =
        Alternative { prefix: CompactString::default(), gap: None, suffix: CompactString::default() };
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        let literal = match character {
            '.' => {
                let bytes_min = match characters.next()? {
                    '*' => 0,
                    '+' => 1,
                    _ => return None,
                };
                if found.gap.replace(Gap { bytes_min }).is_some() || characters.as_str().starts_with('?') {
                    return None;
                }
                continue;
            }
            '\\' => characters.next().filter(|escaped| matches!(escaped, '.' | '-' | '/' | '_'))?,
            'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '_' | '/' | ':' | '@' | ',' | ' ' | '=' | '%' => {
                character
            }
            _ => return None,
        };
        // A repetition behind a text belongs to its last character alone.
        if characters.as_str().starts_with(['*', '+', '?', '{']) {
            return None;
        }
        let text = if found.gap.is_some() { &mut found.suffix } else { &mut found.prefix };
        text.push(literal);
    }
    Some(found)
}

#[cfg(test)]
mod tests;
