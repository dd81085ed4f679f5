//! Go structs as templates see them: fields in the order of their declaration, a few methods.
//!
//! Takes the fields with their names in Go and in JSON; answers what the executor, `fmt` and the printers of YAML and JSON
//! ask. Knows nothing of what the structs are for.

use std::rc::Rc;

use gotemplate::{Call, Data, Fault, JsonForm, Ledger, Object, Signature, Value};
use text::Origin;

/// A struct, or a pointer to one.
#[derive(Debug)]
pub(crate) struct Record {
    /// The Go type as `%T` prints it; a pointer's begins with `*`.
    pub(crate) type_name: &'static str,
    pub(crate) fields: Vec<Field>,
    /// Methods without arguments that answer with a text; `String` is what `fmt` prints.
    pub(crate) texts: Vec<(&'static str, String)>,
    /// What those methods read.
    pub(crate) texts_origin: Origin,
}

/// One field.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    /// The name in JSON.
    pub(crate) json: &'static str,
    /// Whether JSON leaves it out where it is empty.
    pub(crate) omits_empty: bool,
    pub(crate) value: Value,
}

impl Field {
    /// A field that JSON leaves out where it is empty.
    pub(crate) fn optional(name: &'static str, json: &'static str, value: Value) -> Self {
        Self { name, json, omits_empty: true, value }
    }

    /// A field that JSON always has.
    pub(crate) fn always(name: &'static str, json: &'static str, value: Value) -> Self {
        Self { name, json, omits_empty: false, value }
    }
}

impl Record {
    /// The record as a value that nobody wrote.
    pub(crate) fn into_value(self) -> Value {
        Value::unwritten(Data::Object(Rc::new(self)))
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
        self.fields.iter().find(|field| field.name == name).map(|field| field.value.clone())
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

    fn text(&self) -> Option<String> {
        self.texts.iter().find(|(name, _)| *name == "String").map(|(_, text)| text.clone())
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        self.fields.iter().map(|field| (field.name, field.value.clone())).collect()
    }

    fn json(&self) -> Result<JsonForm, Fault> {
        let shown = self.fields.iter().filter(|field| !(field.omits_empty && is_empty(&field.value)));
        Ok(JsonForm::Fields(shown.map(|field| (field.json, field.value.clone())).collect()))
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}
