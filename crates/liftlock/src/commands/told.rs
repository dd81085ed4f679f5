//! What `liftlock fix` did and what it left open, in words.
//!
//! The same question or note is told once, with the places that it is about: one repository asks the same thing in a
//! hundred files.

use std::collections::{BTreeMap, BTreeSet};

use fixes::Question;
use project::{FilePlan, FixPlan, Lines, Unfixed};

/// Places shown below one question without `-v`: enough to see which kind of file it is.
const PLACES_SHOWN: usize = 3;

/// How to tell.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Telling<'a> {
    /// The files that were written; none if nothing was to be.
    pub(crate) written: Option<&'a BTreeSet<String>>,
    /// Findings that no program mends.
    pub(crate) by_hand: usize,
    /// Every place.
    pub(crate) verbose: bool,
}

impl Telling<'_> {
    /// A line as whoever opens the file now sees it.
    fn place(self, path: &str, lines: Lines) -> String {
        let is_written = self.written.is_some_and(|written| written.contains(path));
        format!("{path}:{}", if is_written { lines.after } else { lines.before })
    }
}

/// All of it, without a line end.
pub(crate) fn told(plan: &FixPlan, telling: Telling<'_>) -> String {
    let mut lines = vec![first_line(plan, telling.written)];
    lines.extend(proved(plan));
    lines.extend(left(plan, telling.by_hand));
    lines.extend(notes(&plan.files, telling));
    lines.extend(plan.unread.iter().map(|(path, error)| format!("not fixed: {path}: {error}")));
    lines.extend(plan.files.iter().flat_map(|file| refused(file, telling)));
    lines.extend(questions(&plan.files, telling));
    lines.join("\n")
}

fn first_line(plan: &FixPlan, written: Option<&BTreeSet<String>>) -> String {
    let applied: usize = plan.files.iter().map(|file| file.applied.len()).sum();
    let changed = plan.files.iter().filter(|file| file.is_change()).count();
    let fixed = format!("{} fixed", counted(applied, "finding"));
    match (written, changed) {
        (_, 0) => "nothing is changed".to_owned(),
        (None, _) => format!("{fixed} in {}; --write makes the changes", counted(changed, "file")),
        (Some(written), _) => format!("{fixed}, {} of {} written", written.len(), counted(changed, "file")),
    }
}

/// By how many renders the changes are proved.
fn proved(plan: &FixPlan) -> Option<String> {
    let renders = counted(plan.proving, "render");
    (plan.proving > 0).then(|| format!("proved by {renders}: before and after differ by the fixes alone"))
}

/// How many findings are left, by what they wait for: the words of a scan's table.
fn left(plan: &FixPlan, by_hand: usize) -> Option<String> {
    let to_answer: usize = plan.files.iter().map(asked_findings).sum();
    let later: usize = plan.files.iter().map(|file| file.refused.len()).sum();
    let parts = [(to_answer, "to answer"), (later, "later"), (by_hand, "by hand, as `liftlock scan` says")];
    let parts = parts.iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = parts.map(|(count, what)| format!("{count} {what}")).collect();
    (!parts.is_empty()).then(|| format!("left: {}", parts.join(", ")))
}

/// Findings with a question; one finding may ask several.
fn asked_findings(file: &FilePlan) -> usize {
    let asked = file.questions.iter().map(|asking| (asking.finding.check, asking.finding.span));
    asked.collect::<BTreeSet<_>>().len()
}

fn notes(files: &[FilePlan], telling: Telling<'_>) -> Vec<String> {
    let mut by_text: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for file in files {
        for (lines, note) in &file.notes {
            by_text.entry(&note.text).or_default().push(telling.place(&file.path, *lines));
        }
    }
    let told = by_text.into_iter();
    told.map(|(text, places)| format!("note: {text}{}", listed(&places, telling.verbose))).collect()
}

fn refused(file: &FilePlan, telling: Telling<'_>) -> Vec<String> {
    let refused = file.refused.iter().map(|Unfixed { finding, why, lines }| {
        format!("not fixed: {}: {}: {why}", telling.place(&file.path, *lines), finding.message)
    });
    let surprise = file.surprise.iter().map(|surprise| format!("not fixed: {}: {surprise}", file.path));
    refused.chain(surprise).collect()
}

fn questions(files: &[FilePlan], telling: Telling<'_>) -> Vec<String> {
    let mut by_text: BTreeMap<(&str, &str), (&Question, Vec<String>)> = BTreeMap::new();
    for (path, asking) in files.iter().flat_map(|file| file.questions.iter().map(move |it| (&file.path, it)))
    {
        let question = &asking.question;
        let place = telling.place(path, asking.lines);
        let places = &mut by_text.entry((question.id, &question.text)).or_insert((question, Vec::new())).1;
        // Several findings at one line ask the same once.
        if !places.contains(&place) {
            places.push(place);
        }
    }
    let mut lines: Vec<String> = by_text.values().map(|open| open_question(open, telling.verbose)).collect();
    lines.extend(by_text.values().next().map(|(question, _)| how_to_answer(question)));
    lines
}

fn open_question((question, places): &(&Question, Vec<String>), verbose: bool) -> String {
    let choices: String =
        question.choices.iter().map(|choice| format!("\n    {}: {}", choice.id, choice.effect)).collect();
    let own = question.own_text.map(|what| format!("\n    value: {what}")).unwrap_or_default();
    format!("open: {} [{}]{choices}{own}{}", question.text, question.id, listed(places, verbose))
}

fn how_to_answer(question: &Question) -> String {
    let answer = match question.choices.last() {
        Some(choice) => format!("choice: {}", choice.id),
        None => "value: your text".to_owned(),
    };
    format!(
        "Next: answer in a file that --answers names, such as: answers: [{{question: {}, {answer}}}]",
        question.id
    )
}

/// One place per line below what is said of them.
fn listed(places: &[String], verbose: bool) -> String {
    let is_short = verbose || places.len() <= PLACES_SHOWN + 1;
    let shown = if is_short { places.len() } else { PLACES_SHOWN };
    let mut lines: String = places.iter().take(shown).map(|place| format!("\n      at {place}")).collect();
    if shown < places.len() {
        lines.push_str(&format!("\n      and {} more; -v lists all", places.len() - shown));
    }
    lines
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}
