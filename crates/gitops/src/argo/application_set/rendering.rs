//! Texts with parameters put into them: as Go templates, or tag by tag.

use std::sync::Arc;

use gotemplate::{
    Engine, Fixed, FunctionTable, Ledger, MissingKey, TemplateSet, TextSource, Value as TemplateValue,
};
use gotemplate::{parse, sprig};
use manifest::value::Value;
use text::TextId;

use super::functions::FUNCTIONS;
use super::parameters::{Parameter, Parameters};
use crate::graph::Missing;
use crate::limits::TEMPLATE_STACK_BYTES_MAX;

/// How an `ApplicationSet` puts parameters into texts.
pub(crate) struct Templating {
    /// What a key that is not there is; none if templates are not Go's.
    missing_key: Option<MissingKey>,
    functions: FunctionTable,
    now_nanoseconds: i128,
}

/// What puts one set of parameters into texts.
pub(crate) struct Renderer<'r> {
    templating: &'r Templating,
    parameters: &'r Parameters,
    dot: TemplateValue,
}

impl Templating {
    /// Tags in double braces, each the name of a parameter.
    pub(crate) fn of_tags() -> Self {
        Self { missing_key: None, functions: FunctionTable::new(&[]), now_nanoseconds: 0 }
    }

    /// Go templates with these options, at a moment.
    pub(crate) fn of_go(options: &[&str], now_nanoseconds: i128) -> Result<Self, Missing> {
        let mut missing_key = MissingKey::Invalid;
        for option in options {
            missing_key = match *option {
                "missingkey=default" | "missingkey=invalid" => MissingKey::Invalid,
                "missingkey=zero" => MissingKey::Zero,
                "missingkey=error" => MissingKey::Error,
                other => {
                    return Err(Missing::Render(format!(
                        "unrecognized option of goTemplateOptions: {other}"
                    )));
                }
            };
        }
        let functions = FunctionTable::new(&[sprig::FAMILIES, &[FUNCTIONS]].concat());
        Ok(Self { missing_key: Some(missing_key), functions, now_nanoseconds })
    }

    pub(crate) fn is_go(&self) -> bool {
        self.missing_key.is_some()
    }

    /// The same, refusing keys that are not there.
    pub(crate) fn strict(&self) -> Self {
        Self {
            missing_key: self.missing_key.map(|_| MissingKey::Error),
            functions: self.functions.clone(),
            now_nanoseconds: self.now_nanoseconds,
        }
    }

    pub(crate) fn renderer<'r>(&'r self, parameters: &'r Parameters) -> Renderer<'r> {
        let dot = match self.missing_key {
            Some(_) => Parameter::Map(parameters.clone()).for_template(),
            None => TemplateValue::nil(Ledger::NOWHERE),
        };
        Renderer { templating: self, parameters, dot }
    }
}

impl Renderer<'_> {
    /// A text with parameters in it.
    pub(crate) fn replace(&self, text: &str) -> Result<String, Missing> {
        if !text.contains(OPENING) {
            return Ok(text.to_owned());
        }
        match self.templating.missing_key {
            Some(missing_key) => self.execute(text, missing_key),
            None => self.put_tags(text),
        }
    }

    /// All texts in a value, and keys. Entries without a value go, as Go's maps lose them.
    pub(crate) fn replace_all(&self, value: &Value) -> Result<Value, Missing> {
        Ok(match value {
            Value::String(text) => Value::String(self.replace(text)?),
            Value::Sequence(items) => {
                Value::Sequence(items.iter().map(|item| self.replace_all(item)).collect::<Result<_, _>>()?)
            }
            Value::Mapping(entries) => {
                let mut replaced = Vec::with_capacity(entries.len());
                for (key, value) in entries.iter().filter(|(_, value)| !matches!(value, Value::Null)) {
                    replaced.push((self.replace_all(key)?, self.replace_all(value)?));
                }
                Value::Mapping(replaced)
            }
            other => other.clone(),
        })
    }

    fn execute(&self, text: &str, missing_key: MissingKey) -> Result<String, Missing> {
        let functions = &self.templating.functions;
        let parsed = parse("", text.as_bytes(), &|name| functions.knows(name)).map_err(|error| {
            Missing::Render(format!("failed to parse template {text}: {}", error.message))
        })?;
        let mut set = TemplateSet::new(functions.clone());
        set.add(Arc::new(parsed), TextSource::Text(TextId(0)));
        let (ledger, ports) = (Ledger::off(), Fixed::at(self.templating.now_nanoseconds));
        let engine = Engine::new(&set, &ledger, &ports, &())
            .with_missing_key(missing_key)
            .with_stack(TEMPLATE_STACK_BYTES_MAX);
        let rendered = engine.execute("", &self.dot).map_err(|error| {
            Missing::Render(format!("failed to execute go template {text}: {}", error.message))
        })?;
        Ok(String::from_utf8_lossy(&rendered.bytes).into_owned())
    }

    /// Each tag that names a parameter which is a text becomes that; others stay as they are.
    fn put_tags(&self, text: &str) -> Result<String, Missing> {
        if !has_tag(text) {
            return Ok(text.to_owned());
        }
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once(OPENING) {
            out.push_str(before);
            let Some((tag, behind)) = after.split_once(CLOSING) else {
                return Err(Missing::Render(format!(
                    "invalid template: cannot find the end of a tag in {text}"
                )));
            };
            match self.parameters.get(tag.trim()).and_then(Parameter::as_text) {
                Some(value) if !tag.trim().is_empty() => out.push_str(value),
                _ => out.extend([OPENING, tag, CLOSING]),
            }
            rest = behind;
        }
        out.push_str(rest);
        Ok(out)
    }
}

const OPENING: &str = "{{";
const CLOSING: &str = "}}";

/// Whether a line of a text has a tag: others are no templates.
fn has_tag(text: &str) -> bool {
    text.lines().any(|line| line.split_once(OPENING).is_some_and(|(_, after)| after.contains(CLOSING)))
}
