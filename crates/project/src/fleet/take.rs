//! Other versions of charts that stand elsewhere: what the catalog knows of them, and whether what they render is better.
//!
//! Takes findings at the line that says which version of a chart a unit takes. A version that is known to go with all minors of
//! the way is never taken unasked: who answers has it rendered, with all others that he has answered for, and the findings must be
//! gone and none come that break. A chart that was not fetched can be taken unproved only by an answer that says so.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use catalog::{ForChart, HORIZON, chart_version};
use checks::{Finding, Fix, FixAction, ObjectName, Safety, Severity, UnitReach, VersionSaid};
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

/// Versions that are proved each alone where not all hold together. Each takes one render of everything; with the one of what is
/// there now, the one of all together, and the one of those that hold alone, a run renders everything three times more than that
/// at most.
const ALONE_MAX: usize = 8;

/// A finding with what is known of other versions of its chart. `written` is what the file says as the version.
pub(super) fn told(mut finding: Finding, route: &Route, written: &str) -> Finding {
    finding.is_fixed_at_origin = false;
    let Some(Fix { action: FixAction::TakeChart { chart, from, is_of_program, said, .. }, .. }) =
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
            match takable((written.trim_matches(['"', '\'']), &said), &current, version) {
                Ok(to) => {
                    let question = format!("{known}; it renders more than what is at fault otherwise");
                    let action = FixAction::TakeChart { chart, from, is_of_program, said, to };
                    finding.fix = Some(Fix { action, safety: Safety::Ask(question) });
                    known
                }
                Err(reason) => format!("{known}; by hand, since {reason}"),
            }
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

/// What is to be written for a version, if it may be written in place of what is there.
///
/// A range that somebody wrote stays: which versions it is to hold is his to say. A tag is one version, with a `v` where it has
/// one.
fn takable(
    (written, said): (&str, &VersionSaid),
    current: &AddonVersion,
    version: &str,
) -> Result<String, String> {
    if let VersionSaid::Otherwise(reason) = said {
        return Err(reason.clone());
    }
    let Ok(there) = written.parse::<AddonVersion>() else {
        return Err(format!("'{written}' is no single version, and is not replaced by one"));
    };
    if there != *current {
        return Err(format!("'{written}' is the version of the chart that holds it, or a range"));
    }
    if *said == VersionSaid::Range {
        return Ok(version.to_owned());
    }
    if version.parse::<AddonVersion>().is_err() {
        return Err(format!("a tag is one version, and {version} is a range"));
    }
    let bare = version.trim_start_matches('v');
    Ok(if written.starts_with('v') { format!("v{bare}") } else { bare.to_owned() })
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

/// Another version of a chart at one line, wanted by an answer.
struct Bump<'w> {
    path: &'w str,
    findings: Vec<(&'w Key, &'w Finding)>,
    decided: Decided,
    splice: Splice,
}

/// What there is without any other version.
struct Now<'o> {
    observed: Observed<'o>,
    found: Found,
}

impl UnitFixing<'_> {
    /// Takes the versions of charts that somebody has answered for, if rendering proves them together; else those that it proves
    /// alone, as far as they go together.
    ///
    /// # Errors
    /// If threads cannot be started.
    pub(crate) fn take_charts(&self, wanted: &Wanted<'_>) -> Result<OriginFixes, ScanError> {
        let mut fixes = OriginFixes::default();
        let bumps = self.answered(wanted, &mut fixes);
        if bumps.is_empty() {
            return Ok(fixes);
        }
        let observed = Observed::of(self.observing)?;
        let found = self.found(&observed);
        let now = Now { observed, found };
        let all: Vec<&Bump<'_>> = bumps.iter().collect();
        match self.holds(&now, &all)? {
            Ok(notes) => apply(&all, notes, &mut fixes),
            Err(reason) if all.len() == 1 => refuse(&all, &reason, &mut fixes),
            Err(reason) => self.take_alone(&now, (&all, &reason), &mut fixes)?,
        }
        Ok(fixes)
    }

    /// The versions that are to be taken by answers; what is asked and left goes into the fixes.
    fn answered<'w>(&self, wanted: &'w Wanted<'_>, fixes: &mut OriginFixes) -> Vec<Bump<'w>> {
        let mut by_line: BTreeMap<(&str, u32), Vec<(&Key, &Finding)>> = BTreeMap::new();
        for (key, findings) in &wanted.findings {
            let here = by_line.entry((&key.1, key.2)).or_default();
            here.extend(findings.iter().map(|finding| (key, *finding)));
        }
        let mut bumps = Vec::new();
        for ((path, start), findings) in by_line {
            let Some((_, first)) = findings.first().copied() else { continue };
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
            match self.taken((path, start), &findings) {
                Ok(splice) => bumps.push(Bump { path, findings, decided, splice }),
                Err(reason) => {
                    let why = NotFixed::NotTaken { reason };
                    fixes.refused.extend(keys().map(|key| (key, why.clone())));
                }
            }
        }
        bumps
    }

    /// Takes the versions that hold alone, if these hold together; says of the others why they do not.
    fn take_alone(
        &self,
        now: &Now<'_>,
        (bumps, together): (&[&Bump<'_>], &str),
        fixes: &mut OriginFixes,
    ) -> Result<(), ScanError> {
        let (mut alone, mut failed) = (Vec::new(), Vec::new());
        for (count, bump) in bumps.iter().enumerate() {
            if count >= ALONE_MAX {
                let reason = format!(
                    "not all versions hold together ({together}), and more than {ALONE_MAX} are not proved alone"
                );
                failed.push((*bump, reason));
                continue;
            }
            match self.holds(now, &[*bump])? {
                Ok(notes) => alone.push((*bump, notes)),
                Err(reason) => failed.push((*bump, reason)),
            }
        }
        let held: Vec<&Bump<'_>> = alone.iter().map(|(bump, _)| *bump).collect();
        let notes = match held.as_slice() {
            [] | [_] => Ok(alone.into_iter().flat_map(|(_, notes)| notes).collect()),
            // They are all of them, and are known not to.
            several if several.len() == bumps.len() => Err(together.to_owned()),
            several => self.holds(now, several)?,
        };
        let names = names(&held);
        match notes {
            Ok(notes) => apply(&held, notes, fixes),
            Err(reason) => {
                let reason = format!("{reason}; together they do not hold, and alone these do: {names}");
                refuse(&held, &reason, fixes);
            }
        }
        for (bump, reason) in failed {
            let others =
                if names.is_empty() { "none of the versions holds alone" } else { "alone these hold" };
            let named = if names.is_empty() { String::new() } else { format!(": {names}") };
            refuse(&[bump], &format!("{reason}; {others}{named}"), fixes);
        }
        Ok(())
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

    /// Whether the units render with these versions, and what was found is gone; gives what a person should know of each, in
    /// their order.
    fn holds(&self, now: &Now<'_>, bumps: &[&Bump<'_>]) -> Result<Result<Vec<String>, String>, ScanError> {
        let edited = match self.edited(bumps) {
            Ok(edited) => edited,
            Err(reason) => return Ok(Err(reason)),
        };
        let renders = Renders::default();
        let request = FleetRequest { renders: &renders, ..self.observing.request };
        let then = Observed::of(Observing { tree: &edited, request, ..self.observing })?;
        let mut unproved: BTreeMap<usize, String> = BTreeMap::new();
        for lost in lost(&now.observed, &then) {
            match lost.allowed_by(bumps) {
                Ok(by) => by.into_iter().for_each(|position| {
                    unproved.entry(position).or_insert_with(|| lost.why.clone());
                }),
                Err(reason) => return Ok(Err(reason)),
            }
        }
        let shown = bumps.iter().enumerate().filter(|(position, _)| !unproved.contains_key(position));
        let findings: Vec<_> = shown.flat_map(|(_, bump)| bump.findings.iter().copied()).collect();
        if let Err(reason) = is_better(&now.found, &self.found(&then), &findings) {
            return Ok(Err(reason));
        }
        let note = |position| match unproved.get(&position) {
            Some(why) => format!("not proved: {why}; `liftlock fetch` brings it"),
            None => "another version of a chart changes more than what is at fault: look at `liftlock diff`"
                .to_owned(),
        };
        Ok(Ok((0..bumps.len()).map(note).collect()))
    }

    /// The tree with the lines of these versions edited.
    fn edited(&self, bumps: &[&Bump<'_>]) -> Result<Arc<dyn Tree + Send>, String> {
        let tree = self.observing.tree;
        let mut splices: BTreeMap<&str, Vec<Splice>> = BTreeMap::new();
        for bump in bumps {
            splices.entry(bump.path).or_default().push(bump.splice.clone());
        }
        let mut files = BTreeMap::new();
        // By their lines, as `text::apply` takes them: bumps come in that order.
        for (path, splices) in splices {
            let before = tree.read(path, FILE_BYTES_MAX).map_err(|error| with_causes(&error))?;
            let after = text::apply(&before, &splices).map_err(|error| error.to_string())?;
            files.insert(path.to_owned(), after);
        }
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
                let object = subject.object(&observed.fleets, &text.output, finding.span);
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

/// Takes versions into the fixes, each with what a person should know of it.
fn apply(bumps: &[&Bump<'_>], notes: Vec<String>, fixes: &mut OriginFixes) {
    for (bump, text) in bumps.iter().zip(notes) {
        fixes.splices.entry(bump.path.to_owned()).or_default().push(bump.splice.clone());
        fixes.applied.extend(bump.findings.iter().map(|(key, _)| (*key).clone()));
        let span = text::Span::new(text::TextId(0), 0..0);
        let first = bump.findings.first();
        fixes.notes.extend(first.map(|(key, _)| ((*key).clone(), Note { span, text })));
    }
}

fn refuse(bumps: &[&Bump<'_>], reason: &str, fixes: &mut OriginFixes) {
    let why = NotFixed::NotTaken { reason: reason.to_owned() };
    let keys = bumps.iter().flat_map(|bump| &bump.findings).map(|(key, _)| (*key).clone());
    fixes.refused.extend(keys.map(|key| (key, why.clone())));
}

/// Charts with the versions that are to be taken.
fn names(bumps: &[&Bump<'_>]) -> String {
    let name = |bump: &&Bump<'_>| match &bump.findings.first()?.1.fix.as_ref()?.action {
        FixAction::TakeChart { chart, to, .. } => Some(format!("'{chart}' {to} in '{}'", bump.path)),
        _ => None,
    };
    bumps.iter().filter_map(name).collect::<Vec<_>>().join(", ")
}

/// A unit that is rendered now and not then.
struct Lost {
    unit: String,
    cluster: String,
    why: String,
    /// Whether it only lacks what was not fetched.
    is_to_fetch: bool,
}

impl Lost {
    /// The versions that may be taken all the same, by their positions: those that its chart is taken in, if somebody said so
    /// of all of them.
    fn allowed_by(&self, bumps: &[&Bump<'_>]) -> Result<Vec<usize>, String> {
        if !self.is_to_fetch {
            return Err(self.why.clone());
        }
        let is_of = |bump: &Bump<'_>| {
            let mut reached = bump.findings.iter().flat_map(|(_, finding)| &finding.units);
            reached.any(|reach| reach.cluster == self.cluster && reach.unit == self.unit)
        };
        let own: Vec<usize> =
            (0..bumps.len()).filter(|at| bumps.get(*at).is_some_and(|it| is_of(it))).collect();
        // Of a unit in which nothing was found nobody knows which version it lacks.
        let meant = if own.is_empty() { (0..bumps.len()).collect() } else { own };
        if meant.iter().all(|at| bumps.get(*at).is_some_and(|bump| bump.decided == Decided::Unproved)) {
            return Ok(meant);
        }
        let next = "set the version, run `liftlock fetch`, and scan again, or answer 'take-unproved'";
        Err(format!("{}: {next}", self.why))
    }
}

/// The units that would not be rendered any more.
fn lost(now: &Observed<'_>, then: &Observed<'_>) -> Vec<Lost> {
    let mut all = Vec::new();
    for (before, after) in now.fleets.iter().zip(&then.fleets) {
        for cluster in &before.fleet.clusters {
            let other = after.fleet.clusters.iter().find(|other| other.name == cluster.name);
            let units = other.map(|other| other.units.as_slice()).unwrap_or_default();
            for unit in cluster.units.iter().filter(|unit| matches!(unit.outcome, Outcome::Rendered(_))) {
                let again = units.iter().find(|again| again.key == unit.key);
                let (why, is_to_fetch) = match again.map(|again| &again.outcome) {
                    Some(Outcome::Rendered(_)) => continue,
                    Some(Outcome::NotAssessed(missing)) => {
                        (missing.to_string(), matches!(missing, Missing::Fetch(_)))
                    }
                    None => {
                        (format!("nothing would make '{} of {}' any more", unit.key, cluster.name), false)
                    }
                };
                let (unit, cluster) = (unit.key.to_string(), cluster.name.clone());
                all.push(Lost { unit, cluster, why, is_to_fetch });
            }
        }
    }
    all
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
