//! Rendered templates to manifests and hooks, in the order of installation.

use std::ops::Range;

use super::heads::{Head, ReadHead};
use super::{Direction, sort_by_kind, split_manifests};
use crate::HelmVersion;
use crate::engine::RenderedTemplate;

/// The annotation that makes a hook of a manifest.
const HOOK: &str = "helm.sh/hook";
/// The annotation with its weight.
const HOOK_WEIGHT: &str = "helm.sh/hook-weight";
/// The annotation that says when it is deleted.
const HOOK_DELETE_POLICY: &str = "helm.sh/hook-delete-policy";

/// When hooks run, by the words for it.
const EVENTS: [(&str, &str); 10] = [
    ("pre-install", "pre-install"),
    ("post-install", "post-install"),
    ("pre-delete", "pre-delete"),
    ("post-delete", "post-delete"),
    ("pre-upgrade", "pre-upgrade"),
    ("post-upgrade", "post-upgrade"),
    ("pre-rollback", "pre-rollback"),
    ("post-rollback", "post-rollback"),
    ("test", "test"),
    ("test-success", "test"),
];

/// A manifest within what a template gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// Which of the rendered templates it is in.
    pub template: usize,
    /// Its bytes there.
    pub range: Range<usize>,
    /// What it says it is.
    pub head: Head,
}

/// A manifest that is run at an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    /// The manifest.
    pub manifest: Manifest,
    /// When it runs: `pre-install`, `test` …
    pub events: Vec<&'static str>,
    /// Its place among those of one event; less is earlier.
    pub weight: i64,
    /// When it is deleted, as written, in small letters.
    pub delete_policies: Vec<String>,
}

impl Hook {
    /// Whether it is a test.
    #[must_use]
    pub fn is_test(&self) -> bool {
        self.events.contains(&"test")
    }
}

/// What was rendered, in order.
#[derive(Debug, Default)]
pub struct Sorted {
    /// What is installed.
    pub manifests: Vec<Manifest>,
    /// What is run.
    pub hooks: Vec<Hook>,
}

/// A manifest that is no YAML.
#[derive(Debug, thiserror::Error)]
#[error("YAML parse error on {template}")]
pub struct SortManifests {
    /// The template that gave it.
    pub template: String,
    /// What is wrong with it.
    pub source: ReadHead,
}

/// Takes apart and sorts what templates gave. Templates are taken in the order of their names.
///
/// # Errors
/// At the first manifest that Helm could not read.
pub fn sort_manifests(templates: &[RenderedTemplate], version: HelmVersion) -> Result<Sorted, SortManifests> {
    let mut order: Vec<usize> = (0..templates.len()).collect();
    order.sort_by_key(|index| templates.get(*index).map(|template| &template.name));
    let mut sorted = Sorted::default();
    for index in order {
        let Some(template) = templates.get(index) else { continue };
        let text = &template.text;
        for range in split_manifests(text, version) {
            let head = match template.invalid.iter().find(|(at, _)| range.contains(at)) {
                Some((_, words)) => Err(ReadHead::Parse(format!("yaml: {words}"))),
                None => Head::read(text.get(range.clone()).unwrap_or_default()),
            };
            let head = head.map_err(|source| SortManifests { template: template.name.clone(), source })?;
            sorted.add(Manifest { template: index, range, head });
        }
    }
    sort_by_kind(&mut sorted.manifests, Direction::Install, version, |manifest| &manifest.head.kind);
    sort_by_kind(&mut sorted.hooks, Direction::Install, version, |hook| &hook.manifest.head.kind);
    Ok(sorted)
}

impl Sorted {
    /// Adds a manifest where it belongs; one with a hook that nobody knows belongs nowhere.
    fn add(&mut self, manifest: Manifest) {
        let Some(written) = manifest.head.annotations.get(HOOK) else {
            return self.manifests.push(manifest);
        };
        let event = |word: &str| {
            let word = word.trim().to_lowercase();
            EVENTS.iter().find(|(known, _)| *known == word).map(|(_, event)| *event)
        };
        let Some(events) = written.split(',').map(event).collect() else { return };
        let annotation = |name: &str| manifest.head.annotations.get(name);
        let weight = annotation(HOOK_WEIGHT).and_then(|weight| weight.parse().ok()).unwrap_or(0);
        let policies = annotation(HOOK_DELETE_POLICY)
            .map(|policies| policies.split(',').map(|policy| policy.trim().to_lowercase()).collect());
        let delete_policies = policies.unwrap_or_default();
        self.hooks.push(Hook { manifest, events, weight, delete_policies });
    }
}
