//! Comments that would go with the text that changes take out, and where they stand instead.
//!
//! Takes patches and the comments of the document; gives the comments that nothing takes along, by the new value
//! that says what the commented text said. What belongs to text that is taken out for good stays with that.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::Fresh;
use super::context::Context;
use super::layout::{Child, child_at, child_of};
use super::patch::{Chunk, Patch};
use super::plan::{Plan, Replacement, place_of};
use super::write::Consumed;
use crate::NodeId;

/// The comments that new values take over.
#[derive(Debug, Default)]
pub(super) struct Remarks {
    /// By the key or item whose comments a value takes.
    instead: BTreeMap<NodeId, Vec<Range<usize>>>,
    /// By the first key of the entries in whose place another stands.
    replaced: BTreeMap<NodeId, Vec<Range<usize>>>,
}

/// Where the comments of old entries stand around a new one.
#[derive(Debug, Default)]
pub(super) struct Standing {
    /// On lines above it.
    pub(super) above: Vec<Range<usize>>,
    /// At the end of its first line.
    pub(super) beside: Option<Range<usize>>,
    /// On lines after the last of its children.
    pub(super) below: Vec<Range<usize>>,
}

impl Remarks {
    /// The comments that old entries and items leave, around what stands for them.
    pub(super) fn instead_of(&self, context: &Context<'_, '_>, of: &[NodeId]) -> Standing {
        let mut standing = Standing::default();
        for node in of {
            let Some(comments) = self.instead.get(node) else { continue };
            let Some(child) = child_named(context, *node) else { continue };
            let Some(extent) = context.extent(child) else { continue };
            let layout = context.layout;
            let is_block = layout.is_block_collection(child.value());
            let beside_from = if is_block { extent.first } else { extent.value_end };
            let beside = beside_from..layout.line_end(beside_from);
            let below_from = layout.next_line(extent.value_end);
            for comment in comments {
                if beside.contains(&comment.start) && standing.beside.is_none() {
                    standing.beside = Some(comment.clone());
                } else if is_block && comment.start >= below_from {
                    standing.below.push(comment.clone());
                } else {
                    standing.above.push(comment.clone());
                }
            }
        }
        standing.above.sort_by_key(|comment| comment.start);
        standing
    }

    /// The comments that the entries leave in whose place one stands, by the first of their keys.
    pub(super) fn of_replaced(&self, key: NodeId) -> &[Range<usize>] {
        self.replaced.get(&key).map_or(&[], Vec::as_slice)
    }
}

/// A new value that takes over comments of old text.
#[derive(Debug)]
pub(super) struct Claim {
    /// The text whose comments it takes.
    range: Range<usize>,
    claimant: Claimant,
    /// The change that it is part of.
    change: usize,
    /// What the new value stands in: comments that cannot stand with it stand above that.
    at: NodeId,
}

/// Whose comments are taken. Of claims of the same text the first kind counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Claimant {
    /// A text that holds them already, by [`Fresh::TextOf`].
    Text,
    /// The entry with this key or this item, by [`Fresh::InsteadOf`].
    Instead(NodeId),
    /// The entries in whose place one stands; the first of their keys.
    Replaced(NodeId),
    /// A value in whose place another one comes.
    Value,
}

/// The claims of all changes.
pub(super) fn claims(context: &Context<'_, '_>, plan: &Plan<'_>) -> Vec<Claim> {
    let mut claims = Claims { context, found: Vec::new() };
    for (collection, children) in &plan.collections {
        let mut first_keys: BTreeMap<usize, NodeId> = BTreeMap::new();
        for (index, addition) in &children.replaced {
            if let Some(Child::Entry(entry)) = child_at(context.document, *collection, *index) {
                first_keys.insert(addition.change, entry.key);
            }
        }
        let replaced = children.replaced.iter().map(|(index, addition)| (index, &addition.change));
        for (index, change) in replaced.chain(&children.removed) {
            let child = child_at(context.document, *collection, *index);
            if let (Some(first), Some(child)) = (first_keys.get(change), child) {
                claims.child(child, Claimant::Replaced(*first), (*change, *collection));
            }
        }
        for addition in children.additions() {
            claims.value(addition.value, (addition.change, *collection));
        }
    }
    for (node, replacement) in &plan.values {
        let Replacement::Value(change, value) = replacement else { continue };
        claims.value(value, (*change, *node));
        if let Some(child) = child_of(context.document, *node) {
            claims.child(child, Claimant::Value, (*change, *node));
        }
    }
    claims.found.sort_by_key(|claim| claim.range.start);
    claims.found
}

struct Claims<'w, 'd, 't> {
    context: &'w Context<'d, 't>,
    found: Vec<Claim>,
}

impl Claims<'_, '_, '_> {
    fn child(&mut self, child: Child, claimant: Claimant, (change, at): (usize, NodeId)) {
        let layout = self.context.layout;
        let is_in_flow = layout.is_in_flow(child.value());
        let extent = (!is_in_flow).then(|| self.context.extent(child)).flatten();
        let range = match (extent, child) {
            (Some(extent), _) => extent.head..extent.end,
            (None, Child::Entry(entry)) => layout.range(entry.key).start..layout.range(entry.value).end,
            (None, Child::Item(item)) => layout.range(item),
        };
        self.found.push(Claim { range, claimant, change, at });
    }

    fn value(&mut self, value: &Fresh, (change, at): (usize, NodeId)) {
        match value {
            Fresh::Scalar(_) | Fresh::Moved(_) => {}
            Fresh::TextOf { node, value: _ } => {
                let range = self.context.layout.range(*node);
                let end = self.context.layout.trailing_comment(range.end).map_or(range.end, |last| last.end);
                self.found.push(Claim { range: range.start..end, claimant: Claimant::Text, change, at });
            }
            Fresh::Mapping(entries) => entries.iter().for_each(|(_, value)| self.value(value, (change, at))),
            Fresh::Sequence(items) => items.iter().for_each(|value| self.value(value, (change, at))),
            Fresh::InsteadOf { of, value } => {
                for node in of {
                    if let Some(child) = child_named(self.context, *node) {
                        self.child(child, Claimant::Instead(*node), (change, at));
                    }
                }
                self.value(value, (change, at));
            }
        }
    }
}

fn child_named(context: &Context<'_, '_>, node: NodeId) -> Option<Child> {
    let (collection, index) = place_of(context, node).ok()?;
    child_at(context.document, collection, index)
}

/// The entries and items whose comments a value takes wherever it stands.
pub(super) fn claimed_children(claims: &[Claim]) -> BTreeSet<NodeId> {
    let keys = claims.iter().filter_map(|claim| match claim.claimant {
        Claimant::Instead(key) => Some(key),
        Claimant::Text | Claimant::Replaced(_) | Claimant::Value => None,
    });
    keys.collect()
}

/// Hands comments to the innermost claim that each stands in. Both are sorted.
pub(super) fn hand_over(comments: &[Range<usize>], claims: &[Claim]) -> Remarks {
    let mut remarks = Remarks::default();
    for (comment, claim) in claimed(comments, claims) {
        let taken = match claim.claimant {
            Claimant::Instead(key) => remarks.instead.entry(key).or_default(),
            Claimant::Replaced(key) => remarks.replaced.entry(key).or_default(),
            Claimant::Text | Claimant::Value => continue,
        };
        taken.push(comment.clone());
    }
    remarks
}

fn claimed<'c>(comments: &'c [Range<usize>], claims: &'c [Claim]) -> Vec<(&'c Range<usize>, &'c Claim)> {
    let around = around(comments, claims, |claim| &claim.range);
    let innermost = |claims: Vec<&'c Claim>| {
        claims.into_iter().min_by_key(|claim| (claim.range.len(), claim.claimant, claim.change))
    };
    around.filter_map(|(comment, claims)| Some((comment, innermost(claims)?))).collect()
}

/// The comments that no claim's text holds.
pub(super) fn not_in_texts(comments: Vec<Range<usize>>, claims: &[Claim]) -> Vec<Range<usize>> {
    let texts: Vec<&Claim> = claims.iter().filter(|claim| claim.claimant == Claimant::Text).collect();
    let around = around(&comments, &texts, |claim| &claim.range);
    around.filter(|(_, texts)| texts.is_empty()).map(|(comment, _)| comment.clone()).collect()
}

/// Patches that put comments which could not stand with the value that takes them above what that stands in.
pub(super) fn set_above(
    context: &Context<'_, '_>,
    consumed: &Consumed,
    comments: &[Range<usize>],
    claims: &[Claim],
) -> Vec<Patch> {
    let placed = claimed(comments, claims).into_iter().filter_map(|(comment, claim)| {
        if claim.claimant == Claimant::Text {
            return None;
        }
        let first = stable_line(context, consumed, claim.at)?;
        let indentation = String::from_utf8_lossy(context.layout.indentation(first)).into_owned();
        let content = vec![
            Chunk::Source { range: comment.clone(), shift: 0, adjust: Vec::new() },
            Chunk::Text(format!("{}{indentation}", context.style().newline)),
        ];
        Some(Patch::new(first..first, claim.change, content))
    });
    placed.collect()
}

/// The first byte of the nearest entry or item around `node` that begins a line which stays.
fn stable_line(context: &Context<'_, '_>, consumed: &Consumed, node: NodeId) -> Option<usize> {
    let around = context.document.ancestors(node);
    let children = around.filter(|node| !context.layout.is_in_flow(*node));
    let extents = children.filter_map(|node| context.extent(child_of(context.document, node)?));
    let mut lines = extents.filter(|extent| extent.own_line).map(|extent| extent.first);
    lines.find(|first| !consumed.covers(&(*first..*first + 1)))
}

/// The comments within patches that no patch takes along, in the order of the text.
pub(super) fn left_behind(context: &Context<'_, '_>, patches: &[Patch]) -> Vec<Range<usize>> {
    let removed = Consumed::new(patches.iter().map(|patch| patch.range.clone()).collect(), BTreeSet::new());
    let comments = context.document.comments().iter();
    let comments = comments.map(|comment| comment.start as usize..comment.end as usize);
    // Actions of a template that are masked as comments are none.
    let is_comment = |comment: &Range<usize>| context.layout.byte(comment.start) == Some(b'#');
    let candidates: Vec<Range<usize>> =
        comments.filter(|comment| removed.covers(comment) && is_comment(comment)).collect();
    if candidates.is_empty() {
        return candidates;
    }
    let mut patches: Vec<&Patch> = patches.iter().collect();
    patches.sort_by_key(|patch| patch.range.start);
    let mut sources: Vec<&Range<usize>> = patches.iter().flat_map(|patch| sources_of(patch)).collect();
    sources.sort_by_key(|source| (source.start, source.end));
    sources.dedup();
    let in_patches = around(&candidates, &patches, |patch| &patch.range);
    let in_sources = around(&candidates, &sources, |source| source);
    let left = in_patches.zip(in_sources).filter(|((_, patches), (_, sources))| {
        let innermost = patches.iter().min_by_key(|patch| patch.range.len());
        !innermost.is_some_and(|patch| sources.iter().any(|source| !applies_within(patch, source)))
    });
    left.map(|((comment, _), _)| comment.clone()).collect()
}

fn sources_of(patch: &Patch) -> impl Iterator<Item = &Range<usize>> {
    patch.content.iter().filter_map(|chunk| match chunk {
        Chunk::Source { range, .. } => Some(range),
        Chunk::Text(_) => None,
    })
}

/// Whether a part that moves takes the patch along, and so what that takes out does not move.
fn applies_within(patch: &Patch, source: &Range<usize>) -> bool {
    let range = &patch.range;
    source.start <= range.start && range.end <= source.end && (patch.is_within_value || range != source)
}

/// For each of `inner` those of `outer` that hold it. Both are sorted by where they begin; ranges that nest as the
/// nodes of a document do keep the number that is open at a time small.
fn around<'c, T>(
    inner: &'c [Range<usize>],
    outer: &'c [T],
    range: impl Fn(&T) -> &Range<usize>,
) -> impl Iterator<Item = (&'c Range<usize>, Vec<&'c T>)> {
    let mut open: Vec<&'c T> = Vec::new();
    let mut next = 0;
    inner.iter().map(move |inner| {
        while let Some(outer) = outer.get(next).filter(|outer| range(outer).start <= inner.start) {
            open.push(outer);
            next += 1;
        }
        open.retain(|outer| range(outer).end > inner.start);
        (inner, open.iter().filter(|outer| range(outer).end >= inner.end).copied().collect())
    })
}
