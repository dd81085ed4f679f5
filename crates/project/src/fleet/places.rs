//! From bytes of what a unit renders to the place in the repository that a person edits.
//!
//! What stands in a chart or a repository that was taken from elsewhere leads to the line that says which version of it is
//! taken.

use std::ops::Range;

use checks::{Finding, Fix, FixAction, Safety, UnitReach, VersionSaid};
use gitops::{ObjectAt, Tracer, UnitKind, VersionForm, Written, WrittenIn};
use kustomize::places::FilePlace;
use text::Span;

use super::At;
use super::judge::{JudgedText, Subject};
use crate::rendering::output::Output;
use crate::rendering::root::{Found, RootOutcome};

/// Brings spans of units' outputs to files.
pub(super) struct Places<'a> {
    fleets: &'a [At],
    /// One for each minor.
    tracers: Vec<Tracer<'a>>,
}

/// Where the way back from a span ends.
enum End {
    /// In files of the repository, the place to edit first.
    Here(Vec<FilePlace>),
    /// In what was taken from elsewhere.
    Elsewhere(Written),
    Nowhere,
}

/// Where a release says which chart it takes, the most particular first.
const CHART_VERSIONS: [&[&str]; 4] = [
    &["spec", "chart", "spec", "version"],
    &["spec", "chart", "spec", "chart"],
    &["spec", "chartRef", "name"],
    &["metadata", "name"],
];
/// Where a Kustomization says whose files it takes.
const SOURCES: [&[&str]; 2] = [&["spec", "sourceRef", "name"], &["metadata", "name"]];
/// Where an Application says what it takes.
const REVISIONS: [&[&str]; 4] = [
    &["spec", "source", "targetRevision"],
    &["spec", "source", "chart"],
    &["spec", "source", "repoURL"],
    &["metadata", "name"],
];
/// Where a unit says how it is called.
const NAMES: [&[&str]; 1] = [&["metadata", "name"]];

impl<'a> Places<'a> {
    pub(super) fn new(fleets: &'a [At], tracers: Vec<Tracer<'a>>) -> Self {
        Self { fleets, tracers }
    }

    /// What was found in the text of a unit, each with whom it reaches, at its places.
    pub(super) fn outcomes(&mut self, subject: &Subject, text: &JudgedText) -> Vec<(UnitReach, RootOutcome)> {
        let Some((unit, cluster)) = subject.unit(self.fleets).zip(subject.cluster_name(self.fleets)) else {
            return Vec::new();
        };
        let reach = |object: String| UnitReach {
            unit: unit.key.to_string(),
            cluster: cluster.to_owned(),
            object,
            minors: subject.minors.clone(),
        };
        let mut outcomes = Vec::new();
        for finding in &text.judged.findings {
            let object = self.object(subject, text, finding.span);
            let mut finding = finding.clone();
            finding.clusters = vec![cluster.to_owned()];
            // What was judged is not what stands in the files, but for what is shown of it.
            finding.fix = finding.fix.filter(|_| !self.is_masked(subject, text, finding.span));
            let found = vec![self.found(subject, text, finding)];
            outcomes.push((reach(object), RootOutcome { is_built: true, found, ..RootOutcome::default() }));
        }
        let not_assessed = text.judged.not_assessed.iter().map(|item| {
            let place = item.span.and_then(|span| self.place(subject, text, span));
            let place = place.or_else(|| self.of_unit((subject.fleet, subject.cluster, subject.unit)));
            (item.clone(), place)
        });
        let not_assessed: Vec<_> = not_assessed.collect();
        if !not_assessed.is_empty() {
            let outcome = RootOutcome { is_built: true, not_assessed, ..RootOutcome::default() };
            outcomes.push((reach(String::new()), outcome));
        }
        outcomes
    }

    /// The place of a unit: where its object stands.
    pub(super) fn of_unit(&mut self, (fleet, cluster, unit): (usize, usize, usize)) -> Option<FilePlace> {
        let written = self.tracers.get_mut(fleet)?.declared(cluster, unit, &["metadata", "name"]);
        written.into_iter().find_map(here)
    }

    /// What the object is called in its cluster that holds a span.
    fn object(&self, subject: &Subject, text: &JudgedText, span: Span) -> String {
        let object = subject.object(self.fleets, &text.output, span);
        object.map(|object| object.id.to_string()).unwrap_or_default()
    }

    fn is_masked(&self, subject: &Subject, text: &JudgedText, span: Span) -> bool {
        subject.object(self.fleets, &text.output, span).is_some_and(gitops::RenderedObject::is_masked)
    }

    /// The pieces of a range of an object of one of the fleets, each with where it was written.
    pub(super) fn pieces(
        &mut self,
        fleet: usize,
        at: ObjectAt,
        range: Range<u32>,
    ) -> Vec<(Range<u32>, Vec<Written>)> {
        self.tracers.get_mut(fleet).map(|tracer| tracer.pieces(at, range)).unwrap_or_default()
    }

    /// The places in files of a range of an object of one of the fleets.
    pub(super) fn written(&mut self, fleet: usize, at: ObjectAt, range: Range<u32>) -> Vec<FilePlace> {
        let written = self.tracers.get_mut(fleet).map(|tracer| tracer.places(at, range));
        written.unwrap_or_default().into_iter().filter_map(here).collect()
    }

    /// The same for what stands in the files that the object's own unit is made of, and did not come by a variable or a value.
    pub(super) fn standing(&mut self, fleet: usize, at: ObjectAt, range: Range<u32>) -> Vec<FilePlace> {
        let written = self.tracers.get_mut(fleet).map(|tracer| tracer.standing(at, range));
        written.unwrap_or_default().into_iter().filter_map(here).collect()
    }

    /// The places in files of a span of the output of a unit, the place to edit first.
    pub(super) fn of_span(&mut self, subject: &Subject, output: &Output, span: Span) -> Vec<FilePlace> {
        match self.end(subject, output, span) {
            End::Here(places) => places,
            End::Elsewhere(_) | End::Nowhere => Vec::new(),
        }
    }

    fn found(&mut self, subject: &Subject, text: &JudgedText, mut finding: Finding) -> Found {
        let related = finding.related.clone();
        let mut related: Vec<(FilePlace, String)> = related
            .into_iter()
            .filter_map(|(span, what)| Some((self.place(subject, text, span)?, what)))
            .collect();
        let at = (subject.fleet, subject.cluster, subject.unit);
        match self.end(subject, &text.output, finding.span) {
            End::Here(places) => Found { finding, places, replaces: None, related },
            End::Elsewhere(written) => {
                let (said, place) = self.chart_said(subject, text, finding.span);
                of_elsewhere(&mut finding, &written, said);
                let places = place.or_else(|| self.declared_of(at)).into_iter().collect();
                Found { finding, places, replaces: None, related }
            }
            End::Nowhere => {
                finding.fix = None;
                let places = self.of_unit(at).into_iter().collect();
                related.clear();
                Found { finding, places, replaces: None, related }
            }
        }
    }

    fn place(&mut self, subject: &Subject, text: &JudgedText, span: Span) -> Option<FilePlace> {
        self.of_span(subject, &text.output, span).into_iter().next()
    }

    fn end(&mut self, subject: &Subject, output: &Output, span: Span) -> End {
        let Some((object, range)) = output.within(span) else { return End::Nowhere };
        let Some(tracer) = self.tracers.get_mut(subject.fleet) else { return End::Nowhere };
        let at = ObjectAt { cluster: subject.cluster, unit: subject.unit, object };
        let written = tracer.places(at, range);
        let elsewhere = written.iter().find(|written| written.home != WrittenIn::Repository).cloned();
        let own: Vec<FilePlace> = written.into_iter().filter_map(here).collect();
        match elsewhere {
            _ if !own.is_empty() => End::Here(own),
            Some(written) => End::Elsewhere(written),
            None => End::Nowhere,
        }
    }

    /// As what the version of the chart is said that a span came from, and where, if that is in files of the repository.
    fn chart_said(
        &mut self,
        subject: &Subject,
        text: &JudgedText,
        span: Span,
    ) -> (VersionSaid, Option<FilePlace>) {
        let unknown = || VersionSaid::Otherwise("no line of the repository says the version".to_owned());
        let Some((object, range)) = text.output.within(span) else { return (unknown(), None) };
        let at = ObjectAt { cluster: subject.cluster, unit: subject.unit, object };
        let said = self.tracers.get_mut(subject.fleet).and_then(|tracer| tracer.chart_said(at, range));
        let Some(said) = said else { return (unknown(), None) };
        let place = said.written.into_iter().find_map(here);
        let form = match said.form {
            VersionForm::Otherwise(reason) => VersionSaid::Otherwise(reason),
            _ if place.is_none() => unknown(),
            VersionForm::Range => VersionSaid::Range,
            VersionForm::Tag => VersionSaid::Tag,
        };
        (form, place)
    }

    /// Where a unit says what it takes from elsewhere.
    fn declared_of(&mut self, (fleet, cluster, unit): (usize, usize, usize)) -> Option<FilePlace> {
        let of = self.fleets.get(fleet)?.fleet.clusters.get(cluster)?.units.get(unit)?;
        let paths: &[&[&str]] = match of.key.kind {
            UnitKind::HelmRelease => &CHART_VERSIONS,
            UnitKind::Kustomization => &SOURCES,
            UnitKind::Application => &REVISIONS,
            UnitKind::ApplicationSet => &NAMES,
        };
        let tracer = self.tracers.get_mut(fleet)?;
        paths.iter().find_map(|path| tracer.declared(cluster, unit, path).into_iter().find_map(here))
    }
}

fn here(written: Written) -> Option<FilePlace> {
    let Written { home, path, range } = written;
    (home == WrittenIn::Repository).then_some(FilePlace { path, range })
}

/// A finding in what was taken from elsewhere: what to edit is the version that is taken.
fn of_elsewhere(finding: &mut Finding, written: &Written, said: VersionSaid) {
    let path = &written.path;
    finding.fix = None;
    let (whose, what) = match &written.home {
        WrittenIn::Chart { name, version, is_of_program } => {
            let (chart, from, is_of_program) = (name.clone(), version.clone(), *is_of_program);
            let action = FixAction::TakeChart { chart, from, is_of_program, said, to: String::new() };
            finding.fix = Some(Fix { action, safety: Safety::Safe });
            (format!("the chart '{name}' {version}"), format!("the chart '{name}'"))
        }
        WrittenIn::Checkout(name) => (name.clone(), name.clone()),
        WrittenIn::Repository => return,
    };
    finding.message = match path.as_str() {
        "" => format!("{}; {whose} says so", finding.message),
        path => format!("{}; '{path}' of {whose} says so", finding.message),
    };
    finding.remedy = format!(
        "take a version of {what} that does not render it, since it is not written here: {}",
        finding.remedy
    );
}
