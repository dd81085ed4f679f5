//! What comes out of a build: the objects, and the texts that the original would print of them.

use std::collections::BTreeMap;

use manifest::emit::{EmitYaml, marshal_as_kubectl};
use manifest::mutable::ReadGraph;

use crate::Failure;
use crate::identity::NO_NAMESPACE;
use crate::res_map::ResMap;
use crate::resource::Resource;
use crate::schema::Schema;

/// Why an object cannot be printed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PrintObject {
    /// Its nodes have no value.
    #[error(transparent)]
    Read(#[from] ReadGraph),
    /// Its value cannot be printed.
    #[error(transparent)]
    Emit(#[from] EmitYaml),
}

/// The objects of a build, in their order.
#[derive(Debug)]
pub struct Built<O> {
    /// The objects.
    pub map: ResMap<O>,
    pub(crate) schema: std::sync::Arc<Schema>,
}

impl<O: Copy> Built<O> {
    /// All objects in one text.
    ///
    /// # Errors
    /// If an object has no value: a key stands twice, or a scalar contradicts its tag.
    pub fn print(&self) -> Result<String, Failure> {
        let mut text = String::new();
        for resource in self.map.resources() {
            if !text.is_empty() {
                text.push_str("---\n");
            }
            text.push_str(&print(resource)?);
        }
        Ok(text)
    }

    /// One text for each object, by the file name that the original gives it. Namespaces are part of the names where
    /// there is more than one.
    ///
    /// # Errors
    /// As [`Built::print`].
    pub fn files(&self) -> Result<BTreeMap<String, String>, Failure> {
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

fn print<O: Copy>(resource: &Resource<O>) -> Result<String, Failure> {
    let value = resource.graph().value().map_err(PrintObject::from)?;
    Ok(marshal_as_kubectl(&value).map_err(PrintObject::from)?)
}
