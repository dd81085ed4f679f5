//! EndpointSlice v1beta1 → v1: the topology map of each endpoint becomes fields.

use manifest::NodeId;
use manifest::edit::Fresh;

use super::Refusal;
use super::draft::{Draft, Field};

const HOSTNAME: &str = "kubernetes.io/hostname";
const ZONE: &str = "topology.kubernetes.io/zone";

pub(super) fn to_v1(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let root = draft.root();
    for endpoint in draft.mappings(root, "endpoints")? {
        let Some(topology) = draft.entry(endpoint, "topology")? else { continue };
        if draft.is_null(topology.value) {
            draft.remove(topology);
        } else {
            split(draft, endpoint, topology)?;
        }
    }
    Ok(())
}

fn split(draft: &mut Draft<'_>, endpoint: NodeId, topology: Field) -> Result<(), Refusal> {
    let map = draft.mapping(topology.value)?;
    let hostname = draft.entry(map, HOSTNAME)?;
    let zone = draft.entry(map, ZONE)?;
    let node_name = draft.field(endpoint, "nodeName")?;
    let mut fields = Vec::new();
    if let (Some(hostname), None) = (hostname, node_name) {
        fields.push(("nodeName", hostname.moved()));
    }
    if let Some(zone) = zone {
        fields.push(("zone", zone.moved()));
    }
    let rest = rest_of(draft, map, &[hostname, zone]);
    if !rest.is_empty() {
        draft.note(topology.key, "what is neither host name nor zone stays readable as 'deprecatedTopology'; the server ignores it in what is created with v1");
        fields.push(("deprecatedTopology", Fresh::Mapping(rest)));
    }
    replace(draft, endpoint, topology, fields)
}

fn rest_of(draft: &Draft<'_>, map: NodeId, taken: &[Option<Field>]) -> Vec<(String, Fresh)> {
    let document = draft.document();
    let is_taken = |key: NodeId| taken.iter().flatten().any(|field| field.key == key);
    let rest = document.entries(map).iter().filter(|entry| !is_taken(entry.key));
    rest.filter_map(|entry| Some((document.text(entry.key)?.to_owned(), Fresh::Moved(entry.value)))).collect()
}

/// The first field takes the place of the map, the others follow at the end.
fn replace(
    draft: &mut Draft<'_>,
    endpoint: NodeId,
    topology: Field,
    fields: Vec<(&str, Fresh)>,
) -> Result<(), Refusal> {
    let mut fields = fields.into_iter();
    let Some((key, value)) = fields.next() else {
        draft.remove(topology);
        return Ok(());
    };
    draft.gather(&[topology], key, value)?;
    for (key, value) in fields {
        draft.add(endpoint, manifest::edit::Place::Last, key, value)?;
    }
    Ok(())
}
