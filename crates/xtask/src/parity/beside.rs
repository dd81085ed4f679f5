//! Golden builds of remote bases: what the original makes of a repository that it clones.
//!
//! Takes the cases of the crate `fetch`, each with a kustomization and the commits of a repository; makes the repository
//! with `git`, builds the kustomization with the original, and writes head and output back. Inputs are left as they are.

use super::goldens::{Original, push_section, sections};
use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::{Command, Stdio};

/// Where the cases are, from the repository's root.
const BESIDE: &str = "crates/fetch/tests/data/beside";

/// What stands for the address of the repository.
const URL: &str = "$URL";

/// Makes all cases again.
pub(super) fn make(original: &Original) -> Result<()> {
    let mut count = 0;
    for entry in std::fs::read_dir(crate::repository::root().join(BESIDE))? {
        let path = entry?.path();
        let text = std::fs::read_to_string(&path)?;
        let inputs = inputs(&text);
        let expected =
            built(original, inputs).with_context(|| format!("'{}' cannot be made", path.display()))?;
        let mut made = original.head(inputs);
        push_section(&mut made, "expected", &expected);
        std::fs::write(&path, made)?;
        count += 1;
    }
    println!("made {count} cases of remote bases by {}", original.name);
    Ok(())
}

/// A case without its head and what was made before.
fn inputs(text: &str) -> &str {
    let start = if text.starts_with("=== ") { 0 } else { text.find('\n').map_or(0, |end| end + 1) };
    let end = text.find("=== expected\n").unwrap_or(text.len());
    text.get(start..end).unwrap_or_default()
}

fn built(original: &Original, inputs: &str) -> Result<String> {
    let repository = original.scratch.join("base");
    let folder = original.scratch.join("build");
    std::fs::create_dir_all(&repository)?;
    std::fs::create_dir_all(&folder)?;
    git(&repository, &["init", "--quiet", "--initial-branch=main"])?;
    let address = format!("file://{}", repository.display());
    for (kind, name, content) in sections(inputs) {
        match (kind.as_str(), name.as_str()) {
            ("kustomization", _) => {
                std::fs::write(folder.join("kustomization.yaml"), content.replace(URL, &address))?;
            }
            ("file", path) => std::fs::write(place(&repository, path)?, content)?,
            ("link", path) => std::os::unix::fs::symlink(content, place(&repository, path)?)?,
            ("tag", name) => commit(&repository, &["tag", name])?,
            ("annotated", name) => commit(&repository, &["tag", "--message=made", name])?,
            _ => bail!("a section of no known kind: '{kind}'"),
        }
    }
    let output = Command::new(&original.program).arg("build").arg(&folder).stdin(Stdio::null()).output()?;
    if !output.status.success() {
        bail!("the original refuses: {}", String::from_utf8_lossy(&output.stderr));
    }
    std::fs::remove_dir_all(&original.scratch)?;
    Ok(String::from_utf8_lossy(&output.stdout).replace(&address, URL))
}

fn place(repository: &Path, path: &str) -> Result<std::path::PathBuf> {
    let place = repository.join(path);
    std::fs::create_dir_all(place.parent().unwrap_or(repository))?;
    Ok(place)
}

/// Commits all that is there, and names it.
fn commit(repository: &Path, name: &[&str]) -> Result<()> {
    git(repository, &["add", "--all"])?;
    git(repository, &["commit", "--quiet", "--message=made"])?;
    git(repository, name)
}

fn git(repository: &Path, arguments: &[&str]) -> Result<()> {
    let who = ["-c", "user.name=t", "-c", "user.email=t@example.invalid"];
    let mut command = Command::new("git");
    command.arg("-C").arg(repository).args(who).args(arguments);
    if !command.status().context("cannot start git")?.success() {
        bail!("git {arguments:?} failed");
    }
    Ok(())
}
