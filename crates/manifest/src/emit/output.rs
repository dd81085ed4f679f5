//! The text under way: where its end stands, and what may be written there without a space or a new line.

use std::ops::Range;

/// Text with the state that decides about white space.
#[derive(Debug, Default)]
pub(super) struct Output {
    pub(super) text: String,
    /// Characters since the last line end.
    pub(super) column: usize,
    /// The last thing written separates tokens.
    pub(super) whitespace: bool,
    /// Nothing but indentation (and dashes that count as such) stands on the line.
    pub(super) indention: bool,
    /// The columns to indent by; none before the first collection.
    pub(super) indent: Option<usize>,
    /// A foot comment was written at this indentation: the next line at the same one is set off by an empty line.
    pub(super) foot_indent: Option<usize>,
    /// The column after which lines are broken.
    pub(super) width: Option<usize>,
    /// The bytes that each scalar took, by the position of its event.
    pub(super) scalars: Vec<(usize, Range<usize>)>,
}

impl Output {
    pub(super) fn new(width: Option<usize>) -> Self {
        Self { whitespace: true, indention: true, width, ..Self::default() }
    }

    pub(super) fn put(&mut self, character: char) {
        self.text.push(character);
        self.column += 1;
    }

    pub(super) fn put_text(&mut self, text: &str) {
        self.text.push_str(text);
        self.column += text.chars().count();
    }

    pub(super) fn line_break(&mut self) {
        self.broken_by('\n');
    }

    /// Ends the line by one of the characters that YAML takes for a line break.
    pub(super) fn broken_by(&mut self, line_break: char) {
        self.text.push(line_break);
        self.column = 0;
        self.indention = true;
    }

    /// Goes to the current indentation, on a new line unless the end of the text is there already.
    pub(super) fn write_indent(&mut self) {
        let indent = self.indent.unwrap_or(0);
        if !self.indention || self.column > indent || (self.column == indent && !self.whitespace) {
            self.line_break();
        }
        if self.foot_indent == Some(indent) {
            self.line_break();
        }
        while self.column < indent {
            self.put(' ');
        }
        self.whitespace = true;
        self.indention = true;
        self.foot_indent = None;
    }

    pub(super) fn separate(&mut self) {
        if !self.whitespace {
            self.put(' ');
        }
    }

    /// Writes an indicator that stands apart from what is before it.
    pub(super) fn indicator(&mut self, indicator: &str) {
        self.separate();
        self.attached(indicator);
    }

    /// Writes an indicator that touches what is before it.
    pub(super) fn attached(&mut self, indicator: &str) {
        self.put_text(indicator);
        self.whitespace = false;
        self.indention = false;
    }

    /// Writes an opening bracket, after which nothing needs a space.
    pub(super) fn opening(&mut self, bracket: &str) {
        self.indicator(bracket);
        self.whitespace = true;
    }

    /// Writes `-`, `?` or `:` at the head of a line, where it counts as indentation.
    pub(super) fn leading(&mut self, indicator: &str) {
        let indention = self.indention;
        self.indicator(indicator);
        self.indention = indention;
    }

    pub(super) fn is_past_width(&self) -> bool {
        self.width.is_some_and(|width| self.column > width)
    }
}
