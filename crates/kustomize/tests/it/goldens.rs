//! Builds that the original has made before; `cargo xtask goldens` makes them again.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use kustomize::load::{Files, Restriction};
use kustomize::{Options, Work, build};
use sha2::{Digest, Sha256};
use text::{NoOrigins, Origins, Track};
use tree::Memory;

/// One case as it stands in its file.
struct Golden {
    folder: String,
    files: Memory,
    /// None where the original refuses.
    expected: Option<String>,
}

#[expect(clippy::disallowed_methods, reason = "tests read their cases")]
fn goldens() -> Vec<(String, Golden)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/random");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let named = |path: &std::path::PathBuf| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let golden = parse(&name, &std::fs::read_to_string(path).unwrap());
        (name, golden)
    };
    paths.iter().map(named).collect()
}

fn parse(name: &str, text: &str) -> Golden {
    let (head, rest) = text.split_once('\n').unwrap();
    let inputs = rest.find("=== expected\n").or_else(|| rest.find("=== refused\n")).unwrap();
    let digest = Sha256::digest(&rest.as_bytes()[..inputs]);
    let digest = digest.iter().fold(String::new(), |mut digits, byte| {
        write!(digits, "{byte:02x}").unwrap();
        digits
    });
    assert!(head.ends_with(&digest), "{name}: the inputs are not those that the original was given");
    let mut golden = Golden { folder: String::new(), files: Memory::new(), expected: None };
    for section in format!("\n{rest}").split("\n=== ").skip(1) {
        let (head, body) = section.split_once('\n').unwrap_or((section, ""));
        let lines: Vec<_> = body.lines().map(|line| line.strip_prefix('|').unwrap_or(line)).collect();
        let content = lines.join("\n");
        match head.split_once(' ').unwrap_or((head, "")) {
            ("folder", folder) => golden.folder = folder.to_owned(),
            ("file", path) => golden.files.insert(path, content),
            ("bytes", path) => golden.files.insert(path, bytes(&content)),
            ("expected", _) => golden.expected = Some(content),
            ("refused", _) => {}
            other => panic!("{name}: a section of no known kind: {other:?}"),
        }
    }
    golden
}

fn bytes(digits: &str) -> Vec<u8> {
    let pairs = digits.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

fn check<T: Track>(name: &str, golden: &Golden) {
    let files = Files::new(Arc::new(golden.files.clone()), Restriction::RootOnly, None);
    let mut work: Work<T> = Work::new(files);
    let built = build(&mut work, &golden.folder, &Options::default()).and_then(|built| built.print());
    match (built, &golden.expected) {
        (Ok(built), Some(expected)) => assert_eq!(built, *expected, "{name}"),
        (Err(_), None) => {}
        (Ok(_), None) => panic!("{name}: the original refuses what is built here"),
        (Err(failure), Some(_)) => panic!("{name}: {failure}"),
    }
}

#[test]
fn builds_what_the_original_builds() {
    for (name, golden) in goldens() {
        check::<Origins>(&name, &golden);
    }
}

#[test]
fn origins_change_nothing_of_the_result() {
    for (name, golden) in goldens().into_iter().step_by(10) {
        check::<NoOrigins>(&name, &golden);
    }
}
