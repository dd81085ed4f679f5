//! Other versions of charts that stand elsewhere: what the catalog knows of them, and whether what they render is better.
//!
//! Takes findings at the line that says which version of a chart a unit takes. A version that is known to go with all minors of
//! the way is never taken unasked: who answers has it rendered, and the findings must be gone and none come that break. A chart
//! that was not fetched can be taken unproved only by an answer that says so.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use catalog::{ForChart, HORIZON, chart_version};
use checks::{Finding, Fix, FixAction, ObjectName, Safety, Severity, UnitReach};
use fixes::{Answer, Choice, NotFixed, Note, Question};
use gitops::{Missing, Outcome, Renders};
use manifest::limits::FILE_BYTES_MAX;
use resource::{FieldPath, ObjectKey};
use text::{Splice, with_causes};
use tree::{Overlaid, Tree};
use version::{AddonVersion, Minor};

use super::fix::UnitFixing;
use super::judge;
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

/// What is found in what the clusters get, by cluster and unit.
type Found = BTreeMap<(String, String), BTreeSet<InObject>>;

/// A check, the object that it finds something in, and whether that breaks.
type InObject = (&'static str, String, bool);

/// What somebody decided.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Decided {
    Proved,
    Unproved,
}

impl UnitFixing<'_> {
    /// Takes the versions of charts that somebody has answered for, each if rendering proves it.
    pub(crate) fn take_charts(&self, wanted: &Wanted<'_>) -> OriginFixes {
        let mut fixes = OriginFixes::default();
        let mut by_line: BTreeMap<(&str, u32), Vec<(&Key, &Finding)>> = BTreeMap::new();
        for (key, findings) in &wanted.findings {
            let here = by_line.entry((&key.1, key.2)).or_default();
            here.extend(findings.iter().map(|finding| (key, *finding)));
        }
        for ((path, start), findings) in by_line {
            let Some((key, first)) = findings.first().copied() else { continue };
            let question = question(first);
            let keys = || findings.iter().map(|(key, _)| (*key).clone());
            let decided = match wanted.answers.find(&question) {
                Some(Answer::Choice(id)) if id == "take" => Decided::Proved,
                Some(Answer::Choice(id)) if id == "take-unproved" => Decided::Unproved,
                Some(_) => {
                    fixes.refused.extend(keys().map(|key| (key, NotFixed::Declined)));
                    continue;
                }
                None => {
                    fixes.questions.extend(keys().map(|key| (key, question.clone())));
                    continue;
                }
            };
            match self
                .taken((path, start), &findings)
                .and_then(|splice| self.proved(path, splice, (&findings, decided)))
            {
                Ok((splice, note)) => {
                    fixes.splices.entry(path.to_owned()).or_default().push(splice);
                    fixes.applied.extend(keys());
                    let span = text::Span::new(text::TextId(0), 0..0);
                    fixes.notes.extend(note.map(|text| (key.clone(), Note { span, text })));
                }
                Err(reason) => {
                    let why = NotFixed::Unproved { reason };
                    fixes.refused.extend(keys().map(|key| (key, why.clone())));
                }
            }
        }
        fixes
    }

    /// The edit of a line that says a version.
    fn taken(&self, (path, start): (&str, u32), findings: &[(&Key, &Finding)]) -> Result<Splice, String> {
        let versions = findings.iter().filter_map(|(_, finding)| match &finding.fix.as_ref()?.action {
            FixAction::TakeChart { to, .. } => Some((to, finding.span.len() as usize)),
            _ => None,
        });
        let versions: BTreeSet<_> = versions.collect();
        let only = versions.first().filter(|_| versions.len() == 1);
        let (to, length) = only.ok_or("its clusters need different versions")?;
        let bytes = self.observing.tree.read(path, FILE_BYTES_MAX).map_err(|error| with_causes(&error))?;
        let start = start as usize;
        let written = bytes.get(start..start + length).unwrap_or_default();
        let quotes = usize::from(matches!(written.first(), Some(b'"' | b'\'')));
        Ok(Splice::new(start + quotes..start + length - quotes, to.as_bytes()))
    }

    /// Whether the units render with another version, and what was found is gone; gives what a person should know.
    fn proved(
        &self,
        path: &str,
        splice: Splice,
        (findings, decided): (&[(&Key, &Finding)], Decided),
    ) -> Result<(Splice, Option<String>), String> {
        let edited = self.edited(path, &splice)?;
        let renders = Renders::default();
        let request = FleetRequest { renders: &renders, ..self.observing.request };
        let told = |error: ScanError| with_causes(&error);
        let now = Observed::of(self.observing).map_err(told)?;
        let then = Observed::of(Observing { tree: &edited, request, ..self.observing }).map_err(told)?;
        let note = match lost(&now, &then) {
            Some(Lost { why, is_to_fetch: true }) if decided == Decided::Unproved => {
                format!("not proved: {why}; `liftlock fetch` brings it")
            }
            Some(Lost { why, is_to_fetch: true }) => {
                let next = "set the version, run `liftlock fetch`, and scan again, or answer 'take-unproved'";
                return Err(format!("{why}: {next}"));
            }
            Some(Lost { why, is_to_fetch: false }) => return Err(why),
            None => {
                is_better(&self.found(&now), &self.found(&then), findings)?;
                "another version of a chart changes more than what is at fault: look at `liftlock diff`"
                    .to_owned()
            }
        };
        Ok((splice, Some(note)))
    }

    /// The tree with a file edited.
    fn edited(&self, path: &str, splice: &Splice) -> Result<Arc<dyn Tree + Send>, String> {
        let tree = self.observing.tree;
        let before = tree.read(path, FILE_BYTES_MAX).map_err(|error| with_causes(&error))?;
        let after = text::apply(&before, std::slice::from_ref(splice)).map_err(|error| error.to_string())?;
        let files = BTreeMap::from([(path.to_owned(), after)]);
        Ok(Arc::new(Overlaid { tree: Arc::clone(tree), files }))
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

/// Whether some findings are gone from what clusters get, and none came that break.
fn is_better(now: &Found, then: &Found, findings: &[(&Key, &Finding)]) -> Result<(), String> {
    for (_, finding) in findings {
        let is_still = |reach: &&UnitReach| {
            let found = then.get(&(reach.cluster.clone(), reach.unit.clone())).into_iter().flatten();
            found.into_iter().any(|it| it.0 == finding.check && it.1 == reach.object)
        };
        if let Some(UnitReach { unit, cluster, object, .. }) = finding.units.iter().find(is_still) {
            return Err(format!("'{unit} of {cluster}' would still render {object} so"));
        }
    }
    for (unit, found) in then {
        let known = now.get(unit);
        let is_new = |it: &&InObject| it.2 && known.is_none_or(|known| !known.contains(*it));
        if let Some((check, object, _)) = found.iter().find(is_new) {
            return Err(format!(
                "'{} of {}' would render {object} so that '{check}' finds it",
                unit.1, unit.0
            ));
        }
    }
    Ok(())
}

/// A unit that is rendered now and not then.
struct Lost {
    why: String,
    /// Whether it only lacks what was not fetched.
    is_to_fetch: bool,
}

/// The first unit that would not be rendered any more.
fn lost(now: &Observed<'_>, then: &Observed<'_>) -> Option<Lost> {
    for (before, after) in now.fleets.iter().zip(&then.fleets) {
        for cluster in &before.fleet.clusters {
            let other = after.fleet.clusters.iter().find(|other| other.name == cluster.name);
            let units = other.map(|other| other.units.as_slice()).unwrap_or_default();
            for unit in cluster.units.iter().filter(|unit| matches!(unit.outcome, Outcome::Rendered(_))) {
                match units.iter().find(|again| again.key == unit.key).map(|again| &again.outcome) {
                    Some(Outcome::Rendered(_)) => {}
                    Some(Outcome::NotAssessed(missing)) => {
                        let is_to_fetch = matches!(missing, Missing::Fetch(_));
                        return Some(Lost { why: missing.to_string(), is_to_fetch });
                    }
                    None => {
                        let why = format!("nothing would make '{} of {}' any more", unit.key, cluster.name);
                        return Some(Lost { why, is_to_fetch: false });
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
