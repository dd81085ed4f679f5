//! Reaching and setting fields, with the rules of kyaml: what a step of a path may be, what is made on the way, which
//! style a value keeps.
//!
//! A path is a list of steps: a key, `[key=value]` or `[=value]` for an item of a sequence, a number, or `-` for the last
//! item. Setting a field that is there changes the node that is there, so everybody who holds it sees the change.

use compact_str::CompactString;
use manifest::ScalarStyle;
use manifest::mutable::{Data, Graph, NodeIndex, Scalar, Tag};
use manifest::resolve::{Dialect, is_plain_string};

/// Why a field cannot be reached or set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReachField {
    /// A node of another kind than the step needs.
    #[error("wrong node kind: expected {expected} but got {found} at '{step}'")]
    MeetKind {
        /// What the step needs.
        expected: &'static str,
        /// What is there.
        found: &'static str,
        /// The step.
        step: String,
    },
    /// A step in brackets without `=`.
    #[error("list path element must contain fieldName=fieldValue for element to match: '{step}'")]
    SplitStep {
        /// The step.
        step: String,
    },
    /// A negative position.
    #[error("array index {index} cannot be negative")]
    CountBackwards {
        /// The position.
        index: i64,
    },
    /// `*`, where only one node may be meant.
    #[error("wildcard is not supported here")]
    UseWildcard,
    /// The last item of an empty sequence.
    #[error("the list is empty")]
    TakeLastOfNone,
}

/// What is made where a path ends at nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Create {
    /// A scalar.
    Scalar,
    /// A mapping.
    Mapping,
    /// A sequence.
    Sequence,
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PathStep<'p> {
    Key(&'p str),
    /// The item of a sequence whose field has a value; an empty field stands for the item itself.
    Item {
        field: &'p str,
        value: &'p str,
    },
    Index(usize),
    Last,
}

impl<'p> PathStep<'p> {
    /// Reads a step.
    pub(crate) fn parse(step: &'p str) -> Result<Self, ReachField> {
        if let Ok(index) = step.parse::<i64>() {
            return usize::try_from(index).map(Self::Index).map_err(|_| ReachField::CountBackwards { index });
        }
        match step {
            "-" => Ok(Self::Last),
            "*" => Err(ReachField::UseWildcard),
            _ => match step.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')) {
                Some(inner) => inner
                    .split_once('=')
                    .map(|(field, value)| Self::Item { field, value })
                    .ok_or_else(|| ReachField::SplitStep { step: step.to_owned() }),
                None => Ok(Self::Key(step)),
            },
        }
    }
}

/// The node at the end of a path; none where the path leads to nothing.
pub(crate) fn lookup<O: Copy>(
    graph: &Graph<O>,
    node: NodeIndex,
    path: &[&str],
) -> Result<Option<NodeIndex>, ReachField> {
    let mut node = node;
    for step in path {
        match step_into(graph, node, step)? {
            Some(next) => node = next,
            None => return Ok(None),
        }
    }
    Ok(Some(node))
}

/// The node at the end of a path, made with all on the way where it is missing. Positions are never made.
pub(crate) fn lookup_create<O: Copy>(
    graph: &mut Graph<O>,
    node: NodeIndex,
    path: &[&str],
    (create, origin): (Create, O),
) -> Result<Option<NodeIndex>, ReachField> {
    let mut node = node;
    for (position, step) in path.iter().enumerate() {
        if let Some(next) = step_into(graph, node, step)? {
            node = next;
            continue;
        }
        let made = match PathStep::parse(step)? {
            PathStep::Index(_) | PathStep::Last => return Ok(None),
            PathStep::Key(_) if graph.is_null(node) => return Ok(None),
            PathStep::Key(key) => {
                let data = made_for(path.get(position + 1), create);
                let value = graph.add(data, origin);
                graph.push_entry(node, Scalar::untagged(key), origin, value);
                value
            }
            PathStep::Item { field: "", value } => {
                let item = graph.add(Data::Scalar(Scalar::untagged(value)), origin);
                graph.push_item(node, item);
                item
            }
            PathStep::Item { field, value } => {
                let item = graph.add(Data::Mapping(Vec::new()), origin);
                let value = graph.add(Data::Scalar(Scalar::untagged(value)), origin);
                graph.push_entry(item, Scalar::untagged(field), origin, value);
                graph.push_item(node, item);
                item
            }
        };
        node = made;
    }
    Ok(Some(node))
}

/// What a key's value has to be for the next step; `create` at the end of the path.
fn made_for<O>(next: Option<&&str>, create: Create) -> Data<O> {
    let create = match next.map(|step| PathStep::parse(step)) {
        None => create,
        Some(Ok(PathStep::Item { .. } | PathStep::Index(_))) => Create::Sequence,
        Some(_) => Create::Mapping,
    };
    match create {
        Create::Scalar => Data::Scalar(Scalar::untagged("")),
        Create::Mapping => Data::Mapping(Vec::new()),
        Create::Sequence => Data::Sequence(Vec::new()),
    }
}

fn step_into<O: Copy>(
    graph: &Graph<O>,
    node: NodeIndex,
    step: &str,
) -> Result<Option<NodeIndex>, ReachField> {
    let parsed = PathStep::parse(step)?;
    if graph.is_null(node) {
        return Ok(None);
    }
    let expect = |is_met: bool, expected: &'static str| {
        let found = kind_of(graph, node);
        if is_met { Ok(()) } else { Err(ReachField::MeetKind { expected, found, step: step.to_owned() }) }
    };
    if let PathStep::Key(key) = parsed {
        expect(graph.is_mapping(node), "MappingNode")?;
        return Ok(graph.get(node, key));
    }
    expect(graph.is_sequence(node), "SequenceNode")?;
    let items = graph.items(node);
    match parsed {
        PathStep::Index(index) => Ok(items.get(index).copied()),
        PathStep::Last => items.last().copied().map(Some).ok_or(ReachField::TakeLastOfNone),
        PathStep::Item { field: "", value } => {
            Ok(items.iter().copied().find(|item| graph.text(*item) == value))
        }
        PathStep::Item { field, value } => {
            let is_meant =
                |item: &NodeIndex| graph.get(*item, field).is_some_and(|own| graph.text(own) == value);
            Ok(items.iter().copied().find(is_meant))
        }
        PathStep::Key(_) => Ok(None),
    }
}

/// The name that kyaml has for what a node is.
pub(crate) fn kind_of<O: Copy>(graph: &Graph<O>, node: NodeIndex) -> &'static str {
    match graph.node(node).data {
        Data::Scalar(_) => "ScalarNode",
        Data::Mapping(_) => "MappingNode",
        Data::Sequence(_) => "SequenceNode",
    }
}

/// Puts a scalar in place of the one at `node`, whose style stays. A null puts nothing.
pub(crate) fn set_scalar<O: Copy>(
    graph: &mut Graph<O>,
    node: NodeIndex,
    (scalar, origin): (Scalar, O),
) -> Result<(), ReachField> {
    if scalar.is_null() {
        return Ok(());
    }
    let Some(there) = graph.scalar(node) else {
        let found = kind_of(graph, node);
        return Err(ReachField::MeetKind { expected: "ScalarNode", found, step: String::new() });
    };
    let style = there.style;
    let place = graph.node_mut(node);
    place.data = Data::Scalar(Scalar { style, ..scalar });
    place.origin = origin;
    Ok(())
}

/// Sets a field of a mapping to a scalar: an entry that is there keeps its style, a new one is added behind the others.
/// Texts that YAML 1.1 reads as something else get quotes.
pub(crate) fn set_field<O: Copy>(
    graph: &mut Graph<O>,
    mapping: NodeIndex,
    key: &str,
    (scalar, origin): (Scalar, O),
) -> Result<NodeIndex, ReachField> {
    if !graph.is_mapping(mapping) && !graph.is_null(mapping) {
        let found = kind_of(graph, mapping);
        return Err(ReachField::MeetKind { expected: "MappingNode", found, step: key.to_owned() });
    }
    let scalar = quoted_where_ambiguous(scalar);
    match graph.get(mapping, key) {
        Some(there) => {
            let style = graph.scalar(there).map_or(ScalarStyle::Plain, |there| there.style);
            let place = graph.node_mut(there);
            place.data = Data::Scalar(Scalar { style, ..scalar });
            place.origin = origin;
            Ok(there)
        }
        None => {
            let value = graph.add(Data::Scalar(scalar), origin);
            graph.push_entry(mapping, Scalar::untagged(key), origin, value);
            Ok(value)
        }
    }
}

/// A plain string that a reader of YAML 1.1 would take for another type gets double quotes.
pub(crate) fn quoted_where_ambiguous(scalar: Scalar) -> Scalar {
    let is_string = matches!(scalar.tag, Tag::Str | Tag::Unset);
    if is_string && scalar.style == ScalarStyle::Plain && is_ambiguous(&scalar.text) {
        return Scalar { style: ScalarStyle::DoubleQuoted, ..scalar };
    }
    scalar
}

/// Whether a text in no quotes is something else than a string to a reader of YAML 1.1.
pub(crate) fn is_ambiguous(text: &str) -> bool {
    !text.is_empty() && !text.contains('\n') && !is_plain_string(Dialect::GoYaml2, text)
}

/// Splits a path at its delimiters; one behind a backslash is part of a step.
pub(crate) fn split_path(path: &str, delimiter: char) -> Vec<CompactString> {
    let mut parts = path.split(delimiter);
    let mut steps: Vec<CompactString> = Vec::new();
    let first = parts.next().unwrap_or_default();
    if !first.is_empty() || !path.contains(delimiter) {
        steps.push(first.into());
    }
    for part in parts {
        match steps.last_mut() {
            Some(last) if last.ends_with('\\') => {
                last.pop();
                last.push(delimiter);
                last.push_str(part);
            }
            _ => steps.push(part.into()),
        }
    }
    steps
}

/// Splits a path as [`split_path`] does, but for what stands in brackets: `[key=a.b]` stays one step, and `[a.b]` is the
/// step `a.b`.
pub(crate) fn split_path_with_brackets(path: &str, delimiter: char) -> Vec<CompactString> {
    let mut steps = Vec::new();
    let mut parts = split_path(path, delimiter).into_iter();
    while let Some(mut step) = parts.next() {
        if step.starts_with('[') && !step.ends_with(']') {
            for part in parts.by_ref() {
                step.push(delimiter);
                step.push_str(&part);
                if part.ends_with(']') {
                    break;
                }
            }
            if !step.contains('=') {
                step = step.trim_matches(['[', ']']).into();
            }
        }
        steps.push(step);
    }
    steps
}
