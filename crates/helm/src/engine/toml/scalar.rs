//! What numbers and quoted texts of TOML mean, once it is known where they end.
//!
//! Takes what stands in the text; gives its value, or why it has none in the words of `BurntSushi/toml`.

use gotemplate::format::quote;

fn shown(text: &str) -> String {
    quote(text.as_bytes())
}

/// A whole number.
pub(super) fn integer(text: &str) -> Result<i64, String> {
    if !are_underscores_between_digits(text) {
        return Err(format!("Invalid integer {}: underscores must be surrounded by digits", shown(text)));
    }
    if has_leading_zero(text) {
        return Err(format!("Invalid integer {}: cannot have leading zeroes", shown(text)));
    }
    let digits = text.replace('_', "");
    let (sign, size) = match digits.strip_prefix('-') {
        Some(size) => ("-", size),
        None => ("", digits.strip_prefix('+').unwrap_or(&digits)),
    };
    let (base, size) = match size.get(..2) {
        Some("0x") => (16, size.get(2..)),
        Some("0o") => (8, size.get(2..)),
        Some("0b") => (2, size.get(2..)),
        _ => (10, Some(size)),
    };
    let read = i64::from_str_radix(&format!("{sign}{}", size.unwrap_or_default()), base);
    read.map_err(|_| format!("{text} is out of range for int64"))
}

/// A number with a point or an exponent.
pub(super) fn float(text: &str) -> Result<f64, String> {
    let mut parts = text.split(['.', 'e', 'E']).filter(|part| !part.is_empty());
    if !parts.clone().all(are_underscores_between_digits) {
        return Err(format!("Invalid float {}: underscores must be surrounded by digits", shown(text)));
    }
    if parts.next().is_some_and(has_leading_zero) {
        return Err(format!("Invalid float {}: cannot have leading zeroes", shown(text)));
    }
    let mut after_points = text.split('.').skip(1);
    if !after_points.all(|after| after.starts_with(|first: char| first.is_ascii_digit())) {
        let shown = shown(text);
        return Err(format!("Invalid float {shown}: '.' must be followed by one or more digits"));
    }
    let invalid = || format!("Invalid float value: {}", shown(text));
    match text {
        "nan" | "+nan" => return Ok(f64::NAN),
        "-nan" => return Ok(-f64::NAN),
        "inf" | "+inf" => return Ok(f64::INFINITY),
        "-inf" => return Ok(f64::NEG_INFINITY),
        _ if text.contains('n') => return Err(invalid()),
        _ => {}
    }
    let number: f64 = text.replace('_', "").parse().map_err(|_| invalid())?;
    if number.is_finite() { Ok(number) } else { Err(format!("{text} is out of range for float64")) }
}

fn has_leading_zero(text: &str) -> bool {
    match text.as_bytes() {
        [b'0', b'b' | b'o' | b'x', ..] => false,
        [b'0', _, ..] | [b'-' | b'+', b'0', _, ..] => true,
        _ => false,
    }
}

fn are_underscores_between_digits(text: &str) -> bool {
    if matches!(text, "nan" | "+nan" | "-nan" | "inf" | "+inf" | "-inf") {
        return true;
    }
    let mut was_digit = false;
    for character in text.chars() {
        if character == '_' && !was_digit {
            return false;
        }
        was_digit = character.is_ascii_hexdigit();
    }
    was_digit
}

/// A text of several lines without the line end that it begins with.
pub(super) fn without_first_line_end(text: &str) -> &str {
    text.strip_prefix('\n').or_else(|| text.strip_prefix("\r\n")).unwrap_or(text)
}

/// A text of several lines without its line ends behind a backslash, and all blanks that follow those.
pub(super) fn without_escaped_line_ends(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('\\') {
        out.push_str(before);
        let next = behind.trim_start_matches([' ', '\t', '\r', '\n']);
        let blanks = behind.strip_suffix(next).unwrap_or_default();
        if blanks.contains('\n') {
            rest = next;
            continue;
        }
        out.push('\\');
        rest = behind;
        if let Some(behind) = rest.strip_prefix('\\') {
            out.push('\\');
            rest = behind;
        }
    }
    out.push_str(rest);
    out
}

/// A text with its escapes, which are known to be whole.
pub(super) fn unescaped(text: &str) -> Result<String, String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('\\') {
        out.push_str(before);
        let Some(kind) = behind.chars().next() else { break };
        let digits = match kind {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        out.push(match kind {
            'b' => '\u{8}',
            't' => '\t',
            'n' => '\n',
            'f' => '\u{c}',
            'r' => '\r',
            'e' => '\u{1b}',
            'x' | 'u' | 'U' => of_code(behind.get(1..=digits).unwrap_or_default())?,
            ' ' | '\t' => return Err(format!("invalid escape: '\\{kind}'")),
            other => other,
        });
        rest = behind.get(kind.len_utf8() + digits..).unwrap_or_default();
    }
    out.push_str(rest);
    Ok(out)
}

fn of_code(digits: &str) -> Result<char, String> {
    let code = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
    code.ok_or_else(|| format!("Escaped character '\\u{digits}' is not valid UTF-8."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_or_refused_as_the_original_does() {
        assert_eq!(integer("+1_000"), Ok(1_000));
        assert_eq!(integer("0xfF"), Ok(255));
        assert_eq!(integer("-9223372036854775808"), Ok(i64::MIN));
        assert_eq!(
            integer("1__0").unwrap_err(),
            "Invalid integer \"1__0\": underscores must be surrounded by digits"
        );
        assert_eq!(integer("-01").unwrap_err(), "Invalid integer \"-01\": cannot have leading zeroes");
        assert_eq!(float("6.5e-1"), Ok(0.65));
        assert_eq!(
            float("1.").unwrap_err(),
            "Invalid float \"1.\": '.' must be followed by one or more digits"
        );
        assert_eq!(float("1e").unwrap_err(), "Invalid float value: \"1e\"");
        assert_eq!(float("1e400").unwrap_err(), "1e400 is out of range for float64");
    }

    #[test]
    fn texts_lose_their_escapes() {
        assert_eq!(unescaped("a\\tb\\u00e9\\x41\\\\n").unwrap(), "a\tb\u{e9}A\\n");
        assert_eq!(unescaped("\\ud800").unwrap_err(), "Escaped character '\\ud800' is not valid UTF-8.");
        assert_eq!(without_escaped_line_ends("a \\ \n  b \\\\\n c\\t"), "a b \\\\\n c\\t");
        assert_eq!(without_first_line_end("\r\na"), "a");
    }
}
