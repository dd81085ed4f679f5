//! What a document's bytes may hold, found without parsing it.
//!
//! Takes bytes and gives flags that err on one side only: a flag that is not set is certain, one that is
//! set means "possible" (an `&` may stand in a string). One pass that the compiler turns into vector code.

use memchr::memmem;

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
        flags.set_if(seen.ampersand, Self::ANCHOR);
        flags.set_if(seen.star, Self::ALIAS);
        flags.set_if(seen.exclamation, Self::TAG);
        flags.set_if(seen.open_brace | seen.open_bracket, Self::FLOW);
        flags.set_if(seen.tab, Self::TAB);
        flags.set_if(seen.carriage_return, Self::CARRIAGE_RETURN);
        flags.set_if(seen.high & 0x80, Self::NON_ASCII);
        flags.set_if(seen.control, Self::CONTROL);
        // The pairs are searched for only where their rarer byte occurs at all.
        flags.set_if(seen.less_than & found(bytes, b"<<", seen.less_than), Self::MERGE_KEY);
        flags.set_if(found(bytes, b"{{", seen.open_brace), Self::ACTION);
        flags.set_if(found(bytes, b"${", seen.dollar & seen.open_brace), Self::VARIABLE);
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

    fn set_if(&mut self, condition: u8, flag: Self) {
        if condition != 0 {
            self.0 |= flag.0;
        }
    }
}

fn found(bytes: &[u8], pair: &[u8], possible: u8) -> u8 {
    u8::from(possible != 0 && memmem::find(bytes, pair).is_some())
}

/// One byte per question, not 0 if the answer is yes: the shape that vectorises.
#[derive(Default)]
struct Seen {
    ampersand: u8,
    star: u8,
    exclamation: u8,
    less_than: u8,
    open_brace: u8,
    open_bracket: u8,
    dollar: u8,
    tab: u8,
    carriage_return: u8,
    control: u8,
    high: u8,
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
            self.open_brace |= u8::from(byte == b'{');
            self.open_bracket |= u8::from(byte == b'[');
            self.dollar |= u8::from(byte == b'$');
            self.tab |= u8::from(byte == b'\t');
            self.carriage_return |= u8::from(byte == b'\r');
            let is_allowed = u8::from(byte == b'\n') | u8::from(byte == b'\t') | u8::from(byte == b'\r');
            self.control |= (u8::from(byte < 0x20) & (is_allowed ^ 1)) | u8::from(byte == 0x7f);
            self.high |= byte;
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
