//! The mono-repo as a graph: clusters, units, rendered objects.
//!
//! Pure: takes texts and objects, gives texts and objects with origins. Writes nothing, prints nothing, opens no socket.

pub mod substitute;
