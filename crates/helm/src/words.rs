//! Faults of YAML as Go's reader tells them: with a line, unless it is the first.

use manifest::ParseDocument;

/// What stands before the scanner's own words, which are not always the original's.
pub(crate) fn of_yaml(bytes: &[u8], error: &ParseDocument) -> String {
    let end = error.offset().map_or(0, |offset| offset as usize).min(bytes.len());
    let lines_before = bytes.iter().take(end).filter(|byte| **byte == b'\n').count();
    if lines_before == 0 {
        format!("yaml: {error}")
    } else {
        format!("yaml: line {}: {error}", lines_before + 1)
    }
}
