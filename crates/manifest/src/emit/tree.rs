//! From events to text: the layout of collections.
//!
//! Walks the events by recursion, one function for each of the four forms a collection can have. A collection's header
//! (anchor, tag) is written before the comments that wait, and its entries after them, as in goyaml.

use crate::resolve::{Dialect, short_tag};
use crate::{ScalarStyle, Structure};

use super::comment::Pending;
use super::event::{Event, EventKind, Properties};
use super::output::Output;
use super::scalar::{Allowed, Place};
use super::scalar_text::{self, Folding};
use super::{EmitYaml, Layout};

/// Collections within each other. Values nest at most 1,020 deep (aliases expanded); this leaves room around them.
const NESTING_MAX: usize = 1_100;

/// The longest key, in bytes with its anchor and tag, that stands before its `:` on one line.
const SIMPLE_KEY_BYTES_MAX: usize = 128;

/// The text with the bytes that each scalar and alias took, by the position of its event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emitted {
    /// The text.
    pub text: String,
    /// Position of the event and range of bytes, quotes and block header included, in the order of the text.
    pub scalars: Vec<(usize, std::ops::Range<usize>)>,
}

/// Prints documents.
///
/// # Errors
/// If the events make no documents, nest too deep, or hold an anchor that goyaml refuses.
pub fn emit(events: &[Event<'_>], layout: Layout) -> Result<Emitted, EmitYaml> {
    let mut emitter = Emitter {
        events,
        next: 0,
        layout,
        output: Output::new(layout.width),
        pending: Pending::default(),
        flow_level: 0,
        nesting: 0,
    };
    let mut is_first = true;
    while emitter.next < events.len() {
        emitter.document(is_first)?;
        is_first = false;
    }
    Ok(Emitted { text: emitter.output.text, scalars: emitter.output.scalars })
}

/// What a node stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Parent {
    Document,
    BlockSequence,
    FlowSequence,
    /// A key that stands before its `:` on one line.
    SimpleKey,
    /// A key after `?`.
    ComplexKey,
    BlockValue,
    FlowValue,
}

impl Parent {
    fn is_mapping(self) -> bool {
        matches!(self, Self::SimpleKey | Self::ComplexKey | Self::BlockValue | Self::FlowValue)
    }
}

struct Emitter<'e, 'a> {
    events: &'e [Event<'a>],
    next: usize,
    layout: Layout,
    output: Output,
    pending: Pending<'a>,
    flow_level: usize,
    nesting: usize,
}

impl<'a> Emitter<'_, 'a> {
    fn peek(&self) -> Result<&EventKind<'a>, EmitYaml> {
        self.events.get(self.next).map(|event| &event.kind).ok_or(EmitYaml::FormDocument)
    }

    /// Takes the next event; its comments begin to wait.
    fn take(&mut self) -> Result<Event<'a>, EmitYaml> {
        let event = *self.events.get(self.next).ok_or(EmitYaml::FormDocument)?;
        self.next += 1;
        self.pending.add(&event.comments);
        Ok(event)
    }

    fn document(&mut self, is_first: bool) -> Result<(), EmitYaml> {
        if self.take()?.kind != EventKind::DocumentStart {
            return Err(EmitYaml::FormDocument);
        }
        if !is_first {
            self.output.write_indent();
            self.output.indicator("---");
            self.output.write_indent();
        }
        if self.pending.has_head() {
            self.pending.write_head(&mut self.output);
            self.output.line_break();
        }
        let root = self.take()?;
        self.pending.write_head(&mut self.output);
        self.node(root, Parent::Document)?;
        if self.take()?.kind != EventKind::DocumentEnd {
            return Err(EmitYaml::FormDocument);
        }
        // The foot of a document always stands apart.
        self.output.foot_indent = Some(0);
        self.pending.write_foot(&mut self.output);
        self.output.foot_indent = None;
        self.output.write_indent();
        Ok(())
    }

    fn node(&mut self, event: Event<'a>, parent: Parent) -> Result<(), EmitYaml> {
        let position = self.next - 1;
        match event.kind {
            EventKind::Scalar { text, style, properties } => {
                self.properties(properties)?;
                self.scalar(position, text, style, parent);
                self.comments_after(parent);
            }
            EventKind::Alias { name } => {
                self.named("*", name)?;
                let end = self.output.text.len();
                self.output.scalars.push((position, end - name.len() - 1..end));
                self.comments_after(parent);
            }
            EventKind::MappingStart { structure, properties } => {
                let in_brackets = self.is_in_brackets(structure, &EventKind::MappingEnd);
                self.properties(properties)?;
                self.comments_after(parent);
                self.nested(|emitter| match in_brackets {
                    true => emitter.flow_mapping(parent),
                    false => emitter.block_mapping(parent),
                })?;
            }
            EventKind::SequenceStart { structure, properties } => {
                let in_brackets = self.is_in_brackets(structure, &EventKind::SequenceEnd);
                self.properties(properties)?;
                self.comments_after(parent);
                self.nested(|emitter| match in_brackets {
                    true => emitter.flow_sequence(parent),
                    false => emitter.block_sequence(parent),
                })?;
            }
            EventKind::DocumentStart
            | EventKind::DocumentEnd
            | EventKind::MappingEnd
            | EventKind::SequenceEnd => return Err(EmitYaml::FormDocument),
        }
        Ok(())
    }

    fn is_in_brackets(&self, structure: Structure, end: &EventKind<'_>) -> bool {
        self.flow_level > 0 || structure == Structure::Flow || self.peek() == Ok(end)
    }

    fn nested(&mut self, write: impl FnOnce(&mut Self) -> Result<(), EmitYaml>) -> Result<(), EmitYaml> {
        if self.nesting >= NESTING_MAX {
            return Err(EmitYaml::NestTooDeep { limit: NESTING_MAX });
        }
        self.nesting += 1;
        let indent = self.output.indent;
        let result = write(self);
        self.output.indent = indent;
        self.nesting -= 1;
        result
    }

    /// Comments that wait when a node (of a collection: its header) has been written. Keys keep them.
    fn comments_after(&mut self, parent: Parent) {
        match parent {
            Parent::SimpleKey | Parent::ComplexKey => return,
            Parent::FlowSequence | Parent::FlowValue if self.pending.follows() => self.output.attached(","),
            Parent::FlowSequence
            | Parent::FlowValue
            | Parent::Document
            | Parent::BlockSequence
            | Parent::BlockValue => {}
        }
        self.pending.write_line(&mut self.output);
        self.pending.write_foot(&mut self.output);
    }

    fn properties(&mut self, properties: Properties<'a>) -> Result<(), EmitYaml> {
        if !properties.anchor.is_empty() {
            self.named("&", properties.anchor)?;
        }
        if !properties.tag.is_empty() {
            self.output.indicator(&written_tag(properties.tag));
        }
        Ok(())
    }

    fn named(&mut self, indicator: &str, name: &str) -> Result<(), EmitYaml> {
        let is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
        if name.is_empty() || !is_plain {
            return Err(EmitYaml::WriteAnchor { name: name.to_owned() });
        }
        self.output.indicator(indicator);
        self.output.attached(name);
        Ok(())
    }

    fn scalar(&mut self, position: usize, text: &str, style: ScalarStyle, parent: Parent) {
        let place = Place { in_flow: self.flow_level > 0, is_simple_key: parent == Parent::SimpleKey };
        let folding = if place.is_simple_key { Folding::Forbidden } else { Folding::Allowed };
        let style = Allowed::by(text, self.layout.dialect).style(style, text, place);
        let outer = self.output.indent;
        self.indent(parent, IndentFor::Flow);
        let before = self.output.text.len();
        let (output, indent) = (&mut self.output, self.layout.indent);
        match style {
            ScalarStyle::Plain => scalar_text::plain(output, text, folding),
            ScalarStyle::SingleQuoted => scalar_text::single_quoted(output, text, folding),
            ScalarStyle::DoubleQuoted => scalar_text::double_quoted(output, text, folding),
            ScalarStyle::Literal => scalar_text::literal(output, text, indent, &mut self.pending),
            ScalarStyle::Folded => scalar_text::folded(output, text, indent, &mut self.pending),
        }
        let written = self.output.text.get(before..).unwrap_or_default();
        let start = before + usize::from(written.starts_with(' '));
        self.output.scalars.push((position, start..self.output.text.len()));
        self.output.indent = outer;
    }

    fn block_mapping(&mut self, parent: Parent) -> Result<(), EmitYaml> {
        self.indent(parent, IndentFor::Mapping);
        loop {
            let key = self.take()?;
            self.pending.write_head(&mut self.output);
            if key.kind == EventKind::MappingEnd {
                return Ok(());
            }
            self.output.write_indent();
            self.pending.hold_key_line();
            if self.is_simple_key(&key) {
                self.node(key, Parent::SimpleKey)?;
                self.take_value_after(|output| output.attached(":"))?;
            } else {
                self.output.leading("?");
                self.node(key, Parent::ComplexKey)?;
                self.take_value_after(|output| {
                    output.write_indent();
                    output.leading(":");
                })?;
            }
        }
    }

    fn take_value_after(&mut self, write_colon: impl FnOnce(&mut Output)) -> Result<(), EmitYaml> {
        let value = self.take()?;
        write_colon(&mut self.output);
        match value.kind {
            EventKind::Scalar { .. } => self.pending.pass_key_line_to_scalar(),
            EventKind::MappingStart { structure: Structure::Block, .. }
            | EventKind::SequenceStart { structure: Structure::Block, .. } => {
                self.pending.write_key_line(&mut self.output);
            }
            _ => {}
        }
        self.node(value, Parent::BlockValue)
    }

    fn block_sequence(&mut self, parent: Parent) -> Result<(), EmitYaml> {
        self.indent(parent, IndentFor::Sequence);
        loop {
            let item = self.take()?;
            if item.kind == EventKind::SequenceEnd {
                return Ok(());
            }
            self.pending.write_head(&mut self.output);
            self.output.write_indent();
            self.output.leading("-");
            self.node(item, Parent::BlockSequence)?;
        }
    }

    fn flow_sequence(&mut self, parent: Parent) -> Result<(), EmitYaml> {
        let outer = self.open("[", parent);
        let mut needs_comma = false;
        loop {
            let item = self.take()?;
            if item.kind == EventKind::SequenceEnd {
                self.flow_level -= 1;
                self.output.indent = outer;
                if self.output.column == 0 {
                    self.output.write_indent();
                }
                self.close("]");
                return Ok(());
            }
            self.begin_flow_item(needs_comma);
            needs_comma = !self.pending.follows();
            self.node(item, Parent::FlowSequence)?;
        }
    }

    fn flow_mapping(&mut self, parent: Parent) -> Result<(), EmitYaml> {
        let outer = self.open("{", parent);
        let mut needs_comma = false;
        loop {
            let key = self.take()?;
            if key.kind == EventKind::MappingEnd {
                if needs_comma && self.pending.precedes_bracket() {
                    self.output.attached(",");
                }
                self.pending.write_head(&mut self.output);
                self.flow_level -= 1;
                self.output.indent = outer;
                self.close("}");
                return Ok(());
            }
            self.begin_flow_item(needs_comma);
            let value = if self.is_simple_key(&key) {
                self.node(key, Parent::SimpleKey)?;
                let value = self.take()?;
                self.output.attached(":");
                value
            } else {
                self.output.indicator("?");
                self.node(key, Parent::ComplexKey)?;
                let value = self.take()?;
                self.break_long_line();
                self.output.indicator(":");
                value
            };
            needs_comma = !self.pending.follows();
            self.node(value, Parent::FlowValue)?;
        }
    }

    fn open(&mut self, bracket: &str, parent: Parent) -> Option<usize> {
        let outer = self.output.indent;
        self.output.opening(bracket);
        self.indent(parent, IndentFor::Flow);
        self.flow_level += 1;
        outer
    }

    fn close(&mut self, bracket: &str) {
        self.output.attached(bracket);
        self.pending.write_line(&mut self.output);
        self.pending.write_foot(&mut self.output);
    }

    fn begin_flow_item(&mut self, needs_comma: bool) {
        if needs_comma {
            self.output.attached(",");
        }
        self.pending.write_head(&mut self.output);
        if self.output.column == 0 {
            self.output.write_indent();
        }
        self.break_long_line();
    }

    fn break_long_line(&mut self) {
        if self.output.is_past_width() {
            self.output.write_indent();
        }
    }

    /// Whether a key is short enough, and of a kind, to stand before its `:`.
    fn is_simple_key(&self, key: &Event<'_>) -> bool {
        let length = match key.kind {
            EventKind::Alias { name } => name.len(),
            EventKind::Scalar { text, properties, .. } => {
                if Allowed::by(text, self.layout.dialect).multiline {
                    return false;
                }
                text.len() + properties_length(properties)
            }
            EventKind::MappingStart { properties, .. } if self.peek() == Ok(&EventKind::MappingEnd) => {
                properties_length(properties)
            }
            EventKind::SequenceStart { properties, .. } if self.peek() == Ok(&EventKind::SequenceEnd) => {
                properties_length(properties)
            }
            _ => return false,
        };
        length <= SIMPLE_KEY_BYTES_MAX
    }

    /// Sets the indentation of what stands in `parent`.
    fn indent(&mut self, parent: Parent, what: IndentFor) {
        let step = self.layout.indent;
        let Some(indent) = self.output.indent else {
            self.output.indent = Some(if what == IndentFor::Flow { step } else { 0 });
            return;
        };
        // Under a key, a sequence whose dash begins a line of its own.
        let under_key = what == IndentFor::Sequence && parent.is_mapping();
        self.output.indent = Some(match self.layout.dialect {
            Dialect::GoYaml2 if under_key && !self.output.indention => indent,
            Dialect::GoYaml2 => indent + step,
            Dialect::GoYaml3 if parent == Parent::BlockSequence => indent + "- ".len(),
            Dialect::GoYaml3 => {
                let begins_line = self.output.column == 0 || !self.output.indention;
                let dash =
                    if under_key && begins_line && self.layout.compact_sequences { "- ".len() } else { 0 };
                ((indent + step) / step * step).saturating_sub(dash)
            }
        });
    }
}

/// For what an indentation is set: block collections at the root are not indented, all else is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum IndentFor {
    Mapping,
    Sequence,
    /// A flow collection or a scalar.
    Flow,
}

fn properties_length(properties: Properties<'_>) -> usize {
    let tag = if properties.tag.is_empty() {
        0
    } else {
        let (handle, suffix) = tag_parts(properties.tag);
        handle.len() + suffix.len()
    };
    properties.anchor.len() + tag
}

/// A tag's handle (`!`, `!!`, or none for a tag that has to be written in full) and what follows it.
fn tag_parts(tag: &str) -> (&'static str, String) {
    let short = short_tag(tag);
    if let Some(suffix) = short.strip_prefix("!!") {
        return ("!!", suffix.to_owned());
    }
    match short.strip_prefix('!') {
        Some(suffix) => ("!", suffix.to_owned()),
        None => ("", short.into_owned()),
    }
}

fn written_tag(tag: &str) -> String {
    let (handle, suffix) = tag_parts(tag);
    let mut written = String::from(if handle.is_empty() { "!<" } else { handle });
    for byte in suffix.bytes() {
        let stands = byte.is_ascii_alphanumeric() || b"-;/?:@&=+$,_.~*'()[]".contains(&byte);
        if stands {
            written.push(char::from(byte));
        } else {
            written.push_str(&format!("%{byte:02X}"));
        }
    }
    if handle.is_empty() {
        written.push('>');
    }
    written
}
