//! A write that cannot be finished leaves the old file, and nothing beside it.

#![cfg(unix)]

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use crate::program::{Folder, OLD, Run, run};

fn names(folder: &Folder) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// A manifest of some 200 kB, and with it every file that is written in its place.
fn large() -> String {
    format!("{OLD}{}", "# a line of no meaning that makes the file large\n".repeat(4_000))
}

/// Runs `liftlock fix --write` under a shell's limit on the size of files, which ends a write half-way as a full disk
/// does: some bytes are taken, the rest are refused.
fn fix_within(blocks: u32, folder: &Folder) -> Run {
    let script = format!("ulimit -f {blocks}; exec \"$0\" \"$@\"");
    let program = env!("CARGO_BIN_EXE_liftlock");
    run(Command::new("sh").args(["-c", &script, program, "fix", folder.name(), "--to", "1.25", "--write"]))
}

#[test]
fn a_write_that_ends_half_way_leaves_the_old_file_and_no_other() {
    let folder = Folder::new([]);
    let path = folder.write("a.yaml", large());
    fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
    let run = fix_within(20, &folder).expect(2);
    assert!(run.err.contains("a.yaml") && run.err.contains("too large"), "{}", run.err);
    assert_eq!(fs::read_to_string(&path).unwrap(), large());
    assert_eq!(names(&folder), ["a.yaml"]);

    // With room it is done, so the limit was what stopped it.
    fix_within(20_000, &folder).expect(0);
    assert!(fs::read_to_string(&path).unwrap().starts_with("apiVersion: batch/v1\n"));
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(names(&folder), ["a.yaml"]);
}

#[test]
fn a_folder_that_takes_no_new_file_leaves_the_old_one() {
    let folder = Folder::new([("apps/a.yaml", OLD)]);
    let apps = folder.path().join("apps");
    fs::set_permissions(&apps, Permissions::from_mode(0o555)).unwrap();
    let is_closed = fs::write(apps.join("probe"), "").is_err();
    let run = is_closed.then(|| fix_within(20_000, &folder));
    fs::set_permissions(&apps, Permissions::from_mode(0o755)).unwrap();
    match run {
        None => println!("not run: the superuser writes everywhere"),
        Some(run) => {
            let run = run.expect(2);
            assert!(run.err.contains("apps/a.yaml") && run.err.contains("Permission denied"), "{}", run.err);
            assert_eq!(fs::read_to_string(apps.join("a.yaml")).unwrap(), OLD);
        }
    }
}
