//! `import-values`: what a chart takes over from those that it depends on.

use gotemplate::{Data, Entry, Ledger, Map, MapType, Value};
use manifest::value::Value as Plain;

use super::{EnableCharts, EnabledChart};
use crate::HelmVersion;
use crate::chart::scalar_text;
use crate::values::coalesce;
use crate::values::tables::{Tables, deep_copy, table_at};

/// Imports into every chart, those that others depend on first.
pub(super) fn import(
    chart: &mut EnabledChart<'_>,
    context: (HelmVersion, &Ledger),
    warnings: &mut Vec<String>,
) -> Result<(), EnableCharts> {
    for dependency in &mut chart.dependencies {
        import(dependency, context, warnings)?;
    }
    if chart.requirements.is_empty() {
        return Ok(());
    }
    let (version, ledger) = context;
    let whole = coalesce(chart, &Map::new(MapType::Interface), (version, true), ledger)?.values;
    let mut tables = Tables { ledger, keeps_nulls: true, warnings: Vec::new() };
    let imported = Map::new(MapType::Interface);
    for requirement in &chart.requirements {
        for import in requirement.import_values.iter().filter_map(Import::of) {
            let path = format!("{}.{}", requirement.name, import.child);
            match table_at(&whole, &path) {
                Some(table) => tables.lay(&imported, &import.placed(&table), "", true),
                None => tables.warn(format!("Warning: ImportValues missing table from chart: {path}")),
            }
        }
    }
    // What is imported gives way to what the chart says itself.
    chart.values = deep_copy(&whole);
    tables.lay(&chart.values, &imported, "", true);
    warnings.append(&mut tables.warnings);
    Ok(())
}

/// One entry of `import-values`.
struct Import {
    /// The path of a table in the values of the chart that is depended on.
    child: String,
    /// Where it is put: a path, or `.` for the root.
    parent: String,
}

impl Import {
    fn of(written: &Plain) -> Option<Self> {
        match written {
            Plain::String(export) => Some(Self { child: format!("exports.{export}"), parent: ".".into() }),
            Plain::Mapping(_) => {
                let text = |key| written.get(key).and_then(scalar_text).unwrap_or_else(|| "<nil>".to_owned());
                Some(Self { child: text("child"), parent: text("parent") })
            }
            _ => None,
        }
    }

    /// The table at its place in tables that hold nothing else.
    fn placed(&self, table: &Map) -> Map {
        if self.parent == "." {
            return table.clone();
        }
        self.parent.rsplit('.').fold(table.clone(), |inner, key| {
            let entry = Entry { key: Ledger::NOWHERE, value: Value::unwritten(Data::Map(inner)) };
            Map::of(MapType::Interface, std::iter::once((key.into(), entry)).collect())
        })
    }
}
