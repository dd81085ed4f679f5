//! The charts that releases name, each loaded once for all clusters' releases that use it.

use std::path::Path;
use std::sync::Arc;

use helm::chart::{Chart, LoadChart};
use helm::sources::{Aliases, ChartSource, CompleteChart, FindChart, Typed, WantedChart, complete};
use kustomize::load::join;
use text::Texts;

use crate::flux::{ChartUse, Source};
use crate::graph::{Missing, Wanted};
use crate::release::{LoadedChart, LoadedCharts};
use crate::trees::{SharedTree, Sources, Trees};
use crate::walk::Ports;

/// How many sources a chart may lead through: a chart of a `HelmChart` of a repository is two.
const SOURCES_MAX: usize = 8;

/// What finds charts.
pub(crate) struct Charts<'a> {
    source: &'a (dyn ChartSource + Sync),
    loaded: LoadedCharts,
}

impl<'a> Charts<'a> {
    pub(crate) fn new(ports: &Ports<'a>) -> Self {
        Self { source: ports.charts, loaded: LoadedCharts::default() }
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
                    Typed { chart: &wanted.chart, repository: Some(url), version: range, is_development: false }
                }
                Some(Source::Registry { url, digest, range, tag }) => {
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

    fn of_typed(&self, typed: Typed<'_>) -> Result<Arc<LoadedChart>, Missing> {
        let wanted = WantedChart::of_typed(typed, &Aliases::new())
            .map_err(|error| Missing::Render(text::with_causes(&error)))?;
        self.loaded.get(&wanted.shown(), |texts| {
            let found = self.source.archive(&wanted).map_err(|error| not_found(&wanted, &error))?;
            Chart::of_archive(&found.bytes, &found.address, texts).map_err(|error| refused(&error))
        })
    }

    /// A chart that is a folder of a source's files.
    fn of_files(
        &self,
        wanted: &ChartUse,
        sources: &Sources,
        trees: &mut Trees<'_>,
    ) -> Result<Option<Arc<LoadedChart>>, Missing> {
        let Some(tree) = trees.of(&wanted.source, sources)? else { return Ok(None) };
        let folder = join("", &wanted.chart);
        let key = format!("{} {folder}", wanted.source);
        self.loaded.get(&key, |texts| self.of_folder(&tree, &folder, texts)).map(Some)
    }

    fn of_folder(&self, tree: &SharedTree, folder: &str, texts: &mut Texts) -> Result<Chart, Missing> {
        let mut chart = Chart::of_folder(&**tree, folder, texts).map_err(|error| refused(&error))?;
        let mut beside = |path: &Path, texts: &mut Texts| {
            Chart::of_folder(&**tree, &join(folder, &path.to_string_lossy()), texts)
        };
        let completed = complete(&mut chart, (&Aliases::new(), self.source), texts, &mut beside);
        match completed {
            Ok(_) => Ok(chart),
            Err(CompleteChart::Find(FindChart::Offline(wanted))) => Err(offline(&wanted)),
            Err(error) => Err(refused_dependency(&error)),
        }
    }
}

/// Any version is what Flux means where nothing is said.
fn range_of(range: &str) -> &str {
    if range == "*" { "" } else { range }
}

fn offline(wanted: &WantedChart) -> Missing {
    Missing::Fetch(Wanted::Chart(Box::new(wanted.clone())))
}

fn not_found(wanted: &WantedChart, error: &FindChart) -> Missing {
    match error {
        FindChart::Offline(_) => offline(wanted),
        error => Missing::Render(text::with_causes(error)),
    }
}

fn refused(error: &LoadChart) -> Missing {
    Missing::Render(text::with_causes(error))
}

fn refused_dependency(error: &CompleteChart<LoadChart>) -> Missing {
    Missing::Render(text::with_causes(error))
}
