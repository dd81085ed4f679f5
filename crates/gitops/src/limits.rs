//! How much is taken before a name is given to what is too much.

/// Units of one cluster. The largest fleets in public reports have some thousand; a loop of units that make units ends here.
pub const UNITS_MAX: usize = 10_000;

/// How often a unit that renders itself is built again with what it said: it settles at the second.
pub const OWN_REBUILDS_MAX: usize = 3;

/// Bytes of a file that declares units and sources: the components of Flux, in one file, are 500 kB.
pub const DECLARING_FILE_BYTES_MAX: u64 = manifest::limits::FILE_BYTES_MAX;

/// Bytes of the repository's files that stay in memory during a run. The largest public repository of clusters that is known has three million; the bound has
/// room for twenty of its like.
pub(crate) const REMEMBERED_BYTES_MAX: u64 = 64 << 20;

/// Bytes of stack of a thread that renders charts: a template may include itself a thousand times before Helm refuses,
/// which takes 40 MiB. Only what is touched of it is there.
pub const STACK_BYTES: usize = 64 * 1024 * 1024;

/// What of it templates may use; the rest is for what reads and prints values.
pub(crate) const TEMPLATE_STACK_BYTES_MAX: usize = STACK_BYTES - 16 * 1024 * 1024;

/// Folders that a kustomization may lead through before it is taken for a circle.
pub(crate) const FOLDERS_MAX: usize = 10_000;

/// Bytes of the manifests of one folder that Argo CD takes: `reposerver.max.combined.directory.manifests.size` where nobody
/// says otherwise.
pub(crate) const MANIFEST_BYTES_MAX: u64 = 10_000_000;
