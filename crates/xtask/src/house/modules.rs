//! How modules lie below `src`: at most three levels deep, and every file named by its parent.
//!
//! A file that no `mod` names is not compiled: its tests pass because they never run.

use super::Problem;
use crate::repository::RepositoryFile;
use std::collections::BTreeMap;

/// Deepest a module may stand below `src`. Deeper trees mean that a crate wants to be two.
const DEPTH_MAX: usize = 3;

/// Finds modules that stand too deep.
pub(crate) fn depth_problems(paths: &[&str]) -> Vec<Problem> {
    let sources = paths.iter().filter_map(|path| Some((path, below_source(path)?)));
    sources
        .filter(|(_, below)| depth(below) > DEPTH_MAX)
        .map(|(path, below)| {
            let depth = depth(below);
            Problem::new(*path, format!("stands {depth} modules deep below src, {DEPTH_MAX} are allowed"))
        })
        .collect()
}

/// Finds files below `src` and `tests` that their parent module does not name.
pub(crate) fn unlisted_problems(files: &[RepositoryFile]) -> Vec<Problem> {
    let contents: BTreeMap<&str, &str> =
        files.iter().map(|file| (file.path.as_str(), file.content.as_str())).collect();
    let mut problems = Vec::new();
    for path in contents.keys().filter(|path| is_module(path)) {
        let (parents, name) = parents(path);
        let Some(parent) = parents.iter().find_map(|parent| contents.get(parent.as_str())) else {
            problems.push(Problem::new(*path, format!("belongs to no module: none of {parents:?} exists")));
            continue;
        };
        if !names_module(parent, name) {
            problems.push(Problem::new(*path, format!("is not compiled: its parent has no 'mod {name};'")));
        }
    }
    problems
}

/// The part of a crate's source path below `src/`.
fn below_source(path: &str) -> Option<&str> {
    let in_crate = path.strip_prefix("crates/")?.split_once('/')?.1;
    in_crate.strip_prefix("src/").filter(|below| below.ends_with(".rs"))
}

fn depth(below: &str) -> usize {
    let parts = below.split('/').count();
    let is_own_level = !matches!(below.rsplit('/').next(), Some("mod.rs" | "lib.rs" | "main.rs"));
    if is_own_level { parts } else { parts - 1 }
}

/// Tells whether a path is a module rather than the root of a library, a program or a test binary.
fn is_module(path: &str) -> bool {
    let Some((_, in_crate)) = path.strip_prefix("crates/").and_then(|rest| rest.split_once('/')) else {
        return false;
    };
    let parts: Vec<&str> = in_crate.split('/').collect();
    match parts.as_slice() {
        ["src", "lib.rs" | "main.rs"] | ["src", "bin", _] | ["tests", _] | ["tests", _, "main.rs"] => false,
        ["src" | "tests", .., last] => last.ends_with(".rs"),
        _ => false,
    }
}

/// Files that may declare the module at `path`, and the name they must declare.
fn parents(path: &str) -> (Vec<String>, &str) {
    let path = path.strip_suffix("/mod.rs").or_else(|| path.strip_suffix(".rs")).unwrap_or(path);
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let inside = ["mod.rs", "lib.rs", "main.rs"].map(|file| format!("{folder}/{file}"));
    (inside.into_iter().chain([format!("{folder}.rs")]).collect(), name)
}

fn names_module(parent: &str, name: &str) -> bool {
    parent.lines().any(|line| {
        let declared = line.trim().strip_suffix(';').and_then(|line| line.rsplit_once("mod "));
        declared.is_some_and(|(before, declared)| declared == name && !before.contains("//"))
    })
}

#[cfg(test)]
mod tests {
    use super::{depth_problems, unlisted_problems};
    use crate::repository::RepositoryFile;

    fn unlisted(files: &[(&str, &str)]) -> Vec<String> {
        let files: Vec<RepositoryFile> = files
            .iter()
            .map(|(path, content)| RepositoryFile {
                path: (*path).to_owned(),
                content: (*content).to_owned(),
            })
            .collect();
        unlisted_problems(&files).into_iter().map(|problem| problem.place).collect()
    }

    #[test]
    fn three_levels_are_allowed_and_four_are_not() {
        let allowed =
            ["crates/a/src/lib.rs", "crates/a/src/b/c/d.rs", "crates/a/src/b/c/d/mod.rs", "docs/a/b/c/d.md"];
        assert_eq!(depth_problems(&allowed), []);
        let deep = ["crates/a/src/b/c/d/e.rs", "crates/a/src/b/c/d/e/mod.rs"];
        assert_eq!(depth_problems(&deep).len(), 2);
    }

    #[test]
    fn every_form_of_declaration_counts() {
        let files = [
            ("crates/a/src/lib.rs", "//! Docs.\nmod b;\npub mod c;\n"),
            ("crates/a/src/b.rs", ""),
            ("crates/a/src/c/mod.rs", "pub(crate) mod d;\n"),
            ("crates/a/src/c/d.rs", "mod e;"),
            ("crates/a/src/c/d/e.rs", ""),
            ("crates/a/src/bin/tool.rs", ""),
            ("crates/a/tests/it/main.rs", "mod f;\n"),
            ("crates/a/tests/it/f.rs", ""),
        ];
        assert_eq!(unlisted(&files), [""; 0]);
    }

    #[test]
    fn a_file_that_nobody_names_is_a_problem() {
        let files = [
            ("crates/a/src/lib.rs", "// mod b;\nmod bb;\nmod c_tests;\nmod c { }\n"),
            ("crates/a/src/b.rs", ""),
            ("crates/a/src/bb.rs", ""),
            ("crates/a/src/c.rs", ""),
            ("crates/a/src/c_tests.rs", ""),
            ("crates/a/src/lost/d.rs", ""),
            ("crates/a/tests/it/main.rs", ""),
            ("crates/a/tests/it/e.rs", ""),
        ];
        let expected =
            ["crates/a/src/b.rs", "crates/a/src/c.rs", "crates/a/src/lost/d.rs", "crates/a/tests/it/e.rs"];
        assert_eq!(unlisted(&files), expected);
    }
}
