//! The charts that releases name, each loaded once for all clusters' releases that use it.

use std::sync::Arc;

use helm::chart::Chart;
use helm::sources::{Aliases, ChartSource, FindChart, FoundChart, Typed, WantedChart};
use kustomize::load::join;
use text::Texts;

use crate::flux::{ChartUse, Source};
use crate::graph::{Missing, Wanted};
use crate::ports::Ports;
use crate::release::{ChartHome, LoadedChart, LoadedCharts};
use crate::trees::{SourceTree, Sources, Trees};

/// How many sources a chart may lead through: a chart of a `HelmChart` of a repository is two.
const SOURCES_MAX: usize = 8;

/// What finds charts.
pub(crate) struct Charts<'a> {
    source: &'a (dyn ChartSource + Sync),
    loaded: &'a LoadedCharts,
}

impl<'a> Charts<'a> {
    pub(crate) fn new(ports: &Ports<'a>, loaded: &'a LoadedCharts) -> Self {
        Self { source: ports.charts, loaded }
    }

    /// The chart of a release; none if nobody has declared its source yet.
    pub(crate) fn of(
        &mut self,
        wanted: &ChartUse,
        sources: &Sources,
        trees: &mut Trees<'_>,
    ) -> Result<Option<Arc<LoadedChart>>, Missing> {
        let mut wanted = wanted;
        for _ in 0..SOURCES_MAX {
            let source = sources.known.get(&wanted.source);
            let typed = match source {
                Some(Source::Chart(chart)) => {
                    wanted = chart;
                    continue;
                }
                Some(Source::Charts { url }) => {
                    let range = range_of(&wanted.range);
                    Typed {
                        chart: &wanted.chart,
                        repository: Some(url),
                        version: range,
                        is_development: false,
                    }
                }
                Some(Source::Registry { url, digest, range, tag, .. }) => {
                    return self.of_registry(wanted, url, (digest, range, tag)).map(Some);
                }
                Some(Source::Elsewhere(kind)) => {
                    return Err(Missing::UseSource { source_kind: kind, name: wanted.source.name.clone() });
                }
                Some(Source::Git(_)) => return self.of_files(wanted, sources, trees),
                None if ["ExternalArtifact", "GitRepository"].contains(&wanted.source.kind.as_str()) => {
                    return self.of_files(wanted, sources, trees);
                }
                None => return Ok(None),
            };
            return self.of_typed(typed).map(Some);
        }
        Err(Missing::Render(format!("{} leads through more than {SOURCES_MAX} sources", wanted.source)))
    }

    fn of_registry(
        &self,
        wanted: &ChartUse,
        url: &str,
        (digest, range, tag): (&str, &str, &str),
    ) -> Result<Arc<LoadedChart>, Missing> {
        // A repository of charts names the chart in addition; an artifact is one.
        let base = match wanted.chart.as_str() {
            "" => url.to_owned(),
            chart => format!("{}/{chart}", url.trim_end_matches('/')),
        };
        let version = [range_of(&wanted.range), range, tag].into_iter().find(|said| !said.is_empty());
        let chart = if digest.is_empty() { base } else { format!("{base}@{digest}") };
        let version = version.filter(|_| digest.is_empty()).unwrap_or_default();
        self.of_typed(Typed { chart: &chart, repository: None, version, is_development: false })
    }

    /// A chart of a repository of charts, or of a registry, which an address without a protocol is as well; of a registry the
    /// address may be the chart's own.
    pub(crate) fn of_repository(
        &self,
        url: &str,
        chart: &str,
        version: &str,
    ) -> Result<Arc<LoadedChart>, Missing> {
        let version = range_of(version);
        if url.contains("://") && !url.starts_with("oci://") {
            return self.of_typed(Typed { chart, repository: Some(url), version, is_development: false });
        }
        let registry = url.trim_start_matches("oci://").trim_end_matches('/');
        let address = match chart {
            "" => format!("oci://{registry}"),
            chart => format!("oci://{registry}/{chart}"),
        };
        self.of_typed(Typed { chart: &address, repository: None, version, is_development: false })
    }

    fn of_typed(&self, typed: Typed<'_>) -> Result<Arc<LoadedChart>, Missing> {
        let wanted = WantedChart::of_typed(typed, &Aliases::new())
            .map_err(|error| Missing::Render(text::with_causes(&error)))?;
        self.loaded.get(&wanted.shown(), ChartHome::Elsewhere, |texts| {
            let found = self.source.archive(&wanted).map_err(|error| not_found(&error))?;
            self.load(&found, texts)
        })
    }

    fn load(&self, found: &FoundChart, texts: &mut Texts) -> Result<Chart, Missing> {
        found.load((&Aliases::new(), self.source), texts).map_err(|error| match error.missing() {
            Some(missing) => not_found(missing),
            None => Missing::Render(text::with_causes(&error)),
        })
    }

    /// A chart that is a folder of a source's files.
    fn of_files(
        &self,
        wanted: &ChartUse,
        sources: &Sources,
        trees: &mut Trees<'_>,
    ) -> Result<Option<Arc<LoadedChart>>, Missing> {
        let Some(source) = trees.of(&wanted.source, sources)? else { return Ok(None) };
        self.of_folder(&source, &join("", &wanted.chart), &wanted.source.to_string()).map(Some)
    }

    /// A chart that is a folder of files which are called by an address.
    pub(crate) fn of_folder(
        &self,
        source: &SourceTree,
        folder: &str,
        address: &str,
    ) -> Result<Arc<LoadedChart>, Missing> {
        let SourceTree { tree, home, key } = source.clone();
        let (folder, address) = (folder.to_owned(), address.to_owned());
        let key = format!("{folder} of {key}");
        let home = ChartHome::Files { home, address: address.clone() };
        let found = FoundChart::Folder { tree, folder, address, commit: String::new() };
        self.loaded.get(&key, home, |texts| self.load(&found, texts))
    }
}

/// Any version is what Flux means where nothing is said.
fn range_of(range: &str) -> &str {
    if range == "*" { "" } else { range }
}

fn not_found(error: &FindChart) -> Missing {
    match error {
        FindChart::Offline(wanted) => Missing::Fetch(Wanted::Chart(wanted.clone())),
        error => Missing::Render(text::with_causes(error)),
    }
}
