//! The age keys of the person: of flags, and where SOPS looks for them.
//!
//! They stand in for the Secret that `spec.decryption.secretRef` of a Kustomization names. No program is run for a key, and no
//! key is ever told.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use gitops::Keys;
use sops::{AgeKeys, ReadIdentities};

use crate::commands::repository::read_file;
use crate::error::CommandError;

/// Keys that decrypt what SOPS encrypted.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct KeyArguments {
    /// A file of age identities that decrypt what Flux decrypts; may be given several times. Those of `SOPS_AGE_KEY`,
    /// `SOPS_AGE_KEY_FILE` and `sops/age/keys.txt` in `$XDG_CONFIG_HOME` or `~/.config` are taken as well. Decrypted values are
    /// shown as `***`.
    #[arg(long = "age-key", value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// A variable that SOPS reads, and no program here.
const COMMAND: &str = "SOPS_AGE_KEY_CMD";

impl KeyArguments {
    /// All keys at hand; none if there are none.
    pub(crate) fn read(&self) -> Result<Option<Arc<dyn Keys>>, CommandError> {
        let mut keys = AgeKeys::default();
        if variable(COMMAND).is_some() {
            let error = CommandError::user(format!("{COMMAND} is not run: no program is asked for keys"));
            error.hint("give a file of age identities with --age-key").warn();
        }
        if let Some(text) = variable("SOPS_AGE_KEY") {
            import(&mut keys, &text, "SOPS_AGE_KEY")?;
        }
        let named = variable("SOPS_AGE_KEY_FILE").map(PathBuf::from);
        let usual = usual_file().filter(|path| path.is_file());
        for path in self.files.iter().chain(&named).chain(&usual) {
            import_file(&mut keys, path)?;
        }
        Ok((!keys.is_empty()).then(|| Arc::new(keys) as Arc<dyn Keys>))
    }
}

fn import_file(keys: &mut AgeKeys, path: &Path) -> Result<(), CommandError> {
    let name = format!("'{}'", path.display());
    let bytes = read_file(path)?;
    let text = std::str::from_utf8(&bytes)
        .map_err(|_| CommandError::user(format!("{name} holds no age identities: it is not UTF-8")))?;
    import(keys, text, &name)
}

fn import(keys: &mut AgeKeys, text: &str, name: &str) -> Result<(), CommandError> {
    let read: Result<(), ReadIdentities> = keys.import(text);
    read.map_err(|error| CommandError::user(format!("cannot take age identities of {name}")).because(error))
}

/// Where SOPS keeps keys if nobody says otherwise.
fn usual_file() -> Option<PathBuf> {
    let of_home = if cfg!(target_os = "macos") { "Library/Application Support" } else { ".config" };
    let home = || Some(PathBuf::from(variable("HOME")?).join(of_home));
    let folder = variable("XDG_CONFIG_HOME").map(PathBuf::from).or_else(home)?;
    Some(folder.join("sops/age/keys.txt"))
}

#[expect(clippy::disallowed_methods, reason = "the binary asks the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
