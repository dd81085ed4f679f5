//! Helm charts: loading, values, and what they render.
//!
//! A [`chart::Chart`] is read from a folder of a tree or from the bytes of an archive; [`values`] become maps of the
//! template engine whose keys and scalars know where they were written; [`dependencies`] tells which charts take part and
//! [`schema`] judges what they are given; [`engine`] executes their templates; [`render`] does all of it and puts the
//! manifests in order. [`sources`] says which charts are meant that are somewhere else, and asks a port for them. Beside that stands [`release`]: what Helm keeps of what it deployed. Where Helm 3 and Helm 4 differ
//! a [`HelmVersion`] decides. Never talks to a cluster or the network, never writes.

pub mod capabilities;
pub mod chart;
pub mod dependencies;
pub mod engine;
mod json;
pub mod limits;
pub mod marks;
pub mod order;
pub mod pieces;
mod ranges;
pub mod release;
pub mod render;
pub mod schema;
pub mod sources;
mod url;
pub mod values;
mod words;

pub use json::ReadJson;

/// Which Helm to be like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HelmVersion {
    /// Helm 3.21.
    V3,
    /// Helm 4.2.
    V4,
}

impl HelmVersion {
    /// What it says between a file of values and what is wrong with it: Helm 4 reads document by document.
    #[must_use]
    pub fn document_words(self) -> &'static str {
        match self {
            Self::V3 => "",
            Self::V4 => ": cannot unmarshal yaml document",
        }
    }
}
