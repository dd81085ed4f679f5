//! Tables over one another, as Helm coalesces them.
//!
//! Takes maps that are shared and changes them in place, because Helm does and it shows: a table of globals that two
//! charts hold is one table. Copies only where Helm copies. Warns with names alone, since a value may be a secret.

use gotemplate::{Bytes, Data, Entry, Ledger, List, Map, Value};

/// What tables are laid over one another with.
pub(crate) struct Tables<'l> {
    pub(crate) ledger: &'l Ledger,
    /// Whether a null stays, to be counted later, instead of removing what it stands over.
    pub(crate) keeps_nulls: bool,
    /// What Helm would warn of.
    pub(crate) warnings: Vec<String>,
}

impl Tables<'_> {
    pub(crate) fn warn(&mut self, warning: String) {
        self.warnings.push(warning);
    }

    /// Lays `over` on `under`: what `over` has wins, and gets what `under` alone has.
    pub(crate) fn lay(&mut self, over: &Map, under: &Map, prefix: &str, keeps_nulls: bool) {
        for (key, entry) in snapshot(under) {
            let name = key.as_text().into_owned();
            let Some(winner) = over.get(key.as_slice()) else {
                over.insert(key, entry.key, entry.value);
                continue;
            };
            match (&winner.data, &entry.value.data) {
                // A null that somebody gives removes what a chart has, unless it is to be counted later.
                (Data::Nil, Data::Nil) => {}
                (Data::Nil, _) if !keeps_nulls => over.remove(key.as_slice()),
                (Data::Nil, _) => {}
                (Data::Map(winner), Data::Map(loser)) => {
                    self.lay(winner, loser, &joined(prefix, &name), keeps_nulls);
                }
                (_, Data::Map(_)) => {
                    let full = joined(prefix, &name);
                    self.warn(format!("warning: cannot overwrite table with non table for {full}"));
                }
                (Data::Map(_), Data::Nil) => {}
                (Data::Map(_), _) => {
                    let full = joined(prefix, &name);
                    self.warn(format!(
                        "warning: destination for {full} is a table. Ignoring non-table value"
                    ));
                }
                _ => self.note_loser(over, &key, &winner, &entry.value),
            }
        }
    }

    /// Notes in the origin of what stands under a key what it stands over.
    pub(crate) fn note_loser(&self, map: &Map, key: &Bytes, winner: &Value, loser: &Value) {
        if !self.ledger.is_on() || winner.origin == loser.origin || matches!(loser.data, Data::Nil) {
            return;
        }
        if let Some(entry) = map.entries_mut().get_mut(key) {
            entry.value.origin = self.ledger.patched(winner.origin, Some(loser.origin));
        }
    }
}

/// The entries of a map as they are now, so that it can be changed while they are gone through.
pub(crate) fn snapshot(map: &Map) -> Vec<(Bytes, Entry)> {
    map.entries().iter().map(|(key, entry)| (key.clone(), entry.clone())).collect()
}

/// Two names with a dot between them.
pub(crate) fn joined(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") }
}

/// A copy that shares no map with what it is one of. Values come from texts that nest within a bound.
pub(crate) fn deep_copy(map: &Map) -> Map {
    let entries = map.entries();
    let copied = entries
        .iter()
        .map(|(key, entry)| (key.clone(), Entry { key: entry.key, value: deep_copy_of_value(&entry.value) }));
    Map::of(map.map_type, copied.collect())
}

fn deep_copy_of_value(value: &Value) -> Value {
    let data = match &value.data {
        Data::Map(map) => Data::Map(deep_copy(map)),
        Data::List(list) if list.items.iter().any(is_collection) => {
            Data::List(List::new(list.element, list.items.iter().map(deep_copy_of_value).collect()))
        }
        data => data.clone(),
    };
    Value { data, origin: value.origin }
}

fn is_collection(value: &Value) -> bool {
    matches!(value.data, Data::Map(_) | Data::List(_))
}

/// Takes nulls away at every depth of tables within tables.
pub(crate) fn remove_nulls(map: &Map) {
    map.entries_mut().retain(|_, entry| !matches!(entry.value.data, Data::Nil));
    for (_, entry) in snapshot(map) {
        if let Data::Map(inner) = &entry.value.data {
            remove_nulls(inner);
        }
    }
}

/// The table at a path of keys with dots between them.
pub(crate) fn table_at(map: &Map, path: &str) -> Option<Map> {
    let step = |table: Map, key: &str| table.get(key.as_bytes())?.as_map().cloned();
    path.split('.').try_fold(map.clone(), step)
}

/// The value at a path of keys with dots between them, unless it is a table.
pub(crate) fn value_at(map: &Map, path: &str) -> Option<Value> {
    let (table, key) = match path.rsplit_once('.') {
        Some((tables, key)) => (table_at(map, tables)?, key),
        None => (map.clone(), path),
    };
    table.get(key.as_bytes()).filter(|value| value.as_map().is_none())
}
