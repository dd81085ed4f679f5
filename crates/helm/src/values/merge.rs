//! Files of values over one another.
//!
//! Takes two maps, neither of which it changes; gives the second over the first, as Helm merges its `-f` files and the
//! documents of one file: tables are merged, everything else is replaced, and a null is a value like others.

use gotemplate::{Data, Ledger, Map, Value};

/// The entries of `over` on those of `base`. What replaces something has an origin that names both.
#[must_use]
pub fn merge_maps(base: &Map, over: &Map, ledger: &Ledger) -> Map {
    let mut entries = base.entries().clone();
    for (key, entry) in over.entries().iter() {
        let Some(present) = entries.get_mut(key) else {
            entries.insert(key.clone(), entry.clone());
            continue;
        };
        let data = match (&present.value.data, &entry.value.data) {
            (Data::Map(base), Data::Map(over)) => Data::Map(merge_maps(base, over, ledger)),
            (_, data) => data.clone(),
        };
        let origin = ledger.patched(entry.value.origin, Some(present.value.origin));
        present.key = entry.key;
        present.value = Value { data, origin };
    }
    Map::of(base.map_type, entries)
}
