//! What stands in a folder and is no plain file with a plain name.

#![cfg(unix)]

use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Command;

use crate::program::{CLEAN, Folder, OLD, liftlock};

#[track_caller]
fn assert_left(folder: &Folder, path: &str, reason: &str) {
    let left = folder.not_assessed(1);
    assert!(left.iter().any(|item| item.0 == path && item.1 == reason), "{left:?}");
}

#[test]
fn links_in_a_loop_and_out_of_the_root() {
    let outside = Folder::new([("o.yaml", OLD)]);
    let folder = Folder::new([("a.yaml", OLD)]);
    let link = |target: &OsStr, name: &str| symlink(target, folder.path().join(name)).unwrap();
    link(OsStr::new("self.yaml"), "self.yaml");
    link(OsStr::new("two.yaml"), "one.yaml");
    link(OsStr::new("one.yaml"), "two.yaml");
    link(OsStr::new("."), "here");
    link(outside.path().join("o.yaml").as_os_str(), "out.yaml");
    link(outside.path().as_os_str(), "folder");
    link(OsStr::new("nowhere.yaml"), "dangling.yaml");
    for (path, reason) in [
        ("self.yaml", "link-loop"),
        ("one.yaml", "link-loop"),
        ("two.yaml", "link-loop"),
        ("here", "link-loop"),
        ("out.yaml", "outside-root"),
        ("folder", "outside-root"),
        ("dangling.yaml", "unreadable"),
    ] {
        assert_left(&folder, path, reason);
    }
}

#[test]
fn a_configuration_that_leads_out_of_the_root_is_not_read() {
    let outside = Folder::new([("secret", "password: hunter2\n")]);
    let folder = Folder::new([("a.yaml", CLEAN)]);
    symlink(outside.path().join("secret"), folder.path().join(".liftlock.yaml")).unwrap();
    let run = folder.scan(&[]).expect(2);
    assert!(run.err.contains("leads out of the root"), "{}", run.err);
    assert!(!run.err.contains("password"), "{}", run.err);
}

#[test]
fn a_fifo_is_named_and_nothing_waits_for_it() {
    for name in ["x.yaml", ".liftlock.yaml"] {
        let folder = Folder::new([("a.yaml", OLD)]);
        let made = Command::new("mkfifo").arg(folder.path().join(name)).status().unwrap();
        assert!(made.success());
        if name == "x.yaml" {
            assert_left(&folder, name, "not-a-regular-file");
        } else {
            let run = folder.scan(&[]).expect(2);
            assert!(run.err.contains("not a regular file"), "{}", run.err);
        }
    }
}

#[test]
fn a_socket_is_named() {
    let folder = Folder::new([("a.yaml", OLD)]);
    let _socket = std::os::unix::net::UnixListener::bind(folder.path().join("s.yaml")).unwrap();
    assert_left(&folder, "s.yaml", "not-a-regular-file");
}

#[test]
fn a_file_and_a_folder_that_refuse_to_be_read() {
    let folder = Folder::new([("a.yaml", OLD), ("closed.yaml", OLD), ("shut/b.yaml", OLD)]);
    let close = |name: &str, mode| {
        fs::set_permissions(folder.path().join(name), Permissions::from_mode(mode)).unwrap();
    };
    close("closed.yaml", 0o000);
    close("shut", 0o000);
    if fs::read(folder.path().join("closed.yaml")).is_ok() {
        println!("not run: the superuser reads everything");
    } else {
        assert_left(&folder, "closed.yaml", "unreadable");
        assert_left(&folder, "shut", "unreadable");
    }
    close("shut", 0o755);
}

#[test]
fn names_with_spaces_controls_and_bytes_that_are_no_utf8() {
    let folder = Folder::new([]);
    let names: [&[u8]; 5] = [
        b"with space.yaml",
        b"line\nend.yaml",
        b"\x1b[31mred.yaml",
        b"no\xffutf8.yaml",
        b"quote\"`|<x>.yaml",
    ];
    for name in names {
        let path = folder.path().join(OsStr::from_bytes(name));
        fs::write(path, OLD).unwrap();
    }
    for format in ["text", "json", "sarif", "junit", "markdown", "github"] {
        let run = folder.scan(&["--to", "1.34", "-o", format]).expect(1);
        assert!(run.out.contains("with space.yaml") || format == "sarif", "{format}");
        let acting = run.out.chars().find(|c| c.is_control() && *c != '\n');
        assert_eq!(acting, None, "{format}");
    }
    let document = folder.scan_json(1);
    let paths: Vec<&str> = document["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["path"].as_str().unwrap())
        .collect();
    for path in
        ["with space.yaml", "line\nend.yaml", "\u{1b}[31mred.yaml", "no\\xffutf8.yaml", "quote\"`|<x>.yaml"]
    {
        assert!(paths.contains(&path), "{path:?}: {paths:?}");
    }
}

#[test]
fn a_name_that_is_no_utf8_is_shown_escaped_and_its_file_is_mended() {
    let folder = Folder::new([("a.yaml", CLEAN)]);
    let odd = folder.path().join(OsStr::from_bytes(b"cron\xfc.yaml"));
    fs::write(&odd, OLD).unwrap();
    for format in ["text", "json", "sarif", "junit", "markdown", "github"] {
        let run = folder.scan(&["--from", "1.24", "--to", "1.25", "-o", format]).expect(1);
        let shown = if format == "sarif" { "cron%5Cxfc.yaml" } else { "xfc.yaml" };
        assert!(run.out.contains(shown), "{format}: {}", run.out);
    }
    liftlock(&["fix", folder.name(), "--from", "1.24", "--to", "1.25", "--write"]);
    assert!(!fs::read_to_string(&odd).unwrap().contains("v1beta1"));
}

#[test]
fn a_name_that_is_written_like_another_one_is_named_and_the_other_is_judged() {
    let folder = Folder::new([("a\\xff.yaml", OLD)]);
    fs::write(folder.path().join(OsStr::from_bytes(b"a\xff.yaml")), CLEAN).unwrap();
    assert_left(&folder, "a\\xff.yaml", "unreadable");
    let found = folder.scan_json(1);
    assert_eq!(found["findings"].as_array().unwrap().len(), 1);
}
