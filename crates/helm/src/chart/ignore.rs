//! `.helmignore`: which files of a folder are no part of its chart.
//!
//! Takes the file's bytes; tells for a path whether it is ignored. The rules are Helm's own, not Git's: patterns are
//! tried in order and the first that decides ends it, `!` ignores everything that does not match, `**` is refused.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use crate::limits::IGNORE_PATTERNS_MAX;

/// The patterns of a `.helmignore`.
#[derive(Debug, Clone, Default)]
pub struct IgnoreRules {
    patterns: Vec<Pattern>,
}

/// Why a `.helmignore` cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadIgnoreRules {
    /// A pattern with `**`.
    #[error("double-star (**) syntax is not supported")]
    UseDoubleStar,
    /// A pattern that is none.
    #[error("syntax error in pattern")]
    MalformPattern,
    /// More patterns than [`IGNORE_PATTERNS_MAX`].
    #[error("more than {IGNORE_PATTERNS_MAX} patterns")]
    TooManyPatterns,
}

#[derive(Debug, Clone)]
struct Pattern {
    tokens: Vec<Token>,
    is_negated: bool,
    is_for_folders: bool,
    /// Whether it is compared with the whole path; else with the name alone.
    is_of_path: bool,
}

#[derive(Debug, Clone)]
enum Token {
    Star,
    Any,
    Character(char),
    Class { is_negated: bool, ranges: Vec<(char, char)> },
}

impl IgnoreRules {
    /// The rules of a chart without `.helmignore`: dot files of `templates/` are ignored.
    ///
    /// # Errors
    /// Never in practice: the pattern is ours.
    pub fn of_no_file() -> Result<Self, ReadIgnoreRules> {
        Self::of_file(b"")
    }

    /// The rules of a `.helmignore`, with Helm's own at the end.
    ///
    /// # Errors
    /// For a pattern that Helm refuses.
    pub fn of_file(bytes: &[u8]) -> Result<Self, ReadIgnoreRules> {
        let text = String::from_utf8_lossy(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes));
        let mut rules = Self::default();
        for line in text.lines().chain(["templates/.?*"]) {
            if rules.patterns.len() > IGNORE_PATTERNS_MAX {
                return Err(ReadIgnoreRules::TooManyPatterns);
            }
            rules.patterns.extend(Pattern::of_line(line.trim())?);
        }
        Ok(rules)
    }

    /// Whether a folder is ignored, or one that it stands in; the empty path is the chart itself.
    fn ignores_folder(&self, folder: &str) -> bool {
        let above = folder.match_indices('/').filter_map(|(end, _)| folder.get(..end));
        above.chain([folder]).any(|folder| !folder.is_empty() && self.decides(folder, true))
    }

    fn decides(&self, path: &str, is_folder: bool) -> bool {
        let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
        self.patterns.iter().any(|pattern| {
            let fits = (is_folder || !pattern.is_for_folders)
                && matches(&pattern.tokens, if pattern.is_of_path { path } else { name });
            fits != pattern.is_negated
        })
    }
}

/// Which files of a folder rules ignore, and what they said of the folder that was asked for last: files of one folder
/// follow one another.
pub(super) struct IgnoredFiles<'r> {
    rules: &'r IgnoreRules,
    latest_folder: Mutex<(String, bool)>,
}

impl<'r> IgnoredFiles<'r> {
    pub(super) fn new(rules: &'r IgnoreRules) -> Self {
        Self { rules, latest_folder: Mutex::default() }
    }

    /// Whether a file is ignored, or a folder that it stands in.
    pub(super) fn contain(&self, path: &str) -> bool {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        self.contain_all_of(folder) || self.rules.decides(path, false)
    }

    fn contain_all_of(&self, folder: &str) -> bool {
        let mut latest = self.latest_folder.lock().unwrap_or_else(PoisonError::into_inner);
        if latest.0 != folder {
            *latest = (folder.to_owned(), self.rules.ignores_folder(folder));
        }
        latest.1
    }
}

impl Pattern {
    fn of_line(line: &str) -> Result<Option<Self>, ReadIgnoreRules> {
        if line.is_empty() || line.starts_with('#') {
            return Ok(None);
        }
        if line.contains("**") {
            return Err(ReadIgnoreRules::UseDoubleStar);
        }
        let (is_negated, rest) = line.strip_prefix('!').map_or((false, line), |rest| (true, rest));
        let (is_for_folders, rest) = rest.strip_suffix('/').map_or((false, rest), |rest| (true, rest));
        let (is_of_path, rest) = match rest.strip_prefix('/') {
            Some(rest) => (true, rest),
            None => (rest.contains('/'), rest),
        };
        let tokens = tokens(rest).ok_or(ReadIgnoreRules::MalformPattern)?;
        Ok(Some(Self { tokens, is_negated, is_for_folders, is_of_path }))
    }
}

/// The pattern in parts; none if it is malformed.
fn tokens(pattern: &str) -> Option<Vec<Token>> {
    let mut rest: VecDeque<char> = pattern.chars().collect();
    let mut tokens = Vec::new();
    while let Some(character) = rest.pop_front() {
        tokens.push(match character {
            '*' => Token::Star,
            '?' => Token::Any,
            '\\' => Token::Character(rest.pop_front()?),
            '[' => class(&mut rest)?,
            other => Token::Character(other),
        });
    }
    Some(tokens)
}

fn class(rest: &mut VecDeque<char>) -> Option<Token> {
    let is_negated = rest.front() == Some(&'^');
    if is_negated {
        rest.pop_front();
    }
    let mut ranges = Vec::new();
    while ranges.is_empty() || rest.front() != Some(&']') {
        let low = class_character(rest)?;
        let is_range = rest.front() == Some(&'-');
        if is_range {
            rest.pop_front();
        }
        ranges.push((low, if is_range { class_character(rest)? } else { low }));
    }
    rest.pop_front();
    Some(Token::Class { is_negated, ranges })
}

fn class_character(rest: &mut VecDeque<char>) -> Option<char> {
    match rest.pop_front()? {
        '-' | ']' => None,
        '\\' => rest.pop_front(),
        other => Some(other),
    }
}

/// Goes back to the last star alone: no star passes a `/`, so that an earlier one could not do better.
fn matches(tokens: &[Token], name: &str) -> bool {
    // Most patterns end in another character than most names: that is asked before anything is walked.
    if let (Some(Token::Character(wanted)), Some(last)) = (tokens.last(), name.chars().next_back())
        && *wanted != last
    {
        return false;
    }
    let (mut token, mut rest) = (0, name.chars());
    let mut star = None;
    loop {
        let before = rest.clone();
        match (tokens.get(token), rest.next()) {
            (None, None) => return true,
            (Some(Token::Star), _) => {
                star = Some((token, before.clone()));
                token += 1;
                rest = before;
            }
            (Some(one), Some(character)) if one.takes(character) => token += 1,
            _ => {
                let Some((star_token, behind)) = &mut star else { return false };
                if behind.next().is_none_or(|character| character == '/') {
                    return false;
                }
                (token, rest) = (*star_token + 1, behind.clone());
            }
        }
    }
}

impl Token {
    fn takes(&self, character: char) -> bool {
        match self {
            Self::Star => false,
            Self::Any => character != '/',
            Self::Character(own) => *own == character,
            Self::Class { is_negated, ranges } => {
                ranges.iter().any(|(low, high)| (*low..=*high).contains(&character)) != *is_negated
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ignored(rules: &str, path: &str) -> bool {
        IgnoredFiles::new(&IgnoreRules::of_file(rules.as_bytes()).unwrap()).contain(path)
    }

    #[test]
    fn names_paths_and_folders_are_told_apart() {
        for (rules, path, expected) in [
            ("helm.txt", "cargo/helm.txt", true),
            ("/helm.txt", "cargo/helm.txt", false),
            ("cargo/*.txt", "cargo/a.txt", true),
            ("cargo/*.txt", "cargo/deep/a.txt", false),
            ("cargo/", "cargo/a.txt", true),
            ("a.txt/", "a.txt", false),
            ("*.[a-c]?", "x.bz", true),
            ("*.[^a-c]?", "x.bz", false),
            ("# a.txt", "a.txt", false),
            ("", "templates/.hidden", true),
            ("", "templates/deep/.hidden", false),
            ("a*b*c", "aXbXbXc", true),
            ("\\*", "a", false),
        ] {
            assert_eq!(ignored(rules, path), expected, "{rules} on {path}");
        }
    }

    #[test]
    fn a_negated_pattern_ignores_what_does_not_match_it() {
        assert!(ignored("!a.txt", "b.txt"));
        assert!(!ignored("!a.txt", "a.txt"));
    }

    #[test]
    fn patterns_that_helm_refuses_are_refused() {
        let refused = |rules: &str| IgnoreRules::of_file(rules.as_bytes()).unwrap_err();
        assert_eq!(refused("a/**/b"), ReadIgnoreRules::UseDoubleStar);
        for malformed in ["[", "[]a]", "[-]", "a\\"] {
            assert_eq!(refused(malformed), ReadIgnoreRules::MalformPattern, "{malformed}");
        }
    }
}
