//! Where loading a chart and reading values end: every size, count and depth of this crate that has a bound.

/// Bytes of one file of a chart: `MaxDecompressedFileSize` of Helm.
pub const FILE_BYTES_MAX: u64 = 5 * 1024 * 1024;

/// Bytes of all files of one archive: `MaxDecompressedChartSize` of Helm.
pub const CHART_BYTES_MAX: u64 = 100 * 1024 * 1024;

/// Bytes that one archive may unpack to, headers and padding included, which Helm does not count: twice the content is
/// more than a header of 512 bytes for each of the entries below adds.
pub const ARCHIVE_STREAM_BYTES_MAX: u64 = 2 * CHART_BYTES_MAX;

/// Entries of one archive. The largest charts that are published have about 2,000 files, dependencies included.
pub const ARCHIVE_ENTRIES_MAX: usize = 100_000;

/// Bytes of all files of a chart and of the archives in its `charts/`, at every depth: archives in archives would
/// multiply the bound of one. Four times that bound is more than any umbrella chart has.
pub const CHART_TREE_BYTES_MAX: u64 = 4 * CHART_BYTES_MAX;

/// How deep charts stand in the `charts/` of others. Umbrella charts nest 4 deep; Helm has no bound but its stack.
pub const CHARTS_DEPTH_MAX: usize = 32;

/// Largest index of a list on the command line: `MaxIndex` of Helm's strvals.
pub const INDEX_MAX: i64 = 65_536;

/// Dots in one name on the command line: `MaxNestedNameLevel` of Helm's strvals.
pub const NAME_DOTS_MAX: usize = 30;

/// Nested lists in one name on the command line, `a[0][0]`, which Helm does not bound. As many as dots, and far within
/// a thread's stack.
pub const NAME_INDICES_MAX: usize = 1_000;

/// Patterns of one `.helmignore`. The longest that are published have 60.
pub const IGNORE_PATTERNS_MAX: usize = 10_000;

/// Templates that one cache keeps. The largest repository of charts that is published has 4,000.
pub const CACHED_TEMPLATES_MAX: usize = 100_000;

/// Items that one text of the command line may put into lists: sixteen lists of the largest index. Helm has no bound; a
/// text of a few kilobytes would take gigabytes.
pub const SET_ITEMS_MAX: usize = 16 * 65_537;

/// Nested collections of one JSON text. Go's reader stops at 10,000; schemas and records that are published nest 40 deep,
/// and the bound of `manifest` for documents is half of it.
pub const JSON_DEPTH_MAX: usize = 510;

/// Schemas in one `values.schema.json` and all that it refers to. The whole of Kubernetes' API has 20,000.
pub const SCHEMA_NODES_MAX: usize = 200_000;

/// Documents that one schema refers to. Charts that are published refer to two.
pub const SCHEMA_DOCUMENTS_MAX: usize = 64;

/// Steps that judging one value by one schema may take: schemas entered, members looked at. The largest published schemas
/// take about 100,000; a schema that enters itself twice takes any number.
pub const SCHEMA_STEPS_MAX: u64 = 10_000_000;

/// Schemas entered within one another. A schema nested 40 deep takes 130 when it is judged by the schema of its draft;
/// the bound is what fits into half of a thread's stack.
pub const SCHEMA_FRAMES_MAX: usize = 600;

/// Bytes of the `release` of one Secret or ConfigMap. Kubernetes takes objects of 1 MiB of data (`MaxSecretSize`), which the
/// second base64 of a Secret makes four thirds of that in a file.
pub const RECORD_DATA_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Bytes of JSON that one record may unpack to, which Helm does not bound. Text of charts packs to a tenth, and base64 of
/// what is packed already does not pack at all.
pub const RECORD_JSON_BYTES_MAX: usize = 64 * 1024 * 1024;
