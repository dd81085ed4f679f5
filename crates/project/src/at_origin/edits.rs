//! From an edit of an output to the same edit where the bytes were written.
//!
//! Takes the splices that a fix makes in what is rendered; gives splices in files, if every byte that changes stands there as it
//! is. What is made of something else has no such place, and is refused by name. Whether what is rendered of the files is then
//! what the fix made of the output is for rendering to show.

use std::collections::BTreeMap;
use std::ops::Range;

use kustomize::places::FilePlace;
use text::{Span, Splice};

use crate::rendering::output::OUTPUT;

/// Splices in files: by path and range, what stands there afterwards.
pub(crate) type Edits = BTreeMap<(String, usize, usize), Vec<u8>>;

/// An output whose bytes lead back to where they were written.
pub(crate) trait Written {
    /// The text of the output.
    fn text(&self) -> &str;
    /// The pieces of a range of it, in order. What nobody knows the origin of is left out.
    fn pieces(&mut self, range: Range<usize>) -> Vec<WrittenPiece>;
}

/// Bytes of an output that come from one place.
pub(crate) struct WrittenPiece {
    /// The bytes of the output.
    pub(crate) range: Range<usize>,
    /// The places of files that stand for them, each of which has to be edited; or why there is none.
    pub(crate) places: Result<Vec<WrittenText>, String>,
    /// All places of files that had a part in them.
    pub(crate) evidence: Vec<WrittenText>,
}

/// A place in a file of the repository, with what stands there.
pub(crate) struct WrittenText {
    pub(crate) place: FilePlace,
    pub(crate) bytes: Vec<u8>,
}

/// The splices in files for one splice of an output.
///
/// # Errors
/// With the reason why there are none.
pub(crate) fn edits_of(written: &mut dyn Written, splice: &Splice) -> Result<Edits, String> {
    let old = written.text().get(splice.range.clone()).unwrap_or_default().to_owned();
    let (range, replacement) = trimmed(&old, splice);
    match verbatim(written, range, &replacement) {
        Ok(edits) => Ok(edits),
        // A text that a function only passes on, such as `print "policy/v1"`.
        Err(reason) => constant(written, splice, &old).ok_or(reason),
    }
}

/// A range of the output.
pub(crate) fn span_of(range: &Range<usize>) -> Span {
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span::new(OUTPUT, offset(range.start)..offset(range.end))
}

/// The edit where each byte that changes stands as it is.
fn verbatim(written: &mut dyn Written, range: Range<usize>, replacement: &[u8]) -> Result<Edits, String> {
    if range.is_empty() {
        return insertion(written, range.start, replacement);
    }
    let mut parts: Vec<Vec<FilePlace>> = Vec::new();
    for piece in written.pieces(range) {
        let shown = written.text().get(piece.range.clone()).unwrap_or_default().as_bytes();
        let texts = piece.places?;
        if texts.iter().any(|text| text.bytes != shown) {
            return Err("what has to change is written otherwise than it stands anywhere".to_owned());
        }
        let places: Vec<FilePlace> = texts.into_iter().map(|text| text.place).collect();
        match (parts.last_mut().map(Vec::as_mut_slice), places.as_slice()) {
            // Neighbours are one edit.
            (Some([last]), [place]) if last.path == place.path && last.range.end == place.range.start => {
                last.range.end = place.range.end;
            }
            _ => parts.push(places),
        }
    }
    match parts.as_slice() {
        [] => Err("nobody knows who writes what has to change".to_owned()),
        [places] => Ok(places.iter().map(|place| (key(place), replacement.to_vec())).collect()),
        several if replacement.is_empty() => {
            Ok(several.iter().flatten().map(|place| (key(place), Vec::new())).collect())
        }
        _ => Err("what has to change is written by several places".to_owned()),
    }
}

/// New bytes go behind the byte that stands before them.
fn insertion(written: &mut dyn Written, at: usize, replacement: &[u8]) -> Result<Edits, String> {
    let before = at.checked_sub(1).ok_or("nothing stands before what is new")?;
    let piece = written.pieces(before..at).into_iter().last();
    let texts = piece.ok_or("nobody knows who writes what stands before what is new")?.places?;
    let is_byte = |text: &WrittenText| text.bytes.len() == 1;
    if texts.is_empty() || !texts.iter().all(is_byte) {
        return Err("what stands before what is new is written otherwise than it stands anywhere".to_owned());
    }
    let behind = |text: WrittenText| {
        let (path, _, end) = key(&text.place);
        ((path, end, end), replacement.to_vec())
    };
    Ok(texts.into_iter().map(behind).collect())
}

/// The edit of a constant that says just what has to change, if there is one such among all that had a part in it.
fn constant(written: &mut dyn Written, splice: &Splice, old: &str) -> Option<Edits> {
    let evidence = written.pieces(splice.range.clone()).into_iter().flat_map(|piece| piece.evidence);
    let says_it = |text: WrittenText| {
        let said = std::str::from_utf8(&text.bytes).ok()?;
        let bare = said.trim_matches(['"', '`', '\'']);
        let quotes = (said.len() - bare.len()) / 2;
        let (path, start, end) = key(&text.place);
        (!old.is_empty() && bare == old).then_some((path, start + quotes, end - quotes))
    };
    let mut found: Vec<_> = evidence.filter_map(says_it).collect();
    found.sort_unstable();
    found.dedup();
    let only = found.pop().filter(|_| found.is_empty())?;
    Some(Edits::from([(only, splice.replacement.clone())]))
}

fn key(place: &FilePlace) -> (String, usize, usize) {
    (place.path.clone(), place.range.start as usize, place.range.end as usize)
}

/// A splice without what it puts back as it was, at both ends.
fn trimmed(old: &str, splice: &Splice) -> (Range<usize>, Vec<u8>) {
    let (old, new) = (old.as_bytes(), splice.replacement.as_slice());
    let (head, tail) = common_ends(old, new);
    let replacement = new.get(head..new.len() - tail).unwrap_or_default().to_vec();
    (splice.range.start + head..splice.range.end - tail, replacement)
}

/// How many bytes two texts have in common at their beginnings, and then at their ends.
pub(crate) fn common_ends(old: &[u8], new: &[u8]) -> (usize, usize) {
    let head = old.iter().zip(new).take_while(|(one, two)| one == two).count();
    let rest_max = old.len().min(new.len()) - head;
    let rest = old.iter().rev().zip(new.iter().rev()).take(rest_max);
    (head, rest.take_while(|(one, two)| one == two).count())
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
