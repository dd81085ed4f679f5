//! Objects whose data are values or variables for others: `ConfigMap`s and Secrets that units render.
//!
//! Values of Secrets never reach an error. Encrypted ones are opaque: their names are known, what they say is not.

use std::cell::OnceCell;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use manifest::value::Value;

use crate::fields::Fields;
use crate::flux::{Reference, Substitution};
use crate::graph::{DataHomes, Missing, UnitAt};
use crate::mask::{differing, whole};
use crate::object::RenderedObject;

/// The data of an object.
#[derive(Clone, PartialEq, Eq, Default)]
pub(crate) struct Data {
    texts: BTreeMap<String, String>,
    /// The keys whose values nobody can read here.
    opaque: BTreeSet<String>,
    /// The ranges of values that are made of decrypted ones.
    sensitive: BTreeMap<String, Vec<Range<u32>>>,
}

/// All of a cluster.
#[derive(Default)]
pub(crate) struct DataObjects(BTreeMap<Reference, DataObject>);

/// An object that holds data. Few of them are ever asked for, so that it is read when the first one does.
struct DataObject {
    object: RenderedObject,
    /// The unit that renders it, by its position.
    unit: usize,
    data: OnceCell<Option<Data>>,
}

/// Variables by their names.
#[derive(Clone, Default)]
pub(crate) struct KnownVariables(pub(crate) BTreeMap<String, Variable>);

/// The value of a variable.
#[derive(Clone)]
pub(crate) struct Variable {
    pub(crate) text: String,
    /// The object that has it under the variable's name; none where the unit says it itself.
    pub(crate) from: Option<Reference>,
    /// Whether its value is not known.
    pub(crate) is_opaque: bool,
    pub(crate) is_secret: bool,
    /// Whether it is made of a decrypted value.
    pub(crate) is_sensitive: bool,
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
        formatter.debug_set().entries(self.0.keys()).finish()
    }
}

/// What stands for the value of a variable that is encrypted: no text that YAML reads as something else.
pub(crate) fn opaque_text(name: &str) -> String {
    format!("«{name}»")
}

/// What an encrypted value begins with.
const ENCRYPTED: &str = "ENC[";

impl DataObjects {
    /// Takes an object in that a unit renders, if it is one that holds data and is not known yet; says whether it was. Of two
    /// with one name the first stays.
    pub(crate) fn add(&mut self, object: &RenderedObject, unit: usize) -> bool {
        let is_data =
            object.id.group.is_empty() && ["ConfigMap", "Secret"].contains(&object.id.kind.as_str());
        if !is_data {
            return false;
        }
        match self.0.entry(Reference::to(object)) {
            Entry::Occupied(_) => false,
            Entry::Vacant(free) => {
                free.insert(DataObject { object: object.clone(), unit, data: OnceCell::new() });
                true
            }
        }
    }

    /// The data of an object; none if no unit renders it, or it cannot be read.
    pub(crate) fn get(&self, reference: &Reference) -> Option<&Data> {
        let DataObject { object, data, .. } = self.0.get(reference)?;
        data.get_or_init(|| Data::of_object(object)).as_ref()
    }

    /// The units that render the objects.
    pub(crate) fn into_homes(self) -> DataHomes {
        let at = |unit| UnitAt { cluster: None, unit };
        DataHomes(self.0.into_iter().map(|(reference, object)| (reference, at(object.unit))).collect())
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
            let from = Some(from.object.clone());
            for (name, text) in &data.texts {
                let (text, from) = (text.clone(), from.clone());
                let is_sensitive = data.sensitive.contains_key(name);
                variables.set(name, Variable { text, from, is_opaque: false, is_secret, is_sensitive });
            }
            for name in &data.opaque {
                let (text, from) = (opaque_text(name), from.clone());
                let is_sensitive = false;
                variables.set(name, Variable { text, from, is_opaque: true, is_secret, is_sensitive });
            }
        }
        for (name, text) in &substitution.inline {
            let text = text.clone();
            let is_sensitive = substitution.sensitive.contains(name);
            let variable =
                Variable { text, from: None, is_opaque: false, is_secret: is_sensitive, is_sensitive };
            variables.set(name, variable);
        }
        Ok(variables)
    }
}

impl KnownVariables {
    /// Sets a variable in place of what it was.
    fn set(&mut self, name: &str, variable: Variable) {
        self.0.insert(name.to_owned(), variable);
    }

    /// Hands out all that decides what comes of them, and where they are from.
    pub(crate) fn identify(&self, put: &mut dyn FnMut(&str)) {
        for (name, Variable { text, from, is_opaque, is_secret, is_sensitive }) in &self.0 {
            put(name);
            put(text);
            put(&from.as_ref().map(ToString::to_string).unwrap_or_default());
            put(if *is_opaque { "opaque" } else { "known" });
            put(if *is_secret { "secret" } else { "plain" });
            put(if *is_sensitive { "decrypted" } else { "as it is" });
        }
    }
}

impl Data {
    /// The data of an object, with what of them is made of decrypted values; none if it cannot be read.
    pub(crate) fn of_object(object: &RenderedObject) -> Option<Self> {
        let is_secret = object.id.kind == "Secret";
        let mut data = Self::of(&object.value().ok()?, is_secret);
        if object.is_masked() {
            let shown = Self::of(&object.shown().value().ok()?, is_secret);
            for (key, text) in &data.texts {
                let ranges = match shown.texts.get(key) {
                    Some(shown) => differing(text, shown),
                    None => whole(),
                };
                if !ranges.is_empty() {
                    data.sensitive.insert(key.clone(), ranges);
                }
            }
        }
        Some(data)
    }

    /// The ranges of a value that are made of decrypted ones.
    pub(crate) fn sensitive(&self, key: &str) -> &[Range<u32>] {
        self.sensitive.get(key).map(Vec::as_slice).unwrap_or_default()
    }

    pub(crate) fn of(object: &Value, is_secret: bool) -> Self {
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
