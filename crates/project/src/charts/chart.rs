//! One chart: load it, render it with each set of values at each minor, judge what differs.
//!
//! Renders of equal bytes are judged once, for all the hops at whose ends they are what a cluster gets. Runs on any thread.

use std::collections::BTreeMap;
use std::sync::Arc;

use checks::ChartReach;
use helm::chart::Chart;
use inventory::NotAssessed;
use kustomize::places::FilePlace;
use manifest::limits::FILE_BYTES_MAX;
use text::Texts;
use tree::Overlaid;
use version::Minor;

use super::Charts;
use super::coverage::{Coverage, coverage};
use super::find::ChartFolder;
use super::minors;
use super::places::Homes;
use super::render::{Cluster, Loaded, Render, ValuesFile, Variant};
use super::switches::{Conditions, Switch};
use crate::journeys::Route;
use crate::rendering::output::{Judged, judge};
use crate::rendering::root::Found;
use crate::workers::Workers;

/// Renders of one chart: sets of values times minors. A chart that is published has 30 sets at most, and a journey ten
/// minors; at 10 ms each this many take 20 s.
const RENDERS_MAX: usize = 2_000;

/// How often custom resources that templates ask for are taken to be there and asked again: a template that finds one asks
/// for another, and no published one goes on after that.
const CUSTOM_ROUNDS_MAX: usize = 3;

/// What was found in renders of equal bytes, and what of them was not assessed.
pub(super) type JudgedRenders = (ChartReach, Vec<Found>, Vec<(NotAssessed, Option<FilePlace>)>);

/// What came of one chart.
#[derive(Default)]
pub(super) struct ChartOutcome {
    /// Whether it is one that others use and that renders nothing.
    pub(super) is_library: bool,
    pub(super) renders: usize,
    pub(super) is_rendered: bool,
    /// Renders that failed: the path to name, and why.
    pub(super) failed: Vec<(String, String)>,
    pub(super) judged: Vec<JudgedRenders>,
    pub(super) switches: Vec<Switch>,
    pub(super) coverage: Coverage,
    /// The folder, as people are shown it.
    pub(super) shown: String,
}

/// Renders charts one at a time.
pub(super) struct ChartJob<'a> {
    pub(super) charts: &'a Charts<'a>,
    pub(super) workers: &'a Workers,
}

/// One chart with what all its renders share.
pub(super) struct Subject<'a> {
    charts: &'a Charts<'a>,
    pub(super) folder: &'a ChartFolder,
    pub(super) route: &'a Route,
    pub(super) loaded: Loaded,
    pub(super) homes: Homes,
    pub(super) minors: Vec<Minor>,
}

/// What came of one set of values.
#[derive(Default)]
struct VariantOutcome {
    renders: usize,
    is_rendered: bool,
    /// Helm's error at each minor at which there was one.
    failed: Vec<(Minor, String)>,
    judged: Vec<JudgedRenders>,
    conditions: Conditions,
}

/// Renders of equal bytes.
pub(super) struct Group {
    pub(super) render: Render,
    /// The minors at which it is rendered, each once.
    pub(super) minors: Vec<Minor>,
}

/// What one set of values renders at all minors.
#[derive(Default)]
pub(super) struct Groups {
    /// Renders of equal bytes once, in the order of their first minors.
    pub(super) groups: Vec<Group>,
    /// For each minor the positions of its renders among the groups, or Helm's error.
    pub(super) at: Vec<(Minor, Result<Vec<usize>, String>)>,
}

impl ChartJob<'_> {
    pub(super) fn run(&self, folder: &ChartFolder) -> ChartOutcome {
        let path = folder.path("Chart.yaml");
        let subject = match Subject::load(self.charts, folder, &BTreeMap::new()) {
            Ok(subject) => subject,
            Err(told) => return ChartOutcome { failed: vec![(path, told)], ..ChartOutcome::default() },
        };
        if subject.loaded.chart.is_library() {
            return ChartOutcome { is_library: true, ..ChartOutcome::default() };
        }
        let Variants { variants, unread } = subject.variants(&BTreeMap::new());
        let mut outcome =
            ChartOutcome { failed: unread, shown: folder.shown().to_owned(), ..ChartOutcome::default() };
        let mut conditions = Conditions::default();
        let of_variants = self.workers.each(&variants, |_, variant| subject.variant(variant));
        for (variant, of_variant) in variants.iter().zip(of_variants) {
            outcome.renders += of_variant.renders;
            outcome.is_rendered |= of_variant.is_rendered;
            outcome.judged.extend(of_variant.judged);
            conditions.merge(of_variant.conditions);
            let told = failures(&of_variant.failed).into_iter();
            outcome.failed.extend(told.map(|told| (path.clone(), with_values(variant, &told))));
        }
        outcome.switches = conditions.switches(&subject.loaded, &subject.homes, &subject.minors);
        outcome.coverage = coverage(&subject, &conditions, self.charts.assessor);
        outcome
    }
}

/// The sets of values to render a chart with.
pub(super) struct Variants {
    pub(super) variants: Vec<Variant>,
    /// The files of values that cannot be read, and what is left out: the path to name, and why.
    unread: Vec<(String, String)>,
}

impl<'a> Subject<'a> {
    /// Loads a chart, some of whose files have other bytes.
    ///
    /// # Errors
    /// In Helm's words, if it would refuse the chart.
    pub(super) fn load(
        charts: &'a Charts<'a>,
        folder: &'a ChartFolder,
        changed: &BTreeMap<String, Vec<u8>>,
    ) -> Result<Self, String> {
        let route = charts.routes.of(folder.position).ok_or("no journey reaches it")?;
        let tree = Arc::from((charts.request.everything_in)(&folder.folder));
        let tree = Overlaid { tree, files: changed.clone() };
        let mut texts = Texts::new();
        let chart = Chart::of_folder(&tree, &folder.folder, &mut texts);
        let chart = chart.map_err(|error| text::with_causes(&error))?;
        let loaded = Loaded::new(chart, texts, nanoseconds_of(charts.today));
        let homes = Homes::new(charts.tree, folder, (&loaded.chart, &loaded.texts));
        let minors = minors::of_route(route);
        Ok(Self { charts, folder, route, loaded, homes, minors })
    }

    /// The sets of values at hand, some of whose files have other bytes.
    pub(super) fn variants(&self, changed: &BTreeMap<String, Vec<u8>>) -> Variants {
        let mut variants = vec![Variant::default()];
        let mut unread = Vec::new();
        for path in &self.folder.values {
            match self.charts.tree.read(path, FILE_BYTES_MAX) {
                Ok(bytes) => {
                    let name = self.folder.name_of(path).unwrap_or(path).to_owned();
                    let file = ValuesFile { name, path: Some(path.clone()), bytes: bytes.into() };
                    variants.push(Variant { files: vec![file] });
                }
                Err(error) => unread.push((path.clone(), text::with_causes(&error))),
            }
        }
        let given = self.charts.request.values;
        if !given.is_empty() {
            variants.push(Variant { files: given.to_vec() });
        }
        for file in variants.iter_mut().flat_map(|variant| &mut variant.files) {
            let other = file.path.as_ref().and_then(|path| changed.get(path));
            file.bytes = other.map_or_else(|| Arc::clone(&file.bytes), |bytes| bytes.as_slice().into());
        }
        let variants_max = RENDERS_MAX / self.minors.len().max(1);
        if let Some(left) = variants.len().checked_sub(variants_max).filter(|left| *left > 0) {
            let told = format!("{left} sets of values, past the first {variants_max}");
            unread.push((self.folder.path("Chart.yaml"), told));
            variants.truncate(variants_max);
        }
        Variants { variants, unread }
    }

    /// Renders with one set of values at all minors, and judges each text once.
    fn variant(&self, variant: &Variant) -> VariantOutcome {
        let mut outcome = VariantOutcome::default();
        let conditions = &mut outcome.conditions;
        let Groups { groups, at } =
            self.groups(variant, &mut |render, minor| conditions.add(render, &self.homes, minor));
        for (minor, renders) in at {
            match renders {
                Ok(renders) => outcome.renders += renders.len(),
                Err(told) => outcome.failed.push((minor, told)),
            }
        }
        outcome.is_rendered = !groups.is_empty();
        let judged = groups.into_iter().map(|group| self.judge_group(variant, group));
        outcome.judged = judged.collect();
        outcome
    }

    /// Renders with one set of values at all minors, and puts renders of equal bytes together. `each` sees every one of them.
    pub(super) fn groups(&self, variant: &Variant, each: &mut dyn FnMut(&Render, Minor)) -> Groups {
        let mut found = Groups::default();
        let mut by_text: BTreeMap<String, usize> = BTreeMap::new();
        for minor in &self.minors {
            let renders = self.renders_at(variant, *minor);
            let positions = renders.map(|renders| {
                let position_of = |render: Render| {
                    each(&render, *minor);
                    let next = found.groups.len();
                    let position = *by_text.entry(render.output.text.clone()).or_insert(next);
                    match found.groups.get_mut(position) {
                        Some(group) if group.minors.last() == Some(minor) => {}
                        Some(group) => group.minors.push(*minor),
                        None => found.groups.push(Group { render, minors: vec![*minor] }),
                    }
                    position
                };
                renders.into_iter().map(position_of).collect()
            });
            found.at.push((*minor, positions));
        }
        found
    }

    /// What a chart renders at a minor: without the custom resources that its templates ask for, and with them. Which ones a
    /// cluster has is not decided by its version.
    ///
    /// # Errors
    /// In Helm's words, if it cannot be rendered.
    pub(super) fn renders_at(&self, variant: &Variant, minor: Minor) -> Result<Vec<Render>, String> {
        let mut renders = Vec::new();
        let mut custom_apis: Vec<String> = Vec::new();
        for _ in 0..=CUSTOM_ROUNDS_MAX {
            let cluster = Cluster { minor, overlay: &self.route.overlay, custom_apis: &custom_apis };
            let render = match self.loaded.render(variant, cluster, self.charts.request.schemas) {
                Ok(render) => render,
                // What a template does only where there are custom resources is no fault of all clusters.
                Err(_) if !renders.is_empty() => break,
                Err(told) => return Err(told),
            };
            let missing = custom_apis_missing(&render);
            renders.push(render);
            if missing.is_empty() {
                break;
            }
            custom_apis.extend(missing);
        }
        Ok(renders)
    }

    /// Judges a text that is rendered at these minors.
    pub(super) fn judge(&self, render: &Render, minors: &[Minor]) -> Judged {
        let route = minors::judged_for(self.route, minors);
        let path = self.folder.path("Chart.yaml");
        judge((self.charts.assessor, self.charts.checks), (&route, &path), &render.output.text)
    }

    fn judge_group(&self, variant: &Variant, group: Group) -> JudgedRenders {
        let Group { mut render, minors } = group;
        let Judged { findings, not_assessed } = self.judge(&render, &minors);
        let found = findings.into_iter().map(|finding| self.homes.found(&mut render, finding)).collect();
        let not_assessed = not_assessed.into_iter().map(|item| {
            let place = item.span.and_then(|span| self.homes.place(&mut render, span));
            (item, place)
        });
        let not_assessed = not_assessed.collect();
        let reach = ChartReach { chart: self.folder.shown().to_owned(), values: variant.shown(), minors };
        (reach, found, not_assessed)
    }
}

/// The APIs of custom resources that templates asked for and were told are not there.
fn custom_apis_missing(render: &Render) -> Vec<String> {
    let is_custom = |api: &str| {
        let group = api.split_once('/').map(|(group, _)| group);
        group.is_some_and(|group| !group.is_empty() && !catalog::is_builtin_group(group))
    };
    let missing = render.asked.iter().filter(|(api, is_there)| !is_there && is_custom(api));
    missing.map(|(api, _)| api.clone()).collect()
}

/// The same error at several minors is told once.
fn failures(failed: &[(Minor, String)]) -> Vec<String> {
    let mut by_words: Vec<(&str, Minor, Minor)> = Vec::new();
    for (minor, words) in failed {
        match by_words.iter_mut().find(|(known, _, _)| known == words) {
            Some((_, _, last)) => *last = *minor,
            None => by_words.push((words, *minor, *minor)),
        }
    }
    let told = by_words.into_iter().map(|(words, first, last)| match first == last {
        true => format!("at {first}: {words}"),
        false => format!("at {first} to {last}: {words}"),
    });
    told.collect()
}

fn with_values(variant: &Variant, told: &str) -> String {
    match variant.shown() {
        shown if shown.is_empty() => told.to_owned(),
        shown => format!("with {shown} {told}"),
    }
}

/// The first moment of a day.
fn nanoseconds_of(day: jiff::civil::Date) -> i128 {
    let midnight = day.to_zoned(jiff::tz::TimeZone::UTC);
    midnight.map_or(0, |midnight| midnight.timestamp().as_nanosecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_told_once_for_all_minors_that_it_occurs_at() {
        let at = |minor: u16, words: &str| (Minor::new(minor), words.to_owned());
        let failed = [at(25, "no"), at(26, "no"), at(27, "other")];
        assert_eq!(failures(&failed), ["at 1.25 to 1.26: no", "at 1.27: other"]);
    }
}
