//! What makes artifacts of parts of other artifacts.

use manifest::value::Value;

use super::Reference;
use crate::fields::Fields;

/// An `ArtifactGenerator`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ArtifactGenerator {
    /// Sources by the alias that copies name them with.
    pub(crate) sources: Vec<(String, Reference)>,
    pub(crate) artifacts: Vec<OutputArtifact>,
}

/// An artifact that is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OutputArtifact {
    pub(crate) name: String,
    pub(crate) copies: Vec<Copy>,
}

/// What is copied where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Copy {
    /// The alias of the source.
    pub(crate) alias: String,
    /// A path or a pattern in it.
    pub(crate) from: String,
    /// The path in the artifact; one that ends with a slash is a folder.
    pub(crate) to: String,
    pub(crate) excludes: Vec<String>,
    /// How it is put over what is there: `Overwrite`, `Merge` or `Extract`.
    pub(crate) strategy: String,
}

impl ArtifactGenerator {
    /// Reads the object's value; `namespace` is its own.
    pub(crate) fn of(object: &Value, namespace: &str) -> Self {
        let spec = Fields::of(object).at(&["spec"]);
        let source =
            |fields: Fields<'_>| (fields.text(&["alias"]).to_owned(), Reference::of(fields, namespace));
        let artifact = |fields: Fields<'_>| OutputArtifact {
            name: fields.text(&["name"]).to_owned(),
            copies: fields.items(&["copy"]).map(copy).collect(),
        };
        Self {
            sources: spec.items(&["sources"]).map(source).collect(),
            artifacts: spec.items(&["artifacts"]).map(artifact).collect(),
        }
    }
}

fn copy(fields: Fields<'_>) -> Copy {
    let from = fields.text(&["from"]).trim_start_matches('@');
    let (alias, from) = from.split_once('/').unwrap_or((from, ""));
    let to = fields.text(&["to"]);
    let excludes = fields.items(&["exclude"]).filter_map(|item| item.value()?.as_str().map(str::to_owned));
    Copy {
        alias: alias.to_owned(),
        from: from.to_owned(),
        to: to.strip_prefix("@artifact/").unwrap_or(to).to_owned(),
        excludes: excludes.collect(),
        strategy: fields.text(&["strategy"]).to_owned(),
    }
}
