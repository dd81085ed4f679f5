//! What clusters get as the files are, and once more as they would be.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use gitops::{Outcome, Renders, Unit, UnitKey};
use tree::Tree;
use version::Minor;

use super::unseen::outputs_of;
use super::{At, FleetRequest, Observed, Observing, subjects};
use crate::ScanError;
use crate::charts::minors::judged_for;
use crate::rendering::{OutputText, Outputs, RenderedNow};

/// The units of all clusters.
pub(crate) struct Units<'a> {
    observing: Observing<'a>,
    now: Vec<RenderedNow>,
    names: Vec<Name>,
}

/// A unit at a minor at which it is rendered to the same objects as at others.
struct Name {
    cluster: String,
    unit: UnitKey,
    minor: Minor,
}

impl<'a> Units<'a> {
    /// Renders all of them.
    ///
    /// # Errors
    /// If threads cannot be started.
    pub(crate) fn new(observing: Observing<'a>) -> Result<Self, ScanError> {
        let observed = Observed::of(observing)?;
        let fleets = &observed.fleets;
        let mut tracers = observed.tracers();
        let (mut now, mut names) = (Vec::new(), Vec::new());
        for subject in subjects(fleets) {
            let Some((unit, cluster)) = subject.unit(fleets).zip(subject.cluster_name(fleets)) else {
                continue;
            };
            let Some(route) = observed.routes.of(cluster) else { continue };
            let tracer = tracers.get_mut(subject.fleet);
            let Some((tracer, minor)) = tracer.zip(subject.minors.first()) else { continue };
            now.push(RenderedNow {
                shown: format!("{} of {cluster}", unit.key),
                text: Rc::new(Ok(text_of(unit))),
                read: tracer.files_behind(subject.cluster, subject.unit),
                route: judged_for(route, &subject.minors),
                path: String::new(),
            });
            names.push(Name { cluster: cluster.to_owned(), unit: unit.key.clone(), minor: *minor });
        }
        Ok(Self { observing, now, names })
    }
}

impl Outputs for Units<'_> {
    fn now(&self) -> &[RenderedNow] {
        &self.now
    }

    fn again(&self, tree: &Arc<dyn Tree + Send>, wanted: &[usize]) -> Vec<Result<OutputText, String>> {
        let renders = Renders::default();
        let request = FleetRequest { renders: &renders, ..self.observing.request };
        let names = wanted.iter().filter_map(|position| self.names.get(*position));
        match Observed::of(Observing { tree, request, ..self.observing }) {
            Err(error) => names.map(|_| Err(text::with_causes(&error))).collect(),
            Ok(observed) => {
                let by_minor: BTreeMap<Minor, &At> =
                    observed.fleets.iter().map(|at| (at.minor, at)).collect();
                names.map(|name| text_in(&by_minor, name)).collect()
            }
        }
    }
}

/// The text of a unit of other fleets, or why it has none.
fn text_in(fleets: &BTreeMap<Minor, &At>, name: &Name) -> Result<OutputText, String> {
    let mut clusters = fleets.get(&name.minor).into_iter().flat_map(|at| &at.fleet.clusters);
    let cluster = clusters.find(|cluster| cluster.name == name.cluster);
    let unit = cluster.and_then(|cluster| cluster.units.iter().find(|unit| unit.key == name.unit));
    match unit.map(|unit| (unit, &unit.outcome)) {
        None => Err("nothing makes it any more".to_owned()),
        Some((_, Outcome::NotAssessed(missing))) => Err(missing.to_string()),
        Some((unit, Outcome::Rendered(_))) => Ok(text_of(unit)),
    }
}

fn text_of(unit: &Unit) -> OutputText {
    let (shown, clear) = outputs_of(unit.objects());
    OutputText::new(shown.text, clear.map(|clear| clear.text))
}
