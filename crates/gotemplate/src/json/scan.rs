//! A JSON text to its tokens, or the words in which Go refuses it.
//!
//! The whole text is checked before anything is made of it, as `json.Unmarshal` does. Never decodes a string or a number.

use std::ops::Range;

use crate::limits::{JSON_DEPTH_MAX, JSON_TOKENS_MAX};
use crate::{Fault, format};

/// What stands there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    ObjectStart,
    ObjectEnd,
    ArrayStart,
    ArrayEnd,
    Key,
    String,
    Number,
    True,
    False,
    Null,
}

/// One token and the bytes that it takes, quotes included.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) range: Range<usize>,
}

/// The tokens of a text.
///
/// # Errors
/// In the words of Go's `json.SyntaxError`, or past a limit.
pub(super) fn scan(text: &[u8]) -> Result<Vec<Token>, Fault> {
    let mut scanner = Scanner { text, at: 0, open: Vec::new(), tokens: Vec::new() };
    let mut awaited = Awaited::Value;
    loop {
        scanner.skip_space();
        let Some(byte) = scanner.peek() else {
            let is_whole = awaited == Awaited::After && scanner.open.is_empty();
            return if is_whole { Ok(scanner.tokens) } else { Err(unexpected_end()) };
        };
        awaited = scanner.step(awaited, byte)?;
    }
}

/// What may come next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Awaited {
    Value,
    ValueOrEnd,
    Key,
    KeyOrEnd,
    Colon,
    /// What separates or ends, by what is open.
    After,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    Object,
    Array,
}

struct Scanner<'t> {
    text: &'t [u8],
    at: usize,
    open: Vec<Open>,
    tokens: Vec<Token>,
}

impl Scanner<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// The next byte; behind the end a blank, which is what Go puts there to see whether a token is whole.
    fn peek_or_blank(&self) -> u8 {
        self.peek().unwrap_or(b' ')
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn step(&mut self, awaited: Awaited, byte: u8) -> Result<Awaited, Fault> {
        match (awaited, byte) {
            (Awaited::ValueOrEnd, b']') => self.close(Kind::ArrayEnd),
            (Awaited::KeyOrEnd, b'}') => self.close(Kind::ObjectEnd),
            (Awaited::Value | Awaited::ValueOrEnd, _) => self.value(byte),
            (Awaited::Key | Awaited::KeyOrEnd, b'"') => {
                self.string(Kind::Key)?;
                Ok(Awaited::Colon)
            }
            (Awaited::Key | Awaited::KeyOrEnd, _) => {
                Err(self.invalid("looking for beginning of object key string"))
            }
            (Awaited::Colon, b':') => {
                self.at += 1;
                Ok(Awaited::Value)
            }
            (Awaited::Colon, _) => Err(self.invalid("after object key")),
            (Awaited::After, _) => self.after(byte),
        }
    }

    fn after(&mut self, byte: u8) -> Result<Awaited, Fault> {
        match (self.open.last(), byte) {
            (Some(Open::Object), b'}') => self.close(Kind::ObjectEnd),
            (Some(Open::Array), b']') => self.close(Kind::ArrayEnd),
            (Some(open), b',') => {
                self.at += 1;
                Ok(if *open == Open::Object { Awaited::Key } else { Awaited::Value })
            }
            (Some(Open::Object), _) => Err(self.invalid("after object key:value pair")),
            (Some(Open::Array), _) => Err(self.invalid("after array element")),
            (None, _) => Err(self.invalid("after top-level value")),
        }
    }

    fn value(&mut self, byte: u8) -> Result<Awaited, Fault> {
        match byte {
            b'{' => {
                self.begin(Open::Object, Kind::ObjectStart)?;
                return Ok(Awaited::KeyOrEnd);
            }
            b'[' => {
                self.begin(Open::Array, Kind::ArrayStart)?;
                return Ok(Awaited::ValueOrEnd);
            }
            b'"' => self.string(Kind::String)?,
            b'-' | b'0'..=b'9' => self.number()?,
            b't' => self.word("true", Kind::True)?,
            b'f' => self.word("false", Kind::False)?,
            b'n' => self.word("null", Kind::Null)?,
            _ => return Err(self.invalid("looking for beginning of value")),
        }
        Ok(Awaited::After)
    }

    fn begin(&mut self, open: Open, kind: Kind) -> Result<(), Fault> {
        if self.open.len() >= JSON_DEPTH_MAX {
            return Err(Fault::limit(format!("JSON nests deeper than {JSON_DEPTH_MAX}")));
        }
        self.open.push(open);
        self.at += 1;
        self.token(kind, self.at - 1)
    }

    fn close(&mut self, kind: Kind) -> Result<Awaited, Fault> {
        self.open.pop();
        self.at += 1;
        self.token(kind, self.at - 1)?;
        Ok(Awaited::After)
    }

    fn token(&mut self, kind: Kind, start: usize) -> Result<(), Fault> {
        if self.tokens.len() >= JSON_TOKENS_MAX {
            return Err(Fault::limit(format!("JSON holds more than {JSON_TOKENS_MAX} tokens")));
        }
        self.tokens.push(Token { kind, range: start..self.at });
        Ok(())
    }

    fn string(&mut self, kind: Kind) -> Result<(), Fault> {
        let start = self.at;
        self.at += 1;
        loop {
            match self.peek().ok_or_else(unexpected_end)? {
                b'"' => {
                    self.at += 1;
                    return self.token(kind, start);
                }
                b'\\' => self.escape()?,
                0..0x20 => return Err(self.invalid("in string literal")),
                _ => self.at += 1,
            }
        }
    }

    fn escape(&mut self) -> Result<(), Fault> {
        self.at += 1;
        match self.peek_or_blank() {
            b'b' | b'f' | b'n' | b'r' | b't' | b'\\' | b'/' | b'"' => self.at += 1,
            b'u' => {
                self.at += 1;
                for _ in 0..4 {
                    if !self.peek_or_blank().is_ascii_hexdigit() {
                        return Err(self.invalid("in \\u hexadecimal character escape"));
                    }
                    self.at += 1;
                }
            }
            _ => return Err(self.invalid("in string escape code")),
        }
        Ok(())
    }

    fn number(&mut self) -> Result<(), Fault> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits("in numeric literal")?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits("after decimal point in numeric literal")?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits("in exponent of numeric literal")?;
        }
        self.token(Kind::Number, start)
    }

    /// One digit and all that follow it.
    fn digits(&mut self, place: &str) -> Result<(), Fault> {
        if !self.peek_or_blank().is_ascii_digit() {
            return Err(self.invalid(place));
        }
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        Ok(())
    }

    fn word(&mut self, word: &str, kind: Kind) -> Result<(), Fault> {
        let start = self.at;
        for wanted in word.bytes() {
            if self.peek_or_blank() != wanted {
                return Err(self.invalid(&format!("in literal {word} (expecting '{}')", char::from(wanted))));
            }
            self.at += 1;
        }
        self.token(kind, start)
    }

    fn invalid(&self, place: &str) -> Fault {
        Fault::new(format!("invalid character {} {place}", quoted(self.peek_or_blank())))
    }
}

fn unexpected_end() -> Fault {
    Fault::new("unexpected end of JSON input")
}

/// A byte as Go's error texts show it: as the character of that number.
fn quoted(byte: u8) -> String {
    match byte {
        b'"' => "'\"'".to_owned(),
        _ => format::quote_rune(char::from(byte)),
    }
}
