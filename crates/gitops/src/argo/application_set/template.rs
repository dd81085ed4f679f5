//! From parameters to Applications: the template, what a generator's own template says over it, the patch.

use manifest::value::Value;

use super::generators::interpolate_entry;
use super::parameters::Parameters;
use super::patch;
use super::rendering::Templating;
use crate::fields::Fields;
use crate::graph::Missing;

/// What is put on Applications whose objects go with them.
const FINALIZER: &str = "resources-finalizer.argocd.argoproj.io";

/// What an `ApplicationSet` makes Applications of.
pub(super) struct Template<'t> {
    pub(super) template: &'t Value,
    pub(super) patch: Option<&'t str>,
    /// Whether objects stay when their Application goes.
    pub(super) preserves_objects: bool,
    /// The set's own, which its Applications are in as well.
    pub(super) namespace: &'t str,
}

impl Template<'_> {
    /// The Application of one set of parameters.
    pub(super) fn application(
        &self,
        own: &Value,
        parameters: &Parameters,
        templating: &Templating,
    ) -> Result<Value, Missing> {
        let whole = filled(own, self.template);
        let renderer = templating.renderer(parameters);
        // Without a parameter nothing is put in, and nothing else is done.
        let replaced = if parameters.is_empty() { whole } else { renderer.replace_all(&whole)? };
        let mut application = application_of(&replaced);
        if !parameters.is_empty() && !self.preserves_objects {
            add_finalizer(&mut application);
        }
        if let Some(text) = self.patch {
            application = patch::apply(application, &renderer.replace(text)?)?;
        }
        Ok(placed(application, self.namespace))
    }
}

/// An entry of generators with parameters of another put in.
pub(super) fn interpolated(
    entry: &Value,
    parameters: &Parameters,
    templating: &Templating,
) -> Result<Value, Missing> {
    let strict = templating.strict();
    interpolate_entry(entry, &templating.renderer(parameters), &strict.renderer(parameters))
}

/// A template with what it does not say itself taken from another. Values for charts are one text to it.
fn filled(own: &Value, base: &Value) -> Value {
    match (own, base) {
        (Value::Mapping(entries), Value::Mapping(others)) => {
            let mut filled_in = Vec::with_capacity(entries.len() + others.len());
            for (key, value) in entries {
                let other = others.iter().find(|(other, _)| other == key).map(|(_, value)| value);
                let is_whole = key.as_str() == Some("valuesObject") && !is_empty(value);
                let value = match other {
                    Some(other) if !is_whole => filled(value, other),
                    _ => value.clone(),
                };
                filled_in.push((key.clone(), value));
            }
            let is_new = |(key, _): &&(Value, Value)| !entries.iter().any(|(there, _)| there == key);
            filled_in.extend(others.iter().filter(is_new).cloned());
            Value::Mapping(filled_in)
        }
        (own, base) if is_empty(own) => base.clone(),
        (own, _) => own.clone(),
    }
}

/// Whether a field says nothing, as Go sees it.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) | Value::Int(0) | Value::Unsigned(0) => true,
        Value::Bool(true) | Value::Int(_) | Value::Unsigned(_) => false,
        Value::Float(number) => *number == 0.0,
        Value::String(text) => text.is_empty(),
        Value::Sequence(items) => items.is_empty(),
        Value::Mapping(entries) => entries.is_empty(),
    }
}

/// What of the metadata a template may say.
const METADATA: [&str; 5] = ["name", "namespace", "labels", "annotations", "finalizers"];

fn application_of(template: &Value) -> Value {
    let fields = Fields::of(template);
    let entry = |key: &str, value: &Value| (Value::from(key), value.clone());
    let metadata =
        METADATA.into_iter().filter_map(|field| Some(entry(field, fields.at(&["metadata", field]).value()?)));
    let metadata = Value::Mapping(metadata.collect());
    let spec = fields.at(&["spec"]).value().cloned().unwrap_or(Value::Mapping(Vec::new()));
    Value::Mapping(vec![
        (Value::from("apiVersion"), Value::from("argoproj.io/v1alpha1")),
        (Value::from("kind"), Value::from("Application")),
        (Value::from("metadata"), metadata),
        (Value::from("spec"), spec),
    ])
}

fn add_finalizer(application: &mut Value) {
    let Some(metadata) = patch::at_mut(application, "metadata") else { return };
    let has_own = metadata.get("finalizers").is_some_and(|there| !is_empty(there));
    if !has_own {
        patch::put(metadata, "finalizers", Value::Sequence(vec![Value::from(FINALIZER)]));
    }
}

fn placed(mut application: Value, namespace: &str) -> Value {
    if let Some(metadata) = patch::at_mut(&mut application, "metadata") {
        patch::put(metadata, "namespace", Value::from(namespace));
    }
    application
}
