//! A TOML text to tables: the grammar.
//!
//! Takes a text; gives what it says, or the words by which `BurntSushi/toml` refuses it: the line, the key that was read
//! last, and what was met. Reads what TOML 1.1 allows, as the original does.

use gotemplate::Value;
use gotemplate::format::quote;

use super::cursor::{Cursor, Refusal, is_blank, is_line_end, quoted};
use super::tables::{Node, Table, Tables};

/// Collections within one another: the original has no bound, and texts that people write nest a few.
const DEPTH_MAX: usize = 500;

/// Bytes that are looked at for zeros, which only UTF-16 has.
const START_BYTES: usize = 6;

pub(super) type Read<T> = Result<T, Refusal>;

/// Reads a text; `time` gives the time that a text shows.
///
/// # Errors
/// In the original's words.
pub(super) fn read(bytes: &[u8], time: &dyn Fn(&str) -> Option<Value>) -> Result<Table, String> {
    let marks: [&[u8]; 3] = [b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf"];
    let bytes = marks.iter().find_map(|mark| bytes.strip_prefix(*mark)).unwrap_or(bytes);
    if bytes.iter().take(START_BYTES).any(|byte| *byte == 0) {
        let what = "files cannot contain NULL bytes; probably using UTF-16; TOML files must be UTF-8";
        return Err(format!("toml: line 1: {what}"));
    }
    let mut reader = Reader { cursor: Cursor::new(bytes), tables: Tables::default(), time, key_line: 1 };
    let refused = match reader.document() {
        Ok(()) => return Ok(reader.tables.root),
        Err(refused) => refused,
    };
    let (line, message) = (refused.line, refused.message);
    let last = reader.tables.current();
    let last = if last.is_empty() { last } else { format!(" (last key {})", quote_text(&last)) };
    Err(format!("toml: line {line}{last}: {message}"))
}

fn quote_text(text: &str) -> String {
    quote(text.as_bytes())
}

/// A text that is read.
pub(super) struct Reader<'t> {
    pub(super) cursor: Cursor<'t>,
    pub(super) tables: Tables,
    pub(super) time: &'t dyn Fn(&str) -> Option<Value>,
    /// Where the first part of the key stands that was read last.
    key_line: usize,
}

impl Reader<'_> {
    fn document(&mut self) -> Read<()> {
        loop {
            self.cursor.skip(|character| is_blank(character) || is_line_end(character))?;
            match self.cursor.peek()? {
                None => return Ok(()),
                Some('#') => self.comment()?,
                Some('[') => {
                    self.cursor.next()?;
                    self.header()?;
                    self.end_of_item()?;
                }
                Some(_) => {
                    let around = self.tables.context.clone();
                    self.entry(0)?;
                    self.tables.context = around;
                    self.tables.key.clear();
                    self.end_of_item()?;
                }
            }
        }
    }

    /// Goes to the end of the line.
    pub(super) fn comment(&mut self) -> Read<()> {
        self.cursor.skip(|character| !is_line_end(character))
    }

    fn end_of_item(&mut self) -> Read<()> {
        self.cursor.skip(is_blank)?;
        match self.cursor.next()? {
            None => Ok(()),
            Some('#') => self.comment(),
            Some(character) if is_line_end(character) => Ok(()),
            met => Err(self.cursor.refuse(
                met,
                format!(
                    "expected a top-level item to end with a newline, comment, or EOF, but got {} instead",
                    quoted(met)
                ),
            )),
        }
    }

    /// What stands behind the first bracket of a header.
    fn header(&mut self) -> Read<()> {
        let is_array = self.cursor.accept('[')?;
        let mut keys = Vec::new();
        self.key_line = 0;
        loop {
            self.cursor.skip(is_blank)?;
            let name = match self.cursor.peek()? {
                None | Some(']') => {
                    let what = "unexpected end of table name (table names cannot be empty)";
                    return Err(self.cursor.refuse_here(what.to_owned()));
                }
                Some('.') => {
                    let what = "unexpected table separator (table names cannot be empty)";
                    return Err(self.cursor.refuse_here(what.to_owned()));
                }
                Some(_) => self.name()?,
            };
            keys.push(name);
            self.cursor.skip(is_blank)?;
            match self.cursor.next()? {
                Some('.') => {}
                Some(']') => break,
                met => {
                    let what =
                        format!("expected '.' or ']' to end table name, but got {} instead", quoted(met));
                    return Err(self.cursor.refuse(met, what));
                }
            }
        }
        if is_array {
            match self.cursor.next()? {
                Some(']') => {}
                met => {
                    let met_shown = quoted(met);
                    let what = format!(
                        "expected end of table array name delimiter ']', but got {met_shown} instead"
                    );
                    return Err(self.cursor.refuse(met, what));
                }
            }
        }
        let entered = self.tables.enter(&keys, is_array);
        entered.map_err(|told| self.refuse_key(told))?;
        self.tables.note("", false);
        Ok(())
    }

    pub(super) fn refuse_key(&self, message: String) -> Refusal {
        Refusal { line: self.key_line, message }
    }

    /// One part of a key: bare, which may be empty, or in quotes.
    fn name(&mut self) -> Read<String> {
        let name = match self.cursor.peek()? {
            Some('"') => {
                self.cursor.next()?;
                self.text()?
            }
            Some('\'') => {
                self.cursor.next()?;
                self.raw_text()?
            }
            _ => {
                let start = self.cursor.at();
                let is_bare =
                    |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '-');
                self.cursor.skip(is_bare)?;
                self.cursor.since(start).to_owned()
            }
        };
        if self.key_line == 0 {
            self.key_line = self.cursor.line();
        }
        Ok(name)
    }

    /// The parts of a key, and the sign behind it.
    fn key(&mut self) -> Read<Vec<String>> {
        self.cursor.skip(is_blank)?;
        match self.cursor.peek()? {
            None | Some('=') => {
                return Err(self.cursor.refuse_here("unexpected '=': key name appears blank".to_owned()));
            }
            Some('.') => {
                return Err(self
                    .cursor
                    .refuse_here("unexpected '.': keys cannot start with a '.'".to_owned()));
            }
            Some(_) => {}
        }
        self.key_line = 0;
        let mut keys = Vec::new();
        loop {
            self.cursor.skip(is_blank)?;
            match self.cursor.peek()? {
                None | Some('=') => return Err(self.cursor.refuse_here("unexpected '='".to_owned())),
                Some('.') => return Err(self.cursor.refuse_here("unexpected '.'".to_owned())),
                Some(_) => keys.push(self.name()?),
            }
            self.cursor.skip(is_blank)?;
            match self.cursor.next()? {
                Some('.') => {}
                Some('=') => return Ok(keys),
                None => {
                    let what = "unexpected EOF; expected key separator '='";
                    return Err(self.cursor.refuse(None, what.to_owned()));
                }
                met => {
                    let what = format!("expected '.' or '=', but got {} instead", quoted(met));
                    return Err(self.refuse_on_line(met, what));
                }
            }
        }
    }

    /// Why a character is refused that may be the end of its line.
    fn refuse_on_line(&self, met: Option<char>, message: String) -> Refusal {
        if met == Some('\n') { self.cursor.refuse_before(message) } else { self.cursor.refuse(met, message) }
    }

    /// A key with its value, put into the tables; gives them as well, with the tables that a dotted key names.
    pub(super) fn entry(&mut self, depth: usize) -> Read<(Vec<String>, String, Node)> {
        let mut parents = self.key()?;
        let last = parents.pop().unwrap_or_default();
        self.tables.key.clone_from(&last);
        self.tables.enter_parents(&parents).map_err(|told| self.refuse_key(told))?;
        let value = self.value(false, depth)?;
        self.tables.set(&last, value.clone()).map_err(|told| self.refuse_key(told))?;
        self.tables.note(&last, matches!(value, Node::Array(_)));
        Ok((parents, last, value))
    }

    pub(super) fn value(&mut self, is_in_array: bool, depth: usize) -> Read<Node> {
        if depth > DEPTH_MAX {
            return Err(self.cursor.refuse_here("nested too deep".to_owned()));
        }
        self.cursor.skip(is_blank)?;
        let start = self.cursor.at();
        let met = self.cursor.next()?;
        match met {
            Some('0'..='9') => {
                self.cursor.back_to(start);
                self.number_or_date()
            }
            Some('[') => self.array(depth),
            Some('{') => self.inline_table(is_in_array, depth),
            Some('"') if self.is_tripled('"')? => self.long_text(),
            Some('"') => Ok(Node::Text(self.text()?)),
            Some('\'') if self.is_tripled('\'')? => self.long_raw_text(),
            Some('\'') => Ok(Node::Text(self.raw_text()?)),
            Some('.') => Err(self.float_without_digit()),
            Some('-' | '+') => self.signed(start),
            Some('i' | 'n') if self.is_word_of_float()? => self.finish_float(start),
            Some(letter) if letter.is_alphabetic() => {
                // The original goes back by one letter, whatever it took for the start of a float.
                let is_alone = self.cursor.at() == start + letter.len_utf8();
                self.cursor.back_to(if is_alone { start } else { self.cursor.at() - 1 });
                self.word()
            }
            None => Err(self.cursor.refuse(None, "unexpected EOF; expected value".to_owned())),
            met => Err(self.refuse_on_line(met, format!("expected value but found {} instead", quoted(met)))),
        }
    }
}
