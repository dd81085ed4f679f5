//! What is left of a value on kubectl's way to print it: Go's JSON, read back by goyaml v2.

use std::borrow::Cow;

use crate::ScalarStyle;
use crate::resolve::{Dialect, Meaning, resolve};
use crate::value::{VALUE_DEPTH_MAX, Value};

use super::{EmitYaml, float, json};

/// goyaml gives up looking for a key's `:` after this many characters of JSON.
const KEY_CHARACTERS_MAX: usize = 1024;

/// Gives the value that arrives at the printer; `levels_left` is how deep it may nest.
pub(super) fn through_json(value: &Value, levels_left: usize) -> Result<Value, EmitYaml> {
    Ok(match value {
        Value::Null => Value::Null,
        Value::Bool(value) => Value::Bool(*value),
        Value::Int(value) => Value::Int(*value),
        Value::Unsigned(value) => Value::Unsigned(*value),
        Value::Float(value) => match number(*value)? {
            JsonNumber::Int(value) => Value::Int(value),
            JsonNumber::Unsigned(value) => Value::Unsigned(value),
            JsonNumber::Float(value) => Value::Float(value),
        },
        Value::String(content) => Value::String(text(content.as_str().into())?.into_owned()),
        Value::Sequence(items) => Value::Sequence(passed_items(items, descend(levels_left)?)?),
        Value::Mapping(entries) => {
            let inner = descend(levels_left)?;
            let mut passed = Vec::with_capacity(entries.len());
            for (name, value) in entries {
                passed.push((Value::String(key(name)?), through_json(value, inner)?));
            }
            Value::Mapping(passed)
        }
    })
}

fn descend(levels_left: usize) -> Result<usize, EmitYaml> {
    levels_left.checked_sub(1).ok_or(EmitYaml::NestTooDeep { limit: VALUE_DEPTH_MAX })
}

fn passed_items(items: &[Value], levels_left: usize) -> Result<Vec<Value>, EmitYaml> {
    items.iter().map(|item| through_json(item, levels_left)).collect()
}

/// What a float comes back as.
pub(super) enum JsonNumber {
    Int(i64),
    Unsigned(u64),
    Float(f64),
}

/// JSON prints whole floats without a point and large ones without an exponent: they come back as integers.
pub(super) fn number(value: f64) -> Result<JsonNumber, EmitYaml> {
    let printed = float::json(value).ok_or(EmitYaml::PassThroughJson("an infinity or not-a-number"))?;
    Ok(match resolve(Dialect::GoYaml2, &printed, ScalarStyle::Plain, None) {
        Ok(Meaning::Int(value)) => JsonNumber::Int(value),
        Ok(Meaning::Unsigned(value)) => JsonNumber::Unsigned(value),
        _ => JsonNumber::Float(value),
    })
}

fn key(key: &Value) -> Result<String, EmitYaml> {
    let content = key.as_str().ok_or(EmitYaml::PassThroughJson("a key that is no text"))?;
    check_key(content)?;
    text(content.into()).map(Cow::into_owned)
}

/// Refuses a key that the reader of JSON would not take for one.
pub(super) fn check_key(content: &str) -> Result<(), EmitYaml> {
    if content.contains(NEXT_LINE) {
        return Err(EmitYaml::PassThroughJson("a key of several lines"));
    }
    if json::quoted(content).chars().count() > KEY_CHARACTERS_MAX {
        return Err(EmitYaml::PassThroughJson("a key of more than 1024 characters"));
    }
    Ok(())
}

/// The one line break that JSON leaves as it is and YAML folds.
const NEXT_LINE: char = '\u{85}';

pub(super) fn text(content: Cow<'_, str>) -> Result<Cow<'_, str>, EmitYaml> {
    let is_refused = |character: char| {
        matches!(character, '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}') && character != NEXT_LINE
    };
    if content.contains(is_refused) {
        return Err(EmitYaml::PassThroughJson("a control character"));
    }
    if !content.contains(NEXT_LINE) {
        return Ok(content);
    }
    let mut later_lines = content.split_inclusive(NEXT_LINE).skip(1);
    if later_lines.any(is_document_marker) {
        return Err(EmitYaml::PassThroughJson("a line that looks like the end of a document"));
    }
    Ok(folded(&content).into())
}

/// Lines that begin with a marker end a document even in quotes.
fn is_document_marker(line: &str) -> bool {
    let rest = line.strip_prefix("---").or_else(|| line.strip_prefix("..."));
    rest.is_some_and(|rest| rest.starts_with([' ', NEXT_LINE]))
}

/// Folds as in double quotes: one break is a space, several are one break less, spaces around them go.
fn folded(content: &str) -> String {
    let mut lines = content.split(NEXT_LINE).peekable();
    let mut folded = String::with_capacity(content.len());
    let mut breaks = 0_usize;
    let mut is_first = true;
    while let Some(line) = lines.next() {
        let line = if is_first { line } else { line.trim_start_matches(' ') };
        let line = if lines.peek().is_some() { line.trim_end_matches(' ') } else { line };
        if !is_first {
            breaks += 1;
        }
        is_first = false;
        if line.is_empty() && lines.peek().is_some() {
            continue;
        }
        match breaks {
            0 => {}
            1 => folded.push(' '),
            more => folded.push_str(&"\n".repeat(more - 1)),
        }
        breaks = 0;
        folded.push_str(line);
    }
    folded
}
