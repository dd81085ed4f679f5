//! Versions and constraints beside what Masterminds/semver made of them; `tools/oracle/semver` makes the cases.

use std::path::Path;

use serde::Deserialize;
use version::semver::{Constraints, Increment, ParseVersion, Version};

#[derive(Deserialize)]
struct Head {
    versions: Vec<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Case {
    Parsed {
        version: String,
        loose: Read,
        strict: Read,
        next: Option<[String; 3]>,
    },
    Compared {
        left: String,
        orders: Vec<i32>,
    },
    Changed {
        of: String,
        with: String,
        outcomes: [Read; 2],
    },
    Constrained {
        constraints: String,
        printed: Option<String>,
        failed: Option<String>,
        reasons: Option<Vec<Option<Vec<String>>>>,
    },
}

#[derive(Deserialize, Debug, PartialEq, Default)]
#[serde(default)]
struct Read {
    printed: String,
    numbers: [u64; 3],
    prerelease: String,
    metadata: String,
    original: String,
    failed: String,
}

fn read(outcome: Result<Version, ParseVersion>) -> Read {
    match outcome {
        Ok(version) => Read {
            printed: version.to_string(),
            numbers: version.numbers(),
            prerelease: version.prerelease().to_owned(),
            metadata: version.metadata().to_owned(),
            original: version.original().to_owned(),
            failed: String::new(),
        },
        Err(error) => Read { failed: error.to_string(), ..Read::default() },
    }
}

fn next(outcome: Result<Version, Increment>) -> String {
    match outcome {
        Ok(version) => format!("{version} {}", version.original()),
        Err(error) => error.to_string(),
    }
}

#[expect(clippy::disallowed_methods, reason = "tests read their cases")]
fn cases() -> (Vec<Version>, Vec<Case>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/semver.jsonl");
    let text = std::fs::read_to_string(path).unwrap();
    let (head, rest) = text.split_once('\n').unwrap();
    let head: Head = serde_json::from_str(head).unwrap();
    let versions = head.versions.iter().map(|text| Version::parse(text).unwrap()).collect();
    (versions, rest.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

/// Fails with each case that differs.
#[derive(Default)]
struct Differences {
    told: Vec<String>,
    cases: usize,
}

impl Differences {
    fn compare<T: PartialEq + std::fmt::Debug>(&mut self, case: &str, found: &T, expected: &T) {
        self.cases += 1;
        if found != expected {
            self.told.push(format!("{case}\n  expected {expected:?}\n  found    {found:?}"));
        }
    }

    fn check(&self, cases_min: usize) {
        assert!(self.told.is_empty(), "{} differ:\n{}", self.told.len(), self.told.join("\n"));
        assert!(self.cases >= cases_min, "only {} cases", self.cases);
    }
}

#[test]
fn versions_are_read_printed_and_counted_up_as_by_the_original() {
    let mut differences = Differences::default();
    for case in cases().1 {
        match case {
            Case::Parsed { version, loose, strict, next: steps } => {
                differences.compare(&version, &read(Version::parse(&version)), &loose);
                differences.compare(&version, &read(Version::parse_strict(&version)), &strict);
                let found = Version::parse(&version).ok().map(|version| {
                    [version.next_patch(), version.next_minor(), version.next_major()].map(next)
                });
                differences.compare(&version, &found, &steps);
            }
            Case::Changed { of, with, outcomes: [prerelease, metadata] } => {
                let version = Version::parse(&of).unwrap();
                differences.compare(&with, &read(version.with_prerelease(&with)), &prerelease);
                differences.compare(&with, &read(version.with_metadata(&with)), &metadata);
            }
            Case::Compared { .. } | Case::Constrained { .. } => {}
        }
    }
    differences.check(300);
}

#[test]
fn versions_are_ordered_as_by_the_original() {
    let mut differences = Differences::default();
    let (versions, cases) = cases();
    for case in cases {
        let Case::Compared { left, orders } = case else { continue };
        let version = Version::parse(&left).unwrap();
        let found = versions.iter().map(|other| version.compare(other) as i32).collect();
        differences.compare(&left, &found, &orders);
    }
    differences.check(30);
}

#[test]
fn constraints_hold_or_say_why_not_as_those_of_the_original() {
    let mut differences = Differences::default();
    let (versions, cases) = cases();
    for case in cases {
        let Case::Constrained { constraints, printed, failed, reasons } = case else { continue };
        let parsed = Constraints::parse(&constraints);
        let text = parsed.as_ref().map(Constraints::to_string).map_err(in_go_s_quotes);
        let expected = printed.ok_or_else(|| failed.unwrap_or_default());
        differences.compare(&constraints, &text, &expected);
        let Ok(parsed) = parsed else { continue };
        for (version, expected) in versions.iter().zip(reasons.unwrap()) {
            let told = |reasons: Vec<_>| reasons.iter().map(ToString::to_string).collect();
            let found = parsed.validate(version).err().map(told);
            assert_eq!(parsed.check(version), found.is_none());
            differences.compare(&format!("{constraints} {version}"), &found, &expected);
        }
    }
    differences.check(10_000);
}

/// The words with control characters as Go escapes them.
fn in_go_s_quotes(error: &version::semver::ParseConstraints) -> String {
    error.to_string().replace("\\u{b}", "\\v").replace("\\u{7f}", "\\x7f").replace("\\u{7}", "\\a")
}
