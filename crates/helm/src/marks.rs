//! Which manifests depend on an empty `lookup`, on the clock or on randomness.
//!
//! Takes what templates gave with its pieces; gives the marks of each manifest: of its bytes, of the decisions that they
//! stand under, and of those by which something in it was left out. What has a mark may be another thing in a cluster, or
//! the next time, so that it is never proved to be free of something.

use std::ops::Range;

use gotemplate::{Ledger, Marks};

use crate::engine::RenderedTemplate;
use crate::order::{Manifest, Sorted};

/// The marks of what a chart rendered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReleaseMarks {
    /// Those of the manifests, in their order.
    pub manifests: Vec<Marks>,
    /// Those of the hooks, in their order.
    pub hooks: Vec<Marks>,
    /// Those of what is in no manifest: a whole one that a decision left out, notes that nobody reads.
    pub elsewhere: Marks,
}

/// The marks of a release; none where no origins were kept, so that nobody knows.
pub(crate) fn of(templates: &[RenderedTemplate], sorted: &Sorted, ledger: &Ledger) -> Option<ReleaseMarks> {
    if !ledger.is_on() {
        return None;
    }
    let of_manifest = |manifest: &Manifest| {
        let template = templates.get(manifest.template);
        template.map_or(Marks::NONE, |template| {
            within(template, ledger, |piece| belongs(&template.text, piece, &manifest.range))
        })
    };
    let manifests: Vec<Marks> = sorted.manifests.iter().map(of_manifest).collect();
    let hooks = sorted.hooks.iter().map(|hook| of_manifest(&hook.manifest)).collect();
    Some(ReleaseMarks { manifests, hooks, elsewhere: elsewhere(templates, sorted, ledger) })
}

/// The marks of all that a template gave or left out; none where no origins were kept.
#[must_use]
pub fn of_template(template: &RenderedTemplate, ledger: &Ledger) -> Marks {
    within(template, ledger, |_| true)
}

/// The marks of the pieces of a template that are asked for, and those that its whole output has.
fn within(template: &RenderedTemplate, ledger: &Ledger, is_asked: impl Fn(&Range<usize>) -> bool) -> Marks {
    let mut marks = template.spread_marks;
    if !template.has_marks {
        return marks;
    }
    let mut at = 0;
    for (length, origin, decision) in &template.pieces {
        let piece = at..at + length;
        at = piece.end;
        if is_asked(&piece) {
            marks |= ledger.marks(*origin, *decision);
        }
    }
    marks
}

/// Whether a piece is part of a manifest. One without bytes is, where nothing but white space stands between.
fn belongs(text: &str, piece: &Range<usize>, manifest: &Range<usize>) -> bool {
    if !piece.is_empty() {
        return piece.start < manifest.end && manifest.start < piece.end;
    }
    let is_blank = |range: Range<usize>| text.get(range).is_some_and(|between| between.trim().is_empty());
    let at = piece.start;
    manifest.contains(&at) || is_blank(manifest.end..at) || is_blank(at..manifest.start)
}

fn elsewhere(templates: &[RenderedTemplate], sorted: &Sorted, ledger: &Ledger) -> Marks {
    let hooks = sorted.hooks.iter().map(|hook| &hook.manifest);
    let all: Vec<&Manifest> = sorted.manifests.iter().chain(hooks).collect();
    let mut marks = Marks::NONE;
    for (index, template) in templates.iter().enumerate().filter(|(_, template)| template.has_marks) {
        let own: Vec<&&Manifest> = all.iter().filter(|manifest| manifest.template == index).collect();
        let is_elsewhere = |piece: &Range<usize>| {
            !own.iter().any(|manifest| belongs(&template.text, piece, &manifest.range))
        };
        marks |= within(template, ledger, is_elsewhere);
    }
    marks
}
