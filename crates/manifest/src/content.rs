//! The content of a scalar as a derived text: where each byte of it was written.

use text::{Exactness, PieceMap, Span};

use crate::offset::offset;
use crate::{Document, NodeId, ScalarStyle};

impl Document<'_> {
    /// Where each byte of a scalar's text was written, so that a span in text held by a scalar (a manifest
    /// in a ConfigMap, a patch in a kustomization) resolves to the file. None for collections and aliases.
    #[must_use]
    pub fn content_map(&self, scalar: NodeId) -> Option<PieceMap> {
        let content = self.text(scalar)?;
        let span = self.span(scalar);
        let mut map = PieceMap::new();
        match self.scalar_style(scalar)? {
            ScalarStyle::Literal => self.map_literal(scalar, content, &mut map),
            ScalarStyle::Plain
            | ScalarStyle::SingleQuoted
            | ScalarStyle::DoubleQuoted
            | ScalarStyle::Folded => match self.verbatim_span(scalar) {
                Some(source) => map.push(length(content), source, Exactness::Verbatim),
                None => map.push(length(content), span, Exactness::Computed),
            },
        }
        Some(map)
    }

    fn verbatim_span(&self, scalar: NodeId) -> Option<Span> {
        match self.node(scalar).payload {
            crate::document::Payload::Source(start, end) => Some(Span::new(self.text_id(), start..end)),
            _ => None,
        }
    }

    /// A literal scalar is its source lines without their indentation: each line of the content stands
    /// in the line of the source that follows.
    fn map_literal(&self, scalar: NodeId, content: &str, map: &mut PieceMap) {
        let span = self.span(scalar);
        let source = self.bytes().get(span.range()).unwrap_or_default();
        let mut at = memchr::memchr(b'\n', source).map_or(source.len(), |end| end + 1);
        for line in content.split_inclusive('\n') {
            let text = line.strip_suffix('\n').unwrap_or(line);
            let rest = source.get(at..).unwrap_or_default();
            let line_length = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
            let written = rest.get(..line_length).unwrap_or_default();
            let bare = written.strip_suffix(b"\n").unwrap_or(written);
            let bare = bare.strip_suffix(b"\r").unwrap_or(bare);
            let indent = bare.len().saturating_sub(text.len());
            let start = span.start + offset(at + indent);
            if bare.ends_with(text.as_bytes()) {
                map.push(
                    length(text),
                    Span::new(span.text, start..start + length(text)),
                    Exactness::Verbatim,
                );
                if line.len() > text.len() {
                    let end = start + length(text);
                    let newline = Span::new(span.text, end..end + offset(written.len() - bare.len()));
                    let exactness =
                        if newline.len() == 1 { Exactness::Verbatim } else { Exactness::Computed };
                    map.push(1, newline, exactness);
                }
            } else {
                map.push(length(line), span, Exactness::Computed);
            }
            at += line_length;
        }
    }
}

fn length(text: &str) -> u32 {
    offset(text.len())
}
