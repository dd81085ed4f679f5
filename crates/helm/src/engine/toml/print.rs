//! Values to TOML: `toToml`.
//!
//! Prints as `BurntSushi/toml` does: keys in order, those without tables of their own first, two columns for each level of
//! tables.

use gotemplate::format::type_name;
use gotemplate::{Call, Data, Fault, JsonForm, Ledger, Value, time_text};

use super::times::layout_in;
use crate::engine::record::Record;

/// Collections within one another that are printed: values come from texts that nest less, and a map that was put into
/// itself never ends.
const DEPTH_MAX: usize = 500;

/// What the original panics with over nothing, instead of an answer.
fn refuse_nothing(value: &Value) -> Result<(), Fault> {
    match &value.data {
        Data::Nil => Err(Fault::new("reflect: call of reflect.Value.Type on zero Value")),
        _ => Ok(()),
    }
}

/// A value as TOML.
///
/// # Errors
/// In the original's words, if TOML cannot say it.
pub(in crate::engine) fn text(call: &Call<'_>, value: &Value) -> Result<Value, Fault> {
    refuse_nothing(value)?;
    let mut printer = Printer { out: String::new() };
    printer.encode(&mut Vec::new(), value).map_err(Fault::new)?;
    Ok(Value::string(printer.out, call.made(std::slice::from_ref(value))))
}

/// The same, with what is wrong in the place of the text.
///
/// # Errors
/// Over nothing.
pub(in crate::engine) fn text_or_error(call: &Call<'_>, value: &Value) -> Result<Value, Fault> {
    refuse_nothing(value)?;
    let told = |fault: Fault| Value::string(fault.message, call.made(std::slice::from_ref(value)));
    Ok(text(call, value).unwrap_or_else(told))
}

struct Printer {
    out: String,
}

/// What a value is to TOML.
#[derive(PartialEq)]
enum Kind {
    /// Left out.
    Nil,
    Plain,
    Table,
    Tables,
}

impl Printer {
    fn encode(&mut self, key: &mut Vec<String>, value: &Value) -> Result<(), String> {
        if key.len() > DEPTH_MAX {
            return Err("nested too deep".to_owned());
        }
        match kind(value)? {
            Kind::Nil => Ok(()),
            Kind::Tables => self.tables(key, value),
            Kind::Table => {
                if key.len() == 1 {
                    self.newline();
                }
                if !key.is_empty() {
                    self.header(key, ("[", "]"));
                }
                self.entries(key, value)
            }
            Kind::Plain => match key.last() {
                None => self.element(value, 0),
                Some(last) => {
                    self.out.push_str(&"  ".repeat(key.len() - 1));
                    self.out.push_str(&shown_key(last));
                    self.out.push_str(" = ");
                    self.element(value, 0)?;
                    self.out.push('\n');
                    Ok(())
                }
            },
        }
    }

    fn tables(&mut self, key: &mut Vec<String>, value: &Value) -> Result<(), String> {
        if key.is_empty() {
            return Err("toml: top-level values must be Go maps or structs".to_owned());
        }
        for item in value.as_list().map(|list| &**list.items).unwrap_or_default() {
            self.newline();
            self.header(key, ("[[", "]]"));
            self.entries(key, item)?;
        }
        Ok(())
    }

    fn header(&mut self, key: &[String], (open, close): (&str, &str)) {
        let shown: Vec<String> = key.iter().map(|part| shown_key(part)).collect();
        let indent = "  ".repeat(key.len() - 1);
        self.out.push_str(&format!("{indent}{open}{}{close}\n", shown.join(".")));
    }

    fn entries(&mut self, key: &mut Vec<String>, value: &Value) -> Result<(), String> {
        let (plain, tables) = sorted_entries(value)?;
        for (name, value) in plain.into_iter().chain(tables) {
            key.push(name);
            let encoded = self.encode(key, &value);
            key.pop();
            encoded?;
        }
        Ok(())
    }

    /// A value within a line.
    fn element(&mut self, value: &Value, depth: usize) -> Result<(), String> {
        if depth > DEPTH_MAX {
            return Err("nested too deep".to_owned());
        }
        match &value.data {
            Data::Bool(value) => self.out.push_str(&value.to_string()),
            Data::Int(value, _) => self.out.push_str(&value.to_string()),
            Data::Uint(value, _) => self.out.push_str(&value.to_string()),
            Data::Float(value, _) => self.out.push_str(&shown_float(*value)),
            Data::String(text) => self.out.push_str(&quoted(&text.as_text())),
            Data::ByteSlice(bytes) => {
                let shown: Vec<String> = bytes.as_slice().iter().map(u8::to_string).collect();
                self.out.push_str(&format!("[{}]", shown.join(", ")));
            }
            Data::List(list) => {
                self.out.push('[');
                for (position, item) in list.items.iter().enumerate() {
                    if position > 0 {
                        self.out.push_str(", ");
                    }
                    self.element(item, depth + 1)?;
                }
                self.out.push(']');
            }
            _ if is_table(value) => {
                self.out.push('{');
                let (plain, tables) = sorted_entries(value)?;
                for (position, (name, value)) in plain.into_iter().chain(tables).enumerate() {
                    if position > 0 {
                        self.out.push_str(", ");
                    }
                    self.out.push_str(&format!("{} = ", shown_key(&name)));
                    self.element(&value, depth + 1)?;
                }
                self.out.push('}');
            }
            Data::Object(object) => match object.json() {
                _ if let Some(text) = time_text(value, layout_in) => self.out.push_str(&text),
                Ok(JsonForm::Value(Value { data: Data::String(text), .. })) => {
                    self.out.push_str(&quoted(&text.as_text()));
                }
                _ => return Err(format!("unsupported type: {}", type_name(value))),
            },
            Data::Map(_) | Data::Nil | Data::Complex(_) => {
                return Err(format!("unsupported type: {}", type_name(value)));
            }
        }
        Ok(())
    }

    fn newline(&mut self) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
    }
}

type Entries = Vec<(String, Value)>;

/// The entries of a map that are no tables, and those that are; without nulls.
fn sorted_entries(value: &Value) -> Result<(Entries, Entries), String> {
    let (mut plain, mut tables) = (Vec::new(), Vec::new());
    for (name, value) in all_entries(value) {
        match kind(&value)? {
            Kind::Nil => {}
            Kind::Plain => plain.push((name, value)),
            Kind::Table | Kind::Tables => tables.push((name, value)),
        }
    }
    Ok((plain, tables))
}

/// The entries of a map, or the fields of a struct as it declares them.
fn all_entries(value: &Value) -> Entries {
    if let Some(record) = as_record(value) {
        let fields = record.flat_fields().into_iter();
        return fields.map(|field| (field.name.to_owned(), field.value.clone())).collect();
    }
    let Some(map) = value.as_map() else { return Entries::new() };
    map.entries().iter().map(|(key, entry)| (key.as_text().into_owned(), entry.value.clone())).collect()
}

fn as_record(value: &Value) -> Option<&Record> {
    match &value.data {
        Data::Object(object) => object.as_any().downcast_ref(),
        _ => None,
    }
}

fn kind(value: &Value) -> Result<Kind, String> {
    Ok(match &value.data {
        Data::Nil => Kind::Nil,
        Data::Map(map) if map.is_nil() => Kind::Nil,
        Data::Map(_) => Kind::Table,
        Data::Object(_) if as_record(value).is_some() => Kind::Table,
        Data::List(list) if list.is_nil() => Kind::Nil,
        Data::List(list) if list.items.iter().any(|item| matches!(item.data, Data::Nil)) => {
            return Err("toml: cannot encode array with nil element".to_owned());
        }
        Data::List(list) if !list.items.is_empty() && list.items.iter().all(is_table) => Kind::Tables,
        _ => Kind::Plain,
    })
}

fn is_table(value: &Value) -> bool {
    value.as_map().is_some() || as_record(value).is_some()
}

pub(super) fn shown_key(key: &str) -> String {
    let is_bare = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '-');
    if !key.is_empty() && key.chars().all(is_bare) { key.to_owned() } else { quoted(key) }
}

fn shown_float(value: f64) -> String {
    let sign = if value.is_sign_negative() { "-" } else { "" };
    if value.is_nan() {
        return format!("{sign}nan");
    }
    if value.is_infinite() {
        return format!("{sign}inf");
    }
    // As `strconv.FormatFloat` with 'g': what `fmt` prints, which has an exponent from 21 digits on as well.
    let shown = gotemplate::format::text_of(&Value::float(value, Ledger::NOWHERE));
    let shown = String::from_utf8_lossy(&shown).into_owned();
    if shown.contains(['e', '.']) { shown } else { format!("{shown}.0") }
}

fn quoted(text: &str) -> String {
    let mut shown = String::with_capacity(text.len() + 2);
    shown.push('"');
    for character in text.chars() {
        match character {
            '"' => shown.push_str("\\\""),
            '\\' => shown.push_str("\\\\"),
            '\u{8}' => shown.push_str("\\b"),
            '\t' => shown.push_str("\\t"),
            '\n' => shown.push_str("\\n"),
            '\u{c}' => shown.push_str("\\f"),
            '\r' => shown.push_str("\\r"),
            '\0'..='\u{1f}' | '\u{7f}' => shown.push_str(&format!("\\u{:04x}", u32::from(character))),
            other => shown.push(other),
        }
    }
    shown.push('"');
    shown
}
