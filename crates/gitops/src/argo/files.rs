//! Files of the repositories that Argo CD is told of.

use crate::graph::Missing;
use crate::trees::SharedTree;

/// Gives the files of a repository by its URL and revision.
pub(crate) type FindFiles<'f> = dyn FnMut(&str, &str) -> Result<SharedTree, Missing> + 'f;
