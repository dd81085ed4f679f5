//! The clusters that an Argo CD knows: the one that it runs in, and those whose Secrets are declared.

use std::collections::BTreeMap;

use manifest::value::Value;

use crate::fields::Fields;
use crate::mask::MASK;
use crate::object::RenderedObject;
use crate::repository::namespace_of;
use crate::variables::Data;

/// What Argo CD calls the cluster that it runs in.
pub(crate) const IN_CLUSTER_NAME: &str = "in-cluster";

/// Where it finds it.
pub(crate) const IN_CLUSTER_SERVER: &str = "https://kubernetes.default.svc";

/// The label of Secrets that say something to Argo CD, and what it is for clusters.
const SECRET_TYPE: (&str, &str) = ("argocd.argoproj.io/secret-type", "cluster");

/// A cluster that is declared by a Secret. What may be encrypted is none then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ClusterSecret {
    /// The Secret, for people.
    pub(crate) secret: String,
    /// The namespace that the Secret is in; empty if a file says none.
    pub(crate) namespace: String,
    pub(crate) name: Option<String>,
    pub(crate) server: Option<String>,
    pub(crate) project: String,
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) annotations: BTreeMap<String, String>,
}

/// Whether a server is the cluster that Argo CD runs in.
pub(crate) fn is_in_cluster(server: &str) -> bool {
    server.trim_end_matches('/') == IN_CLUSTER_SERVER
}

impl ClusterSecret {
    /// What an object declares; none if it declares no cluster.
    pub(crate) fn of(object: &RenderedObject) -> Option<Self> {
        if !object.is("", "Secret") || !object.text.contains(SECRET_TYPE.0) {
            return None;
        }
        let value = object.shown().value().ok()?;
        let texts = |field: &str| -> BTreeMap<String, String> {
            let texts = Fields::of(&value).texts(&["metadata", field]);
            texts.map(|(key, text)| (key.to_owned(), text.to_owned())).collect()
        };
        let labels = texts("labels");
        if labels.get(SECRET_TYPE.0).map(String::as_str) != Some(SECRET_TYPE.1) {
            return None;
        }
        Some(Self::with(&value, object, labels, texts("annotations")))
    }

    fn with(
        value: &Value,
        object: &RenderedObject,
        labels: BTreeMap<String, String>,
        annotations: BTreeMap<String, String>,
    ) -> Self {
        let data = Data::of(value, true);
        let text = |key: &str| match data.text(key) {
            // What is decrypted would name a cluster in all that is told.
            Some(Ok(text)) => Some(text.to_owned()).filter(|text| !text.contains(MASK)),
            Some(Err(())) => None,
            None => Some(String::new()),
        };
        Self {
            secret: format!("{}/{}", namespace_of(object), object.id.name),
            namespace: object.id.namespace.clone(),
            name: text("name"),
            server: text("server"),
            project: text("project").unwrap_or_default(),
            labels,
            annotations,
        }
    }
}
