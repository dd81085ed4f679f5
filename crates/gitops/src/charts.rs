//! The charts that releases name, each found once for all clusters' releases that use it.

use std::sync::Arc;

use helm::sources::{Aliases, ChartSource, FoundChart, Typed, WantedChart};
use kustomize::load::join;

use crate::flux::{ChartUse, Source};
use crate::graph::Missing;
use crate::ports::Ports;
use crate::release::{KnownChart, KnownCharts};
use crate::trees::{SharedTree, SourceTree, Sources, Trees};

/// How many sources a chart may lead through: a chart of a `HelmChart` of a repository is two.
const SOURCES_MAX: usize = 8;

/// What finds charts.
pub(crate) struct Charts<'a> {
    source: &'a (dyn ChartSource + Sync),
    known: &'a KnownCharts,
}

impl<'a> Charts<'a> {
    pub(crate) fn new(ports: &Ports<'a>, known: &'a KnownCharts) -> Self {
        Self { source: ports.charts, known }
    }

    /// The chart of a release; none if nobody has declared its source yet.
    pub(crate) fn of(
        &mut self,
        wanted: &ChartUse,
        sources: &Sources,
        trees: &mut Trees<'_>,
    ) -> Result<Option<Arc<KnownChart>>, Missing> {
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
    ) -> Result<Arc<KnownChart>, Missing> {
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
    ) -> Result<Arc<KnownChart>, Missing> {
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

    fn of_typed(&self, typed: Typed<'_>) -> Result<Arc<KnownChart>, Missing> {
        let wanted = WantedChart::of_typed(typed, &Aliases::new())
            .map_err(|error| Missing::Render(text::with_causes(&error)))?;
        self.known.elsewhere(&wanted, self.source)
    }

    /// A chart that is a folder of a source's files.
    fn of_files(
        &self,
        wanted: &ChartUse,
        sources: &Sources,
        trees: &mut Trees<'_>,
    ) -> Result<Option<Arc<KnownChart>>, Missing> {
        let Some(source) = trees.of(&wanted.source, sources)? else { return Ok(None) };
        self.of_folder(&source, &join("", &wanted.chart), &wanted.source.to_string()).map(Some)
    }

    /// A chart that is a folder of files which are called by an address.
    pub(crate) fn of_folder(
        &self,
        source: &SourceTree,
        folder: &str,
        address: &str,
    ) -> Result<Arc<KnownChart>, Missing> {
        let tree = SharedTree::clone(&source.tree);
        let asked = format!("{folder} of {}", source.key);
        let (folder, address) = (folder.to_owned(), address.to_owned());
        let found = FoundChart::Folder { tree, folder, address, commit: String::new() };
        self.known.in_folder(&asked, (&source.home, found), self.source)
    }
}

/// Any version is what Flux means where nothing is said.
fn range_of(range: &str) -> &str {
    if range == "*" { "" } else { range }
}
