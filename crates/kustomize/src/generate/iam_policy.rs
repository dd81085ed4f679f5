//! The service account that stands for one of a cloud: `IAMPolicyGenerator`, which is there as a plugin only.
//!
//! The original fills a text with names and reads it as YAML, so a name may be a number or more than a name; so it is here.

use std::sync::Arc;

use manifest::mutable::{Graph, TakeDocument};
use text::{Exactness, PieceMap, Source, Track};

use crate::kustomization::Text;
use crate::kustomization::read::{Fault, Read, Rules, Value};
use crate::resource::Resource;
use crate::{Failure, Work};

/// Why no service account can be generated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GenerateIamPolicy {
    /// Another cloud than `gke`.
    #[error("cloud provider {cloud} not supported yet")]
    UseOtherCloud {
        /// Its name.
        cloud: String,
    },
    /// Names with which the text is no YAML.
    #[error("malformed YAML")]
    Parse(#[source] manifest::ParseDocument),
    /// Names with which the YAML cannot be worked on.
    #[error("malformed YAML")]
    Take(#[source] TakeDocument),
}

/// The configuration object of the plugin.
#[derive(Debug, Clone)]
pub(crate) struct IamPolicy<O> {
    cloud: Text<O>,
    kubernetes_service: Named<O>,
    service_account: Named<O>,
    origin: O,
}

/// A name, and the namespace or project that it is in.
#[derive(Debug, Clone)]
struct Named<O> {
    name: Text<O>,
    namespace: Text<O>,
    project: Text<O>,
}

impl<O: Copy> Read<O> for Named<O> {
    const NAMES: &'static [&'static str] = &["name", "namespace", "projectId"];

    fn absent(origin: O) -> Self {
        Self { name: Text::absent(origin), namespace: Text::absent(origin), project: Text::absent(origin) }
    }

    fn field(&mut self, name: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        match name {
            "name" => self.name.read(value),
            "namespace" => self.namespace.read(value),
            _ => self.project.read(value),
        }
    }
}

impl<O: Copy> Read<O> for IamPolicy<O> {
    const NAMES: &'static [&'static str] = &["cloud", "kubernetesService", "serviceAccount"];
    const PROMOTED: &'static [&'static str] = Self::NAMES;

    fn absent(origin: O) -> Self {
        Self {
            cloud: Text::absent(origin),
            kubernetes_service: Named::absent(origin),
            service_account: Named::absent(origin),
            origin,
        }
    }

    fn field(&mut self, name: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        match name {
            "cloud" => self.cloud.read(value),
            "kubernetesService" => self.kubernetes_service.read(value),
            _ => self.service_account.read(value),
        }
    }
}

impl<O: Copy> IamPolicy<O> {
    /// The object that asks for it.
    pub(super) fn origin(&self) -> O {
        self.origin
    }

    /// Reads the configuration object.
    pub(crate) fn of_plugin(graph: &Graph<O>) -> Result<Self, Fault<O>> {
        Value::whole(graph, Rules::LENIENT).get()
    }

    /// The parts of the text, with the names in their places.
    fn parts(&self) -> Vec<(&str, O)> {
        let template = |text: &'static str| (text, self.origin);
        let named = |text: &'_ Text<O>| text.origin;
        let Self { kubernetes_service: service, service_account: account, .. } = self;
        let mut parts = vec![
            template(
                "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  annotations:\n    iam.gke.io/gcp-service-account: ",
            ),
            (account.name.text.as_str(), named(&account.name)),
            template("@"),
            (account.project.text.as_str(), named(&account.project)),
            template(".iam.gserviceaccount.com\n  name: "),
            (service.name.text.as_str(), named(&service.name)),
            template("\n"),
        ];
        if !service.namespace.text.is_empty() {
            parts.extend([
                template("\n  namespace: "),
                (service.namespace.text.as_str(), named(&service.namespace)),
            ]);
        }
        parts
    }

    /// Generates the service account.
    pub(super) fn generate<T: Track<Origin = O>>(&self, work: &mut Work<T>) -> Result<Resource<O>, Failure> {
        if self.cloud.text != "gke" {
            let cloud = self.cloud.text.to_string();
            return Err(GenerateIamPolicy::UseOtherCloud { cloud }.into());
        }
        let parts = self.parts();
        let name = "IAMPolicyGenerator".to_owned();
        let source = match pieces(&work.tracker, &parts) {
            Some(pieces) => Source::Derived { name, pieces },
            None => Source::Given { name },
        };
        let id = work.files.add_text(source);
        let text: String = parts.iter().map(|(text, _)| *text).collect();
        let document = manifest::parse_first(id, text.as_bytes(), 0..text.len())
            .map_err(|error| Failure::new(GenerateIamPolicy::Parse(error)))?;
        let graph = match document.root() {
            Some(root) => Graph::take::<T>(&document, root),
            None => return Err(Failure::new(GenerateIamPolicy::UseOtherCloud { cloud: String::new() })),
        };
        let graph = graph.map_err(|error| Failure::new(GenerateIamPolicy::Take(error)))?;
        Ok(Resource::new(Arc::new(graph)))
    }
}

/// Where each part of a text was written; none if nothing is carried.
fn pieces<T: Track>(tracker: &T, parts: &[(&str, T::Origin)]) -> Option<PieceMap> {
    let mut pieces = PieceMap::new();
    for (text, origin) in parts {
        let span = tracker.place(*origin)?;
        let length = u32::try_from(text.len()).ok()?;
        let exactness = if span.len() == length { Exactness::Verbatim } else { Exactness::Computed };
        pieces.push(length, span, exactness);
    }
    Some(pieces)
}
