//! The words that stand in documents with versions that the catalog has something to say about.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use catalog::{Api, CrdState, DefaultOn, Form};

/// JSON may write `/` as `\/`. Text with such a version in it is parsed, whatever group it is of.
const ESCAPED_SLASH: &str = "\\/v";

/// Versions that a group may have one day, or that somebody mistyped.
const NUMBERS: [&str; 3] = ["v1", "v2", "v3"];
const STAGES: [&str; 8] = ["", "alpha1", "alpha2", "alpha3", "beta1", "beta2", "beta3", "beta4"];

/// Versions of what the API server serves that are deprecated, removed or off by default at any minor.
pub(crate) fn unsettled_apis() -> &'static [&'static str] {
    static WORDS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
        collect(catalog::apis().filter(|api| is_unsettled(*api) && is_served(*api)).map(word_of))
    });
    &WORDS
}

/// As [`unsettled_apis`], and versions of built-in groups that the catalog does not know.
pub(crate) fn unsettled_and_unknown_apis() -> &'static [&'static str] {
    static WORDS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
        let groups: BTreeSet<&str> =
            catalog::apis().map(|api| api.gvk().group).filter(|group| !group.is_empty()).collect();
        let unknown = groups.iter().flat_map(|group| {
            let versions =
                NUMBERS.iter().flat_map(|number| STAGES.iter().map(move |stage| format!("{number}{stage}")));
            versions.filter_map(move |version| {
                let known = resource::GroupVersion { group, version: &version };
                (!catalog::group_version_known(known)).then(|| format!("{group}/{version}"))
            })
        });
        collect(unsettled_apis().iter().map(|word| (*word).to_owned()).chain(unknown))
    });
    &WORDS
}

/// Versions of configuration files that are deprecated or removed at any minor.
pub(crate) fn unsettled_files() -> &'static [&'static str] {
    static WORDS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
        collect(catalog::apis().filter(|api| is_unsettled(*api) && api.form() == Form::File).map(word_of))
    });
    &WORDS
}

/// Versions of custom resources that an add-on deprecated or dropped.
pub(crate) fn unsettled_crds() -> &'static [&'static str] {
    static WORDS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
        let rows = catalog::crd_apis().filter(|row| row.state() != CrdState::Served);
        collect(rows.map(|row| row.gvk().group_version().to_string()))
    });
    &WORDS
}

fn is_unsettled(api: Api) -> bool {
    api.deprecated().is_some() || api.removed().is_some() || api.default_on() != DefaultOn::Yes
}

fn is_served(api: Api) -> bool {
    matches!(api.form(), Form::Object | Form::Request)
}

/// The version, which few documents name; in the core group the kind, since every other document says `v1`.
fn word_of(api: Api) -> String {
    let gvk = api.gvk();
    if gvk.group.is_empty() { gvk.kind.to_owned() } else { gvk.group_version().to_string() }
}

/// Sorted, each once, for the rest of the run: the words are as many as the catalog's rows and live as long.
fn collect(words: impl Iterator<Item = String>) -> Vec<&'static str> {
    let words: BTreeSet<String> = words.chain([ESCAPED_SLASH.to_owned()]).collect();
    words.into_iter().map(|word| &*word.leak()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_name_old_versions_and_never_what_every_document_says() {
        for word in
            ["policy/v1beta1", "extensions/v1beta1", "flowcontrol.apiserver.k8s.io/v1beta3", "Endpoints"]
        {
            assert!(unsettled_apis().contains(&word), "{word}");
        }
        for word in ["v1", "apps/v1", "batch/v1", "policy/v1"] {
            assert!(!unsettled_and_unknown_apis().contains(&word), "{word}");
        }
        assert!(unsettled_and_unknown_apis().contains(&"policy/v2"));
        assert!(unsettled_files().contains(&"kubeadm.k8s.io/v1beta3"));
        assert!(unsettled_crds().contains(&"karpenter.sh/v1alpha5"));
        assert!(!unsettled_crds().contains(&"karpenter.sh/v1"));
    }
}
