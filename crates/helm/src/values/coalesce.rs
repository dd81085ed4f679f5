//! What a chart and its dependencies see: given values over those of the chart, each dependency's under its name.
//!
//! Takes charts that are enabled and a map of given values, which it does not change; gives one map for all of them.
//! Globals go down, nulls remove. Where Helm 3 and Helm 4 differ the version decides.

use gotemplate::{Data, Entry, Ledger, Map, MapType, Value};

use super::tables::{Tables, deep_copy, joined, remove_nulls, snapshot};
use crate::HelmVersion;
use crate::dependencies::EnabledChart;

/// The key of values that every chart gets.
pub(crate) const GLOBAL: &str = "global";

/// Why values and charts do not go together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CoalesceValues {
    /// What stands under a dependency's name is no table.
    #[error("type mismatch on {name}: %!t({found})")]
    ExpectTable {
        /// The dependency.
        name: String,
        /// The Go type that is there.
        found: String,
    },
}

/// What is made of values, and what Helm would warn of.
pub(crate) struct Coalesced {
    pub(crate) values: Map,
    pub(crate) warnings: Vec<String>,
}

/// Lays `given` over the values of a chart and of those that it depends on. Nulls remove what they stand over, or stay
/// where they are to be counted later.
pub(crate) fn coalesce(
    chart: &EnabledChart<'_>,
    given: &Map,
    (version, keeps_nulls): (HelmVersion, bool),
    ledger: &Ledger,
) -> Result<Coalesced, CoalesceValues> {
    let values = deep_copy(given);
    let tables = Tables { ledger, keeps_nulls, warnings: Vec::new() };
    let mut coalescer = Coalescer { tables, version };
    coalescer.chart(chart, &values, "")?;
    Ok(Coalesced { values, warnings: coalescer.tables.warnings })
}

struct Coalescer<'l> {
    tables: Tables<'l>,
    version: HelmVersion,
}

impl Coalescer<'_> {
    fn chart(&mut self, chart: &EnabledChart<'_>, values: &Map, prefix: &str) -> Result<(), CoalesceValues> {
        let full = joined(prefix, &chart.name);
        self.own_values(chart, values, &full);
        for dependency in &chart.dependencies {
            let own = table_of(values, &dependency.name)?;
            self.globals(&own, values, &full);
            self.chart(dependency, &own, &full)?;
        }
        Ok(())
    }

    fn own_values(&mut self, chart: &EnabledChart<'_>, values: &Map, full: &str) {
        for (key, entry) in snapshot(&deep_copy(&chart.values)) {
            let name = key.as_text().into_owned();
            let Some(given) = values.get(key.as_slice()) else {
                self.add(values, (key, entry));
                continue;
            };
            match (&given.data, &entry.value.data) {
                (Data::Nil, _) if !self.tables.keeps_nulls => values.remove(key.as_slice()),
                (Data::Map(given), Data::Map(own)) => {
                    let is_dependency = chart.dependencies.iter().any(|dependency| dependency.name == name);
                    let keeps_nulls = self.tables.keeps_nulls || is_dependency;
                    if self.drops_nulls_of_charts() && !keeps_nulls {
                        remove_nulls(own);
                    }
                    self.tables.lay(given, own, &joined(full, &name), keeps_nulls);
                }
                (Data::Map(_), Data::Nil) => {}
                (Data::Map(_), _) => {
                    self.tables.warn(format!("warning: skipped value for {full}.{name}: Not a table."));
                }
                _ => self.tables.note_loser(values, &key, &given, &entry.value),
            }
        }
    }

    /// Adds what only the chart has.
    fn add(&self, values: &Map, (key, entry): (gotemplate::Bytes, Entry)) {
        if self.drops_nulls_of_charts() && !self.tables.keeps_nulls {
            match &entry.value.data {
                Data::Nil => return,
                Data::Map(own) => remove_nulls(own),
                _ => {}
            }
        }
        values.insert(key, entry.key, entry.value);
    }

    /// Helm 4 takes the nulls of a chart's own values away before it lays anything over them.
    fn drops_nulls_of_charts(&self) -> bool {
        self.version == HelmVersion::V4
    }

    /// Gives a dependency the globals of its parent. Tables of globals are copied one level deep: what stands below is
    /// shared, as in Helm.
    fn globals(&mut self, values: &Map, parent: &Map, prefix: &str) {
        let Some(own) = global_of(values) else {
            return self.tables.warn(skipping("destination"));
        };
        let Some(from) = global_of(parent) else {
            return self.tables.warn(skipping("source"));
        };
        for (key, entry) in snapshot(&from.0) {
            let name = key.as_text().into_owned();
            let there = own.0.get(key.as_slice());
            match (&entry.value.data, there.as_ref().map(|value| &value.data)) {
                (Data::Map(table), None) => {
                    own.0.insert(key, entry.key, copied(table, entry.value.origin));
                }
                (Data::Map(table), Some(Data::Map(there))) => {
                    let copy = shallow_copy(table);
                    self.tables.lay(&copy, there, &joined(prefix, &name), true);
                    own.0.insert(key, entry.key, Value::new(Data::Map(copy), entry.value.origin));
                }
                (Data::Map(_), Some(_)) => {
                    self.tables
                        .warn(format!("Conflict: cannot merge map onto non-map for \"{name}\". Skipping."));
                }
                (_, Some(Data::Map(_))) => {
                    self.tables.warn(format!("key {name} is table. Skipping"));
                }
                _ => own.0.insert(key, entry.key, entry.value),
            }
        }
        let (global, origin) = own;
        values.insert(GLOBAL.into(), origin, Value::new(Data::Map(global), origin));
    }
}

fn skipping(which: &str) -> String {
    format!("warning: skipping globals because {which} {GLOBAL} is not a table.")
}

fn copied(table: &Map, origin: text::Origin) -> Value {
    Value::new(Data::Map(shallow_copy(table)), origin)
}

fn shallow_copy(map: &Map) -> Map {
    Map::of(map.map_type, map.entries().clone())
}

/// The globals in a map with their origin, an empty table where there are none; nothing if they are no table.
fn global_of(values: &Map) -> Option<(Map, text::Origin)> {
    match values.get(GLOBAL.as_bytes()) {
        None => Some((Map::new(MapType::Interface), Ledger::NOWHERE)),
        Some(value) => Some((value.as_map()?.clone(), value.origin)),
    }
}

/// The table of a dependency, made if it is not there.
fn table_of(values: &Map, name: &str) -> Result<Map, CoalesceValues> {
    match values.get(name.as_bytes()) {
        None => {
            let table = Map::new(MapType::Interface);
            let value = Value::unwritten(Data::Map(table.clone()));
            values.insert(name.into(), Ledger::NOWHERE, value);
            Ok(table)
        }
        Some(value) => match value.as_map() {
            Some(table) => Ok(table.clone()),
            None => Err(CoalesceValues::ExpectTable {
                name: name.to_owned(),
                found: gotemplate::format::type_name(&value).into_owned(),
            }),
        },
    }
}
