//! What two renders of the same clusters differ by: objects that came, went or moved, and fields that changed.
//!
//! Compares meanings, not texts: order of keys, comments and quotes are no change. Objects whose names end with the digest of
//! their content are one before and after, and fields that only follow such a name are no change.

mod sealed;

use std::collections::{BTreeMap, BTreeSet};

use manifest::value::Value;

use crate::graph::{Cluster, Fleet, Outcome, Unit, UnitKey};
use crate::object::{ObjectId, RenderedObject};

/// The difference of one cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterDifference {
    /// The cluster.
    pub cluster: String,
    /// The units in which something differs, in the order of their names.
    pub units: Vec<UnitDifference>,
}

/// The difference of one unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitDifference {
    /// The unit.
    pub unit: UnitKey,
    /// Whether it came or went as a whole, or is on both sides.
    pub presence: Presence,
    /// Why it cannot be compared: what either side says that is not assessed, once where both say the same.
    pub not_assessed: Vec<String>,
    /// The objects that differ, in the order of their names.
    pub objects: Vec<ObjectDifference>,
}

/// On which sides something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// Only after.
    Added,
    /// Only before.
    Removed,
    /// On both.
    Both,
}

/// The difference of one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectDifference {
    /// The object, as it is called after; before, where it is gone.
    pub id: ObjectId,
    /// What differs.
    pub change: ObjectChange,
}

/// What differs of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ObjectChange {
    /// It came.
    Added,
    /// It went.
    Removed,
    /// It came from another unit, with these changes.
    Moved {
        /// The unit that had it.
        from: UnitKey,
        /// What else changed.
        fields: Vec<FieldChange>,
    },
    /// Fields changed.
    Changed(Vec<FieldChange>),
}

/// The change of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// The keys that lead to it; an item of a list is called by its name or its place: `[web]`, `[0]`.
    pub path: Vec<String>,
    /// Its value before; none if it was not there.
    pub before: Option<Value>,
    /// Its value after; none if it is not there.
    pub after: Option<Value>,
}

/// What differs between two fleets, cluster by cluster; clusters without a difference are left out.
#[must_use]
pub fn compare(before: &Fleet, after: &Fleet) -> Vec<ClusterDifference> {
    let names: BTreeSet<&str> =
        before.clusters.iter().chain(&after.clusters).map(|cluster| cluster.name.as_str()).collect();
    let differences = names.into_iter().map(|name| {
        let of = |fleet: &'_ Fleet| fleet.clusters.iter().position(|cluster| cluster.name == name);
        let before = of(before).and_then(|position| before.clusters.get(position));
        let after = of(after).and_then(|position| after.clusters.get(position));
        ClusterDifference { cluster: name.to_owned(), units: of_cluster(before, after) }
    });
    differences.filter(|difference| !difference.units.is_empty()).collect()
}

/// An object with its unit.
type Placed<'f> = (&'f UnitKey, &'f RenderedObject);

fn of_cluster(before: Option<&Cluster>, after: Option<&Cluster>) -> Vec<UnitDifference> {
    let sides = [before, after].map(Side::of);
    let [before, after] = &sides;
    let renamed = renamed(before, after);
    let keys: BTreeSet<&UnitKey> = before.units.keys().chain(after.units.keys()).copied().collect();
    let mut differences = Vec::new();
    for key in keys {
        let units = (before.units.get(key).copied(), after.units.get(key).copied());
        let presence = match units {
            (None, _) => Presence::Added,
            (_, None) => Presence::Removed,
            _ => Presence::Both,
        };
        let mut not_assessed: Vec<String> =
            [units.0, units.1].into_iter().flatten().filter_map(reason).collect();
        not_assessed.dedup();
        let objects = of_unit(key, units, (before, after), &renamed);
        let difference = UnitDifference { unit: key.clone(), presence, not_assessed, objects };
        if presence != Presence::Both || !difference.not_assessed.is_empty() || !difference.objects.is_empty()
        {
            differences.push(difference);
        }
    }
    differences
}

fn reason(unit: &Unit) -> Option<String> {
    match &unit.outcome {
        Outcome::NotAssessed(missing) => Some(missing.to_string()),
        Outcome::Rendered(_) => None,
    }
}

/// One side of a cluster.
struct Side<'f> {
    units: BTreeMap<&'f UnitKey, &'f Unit>,
    /// Where each object is; of two with one name the first.
    objects: BTreeMap<&'f ObjectId, Placed<'f>>,
}

impl<'f> Side<'f> {
    fn of(cluster: Option<&'f Cluster>) -> Self {
        let units = cluster.map(|cluster| cluster.units.as_slice()).unwrap_or_default();
        let mut objects = BTreeMap::new();
        for unit in units {
            for object in unit.objects() {
                objects.entry(&object.id).or_insert((&unit.key, object));
            }
        }
        Self { units: units.iter().map(|unit| (&unit.key, unit)).collect(), objects }
    }
}

/// Names before and after of objects that are named by the digest of their content, both ways.
struct Renamed<'f> {
    after: BTreeMap<&'f ObjectId, &'f ObjectId>,
    names: BTreeSet<(&'f str, &'f str)>,
}

/// The characters that kustomize writes digests with, and how many of them.
const DIGEST_CHARACTERS: &str = "2456789bcdfghkmt";
const DIGEST_LENGTH: usize = 10;

/// A name without the digest of its content at its end; none if it has none.
#[must_use]
pub fn name_without_digest(name: &str) -> Option<&str> {
    let (stem, digest) = name.rsplit_once('-')?;
    let is_digest =
        digest.len() == DIGEST_LENGTH && digest.chars().all(|one| DIGEST_CHARACTERS.contains(one));
    is_digest.then_some(stem)
}

/// The digest at the end of a name; none if it has none.
pub(crate) fn digest_of_name(name: &str) -> Option<&str> {
    name_without_digest(name).and_then(|stem| name.get(stem.len() + 1..))
}

fn renamed<'f>(before: &Side<'f>, after: &Side<'f>) -> Renamed<'f> {
    let only = |side: &Side<'f>, other: &Side<'f>| {
        let mut found: BTreeMap<(&'f str, &'f str, &'f str), Vec<&'f ObjectId>> = BTreeMap::new();
        for id in side.objects.keys().filter(|id| !other.objects.contains_key(*id)) {
            if let Some(stem) = name_without_digest(&id.name) {
                found.entry((&id.kind, &id.namespace, stem)).or_default().push(id);
            }
        }
        found
    };
    let (old, new) = (only(before, after), only(after, before));
    let pairs = old.iter().filter_map(|(key, old)| match (old.as_slice(), new.get(key)?.as_slice()) {
        ([old], [new]) => Some((*old, *new)),
        _ => None,
    });
    let pairs: Vec<(&ObjectId, &ObjectId)> = pairs.collect();
    Renamed {
        names: pairs.iter().map(|(old, new)| (old.name.as_str(), new.name.as_str())).collect(),
        after: pairs.into_iter().collect(),
    }
}

fn of_unit<'f>(
    key: &UnitKey,
    (before_unit, after_unit): (Option<&'f Unit>, Option<&'f Unit>),
    (before, after): (&Side<'f>, &Side<'f>),
    renamed: &Renamed<'f>,
) -> Vec<ObjectDifference> {
    let mut found = BTreeMap::new();
    let old_name: BTreeMap<&ObjectId, &ObjectId> =
        renamed.after.iter().map(|(old, new)| (*new, *old)).collect();
    for object in after_unit.map(Unit::objects).unwrap_or_default() {
        let id = old_name.get(&object.id).copied().unwrap_or(&object.id);
        let change = match before.objects.get(id) {
            None => Some(ObjectChange::Added),
            Some((unit, old)) => {
                let fields = fields(old, object, renamed);
                if *unit == key {
                    (!fields.is_empty()).then_some(ObjectChange::Changed(fields))
                } else {
                    let is_in_both = after.objects.get(&object.id).is_none_or(|(owner, _)| *owner != key);
                    (!is_in_both).then(|| ObjectChange::Moved { from: (*unit).clone(), fields })
                }
            }
        };
        found.extend(change.map(|change| (object.id.clone(), change)));
    }
    for object in before_unit.map(Unit::objects).unwrap_or_default() {
        let is_there = after.objects.contains_key(&object.id) || renamed.after.contains_key(&object.id);
        // What cannot be rendered any more has not gone.
        let is_known = after_unit.is_none_or(|unit| matches!(unit.outcome, Outcome::Rendered(_)));
        if !is_there && is_known {
            found.insert(object.id.clone(), ObjectChange::Removed);
        }
    }
    found.into_iter().map(|(id, change)| ObjectDifference { id, change }).collect()
}

fn fields(before: &RenderedObject, after: &RenderedObject, renamed: &Renamed<'_>) -> Vec<FieldChange> {
    if before.clear_text() == after.clear_text() {
        return Vec::new();
    }
    let (Ok(before), Ok(after)) = (sealed::value(before), sealed::value(after)) else { return Vec::new() };
    let mut changes = Vec::new();
    walk(&before, &after, &mut Vec::new(), &mut changes);
    changes.iter_mut().for_each(sealed::open);
    changes.retain(|change| match (&change.before, &change.after) {
        (Some(Value::String(old)), Some(Value::String(new))) => {
            !renamed.names.contains(&(old.as_str(), new.as_str()))
        }
        _ => true,
    });
    changes
}

fn walk(before: &Value, after: &Value, path: &mut Vec<String>, changes: &mut Vec<FieldChange>) {
    match (before, after) {
        (before, after) if before == after => {}
        (Value::Mapping(_), Value::Mapping(_)) => {
            walk_entries(&entries(before), &entries(after), path, changes)
        }
        (Value::Sequence(old), Value::Sequence(new)) => match (named(old), named(new)) {
            (Some(old), Some(new)) => walk_entries(&old, &new, path, changes),
            _ if old.iter().chain(new).all(|item| matches!(item, Value::Mapping(_))) => {
                walk_entries(&placed(old), &placed(new), path, changes);
            }
            _ => changes.push(changed(path, Some(before), Some(after))),
        },
        _ => changes.push(changed(path, Some(before), Some(after))),
    }
}

/// Values by what they are called within the value that holds them.
type Named<'v> = Vec<(String, &'v Value)>;

fn walk_entries(
    before: &Named<'_>,
    after: &Named<'_>,
    path: &mut Vec<String>,
    changes: &mut Vec<FieldChange>,
) {
    let new: BTreeMap<&str, &Value> = after.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    let old: BTreeSet<&str> = before.iter().map(|(name, _)| name.as_str()).collect();
    for (name, value) in before {
        path.push(name.clone());
        match new.get(name.as_str()) {
            Some(other) => walk(value, other, path, changes),
            None => changes.push(changed(path, Some(value), None)),
        }
        path.pop();
    }
    for (name, value) in after.iter().filter(|(name, _)| !old.contains(name.as_str())) {
        path.push(name.clone());
        changes.push(changed(path, None, Some(value)));
        path.pop();
    }
}

fn changed(path: &[String], before: Option<&Value>, after: Option<&Value>) -> FieldChange {
    FieldChange { path: path.to_vec(), before: before.cloned(), after: after.cloned() }
}

fn entries(value: &Value) -> Named<'_> {
    let Value::Mapping(entries) = value else { return Vec::new() };
    entries.iter().map(|(key, value)| (key.as_str().unwrap_or_default().to_owned(), value)).collect()
}

/// Items by their names, if each has one and no two have the same.
fn named(items: &[Value]) -> Option<Named<'_>> {
    let name = |item: &Value| item.get("name").and_then(Value::as_str).map(|name| format!("[{name}]"));
    let named: Named<'_> = items.iter().map(|item| Some((name(item)?, item))).collect::<Option<_>>()?;
    let names: BTreeSet<&str> = named.iter().map(|(name, _)| name.as_str()).collect();
    (names.len() == named.len()).then_some(named)
}

fn placed(items: &[Value]) -> Named<'_> {
    items.iter().enumerate().map(|(place, item)| (format!("[{place}]"), item)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_ends_with_a_digest_has_a_stem() {
        assert_eq!(name_without_digest("settings-2b4t6g8hk9"), Some("settings"));
        assert_eq!(name_without_digest("settings-2b4t6g8hk"), None);
        assert_eq!(name_without_digest("settings-aaaaaaaaaa"), None);
        assert_eq!(name_without_digest("settings"), None);
    }
}
