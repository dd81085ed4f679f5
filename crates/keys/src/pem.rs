//! PEM as Go's `encoding/pem` reads and writes it: blocks among other text, with headers that are passed over.

use base64ct::{Base64, Encoding as _};

use crate::limits::PEM_BYTES_MAX;

/// A block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// What stands after `BEGIN`: `CERTIFICATE`, `RSA PRIVATE KEY`.
    pub label: String,
    /// What was encoded.
    pub bytes: Vec<u8>,
}

const BEGIN: &str = "-----BEGIN ";
const END: &str = "\n-----END ";
const DASHES: &str = "-----";

/// The first block of a text; none if there is none, or if the text is longer than [`PEM_BYTES_MAX`].
#[must_use]
pub fn decode(text: &str) -> Option<Block> {
    if text.len() > PEM_BYTES_MAX {
        return None;
    }
    let mut rest = text;
    // Each turn leaves one end behind.
    while let Some(end) = rest.find(END) {
        let (before, after) = rest.split_at_checked(end)?;
        let trailer = after.get(END.len()..).unwrap_or_default();
        if let Some(block) = block(before, trailer) {
            return Some(block);
        }
        rest = trailer;
    }
    None
}

/// The block that begins last before an end.
fn block(before: &str, trailer: &str) -> Option<Block> {
    let begin = before.rfind(BEGIN)?;
    let (lead, begun) = before.split_at_checked(begin)?;
    if !(lead.is_empty() || lead.ends_with('\n')) {
        return None;
    }
    let mut lines = begun.get(BEGIN.len()..)?.split('\n');
    let label = lines.next()?.trim_end_matches([' ', '\t', '\r']).strip_suffix(DASHES)?;
    let ended = trailer.strip_prefix(label)?.strip_prefix(DASHES)?;
    if !ended.split('\n').next().unwrap_or_default().trim_end_matches([' ', '\t', '\r']).is_empty() {
        return None;
    }
    let mut body = String::new();
    let mut is_headed = true;
    for line in lines {
        is_headed &= line.contains(':');
        if !is_headed {
            body.extend(line.chars().filter(|character| !matches!(character, ' ' | '\t' | '\r')));
        }
    }
    let bytes = Base64::decode_vec(&body).ok()?;
    Some(Block { label: label.to_owned(), bytes })
}

/// A text of one block, its lines ended by `\n`.
#[must_use]
pub fn encode(label: &str, bytes: &[u8]) -> String {
    let digits = Base64::encode_string(bytes);
    let mut out = format!("{BEGIN}{label}{DASHES}\n");
    let mut rest = digits.as_str();
    while let Some((line, after)) = rest.split_at_checked(64).filter(|(_, after)| !after.is_empty()) {
        out.push_str(line);
        out.push('\n');
        rest = after;
    }
    out.push_str(rest);
    // What is empty has no line.
    out.push_str(if rest.is_empty() { &END[1..] } else { END });
    out.push_str(label);
    out.push_str(DASHES);
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<(String, Vec<u8>)> {
        decode(text).map(|block| (block.label, block.bytes))
    }

    #[test]
    fn a_block_is_found_among_other_text() {
        let abc = Some(("A B".to_owned(), b"abc".to_vec()));
        for text in [
            "-----BEGIN A B-----\nYWJj\n-----END A B-----",
            "x\n-----BEGIN A B-----\nYWJj\n-----END A B-----\ny",
            "-----BEGIN A B----- \r\nYW\r\nJj\r\n-----END A B-----\t\r\n",
            "-----BEGIN A B-----\nProc-Type: 4\nDEK: x:y\n\nYWJj\n-----END A B-----",
            "-----BEGIN X-----\n-----BEGIN A B-----\nYWJj\n-----END A B-----",
            "-----BEGIN X-----\nYWJj\n-----END Y-----\n-----BEGIN A B-----\nY W J j\n-----END A B-----",
            "-----BEGIN X-----\n!\n-----END X-----\n-----BEGIN A B-----\nYWJj\n-----END A B-----",
        ] {
            assert_eq!(found(text), abc, "{text:?}");
        }
    }

    #[test]
    fn what_is_no_block_is_none() {
        for text in [
            "",
            "-----BEGIN A-----",
            "-----BEGIN A-----\nYWJj\n-----END B-----",
            " -----BEGIN A-----\nYWJj\n-----END A-----",
            "-----BEGIN A-----\nYWJj\n-----END A----- x",
            "-----BEGIN A-----\nYWJ\n-----END A-----",
            "-----BEGIN A\nYWJj\n-----END A-----",
            "-----BEGIN A-----YWJj-----END A-----",
        ] {
            assert_eq!(found(text), None, "{text:?}");
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn what_is_written_is_read(label in "[A-Z]{1,5}( [A-Z]{1,5})?", bytes in proptest::collection::vec(0_u8.., 0..200)) {
            let text = encode(&label, &bytes);
            proptest::prop_assert!(text.lines().all(|line| line.len() <= 64));
            proptest::prop_assert_eq!(found(&text), Some((label, bytes)));
        }

        #[test]
        fn any_text_is_read_or_refused(parts in proptest::collection::vec(proptest::sample::select(vec![
            "-----BEGIN ", "-----END ", "-----", "A", "\n", "YWJj", ":", " ", "\u{e9}",
        ]), 0..30)) {
            let text = parts.concat();
            proptest::prop_assert_eq!(decode(&text), decode(&text));
        }
    }
}
