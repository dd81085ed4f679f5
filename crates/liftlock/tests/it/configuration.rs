//! `.liftlock.yaml`: what it changes, and how its faults are told.

use crate::program::{CLEAN, Folder, OLD};

fn with_configuration(text: &str) -> Folder {
    Folder::new([("apps/cron.yaml", OLD), (".liftlock.yaml", text)])
}

#[test]
fn faults_are_errors_with_their_places() {
    for (text, words) in [
        ("clusterz: []\n", vec![".liftlock.yaml:1:1: ", "clusters"]),
        ("clusters:\n- name: a\n  versoin: '1.29'\n", vec![".liftlock.yaml:3:3: ", "version"]),
        ("clusters:\n- name: a\n  version: '2.1'\n", vec![".liftlock.yaml:3:12: "]),
        ("severity:\n  removed-apis: off\n", vec![".liftlock.yaml:2:3: ", "removed-api"]),
        ("severity:\n  removed-api: fatal\n", vec![".liftlock.yaml:2:"]),
        ("waivers:\n- check: removed-api\n", vec![".liftlock.yaml:2:", "expires", "owner", "reason"]),
        ("clusters: [\n", vec![".liftlock.yaml:"]),
        ("- a\n", vec![".liftlock.yaml:1:"]),
    ] {
        let run = with_configuration(text).scan(&["--to", "1.34"]).expect(2);
        assert!(run.err.starts_with("error in the configuration: "), "{text}: {}", run.err);
        assert_eq!(run.out, "");
        for word in words {
            assert!(run.err.contains(word), "{text}: no '{word}' in: {}", run.err);
        }
    }
}

#[test]
fn an_empty_configuration_and_one_of_comments_change_nothing() {
    let plain = Folder::new([("apps/cron.yaml", OLD)]).scan(&["--to", "1.34", "-o", "json"]).expect(1).out;
    for text in ["", "# nothing yet\n", "---\n"] {
        assert_eq!(
            with_configuration(text).scan(&["--to", "1.34", "-o", "json"]).expect(1).out,
            plain,
            "{text}"
        );
    }
}

fn waiver(expires: &str) -> String {
    format!(
        "waivers:\n- check: removed-api\n  owner: team-a\n  reason: goes in autumn\n  expires: {expires}\n"
    )
}

#[test]
fn a_waiver_accepts_and_is_shown() {
    let folder = with_configuration(&waiver("2999-12-31"));
    let run = folder.scan(&["--to", "1.34", "--check", "removed-api", "-v"]).expect(0);
    for word in
        ["Accepted by waivers: 1 finding", "team-a", "goes in autumn", "2999-12-31", "apps/cron.yaml:1:13"]
    {
        assert!(run.out.contains(word), "{}", run.out);
    }
    let document = folder.scan_json(0);
    assert_eq!(document["waived"][0]["path"], "apps/cron.yaml");
    assert_eq!(document["waived"][0]["line"], 1);
}

#[test]
fn an_expired_waiver_accepts_nothing_and_is_a_finding_at_its_place() {
    let document = with_configuration(&waiver("2020-01-01")).scan_json(1);
    let findings = document["findings"].as_array().unwrap();
    let of = |check: &str| findings.iter().find(|finding| finding["check"] == check);
    assert!(of("removed-api").is_some());
    let expired = of("expired-waiver").unwrap();
    assert_eq!(expired["path"], ".liftlock.yaml");
    assert_eq!(expired["line"], 2);
    assert!(expired["message"].as_str().unwrap().contains("2020-01-01"));
}

#[test]
fn a_waiver_of_another_path_accepts_nothing() {
    let folder = with_configuration(&format!("{}  path: other/**\n", waiver("2999-12-31")));
    let document = folder.scan_json(1);
    assert_eq!(document["waived"].as_array().unwrap().len(), 0);
}

#[test]
fn severities_change_and_a_check_can_be_turned_off() {
    let lowered = with_configuration("severity:\n  removed-api: info\n").scan_json(1);
    let finding =
        lowered["findings"].as_array().unwrap().iter().find(|finding| finding["check"] == "removed-api");
    assert_eq!(finding.unwrap()["severity"], "info");
    let off = with_configuration("severity:\n  removed-api: off\n").scan_json(0);
    assert_eq!(off["findings"].as_array().unwrap().len(), 0);
}

#[test]
fn clusters_give_the_journeys_and_the_command_line_wins() {
    let text = "clusters:\n- {name: prod, version: '1.23', target: '1.24', paths: ['apps/**']}\n";
    let folder = with_configuration(text);
    let run = folder.scan(&["--check", "removed-api"]).expect(0);
    assert!(run.out.contains("prod 1.23 → 1.24"), "{}", run.out);
    let run = folder.scan(&["--to", "1.25", "--check", "removed-api"]).expect(1);
    assert!(run.out.contains("on prod"), "{}", run.out);
}

#[test]
fn what_is_excluded_is_not_looked_at() {
    let folder =
        Folder::new([("old/cron.yaml", OLD), ("a.yaml", CLEAN), (".liftlock.yaml", "exclude:\n- old/\n")]);
    let document = folder.scan_json(0);
    assert_eq!(document["summary"]["filesAssessed"], 1);
}
