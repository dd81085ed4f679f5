//! Runs a property over the committed corpus of its target. Included by path into the tests of the owning crates.

/// Checks every input of `fuzz/corpus/TARGET`.
pub(crate) fn for_each_input(target: &str, check: fn(&[u8])) {
    let directory = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target);
    let mut count = 0;
    for entry in std::fs::read_dir(&directory).unwrap() {
        check(&std::fs::read(entry.unwrap().path()).unwrap());
        count += 1;
    }
    assert!(count > 0, "no corpus in {}", directory.display());
}
