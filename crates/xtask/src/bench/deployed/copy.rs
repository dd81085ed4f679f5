//! A copy of a repository whose charts come from loopback: the same one for every program that is measured.
//!
//! Takes a tree and the places that charts are served for; writes the copy. Registries become chart repositories there, because
//! a server of files cannot be a registry.

use anyhow::{Context, Result, bail};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What is different in the copy beside the addresses.
#[derive(Debug, Clone, Default)]
pub(super) struct Changes {
    /// Paths that are not in it.
    pub(super) without: Vec<String>,
    /// Paths of files that it has in addition, with one line.
    pub(super) with: Vec<String>,
    /// Words in its manifests, and what stands for them. A line that is nothing but such a word is gone where nothing stands for it.
    pub(super) replace: Vec<(String, String)>,
    /// The address that it is said to be a clone of.
    pub(super) origin: Option<String>,
}

/// Copies a tree.
pub(super) fn make(tree: &Path, to: &Path, places: (&[String], SocketAddr), changes: &Changes) -> Result<()> {
    if to.exists() {
        std::fs::remove_dir_all(to)?;
    }
    run(Command::new("cp").arg("-r").arg(tree).arg(to))?;
    for path in &changes.without {
        std::fs::remove_dir_all(to.join(path)).with_context(|| format!("there is no folder '{path}'"))?;
    }
    for path in &changes.with {
        let path = to.join(path);
        std::fs::create_dir_all(path.parent().unwrap_or(to))?;
        std::fs::write(path, "\n")?;
    }
    for path in manifests(to)? {
        // What is no UTF-8 is no manifest.
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let changed = rewritten(&text, places, &changes.replace);
        if changed != text {
            std::fs::write(&path, changed)?;
        }
    }
    commit(to, changes.origin.as_deref())
}

/// A manifest with its addresses changed.
fn rewritten(text: &str, (places, address): (&[String], SocketAddr), replace: &[(String, String)]) -> String {
    let mut changed = text.to_owned();
    for place in places {
        for scheme in ["https", "oci"] {
            changed =
                replaced(&changed, &format!("{scheme}://{place}"), &format!("http://{address}/{place}"));
        }
    }
    let was_registry = changed != text && text.contains("oci://");
    let is_type = |line: &&str| was_registry && ["type: oci", "type: \"oci\""].contains(&line.trim());
    let mut lines: Vec<String> = changed.lines().filter(|line| !is_type(line)).map(str::to_owned).collect();
    for (from, to) in replace {
        let is_gone = |line: &String| to.is_empty() && line.trim() == from;
        lines.retain(|line| !is_gone(line));
        lines.iter_mut().for_each(|line| *line = line.replace(from, to));
    }
    let end = if text.ends_with('\n') { "\n" } else { "" };
    lines.join("\n") + end
}

/// Puts one address for another where it ends there.
fn replaced(text: &str, from: &str, to: &str) -> String {
    let mut found = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once(from) {
        let ends = behind.chars().next().is_none_or(|next| next.is_whitespace() || "/\"'".contains(next));
        found.push_str(before);
        found.push_str(if ends { to } else { from });
        rest = behind;
    }
    found + rest
}

fn manifests(folder: &Path) -> Result<Vec<PathBuf>> {
    let files = crate::parity::charts::compare::walkdir(folder)?;
    let is_manifest = |path: &PathBuf| path.extension().is_some_and(|end| end == "yaml" || end == "yml");
    Ok(files.into_iter().filter(is_manifest).collect())
}

/// Makes the copy a repository of Git, which some programs ask for.
fn commit(copy: &Path, origin: Option<&str>) -> Result<()> {
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.arg("-C").arg(copy).args(["-c", "user.name=bench", "-c", "user.email=bench@example.com"]);
        run(command.args(["-c", "commit.gpgsign=false"]).args(arguments))
    };
    git(&["init", "--quiet"])?;
    if let Some(origin) = origin {
        git(&["remote", "add", "origin", origin])?;
    }
    git(&["add", "--all"])?;
    git(&["commit", "--quiet", "--message=copy"])
}

fn run(command: &mut Command) -> Result<()> {
    let output = command.output().context("cannot start a program")?;
    if !output.status.success() {
        bail!("{command:?}: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::rewritten;

    #[test]
    fn addresses_lead_to_loopback_and_registries_are_repositories() {
        let places = ["ghcr.io/o/charts".to_owned(), "h/c".to_owned()];
        let address = "127.0.0.1:80".parse().unwrap();
        let text = "spec:\n  type: \"oci\"\n  url: oci://ghcr.io/o/charts\n  other: https://h/c/\n  longer: https://h/cd\n";
        let expected = "spec:\n  url: http://127.0.0.1:80/ghcr.io/o/charts\n  other: http://127.0.0.1:80/h/c/\n  longer: https://h/cd\n";
        assert_eq!(rewritten(text, (&places, address), &[]), expected);
        let untouched = "type: oci\nurl: oci://other/charts\n";
        assert_eq!(rewritten(untouched, (&places, address), &[]), untouched);
    }

    #[test]
    fn words_are_replaced_and_lines_of_them_gone() {
        let replace = [("- far".to_owned(), String::new()), ("false".to_owned(), "true".to_owned())];
        let address = "127.0.0.1:80".parse().unwrap();
        let text = "a:\n  - far\n  - farther\nb: false";
        assert_eq!(rewritten(text, (&[], address), &replace), "a:\nther\nb: true".replace("ther", "  ther"));
    }
}
