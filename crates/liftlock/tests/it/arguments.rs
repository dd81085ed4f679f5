//! Flags that every command shares.

use crate::program::{Folder, OLD, command, run};

#[test]
fn colours_are_asked_for_by_flag_and_never_go_to_a_file_by_themselves() {
    let folder = Folder::new([("a.yaml", OLD)]);
    let scan = |color: &str, no_color: Option<&str>| {
        let mut command = command();
        command.args(["scan", folder.name(), "--to", "1.34", "--color", color]);
        if let Some(value) = no_color {
            command.env("NO_COLOR", value);
        }
        run(&mut command).expect(1).out
    };
    assert!(!scan("auto", None).contains('\u{1b}'));
    assert!(!scan("never", None).contains('\u{1b}'));
    assert!(scan("always", None).contains("\u{1b}["));
    // What is typed wins over the environment.
    assert!(scan("always", Some("1")).contains("\u{1b}["));
    assert!(!scan("auto", Some("1")).contains('\u{1b}'));
}

#[test]
fn the_working_directory_is_the_default() {
    let folder = Folder::new([("a.yaml", OLD)]);
    let run = run(command().arg("scan").args(["--to", "1.34"]).current_dir(folder.path())).expect(1);
    assert!(run.out.contains("Next: liftlock fix . --to 1.34"), "{}", run.out);
}

#[test]
fn flags_stand_before_or_after_the_command() {
    let folder = Folder::new([("a.yaml", OLD)]);
    let before = run(command().args(["-q", "scan", folder.name()])).expect(1).out;
    let after = run(command().args(["scan", folder.name(), "-q"])).expect(1).out;
    assert_eq!(before, after);
}
