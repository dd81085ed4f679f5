//! A chart out of its files, and the charts that it holds out of theirs.
//!
//! Takes files by their names in the chart, wherever they came from; gives the chart with every file in the place that
//! Helm gives it. Charts in `charts/` are folders or archives; names that begin with `_` or `.` are none.

use std::collections::BTreeMap;

use manifest::resolve::Dialect;
use manifest::value::Value;
use text::{TextId, Texts};

use super::load::unpack;
use super::validate::validate;
use super::{Chart, DecodeField, File, LoadChart, Lock, Metadata};
use crate::limits::{CHART_TREE_BYTES_MAX, CHARTS_DEPTH_MAX};

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A file before it is known what it is.
pub(super) struct Loaded {
    file: File,
    /// What to call it where an archive's content is named.
    address: String,
}

impl Loaded {
    pub(super) fn new(name: String, address: String, bytes: &[u8], text: TextId) -> Self {
        let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes).into();
        Self { file: File { name, text, bytes }, address }
    }
}

/// How many bytes of a file stand before those that Helm reads.
pub(super) fn bytes_skipped(bytes: &[u8]) -> u32 {
    if bytes.starts_with(BYTE_ORDER_MARK) { 3 } else { 0 }
}

/// What is left of [`CHART_TREE_BYTES_MAX`].
pub(super) struct Budget(u64);

impl Budget {
    pub(super) fn new() -> Self {
        Self(CHART_TREE_BYTES_MAX)
    }

    pub(super) fn take(&mut self, bytes: usize) -> Result<(), LoadChart> {
        self.0 = self.0.checked_sub(bytes as u64).ok_or(LoadChart::TooLarge)?;
        Ok(())
    }
}

/// The chart of `files`, which stands `depth` charts deep.
pub(super) fn assemble(
    files: Vec<Loaded>,
    texts: &mut Texts,
    budget: &mut Budget,
    depth: usize,
) -> Result<Chart, LoadChart> {
    if depth > CHARTS_DEPTH_MAX {
        return Err(LoadChart::NestTooDeep);
    }
    let mut chart = Chart {
        metadata: metadata(&files)?,
        lock: None,
        values: None,
        schema: None,
        templates: Vec::new(),
        files: Vec::new(),
        dependencies: Vec::new(),
        warnings: Vec::new(),
    };
    let mut subcharts: BTreeMap<String, Vec<Loaded>> = BTreeMap::new();
    for mut loaded in files {
        match loaded.file.name.strip_prefix("charts/") {
            Some(below) if !below.ends_with(".prov") => {
                let below = below.to_owned();
                let name = below.split('/').next().unwrap_or_default().to_owned();
                loaded.file.name = below;
                subcharts.entry(name).or_default().push(loaded);
            }
            _ => place(&mut chart, loaded.file)?,
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

fn metadata(files: &[Loaded]) -> Result<Metadata, LoadChart> {
    let loaded =
        files.iter().find(|loaded| loaded.file.name == "Chart.yaml").ok_or(LoadChart::FindChartYaml)?;
    let mut metadata = Metadata::default();
    decode(&loaded.file, "Chart.yaml", |value| metadata.decode(value))?;
    // Helm 2 took charts that say no version of their format.
    if metadata.api_version.is_empty() {
        "v1".clone_into(&mut metadata.api_version);
    }
    Ok(metadata)
}

/// Puts a file where it belongs; those of `charts/` are not asked for.
fn place(chart: &mut Chart, file: File) -> Result<(), LoadChart> {
    let is_v1 = chart.metadata.api_version == "v1";
    match file.name.as_str() {
        "Chart.yaml" => {}
        "Chart.lock" => chart.lock = Some(decode(&file, "Chart.lock", Lock::decode)?),
        "values.yaml" => chart.values = Some(file),
        "values.schema.json" => chart.schema = Some(file),
        "requirements.yaml" => {
            decode(&file, "requirements.yaml", |value| chart.metadata.decode(value))?;
            let warning = "Warning: Dependencies are handled in Chart.yaml since apiVersion \"v2\". \
                           We recommend migrating dependencies to Chart.yaml.";
            keep_or_warn(chart, file, is_v1, warning);
        }
        "requirements.lock" => {
            chart.lock = Some(decode(&file, "requirements.lock", Lock::decode)?);
            let warning = "Warning: Dependency locking is handled in Chart.lock since apiVersion \"v2\". \
                           We recommend migrating to Chart.lock.";
            keep_or_warn(chart, file, is_v1, warning);
        }
        name if name.starts_with("templates/") => chart.templates.push(file),
        _ => chart.files.push(file),
    }
    Ok(())
}

fn keep_or_warn(chart: &mut Chart, file: File, is_v1: bool, warning: &str) {
    if is_v1 {
        chart.files.push(file);
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
        return match files.first() {
            Some(loaded) if loaded.file.name == name => {
                unpack(&loaded.file.bytes, &loaded.address, texts, budget, depth)
            }
            other => Err(LoadChart::ExpectArchive {
                chart: parent.name().to_owned(),
                name: name.to_owned(),
                found: other.map(|loaded| loaded.file.name.clone()).unwrap_or_default(),
            }),
        };
    }
    let below = files.into_iter().filter_map(|mut loaded| {
        loaded.file.name = loaded.file.name.split_once('/')?.1.to_owned();
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
