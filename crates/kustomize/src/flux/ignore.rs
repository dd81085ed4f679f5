//! What a source leaves out: patterns in the syntax of `.gitignore`, as Flux reads them.
//!
//! Flux differs from Git: a file is judged by its own path alone, so that what stands in a folder that is left out can be
//! taken back, and names are matched by Go's `filepath.Match`.

/// What is left out of every source.
const OF_VERSION_CONTROL: [&str; 4] = [".git/", ".gitignore", ".gitmodules", ".gitattributes"];

/// What is left out of a source that says nothing itself.
const BY_DEFAULT: [&str; 20] = [
    "*.jpg",
    "*.jpeg",
    "*.gif",
    "*.png",
    "*.wmv",
    "*.flv",
    "*.tar.gz",
    "*.zip",
    ".github/",
    ".circleci/",
    ".travis.yml",
    ".gitlab-ci.yml",
    "appveyor.yml",
    ".drone.yml",
    "cloudbuild.yaml",
    "codeship-services.yml",
    "codeship-steps.yml",
    "**/.goreleaser.yml",
    "**/.sops.yaml",
    "**/.flux.yaml",
];

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Pattern {
    /// The folder that it speaks of.
    domain: Vec<String>,
    parts: Vec<String>,
    takes_back: bool,
    means_folders: bool,
}

/// All lines that count, the last first in rank.
#[derive(Debug, Clone, Default)]
pub(super) struct Ignore {
    patterns: Vec<Pattern>,
}

impl Ignore {
    /// The lines of `.sourceignore` files by their folders, parents before what is in them, and those of the source's own
    /// field. The defaults count only where there is no line at all.
    pub(super) fn new(files: &[(Vec<String>, String)], field: Option<&str>) -> Self {
        let mut own: Vec<Pattern> = Vec::new();
        for (domain, text) in files {
            own.extend(read(domain, text));
        }
        own.extend(field.into_iter().flat_map(|text| read(&[], text)));
        let first =
            |lines: &[&str]| -> Vec<Pattern> { lines.iter().map(|line| Pattern::parse(&[], line)).collect() };
        let mut patterns = first(&OF_VERSION_CONTROL);
        if own.is_empty() {
            patterns.extend(first(&BY_DEFAULT));
        }
        patterns.extend(own);
        Self { patterns }
    }

    /// Whether a file is left out. The path is seen from the source's root.
    pub(super) fn leaves_out(&self, path: &str) -> bool {
        let parts: Vec<&str> = path.split('/').collect();
        let decisive = self.patterns.iter().rev().find(|pattern| pattern.matches(&parts));
        decisive.is_some_and(|pattern| !pattern.takes_back)
    }
}

fn read(domain: &[String], text: &str) -> Vec<Pattern> {
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    lines.map(|line| Pattern::parse(domain, line)).collect()
}

impl Pattern {
    fn parse(domain: &[String], line: &str) -> Self {
        let (line, takes_back) = match line.strip_prefix('!') {
            Some(rest) => (rest, true),
            None => (line, false),
        };
        let line = if line.ends_with("\\ ") { line } else { line.trim_end_matches(' ') };
        let (line, means_folders) = match line.strip_suffix('/') {
            Some(rest) => (rest, true),
            None => (line, false),
        };
        let parts = line.split('/').map(str::to_owned).collect();
        Self { domain: domain.to_vec(), parts, takes_back, means_folders }
    }

    fn matches(&self, path: &[&str]) -> bool {
        let is_of_domain = path.len() > self.domain.len()
            && self.domain.iter().zip(path).all(|(of_domain, part)| of_domain == part);
        if !is_of_domain {
            return false;
        }
        let path = path.get(self.domain.len()..).unwrap_or_default();
        match self.parts.as_slice() {
            [name] => self.matches_name(name, path),
            parts => self.matches_path(parts, path),
        }
    }

    /// A pattern without a slash means the file or any folder that it is in.
    fn matches_name(&self, name: &str, path: &[&str]) -> bool {
        match path.iter().position(|part| matches_text(name, part)) {
            Some(position) => !(self.means_folders && position + 1 == path.len()),
            None => false,
        }
    }

    /// A pattern with a slash is gone through from the domain; what follows its end does not matter.
    fn matches_path(&self, parts: &[String], path: &[&str]) -> bool {
        let mut rest = path;
        let (mut matched, mut any_depth) = (false, false);
        for (position, part) in parts.iter().enumerate() {
            match part.as_str() {
                "" => any_depth = false,
                "**" if position + 1 == parts.len() => break,
                "**" => any_depth = true,
                part if part.contains("**") || rest.is_empty() => return false,
                part if std::mem::take(&mut any_depth) => {
                    let found = rest.iter().position(|name| matches_text(part, name));
                    matched = found.is_some();
                    rest = found.and_then(|found| rest.get(found + 1..)).unwrap_or_default();
                }
                part => match rest.split_first() {
                    Some((name, below)) if matches_text(part, name) => (matched, rest) = (true, below),
                    _ => return false,
                },
            }
        }
        matched && !(self.means_folders && rest.is_empty())
    }
}

/// Go's `filepath.Match` on one name: `*`, `?`, `[…]` with ranges and `^`, and `\` before a character that means itself. A
/// broken pattern matches nothing.
fn matches_text(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    let (mut at, mut read) = (0, 0);
    // Where the last star stands, and how much of the name it takes: only the last one is ever tried again.
    let mut star: Option<(usize, usize)> = None;
    loop {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at + 1, read));
                at += 1;
                continue;
            }
            None if read == name.len() => return true,
            Some(_) if read < name.len() => {
                if let Some((length, true)) = matches_one(&pattern, at, name.get(read).copied()) {
                    (at, read) = (at + length, read + 1);
                    continue;
                }
            }
            Some(_) | None => {}
        }
        match &mut star {
            Some((behind, taken)) if *taken < name.len() => {
                *taken += 1;
                (at, read) = (*behind, *taken);
            }
            _ => return false,
        }
    }
}

/// How long the element at a position of a pattern is, and whether a character is one of those that it means. None if it
/// is broken.
fn matches_one(pattern: &[char], at: usize, character: Option<char>) -> Option<(usize, bool)> {
    let character = character?;
    match pattern.get(at)? {
        '?' => Some((1, true)),
        '\\' => Some((2, *pattern.get(at + 1)? == character)),
        '[' => matches_class(pattern, at, character),
        literal => Some((1, *literal == character)),
    }
}

fn matches_class(pattern: &[char], start: usize, character: char) -> Option<(usize, bool)> {
    let mut at = start + 1;
    let is_negated = pattern.get(at) == Some(&'^');
    at += usize::from(is_negated);
    let (first, mut matched) = (at, false);
    let one = |at: &mut usize| -> Option<char> {
        let mut read = *pattern.get(*at)?;
        if read == '\\' {
            *at += 1;
            read = *pattern.get(*at)?;
        }
        *at += 1;
        Some(read)
    };
    while pattern.get(at) != Some(&']') || at == first {
        let low = one(&mut at)?;
        let mut high = low;
        if pattern.get(at) == Some(&'-') {
            at += 1;
            high = one(&mut at)?;
        }
        matched |= (low..=high).contains(&character);
    }
    Some((at + 1 - start, matched != is_negated))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(lines: &str, path: &str, expected: bool) {
        let ignore = Ignore::new(&[], Some(lines));
        assert_eq!(ignore.leaves_out(path), expected, "{lines:?} {path}");
    }

    #[test]
    fn lines_mean_what_they_mean_to_flux() {
        check("a.yaml", "a.yaml", true);
        check("a.yaml", "b/a.yaml", true);
        check("/a.yaml", "a.yaml", true);
        check("/a.yaml", "b/a.yaml", false);
        check("b/", "b/a.yaml", true);
        check("b/", "b", false);
        check("b/*.yaml", "b/a.yaml", true);
        check("b/*.yaml", "c/b/a.yaml", false);
        check("**/b/*.yaml", "c/b/a.yaml", true);
        check("b/**", "b/c/a.yaml", true);
        check("b", "b/c/a.yaml", true);
        check("*\n!a.yaml", "a.yaml", false);
        check("*\n!a.yaml", "b/a.yaml", false);
        check("b/\n!b/a.yaml", "b/a.yaml", false);
        check("# b\n\nb  ", "b", true);
        check("[a-c]?.yaml", "bx.yaml", true);
        check("[^a-c]?.yaml", "bx.yaml", false);
        check("[a", "a", false);
        check("a*b*c", "aXbYbZc", true);
        check("a*b*c", "aXbYbZ", false);
    }

    #[test]
    fn defaults_count_where_there_is_no_line() {
        let ignore = Ignore::new(&[], None);
        for (path, expected) in [
            (".github/w.yaml", true),
            ("a/cloudbuild.yaml", true),
            ("a/.sops.yaml", true),
            ("a.yaml", false),
            (".git/x.yaml", true),
        ] {
            assert_eq!(ignore.leaves_out(path), expected, "{path}");
        }
        check("x", "a/.sops.yaml", false);
        check("x", ".git/x.yaml", true);
    }

    #[test]
    fn a_file_speaks_of_its_own_folder() {
        let files = [(vec!["a".to_owned()], "/x.yaml\n".to_owned())];
        let ignore = Ignore::new(&files, None);
        assert!(ignore.leaves_out("a/x.yaml"));
        assert!(!ignore.leaves_out("x.yaml"));
    }
}
