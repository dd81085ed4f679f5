//! One integration binary per crate: each further one links the whole crate again and hides in the noise.

use super::Problem;

/// Finds crates with more than one test binary below `tests/`.
pub(crate) fn problems(crates: &[String], paths: &[&str]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for name in crates {
        let folder = format!("crates/{name}/tests/");
        let below = paths.iter().filter_map(|path| path.strip_prefix(folder.as_str()));
        let binaries: Vec<&str> = below.filter(|below| is_binary(below)).collect();
        if binaries.len() > 1 {
            let message =
                format!("has {} test binaries, one is allowed: {}", binaries.len(), binaries.join(", "));
            problems.push(Problem::new(format!("crate '{name}'"), message));
        }
    }
    problems
}

fn is_binary(below: &str) -> bool {
    match below.split_once('/') {
        None => below.ends_with(".rs"),
        Some((_, rest)) => rest == "main.rs",
    }
}

#[cfg(test)]
mod tests {
    use super::problems;

    #[test]
    fn one_binary_with_modules_and_data_is_allowed_and_two_are_not() {
        let crates = ["a".to_owned(), "b".to_owned()];
        let one = ["crates/a/tests/it/main.rs", "crates/a/tests/it/c.rs", "crates/a/tests/data/main.yaml"];
        assert_eq!(problems(&crates, &one), []);
        let two = ["crates/b/tests/it/main.rs", "crates/b/tests/other.rs", "crates/a/tests/it.rs"];
        let found = problems(&crates, &two);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].place, "crate 'b'");
    }
}
