//! Variables in what a Kustomization built: object by object on its text, as Flux's kustomize-controller does it.
//!
//! An object without a `$` stays as it is. What was substituted is read again as YAML, so that a text may become a number.

use std::collections::BTreeSet;

use manifest::emit::marshal_as_kubectl;
use manifest::resolve::Dialect;
use manifest::value::Value;
use text::TextId;

use crate::fields::Fields;
use crate::graph::Missing;
use crate::substitute::{Answer, Name, Strictness, substitute};
use crate::variables::Variables;

/// The label or annotation that keeps variables out of an object, if it says `disabled`.
const SWITCH: &str = "kustomize.toolkit.fluxcd.io/substitute";

/// Puts variables into texts, and remembers which of them were encrypted.
pub(crate) struct Substituter<'v> {
    variables: &'v Variables,
    opaque: BTreeSet<String>,
    /// Variables that nobody has set and that have no default.
    missing: BTreeSet<String>,
}

impl<'v> Substituter<'v> {
    pub(crate) fn new(variables: &'v Variables) -> Self {
        Self { variables, opaque: BTreeSet::new(), missing: BTreeSet::new() }
    }

    /// The text of an object with its variables in it; none if nothing changes.
    pub(crate) fn substituted(&mut self, text: &str) -> Result<Option<String>, Missing> {
        if !text.contains('$') || is_switched_off(text) {
            return Ok(None);
        }
        let lookup = |name: &str| self.variables.texts.get(name).map(String::as_bytes);
        let substituted = substitute(text.as_bytes(), lookup, Strictness::Lenient)
            .map_err(|error| Missing::Render(format!("variable substitution failed: {}", text::with_causes(&error))))?;
        for Name { name, answer } in &substituted.names {
            if self.variables.opaque.contains(*name) {
                self.opaque.insert((*name).to_owned());
            } else if *answer == Answer::Missing {
                self.missing.insert((*name).to_owned());
            }
        }
        if !substituted.is_changed() {
            return Ok(None);
        }
        printed(&String::from_utf8_lossy(&substituted.text)).map(Some)
    }

    /// What of it is not as in the cluster.
    pub(crate) fn notes(self) -> Vec<String> {
        let opaque = said(&self.opaque, "is encrypted", "are encrypted");
        // Flux 2.9 makes it an error unless told otherwise; before, such a variable was empty.
        let missing = said(&self.missing, "has no value, which fails since Flux 2.9", "have no value, which fails since Flux 2.9");
        opaque.into_iter().chain(missing).collect()
    }
}

fn said(names: &BTreeSet<String>, of_one: &str, of_several: &str) -> Option<String> {
    let listed: Vec<&str> = names.iter().map(String::as_str).collect();
    match listed.len() {
        0 => None,
        1 => Some(format!("1 variable {of_one}: {}", listed.join(", "))),
        count => Some(format!("{count} variables {of_several}: {}", listed.join(", "))),
    }
}

fn is_switched_off(text: &str) -> bool {
    if !text.contains(SWITCH) {
        return false;
    }
    let value = value_of(text);
    let says = |field: &str| {
        let found = value.as_ref().ok().map(|value| Fields::of(value).text(&["metadata", field, SWITCH]));
        found.is_some_and(|said| said.eq_ignore_ascii_case("disabled"))
    };
    says("labels") || says("annotations")
}

/// A text as the API server would get it.
fn printed(text: &str) -> Result<String, Missing> {
    let broken = |reason: String| Missing::Render(format!("substitution breaks the YAML of an object: {reason}"));
    marshal_as_kubectl(&value_of(text).map_err(broken)?).map_err(|error| broken(text::with_causes(&error)))
}

/// The error shows no text, which may hold secrets by now.
fn value_of(text: &str) -> Result<Value, String> {
    let document = manifest::parse(TextId(0), text.as_bytes(), 0..text.len(), None);
    let document = document.map_err(|error| text::with_causes(&error))?;
    Value::from_document(&document, Dialect::GoYaml2).map_err(|error| text::with_causes(&error))
}
