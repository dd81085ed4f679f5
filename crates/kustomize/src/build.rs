//! From a folder to objects: the steps around the outermost kustomization.

use std::sync::Arc;

use compact_str::CompactString;
use text::{Exactness, PieceMap, Source, TextId, Track};

use crate::accumulate::Accumulator;
use crate::built::Built;
use crate::configuration::Configuration;
use crate::generate::Charts;
use crate::kustomization::Text;
use crate::load::remote::RepositoryAddress;
use crate::load::{Ambiguity, Files, Loader};
use crate::provenance::{self, Provenance};
use crate::res_map::ResMap;
use crate::resource::annotation;
use crate::schema::Schema;
use crate::target::Target;
use crate::transform::Transformer;
use crate::{Failure, generate, load, name_reference, order, vars};

/// The order of the objects where the kustomization says none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// Namespaces first, webhooks last: what the command does.
    #[default]
    Legacy,
    /// As they were read: what Flux does.
    AsRead,
}

/// The program that a build stands in for, which `managedByLabel` names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Program {
    /// The command, which knows its version.
    #[default]
    Kustomize,
    /// Flux, whose kustomize is a library and says that it has none.
    Flux,
}

/// What is asked of a build besides the folder.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The order of the objects where the kustomization says none.
    pub order: Order,
    /// Whether all objects are labelled with the program that made them.
    pub adds_managed_by_label: bool,
    /// The program that the build stands in for.
    pub program: Program,
}

/// Which kustomize the result equals where two of them differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Compatibility {
    /// 5.8.1, which Flux 2.9 and kubectl 1.36 have.
    #[default]
    V5_8_1,
    /// 5.8.3, with what 5.8.2 has changed as well.
    V5_8_3,
}

impl Compatibility {
    /// The version, as kustomize prints it.
    #[must_use]
    pub fn version(self) -> &'static str {
        match self {
            Self::V5_8_1 => "v5.8.1",
            Self::V5_8_3 => "v5.8.3",
        }
    }
}

/// What one build works with besides the objects: the records of origins, what is known of the kinds, the files.
#[derive(Debug)]
pub struct Work<T: Track> {
    /// The records of origins.
    pub tracker: T,
    /// What is known of the kinds.
    pub schema: Arc<Schema>,
    /// Which kustomize is followed.
    compatibility: Compatibility,
    /// The files that are read, and the texts that spans point into.
    pub files: Files<T::Origin>,
    /// What the original would print beside the result.
    pub warnings: Vec<String>,
    /// Whether and how charts are rendered.
    pub charts: Charts,
}

const PREFIX_WARNING: &str = "Warning: Forcing the git protocol using the 'git::' URL prefix is not supported. \
     Kustomize currently strips this invalid prefix, but will stop doing so in a future release. \
     Please remove the 'git::' prefix from your configuration.";

impl<T: Track> Work<T> {
    /// Begins with nothing read.
    #[must_use]
    pub fn new(files: Files<T::Origin>) -> Self {
        Self {
            tracker: T::default(),
            schema: Arc::default(),
            compatibility: Compatibility::default(),
            files,
            warnings: Vec::new(),
            charts: Charts::default(),
        }
    }

    /// Warns once of addresses with a prefix that means nothing, in the original's words.
    pub(crate) fn warn_of_prefix(&mut self, loader: &Loader) {
        if loader.forces_git() && !self.warnings.iter().any(|there| there == PREFIX_WARNING) {
            self.warnings.push(PREFIX_WARNING.to_owned());
        }
    }

    /// The same, following another kustomize than the default.
    #[must_use]
    pub fn following(mut self, compatibility: Compatibility) -> Self {
        self.compatibility = compatibility;
        if compatibility >= Compatibility::V5_8_3 {
            Arc::make_mut(&mut self.schema).learn_admission_policies();
        }
        self
    }

    /// Whether the changes of 5.8.2 and 5.8.3 hold.
    pub(crate) fn follows_5_8_3(&self) -> bool {
        self.compatibility >= Compatibility::V5_8_3
    }

    /// What is done about paths that look like two.
    pub(crate) fn ambiguity(&self) -> Ambiguity {
        if self.follows_5_8_3() { Ambiguity::Refused } else { Ambiguity::Taken }
    }

    /// The field specs that hold without any file.
    pub(crate) fn builtin_configuration(&self) -> Configuration {
        if self.follows_5_8_3() { Configuration::builtin_of_5_8_3() } else { Configuration::builtin() }
    }

    /// The id of a text out of a field in which documents stand. One that was not registered when it was read is made of
    /// its place as a whole.
    pub(crate) fn content_of(&mut self, text: &Text<T::Origin>) -> TextId {
        if let Some(content) = text.content {
            return content;
        }
        let source = match self.tracker.place(text.origin) {
            Some(place) => {
                let mut pieces = PieceMap::new();
                pieces.push(u32::try_from(text.text.len()).unwrap_or(u32::MAX), place, Exactness::Computed);
                Source::Derived { name: "document".to_owned(), pieces }
            }
            None => Source::Given { name: text.text.to_string() },
        };
        self.files.add_text(source)
    }
}

/// Builds the kustomization of a folder of the tree.
///
/// # Errors
/// At the first fault, with the kustomizations that led to it and the place where it was written.
pub fn build<T: Track>(
    work: &mut Work<T>,
    folder: &str,
    options: &Options,
) -> Result<Built<T::Origin>, Failure> {
    let loader = Loader::at(&work.files, folder)?;
    build_at(work, loader, options)
}

/// Builds the kustomization of a folder of a repository.
///
/// # Errors
/// As [`build`], and if the repository is not at hand.
pub fn build_repository<T: Track>(
    work: &mut Work<T>,
    address: RepositoryAddress,
    options: &Options,
) -> Result<Built<T::Origin>, Failure> {
    let loader = Loader::at_repository(&mut work.files, address)?;
    build_at(work, loader, options)
}

fn build_at<T: Track>(
    work: &mut Work<T>,
    loader: Loader,
    options: &Options,
) -> Result<Built<T::Origin>, Failure> {
    work.warn_of_prefix(&loader);
    let target = Target::load(work, loader)?;
    build_target(work, target, options)
}

/// Builds a kustomization that was read already.
pub(crate) fn build_target<T: Track>(
    work: &mut Work<T>,
    target: Target<T::Origin>,
    options: &Options,
) -> Result<Built<T::Origin>, Failure> {
    let mut target = target;
    target.set_schema(work, Schema::set_at_root)?;
    let asks_for = |option: &str, target: &Target<T::Origin>| {
        target.kustomization.build_metadata.iter().any(|asked| asked.text == option)
    };
    let says_origins = asks_for("originAnnotations", &target);
    let says_transformations = asks_for("transformerAnnotations", &target);
    let is_labelled = options.adds_managed_by_label || asks_for("managedByLabel", &target);
    target.provenance = (!target.kustomization.build_metadata.is_empty()).then(Provenance::default);
    let mut gathered = target.accumulate(work, Accumulator::default())?;
    generate::append_hashes(work, &mut gathered.map)?;
    name_reference::follow_names(work, &mut gathered.map, &gathered.configuration.name_reference)?;
    resolve_vars(work, &mut gathered)?;
    let mut map = gathered.map;
    drop_local(work, &mut map)?;
    let order = (target.kustomization.sort_options.as_ref(), options.order);
    order::sort(work, &mut map, order)
        .map_err(|failure| failure.at_origin(&work.tracker, target.kustomization.origin))?;
    if is_labelled {
        let version = match options.program {
            Program::Kustomize => work.compatibility.version(),
            Program::Flux => "(devel)",
        };
        let labels = Transformer::managed_by(work, target.kustomization.origin, version);
        labels.transform(work, &mut map)?;
    }
    let made = work.tracker.made(provenance::BUILD_METADATA, target.kustomization.origin, &[]);
    for slot in map.slots() {
        if let Some(resource) = map.get_mut(slot) {
            resource.remove_build_annotations(made)?;
        }
    }
    if !says_origins {
        provenance::remove(&mut map, annotation::ORIGIN)?;
    }
    if !says_transformations {
        provenance::remove(&mut map, annotation::TRANSFORMATIONS)?;
    }
    Ok(Built { map, schema: Arc::clone(&work.schema) })
}

fn resolve_vars<T: Track>(work: &mut Work<T>, gathered: &mut Accumulator<T::Origin>) -> Result<(), Failure> {
    let unused = vars::resolve(work, gathered)?;
    if !unused.is_empty() {
        let names: Vec<_> = unused.iter().map(CompactString::as_str).collect();
        work.warnings.push(format!("well-defined vars that were never replaced: {}", names.join(",")));
    }
    Ok(())
}

/// Takes away what is only for the build: objects annotated as local configuration, and those of which nothing is left.
fn drop_local<T: Track>(work: &Work<T>, map: &mut ResMap<T::Origin>) -> Result<(), Failure> {
    for slot in map.slots() {
        let Some(resource) = map.get(slot) else { continue };
        let is_object = load::is_kept(resource.graph())
            .map_err(|error| Failure::new(error).at_origin(&work.tracker, resource.origin))?;
        let mark = resource.annotation(annotation::LOCAL_CONFIG);
        if !is_object || mark.is_some_and(|mark| mark != "false") {
            map.remove(slot);
        }
    }
    Ok(map.refuse_twice(&work.schema)?)
}

#[cfg(test)]
mod tests;
