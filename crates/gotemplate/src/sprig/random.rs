//! What is random: strings, bytes, numbers, the order of characters, UUIDs.

use super::arguments::{bytes, fixed, int};
use super::draw;
use super::encoding::to_base64;
use crate::Parameter::{Int, String};
use crate::{Call, Fault, Function, Value};

/// The family.
pub(super) const FUNCTIONS: &[Function] = &[
    fixed("randAlpha", &[Int], |call, values| characters(call, values, LETTERS)),
    fixed("randAlphaNum", &[Int], |call, values| characters(call, values, LETTERS_AND_DIGITS)),
    fixed("randNumeric", &[Int], |call, values| characters(call, values, DIGITS)),
    fixed("randAscii", &[Int], |call, values| {
        let printable: Vec<u8> = (b' '..=b'~').collect();
        characters(call, values, &printable)
    }),
    fixed("randBytes", &[Int], rand_bytes),
    fixed("randInt", &[Int, Int], rand_int),
    fixed("shuffle", &[String], shuffle),
    fixed("uuidv4", &[], uuidv4),
];

const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const LETTERS_AND_DIGITS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const DIGITS: &[u8] = b"0123456789";

/// A negative count is an error in the original that nobody looks at, so it gives nothing.
fn characters(call: &Call<'_>, values: &[Value], alphabet: &[u8]) -> Result<Value, Fault> {
    let count = draw::length(call, int(call, values, 0)?.max(0))?;
    Ok(Value::string(draw::characters(call, alphabet, count)?, call.made(values)))
}

fn rand_bytes(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let count = int(call, values, 0)?;
    if count < 0 {
        return Err(Fault::new("runtime error: makeslice: len out of range"));
    }
    let mut drawn = vec![0; draw::length(call, count)?];
    draw::fill(call, &mut drawn)?;
    Ok(Value::string(to_base64(&drawn), call.made(values)))
}

fn rand_int(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let (low, high) = (int(call, values, 0)?, int(call, values, 1)?);
    // Go's subtraction wraps as well.
    let bound = u64::try_from(high.wrapping_sub(low)).unwrap_or(0);
    if bound == 0 {
        return Err(Fault::new("invalid argument to Intn"));
    }
    Ok(Value::int(low.wrapping_add_unsigned(draw::below(call, bound)?), call.made(values)))
}

fn shuffle(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let mut characters: Vec<char> = bytes(call, values, 0)?.as_text().chars().collect();
    for last in (1..characters.len()).rev() {
        let drawn = draw::below(call, last as u64 + 1)?;
        characters.swap(last, usize::try_from(drawn).unwrap_or(last));
    }
    let shuffled: std::string::String = characters.into_iter().collect();
    Ok(Value::string(shuffled, call.made(values)))
}

/// RFC 9562, §5.4: random but for four bits of the version and two of the variant.
fn uuidv4(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let bits = u128::from_be_bytes(draw::bytes(call)?);
    let marked = bits & !(0xf << 76) & !(0b11 << 62) | 4 << 76 | 0b10 << 62;
    let digits = format!("{marked:032x}");
    let part = |from, to| digits.get(from..to).unwrap_or_default();
    let parts = [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)];
    Ok(Value::string(parts.join("-"), call.made(values)))
}
