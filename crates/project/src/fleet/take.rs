//! Other versions of charts that stand elsewhere: what the catalog knows of them, and whether what they render is better.
//!
//! Takes findings at the line that says which version of a chart a unit takes. A version that is known to go with all minors of
//! the way is never taken unasked: who answers has it rendered, and the findings must be gone and none come that break. A chart
//! that was not fetched can be taken unproved only by an answer that says so.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use catalog::{ForChart, HORIZON, chart_version};
use checks::{Finding, Fix, FixAction, ObjectName, Safety, Severity};
use fixes::{Answer, Choice, NotFixed, Note, Question};
use gitops::{Missing, Outcome, Renders};
use manifest::limits::FILE_BYTES_MAX;
use resource::{FieldPath, ObjectKey};
use text::{Splice, with_causes};
use tree::{Overlaid, Tree};
use version::{AddonVersion, Minor};

use super::fix::UnitFixing;
use super::judge::{self};
use super::{FleetRequest, Observed, Observing, subjects};
use crate::ScanError;
use crate::at_origin::{Key, OriginFixes, Wanted};
use crate::journeys::Route;

/// The question whether another version of a chart is taken.
const QUESTION: &str = "chart-version";

/// A finding with what is known of other versions of its chart. `written` is what the file says as the version.
pub(super) fn told(mut finding: Finding, route: &Route, written: &str) -> Finding {
    finding.is_fixed_at_origin = false;
    let Some(Fix { action: FixAction::TakeChart { chart, from, is_of_program, .. }, .. }) =
        finding.fix.take()
    else {
        return finding;
    };
    let Some((first, last)) = ends(route) else { return finding };
    let Ok(current) = from.parse::<AddonVersion>() else { return finding };
    let way = if first == last { last.to_string() } else { format!("{first} to {last}") };
    let known = match chart_version(&chart, (&current, is_of_program), (first, last)) {
        ForChart::Version { version, row } => {
            let known = format!("the catalog knows {version} of it for {way} ({})", row.basis());
            if written.trim_matches(['"', '\'']).parse::<AddonVersion>().ok() == Some(current) {
                let question = format!("{known}; it renders more than what is at fault otherwise");
                let to = version.to_owned();
                let action = FixAction::TakeChart { chart, from, is_of_program, to };
                finding.fix = Some(Fix { action, safety: Safety::Ask(question) });
            }
            known
        }
        ForChart::OnlyProgram(addon) => {
            format!("the catalog knows versions of {addon}, and not which of its chart have them")
        }
        ForChart::NoneKnown(addon) => format!("the catalog knows no newer version of {addon} for {way}"),
        ForChart::Unknown => format!("the catalog knows nothing of versions of '{chart}'"),
    };
    finding.remedy = format!("{}; {known}", finding.remedy);
    finding
}

/// The first and the last minor of all ways; of a cluster whose start nobody knows, the last hop counts.
fn ends(route: &Route) -> Option<(Minor, Minor)> {
    let last = route.journeys.iter().map(|journey| journey.to.min(HORIZON)).max()?;
    let starts = route
        .journeys
        .iter()
        .map(|journey| journey.from.or_else(|| journey.to.previous()).unwrap_or(journey.to).min(HORIZON));
    Some((starts.min()?, last))
}

/// Whether a finding is mended by another version of its chart.
pub(crate) fn is_of_chart(finding: &Finding) -> bool {
    finding.fix.as_ref().is_some_and(|fix| matches!(fix.action, FixAction::TakeChart { .. }))
}

/// What is found in what the clusters get: check and object, by cluster and unit.
type Found = BTreeMap<(String, String), BTreeSet<(&'static str, String, bool)>>;

/// What somebody decided.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Decided {
    Proved,
    Unproved,
}

impl UnitFixing<'_> {
    /// Takes the versions of charts that somebody has answered for, each if rendering proves it.
    ///
    /// # Errors
    /// If threads cannot be started.
    pub(crate) fn take_charts(&self, wanted: &Wanted<'_>) -> Result<OriginFixes, ScanError> {
        let mut fixes = OriginFixes::default();
        let mut by_line: BTreeMap<(&str, u32), Vec<(&Key, &Finding)>> = BTreeMap::new();
        for (key, findings) in &wanted.findings {
            let here = by_line.entry((&key.1, key.2)).or_default();
            here.extend(findings.iter().map(|finding| (key, *finding)));
        }
        for ((path, start), findings) in by_line {
            let Some((key, first)) = findings.first().copied() else { continue };
            let question = question(first);
            let decided = match wanted.answers.find(&question) {
                Some(Answer::Choice(id)) if id == "take" => Decided::Proved,
                Some(Answer::Choice(id)) if id == "take-unproved" => Decided::Unproved,
                Some(_) => {
                    fixes
                        .refused
                        .extend(findings.iter().map(|(key, _)| ((*key).clone(), NotFixed::Declined)));
                    continue;
                }
                None => {
                    let open =
                        findings.iter().map(|(key, finding)| ((*key).clone(), self::question(finding)));
                    fixes.questions.extend(open);
                    continue;
                }
            };
            let taken = self.taken((path, start), &findings)?;
            match taken.and_then(|splice| self.proved(path, splice, (&findings, decided))) {
                Ok((splice, note)) => {
                    fixes.splices.entry(path.to_owned()).or_default().push(splice);
                    fixes.applied.extend(findings.iter().map(|(key, _)| (*key).clone()));
                    let span = text::Span::new(text::TextId(0), 0..0);
                    fixes.notes.extend(note.map(|text| (key.clone(), Note { span, text })));
                }
                Err(reason) => {
                    let why = NotFixed::Unproved { reason };
                    fixes.refused.extend(findings.iter().map(|(key, _)| ((*key).clone(), why.clone())));
                }
            }
        }
        Ok(fixes)
    }

    /// The edit of a line that says a version.
    fn taken(
        &self,
        (path, start): (&str, u32),
        findings: &[(&Key, &Finding)],
    ) -> Result<Result<Splice, String>, ScanError> {
        let versions = findings.iter().filter_map(|(_, finding)| match &finding.fix.as_ref()?.action {
            FixAction::TakeChart { to, .. } => Some((to, finding.span.len() as usize)),
            _ => None,
        });
        let versions: BTreeSet<_> = versions.collect();
        let only = versions.first().filter(|_| versions.len() == 1);
        let Some((to, length)) = only else {
            return Ok(Err("its clusters need different versions".to_owned()));
        };
        let bytes = match self.observing.tree.read(path, FILE_BYTES_MAX) {
            Ok(bytes) => bytes,
            Err(error) => return Ok(Err(with_causes(&error))),
        };
        let start = start as usize;
        let written = bytes.get(start..start + length).unwrap_or_default();
        let quotes = usize::from(matches!(written.first(), Some(b'"' | b'\'')));
        Ok(Ok(Splice::new(start + quotes..start + length - quotes, to.as_bytes())))
    }

    /// Whether the units render with another version, and what was found is gone; gives what a person should know.
    fn proved(
        &self,
        path: &str,
        splice: Splice,
        (findings, decided): (&[(&Key, &Finding)], Decided),
    ) -> Result<(Splice, Option<String>), String> {
        let tree = self.observing.tree;
        let before = tree.read(path, FILE_BYTES_MAX).map_err(|error| with_causes(&error))?;
        let after = text::apply(&before, std::slice::from_ref(&splice)).map_err(|error| error.to_string())?;
        let edited: Arc<dyn Tree + Send> =
            Arc::new(Overlaid { tree: Arc::clone(tree), files: BTreeMap::from([(path.to_owned(), after)]) });
        let renders = Renders::default();
        let request = FleetRequest { renders: &renders, ..self.observing.request };
        let observe = |tree| Observed::of(Observing { tree, request, ..self.observing });
        let told = |error: ScanError| with_causes(&error);
        let now = Observed::of(self.observing).map_err(told)?;
        let then = observe(&edited).map_err(told)?;
        if let Some((missing, is_fetched)) = lost(&now, &then) {
            let hint = "set the version, run `liftlock fetch`, and scan again";
            return match (is_fetched, decided) {
                (false, Decided::Unproved) => {
                    Ok((splice, Some(format!("not proved: {missing}; `liftlock fetch` brings it"))))
                }
                (false, Decided::Proved) => Err(format!("{missing}: {hint}, or answer 'take-unproved'")),
                (true, _) => Err(missing),
            };
        }
        let (now, then) = (self.found(&now), self.found(&then));
        for (_, finding) in findings {
            for reach in &finding.units {
                let still = then.get(&(reach.cluster.clone(), reach.unit.clone()));
                let is_it = |it: &&(&str, String, bool)| it.0 == finding.check && it.1 == reach.object;
                if still.into_iter().flatten().any(|it| is_it(&it)) {
                    return Err(format!(
                        "'{} of {}' would still render {} so",
                        reach.unit, reach.cluster, reach.object
                    ));
                }
            }
        }
        for (unit, found) in &then {
            let known = now.get(unit);
            let is_new =
                |it: &&(&'static str, String, bool)| it.2 && known.is_none_or(|known| !known.contains(*it));
            if let Some((check, object, _)) = found.iter().find(is_new) {
                return Err(format!(
                    "'{} of {}' would render {object} so that '{check}' finds it",
                    unit.1, unit.0
                ));
            }
        }
        Ok((
            splice,
            Some(
                "another version of a chart changes more than what is at fault: look at `liftlock diff`"
                    .to_owned(),
            ),
        ))
    }

    /// All that is found in what clusters get.
    fn found(&self, observed: &Observed<'_>) -> Found {
        let subjects = subjects(&observed.fleets);
        let mut all = Found::new();
        for (subject, text) in judge::all(self.judging, (&observed.fleets, &observed.routes), &subjects) {
            let of = subject.unit(&observed.fleets).zip(subject.cluster_name(&observed.fleets));
            let Some((unit, cluster)) = of else { continue };
            let here = all.entry((cluster.to_owned(), unit.key.to_string())).or_default();
            here.extend(text.judged.findings.iter().map(|finding| {
                let position = text.output.start_of(finding.span).map(|(position, _)| position);
                let object = position.and_then(|position| unit.objects().get(position));
                let object = object.map(|object| object.id.to_string()).unwrap_or_default();
                (finding.check, object, finding.severity == Severity::Breaks)
            }));
        }
        all
    }
}

/// A unit that is rendered now and not then: why, and whether all that it needs was fetched.
fn lost(now: &Observed<'_>, then: &Observed<'_>) -> Option<(String, bool)> {
    for (before, after) in now.fleets.iter().zip(&then.fleets) {
        for cluster in &before.fleet.clusters {
            let other = after.fleet.clusters.iter().find(|other| other.name == cluster.name);
            let units = other.map(|other| other.units.as_slice()).unwrap_or_default();
            for unit in cluster.units.iter().filter(|unit| matches!(unit.outcome, Outcome::Rendered(_))) {
                let again = units.iter().find(|again| again.key == unit.key);
                match again.map(|again| &again.outcome) {
                    Some(Outcome::Rendered(_)) => {}
                    Some(Outcome::NotAssessed(missing)) => {
                        let is_fetched = !matches!(missing, Missing::Fetch(_));
                        return Some((missing.to_string(), is_fetched));
                    }
                    None => {
                        return Some((
                            format!("nothing would make '{} of {}' any more", unit.key, cluster.name),
                            true,
                        ));
                    }
                }
            }
        }
    }
    None
}

/// The question whether a version is taken.
fn question(finding: &Finding) -> Question {
    let said = finding.fix.as_ref().and_then(|fix| fix.safety.question()).unwrap_or_default();
    let to = match finding.fix.as_ref().map(|fix| &fix.action) {
        Some(FixAction::TakeChart { to, .. }) => to.clone(),
        _ => String::new(),
    };
    let choice = |id, text: &str, effect: &str| Choice {
        id,
        text: text.to_owned(),
        effect: effect.to_owned(),
        keeps_meaning: false,
    };
    Question {
        id: QUESTION,
        object: unit_name(finding),
        path: FieldPath::default(),
        span: finding.span,
        text: said.to_owned(),
        choices: vec![
            choice("leave", "nothing", "the version stays as it is and the findings stay"),
            choice(
                "take",
                &to,
                "the version is taken if rendering it proves that the findings go and none come",
            ),
            choice(
                "take-unproved",
                &to,
                "the version is taken even if its chart was not fetched, so that nothing proves it",
            ),
        ],
        own_text: None,
    }
}

/// The unit that takes the chart, as the object that is asked about.
fn unit_name(finding: &Finding) -> ObjectName {
    let unit = finding.units.first().map(|reach| reach.unit.as_str()).unwrap_or_default();
    let (kind, key) = unit.split_once(' ').unwrap_or((unit, ""));
    let (namespace, name) = key.split_once('/').unwrap_or(("", key));
    let key = ObjectKey { namespace: namespace.to_owned(), name: name.to_owned() };
    ObjectName { api_version: String::new(), kind: kind.to_owned(), key }
}
