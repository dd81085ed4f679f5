//! New text within brackets, YAML's and JSON's.
//!
//! Takes what is wanted and how the brackets around are laid out; gives chunks of text.

use super::context::Context;
use super::patch::Chunk;
use super::scalar::{self, Surroundings};
use super::style::FlowStyle;
use super::{Fresh, FreshScalar, Reason};
use crate::resolve::{Dialect, is_plain_string};
use crate::{NodeId, NodeKind, ScalarStyle};

/// Writes new text within brackets.
#[derive(Debug)]
pub(super) struct FlowWriter<'w, 'd, 't> {
    context: &'w Context<'d, 't>,
    style: &'w FlowStyle,
    pub(super) chunks: Vec<Chunk>,
}

impl<'w, 'd, 't> FlowWriter<'w, 'd, 't> {
    pub(super) fn new(context: &'w Context<'d, 't>, style: &'w FlowStyle) -> Self {
        Self { context, style, chunks: Vec::new() }
    }

    pub(super) fn text(&mut self, text: &str) {
        match self.chunks.last_mut() {
            Some(Chunk::Text(last)) => last.push_str(text),
            _ => self.chunks.push(Chunk::Text(text.to_owned())),
        }
    }

    fn surroundings(&self) -> Surroundings {
        if self.style.is_json { Surroundings::Json } else { Surroundings::Flow }
    }

    /// A child: an entry if it has a key, else an item. `indentation` is that of its line.
    pub(super) fn child(
        &mut self,
        key: Option<&str>,
        value: &Fresh,
        indentation: &str,
    ) -> Result<(), Reason> {
        if let Some(key) = key {
            let key = scalar::write_string(key, ScalarStyle::Plain, self.surroundings());
            self.text(&key);
            self.text(":");
            self.text(self.style.colon_gap);
        }
        self.value(value, indentation)
    }

    /// A value, without any gap before it.
    pub(super) fn value(&mut self, value: &Fresh, indentation: &str) -> Result<(), Reason> {
        match value {
            Fresh::Scalar(scalar) | Fresh::TextOf { node: _, value: scalar } => {
                self.scalar(scalar);
                Ok(())
            }
            Fresh::Mapping(entries) => {
                let children = entries.iter().map(|(key, value)| (Some(key.as_str()), value));
                self.collection(["{", "}"], children, indentation)
            }
            Fresh::Sequence(items) => {
                self.collection(["[", "]"], items.iter().map(|value| (None, value)), indentation)
            }
            Fresh::Moved(node) => self.moved(*node, indentation),
            Fresh::InsteadOf { of: _, value } => self.value(value, indentation),
        }
    }

    fn scalar(&mut self, value: &FreshScalar) {
        let style = match value {
            FreshScalar::String(text) if !scalar::is_plain_safe(text, self.surroundings()) => {
                self.context.style().quotes
            }
            _ => ScalarStyle::Plain,
        };
        self.text(&scalar::write(value, style, self.surroundings()));
    }

    fn collection<'v>(
        &mut self,
        [open, close]: [&str; 2],
        children: impl ExactSizeIterator<Item = (Option<&'v str>, &'v Fresh)>,
        indentation: &str,
    ) -> Result<(), Reason> {
        self.text(open);
        let inner = self.style.lines.as_ref().map(|lines| format!("{indentation}{}", lines.step));
        let padding = if open == "{" && children.len() > 0 { self.style.padding } else { "" };
        let is_empty = children.len() == 0;
        for (index, (key, value)) in children.enumerate() {
            if index > 0 {
                self.text(",");
            }
            match &inner {
                Some(inner) => {
                    self.line(inner);
                    self.child(key, value, inner)?;
                }
                None => {
                    self.text(if index > 0 { self.style.comma_gap } else { padding });
                    self.child(key, value, indentation)?;
                }
            }
        }
        match inner {
            Some(_) if !is_empty => self.line(indentation),
            _ => self.text(padding),
        }
        self.text(close);
        Ok(())
    }

    /// Ends the line and indents the next.
    pub(super) fn line(&mut self, indentation: &str) {
        let newline = self.context.style().newline;
        self.text(newline);
        self.text(indentation);
    }

    fn moved(&mut self, node: NodeId, indentation: &str) -> Result<(), Reason> {
        let document = self.context.document;
        let layout = self.context.layout;
        let is_block_scalar =
            matches!(document.scalar_style(node), Some(ScalarStyle::Literal | ScalarStyle::Folded));
        if is_block_scalar || layout.is_block_collection(node) {
            return Err(Reason::MoveIntoBrackets);
        }
        if let Some(text) = self.rewritten(node) {
            if document.tag(node).is_some() || document.anchor(node).is_some() {
                return Err(Reason::MeetRareSyntax {
                    what: "an anchor or a tag on a text that needs quotes",
                });
            }
            self.text(&text);
            return Ok(());
        }
        let range = layout.range(node);
        let old = layout.indentation(range.start).len();
        let shift = isize::try_from(indentation.len()).unwrap_or(0) - isize::try_from(old).unwrap_or(0);
        if !range.is_empty() {
            self.chunks.push(Chunk::Source { range, shift, adjust: Vec::new() });
        } else {
            self.text("null");
        }
        Ok(())
    }

    /// A scalar of block text that brackets or JSON cannot hold as it is; none if it can stay.
    fn rewritten(&self, node: NodeId) -> Option<String> {
        let document = self.context.document;
        let NodeKind::Scalar { style } = document.node(node).kind else { return None };
        let text = document.text(node)?;
        // Without quotes `<<` is a string that quotes would change: it merges.
        let is_plain_text = |dialect| text != "<<" && is_plain_string(dialect, text);
        let is_string = style != ScalarStyle::Plain
            || (is_plain_text(Dialect::GoYaml2) && is_plain_text(Dialect::GoYaml3));
        let fits = match (style, self.style.is_json) {
            (ScalarStyle::DoubleQuoted, _) | (ScalarStyle::SingleQuoted, false) => true,
            (_, true) => !is_string,
            (_, false) => !is_string || scalar::is_plain_safe(text, Surroundings::Flow),
        };
        (!fits && is_string)
            .then(|| scalar::write_string(text, self.context.style().quotes, self.surroundings()))
    }
}
