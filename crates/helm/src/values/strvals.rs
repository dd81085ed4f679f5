//! The texts of `--set` and its kin: `name.of[0].key=value,other={a,b}`.
//!
//! Takes one such text and the map that it changes; each key and value that it puts there has its span in the text for an
//! origin. Behaves as Helm's strvals do where the text ends early as well, and errs in their words. Reads no file: the
//! content of those that `--set-file` names comes from the caller.

use std::ops::Range;
use std::rc::Rc;

use gotemplate::{Bytes, Data, Element, Ledger, List, Map, MapType, Value};
use text::{Origin, Span, TextId};

use super::json::ValuesOf;
use super::merge_maps;
use crate::HelmVersion;
use crate::json::{ReadJson, read, read_first};
use crate::limits::{INDEX_MAX, NAME_DOTS_MAX, NAME_INDICES_MAX, SET_ITEMS_MAX};

/// What the values of a text are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetKind {
    /// `--set`: bools, null and integers are told from texts.
    Typed,
    /// `--set-string`: all are texts.
    String,
    /// `--set-literal`: one name, and all behind `=` is its text; nothing is escaped.
    Literal,
    /// `--set-json`: all are JSON, so that numbers are floats. For Helm 4 the whole text may be one JSON object.
    Json,
    /// `--set-file`: all are paths of files whose content counts; see [`set_with_files`].
    File,
}

/// The content of a file that `--set-file` names.
#[derive(Clone)]
pub struct FileContent {
    /// The text that the content is.
    pub text: TextId,
    /// The content.
    pub bytes: Bytes,
}

/// Gives the content of a file by the path in a text, or says why there is none, in the words that Helm would show.
pub type ReadFile<'r> = &'r mut dyn FnMut(&str) -> Result<FileContent, String>;

/// A text that was given, and how to read it.
#[derive(Clone, Copy)]
pub struct Given<'t> {
    /// The text.
    pub text: &'t str,
    /// Its id.
    pub id: TextId,
    /// What its values are.
    pub kind: SetKind,
    /// Whose habits count.
    pub version: HelmVersion,
}

/// Why a text is refused. Names keys and indices alone, because a value may be a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseSet {
    /// A key at the end.
    #[error("key {0:?} has no value")]
    EndAfterKey(String),
    /// A key before a comma.
    #[error("key {0:?} has no value (cannot end with ,)")]
    CommaAfterKey(String),
    /// A key with a dot and nothing behind it.
    #[error("key map {0:?} has no value")]
    EmptyMap(String),
    /// More dots than [`NAME_DOTS_MAX`].
    #[error("value name nested level is greater than maximum supported nested level of {NAME_DOTS_MAX}")]
    NestTooDeep,
    /// More indices in one name than [`NAME_INDICES_MAX`].
    #[error("more than {NAME_INDICES_MAX} nested lists in a name")]
    NestListsTooDeep,
    /// An index that is no number.
    #[error("error parsing index: strconv.Atoi: parsing {0:?}: invalid syntax")]
    Index(String),
    /// An index that 64 bits cannot hold.
    #[error("error parsing index: strconv.Atoi: parsing {0:?}: value out of range")]
    IndexOutOfRange(String),
    /// An index without its bracket.
    #[error("error parsing index: EOF")]
    UnclosedIndex,
    /// A negative index.
    #[error("negative {0} index not allowed")]
    NegativeIndex(i64),
    /// An index above [`INDEX_MAX`].
    #[error("index of {0} is greater than maximum supported index of {INDEX_MAX}")]
    IndexTooLarge(i64),
    /// Something between an index and what may follow it.
    #[error("unexpected data at end of array index: [{0}]")]
    AfterIndex(String),
    /// A list without its brace.
    #[error("list must terminate with '}}'")]
    UnclosedList,
    /// More items in the lists of one text than [`SET_ITEMS_MAX`].
    #[error("more than {SET_ITEMS_MAX} items in the lists of one text")]
    TooManyItems,
    /// A value that is no JSON. Helm shows the whole text in place of a reason.
    #[error("the value of a key is not JSON")]
    Json(#[from] ReadJson),
    /// A number of JSON that a 64-bit float cannot hold.
    #[error("the value of a key has a number that is out of range")]
    NumberOutOfRange,
    /// A file without content.
    #[error("{0}")]
    ReadFile(String),
    /// A name that goes through a value of another type.
    #[error("unable to parse key: interface conversion: interface {{}} is {found}, not {wanted}")]
    Convert {
        /// The Go type that is there.
        found: String,
        /// The Go type that the name needs.
        wanted: &'static str,
    },
}

/// Puts what a text says into a map. It has no files: a text of [`SetKind::File`] that names one is refused.
///
/// # Errors
/// If Helm would refuse the text; `into` may have been changed by what stands before the fault.
pub fn set(given: Given<'_>, into: &Map, ledger: &Ledger) -> Result<(), ParseSet> {
    set_with_files(given, into, ledger, &mut |_| Err("no file can be read here".to_owned()))
}

/// Puts what a text says into a map, with the content of the files that a text of [`SetKind::File`] names.
///
/// # Errors
/// If Helm would refuse the text or a file has no content; `into` may have been changed by what stands before the fault.
pub fn set_with_files(
    given: Given<'_>,
    into: &Map,
    ledger: &Ledger,
    files: ReadFile<'_>,
) -> Result<(), ParseSet> {
    let Given { text, id, kind, version } = given;
    if kind == SetKind::Json && version == HelmVersion::V4 && text.trim_start().starts_with('{') {
        return set_object(given, into, ledger);
    }
    let mut parser = Parser { text, id, at: 0, kind, version, ledger, files, items: 0 };
    loop {
        match parser.key(into, 0) {
            Ok(()) => {}
            Err(Stop::End) => return Ok(()),
            Err(Stop::Fault(fault)) => return Err(fault),
        }
    }
}

/// Merges one JSON object into a map, as files of values are merged.
fn set_object(given: Given<'_>, into: &Map, ledger: &Ledger) -> Result<(), ParseSet> {
    let trimmed = given.text.trim();
    let offset = given.text.len() - given.text.trim_start().len();
    let object = read(trimmed)?;
    let values = ValuesOf { id: given.id, offset, ledger };
    let over = values.map(object.members()).map_err(|_| ParseSet::NumberOutOfRange)?;
    let merged = merge_maps(into, &over, ledger);
    let entries = merged.entries().clone();
    *into.entries_mut() = entries;
    Ok(())
}

/// What ends a part: the end of the text, which is no fault by itself, or a fault.
enum Stop {
    End,
    Fault(ParseSet),
}

impl From<ParseSet> for Stop {
    fn from(fault: ParseSet) -> Self {
        Self::Fault(fault)
    }
}

/// Characters up to one that stops them, with escapes undone.
struct Run {
    text: String,
    range: Range<usize>,
    /// The character that stopped them; none at the end of the text.
    last: Option<char>,
}

struct Parser<'t, 'r> {
    text: &'t str,
    id: TextId,
    at: usize,
    kind: SetKind,
    version: HelmVersion,
    ledger: &'t Ledger,
    files: ReadFile<'r>,
    /// Items that were put into lists so far.
    items: usize,
}

impl Parser<'_, '_> {
    fn next(&mut self) -> Option<char> {
        let character = self.text.get(self.at..)?.chars().next()?;
        self.at += character.len_utf8();
        Some(character)
    }

    fn peek(&self) -> Option<char> {
        self.text.get(self.at..)?.chars().next()
    }

    fn until(&mut self, stops: &[char]) -> Run {
        let start = self.at;
        let mut text = String::new();
        loop {
            let end = self.at;
            match self.next() {
                Some(stop) if stops.contains(&stop) => {
                    return Run { text, range: start..end, last: Some(stop) };
                }
                Some('\\') if self.kind != SetKind::Literal => text.extend(self.next()),
                Some(character) => text.push(character),
                None => return Run { text, range: start..end, last: None },
            }
        }
    }

    fn origin(&self, range: Range<usize>) -> Origin {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        self.ledger.written(Span::new(self.id, offset(range.start)..offset(range.end)))
    }

    fn key(&mut self, data: &Map, dots: usize) -> Result<(), Stop> {
        let is_literal = self.kind == SetKind::Literal;
        let name = self.until(if is_literal { &['=', '[', '.'] } else { &['=', '[', ',', '.'] });
        match name.last {
            None if name.text.is_empty() => Err(Stop::End),
            None => Err(ParseSet::EndAfterKey(name.text).into()),
            Some('[') => self.list_under(data, &name, dots),
            Some('.') => self.map_under(data, name, dots),
            Some(',') => Err(ParseSet::CommaAfterKey(name.text).into()),
            Some(_) => self.value_under(data, &name),
        }
    }

    fn list_under(&mut self, data: &Map, name: &Run, dots: usize) -> Result<(), Stop> {
        let index = self.index()?;
        let mut items = match data.entries_mut().get_mut(name.text.as_bytes()) {
            None => Vec::new(),
            Some(entry) => take_items(&mut entry.value)?,
        };
        let result = self.item(&mut items, index, dots, 0);
        self.put(data, name, list_of(items, self.origin(name.range.clone())));
        result
    }

    fn map_under(&mut self, data: &Map, name: Run, dots: usize) -> Result<(), Stop> {
        if dots >= NAME_DOTS_MAX {
            return Err(ParseSet::NestTooDeep.into());
        }
        let present = data.get(name.text.as_bytes());
        let inner = match &present {
            None => Map::new(MapType::Interface),
            Some(Value { data: Data::Map(map), .. }) => map.clone(),
            Some(other) => return Err(convert(other, "map[string]interface {}")),
        };
        let result = self.key(&inner, dots + 1);
        if result.is_ok() && inner.is_empty() {
            return Err(ParseSet::EmptyMap(name.text).into());
        }
        // A map that was there is changed in place and keeps its origin.
        if !inner.is_empty() && present.is_none() {
            self.put(data, &name, Value::new(Data::Map(inner), self.origin(name.range.clone())));
        }
        result
    }

    fn value_under(&mut self, data: &Map, name: &Run) -> Result<(), Stop> {
        let (value, result) = self.value()?;
        self.put(data, name, value);
        result
    }

    /// What stands behind `=`, and whether the text ends there where Helm ends with it.
    fn value(&mut self) -> Result<(Value, Result<(), Stop>), Stop> {
        if self.kind == SetKind::Literal {
            let run = self.until(&[]);
            return Ok((Value::string(run.text, self.origin(run.range)), Ok(())));
        }
        if self.kind == SetKind::Json {
            return Ok((self.json()?, Ok(())));
        }
        match self.peek() {
            None => Ok((Value::string("", self.origin(self.at..self.at)), Err(Stop::End))),
            Some('{') => Ok((self.braced()?, Ok(()))),
            Some(_) => {
                let run = self.until(&[',']);
                Ok((self.typed(run)?, Ok(())))
            }
        }
    }

    /// A value of JSON and the comma behind it; null where nothing stands.
    fn json(&mut self) -> Result<Value, Stop> {
        let start = self.at;
        if self.ends_value() {
            return Ok(Value::nil(self.origin(start..start)));
        }
        let (json, end) = read_first(self.text, self.at).map_err(ParseSet::Json)?;
        let values = ValuesOf { id: self.id, offset: 0, ledger: self.ledger };
        let value = values.value(&json).map_err(|_| ParseSet::NumberOutOfRange)?;
        self.at = end;
        self.ends_value();
        Ok(value)
    }

    /// Goes past white space and one comma; whether the comma or the end of the text was there.
    fn ends_value(&mut self) -> bool {
        while let Some(next) = self.peek() {
            if next != ',' && !next.is_whitespace() {
                return false;
            }
            self.next();
            if next == ',' {
                return true;
            }
        }
        true
    }

    fn braced(&mut self) -> Result<Value, Stop> {
        let start = self.at;
        self.next();
        let mut items = Vec::new();
        loop {
            let run = self.until(&[',', '}']);
            let last = run.last;
            if last.is_none() {
                return Err(ParseSet::UnclosedList.into());
            }
            items.push(self.typed(run)?);
            if last == Some('}') {
                let origin = self.origin(start..self.at);
                if self.peek() == Some(',') {
                    self.next();
                }
                return Ok(Value::list(items, origin));
            }
        }
    }

    fn typed(&mut self, run: Run) -> Result<Value, Stop> {
        let origin = self.origin(run.range);
        let is = |word: &str| run.text.eq_ignore_ascii_case(word);
        Ok(match () {
            () if self.kind == SetKind::File => self.content(&run.text)?,
            () if self.kind == SetKind::String => Value::string(run.text, origin),
            () if is("true") => Value::bool(true, origin),
            () if is("false") => Value::bool(false, origin),
            () if is("null") => Value::nil(origin),
            () if is("0") => Value::int64(0, origin),
            () if run.text.starts_with('0') => Value::string(run.text, origin),
            () => match run.text.parse::<i64>() {
                Ok(number) => Value::int64(number, origin),
                Err(_) => Value::string(run.text, origin),
            },
        })
    }

    fn content(&mut self, path: &str) -> Result<Value, Stop> {
        let FileContent { text, bytes } = (self.files)(path).map_err(ParseSet::ReadFile)?;
        let end = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        Ok(Value::string(bytes.clone(), self.ledger.written(Span::new(text, 0..end))))
    }

    fn index(&mut self) -> Result<i64, Stop> {
        let run = self.until(&[']']);
        if run.last.is_none() {
            // Helm 4 knows the end of the text again under what it wraps it in, and ends without a fault.
            return Err(match self.version {
                HelmVersion::V3 => ParseSet::UnclosedIndex.into(),
                HelmVersion::V4 => Stop::End,
            });
        }
        match run.text.parse::<i64>() {
            Ok(index) => Ok(index),
            Err(error) => Err(match error.kind() {
                std::num::IntErrorKind::PosOverflow | std::num::IntErrorKind::NegOverflow => {
                    ParseSet::IndexOutOfRange(run.text)
                }
                _ => ParseSet::Index(run.text),
            }
            .into()),
        }
    }

    /// Puts what follows an index at that index.
    fn item(&mut self, items: &mut Vec<Value>, index: i64, dots: usize, lists: usize) -> Result<(), Stop> {
        let Ok(position) = usize::try_from(index) else { return Err(ParseSet::NegativeIndex(index).into()) };
        if lists >= NAME_INDICES_MAX {
            return Err(ParseSet::NestListsTooDeep.into());
        }
        let start = self.at;
        let run = self.until(&['[', '.', '=']);
        if !run.text.is_empty() {
            // Go prints a slice of characters.
            let characters: Vec<String> =
                run.text.chars().map(|character| format!("{character:?}")).collect();
            return Err(ParseSet::AfterIndex(characters.join(" ")).into());
        }
        match run.last {
            None => Err(Stop::End),
            Some('=') => {
                let (value, _) = self.value()?;
                self.put_item(items, index, value)
            }
            Some('[') => {
                let next = self.index()?;
                let mut inner = match items.get_mut(position) {
                    None | Some(Value { data: Data::Nil, .. }) => Vec::new(),
                    Some(value) => take_items(value)?,
                };
                let result = self.item(&mut inner, next, dots, lists + 1);
                // Where the text ends early only what was there already has changed.
                if result.is_ok() || position < items.len() {
                    self.put_item(items, index, list_of(inner, self.origin(start..self.at)))?;
                }
                result
            }
            Some(_) => {
                let inner = match items.get(position).map(|item| &item.data) {
                    Some(Data::Map(map)) => map.clone(),
                    _ => Map::new(MapType::Interface),
                };
                let origin = self.origin(start..self.at);
                // The place of an item that is there is taken even if the text ends before its value does.
                if position < items.len() {
                    self.put_item(items, index, Value::new(Data::Map(inner.clone()), origin))?;
                }
                self.key(&inner, dots)?;
                self.put_item(items, index, Value::new(Data::Map(inner), origin))
            }
        }
    }

    fn put_item(&mut self, items: &mut Vec<Value>, index: i64, value: Value) -> Result<(), Stop> {
        let position = match usize::try_from(index) {
            Ok(position) if index <= INDEX_MAX => position,
            _ => return Err(ParseSet::IndexTooLarge(index).into()),
        };
        if items.len() <= position {
            self.items += position + 1 - items.len();
            if self.items > SET_ITEMS_MAX {
                return Err(ParseSet::TooManyItems.into());
            }
            items.resize(position + 1, Value::nil(value.origin));
        }
        if let Some(item) = items.get_mut(position) {
            *item = value;
        }
        Ok(())
    }

    /// Puts a value under a name; under an empty one nothing is put, as in Helm.
    fn put(&self, data: &Map, name: &Run, value: Value) {
        if name.text.is_empty() {
            return;
        }
        let over = data.get(name.text.as_bytes()).map(|present| present.origin);
        let value = match over {
            Some(over) => Value { origin: self.ledger.patched(value.origin, Some(over)), ..value },
            None => value,
        };
        data.insert(Bytes::from(name.text.as_str()), self.origin(name.range.clone()), value);
    }
}

fn list_of(items: Vec<Value>, origin: Origin) -> Value {
    Value::new(Data::List(List::new(Element::Interface, items)), origin)
}

/// Takes the items out of a list that gets them back, so that it is not copied unless it is shared.
fn take_items(value: &mut Value) -> Result<Vec<Value>, Stop> {
    if !matches!(value.data, Data::List(_)) {
        return Err(convert(value, "[]interface {}"));
    }
    match std::mem::replace(&mut value.data, Data::Nil) {
        Data::List(list) => {
            Ok(Rc::try_unwrap(list.items).map_or_else(|shared| shared.to_vec(), |mut items| items.take()))
        }
        _ => Ok(Vec::new()),
    }
}

fn convert(value: &Value, wanted: &'static str) -> Stop {
    let found = match &value.data {
        Data::Nil => "nil",
        Data::Bool(_) => "bool",
        Data::Int(_, kind) => kind.name(),
        Data::Float(..) => "float64",
        Data::List(_) => "[]interface {}",
        Data::Map(_) => "map[string]interface {}",
        _ => "string",
    };
    ParseSet::Convert { found: found.to_owned(), wanted }.into()
}
