//! Sources: where files and charts come from.

use manifest::value::Value;

use crate::fields::Fields;

/// A source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// A Git repository.
    Git(GitSource),
    /// A repository of charts with an index.
    Charts { url: String },
    /// A registry: of charts where a `HelmRepository` says so, else the address of one artifact.
    Registry {
        url: String,
        /// `ref`: a digest, a range of versions, or a tag.
        digest: String,
        range: String,
        tag: String,
    },
    /// A chart of another source, by the name and version that it says.
    Chart(Box<super::ChartUse>),
    /// Something that nobody has at hand, by its kind.
    Elsewhere(&'static str),
}

/// A Git repository at a reference.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct GitSource {
    pub(crate) url: String,
    /// A commit, name, range of versions, tag or branch, with the word for what it is; the default branch if none is said.
    pub(crate) reference: Option<(&'static str, String)>,
    pub(crate) ignore: Option<String>,
    pub(crate) has_submodules: bool,
}

/// In the order in which the source controller looks at them.
const REFERENCES: [&str; 5] = ["commit", "name", "semver", "tag", "branch"];

/// The source that an object is; none if it is none. `namespace` is its own.
pub(crate) fn source_of(kind: &str, object: &Value, namespace: &str) -> Option<Source> {
    let spec = Fields::of(object).at(&["spec"]);
    let url = spec.text(&["url"]).to_owned();
    Some(match kind {
        "GitRepository" => Source::Git(GitSource {
            url,
            reference: REFERENCES
                .into_iter()
                .map(|kind| (kind, spec.text(&["ref", kind]).to_owned()))
                .find(|(_, name)| !name.is_empty()),
            ignore: spec.at(&["ignore"]).value().and_then(Value::as_str).map(str::to_owned),
            has_submodules: spec.flag(&["recurseSubmodules"]).unwrap_or(false),
        }),
        "HelmRepository" if spec.text(&["type"]) == "oci" || url.starts_with("oci://") => {
            Source::Registry { url, digest: String::new(), range: String::new(), tag: String::new() }
        }
        "HelmRepository" => Source::Charts { url },
        "OCIRepository" => {
            let reference = |field| spec.text(&["ref", field]).to_owned();
            Source::Registry {
                url,
                digest: reference("digest"),
                range: reference("semver"),
                tag: reference("tag"),
            }
        }
        "HelmChart" => Source::Chart(Box::new(super::ChartUse::of_chart(spec, namespace))),
        "Bucket" => Source::Elsewhere("Bucket"),
        _ => return None,
    })
}
