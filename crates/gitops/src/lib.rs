//! The mono-repo as a graph: clusters, the units of Flux and Argo CD in them, and the objects that each unit renders.
//!
//! Takes a repository as a [`tree::Tree`] and what was fetched of others through [`Ports`]; gives a [`Fleet`]. A
//! [`Repository`] finds what is declared in files, `clusters` says which of it nothing else renders, a `walk` renders one
//! cluster until nothing new turns up. What cannot be had makes its unit *not assessed* with a reason, and everything else
//! goes on. Opens no socket, writes nothing, prints nothing, asks no clock.

mod argo;
mod build;
mod charts;
mod clusters;
mod compare;
mod composed;
mod decryption;
mod deployed;
mod document;
mod fields;
mod flux;
mod graph;
mod kept;
pub mod limits;
mod made;
mod mask;
mod object;
mod ports;
mod release;
mod repository;
mod sensitive;
pub mod substitute;
mod substitution;
mod trace;
mod trees;
mod variables;
mod versions;
mod walk;

pub use clusters::{Assumption, Clusters, Undeployed};
pub use compare::{
    ClusterDifference, FieldChange, ObjectChange, ObjectDifference, Presence, UnitDifference, compare,
    name_without_digest,
};
pub use decryption::Keys;
pub use deployed::{Deployed, Deployment};
pub use graph::{Cluster, Entry, Fleet, Missing, Outcome, Unit, UnitKey, UnitKind, Wanted};
pub use kept::{KeptRenders, VARIANTS};
pub use made::{Made, Renders};
pub use object::{ObjectId, RenderedObject};
pub use ports::Ports;
pub use repository::Repository;
pub use trace::{ChartSaid, ObjectAt, Tracer, VersionForm, Written, WrittenIn};
pub use versions::{ClusterVersions, SaidVersion};
pub use walk::{Request, observe};
