//! Words that must not stand in any file of the repository: paths of somebody's machine.

use super::Problem;
use crate::repository::RepositoryFile;

/// Paths that exist on one machine only, each written in two halves so that this file does not hold them itself.
const FORBIDDEN: [[&str; 2]; 4] = [["/wo", "rk/"], ["../sh", "ared"], ["/ro", "ot/"], ["/tmp/ba", "sh_jobs"]];

/// Finds forbidden words; each names file and line.
pub(crate) fn problems(files: &[RepositoryFile]) -> Vec<Problem> {
    let words: Vec<String> = FORBIDDEN.iter().map(|halves| halves.concat()).collect();
    let mut problems = Vec::new();
    for file in files {
        for (index, line) in file.content.lines().enumerate() {
            for word in words.iter().filter(|word| line.contains(word.as_str())) {
                let place = format!("{}:{}", file.path, index + 1);
                problems.push(Problem::new(place, format!("names '{word}', a path of one machine")));
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::{FORBIDDEN, problems};
    use crate::repository::RepositoryFile;

    fn file(content: &str) -> Vec<RepositoryFile> {
        vec![RepositoryFile { path: "docs/a.md".to_owned(), content: content.to_owned() }]
    }

    #[test]
    fn finds_each_word_with_its_line() {
        for halves in FORBIDDEN {
            let found = problems(&file(&format!("first\nsee {}x\n", halves.concat())));
            assert_eq!(found.len(), 1);
            assert_eq!(found[0].place, "docs/a.md:2");
        }
    }

    #[test]
    fn leaves_near_misses_alone() {
        let near = "a framework/ of shared things, ./shared, /roots/, workloads, cwork, /tmp/bash\n";
        assert_eq!(problems(&file(near)), []);
    }
}
