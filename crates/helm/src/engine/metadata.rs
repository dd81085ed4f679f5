//! `.Chart`: a struct in Helm 3, a map in Helm 4.

use std::collections::BTreeMap;

use gotemplate::{Bytes, Data, Element, Entry, Ledger, List, Map, MapType, Value};
use manifest::value::Value as Plain;

use super::record::{Field, Record, YamlNames};
use crate::HelmVersion;
use crate::chart::{Dependency, Maintainer, Metadata};
use crate::dependencies::EnabledChart;

/// The value of `.Chart`.
pub(super) fn chart(chart: &EnabledChart<'_>, is_root: bool, version: HelmVersion) -> Value {
    let metadata = &chart.chart.metadata;
    let fields = metadata_fields(metadata, &chart.name, &chart.requirements, version);
    let is_root = Value::unwritten(Data::Bool(is_root));
    match version {
        HelmVersion::V3 => {
            let metadata = record("chart.Metadata", fields, YamlNames::Lowercase);
            let fields =
                vec![Field::embedded("Metadata", metadata), Field::always("IsRoot", "IsRoot", is_root)];
            // The struct has no name in Go.
            record("struct { chart.Metadata; IsRoot bool }", fields, YamlNames::Lowercase).into_value()
        }
        HelmVersion::V4 => {
            let map = map_of(fields);
            map.insert("IsRoot".into(), Ledger::NOWHERE, is_root);
            Value::unwritten(Data::Map(map))
        }
    }
}

fn metadata_fields(
    metadata: &Metadata,
    name: &str,
    requirements: &[Dependency],
    version: HelmVersion,
) -> Vec<Field> {
    let maintainers = metadata.maintainers.iter().flatten();
    let maintainers =
        maintainers.map(|maintainer| structure(maintainer_fields(maintainer), MAINTAINER, version));
    let requirements = requirements.iter();
    let requirements = requirements
        .map(|requirement| structure(dependency_fields(requirement, version), DEPENDENCY, version));
    let (maintainers, requirements) = (maintainers.collect(), requirements.collect());
    vec![
        Field::optional("Name", "name", text(name)),
        Field::optional("Home", "home", text(&metadata.home)),
        Field::optional("Sources", "sources", texts(&metadata.sources, version)),
        Field::optional("Version", "version", text(&metadata.version)),
        Field::optional("Description", "description", text(&metadata.description)),
        Field::optional("Keywords", "keywords", texts(&metadata.keywords, version)),
        Field::optional("Maintainers", "maintainers", structures(maintainers, MAINTAINER.0, version)),
        Field::optional("Icon", "icon", text(&metadata.icon)),
        Field::optional("APIVersion", "apiVersion", text(&metadata.api_version)),
        Field::optional("Condition", "condition", text(&metadata.condition)),
        Field::optional("Tags", "tags", text(&metadata.tags)),
        Field::optional("AppVersion", "appVersion", text(&metadata.app_version)),
        Field::optional("Deprecated", "deprecated", Value::unwritten(Data::Bool(metadata.deprecated))),
        Field::optional("Annotations", "annotations", annotations(&metadata.annotations)),
        Field::optional("KubeVersion", "kubeVersion", text(&metadata.kube_version)),
        Field::optional("Dependencies", "dependencies", structures(requirements, DEPENDENCY.0, version)),
        Field::optional("Type", "type", text(&metadata.chart_type)),
    ]
}

fn maintainer_fields(maintainer: &Maintainer) -> Vec<Field> {
    vec![
        Field::optional("Name", "name", text(&maintainer.name)),
        Field::optional("Email", "email", text(&maintainer.email)),
        Field::optional("URL", "url", text(&maintainer.url)),
    ]
}

fn dependency_fields(dependency: &Dependency, version: HelmVersion) -> Vec<Field> {
    let imports = list(Element::Interface, dependency.import_values.iter().map(plain).collect(), version);
    vec![
        Field::always("Name", "name", text(&dependency.name)),
        Field::optional("Version", "version", text(&dependency.version)),
        Field::always("Repository", "repository", text(&dependency.repository)),
        Field::optional("Condition", "condition", text(&dependency.condition)),
        Field::optional("Tags", "tags", texts(&dependency.tags, version)),
        Field::optional("Enabled", "enabled", Value::unwritten(Data::Bool(dependency.enabled))),
        Field::optional("ImportValues", "import-values", imports),
        Field::optional("Alias", "alias", text(&dependency.alias)),
    ]
}

fn text(text: &str) -> Value {
    Value::string(text, Ledger::NOWHERE)
}

fn texts(items: &[String], version: HelmVersion) -> Value {
    let items = items.iter().map(|item| text(item)).collect();
    let element = match version {
        HelmVersion::V3 => Element::String,
        HelmVersion::V4 => Element::Interface,
    };
    list(element, items, version)
}

/// A struct's type, and what goyaml calls its fields.
type Struct = (&'static str, YamlNames);

const MAINTAINER: Struct = ("*chart.Maintainer", YamlNames::Lowercase);
const DEPENDENCY: Struct = ("*chart.Dependency", YamlNames::AsJson);

fn record(type_name: &'static str, fields: Vec<Field>, yaml: YamlNames) -> Record {
    Record { type_name, fields, texts: Vec::new(), yaml, texts_origin: Ledger::NOWHERE }
}

fn structure(fields: Vec<Field>, (type_name, yaml): Struct, version: HelmVersion) -> Value {
    match version {
        HelmVersion::V3 => record(type_name, fields, yaml).into_value(),
        HelmVersion::V4 => Value::unwritten(Data::Map(map_of(fields))),
    }
}

fn structures(items: Vec<Value>, element: &'static str, version: HelmVersion) -> Value {
    let element = match version {
        HelmVersion::V3 => Element::Named(element),
        HelmVersion::V4 => Element::Interface,
    };
    list(element, items, version)
}

/// A slice; in Helm 3, which shows the struct's own, a nil one where nothing is in it.
fn list(element: Element, items: Vec<Value>, version: HelmVersion) -> Value {
    Value::unwritten(Data::List(match version {
        HelmVersion::V3 if items.is_empty() => List::nil(element),
        _ => List::new(element, items),
    }))
}

fn map_of(fields: Vec<Field>) -> Map {
    let entries = fields.into_iter();
    let entries =
        entries.map(|field| (field.name.into(), Entry { key: Ledger::NOWHERE, value: field.value }));
    Map::of(MapType::Interface, entries.collect())
}

fn annotations(annotations: &[(String, String)]) -> Value {
    if annotations.is_empty() {
        return Value::unwritten(Data::Map(Map::nil(MapType::Strings)));
    }
    let entries = annotations.iter();
    let entries: BTreeMap<Bytes, Entry> = entries
        .map(|(key, value)| (key.as_str().into(), Entry { key: Ledger::NOWHERE, value: text(value) }))
        .collect();
    Value::unwritten(Data::Map(Map::of(MapType::Strings, entries)))
}

/// A value of `Chart.yaml` whose type is left open.
fn plain(value: &Plain) -> Value {
    #[expect(clippy::cast_precision_loss, reason = "Go's JSON decoder reads every number as a 64-bit float")]
    match value {
        Plain::Null => Value::nil(Ledger::NOWHERE),
        Plain::Bool(value) => Value::bool(*value, Ledger::NOWHERE),
        Plain::Int(value) => Value::float(*value as f64, Ledger::NOWHERE),
        Plain::Unsigned(value) => Value::float(*value as f64, Ledger::NOWHERE),
        Plain::Float(value) => Value::float(*value, Ledger::NOWHERE),
        Plain::String(value) => text(value),
        Plain::Sequence(items) => Value::list(items.iter().map(plain).collect(), Ledger::NOWHERE),
        Plain::Mapping(entries) => {
            let entries = entries.iter().filter_map(|(key, value)| {
                Some((key.as_str()?.into(), Entry { key: Ledger::NOWHERE, value: plain(value) }))
            });
            Value::unwritten(Data::Map(Map::of(MapType::Interface, entries.collect())))
        }
    }
}
