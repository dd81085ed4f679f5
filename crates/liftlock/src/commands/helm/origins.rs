//! `--origins`: beside each line of a manifest where it comes from.
//!
//! Takes a release that was rendered with origins; gives its text in which a comment behind a line names the place in the
//! template, those of the values in it, and the decisions that it stands under. Lines that are the template's own words and
//! stand under no decision have none.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use helm::chart::Chart;
use helm::engine::RenderedTemplate;
use helm::render::{Release, Shown};
use text::{DecisionId, LineIndex, Origin, Origins, Source, Span, TextId, Texts};

use crate::commands::relative::relative;

/// Decisions of one line that are shown, from the innermost on: more than a person reads.
const DECISIONS_MAX: usize = 4;

/// Places of one line that are shown: as many.
const PLACES_MAX: usize = 8;

/// A file that places are in.
struct Known {
    /// How it is named to people.
    name: String,
    bytes: Arc<[u8]>,
}

/// Shows places in the files of a chart and in what was given.
pub(super) struct Places<'t> {
    texts: &'t Texts,
    files: BTreeMap<TextId, Known>,
    lines: RefCell<BTreeMap<TextId, LineIndex>>,
}

impl<'t> Places<'t> {
    /// Places in the files of a chart below `root`, which is a path from the root of the machine, and in files of values.
    pub(super) fn new(texts: &'t Texts, (root, chart): (&Path, &Chart), given: GivenFiles) -> Self {
        let here = Path::new(".").canonicalize().unwrap_or_else(|_| PathBuf::from("/"));
        let name = |text: TextId| match texts.get(text).map(|text| &text.source) {
            Some(Source::File { path }) => relative(&here, &root.join(path)).to_string_lossy().into_owned(),
            Some(Source::Fetched { address }) => address.clone(),
            _ => String::new(),
        };
        let mut files = BTreeMap::new();
        add_files(chart, &name, &mut files);
        files.extend(given.into_iter().map(|(text, (name, bytes))| (text, Known { name, bytes })));
        Self { texts, files, lines: RefCell::default() }
    }

    /// The place at which a span begins; none where nobody wrote it.
    fn show(&self, span: Span) -> Option<String> {
        let span = self.texts.resolve(span).map_or(span, |(span, _)| span);
        let Some(Known { name, bytes }) = self.files.get(&span.text) else {
            return match &self.texts.get(span.text)?.source {
                Source::Given { name } | Source::Derived { name, .. } => Some(name.clone()),
                Source::File { path } => Some(path.clone()),
                Source::Fetched { address } => Some(address.clone()),
            };
        };
        let mut lines = self.lines.borrow_mut();
        let index = lines.entry(span.text).or_insert_with(|| LineIndex::new(bytes));
        let at = index.position(bytes, span.start);
        Some(format!("{name}:{}:{}", at.line, at.column))
    }
}

/// Files that were given, by their texts: their names as they were typed, and their bytes.
pub(super) type GivenFiles = BTreeMap<TextId, (String, Arc<[u8]>)>;

fn add_files(chart: &Chart, name: &dyn Fn(TextId) -> String, known: &mut BTreeMap<TextId, Known>) {
    for file in chart.templates.iter().chain(&chart.values) {
        known.insert(file.text, Known { name: name(file.text), bytes: Arc::clone(&file.bytes) });
    }
    // Nothing comes from a file that no template asked for.
    let asked_for = chart.files.values().filter_map(|file| Some((file.text, file.known()?)));
    for (text, content) in asked_for {
        known.insert(text, Known { name: name(text), bytes: content.whole() });
    }
    chart.dependencies.iter().for_each(|below| add_files(below, name, known));
}

/// What `helm template` prints, with comments.
pub(super) fn text(
    release: &Release<'_>,
    shown: Shown,
    origins: &mut Origins,
    places: &Places<'_>,
) -> String {
    let mut text = String::new();
    if shown.crds {
        for crd in &release.crds {
            let content = String::from_utf8_lossy(&crd.file.bytes);
            text.push_str(&format!("---\n# Source: {}\n{content}\n", crd.path));
        }
    }
    let lines: Vec<Vec<Line>> = release.templates.iter().map(|template| lines(template, origins)).collect();
    let (of_manifests, of_hooks) = match &release.marks {
        Some(marks) => (marks.manifests.as_slice(), marks.hooks.as_slice()),
        None => Default::default(),
    };
    let hooks = release.sorted.hooks.iter().zip(of_hooks);
    let hooks = hooks.filter(|(hook, _)| shown.hooks && (shown.tests || !hook.is_test()));
    let hooks = hooks.map(|(hook, marks)| (&hook.manifest, marks));
    for (manifest, marks) in release.sorted.manifests.iter().zip(of_manifests).chain(hooks) {
        let index = manifest.template;
        let (Some(template), Some(lines)) = (release.templates.get(index), lines.get(index)) else {
            continue;
        };
        text.push_str(&format!("---\n# Source: {}\n", template.name));
        if !marks.is_empty() {
            // In another cluster, or the next time, it may be another one.
            text.push_str(&format!("# Depends on: {}\n", marks.names().collect::<Vec<_>>().join(", ")));
        }
        for line in lines.iter().filter(|line| overlaps(&line.range, &manifest.range)) {
            let range = line.range.start.max(manifest.range.start)..line.range.end.min(manifest.range.end);
            text.push_str(template.text.get(range).unwrap_or_default());
            let told = told(&line.pieces, template.source, origins, places);
            text.push_str(&if told.is_empty() { "\n".to_owned() } else { format!(" # {told}\n") });
        }
        text.push('\n');
    }
    text
}

fn overlaps(line: &Range<usize>, manifest: &Range<usize>) -> bool {
    line.start < manifest.end && manifest.start <= line.end
}

/// A line of what a template gave, without its end, and what its bytes come from.
struct Line {
    range: Range<usize>,
    pieces: Vec<(Origin, Option<DecisionId>)>,
}

/// The lines of what a template gave. A piece of several lines is taken into as many parts.
fn lines(template: &RenderedTemplate, origins: &mut Origins) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut start = 0;
    for line in template.text.split_inclusive('\n') {
        let content = line.trim_end_matches(['\n', '\r']);
        lines.push(Line { range: start..start + content.len(), pieces: Vec::new() });
        start += line.len();
    }
    let (mut at, mut first) = (0, 0);
    for (length, origin, decision) in &template.pieces {
        let piece = at..at + length;
        at = piece.end;
        while lines.get(first).is_some_and(|line| line.range.end < piece.start) {
            first += 1;
        }
        let met = lines.iter_mut().skip(first).take_while(|line| line.range.start < piece.end);
        let met: Vec<&mut Line> = met.filter(|line| line.range.end > piece.start).collect();
        let within = |line: &&mut Line| {
            line.range.start.max(piece.start) - piece.start..line.range.end.min(piece.end) - piece.start
        };
        let ranges: Vec<Range<usize>> = met.iter().map(within).collect();
        let text = template.text.get(piece.clone()).unwrap_or_default();
        let parts = if ranges.len() > 1 { origins.parts_of(*origin, text, &ranges) } else { vec![*origin] };
        for (line, part) in met.into_iter().zip(parts) {
            line.pieces.push((part, *decision));
        }
    }
    lines
}

/// What is said of a line: places of what is not the template's own, then decisions from the inside out.
fn told(
    pieces: &[(Origin, Option<DecisionId>)],
    own: TextId,
    origins: &Origins,
    places: &Places<'_>,
) -> String {
    let mut found: Vec<String> = Vec::new();
    let is_own = |origin: &Origin| matches!(origin, Origin::Written(span) if span.text == own);
    for (origin, _) in pieces.iter().filter(|(origin, _)| !is_own(origin)) {
        for place in origins.evidence(*origin).into_iter().filter_map(|span| places.show(span)) {
            if !found.contains(&place) && found.len() < PLACES_MAX {
                found.push(place);
            }
        }
    }
    let deciding =
        |(origin, decision): &(Origin, Option<DecisionId>)| origins.deciding(*origin).or(*decision);
    let mut decision = pieces.iter().rev().find_map(deciding);
    for _ in 0..DECISIONS_MAX {
        let Some(chosen) = decision.and_then(|decision| origins.decision(decision)) else { break };
        found.extend(places.show(chosen.place).map(|place| format!("{} {place}", chosen.rule)));
        decision = chosen.parent;
    }
    found.join(", ")
}
