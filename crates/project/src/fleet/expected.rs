//! Whether clusters get what is expected of an edit: all of them rendered again, at every minor of their ways.
//!
//! Each object must be what it was, or what the fixes make of it as it is rendered now; or it is one that holds the text which
//! is edited, such as a ConfigMap of values or the release that says them, and differs in that text alone. Where it is anything
//! else, the edit is not made.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use checks::{Context, Finding};
use fixes::{Note, Source, fix_file};
use gitops::{Outcome, RenderedObject, Renders, Unit, UnitKey};
use manifest::limits::FILE_BYTES_MAX;
use text::{Span, TextId};
use tree::{Overlaid, Tree};
use version::Minor;

use super::carried::{Carrying, Renamed};
use super::fix::{FixedOutput, UnitFixing};
use super::places::Places;
use super::{At, FleetRequest, Observed, Observing};
use crate::at_origin::edits::Edits;
use crate::at_origin::{Key, OriginFixes, Wanted, splices};
use crate::journeys::Route;
use crate::rendering::objects;
use crate::rendering::output::{OUTPUT, judge};

/// Renders all clusters again and compares.
pub(super) struct Proof<'p, 'a> {
    fixing: &'p UnitFixing<'p>,
    observed: &'p Observed<'p>,
    outputs: &'p [FixedOutput<'p>],
    places: &'p mut Places<'a>,
    wanted: &'p Wanted<'p>,
    /// How many outputs differed when it held last.
    proving: usize,
    /// The objects that held what was edited when it held last, each with the finding whose edit that was.
    carried: BTreeMap<String, Key>,
}

/// The units of fleets, by what they are called.
type Units<'f> = BTreeMap<(Minor, &'f str, &'f UnitKey), &'f Unit>;

impl<'p, 'a> Proof<'p, 'a> {
    pub(super) fn new(
        fixing: &'p UnitFixing<'p>,
        (observed, outputs): (&'p Observed<'p>, &'p [FixedOutput<'p>]),
        places: &'p mut Places<'a>,
        wanted: &'p Wanted<'p>,
    ) -> Self {
        Self { fixing, observed, outputs, places, wanted, proving: 0, carried: BTreeMap::new() }
    }

    /// Whether the clusters get what is expected of some edits.
    ///
    /// # Errors
    /// With the reason why they do not, or why nobody can tell.
    pub(super) fn holds(&mut self, edits: &BTreeMap<Key, Edits>) -> Result<(), String> {
        let tree = self.edited(edits)?;
        let renders = Renders::default();
        let request = FleetRequest { renders: &renders, ..self.fixing.observing.request };
        let after = Observed::of(Observing { tree: &tree, request, ..self.fixing.observing })
            .map_err(|error| text::with_causes(&error))?;
        let (before, after) = (units(&self.observed.fleets), units(&after.fleets));
        same_units(&before, &after)?;
        let renamed = Renamed::of(&before, &after);
        let (mut proving, mut carried) = (0, BTreeMap::new());
        let observed = self.observed;
        for output in self.outputs {
            let subject = output.subject;
            let Some((unit, cluster)) =
                subject.unit(&observed.fleets).zip(subject.cluster_name(&observed.fleets))
            else {
                continue;
            };
            let mut differs = false;
            for minor in &subject.minors {
                let Some(again) = after.get(&(*minor, cluster, &unit.key)) else { continue };
                let renamed = renamed.in_cluster(*minor, cluster);
                let found = Self::differing((unit, again), &renamed);
                if found.is_empty() {
                    continue;
                }
                differs = true;
                self.explain((output, cluster), (unit, &found), edits, &mut carried)?;
            }
            proving += usize::from(differs);
        }
        if proving == 0 {
            return Err("no unit renders a difference".to_owned());
        }
        (self.proving, self.carried) = (proving, carried);
        Ok(())
    }

    /// Adds what a person should know of what was proved; gives how many outputs prove it.
    pub(super) fn note(self, fixes: &mut OriginFixes) -> usize {
        if fixes.applied.is_empty() {
            return 0;
        }
        for (object, key) in self.carried {
            let text = format!("{object} holds what is edited, and changes with it");
            fixes.notes.push((key, Note { span: Span::new(TextId(0), 0..0), text }));
        }
        self.proving
    }

    /// The tree with the edits made.
    fn edited(&self, edits: &BTreeMap<Key, Edits>) -> Result<Arc<dyn Tree + Send>, String> {
        let tree = self.fixing.observing.tree;
        let mut files = BTreeMap::new();
        for (path, splices) in splices(edits.values())? {
            let before = tree.read(&path, FILE_BYTES_MAX).map_err(|error| text::with_causes(&error))?;
            let after = text::apply(&before, &splices).map_err(|error| error.to_string())?;
            files.insert(path, after);
        }
        Ok(Arc::new(Overlaid { tree: Arc::clone(tree), files }))
    }

    /// The objects of a unit that are rendered otherwise, by their positions, each with its text afterwards.
    fn differing(
        (before, after): (&Unit, &Unit),
        renamed: &BTreeMap<String, String>,
    ) -> Vec<(usize, String)> {
        let pairs = before.objects().iter().zip(after.objects()).enumerate();
        let found = pairs.filter_map(|(position, (before, after))| {
            if before == after {
                return None;
            }
            let text = Renamed::back(&after.text, renamed);
            // What is masked may differ where nobody sees it.
            (before.is_masked() || *before.text != *text).then_some((position, text))
        });
        found.collect()
    }

    /// Whether all objects that differ are what is expected.
    fn explain(
        &mut self,
        (output, cluster): (&FixedOutput<'_>, &str),
        (unit, differing): (&Unit, &[(usize, String)]),
        edits: &BTreeMap<Key, Edits>,
        carried: &mut BTreeMap<String, Key>,
    ) -> Result<(), String> {
        let own = output.findings.iter().filter(|(key, _)| edits.contains_key(key));
        let own: Vec<Finding> = own.map(|(_, finding)| finding.clone()).collect();
        let by_own = self.fixed(output, &own);
        let mut by_all = None;
        for (position, after) in differing {
            let Some(before) = unit.objects().get(*position) else { continue };
            if before.is_masked() {
                return Err(unexpected(unit, cluster, before));
            }
            let is_expected = |fixed: &[(String, String)]| is_object(fixed, *position, after);
            if is_expected(&by_own) {
                continue;
            }
            let by_all = by_all.get_or_insert_with(|| {
                let shared = self.found_by_all(output, edits);
                self.fixed(output, &shared)
            });
            if is_expected(by_all) {
                continue;
            }
            let carrying = Carrying { subject: output.subject, position: *position, before, after };
            match carrying.key(self.places, edits) {
                // Of a release or its like everybody expects it, and its own output is compared as well.
                Some(_) if carrying.is_unit() => {}
                Some(key) => drop(carried.insert(format!("{} of {cluster}", before.id), key)),
                None => return Err(unexpected(unit, cluster, before)),
            }
        }
        Ok(())
    }

    /// What fixes make of an output: its objects.
    fn fixed(&self, output: &FixedOutput<'_>, findings: &[Finding]) -> Vec<(String, String)> {
        let text = &output.text.output.text;
        let route = output.subject.cluster_name(&self.observed.fleets);
        let Some(route) = route.and_then(|cluster| self.observed.routes.of(cluster)) else {
            return Vec::new();
        };
        let context = Context { journeys: &route.journeys, overlay: &route.overlay };
        let source = Source::plain(OUTPUT, text.as_bytes());
        let fix = fix_file(&context, source, findings, self.wanted.answers);
        let fixed = fix.bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        objects(fixed.as_ref().unwrap_or(text)).unwrap_or_default()
    }

    /// What is found in an output for the ways of all clusters that share what is edited: one that needs nothing yet gets the
    /// same edit.
    fn found_by_all(&mut self, output: &FixedOutput<'_>, edits: &BTreeMap<Key, Edits>) -> Vec<Finding> {
        let checks: BTreeSet<&str> = edits.keys().map(|(check, _, _)| *check).collect();
        let judging = self.fixing.judging;
        let route = self.route_of_all(output, edits);
        let text = &output.text.output;
        let judged = judge((judging.assessor, judging.checks), (&route, ""), &text.text);
        let mut found = judged.findings;
        found.retain(|finding| {
            finding.fix.is_some() && checks.contains(finding.check) && {
                let places = self.places.of_span(output.subject, text, finding.span).into_iter();
                let mut keys = places.map(|place| (finding.check, place.path, place.range.start));
                keys.any(|key| edits.contains_key(&key))
            }
        });
        found
    }

    /// The way of the cluster of an output, and of all that share what is edited.
    fn route_of_all(&self, output: &FixedOutput<'_>, edits: &BTreeMap<Key, Edits>) -> Route {
        let routes = &self.observed.routes;
        let edited = self.wanted.findings.iter().filter(|(key, _)| edits.contains_key(*key));
        let mut route = routes.of_units(edited.flat_map(|(_, findings)| findings).flat_map(|it| &it.units));
        let cluster = output.subject.cluster_name(&self.observed.fleets);
        if let Some(own) = cluster.and_then(|cluster| routes.of(cluster)) {
            route.join(own.clone());
        }
        route
    }
}

/// Whether the object at a position says what a text does, whatever the order of its keys.
fn is_object(fixed: &[(String, String)], position: usize, text: &str) -> bool {
    let said = objects(text);
    let only = said.as_deref().and_then(<[(String, String)]>::first);
    fixed.get(position).zip(only).is_some_and(|(fixed, said)| fixed.1 == said.1)
}

fn unexpected(unit: &Unit, cluster: &str, object: &RenderedObject) -> String {
    let key = &unit.key;
    format!(
        "'{key} of {cluster}' would render {} otherwise than it is rendered now and then fixed",
        object.id
    )
}

fn units(fleets: &[At]) -> Units<'_> {
    let mut units = Units::new();
    for At { minor, fleet } in fleets {
        for cluster in &fleet.clusters {
            units.extend(cluster.units.iter().map(|unit| ((*minor, cluster.name.as_str(), &unit.key), unit)));
        }
    }
    units
}

/// Whether there are the same units, each with as many objects, or not assessed for the same reason.
fn same_units(before: &Units<'_>, after: &Units<'_>) -> Result<(), String> {
    for ((minor, cluster, key), unit) in before {
        let shown = || format!("'{key} of {cluster}' at {minor}");
        let Some(again) = after.get(&(*minor, cluster, key)) else {
            return Err(format!("nothing would make {} any more", shown()));
        };
        match (&unit.outcome, &again.outcome) {
            (Outcome::Rendered(_), Outcome::Rendered(_)) => {}
            (Outcome::NotAssessed(before), Outcome::NotAssessed(after)) if before == after => {}
            (_, Outcome::NotAssessed(missing)) => {
                return Err(format!("{} could not be built any more: {missing}", shown()));
            }
            (Outcome::NotAssessed(_), _) => return Err(format!("{} would be built after all", shown())),
        }
        if unit.objects().len() != again.objects().len() {
            return Err(format!("{} would render other objects", shown()));
        }
    }
    match after.keys().find(|key| !before.contains_key(*key)) {
        Some((_, cluster, key)) => Err(format!("'{key} of {cluster}' would come new")),
        None => Ok(()),
    }
}
