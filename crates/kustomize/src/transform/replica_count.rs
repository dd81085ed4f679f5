//! `replicas`: how many of an object of a name there are.

use compact_str::{CompactString, ToCompactString};
use manifest::mutable::{Scalar, Tag};
use text::Track;

use crate::configuration::FieldSpecs;
use crate::field_spec::{Made, SpecTable};
use crate::fields::{self, Create};
use crate::kustomization::Replica;
use crate::res_map::ResMap;
use crate::{Failure, Work};

/// Why a count goes nowhere.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CountReplicas {
    /// No object of that name and one of the kinds.
    #[error("resource with name {name} does not match a config with the following GVK [{kinds}]")]
    FindNone {
        /// The name.
        name: CompactString,
        /// The kinds that would do.
        kinds: String,
    },
}

/// Sets the number of replicas.
#[derive(Debug, Clone)]
pub(crate) struct ReplicaCountTransformer<O> {
    /// Of which objects, and how many.
    pub(crate) replica: Replica<O>,
    /// Where the number stands.
    pub(crate) specs: FieldSpecs,
}

impl<O: Copy> ReplicaCountTransformer<O> {
    /// Applies it to all objects.
    pub(crate) fn transform<T: Track<Origin = O>>(
        &self,
        work: &mut Work<T>,
        map: &mut ResMap<O>,
    ) -> Result<(), Failure> {
        let Replica { name, count, origin } = &self.replica;
        let made = Made { create: Create::Scalar, tag: Tag::Int, origin: *origin };
        let count = Scalar { tag: Tag::Int, ..Scalar::untagged(count.to_compact_string()) };
        let mut is_found = false;
        for (position, spec) in self.specs.iter().enumerate() {
            let mut table = SpecTable::new(&self.specs[position..=position]);
            for slot in map.with_any_name(&work.schema, &[name]) {
                let Some(resource) = map.get(slot) else { continue };
                let mut ids = resource.previous_ids();
                ids.push(resource.current_id(&work.schema));
                if !ids.iter().any(|id| id.name == *name && id.gvk.is_selected_by(&spec.gvk)) {
                    continue;
                }
                is_found = true;
                let Some(resource) = map.get_mut(slot) else { continue };
                table.visit(resource, Some(&made), &mut |graph, node| {
                    let origin = work.tracker.patched(*origin, Some(graph.origin(node)));
                    Ok(fields::set_scalar(graph, node, (count.clone(), origin))?)
                })?;
            }
        }
        if is_found {
            return Ok(());
        }
        let kinds: Vec<String> = self.specs.iter().map(|spec: &_| spec.gvk.to_string()).collect();
        Err(CountReplicas::FindNone { name: name.clone(), kinds: kinds.join(" ") }.into())
    }
}

#[cfg(test)]
mod tests {
    use text::Origin;

    use super::*;
    use crate::configuration::Configuration;
    use crate::testing::applied;

    fn replicas(name: &str) -> ReplicaCountTransformer<Origin> {
        let replica = Replica { name: name.into(), count: 3, origin: crate::testing::text("3").origin };
        ReplicaCountTransformer { replica, specs: Configuration::builtin().replicas }
    }

    const DEPLOYMENT: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: d\n";

    #[test]
    fn a_count_is_set_or_made() {
        for spec in ["", "spec:\n  replicas: 1\n", "spec:\n  replicas: null\n", "spec: null\n"] {
            let found =
                applied(&format!("{DEPLOYMENT}{spec}"), |work, map| replicas("d").transform(work, map));
            assert_eq!(found, Ok(format!("{DEPLOYMENT}spec:\n  replicas: 3\n")), "{spec}");
        }
    }

    #[test]
    fn a_count_that_nothing_takes_is_told() {
        let failed = applied(DEPLOYMENT, |work, map| replicas("e").transform(work, map)).unwrap_err();
        assert_eq!(
            failed,
            "resource with name e does not match a config with the following GVK [Deployment.[noVer].[noGrp] \
             StatefulSet.[noVer].[noGrp] ReplicaSet.[noVer].[noGrp] ReplicationController.[noVer].[noGrp]]"
        );
    }
}
