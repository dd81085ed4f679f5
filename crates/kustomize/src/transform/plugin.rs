//! Configuration of the builtin transformers, as objects of their kinds.
//!
//! Such an object says what a field of a kustomization says. Where that has places built in, the object names them itself.

mod patches;

use manifest::mutable::Graph;
use text::Track;

use super::{
    AffixTransformer, AnnotationsTransformer, ImageTagTransformer, LabelTransformer, NamespaceTransformer,
    ReplicaCountTransformer, Side, SubjectMode, Transformer, ValueAddTransformer,
};
use crate::configuration::FieldSpecs;
use crate::kustomization::read::{Fault, ObjectMeta, Read, Rules, Value, read_map};
use crate::kustomization::{FieldSpec, Image, Replica, Text, TextMap};
use crate::load::Loader;
use crate::{Failure, Work};

/// Why a plugin cannot be configured, besides what can be wrong with every object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ConfigurePlugin {
    /// A prefix or suffix without places.
    #[error("fieldSpecs is not expected to be nil")]
    NamePlaces,
}

/// The transformers that an object of a builtin kind asks for, one after the other as one step; none if the kind is no
/// transformer.
pub(crate) fn of_plugin<T: Track>(
    work: &mut Work<T>,
    loader: &Loader,
    (kind, graph): (&str, &Graph<T::Origin>),
) -> Result<Option<Vec<Transformer<T::Origin>>>, Failure> {
    let transformer = match kind {
        "AnnotationsTransformer" => annotations(graph),
        "LabelTransformer" => labels(graph),
        "ImageTagTransformer" => images(graph),
        "ReplicaCountTransformer" => replicas(graph),
        "NamespaceTransformer" => return namespace(work, graph).map(|transformer| Some(vec![transformer])),
        "PrefixTransformer" => return affixes(work, graph, &[Side::Before]).map(Some),
        "SuffixTransformer" => return affixes(work, graph, &[Side::Behind]).map(Some),
        "PrefixSuffixTransformer" => return affixes(work, graph, &[Side::Before, Side::Behind]).map(Some),
        "HashTransformer" => Ok(Transformer::Hash),
        "ValueAddTransformer" => {
            let value = ValueAddTransformer::of_plugin(work, loader, graph)?;
            return Ok(Some(vec![Transformer::ValueAdd(value)]));
        }
        _ => {
            let transformer = patches::of_plugin(work, loader, (kind, graph))?;
            return Ok(transformer.map(|transformer| vec![transformer]));
        }
    };
    let transformer = transformer.map_err(|fault| fault.into_failure(&work.tracker))?;
    Ok(Some(vec![transformer]))
}

fn read<O: Copy, R: Read<O>>(graph: &Graph<O>) -> Result<R, Fault<O>> {
    Value::whole(graph, Rules::LENIENT).get()
}

/// What an object of one kind says: something of its own, and places.
struct Plugin<A> {
    own: A,
    specs: Option<Vec<FieldSpec>>,
}

/// A part of an object with a field of its own.
trait Own<O: Copy>: Sized {
    const NAMES: &'static [&'static str];

    fn absent(origin: O) -> Self;
    fn field(&mut self, name: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>>;
}

impl<O: Copy, A: Own<O>> Read<O> for Plugin<A> {
    const NAMES: &'static [&'static str] = A::NAMES;

    fn absent(origin: O) -> Self {
        Self { own: A::absent(origin), specs: None }
    }

    fn field(&mut self, name: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        match name {
            "fieldSpecs" => self.specs.read(value),
            _ => self.own.field(name, value),
        }
    }
}

impl<A> Plugin<A> {
    fn specs(&mut self) -> FieldSpecs {
        self.specs.take().unwrap_or_default().into()
    }
}

struct Labels<O>(TextMap<O>);

impl<O: Copy> Own<O> for Labels<O> {
    const NAMES: &'static [&'static str] = &["labels", "fieldSpecs"];

    fn absent(_: O) -> Self {
        Self(TextMap::new())
    }

    fn field(&mut self, _: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        read_map(&mut self.0, value)
    }
}

fn labels<O: Copy>(graph: &Graph<O>) -> Result<Transformer<O>, Fault<O>> {
    let mut plugin: Plugin<Labels<O>> = read(graph)?;
    let specs = plugin.specs();
    Ok(Transformer::Label(LabelTransformer { labels: plugin.own.0, specs }))
}

struct Annotations<O>(TextMap<O>);

impl<O: Copy> Own<O> for Annotations<O> {
    const NAMES: &'static [&'static str] = &["annotations", "fieldSpecs"];

    fn absent(_: O) -> Self {
        Self(TextMap::new())
    }

    fn field(&mut self, _: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        read_map(&mut self.0, value)
    }
}

fn annotations<O: Copy>(graph: &Graph<O>) -> Result<Transformer<O>, Fault<O>> {
    let mut plugin: Plugin<Annotations<O>> = read(graph)?;
    let specs = plugin.specs();
    Ok(Transformer::Annotations(AnnotationsTransformer { annotations: plugin.own.0, specs }))
}

impl<O: Copy> Own<O> for Image<O> {
    const NAMES: &'static [&'static str] = &["imageTag", "fieldSpecs"];

    fn absent(origin: O) -> Self {
        <Self as Read<O>>::absent(origin)
    }

    fn field(&mut self, _: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        self.read(value)
    }
}

fn images<O: Copy>(graph: &Graph<O>) -> Result<Transformer<O>, Fault<O>> {
    let mut plugin: Plugin<Image<O>> = read(graph)?;
    let specs = plugin.specs();
    Ok(Transformer::ImageTag(ImageTagTransformer { images: vec![plugin.own], specs }))
}

impl<O: Copy> Own<O> for Replica<O> {
    const NAMES: &'static [&'static str] = &["replica", "fieldSpecs"];

    fn absent(origin: O) -> Self {
        <Self as Read<O>>::absent(origin)
    }

    fn field(&mut self, _: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        self.read(value)
    }
}

fn replicas<O: Copy>(graph: &Graph<O>) -> Result<Transformer<O>, Fault<O>> {
    let mut plugin: Plugin<Replica<O>> = read(graph)?;
    let specs = plugin.specs();
    Ok(Transformer::ReplicaCount(ReplicaCountTransformer { replica: plugin.own, specs }))
}

struct Namespace<O> {
    metadata: ObjectMeta<O>,
    unset_only: bool,
    subjects: Text<O>,
}

impl<O: Copy> Own<O> for Namespace<O> {
    const NAMES: &'static [&'static str] = &["metadata", "fieldSpecs", "unsetOnly", "setRoleBindingSubjects"];

    fn absent(origin: O) -> Self {
        Self { metadata: ObjectMeta::absent(origin), unset_only: false, subjects: Text::absent(origin) }
    }

    fn field(&mut self, name: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        match name {
            "metadata" => self.metadata.read(value),
            "unsetOnly" => self.unset_only.read(value),
            _ => self.subjects.read(value),
        }
    }
}

fn namespace<T: Track>(work: &Work<T>, graph: &Graph<T::Origin>) -> Result<Transformer<T::Origin>, Failure> {
    let plugin: Result<Plugin<Namespace<_>>, _> = read(graph);
    let mut plugin = plugin.map_err(|fault| fault.into_failure(&work.tracker))?;
    let specs = plugin.specs();
    let Namespace { metadata, unset_only, subjects } = plugin.own;
    let mode = SubjectMode::parse(&subjects.text);
    let subjects = mode.map_err(|error| Failure::new(error).at_origin(&work.tracker, subjects.origin))?;
    // Without a namespace it does nothing.
    let namespace = metadata.namespace.unwrap_or_else(|| Text::absent(graph.origin(graph.root())));
    Ok(Transformer::Namespace(NamespaceTransformer { namespace, specs, unset_only, subjects }))
}

/// Prefix and suffix of one object. Both are read with another reader than all others, which knows names in their own
/// letters only.
struct Affix<O> {
    prefix: Text<O>,
    suffix: Text<O>,
}

impl<O: Copy> Own<O> for Affix<O> {
    const NAMES: &'static [&'static str] = &["prefix", "suffix", "fieldSpecs"];

    fn absent(origin: O) -> Self {
        Self { prefix: Text::absent(origin), suffix: Text::absent(origin) }
    }

    fn field(&mut self, name: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        match name {
            "prefix" => self.prefix.read(value),
            _ => self.suffix.read(value),
        }
    }
}

fn affixes<T: Track>(
    work: &Work<T>,
    graph: &Graph<T::Origin>,
    sides: &[Side],
) -> Result<Vec<Transformer<T::Origin>>, Failure> {
    let names = <Affix<T::Origin> as Own<T::Origin>>::NAMES;
    let mut named = graph.clone();
    let root = named.root();
    for entry in graph.entries(root) {
        let unused = entry.key.text == "prefix" && !sides.contains(&Side::Before)
            || entry.key.text == "suffix" && !sides.contains(&Side::Behind);
        if unused || !names.contains(&entry.key.text.as_str()) {
            named.remove_entry(root, &entry.key.text);
        }
    }
    let plugin: Result<Plugin<Affix<_>>, _> = read(&named);
    let plugin = plugin.map_err(|fault| fault.into_failure(&work.tracker))?;
    let Some(specs) = plugin.specs.map(FieldSpecs::from) else {
        return Err(Failure::new(ConfigurePlugin::NamePlaces).at_origin(&work.tracker, graph.origin(root)));
    };
    let Affix { prefix, suffix } = plugin.own;
    let text = |side| if side == Side::Before { prefix.clone() } else { suffix.clone() };
    let affix = |side: &Side| AffixTransformer { text: text(*side), side: *side, specs: specs.clone() };
    Ok(sides.iter().map(affix).map(Transformer::Affix).collect())
}

#[cfg(test)]
mod tests;
