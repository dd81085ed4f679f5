//! Paths of replacements: keys, positions, `[key=pattern]` and `*`, each of which may lead to several nodes.
//!
//! What stands in brackets is a regular expression that may match anywhere in what is printed of a field, quotes included.
//! A scalar on the way is read as YAML; what is found in there is found, but changing it changes nothing. What is missing
//! is made where that is asked for. Positions are made only behind the last item.

use std::cell::OnceCell;

use compact_str::CompactString;
use manifest::mutable::{Data, Entry, Graph, NodeIndex, Scalar};
use manifest::value::VALUE_DEPTH_MAX;
use regex::bytes::Regex;
use text::{NoOrigins, TextId};

use crate::fields::{self, Create, ReachField};
use crate::node_text;
use regexp::CompilePattern;

/// Why a path leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MatchPath {
    /// A node of another kind than the step needs, or a step that is none.
    #[error(transparent)]
    ReachField(#[from] ReachField),
    /// What stands in brackets is no regular expression.
    #[error(transparent)]
    CompilePattern(#[from] CompilePattern),
    /// A position past the end.
    #[error("index {index} specified but only {count} elements found")]
    LeaveList {
        /// The position.
        index: usize,
        /// How many items there are.
        count: usize,
    },
    /// A scalar on the way that is no YAML.
    #[error("the text on the way is no YAML")]
    ReadText,
    /// An item was made for brackets, which then did not match it.
    #[error("an item made for '{step}' does not match it")]
    MatchMade {
        /// The step.
        step: String,
    },
    /// More steps than [`VALUE_DEPTH_MAX`].
    #[error("more than {VALUE_DEPTH_MAX} steps")]
    GoTooDeep,
}

/// A path, its patterns compiled when they are first needed.
#[derive(Debug)]
pub(super) struct FieldPath {
    steps: Vec<Step>,
}

#[derive(Debug)]
struct Step {
    text: CompactString,
    kind: StepKind,
}

#[derive(Debug)]
enum StepKind {
    Key,
    Index(usize),
    Every,
    Item { field: CompactString, pattern: CompactString, compiled: OnceCell<Result<Regex, CompilePattern>> },
    Broken(ReachField),
}

/// What is made where a path ends at nothing, and who makes it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Making<O> {
    pub(super) create: Create,
    pub(super) origin: O,
}

impl FieldPath {
    /// Splits a path at its dots. Those in brackets part nothing.
    pub(super) fn new(path: &str) -> Result<Self, MatchPath> {
        let steps: Vec<_> = split(path).into_iter().map(Step::new).collect();
        if steps.len() > VALUE_DEPTH_MAX { Err(MatchPath::GoTooDeep) } else { Ok(Self { steps }) }
    }

    /// How many steps there are.
    pub(super) fn len(&self) -> usize {
        self.steps.len()
    }

    /// The step at a position as it is written, without spaces around it.
    pub(super) fn step(&self, position: usize) -> &str {
        self.steps.get(position).map_or("", |step| step.text.trim())
    }

    /// The nodes that the steps from `position` on lead to.
    pub(super) fn find<O: Copy>(
        &self,
        graph: &mut Graph<O>,
        (node, position): (NodeIndex, usize),
        making: Option<Making<O>>,
    ) -> Result<Vec<NodeIndex>, MatchPath> {
        let Some(step) = self.steps.get(position) else { return Ok(vec![node]) };
        match &step.kind {
            StepKind::Key => self.find_key(graph, (node, position), making),
            StepKind::Index(index) => {
                let mut items = items(graph, node, &step.text)?;
                if let Some(making) = making.filter(|_| *index == items.len()) {
                    let item = graph.add(self.made_before(position + 1, making.create), making.origin);
                    graph.push_item(node, item);
                    items.push(item);
                }
                let missing = MatchPath::LeaveList { index: *index, count: items.len() };
                self.find(graph, (*items.get(*index).ok_or(missing)?, position + 1), making)
            }
            StepKind::Every => {
                let mut found = Vec::new();
                for item in items(graph, node, &step.text)? {
                    found.extend(self.find(graph, (item, position + 1), making)?);
                }
                Ok(found)
            }
            StepKind::Item { .. } => self.find_items(graph, (node, position), making),
            StepKind::Broken(broken) => Err(broken.clone().into()),
        }
    }

    fn find_key<O: Copy>(
        &self,
        graph: &mut Graph<O>,
        (node, position): (NodeIndex, usize),
        making: Option<Making<O>>,
    ) -> Result<Vec<NodeIndex>, MatchPath> {
        let key = &self.steps[position].text;
        let field = if graph.is_null(node) { None } else { get(graph, node, key)? };
        let field = match (field, making) {
            (Some(field), _) => field,
            (None, None) => return Ok(Vec::new()),
            (None, Some(making)) => {
                // A null takes nothing up: what is made for it is not seen again.
                let field = graph.add(self.made_before(position + 1, making.create), making.origin);
                graph.push_entry(node, Scalar::untagged(key.clone()), making.origin, field);
                field
            }
        };
        if graph.scalar(field).is_none() || position + 1 == self.steps.len() {
            return self.find(graph, (field, position + 1), making);
        }
        let root = read_scalar(graph, field)?;
        self.find(graph, (root, position + 1), making)
    }

    fn find_items<O: Copy>(
        &self,
        graph: &mut Graph<O>,
        (node, position): (NodeIndex, usize),
        making: Option<Making<O>>,
    ) -> Result<Vec<NodeIndex>, MatchPath> {
        let found = self.matching_items(graph, (node, position), making)?;
        let Some(making) = making.filter(|_| found.is_empty()) else { return Ok(found) };
        let Step { text, kind: StepKind::Item { field, pattern, .. } } = &self.steps[position] else {
            return Ok(found);
        };
        let value = graph.add(Data::Scalar(Scalar::untagged(pattern.clone())), making.origin);
        let item = if field.is_empty() {
            value
        } else {
            let item = graph.add(Data::Mapping(Vec::new()), making.origin);
            graph.push_entry(item, Scalar::untagged(field.clone()), making.origin, value);
            item
        };
        graph.push_item(node, item);
        let found = self.matching_items(graph, (node, position), Some(making))?;
        if found.is_empty() { Err(MatchPath::MatchMade { step: text.to_string() }) } else { Ok(found) }
    }

    fn matching_items<O: Copy>(
        &self,
        graph: &mut Graph<O>,
        (node, position): (NodeIndex, usize),
        making: Option<Making<O>>,
    ) -> Result<Vec<NodeIndex>, MatchPath> {
        let Step { text, kind: StepKind::Item { field, pattern, compiled } } = &self.steps[position] else {
            return Ok(Vec::new());
        };
        let mut found = Vec::new();
        for item in items(graph, node, text)? {
            let compiled =
                compiled.get_or_init(|| regexp::compile(pattern)).as_ref().map_err(Clone::clone)?;
            let matches = |graph: &Graph<O>, node| {
                node_text::text_of(graph, node).is_some_and(|text| compiled.is_match(text.as_bytes()))
            };
            if field.is_empty() {
                // The rest of the path is not looked at.
                found.extend(matches(graph, item).then_some(item));
            } else if let Some(value) = graph.get(item, field)
                && matches(graph, value)
            {
                found.extend(self.find(graph, (item, position + 1), making)?);
            }
        }
        Ok(found)
    }

    /// What is made in front of a step.
    fn made_before<O>(&self, position: usize, create: Create) -> Data<O> {
        let create = match self.steps.get(position).map(|step| &step.kind) {
            Some(StepKind::Key) if self.steps[position].text.is_empty() => create,
            Some(StepKind::Key | StepKind::Every) => Create::Mapping,
            Some(StepKind::Index(_) | StepKind::Item { .. } | StepKind::Broken(_)) => Create::Sequence,
            None => create,
        };
        match create {
            Create::Scalar => Data::Scalar(Scalar::untagged("")),
            Create::Mapping => Data::Mapping(Vec::new()),
            Create::Sequence => Data::Sequence(Vec::new()),
        }
    }
}

impl Step {
    fn new(text: CompactString) -> Self {
        let kind = if let Some(index) = text.parse::<i64>().ok().and_then(|index| usize::try_from(index).ok())
        {
            StepKind::Index(index)
        } else if let Some(inner) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            match inner.split_once('=') {
                Some((field, pattern)) => {
                    StepKind::Item { field: field.into(), pattern: pattern.into(), compiled: OnceCell::new() }
                }
                None => StepKind::Broken(ReachField::SplitStep { step: text.to_string() }),
            }
        } else if text == "*" {
            StepKind::Every
        } else {
            StepKind::Key
        };
        Self { text, kind }
    }
}

fn get<O: Copy>(graph: &Graph<O>, node: NodeIndex, key: &str) -> Result<Option<NodeIndex>, ReachField> {
    // The empty key asks for the scalar itself.
    let expected = if key.is_empty() { "ScalarNode" } else { "MappingNode" };
    let found = fields::kind_of(graph, node);
    if found != expected {
        return Err(ReachField::MeetKind { expected, found, step: key.to_owned() });
    }
    if key.is_empty() {
        return Ok(graph.text(node).is_empty().then_some(node));
    }
    Ok(graph.get(node, key))
}

/// The items of a sequence; none of a null.
fn items<O: Copy>(graph: &Graph<O>, node: NodeIndex, step: &str) -> Result<Vec<NodeIndex>, ReachField> {
    if !graph.is_sequence(node) && !graph.is_null(node) {
        let found = fields::kind_of(graph, node);
        return Err(ReachField::MeetKind { expected: "SequenceNode", found, step: step.to_owned() });
    }
    Ok(graph.items(node).to_vec())
}

/// Reads the text of a scalar as YAML, into nodes that nothing holds.
fn read_scalar<O: Copy>(graph: &mut Graph<O>, scalar: NodeIndex) -> Result<NodeIndex, MatchPath> {
    let text = graph.text(scalar);
    let document = manifest::parse_first(TextId(0), text.as_bytes(), 0..text.len());
    let document = document.map_err(|_| MatchPath::ReadText)?;
    let Some(root) = document.root() else {
        return Err(
            ReachField::MeetKind { expected: "MappingNode", found: "nothing", step: String::new() }.into()
        );
    };
    let read = Graph::take::<NoOrigins>(&document, root).map_err(|_| MatchPath::ReadText)?;
    let origin = graph.origin(scalar);
    Ok(adopt(graph, (&read, read.root()), &|_| origin))
}

/// Copies a node and all below it from a graph of other origins.
pub(super) fn adopt<O: Copy, P: Copy>(
    graph: &mut Graph<O>,
    (from, node): (&Graph<P>, NodeIndex),
    origin: &impl Fn(P) -> O,
) -> NodeIndex {
    let data = match &from.node(node).data {
        Data::Scalar(scalar) => Data::Scalar(scalar.clone()),
        Data::Sequence(items) => {
            Data::Sequence(items.iter().map(|item| adopt(graph, (from, *item), origin)).collect())
        }
        Data::Mapping(entries) => {
            let entry = |entry: &Entry<P>| Entry {
                key: entry.key.clone(),
                key_origin: origin(entry.key_origin),
                value: adopt(graph, (from, entry.value), origin),
            };
            Data::Mapping(entries.iter().map(entry).collect())
        }
    };
    let copy = graph.add(data, origin(from.origin(node)));
    graph.node_mut(copy).is_flow = from.node(node).is_flow;
    copy
}

/// Splits a path at its dots, except those behind a backslash and those in brackets. Brackets around a key are no part of
/// it.
pub(super) fn split(path: &str) -> Vec<CompactString> {
    let mut parts = fields::split_path(path, '.').into_iter();
    let mut steps = Vec::new();
    while let Some(part) = parts.next() {
        if !part.starts_with('[') || part.ends_with(']') {
            steps.push(part);
            continue;
        }
        let mut step = part;
        for part in parts.by_ref() {
            step.push('.');
            step.push_str(&part);
            if part.ends_with(']') {
                break;
            }
        }
        if step.contains('=') {
            steps.push(step);
        } else {
            steps.push(step.trim_matches(['[', ']']).into());
        }
    }
    steps
}

#[cfg(test)]
mod tests;
