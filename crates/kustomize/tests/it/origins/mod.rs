//! Are origins true? Changes the bytes that they name, builds again, and looks at what has changed.
//!
//! The example `origins` proves the same of any number of random cases, and beside the original.

mod build;
mod cases;
mod change;
mod field;
mod tally;
mod truth;

use std::path::Path;

pub(crate) use build::Contents;
pub(crate) use tally::Tally;

/// What another program builds of files and a folder; none where it refuses.
pub(crate) type Reference<'r> = dyn Fn(&Contents, &str) -> Option<String> + 'r;

/// Proves the origins of so many scalars of each case in a folder.
pub(crate) fn prove_all(folder: &Path, scalars: usize, reference: Option<&Reference<'_>>) -> Tally {
    let mut tally = Tally::default();
    for case in cases::of(folder) {
        truth::prove(case, scalars, reference, &mut tally);
    }
    tally
}
