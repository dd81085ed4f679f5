//! 0 clean, 1 findings, 2 an error, 3 something was not assessed.

use crate::program::{BROKEN, CLEAN, Folder, OLD, liftlock};

#[test]
fn nothing_to_say_is_0() {
    let run = Folder::new([("a.yaml", CLEAN)]).scan(&["--to", "1.34"]).expect(0);
    assert!(run.out.contains("no findings; 1 file assessed"), "{}", run.out);
    Folder::new([]).scan(&[]).expect(0);
}

#[test]
fn findings_are_1_and_win_over_what_was_not_assessed() {
    Folder::new([("a.yaml", OLD)]).scan(&["--to", "1.34"]).expect(1);
    Folder::new([("a.yaml", OLD), ("b.yaml", BROKEN)]).scan(&["--to", "1.34"]).expect(1);
}

#[test]
fn something_not_assessed_is_3_and_1_where_one_is_strict() {
    let folder = Folder::new([("a.yaml", CLEAN), ("b.yaml", BROKEN)]);
    let run = folder.scan(&["--to", "1.34"]).expect(3);
    assert!(run.out.contains("Not assessed: 1") && run.out.contains("b.yaml"), "{}", run.out);
    folder.scan(&["--to", "1.34", "--strict"]).expect(1);
    Folder::new([("a.yaml", CLEAN)]).scan(&["--to", "1.34", "--strict"]).expect(0);
}

#[test]
fn every_format_ends_with_the_same_code() {
    for (files, code) in [(vec![("a.yaml", OLD)], 1), (vec![("a.yaml", BROKEN)], 3), (vec![], 0)] {
        let folder = Folder::new(files);
        for format in ["text", "json", "sarif", "junit", "markdown", "github"] {
            folder.scan(&["--to", "1.34", "-o", format]).expect(code);
        }
    }
}

#[test]
fn what_was_typed_wrong_is_2_on_standard_error_only() {
    let folder = Folder::new([("a.yaml", CLEAN)]);
    let file = format!("{}/a.yaml", folder.name());
    let nowhere = format!("{}/nowhere", folder.name());
    for (arguments, words) in [
        (vec!["scan", nowhere.as_str()], vec!["cannot open folder", "nowhere", "No such file"]),
        (vec!["scan", file.as_str()], vec!["is not a folder"]),
        (vec!["scan", folder.name(), "--to", "banana"], vec!["'banana' is not a Kubernetes version"]),
        (vec!["scan", folder.name(), "--to", "2.0"], vec!["every Kubernetes release so far is 1.x"]),
        (vec!["scan", folder.name(), "--to", "1.38"], vec!["the facts reach Kubernetes", "--beyond-horizon"]),
        (vec!["scan", folder.name(), "--to", "v1.99"], vec!["1.99 is past that"]),
        (
            vec!["scan", folder.name(), "--from", "1.30", "--to", "1.29"],
            vec!["1.30", "1.29", "never moved back"],
        ),
        (
            vec!["scan", folder.name(), "--check", "removed-apis"],
            vec!["no check 'removed-apis'", "did you mean 'removed-api'"],
        ),
        (vec!["scan", folder.name(), "--check", "qqqqqqqqqqqq"], vec!["no check", "liftlock explain"]),
        (vec!["scan", folder.name(), "-o", "xml"], vec!["invalid value 'xml'", "junit"]),
        (vec!["scna"], vec!["unrecognized subcommand 'scna'", "scan"]),
        (vec!["explain", "removed-apis"], vec!["did you mean removed-api"]),
        (vec!["man", "scna"], vec!["did you mean 'scan'"]),
        (vec!["completions", "tcsh"], vec!["invalid value 'tcsh'"]),
        (vec![], vec!["Usage: liftlock"]),
    ] {
        let run = liftlock(&arguments).expect(2);
        assert_eq!(run.out, "", "{arguments:?}");
        for word in words {
            assert!(run.err.contains(word), "{arguments:?}: no '{word}' in: {}", run.err);
        }
    }
}

#[test]
fn past_the_horizon_nothing_is_clean_without_being_known() {
    let folder = Folder::new([("a.yaml", CLEAN)]);
    let run = folder.scan(&["--from", "1.37", "--to", "1.99", "--beyond-horizon"]).expect(3);
    assert!(run.out.contains("beyond what the facts reach"), "{}", run.out);
}

#[test]
fn versions_are_taken_in_all_their_forms() {
    let folder = Folder::new([("a.yaml", OLD)]);
    let plain = folder.scan(&["--from", "1.24", "--to", "1.25"]).expect(1).out;
    for (from, to) in [("v1.24", "v1.25.3"), ("1.24.17-eks-abc1234", "1.25.0+k3s1")] {
        assert_eq!(folder.scan(&["--from", from, "--to", to]).expect(1).out, plain);
    }
    folder.scan(&["--from", "1.25", "--to", "1.25"]).expect(1);
    folder.scan(&["--from", "1.23", "--to", "1.24", "--check", "removed-api"]).expect(0);
}
