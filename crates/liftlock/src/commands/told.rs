//! What `liftlock fix` did and what it left open, in words.
//!
//! The same question or note is told once, with the places that it is about: one repository asks the same thing in a
//! hundred files.

use std::collections::BTreeMap;

use fixes::Question;
use project::{FilePlan, FixPlan};

/// Places shown below one question without `-v`: enough to see which kind of file it is.
const PLACES_SHOWN: usize = 3;

/// How to tell.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Telling {
    /// How many files were written; none if nothing was to be.
    pub(crate) written: Option<usize>,
    /// Every place.
    pub(crate) verbose: bool,
}

/// All of it, without a line end.
pub(crate) fn told(plan: &FixPlan, telling: Telling) -> String {
    let mut lines = vec![first_line(plan, telling.written)];
    lines.extend(notes(&plan.files, telling.verbose));
    lines.extend(plan.unread.iter().map(|(path, error)| format!("not fixed: {path}: {error}")));
    lines.extend(plan.files.iter().flat_map(refused));
    lines.extend(questions(&plan.files, telling.verbose));
    lines.join("\n")
}

fn first_line(plan: &FixPlan, written: Option<usize>) -> String {
    let applied: usize = plan.files.iter().map(|file| file.applied.len()).sum();
    let changed = plan.files.iter().filter(|file| file.is_change()).count();
    let fixed = format!("{} fixed", counted(applied, "finding"));
    match (written, changed) {
        (_, 0) => "nothing is changed".to_owned(),
        (None, _) => format!("{fixed} in {}; --write makes the changes", counted(changed, "file")),
        (Some(written), _) => format!("{fixed}, {written} of {} written", counted(changed, "file")),
    }
}

fn notes(files: &[FilePlan], verbose: bool) -> Vec<String> {
    let mut by_text: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for file in files {
        for (line, note) in &file.notes {
            by_text.entry(&note.text).or_default().push(format!("{}:{line}", file.path));
        }
    }
    by_text.into_iter().map(|(text, places)| format!("note: {text}{}", listed(&places, verbose))).collect()
}

fn refused(file: &FilePlan) -> Vec<String> {
    let path = &file.path;
    let refused = file.refused.iter().map(|(finding, why)| format!("{}: {why}", finding.message));
    let all = refused.chain(file.surprise.iter().map(ToString::to_string));
    all.map(|what| format!("not fixed: {path}: {what}")).collect()
}

fn questions(files: &[FilePlan], verbose: bool) -> Vec<String> {
    let mut by_text: BTreeMap<(&str, &str), (&Question, Vec<String>)> = BTreeMap::new();
    for (path, asking) in files.iter().flat_map(|file| file.questions.iter().map(move |it| (&file.path, it)))
    {
        let question = &asking.question;
        let place = format!("{path}:{}", asking.line);
        by_text.entry((question.id, &question.text)).or_insert((question, Vec::new())).1.push(place);
    }
    let mut lines: Vec<String> = by_text.values().map(|open| open_question(open, verbose)).collect();
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
