//! Names and globs by the parts of their paths, so that many of them cost a path hardly more than one.
//!
//! Takes files and folders by name and patterns of names, `*`, `?` and `**`, each with a number; gives the numbers of
//! those that mean a path. Says of each glob what `globset` says; those with classes, choices or escapes are refused.

use std::collections::{BTreeMap, BTreeSet};

use globset::{Glob, GlobMatcher};

/// A tree of patterns: each way down is one.
#[derive(Debug, Clone)]
pub(crate) struct GlobTree {
    nodes: Vec<Node>,
}

#[derive(Debug, Clone, Default)]
struct Node {
    /// The nodes behind a name.
    named: BTreeMap<String, usize>,
    /// The nodes behind a name with `*` or `?`, by its text.
    globs: BTreeMap<String, (GlobMatcher, usize)>,
    /// The node behind `**`.
    anything: Option<usize>,
    /// The patterns that end here.
    ending: Vec<usize>,
    /// The files and folders that this is.
    holding: Vec<usize>,
}

const ROOT: usize = 0;

impl Default for GlobTree {
    fn default() -> Self {
        Self { nodes: vec![Node::default()] }
    }
}

impl GlobTree {
    /// Adds a file or a folder, whatever letters its name has.
    pub(crate) fn add_name(&mut self, name: &str, number: usize) {
        let mut node = ROOT;
        for part in name.split('/') {
            let next = self.nodes.len();
            let Some(here) = self.nodes.get_mut(node) else { return };
            node = *here.named.entry(part.to_owned()).or_insert(next);
            if node == next {
                self.nodes.push(Node::default());
            }
        }
        if let Some(last) = self.nodes.get_mut(node) {
            last.holding.push(number);
        }
    }

    /// Adds a glob. False if it is of a form that the tree does not know.
    pub(crate) fn add_glob(&mut self, pattern: &str, number: usize) -> bool {
        let parts: Vec<&str> = pattern.split('/').collect();
        let is_known = |part: &&str| {
            !part.is_empty()
                && !part.contains(['[', ']', '{', '}', '\\', '!'])
                && (!part.contains("**") || *part == "**")
        };
        if !parts.iter().all(is_known) {
            return false;
        }
        let mut node = ROOT;
        for part in parts {
            match self.step(node, part) {
                Some(next) => node = next,
                None => return false,
            }
        }
        if let Some(last) = self.nodes.get_mut(node) {
            last.ending.push(number);
        }
        true
    }

    /// The node behind `part`, made if there is none.
    fn step(&mut self, node: usize, part: &str) -> Option<usize> {
        let next = self.nodes.len();
        let here = self.nodes.get_mut(node)?;
        let found = match part {
            "**" => *here.anything.get_or_insert(next),
            _ if part.contains(['*', '?']) => match here.globs.get(part) {
                Some((_, found)) => *found,
                None => {
                    let matcher = Glob::new(part).ok()?.compile_matcher();
                    here.globs.insert(part.to_owned(), (matcher, next));
                    next
                }
            },
            _ => *here.named.entry(part.to_owned()).or_insert(next),
        };
        if found == next {
            self.nodes.push(Node::default());
        }
        Some(found)
    }

    /// Adds the numbers of the names and globs that mean `path` to `numbers`, in no order and maybe more than once.
    pub(crate) fn matches(&self, path: &str, numbers: &mut Vec<usize>) {
        let parts: Vec<&str> = path.split('/').collect();
        // A place is a node and how many parts are behind it; each is looked at once, whatever ways lead to it.
        let mut open = vec![(ROOT, 0)];
        let mut seen = BTreeSet::new();
        while let Some((index, done)) = open.pop() {
            let Some(node) = self.nodes.get(index).filter(|_| seen.insert((index, done))) else { continue };
            numbers.extend(&node.holding);
            let Some(part) = parts.get(done) else {
                numbers.extend(&node.ending);
                continue;
            };
            open.extend(node.named.get(*part).map(|next| (*next, done + 1)));
            let matching = node.globs.values().filter(|(matcher, _)| matcher.is_match(part));
            open.extend(matching.map(|(_, next)| (*next, done + 1)));
            if let Some(behind) = node.anything {
                // At a pattern's end `**` is at least one part, before another part it may be none.
                numbers.extend(self.nodes.get(behind).into_iter().flat_map(|node| &node.ending));
                open.extend((done..parts.len()).map(|done| (behind, done)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PathPattern;

    const PARTS: [&str; 9] = ["a", "b", "ab", "*", "a*", "?", "**", "*b", "x.yaml"];

    /// All patterns of up to three parts, each against all paths of up to four.
    #[test]
    fn says_what_each_glob_says_by_itself() {
        let names: Vec<&str> = PARTS.into_iter().filter(|part| !part.contains(['*', '?'])).collect();
        let mut paths: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        for from in [0, names.len(), names.len() * (1 + names.len())] {
            let longer: Vec<String> = paths
                .iter()
                .skip(from)
                .flat_map(|path| names.iter().map(move |name| format!("{path}/{name}")))
                .collect();
            paths.extend(longer);
        }
        let mut patterns: Vec<String> = PARTS.iter().map(|part| (*part).to_owned()).collect();
        for from in [0, PARTS.len()] {
            let longer: Vec<String> = patterns
                .iter()
                .skip(from)
                .flat_map(|pattern| PARTS.iter().map(move |part| format!("{pattern}/{part}")))
                .collect();
            patterns.extend(longer);
        }
        let mut tree = GlobTree::default();
        for (number, pattern) in patterns.iter().enumerate() {
            assert!(tree.add_glob(pattern, number), "{pattern}");
        }
        let globs: Vec<GlobMatcher> = patterns
            .iter()
            .map(|pattern| PathPattern::new(pattern).unwrap().glob().compile_matcher())
            .collect();
        for path in paths.iter().step_by(7) {
            let mut found = Vec::new();
            tree.matches(path, &mut found);
            found.sort_unstable();
            found.dedup();
            let each: Vec<usize> = (0..globs.len()).filter(|index| globs[*index].is_match(path)).collect();
            assert_eq!(
                found,
                each,
                "{path}: {:?}",
                patterns.get(
                    found
                        .iter()
                        .chain(&each)
                        .find(|n| !(found.contains(n) && each.contains(n)))
                        .copied()
                        .unwrap_or(0)
                )
            );
        }
    }

    #[test]
    fn leaves_other_forms_to_others() {
        for pattern in ["a[bc]", "{a,b}/c", "a\\*", "a**", "a//b", "/a"] {
            assert!(!GlobTree::default().add_glob(pattern, 0), "{pattern}");
        }
    }
}
