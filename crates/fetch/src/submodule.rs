//! Repositories within repositories: which there are, and where each is fetched from.

use std::collections::BTreeMap;
use std::str::FromStr;

use gix::ObjectId;
use gix::bstr::{BString, ByteSlice};

use crate::export::Gitlink;

/// Why a repository within a repository is not to be had.
#[derive(Debug, thiserror::Error)]
pub enum FindSubmodule {
    /// `.gitmodules` cannot be read.
    #[error("'.gitmodules' cannot be read: {0}")]
    ReadModules(String),
    /// Nothing says where it is.
    #[error("no url found for submodule path '{0}' in .gitmodules")]
    FindUrl(String),
    /// A relative address that leads above everything.
    #[error("cannot strip one component off url '{0}'")]
    LeaveHost(String),
}

/// A repository to fetch into a folder of another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Submodule {
    pub(crate) path: BString,
    pub(crate) url: String,
    pub(crate) commit: ObjectId,
}

/// Bytes of `.gitmodules`. A hundred bytes each, for thousands.
const MODULES_BYTES_MAX: usize = 1 << 20;

/// Where the repositories of a checkout come from. `modules` is the text of its `.gitmodules`, `parent` where it came from
/// itself. Those that are not to be updated are left out.
pub(crate) fn submodules(
    gitlinks: &[Gitlink],
    modules: &[u8],
    parent: &str,
) -> Result<Vec<Submodule>, FindSubmodule> {
    if gitlinks.is_empty() {
        return Ok(Vec::new());
    }
    if modules.len() > MODULES_BYTES_MAX {
        return Err(FindSubmodule::ReadModules(format!("more than {MODULES_BYTES_MAX} bytes")));
    }
    let text = modules.to_str().map_err(|error| FindSubmodule::ReadModules(error.to_string()))?;
    let file =
        gix::config::File::from_str(text).map_err(|error| FindSubmodule::ReadModules(error.to_string()))?;
    let mut by_path = BTreeMap::new();
    for section in file.sections_by_name("submodule").into_iter().flatten() {
        if let Some(path) = section.value("path") {
            let is_wanted = section.value("update").is_none_or(|update| update != "none");
            by_path.insert(path, (section.value("url"), is_wanted));
        }
    }
    let mut found = Vec::new();
    for Gitlink { path, commit } in gitlinks {
        match by_path.get(path) {
            Some((_, false)) => {}
            Some((Some(url), true)) => {
                let url = resolved(&url.to_str_lossy(), parent)?;
                found.push(Submodule { path: path.clone(), url, commit: *commit });
            }
            Some((None, true)) | None => return Err(FindSubmodule::FindUrl(path.to_string())),
        }
    }
    Ok(found)
}

/// A URL as Git takes it: one that begins with `./` or `../` is seen from the parent's.
fn resolved(url: &str, parent: &str) -> Result<String, FindSubmodule> {
    if !url.starts_with("./") && !url.starts_with("../") {
        return Ok(url.to_owned());
    }
    let mut base = parent.trim_end_matches('/');
    let mut separator = '/';
    let mut rest = url;
    loop {
        if let Some(behind) = rest.strip_prefix("../") {
            let position = base.rfind(['/', ':']).filter(|position| !base[..*position].ends_with([':', '/']));
            let position = position.ok_or_else(|| FindSubmodule::LeaveHost(url.to_owned()))?;
            separator = if base[position..].starts_with(':') { ':' } else { '/' };
            base = &base[..position];
            rest = behind;
        } else if let Some(behind) = rest.strip_prefix("./") {
            rest = behind;
        } else {
            return Ok(format!("{base}{separator}{}", rest.trim_end_matches('/')));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commit() -> ObjectId {
        ObjectId::from_hex(b"0123456789abcdef0123456789abcdef01234567").unwrap()
    }

    fn gitlink(path: &str) -> Gitlink {
        Gitlink { path: path.into(), commit: commit() }
    }

    #[test]
    fn relative_addresses_are_seen_from_the_parent() {
        for (url, parent, expected) in [
            ("https://h/x", "https://h/o/r", Some("https://h/x")),
            ("../s", "https://h/o/r", Some("https://h/o/s")),
            ("../s/", "https://h/o/r/", Some("https://h/o/s")),
            ("../../p/s.git", "https://h/o/r.git", Some("https://h/p/s.git")),
            ("./s", "https://h/o/r", Some("https://h/o/r/s")),
            ("../s", "git@h:o/r", Some("git@h:o/s")),
            ("../../p/s", "git@h:o/r", Some("git@h:p/s")),
            ("../s", "/srv/git/r", Some("/srv/git/s")),
            ("../../../s", "https://h/o/r", None),
        ] {
            assert_eq!(resolved(url, parent).ok().as_deref(), expected, "{url} {parent}");
        }
    }

    #[test]
    fn gitlinks_are_found_in_gitmodules_or_told() {
        let text = "[submodule \"a\"]\n\tpath = lib/a\n\turl = ../a\n[submodule \"b\"]\n\tpath = b\n\turl = x\n\tupdate = none\n";
        let found = |paths: &[&str]| {
            let gitlinks: Vec<_> = paths.iter().map(|path| gitlink(path)).collect();
            submodules(&gitlinks, text.as_bytes(), "https://h/o/r")
        };
        let wanted = Submodule { path: "lib/a".into(), url: "https://h/o/a".into(), commit: commit() };
        assert_eq!(found(&["lib/a", "b"]).unwrap(), [wanted]);
        assert_eq!(
            found(&["c"]).unwrap_err().to_string(),
            "no url found for submodule path 'c' in .gitmodules"
        );
        assert!(submodules(&[], b"[", "https://h/o/r").unwrap().is_empty());
        assert!(submodules(&[gitlink("a")], b"[", "https://h/o/r").is_err());
    }
}
