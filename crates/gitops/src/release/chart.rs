//! Charts that were loaded, each once for all releases that use it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use helm::chart::{Chart, File};
use helm::engine::TemplateCache;
use helm::schema::Schemas;
use manifest::resolve::Dialect;
use manifest::value::Value;
use text::{Source, TextId, Texts};

use crate::flux::ChartUse;
use crate::graph::Missing;
use crate::trees::Home;

/// A chart that was loaded, with what its renders share.
pub(crate) struct LoadedChart {
    pub(crate) chart: Chart,
    /// The texts of its files.
    pub(crate) texts: Texts,
    pub(crate) home: ChartHome,
    /// What it is of, in words: two of the same words are the same chart.
    pub(crate) key: Arc<str>,
    pub(crate) cache: TemplateCache,
    pub(crate) schemas: Schemas,
}

/// Where a chart's files stand.
#[derive(Debug, Clone)]
pub(crate) enum ChartHome {
    /// In an archive, or a checkout that nobody can edit here.
    Elsewhere,
    /// In a folder of a source.
    Files { home: Arc<Home>, address: String },
}

/// Charts that were loaded, by what they are of.
#[derive(Default)]
pub(crate) struct LoadedCharts(Mutex<BTreeMap<Arc<str>, Arc<LoadedChart>>>);

impl LoadedCharts {
    /// The chart of a key, loaded if nobody has asked for it before.
    pub(crate) fn get(
        &self,
        key: &str,
        home: ChartHome,
        load: impl FnOnce(&mut Texts) -> Result<Chart, Missing>,
    ) -> Result<Arc<LoadedChart>, Missing> {
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(loaded) = lock().get(key) {
            return Ok(Arc::clone(loaded));
        }
        let mut texts = Texts::new();
        let chart = load(&mut texts)?;
        let key: Arc<str> = key.into();
        let (cache, schemas) = (TemplateCache::new(), Schemas::new());
        let loaded = LoadedChart { chart, texts, home, key: Arc::clone(&key), cache, schemas };
        Ok(Arc::clone(lock().entry(key).or_insert_with(|| Arc::new(loaded))))
    }
}

impl LoadedChart {
    /// Whose the files of its folder are; none if they are nobody's here.
    pub(crate) fn home(&self) -> Option<&Arc<Home>> {
        match &self.home {
            ChartHome::Elsewhere => None,
            ChartHome::Files { home, .. } => Some(home),
        }
    }

    /// The path of a text of the chart in the source that its folder stands in; none for other texts.
    pub(crate) fn path(&self, text: TextId) -> Option<&str> {
        let ChartHome::Files { address, .. } = &self.home else { return None };
        match &self.texts.get(text)?.source {
            Source::Fetched { address: file } => file.strip_prefix(address.as_str())?.strip_prefix('!'),
            _ => None,
        }
    }

    /// The paths of all its files in the source that its folder stands in.
    pub(crate) fn files(&self) -> Vec<String> {
        let ids = (0..u32::try_from(self.texts.len()).unwrap_or(u32::MAX)).map(TextId);
        ids.filter_map(|id| self.path(id)).map(str::to_owned).collect()
    }

    /// The name that a text has in the chart, or in one that it holds, with the name and version of that one.
    pub(crate) fn name_of(&self, text: TextId) -> Option<(&Chart, &str)> {
        let mut open = vec![&self.chart];
        while let Some(chart) = open.pop() {
            let own = chart.templates.iter().chain(&chart.values).map(|file| (file.text, file.name.as_str()));
            let others = chart.files.iter().map(|(name, file)| (file.text, name.as_str()));
            if let Some((_, name)) = own.chain(others).find(|(id, _)| *id == text) {
                return Some((chart, name));
            }
            open.extend(&chart.dependencies);
        }
        None
    }

    /// The chart with other files in place of its `values.yaml`; none if it stays as it is.
    pub(super) fn with_values_files(&self, wanted: &ChartUse) -> Result<Option<Chart>, Missing> {
        let names = &wanted.values_files;
        if names.is_empty() {
            return Ok(None);
        }
        let mut merged = Value::Mapping(Vec::new());
        for name in names {
            let name = name.trim_start_matches("./");
            match bytes_of(&self.chart, name)? {
                Some(bytes) => merged = merge(merged, value_of(name, &bytes)?),
                None if wanted.ignores_missing_values_files => {}
                None => return Err(Missing::Render(format!("no values file found at path '{name}'"))),
            }
        }
        let text = manifest::emit::marshal_as_kubectl(&merged)
            .map_err(|error| Missing::Render(text::with_causes(&error)))?;
        let bytes = text.into_bytes().into();
        let values = File { name: "values.yaml".to_owned(), text: TextId(u32::MAX), bytes };
        Ok(Some(Chart { values: Some(values), ..self.chart.clone() }))
    }
}

/// The bytes of a file of values in a chart; none if it is not there.
fn bytes_of(chart: &Chart, name: &str) -> Result<Option<Arc<[u8]>>, Missing> {
    if let Some(values) = chart.values.as_ref().filter(|_| name == "values.yaml") {
        return Ok(Some(Arc::clone(&values.bytes)));
    }
    let Some(file) = chart.files.get(name) else { return Ok(None) };
    let content = file.read().map_err(|error| Missing::Render(format!("{name}: {error}")))?;
    Ok(Some(Arc::clone(&content.bytes)))
}

fn value_of(name: &str, bytes: &[u8]) -> Result<Value, Missing> {
    let told = |error: &(dyn std::error::Error + 'static)| {
        Missing::Render(format!("{name}: {}", text::with_causes(error)))
    };
    let document = manifest::parse_first(TextId(0), bytes, 0..bytes.len()).map_err(|error| told(&error))?;
    Value::from_document(&document, Dialect::GoYaml2).map_err(|error| told(&error))
}

/// Values over others: mappings entry by entry, everything else as a whole.
fn merge(base: Value, over: Value) -> Value {
    match (base, over) {
        (Value::Mapping(mut entries), Value::Mapping(others)) => {
            for (key, value) in others {
                match entries.iter_mut().find(|(known, _)| *known == key) {
                    Some((_, known)) => *known = merge(std::mem::replace(known, Value::Null), value),
                    None => entries.push((key, value)),
                }
            }
            Value::Mapping(entries)
        }
        (base, Value::Null) => base,
        (_, over) => over,
    }
}
