//! JSON patches on objects: `patchesJson6902`, and what `patches` shares with it.
//!
//! A patch is applied to objects that a selector means. What the build remembers in an object's annotations stays there
//! whatever the patch does to them.

use text::Track;

use crate::json_patch::JsonPatch;
use crate::kustomization::{Selector, Text};
use crate::load::{LoadFile, Loader};
use crate::res_map::ResMap;
use crate::resource::Resource;
use crate::select::CompiledSelector;
use crate::{Failure, Work};

/// Why JSON patches cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UseJsonPatch {
    /// No target.
    #[error("must specify a target for JSON patch {patch}")]
    NameNoTarget {
        /// The patch, or where it stands.
        patch: String,
    },
    /// A target without a name.
    #[error("must specify the target name")]
    NameNoObject,
    /// Neither a path nor operations.
    #[error("empty file path and empty jsonOp")]
    HoldNothing,
    /// Both.
    #[error("must specify a file path or jsonOp, not both")]
    HoldBoth,
    /// An empty file.
    #[error("patch file '{path}' empty seems to be empty")]
    ReadNothing {
        /// Its path.
        path: String,
    },
    /// No operations.
    #[error("patch appears to be empty; file={path}")]
    DoNothing {
        /// The file; empty for operations that stand in the kustomization.
        path: String,
    },
}

/// One entry of `patchesJson6902`.
#[derive(Debug, Clone)]
pub(crate) struct JsonPatchTransform<O> {
    target: Selector,
    patch: JsonPatch<O>,
}

/// What one entry says, each part as it is written.
#[derive(Debug)]
pub(crate) struct JsonPatchArguments<'a, O> {
    pub(crate) target: Option<&'a Selector>,
    pub(crate) path: Option<&'a Text<O>>,
    pub(crate) operations: Option<&'a Text<O>>,
}

impl<O: Copy> JsonPatchTransform<O> {
    /// Reads the operations.
    pub(crate) fn load<T: Track<Origin = O>>(
        work: &mut Work<T>,
        loader: &Loader,
        arguments: &JsonPatchArguments<'_, O>,
    ) -> Result<Self, Failure> {
        let no_target = || UseJsonPatch::NameNoTarget {
            patch: arguments
                .path
                .or(arguments.operations)
                .map_or_else(String::new, |text| text.text.to_string()),
        };
        let target = arguments.target.ok_or_else(no_target)?;
        if target.id.name.is_empty() {
            return Err(UseJsonPatch::NameNoObject.into());
        }
        let (patch, path) = match (arguments.path, arguments.operations) {
            (None, None) => return Err(UseJsonPatch::HoldNothing.into()),
            (Some(_), Some(_)) => return Err(UseJsonPatch::HoldBoth.into()),
            (Some(path), None) => {
                let file = loader.load(&mut work.files, &path.text)?;
                if file.bytes.is_empty() {
                    return Err(UseJsonPatch::ReadNothing { path: path.text.to_string() }.into());
                }
                (JsonPatch::parse::<T>(file.id, &file.bytes)?, path.text.to_string())
            }
            (None, Some(operations)) => {
                let id = work.content_of(operations);
                (JsonPatch::parse::<T>(id, operations.text.as_bytes())?, String::new())
            }
        };
        let patch = patch.filter(|patch| patch.len() > 0).ok_or(UseJsonPatch::DoNothing { path })?;
        Ok(Self { target: target.clone(), patch })
    }

    /// Applies the operations to all objects that the target means.
    pub(crate) fn transform<T: Track<Origin = O>>(
        &self,
        work: &mut Work<T>,
        map: &mut ResMap<O>,
    ) -> Result<(), Failure> {
        for slot in CompiledSelector::new(&self.target)?.select(&work.schema, map)? {
            if let Some(resource) = map.get_mut(slot) {
                resource.apply_json_patch(work, &self.patch)?;
            }
        }
        Ok(())
    }
}

/// Annotations that a patch cannot take away: the build's own, by this prefix and by older names.
const KEPT_PREFIX: &str = "internal.config.kubernetes.io/";
const KEPT: [&str; 3] = ["config.kubernetes.io/path", "config.kubernetes.io/index", "config.k8s.io/id"];

impl<O: Copy> Resource<O> {
    /// Applies operations. Annotations are texts afterwards.
    pub(crate) fn apply_json_patch<T: Track<Origin = O>>(
        &mut self,
        work: &mut Work<T>,
        patch: &JsonPatch<O>,
    ) -> Result<(), Failure> {
        let mut kept = self.metadata_map("annotations");
        kept.retain(|key, _| key.starts_with(KEPT_PREFIX) || KEPT.contains(&key.as_str()));
        let graph = patch.apply(&mut work.tracker, self.graph())?;
        self.set_graph(graph);
        let mut annotations = self.metadata_map("annotations");
        annotations.extend(kept);
        self.set_metadata_map("annotations", &annotations, self.origin)?;
        Ok(())
    }
}

/// The failure of a file that cannot be had, told with what it was wanted for.
#[derive(Debug, thiserror::Error)]
#[error("failed to get the patch file from path({path})")]
pub struct LoadPatchFile {
    /// The path.
    pub path: String,
    /// What was in the way.
    #[source]
    pub source: LoadFile,
}
