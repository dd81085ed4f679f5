//! Origins: where a value that engines have worked on was written, and what was done to it on the way.
//!
//! A span says where bytes stand in a text. A value of a rendered object may come from a patch over a base, from a
//! prefix and a name, or from a rule that made it; its [`Origin`] says which. Origins are small and copied along with
//! the nodes that they belong to; what does not fit into one is a record in a table that one build owns alone. An engine
//! is generic over [`Track`], so that the same engine without origins can be measured beside it. Never searches text.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::{Span, TextId};

/// Where a node, key or list item came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// It stands there as it is.
    Written(Span),
    /// It stands there and was brought here by an alias (or merge key) of the same text that begins at `alias`.
    Aliased {
        /// What the alias stands for.
        definition: Span,
        /// First byte of `*name`.
        alias: u32,
    },
    /// What was done to it is a record of the build's [`Origins`].
    Recorded(RecordId),
}

/// Names a record of one [`Origins`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId(u32);

/// Names a decision of one [`Origins`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DecisionId(u32);

/// Why a piece of text is there at all: what a template chose, and by what. Editing follows the data of a value;
/// explaining follows its decisions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What kind of choice: `if`, `else`, `with`, `range`, `include`, `tpl`, `default`, `ternary`, `capability`.
    pub rule: &'static str,
    /// Where it stands in the template.
    pub place: Span,
    /// What it read.
    pub read: Vec<Origin>,
    /// The decision that it stands under itself.
    pub parent: Option<DecisionId>,
}

/// One step below a collection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The entry of this key.
    Key(Box<str>),
    /// The item at this position, as it was then.
    Index(u32),
}

/// What was done to a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// A patch put it there.
    Patched {
        /// Where the value stands in the patch.
        by: Origin,
        /// What it replaced; none if nothing was there.
        over: Option<Origin>,
    },
    /// A collection that keeps its place, and of whose content a patch had a part.
    Touched {
        /// The collection before.
        base: Origin,
        /// The collection of the patch.
        by: Origin,
    },
    /// A collection of which something was taken away.
    Removed {
        /// The collection before.
        from: Origin,
        /// What is gone.
        step: Step,
        /// By what.
        by: Origin,
        /// Where that was written.
        was: Origin,
    },
    /// Looked up in a mapping and not there: this is where one would add it.
    Missing {
        /// The mapping.
        mapping: Origin,
        /// The key.
        key: Box<str>,
    },
    /// Ranges of the value's text, in order and without gaps.
    Composed {
        /// The first of them in the table of parts, and how many.
        parts: (u32, u32),
    },
    /// A rule made it.
    Made {
        /// The rule's name, as its reference page names it.
        rule: &'static str,
        /// Where the rule is declared.
        declared: Origin,
        /// The inputs, in the table of parts: the first, and how many.
        from: (u32, u32),
    },
    /// It is there, or this one and no other, because of a decision.
    Decided {
        /// The value.
        what: Origin,
        /// The innermost decision.
        by: DecisionId,
    },
}

/// A range of a composed value, or an input of a made one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// How many bytes of the value; 0 for inputs.
    pub length: u32,
    /// Where they came from.
    pub origin: Origin,
}

/// Carries origins through an engine, or does not.
///
/// Functions without `self` need no table and may be called by any thread; the others belong to the one thread that
/// applies changes.
pub trait Track: Default {
    /// What each node carries.
    type Origin: Copy + Eq + std::fmt::Debug + Send + Sync + 'static;

    /// Something that stands in a text as it is.
    fn written(span: Span) -> Self::Origin;
    /// Something that an alias beginning at `alias` of the same text brought.
    fn aliased(definition: Self::Origin, alias: u32) -> Self::Origin;
    /// A value that a patch put in place of another one, or of none.
    fn patched(&mut self, by: Self::Origin, over: Option<Self::Origin>) -> Self::Origin;
    /// A collection that a patch had a part of.
    fn touched(&mut self, base: Self::Origin, by: Self::Origin) -> Self::Origin;
    /// A collection that lost what stood at `step`.
    fn removed(
        &mut self,
        from: Self::Origin,
        step: Step,
        by: Self::Origin,
        was: Self::Origin,
    ) -> Self::Origin;
    /// A key that was looked up in a mapping and is not there.
    fn missing(&mut self, mapping: Self::Origin, key: &str) -> Self::Origin;
    /// A text of several parts, each with its length in bytes. Parts of no bytes are left out.
    fn composed(&mut self, parts: &[(usize, Self::Origin)]) -> Self::Origin;
    /// A part of a text, `range` of its bytes, whose whole came from `whole`. Where the part's own place is not known it is
    /// the whole's.
    fn part(&mut self, whole: Self::Origin, text: &str, range: Range<usize>) -> Self::Origin;
    /// A value that a rule made.
    fn made(&mut self, rule: &'static str, declared: Self::Origin, from: &[Self::Origin]) -> Self::Origin;
    /// The one span to show for it: where it is edited, or else the first evidence. None where nothing is carried.
    fn place(&self, origin: Self::Origin) -> Option<Span>;
}

/// The records of one build.
#[derive(Debug, Clone, Default)]
pub struct Origins {
    records: Vec<Record>,
    parts: Vec<Part>,
    decisions: Vec<Decision>,
}

/// The rule that makes a clear value of an encrypted one. Whatever is made of such a value is sensitive as well.
pub const DECRYPTED: &str = "decrypt";

/// How many records the way back from a value may have. A value that 1,000 overlays patch in turn is past anything that
/// people write; the bound ends what a fault of ours might tie into a circle.
const STEPS_MAX: usize = 4_096;

impl Origins {
    /// The record of `id`; none for an id of another build.
    #[must_use]
    pub fn record(&self, id: RecordId) -> Option<&Record> {
        self.records.get(id.0 as usize)
    }

    /// The parts that a record names.
    #[must_use]
    pub fn parts(&self, (first, count): (u32, u32)) -> &[Part] {
        let first = first as usize;
        self.parts.get(first..first + count as usize).unwrap_or_default()
    }

    /// The one span whose bytes are the value: through written, aliased and patched (the patch's side), and through the
    /// only part of a composed one. None where it was made, composed of several or removed.
    #[must_use]
    pub fn editable(&self, origin: Origin) -> Option<Span> {
        let mut origin = origin;
        for _ in 0..STEPS_MAX {
            let id = match origin {
                Origin::Written(span) | Origin::Aliased { definition: span, .. } => return Some(span),
                Origin::Recorded(id) => id,
            };
            origin = match self.record(id)? {
                Record::Patched { by, .. } => *by,
                Record::Touched { base, .. } | Record::Removed { from: base, .. } => *base,
                Record::Decided { what, .. } => *what,
                Record::Composed { parts } => match self.parts(*parts) {
                    [only] => only.origin,
                    _ => return None,
                },
                Record::Missing { .. } | Record::Made { .. } => return None,
            };
        }
        None
    }

    /// All spans that the value was made of, in the order they are found, each once: evidence to show.
    #[must_use]
    pub fn evidence(&self, origin: Origin) -> Vec<Span> {
        let mut found = Vec::new();
        let mut open = vec![origin];
        for _ in 0..STEPS_MAX {
            let Some(origin) = open.pop() else { break };
            match origin {
                Origin::Written(span) | Origin::Aliased { definition: span, .. } => {
                    if !found.contains(&span) {
                        found.push(span);
                    }
                }
                Origin::Recorded(id) => self.inputs(id, &mut open),
            }
        }
        found
    }

    /// The innermost decision that a value stands under by itself, through what it was patched by, or the last of what it
    /// is composed of: what comes first may be the blanks before it.
    #[must_use]
    pub fn deciding(&self, origin: Origin) -> Option<DecisionId> {
        let mut found = None;
        let mut origin = origin;
        for _ in 0..STEPS_MAX {
            let Origin::Recorded(id) = origin else { break };
            origin = match self.record(id) {
                Some(Record::Decided { what, by }) => {
                    found = Some(*by);
                    *what
                }
                Some(Record::Patched { by, .. }) => *by,
                Some(Record::Composed { parts }) => match self.parts(*parts).last() {
                    Some(part) => part.origin,
                    None => break,
                },
                _ => break,
            };
        }
        found
    }

    /// Adds what a record was made of to `open`: of several, the first last.
    pub fn inputs(&self, id: RecordId, open: &mut Vec<Origin>) {
        match self.record(id) {
            None => {}
            Some(Record::Patched { by, over }) => {
                open.extend(over);
                open.push(*by);
            }
            Some(Record::Touched { base, by }) => open.extend([*by, *base]),
            Some(Record::Removed { from, by, .. }) => open.extend([*by, *from]),
            Some(Record::Missing { mapping, .. }) => open.push(*mapping),
            Some(Record::Decided { what, .. }) => open.push(*what),
            Some(Record::Composed { parts }) => {
                open.extend(self.parts(*parts).iter().rev().map(|part| part.origin));
            }
            Some(Record::Made { declared, from, .. }) => {
                open.push(*declared);
                open.extend(self.parts(*from).iter().rev().map(|part| part.origin));
            }
        }
    }

    /// Whether a value was decrypted, or anything that it was made or composed of: nobody may print it. Where the way back has
    /// more steps than one may have, it is taken for sensitive.
    #[must_use]
    pub fn is_sensitive(&self, origin: Origin) -> bool {
        self.is_sensitive_with(origin, &|_| false)
    }

    /// The same where what is written in some places is sensitive as well, as in texts of values that were decrypted before.
    #[must_use]
    pub fn is_sensitive_with(&self, origin: Origin, is_sensitive_place: &dyn Fn(Span) -> bool) -> bool {
        let mut open = vec![origin];
        for _ in 0..STEPS_MAX {
            let id = match open.pop() {
                None => return false,
                Some(Origin::Written(span) | Origin::Aliased { definition: span, .. }) => {
                    if is_sensitive_place(span) {
                        return true;
                    }
                    continue;
                }
                Some(Origin::Recorded(id)) => id,
            };
            match self.record(id) {
                Some(Record::Made { rule, .. }) if *rule == DECRYPTED => return true,
                // What a patch put in place of a clear value says nothing of it.
                Some(Record::Patched { by, .. }) => open.push(*by),
                _ => self.inputs(id, &mut open),
            }
        }
        true
    }

    /// Notes a decision.
    pub fn decide(&mut self, decision: Decision) -> DecisionId {
        self.decisions.push(decision);
        DecisionId(offset(self.decisions.len() - 1))
    }

    /// The decision of `id`; none for an id of another render.
    #[must_use]
    pub fn decision(&self, id: DecisionId) -> Option<&Decision> {
        self.decisions.get(id.0 as usize)
    }

    /// All decisions, in the order in which they were made.
    #[must_use]
    pub fn decisions(&self) -> &[Decision] {
        &self.decisions
    }

    /// All texts that values were made of or chosen by; none where the way back has more steps than one may have.
    #[must_use]
    pub fn texts_behind(&self, values: &[Origin]) -> Option<BTreeSet<TextId>> {
        let mut open = values.to_vec();
        let mut texts = BTreeSet::new();
        for _ in 0..STEPS_MAX {
            match open.pop() {
                None => return Some(texts),
                Some(Origin::Written(span) | Origin::Aliased { definition: span, .. }) => {
                    texts.insert(span.text);
                }
                Some(Origin::Recorded(id)) => {
                    self.inputs(id, &mut open);
                    if let Some(Record::Decided { by, .. }) = self.record(id)
                        && let Some(decision) = self.decision(*by)
                    {
                        open.extend(&decision.read);
                    }
                }
            }
        }
        None
    }

    /// A value that stands under a decision.
    pub fn decided(&mut self, what: Origin, by: DecisionId) -> Origin {
        self.push(Record::Decided { what, by })
    }

    /// Whether a text is the one that these parts make up, not another one that was made of it.
    pub(crate) fn is_of(&self, parts: (u32, u32), text: &str) -> bool {
        self.parts(parts).iter().map(|part| part.length as usize).sum::<usize>() == text.len()
    }

    fn part_of_composed(&mut self, parts: (u32, u32), text: &str, range: Range<usize>) -> Origin {
        let mut pieces = Vec::new();
        let mut at = 0;
        for part in self.parts(parts).to_vec() {
            let own = at..at + part.length as usize;
            at = own.end;
            let (start, end) = (own.start.max(range.start), own.end.min(range.end));
            if let (true, Some(whole)) = (start < end, text.get(own.clone())) {
                let origin = self.part(part.origin, whole, start - own.start..end - own.start);
                pieces.push((end - start, origin));
            }
        }
        match pieces.as_slice() {
            [(_, only)] => *only,
            pieces => self.composed(pieces),
        }
    }

    fn push(&mut self, record: Record) -> Origin {
        self.records.push(record);
        Origin::Recorded(RecordId(offset(self.records.len() - 1)))
    }

    fn push_parts(&mut self, parts: impl Iterator<Item = Part>) -> (u32, u32) {
        let first = self.parts.len();
        self.parts.extend(parts);
        (offset(first), offset(self.parts.len() - first))
    }
}

impl Track for Origins {
    type Origin = Origin;

    fn written(span: Span) -> Origin {
        Origin::Written(span)
    }

    fn aliased(definition: Origin, alias: u32) -> Origin {
        match definition {
            Origin::Written(definition) => Origin::Aliased { definition, alias },
            other => other,
        }
    }

    fn patched(&mut self, by: Origin, over: Option<Origin>) -> Origin {
        if over == Some(by) {
            // The same value was put there once more.
            return by;
        }
        self.push(Record::Patched { by, over })
    }

    fn touched(&mut self, base: Origin, by: Origin) -> Origin {
        self.push(Record::Touched { base, by })
    }

    fn removed(&mut self, from: Origin, step: Step, by: Origin, was: Origin) -> Origin {
        self.push(Record::Removed { from, step, by, was })
    }

    fn missing(&mut self, mapping: Origin, key: &str) -> Origin {
        self.push(Record::Missing { mapping, key: key.into() })
    }

    fn composed(&mut self, parts: &[(usize, Origin)]) -> Origin {
        let parts = parts.iter().filter(|(length, _)| *length > 0);
        let parts =
            self.push_parts(parts.map(|(length, origin)| Part { length: offset(*length), origin: *origin }));
        self.push(Record::Composed { parts })
    }

    fn part(&mut self, whole: Origin, text: &str, range: Range<usize>) -> Origin {
        if range == (0..text.len()) {
            return whole;
        }
        let id = match whole {
            Origin::Written(span) => return Origin::Written(part_of_span(span, text, range)),
            Origin::Aliased { definition, alias } => {
                return Origin::Aliased { definition: part_of_span(definition, text, range), alias };
            }
            Origin::Recorded(id) => id,
        };
        match self.record(id).cloned() {
            Some(Record::Patched { by, over }) => {
                let by = self.part(by, text, range);
                self.patched(by, over)
            }
            Some(Record::Composed { parts }) if self.is_of(parts, text) => {
                self.part_of_composed(parts, text, range)
            }
            Some(Record::Decided { what, by }) => {
                let what = self.part(what, text, range);
                self.decided(what, by)
            }
            _ => whole,
        }
    }

    fn made(&mut self, rule: &'static str, declared: Origin, from: &[Origin]) -> Origin {
        let from = self.push_parts(from.iter().map(|origin| Part { length: 0, origin: *origin }));
        self.push(Record::Made { rule, declared, from })
    }

    fn place(&self, origin: Origin) -> Option<Span> {
        self.editable(origin).or_else(|| self.evidence(origin).first().copied())
    }
}

/// Carries nothing: the same engine without origins, to measure what they cost.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoOrigins;

impl Track for NoOrigins {
    type Origin = ();

    fn written(_: Span) {}

    fn aliased((): (), _: u32) {}

    fn patched(&mut self, (): (), _: Option<()>) {}

    fn touched(&mut self, (): (), (): ()) {}

    fn removed(&mut self, (): (), _: Step, (): (), (): ()) {}

    fn missing(&mut self, (): (), _: &str) {}

    fn composed(&mut self, _: &[(usize, ())]) {}

    fn part(&mut self, (): (), _: &str, _: Range<usize>) {}

    fn made(&mut self, _: &'static str, (): (), _: &[()]) {}

    fn place(&self, (): ()) -> Option<Span> {
        None
    }
}

/// Where a part of a text stands within the span of the whole: the span holds the text itself, or the text in quotes and
/// without escapes, which are two bytes more. Otherwise, and for texts of several lines, the span of the whole.
fn part_of_span(span: Span, text: &str, range: Range<usize>) -> Span {
    match quote_of(span, text) {
        Some(quote) => within(span, quote, &range),
        None => span,
    }
}

/// Bytes of the span before its text; none where the span holds something else than the text.
pub(crate) fn quote_of(span: Span, text: &str) -> Option<u32> {
    match (span.len() as usize).checked_sub(text.len())? {
        0 => Some(0),
        2 if !text.contains(['\n', '\'', '"', '\\']) => Some(1),
        _ => None,
    }
}

pub(crate) fn within(span: Span, quote: u32, range: &Range<usize>) -> Span {
    let start = span.start + quote;
    Span::new(span.text, start + offset(range.start)..start + offset(range.end))
}

/// The span of a text as a whole, for what has no place of its own in it.
#[must_use]
pub fn whole_of(text: TextId) -> Span {
    Span::new(text, 0..0)
}

/// Texts are at most 64 MiB long and a build bounded by its inputs; both fit.
fn offset(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(start: u32) -> Origin {
        Origin::Written(span(start))
    }

    fn span(start: u32) -> Span {
        Span::new(TextId(0), start..start + 4)
    }

    #[test]
    fn a_patched_value_is_edited_in_the_last_patch() {
        let mut origins = Origins::default();
        let once = origins.patched(at(10), Some(at(0)));
        let twice = origins.patched(at(20), Some(once));
        assert_eq!(origins.editable(twice), Some(span(20)));
        assert_eq!(origins.evidence(twice), [span(20), span(10), span(0)]);
    }

    #[test]
    fn a_composed_value_is_edited_only_where_it_is_of_one_part() {
        let mut origins = Origins::default();
        let both = origins.composed(&[(4, at(0)), (4, at(8))]);
        let one = origins.composed(&[(0, at(0)), (4, at(8))]);
        assert_eq!(origins.editable(both), None);
        assert_eq!(origins.evidence(both), [span(0), span(8)]);
        assert_eq!(origins.editable(one), Some(span(8)));
    }

    #[test]
    fn a_part_of_a_text_has_a_place_of_its_own() {
        let mut origins = Origins::default();
        let place = |start, end| Origin::Written(Span::new(TextId(0), start..end));
        assert_eq!(origins.part(place(10, 16), "ab:cde", 3..6), place(13, 16));
        assert_eq!(origins.part(place(10, 18), "ab:cde", 0..2), place(11, 13));
        assert_eq!(origins.part(place(10, 30), "ab:cde", 0..2), place(10, 30));
        let composed = origins.composed(&[(3, place(0, 3)), (3, place(10, 13))]);
        assert_eq!(origins.part(composed, "ab:cde", 3..5), place(10, 12));
        // Another text that was made of it is not taken apart by its parts.
        assert_eq!(origins.part(composed, "[ab cde]", 3..5), composed);
        let across = origins.part(composed, "ab:cde", 1..5);
        assert_eq!(origins.evidence(across), [Span::new(TextId(0), 1..3), Span::new(TextId(0), 10..12)]);
        assert_eq!(origins.patched(composed, Some(composed)), composed);
    }

    #[test]
    fn the_innermost_decision_is_found_behind_blanks_and_patches() {
        let mut origins = Origins::default();
        let place = |start| Span::new(TextId(0), start..start + 1);
        let mut decide =
            |rule| origins.decide(Decision { rule, place: place(0), read: Vec::new(), parent: None });
        let (outer, inner) = (decide("if"), decide("with"));
        let decided = origins.decided(at(5), inner);
        let patched = origins.patched(decided, Some(at(9)));
        let composed = origins.composed(&[(2, at(1)), (3, patched)]);
        let whole = origins.decided(composed, outer);
        assert_eq!(origins.deciding(whole), Some(inner));
        assert_eq!(origins.deciding(at(5)), None);
    }

    #[test]
    fn the_texts_behind_a_value_are_those_it_was_made_of_and_chosen_by() {
        let mut origins = Origins::default();
        let text = |id| Origin::Written(Span::new(TextId(id), 0..1));
        let made = origins.made("quote", text(1), &[text(2)]);
        let by = origins.decide(Decision { rule: "if", place: span(0), read: vec![text(3)], parent: None });
        let chosen = origins.decided(made, by);
        let behind = origins.texts_behind(&[chosen]);
        assert_eq!(behind, Some([1, 2, 3].map(TextId).into_iter().collect()));
        assert_eq!(origins.decisions().len(), 1);
    }

    #[test]
    fn parts_that_are_taken_together_are_those_that_are_taken_one_by_one() {
        let mut origins = Origins::default();
        let place = |start, end| Origin::Written(Span::new(TextId(0), start..end));
        let inner = origins.composed(&[(2, place(0, 2)), (3, place(10, 15))]);
        let patched = origins.patched(place(20, 24), Some(at(30)));
        let whole = origins.composed(&[(5, inner), (4, patched), (3, at(50))]);
        let text = "abcdefghijkl";
        for ranges in [vec![0..1, 1..6, 7..8, 8..12], vec![0..12, 12..12], vec![3..4, 4..4, 9..10], vec![]] {
            let together = origins.parts_of(whole, text, &ranges);
            let told = |origins: &Origins, origin| (origins.evidence(origin), origins.editable(origin));
            for (range, part) in ranges.iter().zip(&together) {
                let alone = origins.part(whole, text, range.clone());
                assert_eq!(told(&origins, *part), told(&origins, alone), "{range:?}");
            }
            assert_eq!(together.len(), ranges.len());
        }
        assert_eq!(origins.parts_of(place(10, 16), "ab:cde", &[0..2, 3..6]), [place(10, 12), place(13, 16)]);
        assert_eq!(origins.parts_of(place(10, 18), "ab:cde", &[0..2, 3..6]), [place(11, 13), place(14, 17)]);
    }

    #[test]
    fn what_a_rule_made_is_evidence_only() {
        let mut origins = Origins::default();
        let made = origins.made("hash", at(0), &[at(8), at(16)]);
        assert_eq!(origins.editable(made), None);
        assert_eq!(origins.evidence(made), [span(8), span(16), span(0)]);
        assert_eq!(origins.place(made), Some(span(8)));
    }

    #[test]
    fn what_was_decrypted_makes_all_that_is_made_of_it_sensitive() {
        let mut origins = Origins::default();
        let clear = origins.made(DECRYPTED, at(0), &[at(0)]);
        let composed = origins.composed(&[(4, at(8)), (4, clear)]);
        let hash = origins.made("hash", at(16), &[composed]);
        let patched = origins.patched(hash, Some(at(20)));
        let plain = origins.made("hash", at(16), &[at(8)]);
        assert!([clear, composed, hash, patched].into_iter().all(|origin| origins.is_sensitive(origin)));
        let replaced = origins.patched(at(20), Some(clear));
        assert!(!origins.is_sensitive(replaced));
        assert!(!origins.is_sensitive(plain) && !origins.is_sensitive(at(8)));
        assert_eq!((origins.editable(clear), origins.place(clear)), (None, Some(span(0))));
    }

    #[test]
    fn what_has_too_long_a_way_back_is_sensitive() {
        let mut origins = Origins::default();
        let long = (0..STEPS_MAX).fold(at(0), |below, _| origins.touched(below, at(8)));
        assert!(origins.is_sensitive(long));
    }

    #[test]
    fn a_collection_keeps_its_place_when_it_is_touched_or_loses_something() {
        let mut origins = Origins::default();
        let touched = origins.touched(at(0), at(8));
        let less = origins.removed(touched, Step::Key("a".into()), at(16), at(2));
        assert_eq!(origins.editable(less), Some(span(0)));
    }

    #[test]
    fn an_alias_of_an_alias_names_the_definition() {
        let once = Origins::aliased(at(0), 30);
        assert_eq!(Origins::aliased(once, 40), once);
        assert_eq!(Origins::default().editable(once), Some(span(0)));
    }
}
