//! Directives where libyaml takes them and the full parser does not.
//!
//! A comment right behind `%YAML 1.1`, and directives behind a document that no `...` ended. Only for the
//! lenient walk: every other document with a directive is the full parser's.

use super::super::split::{is_blank, line_end};
use super::sink::Sink;
use super::walk::Walk;
use super::{Step, Stop};

/// The one version that goyaml v2 takes.
const VERSION: &[u8] = b"%YAML 1.1";

impl<S: Sink> Walk<'_, S> {
    /// Moves over the version before a document, with its comment.
    pub(super) fn skip_version(&mut self) -> Step<()> {
        if !self.rest().starts_with(VERSION) {
            return Err(Stop::Unsure);
        }
        self.at += VERSION.len();
        self.expect_line_end(Stop::Unsure)
    }

    /// Moves over the directives at a document's end, which belong to the next one, to the end.
    pub(super) fn read_trailing_directives(&mut self) -> Step<()> {
        while let Some(first) = self.byte() {
            let end = line_end(self.bytes, self.at);
            let line = self.bytes.get(self.at..end).unwrap_or_default();
            match first {
                b'%' if is_directive(line) => self.at = end,
                b'#' => {
                    self.sink.comment(self.at);
                    self.at = end;
                }
                _ if line.trim_ascii().is_empty() => self.at = end,
                _ => return Err(Stop::Unsure),
            }
        }
        Ok(())
    }
}

/// `%YAML` with a version, or `%TAG` with a handle and a prefix.
fn is_directive(line: &[u8]) -> bool {
    let words: Vec<&[u8]> =
        line.trim_ascii().split(|&byte| is_blank(byte)).filter(|word| !word.is_empty()).collect();
    match words.as_slice() {
        [b"%YAML", version] => matches!(version, [b'1', b'.', b'0'..=b'9']),
        [b"%TAG", handle, _] => handle.starts_with(b"!") && handle.ends_with(b"!"),
        _ => false,
    }
}
