//! A chart out of its files, and the charts that it holds out of theirs.
//!
//! Takes files by their names in the chart, wherever they came from; gives the chart with every file in the place that
//! Helm gives it, read unless only `.Files` shows it. Charts in `charts/` are folders or archives; names that begin with `_` or `.` are none.

use std::collections::BTreeMap;
use std::sync::Arc;

use manifest::resolve::Dialect;
use manifest::value::Value;
use text::Texts;

use super::load::unpack;
use super::validate::validate;
use super::{Chart, DecodeField, File, FileOnDemand, LoadChart, Lock, Metadata, is_crd};
use crate::limits::{CHART_TREE_BYTES_MAX, CHARTS_DEPTH_MAX};

/// A file before it is known what it is.
pub(super) struct Loaded {
    /// Its path in the chart.
    name: String,
    /// What to call it where it cannot be read, or an archive's content is named.
    address: String,
    content: FileOnDemand,
}

impl Loaded {
    pub(super) fn new(name: String, address: String, content: FileOnDemand) -> Self {
        Self { name, address, content }
    }

    /// The file, which is read now.
    fn read(self, texts: &mut Texts) -> Result<File, LoadChart> {
        let Self { name, address, content } = self;
        content.into_file(name, texts).map_err(|source| LoadChart::ReadFile { path: address, source })
    }
}

/// What is left of [`CHART_TREE_BYTES_MAX`].
pub(super) struct Budget(u64);

impl Budget {
    pub(super) fn new() -> Self {
        Self(CHART_TREE_BYTES_MAX)
    }

    pub(super) fn take(&mut self, bytes: u64) -> Result<(), LoadChart> {
        self.0 = self.0.checked_sub(bytes).ok_or(LoadChart::TooLarge)?;
        Ok(())
    }
}

/// The chart of `files`, which stands `depth` charts deep.
pub(super) fn assemble(
    mut files: Vec<Loaded>,
    texts: &mut Texts,
    budget: &mut Budget,
    depth: usize,
) -> Result<Chart, LoadChart> {
    if depth > CHARTS_DEPTH_MAX {
        return Err(LoadChart::NestTooDeep);
    }
    let mut chart = Chart {
        metadata: metadata(&mut files, texts)?,
        lock: None,
        values: None,
        schema: None,
        templates: Vec::new(),
        crds: Vec::new(),
        files: Arc::default(),
        dependencies: Vec::new(),
        warnings: Vec::new(),
    };
    let mut subcharts: BTreeMap<String, Vec<Loaded>> = BTreeMap::new();
    for mut loaded in files {
        match loaded.name.strip_prefix("charts/") {
            Some(below) if !below.ends_with(".prov") => {
                let below = below.to_owned();
                let name = below.split('/').next().unwrap_or_default().to_owned();
                loaded.name = below;
                subcharts.entry(name).or_default().push(loaded);
            }
            _ => place(&mut chart, loaded, texts)?,
        }
    }
    validate(&mut chart.metadata)?;
    for (name, files) in subcharts {
        if name.starts_with(['_', '.']) {
            continue;
        }
        let loaded = subchart(&chart, &name, files, texts, budget, depth + 1);
        let loaded = loaded.map_err(|error| match error {
            error @ LoadChart::ExpectArchive { .. } => error,
            error => LoadChart::LoadSubchart {
                subchart: name,
                chart: chart.name().to_owned(),
                source: Box::new(error),
            },
        })?;
        chart.dependencies.push(loaded);
    }
    Ok(chart)
}

/// Takes `Chart.yaml` out of the files and reads it.
fn metadata(files: &mut Vec<Loaded>, texts: &mut Texts) -> Result<Metadata, LoadChart> {
    let position = files.iter().position(|loaded| loaded.name == "Chart.yaml");
    let loaded = files.remove(position.ok_or(LoadChart::FindChartYaml)?);
    let mut metadata = Metadata::default();
    decode(&loaded.read(texts)?, "Chart.yaml", |value| metadata.decode(value))?;
    // Helm 2 took charts that say no version of their format.
    if metadata.api_version.is_empty() {
        "v1".clone_into(&mut metadata.api_version);
    }
    Ok(metadata)
}

/// Puts a file where it belongs, read where that says what the chart is or renders; those of `charts/` are not asked for.
fn place(chart: &mut Chart, loaded: Loaded, texts: &mut Texts) -> Result<(), LoadChart> {
    match loaded.name.as_str() {
        "Chart.yaml" => {}
        "Chart.lock" => chart.lock = Some(decode(&loaded.read(texts)?, "Chart.lock", Lock::decode)?),
        "values.yaml" => chart.values = Some(loaded.read(texts)?),
        "values.schema.json" => chart.schema = Some(loaded.read(texts)?),
        "requirements.yaml" => {
            let file = loaded.read(texts)?;
            decode(&file, "requirements.yaml", |value| chart.metadata.decode(value))?;
            let warning = "Warning: Dependencies are handled in Chart.yaml since apiVersion \"v2\". \
                           We recommend migrating dependencies to Chart.yaml.";
            keep_or_warn(chart, &file, warning);
        }
        "requirements.lock" => {
            let file = loaded.read(texts)?;
            chart.lock = Some(decode(&file, "requirements.lock", Lock::decode)?);
            let warning = "Warning: Dependency locking is handled in Chart.lock since apiVersion \"v2\". \
                           We recommend migrating to Chart.lock.";
            keep_or_warn(chart, &file, warning);
        }
        name if name.starts_with("templates/") => chart.templates.push(loaded.read(texts)?),
        name if is_crd(name) => {
            let file = loaded.read(texts)?;
            keep(chart, file.name.clone(), FileOnDemand::from(&file));
            chart.crds.push(file);
        }
        _ => keep(chart, loaded.name, loaded.content),
    }
    Ok(())
}

/// Puts a file among those that `.Files` shows.
fn keep(chart: &mut Chart, name: String, file: FileOnDemand) {
    Arc::make_mut(&mut chart.files).insert(name, file);
}

fn keep_or_warn(chart: &mut Chart, file: &File, warning: &str) {
    if chart.metadata.api_version == "v1" {
        keep(chart, file.name.clone(), FileOnDemand::from(file));
    } else {
        chart.warnings.push(warning.to_owned());
    }
}

fn subchart(
    parent: &Chart,
    name: &str,
    files: Vec<Loaded>,
    texts: &mut Texts,
    budget: &mut Budget,
    depth: usize,
) -> Result<Chart, LoadChart> {
    if name.ends_with(".tgz") {
        return match files.into_iter().next() {
            Some(loaded) if loaded.name == name => {
                let address = loaded.address.clone();
                unpack(&loaded.read(texts)?.bytes, &address, texts, budget, depth)
            }
            other => Err(LoadChart::ExpectArchive {
                chart: parent.name().to_owned(),
                name: name.to_owned(),
                found: other.map(|loaded| loaded.name).unwrap_or_default(),
            }),
        };
    }
    let below = files.into_iter().filter_map(|mut loaded| {
        loaded.name = loaded.name.split_once('/')?.1.to_owned();
        Some(loaded)
    });
    assemble(below.collect(), texts, budget, depth)
}

fn decode<T>(
    file: &File,
    name: &'static str,
    decode: impl FnOnce(&Value) -> Result<T, DecodeField>,
) -> Result<T, LoadChart> {
    let document = manifest::parse_first(file.text, &file.bytes, 0..file.bytes.len());
    let document = document.map_err(|source| LoadChart::ParseFile { file: name, source })?;
    let value = Value::from_document(&document, Dialect::GoYaml2);
    let value = value.map_err(|source| LoadChart::ReadValue { file: name, source })?;
    decode(&value).map_err(|source| LoadChart::DecodeField { file: name, source })
}
