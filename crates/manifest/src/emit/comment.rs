//! Comments on their way into the text: they wait until the place where they belong is reached.

use super::event::Comments;
use super::output::Output;

/// Comments that have been read and not been written. One that is not written where it belongs waits for the next place
/// of its kind, as in goyaml.
#[derive(Debug, Default)]
pub(super) struct Pending<'a> {
    waiting: Comments<'a>,
    /// The line comment of a key, until it is known what its value is.
    key_line: &'a str,
}

impl<'a> Pending<'a> {
    pub(super) fn add(&mut self, comments: &Comments<'a>) {
        let Comments { head, line, foot, tail } = comments;
        for (slot, comment) in [
            (&mut self.waiting.head, head),
            (&mut self.waiting.line, line),
            (&mut self.waiting.foot, foot),
            (&mut self.waiting.tail, tail),
        ] {
            if !comment.is_empty() {
                *slot = comment;
            }
        }
    }

    /// Whether something is to follow the node on its line, so that a comma has to come first.
    pub(super) fn follows(&self) -> bool {
        !(self.waiting.line.is_empty() && self.waiting.foot.is_empty() && self.waiting.tail.is_empty())
    }

    /// Whether something is to stand on lines of its own before a closing bracket.
    pub(super) fn precedes_bracket(&self) -> bool {
        !(self.waiting.head.is_empty() && self.waiting.foot.is_empty() && self.waiting.tail.is_empty())
    }

    pub(super) fn has_head(&self) -> bool {
        !self.waiting.head.is_empty()
    }

    /// Writes what stands before a node: the foot of the entry before it, then its own head.
    pub(super) fn write_head(&mut self, output: &mut Output) {
        if let Some(tail) = take(&mut self.waiting.tail) {
            output.write_indent();
            write(output, tail);
            output.foot_indent = Some(output.indent.unwrap_or(0));
        }
        if let Some(head) = take(&mut self.waiting.head) {
            output.write_indent();
            write(output, head);
        }
    }

    /// Writes the comment at the end of a line.
    pub(super) fn write_line(&mut self, output: &mut Output) {
        if let Some(line) = take(&mut self.waiting.line) {
            output.separate();
            write(output, line);
        }
    }

    /// Ends the header line of a block scalar, with the line comment if there is one.
    pub(super) fn end_header(&mut self, output: &mut Output) {
        if self.waiting.line.is_empty() {
            output.line_break();
        } else {
            self.write_line(output);
        }
    }

    pub(super) fn write_foot(&mut self, output: &mut Output) {
        if let Some(foot) = take(&mut self.waiting.foot) {
            output.write_indent();
            write(output, foot);
            output.foot_indent = Some(output.indent.unwrap_or(0));
        }
    }

    /// Sets a key's line comment aside until its value comes.
    pub(super) fn hold_key_line(&mut self) {
        if let Some(line) = take(&mut self.waiting.line) {
            self.key_line = line;
        }
    }

    /// Gives a scalar value the line comment of its key, unless it has its own; then the key's keeps waiting.
    pub(super) fn pass_key_line_to_scalar(&mut self) {
        if self.waiting.line.is_empty() {
            self.waiting.line = std::mem::take(&mut self.key_line);
        }
    }

    /// Writes the line comment of a key whose value begins on the next line.
    pub(super) fn write_key_line(&mut self, output: &mut Output) {
        std::mem::swap(&mut self.waiting.line, &mut self.key_line);
        self.write_line(output);
        std::mem::swap(&mut self.waiting.line, &mut self.key_line);
    }
}

fn take<'a>(comment: &mut &'a str) -> Option<&'a str> {
    Some(std::mem::take(comment)).filter(|comment| !comment.is_empty())
}

/// Writes the lines of a comment, each at the current indentation and with a `#`, and ends the last one.
fn write(output: &mut Output, comment: &str) {
    let mut lines = comment.split('\n').peekable();
    let mut is_first = true;
    while let Some(line) = lines.next() {
        if !line.is_empty() {
            if !is_first {
                output.write_indent();
            }
            if !line.starts_with('#') {
                output.put_text("# ");
            }
            output.put_text(line);
            output.indention = false;
        }
        if !line.is_empty() || lines.peek().is_some() {
            output.line_break();
        }
        is_first = false;
    }
    output.whitespace = true;
}
