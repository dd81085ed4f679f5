//! The values of a TOML text: where each ends, and what comes within it.

use gotemplate::format::quote;

use super::cursor::{Refusal, is_blank, is_line_end, quoted};
use super::read::{Read, Reader};
use super::scalar;
use super::tables::{Node, Table};

impl Reader<'_> {
    fn refuse_value(&self, message: String) -> Refusal {
        self.cursor.refuse_here(message)
    }

    /// What stands behind a bracket.
    pub(super) fn array(&mut self, depth: usize) -> Read<Node> {
        let key = self.tables.key.clone();
        self.tables.note(&key, true);
        let mut items = Vec::new();
        loop {
            self.blanks_and_comments()?;
            match self.cursor.peek()? {
                Some(',') => {
                    self.cursor.next()?;
                    return Err(self.refuse_value("unexpected comma".to_owned()));
                }
                Some(']') => break,
                _ => items.push(self.value(true, depth + 1)?),
            }
            self.blanks_and_comments()?;
            match self.cursor.peek()? {
                Some(',') => drop(self.cursor.next()?),
                Some(']') => break,
                _ => {
                    let met = self.cursor.next()?;
                    let shown = or_end(met);
                    let what = format!("expected a comma (',') or array terminator (']'), but got {shown}");
                    return Err(self.cursor.refuse(met, what));
                }
            }
        }
        self.cursor.next()?;
        Ok(Node::Array(items))
    }

    /// What stands behind a brace.
    pub(super) fn inline_table(&mut self, is_in_array: bool, depth: usize) -> Read<Node> {
        let (around, key) = (self.tables.context.clone(), self.tables.key.clone());
        let mut own = around.clone();
        own.push(key.clone());
        self.tables.context.clone_from(&own);
        self.tables.key.clear();
        self.tables.mark_implicit(&own);
        self.tables.enter(&own, is_in_array).map_err(|told| self.refuse_key(told))?;
        let mut table = Table::new();
        loop {
            self.blanks_and_comments()?;
            match self.cursor.peek()? {
                Some(',') => {
                    self.cursor.next()?;
                    return Err(self.refuse_value("unexpected comma".to_owned()));
                }
                Some('}') => break,
                _ => self.inner_entry(&mut table, depth)?,
            }
            self.tables.context.clone_from(&own);
            if !self.is_followed()? {
                break;
            }
        }
        self.cursor.next()?;
        (self.tables.context, self.tables.key) = (around, key);
        Ok(Node::Table(table))
    }

    /// Whether a comma follows with something behind it; else the closing brace is next.
    fn is_followed(&mut self) -> Read<bool> {
        self.blanks_and_comments()?;
        match self.cursor.peek()? {
            Some('}') => Ok(false),
            Some(',') => {
                self.cursor.next()?;
                self.cursor.skip(is_blank)?;
                if self.cursor.peek()? == Some('}') { Ok(false) } else { Ok(true) }
            }
            _ => {
                let met = self.cursor.next()?;
                let shown = or_end(met);
                let what =
                    format!("expected a comma or an inline table terminator '}}', but got {shown} instead");
                Err(self.cursor.refuse(met, what))
            }
        }
    }

    /// An entry of a table in braces, kept with the other tables and in `table`.
    fn inner_entry(&mut self, table: &mut Table, depth: usize) -> Read<()> {
        let (parents, key, value) = self.entry(depth + 1)?;
        let mut table = table;
        for parent in parents {
            table = match table.entry(parent).or_insert_with(|| Node::Table(Table::new())) {
                Node::Table(table) => table,
                _ => return Ok(()),
            };
        }
        table.insert(key, value);
        Ok(())
    }

    fn blanks_and_comments(&mut self) -> Read<()> {
        loop {
            self.cursor.skip(|character| is_blank(character) || is_line_end(character))?;
            match self.cursor.peek()? {
                Some('#') => self.comment()?,
                _ => return Ok(()),
            }
        }
    }

    /// Whether a quote that was met is the first of three.
    pub(super) fn is_tripled(&mut self, quote: char) -> Read<bool> {
        let start = self.cursor.at();
        let is_tripled = self.cursor.accept(quote)? && self.cursor.accept(quote)?;
        if !is_tripled {
            self.cursor.back_to(start);
        }
        Ok(is_tripled)
    }

    /// What stands behind a double quote, to the next one.
    pub(super) fn text(&mut self) -> Read<String> {
        let start = self.cursor.at();
        loop {
            match self.cursor.next()? {
                None => return Err(self.cursor.refuse(None, "unexpected EOF; expected '\"'".to_owned())),
                Some(character) if is_line_end(character) => {
                    return Err(self.cursor.refuse_before("strings cannot contain newlines".to_owned()));
                }
                Some('\\') => self.escape(start)?,
                Some('"') => break,
                Some(_) => {}
            }
        }
        let content = self.cursor.since(start);
        let content = content.strip_suffix('"').unwrap_or(content);
        scalar::unescaped(content).map_err(|told| self.refuse_value(told))
    }

    /// What stands behind a single quote, to the next one.
    pub(super) fn raw_text(&mut self) -> Read<String> {
        let start = self.cursor.at();
        loop {
            match self.cursor.next()? {
                None => return Err(self.cursor.refuse(None, "unexpected EOF; expected \"'\"".to_owned())),
                Some(character) if is_line_end(character) => {
                    return Err(self.cursor.refuse_before("strings cannot contain newlines".to_owned()));
                }
                Some('\'') => break,
                Some(_) => {}
            }
        }
        let content = self.cursor.since(start);
        Ok(content.strip_suffix('\'').unwrap_or(content).to_owned())
    }

    /// What stands behind three double quotes.
    pub(super) fn long_text(&mut self) -> Read<Node> {
        let content = self.long('"')?;
        let content = scalar::without_escaped_line_ends(scalar::without_first_line_end(content));
        scalar::unescaped(&content).map(Node::Text).map_err(|told| self.refuse_value(told))
    }

    /// What stands behind three single quotes.
    pub(super) fn long_raw_text(&mut self) -> Read<Node> {
        let content = self.long('\'')?;
        Ok(Node::Text(scalar::without_first_line_end(content).to_owned()))
    }

    /// A text to its three quotes; one or two more before them belong to it.
    fn long(&mut self, quote: char) -> Read<&str> {
        let start = self.cursor.at();
        let (three, five) = (quote.to_string().repeat(3), quote.to_string().repeat(5));
        loop {
            let met = self.cursor.next()?;
            match met {
                None => {
                    let shown = if quote == '"' { "'\"\"\"'" } else { "\"'''\"" };
                    return Err(self.cursor.refuse(None, format!("unexpected EOF; expected {shown}")));
                }
                Some('\\') if quote == '"' => {
                    if !self.cursor.peek()?.is_some_and(is_line_end) {
                        self.escape(start)?;
                    }
                }
                Some(met) if met == quote && self.is_tripled(quote)? => {
                    if self.cursor.peek()? != Some(quote) {
                        break;
                    }
                    let read = self.cursor.since(start);
                    if read.ends_with(&five) && !read.ends_with(&format!("\\{five}")) {
                        let shown = if quote == '"' { "'\"\"\"\"\"\"'" } else { "\"''''''\"" };
                        return Err(self.refuse_value(format!("unexpected {shown}")));
                    }
                    // The last two may be the first of those that end the text.
                    self.cursor.back_to(self.cursor.at() - 2);
                }
                Some(_) => {}
            }
        }
        let content = self.cursor.since(start);
        Ok(content.strip_suffix(&three).unwrap_or(content))
    }

    /// What stands behind a backslash in a text that began at `start`.
    fn escape(&mut self, start: usize) -> Read<()> {
        let digits = match self.cursor.next()? {
            Some('e' | 'b' | 't' | 'n' | 'f' | 'r' | '"' | ' ' | '\t' | '\\') => return Ok(()),
            Some('x') => (2, "two", 'x'),
            Some('u') => (4, "four", 'u'),
            Some('U') => (8, "eight", 'U'),
            met => {
                let what = format!("invalid escape in string '\\{}'", met.unwrap_or('\0'));
                return Err(match met {
                    None => self.cursor.refuse_before(what),
                    Some(_) => self.refuse_value(what),
                });
            }
        };
        let (count, counted, kind) = digits;
        for _ in 0..count {
            let met = self.cursor.next()?;
            if !met.is_some_and(|digit| digit.is_ascii_hexdigit()) {
                let read = quote(self.cursor.since(start).as_bytes());
                let what =
                    format!("expected {counted} hexadecimal digits after '\\{kind}', but got {read} instead");
                return Err(self.cursor.refuse(met, what));
            }
        }
        Ok(())
    }

    /// A number that begins with a digit, or a time.
    pub(super) fn number_or_date(&mut self) -> Read<Node> {
        let start = self.cursor.at();
        let is_zero = self.cursor.next()? == Some('0');
        if is_zero && let Some(base) = self.cursor.peek()?.filter(|base| matches!(base, 'b' | 'o' | 'x')) {
            return self.based(start, base);
        }
        self.cursor.skip(|digit| digit.is_ascii_digit())?;
        let length = self.cursor.since(start).len();
        match self.cursor.peek()? {
            Some('-' | ':') if !(is_zero && length == 1) => {
                let is_of_time = |character: char| {
                    character.is_ascii_digit()
                        || matches!(character, '-' | ':' | 'T' | 't' | ' ' | '.' | 'Z' | 'z' | '+')
                };
                self.cursor.skip(is_of_time)?;
                self.time_of(self.cursor.since(start).trim())
            }
            Some('_') => self.decimal(start),
            Some('.' | 'e' | 'E') => self.float_since(start),
            _ => self.integer_since(start),
        }
    }

    /// A whole number in another base than ten.
    fn based(&mut self, start: usize, base: char) -> Read<Node> {
        self.cursor.next()?;
        let (name, radix) = match base {
            'b' => ("a binary", 2),
            'o' => ("an octal", 8),
            _ => ("a hexadecimal", 16),
        };
        let next = self.cursor.peek()?;
        if !next.is_some_and(|digit| digit.is_digit(radix)) {
            let read = self.cursor.since(start);
            let what = format!("not {name} number: '{read}{}'", next.unwrap_or('\0'));
            return Err(self.refuse_value(what));
        }
        self.cursor.skip(|digit| digit.is_digit(radix) || digit == '_')?;
        self.integer_since(start)
    }

    /// What stands behind a sign.
    pub(super) fn signed(&mut self, start: usize) -> Read<Node> {
        let met = self.cursor.next()?;
        match met {
            Some(first @ ('i' | 'n')) => {
                let (second, third) = if first == 'i' { ('n', 'f') } else { ('a', 'n') };
                if self.cursor.accept(second)? && self.cursor.accept(third)? {
                    return self.finish_float(start);
                }
                Err(self.refuse_value(format!("invalid float: '{}'", self.cursor.since(start))))
            }
            Some('.') => Err(self.float_without_digit()),
            Some('0') if let Some(base @ ('b' | 'o' | 'x')) = self.cursor.peek()? => {
                let read = self.cursor.since(start);
                Err(self.refuse_value(format!("cannot use sign with non-decimal numbers: '{read}{base}'")))
            }
            Some('0'..='9') => self.decimal(start),
            met => Err(self.cursor.refuse(met, format!("expected a digit but got {}", quoted(met)))),
        }
    }

    /// Digits and what parts them, to the end of a whole number or into a float.
    fn decimal(&mut self, start: usize) -> Read<Node> {
        self.cursor.skip(|digit| digit.is_ascii_digit() || digit == '_')?;
        match self.cursor.peek()? {
            Some('.' | 'e' | 'E') => self.float_since(start),
            _ => self.integer_since(start),
        }
    }

    pub(super) fn float_without_digit(&self) -> Refusal {
        self.refuse_value("floats must start with a digit, not '.'".to_owned())
    }

    /// Whether `inf` or `nan` goes on here behind its first letter, as the original looks for it.
    pub(super) fn is_word_of_float(&mut self) -> Read<bool> {
        Ok(self.cursor.accept('n')? && self.cursor.accept('f')?
            || self.cursor.accept('a')? && self.cursor.accept('n')?)
    }

    fn float_since(&mut self, start: usize) -> Read<Node> {
        let is_of_float = |character: char| {
            character.is_ascii_digit() || matches!(character, '_' | '.' | '-' | '+' | 'e' | 'E')
        };
        self.cursor.skip(is_of_float)?;
        self.finish_float(start)
    }

    pub(super) fn finish_float(&mut self, start: usize) -> Read<Node> {
        let number = scalar::float(self.cursor.since(start));
        number.map(Node::Float).map_err(|told| self.refuse_value(told))
    }

    fn integer_since(&mut self, start: usize) -> Read<Node> {
        let number = scalar::integer(self.cursor.since(start));
        number.map(Node::Integer).map_err(|told| self.refuse_value(told))
    }

    fn time_of(&self, written: &str) -> Read<Node> {
        let normal = written.replace('z', "Z").replace(['t', ' '], "T");
        let time = (self.time)(&normal).map(Node::Time);
        time.ok_or_else(|| self.refuse_value(format!("invalid datetime: {}", quote(normal.as_bytes()))))
    }

    /// `true` or `false`.
    pub(super) fn word(&mut self) -> Read<Node> {
        let start = self.cursor.at();
        self.cursor.skip(char::is_alphabetic)?;
        match self.cursor.since(start) {
            "true" => Ok(Node::Bool(true)),
            "false" => Ok(Node::Bool(false)),
            word => {
                let what = format!("expected value but found {} instead", quote(word.as_bytes()));
                // What was met behind the word was the end.
                Err(self.cursor.refuse_here(what))
            }
        }
    }
}

/// A character in single quotes, or the end.
fn or_end(met: Option<char>) -> String {
    met.map_or_else(|| "end of file".to_owned(), |met| format!("'{met}'"))
}
