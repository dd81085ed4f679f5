//! The hash of its content behind the name of what was generated.
//!
//! How an object is hashed is the generators' own; this puts it to the name, and says where it came from.

use compact_str::CompactString;
use manifest::mutable::Scalar;
use text::Track;

use crate::fields::{self, Create, ReachField};
use crate::res_map::ResMap;
use crate::resource::{Resource, annotation};
use crate::{Failure, Work};

/// The rule that makes the suffix, as origins name it.
const RULE: &str = "hash";

/// Appends hashes to the names of the objects that want one.
pub(crate) fn append_hashes<T: Track>(
    work: &mut Work<T>,
    map: &mut ResMap<T::Origin>,
    hash: impl Fn(&Resource<T::Origin>) -> Result<String, Failure>,
) -> Result<(), Failure> {
    for slot in map.slots() {
        let needs_hash = |resource: &Resource<_>| resource.is_enabled(annotation::NEEDS_HASH_SUFFIX);
        if !map.get(slot).is_some_and(needs_hash) {
            continue;
        }
        let Some(resource) = map.get_mut(slot) else { continue };
        let hash = hash(resource)?;
        resource.store_previous_id(&work.schema);
        append(work, resource, &hash)?;
    }
    Ok(())
}

fn append<T: Track>(
    work: &mut Work<T>,
    resource: &mut Resource<T::Origin>,
    hash: &str,
) -> Result<(), ReachField> {
    let (declared, name) = (resource.origin, CompactString::from(resource.name()));
    let written = resource.name_node().map_or(declared, |node| resource.graph().origin(node));
    let suffix = work.tracker.made(RULE, declared, &[declared]);
    let origin = work.tracker.composed(&[(name.len(), written), (1 + hash.len(), suffix)]);
    let mut text = name;
    text.push('-');
    text.push_str(hash);
    let graph = resource.graph_mut();
    let root = graph.root();
    if let Some(metadata) = fields::lookup_create(graph, root, &["metadata"], (Create::Mapping, declared))? {
        fields::set_field(graph, metadata, "name", (Scalar::untagged(text), origin))?;
    }
    Ok(())
}
