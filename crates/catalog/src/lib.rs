//! The facts: API lifecycles, behaviour changes, CRD and add-on versions, the EKS calendar.

/// What a cluster turns on beyond the defaults of its version.
#[derive(Debug, Clone, Default)]
pub struct Overlay {}

/// The newest minor that the facts reach.
pub const HORIZON: version::Minor = version::Minor::new(37);
