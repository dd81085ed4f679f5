//! The parts of a MIME text, as cloud-init reads user data.

use std::ops::Range;

/// A part: its header lines and its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    /// From behind the boundary's line to the empty line.
    pub(crate) header: Range<usize>,
    /// From behind the empty line to the next boundary.
    pub(crate) body: Range<usize>,
}

/// Whether a text begins like one of several parts.
pub(crate) fn is_multipart(text: &str) -> bool {
    let head = text.trim_start();
    head.starts_with("MIME-Version:") || head.starts_with("Content-Type: multipart")
}

/// The parts of a text, in order; none if it names no boundary.
pub(crate) fn parts(text: &str) -> Vec<Part> {
    let Some(boundary) = boundary(text) else { return Vec::new() };
    let marker = format!("--{boundary}");
    let mut parts: Vec<Part> = Vec::new();
    let mut header_start = None;
    let mut open: Option<Part> = None;
    for (start, line, next) in lines(text) {
        if line.starts_with(&marker) {
            parts.extend(open.take().map(|part| Part { body: part.body.start..start, ..part }));
            header_start = Some(next);
        } else if let Some(header) = header_start
            && line.is_empty()
        {
            header_start = None;
            open = Some(Part { header: header..start, body: next..next });
        }
    }
    parts.extend(open.map(|part| Part { body: part.body.start..text.len(), ..part }));
    parts
}

impl Part {
    /// Whether the body is base64.
    pub(crate) fn is_encoded(&self, text: &str) -> bool {
        let header = text.get(self.header.clone()).unwrap_or_default().to_ascii_lowercase();
        let mut lines = header.lines().filter_map(|line| line.strip_prefix("content-transfer-encoding:"));
        lines.any(|encoding| encoding.trim() == "base64")
    }
}

fn boundary(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("boundary=")?;
    let rest = rest.trim_start_matches('"');
    let end = rest.find(['"', '\n', '\r', ';']).unwrap_or(rest.len());
    rest.get(..end).map(str::trim_end).filter(|boundary| !boundary.is_empty())
}

/// The lines without their ends: where each begins, its text, and where the next one begins.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str, usize)> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        (start, line.trim_end_matches(['\n', '\r']), at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_have_headers_and_bodies_and_may_be_encoded() {
        let text = "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"==X==\"\r\n\r\n--==X==\r\nContent-Type: text/x-shellscript\r\nContent-Transfer-Encoding: BASE64\r\n\r\nYQ==\r\n--==X==\n\nb\n--==X==--\n";
        let found = parts(text);
        let bodies: Vec<&str> = found.iter().map(|part| &text[part.body.clone()]).collect();
        assert_eq!(bodies, ["YQ==\r\n", "b\n"]);
        assert_eq!(found.iter().map(|part| part.is_encoded(text)).collect::<Vec<_>>(), [true, false]);
        assert!(is_multipart(text) && !is_multipart("#!/bin/sh\n"));
        assert!(parts("MIME-Version: 1.0\nno boundary\n").is_empty());
    }
}
