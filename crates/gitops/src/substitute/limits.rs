//! The limits on what a substitution takes and makes. Past one of them the text is refused, with the limit named.

/// Expressions within each other's defaults and patterns. People nest two or three; each level is a frame of two recursive
/// functions, which 100 keep far below the smallest stack of a thread.
pub const EXPRESSION_DEPTH_MAX: usize = 100;

/// Bytes that a substitution may write, arguments included: what a file may hold (`manifest::limits::FILE_BYTES_MAX`). A
/// ConfigMap holds 1 MiB, so 64 expressions of the largest value that a cluster can keep still fit.
pub const OUTPUT_BYTES_MAX: usize = 64 << 20;

/// Bytes that the functions of one text may look at, patterns included: a tenth of a second. A pattern over a value of plain
/// ASCII takes some times its length, so that ten over the largest value of a ConfigMap fit; over other characters it can
/// take the square of it, for which 5 kB fit.
pub const STEPS_MAX: u64 = 1 << 25;
