//! Integers: bases, signs, least digits.

use super::spec::Spec;

/// An integer as sign and size.
#[derive(Debug, Clone, Copy)]
pub(super) struct Integer {
    pub(super) is_negative: bool,
    pub(super) size: u64,
}

impl Integer {
    pub(super) fn signed(value: i64) -> Self {
        Self { is_negative: value < 0, size: value.unsigned_abs() }
    }

    pub(super) fn unsigned(size: u64) -> Self {
        Self { is_negative: false, size }
    }

    /// Its bits, those of a negative number in two's complement.
    pub(super) fn bits(self) -> u64 {
        if self.is_negative { self.size.wrapping_neg() } else { self.size }
    }

    /// Adds it in the base that a verb of `d b o O x X` asks for.
    pub(super) fn write(self, out: &mut Vec<u8>, verb: char, spec: &Spec) {
        let digits = match verb {
            'b' => format!("{:b}", self.size),
            'o' | 'O' => format!("{:o}", self.size),
            'x' => format!("{:x}", self.size),
            'X' => format!("{:X}", self.size),
            _ => self.size.to_string(),
        };
        if spec.precision == Some(0) && self.size == 0 {
            let blank = Spec { zero: false, ..*spec };
            return blank.pad(out, b"");
        }
        let sign = match (self.is_negative, spec.plus, spec.space) {
            (true, ..) => "-",
            (_, true, _) => "+",
            (.., true) => " ",
            _ => "",
        };
        // Zeros fill the width, unless a precision says how many digits there are.
        let least = match (spec.precision, spec.width) {
            (Some(least), _) => least,
            (None, Some(width)) if spec.zero && !spec.minus => width.saturating_sub(sign.len()),
            _ => 0,
        };
        let zeros = "0".repeat(least.saturating_sub(digits.len()));
        let prefix = match verb {
            'b' if spec.sharp => "0b",
            'o' if spec.sharp && !zeros.starts_with('0') && !digits.starts_with('0') => "0",
            'x' if spec.sharp => "0x",
            'X' if spec.sharp => "0X",
            'O' => "0o",
            _ => "",
        };
        let blank = Spec { zero: false, ..*spec };
        blank.pad(out, format!("{sign}{prefix}{zeros}{digits}").as_bytes());
    }
}
