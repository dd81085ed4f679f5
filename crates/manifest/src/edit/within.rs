//! A change of a part of a literal block scalar or of a quoted one: only the bytes that differ are written.
//!
//! Takes the scalar and its new text; gives the one place of the file where both differ, if that is within a line
//! and stands there as it is read. Everything else is left to who writes the whole scalar anew.

use std::ops::Range;

use super::context::Context;
use super::scalar::is_printable;
use crate::{NodeId, ScalarStyle};
use text::Exactness;

/// Where in the file the scalar's text becomes `new`, and what is written there.
pub(super) fn difference(
    context: &Context<'_, '_>,
    node: NodeId,
    new: &str,
) -> Option<(Range<usize>, String)> {
    let document = context.document;
    let style = document.scalar_style(node)?;
    let old = document.text(node)?;
    let start = common_start(old, new);
    let end = common_end(old.get(start..)?, new.get(start..)?);
    let (gone, come) = (old.get(start..old.len() - end)?, new.get(start..new.len() - end)?);
    let is_written_alike = match style {
        ScalarStyle::Literal => !begins_line_with_blank(new, start),
        ScalarStyle::DoubleQuoted => !come.contains(['"', '\\']),
        ScalarStyle::SingleQuoted => !come.contains('\''),
        ScalarStyle::Plain | ScalarStyle::Folded => false,
    };
    if gone.contains('\n') || !is_printable(come) || !is_written_alike {
        return None;
    }
    let range = u32::try_from(start).ok()?..u32::try_from(old.len() - end).ok()?;
    match document.content_map(node)?.resolve(range)? {
        (span, Exactness::Verbatim) => Some((span.range(), come.to_owned())),
        (_, Exactness::Computed) => None,
    }
}

/// Whether the line that the change is in begins with a blank, which would be taken for indentation, or is empty.
fn begins_line_with_blank(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = text.get(line_start..).unwrap_or_default();
    line_start == at && (line.is_empty() || line.starts_with([' ', '\t', '\n']))
}

fn common_start(one: &str, other: &str) -> usize {
    let same = one.chars().zip(other.chars()).take_while(|(one, other)| one == other);
    same.map(|(character, _)| character.len_utf8()).sum()
}

fn common_end(one: &str, other: &str) -> usize {
    let same = one.chars().rev().zip(other.chars().rev()).take_while(|(one, other)| one == other);
    same.map(|(character, _)| character.len_utf8()).sum()
}
