//! Generators, transformers and validators that are objects of their own: `generators`, `transformers`, `validators`.
//!
//! Each entry is such an object, a file of them, or a kustomization that gives them. The builtin kinds are carried out as
//! the fields are that say the same; everything else would be a program to run and is refused by name. A validator is a
//! transformer after which all objects have to be what they were, but for one label.

use std::sync::Arc;

use manifest::mutable::{Graph, NodeIndex, ReadGraph};
use text::Track;

use crate::accumulate::Accumulator;
use crate::generate::Generator;
use crate::identity::{Gvk, Id};
use crate::kustomization::Text;
use crate::load::{Loader, objects_of_text};
use crate::provenance::{self, Provenance};
use crate::res_map::ResMap;
use crate::resource::{Resource, annotation};
use crate::target::Target;
use crate::transform::Transformer;
use crate::{Failure, Work};

/// Why a plugin cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum UsePlugin {
    /// Another kind than the builtin ones: a program, a Go plugin or a function in a container.
    #[error("external plugins disabled; unable to load external plugin '{kind}'")]
    RunProgram {
        /// Its kind.
        kind: String,
    },
    /// A builtin kind that there is not, or that cannot be configured by an object.
    #[error("unable to load builtin {gvk}")]
    KnowBuiltin {
        /// Group, version and kind.
        gvk: Box<Gvk>,
    },
    /// A generator among transformers or validators.
    #[error("plugin {id} not a transformer")]
    TransformByGenerator {
        /// The object.
        id: Box<Id>,
    },
    /// A transformer among generators.
    #[error("plugin {id} not a generator")]
    GenerateByTransformer {
        /// The object.
        id: Box<Id>,
    },
    /// The object cannot be read.
    #[error("marshalling yaml from res {id}")]
    ReadObject {
        /// The object.
        id: Box<Id>,
        /// What is wrong with it.
        #[source]
        source: ReadGraph,
    },
    /// What the object says is of no use.
    #[error("plugin {id} fails configuration")]
    Configure {
        /// The object.
        id: Box<Id>,
        /// What is wrong with it.
        #[source]
        source: Box<Failure>,
    },
    /// A validator that changes something.
    #[error("validator shouldn't modify the resource map: {id}")]
    ChangeByValidating {
        /// The object that was changed.
        id: Box<Id>,
    },
}

/// The label that a validator may leave on objects.
const VALIDATED_BY: &str = "validated-by";

/// Transformers that count as one, and what they say of themselves.
#[derive(Debug)]
pub(crate) struct PluginStep<O> {
    pub(crate) transformers: Vec<Transformer<O>>,
    pub(crate) by: Option<Provenance>,
    /// What asked for them.
    pub(crate) origin: O,
}

/// A generator, and what it says of itself.
pub(crate) type PluginGenerator<O> = (Generator<O>, Option<Provenance>);

/// What a builtin kind is.
enum Plugin<O> {
    Generator(Box<Generator<O>>),
    Transformers(Vec<Transformer<O>>),
}

impl<O: Copy> PluginStep<O> {
    /// Applies them one after the other.
    pub(crate) fn transform<T: Track<Origin = O>>(
        &self,
        work: &mut Work<T>,
        map: &mut ResMap<O>,
    ) -> Result<(), Failure> {
        self.transformers
            .iter()
            .try_for_each(|transformer| transformer.transform(work, map))
            .map_err(|failure| failure.at_origin(&work.tracker, self.origin))
    }
}

impl<O: Copy + std::fmt::Debug> Target<O> {
    /// The generators that entries of `generators` configure.
    pub(crate) fn plugin_generators<T: Track<Origin = O>>(
        &self,
        work: &mut Work<T>,
    ) -> Result<Vec<PluginGenerator<O>>, Failure> {
        let objects = self.plugin_objects(work, &self.kustomization.generators)?;
        let mut generators = Vec::new();
        for resource in objects.resources() {
            match configured(work, &self.loader, resource)? {
                Plugin::Generator(generator) => {
                    generators.push((*generator, Provenance::of_plugin(resource)?));
                }
                Plugin::Transformers(_) => {
                    let id = Box::new(resource.original_id(&work.schema));
                    return Err(placed(work, resource, UsePlugin::GenerateByTransformer { id }));
                }
            }
        }
        Ok(generators)
    }

    /// The transformers that entries of `transformers` or `validators` configure.
    pub(crate) fn plugin_transformers<T: Track<Origin = O>>(
        &self,
        work: &mut Work<T>,
        entries: &[Text<O>],
    ) -> Result<Vec<PluginStep<O>>, Failure> {
        let objects = self.plugin_objects(work, entries)?;
        let mut steps = Vec::new();
        for resource in objects.resources() {
            match configured(work, &self.loader, resource)? {
                Plugin::Transformers(transformers) => {
                    let (by, origin) = (Provenance::of_plugin(resource)?, resource.origin);
                    steps.push(PluginStep { transformers, by, origin });
                }
                Plugin::Generator(_) => {
                    let id = Box::new(resource.original_id(&work.schema));
                    return Err(placed(work, resource, UsePlugin::TransformByGenerator { id }));
                }
            }
        }
        Ok(steps)
    }

    /// The objects that entries hold or name: those that stand in the kustomization first.
    fn plugin_objects<T: Track<Origin = O>>(
        &self,
        work: &mut Work<T>,
        entries: &[Text<O>],
    ) -> Result<ResMap<O>, Failure> {
        let mut gathered = Accumulator::default();
        let mut paths = Vec::new();
        let file_name = self.file.path.rsplit('/').next().unwrap_or_default();
        let origin = self.provenance.as_ref().map(|provenance| provenance.append(file_name).print());
        for entry in entries {
            let Some(objects) = inline_objects(work, entry) else {
                paths.push(entry.clone());
                continue;
            };
            for mut resource in objects {
                if let Some(origin) = &origin {
                    provenance::annotate(work, &mut resource, (annotation::ORIGIN, origin))?;
                }
                gathered.map.append(&work.schema, resource)?;
            }
        }
        self.accumulate_resources(work, &mut gathered, &paths)?;
        Ok(gathered.map)
    }

    /// Runs the validators, each of which has to leave all objects as they are.
    pub(crate) fn run_validators<T: Track<Origin = O>>(
        &self,
        work: &mut Work<T>,
        gathered: &mut Accumulator<O>,
    ) -> Result<(), Failure> {
        for validator in self.plugin_transformers(work, &self.kustomization.validators)? {
            let before = gathered.map.clone();
            validator.transform(work, &mut gathered.map)?;
            let mut after = gathered.map.clone();
            remove_label(&mut after)?;
            refuse_change(work, before, after)?;
        }
        Ok(())
    }
}

/// The objects that stand in an entry itself; none if it is no such text, and so a path.
fn inline_objects<T: Track>(work: &mut Work<T>, entry: &Text<T::Origin>) -> Option<Vec<Resource<T::Origin>>> {
    let id = work.content_of(entry);
    let objects = objects_of_text::<T>(id, entry.text.as_bytes()).ok()?;
    let objects: Vec<_> = objects.into_iter().map(|object| Resource::new(Arc::new(object))).collect();
    // Two objects of one id are no objects either.
    let mut map = ResMap::default();
    for object in &objects {
        map.append(&work.schema, object.clone()).ok()?;
    }
    Some(objects)
}

/// What a configuration object asks for.
fn configured<T: Track>(
    work: &mut Work<T>,
    loader: &Loader,
    resource: &Resource<T::Origin>,
) -> Result<Plugin<T::Origin>, Failure> {
    let id = Box::new(resource.original_id(&work.schema));
    let gvk = resource.gvk();
    if !gvk.group.is_empty() || gvk.version != "builtin" {
        return Err(placed(work, resource, UsePlugin::RunProgram { kind: id.gvk.kind.to_string() }));
    }
    if let Err(source) = resource.graph().value() {
        return Err(placed(work, resource, UsePlugin::ReadObject { id, source }));
    }
    match builtin(work, loader, (&gvk.kind, resource.graph())) {
        Ok(Some(plugin)) => Ok(plugin),
        Ok(None) => Err(placed(work, resource, UsePlugin::KnowBuiltin { gvk: Box::new(gvk) })),
        Err(failure) => {
            let place = failure.place;
            let failure = UsePlugin::Configure { id, source: Box::new(failure) };
            Err(match place {
                Some(place) => Failure::new(failure).at(place),
                None => placed(work, resource, failure),
            })
        }
    }
}

fn builtin<T: Track>(
    work: &mut Work<T>,
    loader: &Loader,
    configuration: (&str, &Graph<T::Origin>),
) -> Result<Option<Plugin<T::Origin>>, Failure> {
    if let Some(generator) = Generator::of_plugin(work, loader, configuration)? {
        return Ok(Some(Plugin::Generator(Box::new(generator))));
    }
    Ok(Transformer::of_plugin(work, loader, configuration)?.map(Plugin::Transformers))
}

/// A failure at the object that is at fault.
fn placed<T: Track>(work: &Work<T>, resource: &Resource<T::Origin>, cause: UsePlugin) -> Failure {
    Failure::new(cause).at_origin(&work.tracker, resource.origin)
}

/// Takes the one label off that a validator may leave.
fn remove_label<O: Copy>(map: &mut ResMap<O>) -> Result<(), Failure> {
    for slot in map.slots() {
        let Some(resource) = map.get(slot) else { continue };
        let mut labels = resource.metadata_map("labels");
        if labels.remove(VALIDATED_BY).is_none() {
            continue;
        }
        if let Some(resource) = map.get_mut(slot) {
            let origin = resource.origin;
            resource.set_metadata_map("labels", &labels, origin)?;
        }
    }
    Ok(())
}

/// Refuses objects that are not what they were. The order in which they stand is nobody's business.
fn refuse_change<T: Track>(
    work: &Work<T>,
    before: ResMap<T::Origin>,
    after: ResMap<T::Origin>,
) -> Result<(), Failure> {
    let mut after = after;
    let mut is_changed = before.len() != after.len();
    for resource in before.resources() {
        let id = resource.current_id(&work.schema);
        is_changed |= match after.with_current_id(&work.schema, &id).as_slice() {
            [slot] => !after.get(*slot).is_some_and(|other| is_alike(resource.graph(), other.graph())),
            _ => true,
        };
        if is_changed {
            return Err(placed(work, resource, UsePlugin::ChangeByValidating { id: Box::new(id) }));
        }
    }
    Ok(())
}

/// Whether two graphs hold the same, tags, styles and order included.
fn is_alike<O: Copy>(one: &Graph<O>, other: &Graph<O>) -> bool {
    let mut open: Vec<(NodeIndex, NodeIndex)> = vec![(one.root(), other.root())];
    while let Some((left, right)) = open.pop() {
        let (left_items, right_items) = (one.items(left), other.items(right));
        let (left_entries, right_entries) = (one.entries(left), other.entries(right));
        let keys_differ = left_entries.iter().zip(right_entries).any(|(left, right)| left.key != right.key);
        if one.scalar(left) != other.scalar(right)
            || one.is_mapping(left) != other.is_mapping(right)
            || left_items.len() != right_items.len()
            || left_entries.len() != right_entries.len()
            || keys_differ
        {
            return false;
        }
        open.extend(left_items.iter().copied().zip(right_items.iter().copied()));
        open.extend(left_entries.iter().zip(right_entries).map(|(left, right)| (left.value, right.value)));
    }
    true
}

#[cfg(test)]
mod tests;
