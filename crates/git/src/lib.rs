//! Git, through `gix`: what is committed, so that a fix never overwrites work that nothing else keeps, and commits as trees of
//! files, so that what they deploy can be compared.
//!
//! Takes paths and bytes, answers from the object database of the repository that holds them. Runs no
//! program, writes nothing.

mod revision;

use std::path::{Path, PathBuf};

use gix::objs::Kind;

pub use revision::{FindRevision, Revision};

/// The Git repository that a folder lies in.
pub struct WorkTree {
    repository: gix::Repository,
    root: PathBuf,
}

/// How a file stands to the last commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Its bytes are those of the last commit: they can be had back.
    Committed,
    /// It was changed since the last commit.
    Changed,
    /// The last commit does not have it.
    Untracked,
}

/// Why a repository cannot be asked.
#[derive(Debug, thiserror::Error)]
pub enum AskGit {
    /// There is one, and it cannot be opened.
    #[error("cannot open the Git repository of '{path}'")]
    Open {
        /// The folder.
        path: String,
        /// The cause.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Its last commit cannot be read.
    #[error("cannot read the last commit of '{path}'")]
    ReadHead {
        /// The work tree.
        path: String,
        /// The cause.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl WorkTree {
    /// The work tree that `folder` lies in; none if it lies in none, or in a repository without one.
    ///
    /// # Errors
    /// If there is a repository that cannot be opened.
    pub fn discover(folder: &Path) -> Result<Option<Self>, AskGit> {
        let refuse = |source| AskGit::Open { path: folder.display().to_string(), source };
        let (git_folder, _) = match gix::discover::upwards(folder) {
            Ok(found) => found,
            Err(_) => return Ok(None),
        };
        let repository = gix::open_opts(git_folder.as_ref(), gix::open::Options::isolated())
            .map_err(|error| refuse(Box::new(error)))?;
        let Some(root) = repository.workdir().and_then(|root| root.canonicalize().ok()) else {
            return Ok(None);
        };
        Ok(Some(Self { repository, root }))
    }

    /// How `bytes`, read from the file at the absolute `path`, stand to the last commit. A file that Git checks
    /// out with other line ends counts as committed if it differs in nothing else.
    ///
    /// # Errors
    /// If the last commit cannot be read.
    pub fn standing(&self, path: &Path, bytes: &[u8]) -> Result<Standing, AskGit> {
        let Ok(relative) = path.strip_prefix(&self.root) else { return Ok(Standing::Untracked) };
        let refuse = |source| AskGit::ReadHead { path: self.root.display().to_string(), source };
        let head = self.repository.head().map_err(|error| refuse(Box::new(error)))?;
        if head.is_unborn() {
            return Ok(Standing::Untracked);
        }
        let tree = self.repository.head_tree().map_err(|error| refuse(Box::new(error)))?;
        let entry = tree.lookup_entry_by_path(relative).map_err(|error| refuse(Box::new(error)))?;
        let Some(entry) = entry else { return Ok(Standing::Untracked) };
        let is_same = |bytes: &[u8]| {
            gix::objs::compute_hash(self.repository.object_hash(), Kind::Blob, bytes)
                .is_ok_and(|id| id == entry.object_id())
        };
        let committed = is_same(bytes) || is_same(&with_unix_line_ends(bytes));
        Ok(if committed { Standing::Committed } else { Standing::Changed })
    }
}

fn with_unix_line_ends(bytes: &[u8]) -> Vec<u8> {
    let mut output = Vec::with_capacity(bytes.len());
    let mut rest = bytes.iter().copied().peekable();
    while let Some(byte) = rest.next() {
        if byte != b'\r' || rest.peek() != Some(&b'\n') {
            output.push(byte);
        }
    }
    output
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests make the repository that is asked")]
mod tests {
    use std::fs;
    use std::process::Command;

    use tree::{Place, ReadFile, Tree};

    use super::*;

    fn git(folder: &Path, arguments: &[&str]) {
        let status = Command::new("git")
            .args(["-c", "user.name=t", "-c", "user.email=t@example.invalid", "-c", "commit.gpgsign=false"])
            .args(arguments)
            .current_dir(folder)
            .output()
            .unwrap();
        assert!(status.status.success(), "{arguments:?}: {status:?}");
    }

    #[test]
    fn tells_committed_changed_and_untracked_files_apart() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        fs::create_dir(root.join("sub")).unwrap();
        fs::write(root.join("sub/a.yaml"), "a: 1\n").unwrap();
        git(&root, &["init", "-q"]);
        let before_the_first_commit = WorkTree::discover(&root).unwrap().unwrap();
        assert_eq!(
            before_the_first_commit.standing(&root.join("sub/a.yaml"), b"a: 1\n").unwrap(),
            Standing::Untracked
        );
        git(&root, &["add", "."]);
        git(&root, &["commit", "-q", "-m", "first"]);
        let tree = WorkTree::discover(&root.join("sub")).unwrap().unwrap();
        let standing = |path: &str, bytes: &[u8]| tree.standing(&root.join(path), bytes).unwrap();
        assert_eq!(standing("sub/a.yaml", b"a: 1\n"), Standing::Committed);
        assert_eq!(standing("sub/a.yaml", b"a: 1\r\n"), Standing::Committed);
        assert_eq!(standing("sub/a.yaml", b"a: 2\n"), Standing::Changed);
        assert_eq!(standing("sub/b.yaml", b"b: 1\n"), Standing::Untracked);
    }

    #[test]
    fn a_commit_is_a_tree_of_files_with_links_and_without_what_came_later() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        git(&root, &["init", "-q", "-b", "main"]);
        assert!(matches!(Revision::open(&root, "HEAD"), Err(FindRevision::FindCommit { .. })));
        fs::create_dir_all(root.join("sub/deep")).unwrap();
        fs::write(root.join("sub/deep/a.yaml"), "a: 1\n").unwrap();
        std::os::unix::fs::symlink("deep/a.yaml", root.join("sub/link.yaml")).unwrap();
        std::os::unix::fs::symlink("deep", root.join("sub/folder")).unwrap();
        std::os::unix::fs::symlink("../../out", root.join("sub/out.yaml")).unwrap();
        git(&root, &["add", "."]);
        git(&root, &["commit", "-q", "-m", "first"]);
        fs::write(root.join("sub/b.yaml"), "b: 1\n").unwrap();
        git(&root, &["add", "."]);
        git(&root, &["commit", "-q", "-m", "second"]);

        let first = Revision::open(&root, "HEAD~1").unwrap();
        let listing = first.list(&|_| true);
        assert_eq!(listing.files, ["sub/deep/a.yaml", "sub/link.yaml"]);
        assert_eq!(listing.obstacles.len(), 1);
        for path in ["sub/link.yaml", "sub/folder/a.yaml", "sub/../sub/deep/a.yaml"] {
            assert_eq!(first.read(path, 100).unwrap(), b"a: 1\n", "{path}");
        }
        assert_eq!(first.locate("sub/folder").unwrap(), Place::Folder("sub/deep".to_owned()));
        assert!(matches!(first.read("sub/b.yaml", 100), Err(ReadFile::Missing)));
        assert!(matches!(first.read("sub/deep/a.yaml", 2), Err(ReadFile::TooLarge { bytes_max: 2 })));
        assert!(matches!(first.read("../x", 2), Err(ReadFile::OutsideRoot)));
        let below = Revision::open(&root.join("sub"), "main").unwrap();
        assert_eq!(below.read("b.yaml", 100).unwrap(), b"b: 1\n");
        assert!(matches!(Revision::open(&root, "nope"), Err(FindRevision::Resolve { .. })));
        let outside = tempfile::tempdir().unwrap();
        assert!(matches!(Revision::open(outside.path(), "HEAD"), Err(FindRevision::FindRepository { .. })));
    }

    #[test]
    fn a_folder_outside_of_git_has_no_work_tree() {
        let folder = tempfile::tempdir().unwrap();
        assert!(WorkTree::discover(folder.path()).unwrap().is_none());
    }
}
