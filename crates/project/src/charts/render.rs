//! One render: a chart with given values at one minor.
//!
//! Takes a loaded chart; gives the text of all that it installs, each byte with its origin, or Helm's error. The clock stands
//! still and randomness is the same each time, so that two renders differ only by what they were asked for. Judges nothing.

use std::ops::Range;
use std::sync::Arc;

use catalog::Overlay;
use gotemplate::{Fixed, Ledger, Map, MapType, Marks};
use helm::HelmVersion;
use helm::capabilities::{Capabilities, KubeVersion};
use helm::chart::Chart;
use helm::engine::{Asked, Execution, ReleaseOptions, TemplateCache};
use helm::marks::of_template;
use helm::pieces::{OutputPiece, TemplatePieces};
use helm::render::{Release, RenderChart, Target, check_installable, render};
use helm::schema::{Remotes, Schemas};
use helm::values::{merge_maps, of_text};
use text::{Origin, Origins, Source, Span, TextId, Texts};
use version::Minor;

use crate::rendering::output::Output;

/// The Helm whose meaning charts are rendered with: the newest.
const HELM: HelmVersion = HelmVersion::V4;

/// Bytes of stack of a thread that renders: a template may include itself a thousand times before Helm refuses, which takes
/// 40 MiB. Only what is touched of it is there.
pub(crate) const STACK_BYTES: usize = 64 * 1024 * 1024;

/// What of it templates may use; the rest is for what reads and prints values.
const STACK_BYTES_MAX: usize = STACK_BYTES - 16 * 1024 * 1024;

/// The name that `helm template` gives to a release which has none.
const RELEASE: &str = "release-name";

/// A file of values beside those of a chart.
#[derive(Debug, Clone)]
pub struct ValuesFile {
    /// Its name, as it is to be shown.
    pub name: String,
    /// Its path in the tree; none if it stands elsewhere, and then nothing in it is edited.
    pub path: Option<String>,
    /// Its bytes.
    pub bytes: Arc<[u8]>,
}

/// A set of values that a chart is rendered with: its own, and files over them, of which later ones win.
#[derive(Debug, Clone, Default)]
pub(crate) struct Variant {
    pub(crate) files: Vec<ValuesFile>,
}

impl Variant {
    /// The files as people are shown them; empty for the chart's own values alone.
    pub(crate) fn shown(&self) -> String {
        let names: Vec<&str> = self.files.iter().map(|file| file.name.as_str()).collect();
        names.join(", ")
    }
}

/// A chart that was loaded, with what its renders share.
pub(crate) struct Loaded {
    pub(crate) chart: Chart,
    /// The texts of its files.
    pub(crate) texts: Texts,
    cache: TemplateCache,
    schemas: Schemas,
    /// Nanoseconds since 1970 of the moment at which everything is rendered.
    now_nanoseconds: i128,
}

/// The cluster that a chart is rendered for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cluster<'a> {
    pub(crate) minor: Minor,
    pub(crate) overlay: &'a Overlay,
    /// APIs of custom resources that are taken to be there.
    pub(crate) custom_apis: &'a [String],
}

/// Where an object of an output was rendered.
#[derive(Debug, Clone, Copy)]
enum Part {
    /// In what a template gave, from this byte on.
    Template(usize, usize),
    /// It is a file of `crds/`, which is no template.
    Definition(TextId),
}

/// What a chart renders.
pub(crate) struct Render {
    pub(crate) output: Output,
    pub(crate) origins: Origins,
    /// The texts of the chart and of the values.
    pub(crate) texts: Texts,
    /// The APIs that templates asked for, each with the answer.
    pub(crate) asked: Asked,
    /// What templates gave or left out because of a cluster's objects, the clock or randomness.
    pub(crate) marks: Vec<(TextId, Marks)>,
    parts: Vec<Part>,
    templates: Vec<TemplatePieces>,
}

/// Bytes of an output that come from one place.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    /// The bytes of the output.
    pub(crate) range: Range<u32>,
    pub(crate) origin: Origin,
}

impl Loaded {
    pub(crate) fn new(chart: Chart, texts: Texts, now_nanoseconds: i128) -> Self {
        Self { chart, texts, cache: TemplateCache::new(), schemas: Schemas::new(), now_nanoseconds }
    }

    /// Renders the chart; the error is in Helm's words.
    pub(crate) fn render(
        &self,
        variant: &Variant,
        cluster: Cluster<'_>,
        remotes: &dyn Remotes,
    ) -> Result<Render, String> {
        check_installable(&self.chart, HELM).map_err(told)?;
        let (ledger, ports) = (Ledger::on(), Fixed::at(self.now_nanoseconds));
        let (values, texts) = self.given(variant, &ledger)?;
        let release = ReleaseOptions::of_name(RELEASE);
        let capabilities = capabilities(cluster);
        let target = Target {
            release: &release,
            capabilities: &capabilities,
            schemas: Some((&self.schemas, remotes)),
            renders_subchart_notes: false,
        };
        let execution = Execution {
            version: HELM,
            ledger: &ledger,
            ports: &ports,
            is_dns_enabled: false,
            stack_bytes_max: STACK_BYTES_MAX,
            cache: &self.cache,
        };
        let rendered = render(&self.chart, &values, target, &execution).map_err(told)?;
        let parts = parts_of(&rendered);
        let output = Output::of(parts.iter().map(|(_, text)| text.as_ref()));
        let parts = parts.into_iter().map(|(part, _)| part).collect();
        let Release { templates, asked, .. } = rendered;
        let marks = templates.iter().map(|template| (template.source, of_template(template, &ledger)));
        let marks = marks.filter(|(_, marks)| !marks.is_empty()).collect();
        drop(values);
        let templates = templates.into_iter().map(TemplatePieces::new).collect();
        Ok(Render { output, origins: ledger.into_origins(), texts, asked, marks, parts, templates })
    }

    /// The values of a variant, the last of its files on top.
    fn given(&self, variant: &Variant, ledger: &Ledger) -> Result<(Map, Texts), String> {
        let mut texts = self.texts.clone();
        let mut values = Map::new(MapType::Interface);
        for file in &variant.files {
            let source = match &file.path {
                Some(path) => Source::File { path: path.clone() },
                None => Source::Given { name: file.name.clone() },
            };
            let text = texts.add(source);
            let read = of_text(text, &file.bytes, HELM, ledger)
                .map_err(|error| format!("failed to parse {}: {}", file.name, text::with_causes(&error)))?;
            values = merge_maps(&values, &read, ledger);
        }
        Ok((values, texts))
    }
}

/// Helm's words.
fn told(error: RenderChart) -> String {
    text::with_causes(&error)
}

/// What a cluster of a minor serves by default, what its owner turned on, and custom resources.
fn capabilities(cluster: Cluster<'_>) -> Capabilities {
    let kinds = catalog::served_by_default(cluster.minor).into_iter().flatten();
    let kinds = kinds.map(|kind| (kind.group, kind.version, kind.kind));
    let version = KubeVersion::first_of_minor(cluster.minor.number());
    let mut capabilities = Capabilities::of_cluster(HELM, version, kinds);
    let is_on = |since: Option<Minor>| since.is_none_or(|since| since <= cluster.minor);
    for enabled in cluster.overlay.enabled.iter().filter(|enabled| is_on(enabled.since)) {
        let group_version = format!("{}/{}", enabled.group, enabled.version);
        let kind = enabled.kind.as_ref().map(|kind| format!("{group_version}/{kind}"));
        capabilities.api_versions.extend([Some(group_version), kind].into_iter().flatten());
    }
    capabilities.api_versions.extend(cluster.custom_apis.iter().cloned());
    capabilities
}

/// Everything that is installed, with its text.
fn parts_of<'r>(release: &'r Release<'_>) -> Vec<(Part, std::borrow::Cow<'r, str>)> {
    let definitions = release.crds.iter().map(|crd| {
        let text = String::from_utf8_lossy(&crd.file.bytes);
        (Part::Definition(crd.file.text), text)
    });
    let manifests = release.sorted.manifests.iter();
    let manifests = manifests.chain(release.sorted.hooks.iter().map(|hook| &hook.manifest));
    let manifests = manifests.map(|manifest| {
        let (_, text) = release.text_of(manifest);
        (Part::Template(manifest.template, manifest.range.start), text.into())
    });
    definitions.chain(manifests).collect()
}

impl Render {
    /// The pieces of a span of the output, in order. Parts that nobody knows the origin of are left out.
    pub(crate) fn pieces(&mut self, span: Span) -> Vec<Piece> {
        let Some((position, within)) = self.output.within(span) else { return Vec::new() };
        match self.parts.get(position) {
            None => Vec::new(),
            Some(Part::Definition(text)) => {
                let origin = Origin::Written(Span::new(*text, within));
                vec![Piece { range: span.start..span.end, origin }]
            }
            Some(Part::Template(template, offset)) => {
                let (template, offset) = (*template, *offset);
                let range = offset + within.start as usize..offset + within.end as usize;
                self.pieces_of_template(template, range, span.start)
            }
        }
    }

    /// The pieces of bytes that a template gave, which stand at `at` in the output.
    fn pieces_of_template(&mut self, template: usize, range: Range<usize>, at: u32) -> Vec<Piece> {
        let Some(template) = self.templates.get(template) else { return Vec::new() };
        let start = range.start;
        let offset = |byte: usize| at + u32::try_from(byte - start).unwrap_or(u32::MAX);
        let pieces = template.of(&mut self.origins, range).into_iter();
        let in_output = |OutputPiece { range, origin }: OutputPiece| {
            let range = offset(range.start)..offset(range.end);
            Piece { range, origin }
        };
        pieces.map(in_output).collect()
    }

    /// Where the bytes before a span stand in the text of the template that gave it: the place of the action that wrote it.
    pub(crate) fn action_before(&self, span: Span) -> Option<Span> {
        let (position, within) = self.output.within(span)?;
        let Some(Part::Template(index, offset)) = self.parts.get(position) else { return None };
        self.templates.get(*index)?.action_before(offset + within.start as usize)
    }

    /// The texts of the templates that were executed.
    pub(crate) fn sources(&self) -> impl Iterator<Item = TextId> {
        self.templates.iter().map(TemplatePieces::source)
    }
}
