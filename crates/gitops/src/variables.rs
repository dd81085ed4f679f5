//! Objects whose data are values or variables for others: `ConfigMap`s and Secrets that units render.
//!
//! Values of Secrets never reach an error. Encrypted ones are opaque: their names are known, what they say is not.

use std::collections::{BTreeMap, BTreeSet};

use manifest::value::Value;

use crate::fields::Fields;
use crate::flux::{Reference, Substitution};
use crate::graph::Missing;
use crate::object::RenderedObject;
use crate::repository::namespace_of;

/// The data of an object.
#[derive(Clone, PartialEq, Eq, Default)]
pub(crate) struct Data {
    texts: BTreeMap<String, String>,
    /// The keys whose values nobody can read here.
    opaque: BTreeSet<String>,
}

/// All of a cluster.
#[derive(Debug, Default)]
pub(crate) struct DataObjects(BTreeMap<Reference, Data>);

/// Variables, each with its value.
#[derive(Clone, Default)]
pub(crate) struct KnownVariables {
    pub(crate) texts: BTreeMap<String, String>,
    /// Those whose values are not known.
    pub(crate) opaque: BTreeSet<String>,
    /// Those that come from Secrets.
    pub(crate) secret: BTreeSet<String>,
}

impl std::fmt::Debug for Data {
    // Data may be secret, so that keys are shown alone.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_set().entries(self.texts.keys().chain(&self.opaque)).finish()
    }
}

impl std::fmt::Debug for KnownVariables {
    // As that of `Data`.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_set().entries(self.texts.keys().chain(&self.opaque)).finish()
    }
}

/// What stands for the value of a variable that is encrypted: no text that YAML reads as something else.
pub(crate) fn opaque_text(name: &str) -> String {
    format!("«{name}»")
}

/// What an encrypted value begins with.
const ENCRYPTED: &str = "ENC[";

impl DataObjects {
    /// Takes an object in, if it is one that holds data and is not known yet; says whether it was. Of two with one name the
    /// first stays.
    pub(crate) fn add(&mut self, object: &RenderedObject) -> bool {
        let is_data =
            object.id.group.is_empty() && ["ConfigMap", "Secret"].contains(&object.id.kind.as_str());
        let Some(value) = is_data.then(|| object.value().ok()).flatten() else { return false };
        let reference = Reference {
            kind: object.id.kind.clone(),
            namespace: namespace_of(object).to_owned(),
            name: object.id.name.clone(),
        };
        let is_new = !self.0.contains_key(&reference);
        self.0.entry(reference).or_insert_with(|| Data::of(&value, object.id.kind == "Secret"));
        is_new
    }

    pub(crate) fn get(&self, reference: &Reference) -> Option<&Data> {
        self.0.get(reference)
    }

    /// The variables of a substitution; objects that may be missing count as empty.
    pub(crate) fn variables(&self, substitution: &Substitution) -> Result<KnownVariables, Missing> {
        let mut variables = KnownVariables::default();
        for from in &substitution.from {
            let Some(data) = self.get(&from.object) else {
                if from.is_optional {
                    continue;
                }
                return Err(Missing::FindValues(from.object.to_string()));
            };
            let is_secret = from.object.kind == "Secret";
            for (name, text) in &data.texts {
                variables.set(name, text.clone(), is_secret);
            }
            for name in &data.opaque {
                variables.set(name, opaque_text(name), is_secret);
                variables.opaque.insert(name.clone());
            }
        }
        for (name, text) in &substitution.inline {
            variables.set(name, text.clone(), false);
        }
        Ok(variables)
    }
}

impl KnownVariables {
    /// Sets a variable in place of what it was.
    fn set(&mut self, name: &str, text: String, is_secret: bool) {
        self.opaque.remove(name);
        self.secret.remove(name);
        if is_secret {
            self.secret.insert(name.to_owned());
        }
        self.texts.insert(name.to_owned(), text);
    }
}

impl Data {
    fn of(object: &Value, is_secret: bool) -> Self {
        let fields = Fields::of(object);
        let is_encrypted = fields.at(&["sops"]).value().is_some();
        let mut data = Self::default();
        let encoded: &[(&str, bool)] =
            if is_secret { &[("data", true), ("stringData", false)] } else { &[("data", false)] };
        for (field, is_base64) in encoded {
            for (key, text) in fields.texts(&[field]) {
                let decoded = if *is_base64 { decoded(text) } else { Some(text.to_owned()) };
                match decoded.filter(|_| !(is_encrypted && text.starts_with(ENCRYPTED))) {
                    Some(text) => {
                        data.opaque.remove(key);
                        data.texts.insert(key.to_owned(), text);
                    }
                    None => {
                        data.opaque.insert(key.to_owned());
                    }
                }
            }
        }
        data
    }

    /// The text of a key; `None` if there is no such key.
    pub(crate) fn text(&self, key: &str) -> Option<Result<&str, ()>> {
        match self.texts.get(key) {
            Some(text) => Some(Ok(text)),
            None => self.opaque.contains(key).then_some(Err(())),
        }
    }
}

fn decoded(text: &str) -> Option<String> {
    use base64ct::{Base64, Encoding as _};
    let dense: String = text.split_ascii_whitespace().collect();
    String::from_utf8(Base64::decode_vec(&dense).ok()?).ok()
}
