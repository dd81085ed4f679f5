//! The characters of a TOML text, one by one, with the line that each stands in.
//!
//! Takes bytes; refuses what stands in no TOML text, in the words of `BurntSushi/toml`. Knows nothing of what the characters
//! mean.

/// Why a text is not read, in the original's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) line: usize,
    pub(super) message: String,
}

/// A place in a text.
pub(super) struct Cursor<'t> {
    text: &'t str,
    /// The byte behind `text` that is no UTF-8.
    broken: Option<u8>,
    at: usize,
    line: usize,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(bytes: &'t [u8]) -> Self {
        let chunk = bytes.utf8_chunks().next();
        let (text, broken) = match chunk {
            Some(chunk) => (chunk.valid(), chunk.invalid().first().copied()),
            None => ("", None),
        };
        Self { text, broken, at: 0, line: 1 }
    }

    /// The next character; none at the end.
    pub(super) fn next(&mut self) -> Result<Option<char>, Refusal> {
        let mut rest = self.text.get(self.at..).unwrap_or_default().chars();
        let Some(character) = rest.next() else {
            return match self.broken {
                Some(byte) => Err(self.refuse_here(format!("invalid UTF-8 byte: 0x{byte:02x}"))),
                None => Ok(None),
            };
        };
        let is_control = character.is_ascii_control() && !matches!(character, '\t' | '\r' | '\n');
        if is_control || character == '\r' && rest.next() != Some('\n') {
            let code = u32::from(character);
            return Err(
                self.refuse_here(format!("TOML files cannot contain control characters: '0x{code:02x}'"))
            );
        }
        self.at += character.len_utf8();
        self.line += usize::from(character == '\n');
        Ok(Some(character))
    }

    /// The next character, which stays.
    pub(super) fn peek(&mut self) -> Result<Option<char>, Refusal> {
        let (at, line) = (self.at, self.line);
        let character = self.next();
        (self.at, self.line) = (at, line);
        character
    }

    /// Goes over the next character if it is this one.
    pub(super) fn accept(&mut self, wanted: char) -> Result<bool, Refusal> {
        let is_wanted = self.peek()? == Some(wanted);
        if is_wanted {
            self.next()?;
        }
        Ok(is_wanted)
    }

    /// Goes over characters of a kind.
    pub(super) fn skip(&mut self, is_skipped: impl Fn(char) -> bool) -> Result<(), Refusal> {
        while self.peek()?.is_some_and(&is_skipped) {
            self.next()?;
        }
        Ok(())
    }

    /// Goes back to a place before.
    pub(super) fn back_to(&mut self, at: usize) {
        let passed = self.text.get(at..self.at).unwrap_or_default();
        self.line -= passed.bytes().filter(|byte| *byte == b'\n').count();
        self.at = at;
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn line(&self) -> usize {
        self.line
    }

    /// What stands from a place to here.
    pub(super) fn since(&self, start: usize) -> &'t str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// Why what was met last is refused. What ends too early ends on the line of the last character.
    pub(super) fn refuse(&self, met: Option<char>, message: String) -> Refusal {
        let is_at_end = met.is_none() && self.since(0).ends_with('\n');
        Refusal { line: self.line - usize::from(is_at_end), message }
    }

    /// The same on this line, whatever was met.
    pub(super) fn refuse_here(&self, message: String) -> Refusal {
        Refusal { line: self.line, message }
    }

    /// The same on the line before, which an end of line was met at.
    pub(super) fn refuse_before(&self, message: String) -> Refusal {
        Refusal { line: self.line.saturating_sub(1), message }
    }
}

/// A character in the words of the original, which knows the end as a zero.
pub(super) fn quoted(met: Option<char>) -> String {
    gotemplate::format::quote_rune(met.unwrap_or('\0'))
}

pub(super) fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t')
}

pub(super) fn is_line_end(character: char) -> bool {
    matches!(character, '\n' | '\r')
}
