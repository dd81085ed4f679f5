//! Where the documents of a text begin and end for kustomize, which cuts texts by lines before it reads them.

use std::ops::Range;

use memchr::memchr;

/// A line that looks like the beginning of a document and says more than a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("invalid document separator")]
pub struct SplitDocuments {
    /// The line's first byte.
    pub offset: usize,
}

/// The documents of a text. A separator is a line that begins with `---`, stands between two line ends, and holds nothing
/// else but a comment. A line end parts only one separator from what is before it, so of two in a row the second belongs
/// to its document.
pub(crate) fn split(bytes: &[u8]) -> Result<Vec<Range<usize>>, SplitDocuments> {
    let mut documents = Vec::new();
    let mut start = 0;
    while let Some(found) = memchr::memmem::find(bytes.get(start..).unwrap_or_default(), b"\n---") {
        let line = start + found + 1;
        let Some(length) = memchr(b'\n', bytes.get(line..).unwrap_or_default()) else { break };
        let rest = bytes.get(line + 3..line + length).unwrap_or_default().trim_ascii();
        if !rest.is_empty() && !rest.starts_with(b"#") {
            return Err(SplitDocuments { offset: line });
        }
        documents.push(start..line);
        start = line + length + 1;
    }
    if !bytes.is_empty() {
        documents.push(start..bytes.len());
    }
    Ok(documents)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let ranges = split(text.as_bytes()).unwrap();
        let found: Vec<_> = ranges.into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn cuts_at_lines_of_three_dashes() {
        check("", &[]);
        check("a: 1\n", &["a: 1\n"]);
        check("---\na: 1\n---\nb: 1\n", &["---\na: 1\n", "b: 1\n"]);
        check("a: 1\r\n--- # c\r\nb: 1", &["a: 1\r\n", "b: 1"]);
        check("a: 1\n---\n---\nb: 1\n", &["a: 1\n", "---\nb: 1\n"]);
        check("a: 1\n---", &["a: 1\n---"]);
        check("a: 1\n---\n", &["a: 1\n", ""]);
    }

    #[test]
    fn refuses_a_separator_that_says_something() {
        assert_eq!(split(b"a: 1\n---x\nb: 1\n"), Err(SplitDocuments { offset: 5 }));
    }
}
