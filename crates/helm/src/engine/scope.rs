//! What the templates of each chart see, and which templates there are.
//!
//! Takes the charts that take part and their coalesced values; gives one map for each chart, which all its templates share
//! and may change, as in Helm. Executes nothing.

use std::collections::BTreeMap;

use gotemplate::{Data, Ledger, Map, MapType, NamedMap, Value};

use super::files;
use super::metadata;
use crate::HelmVersion;
use crate::chart::File;
use crate::dependencies::EnabledChart;

/// The release that templates are told of.
#[derive(Debug, Clone)]
pub struct ReleaseOptions {
    /// Its name.
    pub name: String,
    /// The namespace that it goes to.
    pub namespace: String,
    /// Whether it is an upgrade rather than an installation.
    pub is_upgrade: bool,
    /// Which of its revisions it is; 1 for the first.
    pub revision: i64,
}

impl ReleaseOptions {
    /// The first installation of a release, in the namespace `default`: what `helm template` shows unless told otherwise.
    #[must_use]
    pub fn of_name(name: &str) -> Self {
        Self { name: name.to_owned(), namespace: "default".to_owned(), is_upgrade: false, revision: 1 }
    }
}

/// A template that may be executed.
pub(super) struct Renderable<'c> {
    pub(super) file: &'c File,
    /// What it sees as its dot.
    pub(super) dot: Map,
    pub(super) base_path: String,
}

/// Templates by the names that Helm gives them.
pub(super) type Renderables<'c> = BTreeMap<String, Renderable<'c>>;

/// All templates of a chart and of those that it depends on.
pub(super) fn templates<'c>(
    root: &EnabledChart<'c>,
    values: &Map,
    release: &ReleaseOptions,
    (capabilities, version): (Value, HelmVersion),
) -> Renderables<'c> {
    let mut scopes = Scopes {
        release: Value::unwritten(Data::Map(release_map(release))),
        capabilities,
        version,
        templates: BTreeMap::new(),
    };
    let values = named_values(values, version);
    scopes.chart(root, true, values);
    scopes.templates
}

struct Scopes<'c> {
    release: Value,
    capabilities: Value,
    version: HelmVersion,
    templates: Renderables<'c>,
}

impl<'c> Scopes<'c> {
    fn chart(&mut self, chart: &EnabledChart<'c>, is_root: bool, values: Map) -> Map {
        let subcharts = Map::new(MapType::Interface);
        let dot = Map::new(MapType::Interface);
        let put = |name: &str, value: Value| dot.insert(name.into(), Ledger::NOWHERE, value);
        put("Chart", metadata::chart(chart, is_root, self.version));
        put("Files", files::value(&chart.chart.files));
        put("Release", self.release.clone());
        put("Capabilities", self.capabilities.clone());
        put("Subcharts", Value::unwritten(Data::Map(subcharts.clone())));
        for dependency in &chart.dependencies {
            let own = values.get(dependency.name.as_bytes());
            let own = own.as_ref().and_then(Value::as_map).cloned();
            let own = own.unwrap_or_else(|| Map::new(MapType::Interface));
            let below = self.chart(dependency, false, named_values(&own, self.version));
            subcharts.insert(
                dependency.name.as_str().into(),
                Ledger::NOWHERE,
                Value::unwritten(Data::Map(below)),
            );
        }
        put("Values", Value::unwritten(Data::Map(values)));
        self.templates_of(chart, &dot);
        dot
    }

    fn templates_of(&mut self, chart: &EnabledChart<'c>, dot: &Map) {
        let dot = named_values(dot, self.version);
        for file in &chart.chart.templates {
            if chart.chart.is_library() && !base_name(&file.name).starts_with('_') {
                continue;
            }
            let name = format!("{}/{}", chart.path, file.name);
            let base_path = format!("{}/templates", chart.path);
            self.templates.insert(name, Renderable { file, dot: dot.clone(), base_path });
        }
    }
}

/// The part of a path behind its last slash.
pub(super) fn base_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

fn release_map(release: &ReleaseOptions) -> Map {
    let map = Map::new(MapType::Interface);
    let text = |text: &str| Value::string(text, Ledger::NOWHERE);
    let entries = [
        ("Name", text(&release.name)),
        ("Namespace", text(&release.namespace)),
        ("IsUpgrade", Value::bool(release.is_upgrade, Ledger::NOWHERE)),
        ("IsInstall", Value::bool(!release.is_upgrade, Ledger::NOWHERE)),
        ("Revision", Value::int(release.revision, Ledger::NOWHERE)),
        ("Service", text("Helm")),
    ];
    for (name, value) in entries {
        map.insert(name.into(), Ledger::NOWHERE, value);
    }
    map
}

/// The same map under the type that Helm has for values.
pub(super) fn named_values(values: &Map, version: HelmVersion) -> Map {
    values.under(MapType::Named(values_type(version)))
}

fn values_type(version: HelmVersion) -> &'static NamedMap {
    match version {
        HelmVersion::V3 => &VALUES_OF_3,
        HelmVersion::V4 => &VALUES_OF_4,
    }
}

/// `chartutil.Values` of Helm 3, whose methods no template has been seen to call but `YAML` and `AsMap`.
static VALUES_OF_3: NamedMap = NamedMap {
    name: "chartutil.Values",
    element: "interface {}",
    signature: super::values_methods::signature,
    method: super::values_methods::call,
};

/// `common.Values` of Helm 4.
static VALUES_OF_4: NamedMap = NamedMap {
    name: "common.Values",
    element: "interface {}",
    signature: super::values_methods::signature,
    method: super::values_methods::call,
};
