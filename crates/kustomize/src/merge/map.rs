//! Mappings: the values of each key come together, in the order of the keys.

use compact_str::CompactString;
use manifest::ScalarStyle;
use manifest::mutable::{Data, Entry, Node, NodeIndex, Scalar, Tag};
use text::{Step, Track};

use super::directive::Directive;
use super::{Merge, MergePatch, RefuseMerge, Source, Walked};
use crate::fields::is_ambiguous;
use crate::schema::Type;

/// One key of either side, with the positions of its first entries.
struct Pair {
    key: CompactString,
    base: Option<usize>,
    patch: Option<usize>,
}

/// What is changed in a mapping once all of its keys are gone through.
struct Changes<O> {
    removed: Vec<usize>,
    added: Vec<Entry<O>>,
    /// Where the mapping came from, as it becomes by what is removed.
    origin: O,
}

/// The positions of one key's value in both mappings, and the mappings.
#[derive(Clone, Copy)]
struct Place {
    base: NodeIndex,
    patch: Option<NodeIndex>,
    base_value: Option<NodeIndex>,
    patch_value: Option<NodeIndex>,
}

impl Place {
    /// Whether the mapping is new in the object: then there is nothing that it replaces.
    fn is_new(self) -> bool {
        self.patch == Some(self.base)
    }
}

impl<'m, T: Track> Merge<'m, T> {
    pub(super) fn walk_map(
        &mut self,
        base: Option<NodeIndex>,
        patch: Option<NodeIndex>,
        known: Option<Type<'m>>,
    ) -> Result<Walked, MergePatch> {
        let walked = self.visit_map(base, patch)?;
        let Walked::Node(base, _) = walked else { return Ok(walked) };
        if self.graph.is_mapping(base) {
            self.merge_entries(base, patch, known)?;
        }
        Ok(walked)
    }

    /// Which of both mappings stays.
    fn visit_map(
        &mut self,
        base: Option<NodeIndex>,
        patch: Option<NodeIndex>,
    ) -> Result<Walked, RefuseMerge> {
        let Some(own) = base.filter(|node| !self.graph.is_null(*node)) else {
            // What is wrong with a directive of something new nobody looks at.
            return match (self.take_map_directive(patch), patch) {
                (Ok(Directive::Delete), _) => Ok(Walked::Gone),
                (_, Some(patch)) => Ok(Walked::Node(patch, Source::Patch)),
                (_, None) => Ok(self.written_null(base)),
            };
        };
        if patch.is_some_and(|patch| self.graph.is_null(patch)) {
            return Ok(Walked::Gone);
        }
        self.take_brackets(own, patch);
        Ok(match (self.take_map_directive(patch)?, patch) {
            (Directive::Delete, _) => Walked::Gone,
            (Directive::Replace, Some(patch)) => Walked::Node(patch, Source::Patch),
            (Directive::Replace | Directive::Merge, _) => Walked::Node(own, Source::Base),
        })
    }

    /// What is empty in the object is written as it is in the patch from now on.
    pub(super) fn take_brackets(&mut self, base: NodeIndex, patch: Option<NodeIndex>) {
        let is_empty = self.graph.scalar(base).is_none() && self.graph.is_null_or_empty(base);
        if let (true, Some(patch)) = (is_empty, patch) {
            self.graph.node_mut(base).is_flow = self.graph.node(patch).is_flow;
        }
    }

    /// A null that the object spells out stays; one that is no more than an empty place goes.
    fn written_null(&self, base: Option<NodeIndex>) -> Walked {
        match base {
            Some(node) if !self.graph.text(node).is_empty() => Walked::Node(node, Source::Null),
            _ => Walked::Gone,
        }
    }

    fn merge_entries(
        &mut self,
        base: NodeIndex,
        patch: Option<NodeIndex>,
        known: Option<Type<'m>>,
    ) -> Result<(), MergePatch> {
        let origin = self.graph.origin(base);
        let touching = patch.filter(|patch| *patch != base && !self.graph.is_null(*patch));
        let origin = match touching {
            Some(patch) => self.tracker.touched(origin, self.graph.origin(patch)),
            None => origin,
        };
        let mut changes = Changes { removed: Vec::new(), added: Vec::new(), origin };
        for pair in self.pairs(base, patch) {
            let value = |node: NodeIndex, position: usize| {
                self.graph.entries(node).get(position).map(|entry| entry.value)
            };
            let place = Place {
                base,
                patch,
                base_value: pair.base.and_then(|position| value(base, position)),
                patch_value: patch.and_then(|patch| value(patch, pair.patch?)),
            };
            let known = known.and_then(|known| known.field(&pair.key));
            let walked = self
                .walk(place.base_value, place.patch_value, known)
                .map_err(|error| error.below(&pair.key))?;
            self.put(&pair, place, walked, &mut changes)
                .map_err(|error| MergePatch::from(error).below(&pair.key))?;
        }
        self.apply(base, changes);
        Ok(())
    }

    /// The keys of both, sorted, each once.
    fn pairs(&self, base: NodeIndex, patch: Option<NodeIndex>) -> Vec<Pair> {
        let entries = |node: NodeIndex| self.graph.entries(node).iter().enumerate();
        let mut pairs: Vec<Pair> = Vec::with_capacity(self.graph.entries(base).len());
        for (position, entry) in entries(base) {
            let is_new = patch == Some(base);
            let patch = is_new.then_some(position);
            pairs.push(Pair { key: entry.key.text.clone(), base: Some(position), patch });
        }
        for (position, entry) in patch.filter(|patch| *patch != base).into_iter().flat_map(entries) {
            pairs.push(Pair { key: entry.key.text.clone(), base: None, patch: Some(position) });
        }
        pairs.sort_by(|a, b| a.key.cmp(&b.key));
        // Sorting keeps the order of equal keys: the first entry of the object, then the first of the patch.
        pairs.dedup_by(|later, first| {
            let is_same = later.key == first.key;
            if is_same {
                first.base = first.base.or(later.base);
                first.patch = first.patch.or(later.patch);
            }
            is_same
        });
        pairs
    }

    /// Puts what became of a key's value into the object.
    fn put(
        &mut self,
        pair: &Pair,
        place: Place,
        walked: Walked,
        changes: &mut Changes<T::Origin>,
    ) -> Result<(), RefuseMerge> {
        if let Walked::Node(value, _) = walked {
            self.quote_where_ambiguous(value);
        }
        if pair.key.is_empty() {
            return Err(RefuseMerge::MeetKind { expected: "ScalarNode", found: "MappingNode" });
        }
        match walked {
            Walked::Node(value, source) if source == Source::Null || !self.graph.is_null(value) => {
                match place.base_value {
                    Some(there) => self.put_over(place, there, (value, source)),
                    None => self.put_new(pair, place, (value, source), changes),
                }
            }
            _ => {
                if let (Some(position), Some(was)) = (pair.base, place.base_value) {
                    self.note_removed(&pair.key, place, was, changes);
                    changes.removed.push(position);
                }
            }
        }
        Ok(())
    }

    /// The node that is there takes over the value and keeps its own style.
    fn put_over(&mut self, place: Place, there: NodeIndex, (value, source): (NodeIndex, Source)) {
        if value == there {
            return;
        }
        let Node { is_flow, is_tagged, .. } = *self.graph.node(there);
        let Node { mut data, mut origin, .. } = self.graph.node(value).clone();
        if let (Data::Scalar(scalar), Some(before)) = (&mut data, self.graph.scalar(there)) {
            scalar.style = before.style;
        }
        let before = self.graph.origin(there);
        if source == Source::Patch && !place.is_new() && origin != before {
            origin = self.tracker.patched(origin, Some(before));
        }
        *self.graph.node_mut(there) = Node { data, origin, is_flow, is_tagged };
    }

    fn put_new(
        &mut self,
        pair: &Pair,
        place: Place,
        (value, source): (NodeIndex, Source),
        changes: &mut Changes<T::Origin>,
    ) {
        let entry = place.patch.and_then(|patch| self.graph.entries(patch).get(pair.patch?));
        let (style, key_origin) =
            entry.map_or((ScalarStyle::Plain, changes.origin), |entry| (entry.key.style, entry.key_origin));
        // The original looks the key's style up by the value, which for a merged list is no longer the patch's.
        let style = if place.patch_value == Some(value) { style } else { ScalarStyle::Plain };
        if source == Source::Patch && !place.is_new() {
            let origin = self.graph.origin(value);
            self.graph.node_mut(value).origin = self.tracker.patched(origin, None);
        }
        let key = Scalar { text: pair.key.clone(), style, tag: Tag::Unset };
        changes.added.push(Entry { key, key_origin, value });
    }

    fn note_removed(&mut self, key: &str, place: Place, was: NodeIndex, changes: &mut Changes<T::Origin>) {
        if place.is_new() {
            return;
        }
        let was = self.graph.origin(was);
        let by = place.patch_value.map_or(was, |by| self.graph.origin(by));
        changes.origin = self.tracker.removed(changes.origin, Step::Key(key.into()), by, was);
    }

    fn apply(&mut self, base: NodeIndex, changes: Changes<T::Origin>) {
        let Changes { removed, added, origin } = changes;
        let node = self.graph.node_mut(base);
        node.origin = origin;
        let Data::Mapping(entries) = &mut node.data else { return };
        if !removed.is_empty() {
            let mut is_removed = vec![false; entries.len()];
            for position in removed {
                if let Some(place) = is_removed.get_mut(position) {
                    *place = true;
                }
            }
            let mut is_removed = is_removed.into_iter();
            entries.retain(|_| !is_removed.next().unwrap_or(false));
        }
        entries.extend(added);
    }

    /// A plain string that a reader of YAML 1.1 would take for another type gets double quotes.
    pub(super) fn quote_where_ambiguous(&mut self, value: NodeIndex) {
        let is_styled = self.graph.node(value).is_tagged;
        let is_ambiguous = !is_styled
            && self.graph.scalar(value).is_some_and(|scalar| {
                matches!(scalar.tag, Tag::Str | Tag::Unset)
                    && scalar.style == ScalarStyle::Plain
                    && is_ambiguous(&scalar.text)
            });
        if let (true, Data::Scalar(scalar)) = (is_ambiguous, &mut self.graph.node_mut(value).data) {
            scalar.style = ScalarStyle::DoubleQuoted;
        }
    }
}
