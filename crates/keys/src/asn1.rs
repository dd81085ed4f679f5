//! Writes ASN.1 by the distinguished rules: the few shapes that keys and certificates have.
//!
//! Takes contents, gives bytes; there is nothing in it that can fail. Reads nothing.

pub(crate) const BOOLEAN: u8 = 0x01;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const NULL: u8 = 0x05;
pub(crate) const UTF8_STRING: u8 = 0x0c;
pub(crate) const PRINTABLE_STRING: u8 = 0x13;
pub(crate) const UTC_TIME: u8 = 0x17;
pub(crate) const GENERALIZED_TIME: u8 = 0x18;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;
/// `[0]` and the like of one primitive value: to be added to its number.
pub(crate) const IMPLICIT: u8 = 0x80;
/// `[0]` and the like around another value: to be added to its number.
pub(crate) const EXPLICIT: u8 = 0xa0;

const INTEGER: u8 = 0x02;
const OBJECT_IDENTIFIER: u8 = 0x06;

/// A value of a tag, whose contents are all `parts`.
pub(crate) fn tagged(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let contents = parts.concat();
    let mut out = vec![tag];
    let length = contents.len().to_be_bytes();
    let digits: Vec<u8> = length.into_iter().skip_while(|byte| *byte == 0).collect();
    match digits.as_slice() {
        [] => out.push(0),
        [short] if *short < 0x80 => out.push(*short),
        // The length has at most eight digits.
        digits => {
            out.push(0x80 | digits.len().to_le_bytes()[0]);
            out.extend_from_slice(digits);
        }
    }
    out.extend(contents);
    out
}

/// A number that is not negative, from its digits to the base 256.
pub(crate) fn unsigned(digits: &[u8]) -> Vec<u8> {
    let start = digits.iter().position(|digit| *digit != 0).unwrap_or(digits.len());
    let digits = digits.get(start..).unwrap_or_default();
    let is_padded = digits.first().is_none_or(|digit| *digit >= 0x80);
    tagged(INTEGER, &[if is_padded { &[0] } else { &[] }, digits])
}

/// An object identifier.
pub(crate) fn identifier(identifier: der::asn1::ObjectIdentifier) -> Vec<u8> {
    tagged(OBJECT_IDENTIFIER, &[identifier.as_bytes()])
}

/// Bits that fill whole bytes.
pub(crate) fn bits(bytes: &[u8]) -> Vec<u8> {
    tagged(BIT_STRING, &[&[0], bytes])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_as_short_as_they_can_be() {
        assert_eq!(tagged(NULL, &[]), [5, 0]);
        assert_eq!(tagged(4, &[&[7; 127]])[..2], [4, 127]);
        assert_eq!(tagged(4, &[&[7; 128]])[..3], [4, 0x81, 128]);
        assert_eq!(tagged(4, &[&[7; 200], &[7; 100]])[..4], [4, 0x82, 1, 44]);
    }

    #[test]
    fn numbers_are_never_negative() {
        assert_eq!(unsigned(&[]), [2, 1, 0]);
        assert_eq!(unsigned(&[0, 0]), [2, 1, 0]);
        assert_eq!(unsigned(&[0, 0x7f]), [2, 1, 0x7f]);
        assert_eq!(unsigned(&[0x80]), [2, 2, 0, 0x80]);
    }
}
