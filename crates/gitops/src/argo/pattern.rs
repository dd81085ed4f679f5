//! Patterns of paths: as Go's `path.Match` reads them, and as `git ls-files` does.

/// Whose patterns are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// Go's `path.Match`: nothing but a `/` matches a `/`.
    Path,
    /// A pathspec of Git without magic: a wildcard matches a `/` as well, and a folder stands for all that is in it.
    Pathspec,
}

/// Whether a path matches a pattern as a whole. A pattern that is broken matches nothing.
pub(crate) fn matches(pattern: &str, path: &str, dialect: Dialect) -> bool {
    if dialect == Dialect::Pathspec {
        let folder = pattern.trim_start_matches("./").trim_end_matches('/');
        let is_whole = folder.is_empty() || folder == ".";
        let is_below = path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        if is_whole || is_below {
            return true;
        }
    }
    let pattern: Vec<char> = pattern.trim_start_matches("./").chars().collect();
    let path: Vec<char> = path.chars().collect();
    matches_all(&pattern, &path, dialect)
}

/// Walks both once, going back to the last star where the rest does not fit: no more than length times length steps.
fn matches_all(pattern: &[char], path: &[char], dialect: Dialect) -> bool {
    let (mut at, mut here) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    loop {
        let (rest, character) = (pattern.get(at..).unwrap_or_default(), path.get(here).copied());
        match (rest.first(), character) {
            (None, None) => return true,
            (Some('*'), _) => {
                star = Some((at, here));
                at += 1;
                continue;
            }
            (Some(_), Some(character)) => {
                if let Some(taken) = one(rest, character, dialect) {
                    at += taken;
                    here += 1;
                    continue;
                }
            }
            _ => {}
        }
        // The star takes one character more.
        let Some((star_at, from)) = star else { return false };
        let is_stopped = |taken: char| dialect == Dialect::Path && taken == '/';
        match path.get(from) {
            Some(taken) if !is_stopped(*taken) => {
                star = Some((star_at, from + 1));
                (at, here) = (star_at + 1, from + 1);
            }
            _ => return false,
        }
    }
}

/// How much of a pattern one character matches; none if it does not.
fn one(pattern: &[char], character: char, dialect: Dialect) -> Option<usize> {
    let is_free = dialect == Dialect::Pathspec || character != '/';
    match pattern {
        ['?', ..] => is_free.then_some(1),
        ['[', rest @ ..] => {
            let (is_in, length) = class(rest, character, dialect)?;
            (is_in && is_free).then_some(length + 1)
        }
        ['\\', escaped, ..] => (*escaped == character).then_some(2),
        [literal, ..] => (*literal == character).then_some(1),
        [] => None,
    }
}

/// Whether a character is in a class, and how long the class is with its end; none if it has no end.
fn class(pattern: &[char], character: char, dialect: Dialect) -> Option<(bool, usize)> {
    let is_negated = match pattern.first() {
        Some('^') => true,
        Some('!') => dialect == Dialect::Pathspec,
        _ => false,
    };
    let start = usize::from(is_negated);
    let (mut at, mut is_in) = (start, false);
    loop {
        match pattern.get(at)? {
            ']' if at > start => return Some((is_in != is_negated, at + 1)),
            _ => {
                let (low, after) = literal(pattern, at)?;
                let is_range = pattern.get(after) == Some(&'-') && pattern.get(after + 1) != Some(&']');
                let (high, after) = if is_range { literal(pattern, after + 1)? } else { (low, after) };
                is_in |= (low..=high).contains(&character);
                at = after;
            }
        }
    }
}

fn literal(pattern: &[char], at: usize) -> Option<(char, usize)> {
    match pattern.get(at)? {
        '\\' => Some((*pattern.get(at + 1)?, at + 2)),
        literal => Some((*literal, at + 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::Dialect::{Path, Pathspec};
    use super::*;

    #[test]
    fn paths_match_as_go_and_as_git_say() {
        for (pattern, path, dialect, expected) in [
            ("apps/*", "apps/web", Path, true),
            ("apps/*", "apps/web/base", Path, false),
            ("apps/*/prod", "apps/web/prod", Path, true),
            ("apps/**", "apps/web/base", Path, false),
            ("*", "apps", Path, true),
            ("*", "apps/web", Path, false),
            ("apps/[a-w]eb", "apps/web", Path, true),
            ("apps/[^w]eb", "apps/web", Path, false),
            ("apps/[!w]eb", "apps/!eb", Path, true),
            ("apps/we?", "apps/web", Path, true),
            ("apps?web", "apps/web", Path, false),
            ("apps/\\*", "apps/*", Path, true),
            ("apps/[", "apps/[", Path, false),
            ("apps", "apps/web", Path, false),
            ("apps/**/config.json", "apps/a/b/config.json", Pathspec, true),
            ("apps/**/config.json", "apps/config.json", Pathspec, false),
            ("apps/*/config.json", "apps/a/b/config.json", Pathspec, true),
            ("apps/*.json", "apps/a/b.json", Pathspec, true),
            ("**/config.json", "config.json", Pathspec, false),
            ("apps", "apps/a/b.json", Pathspec, true),
            ("apps/", "apps/a/b.json", Pathspec, true),
            ("./apps/a.json", "apps/a.json", Pathspec, true),
            (".", "apps/a.json", Pathspec, true),
            ("app", "apps/a.json", Pathspec, false),
            ("apps/[!b].json", "apps/a.json", Pathspec, true),
        ] {
            assert_eq!(matches(pattern, path, dialect), expected, "{pattern} {path} {dialect:?}");
        }
    }
}
