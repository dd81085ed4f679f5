//! `liftlock fix`: rewrites what an upgrade breaks, and nothing else.

use std::path::{Path, PathBuf};

use clap::Args;
use fixes::{Answer, Answers, Question, Unanswered};
use git::{Standing, WorkTree};
use project::{Asking, FilePlan, Scan, ScanRequest, plan_fixes, write_plan};
use tree::Directory;

use crate::arguments::{Global, JourneyArguments};
use crate::commands::repository::{self, Repository};
use crate::commands::scan;
use crate::error::{CommandError, Outcome};
use crate::terminal;

/// Rewrite what an upgrade removes or changes, without touching another byte.
///
/// Shows the changes as a diff; --write makes them. Comments, order, quotes and line ends stay. Where old and
/// new defaults differ and the meaning would change, it asks: on a terminal, from --answers, or it leaves the
/// place and says so.
///
/// Examples:
///   liftlock fix . --from 1.24 --to 1.26
///   liftlock fix . --to 1.34 --answers answers.yaml --write
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct FixArguments {
    /// The repository.
    #[arg(default_value = ".")]
    path: PathBuf,
    #[command(flatten)]
    journey: JourneyArguments,
    /// Write the files instead of showing a diff.
    #[arg(long)]
    write: bool,
    /// Write files that have changes which no commit keeps, too.
    #[arg(long)]
    allow_dirty: bool,
    /// Answers to questions, as YAML: a list `answers` of `question` and `choice` or `value`, with `object`
    /// and `path` where they differ by place.
    #[arg(long, value_name = "FILE")]
    answers: Option<PathBuf>,
    /// Take the choice that keeps the old meaning for every question that has one and no other answer.
    #[arg(long)]
    keep_meaning: bool,
    /// Fix what this check finds only. May be given several times.
    #[arg(long = "check", value_name = "CHECK")]
    checks: Vec<String>,
    /// Threads to use; 0 for one per core.
    #[arg(long, default_value_t = 0, value_name = "N")]
    threads: usize,
}

pub(crate) fn run(global: &Global, arguments: &FixArguments) -> Result<Outcome, CommandError> {
    let repository = repository::open(&arguments.path, arguments.threads)?;
    let request = ScanRequest {
        from: arguments.journey.from,
        to: arguments.journey.to,
        today: repository::today(),
        only: arguments.checks.clone(),
        threads: arguments.threads,
        beyond_horizon: arguments.journey.beyond_horizon,
    };
    let answers = read_answers(arguments)?;
    let scan = scan::carry_out(global, &repository.tree, &repository.config, &request)?;
    let plans = plan_with_dialogue(&repository, &request, &scan, answers)?;
    let written = match arguments.write {
        true => write_all(&repository, &plans, arguments.allow_dirty)?,
        false => {
            terminal::print(&diffs(&plans))?;
            0
        }
    };
    terminal::tell(&told(&plans, arguments.write.then_some(written)));
    Ok(outcome(&scan, &plans, arguments.write))
}

fn read_answers(arguments: &FixArguments) -> Result<Answers, CommandError> {
    let answers = match &arguments.answers {
        None => Answers::none(),
        Some(path) => {
            let bytes = repository::read_file(path)?;
            Answers::read(&bytes)
                .map_err(|error| CommandError::user(format!("'{}': {error}", path.display())))?
        }
    };
    Ok(if arguments.keep_meaning { answers.or(Unanswered::KeepMeaning) } else { answers })
}

/// Plans, and on a terminal asks what is open and plans again with the answers.
fn plan_with_dialogue(
    repository: &Repository,
    request: &ScanRequest,
    scan: &Scan,
    mut answers: Answers,
) -> Result<Vec<FilePlan>, CommandError> {
    let plan = |answers: &Answers| {
        plan_fixes(&repository.tree, &repository.config, request, (scan, answers))
            .map_err(|error| CommandError::user(error.to_string()))
    };
    let plans = plan(&answers)?;
    if !terminal::can_ask() || plans.iter().all(|plan| plan.questions.is_empty()) {
        return Ok(plans);
    }
    let mut answered = false;
    for file in &plans {
        for asking in &file.questions {
            if let Some(answer) = ask(&file.path, asking) {
                answers.answer_here(&asking.question, answer);
                answered = true;
            }
        }
    }
    if answered { plan(&answers) } else { Ok(plans) }
}

/// Asks one question; none leaves it open.
fn ask(path: &str, asking: &Asking) -> Option<Answer> {
    let question = &asking.question;
    terminal::tell(&format!("\n{path}:{}: {}", asking.line, question.text));
    for (index, choice) in question.choices.iter().enumerate() {
        terminal::tell(&format!("  {}) {}: {}", index + 1, choice.text, choice.effect));
    }
    let own = question.own_text.map(|what| format!(", or {what}")).unwrap_or_default();
    let reply = terminal::ask(&format!("  1-{}{own}; empty leaves it: ", question.choices.len()))?;
    understood(question, &reply)
}

fn understood(question: &Question, reply: &str) -> Option<Answer> {
    if reply.is_empty() {
        return None;
    }
    let number = reply.parse::<usize>().ok().and_then(|number| question.choices.get(number.checked_sub(1)?));
    match number.or_else(|| question.choice(reply)) {
        Some(choice) => Some(Answer::Choice(choice.id.to_owned())),
        None => question.own_text.map(|_| Answer::Value(reply.to_owned())),
    }
}

/// All changes as one diff.
pub(crate) fn diffs(plans: &[FilePlan]) -> String {
    let changed = plans.iter().filter(|plan| plan.is_change());
    changed.map(|plan| report::unified(&plan.path, &plan.before, &plan.after)).collect()
}

/// Writes what changes and is guarded; gives the number of files.
fn write_all(repository: &Repository, plans: &[FilePlan], allow_dirty: bool) -> Result<usize, CommandError> {
    let guard = WorkTree::discover(repository.tree.root())
        .map_err(|error| CommandError::environment(error.to_string()).because(error))?;
    if guard.is_none() {
        terminal::tell("note: this folder is in no Git work tree, so nothing keeps the old bytes");
    }
    let mut written = 0;
    let mut failed = None;
    for plan in plans.iter().filter(|plan| plan.is_change()) {
        if !allow_dirty && !is_committed(guard.as_ref(), &repository.tree, plan)? {
            terminal::tell(&format!(
                "left {}: it has changes that no commit keeps (--allow-dirty writes it)",
                plan.path
            ));
            continue;
        }
        match write_plan(&repository.tree, plan) {
            Ok(()) => written += 1,
            Err(error) => {
                terminal::tell(&format!("left {}: {error}", plan.path));
                failed = Some(error);
            }
        }
    }
    match failed {
        None => Ok(written),
        Some(error) => {
            Err(CommandError::environment(format!("{written} files written, some could not be"))
                .because(error))
        }
    }
}

fn is_committed(guard: Option<&WorkTree>, tree: &Directory, plan: &FilePlan) -> Result<bool, CommandError> {
    let Some(guard) = guard else { return Ok(true) };
    let absolute = tree.resolve(&plan.path).map_err(|error| {
        CommandError::environment(format!("cannot find '{}' again", plan.path)).because(error)
    })?;
    let standing = guard
        .standing(Path::new(&absolute), &plan.before)
        .map_err(|error| CommandError::environment(error.to_string()).because(error))?;
    Ok(standing == Standing::Committed)
}

/// What was done and what is open, in words.
fn told(plans: &[FilePlan], written: Option<usize>) -> String {
    let applied: usize = plans.iter().map(|plan| plan.applied.len()).sum();
    let changed = plans.iter().filter(|plan| plan.is_change()).count();
    let mut lines = match written {
        None => vec![format!("{applied} findings fixed in {changed} files; --write makes the changes")],
        Some(written) => vec![format!("{applied} findings fixed, {written} of {changed} files written")],
    };
    for plan in plans {
        lines.extend(
            plan.notes.iter().map(|(line, note)| format!("note: {}:{line}: {}", plan.path, note.text)),
        );
        lines.extend(plan.questions.iter().map(|asking| open_question(&plan.path, asking)));
        lines.extend(
            plan.refused
                .iter()
                .map(|(finding, why)| format!("not fixed: {}: {}: {why}", plan.path, finding.message)),
        );
        lines.extend(plan.surprise.iter().map(|surprise| format!("not fixed: {}: {surprise}", plan.path)));
    }
    lines.join("\n")
}

fn open_question(path: &str, asking: &Asking) -> String {
    let question = &asking.question;
    let choices: Vec<String> =
        question.choices.iter().map(|choice| format!("\n    {}: {}", choice.id, choice.effect)).collect();
    let own = question.own_text.map(|what| format!("\n    value: {what}")).unwrap_or_default();
    format!("open: {path}:{}: {} [{}]{}{own}", asking.line, question.text, question.id, choices.concat())
}

fn outcome(scan: &Scan, plans: &[FilePlan], wrote: bool) -> Outcome {
    let applied: usize = plans.iter().map(|plan| plan.applied.len()).sum();
    let left = scan.findings.len().saturating_sub(if wrote { applied } else { 0 });
    match (left, scan.inventory.not_assessed.is_empty()) {
        (0, true) => Outcome::Clean,
        (0, false) => Outcome::NotAssessed,
        _ => Outcome::Findings,
    }
}
