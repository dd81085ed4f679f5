//! Charts, as fields of a kustomization, as plugin configuration, and in the old spelling.

use compact_str::CompactString;
use manifest::ScalarStyle;
use manifest::mutable::{Data, Graph, NodeIndex, Scalar, Tag};

use super::ReadKustomization;
use super::arguments::read_unless_empty;
use super::value::{Fault, Read, Rules, Value, field_of};
use crate::kustomization::{HelmChart, HelmGlobals};

/// The fields of the configuration object: the two that are not of one chart alone, then those of the chart.
const PLUGIN_FIELDS: &[&str] = &[
    "chartHome",
    "configHome",
    "name",
    "version",
    "repo",
    "releaseName",
    "namespace",
    "additionalValuesFiles",
    "valuesFile",
    "valuesInline",
    "valuesMerge",
    "includeCRDs",
    "skipHooks",
    "apiVersions",
    "kubeVersion",
    "nameTemplate",
    "skipTests",
    "debug",
    "devel",
];

impl<O: Copy> Read<O> for HelmGlobals {
    const NAMES: &'static [&'static str] = &["chartHome", "configHome"];

    fn absent(_: O) -> Self {
        Self::default()
    }

    fn field(&mut self, name: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        match name {
            "chartHome" => self.chart_home.read(value),
            _ => self.config_home.read(value),
        }
    }
}

impl<O: Copy> Read<O> for HelmChart<O> {
    const NAMES: &'static [&'static str] = PLUGIN_FIELDS.split_at(2).1;

    fn absent(origin: O) -> Self {
        Self {
            name: CompactString::default(),
            version: CompactString::default(),
            repo: CompactString::default(),
            release_name: CompactString::default(),
            namespace: CompactString::default(),
            additional_values_files: Vec::new(),
            values_file: None,
            values_inline: None,
            values_merge: CompactString::default(),
            include_crds: false,
            skip_hooks: false,
            api_versions: Vec::new(),
            kube_version: CompactString::default(),
            name_template: CompactString::default(),
            skip_tests: false,
            debug: false,
            devel: false,
            origin,
        }
    }

    fn field(&mut self, name: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        match name {
            "name" => self.name.read(value),
            "version" => self.version.read(value),
            "repo" => self.repo.read(value),
            "releaseName" => self.release_name.read(value),
            "namespace" => self.namespace.read(value),
            "additionalValuesFiles" => self.additional_values_files.read(value),
            "valuesFile" => read_unless_empty(&mut self.values_file, value),
            "valuesInline" => {
                self.values_inline = read_values(value)?;
                Ok(())
            }
            "valuesMerge" => self.values_merge.read(value),
            "includeCRDs" => self.include_crds.read(value),
            "skipHooks" => self.skip_hooks.read(value),
            "apiVersions" => self.api_versions.read(value),
            "kubeVersion" => self.kube_version.read(value),
            "nameTemplate" => self.name_template.read(value),
            "skipTests" => self.skip_tests.read(value),
            "debug" => self.debug.read(value),
            _ => self.devel.read(value),
        }
    }
}

/// The configuration object of a `HelmChartInflationGenerator`.
pub(crate) struct HelmPlugin<O> {
    /// What is not of this chart alone.
    pub(crate) globals: HelmGlobals,
    /// The chart.
    pub(crate) chart: HelmChart<O>,
}

impl<O: Copy> Read<O> for HelmPlugin<O> {
    const NAMES: &'static [&'static str] = PLUGIN_FIELDS;
    const PROMOTED: &'static [&'static str] = Self::NAMES;

    fn absent(origin: O) -> Self {
        Self { globals: HelmGlobals::default(), chart: HelmChart::absent(origin) }
    }

    fn field(&mut self, name: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        match name {
            "chartHome" | "configHome" => self.globals.field(name, value),
            _ => self.chart.field(name, value),
        }
    }
}

impl<O: Copy> HelmPlugin<O> {
    /// Reads the configuration object.
    pub(crate) fn of_plugin(graph: &Graph<O>) -> Result<Self, Fault<O>> {
        Value::whole(graph, Rules::LENIENT).get()
    }
}

/// One entry of `helmChartInflationGenerator`.
pub(crate) struct OldHelmChart<O> {
    chart: HelmChart<O>,
    globals: HelmGlobals,
}

impl<O: Copy> Read<O> for OldHelmChart<O> {
    const NAMES: &'static [&'static str] = &[
        "chartName",
        "chartVersion",
        "chartRepoUrl",
        "chartHome",
        "chartRepoName",
        "helmBin",
        "helmHome",
        "values",
        "valuesLocal",
        "valuesMerge",
        "releaseName",
        "releaseNamespace",
        "extraArgs",
    ];

    fn absent(origin: O) -> Self {
        Self { chart: HelmChart::absent(origin), globals: HelmGlobals::default() }
    }

    fn field(&mut self, name: &'static str, value: Value<'_, O>) -> Result<(), Fault<O>> {
        match name {
            "chartName" => self.chart.field("name", value),
            "chartVersion" => self.chart.field("version", value),
            "chartRepoUrl" => self.chart.field("repo", value),
            "chartHome" => self.globals.chart_home.read(value),
            "helmHome" => self.globals.config_home.read(value),
            "values" => self.chart.field("valuesFile", value),
            "valuesLocal" => self.chart.field("valuesInline", value),
            "valuesMerge" | "releaseName" => self.chart.field(name, value),
            "extraArgs" => value.get::<Vec<CompactString>>().map(drop),
            // The original reads these and never looks at them again.
            _ => value.get::<CompactString>().map(drop),
        }
    }
}

impl<O: Copy> OldHelmChart<O> {
    /// Brings old entries into today's form. Of the globals the last that is not empty counts.
    pub(super) fn convert(old: Vec<Self>) -> (Vec<HelmChart<O>>, HelmGlobals) {
        let mut globals = HelmGlobals::default();
        let mut charts = Vec::with_capacity(old.len());
        for Self { chart, globals: HelmGlobals { chart_home, config_home } } in old {
            charts.push(chart);
            for (into, from) in
                [(&mut globals.chart_home, chart_home), (&mut globals.config_home, config_home)]
            {
                if !from.is_empty() {
                    *into = from;
                }
            }
        }
        (charts, globals)
    }
}

/// The fields of a chart that are texts.
const TEXTS_OF_CHART: [&str; 9] = [
    "name",
    "version",
    "repo",
    "releaseName",
    "namespace",
    "valuesFile",
    "valuesMerge",
    "kubeVersion",
    "nameTemplate",
];

/// The fields of a chart that are lists of texts.
const LISTS_OF_CHART: [&str; 2] = ["apiVersions", "additionalValuesFiles"];

/// Values as the original hands them on: numbers have been 64-bit floats, and scalars at the top whose keys are those of
/// a chart's own texts have become texts, because `sigs.k8s.io/yaml` takes the fields of the chart for those of the values.
fn read_values<O: Copy>(value: Value<'_, O>) -> Result<Option<Graph<O>>, Fault<O>> {
    if value.is_null() {
        return Ok(None);
    }
    if !value.graph.is_mapping(value.node) {
        return Err(value.mismatch("object"));
    }
    let mut graph = value.graph.below(value.node);
    let nodes: Vec<_> = graph.node_indices().collect();
    for node in nodes {
        if let Some(number) = as_float(&graph, node).map_err(|source| Fault {
            cause: ReadKustomization::ReadGraph(source),
            origin: graph.origin(node),
        })? {
            graph.node_mut(node).data = Data::Scalar(number);
        }
    }
    let top = graph.entries(graph.root()).to_vec();
    for entry in top {
        let name = field_of(&entry.key.text, HelmChart::<O>::NAMES).unwrap_or_default();
        if TEXTS_OF_CHART.contains(&name) {
            make_text(&mut graph, entry.value);
        } else if LISTS_OF_CHART.contains(&name) {
            for item in graph.items(entry.value).to_vec() {
                make_text(&mut graph, item);
            }
        }
    }
    Ok(Some(graph))
}

/// Makes a text of a number or boolean.
fn make_text<O: Copy>(graph: &mut Graph<O>, node: NodeIndex) {
    let value = Value { graph, node, rules: Rules::LENIENT };
    if let Ok(Some(text)) = value.get::<Option<CompactString>>() {
        graph.node_mut(node).data = Data::Scalar(Scalar::string(text));
    }
}

/// A number that has been a 64-bit float; none for anything else.
fn as_float<O: Copy>(
    graph: &Graph<O>,
    node: NodeIndex,
) -> Result<Option<Scalar>, manifest::mutable::ReadGraph> {
    use manifest::value::Value as Meaning;
    if graph.scalar(node).is_none() {
        return Ok(None);
    }
    let number = match graph.value_of(node)? {
        #[expect(clippy::cast_precision_loss, reason = "the loss is what the original has")]
        Meaning::Int(value) => value as f64,
        #[expect(clippy::cast_precision_loss, reason = "the loss is what the original has")]
        Meaning::Unsigned(value) => value as f64,
        Meaning::Float(value) => value,
        Meaning::Null | Meaning::Bool(_) | Meaning::String(_) => return Ok(None),
        Meaning::Sequence(_) | Meaning::Mapping(_) => return Ok(None),
    };
    let Ok(text) = manifest::emit::json(&Meaning::Float(number)) else { return Ok(None) };
    let tag = if text.parse::<i64>().is_ok() || text.parse::<u64>().is_ok() { Tag::Int } else { Tag::Float };
    Ok(Some(Scalar { text: text.into(), style: ScalarStyle::Plain, tag }))
}
