//! Faults of YAML as Go's reader tells them: with a line, unless it is the first.

use manifest::ParseDocument;

/// What stands before the scanner's own words, which are not always the original's.
pub(crate) fn of_yaml(bytes: &[u8], error: &ParseDocument) -> String {
    match error {
        ParseDocument::DanglingAlias { name, .. } => {
            return format!("yaml: unknown anchor '{name}' referenced");
        }
        ParseDocument::Malformed { offset, reason } if reason.starts_with("unclosed bracket") => {
            if let Some(told) = of_unclosed(bytes, *offset as usize) {
                return told;
            }
        }
        _ => {}
    }
    let end = error.offset().map_or(0, |offset| offset as usize).min(bytes.len());
    let lines_before = bytes.iter().take(end).filter(|byte| **byte == b'\n').count();
    if lines_before == 0 {
        format!("yaml: {error}")
    } else {
        format!("yaml: line {}: {error}", lines_before + 1)
    }
}

/// What is missed at the end of a text in which the bracket at `open` is not closed; none where that is not plain to see.
fn of_unclosed(bytes: &[u8], open: usize) -> Option<String> {
    let within = bytes.get(open + 1..)?;
    let lines_before = |bytes: &[u8]| bytes.iter().filter(|byte| **byte == b'\n').count();
    let is_plain = |byte: &u8| !matches!(byte, b'#' | b'"' | b'\'' | b'[' | b']' | b'{' | b'}' | b'\r');
    let close = match bytes.get(open)? {
        b'[' => ']',
        b'{' => '}',
        _ => return None,
    };
    if !within.iter().all(is_plain) {
        return None;
    }
    let end_line = lines_before(bytes) + usize::from(!bytes.ends_with(b"\n"));
    Some(match within.trim_ascii_end().last() {
        None | Some(b',' | b':') => format!("yaml: line {end_line}: did not find expected node content"),
        Some(_) => {
            // The original names the line of the bracket, unless that is the first.
            let open_lines = lines_before(bytes.get(..open)?);
            let line = if open_lines > 0 { open_lines + 1 } else { end_line };
            format!("yaml: line {line}: did not find expected ',' or '{close}'")
        }
    })
}

/// The words for a tab where a key may begin, before anything else: others read it, the original does not.
pub(crate) fn of_leading_tab(bytes: &[u8]) -> Option<String> {
    let mut lines_before = 0_usize;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        match line.iter().find(|byte| **byte != b' ') {
            Some(b'\t') => {
                let line =
                    if lines_before > 0 { format!("line {}: ", lines_before + 1) } else { String::new() };
                return Some(format!("yaml: {line}found character that cannot start any token"));
            }
            None | Some(b'\n' | b'\r' | b'#') => lines_before += 1,
            Some(_) => return None,
        }
    }
    None
}
