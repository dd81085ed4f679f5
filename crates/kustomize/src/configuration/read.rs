//! The files that `configurations` names: field specs by transformer, read strictly.

use manifest::mutable::Graph;
use manifest::{Document, NodeKind};
use text::Track;

use super::{Configuration, FieldSpecs, NameBackReference};
use crate::identity::Gvk;
use crate::kustomization::Text;
use crate::kustomization::read::{Fault, Read, Rules, Value, refuse_later_field, take};
use crate::load::{LoadedText, Loader};
use crate::{Failure, Work};

/// Why a configuration cannot be read, besides what can be wrong with every file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadConfiguration {
    /// A key that stands twice.
    #[error("key \"{key}\" already set in map")]
    DefineKeyTwice {
        /// The key.
        key: String,
    },
}

impl Configuration {
    /// What is built in, and what files add to it.
    ///
    /// # Errors
    /// If a file cannot be read, or contradicts another one.
    pub(crate) fn with_files<T: Track>(
        work: &mut Work<T>,
        loader: &Loader,
        paths: &[Text<T::Origin>],
    ) -> Result<Self, Failure> {
        let mut configuration = work.builtin_configuration();
        let Some(first) = paths.first() else { return Ok(configuration) };
        let mut added = Self::default();
        for path in paths {
            let file = loader.load(&mut work.files, &path.text);
            let placed = |failure: Failure| failure.at_origin(&work.tracker, path.origin);
            let file = file.map_err(|cause| placed(cause.into()))?;
            let read = read(work, &file).map_err(placed)?;
            added.merge(&read).map_err(|cause| placed(cause.into()))?;
        }
        configuration
            .merge(&added)
            .map_err(|cause| Failure::new(cause).at_origin(&work.tracker, first.origin))?;
        Ok(configuration)
    }
}

/// A field that 5.8.2 has added.
const LATER_FIELD: &str = "volumeClaimTemplateLabels";

fn read<T: Track>(work: &Work<T>, file: &LoadedText) -> Result<Configuration, Failure> {
    let Some((document, graph)) = take::<T>(file.id, &file.bytes)? else {
        return Ok(Configuration::default());
    };
    refuse_repeated_keys(&document)?;
    let mut configuration = of_graph(&graph).map_err(|fault| fault.into_failure(&work.tracker))?;
    if !work.follows_5_8_3() {
        refuse_later_field(&graph, graph.root(), LATER_FIELD)
            .map_err(|fault| fault.into_failure(&work.tracker))?;
    }
    configuration.sort();
    Ok(configuration)
}

fn of_graph<O: Copy>(graph: &Graph<O>) -> Result<Configuration, Fault<O>> {
    Value::whole(graph, Rules::STRICT_FILE).get()
}

fn refuse_repeated_keys(document: &Document<'_>) -> Result<(), Failure> {
    for node in document.node_ids() {
        if !matches!(document.node(node).kind, NodeKind::Mapping { .. }) {
            continue;
        }
        let mut keys: Vec<_> = document.entries(node).iter().map(|entry| entry.key).collect();
        keys.sort_by_key(|key| document.text(*key));
        let repeated = keys.windows(2).find(|pair| document.text(pair[0]) == document.text(pair[1]));
        if let Some([_, second]) = repeated {
            let key = document.text(*second).unwrap_or_default().to_owned();
            return Err(Failure::new(ReadConfiguration::DefineKeyTwice { key }).at(document.span(*second)));
        }
    }
    Ok(())
}

fn read_specs<O: Copy>(specs: &mut FieldSpecs, value: Value<'_, O>) -> Result<(), Fault<O>> {
    Read::read(specs.to_mut(), value)
}

impl<O: Copy> Read<O> for Configuration {
    const NAMES: &'static [&'static str] = &[
        "namePrefix",
        "nameSuffix",
        "namespace",
        "commonLabels",
        "labels",
        "templateLabels",
        LATER_FIELD,
        "commonAnnotations",
        "nameReference",
        "varReference",
        "images",
        "replicas",
    ];

    fn absent(_: O) -> Self {
        Self::default()
    }

    fn field(&mut self, name: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        let specs = match name {
            "namePrefix" => &mut self.name_prefix,
            "nameSuffix" => &mut self.name_suffix,
            "namespace" => &mut self.namespace,
            "commonLabels" => &mut self.common_labels,
            "labels" => &mut self.labels,
            "templateLabels" => &mut self.template_labels,
            LATER_FIELD => &mut self.volume_claim_template_labels,
            "commonAnnotations" => &mut self.common_annotations,
            "varReference" => &mut self.var_reference,
            "images" => &mut self.images,
            "replicas" => &mut self.replicas,
            _ => return Read::read(self.name_reference.to_mut(), value),
        };
        read_specs(specs, value)
    }
}

impl<O: Copy> Read<O> for NameBackReference {
    const NAMES: &'static [&'static str] = &["group", "version", "kind", "fieldSpecs"];
    const PROMOTED: &'static [&'static str] = <Gvk as Read<()>>::NAMES;

    fn absent(_: O) -> Self {
        Self { gvk: Gvk::default(), referrers: FieldSpecs::default() }
    }

    fn field(&mut self, name: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        match name {
            "fieldSpecs" => read_specs(&mut self.referrers, value),
            _ => self.gvk.field(name, value),
        }
    }
}
