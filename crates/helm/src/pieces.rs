//! From bytes of what a template gave to where they were written.
//!
//! Takes a template's output with its pieces; gives the origin of each part of a range. Parts that nobody knows the origin of
//! are left out. Resolves nothing: an origin is one of the render's own.

use std::ops::Range;

use text::{Origin, Origins, Span, TextId, Track};

use crate::engine::RenderedTemplate;

/// What a template gave, with the places where its pieces begin.
#[derive(Debug)]
pub struct TemplatePieces {
    template: RenderedTemplate,
    starts: Vec<usize>,
}

/// Bytes of an output that come from one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputPiece {
    /// The bytes of the output.
    pub range: Range<usize>,
    /// Where they come from.
    pub origin: Origin,
}

impl TemplatePieces {
    /// Takes in what a template gave.
    #[must_use]
    pub fn new(template: RenderedTemplate) -> Self {
        let mut at = 0;
        let starts = template.pieces.iter().map(|(length, _, _)| {
            at += length;
            at - length
        });
        let starts = starts.collect();
        Self { template, starts }
    }

    /// The text that the template itself is.
    #[must_use]
    pub fn source(&self) -> TextId {
        self.template.source
    }

    /// The pieces of a range of what the template gave, in order; of an empty range the one that it stands in.
    pub fn of(&self, origins: &mut Origins, range: Range<usize>) -> Vec<OutputPiece> {
        let first = self.starts.partition_point(|start| *start <= range.start).saturating_sub(1);
        let mut pieces = Vec::new();
        for (start, (length, origin, _)) in self.starts.iter().zip(&self.template.pieces).skip(first) {
            if *start >= range.end.max(range.start + 1) {
                break;
            }
            let (begin, end) = (range.start.max(*start), range.end.min(start + length));
            let text = self.template.text.get(*start..start + length).filter(|_| begin <= end);
            let Some(text) = text else { continue };
            let origin = origins.part(*origin, text, begin - start..end - start);
            pieces.push(OutputPiece { range: begin..end, origin });
        }
        pieces
    }

    /// Where the bytes before a place of the output stand in the template itself: behind the action that wrote them.
    #[must_use]
    pub fn action_before(&self, at: usize) -> Option<Span> {
        let until = self.starts.partition_point(|start| *start < at);
        let own = self.template.pieces.iter().take(until).rev().find_map(|(_, origin, _)| match origin {
            Origin::Written(span) if span.text == self.template.source => Some(*span),
            _ => None,
        })?;
        Some(Span::new(own.text, own.end..own.end))
    }
}
