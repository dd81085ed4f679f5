//! Escapes of bytes: which part of a URL needs which.

use std::borrow::Cow;

use crate::format::quote;

/// A part of a URL, by what stands in it as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Path,
    User,
    Host,
    Zone,
    Fragment,
}

/// Whether a byte stands as it is.
pub(super) fn is_plain(byte: u8, place: Place) -> bool {
    if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
        return true;
    }
    let plain = match place {
        Place::Path => &b"$&+,/:;=@"[..],
        Place::User => b"$&+,;=",
        Place::Host | Place::Zone => b"!$&'()*+,;=:[]<>\"",
        Place::Fragment => b"$&+,/:;=?@!()*",
    };
    plain.contains(&byte)
}

/// A text with escapes where the place needs them.
pub(super) fn escaped(text: &[u8], place: Place) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for byte in text {
        if is_plain(*byte, place) {
            out.push(*byte);
        } else {
            out.extend_from_slice(format!("%{byte:02X}").as_bytes());
        }
    }
    out
}

/// A text without its escapes.
///
/// # Errors
/// In Go's words, if an escape is none, or is one of what a host has no need to escape.
pub(super) fn unescaped(text: &[u8], place: Place) -> Result<Cow<'_, [u8]>, String> {
    let mut out = Vec::new();
    let mut is_changed = false;
    let mut rest = text;
    while let Some((byte, after)) = rest.split_first() {
        match byte {
            b'%' => {
                let broken = || format!("invalid URL escape {}", quote(rest.get(..3).unwrap_or(rest)));
                let escape = after.get(..2).and_then(number).ok_or_else(broken)?;
                if !may_be_escaped(escape, place) {
                    return Err(broken());
                }
                out.push(escape);
                is_changed = true;
                rest = after.get(2..).unwrap_or_default();
            }
            _ => {
                let is_host = matches!(place, Place::Host | Place::Zone);
                if is_host && byte.is_ascii() && !is_plain(*byte, place) {
                    return Err(format!("invalid character {} in host name", quote(&[*byte])));
                }
                out.push(*byte);
                rest = after;
            }
        }
    }
    Ok(if is_changed { Cow::Owned(out) } else { Cow::Borrowed(text) })
}

fn number(digits: &[u8]) -> Option<u8> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    match digits {
        [high, low] => Some(digit(high)? << 4 | digit(low)?),
        _ => None,
    }
}

/// Hosts escape what is no ASCII, and the percent sign before a zone; zones what stands in hosts, and blanks.
fn may_be_escaped(byte: u8, place: Place) -> bool {
    match place {
        Place::Host => !byte.is_ascii() || byte == b'%',
        Place::Zone => byte == b'%' || byte == b' ' || is_plain(byte, Place::Host),
        Place::Path | Place::User | Place::Fragment => true,
    }
}
