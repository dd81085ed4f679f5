//! Reads the text of a lock: lines of comments, heads of entries, and fields in quotes.
//!
//! What is not understood is refused at its place, never passed over: a lock that is half read would lock half.

use crate::{ChartKey, FORMAT, Lock, SourceKey};

/// Bytes of a lock. An entry has some three hundred; the bound is that of 50,000, more than any repository uses.
pub const BYTES_MAX: usize = 16 << 20;

/// What is wrong with a lock, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{line}:{column}: {message}")]
pub struct ReadLock {
    /// The line, from 1.
    pub line: usize,
    /// The column, in characters, from 1.
    pub column: usize,
    /// What, with what would be right.
    pub message: String,
}

/// A field: where it stands, and its text.
struct Field {
    line: usize,
    name: String,
    value: String,
    /// The column of the value.
    column: usize,
}

/// An entry as it is written.
struct Entry {
    line: usize,
    kind: String,
    fields: Vec<Field>,
}

/// Reads the text of a lock.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn read(bytes: &[u8]) -> Result<Lock, ReadLock> {
    if bytes.len() > BYTES_MAX {
        return Err(at(1, 1, format!("a lock has at most {BYTES_MAX} bytes")));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| not_text(bytes, error.valid_up_to()))?;
    let mut lock = Lock::default();
    for entry in entries(text)? {
        take(&mut lock, &entry)?;
    }
    Ok(lock)
}

fn at(line: usize, column: usize, message: impl Into<String>) -> ReadLock {
    ReadLock { line, column, message: message.into() }
}

fn not_text(bytes: &[u8], offset: usize) -> ReadLock {
    let before = String::from_utf8_lossy(bytes.get(..offset).unwrap_or_default()).into_owned();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    at(line, column, "this is no text in UTF-8")
}

/// The entries of a text, after its version was found to be known.
fn entries(text: &str) -> Result<Vec<Entry>, ReadLock> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut has_format = false;
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|mark| line.starts_with(mark)) {
            return Err(at(
                number,
                1,
                "two versions of the file were not merged: `liftlock fetch` writes it again once one is taken",
            ));
        }
        if !has_format {
            check_format(line, number)?;
            has_format = true;
        } else if let Some(kind) = line.strip_prefix("[[") {
            let kind =
                kind.strip_suffix("]]").ok_or_else(|| at(number, 1, "the head of an entry is [[KIND]]"))?;
            entries.push(Entry { line: number, kind: kind.to_owned(), fields: Vec::new() });
        } else {
            let field = field(line, number)?;
            let entry = entries.last_mut();
            entry
                .ok_or_else(|| {
                    at(number, 1, "a field stands below [[chart]], [[repository]] or [[artifact]]")
                })?
                .fields
                .push(field);
        }
    }
    if has_format { Ok(entries) } else { Err(foreign(1, text)) }
}

fn check_format(line: &str, number: usize) -> Result<(), ReadLock> {
    match line.strip_prefix("format = ") {
        Some(FORMAT) => Ok(()),
        Some(other) => Err(at(
            number,
            10,
            format!("this liftlock reads locks of format {FORMAT}, and this one is of format {other}"),
        )),
        None => Err(foreign(number, line)),
    }
}

fn foreign(number: usize, line: &str) -> ReadLock {
    let found = line.chars().take(SHOWN_CHARACTERS_MAX).collect::<String>();
    at(number, 1, format!("no lock of liftlock: it begins with `format = {FORMAT}`, and not with {found:?}"))
}

/// Characters of a line that are shown where it is not understood: enough to see whose it is.
const SHOWN_CHARACTERS_MAX: usize = 40;

/// A line `name = "value"`.
fn field(line: &str, number: usize) -> Result<Field, ReadLock> {
    let form = |column| at(number, column, "expected a field such as version = \"1.2.3\"");
    let (name, quoted) = line.split_once(" = ").ok_or_else(|| form(1))?;
    let column = name.chars().count() + " = ".len() + 1;
    let inner = quoted.strip_prefix('"').ok_or_else(|| form(column))?;
    let mut value = String::new();
    let mut characters = inner.chars().enumerate();
    while let Some((offset, character)) = characters.next() {
        let here = column + 1 + offset;
        match character {
            '"' => {
                return match characters.next() {
                    None => Ok(Field { line: number, name: name.to_owned(), value, column }),
                    Some(_) => Err(at(number, here + 1, "nothing stands behind the closing quote")),
                };
            }
            '\\' => value.push(escaped(&mut characters).ok_or_else(|| {
                at(number, here, "behind a backslash stands a quote, a backslash, or u and four digits")
            })?),
            character => value.push(character),
        }
    }
    Err(at(number, column, "the closing quote is missing"))
}

fn escaped(characters: &mut impl Iterator<Item = (usize, char)>) -> Option<char> {
    match characters.next()?.1 {
        character @ ('"' | '\\') => Some(character),
        'u' => {
            let digits: String = characters.by_ref().take(4).map(|(_, digit)| digit).collect();
            let is_whole = digits.len() == 4 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
            is_whole.then(|| u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32))?
        }
        _ => None,
    }
}

/// Takes an entry into the lock.
fn take(lock: &mut Lock, entry: &Entry) -> Result<(), ReadLock> {
    let twice = || at(entry.line, 1, format!("this {} is written twice", entry.kind));
    match entry.kind.as_str() {
        "chart" => {
            let [name, address, version, digest] = entry.values(["name", "address", "version", "digest"])?;
            check_digest(digest)?;
            for field in [name, address, version] {
                check_said(field)?;
            }
            let key = ChartKey {
                name: name.value.clone(),
                address: address.value.clone(),
                version: version.value.clone(),
            };
            if lock.charts.insert(key, digest.value.clone()).is_some() { Err(twice()) } else { Ok(()) }
        }
        "repository" => {
            let [address, reference, commit] = entry.values(["address", "reference", "commit"])?;
            check_said(address)?;
            check_commit(commit)?;
            let known = lock.repositories.insert(source_key(address, reference), commit.value.clone());
            if known.is_some() { Err(twice()) } else { Ok(()) }
        }
        "artifact" => {
            let [address, reference, digest] = entry.values(["address", "reference", "digest"])?;
            check_said(address)?;
            check_digest(digest)?;
            let known = lock.artifacts.insert(source_key(address, reference), digest.value.clone());
            if known.is_some() { Err(twice()) } else { Ok(()) }
        }
        other => Err(at(
            entry.line,
            3,
            format!("'{}' is none of chart, repository, artifact", other.escape_debug()),
        )),
    }
}

fn source_key(address: &Field, reference: &Field) -> SourceKey {
    SourceKey { address: address.value.clone(), reference: reference.value.clone() }
}

impl Entry {
    /// The fields of these names; no other may be there.
    fn values<const COUNT: usize>(&self, names: [&str; COUNT]) -> Result<[&Field; COUNT], ReadLock> {
        for (index, field) in self.fields.iter().enumerate() {
            let name = field.name.escape_debug();
            if !names.contains(&field.name.as_str()) {
                let message = format!("a {} has no field '{name}', only {}", self.kind, names.join(", "));
                return Err(at(field.line, 1, message));
            }
            if self.fields.iter().take(index).any(|before| before.name == field.name) {
                return Err(at(field.line, 1, format!("'{name}' is written twice")));
            }
        }
        let mut found = Vec::with_capacity(COUNT);
        for name in names {
            let field = self.fields.iter().find(|field| field.name == name);
            found.push(field.ok_or_else(|| at(self.line, 1, format!("this {} has no {name}", self.kind)))?);
        }
        found.try_into().map_err(|_| at(self.line, 1, "fields are missing"))
    }
}

fn check_said(field: &Field) -> Result<(), ReadLock> {
    if field.value.is_empty() {
        return Err(at(field.line, field.column, format!("'{}' is empty", field.name)));
    }
    Ok(())
}

fn check_digest(field: &Field) -> Result<(), ReadLock> {
    let is_digest = field.value.strip_prefix("sha256:").is_some_and(|digits| is_hexadecimal(digits, &[64]));
    if is_digest {
        Ok(())
    } else {
        Err(at(field.line, field.column, "a digest is sha256: and 64 hexadecimal digits"))
    }
}

fn check_commit(field: &Field) -> Result<(), ReadLock> {
    if is_hexadecimal(&field.value, &[40, 64]) {
        return Ok(());
    }
    Err(at(field.line, field.column, "a commit is 40 or 64 hexadecimal digits"))
}

fn is_hexadecimal(text: &str, lengths: &[usize]) -> bool {
    lengths.contains(&text.len()) && text.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
}
