//! From the text of a patch to its operations.

use manifest::mutable::{Data, Graph, NodeIndex, Scalar, Tag, TakeJson};
use manifest::{ParseDocument, Syntax};
use text::{TextId, Track};

use super::compare::TestValue;
use super::{JsonPatch, Operation, Pointer, Verb};

/// Why a text is no JSON patch.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseJsonPatch {
    /// An empty text.
    #[error("empty json patch operations")]
    HoldNothing,
    /// Neither JSON nor YAML.
    #[error("cannot read JSON patch")]
    Parse(#[source] ParseDocument),
    /// YAML that JSON cannot hold.
    #[error("cannot turn JSON patch from YAML into JSON")]
    TakeJson(#[from] TakeJson),
    /// Something else than a list of operations.
    #[error("a JSON patch is a list of operations, each a map")]
    ListNoOperations,
}

impl<O: Copy> JsonPatch<O> {
    /// Reads a patch. One that begins with `[` has to be JSON; any other is YAML, of which the first document counts.
    /// None for a document without content.
    pub(crate) fn parse<T: Track<Origin = O>>(
        text: TextId,
        bytes: &[u8],
    ) -> Result<Option<Self>, ParseJsonPatch> {
        let document = match bytes.first() {
            None => return Err(ParseJsonPatch::HoldNothing),
            Some(b'[') => manifest::scan::json::parse(text, bytes, 0..bytes.len()),
            Some(_) => manifest::parse_first(text, bytes, 0..bytes.len()),
        };
        let document = document.map_err(ParseJsonPatch::Parse)?;
        let Some(root) = document.root() else { return Ok(None) };
        let graph = Graph::take_as_json::<T>(&document, root)?;
        if graph.is_null(graph.root()) {
            return Ok(None);
        }
        if !graph.is_sequence(graph.root()) {
            return Err(ParseJsonPatch::ListNoOperations);
        }
        // JSON is compared by its letters. It has no aliases, so its items stand at the same positions.
        let written = if document.syntax() == Syntax::Json { document.items(root) } else { &[] };
        let operations = graph.items(graph.root()).iter().enumerate().map(|(position, node)| {
            let written = written.get(position).and_then(|written| document.get(*written, "value"));
            operation(&graph, *node, written.map(|written| TestValue::of_json(&document, written)))
        });
        Ok(Some(Self { operations: operations.collect::<Result<_, _>>()? }))
    }
}

/// `written` is the value to compare with, if it is one as it is written.
fn operation<O: Copy>(
    graph: &Graph<O>,
    node: NodeIndex,
    written: Option<TestValue>,
) -> Result<Operation<O>, ParseJsonPatch> {
    if !graph.is_mapping(node) && !graph.is_null(node) {
        return Err(ParseJsonPatch::ListNoOperations);
    }
    let text = |key: &str| {
        let field = graph.get(node, key)?;
        let scalar = graph.scalar(field).filter(|scalar| scalar.tag == Tag::Str)?;
        Some(Pointer { text: scalar.text.clone(), origin: graph.origin(field) })
    };
    let value = graph.get(node, "value");
    let op = text("op");
    let verb = match op.as_ref().map_or("unknown", |op| op.text.as_str()) {
        "add" => Verb::Add,
        "remove" => Verb::Remove,
        "replace" => Verb::Replace,
        "move" => Verb::Move,
        "copy" => Verb::Copy,
        "test" => {
            let printed = || Some(TestValue::of_value(&graph.value_of(value?).ok()?));
            Verb::Test(written.or_else(printed))
        }
        other => Verb::Other(other.into()),
    };
    let value = value.map(|value| printed_by_goyaml(graph.below(value)));
    Ok(Operation { verb, path: text("path"), from: text("from"), value, origin: graph.origin(node) })
}

/// Scalars of JSON as they are once goyaml v3 has printed them and read them again.
fn printed_by_goyaml<O: Copy>(mut graph: Graph<O>) -> Graph<O> {
    for node in graph.node_indices() {
        if graph.scalar(node).is_none() {
            continue;
        }
        let scalar = graph.value_of(node).ok().and_then(|value| Scalar::from_json(&value));
        if let Some(scalar) = scalar {
            graph.node_mut(node).data = Data::Scalar(scalar);
        }
    }
    graph
}
