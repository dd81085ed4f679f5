//! Builds a string of parts that each keep their origin.
//!
//! Takes slices of strings with their origins and bytes that the function itself adds; gives a string value composed of
//! them. Records nothing while the ledger is off. Refuses to grow past the limit of a render's output.

use std::ops::Range;

use text::Origin;

use crate::limits::OUTPUT_BYTES_MAX;
use crate::{Apart, Call, Fault, Value};

/// A string under construction.
pub(crate) struct Rope<'c, 'l> {
    call: &'c Call<'l>,
    bytes: Vec<u8>,
    parts: Vec<(usize, Origin)>,
    own: Option<Origin>,
    /// What was taken from last, and its parts.
    source: Option<(Origin, *const [u8], Apart)>,
}

impl<'c, 'l> Rope<'c, 'l> {
    /// An empty string.
    pub(crate) fn new(call: &'c Call<'l>) -> Self {
        Self { call, bytes: Vec::new(), parts: Vec::new(), own: None, source: None }
    }

    /// Adds all of `bytes`, which came from `origin`.
    pub(crate) fn push(&mut self, bytes: &[u8], origin: Origin) -> Result<(), Fault> {
        if self.bytes.len() + bytes.len() > OUTPUT_BYTES_MAX {
            return Err(Fault::limit(format!("{} gives more than {OUTPUT_BYTES_MAX} bytes", self.call.name)));
        }
        if !bytes.is_empty() {
            self.bytes.extend(bytes);
            match self.parts.last_mut() {
                _ if !self.call.ledger.is_on() => {}
                // What the function itself writes is one part; two of somebody else's are not one of his.
                Some((length, last)) if *last == origin && self.own == Some(origin) => *length += bytes.len(),
                _ => self.parts.push((bytes.len(), origin)),
            }
        }
        Ok(())
    }

    /// Adds a range of `whole`, which came from `origin`.
    pub(crate) fn push_part(
        &mut self,
        whole: &[u8],
        range: Range<usize>,
        origin: Origin,
    ) -> Result<(), Fault> {
        let part = whole.get(range.clone()).unwrap_or_default();
        if part.is_empty() {
            return Ok(());
        }
        let origin = self.part_of(whole, range, origin);
        self.push(part, origin)
    }

    /// The origin of a range of `whole`, which is taken apart once for all that follow one another.
    fn part_of(&mut self, whole: &[u8], range: Range<usize>, origin: Origin) -> Origin {
        let ledger = self.call.ledger;
        let is_same = |(known, bytes, _): &(Origin, *const [u8], Apart)| {
            *known == origin && std::ptr::eq(*bytes, whole)
        };
        let known = self.source.take().filter(is_same);
        let (_, _, apart) =
            self.source.insert(known.unwrap_or_else(|| (origin, whole, ledger.apart(origin, whole))));
        ledger.part_of(apart, range)
    }

    /// Adds bytes that the function itself writes.
    pub(crate) fn push_own(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        let call = self.call;
        let own = *self.own.get_or_insert_with(|| call.made(&[]));
        self.push(bytes, own)
    }

    /// The string; where it is empty it is made of `inputs`.
    pub(crate) fn finish(self, inputs: &[Value]) -> Value {
        let origin = if self.parts.is_empty() {
            self.call.made(inputs)
        } else {
            self.call.ledger.composed(&self.parts)
        };
        Value::string(self.bytes, origin)
    }
}

/// A range of the string `whole` as a value of its own. An empty one keeps the origin of the whole.
pub(super) fn part(call: &Call<'_>, whole: &Value, bytes: &[u8], range: Range<usize>) -> Value {
    let part = bytes.get(range.clone()).unwrap_or_default();
    let origin = if range == (0..bytes.len()) || part.is_empty() || !call.ledger.is_on() {
        whole.origin
    } else {
        call.ledger.part(whole.origin, bytes, range)
    };
    Value::string(part, origin)
}

/// Ranges of the string `whole` as values of their own. Empty ones keep the origin of the whole.
pub(super) fn parts(call: &Call<'_>, whole: &Value, bytes: &[u8], ranges: &[Range<usize>]) -> Vec<Value> {
    let origins = call.ledger.parts(whole.origin, bytes, ranges);
    let values = ranges.iter().zip(origins).map(|(range, origin)| {
        let part = bytes.get(range.clone()).unwrap_or_default();
        Value::string(part, if part.is_empty() { whole.origin } else { origin })
    });
    values.collect()
}
