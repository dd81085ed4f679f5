//! The scalars of what was built, each with the bytes that its origin names.

use super::build::Made;
use manifest::mutable::{Data, Graph, NodeIndex};
use std::ops::Range;
use text::{Exactness, Origin, Origins, Record, Span};

/// A scalar.
pub(super) struct Field {
    /// Which object, by its position.
    pub(super) object: usize,
    /// Keys and positions.
    pub(super) path: Vec<String>,
    pub(super) text: String,
    /// The last thing that was done to it.
    pub(super) kind: &'static str,
    pub(super) leaves: Vec<Leaf>,
    /// Bytes that were there before and do not count any more.
    pub(super) replaced: Vec<Place>,
}

/// A range of a scalar's text and where it came from.
pub(super) struct Leaf {
    pub(super) range: Range<usize>,
    pub(super) source: Source,
}

/// Where a range came from.
pub(super) enum Source {
    /// Bytes of a file.
    Bytes(Place),
    /// A rule made it; the bytes that it was made of.
    Made { rule: &'static str, declared: Origin, from: Vec<Place> },
    /// Something that leads to no bytes of a file.
    Nowhere,
}

/// Bytes of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) path: String,
    pub(super) range: Range<usize>,
    /// Whether the bytes are those of the value.
    pub(super) is_exact: bool,
}

impl Place {
    pub(super) fn holds(&self, path: &str, offset: usize) -> bool {
        self.path == path && self.range.contains(&offset)
    }
}

impl Field {
    /// Whether builds look at what stands here: who is who, which items are one, what is selected.
    pub(super) fn decides(&self) -> bool {
        const KEYS: [&str; 17] = [
            "host",
            "apiVersion",
            "kind",
            "name",
            "namespace",
            "key",
            "containerPort",
            "port",
            "mountPath",
            "protocol",
            "devicePath",
            "ip",
            "image",
            "topologyKey",
            "hostPort",
            "nodePort",
            "targetPort",
        ];
        let last = self.path.last().map_or("", String::as_str);
        KEYS.contains(&last)
            || self.text.contains("$(")
            || self.path.iter().any(|key| {
                key == "labels" || key == "annotations" || key == "matchLabels" || key == "selector"
            })
    }

    pub(super) fn told(&self) -> String {
        format!("object {} {} '{}' ({})", self.object, self.path.join("."), self.text, self.kind)
    }
}

/// All scalars, in their order.
pub(super) fn fields(made: &Made) -> Vec<Field> {
    let mut fields = Vec::new();
    for (object, resource) in made.built.map.resources().enumerate() {
        let graph = resource.graph();
        let mut gathering = Gathering { made, graph, object, path: Vec::new(), fields: &mut fields };
        gathering.node(graph.root());
    }
    fields
}

struct Gathering<'a> {
    made: &'a Made,
    graph: &'a Graph<Origin>,
    object: usize,
    path: Vec<String>,
    fields: &'a mut Vec<Field>,
}

impl Gathering<'_> {
    fn node(&mut self, node: NodeIndex) {
        match &self.graph.node(node).data {
            Data::Scalar(scalar) => {
                let origin = self.graph.origin(node);
                let origins = &self.made.work.tracker;
                let mut field = Field {
                    object: self.object,
                    path: self.path.clone(),
                    text: scalar.text.to_string(),
                    kind: kind(origins, origin),
                    leaves: Vec::new(),
                    replaced: Vec::new(),
                };
                self.flatten(origin, 0..scalar.text.len(), &mut field.leaves);
                self.replaced(origin, &mut field.replaced);
                self.fields.push(field);
            }
            Data::Mapping(entries) => {
                for entry in entries {
                    self.path.push(entry.key.text.to_string());
                    self.node(entry.value);
                    self.path.pop();
                }
            }
            Data::Sequence(items) => {
                for (position, item) in items.iter().enumerate() {
                    self.path.push(position.to_string());
                    self.node(*item);
                    self.path.pop();
                }
            }
        }
    }

    fn flatten(&self, origin: Origin, range: Range<usize>, leaves: &mut Vec<Leaf>) {
        let origins = &self.made.work.tracker;
        let id = match origin {
            Origin::Written(span) | Origin::Aliased { definition: span, .. } => {
                let source = self.place(span).map_or(Source::Nowhere, Source::Bytes);
                leaves.push(Leaf { range, source });
                return;
            }
            Origin::Recorded(id) => id,
        };
        match origins.record(id) {
            Some(Record::Patched { by: what, .. } | Record::Decided { what, .. }) => {
                self.flatten(*what, range, leaves);
            }
            Some(Record::Touched { base, .. } | Record::Removed { from: base, .. }) => {
                self.flatten(*base, range, leaves);
            }
            Some(Record::Composed { parts }) => {
                let parts = origins.parts(*parts);
                let length: usize = parts.iter().map(|part| part.length as usize).sum();
                if length != range.len() {
                    // It does not say which bytes came from where.
                    leaves.push(Leaf { range, source: Source::Nowhere });
                    return;
                }
                let mut at = range.start;
                for part in parts {
                    let end = at + part.length as usize;
                    self.flatten(part.origin, at..end, leaves);
                    at = end;
                }
            }
            Some(Record::Made { rule, declared, .. }) => {
                let from = origins.evidence(origin).into_iter().filter_map(|span| self.place(span));
                leaves.push(Leaf {
                    range,
                    source: Source::Made { rule, declared: *declared, from: from.collect() },
                });
            }
            Some(Record::Missing { .. }) | None => leaves.push(Leaf { range, source: Source::Nowhere }),
        }
    }

    /// What a patch took the place of: bytes that nothing is made of any more.
    fn replaced(&self, origin: Origin, places: &mut Vec<Place>) {
        let origins = &self.made.work.tracker;
        let Origin::Recorded(id) = origin else { return };
        if let Some(Record::Patched { over: Some(over), .. }) = origins.record(id)
            && let Origin::Written(span) = *over
        {
            places.extend(self.place(span));
        }
    }

    fn place(&self, span: Span) -> Option<Place> {
        let texts = self.made.work.files.texts();
        let (span, exactness) = texts.resolve(span)?;
        let path = texts.path(span.text)?.to_owned();
        Some(Place { path, range: span.range(), is_exact: exactness == Exactness::Verbatim })
    }
}

fn kind(origins: &Origins, origin: Origin) -> &'static str {
    let id = match origin {
        Origin::Written(_) => return "written",
        Origin::Aliased { .. } => return "aliased",
        Origin::Recorded(id) => id,
    };
    match origins.record(id) {
        Some(Record::Patched { by: Origin::Recorded(_), .. }) => "patched by something composed or made",
        Some(Record::Patched { over: Some(_), .. }) => "patched",
        Some(Record::Patched { over: None, .. }) => "added",
        Some(Record::Composed { .. }) => "composed",
        Some(Record::Made { .. }) => "made",
        Some(Record::Decided { .. }) => "decided",
        Some(Record::Touched { .. } | Record::Removed { .. }) => "touched",
        Some(Record::Missing { .. }) | None => "missing",
    }
}
