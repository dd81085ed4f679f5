//! JSON as Go's `encoding/json` prints it.

use crate::value::{VALUE_DEPTH_MAX, Value, json_key};

use super::float;

/// Why a value cannot be printed as JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JsonText {
    /// An infinity or not-a-number.
    #[error("JSON has no number for it")]
    PrintNumber,
    /// More nesting than a value may have.
    #[error("nested deeper than {VALUE_DEPTH_MAX} levels")]
    NestTooDeep,
    /// A key that cannot be one of a JSON object.
    #[error("a mapping has a bad key")]
    PrintKey {
        /// What is wrong with it.
        source: crate::value::JsonKey,
    },
}

/// Prints a value on one line, as `json.Marshal`: keys sorted by their bytes, `<`, `>` and `&` escaped.
///
/// # Errors
/// For infinities, not-a-number, and keys that are null or collections.
pub fn json(value: &Value) -> Result<String, JsonText> {
    let mut printer = Printer { text: String::new(), indent: None, level: 0 };
    printer.value(value)?;
    Ok(printer.text)
}

/// Prints a value over several lines, as `json.MarshalIndent` with no prefix and `indent` for each level.
///
/// # Errors
/// As [`json`].
pub fn json_indented(value: &Value, indent: &str) -> Result<String, JsonText> {
    let mut printer = Printer { text: String::new(), indent: Some(indent), level: 0 };
    printer.value(value)?;
    Ok(printer.text)
}

struct Printer<'i> {
    text: String,
    indent: Option<&'i str>,
    level: usize,
}

impl Printer<'_> {
    fn value(&mut self, value: &Value) -> Result<(), JsonText> {
        match value {
            Value::Null => self.text.push_str("null"),
            Value::Bool(value) => self.text.push_str(if *value { "true" } else { "false" }),
            Value::Int(value) => self.text.push_str(&value.to_string()),
            Value::Unsigned(value) => self.text.push_str(&value.to_string()),
            Value::Float(value) => self.text.push_str(&float::json(*value).ok_or(JsonText::PrintNumber)?),
            Value::String(text) => self.text.push_str(&quoted(text)),
            Value::Sequence(items) => self.list(['[', ']'], items, |printer, item| printer.value(item))?,
            Value::Mapping(entries) => {
                self.list(['{', '}'], &sorted(entries)?, |printer, (key, value)| {
                    printer.text.push_str(&quoted(key));
                    printer.text.push_str(if printer.indent.is_some() { ": " } else { ":" });
                    printer.value(value)
                })?
            }
        }
        Ok(())
    }

    fn list<T>(
        &mut self,
        [open, close]: [char; 2],
        items: &[T],
        print: impl Fn(&mut Self, &T) -> Result<(), JsonText>,
    ) -> Result<(), JsonText> {
        if self.level >= VALUE_DEPTH_MAX {
            return Err(JsonText::NestTooDeep);
        }
        self.text.push(open);
        self.level += 1;
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.text.push(',');
            }
            self.line();
            print(self, item)?;
        }
        self.level -= 1;
        if !items.is_empty() {
            self.line();
        }
        self.text.push(close);
        Ok(())
    }

    fn line(&mut self) {
        if let Some(indent) = self.indent {
            self.text.push('\n');
            self.text.push_str(&indent.repeat(self.level));
        }
    }
}

/// A text in JSON's quotes, as `json.Marshal` writes it: signs of HTML and the two line separators of Unicode are escaped,
/// everything else beyond ASCII stays.
#[must_use]
pub fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\u{8}' => quoted.push_str("\\b"),
            '\u{c}' => quoted.push_str("\\f"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\0'..='\u{1f}' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                quoted.push_str(&format!("\\u{:04x}", u32::from(character)));
            }
            _ => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}

fn sorted(entries: &[(Value, Value)]) -> Result<Vec<(String, &Value)>, JsonText> {
    let mut sorted = Vec::with_capacity(entries.len());
    for (key, value) in entries {
        let key = json_key(key.clone()).map_err(|source| JsonText::PrintKey { source })?;
        sorted.push((key, value));
    }
    sorted.sort_by(|one, two| one.0.cmp(&two.0));
    Ok(sorted)
}
