//! From bytes of an output to the place that a person edits.
//!
//! Takes the pieces of a render and the texts of its chart; gives files of the tree: the line of a template, the branch of a
//! helper, the key of a file of values. What stands in a chart that was taken from elsewhere leads to the line that says
//! which version of it is taken.

use std::collections::BTreeMap;

use checks::Finding;
use helm::chart::Chart;
use kustomize::places::FilePlace;
use manifest::limits::FILE_BYTES_MAX;
use manifest::{Document, NodeId};
use text::{Span, TextId, Texts};
use tree::Tree;

use super::find::ChartFolder;
use super::render::Render;
use crate::rendering::root::Found;

/// Files that say which charts a chart depends on, the newer format first.
const DEPENDENCY_FILES: [&str; 2] = ["Chart.yaml", "requirements.yaml"];

/// A file that bytes of an output may come from.
#[derive(Debug, Clone)]
struct Home {
    /// Its path in the tree; none within an archive.
    path: Option<String>,
    /// Its name in its own chart.
    name: String,
    /// Bytes of the file before those that spans count from: those of a byte order mark.
    bytes_skipped: u32,
    /// The chart of `charts/` that it is of, as its position; none for the chart's own.
    dependency: Option<usize>,
    role: Role,
}

/// What a file of a chart is to the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Template,
    Values,
    Other,
}

/// The files of one chart, and where its dependencies are declared.
pub(crate) struct Homes {
    files: BTreeMap<TextId, Home>,
    dependencies: Vec<Dependency>,
    /// What is shown where nobody wrote anything: `Chart.yaml`.
    otherwise: FilePlace,
}

/// A chart of `charts/`.
#[derive(Debug)]
struct Dependency {
    name: String,
    version: String,
    /// Where its version is declared, or else the declaring file.
    declared: FilePlace,
}

impl Homes {
    /// The files of a loaded chart.
    pub(crate) fn new(tree: &dyn Tree, folder: &ChartFolder, (chart, texts): (&Chart, &Texts)) -> Self {
        let mut files = BTreeMap::new();
        add_files(chart, texts, None, &mut files);
        let otherwise = FilePlace { path: folder.path(DEPENDENCY_FILES[0]), range: 0..0 };
        let mut dependencies = Vec::with_capacity(chart.dependencies.len());
        for (position, held) in chart.dependencies.iter().enumerate() {
            add_files(held, texts, Some(position), &mut files);
            let declared = declared(tree, folder, held.name());
            dependencies.push(Dependency {
                name: held.name().to_owned(),
                version: held.metadata.version.clone(),
                declared: declared.unwrap_or_else(|| otherwise.clone()),
            });
        }
        Self { files, dependencies, otherwise }
    }

    /// The place of a span in a file of the tree; none in an archive, and in values that stand elsewhere.
    pub(crate) fn file_place(&self, texts: &Texts, span: Span) -> Option<FilePlace> {
        let (path, bytes_skipped) = match self.files.get(&span.text) {
            Some(home) => (home.path.clone()?, home.bytes_skipped),
            None => (texts.path(span.text)?.to_owned(), 0),
        };
        Some(FilePlace { path, range: span.start + bytes_skipped..span.end + bytes_skipped })
    }

    /// The chart of `charts/` that a text is a file of.
    pub(crate) fn dependency_name(&self, text: TextId) -> Option<&str> {
        let dependency = self.dependencies.get(self.files.get(&text)?.dependency?)?;
        Some(&dependency.name)
    }

    /// Whether a text is a template or helper of the chart itself.
    pub(crate) fn is_own_template(&self, text: TextId) -> bool {
        self.files.get(&text).is_some_and(|home| home.dependency.is_none() && home.role == Role::Template)
    }

    /// Whether a text of a render is one of values: the chart's, those of a chart in `charts/`, or given ones.
    pub(crate) fn is_of_values(&self, text: TextId) -> bool {
        self.files.get(&text).is_none_or(|home| home.role == Role::Values)
    }

    /// A finding of a render with its places.
    pub(crate) fn found(&self, render: &mut Render, mut finding: Finding) -> Found {
        let mut related = self.related(render, &finding);
        let action = render.action_before(finding.span);
        let spans = self.spans(render, finding.span);
        // Of a version that is put together, what stands last is the version itself.
        let is_version = finding.path.to_string().ends_with("apiVersion");
        let Some(main) = (if is_version { spans.last() } else { spans.first() }).copied() else {
            finding.fix = None;
            return Found { finding, places: vec![self.otherwise.clone()], replaces: None, related };
        };
        let home = self.files.get(&main.text);
        let dependency = home.and_then(|home| Some((home, self.dependencies.get(home.dependency?)?)));
        let place = self.file_place(&render.texts, main);
        if let Some((home, dependency)) = dependency {
            return of_dependency(finding, (home, dependency), place, related);
        }
        let action = action.filter(|action| action.text != main.text);
        let rendered = action.and_then(|action| self.file_place(&render.texts, action));
        let (place, rendered) = match place {
            Some(place) => (place, rendered),
            None => (rendered.unwrap_or_else(|| self.otherwise.clone()), None),
        };
        related.extend(rendered.map(|place| (place, "rendered here".to_owned())));
        Found { finding, places: vec![place], replaces: None, related }
    }

    /// The place of something that was not assessed.
    pub(crate) fn place(&self, render: &mut Render, span: Span) -> Option<FilePlace> {
        let first = self.spans(render, span).into_iter().next()?;
        self.file_place(&render.texts, first)
    }

    fn related(&self, render: &mut Render, finding: &Finding) -> Vec<(FilePlace, String)> {
        let related = finding.related.iter();
        let related = related.filter_map(|(span, what)| Some((self.place(render, *span)?, what.clone())));
        related.collect()
    }

    /// Where the bytes of a span of the output were written, in their order; what continues in the same text is one.
    fn spans(&self, render: &mut Render, span: Span) -> Vec<Span> {
        let mut spans: Vec<Span> = Vec::new();
        for piece in render.pieces(span) {
            let known = |span: &Span| render.texts.get(span.text).is_some();
            let editable = render.origins.editable(piece.origin).filter(known);
            let evidence = || render.origins.evidence(piece.origin).into_iter().find(known);
            let Some(found) = editable.or_else(evidence) else { continue };
            match spans.last_mut() {
                Some(last) if last.text == found.text && last.end == found.start => last.end = found.end,
                _ => spans.push(found),
            }
        }
        spans
    }
}

/// A finding in a chart that was taken from elsewhere: what to edit is the version that is taken. A finding that the file
/// itself shows gives way to it.
fn of_dependency(
    mut finding: Finding,
    (home, dependency): (&Home, &Dependency),
    place: Option<FilePlace>,
    mut related: Vec<(FilePlace, String)>,
) -> Found {
    let Dependency { name, version, declared } = dependency;
    let file = &home.name;
    finding.message =
        format!("{}; '{file}' of the vendored chart '{name}' {version} says so", finding.message);
    finding.remedy = format!(
        "take a version of the chart '{name}' that does not render it, since an edit inside of it would be lost: {}",
        finding.remedy
    );
    finding.fix = None;
    related.extend(place.clone().map(|place| (place, "written here".to_owned())));
    Found { finding, places: vec![declared.clone()], replaces: place, related }
}

fn add_files(chart: &Chart, texts: &Texts, dependency: Option<usize>, files: &mut BTreeMap<TextId, Home>) {
    // What reads values and other files counts a byte order mark, and what reads templates does not.
    let templates = chart.templates.iter();
    let templates = templates.map(|file| (file.text, &file.name, Role::Template, file.bytes_skipped));
    let others = chart.files.iter().map(|(name, file)| (file.text, name, Role::Other, 0));
    let values = chart.values.iter().map(|file| (file.text, &file.name, Role::Values, 0));
    for (text, name, role, bytes_skipped) in templates.chain(others).chain(values) {
        let path = texts.path(text).map(str::to_owned);
        files.insert(text, Home { path, name: name.clone(), bytes_skipped, dependency, role });
    }
    if dependency.is_some() {
        chart.dependencies.iter().for_each(|held| add_files(held, texts, dependency, files));
    }
}

/// Where a chart says which version of another one it takes.
fn declared(tree: &dyn Tree, folder: &ChartFolder, name: &str) -> Option<FilePlace> {
    DEPENDENCY_FILES.iter().find_map(|file| {
        let path = folder.path(file);
        let bytes = tree.read(&path, FILE_BYTES_MAX).ok()?;
        let documents = manifest::parse_all(TextId(0), &bytes).ok()?;
        let document = documents.first()?;
        let span = document.span(version_of(document, name)?);
        Some(FilePlace { path, range: span.start..span.end })
    })
}

/// The version of a dependency, or its name where it has none.
fn version_of(document: &Document<'_>, name: &str) -> Option<NodeId> {
    let list = document.get(document.root()?, "dependencies")?;
    let mut items = document.items(document.dereference(list)).iter().map(|item| document.dereference(*item));
    let item = items.find(|item| document.text_at(*item, &["name"]) == Some(name))?;
    document.get(item, "version").or_else(|| document.get(item, "name"))
}
