//! `liftlock demo`: the main job on an example that is part of the program.

use std::sync::Arc;

use clap::Args;
use fixes::Answers;
use project::{FixRequest, ScanRequest};
use tree::{Memory, Tree};

use crate::arguments::Global;
use crate::commands::repository::{read_config, today};
use crate::commands::{fix, scan};
use crate::error::{CommandError, Outcome};
use crate::terminal;

/// Scan an example repository that is part of the program, and show its fixes.
///
/// Needs no repository, no cluster and no network, and writes nothing.
#[derive(Debug, Args)]
pub(crate) struct DemoArguments {
    /// Write the example's files into this folder instead, to try the commands on it. It must not exist.
    #[arg(long, value_name = "FOLDER")]
    write_to: Option<std::path::PathBuf>,
}

/// The example: path and content of each file.
const EXAMPLE: &[(&str, &str)] = &[
    (".liftlock.yaml", include_str!("../../demo/.liftlock.yaml")),
    ("apps/reports/budget.yaml", include_str!("../../demo/apps/reports/budget.yaml")),
    ("apps/reports/nightly.yaml", include_str!("../../demo/apps/reports/nightly.yaml")),
    ("apps/shop/web.yaml", include_str!("../../demo/apps/shop/web.yaml")),
    ("charts/metrics/Chart.yaml", include_str!("../../demo/charts/metrics/Chart.yaml")),
    (
        "charts/metrics/templates/cronjob.yaml",
        include_str!("../../demo/charts/metrics/templates/cronjob.yaml"),
    ),
    ("clusters/production/apps.yaml", include_str!("../../demo/clusters/production/apps.yaml")),
    (
        "infrastructure/ingress/controller.yaml",
        include_str!("../../demo/infrastructure/ingress/controller.yaml"),
    ),
    (
        "infrastructure/karpenter/provisioner.yaml",
        include_str!("../../demo/infrastructure/karpenter/provisioner.yaml"),
    ),
];

pub(crate) fn run(global: &Global, arguments: &DemoArguments) -> Result<Outcome, CommandError> {
    if let Some(folder) = &arguments.write_to {
        return write_example(folder);
    }
    let tree: Arc<dyn Tree + Send> = Arc::new(EXAMPLE.iter().copied().collect::<Memory>());
    let config = read_config(&*tree)?;
    let request = ScanRequest {
        from: None,
        to: None,
        today: today(),
        only: Vec::new(),
        threads: 0,
        beyond_horizon: false,
    };
    let scan = scan::carry_out(global, &*tree, &config, &request)?;
    let plan = project::plan_fixes(
        &tree,
        &config,
        FixRequest {
            fleet: None,
            request: &request,
            scan: &scan,
            answers: &Answers::none(),
            kustomize: false,
            charts: None,
        },
    )
    .map_err(|error| CommandError::user(error.to_string()))?;
    let report =
        scan::report_of(&scan, &*tree, "liftlock demo --write-to example && liftlock fix example".to_owned());
    terminal::print(&report::text(&report, scan::style(global)))?;
    terminal::print(&format!("\nWhat `liftlock fix` would change without asking:\n\n{}", fix::diffs(&plan)))?;
    Ok(Outcome::Clean)
}

fn write_example(folder: &std::path::Path) -> Result<Outcome, CommandError> {
    project::write::create_all(folder, EXAMPLE)
        .map_err(|error| CommandError::environment(error.to_string()).because(error))?;
    terminal::tell(&format!("wrote {} files; try: liftlock scan {}", EXAMPLE.len(), folder.display()));
    Ok(Outcome::Clean)
}
