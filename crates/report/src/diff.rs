//! Unified diffs of files before and after a fix.
//!
//! What nobody may read is masked in every line that is shown, unchanged ones included, and nothing in them acts on a
//! terminal. A hunk with a masked line shows the change; only `liftlock fix --write` makes it.

use std::fmt::Write;
use std::ops::Range;

use similar::{ChangeTag, TextDiff};

use crate::secret::{MASK, without_credentials};
use crate::visible::visible;

/// Lines of context around each change, as `git diff` has.
const CONTEXT_LINES: usize = 3;

/// One side of a diff.
#[derive(Debug, Clone, Copy)]
pub struct DiffSide<'a> {
    /// The file's bytes. Those that are no UTF-8 make it unreadable, but files with such bytes are never changed.
    pub bytes: &'a [u8],
    /// The parts that nobody may read, sorted.
    pub secrets: &'a [Range<usize>],
}

/// The change of the file at `path` as a unified diff that `git apply` takes where nothing is masked.
#[must_use]
pub fn unified(path: &str, before: DiffSide<'_>, after: DiffSide<'_>) -> String {
    let texts = [before.bytes, after.bytes].map(String::from_utf8_lossy);
    let [old, new] = texts.each_ref().map(|text| text.split_inclusive('\n').collect::<Vec<_>>());
    let diff = TextDiff::configure().newline_terminated(true).diff_slices(&old, &new);
    let shown = [shown_lines(before), shown_lines(after)];
    let mut output = String::new();
    let mut unified = diff.unified_diff();
    for hunk in unified.context_radius(CONTEXT_LINES).iter_hunks() {
        if output.is_empty() {
            let _ = write!(output, "--- a/{0}\n+++ b/{0}\n", visible(path));
        }
        let _ = writeln!(output, "{}", hunk.header());
        for change in hunk.iter_changes() {
            let (sign, line) = match change.tag() {
                ChangeTag::Equal => (' ', change.old_index().and_then(|index| shown[0].get(index))),
                ChangeTag::Delete => ('-', change.old_index().and_then(|index| shown[0].get(index))),
                ChangeTag::Insert => ('+', change.new_index().and_then(|index| shown[1].get(index))),
            };
            let _ = writeln!(output, "{sign}{}", line.map_or(MASK, String::as_str));
            if change.missing_newline() {
                output.push_str("\\ No newline at end of file\n");
            }
        }
    }
    output
}

/// The lines as they may be shown, without their `\n`.
fn shown_lines(side: DiffSide<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    let mut start = 0;
    for line in side.bytes.split_inclusive(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let first = side.secrets.partition_point(|secret| secret.end <= start);
        let secrets = side.secrets.iter().skip(first).take_while(|secret| secret.start < start + line.len());
        let masked = masked(line, start, secrets);
        let masked = without_credentials(&masked);
        let (text, end) = match masked.strip_suffix('\r') {
            Some(text) => (text, "\r"),
            None => (masked.as_ref(), ""),
        };
        // A tab is as harmless on a terminal as it is usual in files.
        let parts: Vec<_> = text.split('\t').map(visible).collect();
        lines.push(parts.join("\t") + end);
        start += line.len() + 1;
    }
    lines
}

/// A line that begins at `start` with the secret parts of it masked. Of a text over several lines its indentation
/// stays, and the first line of a block scalar, which says only that it is one.
fn masked<'s>(line: &[u8], start: usize, secrets: impl Iterator<Item = &'s Range<usize>>) -> String {
    let text =
        |range: Range<usize>| String::from_utf8_lossy(line.get(range).unwrap_or_default()).into_owned();
    let blanks = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let mut output = String::new();
    let mut shown = 0;
    for secret in secrets {
        let from = secret.start.saturating_sub(start).max(shown);
        let from = if secret.start < start { blanks.max(from) } else { from };
        let to = secret.end.saturating_sub(start).min(line.len());
        let opens_block = secret.start >= start
            && secret.end > start + line.len()
            && matches!(line.get(from), Some(b'|' | b'>'));
        if from >= to || opens_block {
            continue;
        }
        output.push_str(&text(shown..from));
        output.push_str(MASK);
        shown = to;
    }
    output + &text(shown..line.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(bytes: &[u8]) -> DiffSide<'_> {
        DiffSide { bytes, secrets: &[] }
    }

    #[test]
    fn shows_changed_lines_with_their_surroundings() {
        let diff = unified("x.yaml", plain(b"a: 1\nb: 2\n"), plain(b"a: 1\nb: 3\n"));
        assert_eq!(diff, "--- a/x.yaml\n+++ b/x.yaml\n@@ -1,2 +1,2 @@\n a: 1\n-b: 2\n+b: 3\n");
        assert_eq!(unified("x", plain(b"a\n"), plain(b"a\n")), "");
    }

    #[test]
    fn a_last_line_without_an_end_is_told() {
        let diff = unified("x", plain(b"a\nb"), plain(b"a\nc"));
        let end = "\\ No newline at end of file\n";
        assert_eq!(diff, format!("--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n-b\n{end}+c\n{end}"));
    }

    #[test]
    fn secret_parts_are_masked_in_every_line() {
        let text = b"k: old\np: hunter2\nt: |\n  one\n\n  two\nq: 'a' # c\r\n\x1b\n";
        let after = b"k: new\np: hunter2\nt: |\n  one\n\n  two\nq: 'a' # c\r\n\x1b\n";
        let secrets = [10..17, 21..35, 39..42];
        let side = |bytes| DiffSide { bytes, secrets: &secrets };
        let shown = shown_lines(side(&text[..]));
        assert_eq!(shown, ["k: old", "p: ***", "t: |", "  ***", "", "  ***", "q: *** # c\r", "\\u{1b}"]);
        let diff = unified("x", side(text), side(after));
        assert!(
            !diff.contains("hunter2") && diff.contains(" p: ***\n") && diff.contains("+k: new\n"),
            "{diff}"
        );
    }

    #[test]
    fn what_looks_like_a_credential_is_masked_anywhere() {
        let key = format!("k: AKIA{}\n", "A".repeat(16));
        assert_eq!(shown_lines(plain(key.as_bytes())), ["k: ***"]);
    }
}
