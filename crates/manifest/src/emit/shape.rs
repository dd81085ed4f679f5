//! Printing values of somebody else's kind, with the bytes that each scalar took.
//!
//! Takes a root and a function that says what a value is, one level at a time; gives the text that Go's libraries print,
//! and beside each scalar's range whatever its owner wants to find it by. Knows nothing of what the values are.

use std::borrow::Cow;
use std::ops::Range;

use crate::ScalarStyle;
use crate::resolve::{Dialect, base64};
use crate::value::VALUE_DEPTH_MAX;

use super::event::Event;
use super::step::Step;
use super::through_json::{self, JsonNumber};
use super::value::text_style;
use super::{EmitYaml, Layout, emit, float, key_order};

/// One level of a value: `N` is a value within it, `O` what its owner knows a scalar by.
#[derive(Debug)]
pub enum Shape<'v, N, O> {
    /// A scalar.
    Scalar(Leaf<'v>, O),
    /// A sequence.
    Sequence(Vec<N>),
    /// A mapping with texts for keys, in any order; no key twice.
    Mapping(Vec<(Cow<'v, str>, O, N)>),
    /// A mapping that is printed in this order.
    Struct(Vec<(Cow<'v, str>, O, N)>),
}

/// A scalar.
#[derive(Debug)]
pub enum Leaf<'v> {
    /// Null.
    Null,
    /// A bool.
    Bool(bool),
    /// A signed integer.
    Int(i64),
    /// An unsigned integer.
    Unsigned(u64),
    /// A 64-bit float.
    Float(f64),
    /// A text.
    Text(Cow<'v, str>),
    /// A text that is no text to YAML, such as a point in time.
    Verbatim(Cow<'v, str>),
    /// Bytes that are no text.
    Binary(Cow<'v, [u8]>),
}

/// Which of Go's ways to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// `sigs.k8s.io/yaml`: through JSON, then by goyaml v2. What kubectl and Helm do.
    ThroughJson,
    /// Straight to the emitter.
    Straight(Layout),
}

/// A text with the scalars in it, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed<O> {
    /// The text.
    pub text: String,
    /// The bytes of each scalar, quotes and block header included.
    pub scalars: Vec<(Range<usize>, O)>,
}

/// Prints a value.
///
/// # Errors
/// If the value nests too deep, or JSON cannot hold it where it goes through JSON.
pub fn marshal_shape<'v, N, O: Copy>(
    root: &N,
    shape: &impl Fn(&N) -> Shape<'v, N, O>,
    way: Way,
) -> Result<Printed<O>, EmitYaml> {
    let layout = match way {
        Way::ThroughJson => Layout::GOYAML2,
        Way::Straight(layout) => layout,
    };
    let mut flattener = Flattener { way, dialect: layout.dialect, depth: 0, nodes: vec![] };
    flattener.push(Step::DocumentStart, None);
    flattener.value(root, shape)?;
    flattener.push(Step::DocumentEnd, None);
    let events: Vec<Event<'_>> = flattener.nodes.iter().map(|(step, _)| step.event()).collect();
    let emitted = emit(&events, layout)?;
    let owner = |position: usize| flattener.nodes.get(position).and_then(|(_, owner)| *owner);
    let scalars = emitted.scalars.into_iter();
    let scalars = scalars.filter_map(|(position, range)| owner(position).map(|owner| (range, owner)));
    Ok(Printed { scalars: scalars.collect(), text: emitted.text })
}

/// Letters of a line of base64, as goyaml breaks it.
const BASE64_LINE: usize = 70;

/// Base64 in lines; a short one has no end.
fn broken_base64(bytes: &[u8]) -> String {
    let encoded = base64::encode(bytes);
    if encoded.len() < BASE64_LINE {
        return encoded;
    }
    let lines = encoded.as_bytes().chunks(BASE64_LINE);
    lines.map(|line| format!("{}\n", String::from_utf8_lossy(line))).collect()
}

struct Flattener<'v, O> {
    way: Way,
    dialect: Dialect,
    depth: usize,
    nodes: Vec<(Step<'v>, Option<O>)>,
}

impl<'v, O: Copy> Flattener<'v, O> {
    fn value<N>(&mut self, value: &N, shape: &impl Fn(&N) -> Shape<'v, N, O>) -> Result<(), EmitYaml> {
        match shape(value) {
            Shape::Scalar(leaf, owner) => self.scalar(leaf, owner)?,
            Shape::Sequence(items) => {
                self.open(Step::SequenceStart)?;
                for item in &items {
                    self.value(item, shape)?;
                }
                self.close(Step::SequenceEnd);
            }
            Shape::Mapping(mut entries) => {
                self.open(Step::MappingStart)?;
                entries.sort_by(|(one, ..), (two, ..)| one.cmp(two));
                let sorted = key_order::merge_sort(entries.iter().collect(), &|(one, ..), (two, ..)| {
                    key_order::is_text_less(self.dialect, one, two)
                });
                for (key, owner, value) in sorted {
                    self.key(key.clone(), *owner)?;
                    self.value(value, shape)?;
                }
                self.close(Step::MappingEnd);
            }
            Shape::Struct(entries) => {
                self.open(Step::MappingStart)?;
                for (key, owner, value) in entries {
                    self.key(key, owner)?;
                    self.value(&value, shape)?;
                }
                self.close(Step::MappingEnd);
            }
        }
        Ok(())
    }

    fn scalar(&mut self, leaf: Leaf<'v>, owner: O) -> Result<(), EmitYaml> {
        let text: Cow<'v, str> = match (leaf, self.way) {
            (Leaf::Null, _) => "null".into(),
            (Leaf::Bool(value), _) => if value { "true" } else { "false" }.into(),
            (Leaf::Int(value), _) => value.to_string().into(),
            (Leaf::Unsigned(value), _) => value.to_string().into(),
            (Leaf::Float(value), Way::Straight(_)) => float::yaml(value).into(),
            (Leaf::Float(value), Way::ThroughJson) => match through_json::number(value)? {
                JsonNumber::Int(value) => value.to_string().into(),
                JsonNumber::Unsigned(value) => value.to_string().into(),
                JsonNumber::Float(value) => float::yaml(value).into(),
            },
            (Leaf::Verbatim(text), _) => text,
            (Leaf::Binary(bytes), _) => return self.binary(&bytes, owner),
            (Leaf::Text(text), Way::Straight(_)) => return self.text(text, owner),
            (Leaf::Text(text), Way::ThroughJson) => return self.text(through_json::text(text)?, owner),
        };
        self.push(Step::Scalar(text, ScalarStyle::Plain), Some(owner));
        Ok(())
    }

    fn key(&mut self, key: Cow<'v, str>, owner: O) -> Result<(), EmitYaml> {
        if self.way == Way::ThroughJson {
            through_json::check_key(&key)?;
            return self.text(through_json::text(key)?, owner);
        }
        self.text(key, owner)
    }

    #[expect(clippy::unnecessary_wraps, reason = "the last step of those that may fail")]
    fn text(&mut self, text: Cow<'v, str>, owner: O) -> Result<(), EmitYaml> {
        let style = text_style(&text, self.dialect);
        self.push(Step::Scalar(text, style), Some(owner));
        Ok(())
    }

    #[expect(clippy::unnecessary_wraps, reason = "the last step of those that may fail")]
    fn binary(&mut self, bytes: &[u8], owner: O) -> Result<(), EmitYaml> {
        let text = broken_base64(bytes);
        let style = if text.contains('\n') { ScalarStyle::Literal } else { ScalarStyle::Plain };
        self.push(Step::Tagged("!!binary", text.into(), style), Some(owner));
        Ok(())
    }

    fn push(&mut self, step: Step<'v>, owner: Option<O>) {
        self.nodes.push((step, owner));
    }

    fn open(&mut self, start: Step<'v>) -> Result<(), EmitYaml> {
        if self.depth >= VALUE_DEPTH_MAX {
            return Err(EmitYaml::NestTooDeep { limit: VALUE_DEPTH_MAX });
        }
        self.depth += 1;
        self.push(start, None);
        Ok(())
    }

    fn close(&mut self, end: Step<'v>) {
        self.depth -= 1;
        self.push(end, None);
    }
}
