//! What Flux's objects say, as far as it decides what is rendered.
//!
//! Reads objects that were rendered, so that what a parent patched or substituted counts. Builds nothing.

mod generator;
mod installed;
mod kustomization;
mod release;
mod source;

use std::fmt;

use crate::fields::Fields;
use crate::object::RenderedObject;

pub(crate) use generator::{ArtifactGenerator, Copy, OutputArtifact};
pub(crate) use installed::strictness;
pub(crate) use kustomization::{KustomizationSpec, Substitution};
pub(crate) use release::{ChartUse, PostRenderer, PrintedValues, ReleaseSpec};
pub(crate) use source::{GitSource, Include, OciManifests, Source, source_of};

/// The API group of Flux Kustomizations.
pub(crate) const KUSTOMIZE_GROUP: &str = "kustomize.toolkit.fluxcd.io";
/// The API group of Helm releases.
pub(crate) const HELM_GROUP: &str = "helm.toolkit.fluxcd.io";
/// The API group of sources.
pub(crate) const SOURCE_GROUP: &str = "source.toolkit.fluxcd.io";
/// The API group of what makes artifacts of other artifacts.
pub(crate) const EXTENSIONS_GROUP: &str = "source.extensions.fluxcd.io";

/// The API group of the Flux Operator.
pub(crate) const OPERATOR_GROUP: &str = "fluxcd.controlplane.io";

/// Another object, by its kind and name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(crate) struct Reference {
    pub(crate) kind: String,
    pub(crate) namespace: String,
    pub(crate) name: String,
}

impl fmt::Display for Reference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}/{}", self.kind, self.namespace, self.name)
    }
}

impl Reference {
    /// The reference of an object, as it is called in the cluster.
    pub(crate) fn to(object: &RenderedObject) -> Self {
        let id = object.clear_id();
        let namespace = if id.namespace.is_empty() { "default" } else { &id.namespace }.to_owned();
        Self { kind: id.kind.clone(), namespace, name: id.name.clone() }
    }

    /// A reference of an object in `namespace`, which is meant where none is said.
    pub(crate) fn of(fields: Fields<'_>, namespace: &str) -> Self {
        let said = fields.text(&["namespace"]);
        Self {
            kind: fields.text(&["kind"]).to_owned(),
            namespace: if said.is_empty() { namespace } else { said }.to_owned(),
            name: fields.text(&["name"]).to_owned(),
        }
    }
}

/// Values that stand in a `ConfigMap` or a Secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ValuesReference {
    pub(crate) object: Reference,
    /// The key that holds them; `values.yaml` if none is said.
    pub(crate) key: String,
    /// The path at which they are put, as `--set` writes it; none if they are a file of values.
    pub(crate) target_path: Option<String>,
    /// Whether a text at a path is taken as it is, and not read as `--set` reads it.
    pub(crate) is_literal: bool,
    /// Whether it may be missing.
    pub(crate) is_optional: bool,
}

impl ValuesReference {
    /// A reference of an object in `namespace`, where alone what it refers to may stand.
    pub(crate) fn of(fields: Fields<'_>, namespace: &str) -> Self {
        let key = fields.text(&["valuesKey"]);
        Self {
            object: Reference { namespace: namespace.to_owned(), ..Reference::of(fields, namespace) },
            key: if key.is_empty() { "values.yaml" } else { key }.to_owned(),
            target_path: Some(fields.text(&["targetPath"]).to_owned()).filter(|path| !path.is_empty()),
            is_literal: fields.flag(&["literal"]).unwrap_or(false),
            is_optional: fields.flag(&["optional"]).unwrap_or(false),
        }
    }
}

/// The objects of the same kind that an object waits for.
pub(crate) fn depends_on(spec: Fields<'_>, namespace: &str) -> Vec<(String, String)> {
    let of_one = |fields: Fields<'_>| {
        let Reference { namespace, name, .. } = Reference::of(fields, namespace);
        (namespace, name)
    };
    spec.items(&["dependsOn"]).map(of_one).collect()
}

/// What the names of Secrets with the access to a cluster end with by the custom of Cluster API; before it stands the cluster's own.
const ACCESS_SUFFIX: &str = "-kubeconfig";

/// The other cluster that an object's work goes to, by the name of what holds the access to it.
pub(crate) fn other_cluster(spec: Fields<'_>) -> Option<String> {
    let names = ["secretRef", "configMapRef"].map(|field| spec.text(&["kubeConfig", field, "name"]));
    let name = names.into_iter().find(|name| !name.is_empty())?;
    Some(name.strip_suffix(ACCESS_SUFFIX).filter(|name| !name.is_empty()).unwrap_or(name).to_owned())
}
