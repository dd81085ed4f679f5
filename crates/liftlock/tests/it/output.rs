//! Where the output goes: a reader that leaves, a disk that is full.

use std::fs::OpenOptions;
use std::process::Stdio;

use crate::program::{Folder, OLD, command};

/// More output than a pipe holds (64 KiB), so that the program is still writing when its reader is gone.
fn large() -> Folder {
    let folder = Folder::new([]);
    for index in 0..400 {
        folder.write(&format!("apps/{index:03}/cron.yaml"), OLD);
    }
    folder
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let folder = large();
    for format in ["text", "json"] {
        let mut child = command()
            .args(["scan", folder.name(), "--to", "1.34", "-v", "-o", format])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_behind_the_output_is_an_error() {
    let folder = Folder::new([("a.yaml", OLD)]);
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = command().args(["scan", folder.name()]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains("cannot write to standard output") && told.contains("No space left"), "{told}");
}
