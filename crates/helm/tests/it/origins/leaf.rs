//! What was rendered, taken apart into ranges that each come from one place.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::rc::Rc;

use text::{Origin, Origins, Record, Span};

use super::build::Made;
use super::case::Contents;

/// A range of what a template gave.
pub(crate) struct Leaf {
    pub(crate) range: Range<usize>,
    pub(crate) source: Source,
}

/// Where a range came from.
pub(crate) enum Source {
    /// The bytes stand there as they are.
    Exact(Place),
    /// It stands there in other words: escaped, as a number, over several lines.
    Reworded(Place),
    /// A function made it; all that it was made of.
    Made { rule: &'static str, from: Rc<[Place]> },
    /// Nobody wrote it.
    Nowhere,
}

/// Bytes of the contents.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) path: String,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Place {
    pub(crate) fn holds(&self, path: &str, offset: usize) -> bool {
        self.path == path && (self.start..self.end).contains(&offset)
    }

    /// What stands there.
    pub(crate) fn bytes<'c>(&self, contents: &'c Contents) -> Option<&'c [u8]> {
        contents.get(&self.path)?.get(self.start..self.end)
    }
}

/// Takes apart what one render gave.
pub(crate) struct Leaves<'m> {
    made: &'m Made,
    contents: &'m Contents,
    /// What made values were made of, by their records.
    known: RefCell<BTreeMap<Origin, Rc<[Place]>>>,
}

impl<'m> Leaves<'m> {
    pub(crate) fn new(made: &'m Made, contents: &'m Contents) -> Self {
        Self { made, contents, known: RefCell::default() }
    }

    /// The leaves of one template's output, in order and without gaps.
    pub(crate) fn of(&self, template: usize) -> Vec<Leaf> {
        let mut leaves = Vec::new();
        let Some(template) = self.made.templates.get(template) else { return leaves };
        let mut at = 0;
        for (length, origin, _) in &template.pieces {
            self.flatten(*origin, (&template.text, at..at + length), &mut leaves);
            at += length;
        }
        assert_eq!(at, template.text.len(), "the pieces of {} are as long as its text", template.name);
        leaves
    }

    fn flatten(&self, origin: Origin, (text, range): (&str, Range<usize>), leaves: &mut Vec<Leaf>) {
        let origins = &self.made.origins;
        let id = match origin {
            Origin::Written(span) | Origin::Aliased { definition: span, .. } => {
                let source = self.written(span, text.get(range.clone()).unwrap_or_default());
                return leaves.push(Leaf { range, source });
            }
            Origin::Recorded(id) => id,
        };
        match origins.record(id) {
            Some(Record::Patched { by: what, .. } | Record::Decided { what, .. }) => {
                self.flatten(*what, (text, range), leaves);
            }
            Some(Record::Touched { base, .. } | Record::Removed { from: base, .. }) => {
                self.flatten(*base, (text, range), leaves);
            }
            Some(Record::Composed { parts }) => {
                let parts = origins.parts(*parts);
                let length: usize = parts.iter().map(|part| part.length as usize).sum();
                if length != range.len() {
                    // Of a value that is shown in other words: what it is composed of are its inputs.
                    let source = Source::Made { rule: "(composed)", from: self.inputs(origin) };
                    return leaves.push(Leaf { range, source });
                }
                let mut at = range.start;
                for part in parts {
                    let end = at + part.length as usize;
                    self.flatten(part.origin, (text, at..end), leaves);
                    at = end;
                }
            }
            Some(Record::Made { rule, .. }) => {
                leaves.push(Leaf { range, source: Source::Made { rule, from: self.inputs(origin) } });
            }
            Some(Record::Missing { .. }) => {
                let source = Source::Made { rule: "(missing)", from: self.inputs(origin) };
                leaves.push(Leaf { range, source });
            }
            None => leaves.push(Leaf { range, source: Source::Nowhere }),
        }
    }

    fn written(&self, span: Span, text: &str) -> Source {
        let Some(place) = self.place(span) else { return Source::Nowhere };
        match place.bytes(self.contents) {
            Some(bytes) if bytes == text.as_bytes() => Source::Exact(place),
            Some([b'\'' | b'"', inner @ .., b'\'' | b'"']) if inner == text.as_bytes() => {
                Source::Exact(Place { start: place.start + 1, end: place.end - 1, ..place })
            }
            _ => Source::Reworded(place),
        }
    }

    fn place(&self, span: Span) -> Option<Place> {
        let path = self.made.paths.get(&span.text)?.clone();
        Some(Place { path, start: span.range().start, end: span.range().end })
    }

    fn inputs(&self, origin: Origin) -> Rc<[Place]> {
        if let Some(known) = self.known.borrow().get(&origin) {
            return Rc::clone(known);
        }
        let spans = all_spans(&self.made.origins, origin);
        let places: Rc<[Place]> = spans.into_iter().filter_map(|span| self.place(span)).collect();
        self.known.borrow_mut().insert(origin, Rc::clone(&places));
        places
    }

    /// What decisions have read, all of them together.
    pub(crate) fn decisive(&self) -> BTreeSet<Place> {
        let origins = &self.made.origins;
        let read = origins.decisions().iter().flat_map(|decision| decision.read.iter().copied());
        let mut seen = BTreeSet::new();
        let spans = read.flat_map(|origin| spans_but(origins, origin, &mut seen)).collect::<Vec<_>>();
        spans.into_iter().filter_map(|span| self.place(span)).collect()
    }
}

/// All spans behind an origin, without a bound on how many: those that a person is shown are fewer.
fn all_spans(origins: &Origins, origin: Origin) -> Vec<Span> {
    spans_but(origins, origin, &mut BTreeSet::new())
}

/// The same without what is behind the origins that were seen before.
fn spans_but(origins: &Origins, origin: Origin, seen: &mut BTreeSet<Origin>) -> Vec<Span> {
    let mut open = vec![origin];
    let mut spans = Vec::new();
    while let Some(origin) = open.pop() {
        if !seen.insert(origin) {
            continue;
        }
        match origin {
            Origin::Written(span) | Origin::Aliased { definition: span, .. } => spans.push(span),
            Origin::Recorded(id) => origins.inputs(id, &mut open),
        }
    }
    spans
}
