//! What a kustomization says, as data with origins.
//!
//! The same types hold what stands in a kustomization file and in the configuration of a builtin plugin. Texts carry the
//! origin of the scalar that they were written in, so that what is made of them can point there. Says nothing about how
//! any of it is carried out.

pub(crate) mod read;

use compact_str::CompactString;
use manifest::mutable::Graph;
use text::TextId;

use crate::identity::{Gvk, Id};
pub use read::ReadKustomization;

/// A text and where it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text<O> {
    /// The text.
    pub text: CompactString,
    /// Where it was written.
    pub origin: O,
    /// The id of the text itself, where documents may stand in it: inline patches and inline configuration of plugins
    /// ([`Files::embed`](crate::load::Files::embed) gives it).
    pub content: Option<TextId>,
}

/// Entries of a map of texts, sorted by key, each key once.
pub type TextMap<O> = Vec<(Text<O>, Text<O>)>;

/// A kustomization file with the deprecated spellings brought into today's form: `bases` stand behind `resources`,
/// `imageTags` behind `images`, `env` behind `envs`, `helmChartInflationGenerator` behind `helmCharts`.
#[derive(Debug, Clone)]
pub struct Kustomization<O> {
    /// The file's root.
    pub origin: O,
    /// Whether it is a component.
    pub is_component: bool,
    /// `resources`.
    pub resources: Vec<Text<O>>,
    /// `components`.
    pub components: Vec<Text<O>>,
    /// `crds`.
    pub crds: Vec<Text<O>>,
    /// `configurations`.
    pub configurations: Vec<Text<O>>,
    /// `generators`: paths, or inline configuration.
    pub generators: Vec<Text<O>>,
    /// `transformers`: paths, or inline configuration.
    pub transformers: Vec<Text<O>>,
    /// `validators`: paths, or inline configuration.
    pub validators: Vec<Text<O>>,
    /// `openapi.path`.
    pub openapi_path: Option<Text<O>>,
    /// `openapi.version`.
    pub openapi_version: Option<Text<O>>,
    /// `buildMetadata`.
    pub build_metadata: Vec<Text<O>>,
    /// `namePrefix`.
    pub name_prefix: Option<Text<O>>,
    /// `nameSuffix`.
    pub name_suffix: Option<Text<O>>,
    /// `namespace`.
    pub namespace: Option<Text<O>>,
    /// `commonLabels`.
    pub common_labels: TextMap<O>,
    /// `labels`.
    pub labels: Vec<Label<O>>,
    /// `commonAnnotations`.
    pub common_annotations: TextMap<O>,
    /// `patchesStrategicMerge`: paths, or patches.
    pub patches_strategic_merge: Vec<Text<O>>,
    /// `patchesJson6902`.
    pub patches_json6902: Vec<Patch<O>>,
    /// `patches`.
    pub patches: Vec<Patch<O>>,
    /// `images`.
    pub images: Vec<Image<O>>,
    /// `replicas`.
    pub replicas: Vec<Replica<O>>,
    /// `replacements`.
    pub replacements: Vec<ReplacementSource<O>>,
    /// `vars`.
    pub vars: Vec<Var<O>>,
    /// `sortOptions`.
    pub sort_options: Option<SortOptions>,
    /// `configMapGenerator`.
    pub config_maps: Vec<GeneratorArguments<O>>,
    /// `secretGenerator`.
    pub secrets: Vec<GeneratorArguments<O>>,
    /// `generatorOptions`.
    pub generator_options: Option<GeneratorOptions<O>>,
    /// `helmGlobals`.
    pub helm_globals: HelmGlobals,
    /// `helmCharts`.
    pub helm_charts: Vec<HelmChart<O>>,
    /// The deprecated fields that are used, in the order in which the original warns of them.
    pub deprecated: Vec<&'static str>,
}

/// A place in objects of some kinds: `fieldSpecs`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldSpec {
    /// Which kinds; empty parts stand for any.
    pub gvk: Gvk,
    /// The keys, parted by `/`; `[]` behind one says that it holds a sequence.
    pub path: CompactString,
    /// Whether the field is made where it is missing.
    pub create: bool,
}

/// One entry of `labels`.
#[derive(Debug, Clone)]
pub struct Label<O> {
    /// The labels.
    pub pairs: TextMap<O>,
    /// Whether selectors and templates get them.
    pub include_selectors: bool,
    /// Whether templates get them.
    pub include_templates: bool,
    /// Whether claims of volumes get them, since 5.8.2.
    pub include_volume_claim_templates: bool,
    /// Further places.
    pub fields: Vec<FieldSpec>,
}

/// Which objects are meant. Group, version, kind, name and namespace are regular expressions over the whole text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selector {
    /// Group, version, kind, name and namespace; empty parts stand for any.
    pub id: Id,
    /// A selector of labels, as kubectl writes it.
    pub label_selector: CompactString,
    /// The same over annotations.
    pub annotation_selector: CompactString,
}

/// One entry of `patches` or `patchesJson6902`.
#[derive(Debug, Clone)]
pub struct Patch<O> {
    /// The file that holds it.
    pub path: Option<Text<O>>,
    /// The patch itself.
    pub patch: Option<Text<O>>,
    /// What it is for; without one, what the patch names.
    pub target: Option<Selector>,
    /// Whether it may change a name.
    pub allow_name_change: bool,
    /// Whether it may change a kind.
    pub allow_kind_change: bool,
    /// The entry.
    pub origin: O,
}

/// One entry of `images`.
#[derive(Debug, Clone)]
pub struct Image<O> {
    /// Which image.
    pub name: CompactString,
    /// Its new name.
    pub new_name: Option<Text<O>>,
    /// Its new tag.
    pub new_tag: Option<Text<O>>,
    /// What is put behind its tag.
    pub tag_suffix: Option<Text<O>>,
    /// Its new digest.
    pub digest: Option<Text<O>>,
    /// The entry.
    pub origin: O,
}

/// One entry of `replicas`.
#[derive(Debug, Clone)]
pub struct Replica<O> {
    /// The name of the objects.
    pub name: CompactString,
    /// How many.
    pub count: i64,
    /// Where the count was written; the entry if it was not.
    pub origin: O,
}

/// One entry of `replacements`: itself, or a file of them.
#[derive(Debug, Clone)]
pub enum ReplacementSource<O> {
    /// It stands there.
    Inline(Box<Replacement<O>>),
    /// It stands in a file.
    Path(Text<O>),
    /// Both, which is refused when it is carried out: the path.
    Both(Text<O>),
}

/// A value that is put into other places.
#[derive(Debug, Clone)]
pub struct Replacement<O> {
    /// The field that the value comes from.
    pub source: Option<ReplacementField>,
    /// The value itself.
    pub source_value: Option<Text<O>>,
    /// Where it goes.
    pub targets: Vec<ReplacementTarget>,
    /// The entry.
    pub origin: O,
}

/// The field that a replacement's value comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReplacementField {
    /// Which object; empty parts stand for any.
    pub id: Id,
    /// Which field; `metadata.name` if empty.
    pub field_path: CompactString,
    /// Which part of it.
    pub options: FieldOptions,
}

/// Where a replacement's value goes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReplacementTarget {
    /// Which objects.
    pub select: Option<Selector>,
    /// Which of those not.
    pub reject: Vec<Selector>,
    /// Which fields; `metadata.name` if there is none.
    pub field_paths: Vec<CompactString>,
    /// Which part of them.
    pub options: Option<FieldOptions>,
}

/// Which part of a field is meant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldOptions {
    /// What parts are parted by.
    pub delimiter: CompactString,
    /// Which of the parts.
    pub index: i64,
    /// `base64`, or nothing.
    pub encoding: CompactString,
    /// Whether the field is made where it is missing.
    pub create: bool,
}

/// One entry of `vars`.
#[derive(Debug, Clone)]
pub struct Var<O> {
    /// Its name.
    pub name: CompactString,
    /// The object that its value is read from.
    pub object: Id,
    /// The field; `metadata.name` if none is named.
    pub field_path: CompactString,
    /// The entry.
    pub origin: O,
}

/// `sortOptions`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SortOptions {
    /// `legacy`, `fifo`, or whatever was written.
    pub order: CompactString,
    /// The kinds that come first and last, if they are named.
    pub legacy: Option<LegacyOrder>,
}

/// The kinds that come first and last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LegacyOrder {
    /// First, in this order.
    pub first: Vec<CompactString>,
    /// Last, in this order.
    pub last: Vec<CompactString>,
}

/// One entry of `configMapGenerator` or `secretGenerator`.
#[derive(Debug, Clone)]
pub struct GeneratorArguments<O> {
    /// The name before its suffix.
    pub name: Text<O>,
    /// The namespace.
    pub namespace: Option<Text<O>>,
    /// `create`, `merge`, `replace`, or whatever was written.
    pub behavior: CompactString,
    /// `key=value`, each.
    pub literals: Vec<Text<O>>,
    /// A path or `key=path`, each.
    pub files: Vec<Text<O>>,
    /// Files of lines `key=value`.
    pub envs: Vec<Text<O>>,
    /// The type of a Secret.
    pub secret_type: Option<Text<O>>,
    /// Options of its own.
    pub options: Option<GeneratorOptions<O>>,
    /// The entry.
    pub origin: O,
}

/// `generatorOptions`.
#[derive(Debug, Clone)]
pub struct GeneratorOptions<O> {
    /// Labels of what is generated.
    pub labels: TextMap<O>,
    /// Annotations of it.
    pub annotations: TextMap<O>,
    /// Whether its name stays as it is.
    pub disable_name_suffix_hash: bool,
    /// Whether it is immutable.
    pub immutable: bool,
}

/// `helmGlobals`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HelmGlobals {
    /// The folder of the charts; `charts` if empty.
    pub chart_home: CompactString,
    /// Helm's own folder.
    pub config_home: CompactString,
}

/// One entry of `helmCharts`.
#[derive(Debug, Clone)]
pub struct HelmChart<O> {
    /// The chart.
    pub name: CompactString,
    /// Its version.
    pub version: CompactString,
    /// Its repository.
    pub repo: CompactString,
    /// The release's name.
    pub release_name: CompactString,
    /// The release's namespace.
    pub namespace: CompactString,
    /// Files of values behind the first.
    pub additional_values_files: Vec<Text<O>>,
    /// The first file of values.
    pub values_file: Option<Text<O>>,
    /// Values that stand here.
    pub values_inline: Option<Graph<O>>,
    /// `merge`, `override`, `replace`, or whatever was written.
    pub values_merge: CompactString,
    /// `includeCRDs`.
    pub include_crds: bool,
    /// `skipHooks`.
    pub skip_hooks: bool,
    /// `apiVersions`.
    pub api_versions: Vec<CompactString>,
    /// `kubeVersion`.
    pub kube_version: CompactString,
    /// `nameTemplate`.
    pub name_template: CompactString,
    /// `skipTests`.
    pub skip_tests: bool,
    /// `debug`.
    pub debug: bool,
    /// `devel`.
    pub devel: bool,
    /// The entry.
    pub origin: O,
}

impl<O: Copy> Kustomization<O> {
    /// One that says nothing.
    #[must_use]
    pub fn empty(origin: O) -> Self {
        Self {
            origin,
            is_component: false,
            resources: Vec::new(),
            components: Vec::new(),
            crds: Vec::new(),
            configurations: Vec::new(),
            generators: Vec::new(),
            transformers: Vec::new(),
            validators: Vec::new(),
            openapi_path: None,
            openapi_version: None,
            build_metadata: Vec::new(),
            name_prefix: None,
            name_suffix: None,
            namespace: None,
            common_labels: Vec::new(),
            labels: Vec::new(),
            common_annotations: Vec::new(),
            patches_strategic_merge: Vec::new(),
            patches_json6902: Vec::new(),
            patches: Vec::new(),
            images: Vec::new(),
            replicas: Vec::new(),
            replacements: Vec::new(),
            vars: Vec::new(),
            sort_options: None,
            config_maps: Vec::new(),
            secrets: Vec::new(),
            generator_options: None,
            helm_globals: HelmGlobals::default(),
            helm_charts: Vec::new(),
            deprecated: Vec::new(),
        }
    }
}
