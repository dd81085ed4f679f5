//! Splits a YAML stream into the byte ranges of its documents without parsing it.
//!
//! Takes a file's bytes and gives ranges that tile it: a range starts where the one before ended and
//! covers the document's directives, comments, marker and trailing `...`. A `---` or `...` at the start
//! of a line followed by a blank, a break or the end is a boundary wherever it stands, because YAML
//! allows it inside no scalar and no flow collection: there it makes the document before it invalid.
//! Judges nothing.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::{FindIter, Finder};
use memchr::{memchr, memchr2};

/// UTF-8's byte order mark, which may stand before a document.
pub(crate) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The document ranges of `bytes` in order. Empty if there are only blanks and comments.
///
/// # Errors
/// [`TooManyDocuments`] if there are more than `documents_max`.
pub fn split(bytes: &[u8], documents_max: usize) -> Result<Vec<Range<usize>>, TooManyDocuments> {
    let mut documents: Vec<Range<usize>> = Vec::new();
    let mut boundaries = Boundaries::of(bytes);
    let mut start = 0;
    while let Some(content) = find_content(bytes, start) {
        if documents.len() == documents_max {
            return Err(TooManyDocuments { documents_max });
        }
        let end = match boundaries.after(content) {
            None => bytes.len(),
            Some(Boundary { at, kind: Marker::Start }) => at,
            Some(Boundary { at, kind: Marker::End }) => line_end(bytes, at),
        };
        documents.push(start..end);
        start = end;
    }
    if let Some(last) = documents.last_mut() {
        last.end = bytes.len();
    }
    Ok(documents)
}

/// A stream holds more documents than the limit allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("more than '{documents_max}' documents in one file")]
pub struct TooManyDocuments {
    /// The limit that was passed.
    pub documents_max: usize,
}

/// Where the document that starts at `start` has its first content: the place after its `---`, or its
/// first byte that is neither blank, comment nor directive. `None` if only the end follows.
fn find_content(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    let mut has_directive = false;
    while at < bytes.len() {
        while bytes.get(at..)?.starts_with(BYTE_ORDER_MARK) {
            at += BYTE_ORDER_MARK.len();
        }
        let rest = bytes.get(at..)?;
        match marker(rest) {
            Some(Marker::Start) => return Some(at + 3),
            // Between documents a `...` closes nothing; before the first and after directives it is an error to keep.
            Some(Marker::End) if start > 0 && !has_directive && is_blank_line(rest.get(3..)?) => {}
            Some(Marker::End) => return Some(at),
            None if rest.first() == Some(&b'%') => has_directive = true,
            None if is_blank_line(rest) => {}
            None => return Some(at),
        }
        at = line_end(bytes, at);
    }
    // Directives without a document are an error that somebody has to report.
    has_directive.then_some(bytes.len())
}

/// Where a text has a `...` before any document. YAML 1.2 allows it; goyaml refuses the whole text.
pub(crate) fn stray_end(bytes: &[u8]) -> Option<usize> {
    let at = find_content(bytes, 0)?;
    (bytes.get(at..).and_then(marker) == Some(Marker::End)).then_some(at)
}

/// Whether the line that `rest` starts with holds only blanks and a comment.
fn is_blank_line(rest: &[u8]) -> bool {
    rest.iter().find(|&&byte| !is_blank(byte)).is_none_or(|&byte| byte == b'#' || is_break(byte))
}

/// The start of the line after the one that `at` is in.
pub(crate) fn line_end(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    match memchr2(b'\n', b'\r', rest) {
        None => bytes.len(),
        Some(found) if rest.get(found..found + 2) == Some(b"\r\n") => at + found + 2,
        Some(found) => at + found + 1,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Marker {
    Start,
    End,
}

/// The document marker that the line `rest` starts with, if any.
pub(crate) fn marker(rest: &[u8]) -> Option<Marker> {
    let kind = match rest.get(..3)? {
        b"---" => Marker::Start,
        b"..." => Marker::End,
        _ => return None,
    };
    rest.get(3).is_none_or(|&byte| is_blank(byte) || is_break(byte)).then_some(kind)
}

pub(crate) const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

pub(crate) const fn is_break(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Boundary {
    at: usize,
    kind: Marker,
}

/// The marker lines of a file in order, each searched for once, so that many documents cost no more
/// than one.
struct Boundaries<'a> {
    bytes: &'a [u8],
    searches: Vec<Search<'a>>,
}

/// Built once because building costs more than searching a file. The last two are for files that end their
/// lines as old Macs did.
static MARKER_FINDERS: LazyLock<[Finder<'static>; 4]> = LazyLock::new(|| {
    [Finder::new("\n---"), Finder::new("\n..."), Finder::new("\r---"), Finder::new("\r...")]
});

struct Search<'a> {
    candidates: FindIter<'a, 'static>,
    next: Option<usize>,
}

impl<'a> Boundaries<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        let [line_feeds @ .., _, _] = &*MARKER_FINDERS;
        let has_carriage_return = memchr(b'\r', bytes).is_some();
        let finders = if has_carriage_return { &MARKER_FINDERS[..] } else { line_feeds };
        let searches = finders
            .iter()
            .map(|finder| {
                let mut candidates = finder.find_iter(bytes);
                let next = candidates.next();
                Search { candidates, next }
            })
            .collect();
        Self { bytes, searches }
    }

    /// The first marker line that starts after `content`.
    fn after(&mut self, content: usize) -> Option<Boundary> {
        let mut nearest: Option<Boundary> = None;
        for search in &mut self.searches {
            let found = search.advance_to(self.bytes, content);
            nearest = match (nearest, found) {
                (Some(one), Some(other)) if one.at < other.at => Some(one),
                (one, None) => one,
                (_, other) => other,
            };
        }
        nearest
    }
}

impl Search<'_> {
    fn advance_to(&mut self, bytes: &[u8], content: usize) -> Option<Boundary> {
        loop {
            let at = self.next? + 1;
            if at > content
                && let Some(kind) = bytes.get(at..).and_then(marker)
            {
                return Some(Boundary { at, kind });
            }
            self.next = self.candidates.next();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Vec<&str> {
        split(text.as_bytes(), 100).unwrap().into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn splits_where_a_yaml_stream_does() {
        let cases: &[(&str, &[&str])] = &[
            ("", &[]),
            ("\n# only a comment\n\n", &[]),
            ("...\n# c\n...\n", &["...\n# c\n...\n"]),
            (" # note\n...\n...\n", &[" # note\n...\n...\n"]),
            ("...\na: b\n...\n...\n---\nc\n", &["...\na: b\n...\n", "...\n---\nc\n"]),
            ("a: b", &["a: b"]),
            ("---", &["---"]),
            ("---\n---\n", &["---\n", "---\n"]),
            ("a: b\n---\nc: d\n", &["a: b\n", "---\nc: d\n"]),
            ("# licence\n---\na: b\n", &["# licence\n---\na: b\n"]),
            ("--- # x\na: b\n--- text\n--- |\n x\n", &["--- # x\na: b\n", "--- text\n", "--- |\n x\n"]),
            ("a\n...\n# next\n%YAML 1.2\n---\nb\n", &["a\n...\n", "# next\n%YAML 1.2\n---\nb\n"]),
            ("a\n...\n# tail\n", &["a\n...\n# tail\n"]),
            ("a\n...\nb\n", &["a\n...\n", "b\n"]),
            ("a: b\r\n---\r\nc: d", &["a: b\r\n", "---\r\nc: d"]),
            ("a: b\r---\rc: d", &["a: b\r", "---\rc: d"]),
            ("\u{feff}a: b\n---\nc\n", &["\u{feff}a: b\n", "---\nc\n"]),
            ("\u{feff}---\na: b\n", &["\u{feff}---\na: b\n"]),
            ("%YAML 1.2\n", &["%YAML 1.2\n"]),
            ("a: |\n  ---\n  x\n", &["a: |\n  ---\n  x\n"]),
            ("a: |\n  -----BEGIN X-----\nb: -----\n", &["a: |\n  -----BEGIN X-----\nb: -----\n"]),
            ("a: |\n---\nb\n", &["a: |\n", "---\nb\n"]),
            ("a: \"x\n--- y\"\n", &["a: \"x\n", "--- y\"\n"]),
            ("-----\n----\n", &["-----\n----\n"]),
            ("a\n---\n\n# c\n", &["a\n", "---\n\n# c\n"]),
            ("--- \t\n---\t\n", &["--- \t\n", "---\t\n"]),
            ("... x\n", &["... x\n"]),
            ("a\n... x\nb\n", &["a\n... x\n", "b\n"]),
        ];
        for (text, expected) in cases {
            assert_eq!(parts(text), *expected, "{text:?}");
        }
    }

    #[test]
    fn refuses_more_documents_than_the_limit() {
        assert_eq!(split(b"a\n---\nb\n---\nc\n", 2), Err(TooManyDocuments { documents_max: 2 }));
        assert!(split(b"a\n---\nb\n", 2).is_ok());
    }
}
