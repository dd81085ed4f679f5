//! Go's regular expressions, matched by the crate `regex`.
//!
//! Takes a pattern in Go's syntax (RE2) and gives a matcher of bytes that finds the same, or Go's words for what is wrong.
//! Matching takes time linear in the text, as in Go. Knows nothing of what is matched.

mod translate;

use regex::bytes::{Regex, RegexBuilder};

pub use translate::TranslatePattern;

/// Memory that a compiled pattern may take, in bytes. Twice what the largest pattern needs that Go compiles out of 1,000
/// repetitions, its own limit, of a class of letters.
const COMPILED_BYTES_MAX: usize = 8 << 20;

/// Why a pattern cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CompilePattern {
    /// It is no regular expression of Go.
    #[error("error parsing regexp: {source}: `{pattern}`")]
    Translate {
        /// The pattern.
        pattern: String,
        /// What is wrong.
        source: TranslatePattern,
    },
    /// It is none for the matcher, or needs more memory than `COMPILED_BYTES_MAX`.
    #[error("error parsing regexp: `{pattern}`: {reason}")]
    Compile {
        /// The pattern.
        pattern: String,
        /// What is wrong, in the matcher's words.
        reason: String,
    },
}

/// Compiles a pattern of Go that may match anywhere in a text.
///
/// # Errors
/// In Go's words, if it is none, or if it needs more memory than is allowed.
pub fn compile(pattern: &str) -> Result<Regex, CompilePattern> {
    let translated = translate::translate(pattern)
        .map_err(|source| CompilePattern::Translate { pattern: pattern.to_owned(), source })?;
    RegexBuilder::new(&translated).size_limit(COMPILED_BYTES_MAX).build().map_err(|error| {
        let reason = match error {
            regex::Error::CompiledTooBig(_) => "expression too large".to_owned(),
            error => error.to_string().lines().last().unwrap_or_default().trim().to_owned(),
        };
        CompilePattern::Compile { pattern: pattern.to_owned(), reason }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_told_in_go_s_words() {
        let told = |pattern| compile(pattern).unwrap_err().to_string();
        assert_eq!(told("[a"), "error parsing regexp: missing closing ]: `[a`");
        assert_eq!(told("a**"), "error parsing regexp: invalid nested repetition operator: `a**`");
    }

    #[test]
    fn classes_know_ascii_only() {
        let found = |pattern, text: &str| compile(pattern).unwrap().is_match(text.as_bytes());
        assert!(found(r"^\w$", "a") && !found(r"^\w$", "\u{e9}"));
    }
}
