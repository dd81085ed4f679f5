//! Values: what files, and the command line, give to the templates of a chart.
//!
//! Takes YAML as Helm reads it and the texts of `--set` and its kin; gives maps of the template engine in which each key
//! and each scalar knows where it was written. Never shows a value in an error: any of them may be a secret.

mod coalesce;
pub(crate) mod json;
mod merge;
mod read;
mod strvals;
pub(crate) mod tables;

pub use coalesce::CoalesceValues;
pub(crate) use coalesce::{GLOBAL, coalesce};
pub use merge::merge_maps;
pub(crate) use read::json_kind;
pub(crate) use read::of_value;
pub use read::{ReadValues, of_file, of_text};
pub use strvals::{FileContent, Given, ParseSet, ReadFile, SetKind, set, set_with_files};
