//! One root: build it, judge the text of its objects, find the places of what was found.

use std::collections::BTreeMap;
use std::ops::Range;

use checks::{Context, Finding};
use inventory::{Inventory, NotAssessed, Reason};
use kustomize::load::Files;
use kustomize::places::{FilePlace, PrintedObject, Sources};
use kustomize::{Failure, Options, Order, ResMap, Resource, Work, build};
use manifest::limits::FILE_BYTES_MAX;
use text::{LineIndex, Origin, Origins, Source, Span, TextId, Texts};

use super::Rendering;
use super::roots::Root;
use crate::assess::FileOutcome;

/// The id of a root's output while it is judged: the only text of an inventory of its own.
const OUTPUT: TextId = TextId(0);

/// What stands between two objects of an output.
const SEPARATOR: &str = "---\n";

/// A finding in an output with its places in files.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) finding: Finding,
    /// Where the bytes at fault were written, the place to edit first.
    pub(super) places: Vec<FilePlace>,
    pub(super) related: Vec<(FilePlace, String)>,
}

/// What came of one root.
#[derive(Debug, Default)]
pub(super) struct RootOutcome {
    pub(super) is_built: bool,
    pub(super) found: Vec<Found>,
    /// What was not assessed, each with its place if it has one in a file.
    pub(super) not_assessed: Vec<(NotAssessed, Option<FilePlace>)>,
}

/// Builds and judges one root.
pub(super) struct Renderer<'a> {
    pub(super) root: &'a Root,
    /// The path of the kustomization's file.
    pub(super) path: &'a str,
    pub(super) rendering: &'a Rendering<'a>,
}

/// The text of all objects, with where each begins.
struct Output {
    text: String,
    starts: Vec<usize>,
}

impl Renderer<'_> {
    /// Gives the files back, for the next root to share.
    pub(super) fn render(&self, files: Files<Origin>) -> (RootOutcome, Files<Origin>) {
        let mut work: Work<Origins> = Work::new(files);
        // The order of objects is of no interest here, and sorting them would refuse some.
        let options = Options { order: Order::AsRead, ..Options::default() };
        let built = build(&mut work, &self.root.folder, &options);
        let printed = built.and_then(|built| Ok((built.texts()?, built)));
        let outcome = match printed {
            Ok((texts, built)) => self.judge(&work, &built.map, &texts),
            Err(failure) => self.failed(&work, &failure),
        };
        (outcome, work.files)
    }

    fn judge(&self, work: &Work<Origins>, map: &ResMap<Origin>, texts: &[String]) -> RootOutcome {
        let output = Output::of(texts);
        let Rendering { assessor, routes, checks, .. } = self.rendering;
        let judged = assessor.assess_output((OUTPUT, self.root.position), self.path, output.text.as_bytes());
        let FileOutcome { mut findings, mut not_assessed, rows, .. } = judged;
        let mut inventory = Inventory { texts: Texts::new(), ..Inventory::default() };
        inventory.texts.add(Source::File { path: self.path.to_owned() });
        rows.into_iter().for_each(|row| inventory.add_row(row));
        if !inventory.budgets.is_empty() {
            // Documents without a word of a check were not parsed, and budgets need every workload.
            inventory.workloads.clear();
            inventory.scalers.clear();
            let workloads = assessor.workloads_in(OUTPUT, output.text.as_bytes());
            workloads.into_iter().for_each(|row| inventory.add_workload(row));
        }
        if let Some(route) = routes.of(self.root.position) {
            let context = Context { journeys: &route.journeys, overlay: &route.overlay };
            let over_all = checks::run_inventory(&context, &inventory, checks);
            findings.extend(over_all.findings);
            not_assessed.extend(over_all.not_assessed);
        }
        if findings.is_empty() && not_assessed.is_empty() {
            return RootOutcome { is_built: true, ..RootOutcome::default() };
        }
        let mut places = Places {
            objects: map.resources().collect(),
            texts,
            output: &output,
            sources: Sources::new(&work.files, &work.tracker),
            printed: BTreeMap::new(),
            otherwise: FilePlace { path: self.path.to_owned(), range: 0..0 },
        };
        let found = findings.into_iter().map(|finding| places.found(finding)).collect();
        let not_assessed = not_assessed.into_iter().map(|item| {
            let place = item.span.and_then(|span| places.of(span).into_iter().next());
            (item, place)
        });
        RootOutcome { is_built: true, not_assessed: not_assessed.collect(), found }
    }

    /// A root that cannot be built: which cause, at which place, reached through which kustomizations.
    fn failed(&self, work: &Work<Origins>, failure: &Failure) -> RootOutcome {
        let sources = Sources::new(&work.files, &work.tracker);
        let place = failure.place.and_then(|span| sources.file_place(span));
        let at = place.and_then(|place| self.in_words(&place)).unwrap_or_default();
        let detail = format!("{at}{}", text::with_causes(failure));
        let (path, reason) = (self.path.to_owned(), Reason::RenderFailed);
        let item = NotAssessed { path, span: None, reason, detail };
        RootOutcome { not_assessed: vec![(item, None)], ..RootOutcome::default() }
    }

    fn in_words(&self, place: &FilePlace) -> Option<String> {
        let bytes = self.rendering.tree.read(&place.path, FILE_BYTES_MAX).ok()?;
        let at = LineIndex::new(&bytes).position(&bytes, place.range.start);
        Some(format!("{}:{}:{}: ", place.path, at.line, at.column))
    }
}

impl Output {
    fn of(texts: &[String]) -> Self {
        let mut output = Self { text: String::new(), starts: Vec::with_capacity(texts.len()) };
        for text in texts {
            if !output.text.is_empty() {
                output.text.push_str(SEPARATOR);
            }
            output.starts.push(output.text.len());
            output.text.push_str(text);
        }
        output
    }

    /// The object that holds the byte at `at`.
    fn object_at(&self, at: usize) -> Option<usize> {
        self.starts.partition_point(|start| *start <= at).checked_sub(1)
    }
}

/// Brings spans of an output to files.
struct Places<'a> {
    objects: Vec<&'a Resource<Origin>>,
    texts: &'a [String],
    output: &'a Output,
    sources: Sources<'a>,
    /// Objects that were asked about, by their position; none for one whose text cannot be read again.
    printed: BTreeMap<usize, Option<PrintedObject<'a>>>,
    /// What is shown where nobody wrote anything: the kustomization.
    otherwise: FilePlace,
}

impl Places<'_> {
    fn found(&mut self, finding: Finding) -> Found {
        let mut places = self.of(finding.span);
        if places.is_empty() {
            places.push(self.otherwise.clone());
        }
        let related = finding.related.iter().filter_map(|(span, what)| {
            let place = self.of(*span).into_iter().next()?;
            Some((place, what.clone()))
        });
        let related = related.collect();
        Found { finding, places, related }
    }

    /// The places of a span of the output.
    fn of(&mut self, span: Span) -> Vec<FilePlace> {
        let Some((position, start)) = self.start_of(span) else { return Vec::new() };
        let (objects, texts) = (&self.objects, self.texts);
        let printed = self.printed.entry(position).or_insert_with(|| {
            let (object, text) = (objects.get(position)?, texts.get(position)?);
            PrintedObject::new(object, text)
        });
        let Some(printed) = printed else { return Vec::new() };
        let range: Range<u32> = span.start - start..span.end.saturating_sub(start);
        printed.places(&mut self.sources, range)
    }

    fn start_of(&self, span: Span) -> Option<(usize, u32)> {
        let position = self.output.object_at(span.range().start)?;
        let start = u32::try_from(*self.output.starts.get(position)?).ok()?;
        Some((position, start))
    }
}
