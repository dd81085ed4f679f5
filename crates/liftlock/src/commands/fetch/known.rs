//! What people have written for Helm, Docker and all programs: names of repositories, and who asks.
//!
//! Takes the places that the environment names; gives credentials and aliases. A file that is not there says nothing.

use std::path::{Path, PathBuf};

use fetch::{Credentials, ReadCredentials};
use helm::sources::Aliases;

use crate::commands::helm::read_file;
use crate::error::CommandError;

/// The names of repositories of Helm's `repositories.yaml`, which may be given.
pub(crate) fn aliases(given: Option<&Path>) -> Result<Aliases, CommandError> {
    let mut credentials = Credentials::default();
    add_repositories(&mut credentials, given)?;
    Ok(credentials.aliases())
}

/// Everything that is known of who asks. A file that cannot be read is told, and counts for nothing: most of what is
/// fetched asks for no login.
pub(super) fn credentials() -> Credentials {
    let mut credentials = Credentials::default();
    let told = |read: Result<(), CommandError>| {
        if let Err(error) = read {
            error.warn();
        }
    };
    told(add_repositories(&mut credentials, None));
    // What was logged in to for charts counts before what was logged in to for images.
    let of_helm = named("HELM_REGISTRY_CONFIG").or_else(|| Some(helm_folder()?.join("registry/config.json")));
    let of_docker = named("DOCKER_CONFIG").or_else(|| Some(named("HOME")?.join(".docker")));
    let of_docker = of_docker.map(|folder| folder.join("config.json"));
    for file in [of_helm, of_docker].into_iter().flatten() {
        told(add(&file, &mut |text| credentials.add_docker(text)));
    }
    if let Some(netrc) = named("NETRC").or_else(|| Some(named("HOME")?.join(".netrc"))) {
        let mut add_netrc = |text: &str| {
            credentials.add_netrc(text);
            Ok(())
        };
        told(add(&netrc, &mut add_netrc));
    }
    credentials
}

fn add(file: &Path, add: &mut dyn FnMut(&str) -> Result<(), ReadCredentials>) -> Result<(), CommandError> {
    match read(file)? {
        Some(bytes) => add(&String::from_utf8_lossy(&bytes)).map_err(|error| unreadable(file, error)),
        None => Ok(()),
    }
}

fn add_repositories(credentials: &mut Credentials, given: Option<&Path>) -> Result<(), CommandError> {
    let file = given.map(Path::to_path_buf).or_else(|| named("HELM_REPOSITORY_CONFIG"));
    let file = file.or_else(|| Some(helm_folder()?.join("repositories.yaml")));
    let Some(file) = file else { return Ok(()) };
    match read(&file)? {
        Some(bytes) => credentials.add_repositories(&bytes).map_err(|error| unreadable(&file, error)),
        None => Ok(()),
    }
}

/// The folder of Helm's configuration.
fn helm_folder() -> Option<PathBuf> {
    let configuration = || named("XDG_CONFIG_HOME").or_else(|| Some(named("HOME")?.join(".config")));
    named("HELM_CONFIG_HOME").or_else(|| Some(configuration()?.join("helm")))
}

/// A path that a variable of the environment names.
#[expect(clippy::disallowed_methods, reason = "the binary asks the environment")]
fn named(variable: &str) -> Option<PathBuf> {
    std::env::var(variable).ok().filter(|value| !value.is_empty()).map(PathBuf::from)
}

fn read(file: &Path) -> Result<Option<Vec<u8>>, CommandError> {
    if file.is_file() { read_file(file).map(Some) } else { Ok(None) }
}

fn unreadable(file: &Path, error: ReadCredentials) -> CommandError {
    CommandError::environment(format!("cannot read '{}'", file.display())).because(error)
}
