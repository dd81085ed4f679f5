//! An Application of Argo CD built once more with origins: each of its sources.

use std::collections::BTreeMap;
use std::ops::Range;

use gotemplate::Ledger;
use helm::pieces::TemplatePieces;
use kustomize::Work;
use text::{Origins, Source, TextId};

use super::chart::{GivenText, TracedChart, home_of};
use super::kustomized::{BuildPlace, TracedBuild};
use super::{Given, Step, Written, in_home, nodes};
use crate::argo::build::{
    ApplicationJob, Files, Inflating, PlacedObject, PreparedSource, Tool, ValuesFile, ValuesHome,
    directory_objects,
};
use crate::build::all_of_each;
use crate::graph::Missing;
use crate::object::RenderedObject;
use crate::ports::ChartPorts;
use crate::trees::Home;

/// The sources of an Application.
pub(super) struct TracedApplication {
    sources: Vec<TracedSource>,
    /// For each object that stayed its source, and its position among the objects of that.
    objects: Vec<(usize, usize)>,
}

enum TracedSource {
    Directory(Vec<PlacedObject>),
    Kustomize {
        built: Box<TracedBuild>,
        /// The kustomization that what the Application says was written into.
        edited: Option<String>,
    },
    Chart(Box<TracedChart>),
}

impl TracedApplication {
    pub(super) fn of(job: &ApplicationJob, ports: ChartPorts<'_>) -> Option<Self> {
        let (mut sources, mut of_sources) = (Vec::new(), Vec::new());
        for prepared in &job.sources {
            let (source, objects) = TracedSource::of(job, prepared, ports).ok()??;
            sources.push(source);
            of_sources.push(objects);
        }
        Some(Self { sources, objects: job.kept(of_sources) })
    }

    /// The position of the source that an object came from, among those that render something.
    pub(super) fn source_of(&self, object: usize) -> Option<usize> {
        self.objects.get(object).map(|(source, _)| *source)
    }

    /// What the chart is called that a kustomization takes from elsewhere and a range of an object came from, with the
    /// kustomizations that were read.
    pub(super) fn inflated(
        &self,
        (position, object): (usize, &RenderedObject),
        range: Range<u32>,
    ) -> Option<(String, Vec<String>)> {
        let (source, position) = *self.objects.get(position)?;
        let TracedSource::Kustomize { built, .. } = self.sources.get(source)? else { return None };
        let places = built.places((position, object), range).into_iter();
        let name = places.into_iter().find_map(|place| match place {
            BuildPlace::Given(Given::Inflated(name), _) => Some(name),
            _ => None,
        })?;
        Some((name, built.kustomizations().map(str::to_owned).collect()))
    }

    /// The places of a range of an object.
    pub(super) fn steps(
        &mut self,
        job: &ApplicationJob,
        (position, object): (usize, &RenderedObject),
        range: Range<u32>,
    ) -> Vec<Step> {
        let Some((source, position)) = self.objects.get(position).copied() else { return Vec::new() };
        let (traced, prepared) = (self.sources.get_mut(source), job.sources.get(source));
        let Some((traced, prepared)) = traced.zip(prepared) else { return Vec::new() };
        match (traced, &prepared.files) {
            (TracedSource::Directory(objects), Files::Tree(source)) => {
                let placed = objects.get(position);
                placed.and_then(|placed| in_file(placed, &source.home, range)).into_iter().collect()
            }
            (TracedSource::Kustomize { built, edited }, Files::Tree(source)) => {
                let places = built.places((position, object), range).into_iter();
                let step = |place| match place {
                    // What it says there is what the Application says, or stands elsewhere in the file than it did.
                    BuildPlace::File(path, _) if Some(&path) == edited.as_ref() => {
                        Some(Step::Given(said(job, prepared, &["kustomize"]), 0..0))
                    }
                    BuildPlace::Given(Given::Inflated(name), range) => {
                        let (_, chart) = prepared.inflating.elsewhere().find(|(known, _)| *known == name)?;
                        // Which template it was is not kept.
                        let (home, path) = (home_of(&chart.chart), String::new());
                        Some(Step::File(Written { home, path, range }))
                    }
                    place => place.step(&source.home),
                };
                places.filter_map(step).collect()
            }
            (TracedSource::Chart(traced), Files::ChartOfTree(_, chart) | Files::Chart(chart)) => chart
                .at_hand()
                .map_or_else(Vec::new, |loaded| traced.steps(loaded, (position, object), range)),
            _ => Vec::new(),
        }
    }

    /// The parts of a range of an object that a template gave from different places; none if no template gave it.
    pub(super) fn parts(
        &mut self,
        (position, object): (usize, &RenderedObject),
        range: &Range<u32>,
    ) -> Option<Vec<Range<u32>>> {
        let (source, position) = *self.objects.get(position)?;
        match self.sources.get_mut(source)? {
            TracedSource::Chart(traced) => traced.parts((position, object), range),
            TracedSource::Directory(_) | TracedSource::Kustomize { .. } => None,
        }
    }
}

impl TracedSource {
    /// A source built once more, and its objects; none where what came of it cannot be read again.
    fn of(
        job: &ApplicationJob,
        prepared: &PreparedSource,
        ports: ChartPorts<'_>,
    ) -> Result<Option<(Self, Vec<RenderedObject>)>, Missing> {
        match (prepared.resolved.tool, &prepared.files) {
            (Tool::Directory, Files::Tree(source)) => {
                let (placed, _) = directory_objects(&*source.tree, &prepared.resolved)?;
                let objects = placed.iter().map(|placed| placed.object.clone()).collect();
                Ok(Some((Self::Directory(placed), objects)))
            }
            (Tool::Kustomize, Files::Tree(source)) => {
                let built = job.kustomize_build::<Origins>((prepared, source), &prepared.inflating)?;
                let objects = all_of_each(&built.texts)?;
                let edited = built.edited;
                let given = inflated(&built.work, &prepared.inflating);
                let traced = TracedBuild::new(built.work, (built.built, built.texts), given);
                Ok(traced.map(|built| (Self::Kustomize { built: Box::new(built), edited }, objects)))
            }
            (Tool::Helm, Files::ChartOfTree(_, chart) | Files::Chart(chart)) => {
                let loaded = chart.loaded(ports.charts)?;
                let traced =
                    job.chart_render((prepared, loaded), Ledger::on(), ports, |rendered, files| {
                        let manifests = job.chart_manifests(prepared, &rendered.release)?;
                        let given = given_texts((job, prepared), files, &rendered.values);
                        let templates = rendered.release.templates.into_iter().map(TemplatePieces::new);
                        let rendered_as = (templates.collect(), rendered.ledger.into_origins());
                        Ok(TracedChart::new(manifests, rendered_as, (rendered.texts, given)))
                    })?;
                let Some(traced) = traced else { return Ok(None) };
                let objects = all_of_each(traced.manifests())?;
                Ok(Some((Self::Chart(Box::new(traced)), objects)))
            }
            _ => Ok(None),
        }
    }
}

/// The texts of a build that were rendered of charts from elsewhere.
fn inflated(work: &Work<Origins>, inflating: &Inflating) -> BTreeMap<TextId, Given> {
    let texts = work.files.texts();
    let ids = (0..u32::try_from(texts.len()).unwrap_or(u32::MAX)).map(TextId);
    let given = ids.filter_map(|id| match &texts.get(id)?.source {
        Source::Given { name } if inflating.elsewhere().any(|(known, _)| known == *name) => {
            Some((id, Given::Inflated(name.clone())))
        }
        _ => None,
    });
    given.collect()
}

/// The place of a range of an object that stands in a file as it is.
fn in_file(placed: &PlacedObject, home: &Home, range: Range<u32>) -> Option<Step> {
    let PlacedObject { object, path, start, list } = placed;
    let range = match list {
        None => range,
        Some((list, nth)) => nodes::twin_of_object((&object.text, range), (list, *nth))?,
    };
    let start = u32::try_from(*start).ok()?;
    Some(Step::File(in_home(home, path, start + range.start..start + range.end)?))
}

/// What the texts are that a chart was given: files of values first, single ones behind them.
fn given_texts(
    (job, prepared): (&ApplicationJob, &PreparedSource),
    files: &[ValuesFile],
    texts: &[TextId],
) -> BTreeMap<TextId, GivenText> {
    let mut given = BTreeMap::new();
    for (file, text) in files.iter().zip(texts) {
        let of_application = |path: &[&str]| said(job, prepared, path);
        let known = match &file.home {
            ValuesHome::File { source, path } => {
                let home = job.home_of(prepared, source);
                let written: Option<Written> = home.and_then(|home| in_home(home, path, 0..0));
                written.map(GivenText::File)
            }
            ValuesHome::Object => {
                let printed = String::from_utf8_lossy(&file.bytes);
                let given = of_application(&["helm", "valuesObject"]).with_printed(&printed);
                Some(GivenText::Behind(given, 0))
            }
            ValuesHome::Text => Some(GivenText::Behind(of_application(&["helm", "values"]).into_scalar(), 0)),
            ValuesHome::Elsewhere => None,
        };
        given.extend(known.map(|known| (*text, known)));
    }
    for text in texts.iter().skip(files.len()) {
        given.insert(*text, GivenText::Behind(said(job, prepared, &["helm", "parameters"]), 0));
    }
    given
}

/// What an Application says of a source at a path.
fn said(job: &ApplicationJob, prepared: &PreparedSource, path: &[&str]) -> Given {
    let position = job.spec.sources.iter().position(|source| *source == prepared.source).unwrap_or_default();
    let position = position.to_string();
    let is_one_of_several = nodes::span_at(&job.object.text, &["spec", "sources", &position]).is_some();
    let source: &[&str] =
        if is_one_of_several { &["spec", "sources", &position] } else { &["spec", "source"] };
    Given::whole(&[source, path].concat())
}
