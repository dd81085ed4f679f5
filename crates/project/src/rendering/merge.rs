//! What several renders show, told once.
//!
//! Takes what was found in the output of one kustomization or chart after the other; a finding at a place where the same
//! check has found the same before, in the file itself or through another render, becomes one with it and names both.

use std::collections::{BTreeMap, BTreeSet};

use checks::{ChartReach, Finding, Fix, FixAction, UnitReach};
use inventory::{Inventory, NotAssessed, Reason, Switch};
use kustomize::places::FilePlace;
use text::{Source, Span, TextId, Texts};
use version::Minor;

use super::root::{Found, RootOutcome};

/// Whose output something was found in.
#[derive(Debug, Clone)]
pub(crate) enum Reach {
    /// That of the kustomization in this folder.
    Kustomization(String),
    /// That of a chart.
    Chart(ChartReach),
    /// That of a unit of a cluster.
    Unit(UnitReach),
}

/// The texts of files, by their paths.
pub(crate) struct FileTexts(BTreeMap<String, TextId>);

impl FileTexts {
    pub(crate) fn of(texts: &Texts) -> Self {
        let ids = (0..u32::try_from(texts.len()).unwrap_or(u32::MAX)).map(TextId);
        Self(ids.filter_map(|id| Some((texts.path(id)?.to_owned(), id))).collect())
    }

    /// The text of a file, registered if it is not known yet.
    pub(crate) fn id(&mut self, texts: &mut Texts, path: &str) -> TextId {
        match self.0.get(path) {
            Some(text) => *text,
            None => {
                let text = texts.add(Source::File { path: path.to_owned() });
                self.0.insert(path.to_owned(), text);
                text
            }
        }
    }
}

/// The scan so far, to which renders are added in their order.
pub(crate) struct Merge<'a> {
    inventory: &'a mut Inventory,
    findings: &'a mut Vec<Finding>,
    texts: FileTexts,
    by_place: BTreeMap<(&'static str, Span), Vec<usize>>,
    /// How many findings stand in the files themselves.
    written: usize,
    /// Those that others have taken the place of.
    replaced: BTreeSet<usize>,
    not_assessed: BTreeSet<(String, Option<Span>, Reason, String)>,
    /// Findings that units show and whose fixes are to be made where the bytes were written, since they were asked for last.
    at_origin: Vec<usize>,
}

impl<'a> Merge<'a> {
    pub(crate) fn new(inventory: &'a mut Inventory, findings: &'a mut Vec<Finding>) -> Self {
        let texts = FileTexts::of(&inventory.texts);
        let mut by_place: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for (position, finding) in findings.iter().enumerate() {
            let span = inventory.texts.resolve(finding.span).map_or(finding.span, |(span, _)| span);
            by_place.entry((finding.check, span)).or_default().push(position);
        }
        let not_assessed = inventory.not_assessed.iter().map(identity).collect();
        let written = findings.len();
        let (replaced, at_origin) = (BTreeSet::new(), Vec::new());
        Self { inventory, findings, texts, by_place, written, replaced, not_assessed, at_origin }
    }

    /// Adds what was found in the output of a render.
    pub(crate) fn add(&mut self, reach: &Reach, outcome: RootOutcome) {
        for (item, place) in outcome.not_assessed {
            self.note(item, place);
        }
        for found in outcome.found {
            self.find(reach, found);
        }
    }

    /// Takes away what others have taken the place of, and puts in order what each finding reaches.
    pub(crate) fn finish(self) {
        let mut position = 0;
        self.findings.retain(|_| {
            position += 1;
            !self.replaced.contains(&(position - 1))
        });
        self.findings.iter_mut().for_each(|finding| {
            finding.charts.sort_unstable();
            finding.units = in_order(std::mem::take(&mut finding.units));
        });
    }

    /// The positions of findings whose fixes were found to be made at the origin since this was asked last.
    pub(crate) fn take_at_origin(&mut self) -> Vec<usize> {
        std::mem::take(&mut self.at_origin)
    }

    /// The finding at a position.
    pub(crate) fn finding(&self, position: usize) -> Option<&Finding> {
        self.findings.get(position)
    }

    /// The path of the file that a span leads to.
    pub(crate) fn path_of(&self, span: Span) -> Option<&str> {
        let texts = &self.inventory.texts;
        texts.path(texts.resolve(span).map_or(span, |(span, _)| span).text)
    }

    /// The finding at a position, for what is known of its fix. Neither its place nor whom it reaches is to change.
    pub(crate) fn finding_mut(&mut self, position: usize) -> Option<&mut Finding> {
        self.findings.get_mut(position)
    }

    /// Lets another check's finding at the same place stand for a finding, and gives whether there is one: it reaches whom both
    /// reach.
    pub(crate) fn yield_to(&mut self, position: usize, check: &'static str) -> bool {
        let Some(known) = self.findings.get(position).cloned() else { return false };
        let here = self.by_place.get(&(check, known.span)).map(Vec::as_slice).unwrap_or_default();
        let other = here.iter().find(|other| !self.replaced.contains(other)).copied();
        let Some(other) = other.and_then(|other| self.findings.get_mut(other)) else { return false };
        other.clusters.extend(known.clusters);
        other.clusters.sort_unstable();
        other.clusters.dedup();
        other.units.extend(known.units);
        self.replaced.insert(position);
        true
    }

    /// Adds a finding that stands where others do, unless the same check has found something there.
    pub(crate) fn push(&mut self, finding: Finding) {
        let here = self.by_place.entry((finding.check, finding.span)).or_default();
        if here.is_empty() {
            here.push(self.findings.len());
            self.findings.push(finding);
        }
    }

    /// Notes what was not assessed, once for each place and reason.
    pub(crate) fn note(&mut self, mut item: NotAssessed, place: Option<FilePlace>) {
        item.span = None;
        if let Some(place) = place {
            item.span = Some(self.span(&place));
            item.path = place.path;
        }
        if self.not_assessed.insert(identity(&item)) {
            self.inventory.not_assessed.push(item);
        }
    }

    /// The paths of files that are not assessed as a whole for a reason.
    pub(crate) fn open_files(&self, reason: Reason) -> Vec<String> {
        let all = self.inventory.not_assessed.iter();
        let open = all.filter(|item| item.span.is_none() && item.reason == reason);
        open.map(|item| item.path.clone()).collect()
    }

    /// A template, or an archive of some, is judged by what it renders, but for the rest that is told; nothing if all is.
    pub(crate) fn judged_by_rendering(&mut self, path: &str, rest: String) {
        let is_open = |item: &NotAssessed| {
            let by_rendering = [Reason::NeedsRendering, Reason::Archive, Reason::Encrypted];
            item.path == path && by_rendering.contains(&item.reason)
        };
        let before = self.inventory.not_assessed.len();
        self.inventory.not_assessed.retain(|item| !is_open(item));
        let taken = before - self.inventory.not_assessed.len();
        if rest.is_empty() {
            self.inventory.files_assessed += u64::from(taken > 0);
            return;
        }
        let (path, reason) = (path.to_owned(), Reason::NeedsRendering);
        let item = NotAssessed { path, span: None, reason, detail: rest };
        self.inventory.not_assessed.push(item);
    }

    /// Adds a condition that asks the cluster. What stands in a branch that no minor reaches, whatever the values, is
    /// found in nothing that is deployed.
    pub(crate) fn switch(&mut self, switch: Switch) {
        let never = switch.never_reached.filter(|_| !switch.depends_on_values);
        if let Some(never) = never {
            let written = self.findings.iter().take(self.written).enumerate();
            let unreached =
                written.filter(|(_, finding)| finding.charts.is_empty() && never.contains(finding.span));
            self.replaced.extend(unreached.map(|(position, _)| position));
        }
        self.inventory.switches.push(switch);
    }

    fn find(&mut self, by: &Reach, Found { mut finding, places, replaces, related }: Found) {
        let spans: Vec<Span> = places.iter().map(|place| self.span(place)).collect();
        if let Some(place) = replaces {
            let span = self.span(&place);
            self.replaced.extend(self.by_place.get(&(finding.check, span)).into_iter().flatten());
        }
        let related: Vec<_> = related.iter().map(|(place, what)| (self.span(place), what.clone())).collect();
        let mut is_known = false;
        for span in &spans {
            for position in self.same(by, &finding, *span) {
                is_known = true;
                let is_first = position < self.written;
                let Some(known) = self.findings.get_mut(position) else { continue };
                match by {
                    Reach::Chart(_) if is_first && known.charts.is_empty() => {
                        rendered_after_all(known, &finding, *span, &related);
                    }
                    // Where the file alone does not tell how it is mended, what is rendered of it may.
                    Reach::Unit(_) if known.fix.is_none() && finding.fix.is_some() => {
                        rendered_after_all(known, &finding, *span, &related);
                        known.is_fixed_at_origin = true;
                        self.at_origin.push(position);
                    }
                    _ => {}
                }
                reach(known, by, &finding.clusters);
                known.severity = known.severity.max(finding.severity);
                known.minor = earlier(known.minor, finding.minor);
            }
        }
        let Some(span) = spans.first().copied().filter(|_| !is_known) else { return };
        self.by_place.entry((finding.check, span)).or_default().push(self.findings.len());
        finding.span = span;
        finding.related = related;
        // Its spans are those of the output. A fix that can be made is that of the file's own finding, or is proved by
        // rendering the chart or the unit again.
        let is_proved = !matches!(by, Reach::Kustomization(_));
        finding.fix = finding.fix.filter(|_| is_proved).map(|fix| fix_at(fix, span));
        if matches!(by, Reach::Unit(_)) && finding.fix.is_some() {
            finding.is_fixed_at_origin = true;
            self.at_origin.push(self.findings.len());
        }
        let clusters = std::mem::take(&mut finding.clusters);
        reach(&mut finding, by, &clusters);
        self.findings.push(finding);
    }

    /// The findings of the same check at the same place that say the same of the same object, whatever it is called
    /// after rendering.
    fn same(&self, by: &Reach, finding: &Finding, span: Span) -> Vec<usize> {
        let here = self.by_place.get(&(finding.check, span)).map(Vec::as_slice).unwrap_or_default();
        let told = without_name(finding);
        let says_the_same = |position: &&usize| {
            self.findings.get(**position).is_some_and(|known| match by {
                Reach::Kustomization(_) => without_name(known) == told,
                Reach::Chart(_) | Reach::Unit(_) => {
                    without_name(known) == told || is_of_same_field(known, finding)
                }
            })
        };
        let same: Vec<usize> = here.iter().filter(says_the_same).copied().collect();
        match here {
            [only] if same.is_empty() && *only < self.written => vec![*only],
            _ => same,
        }
    }

    /// The span of a place in the texts of the scan.
    pub(crate) fn span(&mut self, place: &FilePlace) -> Span {
        let text = self.texts.id(&mut self.inventory.texts, &place.path);
        Span::new(text, place.range.clone())
    }
}

/// By what two things that were not assessed are the same. Each render that failed counts.
fn identity(item: &NotAssessed) -> (String, Option<Span>, Reason, String) {
    let is_render = matches!(item.reason, Reason::RenderFailed | Reason::UnitLacks);
    let detail = if is_render { item.detail.clone() } else { String::new() };
    (item.path.clone(), item.span, item.reason, detail)
}

/// A finding of a template that is rendered: what was in doubt is known now.
fn rendered_after_all(known: &mut Finding, rendered: &Finding, span: Span, related: &[(Span, String)]) {
    known.message.clone_from(&rendered.message);
    known.remedy.clone_from(&rendered.remedy);
    known.confidence = rendered.confidence;
    known.object.clone_from(&rendered.object);
    known.minor = rendered.minor;
    known.related = related.to_vec();
    known.fix = rendered.fix.clone().map(|fix| fix_at(fix, span));
}

/// The fix with the place that it is at in a file instead of the one in an output.
fn fix_at(mut fix: Fix, place: Span) -> Fix {
    match &mut fix.action {
        FixAction::Convert { object, .. }
        | FixAction::Rewrite { object }
        | FixAction::ReplaceVars { object }
        | FixAction::RenameCharts { object } => *object = place,
        FixAction::ReplaceWithin { scalar, .. } => *scalar = place,
        FixAction::ReplaceScalar { .. }
        | FixAction::TakeChart { .. }
        | FixAction::RenameKey { .. }
        | FixAction::RemoveEntry
        | FixAction::RemoveItem
        | FixAction::InsertItems { .. } => {}
    }
    fix
}

fn reach(known: &mut Finding, by: &Reach, clusters: &[String]) {
    match by {
        Reach::Kustomization(root) if known.roots.last().is_none_or(|last| last != root) => {
            known.roots.push(root.clone());
        }
        Reach::Kustomization(_) => {}
        Reach::Chart(reach) => reach_chart(&mut known.charts, reach),
        Reach::Unit(reach) => known.units.push(reach.clone()),
    }
    known.clusters.extend_from_slice(clusters);
    known.clusters.sort_unstable();
    known.clusters.dedup();
}

fn reach_chart(charts: &mut Vec<ChartReach>, reach: &ChartReach) {
    let is_same = |known: &&mut ChartReach| known.chart == reach.chart && known.values == reach.values;
    match charts.iter_mut().find(is_same) {
        None => charts.push(reach.clone()),
        Some(known) => {
            known.minors.extend(&reach.minors);
            known.minors.sort_unstable();
            known.minors.dedup();
        }
    }
}

/// The units that a finding reaches, in order and each once: hundreds of clusters may get the same.
fn in_order(mut units: Vec<UnitReach>) -> Vec<UnitReach> {
    units.sort_unstable();
    let mut merged: Vec<UnitReach> = Vec::with_capacity(units.len());
    for unit in units {
        match merged.last_mut() {
            Some(last)
                if (&last.unit, &last.cluster, &last.object) == (&unit.unit, &unit.cluster, &unit.object) =>
            {
                last.minors.extend(unit.minors);
                last.minors.sort_unstable();
                last.minors.dedup();
            }
            _ => merged.push(unit),
        }
    }
    merged
}

/// The earlier of two minors at which something bites.
fn earlier(one: Option<Minor>, other: Option<Minor>) -> Option<Minor> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// Whether two findings are about the same field of objects of one kind, such as each item of a `range`.
fn is_of_same_field(known: &Finding, finding: &Finding) -> bool {
    let kind = |finding: &Finding| {
        finding.object.as_ref().map(|object| (object.api_version.clone(), object.kind.clone()))
    };
    kind(known) == kind(finding) && known.path == finding.path
}

/// The message without the name of the object, which prefixes and namespaces change.
fn without_name(finding: &Finding) -> String {
    match &finding.object {
        Some(object) => finding.message.replace(&format!("'{}'", object.key), "''"),
        None => finding.message.clone(),
    }
}
