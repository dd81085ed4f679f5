//! `html`, `js`, `urlquery`.

use super::Answer;
use crate::{Call, Data, Value, format};

/// The text that the arguments are together: a string as it is, anything else as `print` shows it.
fn text_of(values: &[Value]) -> Vec<u8> {
    match values {
        [Value { data: Data::String(text), .. }] => text.as_slice().to_vec(),
        [Value { data: Data::Nil, .. }] => b"<no value>".to_vec(),
        values => format::sprint(values).bytes,
    }
}

fn escaped(call: &Call<'_>, values: &[Value], escape: impl Fn(&[u8]) -> Vec<u8>) -> Answer {
    let text = text_of(values);
    let changed = escape(&text);
    // What nothing was escaped in is still the one string that it was.
    let origin = match values {
        [only] if changed == text => only.origin,
        _ => call.made(values),
    };
    Ok(Value::string(changed, origin))
}

pub(super) fn html(call: &Call<'_>, values: &[Value]) -> Answer {
    escaped(call, values, |text| {
        let mut out = Vec::with_capacity(text.len());
        for byte in text {
            let entity: &[u8] = match byte {
                0 => "\u{fffd}".as_bytes(),
                b'"' => b"&#34;",
                b'\'' => b"&#39;",
                b'&' => b"&amp;",
                b'<' => b"&lt;",
                b'>' => b"&gt;",
                byte => std::slice::from_ref(byte),
            };
            out.extend_from_slice(entity);
        }
        out
    })
}

pub(super) fn js(call: &Call<'_>, values: &[Value]) -> Answer {
    escaped(call, values, |text| {
        let mut out = String::with_capacity(text.len());
        for character in String::from_utf8_lossy(text).chars() {
            match character {
                '\\' | '\'' | '"' => {
                    out.push('\\');
                    out.push(character);
                }
                '<' | '>' | '&' | '=' => out.push_str(&format!("\\u{:04X}", u32::from(character))),
                ' '..='~' => out.push(character),
                _ if character.is_control() || character.escape_debug().count() > 1 => {
                    out.push_str(&format!("\\u{:04X}", u32::from(character)));
                }
                _ => out.push(character),
            }
        }
        out.into_bytes()
    })
}

pub(super) fn urlquery(call: &Call<'_>, values: &[Value]) -> Answer {
    escaped(call, values, |text| {
        let mut out = Vec::with_capacity(text.len());
        for byte in text {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(*byte),
                b' ' => out.push(b'+'),
                byte => out.extend_from_slice(format!("%{byte:02X}").as_bytes()),
            }
        }
        out
    })
}
