//! An object as it is once it has gone through JSON and back.

use manifest::mutable::{Data, Entry, Graph, NodeIndex, Scalar};
use manifest::value::Value;

use super::ApplyJsonPatch;

/// A copy in which nothing is shared and every scalar is what it means, each with the origin it had.
pub(super) fn rebuilt<O: Copy>(graph: &Graph<O>) -> Result<Graph<O>, ApplyJsonPatch> {
    // Reading the whole says whether the original could: keys twice, tags that contradict, keys that are no texts.
    let value = graph.value().map_err(ApplyJsonPatch::ReadObject)?;
    let root = graph.root();
    let mut copy = Graph::new(Data::Scalar(Scalar::null()), graph.origin(root));
    let node = node(&mut copy, graph, (root, &value))?;
    copy.set_root(node);
    Ok(copy)
}

fn node<O: Copy>(
    copy: &mut Graph<O>,
    graph: &Graph<O>,
    (from, value): (NodeIndex, &Value),
) -> Result<NodeIndex, ApplyJsonPatch> {
    let data = match (&graph.node(from).data, value) {
        (Data::Sequence(items), Value::Sequence(values)) => Data::Sequence(
            items
                .iter()
                .zip(values)
                .map(|(item, value)| node(copy, graph, (*item, value)))
                .collect::<Result<_, _>>()?,
        ),
        (Data::Mapping(entries), Value::Mapping(values)) => Data::Mapping(
            entries
                .iter()
                .zip(values)
                .map(|(entry, (_, value))| {
                    let value = node(copy, graph, (entry.value, value))?;
                    Ok(Entry {
                        key: Scalar::string(entry.key.text.clone()),
                        key_origin: entry.key_origin,
                        value,
                    })
                })
                .collect::<Result<_, ApplyJsonPatch>>()?,
        ),
        (_, scalar) => Data::Scalar(Scalar::from_json(scalar).ok_or(ApplyJsonPatch::HoldNumber)?),
    };
    Ok(copy.add(data, graph.origin(from)))
}
