//! What is known of the kinds: which have no namespace, by which keys their lists merge.
//!
//! The table is generated from the OpenAPI document that the original has compiled in; it is looked up in place and costs
//! nothing until it is asked. A kustomization may bring a document of its own, which then stands in its place, or beside
//! it if something had asked for the built-in one before.

mod document;
mod linked;
mod table;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

pub use document::ReadOpenApi;

use crate::identity::Gvk;
use linked::{Layer, Linked};

/// The version of the built-in document.
const BUILT_IN_VERSION: &str = "v1.21.2";

/// Why a kustomization's `openapi` cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetSchema {
    /// Both fields are there.
    #[error("builtin version and custom schema provided, cannot use both")]
    NameVersionAndPath,
    /// A version that is not built in.
    #[error("the specified OpenAPI version is not built in: '{version}' (there is {BUILT_IN_VERSION})")]
    FindVersion {
        /// The version.
        version: String,
    },
    /// The document is no OpenAPI.
    #[error("invalid schema file")]
    ReadOpenApi(#[from] ReadOpenApi),
}

/// The kinds as one build knows them.
#[derive(Debug, Default)]
pub struct Schema {
    /// The kinds where they are not only the built-in ones.
    linked: Option<Arc<Linked>>,
    /// Whether a kustomization has said which schema it wants; the first one that does decides.
    is_set: bool,
    /// Whether the type of some object was looked up.
    are_types_asked: AtomicBool,
    /// Whether the scope of a kind was asked that is not built in.
    is_unknown_asked: AtomicBool,
    /// Whether admission policies are known to have no namespace: since 5.8.2.
    knows_admission_policies: bool,
}

impl Clone for Schema {
    fn clone(&self) -> Self {
        Self {
            linked: self.linked.clone(),
            is_set: self.is_set,
            are_types_asked: self.are_types_asked.load(Ordering::Relaxed).into(),
            is_unknown_asked: self.is_unknown_asked.load(Ordering::Relaxed).into(),
            knows_admission_policies: self.knows_admission_policies,
        }
    }
}

/// How the items of a list of a patch come to those of the object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ListMerge<'s> {
    /// The list is replaced.
    Replace,
    /// The items are scalars, which come together.
    Scalars,
    /// Items with equal values of these keys are one.
    Keys(Vec<&'s str>),
}

/// What is known of a field or of an object.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Type<'s> {
    linked: Option<&'s Linked>,
    node: u32,
}

impl Schema {
    /// Takes the schema that the root of a build wants.
    ///
    /// # Errors
    /// If it wants what is not there.
    pub fn set_at_root(&mut self, version: Option<&str>, document: Option<&[u8]>) -> Result<(), SetSchema> {
        match (version, document) {
            (Some(_), Some(_)) => Err(SetSchema::NameVersionAndPath),
            (None, Some(document)) => {
                let document = document::read(document)?;
                self.linked = Some(Arc::new(Linked::new(&self.layers(&document))));
                self.is_set = true;
                Ok(())
            }
            (None | Some(""), None) => Ok(()),
            (Some(BUILT_IN_VERSION), None) => {
                self.is_set = true;
                Ok(())
            }
            (Some(version), None) => Err(SetSchema::FindVersion { version: version.to_owned() }),
        }
    }

    /// Takes the schema that a kustomization below the root wants, unless one before has said so. It then holds for the
    /// rest of the build, outside of that kustomization as well.
    ///
    /// # Errors
    /// As [`Schema::set_at_root`].
    pub fn set_below_root(
        &mut self,
        version: Option<&str>,
        document: Option<&[u8]>,
    ) -> Result<(), SetSchema> {
        if self.is_set { Ok(()) } else { self.set_at_root(version, document) }
    }

    /// Takes admission policies for objects without a namespace, as 5.8.2 and later do.
    pub(crate) fn learn_admission_policies(&mut self) {
        self.knows_admission_policies = true;
    }

    /// Where types stand in several layers the last one counts. The original forgets nothing that it has read: what was
    /// asked of the built-in document before stays below a new one, and what it has put off comes above.
    fn layers<'d>(&self, document: &'d document::Definitions) -> Vec<Layer<'d>> {
        if self.are_types_asked.load(Ordering::Relaxed) {
            vec![Layer::Kubernetes, Layer::Custom(document), Layer::Kustomization]
        } else if self.is_unknown_asked.load(Ordering::Relaxed) {
            vec![Layer::Custom(document), Layer::Kubernetes, Layer::Kustomization]
        } else {
            vec![Layer::Custom(document), Layer::Kustomization]
        }
    }

    /// Whether objects of the kind are known to have no namespace.
    #[must_use]
    pub fn is_cluster_scoped(&self, gvk: &Gvk) -> bool {
        let Gvk { group, version, kind } = gvk;
        if self.knows_admission_policies
            && (group.as_str(), version.as_str()) == ("admissionregistration.k8s.io", "v1")
            && matches!(kind.as_str(), "ValidatingAdmissionPolicy" | "ValidatingAdmissionPolicyBinding")
        {
            return true;
        }
        let built_in = table::kind(group, version, kind).and_then(|kind| kind.is_namespaced);
        let is_namespaced = built_in.or_else(|| {
            self.is_unknown_asked.store(true, Ordering::Relaxed);
            self.linked.as_ref()?.is_namespaced(group, version, kind)
        });
        is_namespaced == Some(false)
    }

    /// The type of the objects of a kind; none where nothing is known of it.
    pub(crate) fn of_kind(&self, api_version: &str, kind: &str) -> Option<Type<'_>> {
        self.are_types_asked.store(true, Ordering::Relaxed);
        let (group, version) = match api_version.split_once('/') {
            Some(("", _)) => return None,
            Some(parts) => parts,
            None => ("", api_version),
        };
        let node = match &self.linked {
            Some(linked) => linked.kind(group, version, kind)?,
            None => table::kind(group, version, kind)?.node?.into(),
        };
        Some(Type { linked: self.linked.as_deref(), node })
    }
}

impl<'s> Type<'s> {
    /// The type of the value of a field.
    pub(crate) fn field(self, name: &str) -> Option<Self> {
        let node = match self.linked {
            Some(linked) => linked.field(self.node, name)?,
            None => {
                let own = u16::try_from(self.node).ok()?;
                match table::field(own, name) {
                    Some(node) => node.into(),
                    None => match table::node(own) {
                        (table::What::Map, _, values) => values?.into(),
                        (table::What::Fields | table::What::List, ..) => return None,
                    },
                }
            }
        };
        Some(Self { node, ..self })
    }

    /// The type of the items of a list.
    pub(crate) fn items(self) -> Option<Self> {
        let node = match self.linked {
            Some(linked) => linked.items(self.node)?,
            None => match table::node(u16::try_from(self.node).ok()?) {
                (table::What::List, _, items) => items?.into(),
                (table::What::Fields | table::What::Map, ..) => return None,
            },
        };
        Some(Self { node, ..self })
    }

    /// How a list of this type merges.
    pub(crate) fn merge(self) -> ListMerge<'s> {
        if let Some(linked) = self.linked {
            return linked.merge(self.node);
        }
        let merge = u16::try_from(self.node).map_or(table::Merge::No, |node| table::node(node).1);
        match merge {
            table::Merge::No => ListMerge::Replace,
            table::Merge::Scalars => ListMerge::Scalars,
            table::Merge::Keys(keys) => ListMerge::Keys(table::merge_keys(keys).collect()),
        }
    }
}

#[cfg(test)]
mod tests;
