//! Values: what files, and the command line, give to the templates of a chart.
//!
//! Takes YAML as Helm reads it and the texts of `--set` and its kin; gives maps of the template engine in which each key
//! and each scalar knows where it was written. Never shows a value in an error: any of them may be a secret.

mod merge;
mod read;
mod strvals;

pub use merge::merge_maps;
pub use read::{ReadValues, of_file, of_text};
pub use strvals::{Given, ParseSet, SetKind, set};
