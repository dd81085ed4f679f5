//! Patches: splices whose new text may hold other parts of the document, themselves patched.
//!
//! Takes patches in any order; gives sorted splices. Refuses patches that work on the same bytes.

use std::cmp::Reverse;
use std::ops::Range;

use text::Splice;

use super::layout::Layout;
use super::{Reason, Refusal};

/// A replacement of a range.
#[derive(Debug, Clone)]
pub(super) struct Patch {
    pub(super) range: Range<usize>,
    /// The change that wants it.
    pub(super) change: usize,
    pub(super) content: Vec<Chunk>,
    /// Whether it changes the value in the range rather than putting another in its place: only then does a value
    /// that moves take the change along.
    pub(super) is_within_value: bool,
}

impl Patch {
    pub(super) fn new(range: Range<usize>, change: usize, content: Vec<Chunk>) -> Self {
        Self { range, change, content, is_within_value: false }
    }
}

/// A part of new text.
#[derive(Debug, Clone)]
pub(super) enum Chunk {
    /// Bytes that are new.
    Text(String),
    /// A part of the document, with whatever is patched in it, moved right or left.
    Source {
        /// The part.
        range: Range<usize>,
        /// How many columns its lines after the first move to the right.
        shift: isize,
        /// What is written otherwise in it: no anchors in a copy, a block scalar that no longer ends the file.
        adjust: Vec<(Range<usize>, &'static str)>,
    },
}

/// Nested moves: a part in a part in a part. Real conversions nest two; the limit ends what holds itself.
const NESTING_MAX: usize = 16;

/// Turns patches into sorted splices that do not overlap.
pub(super) fn splices(layout: Layout<'_, '_>, mut patches: Vec<Patch>) -> Result<Vec<Splice>, Refusal> {
    // Insertions at one place keep the order in which they were made; one goes before a replacement that begins there.
    patches.sort_by_key(|patch| (patch.range.start, !patch.range.is_empty(), Reverse(patch.range.end)));
    let patches = Patches { layout, patches };
    let outer = patches.outermost(None, &[])?;
    let mut splices: Vec<Splice> = Vec::with_capacity(outer.len());
    for index in outer {
        let Some(patch) = patches.patches.get(index) else { continue };
        let replacement = patches.render(index, &mut Vec::new())?;
        match splices.last_mut() {
            Some(last) if last.range.is_empty() && last.range == patch.range => {
                last.replacement.extend(replacement)
            }
            _ => splices.push(Splice::new(patch.range.clone(), replacement)),
        }
    }
    keep_comments(layout, &mut splices);
    Ok(splices)
}

/// Puts a blank in front of each comment that stood right behind what was there, which only kubectl takes, where it
/// would become a part of what is there now.
fn keep_comments(layout: Layout<'_, '_>, splices: &mut [Splice]) {
    let (mut written, mut written_to) = (None, 0);
    for splice in splices {
        if splice.range.start > written_to {
            written = layout.byte(splice.range.start - 1);
        }
        written = splice.replacement.last().copied().or(written);
        written_to = splice.range.end;
        let takes_in = |byte: u8| !byte.is_ascii_whitespace() && !b"\"',[]{}".contains(&byte);
        if layout.comment_at(written_to).is_some() && written.is_some_and(takes_in) {
            splice.replacement.push(b' ');
            written = Some(b' ');
        }
    }
}

struct Patches<'d, 't> {
    layout: Layout<'d, 't>,
    patches: Vec<Patch>,
}

impl Patches<'_, '_> {
    /// The patches within `range`, or all, that stand in no other; those in others must stand in a part that these move.
    fn outermost(&self, range: Option<&Range<usize>>, active: &[usize]) -> Result<Vec<usize>, Refusal> {
        let start = range.map_or(0, |range| range.start);
        let first = self.patches.partition_point(|patch| patch.range.start < start);
        let mut found: Vec<usize> = Vec::new();
        let mut outer: Option<&Patch> = None;
        for (index, patch) in self.patches.iter().enumerate().skip(first) {
            if range.is_some_and(|range| patch.range.start > range.end) {
                break;
            }
            if active.contains(&index) || range.is_some_and(|range| !covers(range, &patch.range)) {
                continue;
            }
            match outer {
                Some(outer) if patch.range.start < outer.range.end => {
                    if !moves(outer, &patch.range) {
                        let change = outer.change.max(patch.change);
                        return Err(Refusal { change, reason: Reason::OverlapChange });
                    }
                }
                _ => {
                    outer = Some(patch);
                    found.push(index);
                }
            }
        }
        Ok(found)
    }

    fn render(&self, index: usize, active: &mut Vec<usize>) -> Result<Vec<u8>, Refusal> {
        let Some(patch) = self.patches.get(index) else { return Ok(Vec::new()) };
        if active.len() >= NESTING_MAX {
            return Err(Refusal { change: patch.change, reason: Reason::MoveIntoItself });
        }
        active.push(index);
        let mut output = Vec::new();
        for chunk in &patch.content {
            match chunk {
                Chunk::Text(text) => output.extend_from_slice(text.as_bytes()),
                Chunk::Source { range, shift, adjust } => {
                    output.extend(shifted(&self.source(range.clone(), adjust, active)?, *shift));
                }
            }
        }
        active.pop();
        Ok(output)
    }

    /// A part of the document with the patches within it applied.
    fn source(
        &self,
        range: Range<usize>,
        adjust: &[(Range<usize>, &'static str)],
        active: &mut Vec<usize>,
    ) -> Result<Vec<u8>, Refusal> {
        let mut replacements: Vec<(Range<usize>, Vec<u8>)> =
            adjust.iter().map(|(range, text)| (range.clone(), text.as_bytes().to_vec())).collect();
        self.check_ends(&range, active)?;
        for index in self.outermost(Some(&range), active)? {
            // What is written otherwise here anyway: a block scalar that no longer ends the file, here and where it was.
            let is_adjusted = |patch: &&Patch| adjust.iter().any(|(adjusted, _)| *adjusted == patch.range);
            if let Some(patch) = self
                .patches
                .get(index)
                .filter(|patch| patch.is_within_value || patch.range != range)
                .filter(|patch| !is_adjusted(patch))
            {
                replacements.push((patch.range.clone(), self.render(index, active)?));
            }
        }
        replacements.sort_by_key(|(range, _)| (range.start, range.end));
        let mut output = Vec::with_capacity(range.len());
        let mut at = range.start;
        for (replaced, text) in replacements {
            output.extend_from_slice(self.layout.bytes(at..replaced.start.max(at)));
            output.extend(text);
            at = at.max(replaced.end);
        }
        output.extend_from_slice(self.layout.bytes(at..range.end));
        Ok(output)
    }

    /// A patch that begins in a part and reaches over its end cannot move with it, and a part does not move into itself.
    fn check_ends(&self, source: &Range<usize>, active: &[usize]) -> Result<(), Refusal> {
        let first = self.patches.partition_point(|patch| patch.range.start < source.start);
        let within = self.patches.iter().enumerate().skip(first);
        for (index, patch) in within.take_while(|(_, patch)| patch.range.start < source.end) {
            let reason = match (active.contains(&index), covers(source, &patch.range)) {
                // One that begins with the part and goes on is around it.
                (false, false) if patch.range.end > source.end && patch.range.start > source.start => {
                    Reason::OverlapChange
                }
                (true, true) if patch.range != *source => Reason::MoveIntoItself,
                _ => continue,
            };
            return Err(Refusal { change: patch.change, reason });
        }
        Ok(())
    }
}

fn moves(outer: &Patch, range: &Range<usize>) -> bool {
    outer.content.iter().any(|chunk| match chunk {
        Chunk::Source { range: source, .. } => covers(source, range),
        Chunk::Text(_) => false,
    })
}

/// Whether a patch of `range` is one of the part `source`. An insertion at an end of it belongs to its neighbours.
fn covers(source: &Range<usize>, range: &Range<usize>) -> bool {
    let at_an_end = range.is_empty() && (range.start == source.start || range.end == source.end);
    source.start <= range.start && range.end <= source.end && (source.is_empty() || !at_an_end)
}

/// Moves all lines but the first. Empty lines stay empty; lines with too little white space lose what they have.
fn shifted(bytes: &[u8], shift: isize) -> Vec<u8> {
    let mut output = Vec::with_capacity(bytes.len());
    for (index, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let is_empty = matches!(line, b"\n" | b"\r\n");
        if index == 0 || is_empty || shift == 0 {
            output.extend_from_slice(line);
        } else if let Ok(right) = usize::try_from(shift) {
            output.resize(output.len() + right, b' ');
            output.extend_from_slice(line);
        } else {
            let spaces = line.iter().take(shift.unsigned_abs()).take_while(|byte| **byte == b' ').count();
            output.extend_from_slice(line.get(spaces..).unwrap_or_default());
        }
    }
    output
}
