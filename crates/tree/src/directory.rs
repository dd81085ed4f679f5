//! A folder on disk as a tree.
//!
//! Walks by Git's ignore rules (`.gitignore`, `.git/info/exclude`, `.ignore`), hidden files included and
//! `.git` left out. Links are never followed while walking: what they point at is either in the tree
//! under its own path or outside, which is an obstacle.

use std::borrow::Cow;
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::overrides::{Override, OverrideBuilder};
use ignore::{DirEntry, WalkBuilder, WalkState};

use crate::below::Walk;
use crate::name::Names;
use crate::plain::PlainFolders;
use crate::{Listing, Obstacle, ObstacleReason, Place, ReadFile, Tree};

/// Folders within folders that a walk goes down. Repositories stay below 20; the bound keeps a hostile
/// tree from exhausting file handles.
pub(crate) const DEPTH_MAX: usize = 256;

/// A folder on disk.
#[derive(Debug, Clone)]
pub struct Directory {
    root: PathBuf,
    threads: usize,
    exclude: Vec<String>,
    scope: Scope,
    plain: Arc<PlainFolders>,
    names: Names,
}

/// What a walk takes.
#[derive(Debug, Clone)]
enum Scope {
    /// What Git does not ignore; links are named, not followed.
    Tracked,
    /// All below one folder, by its path below the root, links followed.
    Everything(String),
}

/// Why a folder cannot be a root.
#[derive(Debug, thiserror::Error)]
pub enum OpenDirectory {
    /// There is no such folder, or it cannot be reached.
    #[error("cannot open folder '{path}'")]
    Unreachable {
        /// As it was given.
        path: String,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
    /// It is a file.
    #[error("'{path}' is not a folder")]
    NotAFolder {
        /// As it was given.
        path: String,
    },
}

impl Directory {
    /// Opens `path` as a root and walks it with `threads` threads (0 for as many as there are cores).
    ///
    /// # Errors
    /// If it is no folder that can be reached.
    pub fn open(path: &Path, threads: usize) -> Result<Self, OpenDirectory> {
        let shown = || path.display().to_string();
        let root =
            path.canonicalize().map_err(|source| OpenDirectory::Unreachable { path: shown(), source })?;
        if !root.is_dir() {
            return Err(OpenDirectory::NotAFolder { path: shown() });
        }
        let scope = Scope::Tracked;
        Ok(Self { root, threads, exclude: Vec::new(), scope, plain: Arc::default(), names: Names::default() })
    }

    /// Leaves out what these patterns match, written as in a `.gitignore` file at the root.
    #[must_use]
    pub fn excluding(mut self, patterns: &[String]) -> Self {
        self.exclude = patterns.to_vec();
        self
    }

    /// Lists all that is below `folder`, whatever Git ignores, and what links there lead to, as long as it is below the
    /// root: a chart is all that is in its folder.
    #[must_use]
    pub fn everything_in(mut self, folder: &str) -> Self {
        self.scope = Scope::Everything(folder.to_owned());
        self
    }

    /// The root, absolute and without links.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The absolute path of `path`, if it stays below the root after all links are followed.
    ///
    /// # Errors
    /// If it leads out or there is nothing.
    pub fn resolve(&self, path: &str) -> Result<PathBuf, ReadFile> {
        let absolute = self.root.join(self.names.path_of(path)).canonicalize().map_err(refused)?;
        if absolute.starts_with(&self.root) { Ok(absolute) } else { Err(ReadFile::OutsideRoot) }
    }

    /// The path of a file that stands in a folder below the root, as far as its own last part is no link.
    fn below_root<'p>(&self, path: &'p str) -> Result<Cow<'p, Path>, ReadFile> {
        let is_below = |part| matches!(part, Component::Normal(_) | Component::CurDir);
        let relative = self.names.path_of(path);
        if !relative.components().all(is_below) {
            return Err(ReadFile::OutsideRoot);
        }
        let is_inside = match &relative {
            Cow::Borrowed(_) => self.is_inside(path.rsplit_once('/').map_or("", |(folder, _)| folder))?,
            // The text of its folder may be the name of another one.
            Cow::Owned(relative) => self.leads_inside(relative.parent().unwrap_or(relative))?,
        };
        if is_inside { Ok(relative) } else { Err(ReadFile::OutsideRoot) }
    }

    /// Opens the file at `path` without leaving the root and without waiting. A link is resolved first.
    fn open_file(&self, path: &str) -> Result<File, ReadFile> {
        match open_unlinked(&self.root.join(self.below_root(path)?)) {
            Err(error) if error.raw_os_error() == Some(SYSTEM_ERROR_LOOP) => {
                open_unlinked(&self.resolve(path)?).map_err(refused)
            }
            opened => opened.map_err(refused),
        }
    }

    /// Whether `folder` stands below the root after all links are followed.
    fn is_inside(&self, folder: &str) -> Result<bool, ReadFile> {
        if self.plain.contain(&self.root, folder) { Ok(true) } else { self.leads_inside(Path::new(folder)) }
    }

    /// What a path leads to that stands in a plain folder, or that there is nothing; none where a link has to be followed to tell.
    fn plain_place(&self, path: &str) -> Option<Result<Place, ReadFile>> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        if matches!(name, "" | "." | "..") || name.contains('\\') || !self.plain.contain(&self.root, folder) {
            return None;
        }
        match std::fs::symlink_metadata(self.root.join(path)) {
            Err(error) => Some(Err(refused(error))),
            Ok(metadata) if metadata.is_symlink() => None,
            Ok(metadata) if metadata.is_dir() => Some(Ok(Place::Folder(path.to_owned()))),
            Ok(_) => Some(Ok(Place::File(path.to_owned()))),
        }
    }

    fn leads_inside(&self, folder: &Path) -> Result<bool, ReadFile> {
        Ok(self.root.join(folder).canonicalize().map_err(refused)?.starts_with(&self.root))
    }

    fn relative(&self, path: &Path) -> String {
        self.names.text_of(path.strip_prefix(&self.root).unwrap_or(path))
    }

    /// The patterns of what is left out; none where nothing is.
    fn excluded(&self) -> Option<Override> {
        if self.exclude.is_empty() {
            return None;
        }
        let mut overrides = OverrideBuilder::new(&self.root);
        for pattern in &self.exclude {
            // A pattern that does not parse excludes nothing; the configuration has checked them.
            let _ = overrides.add(&format!("!{pattern}"));
        }
        overrides.build().ok()
    }

    fn walker(&self) -> WalkBuilder {
        let mut builder = WalkBuilder::new(&self.root);
        builder.parents(true).require_git(false).follow_links(false);
        builder.filter_entry(|entry| entry.file_name() != ".git");
        builder.hidden(false).max_depth(Some(DEPTH_MAX)).threads(self.threads);
        if let Some(excluded) = self.excluded() {
            builder.overrides(excluded);
        }
        builder
    }

    fn tracked(&self, relevant: &(dyn Fn(&str) -> bool + Sync)) -> Listing {
        let gathered = Mutex::new(Listing::default());
        if self.threads == 1 {
            // A thread for one walk costs more than a small walk does.
            let mut batch = Batch { listing: Listing::default(), gathered: &gathered };
            self.walker().build().for_each(|entry| batch.add(self.visit(entry, relevant)));
        } else {
            self.walker().build_parallel().run(|| {
                let mut batch = Batch { listing: Listing::default(), gathered: &gathered };
                Box::new(move |entry| {
                    batch.add(self.visit(entry, relevant));
                    WalkState::Continue
                })
            });
        }
        gathered.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn everything(&self, folder: &str, relevant: &(dyn Fn(&str) -> bool + Sync)) -> Listing {
        let (root, names, excluded) = (self.root.as_path(), &self.names, self.excluded());
        Walk { root, names, excluded, relevant, listing: Listing::default() }.run(folder)
    }

    fn visit(
        &self,
        entry: Result<DirEntry, ignore::Error>,
        relevant: &(dyn Fn(&str) -> bool + Sync),
    ) -> Seen {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => return self.unreadable(&error),
        };
        let Some(kind) = entry.file_type() else { return Seen::Nothing };
        if kind.is_dir() {
            return Seen::Nothing;
        }
        let path = self.relative(entry.path());
        if kind.is_file() {
            return if relevant(&path) { Seen::File(path) } else { Seen::Nothing };
        }
        if kind.is_symlink() {
            return self.link(entry.path(), path, relevant);
        }
        if relevant(&path) {
            return Seen::obstacle(path, ObstacleReason::NotARegularFile, String::new());
        }
        Seen::Nothing
    }

    /// A link is read under the path of what it points at, or named as an obstacle.
    fn link(&self, link: &Path, path: String, relevant: &(dyn Fn(&str) -> bool + Sync)) -> Seen {
        let target = match link.canonicalize() {
            Ok(target) => target,
            Err(error) if relevant(&path) => {
                let is_loop = error.raw_os_error() == Some(SYSTEM_ERROR_LOOP);
                let reason = if is_loop { ObstacleReason::LinkLoop } else { ObstacleReason::DanglingLink };
                return Seen::obstacle(path, reason, error.to_string());
            }
            Err(_) => return Seen::Nothing,
        };
        if !target.starts_with(&self.root) {
            let matters = target.is_dir() || relevant(&path);
            let detail = "the link leads out of the repository".to_owned();
            return if matters {
                Seen::obstacle(path, ObstacleReason::OutsideRoot, detail)
            } else {
                Seen::Nothing
            };
        }
        if target.is_dir() && link.starts_with(&target) {
            return Seen::obstacle(path, ObstacleReason::LinkLoop, self.relative(&target));
        }
        Seen::Nothing
    }

    fn unreadable(&self, error: &ignore::Error) -> Seen {
        match path_of(error) {
            Some(path) => {
                Seen::obstacle(self.relative(path), ObstacleReason::UnreadableFolder, cause_of(error))
            }
            // A malformed ignore file: its other lines hold, and nothing is hidden by a line that does not parse.
            None => Seen::Nothing,
        }
    }
}

/// What the system says of a link that leads to itself, or of any link where none is to be followed.
#[cfg(unix)]
pub(crate) const SYSTEM_ERROR_LOOP: i32 = libc::ELOOP;
/// No system error has this number: links are followed when opening.
#[cfg(not(unix))]
pub(crate) const SYSTEM_ERROR_LOOP: i32 = -1;

enum Seen {
    Nothing,
    File(String),
    Obstacle(Obstacle),
}

impl Seen {
    fn obstacle(path: String, reason: ObstacleReason, detail: String) -> Self {
        Self::Obstacle(Obstacle { path, reason, detail })
    }
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
        _ => None,
    }
}

fn cause_of(error: &ignore::Error) -> String {
    error.io_error().map_or_else(|| error.to_string(), ToString::to_string)
}

fn refused(error: io::Error) -> ReadFile {
    match error.kind() {
        io::ErrorKind::NotFound => ReadFile::Missing,
        _ => ReadFile::Refused(error),
    }
}

impl Tree for Directory {
    fn list(&self, relevant: &(dyn Fn(&str) -> bool + Sync)) -> Listing {
        let mut listing = match &self.scope {
            Scope::Tracked => self.tracked(relevant),
            Scope::Everything(folder) => self.everything(folder, relevant),
        };
        listing.files.sort_unstable();
        let ambiguous = self.names.remove_ambiguous(&mut listing.files);
        listing.obstacles.extend(ambiguous.into_iter().map(|path| Obstacle {
            path,
            reason: ObstacleReason::AmbiguousName,
            detail: "another file has this for a name, and this one's has bytes that are no UTF-8".to_owned(),
        }));
        listing.obstacles.sort();
        listing
    }

    fn read(&self, path: &str, bytes_max: u64) -> Result<Vec<u8>, ReadFile> {
        let mut file = self.open_file(path)?;
        let metadata = file.metadata().map_err(refused)?;
        check(&metadata, bytes_max)?;
        let size = usize::try_from(metadata.len()).unwrap_or(usize::MAX);
        let mut bytes = Vec::with_capacity(size);
        // Nothing is read past the size to find the end, because the size is asked again behind it. But what says that
        // it is empty may be a file whose size the system does not know, as those of `/proc`.
        (&mut file).take(metadata.len().max(1)).read_to_end(&mut bytes).map_err(refused)?;
        let after = file.metadata().map_err(refused)?;
        let is_same = bytes.len() == size
            && after.len() == metadata.len()
            && after.modified().ok() == metadata.modified().ok();
        if is_same { Ok(bytes) } else { Err(ReadFile::Changed) }
    }

    fn size(&self, path: &str, bytes_max: u64) -> Result<u64, ReadFile> {
        let relative = self.below_root(path)?;
        let metadata = std::fs::symlink_metadata(self.root.join(relative)).map_err(refused)?;
        let metadata = match metadata.file_type().is_symlink() {
            true => std::fs::symlink_metadata(self.resolve(path)?).map_err(refused)?,
            false => metadata,
        };
        check(&metadata, bytes_max)?;
        if !is_for_everybody(&metadata) {
            self.open_file(path)?;
        }
        Ok(metadata.len())
    }

    fn kept(&self) -> Option<Arc<dyn Tree + Send>> {
        Some(Arc::new(self.clone()))
    }

    fn locate(&self, path: &str) -> Result<Place, ReadFile> {
        if let Some(place) = self.plain_place(path) {
            return place;
        }
        let absolute = self.resolve(path)?;
        let relative = self.relative(&absolute);
        Ok(if absolute.is_dir() { Place::Folder(relative) } else { Place::File(relative) })
    }
}

/// Opens a file that is no link. Not waiting matters for a FIFO, which would otherwise wait for a writer for ever.
#[cfg(unix)]
fn open_unlinked(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    File::options().read(true).custom_flags(libc::O_NONBLOCK | libc::O_NOFOLLOW).open(path)
}

/// Opens a file.
#[cfg(not(unix))]
fn open_unlinked(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// Whether every user may read it, so that it need not be opened to know.
#[cfg(unix)]
fn is_for_everybody(metadata: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o444 == 0o444
}

/// Whether every user may read it: here only opening tells.
#[cfg(not(unix))]
fn is_for_everybody(_: &Metadata) -> bool {
    false
}

fn check(metadata: &Metadata, bytes_max: u64) -> Result<(), ReadFile> {
    if !metadata.is_file() {
        return Err(ReadFile::NotARegularFile);
    }
    if metadata.len() > bytes_max {
        return Err(ReadFile::TooLarge { bytes_max });
    }
    Ok(())
}

/// One thread's part of the listing, handed in when the thread ends.
struct Batch<'g> {
    listing: Listing,
    gathered: &'g Mutex<Listing>,
}

impl Batch<'_> {
    fn add(&mut self, seen: Seen) {
        match seen {
            Seen::Nothing => {}
            Seen::File(path) => self.listing.files.push(path),
            Seen::Obstacle(obstacle) => self.listing.obstacles.push(obstacle),
        }
    }
}

impl Drop for Batch<'_> {
    fn drop(&mut self) {
        let mut gathered = self.gathered.lock().unwrap_or_else(PoisonError::into_inner);
        gathered.files.append(&mut self.listing.files);
        gathered.obstacles.append(&mut self.listing.obstacles);
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests make the files that are read")]
mod tests {
    use std::fs;

    use super::*;

    fn sample() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in [
            ("b/x.yaml", "x: 1"),
            ("a.yaml", "a: 1"),
            (".hidden/h.yaml", "h: 1"),
            ("skip/s.yaml", "s: 1"),
            ("n.txt", ""),
        ] {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        fs::write(folder.path().join(".gitignore"), "skip/\n").unwrap();
        folder
    }

    fn list(folder: &Path) -> Listing {
        Directory::open(folder, 2).unwrap().list(&|path| path.ends_with(".yaml"))
    }

    #[test]
    fn lists_by_ignore_rules_sorted_and_with_hidden_files() {
        let folder = sample();
        assert_eq!(list(folder.path()).files, [".hidden/h.yaml", "a.yaml", "b/x.yaml"]);
        let excluding = Directory::open(folder.path(), 1).unwrap().excluding(&["b/**".to_owned()]);
        assert_eq!(excluding.list(&|path| path.ends_with(".yaml")).files, [".hidden/h.yaml", "a.yaml"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_never_followed_and_what_they_hide_is_named() {
        use std::os::unix::fs::symlink;
        let (folder, outside) = (sample(), tempfile::tempdir().unwrap());
        fs::write(outside.path().join("o.yaml"), "o: 1").unwrap();
        symlink(folder.path().join("a.yaml"), folder.path().join("b/inside.yaml")).unwrap();
        symlink(outside.path().join("o.yaml"), folder.path().join("b/outside.yaml")).unwrap();
        symlink(outside.path(), folder.path().join("b/folder")).unwrap();
        symlink(folder.path(), folder.path().join("b/up")).unwrap();
        symlink("nowhere.yaml", folder.path().join("b/dangling.yaml")).unwrap();
        symlink("self.yaml", folder.path().join("b/self.yaml")).unwrap();
        let listing = list(folder.path());
        assert_eq!(listing.files, [".hidden/h.yaml", "a.yaml", "b/x.yaml"]);
        let obstacles: Vec<_> = listing.obstacles.iter().map(|o| (o.path.as_str(), o.reason)).collect();
        assert_eq!(
            obstacles,
            [
                ("b/dangling.yaml", ObstacleReason::DanglingLink),
                ("b/folder", ObstacleReason::OutsideRoot),
                ("b/outside.yaml", ObstacleReason::OutsideRoot),
                ("b/self.yaml", ObstacleReason::LinkLoop),
                ("b/up", ObstacleReason::LinkLoop),
            ]
        );
        let directory = Directory::open(folder.path(), 1).unwrap();
        assert!(matches!(directory.resolve("b/outside.yaml"), Err(ReadFile::OutsideRoot)));
        assert!(matches!(directory.resolve("../x"), Err(ReadFile::OutsideRoot | ReadFile::Missing)));
    }

    #[cfg(unix)]
    #[test]
    fn everything_in_a_folder_is_what_git_ignores_and_what_links_lead_to_as_well() {
        use std::os::unix::fs::symlink;
        let (folder, outside) = (sample(), tempfile::tempdir().unwrap());
        fs::write(outside.path().join("o.yaml"), "o: 1").unwrap();
        fs::create_dir_all(folder.path().join("skip/.git")).unwrap();
        fs::write(folder.path().join("skip/.git/g.yaml"), "g: 1").unwrap();
        symlink(folder.path().join("b"), folder.path().join("skip/b")).unwrap();
        symlink(folder.path().join("skip"), folder.path().join("skip/up")).unwrap();
        symlink(outside.path().join("o.yaml"), folder.path().join("skip/o.yaml")).unwrap();
        let directory = Directory::open(folder.path(), 1).unwrap().everything_in("skip");
        let listing = directory.list(&|path| path.ends_with(".yaml"));
        assert_eq!(listing.files, ["skip/.git/g.yaml", "skip/b/x.yaml", "skip/o.yaml", "skip/s.yaml"]);
        assert_eq!(directory.read("skip/b/x.yaml", 100).unwrap(), b"x: 1");
        assert!(matches!(directory.read("skip/o.yaml", 100), Err(ReadFile::OutsideRoot)));
    }

    #[cfg(unix)]
    #[test]
    fn links_below_a_folder_that_lead_nowhere_or_to_folders_outside_are_named() {
        use std::os::unix::fs::symlink;
        let (folder, outside) = (sample(), tempfile::tempdir().unwrap());
        fs::write(outside.path().join("o.yaml"), "o: 1").unwrap();
        symlink(outside.path(), folder.path().join("b/folder")).unwrap();
        symlink("nowhere.yaml", folder.path().join("b/dangling.yaml")).unwrap();
        symlink("self.yaml", folder.path().join("b/self.yaml")).unwrap();
        symlink(folder.path().join("skip"), folder.path().join("b/one")).unwrap();
        symlink(folder.path().join("b"), folder.path().join("skip/two")).unwrap();
        let directory = Directory::open(folder.path(), 1).unwrap();
        let listing = directory.clone().everything_in("b").list(&|path| path.ends_with(".yaml"));
        assert_eq!(listing.files, ["b/one/s.yaml", "b/x.yaml"]);
        let obstacles: Vec<_> = listing.obstacles.iter().map(|o| (o.path.as_str(), o.reason)).collect();
        assert_eq!(
            obstacles,
            [
                ("b/dangling.yaml", ObstacleReason::DanglingLink),
                ("b/folder", ObstacleReason::OutsideRoot),
                ("b/self.yaml", ObstacleReason::LinkLoop),
            ]
        );
        let excluding = directory.excluding(&["b/one/**".to_owned(), "*.txt".to_owned()]).everything_in("");
        assert_eq!(
            excluding.list(&|path| !path.starts_with('.')).files,
            ["a.yaml", "b/x.yaml", "skip/s.yaml", "skip/two/x.yaml",]
        );
    }

    #[cfg(unix)]
    #[test]
    fn everything_in_a_folder_has_names_that_are_no_utf8_as_well() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;
        let folder = sample();
        let odd = folder.path().join(OsStr::from_bytes(b"b/d\xfe"));
        fs::create_dir(&odd).unwrap();
        fs::write(odd.join("plain.yaml"), "p: 1").unwrap();
        fs::write(odd.join(OsStr::from_bytes(b"a\xff.yaml")), "a: 1").unwrap();
        let directory = Directory::open(folder.path(), 1).unwrap().everything_in("b");
        let files = directory.list(&|path| path.ends_with(".yaml")).files;
        assert_eq!(files, ["b/d\\xfe/a\\xff.yaml", "b/d\\xfe/plain.yaml", "b/x.yaml"]);
        assert_eq!(directory.read(&files[0], 100).unwrap(), b"a: 1");
        assert_eq!(directory.read(&files[1], 100).unwrap(), b"p: 1");
    }

    #[cfg(unix)]
    #[test]
    fn a_size_is_told_of_what_could_be_read_and_refused_as_reading_is() {
        use std::os::unix::fs::symlink;
        let (folder, outside) = (sample(), tempfile::tempdir().unwrap());
        fs::write(outside.path().join("o.yaml"), "o: 1").unwrap();
        symlink(outside.path().join("o.yaml"), folder.path().join("out.yaml")).unwrap();
        symlink("b/x.yaml", folder.path().join("link.yaml")).unwrap();
        let directory = Directory::open(folder.path(), 1).unwrap();
        assert_eq!(directory.size("a.yaml", 4).unwrap(), 4);
        assert_eq!(directory.size("link.yaml", 4).unwrap(), 4);
        let refused =
            |path: &str| (directory.size(path, 3).unwrap_err(), directory.read(path, 3).unwrap_err());
        for path in ["a.yaml", "b", "out.yaml", "nope.yaml", "../x.yaml"] {
            let (of_size, of_read) = refused(path);
            assert_eq!(of_size.to_string(), of_read.to_string(), "{path}");
        }
        assert_eq!(directory.kept().unwrap().read("b/x.yaml", 100).unwrap(), b"x: 1");
    }

    #[test]
    fn reads_only_whole_regular_files_within_the_limit() {
        let folder = sample();
        fs::create_dir(folder.path().join("dir.yaml")).unwrap();
        let directory = Directory::open(folder.path(), 1).unwrap();
        assert_eq!(directory.read("a.yaml", 100).unwrap(), b"a: 1");
        assert!(matches!(directory.read("a.yaml", 3), Err(ReadFile::TooLarge { .. })));
        assert!(matches!(directory.read("dir.yaml", 100), Err(ReadFile::NotARegularFile)));
        assert!(matches!(directory.read("missing.yaml", 100), Err(ReadFile::Missing)));
        assert!(matches!(
            Directory::open(&folder.path().join("a.yaml"), 1),
            Err(OpenDirectory::NotAFolder { .. })
        ));
    }

    #[cfg(unix)]
    #[test]
    fn nothing_outside_of_the_root_is_read_by_any_path() {
        use std::os::unix::fs::symlink;
        let (folder, outside) = (sample(), tempfile::tempdir().unwrap());
        fs::write(outside.path().join("o.yaml"), "o: 1").unwrap();
        symlink(outside.path().join("o.yaml"), folder.path().join("file.yaml")).unwrap();
        symlink(outside.path(), folder.path().join("folder")).unwrap();
        symlink(folder.path().join("b"), folder.path().join("inner")).unwrap();
        symlink("a.yaml", folder.path().join("link.yaml")).unwrap();
        let directory = Directory::open(folder.path(), 1).unwrap();
        let up = format!("../{}/o.yaml", outside.path().file_name().unwrap().to_string_lossy());
        let absolute = outside.path().join("o.yaml").display().to_string();
        for path in ["file.yaml", "folder/o.yaml", up.as_str(), absolute.as_str(), "b/../../x"] {
            assert!(matches!(directory.read(path, 100), Err(ReadFile::OutsideRoot)), "{path}");
        }
        for (path, bytes) in [("link.yaml", "a: 1"), ("inner/x.yaml", "x: 1"), ("./b/x.yaml", "x: 1")] {
            assert_eq!(directory.read(path, 100).unwrap(), bytes.as_bytes(), "{path}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_path_is_located_with_its_links_followed() {
        use std::os::unix::fs::symlink;
        let (folder, outside) = (sample(), tempfile::tempdir().unwrap());
        symlink(folder.path().join("b"), folder.path().join("inner")).unwrap();
        symlink(outside.path(), folder.path().join("folder")).unwrap();
        let directory = Directory::open(folder.path(), 1).unwrap();
        assert_eq!(directory.locate("inner/x.yaml").unwrap(), Place::File("b/x.yaml".to_owned()));
        assert_eq!(directory.locate("inner").unwrap(), Place::Folder("b".to_owned()));
        assert_eq!(directory.locate("").unwrap(), Place::Folder(String::new()));
        assert!(matches!(directory.locate("folder"), Err(ReadFile::OutsideRoot)));
        assert!(matches!(directory.locate("nope"), Err(ReadFile::Missing)));
    }

    #[cfg(unix)]
    #[test]
    fn a_fifo_is_an_obstacle_and_reading_it_does_not_wait() {
        let folder = sample();
        let fifo = folder.path().join("fifo.yaml");
        let made = std::process::Command::new("mkfifo").arg(&fifo).status().unwrap();
        assert!(made.success());
        let listing = list(folder.path());
        assert_eq!(listing.obstacles[0].reason, ObstacleReason::NotARegularFile);
        let directory = Directory::open(folder.path(), 1).unwrap();
        assert!(matches!(directory.read("fifo.yaml", 100), Err(ReadFile::NotARegularFile)));
    }

    #[test]
    fn a_file_that_is_written_while_it_is_read_is_given_whole_or_refused() {
        use std::sync::atomic::{AtomicBool, Ordering};
        const BYTES: usize = 300_000;
        let folder = sample();
        let path = folder.path().join("busy.yaml");
        fs::write(&path, "a".repeat(BYTES)).unwrap();
        let directory = Directory::open(folder.path(), 1).unwrap();
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for letter in ["b", "c"].iter().cycle().take_while(|_| !stop.load(Ordering::Relaxed)) {
                    let next = folder.path().join("next");
                    fs::write(&next, letter.repeat(BYTES)).unwrap();
                    fs::rename(&next, &path).unwrap();
                }
            });
            for _ in 0..200 {
                let bytes = directory.read("busy.yaml", 1 << 20).unwrap();
                assert!(bytes.len() == BYTES && bytes.iter().all(|byte| *byte == bytes[0]));
            }
            stop.store(true, Ordering::Relaxed);
        });
        let growing = fs::OpenOptions::new().append(true).open(&path).unwrap();
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    std::io::Write::write_all(&mut &growing, b"grow\n").unwrap();
                }
            });
            for _ in 0..100 {
                let read = directory.read("busy.yaml", 64 << 20);
                assert!(matches!(read, Ok(_) | Err(ReadFile::Changed)), "{read:?}");
            }
            stop.store(true, Ordering::Relaxed);
        });
    }
}
