//! A Flux Kustomization, but for what the build itself reads of it.

use manifest::value::Value;

use super::{Reference, ValuesReference, depends_on, other_cluster};
use crate::fields::Fields;

/// What decides where a Kustomization is built and what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct KustomizationSpec {
    pub(crate) path: String,
    pub(crate) source: Reference,
    pub(crate) depends_on: Vec<(String, String)>,
    pub(crate) substitution: Option<Substitution>,
    pub(crate) is_suspended: bool,
    pub(crate) other_cluster: Option<String>,
    pub(crate) decrypts: bool,
}

/// Variables for what was built.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Substitution {
    /// Those that it says itself, which win.
    pub(crate) inline: Vec<(String, String)>,
    /// Objects whose data are variables; later ones win.
    pub(crate) from: Vec<ValuesReference>,
    /// Whether texts are substituted even if there is no variable at all.
    pub(crate) is_always: bool,
}

impl KustomizationSpec {
    /// Reads the object's value; `namespace` is its own.
    pub(crate) fn of(object: &Value, namespace: &str) -> Self {
        let spec = Fields::of(object).at(&["spec"]);
        Self {
            path: spec.text(&["path"]).to_owned(),
            source: Reference::of(spec.at(&["sourceRef"]), namespace),
            depends_on: depends_on(spec, namespace),
            substitution: spec
                .at(&["postBuild"])
                .value()
                .map(|value| substitution(Fields::of(value), namespace)),
            is_suspended: spec.flag(&["suspend"]).unwrap_or(false),
            other_cluster: other_cluster(spec),
            decrypts: spec.at(&["decryption"]).value().is_some(),
        }
    }
}

fn substitution(fields: Fields<'_>, namespace: &str) -> Substitution {
    Substitution {
        inline: fields
            .texts(&["substitute"])
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        from: fields.items(&["substituteFrom"]).map(|item| ValuesReference::of(item, namespace)).collect(),
        is_always: fields.text(&["substituteStrategy"]) == "Always",
    }
}
