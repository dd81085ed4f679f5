//! The words that stand in documents with versions that the catalog has something to say about.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use catalog::{Api, CrdState, DefaultOn, Form};

/// JSON may write `/` as `\/`. Text with such a version in it is parsed, whatever group it is of.
const ESCAPED_SLASHES: [&str; 2] = ["\\/v1", "\\/v2"];

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
        let unknown = groups.into_iter().flat_map(unknown_versions);
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

/// The versions that may come next in a group, or that somebody mistyped: the next major, the stages of v1 that there
/// never was, and the number after the last of those that there was. A scanner takes only some hundred words, so that
/// not every version that is unknown has one.
fn unknown_versions(group: &'static str) -> Vec<String> {
    let known: BTreeSet<&str> = catalog::apis()
        .map(|api| api.gvk())
        .filter(|gvk| gvk.group == group)
        .map(|gvk| gvk.version)
        .collect();
    let has = |start: &str| known.iter().any(|version| version.starts_with(start));
    let mut versions: Vec<String> = Vec::new();
    versions.extend((2..).map(|major| format!("v{major}")).find(|version| !has(version)));
    for stage in ["v1alpha", "v1beta"] {
        let next = (1..).map(|number| format!("{stage}{number}")).find(|version| !has(version));
        versions.extend(if has(stage) { next } else { Some(stage.to_owned()) });
    }
    versions.into_iter().map(|version| format!("{group}/{version}")).collect()
}

/// [`unsettled_apis`] and [`unsettled_crds`] together.
pub(crate) fn unsettled_apis_and_crds() -> Vec<&'static str> {
    [unsettled_apis(), unsettled_crds()].concat()
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
    let words: BTreeSet<String> = words.chain(ESCAPED_SLASHES.map(str::to_owned)).collect();
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
