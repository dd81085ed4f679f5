//! All that is below one folder of a root, whatever Git ignores, with links followed.
//!
//! Takes the root, the folder and the patterns of what is left out; gives files and obstacles by their paths below the
//! root, in the order in which the system has them. A link to a folder that it stands in is passed over, one to a folder
//! outside of the root is an obstacle. Reads no file, and asks the system nothing about one that is no link.

use std::fs::{self, DirEntry, FileType};
use std::io;
use std::path::{Path, PathBuf};

use ignore::overrides::Override;

use crate::directory::{DEPTH_MAX, SYSTEM_ERROR_LOOP};
use crate::name::Names;
use crate::{Listing, Obstacle, ObstacleReason};

/// A walk with what it has found so far.
pub(crate) struct Walk<'d> {
    pub(crate) root: &'d Path,
    pub(crate) names: &'d Names,
    /// What is left out; none where nothing is.
    pub(crate) excluded: Option<Override>,
    pub(crate) relevant: &'d (dyn Fn(&str) -> bool + Sync),
    pub(crate) listing: Listing,
}

/// A folder that is still to be listed: its path as text, empty for the root, and how far below the first it is.
struct Folder {
    path: String,
    depth: usize,
}

impl Walk<'_> {
    /// Lists all that is below `folder`.
    pub(crate) fn run(mut self, folder: &str) -> Listing {
        let mut folders = vec![Folder { path: folder.trim_end_matches('/').to_owned(), depth: 0 }];
        while let Some(folder) = folders.pop() {
            if folder.depth > DEPTH_MAX {
                self.unreadable(folder.path, format!("more than {DEPTH_MAX} folders within one another"));
                continue;
            }
            match fs::read_dir(self.absolute(&folder.path)) {
                Ok(entries) => entries.for_each(|entry| self.visit(&folder, entry, &mut folders)),
                Err(error) => self.unreadable(folder.path, error.to_string()),
            }
        }
        self.listing
    }

    fn visit(&mut self, folder: &Folder, entry: io::Result<DirEntry>, folders: &mut Vec<Folder>) {
        let named = entry.and_then(|entry| Ok((self.path_of(folder, &entry), entry.file_type()?)));
        let (path, kind) = match named {
            Ok(named) => named,
            Err(error) => return self.unreadable(folder.path.clone(), error.to_string()),
        };
        let kind = if kind.is_symlink() { self.follow(&path) } else { Some(kind) };
        let Some(kind) = kind.filter(|kind| !self.excludes(&path, kind.is_dir())) else { return };
        if kind.is_dir() {
            folders.push(Folder { path, depth: folder.depth + 1 });
        } else if (self.relevant)(&path) {
            match kind.is_file() {
                true => self.listing.files.push(path),
                false => self.obstacle(path, ObstacleReason::NotARegularFile, String::new()),
            }
        }
    }

    fn path_of(&self, folder: &Folder, entry: &DirEntry) -> String {
        let name = entry.file_name();
        match name.to_str() {
            // A backslash may stand for a byte that is no UTF-8 in the name of a folder above.
            Some(name) if !folder.path.contains('\\') => match folder.path.as_str() {
                "" => name.to_owned(),
                folder => [folder, "/", name].concat(),
            },
            _ => self.names.text_of(&self.names.path_of(&folder.path).join(name)),
        }
    }

    /// What a link leads to; none if it is passed over, or stands in the way and was named.
    fn follow(&mut self, path: &str) -> Option<FileType> {
        let link = self.absolute(path);
        let (target, kind) = match end_of(&link) {
            Ok(found) => found,
            Err(error) => {
                self.dangling(path, &error);
                return None;
            }
        };
        if !kind.is_dir() {
            return Some(kind);
        }
        let mut above = link.ancestors().skip(1).take_while(|folder| folder.starts_with(self.root));
        if above.any(|folder| folder.canonicalize().is_ok_and(|folder| folder == target)) {
            return None;
        }
        if !target.starts_with(self.root) {
            let detail = "the link leads out of the repository".to_owned();
            self.obstacle(path.to_owned(), ObstacleReason::OutsideRoot, detail);
            return None;
        }
        Some(kind)
    }

    fn dangling(&mut self, path: &str, error: &io::Error) {
        if self.excludes(path, false) || !(self.relevant)(path) {
            return;
        }
        let is_loop = error.raw_os_error() == Some(SYSTEM_ERROR_LOOP);
        let reason = if is_loop { ObstacleReason::LinkLoop } else { ObstacleReason::DanglingLink };
        self.obstacle(path.to_owned(), reason, error.to_string());
    }

    fn excludes(&self, path: &str, is_folder: bool) -> bool {
        let excluded = self.excluded.as_ref();
        excluded.is_some_and(|excluded| excluded.matched(path, is_folder).is_ignore())
    }

    fn absolute(&self, path: &str) -> PathBuf {
        self.root.join(self.names.path_of(path))
    }

    fn unreadable(&mut self, path: String, detail: String) {
        self.obstacle(path, ObstacleReason::UnreadableFolder, detail);
    }

    fn obstacle(&mut self, path: String, reason: ObstacleReason, detail: String) {
        self.listing.obstacles.push(Obstacle { path, reason, detail });
    }
}

/// Where a link leads once all links are followed, and what is there.
fn end_of(link: &Path) -> io::Result<(PathBuf, FileType)> {
    let target = link.canonicalize()?;
    let kind = fs::symlink_metadata(&target)?.file_type();
    Ok((target, kind))
}
