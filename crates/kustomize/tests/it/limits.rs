//! Inputs that are too large to be committed.

use std::sync::Arc;

use kustomize::load::{Files, Restriction};
use kustomize::{Options, Work, build};
use text::NoOrigins;
use tree::Memory;

#[test]
fn a_generator_takes_no_file_past_the_limit_of_files() {
    let mut tree = Memory::new();
    tree.insert("kustomization.yaml", "configMapGenerator:\n- name: a\n  files: [huge]\n");
    // Zeros are memory that is never touched.
    tree.insert("huge", vec![0; (256 << 20) + 1]);
    let mut work: Work<NoOrigins> = Work::new(Files::new(Arc::new(tree), Restriction::RootOnly, None));
    let failure = build(&mut work, "", &Options::default()).unwrap_err();
    assert_eq!(failure.to_string(), "cannot read 'huge'");
    assert!(std::error::Error::source(&failure).unwrap().to_string().contains("bytes"));
}
