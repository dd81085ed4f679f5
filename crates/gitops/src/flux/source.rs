//! Sources: where files and charts come from.

use kustomize::load::join;
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
        /// What of an artifact counts where it holds manifests.
        manifests: Box<OciManifests>,
    },
    /// A chart of another source, by the name and version that it says.
    Chart(Box<super::ChartUse>),
    /// Something that nobody has at hand, by its kind.
    Elsewhere(&'static str),
}

/// What of an artifact of a registry is a source of manifests.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct OciManifests {
    /// The kind of the layer that holds them; empty for the first one.
    pub(crate) media_type: String,
    /// What tags have to match beside the range of versions.
    pub(crate) tag_filter: String,
    pub(crate) ignore: Option<String>,
    /// Whether the controller verifies a signature.
    pub(crate) is_verified: bool,
}

/// A Git repository at a reference.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct GitSource {
    pub(crate) url: String,
    /// A commit, name, range of versions, tag or branch, with the word for what it is; the default branch if none is said.
    pub(crate) reference: Option<(&'static str, String)>,
    pub(crate) ignore: Option<String>,
    pub(crate) has_submodules: bool,
    /// Files of other repositories under paths of this one.
    pub(crate) includes: Vec<Include>,
}

/// Files of another Git repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Include {
    /// The name of its source, in the namespace of this one.
    pub(crate) name: String,
    /// A folder there; empty for all of it.
    pub(crate) from: String,
    /// The folder here.
    pub(crate) to: String,
}

impl Include {
    fn of(include: Fields<'_>) -> Self {
        let text = |path: &[&str]| include.text(path).to_owned();
        let (name, from, to) = (text(&["repository", "name"]), text(&["fromPath"]), text(&["toPath"]));
        let to = if to.is_empty() { name.clone() } else { to };
        Self { name, from: join("", &from), to: join("", &to) }
    }
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
            includes: spec.items(&["include"]).map(Include::of).collect(),
        }),
        "HelmRepository" if spec.text(&["type"]) == "oci" || url.starts_with("oci://") => {
            let (digest, range, tag, manifests) = Default::default();
            Source::Registry { url, digest, range, tag, manifests }
        }
        "HelmRepository" => Source::Charts { url },
        "OCIRepository" => {
            let reference = |field| spec.text(&["ref", field]).to_owned();
            Source::Registry {
                url,
                digest: reference("digest"),
                range: reference("semver"),
                tag: reference("tag"),
                manifests: Box::new(OciManifests {
                    media_type: spec.text(&["layerSelector", "mediaType"]).to_owned(),
                    tag_filter: reference("semverFilter"),
                    ignore: spec.at(&["ignore"]).value().and_then(Value::as_str).map(str::to_owned),
                    is_verified: spec.at(&["verify"]).value().is_some(),
                }),
            }
        }
        "HelmChart" => Source::Chart(Box::new(super::ChartUse::of_chart(spec, namespace))),
        "Bucket" => Source::Elsewhere("Bucket"),
        _ => return None,
    })
}
