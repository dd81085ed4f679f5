//! Texts in a format: addresses, dates, identifiers.
//!
//! Takes a format's name and a text; says in the words of santhosh-tekuri/jsonschema v6.0.2 why the text has not that
//! format. `uri-template`, `period` and `relative-json-pointer` are not judged: no published chart asks for them.

use gotemplate::format::{quote, quote_rune};

use crate::url;

/// A format that texts are held to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Format {
    pub(super) name: &'static str,
    check: fn(&str) -> Result<(), String>,
}

/// The format of regular expressions.
pub(super) const REGEX: &str = "regex";

const FORMATS: &[Format] = &[
    Format { name: "json-pointer", check: json_pointer },
    Format { name: "uuid", check: uuid },
    Format { name: "duration", check: duration },
    Format { name: "ipv4", check: ipv4 },
    Format { name: "ipv6", check: ipv6 },
    Format { name: "hostname", check: hostname },
    Format { name: "email", check: email },
    Format { name: "date", check: date },
    Format { name: "time", check: time },
    Format { name: "date-time", check: date_time },
    Format { name: "uri", check: uri },
    Format { name: "iri", check: uri },
    Format { name: "uri-reference", check: uri_reference },
    Format { name: "iri-reference", check: uri_reference },
    Format { name: "semver", check: semver },
    // Patterns are compiled by whoever counts them.
    Format { name: REGEX, check: |_| Ok(()) },
];

impl Format {
    /// The format of a name; none if texts are not held to it.
    pub(super) fn of_name(name: &str) -> Option<Self> {
        FORMATS.iter().find(|format| format.name == name).copied()
    }

    /// Whether a text has it, or why not.
    pub(super) fn check(self, text: &str) -> Result<(), String> {
        (self.check)(text)
    }
}

fn when(is_wrong: bool, words: &str) -> Result<(), String> {
    if is_wrong { Err(words.to_owned()) } else { Ok(()) }
}

fn json_pointer(text: &str) -> Result<(), String> {
    when(!text.is_empty() && !text.starts_with('/'), "not starting with /")?;
    let escapes = text.split('~').skip(1);
    when(escapes.into_iter().any(|rest| !rest.starts_with(['0', '1'])), "~ must be followed by 0 or 1")
}

fn uuid(text: &str) -> Result<(), String> {
    const LENGTHS: [usize; 5] = [8, 4, 4, 4, 12];
    let groups: Vec<&str> = text.split('-').collect();
    when(groups.len() != LENGTHS.len(), "must have 5 elements")?;
    for (at, (group, length)) in groups.iter().zip(LENGTHS).enumerate() {
        if group.len() != length {
            return Err(format!("element {} must be {length} characters long", at + 1));
        }
        if let Some(bad) = group.chars().find(|character| !character.is_ascii_hexdigit()) {
            return Err(format!("non-hex character {}", quote_rune(bad)));
        }
    }
    Ok(())
}

fn duration(text: &str) -> Result<(), String> {
    let Some(text) = text.strip_prefix('P') else { return Err("must start with P".to_owned()) };
    when(text.is_empty(), "nothing after P")?;
    if let Some(weeks) = text.strip_suffix('W') {
        when(weeks.is_empty(), "no number in week")?;
        return when(!is_digits(weeks), "invalid week");
    }
    for (at, part) in text.split('T').enumerate() {
        when(at != 0 && part.is_empty(), "no time elements")?;
        let all = match at {
            0 => "YMD",
            1 => "HMS",
            _ => return Err("more than one T".to_owned()),
        };
        duration_part(part, all)?;
    }
    Ok(())
}

fn duration_part(part: &str, all: &str) -> Result<(), String> {
    let (mut rest, mut units) = (part, all);
    while !rest.is_empty() {
        let behind = rest.trim_start_matches(|character: char| character.is_ascii_digit());
        when(behind.len() == rest.len(), "missing number")?;
        let mut characters = behind.chars();
        let Some(unit) = characters.next() else { return Err("missing unit".to_owned()) };
        match units.split_once(unit) {
            Some((_, later)) => units = later,
            None if all.contains(unit) => return Err(format!("unit {} out of order", quote_rune(unit))),
            None => return Err(format!("invalid unit {}", quote_rune(unit))),
        }
        rest = characters.as_str();
    }
    Ok(())
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn ipv4(text: &str) -> Result<(), String> {
    let groups: Vec<&str> = text.split('.').collect();
    when(groups.len() != 4, "expected four decimals")?;
    for group in groups {
        when(group.len() > 1 && group.starts_with('0'), "leading zeros")?;
        let number = group.parse::<i64>();
        let shown = quote(group.as_bytes());
        let number = number.map_err(|_| format!("strconv.Atoi: parsing {shown}: invalid syntax"))?;
        when(!(0..=255).contains(&number), "decimal must be between 0 and 255")?;
    }
    Ok(())
}

fn ipv6(text: &str) -> Result<(), String> {
    when(!text.contains(':'), "missing colon")?;
    let (address, zone) = text.split_once('%').unwrap_or((text, ""));
    if address.parse::<std::net::Ipv6Addr>().is_err() {
        return Err(format!("ParseAddr({}): unable to parse IP", quote(text.as_bytes())));
    }
    when(!zone.is_empty(), "zone id is not a part of ipv6 address")
}

fn hostname(text: &str) -> Result<(), String> {
    let text = text.strip_suffix('.').unwrap_or(text);
    when(text.len() > 253, "more than 253 characters long")?;
    for label in text.split('.') {
        when(!(1..=63).contains(&label.len()), "label must be 1 to 63 characters long")?;
        when(label.starts_with('-'), "label starts with hyphen")?;
        when(label.ends_with('-'), "label ends with hyphen")?;
        invalid(label, |character| character.is_ascii_alphanumeric() || character == '-', "")?;
    }
    Ok(())
}

/// Refuses the first character that is not allowed.
fn invalid(text: &str, is_allowed: impl Fn(char) -> bool, place: &str) -> Result<(), String> {
    match text.chars().find(|character| !is_allowed(*character)) {
        Some(bad) => Err(format!("invalid character {}{place}", quote_rune(bad))),
        None => Ok(()),
    }
}

fn email(text: &str) -> Result<(), String> {
    when(text.len() > 254, "more than 255 characters long")?;
    let Some((local, domain)) = text.rsplit_once('@') else { return Err("missing @".to_owned()) };
    when(local.len() > 64, "local part more than 64 characters long")?;
    if local.len() > 1 && local.starts_with('"') {
        let inner: String = local.chars().skip(1).take(local.chars().count() - 2).collect();
        let words = "backslash and quote are not allowed within quoted local part";
        when(inner.contains(['\\', '"']), words)?;
    } else {
        when(local.starts_with('.'), "starts with dot")?;
        when(local.ends_with('.'), "ends with dot")?;
        when(local.contains(".."), "consecutive dots")?;
        let is_allowed =
            |character: char| character.is_ascii_alphanumeric() || ".!#$%&'*+-/=?^_`{|}~".contains(character);
        invalid(local, is_allowed, "")?;
    }
    match domain.strip_prefix('[').and_then(|domain| domain.strip_suffix(']')) {
        Some(inner) => match inner.strip_prefix("IPv6:") {
            Some(inner) => ipv6(inner).map_err(|reason| format!("invalid ipv6 address: {reason}")),
            None => ipv4(inner).map_err(|reason| format!("invalid ipv4 address: {reason}")),
        },
        None => hostname(domain).map_err(|reason| format!("invalid domain: {reason}")),
    }
}

fn date(text: &str) -> Result<(), String> {
    let shown = quote_time(text);
    let mut rest = text;
    let mut numbers = [0_u32; 3];
    for (at, (length, element)) in [(4, "2006"), (2, "01"), (2, "02")].into_iter().enumerate() {
        if at > 0 {
            let Some(behind) = rest.strip_prefix('-') else { return Err(cannot_parse(&shown, rest, "-")) };
            rest = behind;
        }
        let digits = rest.get(..length).filter(|digits| is_digits(digits));
        let Some(digits) = digits else { return Err(cannot_parse(&shown, rest, element)) };
        if let Some(number) = numbers.get_mut(at) {
            *number = digits.parse().unwrap_or_default();
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    let [year, month, day] = numbers;
    let days = match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return Err(format!("parsing time {shown}: month out of range")),
    };
    if !rest.is_empty() {
        return Err(format!("parsing time {shown}: extra text: {}", quote_time(rest)));
    }
    when(!(1..=days).contains(&day), &format!("parsing time {shown}: day out of range"))
}

fn cannot_parse(shown: &str, rest: &str, element: &str) -> String {
    let rest = quote_time(rest);
    format!("parsing time {shown} as \"2006-01-02\": cannot parse {rest} as \"{element}\"")
}

/// A text in quotes as Go's package `time` shows it: bytes beyond ASCII one by one.
fn quote_time(text: &str) -> String {
    let mut quoted = String::from("\"");
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' => quoted.extend(['\\', char::from(byte)]),
            b' '..0x80 => quoted.push(char::from(byte)),
            byte => quoted.push_str(&format!("\\x{byte:02x}")),
        }
    }
    quoted + "\""
}

fn time(text: &str) -> Result<(), String> {
    when(text.len() < 9, "less than 9 characters long")?;
    let bytes = text.as_bytes();
    let is_colon = |at: usize| bytes.get(at) == Some(&b':');
    when(!is_colon(2) || !is_colon(5), "missing colon in correct place")?;
    let Some((clock, rest)) = text.split_at_checked(8) else { return Err("invalid hour/min/sec".to_owned()) };
    let numbers: Result<Vec<i32>, _> = clock.split(':').map(str::parse).collect();
    let Ok([hour, minute, second]) = numbers.as_deref() else {
        return Err("invalid hour/min/sec".to_owned());
    };
    let is_positive = [hour, minute, second].iter().all(|number| **number >= 0);
    when(!is_positive, "non-positive hour/min/sec")?;
    when(*hour > 23 || *minute > 59 || *second > 60, "hour/min/sec out of range")?;
    let rest = match rest.strip_prefix('.') {
        Some(fraction) => {
            let behind = fraction.trim_start_matches(|character: char| character.is_ascii_digit());
            when(behind.len() == fraction.len(), "no digits in second fraction")?;
            behind
        }
        None => rest,
    };
    let minutes = (hour * 60 + minute - offset_minutes(rest)?).rem_euclid(24 * 60);
    when(*second == 60 && minutes != 23 * 60 + 59, "invalid leap second")
}

/// How many minutes a place is ahead.
fn offset_minutes(text: &str) -> Result<i32, String> {
    if text.eq_ignore_ascii_case("z") {
        return Ok(0);
    }
    when(text.len() != 6, "offset must be 6 characters long")?;
    let (sign, rest) = match (text.strip_prefix('+'), text.strip_prefix('-')) {
        (Some(rest), _) => (1, rest),
        (_, Some(rest)) => (-1, rest),
        _ => return Err("offset must begin with plus/minus".to_owned()),
    };
    when(rest.as_bytes().get(2) != Some(&b':'), "missing colon in offset in correct place")?;
    let numbers: Result<Vec<i32>, _> = rest.split(':').map(str::parse).collect();
    let Ok([hours, minutes]) = numbers.as_deref() else {
        return Err("invalid hour/min in offset".to_owned());
    };
    when(*hours < 0 || *minutes < 0, "non-positive hour/min in offset")?;
    when(*hours > 23 || *minutes > 59, "hour/min in offset out of range")?;
    Ok(sign * (hours * 60 + minutes))
}

fn date_time(text: &str) -> Result<(), String> {
    when(text.len() < 20, "less than 20 characters long")?;
    let (Some(day), Some(separator), Some(clock)) = (text.get(..10), text.get(10..11), text.get(11..)) else {
        return Err("11th character must be t or T".to_owned());
    };
    when(!separator.eq_ignore_ascii_case("t"), "11th character must be t or T")?;
    date(day).map_err(|reason| format!("invalid date element: {reason}"))?;
    time(clock).map_err(|reason| format!("invalid time element: {reason}"))
}

fn uri(text: &str) -> Result<(), String> {
    when(!parsed(text)?.is_absolute(), "relative url")
}

fn uri_reference(text: &str) -> Result<(), String> {
    when(text.contains('\\'), "contains \\")?;
    parsed(text).map(|_| ())
}

fn parsed(text: &str) -> Result<url::Url, String> {
    let (address, fragment) = url::split(text);
    let url = url::parse(address)?;
    url::decode(fragment).map_err(|reason| format!("parse {}: {reason}", quote(text.as_bytes())))?;
    let host = url
        .authority
        .as_deref()
        .and_then(|host| host.split_once('[')?.1.split_once(']'))
        .map(|(host, _)| host);
    if let Some(host) = host {
        ipv6(host).map_err(|reason| format!("invalid ipv6 address: {reason}"))?;
    }
    Ok(url)
}

fn semver(text: &str) -> Result<(), String> {
    let is_allowed = |character: char| character.is_ascii_alphanumeric() || character == '-';
    let (text, build) = text.split_once('+').map_or((text, None), |(text, build)| (text, Some(build)));
    if let Some(build) = build {
        when(build.is_empty(), "build is empty")?;
        for identifier in build.split('.') {
            when(identifier.is_empty(), "build identifier is empty")?;
            invalid(identifier, is_allowed, " in build identifier")?;
        }
    }
    let (core, release) = text.split_once('-').map_or((text, None), |(core, release)| (core, Some(release)));
    for identifier in release.into_iter().flat_map(|release| release.split('.')) {
        when(identifier.is_empty(), "pre-release identifier is empty")?;
        invalid(identifier, is_allowed, " in pre-release identifier")?;
        let is_padded = identifier.len() > 1 && identifier.starts_with('0') && is_digits(identifier);
        when(is_padded, "pre-release numeric identifier starts with zero")?;
    }
    let numbers: Vec<&str> = core.split('.').collect();
    when(numbers.len() != 3, "versionCore must have 3 numbers separated by dot")?;
    for (number, name) in numbers.into_iter().zip(["major", "minor", "patch"]) {
        when(number.is_empty(), &format!("{name} is empty"))?;
        when(number.len() > 1 && number.starts_with('0'), &format!("{name} starts with zero"))?;
        when(!is_digits(number), &format!("{name} contains non-digit"))?;
    }
    Ok(())
}
