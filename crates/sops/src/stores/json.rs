//! One JSON object.

use manifest::value::Value as Plain;
use manifest::{Document, NodeId, NodeKind, ScalarStyle};
use text::TextId;

use super::{PrintStore, ReadStore};
use crate::Clear;
use crate::limits::{DEPTH_MAX, NODES_MAX};
use crate::tree::{Branch, Data, Entry, Key, Value};

/// Reads the object. Keys may stand twice, and what follows the object is not looked at: so does SOPS.
pub(super) fn read(text: TextId, bytes: &[u8]) -> Result<Branch, ReadStore> {
    let end = end_of_object(bytes).ok_or(ReadStore::FindMapping)?;
    let document = manifest::parse_first(text, bytes, 0..end)?;
    let root = document.root().ok_or(ReadStore::FindMapping)?;
    let mut reader = Reader { document: &document, nodes_left: NODES_MAX };
    match reader.value(root, DEPTH_MAX)?.data {
        Data::Branch(branch) => Ok(branch),
        _ => Err(ReadStore::FindMapping),
    }
}

/// One past the bracket that closes the object which the text begins with; the text's end where nothing closes it.
fn end_of_object(bytes: &[u8]) -> Option<usize> {
    let start = bytes.iter().position(|byte| !byte.is_ascii_whitespace())?;
    if bytes[start] != b'{' {
        return None;
    }
    let (mut depth, mut is_text, mut is_escaped) = (0_usize, false, false);
    for (at, byte) in bytes.iter().enumerate().skip(start) {
        match (is_text, byte) {
            (true, _) if is_escaped => is_escaped = false,
            (true, b'\\') => is_escaped = true,
            (_, b'"') => is_text = !is_text,
            (false, b'{' | b'[') => depth += 1,
            (false, b'}' | b']') => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    Some(bytes.len())
}

struct Reader<'d, 't> {
    document: &'d Document<'t>,
    nodes_left: usize,
}

impl Reader<'_, '_> {
    fn value(&mut self, node: NodeId, depth_left: usize) -> Result<Value, ReadStore> {
        self.nodes_left = self.nodes_left.checked_sub(1).ok_or(ReadStore::BoundNodes)?;
        let deeper = depth_left.checked_sub(1).ok_or(ReadStore::BoundDepth)?;
        let document = self.document;
        let data = match document.node(node).kind {
            NodeKind::Scalar { style } => scalar(document.text(node).unwrap_or_default(), style)?,
            NodeKind::Sequence { .. } => {
                let items = document.items(node).iter().map(|item| self.value(*item, deeper));
                Data::List(items.collect::<Result<_, _>>()?)
            }
            NodeKind::Mapping { .. } => {
                let mut branch = Branch::default();
                for entry in document.entries(node) {
                    let key = document.text(entry.key).ok_or(ReadStore::FindMapping)?;
                    let value = self.value(entry.value, deeper)?;
                    branch.push(key, document.span(entry.key), value);
                }
                Data::Branch(branch)
            }
            NodeKind::Alias { .. } => return Err(ReadStore::FollowAlias),
        };
        Ok(Value::new(data, document.span(node)))
    }
}

/// Integers of 64 bits are integers, all other numbers floats.
fn scalar(text: &str, style: ScalarStyle) -> Result<Data, ReadStore> {
    if style != ScalarStyle::Plain {
        return Ok(Data::Text(Clear::from(text)));
    }
    Ok(match text {
        "null" => Data::Null,
        "true" => Data::Bool(true),
        "false" => Data::Bool(false),
        number => match (number.parse(), number.parse::<f64>()) {
            (Ok(integer), _) => Data::Int(integer),
            (Err(_), Ok(float)) if float.is_finite() => Data::Float(float),
            _ => return Err(ReadStore::HoldNumber),
        },
    })
}

/// Prints the object over several lines, with tabs.
pub(super) fn print(branch: &Branch) -> Result<Clear, PrintStore> {
    let mut printer = Printer { text: String::new(), level: 0 };
    printer.branch(branch)?;
    printer.text.push('\n');
    Ok(Clear::from(printer.text))
}

struct Printer {
    text: String,
    level: usize,
}

impl Printer {
    fn branch(&mut self, branch: &Branch) -> Result<(), PrintStore> {
        let entries: Vec<&Entry> = branch.entries().collect();
        self.list(['{', '}'], &entries, |printer, entry| {
            let Key::Text(key) = &entry.key else { return Ok(()) };
            printer.text.push_str(&manifest::emit::json_quoted(key));
            printer.text.push_str(": ");
            printer.value(&entry.value, key)
        })
    }

    fn value(&mut self, value: &Value, key: &str) -> Result<(), PrintStore> {
        match &value.data {
            Data::Null | Data::Comment(_) => self.text.push_str("null"),
            Data::Bool(value) => self.text.push_str(&value.to_string()),
            Data::Int(value) => self.text.push_str(&value.to_string()),
            Data::Float(value) => {
                let hold = |_| PrintStore::HoldValue { format: "JSON", key: key.to_owned() };
                self.text.push_str(&manifest::emit::json(&Plain::Float(*value)).map_err(hold)?);
            }
            Data::Time(text) => self.text.push_str(&manifest::emit::json_quoted(text)),
            Data::Text(text) => self.text.push_str(&quoted(text)),
            Data::Branch(branch) => self.branch(branch)?,
            Data::List(items) => {
                let items: Vec<&Value> =
                    items.iter().filter(|item| !matches!(item.data, Data::Comment(_))).collect();
                self.list(['[', ']'], &items, |printer, item| printer.value(item, key))?;
            }
        }
        Ok(())
    }

    fn list<T>(
        &mut self,
        [open, close]: [char; 2],
        items: &[T],
        print: impl Fn(&mut Self, &T) -> Result<(), PrintStore>,
    ) -> Result<(), PrintStore> {
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
        self.text.push('\n');
        self.text.extend(std::iter::repeat_n('\t', self.level));
    }
}

/// A text in quotes. Bytes that are no UTF-8 become `\ufffd`, each by itself, as in Go.
fn quoted(text: &Clear) -> String {
    let mut quoted = String::from("\"");
    for chunk in text.expose().utf8_chunks() {
        let inner = manifest::emit::json_quoted(chunk.valid());
        quoted.push_str(inner.get(1..inner.len() - 1).unwrap_or_default());
        for _ in chunk.invalid() {
            quoted.push_str("\\ufffd");
        }
    }
    quoted.push('"');
    quoted
}
