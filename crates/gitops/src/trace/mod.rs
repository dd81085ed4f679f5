//! Where bytes of rendered objects were written, told by rendering their units once more with origins.
//!
//! Takes a [`Fleet`] and a range of the text of one of its objects; gives the places in files that a person edits to change
//! it. A unit is rendered of what others rendered (its own object, variables, values), so that a place may lead through
//! several of them. Only units that somebody asks about are rendered again: a walk carries no origins and pays nothing.

mod application;
mod build;
mod chart;
mod kustomized;
mod nodes;
mod release;
mod said;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use manifest::limits::FILE_BYTES_MAX;
use text::{Origin, Origins, Span};

use crate::build::all_of;
use crate::flux::Reference;
use crate::graph::{Cluster, Fleet, Outcome, Unit, UnitAt};
use crate::made::{Job, Made};
use crate::object::RenderedObject;
use crate::ports::{ChartPorts, Ports};
use crate::repository::{Repository, documents, namespace_of};
use crate::trees::Home;
use application::TracedApplication;
use kustomized::TracedBuild;
use release::TracedRelease;
pub use said::{ChartSaid, VersionForm};

/// How many units a place may lead through. Values of a release that a Kustomization substitutes out of what another one
/// renders are four; the bound ends what a fault of ours might tie into a circle.
const UNITS_THROUGH_MAX: usize = 64;

/// An object of a fleet, by positions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ObjectAt {
    /// The cluster.
    pub cluster: usize,
    /// The unit.
    pub unit: usize,
    /// The object among those of the unit.
    pub object: usize,
}

/// Where bytes of an object were written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Whose file it is.
    pub home: WrittenIn,
    /// The path of the file.
    pub path: String,
    /// The bytes.
    pub range: Range<u32>,
}

/// Whose a file is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum WrittenIn {
    /// The repository that is looked at.
    Repository,
    /// A checkout of another one, by what it is called.
    Checkout(String),
    /// A chart that was taken from elsewhere.
    Chart {
        /// Its name.
        name: String,
        /// Its version.
        version: String,
        /// Whether it is numbered like the program that it installs.
        is_of_program: bool,
    },
}

/// A place in the output of a unit, one step back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// A file of the unit's source, or of its chart.
    File(Written),
    /// A range of the text of what the unit was given.
    Given(Given, Range<u32>),
}

/// What a unit was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Given {
    /// The object that says it.
    Declaration,
    /// Something that its object says at a path: keys, and positions in lists.
    Said { path: Vec<String>, how: SaidHow },
    /// The text under a key of an object.
    Data { object: Reference, key: String },
    /// What was rendered of a chart that a kustomization takes from elsewhere, by what it is called.
    Inflated(String),
}

/// How a range is to be understood of what an object says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SaidHow {
    /// As bytes of the content of a scalar.
    Scalar,
    /// As bytes of this text, which was printed of the value.
    Printed(Arc<str>),
    /// As nothing: it is the value as a whole.
    Whole,
}

impl Given {
    fn at(path: &[&str], how: SaidHow) -> Self {
        Self::Said { path: path.iter().map(|part| (*part).to_owned()).collect(), how }
    }

    fn scalar(path: &[&str]) -> Self {
        Self::at(path, SaidHow::Scalar)
    }

    fn printed(path: &[&str], text: &str) -> Self {
        Self::at(path, SaidHow::Printed(text.into()))
    }

    fn whole(path: &[&str]) -> Self {
        Self::at(path, SaidHow::Whole)
    }

    /// The same, understood otherwise.
    fn with(self, how: SaidHow) -> Self {
        match self {
            Self::Said { path, .. } => Self::Said { path, how },
            other => other,
        }
    }

    fn into_scalar(self) -> Self {
        self.with(SaidHow::Scalar)
    }

    fn with_printed(self, text: &str) -> Self {
        self.with(SaidHow::Printed(text.into()))
    }
}

/// Traces bytes of objects. What was rendered again is kept for the next question.
pub struct Tracer<'f> {
    fleet: &'f Fleet,
    repository: &'f Repository,
    ports: ChartPorts<'f>,
    /// By the address of what came of a unit, which several units may share.
    traced: BTreeMap<usize, Option<Traced>>,
}

/// A unit that was rendered again.
enum Traced {
    Build(Box<TracedBuild>),
    Release(Box<TracedRelease>),
    Application(Box<TracedApplication>),
    /// What a set makes is written in its template, or made of it.
    Set,
}

impl std::fmt::Debug for Tracer<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Tracer").field("traced", &self.traced.len()).finish_non_exhaustive()
    }
}

impl<'f> Tracer<'f> {
    /// A tracer for what was observed of a repository.
    #[must_use]
    pub fn new(fleet: &'f Fleet, repository: &'f Repository, ports: &Ports<'f>) -> Self {
        Self { fleet, repository, ports: ports.of_charts(), traced: BTreeMap::new() }
    }

    /// Where the bytes `range` of an object's text were written, the place to edit first. Empty where nobody wrote them, or
    /// nobody knows.
    pub fn places(&mut self, at: ObjectAt, range: Range<u32>) -> Vec<Written> {
        let unit = self.fleet.cluster(at.cluster).and_then(|cluster| cluster.units.get(at.unit));
        let object = unit.and_then(|unit| unit.objects().get(at.object));
        let range = object.map_or(range.clone(), |object| object.to_clear(range));
        self.places_through(at, range, UNITS_THROUGH_MAX)
    }

    /// The same for each part of a range that a template gave from another place, in order: the part, and where it was written.
    pub fn pieces(&mut self, at: ObjectAt, range: Range<u32>) -> Vec<(Range<u32>, Vec<Written>)> {
        let parts = self.parts(at, &range).unwrap_or_else(|| vec![range]);
        parts.into_iter().map(|part| (part.clone(), self.places(at, part))).collect()
    }

    /// Where the bytes `range` of an object's text stand in the files that its own unit is made of; empty where any of them came
    /// from what the unit was given, such as a variable or a value.
    pub fn standing(&mut self, at: ObjectAt, range: Range<u32>) -> Vec<Written> {
        let steps = self.steps(at, range).into_iter();
        let files = steps.map(|step| match step {
            Step::File(written) => Some(written),
            Step::Given(..) => None,
        });
        files.collect::<Option<Vec<Written>>>().unwrap_or_default()
    }

    /// Where the object of a unit says something: the value at a path of keys, or the whole object if it has none there.
    pub fn declared(&mut self, cluster: usize, unit: usize, path: &[&str]) -> Vec<Written> {
        let fleet = self.fleet;
        let Some(one) = fleet.cluster(cluster).and_then(|cluster| cluster.units.get(unit)) else {
            return Vec::new();
        };
        let text = one.object.clear_text();
        let range = nodes::span_at(text, path).or_else(|| nodes::span_at(text, &["metadata", "name"]));
        range.map_or_else(Vec::new, |range| self.in_declaration((cluster, unit), range, UNITS_THROUGH_MAX))
    }

    /// The files of the repository that a unit is made of, with what says it and what has its values.
    pub fn files_behind(&mut self, cluster: usize, unit: usize) -> BTreeSet<String> {
        let (mut files, mut seen, mut open) = (BTreeSet::new(), BTreeSet::new(), vec![(cluster, unit)]);
        while let Some((cluster, unit)) = open.pop() {
            let is_new = seen.insert((cluster, unit));
            let Some((whole, one)) = self.unit(cluster, unit).filter(|_| is_new) else { continue };
            files.extend(one.files().map(str::to_owned));
            let said = self.declared(cluster, unit, &["metadata", "name"]).into_iter();
            files.extend(said.filter(|said| said.home == WrittenIn::Repository).map(|said| said.path));
            if let Outcome::Rendered(made) = &one.outcome {
                let homes = made.job.data().into_iter().filter_map(|object| whole.data_homes.0.get(object));
                open.extend(homes.filter_map(|home| self.fleet.position(cluster, home)));
            }
        }
        files
    }

    fn places_through(&mut self, at: ObjectAt, range: Range<u32>, left: usize) -> Vec<Written> {
        let Some(left) = left.checked_sub(1) else { return Vec::new() };
        let steps = self.steps(at, range);
        let mut places = Vec::new();
        for step in steps {
            let found = match step {
                Step::File(written) => vec![written],
                Step::Given(given, range) => self.in_given((at.cluster, at.unit), &given, range, left),
            };
            for place in found {
                if !places.contains(&place) {
                    places.push(place);
                }
            }
        }
        places
    }

    /// The parts of a range of an object's text that a template gave from different places; none where no template gave it as
    /// it is.
    fn parts(&mut self, at: ObjectAt, range: &Range<u32>) -> Option<Vec<Range<u32>>> {
        let fleet = self.fleet;
        let unit = fleet.cluster(at.cluster)?.units.get(at.unit)?;
        let Outcome::Rendered(made) = &unit.outcome else { return None };
        let object = made.objects.get(at.object).filter(|object| !object.is_masked())?;
        match self.traced(made)? {
            Traced::Release(traced) => traced.parts((at.object, object), range),
            Traced::Application(traced) => traced.parts((at.object, object), range),
            Traced::Build(_) | Traced::Set => None,
        }
    }

    /// What came of a unit, rendered again; none if it does not come of it again.
    fn traced(&mut self, made: &Arc<Made>) -> Option<&mut Traced> {
        let ports = self.ports;
        let key = Arc::as_ptr(made).addr();
        self.traced.entry(key).or_insert_with(|| Traced::of(made, ports)).as_mut()
    }

    /// The places of a range of an object's clear text in what its unit was made of.
    fn steps(&mut self, at: ObjectAt, range: Range<u32>) -> Vec<Step> {
        let ObjectAt { cluster, unit, object } = at;
        let fleet = self.fleet;
        let unit = fleet.cluster(cluster).and_then(|cluster| cluster.units.get(unit));
        let Some(Outcome::Rendered(made)) = unit.map(|unit| &unit.outcome) else { return Vec::new() };
        let Some(rendered) = made.objects.get(object).map(RenderedObject::as_clear) else {
            return Vec::new();
        };
        let rendered = &rendered;
        match (self.traced(made), &made.job) {
            (Some(Traced::Build(traced)), Job::Build(job)) => {
                let places = traced.places((object, rendered), range).into_iter();
                places.filter_map(|place| place.step(&job.source.home)).collect()
            }
            (Some(Traced::Release(traced)), Job::Render(job)) => traced.steps(job, (object, rendered), range),
            (Some(Traced::Application(traced)), Job::Application(job)) => {
                traced.steps(job, (object, rendered), range)
            }
            (Some(Traced::Set), Job::Set(_)) => {
                vec![Step::Given(Given::whole(&["spec", "template"]), 0..0)]
            }
            _ => Vec::new(),
        }
    }

    /// The places of a range of what a unit was given.
    fn in_given(
        &mut self,
        (cluster, unit): (usize, usize),
        given: &Given,
        range: Range<u32>,
        left: usize,
    ) -> Vec<Written> {
        let Some((_, one)) = self.unit(cluster, unit) else { return Vec::new() };
        let text = &**one.object.clear_text();
        let range = match given {
            Given::Declaration => Some(range),
            Given::Said { path, how } => {
                let path: Vec<&str> = path.iter().map(String::as_str).collect();
                match how {
                    SaidHow::Scalar => nodes::in_scalar(text, &path, range),
                    SaidHow::Printed(printed) => nodes::twin((printed, range), (text, &path)),
                    SaidHow::Whole => nodes::span_at(text, &path),
                }
            }
            // Whoever built it knows the chart.
            Given::Inflated(_) => None,
            Given::Data { object, key } => {
                let Some((at, data)) = self.data_object(cluster, object) else { return Vec::new() };
                let fields = ["data", "stringData"];
                let found = fields
                    .iter()
                    .find_map(|field| nodes::in_scalar(data.clear_text(), &[field, key], range.clone()));
                return found.map_or_else(Vec::new, |range| self.places_through(at, range, left));
            }
        };
        range.map_or_else(Vec::new, |range| self.in_declaration((cluster, unit), range, left))
    }

    /// The places of a range of the object that says a unit: in what renders it, or in the file that the cluster begins with.
    fn in_declaration(
        &mut self,
        (cluster, unit): (usize, usize),
        range: Range<u32>,
        left: usize,
    ) -> Vec<Written> {
        let Some((whole, one)) = self.unit(cluster, unit) else { return Vec::new() };
        let Some((cluster, parent)) = self.parent_of((cluster, unit)) else {
            return self.in_entry(whole, one, range).into_iter().collect();
        };
        let declared = |object: &RenderedObject| {
            object.id.kind == one.key.kind.as_str()
                && object.id.name == one.key.name
                && namespace_of(object) == one.key.namespace
        };
        let found = self.unit(cluster, parent);
        let found = found.and_then(|(_, parent)| parent.objects().iter().position(declared));
        let Some(object) = found else { return Vec::new() };
        self.places_through(ObjectAt { cluster, unit: parent, object }, range, left)
    }

    /// The unit that renders the object of a unit, with its cluster.
    fn parent_of(&self, (cluster, unit): (usize, usize)) -> Option<(usize, usize)> {
        let (_, one) = self.unit(cluster, unit)?;
        let parent = one.parent.map(|parent| (cluster, parent));
        parent.or_else(|| self.fleet.position(cluster, one.teller.as_ref()?))
    }

    /// The place of a range of the object that a cluster begins with.
    fn in_entry(&self, cluster: &Cluster, unit: &Unit, range: Range<u32>) -> Option<Written> {
        let entry = cluster.entries.iter().find(|entry| entry.unit == unit.key)?;
        let bytes = self.repository.tree.read(&entry.path, FILE_BYTES_MAX).ok()?;
        let file = std::str::from_utf8(&bytes).ok()?;
        let found =
            documents(file).ok()?.into_iter().find(|document| *document == &**unit.object.clear_text())?;
        let start = u32::try_from(found.as_ptr().addr() - file.as_ptr().addr()).ok()?;
        let (home, path) = (WrittenIn::Repository, entry.path.clone());
        Some(Written { home, path, range: start + range.start..start + range.end })
    }

    /// The object of data that a unit of a cluster is given.
    fn data_object(&self, cluster: usize, object: &Reference) -> Option<(ObjectAt, &'f RenderedObject)> {
        let home = self.fleet.cluster(cluster)?.data_homes.0.get(object)?;
        let (cluster, unit) = self.fleet.position(cluster, home)?;
        let (_, one) = self.unit(cluster, unit)?;
        let is_it = |candidate: &&RenderedObject| {
            candidate.id.group.is_empty() && Reference::to(candidate) == *object
        };
        let (object, data) = one.objects().iter().enumerate().find(|(_, candidate)| is_it(candidate))?;
        Some((ObjectAt { cluster, unit, object }, data))
    }

    fn unit(&self, cluster: usize, unit: usize) -> Option<(&'f Cluster, &'f Unit)> {
        let cluster = self.fleet.cluster(cluster)?;
        Some((cluster, cluster.units.get(unit)?))
    }
}

impl Fleet {
    /// A cluster by its position; those that were set aside stand behind the others.
    fn cluster(&self, at: usize) -> Option<&Cluster> {
        let aside = || self.tellers.get(at.checked_sub(self.clusters.len())?);
        self.clusters.get(at).or_else(aside)
    }

    /// The positions of a unit and its cluster, seen from a cluster.
    fn position(&self, from: usize, at: &UnitAt) -> Option<(usize, usize)> {
        let Some(name) = &at.cluster else { return Some((from, at.unit)) };
        let cluster = self.clusters.iter().chain(&self.tellers).position(|cluster| cluster.name == *name)?;
        Some((cluster, at.unit))
    }
}

impl Traced {
    /// The sources of an Application.
    fn application(&self) -> Option<&TracedApplication> {
        match self {
            Self::Application(traced) => Some(traced),
            Self::Build(_) | Self::Release(_) | Self::Set => None,
        }
    }

    /// Renders again what came of a unit; none if it does not come of it again.
    fn of(made: &Made, ports: ChartPorts<'_>) -> Option<Self> {
        match &made.job {
            Job::Build(job) => build::traced(job).map(|traced| Self::Build(Box::new(traced))),
            Job::Render(job) => TracedRelease::of(job, ports).map(|traced| Self::Release(Box::new(traced))),
            Job::Application(job) => {
                TracedApplication::of(job, ports).map(|traced| Self::Application(Box::new(traced)))
            }
            Job::Set(_) => Some(Self::Set),
        }
    }
}

/// For each object of some texts its text, and which object of that it is.
fn positions(texts: &[String]) -> Option<Vec<(usize, usize)>> {
    let mut objects = Vec::with_capacity(texts.len());
    for (position, text) in texts.iter().enumerate() {
        let count = all_of(text).ok()?.len();
        objects.extend((0..count).map(|nth| (position, nth)));
    }
    Some(objects)
}

/// Where a range of an object stands in the text that it is an object of.
fn in_text((object, range): (&RenderedObject, Range<u32>), (text, nth): (&str, usize)) -> Option<Range<u32>> {
    match nodes::nth_object(text, nth) {
        None => Some(range),
        Some(_) => nodes::twin_of_object((&object.text, range), (text, nth)),
    }
}

/// A file of a source, by whose it is.
fn in_home(home: &Home, path: &str, range: Range<u32>) -> Option<Written> {
    let (checkout, path) = home.locate(path)?;
    let home = match checkout {
        None => WrittenIn::Repository,
        Some(name) => WrittenIn::Checkout(name.to_owned()),
    };
    Some(Written { home, path: path.to_owned(), range })
}

/// What is written, patched or composed, by what somebody can edit or else look at.
fn spans_of(origins: &Origins, origin: Origin) -> Vec<Span> {
    match origins.editable(origin) {
        Some(span) => vec![span],
        None => origins.evidence(origin),
    }
}
