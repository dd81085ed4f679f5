//! `commonAnnotations`: entries in the maps that annotate objects and their templates.

use text::Track;

use super::entry;
use crate::configuration::{Configuration, FieldSpecs};
use crate::kustomization::TextMap;
use crate::res_map::ResMap;
use crate::{Failure, Work};

/// Sets annotations.
#[derive(Debug, Clone)]
pub(crate) struct AnnotationsTransformer<O> {
    /// The annotations.
    pub(crate) annotations: TextMap<O>,
    /// Which maps get them.
    pub(crate) specs: FieldSpecs,
}

impl<O: Copy> AnnotationsTransformer<O> {
    /// What `commonAnnotations` asks for.
    pub(crate) fn common(annotations: &TextMap<O>, configuration: &Configuration) -> Self {
        Self { annotations: annotations.clone(), specs: configuration.common_annotations.clone() }
    }

    /// Applies it to all objects.
    pub(crate) fn transform<T: Track<Origin = O>>(
        &self,
        work: &mut Work<T>,
        map: &mut ResMap<O>,
    ) -> Result<(), Failure> {
        entry::set_entries(&self.annotations, &self.specs, work, map)
    }
}
