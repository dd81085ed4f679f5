//! Go's `fmt`: how values become text.
//!
//! Takes values and gives bytes, as `fmt.Sprint`, `Sprintln` and `Sprintf` do, with their words for what does not fit a
//! verb. Parts of the text that are a string's own bytes are told apart, so that origins survive. Knows no template.

mod float;
mod integer;
mod names;
mod printer;
mod printf;
mod quote;
mod spec;

use std::ops::Range;

use text::Origin;

use crate::{Data, Value};

pub(crate) use float::{shortest_digits, without_exponent};
pub use names::{kind_name, type_name};
pub(crate) use printer::{MONTHS, WEEKDAYS, duration_text};
pub use printf::sprintf;
pub(crate) use quote::{is_printed, unquote_rune};
pub use quote::{quote, quote_rune, unquote};

use printer::Printer;

use spec::Spec;

/// Whose bytes of a formatted text are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// The formatting made them.
    Nobody,
    /// A value's.
    Value(Origin),
    /// The format's own, at these bytes of it.
    Format(Range<usize>),
}

/// A text, and whose its bytes are, part by part.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Formatted {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Lengths of all bytes in order, and whose they are.
    pub parts: Vec<(usize, Whose)>,
}

impl Formatted {
    /// Adds bytes.
    pub(crate) fn push(&mut self, bytes: &[u8], whose: Whose) {
        self.bytes.extend_from_slice(bytes);
        self.parts.push((bytes.len(), whose));
    }
}

/// What `%v` prints of a value: the text of a string, and of anything else what Go shows.
#[must_use]
pub fn text_of(value: &Value) -> Vec<u8> {
    let mut printer = Printer::default();
    printer.print(value, 'v', &Spec::default());
    printer.finish()
}

/// `fmt.Sprint`: spaces stand between operands of which neither is a string.
#[must_use]
pub fn sprint(values: &[Value]) -> Formatted {
    let mut formatted = Formatted::default();
    let is_string = |value: &Value| matches!(value.data, Data::String(_));
    for (position, value) in values.iter().enumerate() {
        let before = position.checked_sub(1).and_then(|before| values.get(before));
        if before.is_some_and(|before| !is_string(before) && !is_string(value)) {
            formatted.push(b" ", Whose::Nobody);
        }
        formatted.push(&text_of(value), Whose::Value(value.origin));
    }
    formatted
}

/// `fmt.Sprintln`: a space between all operands, and a line feed at the end.
#[must_use]
pub fn sprintln(values: &[Value]) -> Formatted {
    let mut formatted = Formatted::default();
    for (position, value) in values.iter().enumerate() {
        if position > 0 {
            formatted.push(b" ", Whose::Nobody);
        }
        formatted.push(&text_of(value), Whose::Value(value.origin));
    }
    formatted.push(b"\n", Whose::Nobody);
    formatted
}
