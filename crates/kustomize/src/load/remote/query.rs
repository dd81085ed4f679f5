//! What stands behind the `?` of an address: the reference, submodules, the time that fetching may take.
//!
//! Reads as Go's `net/url`, `strconv` and `time` read. Values that make no sense count as not given.

use std::time::Duration;

/// What the query of an address asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Query {
    /// `ref`, or `version`.
    pub(super) reference: Option<String>,
    /// `submodules`.
    pub(super) submodules: bool,
    /// `timeout`.
    pub(super) timeout: Duration,
}

/// How long fetching may take where the address says nothing: the original's own number.
const TIMEOUT_SECONDS_DEFAULT: u64 = 27;

/// How long fetching may take at most, whatever the address says: a day. The original's bound is that of its integers.
const TIMEOUT_SECONDS_MAX: f64 = 86_400.0;

impl Default for Query {
    fn default() -> Self {
        Self { reference: None, submodules: true, timeout: Duration::from_secs(TIMEOUT_SECONDS_DEFAULT) }
    }
}

impl Query {
    /// Reads a query. One that is broken anywhere says nothing.
    pub(super) fn parse(query: &str) -> Self {
        let default = Self::default();
        let Some(pairs) = pairs(query) else { return default };
        let first = |name: &str| {
            let value = pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
            value.filter(|value| !value.is_empty())
        };
        Self {
            reference: first("ref").or_else(|| first("version")).map(str::to_owned),
            submodules: first("submodules").and_then(boolean).unwrap_or(default.submodules),
            timeout: first("timeout").and_then(timeout).unwrap_or(default.timeout),
        }
    }
}

/// Keys and values; none if the query is broken.
fn pairs(query: &str) -> Option<Vec<(String, String)>> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            if pair.contains(';') { None } else { Some((unescape(key)?, unescape(value)?)) }
        })
        .collect()
}

/// A part of a query with `+` and `%xx` taken for what they stand for. Bytes that are no UTF-8 become what shows them.
fn unescape(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => hexadecimal(rest.next()?)? << 4 | hexadecimal(rest.next()?)?,
            byte => byte,
        });
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

fn hexadecimal(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

fn boolean(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Some(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Some(false),
        _ => None,
    }
}

/// Whole seconds, or numbers with units. Neither nothing nor less is a time.
fn timeout(text: &str) -> Option<Duration> {
    let seconds = match text.parse::<i64>() {
        #[expect(clippy::cast_precision_loss, reason = "what is cut off at a day needs no precision")]
        Ok(whole) if whole > 0 => whole as f64,
        _ => duration(text)?,
    };
    let seconds = seconds.min(TIMEOUT_SECONDS_MAX);
    (seconds > 0.0).then(|| Duration::from_secs_f64(seconds)).filter(|timeout| !timeout.is_zero())
}

/// Seconds of what Go's `time.ParseDuration` takes: `1h30m`, `1.5s`, `-2ms`.
fn duration(text: &str) -> Option<f64> {
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0.0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut seconds = 0.0;
    while !rest.is_empty() {
        let number_length = rest.find(|part: char| !part.is_ascii_digit() && part != '.')?;
        let (number, behind) = rest.split_at(number_length);
        let unit_length =
            behind.find(|part: char| part.is_ascii_digit() || part == '.').unwrap_or(behind.len());
        let (unit, behind) = behind.split_at(unit_length);
        if !number.contains(|part: char| part.is_ascii_digit()) {
            return None;
        }
        seconds += number.parse::<f64>().ok()? * unit_seconds(unit)?;
        rest = behind;
    }
    Some(sign * seconds)
}

fn unit_seconds(unit: &str) -> Option<f64> {
    Some(match unit {
        "ns" => 1e-9,
        "us" | "µs" | "μs" => 1e-6,
        "ms" => 1e-3,
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return None,
    })
}

/// Whether Go's `net/url` takes a text that begins with `http://` or `https://`: no control characters, no broken `%xx`
/// before a query, no space in the host.
pub(super) fn is_url(text: &str) -> bool {
    if text.bytes().any(|byte| byte < 0x20 || byte == 0x7f) {
        return false;
    }
    let before_fragment = text.split('#').next().unwrap_or_default();
    let path = before_fragment.split('?').next().unwrap_or_default();
    let authority = path.split_once("://").map_or("", |(_, rest)| rest.split('/').next().unwrap_or_default());
    let host = authority.rsplit('@').next().unwrap_or_default();
    let has_port_of_digits = match host.rsplit_once(':') {
        Some((_, port)) if !port.contains(']') => port.bytes().all(|byte| byte.is_ascii_digit()),
        _ => true,
    };
    has_port_of_digits
        && !host.contains([' ', '<', '>', '"', '\\', '^', '`', '{', '|', '}'])
        && are_escapes_whole(path)
}

fn are_escapes_whole(text: &str) -> bool {
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%'
            && !matches!((rest.next(), rest.next()), (Some(a), Some(b)) if a.is_ascii_hexdigit() && b.is_ascii_hexdigit())
        {
            return false;
        }
    }
    true
}
