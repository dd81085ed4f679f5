//! Which bytes of what a unit rendered are made of decrypted values: told by origins.
//!
//! A unit that was given anything sensitive is rendered with origins. What is written in a sensitive text, and whatever is made
//! or composed of it, is sensitive. Decides nothing about what is shown instead.

use std::collections::BTreeMap;
use std::ops::Range;

use helm::pieces::TemplatePieces;
use kustomize::places::PrintedObject;
use text::{Origin, Origins, Span, TextId, Texts};

use crate::mask::{narrow, whole};

/// The sensitive ranges of the texts that something is made of.
#[derive(Debug, Default)]
pub(crate) struct SensitiveTexts(BTreeMap<TextId, Vec<Range<u32>>>);

impl SensitiveTexts {
    /// Takes in the sensitive ranges of a text.
    pub(crate) fn add(&mut self, text: TextId, ranges: &[Range<u32>]) {
        if !ranges.is_empty() {
            self.0.entry(text).or_default().extend_from_slice(ranges);
        }
    }

    /// Takes in a text all of which is sensitive.
    pub(crate) fn add_whole(&mut self, text: TextId) {
        self.add(text, &whole());
    }

    /// Whether what stands at a span is sensitive. Where the way to what it was written in has several ends, it is.
    fn holds(&self, texts: &Texts, span: Span) -> bool {
        if self.0.is_empty() || texts.get(span.text).is_none() {
            return false;
        }
        let Some((span, _)) = texts.resolve(span) else { return true };
        let Some(ranges) = self.0.get(&span.text) else { return false };
        // An empty span at the beginning stands for a text as a whole.
        let is_whole = span.start == 0 && span.end == 0;
        let end = span.end.max(span.start.saturating_add(1));
        is_whole || ranges.iter().any(|range| range.start < end && span.start < range.end)
    }

    /// Whether something is made of what is sensitive.
    pub(crate) fn has(&self, (origins, texts): (&Origins, &Texts), origin: Origin) -> bool {
        origins.is_sensitive_with(origin, &|span| self.holds(texts, span))
    }

    /// The sensitive ranges of the text that was printed of an object.
    pub(crate) fn in_printed(
        &self,
        (origins, texts): (&Origins, &Texts),
        (resource, printed): (&kustomize::Resource<Origin>, &str),
    ) -> Vec<Range<u32>> {
        match PrintedObject::new(resource, printed) {
            Some(object) => object.ranges(origins, &|origin| self.has((origins, texts), origin)),
            None => whole(),
        }
    }

    /// The sensitive ranges of a part of what a template gave, from the beginning of that part on.
    pub(crate) fn in_output(
        &self,
        (origins, texts): (&mut Origins, &Texts),
        template: &TemplatePieces,
        part: Range<usize>,
    ) -> Vec<Range<u32>> {
        let pieces = template.of(origins, part.clone());
        let sensitive = pieces.iter().filter(|piece| self.has((origins, texts), piece.origin));
        let known: usize = pieces.iter().map(|piece| piece.range.len()).sum();
        if known < part.len() {
            return whole();
        }
        let start = part.start;
        sensitive.filter_map(|piece| narrow(piece.range.start - start..piece.range.end - start)).collect()
    }
}
