//! One Helm release rendered as its controller renders it: the chart, the values in their order, and what is done to the
//! output.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use gotemplate::{Fixed, Ledger, Map, MapType};
use helm::HelmVersion;
use helm::capabilities::{Capabilities, KubeVersion};
use helm::chart::{Chart, File};
use helm::engine::{Execution, ReleaseOptions, TemplateCache};
use helm::render::{Release, Target, check_installable, check_release_name, render};
use helm::schema::{Remotes, Schemas};
use helm::values::{Given, SetKind, merge_maps, of_text, set};
use kustomize::load::{Files, Restriction};
use kustomize::{Options, Order, Work};
use manifest::resolve::Dialect;
use manifest::value::Value;
use text::{NoOrigins, Source, TextId, Texts};
use tree::Memory;
use version::Minor;

use crate::build::all_of;
use crate::flux::{PostRenderer, ReleaseSpec, ValuesReference};
use crate::graph::Missing;
use crate::limits::TEMPLATE_STACK_BYTES_MAX;
use crate::object::RenderedObject;
use crate::repository::documents;
use crate::variables::{DataObjects, opaque_text};

/// The Helm that Flux 2.8 and later link.
const HELM: HelmVersion = HelmVersion::V4;

/// A chart that was loaded, with what its renders share.
pub(crate) struct LoadedChart {
    pub(crate) chart: Chart,
    texts: Texts,
    cache: TemplateCache,
    schemas: Schemas,
}

/// Charts that were loaded, by what they are of.
#[derive(Default)]
pub(crate) struct LoadedCharts(Mutex<BTreeMap<String, Arc<LoadedChart>>>);

/// A release with all that its render needs.
pub(crate) struct RenderJob<'a> {
    pub(crate) spec: &'a ReleaseSpec,
    pub(crate) chart: Arc<LoadedChart>,
    /// Values in their order, its own last.
    pub(crate) values: Vec<GivenValues>,
    pub(crate) capabilities: &'a Capabilities,
    pub(crate) schemas: &'a (dyn Remotes + Sync),
    pub(crate) now_nanoseconds: i128,
}

/// Values that a release is given.
#[derive(Debug, Clone)]
pub(crate) struct GivenValues {
    /// Where they stand, for people.
    pub(crate) name: String,
    pub(crate) text: Secret,
    /// The path at which they are put, and whether they are taken as they are; none for a whole file of values.
    pub(crate) at: Option<(String, bool)>,
}

/// A text that may be secret.
#[derive(Clone)]
pub(crate) struct Secret(pub(crate) String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("***")
    }
}

/// What came of a render.
pub(crate) struct RenderedRelease {
    pub(crate) objects: Vec<RenderedObject>,
    /// The APIs that templates asked for and were told not to be there.
    pub(crate) absent_apis: Vec<String>,
    pub(crate) notes: Vec<String>,
}

impl LoadedCharts {
    /// The chart of a key, loaded if nobody has asked for it before.
    pub(crate) fn get(
        &self,
        key: &str,
        load: impl FnOnce(&mut Texts) -> Result<Chart, Missing>,
    ) -> Result<Arc<LoadedChart>, Missing> {
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(loaded) = lock().get(key) {
            return Ok(Arc::clone(loaded));
        }
        let mut texts = Texts::new();
        let chart = load(&mut texts)?;
        let loaded = LoadedChart { chart, texts, cache: TemplateCache::new(), schemas: Schemas::new() };
        Ok(Arc::clone(lock().entry(key.to_owned()).or_insert_with(|| Arc::new(loaded))))
    }
}

/// What a cluster of a minor serves, with the APIs of custom resources that are installed in it; what is compiled into Helm
/// where nobody knows the minor.
pub(crate) fn capabilities(version: Option<Minor>, custom: impl Iterator<Item = String>) -> Capabilities {
    let mut capabilities = match version {
        None => Capabilities::of(HELM),
        Some(minor) => {
            let kinds = catalog::served_by_default(minor).into_iter().flatten();
            let kinds = kinds.map(|kind| (kind.group, kind.version, kind.kind));
            Capabilities::of_cluster(HELM, KubeVersion::first_of_minor(minor.number()), kinds)
        }
    };
    capabilities.api_versions.extend(custom);
    capabilities
}

/// The values of a release, from objects that are known.
pub(crate) fn values_of(spec: &ReleaseSpec, data: &DataObjects) -> Result<Vec<GivenValues>, Missing> {
    let mut values = Vec::new();
    for reference in &spec.values_from {
        values.extend(given(reference, data)?);
    }
    if !spec.values.is_empty() {
        let text = Secret(spec.values.clone());
        values.push(GivenValues { name: "spec.values".to_owned(), text, at: None });
    }
    Ok(values)
}

/// What a reference gives; none if it may be missing and is.
fn given(reference: &ValuesReference, data: &DataObjects) -> Result<Option<GivenValues>, Missing> {
    let ValuesReference { object, key, target_path, is_literal, is_optional } = reference;
    let at = target_path.clone().map(|path| (path, *is_literal));
    let Some(found) = data.get(object) else {
        let missing = Missing::FindValues(object.to_string());
        return if *is_optional { Ok(None) } else { Err(missing) };
    };
    let text = match (found.text(key), &at) {
        (Some(Ok(text)), _) => text.to_owned(),
        (Some(Err(())), Some(_)) => opaque_text(key),
        (Some(Err(())), None) => return Err(Missing::Decrypt(format!("'{key}' of {object}"))),
        (None, _) if *is_optional => return Ok(None),
        (None, _) => return Err(Missing::FindKey { object: object.to_string(), key: key.clone() }),
    };
    Ok(Some(GivenValues { name: format!("{object} {key}"), text: Secret(text), at }))
}

impl RenderJob<'_> {
    pub(crate) fn run(&self) -> Result<RenderedRelease, Missing> {
        let told = |error: &(dyn std::error::Error + 'static)| Missing::Render(text::with_causes(error));
        check_installable(&self.chart.chart, HELM).map_err(|error| told(&error))?;
        check_release_name(&self.spec.name, HELM).map_err(|error| told(&error))?;
        let (ledger, ports) = (Ledger::off(), Fixed::at(self.now_nanoseconds));
        let chart = self.with_values_files()?;
        let chart = chart.as_ref().unwrap_or(&self.chart.chart);
        let values = self.given(&ledger)?;
        let release = ReleaseOptions {
            namespace: self.spec.namespace.clone(),
            ..ReleaseOptions::of_name(&self.spec.name)
        };
        let schemas = (!self.spec.skips_schema_validation)
            .then_some((&self.chart.schemas, self.schemas as &dyn Remotes));
        let target = Target {
            release: &release,
            capabilities: self.capabilities,
            schemas,
            renders_subchart_notes: false,
        };
        let execution = Execution {
            version: HELM,
            ledger: &ledger,
            ports: &ports,
            is_dns_enabled: false,
            stack_bytes_max: TEMPLATE_STACK_BYTES_MAX,
            cache: &self.chart.cache,
        };
        let rendered = render(chart, &values, target, &execution).map_err(|error| told(&error))?;
        self.outcome(&rendered)
    }

    /// All values, later ones over earlier ones.
    fn given(&self, ledger: &Ledger) -> Result<Map, Missing> {
        let mut texts = self.chart.texts.clone();
        let mut values = Map::new(MapType::Interface);
        for GivenValues { name, text: Secret(content), at } in &self.values {
            let id = texts.add(Source::Given { name: name.clone() });
            let refused = |reason: String| Missing::Render(format!("values of {name}: {reason}"));
            match at {
                None => {
                    let read = of_text(id, content.as_bytes(), HELM, ledger)
                        .map_err(|error| refused(text::with_causes(&error)))?;
                    values = merge_maps(&values, &read, ledger);
                }
                Some((path, is_literal)) => {
                    let (kind, content) = kind_of(content, *is_literal);
                    let given = format!("{path}={content}");
                    set(Given { text: &given, id, kind, version: HELM }, &values, ledger)
                        // The error may show the value.
                        .map_err(|_| refused(format!("cannot be put at '{path}'")))?;
                }
            }
        }
        Ok(values)
    }

    /// The chart with other files in place of its `values.yaml`; none if it stays as it is.
    fn with_values_files(&self) -> Result<Option<Chart>, Missing> {
        let names = &self.spec.chart.values_files;
        if names.is_empty() {
            return Ok(None);
        }
        let chart = &self.chart.chart;
        let mut merged = Value::Mapping(Vec::new());
        for name in names {
            let name = name.trim_start_matches("./");
            match bytes_of(chart, name)? {
                Some(bytes) => merged = merge(merged, value_of(name, &bytes)?),
                None if self.spec.chart.ignores_missing_values_files => {}
                None => return Err(Missing::Render(format!("no values file found at path '{name}'"))),
            }
        }
        let text = manifest::emit::marshal_as_kubectl(&merged)
            .map_err(|error| Missing::Render(text::with_causes(&error)))?;
        let bytes = text.into_bytes().into();
        let values = File { name: "values.yaml".to_owned(), text: TextId(u32::MAX), bytes };
        Ok(Some(Chart { values: Some(values), ..chart.clone() }))
    }

    fn outcome(&self, rendered: &Release<'_>) -> Result<RenderedRelease, Missing> {
        let mut objects = Vec::new();
        if self.spec.creates_crds {
            for crd in &rendered.crds {
                let text = String::from_utf8_lossy(&crd.file.bytes);
                for document in documents(&text).map_err(|error| Missing::Render(error.to_string()))? {
                    objects.extend(all_of(document)?);
                }
            }
        }
        for manifest in &rendered.sorted.manifests {
            objects.extend(all_of(rendered.text_of(manifest).1)?);
        }
        let hooks = rendered.sorted.hooks.iter().filter(|hook| !self.spec.skips_hooks && !hook.is_test());
        let mut of_hooks = Vec::new();
        for hook in hooks {
            of_hooks.extend(all_of(rendered.text_of(&hook.manifest).1)?);
        }
        objects.extend(of_hooks);
        for step in &self.spec.post_renderers {
            objects = post_render(step, &objects)?;
        }
        let absent = rendered.asked.iter().filter(|(_, is_there)| !*is_there).map(|(api, _)| api.clone());
        Ok(RenderedRelease {
            objects,
            absent_apis: absent.collect(),
            notes: not_validated(&rendered.warnings),
        })
    }
}

/// How a value at a path is read: one in quotes is a text without them.
fn kind_of(content: &str, is_literal: bool) -> (SetKind, &str) {
    let within = |quote: char| content.strip_prefix(quote)?.strip_suffix(quote);
    match within('\'').or_else(|| within('"')) {
        _ if is_literal => (SetKind::Literal, content),
        Some(content) => (SetKind::String, content),
        None => (SetKind::Typed, content),
    }
}

/// The warnings that say that something was not judged.
fn not_validated(warnings: &[String]) -> Vec<String> {
    let said = warnings.iter().filter_map(|warning| warning.strip_prefix("warning: "));
    said.filter(|warning| warning.contains("not validated")).map(str::to_owned).collect()
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

/// What a kustomization over objects makes of them.
fn post_render(step: &PostRenderer, objects: &[RenderedObject]) -> Result<Vec<RenderedObject>, Missing> {
    let refused = |failure: kustomize::Failure| {
        Missing::Render(format!("post-renderer: {}", text::with_causes(&failure)))
    };
    let all: Vec<&str> = objects.iter().map(|object| object.text.trim_end()).collect();
    let all = format!("{}\n", all.join("\n---\n"));
    let kustomization = format!("resources: [all.yaml]\n{}", step.kustomization);
    let memory: Memory = [("all.yaml", all.as_bytes()), ("kustomization.yaml", kustomization.as_bytes())]
        .into_iter()
        .collect();
    let mut work: Work<NoOrigins> = Work::new(Files::new(Arc::new(memory), Restriction::None, None));
    let options = Options { order: Order::AsRead, ..Options::default() };
    let built = kustomize::build(&mut work, "", &options).map_err(refused)?;
    let mut found = Vec::new();
    for text in built.texts().map_err(refused)? {
        found.extend(all_of(&text)?);
    }
    Ok(found)
}
