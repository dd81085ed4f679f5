//! `liftlock kustomize build`: what `kustomize build` and `kubectl kustomize` do, in their place.

mod flux;
mod places;
mod several;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueEnum};
use fetch::Cached;
use kustomize::generate::Charts;
use kustomize::load::remote::{FetchRemote, Remote, RepositoryAddress, masked};
use kustomize::load::{Files, LoadFile, Restriction};
use kustomize::{Built, Cause, Compatibility, Failure, Options, Order, Work};
use places::Places;
use text::{LineIndex, NoOrigins, Origin, Origins, Source, Track};
use tree::{Directory, Tree};

use crate::commands::fetch::{CacheArguments, cache_flag};
use crate::commands::only::{Only, OnlyCommand};
use crate::error::{CommandError, Outcome};
use crate::terminal;

/// Build kustomizations.
#[derive(Debug, Args)]
pub(crate) struct KustomizeArguments {
    #[command(subcommand)]
    command: OnlyCommand<BuildArguments>,
}

impl Only for BuildArguments {
    const NAME: &'static str = "build";
    const ABOUT: &'static str = "Build a folder with a kustomization and print its objects";
}

/// Build a folder with a kustomization and print its objects.
///
/// Prints what kustomize 5.8.1 prints, byte for byte, and needs no other program. Functions and plugins that run
/// programs are refused. Remote bases and files come from the cache that `liftlock fetch` fills; nothing is fetched.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  liftlock kustomize build overlays/production\n  liftlock kustomize build . -o rendered/\n  liftlock kustomize build overlays/* -o rendered/\n  liftlock kustomize build overlays/production --origins\n  liftlock kustomize build apps/production --flux=clusters/production/apps.yaml"
)]
struct BuildArguments {
    /// The folder, or the address of one in a Git repository that `liftlock fetch` has fetched; several are built in one
    /// process, on all cores.
    #[arg(default_value = ".", value_name = "DIR|URL")]
    targets: Vec<String>,
    #[command(flatten)]
    cache: CacheArguments,
    /// Write into this file, or a file for each object (of several folders, for each) into this folder.
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,
    /// Say beside each changed field where it comes from, in a comment.
    #[arg(long)]
    origins: bool,
    /// Build as Flux builds: a folder without a kustomization becomes one over all its files, and what the Flux
    /// Kustomization in FILE says is merged in.
    ///
    /// FILE may hold the Kustomization's source as well, whose field `ignore` then counts beside `.sourceignore`. Files are
    /// those of the repository that the folder is in. Objects are not sorted. Nothing is substituted or decrypted.
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true)]
    flux: Option<Option<PathBuf>>,
    /// The kustomize whose output is wanted, where versions differ.
    #[arg(long, value_enum, default_value_t, value_name = "VERSION")]
    compat: Compat,
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

/// The kustomize whose output is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Compat {
    /// That of Flux 2.9 and kubectl 1.36.
    #[default]
    #[value(name = "5.8.1")]
    V5_8_1,
    /// With what 5.8.2 and 5.8.3 changed.
    #[value(name = "5.8.3")]
    V5_8_3,
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
    let OnlyCommand(arguments) = &arguments.command;
    build(arguments)
}

fn build(arguments: &BuildArguments) -> Result<Outcome, CommandError> {
    refuse_programs(arguments)?;
    let machine = Directory::open(Path::new("/"), 1)
        .map_err(|error| CommandError::environment(error.to_string()).because(error))?;
    let tree: Arc<dyn Tree + Send> = Arc::new(machine);
    let [target] = &arguments.targets[..] else {
        refuse_several(arguments)?;
        return several::build(&tree, arguments);
    };
    let target = Target::read(target)?;
    if let Some(file) = &arguments.flux {
        return flux::build(&tree, target.folder()?, (file.as_deref(), arguments));
    }
    if arguments.origins {
        return build_with_origins(&tree, &target, arguments);
    }
    let mut work: Work<NoOrigins> = begin(&tree, arguments);
    let built = target.build(&mut work, arguments);
    for warning in &work.warnings {
        terminal::tell(warning);
    }
    let built = built.map_err(|failure| explained(&failure, (&tree, &target), arguments))?;
    write(&built, arguments)?;
    // The process ends: to give back the memory of every object first would only take time.
    std::mem::forget((built, work));
    Ok(Outcome::Clean)
}

/// What is only there for one folder at a time.
fn refuse_several(arguments: &BuildArguments) -> Result<(), CommandError> {
    if arguments.origins || arguments.flux.is_some() {
        return Err(CommandError::user("--origins and --flux take one folder"));
    }
    Ok(())
}

fn build_with_origins(
    tree: &Arc<dyn Tree + Send>,
    target: &Target,
    arguments: &BuildArguments,
) -> Result<Outcome, CommandError> {
    let mut work: Work<Origins> = begin(tree, arguments);
    let built = target.build(&mut work, arguments).map_err(|failure| {
        let told = told(&failure, Some(&work.files));
        match remedy(&failure, target, arguments) {
            Some(remedy) => told.hint(remedy),
            None => told,
        }
    });
    print_placed(&work, built, arguments)
}

/// Prints what was built with origins, and says them if they are asked for.
fn print_placed(
    work: &Work<Origins>,
    built: Result<Built<Origin>, CommandError>,
    arguments: &BuildArguments,
) -> Result<Outcome, CommandError> {
    work.warnings.iter().for_each(|warning| terminal::tell(warning));
    let built = built?;
    if !arguments.origins {
        write(&built, arguments)?;
        return Ok(Outcome::Clean);
    }
    let refused = |failure: Failure| CommandError::user(failure.to_string());
    let here = Path::new(".").canonicalize().unwrap_or_else(|_| PathBuf::from("/"));
    let places = Places::new(&work.files, here);
    let show = |span| places.show(span);
    match &arguments.output {
        Some(folder) if folder.is_dir() => {
            let files = built.files_with_origins(&work.tracker, &show).map_err(refused)?;
            files.iter().try_for_each(|(name, text)| write_file(&folder.join(name), text))?;
        }
        output => {
            let text = built.print_with_origins(&work.tracker, &show).map_err(refused)?;
            match output {
                Some(file) => write_file(file, &text)?,
                None => terminal::print_bytes(text.as_bytes())?,
            }
        }
    }
    Ok(Outcome::Clean)
}

/// A failure with its place. Places cost something, and nobody needs them until something fails: it is built again.
fn explained(
    failure: &Failure,
    (tree, target): (&Arc<dyn Tree + Send>, &Target),
    arguments: &BuildArguments,
) -> CommandError {
    let mut placed: Work<Origins> = begin(tree, arguments);
    let told = match target.build(&mut placed, arguments) {
        Err(failure) => told(&failure, Some(&placed.files)),
        Ok(_) => told::<()>(failure, None),
    };
    match remedy(failure, target, arguments) {
        Some(remedy) => told.hint(remedy),
        None => told,
    }
}

/// What is built.
struct Target {
    /// As it was given.
    text: String,
    place: Place,
}

/// Where it is.
enum Place {
    Folder(String),
    Repository(RepositoryAddress),
}

impl Target {
    /// An address is one even where there is a folder of the same name, as for the original.
    fn read(text: &str) -> Result<Self, CommandError> {
        if let Ok(address) = RepositoryAddress::parse(text) {
            return Ok(Self { text: text.to_owned(), place: Place::Repository(address) });
        }
        let folder = Path::new(text).canonicalize().map_err(|error| {
            CommandError::user(format!("must build at directory: '{text}'"))
                .because(error)
                .hint("give the folder of a kustomization")
        })?;
        let place = Place::Folder(folder.to_string_lossy().into_owned());
        Ok(Self { text: text.to_owned(), place })
    }

    /// The folder, where it is one of this machine.
    fn folder(&self) -> Result<&Path, CommandError> {
        match &self.place {
            Place::Folder(folder) => Ok(Path::new(folder)),
            Place::Repository(_) => Err(CommandError::user("--flux takes a folder, not the address of one")),
        }
    }

    fn build<T: Track>(
        &self,
        work: &mut Work<T>,
        arguments: &BuildArguments,
    ) -> Result<Built<T::Origin>, Failure> {
        let options = options(arguments);
        match &self.place {
            Place::Folder(folder) => kustomize::build(work, folder, &options),
            Place::Repository(address) => kustomize::build_repository(work, address.clone(), &options),
        }
    }
}

/// The command that fetches what is missing.
fn remedy(failure: &Failure, target: &Target, arguments: &BuildArguments) -> Option<String> {
    let Cause::LoadFile(LoadFile::Fetch(_)) = &*failure.cause else { return None };
    let target = quoted(&masked(&target.text));
    Some(format!("`liftlock fetch{} {target}` fills the cache", cache_flag(&arguments.cache)))
}

/// A word as a shell reads it.
pub(crate) fn quoted(word: &str) -> String {
    let is_plain = |part: char| part.is_ascii_alphanumeric() || "/._-:@=+,".contains(part);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

fn begin<T: Track>(tree: &Arc<dyn Tree + Send>, arguments: &BuildArguments) -> Work<T> {
    let restriction = match arguments.load_restrictor {
        LoadRestrictor::RootOnly => Restriction::RootOnly,
        LoadRestrictor::None => Restriction::None,
    };
    // Without a folder for a cache there is none, and whatever is remote is not in it.
    let cached = arguments.cache.store().ok().map(|store| Arc::new(Cached::new(store)) as Arc<dyn Remote>);
    let files = Files::new(Arc::clone(tree), restriction, cached);
    let mut work = Work::new(files).following(compatibility(arguments));
    work.charts = Charts {
        is_enabled: arguments.enable_helm,
        renderer: None,
        kube_version: arguments.helm_kube_version.clone().unwrap_or_default(),
        api_versions: arguments.helm_api_versions.clone(),
        debug: arguments.helm_debug,
    };
    work
}

fn compatibility(arguments: &BuildArguments) -> Compatibility {
    match arguments.compat {
        Compat::V5_8_1 => Compatibility::V5_8_1,
        Compat::V5_8_3 => Compatibility::V5_8_3,
    }
}

fn options(arguments: &BuildArguments) -> Options {
    let order = match arguments.reorder {
        None | Some(Reorder::Legacy) => Order::Legacy,
        Some(Reorder::None) => Order::AsRead,
    };
    let adds_managed_by_label = arguments.enable_managedby_label || is_label_asked_for();
    Options { order, adds_managed_by_label, ..Options::default() }
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
fn told<O: Copy>(failure: &Failure, files: Option<&Files<O>>) -> CommandError {
    let place = failure.place.and_then(|span| {
        let files = files?;
        let (span, _) = files.texts().resolve(span)?;
        let bytes = files.bytes(span.text)?;
        let name = match &files.texts().get(span.text)?.source {
            Source::File { path } => format!("/{path}"),
            Source::Fetched { address } => address.clone(),
            Source::Given { .. } | Source::Derived { .. } => return None,
        };
        let at = LineIndex::new(bytes).position(bytes, span.start);
        Some(format!("{name}:{}:{}: ", at.line, at.column))
    });
    let message = format!("{}{}", place.unwrap_or_default(), text::with_causes(failure));
    match &*failure.cause {
        // Nothing is wrong with what was given: nobody knows what is there.
        Cause::LoadFile(LoadFile::Fetch(FetchRemote::FindInCache { .. })) => {
            CommandError::not_assessed(message)
        }
        _ => CommandError::user(message),
    }
}

fn write<O: Copy + Send + Sync>(built: &Built<O>, arguments: &BuildArguments) -> Result<(), CommandError> {
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
pub(crate) fn write_file(path: &Path, text: &str) -> Result<(), CommandError> {
    std::fs::write(path, text).map_err(|error| {
        CommandError::environment(format!("cannot write '{}'", path.display())).because(error)
    })
}
