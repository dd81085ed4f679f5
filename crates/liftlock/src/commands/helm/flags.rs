//! The flags of `helm template`, all of Helm 3.21 and Helm 4.2.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use helm::HelmVersion;

use crate::commands::fetch::CacheArguments;
use crate::error::CommandError;

/// Render a chart and print its manifests.
///
/// Prints what `helm template` prints, byte for byte, and needs no other program. No cluster is asked and nothing is
/// fetched: a chart is a folder or an archive on this machine, or one of a repository or a registry that `liftlock fetch`
/// has put into the cache.
#[derive(Debug, Args)]
#[command(
    disable_version_flag = true,
    after_help = "Examples:\n  liftlock helm template ./charts/web\n  liftlock helm template web ./charts/web -f values-production.yaml --set image.tag=1.2.3\n  liftlock helm template web ./web-1.2.3.tgz --helm 3 --kube-version 1.31\n  liftlock helm template web web --repo https://charts.example.com --version '^1.2'"
)]
pub(super) struct TemplateArguments {
    /// The name of the release, if there are two arguments, and the chart: a folder, an archive, `oci://…`, the
    /// URL of an archive, `git+https://…@PATH?ref=NAME`, a chart of --repo, or NAME/CHART of a repository that Helm knows.
    #[arg(required = true, value_name = "[NAME] CHART")]
    pub(super) arguments: Vec<String>,
    /// The Helm to be like.
    #[arg(long = "helm", value_enum, default_value_t, value_name = "VERSION")]
    pub(super) like: Like,
    /// A file of values, or `-` for standard input; later ones win.
    #[arg(short = 'f', long = "values", value_name = "FILE", value_delimiter = ',')]
    pub(super) values: Vec<String>,
    /// Values, as `key1=value1,key2=value2`.
    #[arg(long, value_name = "KEY=VALUE")]
    pub(super) set: Vec<String>,
    /// Values that are texts whatever they look like.
    #[arg(long, value_name = "KEY=TEXT")]
    pub(super) set_string: Vec<String>,
    /// Values that are JSON, or one JSON object of values.
    #[arg(long, value_name = "KEY=JSON")]
    pub(super) set_json: Vec<String>,
    /// Values that are the content of files.
    #[arg(long, value_name = "KEY=PATH")]
    pub(super) set_file: Vec<String>,
    /// A value that is a text to its last character.
    #[arg(long, value_name = "KEY=TEXT")]
    pub(super) set_literal: Vec<String>,
    /// The namespace of the release.
    #[arg(short, long, value_name = "NAMESPACE")]
    namespace: Option<String>,
    /// The version of Kubernetes that templates see.
    #[arg(long, value_name = "VERSION")]
    pub(super) kube_version: Option<String>,
    /// An API that templates see besides the others: `group/version` or `group/version/Kind`.
    #[arg(short, long, value_name = "API", value_delimiter = ',')]
    pub(super) api_versions: Vec<String>,
    /// Only print what these templates gave; `*` stands for any text without a slash.
    #[arg(short, long, value_name = "PATH")]
    pub(super) show_only: Vec<String>,
    /// Say behind each line where it comes from: the places of the values in it, and what the template decided by.
    #[arg(long, conflicts_with_all = ["show_only", "output_dir"])]
    pub(super) origins: bool,
    /// Write a file for each template into this folder instead of printing.
    #[arg(long, value_name = "DIR")]
    pub(super) output_dir: Option<PathBuf>,
    /// Write into a folder with the name of the release in --output-dir.
    #[arg(long)]
    pub(super) release_name: bool,
    /// Print the custom resource definitions in `crds/` as well.
    #[arg(long)]
    pub(super) include_crds: bool,
    /// Leave hooks out.
    #[arg(long)]
    pub(super) no_hooks: bool,
    /// Leave hooks that are tests out.
    #[arg(long)]
    pub(super) skip_tests: bool,
    /// Tell templates that this is an upgrade.
    #[arg(long)]
    pub(super) is_upgrade: bool,
    /// Make a name for the release.
    #[arg(short, long)]
    pub(super) generate_name: bool,
    /// A template for the name of the release.
    #[arg(long, value_name = "TEMPLATE")]
    pub(super) name_template: Option<String>,
    /// Do not validate values against the schema of a chart.
    #[arg(long)]
    pub(super) skip_schema_validation: bool,
    /// Let templates look up names of hosts.
    #[arg(long)]
    pub(super) enable_dns: bool,
    /// Accepted; notes are not printed.
    #[arg(long, hide = true)]
    pub(super) render_subchart_notes: bool,
    /// Print what was rendered even if it is no YAML.
    #[arg(long)]
    pub(super) debug: bool,
    #[command(flatten)]
    pub(super) sources: SourceFlags,
    #[command(flatten)]
    pub(super) cache: CacheArguments,
    #[command(flatten)]
    pub(super) post: PostFlags,
    #[command(flatten)]
    inert: InertFlags,
    #[command(flatten)]
    refused: RefusedFlags,
}

/// The Helm to be like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum Like {
    /// Helm 3.21.
    #[value(name = "3")]
    V3,
    /// Helm 4.2.
    #[default]
    #[value(name = "4")]
    V4,
}

/// Where the chart is, and what it depends on.
#[derive(Debug, Args)]
pub(super) struct SourceFlags {
    /// The URL of the chart repository that has the chart.
    #[arg(long, value_name = "URL")]
    pub(super) repo: Option<String>,
    /// The version of the chart, or a range of versions. Without it the newest release is meant.
    #[arg(long = "version", value_name = "RANGE")]
    pub(super) chart_version: Option<String>,
    /// Without --version, take pre-releases as well.
    #[arg(long)]
    pub(super) devel: bool,
    /// Take charts that the chart depends on and does not hold from the cache, by its lock or, without one that is in sync,
    /// by its ranges. Nothing is written into its folder.
    #[arg(long)]
    pub(super) dependency_update: bool,
    #[arg(long, hide = true)]
    repository_config: Option<PathBuf>,
    #[arg(long, hide = true)]
    pub(super) plain_http: bool,
}

impl SourceFlags {
    /// Helm's file with the names of repositories, if one is given.
    pub(super) fn repository_config(&self) -> Option<&Path> {
        self.repository_config.as_deref()
    }
}

/// What becomes of the manifests before they are printed.
#[derive(Debug, Args)]
pub(super) struct PostFlags {
    /// With --helm 3: a program that reads the manifests, hooks left out, and prints others in their place.
    #[arg(long, value_name = "PROGRAM", conflicts_with = "origins")]
    pub(super) post_renderer: Option<String>,
    /// An argument of that program.
    #[arg(long, value_name = "ARGUMENT", allow_hyphen_values = true)]
    pub(super) post_renderer_args: Vec<String>,
}

/// What says nothing where nothing is installed or fetched.
#[derive(Debug, Args)]
struct InertFlags {
    #[arg(long, hide = true)]
    atomic: bool,
    #[arg(long, hide = true)]
    rollback_on_failure: bool,
    #[arg(long, hide = true)]
    create_namespace: bool,
    #[arg(long, hide = true)]
    description: Option<String>,
    #[arg(long, hide = true)]
    disable_openapi_validation: bool,
    #[arg(long, hide = true, num_args = 0..=1, require_equals = true)]
    force: Option<Option<bool>>,
    #[arg(long, hide = true)]
    force_replace: bool,
    #[arg(long, hide = true)]
    force_conflicts: bool,
    #[arg(long, hide = true)]
    hide_notes: bool,
    #[arg(short = 'l', long, hide = true, value_delimiter = ',')]
    labels: Vec<String>,
    #[arg(long, hide = true)]
    replace: bool,
    #[arg(long, hide = true, num_args = 0..=1, require_equals = true)]
    server_side: Option<Option<String>>,
    #[arg(long, hide = true)]
    skip_crds: bool,
    #[arg(long, hide = true)]
    take_ownership: bool,
    #[arg(long, hide = true)]
    timeout: Option<String>,
    #[arg(long, hide = true, num_args = 0..=1, require_equals = true)]
    wait: Option<Option<String>>,
    #[arg(long, hide = true)]
    wait_for_jobs: bool,
    #[arg(long, hide = true)]
    keyring: Option<String>,
    #[arg(long, hide = true)]
    insecure_skip_tls_verify: bool,
    #[arg(long, hide = true)]
    pass_credentials: bool,
    #[arg(long, hide = true)]
    username: Option<String>,
    #[arg(long, hide = true)]
    password: Option<String>,
    #[arg(long, hide = true)]
    ca_file: Option<String>,
    #[arg(long, hide = true)]
    cert_file: Option<String>,
    #[arg(long, hide = true)]
    key_file: Option<String>,
    #[arg(long, hide = true)]
    burst_limit: Option<String>,
    #[arg(long, hide = true)]
    qps: Option<String>,
    #[arg(long, hide = true)]
    content_cache: Option<String>,
    #[arg(long, hide = true)]
    registry_config: Option<String>,
    #[arg(long, hide = true)]
    repository_cache: Option<String>,
    #[arg(long, hide = true)]
    kubeconfig: Option<String>,
    #[arg(long, hide = true)]
    kube_apiserver: Option<String>,
    #[arg(long, hide = true)]
    kube_as_group: Vec<String>,
    #[arg(long, hide = true)]
    kube_as_user: Option<String>,
    #[arg(long, hide = true)]
    kube_ca_file: Option<String>,
    #[arg(long, hide = true)]
    kube_context: Option<String>,
    #[arg(long, hide = true)]
    kube_insecure_skip_tls_verify: bool,
    #[arg(long, hide = true)]
    kube_tls_server_name: Option<String>,
    #[arg(long, hide = true)]
    kube_token: Option<String>,
}

/// What would need a cluster, or provenance.
#[derive(Debug, Args)]
struct RefusedFlags {
    #[arg(long, hide = true)]
    validate: bool,
    #[arg(long, hide = true, num_args = 0..=1, require_equals = true)]
    dry_run: Option<Option<String>>,
    #[arg(long, hide = true)]
    verify: bool,
}

impl TemplateArguments {
    pub(super) fn version(&self) -> HelmVersion {
        match self.like {
            Like::V3 => HelmVersion::V3,
            Like::V4 => HelmVersion::V4,
        }
    }

    /// The namespace; that of Helm's own variable, or `default`, where none is given.
    #[expect(clippy::disallowed_methods, reason = "the binary asks the environment")]
    pub(super) fn namespace(&self) -> String {
        let given = self.namespace.clone().or_else(|| std::env::var("HELM_NAMESPACE").ok());
        given.filter(|namespace| !namespace.is_empty()).unwrap_or_else(|| "default".to_owned())
    }
}

/// Refuses by name what cannot be done here.
pub(super) fn refuse(arguments: &TemplateArguments) -> Result<(), CommandError> {
    let refused = &arguments.refused;
    let cluster = "it asks a cluster, and none is ever asked";
    let asks_server = refused.dry_run.iter().flatten().any(|strategy| strategy == "server");
    let is_given = arguments.post.post_renderer.as_ref().is_some_and(|program| !program.is_empty());
    let runs_plugin = is_given && arguments.like == Like::V4;
    let reasons = [
        (refused.validate, "--validate", cluster),
        (asks_server, "--dry-run=server", cluster),
        (
            runs_plugin,
            "--post-renderer",
            "Helm 4 takes the name of a plugin, and plugins are not run here; with --helm 3 it is the path of a program, which is run",
        ),
        (refused.verify, "--verify", "provenance is not kept, so that there is nothing to verify by"),
    ];
    match reasons.into_iter().find(|(is_given, ..)| *is_given) {
        Some((_, flag, reason)) => Err(CommandError::user(format!("{flag} is refused: {reason}"))),
        None => Ok(()),
    }
}

/// The name of the release and the chart.
pub(super) fn name_and_chart(arguments: &TemplateArguments) -> Result<(String, String), CommandError> {
    match arguments.arguments.as_slice() {
        [_, _, rest @ ..] if !rest.is_empty() => Err(CommandError::user(format!(
            "expected at most two arguments, unexpected arguments: {}",
            rest.join(", ")
        ))),
        [_, _] if arguments.generate_name => {
            Err(CommandError::user("cannot set --generate-name and also specify a name"))
        }
        [_, _] if arguments.name_template.is_some() => {
            Err(CommandError::user("cannot set --name-template and also specify a name"))
        }
        [name, chart] => Ok((name.clone(), chart.clone())),
        [chart] => Ok((unnamed(arguments)?, chart.clone())),
        _ => Err(CommandError::user("\"helm template\" requires at least 1 argument")),
    }
}

/// The name of a release that was given none. Helm does not make one even where it is told to.
fn unnamed(arguments: &TemplateArguments) -> Result<String, CommandError> {
    match &arguments.name_template {
        Some(template) => super::given::name_of(template),
        None => Ok("release-name".to_owned()),
    }
}
