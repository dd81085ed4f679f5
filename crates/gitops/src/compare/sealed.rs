//! Values of which decrypted ones are sealed: they can be compared, and nobody can read them.
//!
//! A sealed value is what is shown of it with the digest of what it is behind; the digest is taken off before anything is told.

use manifest::value::Value;
use sha2::{Digest as _, Sha256};

use super::FieldChange;
use crate::mask::MASK;
use crate::object::{ReadObject, RenderedObject};

/// What stands between what is shown and the digest. No YAML holds it but in an escape.
const SEAL: char = '\u{0}';

/// Digits of a digest.
const DIGITS: usize = 64;

/// The value of an object with what is masked of it sealed.
pub(super) fn value(object: &RenderedObject) -> Result<Value, ReadObject> {
    let clear = object.value()?;
    if !object.is_masked() {
        return Ok(clear);
    }
    Ok(seal(&object.shown().value()?, &clear))
}

fn seal(shown: &Value, clear: &Value) -> Value {
    match (shown, clear) {
        (shown, clear) if shown == clear => shown.clone(),
        (Value::Mapping(shown), Value::Mapping(clear)) if shown.len() == clear.len() => Value::Mapping(
            shown
                .iter()
                .zip(clear)
                .map(|(one, other)| (seal(&one.0, &other.0), seal(&one.1, &other.1)))
                .collect(),
        ),
        (Value::Sequence(shown), Value::Sequence(clear)) if shown.len() == clear.len() => {
            Value::Sequence(shown.iter().zip(clear).map(|(one, other)| seal(one, other)).collect())
        }
        (shown, clear) => {
            let shown = shown.as_str().unwrap_or(MASK);
            let digest = Sha256::digest(format!("{clear:?}"));
            let digits: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
            Value::String(format!("{shown}{SEAL}{digits}"))
        }
    }
}

/// Takes the digests off a change.
pub(super) fn open(change: &mut FieldChange) {
    let FieldChange { path, before, after } = change;
    path.iter_mut().for_each(open_text);
    before.iter_mut().chain(after).for_each(open_value);
}

fn open_value(value: &mut Value) {
    match value {
        Value::String(text) => open_text(text),
        Value::Mapping(entries) => entries.iter_mut().for_each(|(key, value)| {
            open_value(key);
            open_value(value);
        }),
        Value::Sequence(items) => items.iter_mut().for_each(open_value),
        _ => {}
    }
}

fn open_text(text: &mut String) {
    while let Some(at) = text.find(SEAL) {
        let end = (at + SEAL.len_utf8() + DIGITS).min(text.len());
        match text.is_char_boundary(end) {
            true => text.replace_range(at..end, ""),
            false => text.truncate(at),
        }
    }
}
