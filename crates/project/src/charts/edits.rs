//! From an edit of an output to the same edit where the bytes were written.
//!
//! Takes the splices that a fix makes in what a chart renders; gives splices in its templates, helpers and values, if every
//! byte that changes stands there as it is. What an action writes has no such place, and is refused by name. Proves nothing:
//! whether the chart then renders what the fix made of its output is for rendering to show.

use std::collections::BTreeMap;
use std::ops::Range;

use helm::chart::{Chart, File};
use text::{Span, Splice, TextId};

use super::chart::Subject;
use super::render::Render;
use crate::rendering::output::OUTPUT;

/// Splices in files: by path and range, what stands there afterwards.
pub(super) type Edits = BTreeMap<(String, usize, usize), Vec<u8>>;

/// Brings splices of an output to files.
pub(super) struct Way<'r, 's> {
    pub(super) render: &'r mut Render,
    pub(super) subject: &'r Subject<'s>,
    /// The files of values of the render, by their paths.
    pub(super) values: BTreeMap<String, &'r [u8]>,
}

impl Way<'_, '_> {
    /// The splices in files for one splice of the output.
    ///
    /// # Errors
    /// With the reason why there are none.
    pub(super) fn edits(&mut self, splice: &Splice) -> Result<Edits, String> {
        let old = self.output(splice.range.clone()).to_owned();
        let (range, replacement) = trimmed(&old, splice);
        match self.verbatim(range, &replacement) {
            Ok(edits) => Ok(edits),
            // A text that a function only passes on, such as `print "policy/v1"`.
            Err(reason) => self.constant(splice, &old).ok_or(reason),
        }
    }

    fn output(&self, range: Range<usize>) -> &str {
        self.render.output.text.get(range).unwrap_or_default()
    }

    /// The edit where each byte that changes stands as it is.
    fn verbatim(&mut self, range: Range<usize>, replacement: &[u8]) -> Result<Edits, String> {
        if range.is_empty() {
            return self.insertion(range.start, replacement);
        }
        let mut edits = Edits::new();
        for piece in self.render.pieces(span_of(&range)) {
            let place =
                self.render.origins.editable(piece.origin).ok_or("an action writes what has to change")?;
            let written = self.bytes(place).ok_or_else(|| self.no_file(place))?;
            if self.output(piece.range.start as usize..piece.range.end as usize).as_bytes() != written {
                return Err(
                    "an action writes what has to change otherwise than it stands anywhere".to_owned()
                );
            }
            let (path, start, end) = self.file(place).ok_or_else(|| self.no_file(place))?;
            match edits.last_entry() {
                // Neighbours are one edit.
                Some(last) if last.key().0 == path && last.key().2 == start => {
                    let ((path, first, _), text) = last.remove_entry();
                    edits.insert((path, first, end), text);
                }
                Some(_) if !replacement.is_empty() => {
                    return Err("what has to change is written by several places".to_owned());
                }
                Some(_) => drop(edits.insert((path, start, end), Vec::new())),
                None => drop(edits.insert((path, start, end), replacement.to_vec())),
            }
        }
        if edits.is_empty() {
            Err("nobody knows who writes what has to change".to_owned())
        } else {
            Ok(edits)
        }
    }

    /// New bytes go behind the byte that stands before them.
    fn insertion(&mut self, at: usize, replacement: &[u8]) -> Result<Edits, String> {
        let before = at.checked_sub(1).ok_or("nothing stands before what is new")?;
        let piece = self.render.pieces(span_of(&(before..at))).into_iter().last();
        let place = piece.and_then(|piece| self.render.origins.editable(piece.origin));
        let place = place.filter(|place| place.len() == 1);
        let place = place.ok_or("an action writes what stands before what is new")?;
        let (path, _, end) = self.file(place).ok_or_else(|| self.no_file(place))?;
        Ok(Edits::from([((path, end, end), replacement.to_vec())]))
    }

    /// The edit of a constant that says just what has to change, if there is one such among all that had a part in it.
    fn constant(&mut self, splice: &Splice, old: &str) -> Option<Edits> {
        let pieces = self.render.pieces(span_of(&splice.range));
        let spans = pieces.into_iter().flat_map(|piece| self.render.origins.evidence(piece.origin));
        let mut spans: Vec<Span> = spans.collect();
        spans.sort_unstable();
        spans.dedup();
        let mut found = spans.into_iter().filter_map(|span| {
            let written = std::str::from_utf8(self.bytes(span)?).ok()?;
            let bare = written.trim_matches(['"', '`', '\'']);
            let quotes = (written.len() - bare.len()) / 2;
            let (path, start, end) = self.file(span)?;
            (!old.is_empty() && bare == old).then_some((path, start + quotes, end - quotes))
        });
        let only = found.next()?;
        found.next().is_none().then(|| Edits::from([(only, splice.replacement.clone())]))
    }

    /// The bytes at a place of the chart's own files, or of values in the tree.
    fn bytes(&self, place: Span) -> Option<&[u8]> {
        let chart = &self.subject.loaded.chart;
        match own_file(chart, place.text).filter(|_| self.subject.homes.dependency_name(place.text).is_none())
        {
            Some(file) => file.bytes.get(place.range()),
            None => self.values.get(self.render.texts.path(place.text)?)?.get(place.range()),
        }
    }

    fn file(&self, place: Span) -> Option<(String, usize, usize)> {
        self.bytes(place)?;
        let place = self.subject.homes.file_place(&self.render.texts, place)?;
        Some((place.path, place.range.start as usize, place.range.end as usize))
    }

    fn no_file(&self, place: Span) -> String {
        match self.subject.homes.dependency_name(place.text) {
            Some(name) => format!("the vendored chart '{name}' writes what has to change"),
            None => "what has to change is written by no file of the repository".to_owned(),
        }
    }
}

/// A template or the values of a chart, or of one in its `charts/`.
fn own_file(chart: &Chart, text: TextId) -> Option<&File> {
    let own = chart.templates.iter().chain(&chart.values).find(|file| file.text == text);
    own.or_else(|| chart.dependencies.iter().find_map(|held| own_file(held, text)))
}

fn span_of(range: &Range<usize>) -> Span {
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span::new(OUTPUT, offset(range.start)..offset(range.end))
}

/// A splice without what it puts back as it was, at both ends.
fn trimmed(old: &str, splice: &Splice) -> (Range<usize>, Vec<u8>) {
    let (old, new) = (old.as_bytes(), splice.replacement.as_slice());
    let head = old.iter().zip(new).take_while(|(one, two)| one == two).count();
    let rest_max = old.len().min(new.len()) - head;
    let tail =
        old.iter().rev().zip(new.iter().rev()).take(rest_max).take_while(|(one, two)| one == two).count();
    let replacement = new.get(head..new.len() - tail).unwrap_or_default().to_vec();
    (splice.range.start + head..splice.range.end - tail, replacement)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_splice_keeps_only_what_changes() {
        let cut = |old: &str, new: &str| {
            let (range, text) = trimmed(old, &Splice::new(10..10 + old.len(), new));
            (range, String::from_utf8(text).unwrap())
        };
        assert_eq!(cut("policy/v1beta1", "policy/v1"), (19..24, String::new()));
        assert_eq!(cut("policy/v1", "policy/v1beta1"), (19..19, "beta1".to_owned()));
        assert_eq!(cut("v2beta2", "v2"), (12..17, String::new()));
        assert_eq!(cut("aa", "aaa"), (12..12, "a".to_owned()));
        assert_eq!(cut("x", "y"), (10..11, "y".to_owned()));
    }
}
