//! Are origins of rendered text true? Changes the bytes that they name, renders again, and looks at what has changed.
//!
//! The example `origins` proves the same of any number of lines of given charts.

pub(crate) mod build;
mod case;
mod change;
pub(crate) mod leaf;
mod tally;
mod truth;

pub(crate) use build::STACK_BYTES;
pub(crate) use case::Case;
pub(crate) use tally::Tally;
pub(crate) use truth::prove;
