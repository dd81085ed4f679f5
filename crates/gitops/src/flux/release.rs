//! A Helm release of Flux: the chart, the values, and what becomes of the output.

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, LazyLock};

use manifest::emit::marshal_as_kubectl;
use manifest::value::Value;
use sha2::{Digest as _, Sha256};

use super::{Reference, ValuesReference, depends_on, other_cluster};
use crate::fields::Fields;
use crate::mask::differing;

/// A release.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct ReleaseSpec {
    /// The name of the release in its cluster.
    pub(crate) name: String,
    /// The namespace that its objects go to.
    pub(crate) namespace: String,
    pub(crate) chart: ChartUse,
    /// Its own values as YAML, which win; none if it has none.
    pub(crate) values: Option<PrintedValues>,
    /// The ranges of them that are made of decrypted values.
    pub(crate) sensitive_values: Vec<Range<u32>>,
    pub(crate) values_from: Vec<ValuesReference>,
    /// Whether names in these are made of decrypted values, as those of generated Secrets are.
    pub(crate) hides_names: bool,
    pub(crate) post_renderers: Vec<PostRenderer>,
    /// Whether the definitions in `crds/` are created when it is installed.
    pub(crate) creates_crds: bool,
    pub(crate) skips_schema_validation: bool,
    pub(crate) skips_hooks: bool,
    pub(crate) depends_on: Vec<(String, String)>,
    pub(crate) is_suspended: bool,
    pub(crate) other_cluster: Option<String>,
}

/// Values as YAML, printed when somebody asks for them first: nobody does where a render is known already.
#[derive(Clone)]
pub(crate) struct PrintedValues(Arc<LazyLock<String, Box<dyn FnOnce() -> String + Send + Sync>>>);

impl PrintedValues {
    fn of(values: Value) -> Self {
        // What was read has a form.
        let printed = move || marshal_as_kubectl(&values).unwrap_or_default();
        Self(Arc::new(LazyLock::new(Box::new(printed))))
    }

    pub(crate) fn text(&self) -> &str {
        &self.0
    }
}

impl PartialEq for PrintedValues {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.text() == other.text()
    }
}

impl Eq for PrintedValues {}

/// A chart that a release names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ChartUse {
    /// The source that has it, or is it.
    pub(crate) source: Reference,
    /// Its name in a repository, or its path in files; empty where the source is the chart.
    pub(crate) chart: String,
    /// A version or a range of versions.
    pub(crate) range: String,
    /// Files of values in the chart that stand in for its `values.yaml`, later ones over earlier ones.
    pub(crate) values_files: Vec<String>,
    pub(crate) ignores_missing_values_files: bool,
}

/// One step after rendering: what a kustomization over the output says, as YAML.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct PostRenderer {
    pub(crate) kustomization: String,
    /// Whether it is made of decrypted values.
    pub(crate) is_sensitive: bool,
}

/// The longest name of a release.
const RELEASE_NAME_BYTES_MAX: usize = 53;
/// What stays of a longer one before its digest, and how many digits that has: `GetReleaseName` of Flux's helm-controller.
const SHORTENED_BYTES: usize = 40;
const DIGEST_DIGITS: usize = 12;

impl fmt::Debug for ReleaseSpec {
    // Values may be secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ReleaseSpec").field("name", &self.name).finish_non_exhaustive()
    }
}

impl ReleaseSpec {
    /// Takes in what its object says where decrypted values are masked. Says whether only values and post-renderers are made of
    /// those.
    pub(crate) fn compare(&mut self, shown: &Self) -> bool {
        let text = |values: &Self| values.values.as_ref().map_or("", PrintedValues::text).to_owned();
        self.sensitive_values = differing(&text(self), &text(shown));
        let steps = self.post_renderers.iter_mut().zip(&shown.post_renderers);
        for (own, shown) in steps {
            own.is_sensitive = own.kustomization != shown.kustomization;
        }
        self.hides_names = self.values_from != shown.values_from;
        let but_for_values = |spec: &Self| Self {
            values: None,
            sensitive_values: Vec::new(),
            values_from: Vec::new(),
            hides_names: false,
            post_renderers: Vec::new(),
            ..spec.clone()
        };
        but_for_values(self) == but_for_values(shown)
    }

    /// Reads the object's value; `name` and `namespace` are its own.
    pub(crate) fn of(object: &Value, name: &str, namespace: &str) -> Self {
        let spec = Fields::of(object).at(&["spec"]);
        let target = spec.text(&["targetNamespace"]);
        let crds = spec.text(&["install", "crds"]);
        let skips_crds = spec.flag(&["install", "skipCRDs"]).unwrap_or(false);
        Self {
            name: release_name(spec.text(&["releaseName"]), target, name),
            namespace: if target.is_empty() { namespace } else { target }.to_owned(),
            chart: ChartUse::of_release(spec, namespace),
            values: spec.at(&["values"]).value().cloned().map(PrintedValues::of),
            sensitive_values: Vec::new(),
            hides_names: false,
            values_from: spec
                .items(&["valuesFrom"])
                .map(|item| ValuesReference::of(item, namespace))
                .collect(),
            post_renderers: post_renderers(spec),
            creates_crds: if crds.is_empty() { !skips_crds } else { crds != "Skip" },
            skips_schema_validation: spec.flag(&["install", "disableSchemaValidation"]).unwrap_or(false),
            skips_hooks: spec.flag(&["install", "disableHooks"]).unwrap_or(false),
            depends_on: depends_on(spec, namespace),
            is_suspended: spec.flag(&["suspend"]).unwrap_or(false),
            other_cluster: other_cluster(spec),
        }
    }
}

impl ChartUse {
    fn of_release(spec: Fields<'_>, namespace: &str) -> Self {
        let chart_ref = spec.at(&["chartRef"]);
        if chart_ref.value().is_some() {
            return Self {
                source: Reference::of(chart_ref, namespace),
                chart: String::new(),
                range: String::new(),
                values_files: Vec::new(),
                ignores_missing_values_files: false,
            };
        }
        Self::of_chart(spec.at(&["chart", "spec"]), namespace)
    }

    /// What a chart template or a `HelmChart` says.
    pub(crate) fn of_chart(spec: Fields<'_>, namespace: &str) -> Self {
        let files = spec.items(&["valuesFiles"]).filter_map(|item| item.value()?.as_str());
        // Gone since v2beta2, where it came before the others.
        let file = Some(spec.text(&["valuesFile"])).filter(|file| !file.is_empty());
        Self {
            source: Reference::of(spec.at(&["sourceRef"]), namespace),
            chart: spec.text(&["chart"]).to_owned(),
            range: spec.text(&["version"]).to_owned(),
            values_files: file.into_iter().chain(files).map(str::to_owned).collect(),
            ignores_missing_values_files: spec.flag(&["ignoreMissingValuesFiles"]).unwrap_or(false),
        }
    }
}

/// The name of a release. One that is too long ends with a digest of all of it.
fn release_name(said: &str, target_namespace: &str, name: &str) -> String {
    if !said.is_empty() {
        return said.to_owned();
    }
    let whole = match target_namespace {
        "" => name.to_owned(),
        namespace => format!("{namespace}-{name}"),
    };
    if whole.len() <= RELEASE_NAME_BYTES_MAX {
        return whole;
    }
    let digest: String = Sha256::digest(&whole).iter().map(|byte| format!("{byte:02x}")).collect();
    let digits = digest.get(..DIGEST_DIGITS).unwrap_or_default();
    format!("{}-{digits}", whole.get(..SHORTENED_BYTES).unwrap_or(&whole))
}

/// The steps after rendering, and last what is put on all objects.
fn post_renderers(spec: Fields<'_>) -> Vec<PostRenderer> {
    let of_one = |fields: Fields<'_>| {
        let kept = ["patches", "patchesStrategicMerge", "patchesJson6902", "images"];
        let entries: Vec<(Value, Value)> = kept
            .into_iter()
            .filter_map(|field| Some((Value::from(field), fields.at(&["kustomize", field]).value()?.clone())))
            .collect();
        marshal_as_kubectl(&Value::Mapping(entries)).ok()
    };
    let mut steps: Vec<String> = spec.items(&["postRenderers"]).filter_map(of_one).collect();
    let transformers: Vec<Value> = ["labels", "annotations"]
        .into_iter()
        .filter_map(|field| transformer(field, spec.at(&["commonMetadata", field]).value()?))
        .collect();
    if !transformers.is_empty() {
        let step = Value::Mapping(vec![(Value::from("transformers"), Value::Sequence(transformers))]);
        steps.extend(marshal_as_kubectl(&step).ok());
    }
    steps.into_iter().map(|kustomization| PostRenderer { kustomization, is_sensitive: false }).collect()
}

/// What puts labels or annotations on objects themselves, and not into what they make of a template.
fn transformer(field: &str, texts: &Value) -> Option<Value> {
    let kind = if field == "labels" { "LabelTransformer" } else { "AnnotationsTransformer" };
    let mapping = |entries: Vec<(&str, Value)>| {
        Value::Mapping(entries.into_iter().map(|(key, value)| (Value::from(key), value)).collect())
    };
    let path = Value::String(format!("metadata/{field}"));
    let whole = mapping(vec![
        ("apiVersion", Value::from("builtin")),
        ("kind", Value::from(kind)),
        ("metadata", mapping(vec![("name", Value::from("common-metadata"))])),
        (field, texts.clone()),
        ("fieldSpecs", Value::Sequence(vec![mapping(vec![("path", path), ("create", Value::Bool(true))])])),
    ]);
    marshal_as_kubectl(&whole).ok().map(Value::String)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_is_called_as_its_controller_calls_it() {
        assert_eq!(release_name("web", "apps", "x"), "web");
        assert_eq!(release_name("", "apps", "x"), "apps-x");
        assert_eq!(release_name("", "", "x"), "x");
        let long = release_name("", "", &"a".repeat(60));
        assert_eq!(long.len(), 53);
        assert!(long.starts_with(&format!("{}-", "a".repeat(40))));
    }
}
