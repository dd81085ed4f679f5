//! `fix --write` writes only what a commit keeps, and says what it left.

use std::fs;
use std::process::Command;

use crate::program::{Folder, OLD, Run, liftlock};

/// Runs git in the folder, out of reach of the machine's own configuration.
fn git(folder: &Folder, arguments: &[&str]) {
    let status = Command::new("git")
        .arg("-C")
        .arg(folder.path())
        .args(["-c", "user.name=tester", "-c", "user.email=tester@example.org", "-c", "commit.gpgsign=false"])
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .status()
        .unwrap();
    assert!(status.success(), "git {arguments:?}");
}

fn repository(configuration: &[[&str; 2]]) -> Folder {
    let folder = Folder::new([]);
    git(&folder, &["init", "--quiet"]);
    for [name, value] in configuration {
        git(&folder, &["config", name, value]);
    }
    folder
}

fn commit(folder: &Folder) {
    git(folder, &["add", "--all"]);
    git(folder, &["commit", "--quiet", "--message", "state"]);
}

fn fix(folder: &Folder, more: &[&str]) -> Run {
    liftlock(&[&["fix", folder.name(), "--to", "1.25", "--write"], more].concat())
}

fn text(folder: &Folder) -> String {
    fs::read_to_string(folder.path().join("a.yaml")).unwrap()
}

fn fixed(old: &str) -> String {
    old.replace("batch/v1beta1", "batch/v1")
}

#[track_caller]
fn is_left(folder: &Folder) {
    let before = text(folder);
    let run = fix(folder, &[]).expect(1);
    assert!(run.err.contains("left a.yaml: it has changes that no commit keeps"), "{}", run.err);
    assert_eq!(text(folder), before);
    fix(folder, &["--allow-dirty"]).expect(0);
    assert_eq!(text(folder), fixed(&before));
}

#[test]
fn a_committed_file_is_written() {
    let folder = repository(&[]);
    folder.write("a.yaml", OLD);
    commit(&folder);
    let run = fix(&folder, &[]).expect(0);
    assert!(run.err.contains("1 finding fixed, 1 of 1 file written"), "{}", run.err);
    assert_eq!(text(&folder), fixed(OLD));
}

#[test]
fn a_file_with_changes_that_are_not_committed_is_left() {
    let folder = repository(&[]);
    folder.write("a.yaml", OLD);
    commit(&folder);
    folder.write("a.yaml", format!("# mine\n{OLD}"));
    is_left(&folder);
}

#[test]
fn a_file_that_is_staged_only_is_left() {
    let folder = repository(&[]);
    folder.write("other.yaml", "a: 1\n");
    commit(&folder);
    folder.write("a.yaml", OLD);
    git(&folder, &["add", "a.yaml"]);
    is_left(&folder);
}

#[test]
fn an_untracked_file_is_left() {
    let folder = repository(&[]);
    folder.write("a.yaml", OLD);
    is_left(&folder);
}

#[test]
fn the_committed_files_are_written_and_only_the_others_left() {
    let folder = repository(&[]);
    folder.write("a.yaml", OLD);
    folder.write("b.yaml", OLD);
    commit(&folder);
    folder.write("a.yaml", format!("# mine\n{OLD}"));
    let run = fix(&folder, &[]).expect(1);
    assert!(run.err.contains("2 findings fixed, 1 of 2 files written"), "{}", run.err);
    assert_eq!(fs::read_to_string(folder.path().join("b.yaml")).unwrap(), fixed(OLD));
    assert!(text(&folder).contains("batch/v1beta1"));
}

#[test]
fn a_checkout_with_line_ends_of_windows_is_committed() {
    let folder = repository(&[["core.autocrlf", "true"]]);
    let windows = OLD.replace('\n', "\r\n");
    folder.write("a.yaml", &windows);
    commit(&folder);
    fix(&folder, &[]).expect(0);
    assert_eq!(text(&folder), fixed(&windows));
}

#[test]
fn outside_of_git_it_works_and_says_that_nothing_guards_it() {
    let folder = Folder::new([("a.yaml", OLD)]);
    let run = fix(&folder, &[]).expect(0);
    assert!(run.err.contains("in no Git work tree"), "{}", run.err);
    assert_eq!(text(&folder), fixed(OLD));
}
