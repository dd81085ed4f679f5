//! The fleet as a graph of Graphviz: clusters hold units; full arrows lead to what a unit renders, dashed ones to what it
//! waits for.

use std::fmt::Write as _;

use gitops::{Cluster, Fleet, Outcome, Unit, UnitKey};

/// The fleet as DOT.
#[must_use]
pub fn dot(fleet: &Fleet) -> String {
    let mut text =
        String::from("digraph fleet {\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n");
    for (number, cluster) in fleet.clusters.iter().enumerate() {
        let _ = writeln!(text, "  subgraph cluster_{number} {{\n    label={};", quoted(&cluster.name));
        for (position, unit) in cluster.units.iter().enumerate() {
            node(&mut text, (number, position), unit);
        }
        edges(&mut text, number, cluster);
        text.push_str("  }\n");
    }
    text.push_str("}\n");
    text
}

fn node(text: &mut String, (cluster, position): (usize, usize), unit: &Unit) {
    let (count, style) = match &unit.outcome {
        Outcome::Rendered(_) => (format!("{} objects", unit.objects().len()), ""),
        Outcome::NotAssessed(_) => ("not assessed".to_owned(), ", style=dashed, color=red"),
    };
    let label = format!("{}\n{}\n{count}", unit.key, unit.source);
    let _ = writeln!(text, "    u{cluster}_{position} [label={}{style}];", quoted(&label));
}

fn edges(text: &mut String, number: usize, cluster: &Cluster) {
    let position_of = |wanted: &UnitKey| cluster.units.iter().position(|unit| unit.key == *wanted);
    for (position, unit) in cluster.units.iter().enumerate() {
        if let Some(parent) = unit.parent.filter(|parent| *parent != position) {
            let _ = writeln!(text, "    u{number}_{parent} -> u{number}_{position};");
        }
        for other in unit.depends_on.iter().filter_map(position_of) {
            let _ = writeln!(text, "    u{number}_{position} -> u{number}_{other} [style=dashed];");
        }
    }
}

/// A text as DOT quotes it, without characters that act on a terminal.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '\n' => quoted.push_str("\\n"),
            '"' | '\\' => quoted.extend(['\\', character]),
            character if character.is_control() => quoted.push('?'),
            character => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}
