//! Where the bytes of what a unit renders were written: in files of the repository, through all that it was made of.

use std::ops::Range;

use gitops::{ObjectAt, Written as TracedPlace, WrittenIn};
use kustomize::places::FilePlace;
use manifest::limits::FILE_BYTES_MAX;
use tree::Tree;

use super::judge::Subject;
use super::places::Places;
use crate::at_origin::edits::{Written, WrittenPiece, WrittenText};
use crate::charts::declared_dependency;
use crate::rendering::output::Output;

/// The output of a unit.
pub(super) struct WrittenByUnit<'p, 'a> {
    pub(super) places: &'p mut Places<'a>,
    pub(super) subject: &'p Subject,
    pub(super) output: &'p Output,
    pub(super) tree: &'p dyn Tree,
}

impl Written for WrittenByUnit<'_, '_> {
    fn text(&self) -> &str {
        &self.output.text
    }

    fn pieces(&mut self, range: Range<usize>) -> Vec<WrittenPiece> {
        let span = crate::at_origin::edits::span_of(&range);
        let Some((object, within)) = self.output.within(span) else { return Vec::new() };
        let Subject { fleet, cluster, unit, .. } = *self.subject;
        let at = ObjectAt { cluster, unit, object };
        let start = (span.start - within.start) as usize;
        let pieces = self.places.pieces(fleet, at, within).into_iter();
        let piece = |(part, written): (Range<u32>, Vec<TracedPlace>)| WrittenPiece {
            range: start + part.start as usize..start + part.end as usize,
            places: written.iter().map(|written| here(self.tree, written)).collect(),
            evidence: written.iter().filter_map(|written| here(self.tree, written).ok()).collect(),
        };
        pieces.map(piece).collect()
    }
}

/// What stands at a place, if that is one of the repository that a person edits.
fn here(tree: &dyn Tree, written: &TracedPlace) -> Result<WrittenText, String> {
    let TracedPlace { home, path, range } = written;
    match home {
        WrittenIn::Repository => {}
        WrittenIn::Checkout(name) => return Err(format!("{name} writes what has to change")),
        WrittenIn::Chart { name, version, is_of_program: _ } => {
            return Err(format!("the chart '{name}' {version} writes what has to change"));
        }
    }
    if let Some(name) = vendored(tree, path) {
        return Err(format!("the vendored chart '{name}' writes what has to change"));
    }
    let bytes = tree.read(path, FILE_BYTES_MAX).map_err(|error| text::with_causes(&error))?;
    let said = bytes.get(range.start as usize..range.end as usize);
    let said = said.ok_or("what has to change is written by no file of the repository")?.to_vec();
    Ok(WrittenText { place: FilePlace { path: path.clone(), range: range.clone() }, bytes: said })
}

/// The chart that a file is one of, if another chart declares to take it from elsewhere: an edit of it would be lost.
fn vendored<'p>(tree: &dyn Tree, path: &'p str) -> Option<&'p str> {
    path.match_indices("charts/").find_map(|(at, charts)| {
        let (before, held) = (path.get(..at)?, path.get(at + charts.len()..)?);
        let around = before.strip_suffix('/').or(before.is_empty().then_some(""))?;
        let (name, _) = held.split_once('/')?;
        declared_dependency(tree, around, name).map(|_| name)
    })
}
