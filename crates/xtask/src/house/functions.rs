//! How long functions are: 70 lines are the wall.
//!
//! Relies on rustfmt: a function ends at the first closing brace that stands where the function began. Test folders are
//! left out, because a table of cases is read row by row.

use super::Problem;
use crate::repository::RepositoryFile;

/// Most lines of a function from its signature to its closing brace: what fits on a screen. Nine in ten are below 40.
const LINES_MAX: usize = 70;

/// Finds functions that are too long.
pub(crate) fn problems(files: &[RepositoryFile]) -> Vec<Problem> {
    let sources = files.iter().filter(|file| file.path.starts_with("crates/") && file.path.contains("/src/"));
    sources.filter(|file| file.path.ends_with(".rs")).flat_map(long_functions).collect()
}

fn long_functions(file: &RepositoryFile) -> Vec<Problem> {
    let lines: Vec<&str> = file.content.lines().collect();
    let mut problems = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let Some(name) = function_name(line) else { continue };
        let length = length(lines.get(index..).unwrap_or_default());
        if length > LINES_MAX {
            let place = format!("{}:{}", file.path, index + 1);
            let message =
                format!("function '{name}' has {length} lines, {LINES_MAX} are allowed: split it by step");
            problems.push(Problem::new(place, message));
        }
    }
    problems
}

/// The name, if a function begins in this line.
fn function_name(line: &str) -> Option<&str> {
    let (before, after) = line.split_once("fn ")?;
    let is_modifier =
        |word: &str| word.starts_with("pub") || matches!(word, "const" | "async" | "in" | "extern");
    let is_signature = before.split_whitespace().all(|word| is_modifier(word) || word.ends_with(')'));
    let end = after.find(|character: char| !character.is_alphanumeric() && character != '_')?;
    (is_signature && end > 0).then(|| after.split_at(end).0)
}

/// Lines of the function that begins in the first line; 1 for a declaration without a body.
fn length(lines: &[&str]) -> usize {
    let Some(first) = lines.first() else { return 0 };
    let indentation = first.len() - first.trim_start().len();
    let closes = |line: &str| line.trim_end() == format!("{}}}", " ".repeat(indentation));
    let opens = lines.iter().position(|line| line.contains('{') || line.ends_with(';')).unwrap_or(0);
    let has_body = lines.get(opens).is_some_and(|line| line.ends_with('{'));
    if !has_body {
        return opens + 1;
    }
    lines.iter().position(|line| closes(line)).map_or(lines.len(), |last| last + 1)
}

#[cfg(test)]
mod tests {
    use super::{LINES_MAX, problems};
    use crate::repository::RepositoryFile;

    fn found(path: &str, content: String) -> Vec<String> {
        problems(&[RepositoryFile { path: path.to_owned(), content }])
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    fn function(signature: &str, lines: usize) -> String {
        format!("impl A {{\n    {signature} {{\n{}    }}\n}}\n", "        work();\n".repeat(lines - 2))
    }

    #[test]
    fn a_function_of_the_full_length_is_allowed_and_one_line_more_is_not() {
        let path = "crates/a/src/b.rs";
        assert_eq!(found(path, function("pub(crate) fn long()", LINES_MAX)), [""; 0]);
        assert_eq!(
            found(path, function("pub(crate) fn long()", LINES_MAX + 1)),
            ["crates/a/src/b.rs:2: function 'long' has 71 lines, 70 are allowed: split it by step"]
        );
    }

    #[test]
    fn signatures_over_several_lines_count() {
        let signature = "const fn long(\n        first: u8,\n    ) -> u8";
        assert_eq!(found("crates/a/src/b.rs", function(signature, LINES_MAX)).len(), 1);
    }

    #[test]
    fn declarations_comments_and_test_folders_are_left_alone() {
        let rest = "line\n".repeat(2 * LINES_MAX);
        for start in ["    fn declared(&self) -> u8;\n", "    fn short() {}\n", "    // some fn of old\n"] {
            assert_eq!(found("crates/a/src/b.rs", format!("{start}{rest}")), [""; 0], "{start}");
        }
        assert_eq!(found("crates/a/tests/it/b.rs", function("fn long()", 2 * LINES_MAX)), [""; 0]);
    }
}
