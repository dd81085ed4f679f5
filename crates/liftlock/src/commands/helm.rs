//! `liftlock helm template`: what `helm template` does, in its place.

mod flags;
mod given;
mod origins;
mod ports;
mod post;
mod shown;
mod sources;

use clap::Args;
use gotemplate::{FaultKind, Ledger};
use helm::HelmVersion;
use helm::capabilities::Capabilities;
use helm::engine::{Execution, ReleaseOptions, RenderTemplates, TemplateCache};
use helm::render::{RenderChart, Target, check_installable, check_release_name, render};
use helm::schema::Schemas;
use text::Texts;
use version::Minor;

use crate::commands::fetch::CachedSchemas;
use crate::commands::only::{Only, OnlyCommand};
use crate::error::{CommandError, Outcome};
use crate::stack::{Stopped, with_stack};
use crate::terminal;
use flags::TemplateArguments;
pub(crate) use given::read_file;
use origins::Places;

/// Render charts.
#[derive(Debug, Args)]
pub(crate) struct HelmArguments {
    #[command(subcommand)]
    command: OnlyCommand<TemplateArguments>,
}

impl Only for TemplateArguments {
    const NAME: &'static str = "template";
    const ABOUT: &'static str = "Render a chart and print its manifests";
}

pub(crate) fn run(arguments: &HelmArguments) -> Result<Outcome, CommandError> {
    let OnlyCommand(arguments) = &arguments.command;
    flags::refuse(arguments)?;
    with_stack(|stack_bytes_max| template(arguments, stack_bytes_max))
}

/// Nothing is shown before all is rendered.
fn template(arguments: &TemplateArguments, stack_bytes_max: usize) -> Result<Outcome, Stopped> {
    let version = arguments.version();
    let (name, chart_path) = flags::name_and_chart(arguments)?;
    check_release_name(&name, version).map_err(|error| refused(&error, version))?;
    let mut texts = Texts::new();
    let ledger = if arguments.origins { Ledger::on() } else { Ledger::off() };
    let (given, given_files) = given::values(arguments, version, (&mut texts, &ledger))?;
    let mut located = sources::locate(&chart_path, arguments, &mut texts)?;
    if let Err(error) = check_installable(&located.chart, version) {
        if !arguments.sources.dependency_update || !matches!(error, RenderChart::FindDependencies { .. }) {
            return Err(refused(&error, version).into());
        }
        sources::update(&mut located, arguments, &mut texts)?;
        check_installable(&located.chart, version).map_err(|error| refused(&error, version))?;
    }
    let (chart, root) = (located.chart, located.root);
    let capabilities = capabilities(arguments, version)?;
    let release = ReleaseOptions {
        name,
        namespace: arguments.namespace(),
        is_upgrade: arguments.is_upgrade,
        revision: 1,
    };
    let (ports, cache) = (ports::System::new(arguments.enable_dns), TemplateCache::new());
    let (schemas, remotes) = (Schemas::new(), CachedSchemas(&arguments.cache));
    let execution = Execution {
        version,
        ledger: &ledger,
        ports: &ports,
        is_dns_enabled: arguments.enable_dns,
        stack_bytes_max,
        cache: &cache,
    };
    let target = Target {
        release: &release,
        capabilities: &capabilities,
        schemas: (!arguments.skip_schema_validation).then_some((&schemas, &remotes)),
        renders_subchart_notes: arguments.render_subchart_notes,
    };
    let rendered = render(&chart, &given, target, &execution);
    let rendered = rendered.map_err(|error| match error {
        RenderChart::Templates(RenderTemplates::Execute { kind: FaultKind::Limit, .. }) => {
            Stopped::NeedsStack
        }
        error => refused(&error, version).into(),
    })?;
    rendered.warnings.iter().for_each(|warning| terminal::tell(warning));
    if arguments.origins {
        let places = Places::new(&texts, (&root, &chart), given_files);
        let text = origins::text(&rendered, shown::of(arguments), &mut ledger.into_origins(), &places);
        terminal::print(&text)?;
        return Ok(Outcome::Clean);
    }
    shown::show(&rendered, &release.name, arguments)?;
    // The process ends: to give back the memory first would only take time.
    std::mem::forget((rendered, given, texts));
    std::mem::forget(cache);
    Ok(Outcome::Clean)
}

/// What Helm believes of a cluster; for a given version of Kubernetes, what a cluster of its minor serves by default.
fn capabilities(arguments: &TemplateArguments, version: HelmVersion) -> Result<Capabilities, CommandError> {
    let given = arguments.kube_version.as_deref().unwrap_or_default();
    let offline = Capabilities::offline(version, given, arguments.api_versions.iter().cloned());
    let offline = offline.map_err(|error| CommandError::user(text::with_causes(&error)))?;
    let Some(minor) = given.parse::<Minor>().ok().filter(|_| !given.is_empty()) else { return Ok(offline) };
    let Some(served) = catalog::served_by_default(minor) else { return Ok(offline) };
    let kinds = served.map(|kind| (kind.group, kind.version, kind.kind));
    let mut capabilities = Capabilities::of_cluster(version, offline.kube_version, kinds);
    capabilities.api_versions.extend(arguments.api_versions.iter().cloned());
    Ok(capabilities)
}

fn refused(error: &RenderChart, version: HelmVersion) -> CommandError {
    let told = text::with_causes(error);
    match (error, version) {
        (RenderChart::FindDependencies { .. }, HelmVersion::V3) => CommandError::user(format!(
            "An error occurred while checking for chart dependencies. You may need to run `helm dependency build` to fetch missing dependencies: {told}"
        )),
        (RenderChart::FindDependencies { .. }, HelmVersion::V4) => CommandError::user(format!(
            "an error occurred while checking for chart dependencies. You may need to run 'helm dependency build' to fetch missing dependencies: {told}"
        )),
        _ => CommandError::user(told),
    }
}
