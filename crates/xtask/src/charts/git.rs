//! Files out of the histories of Git repositories, by the program `git`.
//!
//! Takes a Git directory; gives the files of a commit. Writes nothing, and follows no link.

use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The mode by which Git tells a link.
const LINK: &str = "120000";

/// A history.
#[derive(Debug, Clone)]
pub(crate) struct History {
    directory: PathBuf,
}

impl History {
    /// The history in a Git directory, or in the `.git` of a checkout.
    pub(crate) fn at(path: &Path) -> Result<Self> {
        let below = path.join(".git");
        let directory = if below.is_dir() { below } else { path.to_owned() };
        if !directory.join("objects").is_dir() {
            bail!("'{}' is no Git directory", path.display());
        }
        Ok(Self { directory })
    }

    /// The files of a folder at a commit, or the one file at that path, which has an empty name then. Links are left out.
    pub(crate) fn files(&self, commit: &str, path: &str) -> Result<BTreeMap<String, Vec<u8>>> {
        let place = format!("{commit}:{path}");
        if self.text(&["cat-file", "-t", &place])?.trim() == "blob" {
            return self.contents(vec![(String::new(), place)]);
        }
        let listed = self.text(&["ls-tree", "-r", "-z", &place])?;
        let mut wanted = Vec::new();
        for entry in listed.split_terminator('\0') {
            let (head, name) = entry.split_once('\t').context("git lists what cannot be read")?;
            let [mode, _, id] = head.split(' ').collect::<Vec<_>>()[..] else {
                bail!("git lists '{head}', which cannot be read")
            };
            if mode != LINK {
                wanted.push((name.to_owned(), id.to_owned()));
            }
        }
        self.contents(wanted)
    }

    fn text(&self, arguments: &[&str]) -> Result<String> {
        let output = self.command(arguments).output().context("cannot start git")?;
        if !output.status.success() {
            let told = String::from_utf8_lossy(&output.stderr);
            bail!("'{}' has nothing there: {}", self.directory.display(), told.trim());
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    /// The contents of objects by their names.
    fn contents(&self, wanted: Vec<(String, String)>) -> Result<BTreeMap<String, Vec<u8>>> {
        let mut child = self
            .command(&["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start git")?;
        let asked: String = wanted.iter().map(|(_, id)| format!("{id}\n")).collect();
        let mut input = child.stdin.take().context("git has no input")?;
        let writer = std::thread::spawn(move || input.write_all(asked.as_bytes()));
        let mut output = BufReader::new(child.stdout.take().context("git has no output")?);
        let mut files = BTreeMap::new();
        for (name, id) in wanted {
            let content = next_object(&mut output).with_context(|| format!("cannot read '{name}' ({id})"))?;
            files.insert(name, content);
        }
        writer.join().map_err(|_| anyhow::anyhow!("writing to git has panicked"))??;
        child.wait()?;
        Ok(files)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        command.arg("--git-dir").arg(&self.directory).args(arguments);
        command
    }
}

/// One answer of `git cat-file --batch`.
fn next_object(output: &mut impl BufRead) -> Result<Vec<u8>> {
    let mut head = String::new();
    output.read_line(&mut head)?;
    let size = match head.trim_end().split(' ').collect::<Vec<_>>()[..] {
        [_, "blob", size] => size.parse()?,
        _ => bail!("git does not have it: '{}'", head.trim_end()),
    };
    let mut content = vec![0; size];
    output.read_exact(&mut content)?;
    output.read_exact(&mut [0])?;
    Ok(content)
}

#[cfg(test)]
mod tests {
    use super::next_object;

    #[test]
    fn objects_follow_one_another_and_absent_ones_are_told() {
        let mut output = &b"id blob 3\na\nb\nid missing\n"[..];
        assert_eq!(next_object(&mut output).unwrap(), b"a\nb");
        assert!(next_object(&mut output).unwrap_err().to_string().contains("id missing"));
        assert!(next_object(&mut output).is_err());
    }
}
