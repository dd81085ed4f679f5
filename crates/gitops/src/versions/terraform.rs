//! Versions in Terraform: of `aws_eks_cluster` and of modules for EKS.
//!
//! Reads blocks and their attributes line by line, as `terraform fmt` lays them out. Of values it knows texts, `local.NAME` and the
//! defaults of `var.NAME`, in the files of one folder.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Found;

/// How many names are followed from one to the next.
const NAMES_MAX: usize = 8;

/// A block of the outermost level with the attributes that stand in it directly.
struct Block<'t> {
    /// The words before its brace.
    head: Vec<&'t str>,
    attributes: BTreeMap<&'t str, Value<'t>>,
}

/// What stands behind an equals sign.
#[derive(Clone, Copy)]
struct Value<'t> {
    file: &'t str,
    text: &'t str,
    start: usize,
}

/// A text that a value leads to.
struct Literal<'t> {
    file: &'t str,
    text: &'t str,
    range: Range<usize>,
}

/// All that files of one folder say: each is its path and its text. Gives the path with each.
pub(super) fn found<'t>(files: &[(&'t str, &'t str)]) -> Vec<(&'t str, Found)> {
    let blocks: Vec<Block<'t>> = files.iter().flat_map(|(path, text)| blocks(path, text)).collect();
    let names = Names::of(&blocks);
    let of_block = |block: &Block<'t>| {
        let (name, version) = block.fields()?;
        let version = names.literal(*block.attributes.get(version)?)?;
        let name = block.attributes.get(name).and_then(|value| names.literal(*value));
        let found = Found {
            what: "Terraform",
            cluster: name.map(|name| name.text.to_owned()),
            version: version.text.to_owned(),
            range: version.range,
            is_of_any: true,
        };
        Some((version.file, found))
    };
    blocks.iter().filter_map(of_block).collect()
}

impl Block<'_> {
    /// The attributes that hold the name and the version of a cluster, if it makes one.
    fn fields(&self) -> Option<(&'static str, &'static str)> {
        match self.head.as_slice() {
            ["resource", kind, ..] if unquoted(kind) == Some("aws_eks_cluster") => Some(("name", "version")),
            ["module", ..] => {
                let source = self.attributes.get("source").and_then(|value| unquoted(value.text))?;
                if !source.contains("/eks/aws") && !source.contains("terraform-aws-eks") {
                    return None;
                }
                // Since version 21 of the module.
                let is_new = self.attributes.contains_key("kubernetes_version");
                Some(if is_new {
                    ("name", "kubernetes_version")
                } else {
                    ("cluster_name", "cluster_version")
                })
            }
            _ => None,
        }
    }
}

/// What names stand for.
struct Names<'t> {
    locals: BTreeMap<&'t str, Value<'t>>,
    defaults: BTreeMap<&'t str, Value<'t>>,
}

impl<'t> Names<'t> {
    fn of(blocks: &[Block<'t>]) -> Self {
        let mut names = Self { locals: BTreeMap::new(), defaults: BTreeMap::new() };
        for Block { head, attributes } in blocks {
            match head.as_slice() {
                ["locals"] => names.locals.extend(attributes),
                ["variable", name] => {
                    let default = unquoted(name).zip(attributes.get("default").copied());
                    names.defaults.extend(default);
                }
                _ => {}
            }
        }
        names
    }

    /// The text that a value is in the end.
    fn literal(&self, value: Value<'t>) -> Option<Literal<'t>> {
        let mut value = value;
        for _ in 0..NAMES_MAX {
            let text = match unquoted(value.text) {
                Some(text) => match text.strip_prefix("${").and_then(|text| text.strip_suffix('}')) {
                    Some(inner) => inner.trim(),
                    None => {
                        let start = value.start + 1;
                        return Some(Literal { file: value.file, text, range: start..start + text.len() });
                    }
                },
                None => value.text,
            };
            value = match text.split_once('.') {
                Some(("local", name)) => *self.locals.get(name)?,
                Some(("var", name)) => *self.defaults.get(name)?,
                _ => return None,
            };
        }
        None
    }
}

/// The text between quotes.
fn unquoted(text: &str) -> Option<&str> {
    text.strip_prefix('"')?.strip_suffix('"').filter(|text| !text.contains('"'))
}

/// The outermost blocks of a text. What is no block is passed over, so that Terraform is found within other texts.
fn blocks<'t>(file: &'t str, text: &'t str) -> Vec<Block<'t>> {
    let mut found: Vec<Block<'t>> = Vec::new();
    let mut depth = 0_usize;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let code = without_comment(line);
        let (opened, closed) = (code.matches(['{', '[', '(']).count(), code.matches(['}', ']', ')']).count());
        if depth == 0 {
            if let Some(head) = code.trim().strip_suffix('{').map(str::trim).filter(|head| is_head(head)) {
                found.push(Block { head: head.split_whitespace().collect(), attributes: BTreeMap::new() });
                depth = 1;
            }
        } else {
            if depth == 1
                && let Some(block) = found.last_mut()
                && let Some((name, value)) = code.split_once('=')
            {
                let text = value.trim();
                let at = start + (name.len() + 1) + (value.len() - value.trim_start().len());
                block.attributes.insert(name.trim(), Value { file, text, start: at });
            }
            depth = (depth + opened).saturating_sub(closed);
        }
        start += line.len();
    }
    found
}

/// Whether a line begins a block that matters: `locals`, `variable "x"`, `module "x"`, `resource "x" "y"`.
fn is_head(head: &str) -> bool {
    let mut words = head.split_whitespace();
    let first = words.next().unwrap_or_default();
    let count = words.clone().count();
    let are_quoted = words.all(|word| unquoted(word).is_some());
    are_quoted && matches!((first, count), ("locals", 0) | ("variable" | "module", 1) | ("resource", 2))
}

/// A line up to its comment. A `#` in a text is none.
fn without_comment(line: &str) -> &str {
    let mut is_quoted = false;
    for (at, character) in line.char_indices() {
        match character {
            '"' => is_quoted = !is_quoted,
            '#' if !is_quoted => return line.get(..at).unwrap_or(line),
            '/' if !is_quoted && line.get(at..).is_some_and(|rest| rest.starts_with("//")) => {
                return line.get(..at).unwrap_or(line);
            }
            _ => {}
        }
    }
    line
}
