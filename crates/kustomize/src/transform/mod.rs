//! What changes objects: one file for each transformer, each a piece of data that can be applied.
//!
//! The fields of a kustomization and the configuration of a builtin plugin become the same values; [`Transformer`] lists
//! them all. A transformer changes objects of the map in their order and tells the map which it changed.

mod strategic_merge;

use text::Track;

pub(crate) use strategic_merge::{ApplyPatches, StrategicMergePatches};

use crate::res_map::ResMap;
use crate::{Failure, Work};

/// One transformer, ready to be applied.
#[derive(Debug, Clone)]
pub(crate) enum Transformer<O> {
    /// `patchesStrategicMerge`.
    StrategicMergePatches(StrategicMergePatches<O>),
}

impl<O: Copy> Transformer<O> {
    /// Applies it to all objects.
    pub(crate) fn transform<T: Track<Origin = O>>(
        &self,
        work: &mut Work<T>,
        map: &mut ResMap<O>,
    ) -> Result<(), Failure> {
        match self {
            Self::StrategicMergePatches(patches) => patches.transform(work, map),
        }
    }
}
