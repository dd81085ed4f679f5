//! A JSON text to values, as `json.Unmarshal` into an `interface{}` does.

use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use text::Origin;

use super::scan::{Kind, Token, scan};
use crate::{Bytes, Call, Data, Element, Entry, Fault, FaultKind, List, Map, MapType, Value};

/// What came of a text.
#[derive(Debug, Clone)]
pub struct Decoded {
    /// The value; nil where the text is no JSON. A number that no `float64` holds is nil in its place.
    pub value: Value,
    /// The first error in Go's words, if there was one.
    pub fault: Option<Fault>,
}

/// Reads the string `text`. Numbers are `float64`, lists `[]interface{}` and objects `map[string]interface{}`. The origin
/// of a scalar or key is its part of the text: what stands between the quotes, or with them where an escape is in it.
///
/// # Errors
/// Past a limit of [`crate::limits`] only: what Go would say of the text is in [`Decoded::fault`].
pub fn read(call: &Call<'_>, text: &Value) -> Result<Decoded, Fault> {
    let Some(bytes) = text.as_bytes() else {
        return Err(Fault::new(format!("{} was given no string", call.name)));
    };
    let made = call.made(std::slice::from_ref(text));
    let tokens = match scan(bytes.as_slice()) {
        Ok(tokens) => tokens,
        Err(fault) if fault.kind == FaultKind::Limit => return Err(fault),
        Err(fault) => return Ok(Decoded { value: Value::nil(made), fault: Some(fault) }),
    };
    let mut builder = Builder { open: Vec::new(), whole: None, made, fault: None };
    let mut origins =
        call.ledger.parts(text.origin, bytes.as_slice(), &places(bytes.as_slice(), &tokens)).into_iter();
    for token in &tokens {
        let origin = if is_scalar(token.kind) { origins.next().unwrap_or(made) } else { made };
        builder.add(token.kind, bytes.as_slice().get(token.range.clone()).unwrap_or_default(), origin);
    }
    Ok(Decoded { value: builder.whole.unwrap_or_else(|| Value::nil(made)), fault: builder.fault })
}

fn is_scalar(kind: Kind) -> bool {
    !matches!(kind, Kind::ObjectStart | Kind::ObjectEnd | Kind::ArrayStart | Kind::ArrayEnd)
}

/// Where the bytes of each scalar stand.
fn places(text: &[u8], tokens: &[Token]) -> Vec<Range<usize>> {
    let place = |token: &Token| {
        let range = token.range.clone();
        let inner = range.start + 1..range.end.saturating_sub(1);
        let is_string = matches!(token.kind, Kind::String | Kind::Key);
        let is_plain =
            text.get(inner.clone()).is_some_and(|inner| !inner.is_empty() && !inner.contains(&b'\\'));
        if is_string && is_plain { inner } else { range }
    };
    tokens.iter().filter(|token| is_scalar(token.kind)).map(place).collect()
}

/// A collection whose end was not met yet.
enum Open {
    List(Vec<Value>),
    Map(BTreeMap<Bytes, Entry>, Option<(Bytes, Origin)>),
}

struct Builder {
    open: Vec<Open>,
    whole: Option<Value>,
    made: Origin,
    fault: Option<Fault>,
}

impl Builder {
    fn add(&mut self, kind: Kind, bytes: &[u8], origin: Origin) {
        match kind {
            Kind::ObjectStart => self.open.push(Open::Map(BTreeMap::new(), None)),
            Kind::ArrayStart => self.open.push(Open::List(Vec::new())),
            Kind::ObjectEnd | Kind::ArrayEnd => {
                if let Some(open) = self.open.pop() {
                    self.put(Value::new(closed(open), self.made));
                }
            }
            Kind::Key => {
                if let Some(Open::Map(_, key)) = self.open.last_mut() {
                    *key = Some((unquoted(bytes).into(), origin));
                }
            }
            Kind::String => self.put(Value::string(unquoted(bytes), origin)),
            Kind::Number => {
                let number = self.number(bytes);
                self.put(Value::new(number, origin));
            }
            Kind::True | Kind::False => self.put(Value::bool(kind == Kind::True, origin)),
            Kind::Null => self.put(Value::nil(origin)),
        }
    }

    fn put(&mut self, value: Value) {
        match self.open.last_mut() {
            None => self.whole = Some(value),
            Some(Open::List(items)) => items.push(value),
            Some(Open::Map(entries, key)) => {
                if let Some((key, origin)) = key.take() {
                    entries.insert(key, Entry { key: origin, value });
                }
            }
        }
    }

    fn number(&mut self, digits: &[u8]) -> Data {
        let digits = String::from_utf8_lossy(digits);
        match digits.parse::<f64>() {
            Ok(number) if number.is_finite() => Data::Float(number, crate::FloatType::Float64),
            _ => {
                let told = format!("json: cannot unmarshal number {digits} into Go value of type float64");
                self.fault.get_or_insert_with(|| Fault::new(told));
                Data::Nil
            }
        }
    }
}

fn closed(open: Open) -> Data {
    match open {
        Open::List(items) => Data::List(List { element: Element::Interface, items: Rc::new(items.into()) }),
        Open::Map(entries, _) => Data::Map(Map::of(MapType::Interface, entries)),
    }
}

/// A string without its quotes and escapes. Each byte that is no UTF-8 and each half of a surrogate pair is U+FFFD.
fn unquoted(quoted: &[u8]) -> Vec<u8> {
    let inner = quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default();
    let mut text = Vec::with_capacity(inner.len());
    for chunk in inner.utf8_chunks() {
        let mut rest = chunk.valid();
        while let Some((plain, escape)) = rest.split_once('\\') {
            text.extend_from_slice(plain.as_bytes());
            rest = push_escape(&mut text, escape);
        }
        text.extend_from_slice(rest.as_bytes());
        for _ in chunk.invalid() {
            text.extend_from_slice("\u{fffd}".as_bytes());
        }
    }
    text
}

/// Adds what an escape stands for and gives what follows it.
fn push_escape<'t>(text: &mut Vec<u8>, escape: &'t str) -> &'t str {
    let (letter, rest) = escape.split_at_checked(1).unwrap_or((escape, ""));
    let plain = match letter {
        "b" => "\u{8}",
        "f" => "\u{c}",
        "n" => "\n",
        "r" => "\r",
        "t" => "\t",
        "u" => return push_number(text, rest),
        other => other,
    };
    text.extend_from_slice(plain.as_bytes());
    rest
}

fn push_number<'t>(text: &mut Vec<u8>, digits: &'t str) -> &'t str {
    let (first, rest) = unit(digits).unwrap_or((0xfffd, ""));
    let pair =
        rest.strip_prefix("\\u").and_then(unit).filter(|(second, _)| (0xdc00..0xe000).contains(second));
    let (code, rest) = match pair {
        Some((second, rest)) if (0xd800..0xdc00).contains(&first) => {
            (0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00), rest)
        }
        _ => (first, rest),
    };
    let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
    text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    rest
}

/// Four hexadecimal digits and what follows them.
fn unit(digits: &str) -> Option<(u32, &str)> {
    let (digits, rest) = digits.split_at_checked(4)?;
    Some((u32::from_str_radix(digits, 16).ok()?, rest))
}
