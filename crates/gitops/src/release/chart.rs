//! A chart that was loaded, with what its renders share.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use helm::chart::{Chart, File};
use helm::engine::TemplateCache;
use helm::schema::{Remotes, Schemas};
use manifest::resolve::Dialect;
use manifest::value::Value;
use text::{Source, TextId, Texts};
use tree::Answer;

use crate::flux::ChartUse;
use crate::graph::Missing;
use crate::trees::Home;

/// A chart that was loaded, with what its renders share.
pub(crate) struct LoadedChart {
    pub(crate) chart: Chart,
    /// The texts of its files.
    pub(crate) texts: Texts,
    pub(crate) home: ChartHome,
    pub(crate) cache: TemplateCache,
    /// Whether a template of it may look at all APIs of a cluster, instead of asking for one.
    pub(super) may_list_apis: bool,
    schemas: Schemas,
    asked_schemas: Mutex<BTreeMap<String, Answer>>,
}

/// Where a chart's files stand.
#[derive(Debug, Clone)]
pub(crate) enum ChartHome {
    /// In an archive, or a checkout that nobody can edit here.
    Elsewhere,
    /// In a folder of a source.
    Files { home: Arc<Home>, address: String },
}

/// The schemas that others refer to, with a note of what was asked for.
struct NotedRemotes<'r> {
    remotes: &'r dyn Remotes,
    answers: &'r Mutex<BTreeMap<String, Answer>>,
}

impl Remotes for NotedRemotes<'_> {
    fn text(&self, address: &str) -> Option<Arc<str>> {
        let text = self.remotes.text(address);
        let answer = Answer::of_bytes(text.as_deref().map(str::as_bytes));
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).insert(address.to_owned(), answer);
        text
    }
}

impl LoadedChart {
    pub(super) fn new(chart: Chart, texts: Texts, home: ChartHome) -> Self {
        let (cache, schemas, asked_schemas) = (TemplateCache::new(), Schemas::new(), Mutex::default());
        let may_list_apis = may_list_apis(&chart);
        Self { chart, texts, home, cache, may_list_apis, schemas, asked_schemas }
    }

    /// What values are judged with, where schemas refer to others; and what `then` makes of it.
    pub(super) fn with_schemas<R>(
        &self,
        remotes: Option<&dyn Remotes>,
        then: impl FnOnce(Option<(&Schemas, &dyn Remotes)>) -> R,
    ) -> R {
        let Some(remotes) = remotes else { return then(None) };
        then(Some((&self.schemas, &NotedRemotes { remotes, answers: &self.asked_schemas })))
    }

    /// The addresses that its schemas have asked for so far, with the answers: compiled schemas do not ask again.
    pub(crate) fn asked_schemas(&self) -> BTreeMap<String, Answer> {
        self.asked_schemas.lock().unwrap_or_else(PoisonError::into_inner).clone()
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

/// Whether a template or a value of a chart, or of one that it holds, names the list of APIs without asking it for one.
fn may_list_apis(chart: &Chart) -> bool {
    let own = chart.templates.iter().chain(&chart.values);
    own.into_iter().any(|file| names_list_of_apis(&file.bytes))
        || chart.dependencies.iter().any(may_list_apis)
}

/// The list of APIs as templates name it, and the question that they ask it.
const LIST: &[u8] = b"APIVersions";
const QUESTION: &[u8] = b".Has";

fn names_list_of_apis(text: &[u8]) -> bool {
    memchr::memmem::find_iter(text, LIST).any(|at| {
        let rest = text.get(at + LIST.len()..).unwrap_or_default();
        !rest.starts_with(QUESTION)
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_that_names_the_list_may_look_at_all_of_it() {
        for (template, expected) in [
            ("{{ if .Capabilities.APIVersions.Has \"policy/v1\" }}", false),
            ("{{ if ($.Capabilities.APIVersions.Has .api) }}", false),
            ("{{ range .Capabilities.APIVersions }}", true),
            ("{{ .Capabilities.APIVersions.Has \"a\" }}{{ $a := .Capabilities.APIVersions }}", true),
            ("{{ .Values.api }}", false),
            ("APIVersions", true),
        ] {
            assert_eq!(names_list_of_apis(template.as_bytes()), expected, "{template}");
        }
    }
}
