//! A value to JSON, as `json.Marshal` writes it.

use std::rc::Rc;
use std::vec::IntoIter;

use text::Origin;

use crate::limits::JSON_DEPTH_MAX;
use crate::sprig::{Rope, to_base64};
use crate::value::JsonForm;
use crate::{Bytes, Call, Data, Fault, FaultKind, FloatType, Value, format};

/// How JSON is laid out, and what is escaped beyond need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// `json.Marshal`: no blanks; `<`, `>` and `&` are escaped.
    Compact,
    /// `json.MarshalIndent` by two blanks; escaped as well.
    Indented,
    /// An encoder with `SetEscapeHTML(false)`: no blanks, and nothing is escaped beyond need.
    Raw,
}

/// Writes a value. Keys are in their order; keys and scalars whose bytes are written as they are keep their own origin,
/// those that were changed were made of it, and the rest was made by the function that is called.
///
/// # Errors
/// In the words of Go's `encoding/json`, for what JSON cannot hold; or past a limit of [`crate::limits`].
pub fn write(call: &Call<'_>, value: &Value, style: Style) -> Result<Value, Fault> {
    let mut writer = Writer { call, rope: Rope::new(call), style, open: Vec::new() };
    writer.value(value.clone())?;
    while let Some(frame) = writer.open.last_mut() {
        match frame.entries.next() {
            Some((key, value)) => {
                let is_first = std::mem::replace(&mut frame.is_empty, false);
                writer.separate(is_first)?;
                writer.key(key)?;
                writer.value(value)?;
            }
            None => writer.close()?,
        }
    }
    Ok(writer.rope.finish(std::slice::from_ref(value)))
}

type Key = Option<(Bytes, Origin)>;

/// A collection whose end was not written yet.
struct Frame {
    entries: IntoIter<(Key, Value)>,
    /// Whether nothing of it was written yet.
    is_empty: bool,
    end: &'static [u8],
    /// What it is, to be known again in a circle.
    whole: Data,
}

struct Writer<'c, 'l> {
    call: &'c Call<'l>,
    rope: Rope<'c, 'l>,
    style: Style,
    open: Vec<Frame>,
}

impl Writer<'_, '_> {
    fn value(&mut self, value: Value) -> Result<(), Fault> {
        let origin = value.origin;
        match &value.data {
            Data::Nil => self.rope.push(b"null", origin),
            Data::Bool(true) => self.rope.push(b"true", origin),
            Data::Bool(false) => self.rope.push(b"false", origin),
            Data::Int(number, _) => self.rope.push(number.to_string().as_bytes(), origin),
            Data::Uint(number, _) => self.rope.push(number.to_string().as_bytes(), origin),
            Data::Float(number, float_type) => {
                self.rope.push(float(*number, *float_type)?.as_bytes(), origin)
            }
            Data::Complex(_) => Err(Fault::new("json: unsupported type: complex128")),
            Data::String(text) => self.string(text.as_slice(), origin),
            Data::ByteSlice(bytes) => {
                self.rope.push_own(b"\"")?;
                self.rope.push(&to_base64(bytes.as_slice()), self.call.made(std::slice::from_ref(&value)))?;
                self.rope.push_own(b"\"")
            }
            Data::List(list) if list.is_nil() => self.rope.push(b"null", origin),
            Data::List(list) => {
                let entries = list.items.iter().map(|item| (None, item.clone())).collect();
                self.begin((b"[", b"]"), entries, &value)
            }
            Data::Map(map) if map.is_nil() => self.rope.push(b"null", origin),
            Data::Map(map) => {
                let entry = |(key, entry): (&Bytes, &crate::Entry)| {
                    (Some((key.clone(), entry.key)), entry.value.clone())
                };
                let entries = map.entries().iter().map(entry).collect();
                self.begin((b"{", b"}"), entries, &value)
            }
            Data::Object(object) => {
                match object.json().map_err(|fault| by_marshaler(fault, object.type_name()))? {
                    // What it gives is no object itself, or would be asked without end.
                    JsonForm::Value(form) if !matches!(form.data, Data::Object(_)) => {
                        self.value(form.with_origin(origin))
                    }
                    JsonForm::Value(_) => {
                        Err(Fault::new(format!("json: unsupported type: {}", object.type_name())))
                    }
                    JsonForm::Fields(fields) => {
                        let field =
                            |(name, value): (&'static str, Value)| (Some((Bytes::from(name), origin)), value);
                        self.begin((b"{", b"}"), fields.into_iter().map(field).collect(), &value)
                    }
                }
            }
        }
    }

    fn begin(
        &mut self,
        (start, end): (&'static [u8], &'static [u8]),
        entries: Vec<(Key, Value)>,
        whole: &Value,
    ) -> Result<(), Fault> {
        // Go counts the pointer that an encoder is given as well.
        let depth_max = JSON_DEPTH_MAX - usize::from(self.style == Style::Raw);
        if self.open.len() >= depth_max {
            return Err(self.too_deep(whole));
        }
        self.rope.push_own(start)?;
        self.open.push(Frame {
            entries: entries.into_iter(),
            is_empty: true,
            end,
            whole: whole.data.clone(),
        });
        Ok(())
    }

    /// Go looks for a circle where it is very deep, and names the first type that comes again; what is no circle it would
    /// write.
    fn too_deep(&self, whole: &Value) -> Fault {
        if self.open.iter().any(|frame| are_one(&frame.whole, &whole.data)) {
            let name = format::type_name(whole);
            return Fault::new(format!("json: unsupported value: encountered a cycle via {name}"));
        }
        Fault::limit(format!("what {} writes nests deeper than {JSON_DEPTH_MAX}", self.call.name))
    }

    fn separate(&mut self, is_first: bool) -> Result<(), Fault> {
        if !is_first {
            self.rope.push_own(b",")?;
        }
        self.line()
    }

    fn close(&mut self) -> Result<(), Fault> {
        let Some(frame) = self.open.pop() else { return Ok(()) };
        if !frame.is_empty {
            self.line()?;
        }
        self.rope.push_own(frame.end)
    }

    /// The line's end and the blanks before what is written next.
    fn line(&mut self) -> Result<(), Fault> {
        if self.style != Style::Indented {
            return Ok(());
        }
        self.rope.push_own(format!("\n{}", "  ".repeat(self.open.len())).as_bytes())
    }

    fn key(&mut self, key: Key) -> Result<(), Fault> {
        let Some((key, origin)) = key else { return Ok(()) };
        self.string(key.as_slice(), origin)?;
        self.rope.push_own(if self.style == Style::Indented { b": " } else { b":" })
    }

    fn string(&mut self, text: &[u8], origin: Origin) -> Result<(), Fault> {
        self.rope.push_own(b"\"")?;
        match escaped(text, self.style) {
            None => self.rope.push(text, origin)?,
            Some(escaped) => {
                let source = Value::nil(origin);
                self.rope.push(escaped.as_bytes(), self.call.made(&[source]))?;
            }
        }
        self.rope.push_own(b"\"")
    }
}

/// Whether two collections are one.
fn are_one(one: &Data, other: &Data) -> bool {
    match (one, other) {
        (Data::Map(one), Data::Map(other)) => one.is_same(other),
        (Data::List(one), Data::List(other)) => Rc::ptr_eq(&one.items, &other.items),
        _ => false,
    }
}

/// What a type's own method said, in the words of `json.MarshalerError`.
fn by_marshaler(fault: Fault, type_name: &str) -> Fault {
    match fault.kind {
        FaultKind::Limit => fault,
        FaultKind::Go | FaultKind::Parse => {
            Fault::new(format!("json: error calling MarshalJSON for type {type_name}: {}", fault.message))
        }
    }
}

/// From this size on a number is written with an exponent, and below the other one (`floatEncoder` of encoding/json).
const EXPONENT_FROM: f64 = 1e21;
const EXPONENT_BELOW: f64 = 1e-6;

/// With the shortest digits, and an exponent where the number is very large or small.
#[expect(clippy::cast_possible_truncation, reason = "it was a float32")]
fn float(number: f64, float_type: FloatType) -> Result<String, Fault> {
    if !number.is_finite() {
        let shown =
            String::from_utf8_lossy(&format::text_of(&Value::unwritten(Data::Float(number, float_type))))
                .into_owned();
        return Err(Fault::new(format!("json: unsupported value: {shown}")));
    }
    let size = number.abs();
    let has_exponent = match float_type {
        FloatType::Float64 => size != 0.0 && !(EXPONENT_BELOW..EXPONENT_FROM).contains(&size),
        FloatType::Float32 => {
            size != 0.0 && !(EXPONENT_BELOW as f32..EXPONENT_FROM as f32).contains(&(size as f32))
        }
    };
    let (digits, exponent) = format::shortest_digits(size, float_type == FloatType::Float32);
    let sign = if number.is_sign_negative() { "-" } else { "" };
    if !has_exponent {
        return Ok(format!("{sign}{}", format::without_exponent(&digits, exponent)));
    }
    let (first, rest) = digits.split_at_checked(1).unwrap_or((&digits, ""));
    let point = if rest.is_empty() { "" } else { "." };
    Ok(format!("{sign}{first}{point}{rest}e{exponent:+}"))
}

/// A text with its escapes; none where it needs none.
fn escaped(text: &[u8], style: Style) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut is_changed = false;
    for chunk in text.utf8_chunks() {
        for character in chunk.valid().chars() {
            match escape_of(character, style) {
                Some(escape) => {
                    is_changed = true;
                    out.push_str(&escape);
                }
                None => out.push(character),
            }
        }
        for _ in chunk.invalid() {
            is_changed = true;
            out.push_str("\\ufffd");
        }
    }
    is_changed.then_some(out)
}

fn escape_of(character: char, style: Style) -> Option<String> {
    let plain = match character {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\u{8}' => "\\b",
        '\u{c}' => "\\f",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '<' | '>' | '&' if style == Style::Raw => return None,
        '\0'..' ' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
            return Some(format!("\\u{:04x}", u32::from(character)));
        }
        _ => return None,
    };
    Some(plain.to_owned())
}
