//! Builds of remote bases, beside what the original printed of the same.
//!
//! Each case holds the kustomization, the commits of the repository that it names as `$URL`, and what
//! `cargo xtask goldens` had the original print of them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::fetching::Setting;
use crate::repository::{Made, Node};

/// A section: its head in two words, and its content.
type Section<'t> = (&'t str, &'t str, String);

fn sections(text: &str) -> Vec<Section<'_>> {
    let (_, rest) = text.split_once('\n').unwrap();
    let mut sections = Vec::new();
    for section in rest.strip_prefix("=== ").unwrap().split("\n=== ") {
        let (head, body) = section.split_once('\n').unwrap_or((section, ""));
        let (kind, name) = head.split_once(' ').unwrap_or((head, ""));
        let lines: Vec<_> = body.split('\n').filter_map(|line| line.strip_prefix('|')).collect();
        sections.push((kind, name, lines.join("\n")));
    }
    sections
}

/// Refuses a case whose inputs are not those that the original was given.
fn check_digest(name: &str, text: &str) {
    let (head, rest) = text.split_once('\n').unwrap();
    let inputs = &rest[..rest.find("=== expected\n").unwrap()];
    let digest = Sha256::digest(inputs.as_bytes());
    let digest = digest.iter().fold(String::new(), |mut digits, byte| {
        write!(digits, "{byte:02x}").unwrap();
        digits
    });
    assert!(head.starts_with("made by kustomize v"), "{name}: {head}");
    assert!(head.ends_with(&digest), "{name}: the inputs are not those that the original was given");
}

/// Makes the commits that the sections describe, each of all files so far.
fn make(made: &Made, sections: &[Section<'_>]) {
    let mut files: BTreeMap<&str, Node<'_>> = BTreeMap::new();
    for (kind, name, content) in sections {
        let all = |files: &BTreeMap<&'_ str, Node<'_>>, references: &[&str]| {
            let listed: Vec<_> = files.iter().map(|(path, node)| (*path, *node)).collect();
            made.commit(&listed, references)
        };
        match *kind {
            "file" => drop(files.insert(name, Node::File(content))),
            "link" => drop(files.insert(name, Node::Link(content))),
            "tag" => drop(all(&files, &[&format!("refs/tags/{name}"), "refs/heads/main"])),
            "annotated" => made.tag(name, all(&files, &["refs/heads/main"])),
            "kustomization" | "expected" => {}
            other => panic!("a section of no known kind: {other}"),
        }
    }
}

#[track_caller]
fn check(name: &str) {
    let path = format!("{}/tests/data/beside/{name}.txt", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    check_digest(name, &text);
    let sections = sections(&text);
    let setting = Setting::new();
    make(&setting.made("base"), &sections);
    let of = |wanted: &str| &sections.iter().find(|(kind, _, _)| *kind == wanted).unwrap().2;
    let kustomization = of("kustomization").replace("$URL", &setting.url("base"));
    setting.fetch(&kustomization);
    let built = setting.build(&kustomization).unwrap();
    assert_eq!(built.replace(&setting.url("base"), "$URL"), *of("expected"));
}

#[test]
fn a_base_at_the_default_branch() {
    check("default-branch");
}

#[test]
fn a_base_at_a_tag() {
    check("tag");
}

#[test]
fn origins_name_the_repository() {
    check("origins");
}

#[test]
fn a_component_and_a_folder_of_one_repository() {
    check("component-and-folder");
}

#[test]
fn an_address_with_the_prefix_that_says_nothing() {
    check("forced-git");
}
