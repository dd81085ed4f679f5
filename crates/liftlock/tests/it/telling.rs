//! What the program tells about itself: help, manual pages, completions, explanations, the calendar.

use crate::program::{command, liftlock, run};

/// The commands, as the help lists them.
fn commands() -> Vec<String> {
    let help = liftlock(&["--help"]).expect(0).out;
    let list = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let names = list.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names: Vec<String> =
        names.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect();
    assert!(names.iter().any(|name| name == "scan") && names.len() > 5, "{names:?}");
    names.into_iter().filter(|name| name != "help").collect()
}

#[test]
fn every_command_has_help_a_manual_page_and_a_line_in_the_list() {
    for name in commands() {
        for flag in ["-h", "--help"] {
            let help = liftlock(&[&name, flag]).expect(0);
            assert!(help.out.contains(&format!("Usage: liftlock {name}")), "{}", help.out);
            assert_eq!(help.err, "");
        }
        let page = liftlock(&["man", &name]).expect(0).out;
        for part in [".TH", ".SH NAME", ".SH SYNOPSIS", ".SH DESCRIPTION"] {
            assert!(page.contains(part), "{name}: no '{part}'");
        }
    }
    assert!(liftlock(&["man"]).expect(0).out.contains(".SH SUBCOMMANDS"));
}

#[test]
fn the_help_says_the_exit_codes() {
    let help = liftlock(&["--help"]).expect(0).out;
    assert!(help.contains("0 clean, 1 findings, 2 an error, 3 something was not assessed"), "{help}");
}

#[test]
fn completions_of_each_shell_know_every_command() {
    for shell in ["bash", "zsh", "fish"] {
        let script = liftlock(&["completions", shell]).expect(0).out;
        for name in commands() {
            assert!(script.contains(&name), "{shell}: no '{name}'");
        }
        assert!(script.contains("beyond-horizon"), "{shell}");
    }
}

#[test]
fn bash_takes_its_completions() {
    let script = liftlock(&["completions", "bash"]).expect(0).out;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("liftlock.bash");
    std::fs::write(&path, script).unwrap();
    match std::process::Command::new("bash").arg("-n").arg(&path).status() {
        Ok(status) => assert!(status.success()),
        Err(error) => println!("not run: no bash here ({error})"),
    }
}

#[test]
fn the_version_is_the_crates() {
    let expected = format!("liftlock {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(liftlock(&["--version"]).expect(0).out, expected);
}

#[test]
fn explain_knows_checks_apis_and_versions_and_lists_all_checks() {
    let list = liftlock(&["explain"]).expect(0).out;
    assert!(list.lines().any(|line| line.starts_with("removed-api ")), "{list}");
    for (name, word) in
        [("removed-api", "removed-api"), ("policy/v1beta1/PodDisruptionBudget", "1.25"), ("1.32", "1.32")]
    {
        let text = liftlock(&["explain", name]).expect(0).out;
        assert!(text.contains(word), "{name}: {text}");
    }
}

#[test]
fn the_calendar_has_its_three_forms() {
    assert!(liftlock(&["calendar", "--cluster-version", "1.31"]).expect(0).out.contains("1.31"));
    let json = liftlock(&["calendar", "-o", "json"]).expect(0).out;
    serde_json::from_str::<serde_json::Value>(&json).unwrap();
    let ics = liftlock(&["calendar", "-o", "ics"]).expect(0).out;
    assert!(ics.starts_with("BEGIN:VCALENDAR\r\n") && ics.ends_with("END:VCALENDAR\r\n"));
}

#[test]
fn the_demo_needs_nothing_and_is_the_same_twice() {
    let elsewhere = tempfile::tempdir().unwrap();
    let demo = || run(command().arg("demo").current_dir(elsewhere.path()).env_clear()).expect(0).out;
    let text = demo();
    for said in [
        "$ liftlock tree\nproduction  Kubernetes 1.24\n",
        "5 units in 1 cluster: 5 rendered",
        "$ liftlock diff --from 1.24 --to 1.26\nproduction\n  HelmRelease flux-system/metrics\n    - PodSecurityPolicy",
        "the chart 'sessions' 1.2.0 says so",
        "nothing deploys this file",
        "leaves the file out: apps/kustomization.yaml:5:3",
        "renders: before and after differ by the fixes alone",
        "apiVersion: autoscaling/v2beta1 → autoscaling/v2\n",
        "findings in",
        "5 of 5 units of 1 cluster rendered",
    ] {
        assert!(text.contains(said), "'{said}' is not in {text}");
    }
    assert_eq!(demo(), text);
    assert_eq!(std::fs::read_dir(elsewhere.path()).unwrap().count(), 0);
}

#[test]
fn the_demo_writes_its_files_only_into_a_new_folder() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("example").display().to_string();
    liftlock(&["demo", "--write-to", &target]).expect(0);
    liftlock(&["scan", &target]).expect(1);
    let run = liftlock(&["demo", "--write-to", &target]).expect(2);
    assert!(run.err.contains("cannot write") && run.err.contains("exists"), "{}", run.err);
}
