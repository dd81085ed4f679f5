//! Which characters a text holds beyond printable ASCII and line feeds.
//!
//! Most manifests hold none, which one pass that the compiler turns into vector code tells. Only where there are
//! some does anybody ask which.

use memchr::memchr;

/// What unusual characters a text holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Unusual {
    /// An ASCII control byte that YAML forbids: below 0x20 without tab and breaks, or 0x7f.
    pub(super) control: bool,
    /// A byte above 0x7f.
    pub(super) non_ascii: bool,
    /// A carriage return.
    pub(super) carriage_return: bool,
}

impl Unusual {
    /// What `bytes` hold.
    pub(super) fn of(bytes: &[u8]) -> Self {
        if is_usual(bytes) {
            return Self::default();
        }
        Self {
            control: bytes.iter().fold(false, |any, byte| any | is_control(*byte)),
            non_ascii: !bytes.is_ascii(),
            carriage_return: memchr(b'\r', bytes).is_some(),
        }
    }
}

/// Whether there are only printable ASCII and line feeds. Bytes are looked at in blocks without a way out of the
/// middle, the shape that vectorises.
fn is_usual(bytes: &[u8]) -> bool {
    let (blocks, rest) = bytes.as_chunks::<64>();
    blocks.iter().all(|block| is_usual_block(block)) && is_usual_block(rest)
}

#[inline(always)]
fn is_usual_block(block: &[u8]) -> bool {
    block.iter().fold(true, |all, byte| all & (matches!(byte, b' '..=b'~') | (*byte == b'\n')))
}

const fn is_control(byte: u8) -> bool {
    (byte < 0x20 && byte != b'\n' && byte != b'\t' && byte != b'\r') || byte == 0x7f
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_told_by_its_byte_alone_and_anywhere() {
        let none = Unusual::default();
        let cases: &[(&str, Unusual)] = &[
            ("\t", none),
            ("\r", Unusual { carriage_return: true, ..none }),
            ("é", Unusual { non_ascii: true, ..none }),
            ("\u{1}", Unusual { control: true, ..none }),
            ("\u{7f}", Unusual { control: true, ..none }),
            ("\0\r", Unusual { control: true, carriage_return: true, ..none }),
            ("\n ~!", none),
        ];
        for (needle, expected) in cases {
            for padding in [0, 1, 63, 64, 65, 200] {
                let text = format!("{}{needle}{}", " ".repeat(padding), "x".repeat(70));
                assert_eq!(Unusual::of(text.as_bytes()), *expected, "{needle:?} after {padding}");
            }
        }
    }
}
