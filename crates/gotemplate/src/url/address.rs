//! Whether a text is an address, as `netip.ParseAddr` decides, and in its words.

use crate::format::quote;

/// Which kind of address it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Four,
    Six,
}

/// Bytes of an IPv6 address.
const SIX_BYTES: usize = 16;

/// Digits of one group of it.
const GROUP_DIGITS: usize = 4;

/// The kind of an address.
///
/// # Errors
/// In Go's words, if it is none.
pub(super) fn check(text: &[u8]) -> Result<Family, String> {
    let told = |(what, at): Broken<'_>| {
        let place = at.map(|at| format!(" (at {})", quote(at))).unwrap_or_default();
        format!("ParseAddr({}): {what}{place}", quote(text))
    };
    match text.iter().find(|byte| matches!(byte, b'.' | b':' | b'%')) {
        Some(b'.') => four(text).map_err(told).map(|()| Family::Four),
        Some(b':') => six(text).map_err(told).map(|()| Family::Six),
        Some(_) => Err(told(("missing IPv6 address", None))),
        None => Err(told(("unable to parse IP", None))),
    }
}

/// What is wrong, and the rest of the text from there on.
type Broken<'t> = (&'static str, Option<&'t [u8]>);

fn four(text: &[u8]) -> Result<(), Broken<'_>> {
    let (mut fields, mut value, mut digits) = (0, 0_u32, 0);
    let mut rest = text;
    while let Some((byte, after)) = rest.split_first() {
        match byte {
            b'0'..=b'9' => {
                if digits == 1 && value == 0 {
                    return Err(("IPv4 field has octet with leading zero", None));
                }
                value = value * 10 + u32::from(byte - b'0');
                digits += 1;
                if value > 255 {
                    return Err(("IPv4 field has value >255", None));
                }
            }
            b'.' if digits == 0 || after.is_empty() => {
                return Err(("IPv4 field must have at least one digit", Some(rest)));
            }
            b'.' if fields == 3 => return Err(("IPv4 address too long", None)),
            b'.' => (fields, value, digits) = (fields + 1, 0, 0),
            _ => return Err(("unexpected character", Some(rest))),
        }
        rest = after;
    }
    if fields < 3 { Err(("IPv4 address too short", None)) } else { Ok(()) }
}

/// How far an IPv6 address is read.
struct Six<'t> {
    rest: &'t [u8],
    bytes: usize,
    /// Whether `::` was met.
    has_gap: bool,
}

fn six(text: &[u8]) -> Result<(), Broken<'_>> {
    let (address, zone) =
        super::cut(text, b'%').map_or((text, None), |(address, zone)| (address, Some(zone)));
    if zone.is_some_and(<[u8]>::is_empty) {
        return Err(("zone must be a non-empty string", None));
    }
    let mut six = Six { rest: address, bytes: 0, has_gap: false };
    if let Some(rest) = address.strip_prefix(b"::") {
        six = Six { rest, bytes: 0, has_gap: true };
        if rest.is_empty() {
            return Ok(());
        }
    }
    while six.bytes < SIX_BYTES && six.group()? {}
    match (six.rest.is_empty(), six.bytes < SIX_BYTES, six.has_gap) {
        (false, ..) => Err(("trailing garbage after address", Some(six.rest))),
        (true, true, false) => Err(("address string too short", None)),
        (true, false, true) => Err(("the :: must expand to at least one field of zeros", None)),
        (true, true, true) | (true, false, false) => Ok(()),
    }
}

impl<'t> Six<'t> {
    /// Reads a group and what separates it from the next one; whether there is one.
    fn group(&mut self) -> Result<bool, Broken<'t>> {
        let digits = self.rest.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
        if digits > GROUP_DIGITS {
            return Err(("each group must have 4 or less digits", Some(self.rest)));
        }
        if digits == 0 {
            return Err(("each colon-separated field must have at least one digit", Some(self.rest)));
        }
        let behind = self.rest.get(digits..).unwrap_or_default();
        if behind.starts_with(b".") {
            return self.embedded().map(|()| false);
        }
        self.bytes += 2;
        self.rest = behind;
        let Some((separator, after)) = behind.split_first() else { return Ok(false) };
        if *separator != b':' {
            return Err(("unexpected character, want colon", Some(behind)));
        }
        if after.is_empty() {
            return Err(("colon must be followed by more characters", Some(behind)));
        }
        self.rest = after;
        if let Some(rest) = after.strip_prefix(b":") {
            if self.has_gap {
                return Err(("multiple :: in address", Some(after)));
            }
            self.has_gap = true;
            self.rest = rest;
            return Ok(!rest.is_empty());
        }
        Ok(true)
    }

    /// An IPv4 address in place of the last two groups.
    fn embedded(&mut self) -> Result<(), Broken<'t>> {
        if !self.has_gap && self.bytes != SIX_BYTES - 4 {
            let what = "embedded IPv4 address must replace the final 2 fields of the address";
            return Err((what, Some(self.rest)));
        }
        if self.bytes + 4 > SIX_BYTES {
            let what = "too many hex fields to fit an embedded IPv4 at the end of the address";
            return Err((what, Some(self.rest)));
        }
        four(self.rest)?;
        self.bytes += 4;
        self.rest = b"";
        Ok(())
    }
}
