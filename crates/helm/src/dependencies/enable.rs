//! Aliases, tags and conditions.

use gotemplate::{Data, Ledger, Map};

use super::{EnableCharts, EnabledChart};
use crate::HelmVersion;
use crate::chart::Dependency;
use crate::ranges::is_compatible;
use crate::values::tables::{table_at, value_at};
use crate::values::{GLOBAL, coalesce};

/// The key of the values by which tags are switched.
const TAGS: &str = "tags";

/// Gives charts their aliases and takes away those that are off, at every depth.
pub(super) fn enable(
    root: &mut EnabledChart<'_>,
    given: &Map,
    context: (HelmVersion, &Ledger),
    warnings: &mut Vec<String>,
) -> Result<(), EnableCharts> {
    enable_below(root, (given, ""), context, warnings)
}

/// `values` are those of the root with what each chart on the way here says at the root: conditions are looked up there,
/// behind `path`, the names on the way with a dot after each.
fn enable_below(
    chart: &mut EnabledChart<'_>,
    (values, path): (&Map, &str),
    (version, ledger): (HelmVersion, &Ledger),
    warnings: &mut Vec<String>,
) -> Result<(), EnableCharts> {
    if !chart.chart.metadata.lists_dependencies {
        return Ok(());
    }
    chart.dependencies = required(chart);
    for requirement in &mut chart.requirements {
        requirement.name = requirement.key().to_owned();
        requirement.enabled = true;
    }
    let coalesced = coalesce(chart, values, (version, false), ledger)?;
    for requirement in &mut chart.requirements {
        switch_by_tags(requirement, &coalesced.values, warnings);
        switch_by_conditions(requirement, (&coalesced.values, path), warnings);
    }
    let off: Vec<String> = chart
        .requirements
        .iter()
        .filter(|requirement| !requirement.enabled)
        .map(|requirement| requirement.name.clone())
        .collect();
    chart.dependencies.retain(|dependency| !off.contains(&dependency.name));
    chart.requirements.retain(|requirement| !off.contains(&requirement.name));
    for dependency in &mut chart.dependencies {
        let below = format!("{path}{}.", dependency.name);
        let seen = seen_below(&coalesced.values, &below);
        enable_below(dependency, (&seen, &below), (version, ledger), warnings)?;
    }
    Ok(())
}

/// The charts that are held but not named, then those that are named, each under its alias.
fn required<'c>(chart: &EnabledChart<'c>) -> Vec<EnabledChart<'c>> {
    let fits = |requirement: &Dependency, held: &EnabledChart<'_>| {
        held.name == requirement.name && is_compatible(&requirement.version, &held.chart.metadata.version)
    };
    let is_named =
        |held: &EnabledChart<'_>| chart.requirements.iter().any(|requirement| fits(requirement, held));
    let unnamed = chart.dependencies.iter().filter(|held| !is_named(held));
    let unnamed = unnamed.map(|held| held.named(&held.name));
    let named = chart.requirements.iter().filter_map(|requirement| {
        let held = chart.dependencies.iter().find(|held| fits(requirement, held))?;
        Some(held.named(requirement.key()))
    });
    unnamed.chain(named).collect()
}

fn switch_by_tags(requirement: &mut Dependency, values: &Map, warnings: &mut Vec<String>) {
    let Some(tags) = table_at(values, TAGS) else { return };
    let (mut is_on, mut is_off) = (false, false);
    for tag in &requirement.tags {
        match tags.get(tag.as_bytes()).map(|value| value.data) {
            Some(Data::Bool(true)) => is_on = true,
            Some(Data::Bool(false)) => is_off = true,
            Some(_) => warnings
                .push(format!("Warning: Tag '{tag}' for chart {} returned non-bool value", requirement.name)),
            None => {}
        }
    }
    requirement.enabled = is_on || !is_off;
}

/// The first condition that is a bool decides.
fn switch_by_conditions(
    requirement: &mut Dependency,
    (values, path): (&Map, &str),
    warnings: &mut Vec<String>,
) {
    for condition in requirement.condition.trim().split(',').filter(|condition| !condition.is_empty()) {
        match value_at(values, &format!("{path}{condition}")).map(|value| value.data) {
            Some(Data::Bool(is_on)) => {
                requirement.enabled = is_on;
                return;
            }
            Some(_) => warnings.push(format!(
                "Warning: Condition path '{condition}' for chart {} returned non-bool value",
                requirement.name
            )),
            None => {}
        }
    }
}

/// What conditions below `path` can see: its own table, tags and globals, and what is no table at all. The tables of other
/// charts would be copied once for each chart, and nothing there reads them.
fn seen_below(values: &Map, path: &str) -> Map {
    let first = path.split('.').next().unwrap_or_default();
    let is_seen = |key: &[u8]| [first, TAGS, GLOBAL].iter().any(|name| name.as_bytes() == key);
    let entries = values.entries();
    let seen = entries
        .iter()
        .filter(|(key, entry)| is_seen(key.as_slice()) || entry.value.as_map().is_none())
        .map(|(key, entry)| (key.clone(), entry.clone()));
    Map::of(values.map_type, seen.collect())
}
