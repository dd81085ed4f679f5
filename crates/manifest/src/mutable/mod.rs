//! Documents that engines change: nodes with origins, taken out of their text.
//!
//! A [`Graph`] is made of a parsed document (aliases and merge keys followed, as kustomize does when it reads a file) or
//! from nothing, is changed in place, and becomes a value again to be printed. It is a graph and no tree because
//! kustomize hands one node to several places: what changes one of them later changes all. Each node carries an origin of
//! the tracker's kind. Knows nothing of kustomize or Helm, and never writes a user's file.

mod graph;
mod print;
mod read;
mod scalar;
mod take;
mod take_json;

pub use graph::{Data, Entry, Graph, Node, NodeIndex};

pub use print::PrintGraph;
pub use read::ReadGraph;
pub use scalar::{Scalar, Tag};
pub use take::TakeDocument;
pub use take_json::TakeJson;
