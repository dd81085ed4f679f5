//! `<no value>`, which Helm takes out of whatever was rendered.

use gotemplate::{Ledger, Rendered, Value};
use memchr::memmem;
use std::ops::Range;

const NO_VALUE: &[u8] = b"<no value>";

/// The ranges that stay.
fn kept(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut kept = Vec::new();
    let mut at = 0;
    for start in memmem::find_iter(bytes, NO_VALUE) {
        kept.push(at..start);
        at = start + NO_VALUE.len();
    }
    kept.push(at..bytes.len());
    kept
}

/// A string without it; its parts keep their origins.
pub(super) fn without(ledger: &Ledger, text: Value) -> Value {
    let Some(bytes) = text.as_bytes().filter(|bytes| memmem::find(bytes.as_slice(), NO_VALUE).is_some())
    else {
        return text;
    };
    let bytes = bytes.as_slice();
    let kept = kept(bytes);
    let out: Vec<u8> = kept.iter().filter_map(|range| bytes.get(range.clone())).flatten().copied().collect();
    let lengths = kept.iter().map(std::ops::Range::len);
    let parts: Vec<_> = lengths.zip(ledger.parts(text.origin, bytes, &kept)).collect();
    let origin = if out.is_empty() { text.origin } else { ledger.composed(&parts) };
    Value::string(out, origin)
}

/// What was rendered without it.
pub(super) fn without_rendered(rendered: Rendered) -> Rendered {
    if memmem::find(&rendered.bytes, NO_VALUE).is_none() {
        return rendered;
    }
    let kept = kept(&rendered.bytes);
    let bytes = kept.iter().flat_map(|range| rendered.bytes.get(range.clone()).unwrap_or_default());
    let bytes = bytes.copied().collect();
    let mut pieces = Vec::with_capacity(rendered.pieces.len());
    let mut ranges = kept.into_iter().peekable();
    let mut at = 0;
    for (length, origin, decision) in rendered.pieces {
        let end = at + length;
        if length == 0 {
            pieces.push((0, origin, decision));
        }
        while let Some(range) = ranges.peek() {
            let (from, to) = (range.start.max(at), range.end.min(end));
            if from < to {
                pieces.push((to - from, origin, decision));
            }
            if range.end > end {
                break;
            }
            ranges.next();
        }
        at = end;
    }
    Rendered { bytes, pieces }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_lose_what_the_bytes_lose() {
        let piece = |length| (length, Ledger::NOWHERE, None);
        let rendered = Rendered {
            bytes: b"ab<no value>cd<no value>".to_vec(),
            pieces: vec![piece(1), piece(3), piece(9), piece(11)],
        };
        let rendered = without_rendered(rendered);
        assert_eq!(rendered.bytes, b"abcd");
        let lengths: Vec<usize> = rendered.pieces.iter().map(|(length, ..)| *length).collect();
        assert_eq!(lengths, [1, 1, 1, 1]);
    }
}
