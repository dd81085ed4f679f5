//! The limits on what is read. Past one of them a file is *not assessed*, with the limit named.

/// Bytes in one file: 64 MiB. The largest manifests people keep in Git are CRD bundles of up to 50 MB.
pub const FILE_BYTES_MAX: u64 = 64 << 20;

/// Documents in one file. Rendered bundles reach some thousands; 100,000 bounds the tables kept per file.
pub const FILE_DOCUMENTS_MAX: usize = 100_000;

/// Nested collections in one document. The deepest CRD schemas reach about 60; the value is that of the
/// scanner underneath, and bounds the stack of whatever walks a document.
pub const DEPTH_MAX: usize = 255;

/// Nodes that expanding all aliases of one document may visit. goyaml refuses documents whose aliases
/// multiply them beyond a ratio of their size; an absolute bound is simpler and as safe.
pub const ALIAS_EXPANSION_NODES_MAX: usize = 1_000_000;

/// Levels of `List` within `List` whose items are looked for.
pub const LIST_DEPTH_MAX: usize = 16;
