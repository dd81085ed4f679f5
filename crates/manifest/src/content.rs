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
            style => match self.verbatim_span(scalar) {
                Some(source) => map.push(length(content), source, Exactness::Verbatim),
                None => match self.map_quoted(style, span, content) {
                    Some(quoted) => map = quoted,
                    None => map.push(length(content), span, Exactness::Computed),
                },
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

    /// A quoted scalar on one line is what stands between its quotes, but for escapes, each of which makes a character
    /// of its own. None where lines are folded, or if the escapes are not those that were read.
    fn map_quoted(&self, style: ScalarStyle, span: Span, content: &str) -> Option<PieceMap> {
        let quote = match style {
            ScalarStyle::DoubleQuoted => b'\\',
            ScalarStyle::SingleQuoted => b'\'',
            ScalarStyle::Plain | ScalarStyle::Literal | ScalarStyle::Folded => return None,
        };
        let source = self.bytes().get(span.start as usize + 1..(span.end as usize).checked_sub(1)?)?;
        let place = |from: usize, to: usize| {
            let start = span.start + 1;
            Span::new(span.text, start + offset(from)..start + offset(to))
        };
        let mut map = PieceMap::new();
        let (mut read, mut at) = (0, 0);
        while at < source.len() {
            let rest = source.get(at..)?;
            let run = memchr::memchr2(quote, b'\n', rest).unwrap_or(rest.len());
            if rest.get(..run)? != content.as_bytes().get(read..read + run)? {
                return None;
            }
            map.push(offset(run), place(at, at + run), Exactness::Verbatim);
            (read, at) = (read + run, at + run);
            let Some(escape) = source.get(at..).filter(|rest| !rest.is_empty()) else { break };
            let written = escape_length(escape)?;
            let character = content.get(read..)?.chars().next()?.len_utf8();
            map.push(offset(character), place(at, at + written), Exactness::Computed);
            (read, at) = (read + character, at + written);
        }
        (read == content.len()).then_some(map)
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

/// The bytes of the escape that `rest` begins with; none for one of a line end. JSON writes characters beyond the first
/// plane as two escapes.
fn escape_length(rest: &[u8]) -> Option<usize> {
    let length = match rest {
        [b'\'', b'\'', ..] => 2,
        [b'\\', b'u', b'd' | b'D', b'8' | b'9' | b'a' | b'b' | b'A' | b'B', _, _, b'\\', b'u', ..] => 12,
        [b'\\', b'x', ..] => 4,
        [b'\\', b'u', ..] => 6,
        [b'\\', b'U', ..] => 10,
        [b'\\', b'\n' | b'\r', ..] => return None,
        [b'\\', _, ..] => 2,
        _ => return None,
    };
    (rest.len() >= length).then_some(length)
}

fn length(text: &str) -> u32 {
    offset(text.len())
}
