//! Configuration of the builtin transformers that patch and replace, as objects of their kinds.

use manifest::mutable::Graph;
use text::Track;

use super::read;
use crate::kustomization::read::{Fault, Read, Value};
use crate::kustomization::{Patch, ReplacementSource, Selector, Text};
use crate::load::Loader;
use crate::replacement::ReplacementTransform;
use crate::transform::{
    JsonPatchArguments, JsonPatchTransform, PatchTransform, StrategicMergePatches, Transformer,
};
use crate::{Failure, Work};

/// The transformer that an object of one of these kinds asks for; none for any other kind.
pub(super) fn of_plugin<T: Track>(
    work: &mut Work<T>,
    loader: &Loader,
    (kind, graph): (&str, &Graph<T::Origin>),
) -> Result<Option<Transformer<T::Origin>>, Failure> {
    let transformer = match kind {
        "PatchTransformer" => {
            let patch: Patch<_> = get(work, graph)?;
            PatchTransform::load(work, loader, &patch).map(Transformer::Patch)
        }
        "PatchJson6902Transformer" => {
            let JsonOperations { target, path, operations } = get(work, graph)?;
            let (path, operations) = (not_empty(&path), not_empty(&operations));
            let arguments = JsonPatchArguments { target: target.as_ref(), path, operations };
            JsonPatchTransform::load(work, loader, &arguments).map(Transformer::JsonPatch)
        }
        "PatchStrategicMergeTransformer" => {
            let Patches { paths, patches } = get(work, graph)?;
            let inline = not_empty(&patches);
            StrategicMergePatches::load(work, loader, (&paths, inline))
                .map(Transformer::StrategicMergePatches)
        }
        "ReplacementTransformer" => {
            let Replacements(sources) = get(work, graph)?;
            ReplacementTransform::load(work, loader, &sources).map(Transformer::Replacements)
        }
        _ => return Ok(None),
    };
    transformer.map(Some).map_err(|failure| failure.at_origin(&work.tracker, graph.origin(graph.root())))
}

fn get<T: Track, R: Read<T::Origin>>(work: &Work<T>, graph: &Graph<T::Origin>) -> Result<R, Failure> {
    read(graph).map_err(|fault: Fault<_>| fault.into_failure(&work.tracker))
}

fn not_empty<O>(text: &Text<O>) -> Option<&Text<O>> {
    Some(text).filter(|text| !text.text.is_empty())
}

struct JsonOperations<O> {
    target: Option<Selector>,
    path: Text<O>,
    operations: Text<O>,
}

impl<O: Copy> Read<O> for JsonOperations<O> {
    const NAMES: &'static [&'static str] = &["target", "path", "jsonOp"];

    fn absent(origin: O) -> Self {
        Self { target: None, path: Text::absent(origin), operations: Text::absent(origin) }
    }

    fn field(&mut self, name: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        match name {
            "target" => self.target.read(value),
            "path" => self.path.read(value),
            _ => self.operations.read(value),
        }
    }
}

struct Patches<O> {
    paths: Vec<Text<O>>,
    patches: Text<O>,
}

impl<O: Copy> Read<O> for Patches<O> {
    const NAMES: &'static [&'static str] = &["paths", "patches"];

    fn absent(origin: O) -> Self {
        Self { paths: Vec::new(), patches: Text::absent(origin) }
    }

    fn field(&mut self, name: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        match name {
            "paths" => self.paths.read(value),
            _ => self.patches.read(value),
        }
    }
}

struct Replacements<O>(Vec<ReplacementSource<O>>);

impl<O: Copy> Read<O> for Replacements<O> {
    const NAMES: &'static [&'static str] = &["replacements"];

    fn absent(_: O) -> Self {
        Self(Vec::new())
    }

    fn field(&mut self, _: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        self.0.read(value)
    }
}
