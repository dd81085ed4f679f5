//! Charts that kustomizations ask for: first which they are, then what they render.
//!
//! A build fetches nothing. So it is done twice: once with nothing rendered, to write down which charts are asked for, and
//! once with those at hand.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use gotemplate::Ledger;
use helm::capabilities::Capabilities;
use helm::schema::NoRemotes;
use kustomize::generate::{ChartRequest, ChartSource, Charts, RefuseChart, RenderChart, RenderedChart};
use text::Source;

use super::chart::{HELM, Render, ValuesFile, ValuesHome};
use crate::kept::Asked;
use crate::release::{KnownChart, LoadedChart, manifests};

/// The folder in which charts from elsewhere are said to stand.
const ELSEWHERE: &str = ".liftlock-charts";

/// What separates objects of a chart.
const SEPARATOR: &str = "\n---\n";

/// Charts by what kustomizations call them: a folder of the source, or a place elsewhere.
#[derive(Default)]
pub(crate) struct Inflating {
    known: BTreeMap<AskedChart, Arc<KnownChart>>,
    /// What was asked for and is not known.
    asked: Mutex<Vec<AskedChart>>,
    capabilities: Option<Arc<Capabilities>>,
    now_nanoseconds: i128,
    /// The APIs that templates asked for, each with the answer.
    heard: Mutex<Asked>,
}

/// A chart that is asked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum AskedChart {
    /// A folder of the source.
    Folder(String),
    Elsewhere {
        repository: String,
        name: String,
        version: String,
        takes_development_versions: bool,
    },
}

impl std::fmt::Debug for Inflating {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_list().entries(self.known.keys()).finish()
    }
}

impl Inflating {
    /// With these charts, which have been loaded, for a cluster at a moment.
    pub(crate) fn with(
        known: BTreeMap<AskedChart, Arc<KnownChart>>,
        capabilities: Arc<Capabilities>,
        now_nanoseconds: i128,
    ) -> Self {
        Self { known, capabilities: Some(capabilities), now_nanoseconds, ..Self::default() }
    }

    /// The APIs that templates have asked for so far, each with the answer.
    pub(super) fn heard(&self) -> Asked {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What was asked for and is not at hand, each once.
    pub(crate) fn asked(&self) -> Vec<AskedChart> {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone();
        asked.sort_unstable();
        asked.dedup();
        asked
    }

    /// Hands out what decides what is rendered.
    pub(super) fn identify(&self, put: &mut dyn FnMut(&str)) {
        for (asked, chart) in &self.known {
            put(&format!("{asked:?}"));
            put(&chart.key);
        }
    }

    /// The values of charts that stand elsewhere, as files of the tree.
    pub(super) fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::from([(format!("{ELSEWHERE}/values.yaml"), b"{}\n".to_vec())]);
        for (asked, chart) in &self.known {
            if let AskedChart::Elsewhere { .. } = asked {
                let values = chart.at_hand().and_then(|loaded| loaded.chart.values.as_ref());
                let values = values.map_or_else(|| b"{}\n".to_vec(), |file| file.bytes.to_vec());
                files.insert(format!("{}/values.yaml", asked.folder()), values);
            }
        }
        files
    }

    pub(super) fn for_builds(self: &Arc<Self>, is_enabled: bool) -> Charts {
        let renderer: Arc<dyn RenderChart> = Arc::<Self>::clone(self);
        Charts { is_enabled, renderer: Some(renderer), ..Charts::default() }
    }

    /// The charts from elsewhere that are at hand, with what that is called which is rendered of each.
    pub(crate) fn elsewhere(&self) -> impl Iterator<Item = (String, &LoadedChart)> {
        let elsewhere = self.known.iter().filter(|(asked, _)| matches!(asked, AskedChart::Elsewhere { .. }));
        elsewhere.filter_map(|(asked, chart)| Some((asked.shown(), chart.at_hand()?)))
    }

    fn note(&self, asked: AskedChart) {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(asked);
    }

    /// The chart that stands in a folder.
    fn in_folder(&self, folder: &str) -> Option<&LoadedChart> {
        self.known.iter().find(|(asked, _)| asked.folder() == folder)?.1.at_hand()
    }
}

impl AskedChart {
    /// What to call what is rendered of it.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Folder(folder) => format!("chart {folder}"),
            Self::Elsewhere { repository, name, version, .. } => {
                let parts = ["chart", name, version, "of", repository];
                let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
                parts.join(" ")
            }
        }
    }

    fn folder(&self) -> String {
        match self {
            Self::Folder(folder) => folder.clone(),
            Self::Elsewhere { repository, name, version, .. } => {
                let parts = [repository, name, version].map(|part| part.replace(['/', '.', ':'], "_"));
                format!("{ELSEWHERE}/{}", parts.join("-"))
            }
        }
    }
}

impl RenderChart for Inflating {
    fn locate(&self, source: &ChartSource) -> Result<String, RefuseChart> {
        let ChartSource { name, repo, version, takes_development_versions } = source.clone();
        let asked = AskedChart::Elsewhere { repository: repo, name, version, takes_development_versions };
        if self.known.contains_key(&asked) {
            return Ok(asked.folder());
        }
        self.note(asked);
        Ok(ELSEWHERE.to_owned())
    }

    fn render(&self, request: &ChartRequest) -> Result<RenderedChart, RefuseChart> {
        let asked = self.known.keys().find(|asked| asked.folder() == request.folder);
        let name = asked.map_or_else(|| format!("chart {}", request.name), AskedChart::shown);
        let source = Source::Given { name };
        let Some(chart) = self.in_folder(&request.folder) else {
            if request.folder != ELSEWHERE {
                self.note(AskedChart::Folder(request.folder.clone()));
            }
            return Ok(RenderedChart { source, bytes: Vec::new() });
        };
        let text = self.rendered(request, chart).map_err(|reason| RefuseChart { reason })?;
        Ok(RenderedChart { source, bytes: text.into_bytes() })
    }
}

impl Inflating {
    fn rendered(&self, request: &ChartRequest, chart: &LoadedChart) -> Result<String, String> {
        if !request.name_template.is_empty() || request.release_name.is_empty() {
            return Err("the name of its release is a template, or made up".to_owned());
        }
        let values: Vec<ValuesFile> = request
            .values
            .iter()
            .map(|values| ValuesFile {
                name: "values".to_owned(),
                home: ValuesHome::Elsewhere,
                bytes: values.bytes.clone(),
            })
            .collect();
        let capabilities = self.capabilities_for(request)?;
        let rendered = Render {
            release_name: &request.release_name,
            namespace: &request.namespace,
            values: &values,
            sets: &[],
            capabilities: &capabilities,
            schemas: Some(&NoRemotes),
            now_nanoseconds: self.now_nanoseconds,
        };
        let texts = rendered.run(chart, Ledger::off(), |rendered| {
            let asked = rendered.asked.clone();
            self.heard.lock().unwrap_or_else(PoisonError::into_inner).extend(asked);
            manifests(&rendered.release, (request.includes_crds, request.skips_hooks))
        });
        let texts = texts.map_err(|missing| missing.to_string())?;
        let texts: Vec<&str> = texts.iter().map(|manifest| manifest.text.as_str()).collect();
        Ok(format!("{}\n", texts.join(SEPARATOR)))
    }

    /// What the chart is told of the cluster; what the kustomization says itself counts more.
    fn capabilities_for(&self, request: &ChartRequest) -> Result<Capabilities, String> {
        let of_cluster = self.capabilities.as_deref().cloned().unwrap_or_else(|| Capabilities::of(HELM));
        if request.kube_version.is_empty() && request.api_versions.is_empty() {
            return Ok(of_cluster);
        }
        let said = Capabilities::offline(HELM, &request.kube_version, request.api_versions.iter().cloned());
        let mut said = said.map_err(|error| text::with_causes(&error))?;
        if request.kube_version.is_empty() {
            said.kube_version = of_cluster.kube_version;
        }
        Ok(said)
    }
}
