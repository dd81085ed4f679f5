//! Sections of `key = value`, as the Go package `ini` reads and writes them with the options that SOPS sets.
//!
//! A document is a branch with one entry per section; a section's first item is its comment if it has one, and a key's comment
//! stands behind the key. Sections of one name stay apart. Values over several lines (continued by `\`, or in three quotes) are
//! read as that package does.

use std::collections::BTreeMap;

use text::{Span, TextId};

use super::dotenv::span;
use super::{PrintStore, ReadStore, plain_text};
use crate::tree::{Branch, Data, Item, Key, Value};
use crate::{Clear, Format};

/// The section before the first header.
const DEFAULT_SECTION: &str = "DEFAULT";
const DELIMITERS: [char; 2] = ['=', ':'];

/// Reads the sections.
pub(super) fn read(text: TextId, bytes: &[u8]) -> Result<Branch, ReadStore> {
    let source = std::str::from_utf8(bytes).map_err(|_| ReadStore::ReadText)?;
    let mut reader = Reader {
        text,
        source,
        at: source.strip_prefix('\u{feff}').map_or(0, |_| '\u{feff}'.len_utf8()),
        line: 0,
        comment: String::new(),
        sections: vec![Section::named(DEFAULT_SECTION, Span::new(text, 0..0))],
        unnamed: 1,
    };
    while let Some(line) = reader.next_line() {
        reader.read_line(line)?;
    }
    Ok(reader.finish())
}

struct Reader<'t> {
    text: TextId,
    source: &'t str,
    /// Where the next line begins.
    at: usize,
    /// The number of the line that was read last, from 1.
    line: usize,
    /// What waits for the next key or section.
    comment: String,
    sections: Vec<Section>,
    /// The number of the next key that is written `-`.
    unnamed: usize,
}

struct Section {
    name: String,
    span: Span,
    comment: String,
    keys: Vec<SectionKey>,
    /// Where each key stands among them.
    positions: BTreeMap<String, usize>,
}

struct SectionKey {
    name: String,
    span: Span,
    value: Value,
    comment: String,
}

impl Section {
    fn named(name: &str, span: Span) -> Self {
        Self {
            name: name.to_owned(),
            span,
            comment: String::new(),
            keys: Vec::new(),
            positions: BTreeMap::new(),
        }
    }
}

impl<'t> Reader<'t> {
    /// The next line with its end.
    fn next_line(&mut self) -> Option<&'t str> {
        let line = self.source.get(self.at..)?.split_inclusive('\n').next()?;
        self.at += line.len();
        self.line += 1;
        Some(line)
    }

    fn wrong(&self, what: &'static str) -> ReadStore {
        ReadStore::ReadLine { line: self.line, what }
    }

    fn read_line(&mut self, line: &'t str) -> Result<(), ReadStore> {
        let content = line.trim_start();
        let start = self.at - content.len();
        match content.chars().next() {
            None => Ok(()),
            Some('#' | ';') => {
                self.comment.push_str(content);
                Ok(())
            }
            Some('[') => self.read_section(content, start),
            Some(_) => self.read_key(content, start),
        }
    }

    fn read_section(&mut self, content: &str, start: usize) -> Result<(), ReadStore> {
        let end = content.rfind(']').ok_or_else(|| self.wrong("a section without its bracket"))?;
        let name = content.get(1..end).unwrap_or_default();
        if name.is_empty() {
            return Err(self.wrong("a section without a name"));
        }
        let behind = content.get(end + 1..).unwrap_or_default();
        self.comment.push_str(comment_in(behind));
        let mut section = Section::named(name, span(self.text, start + 1..start + end));
        section.comment = self.take_comment();
        self.sections.push(section);
        self.unnamed = 1;
        Ok(())
    }

    fn read_key(&mut self, content: &str, start: usize) -> Result<(), ReadStore> {
        let (name, behind) = key_name(content).map_err(|what| self.wrong(what))?;
        let mut name = name.to_owned();
        if name == "-" {
            name = format!("#{}", self.unnamed);
            self.unnamed += 1;
        }
        if name.is_empty() {
            return Err(self.wrong("a key without a name"));
        }
        let value_start = start + behind;
        let value = self.read_value(content.get(behind..).unwrap_or_default())?;
        let written = self.source.get(value_start..self.at).unwrap_or_default();
        let blank = written.len() - written.trim_start().len();
        let value_span =
            span(self.text, value_start + blank..value_start + written.trim_end().len().max(blank));
        let value = Value::new(Data::Text(value.into()), value_span);
        let comment = self.take_comment();
        let key_span = span(self.text, start..start + name.len());
        let Some(section) = self.sections.last_mut() else { return Ok(()) };
        let position = section.positions.get(&name).copied();
        match position.and_then(|position| section.keys.get_mut(position)) {
            Some(key) => (key.value, key.comment) = (value, comment),
            None => {
                section.positions.insert(name.clone(), section.keys.len());
                section.keys.push(SectionKey { name, span: key_span, value, comment });
            }
        }
        Ok(())
    }

    fn read_value(&mut self, written: &str) -> Result<String, ReadStore> {
        let line = written.trim_start();
        let quote = if line.len() > 3 && line.starts_with("\"\"\"") {
            "\"\"\""
        } else if line.starts_with('`') {
            "`"
        } else {
            return Ok(self.plain_value(line));
        };
        let inner = line.get(quote.len()..).unwrap_or_default();
        match inner.rfind(quote) {
            Some(end) => Ok(inner.get(..end).unwrap_or_default().to_owned()),
            None => self.quoted_lines(inner, quote),
        }
    }

    /// A value whose quote is closed on a later line.
    fn quoted_lines(&mut self, first: &str, quote: &str) -> Result<String, ReadStore> {
        let mut value = first.to_owned();
        while let Some(next) = self.next_line() {
            match next.rfind(quote) {
                Some(end) if !next[end + quote.len()..].trim().ends_with('\\') => {
                    value.push_str(&next[..end]);
                    self.comment.push_str(comment_in(&next[end..]).trim());
                    return Ok(value);
                }
                _ => value.push_str(next),
            }
        }
        Err(self.wrong("a value without its closing quote"))
    }

    fn plain_value(&mut self, line: &str) -> String {
        let line = line.trim();
        if let Some(continued) = line.strip_suffix('\\') {
            return self.continued_lines(continued);
        }
        let mut line = line;
        if let Some(at) = line.find(['#', ';']) {
            self.comment.push_str(&line[at..]);
            line = line[..at].trim();
        }
        for quote in ['\'', '"'] {
            let inner = line.strip_prefix(quote).and_then(|line| line.strip_suffix(quote));
            if let Some(inner) = inner.filter(|inner| !inner.contains(quote)) {
                return inner.to_owned();
            }
        }
        line.to_owned()
    }

    fn continued_lines(&mut self, first: &str) -> String {
        let mut value = first.to_owned();
        while let Some(next) = self.next_line().map(str::trim).filter(|next| !next.is_empty()) {
            value.push_str(next);
            match value.strip_suffix('\\').map(str::len) {
                Some(length) => value.truncate(length),
                None => break,
            }
        }
        value
    }

    fn take_comment(&mut self) -> String {
        std::mem::take(&mut self.comment).trim().to_owned()
    }

    fn finish(self) -> Branch {
        let mut branch = Branch::default();
        for Section { name, span, comment, keys, positions: _ } in self.sections {
            let mut items = Branch::default();
            push_comment(&mut items, &comment);
            for SectionKey { name, span, value, comment } in keys {
                items.push(name, span, value);
                push_comment(&mut items, &comment);
            }
            branch.push(name, span, Value::new(Data::Branch(items), span));
        }
        branch
    }
}

/// Adds a comment without the signs that it begins with.
fn push_comment(branch: &mut Branch, comment: &str) {
    let text = match comment.chars().next() {
        None => return,
        Some(sign @ (';' | '#')) => comment.trim_start_matches([sign, ' ']),
        Some(_) => comment,
    };
    branch.push_comment(Clear::from(text), false);
}

/// The comment in what stands behind a header or a quote.
fn comment_in(behind: &str) -> &str {
    behind.find(['#', ';']).map_or("", |at| &behind[at..])
}

/// The name of a key and where what stands behind its delimiter begins.
fn key_name(content: &str) -> Result<(&str, usize), &'static str> {
    const NO_DELIMITER: &str = "no assignment";
    let quote = if content.len() > 6 && content.starts_with("\"\"\"") {
        "\"\"\""
    } else if content.starts_with('"') {
        "\""
    } else if content.starts_with('`') {
        "`"
    } else {
        let end = content.find(DELIMITERS).ok_or(NO_DELIMITER)?;
        return if end == 0 { Err("a key without a name") } else { Ok((content[..end].trim(), end + 1)) };
    };
    let inner = content.get(quote.len()..).unwrap_or_default();
    let end = inner.find(quote).ok_or("a key without its closing quote")?;
    let behind = quote.len() + end + quote.len();
    let rest = content.get(behind..).unwrap_or_default();
    let delimiter = rest.find(DELIMITERS).ok_or(NO_DELIMITER)?;
    Ok((inner[..end].trim(), behind + delimiter + 1))
}

/// Prints the sections, the equals signs of each under one another.
pub(super) fn print(branch: &Branch) -> Result<Clear, PrintStore> {
    let mut printed = Vec::new();
    let sections: Vec<_> = branch.entries().collect();
    for (index, entry) in sections.iter().enumerate() {
        let hold = |key: &str| PrintStore::HoldValue { format: Format::Ini.name(), key: key.to_owned() };
        let Key::Text(name) = &entry.key else { continue };
        let Data::Branch(items) = &entry.value.data else { return Err(hold(name)) };
        let section = printed_section(items, &hold)?;
        print_comment(&mut printed, &section.comment, Clear::expose);
        if index > 0 || name.to_uppercase() != DEFAULT_SECTION {
            printed.extend_from_slice(format!("[{name}]\n").as_bytes());
        } else if section.keys.is_empty() {
            continue;
        }
        print_keys(&mut printed, &section.keys);
        if index + 1 < sections.len() {
            printed.push(b'\n');
        }
    }
    Ok(Clear::new(printed))
}

/// A section as it is printed: of a key that stands twice the later value, of several comments behind a key the last.
struct PrintedSection<'b> {
    comment: Option<&'b Clear>,
    keys: Vec<(String, Vec<u8>, Option<&'b Clear>)>,
}

fn printed_section<'b>(
    items: &'b Branch,
    hold: &impl Fn(&str) -> PrintStore,
) -> Result<PrintedSection<'b>, PrintStore> {
    let mut section = PrintedSection { comment: None, keys: Vec::new() };
    let mut positions: BTreeMap<&str, usize> = BTreeMap::new();
    let mut last = None;
    for (index, item) in items.items.iter().enumerate() {
        match item {
            Item::Comment(comment) if index == 0 => section.comment = Some(&comment.text),
            Item::Comment(comment) => {
                if let Some(key) = last.and_then(|last: usize| section.keys.get_mut(last)) {
                    key.2 = Some(&comment.text);
                }
            }
            Item::Entry(entry) => {
                let Key::Text(name) = &entry.key else { continue };
                let value = plain_text(&entry.value.data).ok_or_else(|| hold(name))?;
                let position = positions.get(name.as_str()).copied();
                match position.and_then(|position| section.keys.get_mut(position)) {
                    Some(key) => key.1 = value,
                    None => {
                        positions.insert(name, section.keys.len());
                        section.keys.push((name.clone(), value, None));
                    }
                }
                last = position.or(Some(section.keys.len() - 1));
            }
        }
    }
    Ok(section)
}

fn print_keys(printed: &mut Vec<u8>, keys: &[(String, Vec<u8>, Option<&Clear>)]) {
    let width = keys.iter().map(|(name, ..)| quoted_name(name).len()).max().unwrap_or(0);
    for (name, value, comment) in keys {
        print_comment(printed, comment, Clear::expose);
        let name = quoted_name(name);
        printed.extend_from_slice(name.as_bytes());
        printed.extend(std::iter::repeat_n(b' ', width - name.len()));
        printed.extend_from_slice(b" = ");
        let quote = value_quote(value);
        printed.extend_from_slice(quote.as_bytes());
        printed.extend_from_slice(value);
        printed.extend_from_slice(quote.as_bytes());
        printed.push(b'\n');
    }
}

fn print_comment<'c>(
    printed: &mut Vec<u8>,
    comment: &Option<&'c Clear>,
    bytes: impl Fn(&'c Clear) -> &'c [u8],
) {
    let Some(comment) = comment.map(bytes).filter(|comment| !comment.is_empty()) else { return };
    for line in comment.split(|byte| *byte == b'\n') {
        match line.first() {
            Some(sign @ (b'#' | b';')) => {
                printed.extend([*sign, b' ']);
                printed.extend_from_slice(line[1..].trim_ascii());
            }
            _ => {
                printed.extend_from_slice(b"; ");
                printed.extend_from_slice(line);
            }
        }
        printed.push(b'\n');
    }
}

fn quoted_name(name: &str) -> String {
    if name.contains('"') || name.contains(DELIMITERS) {
        format!("`{name}`")
    } else if name.contains('`') {
        format!("\"\"\"{name}\"\"\"")
    } else {
        name.to_owned()
    }
}

/// The quote that a value needs so that it is read back as it is.
fn value_quote(value: &[u8]) -> &'static str {
    let has = |signs: &[u8]| value.iter().any(|byte| signs.contains(byte));
    let is_padded = std::str::from_utf8(value).is_ok_and(|text| text.trim().len() != text.len());
    if has(b"\n`") {
        "\"\"\""
    } else if has(b"#;") {
        "`"
    } else if is_padded {
        "\""
    } else {
        ""
    }
}
