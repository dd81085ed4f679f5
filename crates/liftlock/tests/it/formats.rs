//! Every format says the same, is well-formed, and does not depend on threads or the clock of a run.

use serde_json::Value;

use crate::program::{BROKEN, CLEAN, Folder, OLD, liftlock};

fn mixed() -> Folder {
    let folder = Folder::new([("a/clean.yaml", CLEAN), ("z/broken.yaml", BROKEN)]);
    for index in 0..40 {
        folder.write(&format!("apps/{index:02}/cron.yaml"), OLD);
    }
    folder
}

fn formats(folder: &Folder, more: &[&str]) -> Vec<(&'static str, String)> {
    ["text", "json", "sarif", "junit", "markdown", "github"]
        .map(|format| (format, folder.scan(&[&["--to", "1.34", "-o", format], more].concat()).expect(1).out))
        .to_vec()
}

#[test]
fn every_format_names_the_finding_its_place_and_what_was_not_assessed() {
    let folder = Folder::new([("apps/cron.yaml", OLD), ("broken.yaml", BROKEN)]);
    for (format, text) in formats(&folder, &[]) {
        for word in ["removed-api", "apps/cron.yaml", "batch/v1beta1", "broken.yaml", "batch/v1"] {
            assert!(text.contains(word), "{format}: no '{word}' in {text}");
        }
        assert!(text.ends_with('\n'), "{format}");
        assert!(!text.contains(folder.name()) || format == "text", "{format} names the machine's path");
    }
}

#[test]
fn the_output_is_the_same_bytes_with_any_number_of_threads() {
    let folder = mixed();
    let one = formats(&folder, &["--threads", "1"]);
    for threads in ["2", "4", "8"] {
        assert_eq!(formats(&folder, &["--threads", threads]), one, "{threads} threads");
    }
}

#[test]
fn json_is_what_the_printed_schema_says() {
    let schema: Value = serde_json::from_str(&liftlock(&["schema", "scan"]).expect(0).out).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let document = mixed().scan_json(1);
    assert!(validator.is_valid(&document));
    assert_eq!(document["form"], "liftlock.scan/v1");
    assert_eq!(document["findings"].as_array().unwrap().len(), 40);
    assert_eq!(document["findings"][0]["line"], 1);
    assert_eq!(document["findings"][0]["column"], 13);
    let mut wrong = document.clone();
    wrong["findings"][0]["line"] = "one".into();
    assert!(!validator.is_valid(&wrong));
}

#[test]
fn the_schema_of_the_configuration_is_a_schema() {
    let schema: Value = serde_json::from_str(&liftlock(&["schema", "config"]).expect(0).out).unwrap();
    jsonschema::validator_for(&schema).unwrap();
}

#[test]
fn quiet_is_the_summary_and_verbose_is_everything() {
    let folder = mixed();
    for index in 0..9 {
        folder.write(&format!("broken/{index}.yaml"), BROKEN);
    }
    let quiet = folder.scan(&["--to", "1.34", "-q"]).expect(1).out;
    assert!(quiet.contains("40 findings in 40 files") && !quiet.contains("cron.yaml"), "{quiet}");
    let plain = folder.scan(&["--to", "1.34"]).expect(1).out;
    assert!(plain.contains("7 more; -v lists all"), "{plain}");
    let verbose = folder.scan(&["--to", "1.34", "-v"]).expect(1).out;
    for index in 0..9 {
        assert!(verbose.contains(&format!("broken/{index}.yaml")), "{verbose}");
    }
    assert_eq!(verbose.matches(" ^^^").count(), 40);
    assert!(plain.lines().count() * 2 < verbose.lines().count());
}

#[test]
fn the_next_command_can_be_typed_as_it_is_told() {
    let folder = Folder::new([("in here/it's/a.yaml", OLD)]);
    let inner = format!("{}/in here/it's", folder.name());
    let run = liftlock(&["scan", &inner, "--from", "1.24", "--to", "1.25"]).expect(1);
    let next = run.out.lines().find_map(|line| line.strip_prefix("Next: ")).unwrap();
    assert!(next.starts_with("liftlock fix '") && next.ends_with(" --from 1.24 --to 1.25"), "{next}");
    let words = next.strip_prefix("liftlock fix ").unwrap();
    let echoed = crate::program::run(
        std::process::Command::new("sh").args(["-c", &format!("printf '%s\\n' {words}")]),
    );
    assert_eq!(echoed.out, format!("{inner}\n--from\n1.24\n--to\n1.25\n"));
}
