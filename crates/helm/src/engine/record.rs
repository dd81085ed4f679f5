//! Go structs as templates see them: fields in the order of their declaration, a few methods.
//!
//! Takes the fields with their names in Go and in JSON; answers what the executor, `fmt` and the printers of YAML and JSON
//! ask. Knows nothing of what the structs are for.

use std::borrow::Cow;
use std::rc::Rc;

use gotemplate::{Call, Data, Fault, JsonForm, Ledger, Object, Signature, Value};
use text::Origin;

/// A struct, or a pointer to one.
#[derive(Debug)]
pub(crate) struct Record {
    /// The Go type as `%T` prints it; a pointer's begins with `*`.
    pub(crate) type_name: &'static str,
    pub(crate) fields: Vec<Field>,
    /// Methods without arguments that answer with a text; `String` is what an action prints.
    pub(crate) texts: Vec<(&'static str, String)>,
    /// By which names goyaml prints the fields.
    pub(crate) yaml: YamlNames,
    /// What those methods read.
    pub(crate) texts_origin: Origin,
}

/// What goyaml calls the fields of a struct.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum YamlNames {
    /// The names in Go, in small letters; none is left out.
    Lowercase,
    /// What JSON calls them, since the struct has the same tags for both.
    AsJson,
}

/// The layout of a time where nothing is said of another (`time.RFC3339Nano`).
pub(super) const RFC_3339_NANO: &[u8] = b"2006-01-02T15:04:05.999999999Z07:00";

/// One field.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    /// The name in JSON.
    pub(crate) json: &'static str,
    /// Whether JSON leaves it out where it is empty.
    pub(crate) omits_empty: bool,
    pub(crate) value: Value,
    /// Whether it is a struct whose fields and names count as those of the struct around it.
    pub(crate) is_embedded: bool,
    /// Whether anything but `fmt` sees it.
    pub(crate) is_exported: bool,
}

impl Field {
    /// A field that JSON leaves out where it is empty.
    pub(crate) fn optional(name: &'static str, json: &'static str, value: Value) -> Self {
        Self { name, json, omits_empty: true, value, is_embedded: false, is_exported: true }
    }

    /// A field that JSON always has.
    pub(crate) fn always(name: &'static str, json: &'static str, value: Value) -> Self {
        Self { name, json, omits_empty: false, value, is_embedded: false, is_exported: true }
    }

    /// A field that only `fmt` shows.
    pub(crate) fn hidden(name: &'static str, value: Value) -> Self {
        Self { is_exported: false, ..Self::optional(name, name, value) }
    }

    /// A struct within the struct, without a name of its own.
    pub(crate) fn embedded(name: &'static str, record: Record) -> Self {
        let value = record.into_value();
        Self { name, json: name, omits_empty: false, value, is_embedded: true, is_exported: true }
    }

    /// The struct, if it counts as part of the one around it.
    fn as_embedded(&self) -> Option<&Record> {
        match &self.value.data {
            Data::Object(object) if self.is_embedded => object.as_any().downcast_ref(),
            _ => None,
        }
    }

    /// Whether JSON has it.
    fn is_in_json(&self) -> bool {
        self.is_exported && !(self.omits_empty && is_empty(&self.value))
    }
}

impl Record {
    /// The record as a value that nobody wrote.
    pub(crate) fn into_value(self) -> Value {
        Value::unwritten(Data::Object(Rc::new(self)))
    }

    /// The fields, and in the place of a struct without a name of its own that one's.
    pub(super) fn flat_fields(&self) -> Vec<&Field> {
        let mut flat = Vec::new();
        for field in self.fields.iter().filter(|field| field.is_exported) {
            match field.as_embedded() {
                Some(record) => flat.extend(record.flat_fields()),
                None => flat.push(field),
            }
        }
        flat
    }

    /// What goyaml prints.
    pub(super) fn yaml_fields(&self) -> Vec<(Cow<'static, str>, Value)> {
        let fields = self.fields.iter().filter(|field| field.is_exported);
        match self.yaml {
            YamlNames::Lowercase => {
                fields.map(|field| (Cow::Owned(field.name.to_lowercase()), field.value.clone())).collect()
            }
            YamlNames::AsJson => {
                let fields = fields.filter(|field| field.is_in_json());
                fields.map(|field| (Cow::Borrowed(field.json), field.value.clone())).collect()
            }
        }
    }
}

/// Empty as `omitempty` has it.
fn is_empty(value: &Value) -> bool {
    match &value.data {
        Data::Nil => true,
        Data::Bool(value) => !value,
        Data::Int(value, _) => *value == 0,
        Data::String(text) => text.is_empty(),
        Data::List(list) => list.items.is_empty(),
        Data::Map(map) => map.is_empty(),
        _ => false,
    }
}

const NO_ARGUMENTS: Signature = Signature { parameters: &[], variadic: None };

impl Object for Record {
    fn type_name(&self) -> &str {
        self.type_name
    }

    fn kind(&self) -> &'static str {
        if self.type_name.starts_with('*') { "ptr" } else { "struct" }
    }

    fn field(&self, name: &str) -> Option<Value> {
        let own = self
            .fields
            .iter()
            .find(|field| field.name == name && field.is_exported)
            .map(|field| field.value.clone());
        let within = || self.fields.iter().find_map(|field| field.as_embedded()?.field(name));
        own.or_else(within)
    }

    fn signature(&self, name: &str) -> Option<Signature> {
        self.texts.iter().any(|(known, _)| *known == name).then_some(NO_ARGUMENTS)
    }

    fn call(&self, call: &Call<'_>, name: &str, _: &[Value]) -> Result<Value, Fault> {
        let text = self.texts.iter().find(|(known, _)| *known == name);
        Ok(match text {
            Some((_, text)) => Value::string(text.as_str(), call.made(&[Value::nil(self.texts_origin)])),
            None => Value::nil(Ledger::NOWHERE),
        })
    }

    /// `String` is a method of pointers to the struct.
    fn text(&self) -> Option<String> {
        None
    }

    fn text_at_address(&self) -> Option<String> {
        self.texts.iter().find(|(name, _)| *name == "String").map(|(_, text)| text.clone())
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        self.fields.iter().map(|field| (field.name, field.value.clone())).collect()
    }

    fn json(&self) -> Result<JsonForm, Fault> {
        let shown = self.flat_fields().into_iter().filter(|field| field.is_in_json());
        Ok(JsonForm::Fields(shown.map(|field| (field.json, field.value.clone())).collect()))
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}
