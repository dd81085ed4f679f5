//! A text taken apart once, so that any of its parts has its origin in the time of its own pieces.
//!
//! Whoever asks for many parts of one text (a template that was a value itself, the words of a line) would otherwise walk all
//! that the text is composed of for each of them. Only walks; what parts are made of is recorded in [`Origins`].

use std::ops::Range;

use crate::origin::{quote_of, within};
use crate::{DecisionId, Origin, Origins, Record, Span, Track};

/// What the bytes of one text came from, in order.
#[derive(Debug, Clone)]
pub struct Divided {
    whole: Origin,
    length: usize,
    leaves: Vec<Leaf>,
    /// What stands around leaves, each a run of it, the outermost first.
    around: Vec<Around>,
}

/// Bytes of the text that no record divides further.
#[derive(Debug, Clone)]
struct Leaf {
    range: Range<usize>,
    origin: Origin,
    /// The span that holds these bytes one for one behind so many bytes of a quote; none where no part has a place.
    holds: Option<(Span, u32)>,
    around: Range<usize>,
}

/// What was done to a text as a whole, and so to each of its parts.
#[derive(Debug, Clone, Copy)]
enum Around {
    Patched(Option<Origin>),
    Decided(DecisionId),
}

impl Divided {
    /// Takes the text `text` apart, whose origin is `whole`.
    #[must_use]
    pub fn new(origins: &Origins, whole: Origin, text: &str) -> Self {
        let mut divided = Self { whole, length: text.len(), leaves: Vec::new(), around: Vec::new() };
        divided.add(origins, (whole, 0), text, &mut Vec::new());
        divided
    }

    fn add(
        &mut self,
        origins: &Origins,
        (origin, start): (Origin, usize),
        text: &str,
        around: &mut Vec<Around>,
    ) {
        let record = match origin {
            Origin::Recorded(id) => origins.record(id),
            Origin::Written(_) | Origin::Aliased { .. } => None,
        };
        let (inner, outside) = match record {
            Some(Record::Patched { by, over }) => (*by, Around::Patched(*over)),
            Some(Record::Decided { what, by }) => (*what, Around::Decided(*by)),
            Some(Record::Composed { parts }) if origins.is_of(*parts, text) => {
                let mut at = 0;
                for part in origins.parts(*parts) {
                    let own = at..at + part.length as usize;
                    at = own.end;
                    if let Some(text) = text.get(own.clone()) {
                        self.add(origins, (part.origin, start + own.start), text, around);
                    }
                }
                return;
            }
            _ => return self.add_leaf((origin, start), text, around),
        };
        around.push(outside);
        self.add(origins, (inner, start), text, around);
        around.pop();
    }

    fn add_leaf(&mut self, (origin, start): (Origin, usize), text: &str, around: &[Around]) {
        let span = match origin {
            Origin::Written(span) | Origin::Aliased { definition: span, .. } => Some(span),
            Origin::Recorded(_) => None,
        };
        let holds = span.and_then(|span| Some((span, quote_of(span, text)?)));
        let first = self.around.len();
        self.around.extend_from_slice(around);
        self.leaves.push(Leaf {
            range: start..start + text.len(),
            origin,
            holds,
            around: first..self.around.len(),
        });
    }

    /// The parts that nothing divides further, each with its bytes of the text and where it came from.
    pub fn parts(&self) -> impl Iterator<Item = (Range<usize>, Origin)> {
        self.leaves.iter().map(|leaf| (leaf.range.clone(), leaf.origin))
    }

    /// The leaves that `range` has bytes of. An empty range still has a place where there is only one.
    fn reached(&self, range: &Range<usize>) -> &[Leaf] {
        match self.leaves.as_slice() {
            only @ [_] => return only,
            _ if range.is_empty() => return &[],
            _ => {}
        }
        let first = self.leaves.partition_point(|leaf| leaf.range.end <= range.start);
        let rest = self.leaves.get(first..).unwrap_or_default();
        let count = rest.partition_point(|leaf| leaf.range.start < range.end);
        rest.get(..count).unwrap_or_default()
    }
}

impl Leaf {
    /// Where bytes of this leaf came from; `range` is of the whole text.
    fn part(&self, range: &Range<usize>) -> Origin {
        let inner = range.start.max(self.range.start)..range.end.min(self.range.end);
        let Some((span, quote)) = self.holds.filter(|_| inner != self.range) else { return self.origin };
        let part = within(span, quote, &(inner.start - self.range.start..inner.end - self.range.start));
        match self.origin {
            Origin::Aliased { alias, .. } => Origin::Aliased { definition: part, alias },
            Origin::Written(_) | Origin::Recorded(_) => Origin::Written(part),
        }
    }
}

impl Origins {
    /// A part of a text that was taken apart, `range` of its bytes, as [`Track::part`] gives it.
    pub fn part_of(&mut self, divided: &Divided, range: Range<usize>) -> Origin {
        if range == (0..divided.length) {
            return divided.whole;
        }
        let mut pieces = Vec::new();
        for leaf in divided.reached(&range) {
            let around = divided.around.get(leaf.around.clone()).unwrap_or_default();
            let origin = around.iter().rfold(leaf.part(&range), |inner, around| match around {
                Around::Patched(over) => self.patched(inner, *over),
                Around::Decided(by) => self.decided(inner, *by),
            });
            pieces.push((range.end.min(leaf.range.end) - range.start.max(leaf.range.start), origin));
        }
        match pieces.as_slice() {
            [(_, only)] => *only,
            pieces => self.composed(pieces),
        }
    }

    /// Parts of a text, as [`Track::part`] gives each.
    pub fn parts_of(&mut self, whole: Origin, text: &str, ranges: &[Range<usize>]) -> Vec<Origin> {
        let divided = Divided::new(self, whole, text);
        ranges.iter().map(|range| self.part_of(&divided, range.clone())).collect()
    }
}
