//! One kustomization, carried out in the order of the original: what it names, what it generates, its components, what
//! changes all of it, what validates the result.
//!
//! Decides the order and nothing else; each step is another module's.

use std::sync::Arc;

use text::Track;

use crate::accumulate::{Accumulate, Accumulator};
use crate::configuration::Configuration;
use crate::generate::{self, Generator};
use crate::kustomization::{Kustomization, Text};
use crate::load::remote::RepositoryAddress;
use crate::load::{LoadFile, LoadedText, Loader, ReadObjects};
use crate::plugin::PluginStep;
use crate::provenance::{self, Provenance};
use crate::resource::{Resource, annotation};
use crate::schema::{Schema, SetSchema};
use crate::steps;
use crate::{Cause, Failure, Work};

/// A kustomization at its place.
#[derive(Debug)]
pub(crate) struct Target<O> {
    pub(crate) kustomization: Kustomization<O>,
    pub(crate) loader: Loader,
    /// The file that it stands in.
    pub(crate) file: Arc<LoadedText>,
    /// The namespace that charts get from kustomizations further out.
    pub(crate) chart_namespace: Option<Text<O>>,
    /// Where it stands, if objects are to say where they came from.
    pub(crate) provenance: Option<Provenance>,
}

/// Kustomizations within kustomizations. Twenty layers are past what people can follow; the bound protects the stack.
const DEPTH_MAX: usize = 256;

impl<O: Copy + std::fmt::Debug> Target<O> {
    /// Reads the kustomization of a folder.
    pub(crate) fn load<T: Track<Origin = O>>(work: &mut Work<T>, loader: Loader) -> Result<Self, Failure> {
        let file = loader.load_kustomization(&mut work.files)?;
        let kustomization = Kustomization::read(work, &file)?;
        Ok(Self::new(kustomization, loader, file))
    }

    /// A kustomization that was read already.
    pub(crate) fn new(kustomization: Kustomization<O>, loader: Loader, file: Arc<LoadedText>) -> Self {
        Self { kustomization, loader, file, chart_namespace: None, provenance: None }
    }

    /// Has the build take the schema that it wants, by the rule for its place.
    pub(crate) fn set_schema<T: Track<Origin = O>>(
        &self,
        work: &mut Work<T>,
        set: impl FnOnce(&mut Schema, Option<&str>, Option<&[u8]>) -> Result<(), SetSchema>,
    ) -> Result<(), Failure> {
        let Kustomization { openapi_path: path, openapi_version: version, .. } = &self.kustomization;
        let Some(said) = path.as_ref().or(version.as_ref()) else {
            return Ok(set(Arc::make_mut(&mut work.schema), None, None)?);
        };
        let set = |work: &mut Work<T>| -> Result<(), Failure> {
            let document =
                path.as_ref().map(|path| self.loader.load(&mut work.files, &path.text)).transpose()?;
            let document = document.as_ref().map(|text| text.bytes.as_slice());
            let version = version.as_ref().map(|version| version.text.as_str());
            Ok(set(Arc::make_mut(&mut work.schema), version, document)?)
        };
        set(work).map_err(|failure| failure.at_origin(&work.tracker, said.origin))
    }

    /// Carries it out on what has been gathered before: nothing, or for a component what its parent has.
    pub(crate) fn accumulate<T: Track<Origin = O>>(
        &self,
        work: &mut Work<T>,
        before: Accumulator<O>,
    ) -> Result<Accumulator<O>, Failure> {
        let kustomization = &self.kustomization;
        let mut gathered = before;
        self.accumulate_resources(work, &mut gathered, &kustomization.resources)?;
        let configuration = Configuration::with_files(work, &self.loader, &kustomization.configurations)?;
        gathered.configuration.merge(&configuration)?;
        let of_definitions = Configuration::of_definitions(work, &self.loader, &kustomization.crds)?;
        gathered.configuration.merge(&of_definitions)?;
        self.run_generators(work, &mut gathered)?;
        let mut gathered = self.accumulate_components(work, gathered)?;
        self.run_transformers(work, &mut gathered)?;
        self.run_validators(work, &mut gathered)?;
        gathered.merge_vars(work, &kustomization.vars)?;
        Ok(gathered)
    }

    /// Each path is a file of objects, or the folder of another kustomization.
    pub(crate) fn accumulate_resources<T: Track<Origin = O>>(
        &self,
        work: &mut Work<T>,
        gathered: &mut Accumulator<O>,
        paths: &[Text<O>],
    ) -> Result<(), Failure> {
        for path in paths {
            self.accumulate_resource(work, gathered, &path.text)
                .map_err(|failure| failure.at_origin(&work.tracker, path.origin))?;
        }
        Ok(())
    }

    fn accumulate_resource<T: Track<Origin = O>>(
        &self,
        work: &mut Work<T>,
        gathered: &mut Accumulator<O>,
        path: &str,
    ) -> Result<(), Failure> {
        let of_file = match self.accumulate_file(work, gathered, path) {
            Ok(()) => return Ok(()),
            Err(failure) => failure,
        };
        let ambiguity = work.ambiguity();
        let loader = match self.loader.enter_under(&mut work.files, path, ambiguity) {
            Ok(loader) => loader,
            Err(of_folder) => return Err(more_telling(path, of_file, of_folder)),
        };
        let base = self.accumulate_folder(work, (loader, path), Accumulator::default(), Kind::Resource)?;
        gathered.merge(work, base)
    }

    fn accumulate_file<T: Track<Origin = O>>(
        &self,
        work: &mut Work<T>,
        gathered: &mut Accumulator<O>,
        path: &str,
    ) -> Result<(), Failure> {
        let objects = self.loader.load_objects::<T>(&mut work.files, path)?;
        let origin = self.provenance.as_ref().map(|provenance| provenance.append(path).print());
        for object in objects.iter() {
            let mut resource = Resource::new(Arc::clone(object));
            if let Some(origin) = &origin {
                provenance::annotate(work, &mut resource, (annotation::ORIGIN, origin))?;
            }
            let placed = resource.origin;
            let appended = gathered.map.append(&work.schema, resource);
            appended.map_err(|cause| Failure::new(cause).at_origin(&work.tracker, placed))?;
        }
        Ok(())
    }

    /// A component works on all that has been gathered, and gives it back changed.
    fn accumulate_components<T: Track<Origin = O>>(
        &self,
        work: &mut Work<T>,
        gathered: Accumulator<O>,
    ) -> Result<Accumulator<O>, Failure> {
        let mut gathered = gathered;
        for path in &self.kustomization.components {
            let placed = |failure: Failure, work: &Work<T>| failure.at_origin(&work.tracker, path.origin);
            let ambiguity = work.ambiguity();
            let loader = self.loader.enter_under(&mut work.files, &path.text, ambiguity);
            let loader = loader.map_err(|cause| placed(cause.into(), work))?;
            gathered = self
                .accumulate_folder(work, (loader, &path.text), gathered, Kind::Component)
                .map_err(|failure| placed(failure, work))?;
        }
        Ok(gathered)
    }

    fn accumulate_folder<T: Track<Origin = O>>(
        &self,
        work: &mut Work<T>,
        (loader, path): (Loader, &str),
        before: Accumulator<O>,
        wanted: Kind,
    ) -> Result<Accumulator<O>, Failure> {
        let folder = loader.shown_root();
        work.warn_of_prefix(&loader);
        if loader.depth() > DEPTH_MAX {
            return Err(Accumulate::NestTooDeep { folder }.into());
        }
        let accumulate = |work: &mut Work<T>| {
            let mut target = Self::load(work, loader)?;
            target.chart_namespace =
                self.kustomization.namespace.clone().or_else(|| self.chart_namespace.clone());
            target.set_schema(work, Schema::set_below_root)?;
            target.provenance = self.provenance.as_ref().map(|provenance| provenance.append(path));
            match (wanted, target.kustomization.is_component) {
                (Kind::Resource, true) => {
                    return Err(Accumulate::UseComponentAsResource { folder: folder.clone() }.into());
                }
                (Kind::Component, false) => {
                    return Err(Accumulate::UseResourceAsComponent { folder: folder.clone() }.into());
                }
                (Kind::Resource, false) | (Kind::Component, true) => {}
            }
            target.accumulate(work, before)
        };
        accumulate(work).map_err(|failure: Failure| failure.through(&folder))
    }
}

impl<O: Copy + std::fmt::Debug> Target<O> {
    fn run_generators<T: Track<Origin = O>>(
        &self,
        work: &mut Work<T>,
        gathered: &mut Accumulator<O>,
    ) -> Result<(), Failure> {
        let asked = (&self.kustomization, self.chart_namespace.as_ref());
        let own = Generator::of_kustomization(work, &self.loader, asked)?;
        let of_plugins = self.plugin_generators(work)?;
        let own = own.into_iter().map(|generator| {
            let by = self.provenance_of(generator.kind());
            (generator, by)
        });
        for (generator, by) in own.chain(of_plugins) {
            let made = generator.generate(work, &self.loader);
            let placed =
                |failure: Failure, work: &Work<T>| failure.at_origin(&work.tracker, generator.origin());
            let mut made = made.map_err(|failure| placed(failure, work))?;
            if let Some(origin) = by {
                provenance::annotate_generated(work, &mut made, &origin)?;
            }
            generate::absorb(work, &mut gathered.map, made).map_err(|failure| placed(failure, work))?;
        }
        Ok(())
    }

    fn run_transformers<T: Track<Origin = O>>(
        &self,
        work: &mut Work<T>,
        gathered: &mut Accumulator<O>,
    ) -> Result<(), Failure> {
        let configuration = gathered.configuration.clone();
        let tells = self.provenance.is_some();
        let steps = steps::transformers(work, &self.loader, &self.kustomization, (&configuration, tells))?;
        let of_plugins = self.plugin_transformers(work, &self.kustomization.transformers)?;
        let own = steps.into_iter().map(|(transformer, origin)| {
            let by = self.provenance_of(transformer.kind());
            PluginStep { transformers: vec![transformer], by, origin }
        });
        for step in own.chain(of_plugins) {
            step.transform(work, &mut gathered.map)?;
            if let Some(by) = step.by {
                provenance::annotate_transformed(work, &mut gathered.map, &by)?;
            }
            gathered.map.drop_empty();
        }
        Ok(())
    }

    /// What a builtin step of this kustomization's own fields says of itself.
    fn provenance_of(&self, kind: &str) -> Option<Provenance> {
        let file_name = self.file.path.rsplit('/').next().unwrap_or_default();
        self.provenance.as_ref().map(|provenance| provenance.of_builtin(file_name, kind))
    }
}

/// What a folder has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Resource,
    Component,
}

/// Of the two reasons why a path is neither a file of objects nor a folder, the one that helps: a file that is there and
/// broken is told as that, and whatever is no file is told as the folder that it is not.
fn more_telling(path: &str, of_file: Failure, of_folder: LoadFile) -> Failure {
    match (&*of_file.cause, &of_folder) {
        // Whatever else is wrong with it may be so because it is not there.
        (_, LoadFile::Fetch(_)) => Failure::new(of_folder),
        // What is the address of a repository was never the path of a file.
        (Cause::LoadFile(_), _) if RepositoryAddress::parse(path).is_ok() => Failure::new(of_folder),
        (Cause::ReadObjects(ReadObjects::Parse(_) | ReadObjects::Take(_) | ReadObjects::Split(_)), _)
        | (_, LoadFile::BuildAtFile { .. } | LoadFile::Read { .. }) => of_file,
        _ => Failure::new(of_folder),
    }
}
