//! One object with its variables substituted, as the kustomize controller does it after a build.
//!
//! The object's YAML is substituted and read again, through JSON: a value can become a number, or a whole mapping. What the
//! new nodes came from is found through the pieces of the text: bytes that stayed came from the old scalar that they
//! stood in, bytes of a value from the variable, put over the expression that asked for it.

use std::collections::BTreeMap;
use std::ops::Range;

use manifest::mutable::{Data, Graph, NodeIndex, PrintGraph, Scalar, Tag, TakeJson};
use manifest::value::Value;
use manifest::{Document, NodeId, NodeKind, ParseDocument};
use text::{Exactness, Origin, Origins, Span, TextId, Track};

use super::output::PieceSource;
use super::printed::PrintedObject;
use super::variables::{NAME_PATTERN, Strategy, Variables};
use super::{Answer, Fault, Strictness, Substituted, substitute};

/// The label or annotation, in either place, by which an object is left as it is.
pub const SUBSTITUTE_KEY: &str = "kustomize.toolkit.fluxcd.io/substitute";

/// Its value then.
const DISABLED: &str = "disabled";

/// Why an object cannot be substituted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubstituteObject {
    /// A variable of a name that none may have.
    #[error("'{name}' var name is invalid, must match '{NAME_PATTERN}'")]
    NameVariable {
        /// The name.
        name: String,
    },
    /// The object cannot be printed.
    #[error("the object cannot be printed")]
    Print(#[from] PrintGraph),
    /// Its text is malformed, or a variable is missing.
    #[error("variable substitution failed")]
    Evaluate(#[from] Fault),
    /// A slice of a value cuts a character in two.
    #[error("what variables make of the object is no UTF-8")]
    CutCharacter,
    /// The text is no YAML any more.
    #[error("what variables make of the object is no YAML")]
    Parse(#[from] ParseDocument),
    /// The text holds what JSON cannot.
    #[error("what variables make of the object has no JSON")]
    TakeJson(#[from] TakeJson),
    /// The text is YAML of something else than a mapping.
    #[error("what variables make of the object is no object")]
    FormObject,
}

/// How a unit asks for substitution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Whether missing variables are faults.
    pub strictness: Strictness,
    /// When objects are substituted.
    pub strategy: Strategy,
}

/// What an object became.
#[derive(Debug, Clone)]
pub struct SubstitutedObject<O> {
    /// Its nodes.
    pub graph: Graph<O>,
    /// The variables that it asks for, in that order, each once, with the worst that came of each.
    pub names: Vec<(String, Answer)>,
}

/// Substitutes variables in one object. None if it stays as it is: where there is nothing to substitute, where it says so
/// itself ([`SUBSTITUTE_KEY`]), and where the text becomes an empty document, which Flux passes over.
///
/// On its way through Flux an object loses what JSON's numbers cannot hold, with or without expressions in it: integers past
/// 2^53 are rounded.
///
/// # Errors
/// As the variants of [`SubstituteObject`] say. They show no value of a variable.
pub fn object<T: Track>(
    tracker: &mut T,
    graph: &Graph<T::Origin>,
    variables: &Variables<T::Origin>,
    options: Options,
) -> Result<Option<SubstitutedObject<T::Origin>>, SubstituteObject> {
    if is_disabled(graph) || (variables.is_empty() && options.strategy == Strategy::WithVariables) {
        return Ok(None);
    }
    if let Some(name) = variables.bad_name() {
        return Err(SubstituteObject::NameVariable { name: name.to_owned() });
    }
    let unchanged = |names| Ok(with_rounded(graph).map(|graph| SubstitutedObject { graph, names }));
    if !holds_dollar(graph) {
        return unchanged(Vec::new());
    }
    let printed = PrintedObject::new(graph)?;
    let lookup = |name: &str| variables.get(name).map(|variable| variable.value.as_bytes());
    let substituted = substitute(printed.text().as_bytes(), lookup, options.strictness)?;
    let names: Vec<_> = substituted.names.iter().map(|name| (name.name.to_owned(), name.answer)).collect();
    if !substituted.is_changed() {
        return unchanged(names);
    }
    let text = std::str::from_utf8(&substituted.text).map_err(|_| SubstituteObject::CutCharacter)?;
    let document = manifest::parse_first(TextId(0), text.as_bytes(), 0..text.len())?;
    let Some(root) = document.root() else { return Ok(None) };
    let taken = Graph::take_as_json::<Origins>(&document, root)?;
    if taken.is_null(taken.root())
        || (taken.is_mapping(taken.root()) && taken.entries(taken.root()).is_empty())
    {
        return Ok(None);
    }
    if !taken.is_mapping(taken.root()) {
        return Err(SubstituteObject::FormObject);
    }
    let places = Places::new(&printed, &substituted, variables);
    let scalars = scalars_by_place(&document);
    let rebuild = Rebuild { tracker, old: graph, taken: &taken, document: &document, scalars, places };
    Ok(Some(SubstitutedObject { graph: rebuild.graph()?, names }))
}

/// Whether the object itself asks to be left as it is.
fn is_disabled<O: Copy>(graph: &Graph<O>) -> bool {
    ["labels", "annotations"].iter().any(|field| {
        let map = graph.at(graph.root(), &["metadata", field]);
        let value = map.and_then(|map| graph.get(map, SUBSTITUTE_KEY));
        value.is_some_and(|value| graph.text(value) == DISABLED)
    })
}

/// Whether a key or a scalar has a `$`. No other byte of an object's text can be one.
fn holds_dollar<O: Copy>(graph: &Graph<O>) -> bool {
    let has = |text: &str| memchr::memchr(b'$', text.as_bytes()).is_some();
    graph.node_indices().any(|node| match &graph.node(node).data {
        Data::Scalar(scalar) => has(&scalar.text),
        Data::Mapping(entries) => entries.iter().any(|entry| has(&entry.key.text)),
        Data::Sequence(_) => false,
    })
}

/// The object with its integers as they come back from JSON; none where they are that already.
fn with_rounded<O: Copy>(graph: &Graph<O>) -> Option<Graph<O>> {
    let changed: Vec<_> = graph
        .node_indices()
        .filter(|node| graph.scalar(*node).is_some_and(|scalar| matches!(scalar.tag, Tag::Int | Tag::Unset)))
        .filter_map(|node| Some((node, rounded(&graph.value_of(node).ok()?)?)))
        .collect();
    if changed.is_empty() {
        return None;
    }
    let mut graph = graph.clone();
    for (node, scalar) in changed {
        let node = graph.node_mut(node);
        node.data = Data::Scalar(scalar);
        node.is_tagged = false;
    }
    Some(graph)
}

/// Up to here every integer is a float as well.
const EXACT_MAX: u64 = 1 << f64::MANTISSA_DIGITS;

/// What becomes of an integer that no float need be equal to.
fn rounded(value: &Value) -> Option<Scalar> {
    let is_exact = match value {
        Value::Int(value) => value.unsigned_abs() <= EXACT_MAX,
        Value::Unsigned(value) => *value <= EXACT_MAX,
        _ => true,
    };
    if is_exact { None } else { Scalar::from_json(value) }
}

/// The scalars of a document by their first and last byte.
fn scalars_by_place(document: &Document<'_>) -> BTreeMap<(u32, u32), NodeId> {
    let scalars =
        document.node_ids().filter(|node| matches!(document.node(*node).kind, NodeKind::Scalar { .. }));
    scalars
        .map(|node| (document.span(node), node))
        .map(|(span, node)| ((span.start, span.end), node))
        .collect()
}

/// Where the bytes of the substituted text came from.
struct Places<'p, O> {
    printed: &'p PrintedObject<'p, O>,
    substituted: &'p Substituted<'p>,
    /// The first byte of each piece.
    starts: Vec<usize>,
    variables: &'p Variables<O>,
}

impl<'p, O: Copy> Places<'p, O> {
    fn new(
        printed: &'p PrintedObject<'p, O>,
        substituted: &'p Substituted<'p>,
        variables: &'p Variables<O>,
    ) -> Self {
        let starts = substituted.pieces.iter().scan(0, |at, piece| {
            let start = *at;
            *at += piece.length;
            Some(start)
        });
        Self { printed, substituted, starts: starts.collect(), variables }
    }

    /// The parts of a range of the substituted text, each with its length; `around` is the origin of syntax.
    fn parts<T: Track<Origin = O>>(
        &self,
        tracker: &mut T,
        range: &Range<usize>,
        around: O,
    ) -> Vec<(usize, O)> {
        let first = self.starts.partition_point(|start| *start <= range.start).saturating_sub(1);
        let mut parts = Vec::new();
        for (start, piece) in self.starts.iter().zip(&self.substituted.pieces).skip(first) {
            if *start >= range.end {
                break;
            }
            let from = range.start.max(*start);
            let to = range.end.min(start + piece.length);
            if from < to {
                let origin = self.origin(tracker, (&piece.source, from - start..to - start), around);
                parts.push((to - from, origin));
            }
        }
        parts
    }

    fn origin<T: Track<Origin = O>>(
        &self,
        tracker: &mut T,
        (source, within): (&PieceSource, Range<usize>),
        around: O,
    ) -> O {
        match source {
            PieceSource::Input(input) => {
                let range = input.start + within.start..input.start + within.end;
                self.printed.origin(tracker, &range).unwrap_or(around)
            }
            PieceSource::Value { name, range, place } => {
                let over = self.printed.origin(tracker, place).unwrap_or(around);
                let Some(variable) = self.variable(*name) else { return over };
                let range = range.start + within.start..range.start + within.end;
                let by = tracker.part(variable.origin, &variable.value, range);
                tracker.patched(by, Some(over))
            }
            PieceSource::Computed { name, place } => {
                let declared = self.printed.origin(tracker, place).unwrap_or(around);
                let from: Vec<O> = self.variable(*name).map(|variable| variable.origin).into_iter().collect();
                tracker.made("substitute", declared, &from)
            }
        }
    }

    fn variable(&self, name: usize) -> Option<&'p super::Variable<O>> {
        self.variables.get(self.substituted.names.get(name)?.name)
    }

    /// The range of the text before that a range of the substituted text is, if it is one.
    fn unchanged(&self, range: &Range<usize>) -> Option<Range<usize>> {
        let position = self.starts.partition_point(|start| *start <= range.start).checked_sub(1)?;
        let (start, piece) = (self.starts.get(position)?, self.substituted.pieces.get(position)?);
        match &piece.source {
            PieceSource::Input(input) if range.end <= start + piece.length => {
                Some(input.start + range.start - start..input.start + range.end - start)
            }
            _ => None,
        }
    }
}

/// A graph on its way from the nodes of the substituted text.
struct Rebuild<'r, T: Track> {
    tracker: &'r mut T,
    old: &'r Graph<T::Origin>,
    taken: &'r Graph<Origin>,
    document: &'r Document<'r>,
    scalars: BTreeMap<(u32, u32), NodeId>,
    places: Places<'r, T::Origin>,
}

impl<T: Track> Rebuild<'_, T> {
    fn graph(mut self) -> Result<Graph<T::Origin>, SubstituteObject> {
        let (old, root) = (self.old.root(), self.taken.root());
        let mut graph = Graph::new(Data::Mapping(Vec::new()), self.old.origin(old));
        let new = self.node(&mut graph, root, Some(old))?;
        graph.set_root(new);
        Ok(graph)
    }

    /// A node with all below it; `old` is the one that stood at its place. The depth is that of a value, which was read.
    fn node(
        &mut self,
        graph: &mut Graph<T::Origin>,
        node: NodeIndex,
        old: Option<NodeIndex>,
    ) -> Result<NodeIndex, SubstituteObject> {
        let taken = self.taken;
        let span = span_of(taken.origin(node));
        match &taken.node(node).data {
            Data::Scalar(scalar) => {
                let value = taken.value_of(node).map_err(PrintGraph::from)?;
                let read = match value {
                    Value::String(_) => Scalar::from_json(&value),
                    _ => rounded(&value),
                };
                let scalar = read.unwrap_or_else(|| scalar.clone());
                let origin = self.scalar_origin(span);
                Ok(graph.add(Data::Scalar(scalar), origin))
            }
            Data::Sequence(items) => {
                let olds = old.filter(|old| self.old.is_sequence(*old));
                let mut new = Vec::with_capacity(items.len());
                for (position, item) in items.iter().enumerate() {
                    let old = olds.and_then(|old| self.old.items(old).get(position).copied());
                    new.push(self.node(graph, *item, old)?);
                }
                let origin = self.collection_origin(olds, span);
                Ok(graph.add(Data::Sequence(new), origin))
            }
            Data::Mapping(entries) => {
                let olds = old.filter(|old| self.old.is_mapping(*old));
                let origin = self.collection_origin(olds, span);
                let mapping = graph.add(Data::Mapping(Vec::with_capacity(entries.len())), origin);
                for entry in entries {
                    let old = olds.and_then(|old| self.old.get(old, &entry.key.text));
                    let key_origin = self.scalar_origin(span_of(entry.key_origin));
                    let value = self.node(graph, entry.value, old)?;
                    graph.push_entry(mapping, entry.key.clone(), key_origin, value);
                }
                Ok(mapping)
            }
        }
    }

    /// A collection keeps its origin; one that a value brought came from that.
    fn collection_origin(&mut self, old: Option<NodeIndex>, span: Span) -> T::Origin {
        match old {
            Some(old) => self.old.origin(old),
            None => self.composed(&[(span.range().len(), span.range())]),
        }
    }

    /// A scalar that stands as it stood keeps its origin; any other one is composed.
    fn scalar_origin(&mut self, span: Span) -> T::Origin {
        let range = span.range();
        if let Some(before) = self.places.unchanged(&range)
            && self.places.printed.is_scalar(&before)
            && let Some(origin) = self.places.printed.origin(self.tracker, &before)
        {
            return origin;
        }
        let ranges = self.content_ranges(span).unwrap_or_else(|| vec![(range.len(), range)]);
        self.composed(&ranges)
    }

    /// The ranges of the text that hold the content of a scalar, in order, each with how many bytes of it; none where it
    /// has escapes or is folded.
    fn content_ranges(&self, span: Span) -> Option<Vec<(usize, Range<usize>)>> {
        let node = *self.scalars.get(&(span.start, span.end))?;
        let (content, map) = (self.document.text(node)?, self.document.content_map(node)?);
        let mut ranges = Vec::new();
        let mut at = 0;
        for line in content.split_inclusive('\n') {
            let bare = line.trim_end_matches('\n');
            let end = at + u32::try_from(bare.len()).ok()?;
            let (place, exactness) = map.resolve(at..end)?;
            if exactness == Exactness::Computed && !bare.is_empty() {
                return None;
            }
            // The line's end belongs to the line.
            ranges.push((line.len(), place.range()));
            at += u32::try_from(line.len()).ok()?;
        }
        Some(ranges)
    }

    fn composed(&mut self, ranges: &[(usize, Range<usize>)]) -> T::Origin {
        let around = self.old.origin(self.old.root());
        let mut parts: Vec<(usize, T::Origin)> = Vec::new();
        for (length, range) in ranges {
            let mut left = *length;
            for (length, origin) in self.places.parts(self.tracker, range, around) {
                left = left.saturating_sub(length);
                match parts.last_mut() {
                    Some(last) if last.1 == origin => last.0 += length,
                    _ => parts.push((length, origin)),
                }
            }
            match parts.last_mut() {
                Some(last) => last.0 += left,
                None => parts.push((left, around)),
            }
        }
        match parts.as_slice() {
            [] => around,
            [(_, only)] => *only,
            parts => self.tracker.composed(parts),
        }
    }
}

/// The bytes of the substituted text that a node was read of.
fn span_of(origin: Origin) -> Span {
    match origin {
        Origin::Written(span) | Origin::Aliased { definition: span, .. } => span,
        // Reading a document records nothing.
        Origin::Recorded(_) => Span::new(TextId(0), 0..0),
    }
}
