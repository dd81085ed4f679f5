//! Setting values in YAML or JSON that stands in a scalar, as a ConfigMap holds it.
//!
//! The scalar is read, changed and printed anew: JSON as Go prints it, over several lines if it was so before; YAML as
//! goyaml prints the nodes, comments and styles included. Gives nothing where the path does not lead into a scalar or
//! anything about it fails: the caller then takes the path for an ordinary one.

use crate::lookup::Lookup;
use std::ops::Range;

use manifest::comments::Comments;
use manifest::emit::{Event, EventKind, Layout, Properties, document_events, emit, json, json_indented};
use manifest::mutable::{Data, Entry, Graph, NodeIndex, Tag};
use manifest::{Document, NodeId, NodeKind};
use text::{Origin, Origins, Span, TextId, Track};

use super::path::{FieldPath, Making, adopt};
use super::target::joined;
use crate::fields::{self, Create};
use crate::kustomization::FieldOptions;
use crate::node_text;

/// A scalar with its new text, and which ranges of that came from the value.
#[derive(Debug)]
pub(super) struct Changed {
    pub(super) scalar: NodeIndex,
    pub(super) text: String,
    /// In order; none known where the text was printed as JSON.
    pub(super) set: Option<Vec<Range<usize>>>,
}

/// Sets `value` at a path that leads into a scalar, or by the options a part of what is there: those are heeded since 5.8.2.
pub(super) fn changed<O: Copy>(
    graph: &Graph<O>,
    path: &FieldPath,
    value: &Graph<O>,
    (create, options): (Option<Create>, Option<&FieldOptions>),
) -> Option<Changed> {
    let (scalar, position) = scalar_on_the_way(graph, path)?;
    let original = graph.text(scalar);
    let document = manifest::parse_first(TEXT, original.as_bytes(), 0..original.len()).ok()?;
    let root = document.root()?;
    let mut inner = Graph::take::<Origins>(&document, root).ok()?;
    let new = new_origin();
    let making = create.map(|create| Making { create, origin: new });
    let root = inner.root();
    let found = path.find(&mut inner, (root, position), making).ok()?;
    if found.is_empty() || found.iter().any(|node| matches!(inner.origin(*node), Origin::Aliased { .. })) {
        return None;
    }
    let mut set = Vec::with_capacity(found.len());
    let options = options.filter(|options| !options.delimiter.is_empty());
    for target in found {
        match &mut inner.node_mut(target).data {
            Data::Scalar(there) => {
                let is_null = options.is_some() && value.is_null(value.root());
                let text = if is_null { "" } else { value.text(value.root()) };
                there.text = match options {
                    Some(options) => joined(&there.text, text, options).text().into(),
                    None => text.into(),
                };
            }
            Data::Mapping(_) | Data::Sequence(_) if options.is_some() => return None,
            Data::Mapping(_) | Data::Sequence(_) => {
                let value = adopt(&mut inner, (value, value.root()), &|_| new);
                inner.assign(target, value);
            }
        }
        set.push(target);
    }
    let first = original.trim_start().chars().next()?;
    if matches!(first, '{' | '[') {
        let text = as_json(&inner, original)?;
        return Some(Changed { scalar, text, set: None });
    }
    let (text, set) = Printer::new(&document, &inner).print(&set)?;
    // Of a scalar of which a part was set it is not known which bytes of the printed text that part became.
    Some(Changed { scalar, text, set: options.is_none().then_some(set) })
}

/// Inner texts are read for themselves; nothing of them is kept.
const TEXT: TextId = TextId(0);

/// The origin of whatever does not stand in the inner text: it resolves to no node of it.
fn new_origin() -> Origin {
    Origins::default().patched(Origin::Written(text::whole_of(TEXT)), None)
}

/// The first scalar on a path that goes on and whose text is YAML, and the position of the step behind it.
fn scalar_on_the_way<O: Copy>(graph: &Graph<O>, path: &FieldPath) -> Option<(NodeIndex, usize)> {
    let mut node = graph.root();
    for position in 0..path.len().saturating_sub(1) {
        let step = path.step(position);
        if !step.is_empty() {
            node = fields::lookup(graph, node, &[step]).ok()??;
        }
        if let Some(scalar) = graph.scalar(node) {
            let text = scalar.text.as_bytes();
            manifest::parse_first(TEXT, text, 0..text.len()).ok()?;
            return Some((node, position + 1));
        }
    }
    None
}

fn as_json(graph: &Graph<Origin>, original: &str) -> Option<String> {
    // What is read into no map of texts has keys that JSON cannot print, at the root as well.
    let is_text = |tag: &Tag| matches!(tag, Tag::Str | Tag::Unset);
    if graph.entries(graph.root()).iter().any(|entry| !is_text(&entry.key.tag)) {
        return None;
    }
    let value = graph.value().ok()?;
    if original.contains('\n') && original.contains("  ") {
        return json_indented(&value, "  ").ok();
    }
    json(&value).ok()
}

/// Prints changed nodes with the events of the document that they were read from.
struct Printer<'d, 't> {
    document: &'d Document<'t>,
    graph: &'d Graph<Origin>,
    nodes: Lookup<Span, NodeId>,
    /// By their first byte.
    aliases: Lookup<u32, NodeId>,
}

/// Where the events of each node of a document begin and end.
type Places = Lookup<NodeId, (usize, usize)>;

impl<'d, 't> Printer<'d, 't> {
    fn new(document: &'d Document<'t>, graph: &'d Graph<Origin>) -> Self {
        let is_alias = |node: &NodeId| matches!(document.node(*node).kind, NodeKind::Alias { .. });
        let (aliases, nodes): (Vec<_>, Vec<_>) = document.node_ids().partition(is_alias);
        let nodes = nodes.into_iter().map(|node| (document.span(node), node)).collect();
        let aliases = aliases.into_iter().map(|node| (document.span(node).start, node)).collect();
        Self { document, graph, nodes, aliases }
    }

    /// The text, and the ranges of it at which the nodes of `set` are printed that are scalars. None if one of them is not
    /// printed, because it is what an alias stands for.
    fn print(&self, set: &[NodeIndex]) -> Option<(String, Vec<Range<usize>>)> {
        let comments = Comments::of(self.document);
        let written = document_events(self.document, Some(&comments));
        let places = places(self.document, &written);
        let mut walk =
            Walk { printer: self, written: &written, places, events: Vec::new(), set, printed: Vec::new() };
        walk.events.push(*written.first()?);
        walk.node(self.graph.root())?;
        walk.events.push(*written.last()?);
        if walk.printed.len() != set.len() {
            return None;
        }
        let emitted = emit(&walk.events, Layout::KUSTOMIZE).ok()?;
        let leading = emitted.text.len() - emitted.text.trim_start().len();
        let text = emitted.text.trim().to_owned();
        let ranges = emitted.scalars.iter().filter(|(event, _)| walk.printed.contains(event));
        let clamp = |at: usize| at.saturating_sub(leading).min(text.len());
        let ranges = ranges.map(|(_, range)| clamp(range.start)..clamp(range.end)).collect();
        Some((text, ranges))
    }

    /// The node that stood in the document; none for one that was put there.
    fn written(&self, origin: Origin) -> Option<NodeId> {
        match origin {
            Origin::Written(span) => self.nodes.get(&span).copied(),
            Origin::Aliased { alias, .. } => self.aliases.get(&alias).copied(),
            Origin::Recorded(_) => None,
        }
    }
}

struct Walk<'w, 'd, 't> {
    printer: &'w Printer<'d, 't>,
    written: &'w [Event<'w>],
    places: Places,
    events: Vec<Event<'w>>,
    set: &'w [NodeIndex],
    /// The events at which those of `set` begin.
    printed: Vec<usize>,
}

impl<'w> Walk<'w, '_, '_> {
    fn node(&mut self, node: NodeIndex) -> Option<()> {
        let graph: &'w Graph<Origin> = self.printer.graph;
        let is_set = self.set.contains(&node);
        if is_set {
            self.printed.push(self.events.len());
        }
        let written = self.printer.written(graph.origin(node));
        let Some((id, (start, end))) = written.and_then(|id| Some((id, *self.places.get(&id)?))) else {
            return self.new_node(node);
        };
        let mut event = *self.written.get(start)?;
        match (&graph.node(node).data, event.kind) {
            // What an alias stands for is printed as the alias.
            (_, EventKind::Alias { .. }) => self.events.push(event),
            (Data::Scalar(scalar), _) => {
                if is_set {
                    event.kind = with_anchor_of(node_text::scalar_event(scalar), event.kind);
                }
                self.events.push(event);
            }
            (Data::Sequence(items), _) => {
                self.events.push(event);
                for item in items {
                    self.node(*item)?;
                }
                self.events.push(*self.written.get(end)?);
            }
            (Data::Mapping(entries), _) => {
                self.events.push(event);
                let mut end = *self.written.get(end)?;
                self.entries(id, entries, &mut end.comments.tail)?;
                self.events.push(end);
            }
        }
        Some(())
    }

    /// A node that was put there.
    fn new_node(&mut self, node: NodeIndex) -> Option<()> {
        let graph: &'w Graph<Origin> = self.printer.graph;
        let (structure, properties) = (node_text::structure_of(graph, node), Properties::default());
        match &graph.node(node).data {
            Data::Scalar(scalar) => self.events.push(Event::new(node_text::scalar_event(scalar))),
            Data::Sequence(items) => {
                self.events.push(Event::new(EventKind::SequenceStart { structure, properties }));
                for item in items {
                    self.node(*item)?;
                }
                self.events.push(Event::new(EventKind::SequenceEnd));
            }
            Data::Mapping(entries) => {
                self.events.push(Event::new(EventKind::MappingStart { structure, properties }));
                for entry in entries {
                    self.events.push(Event::new(node_text::scalar_event(&entry.key)));
                    self.node(entry.value)?;
                }
                self.events.push(Event::new(EventKind::MappingEnd));
            }
        }
        Some(())
    }

    /// The entries that the document has, merges as they are written, and behind them those that were made.
    ///
    /// `tail` is the comment below the last entry, which is printed before the first one that was made.
    fn entries(&mut self, mapping: NodeId, entries: &'w [Entry<Origin>], tail: &mut &'w str) -> Option<()> {
        let document = self.printer.document;
        for written in document.entries(mapping) {
            let (key, _) = *self.places.get(&written.key)?;
            let (_, end) = *self.places.get(&written.value)?;
            let key_text = document.text(document.dereference(written.key));
            let entry = entries.iter().find(|entry| Some(entry.key.text.as_str()) == key_text);
            match entry.filter(|_| !document.is_merge_key(written.key)) {
                None => self.events.extend_from_slice(self.written.get(key..=end)?),
                Some(entry) => {
                    self.events.push(*self.written.get(key)?);
                    self.node(entry.value)?;
                }
            }
        }
        for entry in entries.iter().filter(|entry| matches!(entry.key_origin, Origin::Recorded(_))) {
            let mut key = Event::new(node_text::scalar_event(&entry.key));
            key.comments.tail = std::mem::take(tail);
            self.events.push(key);
            self.node(entry.value)?;
        }
        Some(())
    }
}

/// A changed scalar is still what aliases name.
fn with_anchor_of<'e>(changed: EventKind<'e>, before: EventKind<'e>) -> EventKind<'e> {
    match (changed, before) {
        (
            EventKind::Scalar { text, style, properties },
            EventKind::Scalar { properties: Properties { anchor, .. }, .. },
        ) => EventKind::Scalar { text, style, properties: Properties { anchor, ..properties } },
        (changed, _) => changed,
    }
}

/// Events come in the order of the nodes.
fn places(document: &Document<'_>, events: &[Event<'_>]) -> Places {
    let mut ids = document.node_ids();
    let mut open: Vec<NodeId> = Vec::new();
    let mut places = Places::default();
    for (position, event) in events.iter().enumerate() {
        match event.kind {
            EventKind::DocumentStart | EventKind::DocumentEnd => {}
            EventKind::MappingEnd | EventKind::SequenceEnd => {
                if let Some(place) = open.pop().and_then(|id| places.get_mut(&id)) {
                    place.1 = position;
                }
            }
            EventKind::MappingStart { .. } | EventKind::SequenceStart { .. } => {
                if let Some(id) = ids.next() {
                    places.insert(id, (position, position));
                    open.push(id);
                }
            }
            EventKind::Scalar { .. } | EventKind::Alias { .. } => {
                if let Some(id) = ids.next() {
                    places.insert(id, (position, position));
                }
            }
        }
    }
    places
}
