//! Renders a case in memory.

use std::collections::BTreeMap;

use gotemplate::{Bytes, Fixed, Ledger, Map, MapType};
use helm::capabilities::Capabilities;
use helm::chart::Chart;
use helm::engine::{Execution, ReleaseOptions, RenderedTemplate, TemplateCache};
use helm::render::{Release, RenderChart, Target, render};
use helm::values::{FileContent, Given, merge_maps, of_text, set_with_files};
use text::{Origins, Source, TextId, Texts, with_causes};
use tree::Memory;

use super::case::{Case, Contents};

/// The stack of the thread that renders: charts include templates many deep.
pub(crate) const STACK_BYTES: usize = 256 * 1024 * 1024;

/// What templates may use of it.
const STACK_BYTES_MAX: usize = STACK_BYTES - 16 * 1024 * 1024;

/// What was rendered, and whose it is.
pub(crate) struct Made {
    pub(crate) templates: Vec<RenderedTemplate>,
    pub(crate) origins: Origins,
    /// Which of the contents each text is.
    pub(crate) paths: BTreeMap<TextId, String>,
}

/// Renders with other contents than the case's own, and keeps whose it is.
pub(crate) fn make(case: &Case, contents: &Contents, cache: &TemplateCache) -> Result<Made, String> {
    let (mut texts, ledger) = (Texts::new(), Ledger::on());
    let templates = rendered((case, contents), cache, (&mut texts, &ledger), |release| match release {
        Ok(release) => Ok(release.templates),
        // What was rendered counts, whether or not it is YAML.
        Err(RenderChart::Sort(failure)) => Ok(failure.templates),
        Err(error) => Err(with_causes(&error)),
    })?;
    Ok(Made { templates, origins: ledger.into_origins(), paths: paths(&texts) })
}

/// Renders, and takes from the release what is wanted of it.
pub(crate) fn rendered<T>(
    (case, contents): (&Case, &Contents),
    cache: &TemplateCache,
    (texts, ledger): (&mut Texts, &Ledger),
    take: impl FnOnce(Result<Release<'_>, RenderChart>) -> Result<T, String>,
) -> Result<T, String> {
    let given = values(case, contents, texts, ledger)?;
    let tree: Memory = contents.iter().map(|(path, bytes)| (path.clone(), bytes.clone())).collect();
    let chart = Chart::of_folder(&tree, &case.chart, texts).map_err(|error| with_causes(&error))?;
    let capabilities = Capabilities::offline(case.version, "", []).map_err(|error| with_causes(&error))?;
    let release = ReleaseOptions::of_name("release");
    let ports = Fixed::at(1_700_000_000_000_000_000);
    let execution = Execution {
        version: case.version,
        ledger,
        ports: &ports,
        is_dns_enabled: false,
        stack_bytes_max: STACK_BYTES_MAX,
        cache,
    };
    let target = Target {
        release: &release,
        capabilities: &capabilities,
        schemas: None,
        renders_subchart_notes: false,
    };
    take(render(&chart, &given, target, &execution))
}

fn values(case: &Case, contents: &Contents, texts: &mut Texts, ledger: &Ledger) -> Result<Map, String> {
    let content = |path: &str| contents.get(path).cloned().ok_or_else(|| format!("no content at '{path}'"));
    let mut values = Map::new(MapType::Interface);
    for path in &case.values {
        let text = texts.add(Source::File { path: path.clone() });
        let read =
            of_text(text, &content(path)?, case.version, ledger).map_err(|error| with_causes(&error))?;
        values = merge_maps(&values, &read, ledger);
    }
    for (kind, path) in &case.given {
        let id = texts.add(Source::Given { name: path.clone() });
        let text = String::from_utf8(content(path)?).map_err(|error| error.to_string())?;
        let given = Given { text: &text, id, kind: *kind, version: case.version };
        let mut read = |path: &str| {
            let text = texts.add(Source::File { path: path.to_owned() });
            Ok(FileContent { text, bytes: Bytes::from(content(path)?) })
        };
        set_with_files(given, &values, ledger, &mut read).map_err(|error| error.to_string())?;
    }
    Ok(values)
}

fn paths(texts: &Texts) -> BTreeMap<TextId, String> {
    let ids = (0..u32::try_from(texts.len()).unwrap_or(u32::MAX)).map(TextId);
    let path = |id: TextId| match &texts.get(id)?.source {
        Source::File { path } | Source::Given { name: path } => Some((id, path.clone())),
        Source::Fetched { .. } | Source::Derived { .. } => None,
    };
    ids.filter_map(path).collect()
}
