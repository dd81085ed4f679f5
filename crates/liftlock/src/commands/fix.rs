//! `liftlock fix`: rewrites what an upgrade breaks, and nothing else.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use fixes::{Answer, Answers, Question};
use git::{Standing, WorkTree};
use project::{
    Asking, ChartsRequest, FilePlan, FixPlan, FixRequest, FleetRequest, Rendered, Scan, ScanRequest,
    plan_fixes, write_plan,
};
use report::DiffSide;
use tree::{Directory, Tree};

use crate::arguments::{AnswerArguments, Global, JourneyArguments};
use crate::commands::charts::{ChartArguments, Scanned, is_archive};
use crate::commands::fetch::CachedSchemas;
use crate::commands::fleet::Clusters;
use crate::commands::keys::KeyArguments;
use crate::commands::renders::RendersArguments;
use crate::commands::repository::{self, Repository};
use crate::commands::scan;
use crate::commands::told::{self, Telling};
use crate::error::{CommandError, Outcome};
use crate::terminal;

/// Rewrite what an upgrade removes or changes, without touching another byte.
///
/// Shows the changes as a diff; --write makes them. Comments, order, quotes and line ends stay. Where old and
/// new defaults differ and the meaning would change, it asks: on a terminal, from --answers, or it leaves the
/// place and says so.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  liftlock fix . --from 1.24 --to 1.26\n  liftlock fix . --to 1.34 --answers answers.yaml --write"
)]
pub(crate) struct FixArguments {
    /// The repository; or the folder of a chart, which is fixed as with --helm.
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
    #[command(flatten)]
    answers: AnswerArguments,
    /// Change a base, its patches and their targets together. Kustomizations are built before and after; what they
    /// render may differ by these fixes only, else the files are left.
    #[arg(long)]
    kustomize: bool,
    #[command(flatten)]
    charts: ChartArguments,
    #[command(flatten)]
    renders: RendersArguments,
    #[command(flatten)]
    keys: KeyArguments,
    /// Look at files alone, and do not prove fixes by what clusters get of them.
    #[arg(long)]
    files_only: bool,
    /// Fix what this check finds only. May be given several times.
    #[arg(long = "check", value_name = "CHECK")]
    checks: Vec<String>,
    /// Threads to use; 0 for one per core.
    #[arg(long, default_value_t = 0, value_name = "N")]
    threads: usize,
}

pub(crate) fn run(global: &Global, arguments: &FixArguments) -> Result<Outcome, CommandError> {
    if is_archive(&arguments.path) {
        let told =
            CommandError::user(format!("'{}' is an archive, which is not edited", arguments.path.display()));
        return Err(told.hint("unpack it and give the folder; `liftlock scan` takes archives as well"));
    }
    let repository = repository::open(&arguments.path, arguments.threads)?;
    let scanned = Scanned::of(&repository);
    let values = arguments.charts.read(&scanned)?;
    let everything_in = |folder: &str| scanned.everything_in(folder);
    let renders_charts = arguments.charts.helm || scanned.is_chart();
    let schemas = CachedSchemas(&arguments.charts.cache);
    let charts = renders_charts.then_some(ChartsRequest {
        everything_in: &everything_in,
        values: &values,
        schemas: &schemas,
    });
    let request = ScanRequest {
        from: arguments.journey.from,
        to: arguments.journey.to,
        today: repository::today(),
        only: arguments.checks.clone(),
        threads: arguments.threads,
        beyond_horizon: arguments.journey.beyond_horizon,
    };
    let answers = arguments.answers.read()?;
    let cache = (&arguments.charts.cache, &arguments.renders, &arguments.keys);
    let clusters = Clusters::of(&scanned, cache, arguments.files_only)?;
    let ports = clusters.as_ref().map(Clusters::ports);
    let fleet = clusters.as_ref().zip(ports.as_ref()).map(|(clusters, ports)| clusters.request(ports));
    let rendered = Rendered { tree: &scanned.tree, kustomizations: false, charts, fleet };
    let scan = scan::carry_out_rendered(global, rendered, &repository.config, &request)?;
    let asked = Asked { request: &request, kustomize: arguments.kustomize, charts, fleet };
    let plan = plan_with_dialogue(&repository, asked, &scan, answers)?;
    let written = match arguments.write {
        true => Some(write_all(&repository, &plan, arguments.allow_dirty)?),
        false => {
            terminal::print(&diffs(&plan))?;
            None
        }
    };
    let by_hand = scan.findings.iter().filter(|finding| finding.fix.is_none()).count();
    let telling = Telling { written: written.as_ref(), by_hand, verbose: global.verbose };
    terminal::tell(&told::told(&plan, telling));
    Ok(outcome(&scan, &plan, written.map(|written| written.len())))
}

/// What is to be fixed, and how that is proved.
#[derive(Clone, Copy)]
struct Asked<'a> {
    request: &'a ScanRequest,
    kustomize: bool,
    charts: Option<ChartsRequest<'a>>,
    fleet: Option<FleetRequest<'a>>,
}

/// Plans, and on a terminal asks what is open and plans again with the answers.
fn plan_with_dialogue(
    repository: &Repository,
    asked: Asked<'_>,
    scan: &Scan,
    mut answers: Answers,
) -> Result<FixPlan, CommandError> {
    let tree: Arc<dyn Tree + Send> = repository.tree.clone();
    let Asked { request, kustomize, charts, fleet } = asked;
    let make = |answers: &Answers| {
        plan_fixes(&tree, &repository.config, FixRequest { request, scan, answers, kustomize, charts, fleet })
            .map_err(|error| CommandError::user(error.to_string()))
    };
    let plan = make(&answers)?;
    if !terminal::can_ask() || plan.files.iter().all(|file| file.questions.is_empty()) {
        return Ok(plan);
    }
    let mut answered = false;
    for file in &plan.files {
        for asking in &file.questions {
            if answers.find(&asking.question).is_some() {
                continue;
            }
            match ask(&file.path, asking) {
                None => continue,
                Some((answer, Reach::Here)) => answers.answer_here(&asking.question, answer),
                Some((answer, Reach::Everywhere)) => answers.answer(asking.question.id, answer),
            }
            answered = true;
        }
    }
    if answered { make(&answers) } else { Ok(plan) }
}

/// How far an answer goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    Here,
    Everywhere,
}

/// Asks one question; none leaves it open.
fn ask(path: &str, asking: &Asking) -> Option<(Answer, Reach)> {
    let question = &asking.question;
    terminal::tell(&format!("\n{path}:{}: {}", asking.lines.before, question.text));
    for (index, choice) in question.choices.iter().enumerate() {
        terminal::tell(&format!("  {}) {}: {}", index + 1, choice.text, choice.effect));
    }
    let own = question.own_text.map(|what| format!("{what}; ")).unwrap_or_default();
    let numbers = match question.choices.len() {
        0 => String::new(),
        count => format!("1-{count}; "),
    };
    let reply =
        terminal::ask(&format!("  {numbers}{own}with '!' wherever this is asked; empty leaves it: "))?;
    match reply.strip_suffix('!') {
        Some(reply) => Some((understood(question, reply.trim())?, Reach::Everywhere)),
        None => Some((understood(question, &reply)?, Reach::Here)),
    }
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
pub(crate) fn diffs(plan: &FixPlan) -> String {
    plan.files.iter().filter(|file| file.is_change()).map(diff).collect()
}

fn diff(file: &FilePlan) -> String {
    let (before, after) = (file.secrets_before(), file.secrets_after());
    let side = |bytes, secrets| DiffSide { bytes, secrets };
    report::unified(&file.path, side(&file.before, &before), side(&file.after, &after))
}

/// Writes what changes and is guarded; gives the paths that were written.
fn write_all(
    repository: &Repository,
    plan: &FixPlan,
    allow_dirty: bool,
) -> Result<BTreeSet<String>, CommandError> {
    let guard = WorkTree::discover(repository.tree.root())
        .map_err(|error| CommandError::environment(error.to_string()).because(error))?;
    if guard.is_none() {
        terminal::tell("note: this folder is in no Git work tree, so nothing keeps the old bytes");
    }
    let mut written = BTreeSet::new();
    let mut failed = None;
    for file in plan.files.iter().filter(|file| file.is_change()) {
        if !allow_dirty && !is_committed(guard.as_ref(), &repository.tree, file)? {
            terminal::tell(&format!(
                "left {}: it has changes that no commit keeps (--allow-dirty writes it)",
                file.path
            ));
            continue;
        }
        match write_plan(&repository.tree, file) {
            Ok(()) => {
                written.insert(file.path.clone());
            }
            Err(error) => {
                terminal::tell(&format!("left {}: {error}", file.path));
                failed = Some(error);
            }
        }
    }
    match failed {
        None => Ok(written),
        Some(error) => {
            let told = format!("{} files written, some could not be", written.len());
            Err(CommandError::environment(told).because(error))
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

/// Findings are left unless they were fixed in a file that was written.
fn outcome(scan: &Scan, plan: &FixPlan, written: Option<usize>) -> Outcome {
    let applied: usize = plan.files.iter().map(|file| file.applied.len()).sum();
    let changed = plan.files.iter().filter(|file| file.is_change()).count();
    let mended = if written == Some(changed) { applied } else { 0 };
    match (scan.findings.len().saturating_sub(mended), scan.inventory.not_assessed.is_empty()) {
        (0, true) => Outcome::Clean,
        (0, false) => Outcome::NotAssessed,
        _ => Outcome::Findings,
    }
}
