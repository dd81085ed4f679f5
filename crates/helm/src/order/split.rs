//! One text to the manifests in it.
//!
//! Takes what a template rendered; gives the ranges of its manifests by Helm's own patterns, which know nothing of YAML:
//! dashes at the start of a line separate even inside of a block of text. Empty manifests are left out.

use std::ops::Range;

use crate::HelmVersion;

/// The ranges of the manifests, in order.
#[must_use]
pub fn split_manifests(text: &str, version: HelmVersion) -> Vec<Range<usize>> {
    let start = text.len() - text.trim_start().len();
    let end = match version {
        HelmVersion::V3 => start.max(text.trim_end().len()),
        HelmVersion::V4 => text.len(),
    };
    let mut manifests = Vec::new();
    let mut at = start;
    while let Some(separator) = separator(text, start, at..end, version) {
        manifests.extend(trimmed(text, at..separator.start, version));
        at = separator.end;
    }
    manifests.extend(trimmed(text, at..end, version));
    manifests
}

/// The first separator in a range of a text that begins at `start`.
fn separator(text: &str, start: usize, range: Range<usize>, version: HelmVersion) -> Option<Range<usize>> {
    let within = text.get(range.clone())?;
    let starts = within.match_indices("---").map(|(offset, _)| range.start + offset);
    let dashes =
        starts.into_iter().find(|dashes| is_line_start(text, start, *dashes, range.start, version))?;
    let before = text.get(range.start..dashes)?;
    let behind = text.get(dashes + 3..range.end)?;
    Some(match version {
        HelmVersion::V3 => {
            let first = range.start + before.trim_end_matches(is_space).len();
            first..range.end - behind.trim_start_matches(is_space).len()
        }
        HelmVersion::V4 => dashes..range.end - behind.trim_start_matches([' ', '\t']).len(),
    })
}

/// Helm 3 has the line end in its pattern, so that one which a separator has taken begins no line for the next.
fn is_line_start(text: &str, start: usize, at: usize, searched_from: usize, version: HelmVersion) -> bool {
    let after_line_end = text.get(..at).is_some_and(|before| before.ends_with('\n'));
    match version {
        HelmVersion::V3 => at == start || (after_line_end && at > searched_from),
        HelmVersion::V4 => at == start || after_line_end,
    }
}

/// White space as Go's regular expressions have it.
fn is_space(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\x0c' | '\r' | ' ')
}

fn trimmed(text: &str, range: Range<usize>, version: HelmVersion) -> Option<Range<usize>> {
    let manifest = text.get(range.clone())?;
    if manifest.trim().is_empty() {
        return None;
    }
    let start = range.end - manifest.trim_start().len();
    let end = match version {
        HelmVersion::V3 => range.start + manifest.trim_end().len(),
        HelmVersion::V4 => range.end,
    };
    Some(start..end)
}
