//! Unified diffs of files before and after a fix.

use similar::TextDiff;

/// Lines of context around each change, as `git diff` has.
const CONTEXT_LINES: usize = 3;

/// The change of the file at `path` as a unified diff that `git apply` takes. Bytes that are no UTF-8
/// make it unreadable, but files with such bytes are never changed.
#[must_use]
pub fn unified(path: &str, before: &[u8], after: &[u8]) -> String {
    let (before, after) = (String::from_utf8_lossy(before), String::from_utf8_lossy(after));
    TextDiff::from_lines(before.as_ref(), after.as_ref())
        .unified_diff()
        .context_radius(CONTEXT_LINES)
        .header(&format!("a/{path}"), &format!("b/{path}"))
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_changed_lines_with_their_surroundings() {
        let diff = unified("x.yaml", b"a: 1\nb: 2\n", b"a: 1\nb: 3\n");
        assert_eq!(diff, "--- a/x.yaml\n+++ b/x.yaml\n@@ -1,2 +1,2 @@\n a: 1\n-b: 2\n+b: 3\n");
    }
}
