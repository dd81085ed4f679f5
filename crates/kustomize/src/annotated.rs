//! The objects of a build with the origin of each changed field in a comment beside it.
//!
//! Takes what would be printed, finds the line of each value by reading that text again, and adds comments: what comes
//! out is the same YAML. Says nothing of fields that stand in the file that their object was read from. How a place is
//! shown is the caller's business.

use std::collections::BTreeMap;
use std::ops::Range;

use manifest::mutable::{Data, Graph, NodeIndex};
use manifest::{Document, NodeId, NodeKind, ScalarStyle};
use text::{Origin, Origins, Part, Record, Span, Step, TextId};

use crate::resource::Resource;

/// How a place is shown, such as `base/web.yaml:3:5`.
type Show<'a> = &'a dyn Fn(Span) -> String;

/// Comments begin at one column within an object. Lines that are longer than this have theirs two spaces behind them, so
/// that one long value does not push all comments out of sight.
const ALIGNED_COLUMN_MAX: usize = 64;

/// How many steps of a value's history are written beside it. What is older is a `…`.
const SHOWN_STEPS_MAX: usize = 16;

/// Characters of a part of a composed value that are shown.
const SHOWN_PART_CHARACTERS_MAX: usize = 24;

/// What says where values come from.
pub(crate) struct Annotator<'a> {
    pub(crate) origins: &'a Origins,
    pub(crate) show: Show<'a>,
}

impl Annotator<'_> {
    /// One object, printed, with its comments.
    pub(crate) fn annotate(&self, resource: &Resource<Origin>, printed: &str) -> String {
        let graph = resource.graph();
        let head = format!("# {}\n", one_line(&self.source(graph.origin(graph.root()), SHOWN_STEPS_MAX)));
        let bytes = printed.as_bytes();
        // What was just printed is YAML; were it not, it would be shown without comments.
        let Ok(document) = manifest::parse_first(TextId(u32::MAX), bytes, 0..bytes.len()) else {
            return head + printed;
        };
        let Some(root) = document.root() else { return head + printed };
        let mut comments = Comments { annotator: self, graph, document: &document, by_line: BTreeMap::new() };
        comments.add_removed(root, graph.root(), 0);
        comments.walk(root, graph.root());
        head + &with_comments(printed, &comments.by_line)
    }

    /// What is said of a value within a collection; none where it stands as it was read.
    fn told(&self, origin: Origin, parent: Origin, value: &str) -> Option<String> {
        match origin {
            Origin::Written(span) => {
                let is_within = self.origins.editable(parent).is_some_and(|parent| parent.contains(span));
                (!is_within).then(|| format!("from {}", (self.show)(span)))
            }
            Origin::Aliased { definition, alias } => {
                let alias = Span::new(definition.text, alias..alias);
                Some(format!("aliased at {} from {}", (self.show)(alias), (self.show)(definition)))
            }
            Origin::Recorded(id) => match self.origins.record(id)? {
                Record::Patched { by, over: None } => {
                    Some(format!("added by {}", self.source(*by, SHOWN_STEPS_MAX)))
                }
                Record::Patched { by, over: Some(over) } => {
                    let by = self.source(*by, SHOWN_STEPS_MAX);
                    Some(format!("patched by {by} over {}", self.history(*over)))
                }
                Record::Composed { parts } => {
                    Some(format!("composed of {}", self.composed(self.origins.parts(*parts), value)))
                }
                Record::Made { .. } | Record::Decided { .. } => Some(self.source(origin, SHOWN_STEPS_MAX)),
                Record::Touched { .. } | Record::Removed { .. } | Record::Missing { .. } => None,
            },
        }
    }

    /// What was there before, the latest first.
    fn history(&self, origin: Origin) -> String {
        let mut told = String::new();
        let mut origin = origin;
        for _ in 0..SHOWN_STEPS_MAX {
            let Some((by, Some(over))) = self.patched(origin) else {
                return told + &self.source(origin, SHOWN_STEPS_MAX);
            };
            told.push_str(&self.source(by, SHOWN_STEPS_MAX));
            told.push_str(" over ");
            origin = over;
        }
        told + "…"
    }

    fn patched(&self, origin: Origin) -> Option<(Origin, Option<Origin>)> {
        let Origin::Recorded(id) = origin else { return None };
        match self.origins.record(id)? {
            Record::Patched { by, over } => Some((*by, *over)),
            _ => None,
        }
    }

    /// Where a value comes from, in the fewest words.
    fn source(&self, origin: Origin, steps_left: usize) -> String {
        let Some(steps_left) = steps_left.checked_sub(1) else { return "…".to_owned() };
        let id = match origin {
            Origin::Written(span) | Origin::Aliased { definition: span, .. } => return (self.show)(span),
            Origin::Recorded(id) => id,
        };
        match self.origins.record(id) {
            None => "…".to_owned(),
            Some(Record::Patched { by: what, .. } | Record::Decided { what, .. }) => {
                self.source(*what, steps_left)
            }
            Some(Record::Touched { base, .. } | Record::Removed { from: base, .. }) => {
                self.source(*base, steps_left)
            }
            Some(Record::Missing { mapping, key }) => {
                format!("{key} missing in {}", self.source(*mapping, steps_left))
            }
            Some(Record::Composed { parts }) => self.listed(self.origins.parts(*parts), " + ", steps_left),
            Some(Record::Made { rule, declared, from }) => {
                let from = self.origins.parts(*from);
                let is_told = from.iter().any(|input| input.origin == *declared);
                let inputs = self.listed(from, ", ", steps_left);
                match (from.is_empty(), is_told) {
                    (true, _) => format!("made by {rule} at {}", self.source(*declared, steps_left)),
                    (false, true) => format!("made by {rule} from {inputs}"),
                    (false, false) => {
                        format!("made by {rule} at {} from {inputs}", self.source(*declared, steps_left))
                    }
                }
            }
        }
    }

    fn listed(&self, parts: &[Part], between: &str, steps_left: usize) -> String {
        let shown = parts.iter().take(SHOWN_STEPS_MAX).map(|part| self.source(part.origin, steps_left));
        let mut listed = shown.collect::<Vec<_>>().join(between);
        if parts.len() > SHOWN_STEPS_MAX {
            listed.push_str(between);
            listed.push('…');
        }
        listed
    }

    /// The parts with their own texts.
    fn composed(&self, parts: &[Part], value: &str) -> String {
        let mut at = 0;
        let mut told = Vec::new();
        for part in parts.iter().take(SHOWN_STEPS_MAX) {
            let end = at + part.length as usize;
            let text = value.get(at..end).unwrap_or_default();
            told.push(format!("{} {}", quoted(text), self.source(part.origin, SHOWN_STEPS_MAX)));
            at = end;
        }
        if parts.len() > SHOWN_STEPS_MAX {
            told.push("…".to_owned());
        }
        told.join(" + ")
    }

    /// What collections have lost, the latest first.
    fn removed(&self, origin: Origin) -> Vec<String> {
        let mut told = Vec::new();
        let mut origin = origin;
        for _ in 0..SHOWN_STEPS_MAX {
            let Origin::Recorded(id) = origin else { break };
            origin = match self.origins.record(id) {
                Some(Record::Removed { from, step, by, was }) => {
                    let (by, was) = (self.source(*by, SHOWN_STEPS_MAX), self.history(*was));
                    let step = match step {
                        Step::Key(key) => key.to_string(),
                        Step::Index(index) => format!("item {index}"),
                    };
                    told.push(format!("{step} of {was} removed by {by}"));
                    *from
                }
                Some(Record::Touched { base, .. }) => *base,
                _ => break,
            };
        }
        told
    }
}

/// The comments of one object, by the position at which their line ends.
struct Comments<'a> {
    annotator: &'a Annotator<'a>,
    graph: &'a Graph<Origin>,
    document: &'a Document<'a>,
    by_line: BTreeMap<usize, Vec<String>>,
}

impl Comments<'_> {
    /// The document was printed from the graph, so both have the same shape.
    fn walk(&mut self, printed: NodeId, node: NodeIndex) {
        let graph = self.graph;
        match &graph.node(node).data {
            Data::Scalar(_) => {}
            Data::Mapping(entries) => {
                let values: BTreeMap<_, _> =
                    entries.iter().map(|entry| (entry.key.text.as_str(), entry.value)).collect();
                for entry in self.document.entries(printed) {
                    let key = self.document.text(entry.key).unwrap_or_default();
                    let Some(value) = values.get(key) else { continue };
                    let line = self.document.span(entry.key).range().start;
                    self.add((entry.value, *value), (node, line));
                }
            }
            Data::Sequence(items) => {
                for (item, value) in self.document.items(printed).iter().zip(items) {
                    let line = self.document.span(*item).range().start;
                    self.add((*item, *value), (node, line));
                }
            }
        }
    }

    fn add(&mut self, (printed, node): (NodeId, NodeIndex), (parent, line): (NodeIndex, usize)) {
        let origin = self.graph.origin(node);
        let parent = self.graph.origin(parent);
        let is_of_parent = is_aliased(origin) && is_aliased(parent);
        let told = self.annotator.told(origin, parent, self.graph.text(node));
        if let Some(told) = told.filter(|_| !is_of_parent) {
            self.push(self.line_end(printed, line), told);
        }
        self.add_removed(printed, node, line);
        self.walk(printed, node);
    }

    fn add_removed(&mut self, printed: NodeId, node: NodeIndex, line: usize) {
        for told in self.annotator.removed(self.graph.origin(node)) {
            self.push(self.line_end(printed, line), told);
        }
    }

    fn push(&mut self, line_end: usize, told: String) {
        self.by_line.entry(line_end).or_default().push(one_line(&told));
    }

    /// Where the comment of a value goes: behind a scalar, behind the head of a block, behind the key of a collection.
    fn line_end(&self, printed: NodeId, line: usize) -> usize {
        let span = self.document.span(printed).range();
        let from = match self.document.node(printed).kind {
            NodeKind::Scalar { style: ScalarStyle::Literal | ScalarStyle::Folded } => line,
            NodeKind::Scalar { .. } => span.end.max(line),
            _ => line,
        };
        let rest = self.document.bytes().get(from..).unwrap_or_default();
        memchr::memchr(b'\n', rest).map_or(self.document.bytes().len(), |length| from + length)
    }
}

fn is_aliased(origin: Origin) -> bool {
    matches!(origin, Origin::Aliased { .. })
}

fn with_comments(printed: &str, by_line: &BTreeMap<usize, Vec<String>>) -> String {
    let line_of = |end: usize| -> Range<usize> {
        let before = printed.get(..end).unwrap_or_default();
        before.rfind('\n').map_or(0, |found| found + 1)..end
    };
    let width = |end: usize| printed.get(line_of(end)).unwrap_or_default().chars().count();
    let column = by_line.keys().map(|end| width(*end)).filter(|width| *width <= ALIGNED_COLUMN_MAX).max();
    let mut text = String::with_capacity(printed.len() * 2);
    let mut written = 0;
    for (end, told) in by_line {
        text.push_str(printed.get(written..*end).unwrap_or_default());
        let missing = column.unwrap_or_default().saturating_sub(width(*end));
        text.extend(std::iter::repeat_n(' ', missing + 2));
        text.push_str("# ");
        text.push_str(&told.join("; "));
        written = *end;
    }
    text.push_str(printed.get(written..).unwrap_or_default());
    text
}

/// A part of a value in quotes, shortened.
fn quoted(text: &str) -> String {
    match text.char_indices().nth(SHOWN_PART_CHARACTERS_MAX) {
        None => format!("'{text}'"),
        Some((end, _)) => format!("'{}…'", text.get(..end).unwrap_or_default()),
    }
}

/// A comment ends with its line, whatever stands in names and values.
fn one_line(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { '␣' } else { character }).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tree::Memory;

    use super::*;
    use crate::load::{Files, Restriction};
    use crate::{Options, Work, build};

    #[test]
    fn changed_fields_say_where_they_come_from() {
        let files = [
            (
                "kustomization.yaml",
                "resources: [web.yaml]\nnamePrefix: p-\nlabels: [{pairs: {team: blue}}]\npatches: [{path: patch.yaml}]\n",
            ),
            (
                "web.yaml",
                "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  annotations: {old: x, kept: y}\nspec:\n  type: NodePort\n",
            ),
            (
                "patch.yaml",
                "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  annotations: {old: null}\nspec:\n  type: ClusterIP\n  clusterIP: None\n",
            ),
        ];
        let tree: Memory = files.into_iter().collect();
        let mut work: Work<Origins> = Work::new(Files::new(Arc::new(tree), Restriction::RootOnly, None));
        let built = build(&mut work, "", &Options::default()).unwrap();
        let show = |span: Span| {
            let path = work.files.texts().path(span.text).unwrap();
            let lines = text::LineIndex::new(work.files.bytes(span.text).unwrap());
            let at = lines.position(work.files.bytes(span.text).unwrap(), span.start);
            format!("{path}:{}:{}", at.line, at.column)
        };
        let expected = "\
# web.yaml:1:1
apiVersion: v1     # patched by patch.yaml:1:13 over web.yaml:1:13
kind: Service
metadata:
  annotations:     # old of web.yaml:5:22 removed by patch.yaml:5:22
    kept: \"y\"
  labels:          # from kustomization.yaml:3:25
    team: blue
  name: p-web      # composed of 'p-' kustomization.yaml:2:13 + 'web' web.yaml:4:9
spec:
  clusterIP: None  # added by patch.yaml:8:14
  type: ClusterIP  # patched by patch.yaml:7:9 over web.yaml:7:9
";
        assert_eq!(built.print_with_origins(&work.tracker, &show).unwrap(), expected);
    }

    #[test]
    fn comments_stay_on_their_line() {
        assert_eq!(one_line("a\nb\u{1b}"), "a␣b␣");
        assert_eq!(quoted("0123456789012345678901234"), "'012345678901234567890123…'");
    }
}
