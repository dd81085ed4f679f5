//! The objects that others may name, in one index: by the names that they had, and where they are and were.
//!
//! What the original finds by going through all objects for each reference is looked up here: first by name and
//! namespace, then among those of the right kind by the prefixes and suffixes that both sides got. Candidates are told
//! from each other by what they are when the index is made.

use std::rc::Rc;

use compact_str::CompactString;

use super::affixes::{Affixes, EndingIndex};
use crate::identity::{DEFAULT_NAMESPACE, Gvk, NO_NAMESPACE};
use crate::lookup::Lookup;
use crate::res_map::{ResMap, Slot};
use crate::resource::{Resource, annotation};
use crate::schema::Schema;

/// An object that had another name before.
#[derive(Debug)]
struct Candidate {
    slot: Slot,
    /// Group and version as they are, and the kinds that it had.
    group: CompactString,
    version: CompactString,
    previous_kinds: Vec<CompactString>,
    is_account: bool,
    /// The namespace that it is in, and what is written.
    namespace: CompactString,
    written_namespace: CompactString,
    affixes: Affixes,
}

/// Which candidates of a name: by where they are or were.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Place {
    Anywhere,
    /// In this namespace now.
    In(CompactString),
    /// With this written as namespace now.
    Written(CompactString),
    /// In this namespace when they were read.
    Originally(CompactString),
}

/// Which of those again.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Within {
    All,
    /// In this namespace now.
    In(CompactString),
    /// Service accounts with this written as namespace now.
    Account(CompactString),
}

/// What makes an object one that a reference may mean.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Wanted {
    /// The name as the reference has it.
    pub(super) name: CompactString,
    /// The kind that the reference's field is for.
    pub(super) target: Gvk,
    /// Group and kind that stand beside the reference.
    pub(super) role: Option<(CompactString, CompactString)>,
}

/// What a reference asks for: which objects, where they are or were, and the affixes that tell several apart.
pub(super) struct Sought<'r> {
    pub(super) wanted: Wanted,
    pub(super) places: Vec<(Place, Within)>,
    pub(super) affixes: &'r Affixes,
}

/// Candidates of one reference, in their order.
#[derive(Debug)]
struct Pool {
    members: Vec<u32>,
    endings: Option<EndingIndex>,
}

/// The index.
#[derive(Debug, Default)]
pub(super) struct Candidates {
    candidates: Vec<Candidate>,
    lists: Lookup<(Place, CompactString), Vec<u32>>,
    pools: Lookup<(Wanted, Place, Within), Rc<Pool>>,
}

/// Below this many candidates, going through them costs less than an index over their prefixes and suffixes.
const MEMBERS_TO_INDEX_MIN: usize = 9;

impl Candidates {
    pub(super) fn of<O: Copy>(map: &ResMap<O>, schema: &Schema) -> Self {
        let mut index = Self::default();
        for slot in map.slots() {
            if let Some(resource) = map.get(slot) {
                index.add(slot, resource, schema);
            }
        }
        index
    }

    fn add<O: Copy>(&mut self, slot: Slot, resource: &Resource<O>, schema: &Schema) {
        let mut names = resource.list(annotation::PREVIOUS_NAMES);
        if names.is_empty() {
            return;
        }
        names.sort_unstable();
        names.dedup();
        let id = resource.current_id(schema);
        let namespace = CompactString::from(id.effective_namespace());
        let original = original_namespace(resource, &namespace);
        let number = u32::try_from(self.candidates.len()).unwrap_or(u32::MAX);
        for name in names {
            let places = [
                Place::Anywhere,
                Place::In(namespace.clone()),
                Place::Written(id.namespace.clone()),
                Place::Originally(original.clone()),
            ];
            for place in places {
                self.lists.entry((place, name.into())).or_default().push(number);
            }
        }
        let mut previous_kinds: Vec<CompactString> =
            resource.list(annotation::PREVIOUS_KINDS).into_iter().map(Into::into).collect();
        previous_kinds.dedup();
        self.candidates.push(Candidate {
            slot,
            group: id.gvk.group,
            version: id.gvk.version,
            previous_kinds,
            is_account: id.gvk.kind == "ServiceAccount",
            namespace,
            written_namespace: id.namespace,
            affixes: Affixes::of(resource),
        });
    }

    /// The objects that a reference may mean, of those at some places: one, or all that cannot be told from each other.
    pub(super) fn select(&mut self, sought: &Sought<'_>) -> Vec<Slot> {
        let Sought { wanted, places, affixes: referrer } = sought;
        let pools: Vec<_> = places.iter().map(|(place, within)| self.pool(wanted, place, within)).collect();
        let mut all = pools.iter().flat_map(|pool| &pool.members);
        if let (Some(only), None) = (all.next(), all.next()) {
            return vec![self.candidates[*only as usize].slot];
        }
        let lax = self.matching(&pools, referrer, true, 2);
        let chosen = match lax.len() {
            0 | 1 => lax,
            _ => self.matching(&pools, referrer, false, usize::MAX),
        };
        let mut slots: Vec<_> = chosen.iter().map(|member| self.candidates[*member as usize].slot).collect();
        slots.sort_unstable();
        slots
    }

    /// Those whose prefixes and suffixes fit, but no more than so many.
    fn matching(
        &self,
        pools: &[Rc<Pool>],
        referrer: &Affixes,
        allow_empty: bool,
        count_max: usize,
    ) -> Vec<u32> {
        let mut found = Vec::new();
        for pool in pools {
            match &pool.endings {
                Some(endings) => endings.find(referrer, allow_empty, count_max, &mut found),
                None => {
                    found.extend(pool.members.iter().filter(|member| {
                        self.candidates[**member as usize].affixes.fit(referrer, allow_empty)
                    }))
                }
            }
            if found.len() >= count_max {
                break;
            }
        }
        found
    }

    fn pool(&mut self, wanted: &Wanted, place: &Place, within: &Within) -> Rc<Pool> {
        let key = (wanted.clone(), place.clone(), within.clone());
        if let Some(pool) = self.pools.get(&key) {
            return Rc::clone(pool);
        }
        let candidates = &self.candidates;
        let list = self.lists.get(&(place.clone(), wanted.name.clone()));
        let is_meant = |member: &u32| candidates[*member as usize].is_meant(wanted, within);
        let members: Vec<u32> = list.into_iter().flatten().copied().filter(is_meant).collect();
        let endings = (members.len() >= MEMBERS_TO_INDEX_MIN).then(|| {
            EndingIndex::of(members.iter().map(|member| (*member, &candidates[*member as usize].affixes)))
        });
        let pool = Rc::new(Pool { members, endings });
        self.pools.insert(key, Rc::clone(&pool));
        pool
    }
}

impl Candidate {
    fn is_meant(&self, wanted: &Wanted, within: &Within) -> bool {
        let is_within = match within {
            Within::All => true,
            Within::In(namespace) => self.namespace == *namespace,
            Within::Account(written) => self.is_account && self.written_namespace == *written,
        };
        let Gvk { group, version, kind } = &wanted.target;
        is_within
            && self.was_of(group, version, kind)
            && wanted.role.as_ref().is_none_or(|(group, kind)| self.was_of(group, "", kind))
    }

    fn was_of(&self, group: &str, version: &str, kind: &str) -> bool {
        (group.is_empty() || self.group == group)
            && (version.is_empty() || self.version == version)
            && (kind.is_empty() || self.previous_kinds.iter().any(|previous| previous == kind))
    }
}

/// The namespace that an object was in when it was read.
pub(super) fn original_namespace<O: Copy>(resource: &Resource<O>, now: &str) -> CompactString {
    if resource.annotation(annotation::PREVIOUS_NAMES).is_none() {
        return now.into();
    }
    match resource.list(annotation::PREVIOUS_NAMESPACES).first() {
        Some(&"") | None => DEFAULT_NAMESPACE.into(),
        Some(namespace) => (*namespace).into(),
    }
}

/// Where the objects of a build are and were: whether there is one at all decides how a namespace beside a name is
/// read.
#[derive(Debug)]
pub(super) struct Namespaces {
    originally: Lookup<CompactString, ()>,
    originally_and_now: Lookup<(CompactString, CompactString), ()>,
    originally_and_written: Lookup<(CompactString, CompactString), ()>,
}

impl Namespaces {
    pub(super) fn of<O: Copy>(map: &ResMap<O>, schema: &Schema) -> Self {
        let mut namespaces = Self {
            originally: Lookup::default(),
            originally_and_now: Lookup::default(),
            originally_and_written: Lookup::default(),
        };
        for resource in map.resources() {
            let id = resource.current_id(schema);
            let now = CompactString::from(id.effective_namespace());
            let original = original_namespace(resource, &now);
            if original == NO_NAMESPACE {
                continue;
            }
            namespaces.originally.insert(original.clone(), ());
            namespaces.originally_and_now.insert((original.clone(), now), ());
            if !id.is_cluster_scoped {
                namespaces.originally_and_written.insert((original, id.namespace), ());
            }
        }
        namespaces
    }

    /// Whether an object was in a namespace.
    pub(super) fn had(&self, original: &CompactString) -> bool {
        self.originally.contains_key(original)
    }

    /// Whether an object was in one namespace and is in another one.
    pub(super) fn had_now_in(&self, original: &CompactString, now: &CompactString) -> bool {
        self.originally_and_now.contains_key(&(original.clone(), now.clone()))
    }

    /// Whether an object was in one namespace and says another one.
    pub(super) fn had_now_written(&self, original: &CompactString, written: &CompactString) -> bool {
        self.originally_and_written.contains_key(&(original.clone(), written.clone()))
    }
}
