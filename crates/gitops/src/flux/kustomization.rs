//! A Flux Kustomization, but for what the build itself reads of it.

use std::collections::BTreeSet;
use std::fmt;

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
    /// Whether SOPS decrypts what it is built of. Flux overlooks providers that it does not know.
    pub(crate) decrypts: bool,
}

/// Variables for what was built.
#[derive(Clone, PartialEq, Eq, Default)]
pub(crate) struct Substitution {
    /// Those that it says itself, which win.
    pub(crate) inline: Vec<(String, String)>,
    /// Objects whose data are variables; later ones win.
    pub(crate) from: Vec<ValuesReference>,
    /// Whether texts are substituted even if there is no variable at all.
    pub(crate) is_always: bool,
    /// The names of those of its own that are made of decrypted values.
    pub(crate) sensitive: BTreeSet<String>,
    /// Whether names of the objects are made of decrypted values.
    pub(crate) hides_names: bool,
}

impl KustomizationSpec {
    /// Takes in what its object says where decrypted values are masked. Says whether only variables are made of those.
    pub(crate) fn compare(&mut self, shown: &Self) -> bool {
        if let (Some(own), Some(shown)) = (&mut self.substitution, &shown.substitution) {
            own.compare(shown);
        }
        let but_for_variables = |spec: &Self| Self {
            substitution: spec.substitution.clone().map(|substitution| Substitution {
                inline: Vec::new(),
                sensitive: BTreeSet::new(),
                from: Vec::new(),
                hides_names: false,
                ..substitution
            }),
            ..spec.clone()
        };
        but_for_variables(self) == but_for_variables(shown)
    }

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
            decrypts: spec.text(&["decryption", "provider"]) == "sops",
        }
    }
}

impl fmt::Debug for Substitution {
    // Values may be secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.inline.iter().map(|(name, _)| name)).finish()
    }
}

impl Substitution {
    /// Notes which of its own variables another one, of the same object as it is shown, says otherwise.
    fn compare(&mut self, shown: &Self) {
        let own = self.inline.iter().filter(|variable| !shown.inline.contains(variable));
        self.sensitive = own.map(|(name, _)| name.clone()).collect();
        self.hides_names = self.from != shown.from;
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
        sensitive: BTreeSet::new(),
        hides_names: false,
    }
}
