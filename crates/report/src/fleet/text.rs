//! The tree of a fleet for people.

use std::fmt::Write as _;

use gitops::{Cluster, Fleet, Outcome, Undeployed, Unit};

use super::{FleetCounts, below, counted};
use crate::visible::visible;

/// Units within units deeper than this are not drawn; none that people write is deeper than five.
const DEPTH_MAX: usize = 64;

/// The clusters with their units, each with what it renders; with all objects if `shows_objects`.
#[must_use]
pub fn text(fleet: &Fleet, shows_objects: bool) -> String {
    let mut text = String::new();
    for cluster in &fleet.clusters {
        let version = cluster.version.map_or_else(String::new, |version| format!("  Kubernetes {version}"));
        let _ = writeln!(text, "{}{version}", visible(&cluster.name));
        let mut tree = Tree { cluster, shows_objects, text: &mut text };
        tree.units(None, "", 0);
        text.push('\n');
    }
    for Undeployed { path, name: (namespace, name) } in &fleet.undeployed {
        let _ = writeln!(
            text,
            "nothing deploys {}: Kustomization {}",
            visible(path),
            visible(&format!("{namespace}/{name}"))
        );
    }
    for assumption in &fleet.assumptions {
        let _ = writeln!(text, "assumed: {}", visible(&assumption.to_string()));
    }
    let _ = writeln!(text, "{}", FleetCounts::of(fleet).sentence());
    text
}

struct Tree<'t> {
    cluster: &'t Cluster,
    shows_objects: bool,
    text: &'t mut String,
}

impl Tree<'_> {
    fn units(&mut self, parent: Option<usize>, indent: &str, depth: usize) {
        if depth > DEPTH_MAX {
            return;
        }
        let cluster = self.cluster;
        let units: Vec<_> = below(cluster, parent).collect();
        for (place, (position, unit)) in units.iter().enumerate() {
            let is_last = place + 1 == units.len();
            let (branch, below) = if is_last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
            let _ = writeln!(self.text, "{indent}{branch}{}", visible(&line(unit)));
            let indent = format!("{indent}{below}");
            let has_units = super::below(cluster, Some(*position)).next().is_some();
            self.details(unit, &format!("{indent}{}", if has_units { "│    " } else { "     " }));
            self.units(Some(*position), &indent, depth + 1);
        }
    }

    fn details(&mut self, unit: &Unit, indent: &str) {
        if let Outcome::NotAssessed(missing) = &unit.outcome {
            let _ = writeln!(self.text, "{indent}not assessed: {}", visible(&missing.to_string()));
        }
        for note in &unit.notes {
            let _ = writeln!(self.text, "{indent}note: {}", visible(note));
        }
        for object in unit.objects().iter().filter(|_| self.shows_objects) {
            let _ = writeln!(
                self.text,
                "{indent}{} ({})",
                visible(&object.id.to_string()),
                visible(&object.api_version)
            );
        }
    }
}

/// What a unit is, where it comes from, what it waits for, and how much it renders.
fn line(unit: &Unit) -> String {
    let mut parts = vec![format!("{}  ← {}", unit.key, unit.source)];
    if !unit.depends_on.is_empty() {
        let names: Vec<&str> = unit.depends_on.iter().map(|key| key.name.as_str()).collect();
        parts.push(format!("after {}", names.join(", ")));
    }
    if unit.is_suspended {
        parts.push("suspended".to_owned());
    }
    if let Outcome::Rendered(_) = &unit.outcome {
        parts.push(counted(unit.objects().len(), "object"));
    }
    parts.join("  ")
}
