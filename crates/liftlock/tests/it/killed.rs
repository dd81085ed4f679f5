//! A `fix --write` that is killed at any moment leaves every file old or new, and running it again finishes the job.

use std::fs;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::program::{Folder, OLD, command};

const FILES: usize = 200;
const KILLS: u32 = 20;

fn name(index: usize) -> String {
    format!("apps/team-{}/app-{index}.yaml", index % 10)
}

fn fill(folder: &Folder) {
    for index in 0..FILES {
        folder.write(&name(index), OLD);
    }
}

fn start(folder: &Folder) -> Child {
    command()
        .args(["fix", folder.name(), "--to", "1.25", "--write"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// How many files are new. Fails if one is neither old nor new.
fn new_files(folder: &Folder) -> usize {
    let new = OLD.replace("batch/v1beta1", "batch/v1");
    let texts = (0..FILES).map(|index| fs::read_to_string(folder.path().join(name(index))).unwrap());
    let is_new = |text: &String| {
        assert!(*text == OLD || *text == new, "half a file: {text}");
        *text == new
    };
    texts.filter(is_new).count()
}

#[test]
fn every_file_is_old_or_new_whenever_it_is_killed() {
    let folder = Folder::new([]);
    fill(&folder);
    let began = Instant::now();
    assert!(start(&folder).wait().unwrap().success());
    let whole = began.elapsed();
    assert_eq!(new_files(&folder), FILES);

    fill(&folder);
    let mut interrupted = 0;
    for kill in 1..=KILLS {
        let mut child = start(&folder);
        std::thread::sleep(whole * kill / KILLS);
        child.kill().unwrap();
        child.wait().unwrap();
        let new = new_files(&folder);
        interrupted += u32::from(new > 0 && new < FILES);
        if new == FILES {
            fill(&folder);
        }
    }
    assert!(interrupted > 0, "no kill met the writing, which takes {whole:?}");
    assert!(
        start(&folder).wait().unwrap().success() || new_files(&folder) == FILES,
        "running again finishes"
    );
    assert_eq!(new_files(&folder), FILES);
    assert!(began.elapsed() < Duration::from_secs(60));
}
