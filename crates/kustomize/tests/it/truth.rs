//! The origins of the committed random builds, proved by changing what they name.

use std::path::Path;

use crate::origins::prove_all;

/// Scalars of each build that are changed: 120 builds, so more than 300 that have a place to change.
const SCALARS: usize = 4;

#[test]
fn what_an_origin_names_changes_its_value_and_nothing_else() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/random");
    let tally = prove_all(&folder, SCALARS, None);
    assert!(tally.faults() == 0 && tally.changed() > 300, "{}", tally.print());
}
