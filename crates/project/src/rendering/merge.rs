//! What several roots show, told once.
//!
//! Takes what was found in the output of one root after the other; a finding at a place where the same check has found
//! the same before, in the file itself or through another root, becomes one with it and names both roots.

use std::collections::{BTreeMap, BTreeSet};

use checks::Finding;
use inventory::{Inventory, NotAssessed, Reason};
use kustomize::places::FilePlace;
use text::{Source, Span, TextId};

use super::root::{Found, RootOutcome};

/// The scan so far, to which roots are added in their order.
pub(super) struct Merge<'a> {
    inventory: &'a mut Inventory,
    findings: &'a mut Vec<Finding>,
    texts: BTreeMap<String, TextId>,
    by_place: BTreeMap<(&'static str, Span), Vec<usize>>,
    /// How many findings stand in the files themselves.
    written: usize,
    not_assessed: BTreeSet<(String, Option<Span>, Reason)>,
}

impl<'a> Merge<'a> {
    pub(super) fn new(inventory: &'a mut Inventory, findings: &'a mut Vec<Finding>) -> Self {
        let ids = (0..u32::try_from(inventory.texts.len()).unwrap_or(u32::MAX)).map(TextId);
        let texts = ids.filter_map(|id| Some((inventory.texts.path(id)?.to_owned(), id))).collect();
        let mut by_place: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for (position, finding) in findings.iter().enumerate() {
            let span = inventory.texts.resolve(finding.span).map_or(finding.span, |(span, _)| span);
            by_place.entry((finding.check, span)).or_default().push(position);
        }
        let noted = inventory.not_assessed.iter();
        let not_assessed = noted.map(|item| (item.path.clone(), item.span, item.reason)).collect();
        let written = findings.len();
        Self { inventory, findings, texts, by_place, written, not_assessed }
    }

    /// Adds what was found in the output of `root`.
    pub(super) fn add(&mut self, root: &str, outcome: RootOutcome) {
        for (item, place) in outcome.not_assessed {
            self.note(item, place);
        }
        for found in outcome.found {
            self.find(root, found);
        }
    }

    fn note(&mut self, mut item: NotAssessed, place: Option<FilePlace>) {
        item.span = None;
        if let Some(place) = place {
            item.span = Some(self.span(&place));
            item.path = place.path;
        }
        if self.not_assessed.insert((item.path.clone(), item.span, item.reason)) {
            self.inventory.not_assessed.push(item);
        }
    }

    fn find(&mut self, root: &str, Found { mut finding, places, related }: Found) {
        let spans: Vec<Span> = places.iter().map(|place| self.span(place)).collect();
        let mut is_known = false;
        for span in &spans {
            for position in self.same(&finding, *span) {
                is_known = true;
                if let Some(known) = self.findings.get_mut(position) {
                    reach(known, root, &finding.clusters);
                    known.severity = known.severity.max(finding.severity);
                }
            }
        }
        let Some(span) = spans.first().copied().filter(|_| !is_known) else { return };
        self.by_place.entry((finding.check, span)).or_default().push(self.findings.len());
        finding.span = span;
        finding.related = related.iter().map(|(place, what)| (self.span(place), what.clone())).collect();
        // Its spans are those of the output. A fix that can be made is that of the file's own finding.
        finding.fix = None;
        finding.roots = vec![root.to_owned()];
        self.findings.push(finding);
    }

    /// The findings of the same check at the same place that say the same of the same object, whatever it is called
    /// after rendering.
    fn same(&self, finding: &Finding, span: Span) -> Vec<usize> {
        let here = self.by_place.get(&(finding.check, span)).map(Vec::as_slice).unwrap_or_default();
        let told = without_name(finding);
        let says_the_same = |position: &&usize| {
            self.findings.get(**position).is_some_and(|known| without_name(known) == told)
        };
        let same: Vec<usize> = here.iter().filter(says_the_same).copied().collect();
        match here {
            [only] if same.is_empty() && *only < self.written => vec![*only],
            _ => same,
        }
    }

    fn span(&mut self, place: &FilePlace) -> Span {
        let text = match self.texts.get(&place.path) {
            Some(text) => *text,
            None => {
                let text = self.inventory.texts.add(Source::File { path: place.path.clone() });
                self.texts.insert(place.path.clone(), text);
                text
            }
        };
        Span::new(text, place.range.clone())
    }
}

fn reach(known: &mut Finding, root: &str, clusters: &[String]) {
    if known.roots.last().is_none_or(|last| last != root) {
        known.roots.push(root.to_owned());
    }
    known.clusters.extend_from_slice(clusters);
    known.clusters.sort_unstable();
    known.clusters.dedup();
}

/// The message without the name of the object, which prefixes and namespaces change.
fn without_name(finding: &Finding) -> String {
    match &finding.object {
        Some(object) => finding.message.replace(&format!("'{}'", object.key), "''"),
        None => finding.message.clone(),
    }
}
