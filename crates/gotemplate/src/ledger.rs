//! The origins of one render, behind one shared reference.
//!
//! Functions and the executor ask it for the origin of what they make. Switched off it records nothing and gives the same
//! empty origin for everything: the same engine without origins, to measure what they cost.

use std::cell::{Cell, RefCell};
use std::ops::Range;

use text::{Decision, DecisionId, Divided, Origin, Origins, Span, TextId, Track};

use crate::Value;
use crate::limits::INPUTS_MAX;
use crate::marks::{Marking, Marks};

/// Keeps the origins of one render, or none.
#[derive(Debug)]
pub struct Ledger {
    origins: Option<RefCell<Origins>>,
    /// Whether anything was made that has a mark: until then nobody looks for one.
    is_marked: Cell<bool>,
    marking: RefCell<Marking>,
    /// The marks of all that is rendered from now on.
    spread: Cell<Marks>,
}

/// A text whose parts can be asked for one by one, each in the time of its own pieces.
#[derive(Debug, Clone)]
pub struct Apart {
    whole: Origin,
    divided: Option<Divided>,
}

impl Ledger {
    /// The origin of everything in a ledger that is switched off, and of values that nobody wrote.
    pub const NOWHERE: Origin = Origin::Written(Span { text: TextId(u32::MAX), start: 0, end: 0 });

    /// A ledger that records.
    #[must_use]
    pub fn on() -> Self {
        Self::with(Some(RefCell::default()))
    }

    /// A ledger that records nothing.
    #[must_use]
    pub fn off() -> Self {
        Self::with(None)
    }

    fn with(origins: Option<RefCell<Origins>>) -> Self {
        Self { origins, is_marked: Cell::default(), marking: RefCell::default(), spread: Cell::default() }
    }

    /// Whether it records.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.origins.is_some()
    }

    /// All that was recorded; empty if nothing was.
    #[must_use]
    pub fn into_origins(self) -> Origins {
        self.origins.map(RefCell::into_inner).unwrap_or_default()
    }

    /// Something that stands in a text as it is.
    #[must_use]
    pub fn written(&self, span: Span) -> Origin {
        if self.is_on() { Origin::Written(span) } else { Self::NOWHERE }
    }

    /// A text of several parts, each with its length in bytes; the origin of the only part where there is one.
    #[must_use]
    pub fn composed(&self, parts: &[(usize, Origin)]) -> Origin {
        match parts {
            [(_, only)] => *only,
            parts => self.record(|origins| origins.composed(parts)),
        }
    }

    /// A part of a text, `range` of its bytes, whose whole came from `whole`. A text that is no UTF-8 is not taken apart.
    #[must_use]
    pub fn part(&self, whole: Origin, text: &[u8], range: Range<usize>) -> Origin {
        let Some(origins) = &self.origins else { return Self::NOWHERE };
        match std::str::from_utf8(text) {
            Ok(text) => origins.borrow_mut().part(whole, text, range),
            Err(_) => whole,
        }
    }

    /// Parts of a text, as [`Ledger::part`] gives each; the text is taken apart once.
    #[must_use]
    pub fn parts(&self, whole: Origin, text: &[u8], ranges: &[Range<usize>]) -> Vec<Origin> {
        let apart = self.apart(whole, text);
        ranges.iter().map(|range| self.part_of(&apart, range.clone())).collect()
    }

    /// A text to take many parts of. One that is no UTF-8 is not taken apart.
    #[must_use]
    pub fn apart(&self, whole: Origin, text: &[u8]) -> Apart {
        let Some(origins) = &self.origins else { return Apart { whole: Self::NOWHERE, divided: None } };
        let text = std::str::from_utf8(text).ok();
        Apart { whole, divided: text.map(|text| Divided::new(&origins.borrow(), whole, text)) }
    }

    /// A part of a text that was taken apart, `range` of its bytes, as [`Ledger::part`] gives it.
    #[must_use]
    pub fn part_of(&self, apart: &Apart, range: Range<usize>) -> Origin {
        match &apart.divided {
            Some(divided) => self.record(|origins| origins.part_of(divided, range)),
            None => apart.whole,
        }
    }

    /// A value that `rule` made at `place` of the template from `inputs`.
    #[must_use]
    pub fn made(&self, rule: &'static str, place: Span, inputs: &[Origin]) -> Origin {
        if self.is_on() && !Marks::of_function(rule).is_empty() {
            self.is_marked.set(true);
        }
        let inputs = inputs.get(..INPUTS_MAX).unwrap_or(inputs);
        self.record(|origins| origins.made(rule, Origin::Written(place), inputs))
    }

    /// A value that took the place of another one, or of none.
    #[must_use]
    pub fn patched(&self, by: Origin, over: Option<Origin>) -> Origin {
        self.record(|origins| origins.patched(by, over))
    }

    /// A key that was looked up in a mapping and is not there.
    #[must_use]
    pub fn missing(&self, mapping: Origin, key: &str) -> Origin {
        self.record(|origins| origins.missing(mapping, key))
    }

    /// The one span to show for an origin; none where nothing is recorded.
    #[must_use]
    pub fn place(&self, origin: Origin) -> Option<Span> {
        self.origins.as_ref().and_then(|origins| origins.borrow().place(origin))
    }

    /// Notes a decision of the template; none where nothing is recorded.
    #[must_use]
    pub fn decide(&self, decision: impl FnOnce() -> Decision) -> Option<DecisionId> {
        self.origins.as_ref().map(|origins| origins.borrow_mut().decide(decision()))
    }

    /// A value that stands under a decision.
    #[must_use]
    pub fn decided(&self, what: Origin, by: Option<DecisionId>) -> Origin {
        match by {
            Some(by) => self.record(|origins| origins.decided(what, by)),
            None => what,
        }
    }

    /// A value that was chosen by a decision.
    #[must_use]
    pub fn chosen(&self, value: Value, decision: impl FnOnce() -> Decision) -> Value {
        let origin = self.decided(value.origin, self.decide(decision));
        value.with_origin(origin)
    }

    /// What a value depends on beside what was written, and the decision that it stands under; nothing where nothing is
    /// recorded.
    #[must_use]
    pub fn marks(&self, origin: Origin, decision: Option<DecisionId>) -> Marks {
        match &self.origins {
            Some(origins) if self.is_marked.get() => {
                self.marking.borrow_mut().of(&origins.borrow(), (origin, decision))
            }
            _ => Marks::NONE,
        }
    }

    /// Whether anything that was made so far has a mark.
    #[must_use]
    pub fn has_marks(&self) -> bool {
        self.is_marked.get()
    }

    /// Marks all that is rendered from now on: something that others look at was changed, or was not, because of what has
    /// these marks.
    pub fn spread(&self, marks: Marks) {
        self.spread.set(self.spread.get() | marks);
    }

    /// The marks of all that is rendered now.
    #[must_use]
    pub fn spread_marks(&self) -> Marks {
        self.spread.get()
    }

    fn record(&self, record: impl FnOnce(&mut Origins) -> Origin) -> Origin {
        self.origins.as_ref().map_or(Self::NOWHERE, |origins| record(&mut origins.borrow_mut()))
    }
}
