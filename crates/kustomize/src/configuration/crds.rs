//! The files that `crds` names: definitions of OpenAPI whose marks say which fields are names, labels and annotations.
//!
//! Types refer to each other by the names that they have in the file. Only what the marks need is read; that the rest is
//! a schema is taken on trust.

use compact_str::CompactString;
use manifest::mutable::{Graph, NodeIndex};
use manifest::value::Value;
use text::{Track, whole_of};

use super::merge::add_specs;
use super::{Configuration, FieldSpecs, NameBackReference};
use crate::identity::Gvk;
use crate::kustomization::read::take;
use crate::kustomization::{FieldSpec, Text};
use crate::load::Loader;
use crate::lookup::Lookup;
use crate::{Failure, Work};

/// Why definitions cannot be read, besides what can be wrong with every file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadDefinitions {
    /// Something else than a map of definitions.
    #[error("unable to parse open API definition from '{path}'")]
    Shape {
        /// The file.
        path: String,
    },
    /// A type within itself.
    #[error("the definition of '{name}' contains itself")]
    ContainItself {
        /// The type.
        name: String,
    },
    /// More fields than [`PROPERTIES_MAX`].
    #[error("the definitions of '{path}' expand to more than {PROPERTIES_MAX} fields")]
    ExpandTooMuch {
        /// The file.
        path: String,
    },
}

/// Fields that the types of one file may expand to. The definitions of all of Kubernetes, each followed from each object
/// that holds it, are below 200,000.
const PROPERTIES_MAX: usize = 1_000_000;

const ANNOTATION: &str = "x-kubernetes-annotation";
const LABEL_SELECTOR: &str = "x-kubernetes-label-selector";
const IDENTITY: &str = "x-kubernetes-identity";
const REFERENCE_VERSION: &str = "x-kubernetes-object-ref-api-version";
const REFERENCE_KIND: &str = "x-kubernetes-object-ref-kind";
const REFERENCE_NAME_KEY: &str = "x-kubernetes-object-ref-name-key";

impl Configuration {
    /// What the marks in definitions say.
    ///
    /// # Errors
    /// If a file cannot be read, or its types contain themselves.
    pub(crate) fn of_definitions<T: Track>(
        work: &mut Work<T>,
        loader: &Loader,
        paths: &[Text<T::Origin>],
    ) -> Result<Self, Failure> {
        let mut configuration = Self::default();
        for path in paths {
            let file = loader.load(&mut work.files, &path.text);
            let file = file.map_err(|cause| Failure::new(cause).at_origin(&work.tracker, path.origin))?;
            let shape = || ReadDefinitions::Shape { path: path.text.to_string() };
            let Some((_, graph)) = take::<T>(file.id, &file.bytes)? else {
                if file.bytes.is_empty() {
                    return Err(Failure::new(shape()).at(whole_of(file.id)));
                }
                continue;
            };
            let read = of_graph(&graph, &path.text).map_err(|failure| failure.at(whole_of(file.id)))?;
            configuration.merge(&read)?;
        }
        Ok(configuration)
    }
}

fn of_graph<O: Copy>(graph: &Graph<O>, path: &str) -> Result<Configuration, Failure> {
    let root = graph.root();
    let mut definitions = Definitions {
        graph,
        path,
        types: Lookup::default(),
        open: Vec::new(),
        properties_left: PROPERTIES_MAX,
    };
    if graph.is_null(root) {
        return Ok(Configuration::default());
    }
    if !graph.is_mapping(root) {
        return Err(definitions.shape().into());
    }
    for entry in graph.entries(root) {
        definitions.types.insert(entry.key.text.as_str(), definitions.properties(entry.value)?);
    }
    let mut configuration = Configuration::default();
    for entry in graph.entries(root) {
        let name = entry.key.text.as_str();
        let Some(Some(properties)) = definitions.types.get(name).copied() else { continue };
        let is_object =
            ["kind", "apiVersion", "metadata"].iter().all(|field| graph.get(properties, field).is_some());
        if !is_object {
            continue;
        }
        let kind = name.rsplit('.').next().unwrap_or(name);
        let mut found = Configuration::default();
        definitions.follow(name, &Gvk::of_kind(kind), &mut Vec::new(), &mut found)?;
        configuration.merge(&found)?;
    }
    Ok(configuration)
}

/// The types of one file while one of them is followed.
struct Definitions<'g, O> {
    graph: &'g Graph<O>,
    path: &'g str,
    /// The properties of each type.
    types: Lookup<&'g str, Option<NodeIndex>>,
    /// The types that are being followed, outermost first.
    open: Vec<&'g str>,
    properties_left: usize,
}

impl<'g, O: Copy> Definitions<'g, O> {
    fn shape(&self) -> ReadDefinitions {
        ReadDefinitions::Shape { path: self.path.to_owned() }
    }

    /// The properties of a definition; none if it has none.
    fn properties(&self, definition: NodeIndex) -> Result<Option<NodeIndex>, ReadDefinitions> {
        let graph = self.graph;
        let is_map = |node: NodeIndex| {
            if graph.is_mapping(node) || graph.is_null(node) { Ok(()) } else { Err(self.shape()) }
        };
        is_map(definition)?;
        let named = |entry: &&manifest::mutable::Entry<O>| entry.key.text.eq_ignore_ascii_case("schema");
        let Some(schema) = graph.entries(definition).iter().rfind(named) else { return Ok(None) };
        is_map(schema.value)?;
        let Some(properties) = graph.get(schema.value, "properties") else { return Ok(None) };
        is_map(properties)?;
        for property in graph.entries(properties) {
            is_map(property.value)?;
        }
        Ok(Some(properties))
    }

    /// Notes the marks of a type's properties, and of those of the types that they refer to.
    fn follow(
        &mut self,
        name: &str,
        gvk: &Gvk,
        steps: &mut Vec<&'g str>,
        found: &mut Configuration,
    ) -> Result<(), Failure> {
        let Some((name, Some(properties))) = self.types.get_key_value(name).map(|(name, at)| (*name, *at))
        else {
            return Ok(());
        };
        if self.open.contains(&name) {
            return Err(ReadDefinitions::ContainItself { name: name.to_owned() }.into());
        }
        self.open.push(name);
        for property in self.graph.entries(properties) {
            let left = self.properties_left.checked_sub(1);
            self.properties_left =
                left.ok_or_else(|| ReadDefinitions::ExpandTooMuch { path: self.path.to_owned() })?;
            steps.push(&property.key.text);
            self.note(property.value, gvk, steps, found)?;
            if let Some(reference) = self.text(property.value, "$ref") {
                self.follow(&reference, gvk, steps, found)?;
            }
            steps.pop();
        }
        self.open.pop();
        Ok(())
    }

    fn note(
        &self,
        property: NodeIndex,
        gvk: &Gvk,
        steps: &[&str],
        found: &mut Configuration,
    ) -> Result<(), Failure> {
        let spec = |path: String| FieldSpec { gvk: gvk.clone(), path: path.into(), create: false };
        let own = || spec(steps.join("/"));
        let add = |mark: &str, specs: &mut FieldSpecs| match self.text(property, mark) {
            Some(_) => add_specs(specs.to_mut(), &[own()], "CRD"),
            None => Ok(()),
        };
        add(ANNOTATION, &mut found.common_annotations)?;
        add(LABEL_SELECTOR, &mut found.common_labels)?;
        add(IDENTITY, &mut found.name_prefix)?;
        let mark = |mark: &str| self.text(property, mark);
        if let (Some(version), Some(kind)) = (mark(REFERENCE_VERSION), mark(REFERENCE_KIND)) {
            let name_key = mark(REFERENCE_NAME_KEY).unwrap_or_else(|| "name".into());
            let referrer = spec(format!("{}/{name_key}", steps.join("/")));
            let named = Gvk { version, kind, ..Gvk::default() };
            let named = NameBackReference { gvk: named, referrers: vec![referrer].into() };
            let found_names =
                Configuration { name_reference: vec![named].into(), ..Configuration::default() };
            found.merge(&found_names)?;
        }
        Ok(())
    }

    fn text(&self, mapping: NodeIndex, key: &str) -> Option<CompactString> {
        match self.graph.value_of(self.graph.get(mapping, key)?) {
            Ok(Value::String(text)) => Some(text.into()),
            _ => None,
        }
    }
}
