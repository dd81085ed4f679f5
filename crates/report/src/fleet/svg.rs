//! The fleet as a picture: a tree of rows, clusters over their units, each unit below the one that renders it; curves at the right
//! lead from a unit to those that it waits for.
//!
//! Needs no font metrics: texts are set in a monospaced font whose widths are counted, so that the picture is the same
//! everywhere. Nothing in it is a script or a link.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use gitops::{Cluster, Fleet, Outcome, Unit, UnitKey};

use super::{FleetCounts, below, counted};
use crate::visible::visible;
use crate::xml::escaped;

/// Pixels from one row to the next.
const ROW_PIXELS: usize = 22;
/// Pixels that a unit is further to the right than the one that renders it.
const STEP_PIXELS: usize = 22;
/// Pixels of a character of the font, rounded up.
const CHARACTER_PIXELS: usize = 8;
/// Pixels around the picture.
const MARGIN_PIXELS: usize = 16;
/// Pixels of room at the right for what waits for what.
const CURVES_PIXELS: usize = 120;
/// Units within units deeper than this are not drawn; none that people write is deeper than five.
const DEPTH_MAX: usize = 64;

const STYLE: &str = "text{font:13px ui-monospace,monospace;fill:#1f2328}.cluster{font-weight:bold}.quiet{fill:#59636e}.line{stroke:#d1d9e0;fill:none}.waits{stroke:#9198a1;fill:none;stroke-dasharray:3 3}.rendered{fill:#2da44e}.missing{fill:#fff;stroke:#cf222e;stroke-width:2}";

/// One row of the picture.
struct Row<'f> {
    depth: usize,
    what: What<'f>,
    /// The row of the unit that renders it.
    parent: Option<usize>,
}

enum What<'f> {
    Cluster(&'f Cluster),
    Unit(&'f Unit),
}

/// The fleet as SVG.
#[must_use]
pub fn svg(fleet: &Fleet) -> String {
    let mut rows = Vec::new();
    let mut curves = Vec::new();
    for cluster in &fleet.clusters {
        let first = rows.len();
        rows.push(Row { depth: 0, what: What::Cluster(cluster), parent: None });
        add_units(&mut rows, cluster, (None, first), 1);
        curves.extend(waits(&rows, first));
    }
    let widths = rows.iter().map(|row| left(row) + row.text().chars().count() * CHARACTER_PIXELS);
    let text_width = widths.max().unwrap_or(0);
    let width = text_width + CURVES_PIXELS + MARGIN_PIXELS;
    let height = (rows.len() + 1) * ROW_PIXELS + 2 * MARGIN_PIXELS;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\">\n<title>{}</title>\n<style>{STYLE}</style>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
        escaped(&FleetCounts::of(fleet).sentence())
    );
    for (position, row) in rows.iter().enumerate() {
        draw(&mut svg, &rows, (position, row));
    }
    for (from, to) in curves {
        curve(&mut svg, (from, to), text_width);
    }
    let sentence = escaped(&FleetCounts::of(fleet).sentence());
    let y = middle(rows.len()) + ROW_PIXELS / 5;
    let _ = writeln!(svg, "<text class=\"quiet\" x=\"{MARGIN_PIXELS}\" y=\"{y}\">{sentence}</text>");
    svg.push_str("</svg>\n");
    svg
}

/// Adds the units that a unit renders, each with what it renders itself.
fn add_units<'f>(
    rows: &mut Vec<Row<'f>>,
    cluster: &'f Cluster,
    (unit, row): (Option<usize>, usize),
    depth: usize,
) {
    if depth > DEPTH_MAX {
        return;
    }
    for (position, one) in below(cluster, unit) {
        let own = rows.len();
        rows.push(Row { depth, what: What::Unit(one), parent: Some(row) });
        add_units(rows, cluster, (Some(position), own), depth + 1);
    }
}

/// The rows of units with those of what they wait for, from a cluster's row on.
fn waits(rows: &[Row<'_>], first: usize) -> Vec<(usize, usize)> {
    let units = || {
        rows.iter().enumerate().skip(first).filter_map(|(position, row)| match row.what {
            What::Unit(unit) => Some((position, unit)),
            What::Cluster(_) => None,
        })
    };
    let by_key: BTreeMap<&UnitKey, usize> = units().map(|(position, unit)| (&unit.key, position)).collect();
    let of_one = |(position, unit): (usize, &Unit)| {
        let others = unit.depends_on.iter().filter_map(|key| by_key.get(key).copied());
        others.map(|other| (position, other)).collect::<Vec<_>>()
    };
    units().flat_map(of_one).collect()
}

impl Row<'_> {
    fn text(&self) -> String {
        match self.what {
            What::Cluster(cluster) => match cluster.version {
                Some(version) => format!("{}  Kubernetes {version}", cluster.name),
                None => cluster.name.clone(),
            },
            What::Unit(unit) => match &unit.outcome {
                Outcome::Rendered(_) => format!("{}  {}", unit.key, counted(unit.objects().len(), "object")),
                Outcome::NotAssessed(_) => format!("{}  not assessed", unit.key),
            },
        }
    }

    /// What is shown of it where somebody points at it.
    fn details(&self) -> String {
        match self.what {
            What::Cluster(cluster) => counted(cluster.units.len(), "unit"),
            What::Unit(unit) => {
                let missing = match &unit.outcome {
                    Outcome::Rendered(_) => None,
                    Outcome::NotAssessed(missing) => Some(missing.to_string()),
                };
                let lines = std::iter::once(unit.source.clone()).chain(missing).chain(unit.notes.clone());
                lines.collect::<Vec<_>>().join("\n")
            }
        }
    }
}

fn left(row: &Row<'_>) -> usize {
    MARGIN_PIXELS + row.depth * STEP_PIXELS
}

fn middle(row: usize) -> usize {
    MARGIN_PIXELS + row * ROW_PIXELS + ROW_PIXELS / 2
}

fn draw(svg: &mut String, rows: &[Row<'_>], (position, row): (usize, &Row<'_>)) {
    let (x, y) = (left(row), middle(position));
    if let Some((parent, above)) = row.parent.and_then(|parent| Some((parent, rows.get(parent)?))) {
        let _ =
            writeln!(svg, "<path class=\"line\" d=\"M{} {}V{y}H{x}\"/>", left(above) + 4, middle(parent) + 6);
    }
    let text = escaped(&visible(&row.text()));
    let baseline = y + ROW_PIXELS / 5;
    let details = escaped(&row.details());
    match row.what {
        What::Cluster(_) => {
            let _ = writeln!(
                svg,
                "<text class=\"cluster\" x=\"{x}\" y=\"{baseline}\">{text}<title>{details}</title></text>"
            );
        }
        What::Unit(unit) => {
            let class = if matches!(unit.outcome, Outcome::Rendered(_)) { "rendered" } else { "missing" };
            let _ = writeln!(
                svg,
                "<circle class=\"{class}\" cx=\"{}\" cy=\"{y}\" r=\"4\"/><text x=\"{}\" y=\"{baseline}\">{text}<title>{details}</title></text>",
                x + 4,
                x + 14
            );
        }
    }
}

/// A curve from a row to another one; the further they are apart, the further it goes out.
fn curve(svg: &mut String, (from, to): (usize, usize), left: usize) {
    let x = left + MARGIN_PIXELS;
    let out = x + (from.abs_diff(to) * 6).clamp(12, CURVES_PIXELS - MARGIN_PIXELS);
    let (y, end) = (middle(from), middle(to));
    let _ = writeln!(svg, "<path class=\"waits\" d=\"M{x} {y}C{out} {y} {out} {end} {x} {end}\"/>");
}
