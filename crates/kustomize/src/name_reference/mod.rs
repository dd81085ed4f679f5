//! References by name: when an object has got another name, those that name it follow.
//!
//! Which fields name objects of which kind is configuration. The object that is meant is one that had the name as it is
//! written, of that kind, in the referrer's reach, and, where several did, with the same prefixes and suffixes. The order
//! of objects decides nothing.

mod affixes;
mod candidates;
mod referrer;
mod referrers;
#[cfg(test)]
mod tests;

use compact_str::CompactString;
use manifest::mutable::{Data, Graph, NodeIndex, Scalar};
use text::Track;

use candidates::{Candidates, Namespaces, Place, Sought, Wanted, Within};
use referrer::Referrer;
use referrers::{Met, ReferenceField, ReferenceFields, ReferenceTable};

use crate::configuration::NameBackReference;
use crate::failure::Cause;
use crate::field_spec::FollowFieldSpec;
use crate::fields::{self, ReachField};
use crate::identity::{DEFAULT_NAMESPACE, Id, NO_NAMESPACE};
use crate::res_map::{ResMap, Slot};
use crate::resource::Resource;
use crate::{Failure, Work};

/// Why a reference cannot be followed.
#[derive(Debug, thiserror::Error)]
pub enum FollowReference {
    /// In which field of which object.
    #[error("updating name reference in '{path}' field of '{id}'")]
    Update {
        /// The path of the field.
        path: String,
        /// The object.
        id: Box<Id>,
        /// What went wrong.
        #[source]
        source: Box<Cause>,
    },
    /// Several objects that may be meant, and their names are not the same.
    #[error("found multiple possible referrals: {ids}")]
    ReferToSeveral {
        /// Their ids.
        ids: String,
    },
    /// A mapping where a reference is, and nothing in it that names.
    #[error("path config error; no 'name' field in node")]
    FindNoName,
    /// A sequence in a sequence of references.
    #[error("a reference is expected to be either a string or a map of string")]
    MeetSequence,
    /// An `apiVersion` that is not read as it is written.
    #[error("node-referrerOriginal 'APIVersion' mismatch '{written}' != '{read}'")]
    ReadVersion {
        /// What is written.
        written: String,
        /// As what it is read.
        read: String,
    },
    /// A service account among the subjects of a role binding whose namespace is no text.
    #[error("invalid input: namespace is blank for resource '{id}'")]
    LeaveNamespaceBlank {
        /// The role binding.
        id: Box<Id>,
    },
    /// A subject of a role binding that is none.
    #[error("a subject of '{id}' is no map of strings")]
    ReadSubject {
        /// The role binding.
        id: Box<Id>,
    },
}

/// Lets all references follow the names of what they mean.
pub(crate) fn follow_names<T: Track>(
    work: &mut Work<T>,
    map: &mut ResMap<T::Origin>,
    references: &[NameBackReference],
) -> Result<(), Failure> {
    if references.is_empty() {
        return Ok(());
    }
    let mut table = ReferenceTable::new(references);
    let candidates = Candidates::of(map, &work.schema);
    let mut follower = Follower { work, map, candidates, namespaces: None };
    for slot in follower.map.slots() {
        let Some(resource) = follower.map.get(slot) else { continue };
        let fields = table.of(&resource.original_gvk());
        if !fields.fields.is_empty() {
            follower.follow_all_of(slot, &fields)?;
        }
    }
    Ok(())
}

struct Follower<'f, T: Track> {
    work: &'f mut Work<T>,
    map: &'f mut ResMap<T::Origin>,
    candidates: Candidates,
    /// Only references with a namespace beside them need to know.
    namespaces: Option<Namespaces>,
}

impl<T: Track> Follower<'_, T> {
    fn follow_all_of(&mut self, slot: Slot, fields: &ReferenceFields<'_>) -> Result<(), Failure> {
        let Some(resource) = self.map.get(slot) else { return Ok(()) };
        let mut referrer = Referrer::of(resource, slot, &self.work.schema)?;
        if let Some(met) = fields.met(resource.graph()) {
            for (field, met) in met {
                self.follow(&mut referrer, &fields.fields[field], met)?;
            }
            return Ok(());
        }
        for field in &fields.fields {
            let mut nodes = Vec::new();
            if let Some(resource) = self.map.get_mut(slot) {
                field.prepared.follow(field.spec, resource, None, &mut |_, node| {
                    nodes.push(node);
                    Ok(())
                })?;
            }
            for node in nodes {
                self.follow(&mut referrer, field, Met::Node(node))?;
            }
        }
        Ok(())
    }

    fn follow(
        &mut self,
        referrer: &mut Referrer,
        field: &ReferenceField<'_>,
        met: Met,
    ) -> Result<(), FollowReference> {
        let followed = match met {
            Met::EndsTooEarly => Err(FollowFieldSpec::EndTooEarly.into()),
            Met::Node(node) => self.follow_node(referrer, field, node),
        };
        followed.map_err(|source| FollowReference::Update {
            path: field.spec.path.to_string(),
            id: Box::new(referrer.id.clone()),
            source: Box::new(source),
        })
    }

    fn follow_node(
        &mut self,
        referrer: &mut Referrer,
        field: &ReferenceField<'_>,
        node: NodeIndex,
    ) -> Result<(), Cause> {
        let Some(resource) = self.map.get(referrer.slot) else { return Ok(()) };
        let Data::Sequence(items) = &resource.graph().node(node).data else {
            return self.follow_item(referrer, field, node);
        };
        items.clone().into_iter().try_for_each(|item| self.follow_item(referrer, field, item))
    }

    /// What stands in a field, or in the sequence that does.
    fn follow_item(
        &mut self,
        referrer: &mut Referrer,
        field: &ReferenceField<'_>,
        node: NodeIndex,
    ) -> Result<(), Cause> {
        let Some(resource) = self.map.get(referrer.slot) else { return Ok(()) };
        match &resource.graph().node(node).data {
            Data::Scalar(scalar) if scalar.is_null() => Ok(()),
            Data::Scalar(_) => self.follow_text(referrer, field, node),
            Data::Mapping(_) => self.follow_mapping(referrer, field, node),
            Data::Sequence(_) => Err(FollowReference::MeetSequence.into()),
        }
    }

    /// A text that is a name.
    fn follow_text(
        &mut self,
        referrer: &mut Referrer,
        field: &ReferenceField<'_>,
        node: NodeIndex,
    ) -> Result<(), Cause> {
        let Some(resource) = self.map.get(referrer.slot) else { return Ok(()) };
        let written = CompactString::from(resource.graph().text(node));
        let wanted = wanted(resource, field, &written);
        let places = self.places(referrer, None);
        let sought = Sought { wanted, places, affixes: &referrer.affixes };
        let Some(target) = self.select(&sought, |resource| CompactString::from(resource.name()))? else {
            return Ok(());
        };
        let Some((name, by)) = self.map.get(target).and_then(name_of) else { return Ok(()) };
        if name == written {
            return Ok(());
        }
        let Some(resource) = self.map.get_mut(referrer.slot) else { return Ok(()) };
        let over = resource.graph().origin(node);
        let origin = self.work.tracker.patched(by, Some(over));
        fields::set_scalar(resource.graph_mut(), node, (Scalar::untagged(name), origin))?;
        referrer.id = resource.current_id(&self.work.schema);
        Ok(())
    }

    /// A mapping with a name in it, and perhaps a namespace.
    fn follow_mapping(
        &mut self,
        referrer: &mut Referrer,
        field: &ReferenceField<'_>,
        node: NodeIndex,
    ) -> Result<(), Cause> {
        let Some(resource) = self.map.get(referrer.slot) else { return Ok(()) };
        let graph = resource.graph();
        let name_node = graph.get(node, "name").ok_or(FollowReference::FindNoName)?;
        let written = CompactString::from(graph.text(name_node));
        let beside = graph.get(node, "namespace").map(|node| CompactString::from(graph.text(node)));
        let wanted = wanted(resource, field, &written);
        let places = self.places(referrer, beside.as_ref());
        let sought = Sought { wanted, places, affixes: &referrer.affixes };
        let identity = |resource: &Resource<T::Origin>| {
            (CompactString::from(resource.name()), CompactString::from(resource.namespace()))
        };
        let Some(target) = self.select(&sought, identity)? else { return Ok(()) };
        let Some(target) = self.map.get(target) else { return Ok(()) };
        let namespace = namespace_of(target);
        let Some((name, by)) = name_of(target) else { return Ok(()) };
        if name == written && namespace.is_none() {
            return Ok(());
        }
        let Some(resource) = self.map.get_mut(referrer.slot) else { return Ok(()) };
        let graph = resource.graph_mut();
        let tracker = &mut self.work.tracker;
        set_field(graph, node, "name", (name, by), tracker)?;
        if let Some(namespace) = namespace {
            set_field(graph, node, "namespace", namespace, tracker)?;
        }
        referrer.id = resource.current_id(&self.work.schema);
        Ok(())
    }

    /// Where the objects may be that a referrer means, by the namespace that stands beside the name.
    fn places(&mut self, referrer: &Referrer, beside: Option<&CompactString>) -> Vec<(Place, Within)> {
        let own = CompactString::from(referrer.id.effective_namespace());
        // A reference that has just moved the referrer itself leaves nothing in its reach but what is in no namespace.
        let own = (own == referrer.reach).then_some(own);
        let reach = || own.clone().into_iter().chain([NO_NAMESPACE.into()]);
        let accounts = referrer.account_namespaces.iter();
        let accounts = accounts.filter(|written| own.as_deref() != Some(effective(written)));
        let Some(beside) = beside else {
            if referrer.id.is_cluster_scoped {
                return vec![(Place::Anywhere, Within::All)];
            }
            let reach = reach().map(|now| (Place::In(now), Within::All));
            return reach.chain(accounts.map(account)).collect();
        };
        if beside == NO_NAMESPACE {
            return Vec::new();
        }
        let namespaces = self.namespaces.get_or_insert_with(|| Namespaces::of(self.map, &self.work.schema));
        let originally = || Place::Originally(beside.clone());
        if referrer.id.is_cluster_scoped {
            let place = if namespaces.had(beside) { originally() } else { Place::In(beside.clone()) };
            return vec![(place, Within::All)];
        }
        let had = namespaces.had_now_in(beside, &referrer.reach)
            || namespaces.had_now_in(beside, &NO_NAMESPACE.into())
            || referrer.account_namespaces.iter().any(|written| namespaces.had_now_written(beside, written));
        if had {
            let reach = reach().map(|now| (originally(), Within::In(now)));
            let accounts = accounts.map(|written| (originally(), Within::Account(written.clone())));
            return reach.chain(accounts).collect();
        }
        if own.as_ref() == Some(beside) {
            return vec![(Place::In(beside.clone()), Within::All)];
        }
        accounts.filter(|written| effective(written) == beside).map(account).collect()
    }

    /// The object that is meant, if one is. Several are one if what is taken of them is the same.
    fn select<I: PartialEq>(
        &mut self,
        sought: &Sought<'_>,
        identity: impl Fn(&Resource<T::Origin>) -> I,
    ) -> Result<Option<Slot>, FollowReference> {
        let slots = self.candidates.select(sought);
        let mut resources = slots.iter().filter_map(|slot| self.map.get(*slot));
        let Some(first) = resources.next().map(&identity) else { return Ok(None) };
        if resources.all(|resource| identity(resource) == first) {
            return Ok(slots.first().copied());
        }
        let resources = slots.iter().filter_map(|slot| self.map.get(*slot));
        let ids = resources.map(|resource| resource.current_id(&self.work.schema).to_string());
        Err(FollowReference::ReferToSeveral { ids: ids.collect::<Vec<_>>().join(", ") })
    }
}

fn account(written: &CompactString) -> (Place, Within) {
    (Place::Written(written.clone()), Within::Account(written.clone()))
}

fn effective(written: &str) -> &str {
    if written.is_empty() { DEFAULT_NAMESPACE } else { written }
}

fn wanted<O: Copy>(resource: &Resource<O>, field: &ReferenceField<'_>, written: &CompactString) -> Wanted {
    let role = field.spec.path.ends_with("roleRef/name").then(|| role_of(resource)).flatten();
    Wanted { name: written.clone(), target: field.target.clone(), role }
}

/// Group and kind that stand in `roleRef`; without both of them any will do.
fn role_of<O: Copy>(resource: &Resource<O>) -> Option<(CompactString, CompactString)> {
    let graph = resource.graph();
    let text = |field: &str| {
        let node = fields::lookup(graph, graph.root(), &["roleRef", field]).ok()??;
        Some(CompactString::from(graph.text(node)))
    };
    Some((text("apiGroup")?, text("kind")?))
}

fn name_of<O: Copy>(resource: &Resource<O>) -> Option<(CompactString, O)> {
    let node = resource.name_node()?;
    let name = resource.name();
    (!name.is_empty()).then(|| (name.into(), resource.graph().origin(node)))
}

fn namespace_of<O: Copy>(resource: &Resource<O>) -> Option<(CompactString, O)> {
    let graph = resource.graph();
    let node = graph.at(graph.root(), &["metadata", "namespace"])?;
    let namespace = resource.namespace();
    (!namespace.is_empty()).then(|| (namespace.into(), graph.origin(node)))
}

fn set_field<T: Track>(
    graph: &mut Graph<T::Origin>,
    mapping: NodeIndex,
    key: &str,
    (text, by): (CompactString, T::Origin),
    tracker: &mut T,
) -> Result<(), ReachField> {
    let over = graph.get(mapping, key).map(|node| graph.origin(node));
    let origin = tracker.patched(by, over);
    fields::set_field(graph, mapping, key, (Scalar::untagged(text), origin))?;
    Ok(())
}
