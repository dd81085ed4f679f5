//! What a document's bytes may hold, found without parsing it.
//!
//! Takes bytes and gives flags that err on one side only: a flag that is not set is certain, one that is
//! set means "possible" (an `&` may stand in a string). One pass that the compiler turns into vector code.

use std::sync::LazyLock;

use memchr::memchr;
use memchr::memmem::Finder;

/// Flags over a document's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Features(u16);

impl Features {
    /// `&`: an anchor is possible.
    pub const ANCHOR: Self = Self(1);
    /// `*`: an alias is possible.
    pub const ALIAS: Self = Self(1 << 1);
    /// `!`: a tag is possible.
    pub const TAG: Self = Self(1 << 2);
    /// `<<`: a merge key is possible.
    pub const MERGE_KEY: Self = Self(1 << 3);
    /// `[` or `{`: a flow collection is possible.
    pub const FLOW: Self = Self(1 << 4);
    /// A tab.
    pub const TAB: Self = Self(1 << 5);
    /// A carriage return.
    pub const CARRIAGE_RETURN: Self = Self(1 << 6);
    /// `{{`: a template action is possible.
    pub const ACTION: Self = Self(1 << 7);
    /// `${`: a variable of Flux's post-build substitution is possible.
    pub const VARIABLE: Self = Self(1 << 8);
    /// A byte above 0x7f.
    pub const NON_ASCII: Self = Self(1 << 9);
    /// An ASCII control byte that YAML forbids: below 0x20 without tab and breaks, or 0x7f.
    pub const CONTROL: Self = Self(1 << 10);

    /// The flags of `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let seen = Seen::of(bytes);
        let mut flags = Self::default();
        flags.set_if(seen.ampersand != 0, Self::ANCHOR);
        flags.set_if(seen.star != 0, Self::ALIAS);
        flags.set_if(seen.exclamation != 0, Self::TAG);
        flags.set_if(seen.less_than != 0 && PAIRS.merge_key.find(bytes).is_some(), Self::MERGE_KEY);
        if seen.bracket != 0 {
            flags.set_if(true, Self::FLOW);
            flags.set_if(PAIRS.action.find(bytes).is_some(), Self::ACTION);
            flags.set_if(PAIRS.variable.find(bytes).is_some(), Self::VARIABLE);
        }
        if seen.unusual != 0 { flags.union(Self::of_unusual(bytes)) } else { flags }
    }

    /// The flags for bytes outside of printable ASCII and line feeds, which most manifests do not have.
    fn of_unusual(bytes: &[u8]) -> Self {
        let mut flags = Self::default();
        flags.set_if(memchr(b'\t', bytes).is_some(), Self::TAB);
        flags.set_if(memchr(b'\r', bytes).is_some(), Self::CARRIAGE_RETURN);
        flags.set_if(!bytes.is_ascii(), Self::NON_ASCII);
        flags.set_if(bytes.iter().fold(false, |any, byte| any | is_control(*byte)), Self::CONTROL);
        flags
    }

    /// Whether every flag of `other` is set.
    #[must_use]
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether any flag of `other` is set.
    #[must_use]
    pub const fn has_any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The flags of both.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn set_if(&mut self, condition: bool, flag: Self) {
        if condition {
            self.0 |= flag.0;
        }
    }
}

const fn is_control(byte: u8) -> bool {
    (byte < 0x20 && byte != b'\n' && byte != b'\t' && byte != b'\r') || byte == 0x7f
}

/// The searchers for pairs of bytes, built once because building costs more than searching a document.
struct Pairs {
    merge_key: Finder<'static>,
    action: Finder<'static>,
    variable: Finder<'static>,
}

static PAIRS: LazyLock<Pairs> = LazyLock::new(|| Pairs {
    merge_key: Finder::new("<<"),
    action: Finder::new("{{"),
    variable: Finder::new("${"),
});

/// One byte per question, not 0 if the answer is yes: the shape that vectorises. Few questions, because
/// each is asked of every byte.
#[derive(Default)]
struct Seen {
    ampersand: u8,
    star: u8,
    exclamation: u8,
    less_than: u8,
    /// `[` or `{`, which differ in one bit.
    bracket: u8,
    /// Neither printable ASCII nor a line feed.
    unusual: u8,
}

impl Seen {
    fn of(bytes: &[u8]) -> Self {
        let mut seen = Self::default();
        let mut blocks = bytes.chunks_exact(64);
        for block in &mut blocks {
            seen.look_at(block);
        }
        seen.look_at(blocks.remainder());
        seen
    }

    #[inline(always)]
    fn look_at(&mut self, block: &[u8]) {
        for &byte in block {
            self.ampersand |= u8::from(byte == b'&');
            self.star |= u8::from(byte == b'*');
            self.exclamation |= u8::from(byte == b'!');
            self.less_than |= u8::from(byte == b'<');
            self.bracket |= u8::from(byte | 0x20 == b'{');
            let is_unprintable = u8::from(byte.wrapping_sub(0x20) > 0x5e);
            self.unusual |= is_unprintable & u8::from(byte != b'\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_flag_is_set_by_its_byte_alone_and_anywhere() {
        let cases: &[(&str, Features)] = &[
            ("&", Features::ANCHOR),
            ("*", Features::ALIAS),
            ("!", Features::TAG),
            ("<<", Features::MERGE_KEY),
            ("[", Features::FLOW),
            ("{", Features::FLOW),
            ("{{", Features::FLOW.union(Features::ACTION)),
            ("${", Features::FLOW.union(Features::VARIABLE)),
            ("\t", Features::TAB),
            ("\r", Features::CARRIAGE_RETURN),
            ("é", Features::NON_ASCII),
            ("\u{1}", Features::CONTROL),
            ("\u{7f}", Features::CONTROL),
            ("\0", Features::CONTROL),
            ("\n ~}]<$ a", Features::default()),
            ("{ {$ {< <", Features::FLOW),
        ];
        for (needle, expected) in cases {
            for padding in [0, 1, 63, 64, 65, 200] {
                let text = format!("{}{needle}{}", " ".repeat(padding), "x".repeat(70));
                assert_eq!(Features::of(text.as_bytes()), *expected, "{needle:?} after {padding}");
            }
        }
    }
}
