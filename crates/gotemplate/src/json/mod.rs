//! JSON as Go's `encoding/json` reads and writes it.
//!
//! Takes a string value and gives values, or takes a value and gives a string; the scalars keep their origins both ways.
//! Without recursion: how deep a text or value may nest is a limit of its own. Knows no schema and no field tags; a struct
//! tells through [`crate::Object::json`] what it is written as.

mod read;
mod scan;
mod write;

pub use read::{Decoded, read};
pub use write::{Style, write};
