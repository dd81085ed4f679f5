//! Random charts beside what Helm 3.21 and Helm 4.2 made of them: `cargo xtask goldens --helm3 PATH --helm4 PATH` makes them.
#![expect(clippy::disallowed_methods, reason = "tests read their cases")]

use std::path::Path;

use gotemplate::Ledger;
use helm::HelmVersion;
use helm::engine::TemplateCache;
use helm::render::Shown;
use sha2::{Digest, Sha256};
use text::{Texts, with_causes};

use crate::origins::Case;
use crate::origins::build::rendered;

/// Fewer cases than this are a sign that they are not found.
const CASES_MIN: usize = 150;

/// What a case renders as one Helm, with origins or without.
fn printed(case: &Case, version: HelmVersion, ledger: &Ledger) -> Result<String, String> {
    let case = Case { version, ..case.clone() };
    let (mut texts, cache) = (Texts::new(), TemplateCache::new());
    rendered((&case, &case.contents), &cache, (&mut texts, ledger), |release| {
        let release = release.map_err(|error| with_causes(&error))?;
        Ok(release.text(Shown { crds: false, hooks: true, tests: true }))
    })
}

#[test]
fn random_charts_render_as_helm_renders_them() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/random");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() >= CASES_MIN, "{} cases", paths.len());
    for path in paths {
        let text = std::fs::read_to_string(&path).unwrap();
        let case = Case::of_sections(&path.display().to_string(), &text);
        let (inputs, outputs) = text.split_once("\n=== helm ").unwrap();
        let (head, inputs) = inputs.split_once('\n').unwrap();
        let digest: String =
            Sha256::digest(format!("{inputs}\n")).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        assert!(head.ends_with(&digest), "{}: the inputs were changed: {digest}", path.display());
        for output in outputs.split("\n=== helm ") {
            let (majors, lines) = output.split_once('\n').unwrap();
            let lines: Vec<_> = lines.split('\n').filter_map(|line| line.strip_prefix('|')).collect();
            for (major, version) in [('3', HelmVersion::V3), ('4', HelmVersion::V4)] {
                if majors.contains(major) {
                    for ledger in [Ledger::on(), Ledger::off()] {
                        let made = printed(&case, version, &ledger);
                        assert_eq!(
                            made.as_deref(),
                            Ok(lines.join("\n").as_str()),
                            "{} {major}",
                            path.display()
                        );
                    }
                }
            }
        }
    }
}
