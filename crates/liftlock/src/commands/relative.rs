//! Paths as they are read from where somebody stands.

use std::path::{Component, Path, PathBuf};

/// The way from a folder to a file; both are paths from the root of the machine.
pub(super) fn relative(from: &Path, to: &Path) -> PathBuf {
    let parts = |path: &Path| -> Vec<_> {
        path.components()
            .filter_map(|part| match part {
                Component::Normal(name) => Some(name.to_owned()),
                _ => None,
            })
            .collect()
    };
    let (from, to) = (parts(from), parts(to));
    let shared = from.iter().zip(&to).take_while(|(from, to)| from == to).count();
    let up = from.iter().skip(shared).map(|_| "..".into());
    up.chain(to.into_iter().skip(shared)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_shown_from_the_folder_one_stands_in() {
        for (from, to, expected) in [
            ("/a/b", "/a/b/c.yaml", "c.yaml"),
            ("/a/b", "/a/c/d.yaml", "../c/d.yaml"),
            ("/", "/a.yaml", "a.yaml"),
            ("/a", "/b/c.yaml", "../b/c.yaml"),
        ] {
            assert_eq!(relative(Path::new(from), Path::new(to)), Path::new(expected), "{from} {to}");
        }
    }
}
