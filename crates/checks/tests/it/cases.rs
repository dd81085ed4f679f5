//! Every case in `tests/data`, and that every check has its cases.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::harness::{TARGET, found};

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data")
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn name(path: &Path) -> &str {
    path.file_stem().unwrap().to_str().unwrap()
}

#[test]
fn every_case_gives_what_is_written_down() {
    for folder in sorted(&data()) {
        let check = checks::find(name(&folder)).unwrap_or_else(|| panic!("no check '{}'", name(&folder)));
        for path in sorted(&folder).iter().filter(|path| path.extension().is_some_and(|end| end == "yaml")) {
            #[expect(clippy::disallowed_methods, reason = "a test reads its own data")]
            let yaml = fs::read_to_string(path).unwrap();
            let text = found(&[check], &yaml);
            let case = name(path);
            if case.starts_with("near-miss") || case.starts_with("fixed") {
                assert_eq!(text, "", "{} finds something in {}", check.meta().id, path.display());
                continue;
            }
            assert!(!case.starts_with("hit") || !text.is_empty(), "nothing found in {}", path.display());
            insta::with_settings!({
                snapshot_path => &folder,
                prepend_module_to_snapshot => false,
                omit_expression => true,
            }, { insta::assert_snapshot!(case, text) });
        }
    }
}

#[test]
fn every_check_has_a_hit_a_near_miss_and_a_broken_input() {
    for check in checks::registry() {
        let id = check.meta().id;
        let folder = data().join(id);
        assert!(folder.is_dir(), "'{id}' has no cases");
        let cases = sorted(&folder);
        for kind in ["hit", "near-miss", "broken"] {
            assert!(cases.iter().any(|path| name(path).starts_with(kind)), "'{id}' has no case '{kind}'");
        }
    }
}

#[test]
fn every_check_says_what_it_is() {
    for check in checks::registry() {
        let meta = check.meta();
        for text in [meta.title, meta.what, meta.why, meta.remedy, meta.example] {
            assert!(!text.trim().is_empty(), "'{}' leaves something out", meta.id);
            assert!(!text.contains("  ") || text == meta.example, "'{}' has a gap in '{text}'", meta.id);
        }
        assert!(!meta.links.is_empty() || !meta.rows.is_empty(), "'{}' names no source", meta.id);
        assert!(!check.triggers().is_empty(), "'{}' has no triggers", meta.id);
        for row in meta.rows {
            assert!(catalog::behaviour(row).is_some(), "'{}' covers '{row}', which is no row", meta.id);
        }
    }
}

#[test]
fn the_example_of_a_check_is_found_and_its_remedy_is_not() {
    for check in checks::registry() {
        let meta = check.meta();
        // A change of a later minor than the harness's target is looked for at its own.
        let target = meta.first.map_or(TARGET, |first| first.max(TARGET));
        let found_in = |yaml: &str| match yaml.starts_with("# journey") {
            true => found(&[*check], yaml),
            false => found(&[*check], &format!("# journey: -> {target}\n{yaml}")),
        };
        assert_ne!(found_in(meta.example), "", "the example of '{}'", meta.id);
        assert_eq!(found_in(meta.fixed), "", "the remedy of '{}'", meta.id);
    }
}

#[test]
fn the_words_of_all_checks_fit_the_scanner() {
    let mut words: Vec<&str> = checks::registry().iter().flat_map(|check| check.triggers()).collect();
    words.sort_unstable();
    words.dedup();
    assert!(manifest::scan::Triggers::new(&words).is_ok());
}

#[test]
fn every_row_of_the_facts_is_covered_by_a_check_or_unseen_for_a_reason() {
    let covered: BTreeSet<&str> =
        checks::registry().iter().flat_map(|check| check.meta().rows).copied().collect();
    let unseen: BTreeSet<&str> = checks::UNSEEN_ROWS.iter().map(|(row, _)| *row).collect();
    let missing: Vec<&str> = catalog::behaviours()
        .map(|row| row.id())
        .filter(|id| !covered.contains(id) && !unseen.contains(id))
        .collect();
    assert!(missing.is_empty(), "no check covers {missing:?}, and nothing says why");
    assert!(covered.is_disjoint(&unseen), "both: {:?}", covered.intersection(&unseen).collect::<Vec<_>>());
    assert_eq!(unseen.len(), checks::UNSEEN_ROWS.len(), "a row stands twice among the unseen");
    for (row, reason) in checks::UNSEEN_ROWS {
        assert!(
            catalog::behaviour(row).is_some() && !reason.is_empty(),
            "'{row}' is no row or has no reason"
        );
    }
}
