//! From values to events, as `yaml.Marshal` prints Go values.

use std::borrow::Cow;

use crate::ScalarStyle;
use crate::resolve::{Dialect, is_plain_string, legacy_bool};
use crate::value::{VALUE_DEPTH_MAX, Value};

use super::event::Event;
use super::step::Step;
use super::through_json::through_json;
use super::{EmitYaml, Layout, emit, float, key_order};

/// Prints a value as `yaml.Marshal` does: keys sorted, texts quoted only where they would be read as something else.
///
/// # Errors
/// If the value nests too deep.
pub fn marshal(value: &Value, layout: Layout) -> Result<String, EmitYaml> {
    let mut flattener = Flattener { dialect: layout.dialect, depth: 0, nodes: vec![Step::DocumentStart] };
    flattener.value(value)?;
    let Flattener { mut nodes, .. } = flattener;
    nodes.push(Step::DocumentEnd);
    let events: Vec<Event<'_>> = nodes.iter().map(Step::event).collect();
    emit(&events, layout).map(|emitted| emitted.text)
}

/// Prints a value as kubectl and Helm do: through JSON, where `1.0` becomes `1`, then by goyaml v2.
///
/// # Errors
/// If JSON cannot hold the value: keys that are no texts, infinities, control characters that its reader refuses.
pub fn marshal_as_kubectl(value: &Value) -> Result<String, EmitYaml> {
    marshal(&through_json(value, VALUE_DEPTH_MAX)?, Layout::GOYAML2)
}

struct Flattener<'v> {
    dialect: Dialect,
    depth: usize,
    nodes: Vec<Step<'v>>,
}

impl<'v> Flattener<'v> {
    fn value(&mut self, value: &'v Value) -> Result<(), EmitYaml> {
        match value {
            Value::Null => self.plain("null"),
            Value::Bool(value) => self.plain(value.to_string()),
            Value::Int(value) => self.plain(value.to_string()),
            Value::Unsigned(value) => self.plain(value.to_string()),
            Value::Float(value) => self.plain(float::yaml(*value)),
            Value::String(text) => {
                self.nodes.push(Step::Scalar(Cow::Borrowed(text), text_style(text, self.dialect)));
            }
            Value::Sequence(items) => {
                self.open(Step::SequenceStart)?;
                for item in items {
                    self.value(item)?;
                }
                self.close(Step::SequenceEnd);
            }
            Value::Mapping(entries) => {
                self.open(Step::MappingStart)?;
                for (key, value) in key_order::sorted(self.dialect, entries) {
                    self.value(key)?;
                    self.value(value)?;
                }
                self.close(Step::MappingEnd);
            }
        }
        Ok(())
    }

    fn plain(&mut self, text: impl Into<Cow<'v, str>>) {
        self.nodes.push(Step::Scalar(text.into(), ScalarStyle::Plain));
    }

    fn open(&mut self, start: Step<'v>) -> Result<(), EmitYaml> {
        if self.depth >= VALUE_DEPTH_MAX {
            return Err(EmitYaml::NestTooDeep { limit: VALUE_DEPTH_MAX });
        }
        self.depth += 1;
        self.nodes.push(start);
        Ok(())
    }

    fn close(&mut self, end: Step<'v>) {
        self.depth -= 1;
        self.nodes.push(end);
    }
}

/// The style that a text is given when it is printed as a value.
pub(crate) fn text_style(text: &str, dialect: Dialect) -> ScalarStyle {
    if text.contains('\n') {
        return ScalarStyle::Literal;
    }
    let is_legacy = dialect == Dialect::GoYaml3 && legacy_bool(text).is_some();
    if is_plain_string(dialect, text) && !is_legacy && !is_base_60(text) {
        ScalarStyle::Plain
    } else {
        ScalarStyle::DoubleQuoted
    }
}

/// Whether a text is a number in base 60 (`1:30`) to a YAML 1.1 reader: `[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?`.
pub(super) fn is_base_60(text: &str) -> bool {
    if !text.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '-' | '+')) {
        return false;
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (number, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    let mut places = number.split(':');
    let head = places.next().unwrap_or_default();
    let mut rest = places.peekable();
    head.starts_with(|first: char| first.is_ascii_digit())
        && is_digits(head)
        && is_digits(fraction)
        && rest.peek().is_some()
        && rest.all(is_sixtieth)
}

fn is_sixtieth(place: &str) -> bool {
    matches!(place.as_bytes(), [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9'])
}
