//! Which parts of a template stand under a condition, as far as that can be told without rendering.
//!
//! Takes a template's bytes; gives the branches of its `if`, `with` and `range`, in Go's and Jinja's words. Evaluates
//! nothing: a condition is text, of which only is known whether it asks for what a cluster serves.

use std::ops::Range;

use crate::template::find_actions;

/// Blocks within blocks. Charts stay below ten; what is deeper is in no branch, as in a template that is broken.
const NESTING_MAX: usize = 64;

/// Words of conditions that ask what the cluster serves or which version it runs, in lower case.
const CLUSTER_WORDS: [&str; 3] = ["capabilities", "kubeversion", "apiversions"];

/// A part of a template that is rendered or not by a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// From behind the action that begins it to the one that ends it.
    pub range: Range<usize>,
    /// What the first branch of the same block stands under, without the braces: `if .Values.enabled`.
    pub condition: String,
    /// Whether there is a branch that is rendered instead.
    pub has_alternative: bool,
    /// Whether a condition of the block asks what the cluster serves, so that it is decided by the target's version.
    pub asks_cluster: bool,
}

/// The branches of a template, inner ones before those around them. Empty if an action does not end.
#[must_use]
pub fn branches(template: &[u8]) -> Vec<Branch> {
    let Some(actions) = find_actions(template) else { return Vec::new() };
    let mut reader = Reader::default();
    for action in &actions {
        let text = template.get(action.range.clone()).unwrap_or_default();
        reader.action(text, &action.range);
    }
    reader.branches
}

#[derive(Debug, Default)]
struct Reader {
    open: Vec<Block>,
    /// Blocks that are open past [`NESTING_MAX`].
    skipped: usize,
    /// Variables that hold what a cluster serves.
    variables: Vec<String>,
    branches: Vec<Branch>,
}

#[derive(Debug)]
struct Block {
    condition: String,
    is_conditional: bool,
    asks_cluster: bool,
    /// Where the open branch begins.
    start: usize,
    closed: Vec<Range<usize>>,
}

impl Reader {
    fn action(&mut self, action: &[u8], range: &Range<usize>) {
        let inside = inside(action);
        let word_end = inside.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(inside.len());
        let word = inside.get(..word_end).unwrap_or_default();
        match action {
            // Go's, where `call` and `for` are functions.
            [b'{', b'{', ..] => match word {
                "if" | "with" | "range" | "define" | "block" => self.begin(word, inside, range.end),
                "else" => self.turn(inside, range),
                "end" => self.end(range.start),
                _ => self.note_variable(inside),
            },
            // Jinja's.
            [b'{', b'%', ..] => match word {
                "if" | "for" | "with" | "block" | "macro" | "call" | "filter" | "raw" => {
                    self.begin(word, inside, range.end);
                }
                "else" | "elif" => self.turn(inside, range),
                _ if word.starts_with("end") => self.end(range.start),
                _ => self.note_variable(inside),
            },
            _ => {}
        }
    }

    fn begin(&mut self, word: &str, inside: &str, start: usize) {
        if self.open.len() == NESTING_MAX {
            self.skipped += 1;
            return;
        }
        self.open.push(Block {
            condition: inside.to_owned(),
            is_conditional: matches!(word, "if" | "with" | "range" | "for"),
            asks_cluster: self.asks_cluster(inside),
            start,
            closed: Vec::new(),
        });
    }

    /// At an `else`: what was open ends, and its alternative begins.
    fn turn(&mut self, inside: &str, range: &Range<usize>) {
        let asks_cluster = self.asks_cluster(inside);
        if self.skipped > 0 {
            return;
        }
        if let Some(block) = self.open.last_mut() {
            block.closed.push(block.start..range.start);
            block.start = range.end;
            block.asks_cluster |= asks_cluster;
        }
    }

    fn end(&mut self, end: usize) {
        if self.skipped > 0 {
            self.skipped -= 1;
            return;
        }
        let Some(mut block) = self.open.pop() else { return };
        block.closed.push(block.start..end);
        if !block.is_conditional {
            return;
        }
        let has_alternative = block.closed.len() > 1;
        self.branches.extend(block.closed.into_iter().map(|range| Branch {
            range,
            condition: block.condition.clone(),
            has_alternative,
            asks_cluster: block.asks_cluster,
        }));
    }

    /// `$stable := semverCompare … .Capabilities.KubeVersion.Version`: whoever asks for it asks the cluster.
    fn note_variable(&mut self, inside: &str) {
        let assigned = inside.strip_prefix("set ").unwrap_or(inside);
        let Some((name, value)) = assigned.split_once('=') else { return };
        let name = name.trim_end_matches(':').trim();
        let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "_$".contains(c));
        if is_name && self.variables.len() < VARIABLES_MAX && self.asks_cluster(value) {
            self.variables.push(name.to_owned());
        }
    }

    fn asks_cluster(&self, condition: &str) -> bool {
        let lower = condition.to_ascii_lowercase();
        let words = || condition.split(|c: char| !(c.is_ascii_alphanumeric() || "_$".contains(c)));
        CLUSTER_WORDS.iter().any(|word| lower.contains(word))
            || self.variables.iter().any(|variable| words().any(|word| word == variable))
    }
}

/// Variables of one template that are kept; charts have a handful.
const VARIABLES_MAX: usize = 64;

/// What stands between the braces of an action.
fn inside(action: &[u8]) -> &str {
    let inside = action.get(2..action.len().saturating_sub(2)).unwrap_or_default();
    let inside = inside.strip_prefix(b"-").unwrap_or(inside);
    let inside = inside.strip_suffix(b"-").unwrap_or(inside);
    std::str::from_utf8(inside).unwrap_or_default().trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(template: &str) -> Vec<(&str, String, bool, bool)> {
        let tell = |branch: Branch| {
            let text = &template[branch.range.clone()];
            (text.trim(), branch.condition.clone(), branch.has_alternative, branch.asks_cluster)
        };
        branches(template.as_bytes()).into_iter().map(tell).collect()
    }

    #[test]
    fn each_branch_is_told_with_the_condition_of_its_block() {
        let template =
            "a\n{{- if .Values.x }}\nb\n{{- else if eq .Values.y 1 -}}\nc\n{{ else }}\nd\n{{ end }}\ne\n";
        let condition = || "if .Values.x".to_owned();
        assert_eq!(
            told(template),
            [
                ("b", condition(), true, false),
                ("c", condition(), true, false),
                ("d", condition(), true, false)
            ]
        );
        let jinja = "{% if a %}b{% elif kubeversion %}c{% endif %}{# x #}";
        assert_eq!(told(jinja), [("b", "if a".into(), true, true), ("c", "if a".into(), true, true)]);
    }

    #[test]
    fn what_asks_the_cluster_is_told_also_through_a_variable_and_a_helper() {
        let asks = |template: &str| told(template).iter().map(|told| told.3).collect::<Vec<_>>();
        assert_eq!(asks("{{ if .Capabilities.APIVersions.Has \"policy/v1\" }}a{{ end }}"), [true]);
        assert_eq!(
            asks(
                "{{ $new := semverCompare \">=1.21\" .Capabilities.KubeVersion.Version }}{{ if $new }}a{{ end }}"
            ),
            [true]
        );
        assert_eq!(
            asks("{{ $new := .Values.new }}{{ if $new }}a{{ end }}{{ if $newer }}b{{ end }}"),
            [false, false]
        );
        assert_eq!(
            asks("{{ if eq (include \"common.capabilities.pdb\" .) \"x\" }}a{{ else }}b{{ end }}"),
            [true, true]
        );
    }

    #[test]
    fn blocks_that_decide_nothing_and_broken_templates_have_no_branches() {
        assert_eq!(told("{{ define \"x\" }}a{{ end }}b{{ end }}{{ else }}c"), []);
        assert_eq!(told("{{ if a"), []);
        assert_eq!(told("{{ if a }}never closed"), []);
        let deep = format!("{}x{}", "{{ if a }}".repeat(200), "{{ end }}".repeat(200));
        assert_eq!(branches(deep.as_bytes()).len(), NESTING_MAX);
    }

    #[test]
    fn inner_branches_come_before_those_around_them() {
        let texts = |template: &str| told(template).into_iter().map(|told| told.1).collect::<Vec<_>>();
        assert_eq!(texts("{{ if a }}{{ range b }}x{{ end }}{{ end }}"), ["range b", "if a"]);
    }
}
