//! Which charts take part in a render, under which names, and what they import from one another.
//!
//! Takes a loaded chart and given values; gives a tree of [`EnabledChart`]s, which borrow what was loaded and change
//! nothing of it. Aliases, tags, conditions and `import-values` mean what they mean to Helm.

mod enable;
mod import;

use gotemplate::{Ledger, Map};

use crate::chart::{Chart, Dependency};
use crate::values::{CoalesceValues, ReadValues};
use crate::{HelmVersion, values};

/// A chart that takes part.
#[derive(Debug)]
pub struct EnabledChart<'c> {
    /// What was loaded.
    pub chart: &'c Chart,
    /// The name that its parent has for it.
    pub name: String,
    /// The name that stands in the paths of its templates: another one only below an alias of Helm 3 that never looked at
    /// what the chart it stands for holds.
    pub path: String,
    /// Its own values, with what it imports.
    pub values: Map,
    /// What it says that it depends on, less what is off.
    pub requirements: Vec<Dependency>,
    /// The charts that it depends on.
    pub dependencies: Vec<Self>,
}

/// Why it cannot be told which charts take part.
#[derive(Debug, thiserror::Error)]
pub enum EnableCharts {
    /// The values of a chart are refused.
    #[error("cannot load values.yaml{}", .version.document_words())]
    ReadValues {
        /// Whose words.
        version: HelmVersion,
        /// Why.
        source: ReadValues,
    },
    /// The values of a chart that another one holds are refused.
    #[error("error unpacking subchart {subchart} in {chart}")]
    LoadSubchart {
        /// Its name.
        subchart: String,
        /// The chart that holds it.
        chart: String,
        /// Why.
        source: Box<EnableCharts>,
    },
    /// Given values and charts do not go together.
    #[error("chart dependencies processing failed")]
    Coalesce(#[from] CoalesceValues),
}

/// What takes part, and what Helm would warn of.
#[derive(Debug)]
pub struct Enabled<'c> {
    /// The chart that is rendered.
    pub root: EnabledChart<'c>,
    /// The warnings, which name no value.
    pub warnings: Vec<String>,
}

/// Tells which charts take part.
///
/// # Errors
/// If Helm would refuse the values of a chart, or values that are given.
pub fn enable<'c>(
    chart: &'c Chart,
    given: &Map,
    version: HelmVersion,
    ledger: &Ledger,
) -> Result<Enabled<'c>, EnableCharts> {
    let mut root = loaded(chart, chart.name(), version, ledger)?;
    let mut warnings = Vec::new();
    enable::enable(&mut root, given, (version, ledger), &mut warnings)?;
    set_paths(&mut root, chart.name().to_owned(), version);
    import::import(&mut root, (version, ledger), &mut warnings)?;
    Ok(Enabled { root, warnings })
}

/// A chart with all that it holds, before anything is switched off.
fn loaded<'c>(
    chart: &'c Chart,
    name: &str,
    version: HelmVersion,
    ledger: &Ledger,
) -> Result<EnabledChart<'c>, EnableCharts> {
    let values = match &chart.values {
        Some(file) => values::of_file(file, version, ledger)
            .map_err(|source| EnableCharts::ReadValues { version, source })?,
        None => Map::new(gotemplate::MapType::Interface),
    };
    let held = chart.dependencies.iter();
    let dependencies = held.map(|held| {
        loaded(held, held.name(), version, ledger).map_err(|error| EnableCharts::LoadSubchart {
            subchart: held.name().to_owned(),
            chart: chart.name().to_owned(),
            source: Box::new(error),
        })
    });
    Ok(EnabledChart {
        chart,
        name: name.to_owned(),
        path: String::new(),
        values,
        requirements: chart.metadata.dependencies.iter().flatten().cloned().collect(),
        dependencies: dependencies.collect::<Result<_, _>>()?,
    })
}

impl EnabledChart<'_> {
    /// A copy under another name, with the same values: a chart that two aliases stand for.
    fn named(&self, name: &str) -> Self {
        Self {
            chart: self.chart,
            name: name.to_owned(),
            path: String::new(),
            values: self.values.clone(),
            requirements: self.requirements.clone(),
            dependencies: self.dependencies.iter().map(|held| held.named(&held.name)).collect(),
        }
    }
}

/// Charts that an alias holds without naming them stand below the chart's own name in Helm 3, which keeps whose they were.
fn set_paths(chart: &mut EnabledChart<'_>, path: String, version: HelmVersion) {
    let names_none = !chart.chart.metadata.lists_dependencies;
    let parent = match path.rsplit_once('/') {
        Some((before, _)) if names_none && version == HelmVersion::V3 => {
            format!("{before}/{}", chart.chart.name())
        }
        _ => path.clone(),
    };
    for dependency in &mut chart.dependencies {
        let below = format!("{parent}/charts/{}", dependency.name);
        set_paths(dependency, below, version);
    }
    chart.path = path;
}
