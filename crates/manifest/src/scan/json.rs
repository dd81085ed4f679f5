//! JSON as kubectl reads it: when a file counts as JSON, where its documents are, and their arenas.
//!
//! One strict reader of RFC 8259 with a limit on nesting serves all three; what it meets it tells to a
//! `Sink`. A file is JSON if it begins with `{` and is a row of JSON values from end to end; kubectl too
//! turns to YAML otherwise, which reads flow style, comments and documents behind `---`.

use std::ops::Range;

use text::TextId;

use crate::limits::{DEPTH_MAX, FILE_BYTES_MAX, FILE_DOCUMENTS_MAX};
use crate::offset::offset;
use crate::{Builder, Document, ParseDocument, ScalarStyle, Structure, Syntax};

/// The syntax that kubectl reads a file in.
#[must_use]
pub fn syntax_of(bytes: &[u8]) -> Syntax {
    match split(bytes) {
        Some(_) => Syntax::Json,
        None => Syntax::Yaml,
    }
}

/// The document ranges of a JSON file, tiling it; `None` if kubectl would not read it as JSON.
#[must_use]
pub fn split(bytes: &[u8]) -> Option<Vec<Range<usize>>> {
    let first = bytes.iter().find(|&&byte| !is_space(byte))?;
    if *first != b'{' || bytes.len() as u64 > FILE_BYTES_MAX {
        return None;
    }
    let mut documents: Vec<Range<usize>> = Vec::new();
    let mut reader = Reader { bytes, at: 0 };
    let mut start = 0;
    while reader.skip_space().is_some() {
        if documents.len() == FILE_DOCUMENTS_MAX {
            return None;
        }
        reader.read_value(&mut Nothing).ok()?;
        documents.push(start..reader.at);
        start = reader.at;
    }
    if let Some(last) = documents.last_mut() {
        last.end = bytes.len();
    }
    std::str::from_utf8(bytes).is_ok().then_some(documents)
}

/// Parses the JSON document in `range` of `bytes`, which holds one value.
///
/// # Errors
/// If the range is not UTF-8, no JSON, more than one value, or passes a limit.
pub fn parse(text: TextId, bytes: &[u8], range: Range<usize>) -> Result<Document<'_>, ParseDocument> {
    let part = bytes.get(..range.end).unwrap_or_default();
    let document = part.get(range.start..).unwrap_or_default();
    if document.len() as u64 > FILE_BYTES_MAX {
        return Err(ParseDocument::TooLarge);
    }
    if let Err(error) = std::str::from_utf8(document) {
        return Err(ParseDocument::NotUtf8 { offset: offset(range.start + error.valid_up_to()) });
    }
    let mut reader = Reader { bytes: part, at: range.start };
    let mut sink = BuilderSink { bytes, builder: Builder::new(text, bytes, Syntax::Json, None) };
    let result = reader.read_value(&mut sink).and_then(|()| match reader.skip_space() {
        None => Ok(()),
        Some(_) => Err(Fault::Unexpected { offset: reader.at, expected: "the end of the document" }),
    });
    result.map_err(|fault| match fault {
        Fault::Unexpected { offset: at, expected } => {
            ParseDocument::Malformed { offset: offset(at), reason: format!("expected {expected}") }
        }
        Fault::TooDeep { offset: at } => ParseDocument::TooDeep { offset: offset(at) },
    })?;
    Ok(sink.builder.finish(offset(range.start)..offset(range.end)))
}

/// Why a text is no JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Unexpected { offset: usize, expected: &'static str },
    TooDeep { offset: usize },
}

/// Hears what a document holds, in the order of the text. Ranges of strings include their quotes.
trait Sink {
    fn open(&mut self, _is_object: bool, _at: usize) {}
    fn close(&mut self, _end: usize) {}
    fn key(&mut self, _range: Range<usize>) {}
    fn string(&mut self, _range: Range<usize>) {}
    fn word(&mut self, _range: Range<usize>) {}
}

/// Hears nothing: the reader's own judgement is all that is asked for.
struct Nothing;

impl Sink for Nothing {}

struct BuilderSink<'t> {
    bytes: &'t [u8],
    builder: Builder<'t>,
}

impl Sink for BuilderSink<'_> {
    fn open(&mut self, is_object: bool, at: usize) {
        if is_object {
            self.builder.open_mapping(Structure::Flow, offset(at));
        } else {
            self.builder.open_sequence(Structure::Flow, offset(at));
        }
    }

    fn close(&mut self, end: usize) {
        self.builder.close(offset(end));
    }

    fn key(&mut self, range: Range<usize>) {
        self.string(range);
    }

    fn string(&mut self, range: Range<usize>) {
        let inner = range.start + 1..range.end - 1;
        let written = self.bytes.get(inner.clone()).unwrap_or_default();
        let span = offset(range.start)..offset(range.end);
        if memchr::memchr(b'\\', written).is_none() {
            self.builder.source_scalar(
                ScalarStyle::DoubleQuoted,
                span,
                offset(inner.start)..offset(inner.end),
            );
        } else {
            self.builder.decoded_scalar(ScalarStyle::DoubleQuoted, span, &decode(written));
        }
    }

    fn word(&mut self, range: Range<usize>) {
        let span = offset(range.start)..offset(range.end);
        self.builder.source_scalar(ScalarStyle::Plain, span.clone(), span);
    }
}

struct Reader<'t> {
    bytes: &'t [u8],
    at: usize,
}

impl Reader<'_> {
    /// Reads one value. Keeps the open brackets on a stack of its own, so that depth costs no stack.
    fn read_value(&mut self, sink: &mut impl Sink) -> Result<(), Fault> {
        let mut open: Vec<bool> = Vec::new();
        loop {
            self.read_start(&mut open, sink)?;
            // Behind a value: close what ends here, then go on behind a comma.
            loop {
                let Some(&is_object) = open.last() else { return Ok(()) };
                match self.skip_space() {
                    Some(b',') => {
                        self.at += 1;
                        if is_object {
                            self.read_key(sink)?;
                        }
                        break;
                    }
                    Some(b'}') if is_object => self.close(&mut open, sink),
                    Some(b']') if !is_object => self.close(&mut open, sink),
                    _ if is_object => return Err(self.expected("',' or '}'")),
                    _ => return Err(self.expected("',' or ']'")),
                }
            }
        }
    }

    /// Reads brackets and keys up to and with the next complete value.
    fn read_start(&mut self, open: &mut Vec<bool>, sink: &mut impl Sink) -> Result<(), Fault> {
        while let Some(bracket @ (b'{' | b'[')) = self.skip_space() {
            if open.len() == DEPTH_MAX {
                return Err(Fault::TooDeep { offset: self.at });
            }
            let is_object = bracket == b'{';
            sink.open(is_object, self.at);
            open.push(is_object);
            self.at += 1;
            match self.skip_space() {
                Some(b'}') if is_object => {
                    self.close(open, sink);
                    return Ok(());
                }
                Some(b']') if !is_object => {
                    self.close(open, sink);
                    return Ok(());
                }
                _ if is_object => self.read_key(sink)?,
                _ => {}
            }
        }
        let start = self.at;
        if self.byte() == Some(b'"') {
            self.read_string()?;
            sink.string(start..self.at);
        } else {
            self.read_word()?;
            sink.word(start..self.at);
        }
        Ok(())
    }

    fn close(&mut self, open: &mut Vec<bool>, sink: &mut impl Sink) {
        open.pop();
        self.at += 1;
        sink.close(self.at);
    }

    fn read_key(&mut self, sink: &mut impl Sink) -> Result<(), Fault> {
        if self.skip_space() != Some(b'"') {
            return Err(self.expected("a key in double quotes"));
        }
        let start = self.at;
        self.read_string()?;
        sink.key(start..self.at);
        if self.skip_space() != Some(b':') {
            return Err(self.expected("':'"));
        }
        self.at += 1;
        Ok(())
    }

    fn read_string(&mut self) -> Result<(), Fault> {
        self.at += 1;
        loop {
            match self.byte() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') => {
                    self.at += 1;
                    self.read_escape()?;
                }
                Some(0..=0x1f) => return Err(self.expected("an escape in place of a control character")),
                Some(_) => self.at += 1,
                None => return Err(self.expected("the string's closing quote")),
            }
        }
    }

    fn read_escape(&mut self) -> Result<(), Fault> {
        match self.byte() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
            Some(b'u') => {
                let digits = self.bytes.get(self.at + 1..self.at + 5);
                if !digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)) {
                    return Err(self.expected("four hexadecimal digits"));
                }
                self.at += 5;
            }
            _ => return Err(self.expected("an escape that JSON knows")),
        }
        Ok(())
    }

    /// Reads a number, `true`, `false` or `null`.
    fn read_word(&mut self) -> Result<(), Fault> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let word = [&b"true"[..], b"false", b"null"].into_iter().find(|word| rest.starts_with(word));
        match word.map(<[u8]>::len).or_else(|| number_length(rest)) {
            Some(length) => {
                self.at += length;
                Ok(())
            }
            None => Err(self.expected("a value")),
        }
    }

    /// Skips white space and gives the byte behind it.
    fn skip_space(&mut self) -> Option<u8> {
        while self.byte().is_some_and(is_space) {
            self.at += 1;
        }
        self.byte()
    }

    fn byte(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    const fn expected(&self, expected: &'static str) -> Fault {
        Fault::Unexpected { offset: self.at, expected }
    }
}

/// Length of the number that `rest` starts with: `-? (0 | [1-9][0-9]*) (.[0-9]+)? ([eE][+-]?[0-9]+)?`.
fn number_length(rest: &[u8]) -> Option<usize> {
    let digits = |from: usize| rest.iter().skip(from).take_while(|byte| byte.is_ascii_digit()).count();
    let mut end = usize::from(rest.first() == Some(&b'-'));
    end += match (rest.get(end)?, digits(end)) {
        (b'0', _) => 1,
        (_, 0) => return None,
        (_, count) => count,
    };
    if rest.get(end) == Some(&b'.') {
        end += 1 + Some(digits(end + 1)).filter(|&count| count > 0)?;
    }
    if matches!(rest.get(end), Some(b'e' | b'E')) {
        end += 1 + usize::from(matches!(rest.get(end + 1), Some(b'+' | b'-')));
        end += Some(digits(end)).filter(|&count| count > 0)?;
    }
    Some(end)
}

/// The text of a string's inside. Half of a surrogate pair becomes the replacement character, as in Go.
fn decode(written: &[u8]) -> String {
    let mut text = Vec::with_capacity(written.len());
    let mut rest = written;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        let (plain, escape) = rest.split_at(at);
        text.extend_from_slice(plain);
        let (character, length) = decode_escape(escape);
        text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        rest = escape.get(length..).unwrap_or_default();
    }
    text.extend_from_slice(rest);
    String::from_utf8_lossy(&text).into_owned()
}

/// The character of an escape, which the reader has found sound, and the escape's length.
fn decode_escape(escape: &[u8]) -> (char, usize) {
    let character = match escape.get(1) {
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return decode_unicode(escape),
        Some(&byte) => char::from(byte),
        None => char::REPLACEMENT_CHARACTER,
    };
    (character, 2)
}

fn decode_unicode(escape: &[u8]) -> (char, usize) {
    let unit = code_unit(escape);
    let low = escape.get(6..).map_or(0, code_unit);
    let pair = char::decode_utf16([unit, low]).next();
    match (char::from_u32(u32::from(unit)), pair) {
        (Some(character), _) => (character, 6),
        (None, Some(Ok(character))) => (character, 12),
        (None, _) => (char::REPLACEMENT_CHARACTER, 6),
    }
}

/// The number in `\uXXXX`; 0 if that is not what `escape` starts with.
fn code_unit(escape: &[u8]) -> u16 {
    let digits = escape.strip_prefix(b"\\u").and_then(|rest| rest.get(..4));
    let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
    digits.and_then(|digits| u16::from_str_radix(digits, 16).ok()).unwrap_or(0)
}

const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

#[cfg(test)]
mod tests;
