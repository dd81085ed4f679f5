//! `liftlock demo`: the main job on an example that is part of the program, from the graph of a repository to what fixes change in its cluster.

mod example;

use std::sync::Arc;

use clap::Args;
use config::Config;
use fixes::Answers;
use gitops::{Clusters, Fleet, Ports, Renders, Repository, Request, compare};
use project::{FixPlan, FixRequest, FleetRequest, Rendered, Scan, ScanRequest};
use tree::{Memory, Overlaid, Tree};
use version::Minor;

use crate::arguments::Global;
use crate::commands::fleet::midnight;
use crate::commands::repository::{read_config, today};
use crate::commands::told::{Telling, told};
use crate::commands::{fix, render, scan};
use crate::error::{CommandError, Outcome};
use crate::terminal;
use example::{Fetched, REPOSITORY};

/// Show on an example repository that is part of the program what its cluster gets, what an upgrade finds in it, and what fixes change.
///
/// Needs no repository, no cluster and no network, and writes nothing.
#[derive(Debug, Args)]
pub(crate) struct DemoArguments {
    /// Write the example's files into this folder instead, to try the commands on it. It must not exist.
    #[arg(long, value_name = "FOLDER")]
    write_to: Option<std::path::PathBuf>,
}

/// What comes before the first command.
const INTRODUCTION: &str = "A repository that Flux keeps a cluster equal to, on its way from Kubernetes 1.24 to 1.26. `liftlock demo --write-to example`
writes its files; the chart `sessions` is taken from elsewhere, as if `liftlock fetch` had brought it.
";

/// The unit of which all objects are shown.
const SHOWN_UNIT: &str = "sessions";

pub(crate) fn run(global: &Global, arguments: &DemoArguments) -> Result<Outcome, CommandError> {
    if let Some(folder) = &arguments.write_to {
        return write_example(folder);
    }
    let tree: Arc<dyn Tree + Send> = Arc::new(REPOSITORY.iter().copied().collect::<Memory>());
    let config = read_config(&*tree)?;
    let ports = Ports { charts: &Fetched, ..Ports::offline() };
    let demo = Demo { global, config: &config, ports: &ports };
    terminal::print(INTRODUCTION)?;
    let before = demo.clusters(&tree)?;
    let renders = Renders::default();
    let scan = demo.scan(&tree, &renders)?;
    let plan = demo.fix(&tree, (&scan, &renders))?;
    let files = plan.files.into_iter().map(|file| (file.path, file.after)).collect();
    let fixed: Arc<dyn Tree + Send> = Arc::new(Overlaid { tree, files });
    demo.after_fixes(&before, &fixed)?;
    Ok(Outcome::Clean)
}

/// What the commands of the demo share.
#[derive(Clone, Copy)]
struct Demo<'d> {
    global: &'d Global,
    config: &'d Config,
    ports: &'d Ports<'d>,
}

impl Demo<'_> {
    /// Shows what the cluster gets, and what its version changes of it.
    fn clusters(self, tree: &Arc<dyn Tree + Send>) -> Result<Fleet, CommandError> {
        let [from, to] = [self.minor(|cluster| cluster.version), self.minor(|cluster| cluster.target)];
        let (before, after) = (self.observe(tree, from)?, self.observe(tree, to)?);
        show("tree", &report::fleet::text(&before, false))?;
        show(&format!("render {SHOWN_UNIT}"), &render::text_of_units(&before, &[SHOWN_UNIT.to_owned()])?)?;
        let [from, to] = [from, to].map(|minor| minor.map(|minor| minor.to_string()).unwrap_or_default());
        let differences = compare(&before, &after);
        show(&format!("diff --from {from} --to {to}"), &report::fleet::difference_text(&differences))?;
        Ok(before)
    }

    fn minor(self, of: impl Fn(&config::Cluster) -> Option<Minor>) -> Option<Minor> {
        self.config.clusters.first().and_then(of)
    }

    fn observe(self, tree: &Arc<dyn Tree + Send>, version: Option<Minor>) -> Result<Fleet, CommandError> {
        let repository = Repository::open(Arc::clone(tree));
        let named = |path: &str| self.config.cluster_of(path).map(|cluster| cluster.name.clone());
        let clusters = Clusters::find(&repository, &named);
        let request = Request {
            version_of: &|_| version,
            is_wanted: &|_| true,
            now_nanoseconds: midnight(),
            threads: 0,
        };
        gitops::observe(&clusters, (self.ports, &Renders::default()), &request)
            .map_err(|error| CommandError::environment("cannot start threads").because(error))
    }

    /// Shows what is found.
    fn scan(self, tree: &Arc<dyn Tree + Send>, renders: &Renders) -> Result<Scan, CommandError> {
        let scan = self.carry_out(tree, renders)?;
        show("scan", &told_scan(&scan, tree, scan::style(self.global)))?;
        Ok(scan)
    }

    fn carry_out(self, tree: &Arc<dyn Tree + Send>, renders: &Renders) -> Result<Scan, CommandError> {
        let fleet = Some(self.fleet(renders));
        let rendered = Rendered { tree, kustomizations: false, charts: None, fleet };
        scan::carry_out_rendered(self.global, rendered, self.config, &request())
    }

    fn fleet<'a>(self, renders: &'a Renders) -> FleetRequest<'a>
    where
        Self: 'a,
    {
        FleetRequest { ports: self.ports, renders, now_nanoseconds: midnight() }
    }

    /// Shows the fixes that need no answer.
    fn fix(
        self,
        tree: &Arc<dyn Tree + Send>,
        (scan, renders): (&Scan, &Renders),
    ) -> Result<FixPlan, CommandError> {
        let (request, answers) = (request(), Answers::none());
        let fleet = Some(self.fleet(renders));
        let asked =
            FixRequest { request: &request, scan, answers: &answers, kustomize: false, charts: None, fleet };
        let plan = project::plan_fixes(tree, self.config, asked)
            .map_err(|error| CommandError::user(error.to_string()))?;
        let by_hand = scan.findings.iter().filter(|finding| finding.fix.is_none()).count();
        let telling = Telling { written: None, by_hand, verbose: false };
        show("fix", &format!("{}{}\n", fix::diffs(&plan), told(&plan, telling)))?;
        Ok(plan)
    }

    /// Shows what the fixes change in the cluster, and what is left.
    fn after_fixes(self, before: &Fleet, fixed: &Arc<dyn Tree + Send>) -> Result<(), CommandError> {
        let after = self.observe(fixed, self.minor(|cluster| cluster.version))?;
        show("diff", &report::fleet::difference_text(&compare(before, &after)))?;
        let style = report::Style { summary_only: true, ..scan::style(self.global) };
        let scan = self.carry_out(fixed, &Renders::default())?;
        show("scan -q", &told_scan(&scan, fixed, style))
    }
}

fn request() -> ScanRequest {
    ScanRequest { from: None, to: None, today: today(), only: Vec::new(), threads: 0, beyond_horizon: false }
}

fn told_scan(scan: &Scan, tree: &Arc<dyn Tree + Send>, style: report::Style) -> String {
    report::text(&scan::report_of(scan, &**tree, "liftlock fix".to_owned()), style)
}

/// A command as somebody would type it, and what it prints.
fn show(command: &str, text: &str) -> Result<(), CommandError> {
    terminal::print(&format!("\n$ liftlock {command}\n{text}"))
}

fn write_example(folder: &std::path::Path) -> Result<Outcome, CommandError> {
    project::write::create_all(folder, REPOSITORY)
        .map_err(|error| CommandError::environment(error.to_string()).because(error))?;
    terminal::tell(&format!("wrote {} files; try: liftlock scan {}", REPOSITORY.len(), folder.display()));
    Ok(Outcome::Clean)
}
