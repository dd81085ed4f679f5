//! Are origins true? Changes the bytes that they name, renders again, and looks at what has changed.
//!
//! `origins LINES SEED FOLDER…` takes so many random lines of what the charts below the folders render: those in folders,
//! with their own values and with each file of values beside them, and those in files of cases. Prints each origin that
//! proved false.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "it talks to a terminal, reads charts, and may stop at the unexpected"
)]

#[path = "../tests/it/origins/mod.rs"]
mod origins;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use origins::{Case, STACK_BYTES, Tally, prove};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [lines, seed, folders @ ..] = arguments.as_slice() else {
        println!("usage: origins LINES SEED FOLDER...");
        return ExitCode::FAILURE;
    };
    let (lines, seed): (usize, u64) = (lines.parse().unwrap(), seed.parse().unwrap());
    let cases: Vec<Case> = folders.iter().flat_map(|folder| cases(Path::new(folder))).collect();
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
    let tally = thread.spawn(move || prove_all(&cases, (lines, seed))).unwrap().join().unwrap();
    print!("{}", tally.print());
    if tally.faults() > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// As many lines of each case, so that small charts are tried as well as large ones.
fn prove_all(cases: &[Case], (lines, seed): (usize, u64)) -> Tally {
    let mut tally = Tally::default();
    let each = lines.div_ceil(cases.len().max(1));
    for (number, case) in cases.iter().enumerate() {
        prove(case, (each, seed.wrapping_mul(1_000_003).wrapping_add(number as u64)), &mut tally);
    }
    println!("{} cases", cases.len());
    tally
}

/// The cases below a folder, in their order.
fn cases(folder: &Path) -> Vec<Case> {
    let files = files_below(folder);
    let mut cases = Vec::new();
    for file in &files {
        if file.extension().is_some_and(|extension| extension == "txt") && !folder.join("Chart.yaml").exists()
        {
            let text = std::fs::read_to_string(file).unwrap();
            if text.contains("\n=== flags") {
                cases.push(Case::of_sections(&file.display().to_string(), &text));
            }
        }
        if file.file_name().is_some_and(|name| name == "Chart.yaml") {
            cases.extend(charts(file.parent().unwrap()));
        }
    }
    cases
}

/// A chart with its own values, and with each file of values that stands beside it for tests.
fn charts(folder: &Path) -> Vec<Case> {
    let mut contents = BTreeMap::new();
    let chart = folder.file_name().unwrap().to_string_lossy().into_owned();
    for file in files_below(folder) {
        let below = file.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
        contents.insert(format!("{chart}/{below}"), std::fs::read(&file).unwrap());
    }
    let prefix = format!("{chart}/ci/");
    let given: Vec<String> = contents
        .keys()
        .filter(|path| path.starts_with(&prefix) && path.ends_with(".yaml"))
        .cloned()
        .collect();
    let plain = Case::new(folder.display().to_string(), contents, chart);
    let with = |path: String| Case {
        name: format!("{} with {path}", plain.name),
        values: vec![path],
        ..plain.clone()
    };
    let mut cases: Vec<Case> = given.into_iter().map(with).collect();
    cases.insert(0, plain);
    cases
}

/// All files below a folder, sorted.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let entry = entry.unwrap();
            let kind = entry.file_type().unwrap();
            match kind {
                kind if kind.is_dir() => folders.push(entry.path()),
                kind if kind.is_file() => files.push(entry.path()),
                _ => {}
            }
        }
    }
    files.sort();
    files
}
