//! A graph printed as kubectl prints objects, straight from its nodes.
//!
//! The text is the one that [`Graph::value`] and [`marshal_as_kubectl`] give, without the values in between: those take
//! memory for every key and scalar. What is seldom (floats, points in time, keys that need quotes) sends the whole graph
//! the long way, so that there is one place that knows about it.

use super::graph::{Data, Entry, Graph, NodeIndex};
use super::read::ReadGraph;
use super::scalar::Tag;
use crate::emit::{EmitYaml, direct, marshal_as_kubectl};
use crate::resolve::Meaning;

/// Why a graph cannot be printed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PrintGraph {
    /// Its nodes have no value.
    #[error(transparent)]
    Read(#[from] ReadGraph),
    /// Its value cannot be printed.
    #[error(transparent)]
    Emit(#[from] EmitYaml),
}

/// Collections within each other that are printed straight; deeper ones go the long way, which knows the limit.
const LEVELS_MAX: usize = 100;

/// Something that only the long way can print or refuse.
struct Unusual;

/// On what a value follows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum After {
    /// Nothing: it begins the text.
    Nothing,
    /// A key and its colon.
    Key,
    /// A dash.
    Dash,
}

/// Where a value stands: behind what, and at which indentation what holds it.
#[derive(Clone, Copy)]
struct Place {
    after: After,
    indent: usize,
    level: usize,
    is_in_flow: bool,
}

impl<O: Copy> Graph<O> {
    /// Adds to `text` what kubectl prints for the whole.
    ///
    /// # Errors
    /// If it has no value, or one that cannot be printed. Nothing is added then.
    pub fn print_as_kubectl(&self, text: &mut String) -> Result<(), PrintGraph> {
        let start = text.len();
        let place = Place { after: After::Nothing, indent: 0, level: 0, is_in_flow: false };
        let is_whole = !self.entries(self.root()).is_empty();
        if is_whole && self.print_node(self.root(), place, text).is_ok() {
            return Ok(());
        }
        text.truncate(start);
        text.push_str(&marshal_as_kubectl(&self.value()?)?);
        Ok(())
    }

    fn print_node(&self, index: NodeIndex, place: Place, text: &mut String) -> Result<(), Unusual> {
        if place.level > LEVELS_MAX {
            return Err(Unusual);
        }
        let node = self.node(index);
        let within = Place { is_in_flow: place.is_in_flow || node.is_flow, level: place.level + 1, ..place };
        match &node.data {
            Data::Scalar(scalar) => {
                let meaning = self.meaning(index, scalar, place.is_in_flow).map_err(|_| Unusual)?;
                print_scalar(&meaning, place, text)
            }
            Data::Mapping(entries) if entries.is_empty() => print_empty("{}", place, text),
            Data::Sequence(items) if items.is_empty() => print_empty("[]", place, text),
            Data::Mapping(entries) => self.print_entries(entries, within, text),
            Data::Sequence(items) => self.print_items(items, within, text),
        }
    }

    fn print_entries(&self, entries: &[Entry<O>], place: Place, text: &mut String) -> Result<(), Unusual> {
        let indent = match place.after {
            After::Nothing => 0,
            After::Key => {
                text.push('\n');
                place.indent + STEP
            }
            After::Dash => {
                text.push(' ');
                place.indent + STEP
            }
        };
        let mut sorted: Vec<&Entry<O>> = entries.iter().collect();
        direct::sort_by_key(&mut sorted, |entry| &entry.key.text).map_err(|_| Unusual)?;
        let mut is_on_line = place.after != After::Key;
        for entry in sorted {
            // A key that is no text is a fault below the root, and printed otherwise than it is written at it.
            let is_text = entry.key.tag == Tag::Str || matches!(entry.key.meaning(), Ok(Meaning::String(_)));
            if !is_text || !direct::is_tame_key(&entry.key.text) {
                return Err(Unusual);
            }
            if !std::mem::take(&mut is_on_line) {
                push_spaces(text, indent);
            }
            direct::push_key(text, &entry.key.text);
            text.push(':');
            self.print_node(entry.value, Place { after: After::Key, indent, ..place }, text)?;
        }
        Ok(())
    }

    fn print_items(&self, items: &[NodeIndex], place: Place, text: &mut String) -> Result<(), Unusual> {
        let indent = match place.after {
            // The root of an object is a mapping.
            After::Nothing => return Err(Unusual),
            After::Key => {
                text.push('\n');
                place.indent
            }
            After::Dash => {
                text.push(' ');
                place.indent + STEP
            }
        };
        let mut is_on_line = place.after != After::Key;
        for item in items {
            if !std::mem::take(&mut is_on_line) {
                push_spaces(text, indent);
            }
            text.push('-');
            self.print_node(*item, Place { after: After::Dash, indent, ..place }, text)?;
        }
        Ok(())
    }
}

/// Columns of one level.
const STEP: usize = 2;

fn push_spaces(text: &mut String, count: usize) {
    text.extend(std::iter::repeat_n(' ', count));
}

fn print_empty(brackets: &str, place: Place, text: &mut String) -> Result<(), Unusual> {
    if place.after == After::Nothing {
        return Err(Unusual);
    }
    text.push(' ');
    text.push_str(brackets);
    text.push('\n');
    Ok(())
}

fn print_scalar(meaning: &Meaning<'_>, place: Place, text: &mut String) -> Result<(), Unusual> {
    use std::fmt::Write as _;
    match meaning {
        Meaning::String(content) => {
            direct::push_text(text, content, place.indent + STEP).map_err(|_| Unusual)
        }
        Meaning::Null => {
            text.push_str(" null\n");
            Ok(())
        }
        Meaning::Bool(value) => {
            text.push_str(if *value { " true\n" } else { " false\n" });
            Ok(())
        }
        Meaning::Int(value) => writeln!(text, " {value}").map_err(|_| Unusual),
        Meaning::Unsigned(_)
        | Meaning::Float(_)
        | Meaning::Timestamp(_)
        | Meaning::Merge
        | Meaning::Binary(_) => Err(Unusual),
    }
}

#[cfg(test)]
mod tests {
    use text::{NoOrigins, TextId};

    use super::*;

    fn graph(yaml: &str) -> Graph<()> {
        let document = crate::parse(TextId(0), yaml.as_bytes(), 0..yaml.len(), None).unwrap();
        Graph::take::<NoOrigins>(&document, document.root().unwrap()).unwrap()
    }

    /// The straight way alone, and what the long way gives.
    fn both(yaml: &str) -> (Option<String>, Result<String, PrintGraph>) {
        let graph = graph(yaml);
        let place = Place { after: After::Nothing, indent: 0, level: 0, is_in_flow: false };
        let mut text = String::new();
        let straight = graph.print_node(graph.root(), place, &mut text).is_ok().then_some(text);
        let long = graph.value().map_err(PrintGraph::from);
        (straight, long.and_then(|value| Ok(marshal_as_kubectl(&value)?)))
    }

    const STRAIGHT: &[&str] = &[
        "b: 1\na: x\n",
        "a: {b: [], c: {}, d: [[1, [2]], {e: f}, []]}\n",
        "a:\n- b: 1\n  c:\n  - d\n  -\n  - - x\n    - y: z\n      w: v\n",
        "a1: x\na10: y\na2: z\nA_: 1\nAb: 2\nfoo.io/a-b: 3\n",
        "1a: x\n'12': y\n'2': z\n",
        "a: 'true'\nb: yes\nc: '1:30'\nd: ''\ne: '~'\nf: \"\"\ng: 0o17\nh: '0x1f'\ni: -5\nj: '1_000'\n",
        "a: '- x'\nb: 'a: b'\nc: 'a #b'\nd: '#a'\ne: 'a:'\nf: '---'\ng: '-'\nh: '%a'\ni: '@a'\nj: ' a'\nk: 'a '\nl: '?'\n",
        "a: \"b\\nc\"\nb: \"b\\nc\\n\"\nc: \"b\\n\\n\"\nd: \" b\\nc\"\ne: \"b \\nc\"\nf: \"\\tb\\nc\"\n",
        "a:\n- \"b\\nc\"\n- x: \"b\\nc\\n\"\n  y: z\n- [\"k\\n\"]\n",
        "a: \u{e9}\u{4e2d}\nb: \"\\x01\"\nc: \"\\u2028\"\nd: \"a\\tb\"\n",
        "a: {b: , c: [~, '']}\n",
        "a: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb cccccccccccccccccccccccc d  e f\n",
        "a:\n  b:\n  - 'yes aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb ccccccccccccccccccccc d  e f'\n",
        "a: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n",
        "y: 1\nn: 2\n'5': 4\n",
    ];

    #[test]
    fn what_is_printed_straight_is_what_the_long_way_prints() {
        for yaml in STRAIGHT {
            let (straight, long) = both(yaml);
            assert_eq!(straight, Some(long.unwrap()), "{yaml}");
        }
    }

    #[test]
    fn what_is_seldom_goes_the_long_way() {
        for yaml in [
            "a: 0.5\n",
            "a: 2020-01-01\n",
            "a: !!binary YQ==\n",
            "a: 18446744073709551615\n",
            "'a b: c': 1\n",
            "a: {5: 1}\n",
            "true: 3\n",
            "{a: 1, a: 2}\n",
            "a: {~: 1}\n",
            "a: \"\\x7f\"\n",
        ] {
            let (straight, long) = both(yaml);
            assert_eq!(straight, None, "{yaml}");
            let mut text = String::from("x");
            match long {
                Ok(long) => {
                    assert_eq!(graph(yaml).print_as_kubectl(&mut text), Ok(()));
                    assert_eq!(text, format!("x{long}"));
                }
                Err(error) => {
                    assert_eq!(graph(yaml).print_as_kubectl(&mut text), Err(error));
                    assert_eq!(text, "x");
                }
            }
        }
    }
}
