//! What comes out of a build: the objects, and the texts that the original would print of them.

use std::collections::BTreeMap;

use manifest::mutable::PrintGraph;
use rayon::prelude::*;
use text::{Origin, Origins, Span};

use crate::Failure;
use crate::annotated::Annotator;
use crate::identity::NO_NAMESPACE;
use crate::res_map::ResMap;
use crate::resource::Resource;
use crate::schema::Schema;

/// Why an object cannot be printed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} '{name}' cannot be printed: {reason}")]
pub struct PrintObject {
    /// The object's kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// What is wrong with it.
    pub reason: PrintGraph,
}

/// Up to this many objects one thread prints; handing them to others costs more than it saves.
const OBJECTS_BY_ONE_MAX: usize = 256;

/// How many objects a thread prints at a time: some 100 kB of text, so that no thread waits long for the last one.
const OBJECTS_AT_A_TIME: usize = 128;

/// The objects of a build, in their order.
#[derive(Debug)]
pub struct Built<O> {
    /// The objects.
    pub map: ResMap<O>,
    pub(crate) schema: std::sync::Arc<Schema>,
}

impl<O: Copy + Send + Sync> Built<O> {
    /// All objects in one text.
    ///
    /// # Errors
    /// As [`Built::print_in_pieces`].
    pub fn print(&self) -> Result<String, Failure> {
        let mut pieces = self.print_in_pieces()?;
        match &mut pieces[..] {
            [only] => Ok(std::mem::take(only)),
            _ => Ok(pieces.concat()),
        }
    }

    /// All objects in one text, in the pieces in which it was made: written one after the other they need no second copy.
    ///
    /// # Errors
    /// If an object has no value: a key stands twice, or a scalar contradicts its tag.
    pub fn print_in_pieces(&self) -> Result<Vec<String>, Failure> {
        let resources: Vec<_> = self.map.resources().collect();
        if resources.len() <= OBJECTS_BY_ONE_MAX {
            return Ok(vec![print_all(&resources, true)?]);
        }
        let pieces: Vec<_> = resources
            .par_chunks(OBJECTS_AT_A_TIME)
            .enumerate()
            .map(|(number, resources)| print_all(resources, number == 0))
            .collect();
        // Of several faults the first one in the order of the objects is told, whichever thread was faster.
        pieces.into_iter().collect()
    }

    /// One text for each object, in their order.
    ///
    /// # Errors
    /// As [`Built::print`].
    pub fn texts(&self) -> Result<Vec<String>, Failure> {
        self.map.resources().map(print).collect()
    }

    /// One text for each object, by the file name that the original gives it. Namespaces are part of the names where
    /// there is more than one.
    ///
    /// # Errors
    /// As [`Built::print`].
    pub fn files(&self) -> Result<BTreeMap<String, String>, Failure> {
        self.named(print)
    }

    fn named(
        &self,
        print: impl Fn(&Resource<O>) -> Result<String, Failure>,
    ) -> Result<BTreeMap<String, String>, Failure> {
        let namespace_of =
            |resource: &Resource<O>| resource.current_id(&self.schema).effective_namespace().to_owned();
        let mut namespaces: Vec<_> = self.map.resources().map(namespace_of).collect();
        namespaces.retain(|namespace| namespace != NO_NAMESPACE);
        namespaces.sort_unstable();
        namespaces.dedup();
        let mut files = BTreeMap::new();
        for resource in self.map.resources() {
            let gvk = resource.gvk();
            let parts = [&gvk.group, &gvk.version, &gvk.kind].into_iter().filter(|part| !part.is_empty());
            let kind: Vec<_> = parts.map(|part| part.to_lowercase()).collect();
            let namespace = namespace_of(resource);
            let prefix = if namespaces.len() > 1 && namespace != NO_NAMESPACE {
                format!("{}_", namespace.to_lowercase())
            } else {
                String::new()
            };
            let name = format!("{prefix}{}_{}.yaml", kind.join("_"), resource.name().to_lowercase());
            files.insert(name, print(resource)?);
        }
        Ok(files)
    }
}

impl Built<Origin> {
    /// All objects in one text, with the origin of each changed field in a comment beside it. `show` says a place as
    /// people are to read it.
    ///
    /// # Errors
    /// As [`Built::print`].
    pub fn print_with_origins(
        &self,
        origins: &Origins,
        show: &dyn Fn(Span) -> String,
    ) -> Result<String, Failure> {
        let annotator = Annotator { origins, show };
        let mut text = String::new();
        for resource in self.map.resources() {
            if !text.is_empty() {
                text.push_str("---\n");
            }
            text.push_str(&annotator.annotate(resource, &print(resource)?));
        }
        Ok(text)
    }

    /// The same in one text for each object, by the names of [`Built::files`].
    ///
    /// # Errors
    /// As [`Built::print`].
    pub fn files_with_origins(
        &self,
        origins: &Origins,
        show: &dyn Fn(Span) -> String,
    ) -> Result<BTreeMap<String, String>, Failure> {
        let annotator = Annotator { origins, show };
        self.named(|resource| Ok(annotator.annotate(resource, &print(resource)?)))
    }
}

fn print_all<O: Copy>(resources: &[&Resource<O>], is_first: bool) -> Result<String, Failure> {
    let mut text = String::new();
    for (position, resource) in resources.iter().enumerate() {
        if position > 0 || !is_first {
            text.push_str("---\n");
        }
        print_into(&mut text, resource)?;
    }
    Ok(text)
}

fn print<O: Copy>(resource: &Resource<O>) -> Result<String, Failure> {
    let mut text = String::new();
    print_into(&mut text, resource)?;
    Ok(text)
}

fn print_into<O: Copy>(text: &mut String, resource: &Resource<O>) -> Result<(), PrintObject> {
    let (kind, name) = (resource.kind(), resource.name());
    let refused = |reason| PrintObject { kind: kind.to_owned(), name: name.to_owned(), reason };
    resource.graph().print_as_kubectl(text).map_err(refused)
}
