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
    /// The chart that was taken from elsewhere which it is of, as its position; none for what is written here.
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

/// A chart that was taken from elsewhere.
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
        let otherwise = FilePlace { path: folder.path(DEPENDENCY_FILES[0]), range: 0..0 };
        let mut homes = Self { files: BTreeMap::new(), dependencies: Vec::new(), otherwise };
        homes.add_chart(tree, &folder.folder, (chart, texts));
        homes
    }

    /// Adds the files of a chart that is written here. A chart in its `charts/` that it does not declare is written here as
    /// well, if it stands there in a folder: no command would put it there again.
    fn add_chart(&mut self, tree: &dyn Tree, folder: &str, (chart, texts): (&Chart, &Texts)) {
        add_files(chart, texts, None, &mut self.files);
        for held in &chart.dependencies {
            let declared = declared(tree, folder, held.name());
            match (declared, folder_of(held, texts)) {
                (None, Some(inner)) => self.add_chart(tree, inner, (held, texts)),
                (declared, _) => self.add_dependency(declared, (held, texts)),
            }
        }
    }

    /// Adds the files of a chart that was taken from elsewhere, and of all that it holds.
    fn add_dependency(&mut self, declared: Option<FilePlace>, (chart, texts): (&Chart, &Texts)) {
        add_files(chart, texts, Some(self.dependencies.len()), &mut self.files);
        self.dependencies.push(Dependency {
            name: chart.name().to_owned(),
            version: chart.metadata.version.clone(),
            declared: declared.unwrap_or_else(|| self.otherwise.clone()),
        });
    }

    /// The place of a span in a file of the tree; none in an archive, and in values that stand elsewhere.
    pub(crate) fn file_place(&self, texts: &Texts, span: Span) -> Option<FilePlace> {
        let path = match self.files.get(&span.text) {
            Some(home) => home.path.clone()?,
            None => texts.path(span.text)?.to_owned(),
        };
        Some(FilePlace { path, range: texts.range_in_file(span) })
    }

    /// The chart that was taken from elsewhere which a text is a file of.
    pub(crate) fn dependency_name(&self, text: TextId) -> Option<&str> {
        let dependency = self.dependencies.get(self.files.get(&text)?.dependency?)?;
        Some(&dependency.name)
    }

    /// Whether a text is a template or helper that is written here.
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
    let templates = chart.templates.iter().map(|file| (file.text, &file.name, Role::Template));
    let others = chart.files.iter().map(|(name, file)| (file.text, name, Role::Other));
    let values = chart.values.iter().map(|file| (file.text, &file.name, Role::Values));
    for (text, name, role) in templates.chain(others).chain(values) {
        let path = texts.path(text).map(str::to_owned);
        files.insert(text, Home { path, name: name.clone(), dependency, role });
    }
    if dependency.is_some() {
        chart.dependencies.iter().for_each(|held| add_files(held, texts, dependency, files));
    }
}

/// The folder of a chart that stands in the tree; none for one in an archive, and for one without any file.
fn folder_of<'t>(chart: &Chart, texts: &'t Texts) -> Option<&'t str> {
    let read = chart.templates.iter().chain(&chart.values).map(|file| (file.text, &file.name));
    let mut files = read.chain(chart.files.iter().map(|(name, file)| (file.text, name)));
    files.find_map(|(text, name)| texts.path(text)?.strip_suffix(name)?.strip_suffix('/'))
}

/// Where a chart says which version of another one it takes.
pub(crate) fn declared(tree: &dyn Tree, folder: &str, name: &str) -> Option<FilePlace> {
    DEPENDENCY_FILES.iter().find_map(|file| {
        let path = if folder.is_empty() { (*file).to_owned() } else { format!("{folder}/{file}") };
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
