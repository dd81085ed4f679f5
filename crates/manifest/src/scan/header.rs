//! The `apiVersion` and `kind` of a document, where they are written plainly.
//!
//! Takes a document's bytes and gives the byte ranges of the two root-level values, for any order of
//! keys, by looking at lines that start in the first column only. It is exact for a document that the
//! validator calls valid; for any other it is a hint, and the parser's word counts. Anything unusual
//! (two of them, an escape, an anchor, a value over several lines) gives none, so that the parser looks.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::split::{is_blank, is_break, line_end};

/// Byte ranges within the document, quotes left out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Header {
    /// The value of `apiVersion`.
    pub api_version: Option<Range<usize>>,
    /// The value of `kind`.
    pub kind: Option<Range<usize>>,
}

impl Header {
    /// The header of `document`.
    #[must_use]
    pub fn of(document: &[u8]) -> Self {
        let Keys { api_version, kind } = &*KEYS;
        Self { api_version: plain_value(document, api_version), kind: plain_value(document, kind) }
    }

    /// Whether the kind ends with `List`, so that the document may hold further objects.
    #[must_use]
    pub fn is_list(&self, document: &[u8]) -> bool {
        let kind = self.kind.clone().and_then(|range| document.get(range));
        kind.is_some_and(|kind| kind.ends_with(b"List"))
    }
}

/// The searchers for the two keys, built once because building costs more than searching a document.
struct Keys {
    api_version: Finder<'static>,
    kind: Finder<'static>,
}

static KEYS: LazyLock<Keys> =
    LazyLock::new(|| Keys { api_version: Finder::new("apiVersion:"), kind: Finder::new("kind:") });

/// The value after `key` (with its colon), if exactly one line starts with it and it is a plain or
/// simply quoted scalar that ends on that line.
fn plain_value(document: &[u8], key: &Finder<'_>) -> Option<Range<usize>> {
    let length = key.needle().len();
    let mut lines = key.find_iter(document).filter(|&at| {
        let before = at.checked_sub(1).and_then(|index| document.get(index));
        let after = document.get(at + length);
        before.is_none_or(|&byte| byte == b'\n') && after.is_none_or(|&byte| is_blank(byte) || is_break(byte))
    });
    let at = lines.next()?;
    if lines.next().is_some() {
        return None;
    }
    let value = value_range(document, at + length)?;
    (!is_continued(document, line_end(document, value.end))).then_some(value)
}

fn value_range(document: &[u8], after_colon: usize) -> Option<Range<usize>> {
    let blanks = document.get(after_colon..)?.iter().take_while(|&&byte| byte == b' ').count();
    let at = after_colon + blanks;
    let quote = document.get(at).copied().filter(|byte| matches!(byte, b'"' | b'\''));
    let start = at + usize::from(quote.is_some());
    let length = document.get(start..)?.iter().take_while(|&&byte| is_name_byte(byte)).count();
    let end = start + length;
    let mut rest = document.get(end..)?;
    if let Some(quote) = quote {
        rest = rest.strip_prefix(&[quote])?;
    }
    let is_alone = rest.iter().find(|&&byte| byte != b' ').is_none_or(|&byte| byte == b'#' || is_break(byte));
    let is_comment_glued = rest.first() == Some(&b'#');
    (length > 0 && is_alone && !is_comment_glued).then_some(start..end)
}

/// What API versions and kinds are made of. An underscore is in no name of Kubernetes, but in test data.
const fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'/' | b'-' | b'_')
}

/// Whether the first line from `at` on that is not blank is indented, which could continue the value.
fn is_continued(document: &[u8], mut at: usize) -> bool {
    while let Some(rest) = document.get(at..).filter(|rest| !rest.is_empty()) {
        match rest.iter().find(|&&byte| !is_blank(byte)) {
            Some(&byte) if is_break(byte) => at = line_end(document, at),
            Some(_) => return rest.first().is_some_and(|&byte| is_blank(byte)),
            None => return false,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(text: &str) -> (Option<&str>, Option<&str>) {
        let Header { api_version, kind } = Header::of(text.as_bytes());
        (api_version.map(|range| &text[range]), kind.map(|range| &text[range]))
    }

    #[test]
    fn finds_plain_and_quoted_values_in_any_order() {
        assert_eq!(header("apiVersion: apps/v1\nkind: Deployment\n"), (Some("apps/v1"), Some("Deployment")));
        assert_eq!(
            header("---\nkind: 'A'  # c\nspec:\n  kind: B\napiVersion: \"v1\""),
            (Some("v1"), Some("A"))
        );
        assert_eq!(header("kind: A\r\napiVersion: v1\r\n"), (Some("v1"), Some("A")));
        assert_eq!(header("a: |\n  kind: B\n\nkind: A\n\nb: c\n"), (None, Some("A")));
    }

    #[test]
    fn gives_none_where_a_parser_must_look() {
        for text in [
            "  kind: A\n",
            "kind: A\nkind: B\n",
            "kind: &a A\n",
            "kind: A B\n",
            "kind: \"A\\n\"\n",
            "kind:\n  A\n",
            "kind: A\n  B\n",
            "kind: A\n\n  B\n",
            "kind: \"A\n",
            "kind: 'A'#c\n",
            "kind: {{ x }}\n",
            "kind:A\n",
            "xkind: A\n",
            "kind: \n",
        ] {
            assert_eq!(header(text).1, None, "{text:?}");
        }
    }

    #[test]
    fn lists_are_known_by_the_end_of_their_kind() {
        for (text, expected) in
            [("kind: List\n", true), ("kind: RoleList", true), ("kind: Listed\n", false), ("a: b\n", false)]
        {
            assert_eq!(Header::of(text.as_bytes()).is_list(text.as_bytes()), expected, "{text:?}");
        }
    }
}
