//! Paths in a tree, joined and cleaned by their letters alone.

/// `path` seen from `folder`: `.` and `..` are taken out without asking what is a link, as Go's `filepath.Join` does.
#[must_use]
pub fn join(folder: &str, path: &str) -> String {
    clean(&format!("{folder}/{path}"))
}

/// Takes `.`, `..` and empty parts out. A path that leads above the root keeps its `..`, which the tree refuses.
pub(super) fn clean(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Whether a relative path leads above where it begins.
pub(super) fn leaves_root(path: &str) -> bool {
    let cleaned = clean(path);
    cleaned == ".." || cleaned.starts_with("../")
}

/// The folder of a file.
pub(super) fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Whether a folder is `root` or stands below it.
pub(super) fn is_in_or_below(folder: &str, root: &str) -> bool {
    root.is_empty() || folder.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A path as people are shown it: the root is `.`.
pub(super) fn shown(path: &str) -> String {
    if path.is_empty() { ".".to_owned() } else { path.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_and_cleans_by_letters() {
        for (folder, path, joined) in [
            ("a/b", "../c", "a/c"),
            ("", "./x.yaml", "x.yaml"),
            ("a", "../../x", "../x"),
            ("a", "b//c/.", "a/b/c"),
            ("a", "..", ""),
        ] {
            assert_eq!(join(folder, path), joined, "{folder} {path}");
        }
    }

    #[test]
    fn a_folder_is_below_by_whole_parts() {
        assert!(is_in_or_below("a/b", "a"));
        assert!(is_in_or_below("a", "a"));
        assert!(is_in_or_below("a", ""));
        assert!(!is_in_or_below("ab", "a"));
    }
}
