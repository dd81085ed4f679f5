//! What only all units together show: circles of those that wait for each other, those that wait for nothing, and objects
//! that two of them render.

use std::collections::BTreeMap;
#[expect(clippy::disallowed_types, reason = "nothing goes through it in its order")]
use std::collections::HashMap;

use crate::graph::{Unit, UnitKey};
use crate::object::ObjectId;

/// Notes all of it at the units.
pub(super) fn note(units: &mut [Unit]) {
    note_dependencies(units);
    note_shared_objects(units);
}

/// Notes at each unit but the first one which objects another one renders as well: they fight about them.
fn note_shared_objects(units: &mut [Unit]) {
    #[expect(clippy::disallowed_types, reason = "nothing goes through it in its order")]
    let mut first: HashMap<(Option<&str>, &ObjectId), usize> = HashMap::new();
    let mut notes = Vec::new();
    for (position, unit) in units.iter().enumerate() {
        let cluster = unit.other_cluster.as_deref();
        for object in unit.objects().iter().filter(|object| !object.id.name.is_empty()) {
            let owner = *first.entry((cluster, &object.id)).or_insert(position);
            if let Some(owner) = units.get(owner).filter(|_| owner != position) {
                notes.push((position, format!("{} is rendered by {} as well", object.id, owner.key)));
            }
        }
    }
    for (position, note) in notes {
        if let Some(unit) = units.get_mut(position) {
            unit.notes.push(note);
        }
    }
}

/// Notes at each unit of a circle what it is, and at each that waits for nothing what that is.
fn note_dependencies(units: &mut [Unit]) {
    let by_key: BTreeMap<UnitKey, usize> =
        units.iter().enumerate().map(|(position, unit)| (unit.key.clone(), position)).collect();
    let edges: Vec<Vec<usize>> = units
        .iter()
        .map(|unit| unit.depends_on.iter().filter_map(|key| by_key.get(key).copied()).collect())
        .collect();
    for position in 0..units.len() {
        let circle = circle(position, &edges);
        let words: Vec<String> = circle
            .iter()
            .filter_map(|position| units.get(*position))
            .map(|unit| unit.key.name.clone())
            .collect();
        let Some(unit) = units.get_mut(position) else { continue };
        if !words.is_empty() {
            unit.notes.push(format!("waits for itself: {}", words.join(" → ")));
        }
        let absent = unit.depends_on.iter().filter(|key| !by_key.contains_key(key));
        let absent: Vec<String> =
            absent.map(|key| format!("waits for {key}, which nothing renders")).collect();
        unit.notes.extend(absent);
    }
}

/// The shortest way from a unit back to itself, both ends included; empty if there is none.
fn circle(from: usize, edges: &[Vec<usize>]) -> Vec<usize> {
    let mut came_from: BTreeMap<usize, usize> = BTreeMap::new();
    let mut open = std::collections::VecDeque::from([from]);
    while let Some(node) = open.pop_front() {
        for next in edges.get(node).into_iter().flatten() {
            if came_from.contains_key(next) {
                continue;
            }
            came_from.insert(*next, node);
            if *next == from {
                return way_back(from, &came_from);
            }
            open.push_back(*next);
        }
    }
    Vec::new()
}

fn way_back(from: usize, came_from: &BTreeMap<usize, usize>) -> Vec<usize> {
    let mut way = vec![from];
    let mut at = came_from.get(&from).copied();
    while let Some(node) = at.filter(|node| *node != from) {
        way.push(node);
        at = came_from.get(&node).copied();
    }
    way.push(from);
    way.reverse();
    way
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_circle_is_told_from_its_first_unit_on() {
        let edges = [vec![1], vec![2], vec![0], vec![0]];
        assert_eq!(circle(0, &edges), [0, 1, 2, 0]);
        assert!(circle(3, &edges).is_empty());
        assert_eq!(circle(0, &[vec![0]]), [0, 0]);
    }
}
