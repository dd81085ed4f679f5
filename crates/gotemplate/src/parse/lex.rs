//! A template's text cut into tokens, as Go's lexer does it: trimmed texts, comments passed over, actions in pieces.

use super::token::{Keyword, Token, TokenKind};
use crate::characters::{self, Class};

/// Reads tokens one at a time.
pub(super) struct Lexer<'t> {
    text: &'t [u8],
    at: usize,
    is_inside: bool,
    parentheses: usize,
    /// Why the text cannot go on, once it cannot.
    pub(super) failure: Option<String>,
    /// Whether `break` and `continue` are words of the language; functions of these names take them away.
    pub(super) knows_break: bool,
    pub(super) knows_continue: bool,
}

const SPACES: [u8; 4] = *b" \t\r\n";

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t [u8]) -> Self {
        Self {
            text,
            at: 0,
            is_inside: false,
            parentheses: 0,
            failure: None,
            knows_break: true,
            knows_continue: true,
        }
    }

    pub(super) fn next(&mut self) -> Token {
        if self.failure.is_some() {
            return self.token(TokenKind::End, self.at);
        }
        if self.is_inside { self.inside() } else { self.outside() }
    }

    fn rest(&self) -> &'t [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// A token from `start` to here.
    fn token(&self, kind: TokenKind, start: usize) -> Token {
        Token { kind, start, end: self.at }
    }

    /// Nothing can be read behind a fault. `line_at` stands in the line that Go names.
    fn fail(&mut self, line_at: usize, told: impl Into<String>) -> Token {
        self.failure = Some(told.into());
        self.at = line_at;
        self.token(TokenKind::Error, line_at)
    }

    /// Text up to the next action, then its delimiter.
    fn outside(&mut self) -> Token {
        loop {
            let (start, rest) = (self.at, self.rest());
            let Some(open) = find(rest, *b"{{") else {
                self.at = self.text.len();
                let kind = if rest.is_empty() { TokenKind::End } else { TokenKind::Text };
                return self.token(kind, start);
            };
            if open > 0 {
                let text = &rest[..open];
                let kept = if trims_before(&rest[open + 2..]) { trimmed_end(text) } else { open };
                self.at += kept;
                let token = self.token(TokenKind::Text, start);
                self.at += open - kept;
                if kept > 0 {
                    return token;
                }
            }
            let start = self.at;
            let marker = if trims_before(&self.rest()[2..]) { 2 } else { 0 };
            if !self.rest()[2 + marker..].starts_with(b"/*") {
                self.at += 2;
                let token = self.token(TokenKind::LeftDelimiter, start);
                self.at += marker;
                self.is_inside = true;
                self.parentheses = 0;
                return token;
            }
            self.at += 2 + marker;
            if let Some(failed) = self.comment() {
                return failed;
            }
        }
    }

    /// Passes over a comment, of which the beginning is next; gives what is wrong with it.
    fn comment(&mut self) -> Option<Token> {
        let Some(length) = find(&self.rest()[2..], *b"*/") else {
            return Some(self.fail(self.at, "unclosed comment"));
        };
        self.at += 2 + length + 2;
        match right_delimiter(self.rest()) {
            None => Some(self.fail(self.at, "comment ends before closing delimiter")),
            Some(trims) => {
                self.at += if trims { 4 } else { 2 };
                if trims {
                    self.at += leading_spaces(self.rest());
                }
                None
            }
        }
    }

    fn inside(&mut self) -> Token {
        let start = self.at;
        if let Some(trims) = right_delimiter(self.rest()) {
            if self.parentheses > 0 {
                return self.fail(start, "unclosed left paren");
            }
            return self.close(trims);
        }
        let Some(byte) = self.rest().first().copied() else {
            return self.fail(start, "unclosed action");
        };
        match byte {
            _ if SPACES.contains(&byte) => self.space(),
            b'=' => self.single(TokenKind::Assign),
            b':' => {
                if self.rest().get(1) != Some(&b'=') {
                    return self.fail(start, "expected :=");
                }
                self.at += 2;
                self.token(TokenKind::Declare, start)
            }
            b'|' => self.single(TokenKind::Pipe),
            b'"' => self.quoted(b'"', TokenKind::String, "unterminated quoted string"),
            b'\'' => self.quoted(b'\'', TokenKind::CharConstant, "unterminated character constant"),
            b'`' => self.raw(),
            b'$' => self.name(TokenKind::Variable),
            b'.' if !self.rest().get(1).is_some_and(u8::is_ascii_digit) && self.rest().len() > 1 => {
                self.name(TokenKind::Field)
            }
            b'.' | b'+' | b'-' | b'0'..=b'9' => self.number(),
            b'(' => {
                self.parentheses += 1;
                self.single(TokenKind::LeftParenthesis)
            }
            b')' if self.parentheses == 0 => self.fail(start, "unexpected right paren"),
            b')' => {
                self.parentheses -= 1;
                self.single(TokenKind::RightParenthesis)
            }
            _ => self.word_or_character(),
        }
    }

    fn single(&mut self, kind: TokenKind) -> Token {
        let start = self.at;
        self.at += 1;
        self.token(kind, start)
    }

    fn close(&mut self, trims: bool) -> Token {
        if trims {
            self.at += 2;
        }
        let start = self.at;
        self.at += 2;
        let token = self.token(TokenKind::RightDelimiter, start);
        if trims {
            self.at += leading_spaces(self.rest());
        }
        self.is_inside = false;
        token
    }

    fn space(&mut self) -> Token {
        let start = self.at;
        let count = leading_spaces(self.rest());
        // The last space may belong to a delimiter that trims.
        if right_delimiter(self.rest().get(count - 1..).unwrap_or_default()) == Some(true) {
            if count == 1 {
                return self.close(true);
            }
            self.at += count - 1;
        } else {
            self.at += count;
        }
        self.token(TokenKind::Space, start)
    }

    fn word_or_character(&mut self) -> Token {
        let start = self.at;
        let (character, _) = decode(self.rest());
        if is_alphanumeric(character) {
            return self.word();
        }
        if character.is_ascii_graphic() {
            return self.single(TokenKind::Char);
        }
        self.fail(start, format!("unrecognized character in action: {}", unicode(character)))
    }

    fn word(&mut self) -> Token {
        let start = self.at;
        self.take_alphanumeric();
        if let Some(failed) = self.expect_terminator(start) {
            return failed;
        }
        let word = self.text.get(start..self.at).unwrap_or_default();
        let keyword = Keyword::of(word).filter(|keyword| match keyword {
            Keyword::Break => self.knows_break,
            Keyword::Continue => self.knows_continue,
            _ => true,
        });
        let kind = match (keyword, word) {
            (Some(keyword), _) => TokenKind::Keyword(keyword),
            (None, b"nil") => TokenKind::Nil,
            (None, b"true" | b"false") => TokenKind::Bool,
            (None, _) => TokenKind::Identifier,
        };
        self.token(kind, start)
    }

    /// A field or variable, whose first byte is next.
    fn name(&mut self, kind: TokenKind) -> Token {
        let start = self.at;
        self.at += 1;
        if self.is_at_terminator() {
            let kind = if kind == TokenKind::Field { TokenKind::Dot } else { kind };
            return self.token(kind, start);
        }
        self.take_alphanumeric();
        match self.expect_terminator(start) {
            Some(failed) => failed,
            None => self.token(kind, start),
        }
    }

    fn take_alphanumeric(&mut self) {
        loop {
            let count = self.rest().iter().take_while(|byte| is_word_byte(**byte)).count();
            self.at += count;
            let (character, length) = match self.rest().first() {
                Some(byte) if !byte.is_ascii() => decode(self.rest()),
                _ => return,
            };
            if !is_alphanumeric(character) {
                return;
            }
            self.at += length;
        }
    }

    fn expect_terminator(&mut self, start: usize) -> Option<Token> {
        if self.is_at_terminator() {
            return None;
        }
        let (character, _) = decode(self.rest());
        Some(self.fail(start, format!("bad character {}", unicode(character))))
    }

    fn is_at_terminator(&self) -> bool {
        match self.rest().first() {
            None => true,
            Some(byte) => {
                SPACES.contains(byte)
                    || matches!(byte, b'.' | b',' | b'|' | b':' | b')' | b'(')
                    || self.rest().starts_with(b"}}")
            }
        }
    }

    fn quoted(&mut self, mark: u8, kind: TokenKind, unterminated: &str) -> Token {
        let start = self.at;
        self.at += 1;
        loop {
            match self.rest() {
                [b'\\', next, ..] if *next != b'\n' => self.at += 2,
                [] | [b'\\' | b'\n', ..] => return self.fail(start, unterminated),
                [byte, ..] => {
                    self.at += 1;
                    if *byte == mark {
                        return self.token(kind, start);
                    }
                }
            }
        }
    }

    fn raw(&mut self) -> Token {
        let start = self.at;
        match memchr::memchr(b'`', &self.rest()[1..]) {
            None => self.fail(start, "unterminated raw quoted string"),
            Some(length) => {
                self.at += length + 2;
                self.token(TokenKind::RawString, start)
            }
        }
    }

    fn number(&mut self) -> Token {
        let start = self.at;
        let mut is_good = self.scan_number();
        let is_complex = is_good && matches!(self.rest().first(), Some(b'+' | b'-'));
        if is_complex {
            is_good = self.scan_number() && self.text.get(self.at.wrapping_sub(1)) == Some(&b'i');
        }
        if !is_good {
            let shown = crate::format::quote(self.text.get(start..self.at).unwrap_or_default());
            return self.fail(start, format!("bad number syntax: {shown}"));
        }
        self.token(if is_complex { TokenKind::Complex } else { TokenKind::Number }, start)
    }

    /// Takes what may be a number; whether nothing of a word follows it.
    fn scan_number(&mut self) -> bool {
        self.accept(b"+-");
        let mut digits: &[u8] = b"0123456789_";
        if self.accept(b"0") {
            if self.accept(b"xX") {
                digits = b"0123456789abcdefABCDEF_";
            } else if self.accept(b"oO") {
                digits = b"01234567_";
            } else if self.accept(b"bB") {
                digits = b"01_";
            }
        }
        self.accept_all(digits);
        if self.accept(b".") {
            self.accept_all(digits);
        }
        let letters: &[u8] = match digits.len() {
            11 => b"eE",
            23 => b"pP",
            _ => b"",
        };
        if self.accept(letters) {
            self.accept(b"+-");
            self.accept_all(b"0123456789_");
        }
        self.accept(b"i");
        let (character, length) = decode(self.rest());
        if !self.rest().is_empty() && is_alphanumeric(character) {
            self.at += length;
            return false;
        }
        true
    }

    fn accept(&mut self, wanted: &[u8]) -> bool {
        let is_there = self.rest().first().is_some_and(|byte| wanted.contains(byte));
        self.at += usize::from(is_there);
        is_there
    }

    fn accept_all(&mut self, wanted: &[u8]) {
        while self.accept(wanted) {}
    }
}

/// Where two bytes first stand behind one another.
fn find(text: &[u8], [first, second]: [u8; 2]) -> Option<usize> {
    memchr::memchr_iter(first, text).find(|at| text.get(at + 1) == Some(&second))
}

/// Whether what follows a left delimiter trims the text before it.
fn trims_before(behind: &[u8]) -> bool {
    matches!(behind, [b'-', space, ..] if SPACES.contains(space))
}

/// Whether a right delimiter is next, and if so whether it trims the text behind it.
fn right_delimiter(rest: &[u8]) -> Option<bool> {
    match rest {
        [space, b'-', b'}', b'}', ..] if SPACES.contains(space) => Some(true),
        [b'}', b'}', ..] => Some(false),
        _ => None,
    }
}

fn trimmed_end(text: &[u8]) -> usize {
    text.iter().rposition(|byte| !SPACES.contains(byte)).map_or(0, |last| last + 1)
}

fn leading_spaces(text: &[u8]) -> usize {
    text.iter().take_while(|byte| SPACES.contains(byte)).count()
}

/// The first character and its bytes; U+FFFD of one byte for what is no UTF-8.
fn decode(text: &[u8]) -> (char, usize) {
    if let Some(byte) = text.first().filter(|byte| byte.is_ascii()) {
        return (char::from(*byte), 1);
    }
    let valid = text.get(..text.len().min(4)).unwrap_or_default().utf8_chunks().next();
    match valid.and_then(|chunk| chunk.valid().chars().next()) {
        Some(character) => (character, character.len_utf8()),
        None => (char::REPLACEMENT_CHARACTER, 1),
    }
}

/// A letter or digit of ASCII, or an underscore.
fn is_word_byte(byte: u8) -> bool {
    WORD_BYTES[usize::from(byte)]
}

/// Half of what stands in actions are words.
const WORD_BYTES: [bool; 256] = {
    let mut bytes = [false; 256];
    let mut at = 0;
    while at < bytes.len() {
        #[expect(clippy::cast_possible_truncation, reason = "there are 256")]
        let byte = at as u8;
        bytes[at] = byte == b'_' || byte.is_ascii_alphanumeric();
        at += 1;
    }
    bytes
};

/// `unicode.IsLetter`, `unicode.IsDigit` or an underscore.
fn is_alphanumeric(character: char) -> bool {
    if let Ok(byte) = u8::try_from(character)
        && byte.is_ascii()
    {
        return is_word_byte(byte);
    }
    characters::is(Class::Letter, character) || characters::is(Class::Digit, character)
}

/// A character as `%#U` shows it.
fn unicode(character: char) -> String {
    let code = u32::from(character);
    if crate::format::is_printed(character) {
        format!("U+{code:04X} '{character}'")
    } else {
        format!("U+{code:04X}")
    }
}
