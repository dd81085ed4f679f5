//! Go's quoted strings: written and read.

/// A text in double quotes with Go's escapes: `strconv.Quote`.
#[must_use]
pub fn quote(text: &[u8]) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for chunk in text.utf8_chunks() {
        for character in chunk.valid().chars() {
            push_escaped(&mut quoted, character, '"');
        }
        for byte in chunk.invalid() {
            quoted.push_str(&format!("\\x{byte:02x}"));
        }
    }
    quoted.push('"');
    quoted
}

/// A character in single quotes: `strconv.QuoteRune`.
#[must_use]
pub fn quote_rune(character: char) -> String {
    let mut quoted = String::from('\'');
    push_escaped(&mut quoted, character, '\'');
    quoted.push('\'');
    quoted
}

fn push_escaped(quoted: &mut String, character: char, mark: char) {
    match character {
        _ if character == mark || character == '\\' => {
            quoted.push('\\');
            quoted.push(character);
        }
        '\u{7}' => quoted.push_str("\\a"),
        '\u{8}' => quoted.push_str("\\b"),
        '\u{c}' => quoted.push_str("\\f"),
        '\n' => quoted.push_str("\\n"),
        '\r' => quoted.push_str("\\r"),
        '\t' => quoted.push_str("\\t"),
        '\u{b}' => quoted.push_str("\\v"),
        _ if is_printed(character) => quoted.push(character),
        _ => quoted.push_str(&match u32::from(character) {
            code @ (0..0x20 | 0x7f) => format!("\\x{code:02x}"),
            code @ 0..0x1_0000 => format!("\\u{code:04x}"),
            code => format!("\\U{code:08x}"),
        }),
    }
}

/// Whether Go shows a character as it is. The standard library's own escapes leave out the same ones but for marks that
/// combine with the character before them, which Go shows; of white space both show the plain blank only.
pub(crate) fn is_printed(character: char) -> bool {
    let is_mark = matches!(u32::from(character), 0x300..=0x36f | 0x483..=0x489 | 0x1ab0..=0x1aff | 0x1dc0..=0x1dff | 0x20d0..=0x20ff | 0xfe00..=0xfe0f | 0xfe20..=0xfe2f);
    is_mark
        || matches!(character, '\'' | '"')
        || character.escape_debug().count() == 1 && (character == ' ' || !character.is_whitespace())
}

/// Reads a Go string in double or back quotes: `strconv.Unquote`; none where the syntax is broken.
#[must_use]
pub fn unquote(quoted: &[u8]) -> Option<Vec<u8>> {
    let (mark, rest) = quoted.split_first()?;
    let (last, inner) = rest.split_last()?;
    if mark != last {
        return None;
    }
    match mark {
        b'`' => Some(inner.iter().copied().filter(|byte| *byte != b'\r').collect())
            .filter(|_| !inner.contains(&b'`')),
        b'"' => unquote_inner(inner, b'"'),
        _ => None,
    }
}

fn unquote_inner(inner: &[u8], mark: u8) -> Option<Vec<u8>> {
    let mut text = Vec::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(byte) = rest.first() {
        if *byte == mark || *byte == b'\n' {
            return None;
        }
        let taken = push_character(&mut text, rest, mark)?;
        rest = rest.get(taken..)?;
    }
    Some(text)
}

/// The rune of a character constant in single quotes: `strconv.UnquoteChar`; none where it is malformed.
pub(crate) fn unquote_rune(quoted: &[u8]) -> Option<u32> {
    let inner = quoted.strip_prefix(b"'")?.strip_suffix(b"'")?;
    if !inner.starts_with(b"\\") {
        let mut characters = std::str::from_utf8(inner).ok()?.chars();
        let only = characters.next().filter(|only| *only != '\'')?;
        return characters.next().is_none().then_some(u32::from(only));
    }
    let mut text = Vec::new();
    if push_character(&mut text, inner, b'\'')? != inner.len() {
        return None;
    }
    match std::str::from_utf8(&text) {
        Ok(text) => text.chars().next().map(u32::from),
        // A byte by its number, which is a rune of its own.
        Err(_) => text.first().copied().map(u32::from),
    }
}

/// Adds the next character, which may be an escape, and gives the bytes that it took.
fn push_character(text: &mut Vec<u8>, rest: &[u8], mark: u8) -> Option<usize> {
    let [b'\\', escape, digits @ ..] = rest else {
        text.push(*rest.first()?);
        return Some(1);
    };
    let plain = match escape {
        b'a' => 7,
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 11,
        b'\\' => b'\\',
        b'\'' | b'"' if *escape == mark => *escape,
        b'x' => return number(digits, 2, 16).and_then(|code| push_byte(text, code, 4)),
        b'u' => return number(digits, 4, 16).and_then(|code| push_rune(text, code, 6)),
        b'U' => return number(digits, 8, 16).and_then(|code| push_rune(text, code, 10)),
        b'0'..=b'7' => {
            let code = number(rest.get(1..)?, 3, 8)?;
            return push_byte(text, code, 4);
        }
        _ => return None,
    };
    text.push(plain);
    Some(2)
}

fn number(digits: &[u8], count: usize, base: u32) -> Option<u32> {
    let digits = std::str::from_utf8(digits.get(..count)?).ok()?;
    if digits.starts_with('+') { None } else { u32::from_str_radix(digits, base).ok() }
}

fn push_byte(text: &mut Vec<u8>, code: u32, taken: usize) -> Option<usize> {
    text.push(u8::try_from(code).ok()?);
    Some(taken)
}

fn push_rune(text: &mut Vec<u8>, code: u32, taken: usize) -> Option<usize> {
    let character = char::from_u32(code)?;
    text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    Some(taken)
}
