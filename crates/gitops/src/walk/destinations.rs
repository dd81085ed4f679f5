//! What is applied in other clusters, put where it goes: each of them is a cluster of its own.

use std::collections::BTreeMap;

use version::Minor;

use crate::graph::{Cluster, DataHomes, Entry, Unit, UnitAt};

/// Adds a cluster to others, and those that its Flux or Argo CD applies something in. What other clusters render is not followed, so that each
/// unit there begins it.
pub(super) fn add_all(
    clusters: &mut Vec<Cluster>,
    cluster: Cluster,
    version_of: &dyn Fn(&str) -> Option<Minor>,
) {
    let (own, others) = split(cluster, version_of);
    let offset = if own.units.is_empty() { 0 } else { add(clusters, own) };
    for mut other in others {
        let tellers = other.units.iter_mut().filter_map(|unit| unit.teller.as_mut());
        tellers.chain(other.data_homes.0.values_mut()).for_each(|teller| teller.unit += offset);
        add(clusters, other);
    }
}

/// A cluster, and those that it applies something in, by their names.
fn split(cluster: Cluster, version_of: &dyn Fn(&str) -> Option<Minor>) -> (Cluster, Vec<Cluster>) {
    let is_elsewhere = |unit: &Unit| unit.other_cluster.is_some();
    if !cluster.units.iter().any(is_elsewhere) {
        return (cluster, Vec::new());
    }
    let Cluster { name, version, entries, units, data_homes } = cluster;
    let places = places(&units, is_elsewhere);
    let paths = entry_paths(&units, &entries);
    let keys: Vec<String> = units.iter().map(|unit| unit.key.to_string()).collect();
    let homes = data_homes.0.into_iter().filter_map(|(key, at)| Some((key, *places.get(&at.unit)?)));
    let homes: Vec<(_, usize)> = homes.collect();
    let homes_from = |cluster: Option<&str>| {
        let at = |unit: &usize| UnitAt { cluster: cluster.map(str::to_owned), unit: *unit };
        DataHomes(homes.iter().map(|(key, unit)| (key.clone(), at(unit))).collect())
    };
    let mut own = Cluster { name, version, entries, units: Vec::new(), data_homes: homes_from(None) };
    let mut others: BTreeMap<String, Cluster> = BTreeMap::new();
    for (mut unit, path) in units.into_iter().zip(paths) {
        let parent = unit.parent.take();
        let place = parent.and_then(|parent| places.get(&parent).copied());
        let Some(destination) = unit.other_cluster.take() else {
            unit.parent = place;
            own.units.push(unit);
            continue;
        };
        let by = parent.and_then(|parent| keys.get(parent));
        let by = by.map_or_else(String::new, |teller| format!(" by {teller}"));
        unit.notes.push(format!("is applied{by} in the cluster {}", own.name));
        unit.teller = place.map(|unit| UnitAt { cluster: Some(own.name.clone()), unit });
        own.entries.retain(|entry| entry.unit != unit.key);
        let other = others.entry(destination.clone()).or_insert_with(|| Cluster {
            version: version_of(&destination),
            name: destination,
            entries: Vec::new(),
            units: Vec::new(),
            data_homes: homes_from(Some(&own.name)),
        });
        other.entries.push(Entry { path, unit: unit.key.clone() });
        other.units.push(unit);
    }
    (own, others.into_values().collect())
}

/// The file of each unit's entry: of the unit that it comes from in the end.
fn entry_paths(units: &[Unit], entries: &[Entry]) -> Vec<String> {
    let path = |unit: usize| {
        let root = root_of(unit, units).and_then(|root| units.get(root))?;
        let entry = entries.iter().find(|entry| entry.unit == root.key)?;
        Some(entry.path.clone())
    };
    (0..units.len()).map(|unit| path(unit).unwrap_or_default()).collect()
}

/// The new positions of the units that stay.
fn places(units: &[Unit], is_elsewhere: impl Fn(&Unit) -> bool) -> BTreeMap<usize, usize> {
    let staying = units.iter().enumerate().filter(|(_, unit)| !is_elsewhere(unit));
    staying.enumerate().map(|(new, (old, _))| (old, new)).collect()
}

/// The unit that a unit comes from in the end; none if it comes from itself.
fn root_of(unit: usize, units: &[Unit]) -> Option<usize> {
    let mut at = unit;
    for _ in 0..units.len() {
        match units.get(at)?.parent {
            Some(parent) => at = parent,
            None => return Some(at),
        }
    }
    None
}

/// Puts a cluster among others, beside what one of its name has already; gives how many units that one had.
fn add(clusters: &mut Vec<Cluster>, cluster: Cluster) -> usize {
    let Some(there) = clusters.iter_mut().find(|there| there.name == cluster.name) else {
        clusters.push(cluster);
        return 0;
    };
    let offset = there.units.len();
    let Cluster { name: _, version, entries, units, data_homes } = cluster;
    there.version = there.version.or(version);
    there.entries.extend(entries);
    there
        .units
        .extend(units.into_iter().map(|unit| Unit { parent: unit.parent.map(|at| at + offset), ..unit }));
    for (key, UnitAt { cluster, unit }) in data_homes.0 {
        let unit = if cluster.is_none() { unit + offset } else { unit };
        there.data_homes.0.entry(key).or_insert(UnitAt { cluster, unit });
    }
    offset
}
