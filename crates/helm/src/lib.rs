//! Helm charts, up to but without rendering: loading, values and what is given on the command line.
//!
//! A [`chart::Chart`] is read from a folder of a tree or from the bytes of an archive; [`values`] become maps of the
//! template engine whose keys and scalars know where they were written. Where Helm 3 and Helm 4 differ a
//! [`HelmVersion`] decides. Never talks to a cluster or the network, never writes.

pub mod chart;
pub mod limits;
pub mod order;
pub mod values;

/// Which Helm to be like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HelmVersion {
    /// Helm 3.21.
    V3,
    /// Helm 4.2.
    V4,
}
