//! `liftlock kustomize build`: what `kustomize build` and `kubectl kustomize` do, in their place.

mod several;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Subcommand, ValueEnum};
use kustomize::generate::Charts;
use kustomize::load::{Files, Restriction};
use kustomize::{Built, Failure, Options, Order, Work};
use text::{LineIndex, NoOrigins, Origins, Texts, Track};
use tree::{Directory, Tree};

use crate::error::{CommandError, Outcome};
use crate::terminal;

/// Build kustomizations.
#[derive(Debug, Args)]
pub(crate) struct KustomizeArguments {
    #[command(subcommand)]
    command: KustomizeCommand,
}

#[derive(Debug, Subcommand)]
enum KustomizeCommand {
    Build(BuildArguments),
}

/// Build a folder with a kustomization and print its objects.
///
/// Prints what kustomize 5.8.1 prints, byte for byte, and needs no other program. Functions and plugins that run
/// programs are refused.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  liftlock kustomize build overlays/production\n  liftlock kustomize build . -o rendered/\n  liftlock kustomize build overlays/* -o rendered/"
)]
struct BuildArguments {
    /// The folder; several are built in one process, on all cores.
    #[arg(default_value = ".", value_name = "DIR")]
    folders: Vec<PathBuf>,
    /// Write into this file, or a file for each object (of several folders, for each) into this folder.
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,
    /// Whether files outside of a kustomization's own folder may be read.
    #[arg(long, value_enum, default_value_t, value_name = "RESTRICTION")]
    load_restrictor: LoadRestrictor,
    /// The order of the objects, where the kustomization says none.
    #[arg(long, value_enum, value_name = "ORDER")]
    reorder: Option<Reorder>,
    /// Label all objects with the program that made them.
    #[arg(long)]
    enable_managedby_label: bool,
    /// Render the charts that kustomizations name.
    #[arg(long)]
    enable_helm: bool,
    /// The helm to render charts with.
    #[arg(long, default_value = "helm", value_name = "PATH")]
    helm_command: String,
    /// An API version that charts may ask for.
    #[arg(long, value_name = "GROUP/VERSION")]
    helm_api_versions: Vec<String>,
    /// The Kubernetes version that charts may ask for.
    #[arg(long, value_name = "VERSION")]
    helm_kube_version: Option<String>,
    /// Have helm say more.
    #[arg(long)]
    helm_debug: bool,
    /// Refused: plugins run programs.
    #[arg(long)]
    enable_alpha_plugins: bool,
    /// Refused with functions, which run programs.
    #[arg(long)]
    network: bool,
    /// Accepted for functions, which are refused.
    #[arg(long, default_value = "bridge", value_name = "NAME", hide = true)]
    network_name: String,
    /// Accepted for functions, which are refused.
    #[arg(long, value_name = "MOUNT", hide = true)]
    mount: Vec<String>,
    /// Accepted for functions, which are refused.
    #[arg(short, long, value_name = "NAME=VALUE")]
    env: Vec<String>,
    /// Accepted for functions, which are refused.
    #[arg(long)]
    as_current_user: bool,
}

/// Whether files outside of a kustomization's own folder may be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum LoadRestrictor {
    /// No.
    #[default]
    #[value(name = "LoadRestrictionsRootOnly")]
    RootOnly,
    /// Yes.
    #[value(name = "LoadRestrictionsNone", alias = "none")]
    None,
}

/// The order of the objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Reorder {
    /// Namespaces first, webhooks last.
    Legacy,
    /// As they were read.
    None,
}

pub(crate) fn run(arguments: &KustomizeArguments) -> Result<Outcome, CommandError> {
    match &arguments.command {
        KustomizeCommand::Build(arguments) => build(arguments),
    }
}

fn build(arguments: &BuildArguments) -> Result<Outcome, CommandError> {
    refuse_programs(arguments)?;
    let machine = Directory::open(Path::new("/"), 1)
        .map_err(|error| CommandError::environment(error.to_string()).because(error))?;
    let tree: Arc<dyn Tree + Send> = Arc::new(machine);
    let [folder] = &arguments.folders[..] else { return several::build(&tree, arguments) };
    let folder = resolved(folder)?;
    let folder = folder.to_string_lossy();
    let mut work: Work<NoOrigins> = begin(&tree, arguments);
    let built = kustomize::build(&mut work, &folder, &options(arguments));
    for warning in &work.warnings {
        terminal::tell(warning);
    }
    let built =
        built.map_err(|failure| explained(&failure, (&tree, &folder), work.files.texts(), arguments))?;
    write(&built, arguments)?;
    // The process ends: to give back the memory of every object first would only take time.
    std::mem::forget((built, work));
    Ok(Outcome::Clean)
}

fn resolved(folder: &Path) -> Result<PathBuf, CommandError> {
    folder.canonicalize().map_err(|error| {
        CommandError::user(format!("must build at directory: '{}'", folder.display()))
            .because(error)
            .hint("give the folder of a kustomization")
    })
}

/// A failure with its place. Places cost something, and nobody needs them until something fails: it is built again.
fn explained(
    failure: &Failure,
    (tree, folder): (&Arc<dyn Tree + Send>, &str),
    texts: &Texts,
    arguments: &BuildArguments,
) -> CommandError {
    let mut placed: Work<Origins> = begin(tree, arguments);
    match kustomize::build(&mut placed, folder, &options(arguments)) {
        Err(failure) => told(&failure, placed.files.texts(), &**tree),
        Ok(_) => told(failure, texts, &**tree),
    }
}

fn begin<T: Track>(tree: &Arc<dyn Tree + Send>, arguments: &BuildArguments) -> Work<T> {
    let restriction = match arguments.load_restrictor {
        LoadRestrictor::RootOnly => Restriction::RootOnly,
        LoadRestrictor::None => Restriction::None,
    };
    let mut work = Work::new(Files::new(Arc::clone(tree), restriction, None));
    work.charts = Charts {
        is_enabled: arguments.enable_helm,
        renderer: None,
        kube_version: arguments.helm_kube_version.clone().unwrap_or_default(),
        api_versions: arguments.helm_api_versions.clone(),
        debug: arguments.helm_debug,
    };
    work
}

fn options(arguments: &BuildArguments) -> Options {
    let order = match arguments.reorder {
        None | Some(Reorder::Legacy) => Order::Legacy,
        Some(Reorder::None) => Order::AsRead,
    };
    Options { order, adds_managed_by_label: arguments.enable_managedby_label || is_label_asked_for() }
}

/// The variable by which the original lets people ask for the label.
#[expect(clippy::disallowed_methods, reason = "the binary asks the environment")]
fn is_label_asked_for() -> bool {
    std::env::var("KUSTOMIZE_ENABLE_MANAGEDBY_LABEL").is_ok_and(|value| value == "on")
}

fn refuse_programs(arguments: &BuildArguments) -> Result<(), CommandError> {
    if arguments.enable_alpha_plugins || arguments.network {
        return Err(CommandError::user("plugins and functions run programs, and none is ever run")
            .hint("leave --enable-alpha-plugins and --network out"));
    }
    Ok(())
}

/// A failure with the place that a person has to look at.
fn told(failure: &Failure, texts: &Texts, tree: &dyn Tree) -> CommandError {
    let place = failure.place.and_then(|span| {
        let (span, _) = texts.resolve(span)?;
        let path = texts.path(span.text)?;
        let bytes = tree.read(path, manifest::limits::FILE_BYTES_MAX).ok()?;
        let at = LineIndex::new(&bytes).position(&bytes, span.start);
        Some(format!("/{path}:{}:{}: ", at.line, at.column))
    });
    let mut message = format!("{}{failure}", place.unwrap_or_default());
    let mut source = std::error::Error::source(failure);
    while let Some(cause) = source {
        message.push_str(": ");
        message.push_str(&cause.to_string());
        source = cause.source();
    }
    CommandError::user(message)
}

fn write(built: &Built<()>, arguments: &BuildArguments) -> Result<(), CommandError> {
    let refused = |failure: Failure| CommandError::user(failure.to_string());
    let Some(output) = &arguments.output else {
        let pieces = built.print_in_pieces().map_err(refused)?;
        return pieces.iter().try_for_each(|piece| terminal::print_bytes(piece.as_bytes()));
    };
    if !output.is_dir() {
        return write_file(output, &built.print().map_err(refused)?);
    }
    let files: BTreeMap<String, String> = built.files().map_err(refused)?;
    files.iter().try_for_each(|(name, text)| write_file(&output.join(name), text))
}

#[expect(
    clippy::disallowed_methods,
    reason = "the output that was asked for is no working tree of somebody's"
)]
fn write_file(path: &Path, text: &str) -> Result<(), CommandError> {
    std::fs::write(path, text).map_err(|error| {
        CommandError::environment(format!("cannot write '{}'", path.display())).because(error)
    })
}
