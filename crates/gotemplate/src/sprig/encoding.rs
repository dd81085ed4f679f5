//! Base64 and base32.

use super::arguments::{bytes, fixed};
use crate::Parameter::String as Text;
use crate::{Call, Fault, Function, Value};

/// The family.
pub(super) const FUNCTIONS: &[Function] = &[
    fixed("b64enc", &[Text], |call, values| encode(call, values, &BASE64)),
    fixed("b64dec", &[Text], |call, values| decode(call, values, &BASE64)),
    fixed("b32enc", &[Text], |call, values| encode(call, values, &BASE32)),
    fixed("b32dec", &[Text], |call, values| decode(call, values, &BASE32)),
];

/// An alphabet whose digits are of so many bits.
struct Base {
    name: &'static str,
    alphabet: &'static [u8],
    bits: u32,
    /// Digits of one group, which padding fills.
    group: usize,
}

const BASE64: Base = Base {
    name: "base64",
    alphabet: b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    bits: 6,
    group: 4,
};

const BCRYPT: Base = Base {
    name: "bcrypt",
    alphabet: b"./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
    bits: 6,
    group: 4,
};

const BASE32: Base =
    Base { name: "base32", alphabet: b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", bits: 5, group: 8 };

/// Base64 with padding, as `base64.StdEncoding` writes it.
pub(crate) fn to_base64(bytes: &[u8]) -> Vec<u8> {
    encoded(bytes, &BASE64)
}

/// What such text stands for.
///
/// # Errors
/// Go's words for the first byte that is wrong.
pub(super) fn from_base64(text: &[u8]) -> Result<Vec<u8>, Fault> {
    decoded(text, &BASE64).map_err(|at| Fault::new(illegal(&BASE64, at)))
}

/// The digits of bcrypt, without padding.
pub(super) fn to_bcrypt_base64(bytes: &[u8]) -> Vec<u8> {
    let mut out = encoded(bytes, &BCRYPT);
    out.truncate((bytes.len() * 8).div_ceil(6));
    out
}

fn illegal(base: &Base, at: usize) -> String {
    format!("illegal {} data at input byte {at}", base.name)
}

fn encode(call: &Call<'_>, values: &[Value], base: &Base) -> Result<Value, Fault> {
    Ok(Value::string(encoded(bytes(call, values, 0)?.as_slice(), base), call.made(values)))
}

fn encoded(bytes: &[u8], base: &Base) -> Vec<u8> {
    let mut out = Vec::new();
    let (mut held, mut bits) = (0_u32, 0);
    let digit = |number: u32| base.alphabet.get(number as usize).copied().unwrap_or(b'=');
    let mask = (1 << base.bits) - 1;
    for byte in bytes {
        held = held << 8 | u32::from(*byte);
        bits += 8;
        while bits >= base.bits {
            bits -= base.bits;
            out.push(digit(held >> bits & mask));
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        out.push(digit(held << (base.bits - bits) & mask));
    }
    while !out.len().is_multiple_of(base.group) {
        out.push(b'=');
    }
    out
}

/// What was encoded; what is no such text is answered with the error's words, as the original does.
fn decode(call: &Call<'_>, values: &[Value], base: &Base) -> Result<Value, Fault> {
    let text = bytes(call, values, 0)?.as_slice();
    let answer = match decoded(text, base) {
        Ok(bytes) => bytes,
        Err(at) => illegal(base, at).into_bytes(),
    };
    Ok(Value::string(answer, call.made(values)))
}

/// The bytes, or the offset of the first digit that is none. Line ends are passed over.
fn decoded(text: &[u8], base: &Base) -> Result<Vec<u8>, usize> {
    let mut out = Vec::new();
    let (mut held, mut bits, mut digits) = (0_u32, 0, 0);
    let mut symbols = text.iter().enumerate().filter(|(_, byte)| !matches!(byte, b'\n' | b'\r')).peekable();
    while let Some((at, byte)) = symbols.next() {
        if *byte == b'=' {
            let padding = base.group - digits % base.group;
            let is_whole = (base.group == 4 && (1..=2).contains(&padding))
                || (base.group == 8 && matches!(padding, 1 | 3 | 4 | 6));
            if !is_whole {
                return Err(at);
            }
            for _ in 1..padding {
                match symbols.next() {
                    Some((_, b'=')) => {}
                    Some((at, _)) => return Err(at),
                    None => return Err(text.len()),
                }
            }
            return match symbols.next() {
                Some((at, _)) => Err(at),
                None => Ok(out),
            };
        }
        let number = base.alphabet.iter().position(|digit| digit == byte).ok_or(at)?;
        digits += 1;
        held = held << base.bits | u32::try_from(number).unwrap_or(0);
        bits += base.bits;
        if bits >= 8 {
            bits -= 8;
            out.push((held >> bits & 0xff) as u8);
            held &= (1 << bits) - 1;
        }
    }
    if digits.is_multiple_of(base.group) { Ok(out) } else { Err(text.len() - digits % base.group) }
}
