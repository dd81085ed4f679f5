//! How long a version and a range may be. The numbers are those of Masterminds/semver 3.5.0, and so is the answer.

/// Bytes of one version (`MaxVersionLen`).
pub const VERSION_BYTES_MAX: usize = 256;

/// Bytes of one text of constraints (`MaxConstraintLen`).
pub const CONSTRAINTS_BYTES_MAX: usize = 512;

/// Alternatives, parted by `||`, of one text of constraints (`MaxConstraintGroups`).
pub const ALTERNATIVES_MAX: usize = 32;
