//! What must hold between the cells of a row and between rows: order of events, replacements that
//! exist, no cycles. The families of APIs are computed here too.

use std::collections::{BTreeMap, BTreeSet};

use version::{AddonVersion, Minor};

use super::cell;
use super::table::{Fault, Row, Table};

#[path = "../src/version_range.rs"]
mod version_range;

/// Group, version and kind of a row, borrowed.
type Gvk<'t> = (&'t str, &'t str, &'t str);

fn gvk<'t>(table: &Table, row: &'t Row) -> Gvk<'t> {
    (cell::group(table.cell(row, "group")), table.cell(row, "version"), table.cell(row, "kind"))
}

fn minor_at(table: &Table, row: &Row, column: &str) -> Option<Minor> {
    cell::minor(table.cell(row, column)).ok()
}

/// The first minor is not after the last.
pub(crate) fn check_served(table: &Table) -> Result<(), Fault> {
    table.rows.iter().try_for_each(|row| check_order(table, row, &["first", "last"]))
}

/// Events in order, a replacement that is a row and not the row itself, a mark for conversion only
/// where there is a replacement.
pub(crate) fn check_apis(table: &Table) -> Result<(), Fault> {
    let known: BTreeSet<Gvk<'_>> = table.rows.iter().map(|row| gvk(table, row)).collect();
    for row in &table.rows {
        check_order(table, row, &["introduced", "deprecated", "removed"])?;
        check_order(table, row, &["removed", "enableable_until"])?;
        check_replacement(table, row, &known)?;
        if table.cell(row, "replacement").is_empty() != table.cell(row, "conversion").is_empty()
            && table.cell(row, "replacement").is_empty()
        {
            let reason = "a conversion without a replacement".to_owned();
            return Err(table.fault(row, "conversion", reason));
        }
    }
    Ok(())
}

fn check_order(table: &Table, row: &Row, columns: &[&str]) -> Result<(), Fault> {
    let mut before: Option<(Minor, &str)> = None;
    for column in columns {
        let Some(minor) = minor_at(table, row, column) else { continue };
        if let Some((earlier, name)) = before
            && minor < earlier
        {
            return Err(table.fault(row, column, format!("{minor} lies before '{name}', {earlier}")));
        }
        before = Some((minor, column));
    }
    Ok(())
}

fn check_replacement(table: &Table, row: &Row, known: &BTreeSet<Gvk<'_>>) -> Result<(), Fault> {
    let text = table.cell(row, "replacement");
    if text.is_empty() {
        return Ok(());
    }
    let fault = |reason| table.fault(row, "replacement", reason);
    let replacement = cell::group_version_kind(text).map_err(fault)?;
    if replacement == gvk(table, row) {
        return Err(fault(format!("'{text}' is the row itself")));
    }
    if !known.contains(&replacement) {
        return Err(fault(format!("'{text}' is no row of this file: add it or correct the cell")));
    }
    Ok(())
}

/// The same for CRDs, whose events are versions of the add-on.
pub(crate) fn check_crds(table: &Table) -> Result<(), Fault> {
    let known: BTreeSet<Gvk<'_>> = table.rows.iter().map(|row| gvk(table, row)).collect();
    for row in &table.rows {
        let mut before: Option<(AddonVersion, &str)> = None;
        for column in ["introduced", "deprecated", "unserved", "removed"] {
            let Ok(version) = cell::addon_version(table.cell(row, column)) else { continue };
            if let Some((earlier, name)) = &before
                && version < *earlier
            {
                return Err(table.fault(row, column, format!("{version} lies before '{name}', {earlier}")));
            }
            before = Some((version, column));
        }
        let removed = !table.cell(row, "removed").is_empty();
        if removed != (table.cell(row, "state") == "removed") {
            let reason = "must be 'removed' where 'removed' names a version, and only there".to_owned();
            return Err(table.fault(row, "state", reason));
        }
        check_replacement(table, row, &known)?;
    }
    Ok(())
}

/// Milestones in order: partial, effective, locked.
pub(crate) fn check_behaviours(table: &Table) -> Result<(), Fault> {
    for row in &table.rows {
        check_order(table, row, &["partial", "effective", "locked"])?;
    }
    Ok(())
}

/// One row per minor without a gap, and dates in order within each.
pub(crate) fn check_releases(table: &Table) -> Result<(), Fault> {
    let mut before: Option<Minor> = None;
    for row in &table.rows {
        let minor = minor_at(table, row, "minor");
        if let (Some(before), Some(minor)) = (before, minor)
            && minor != before.next()
        {
            return Err(table.fault(row, "minor", format!("{minor} follows {before}: a minor is missing")));
        }
        before = minor;
        check_dates(table, row, &["upstream_release", "upstream_eol"])?;
        check_dates(
            table,
            row,
            &["upstream_release", "eks_release", "eks_end_standard", "eks_end_extended"],
        )?;
    }
    Ok(())
}

fn check_dates(table: &Table, row: &Row, columns: &[&str]) -> Result<(), Fault> {
    let mut before: Option<((i16, i8, i8), &str)> = None;
    for column in columns {
        let Ok(date) = cell::date(table.cell(row, column)) else { continue };
        if let Some((earlier, name)) = before
            && date <= earlier
        {
            return Err(table.fault(row, column, format!("lies before '{name}'")));
        }
        before = Some((date, column));
    }
    Ok(())
}

/// Oldest minor not after the newest.
pub(crate) fn check_addons(table: &Table) -> Result<(), Fault> {
    for row in &table.rows {
        check_order(table, row, &["min_k8s", "max_k8s"])?;
    }
    Ok(())
}

/// Says what is wrong with ranges of versions, if anything is.
pub(crate) fn check_ranges(ranges: &str) -> Result<(), String> {
    match version_range::contains(ranges, &AddonVersion::new(1, 0, 0)) {
        Some(_) => Ok(()),
        None => Err(format!("'{ranges}' is not in the notation for ranges: see data/README.md")),
    }
}

/// For each row the index of the first row of its family: rows of one kind in one group, joined with
/// the group that replaced theirs (Ingress of `extensions` and of `networking.k8s.io`). A replacement
/// of another kind does not join: that is not the same object.
pub(crate) fn families(table: &Table) -> Vec<usize> {
    let mut first: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut family: Vec<usize> = Vec::new();
    for (index, row) in table.rows.iter().enumerate() {
        let (group, _, kind) = gvk(table, row);
        family.push(*first.entry((group, kind)).or_insert(index));
    }
    for (index, row) in table.rows.iter().enumerate() {
        let Ok((group, _, kind)) = cell::group_version_kind(table.cell(row, "replacement")) else { continue };
        if kind != table.cell(row, "kind") {
            continue;
        }
        let (Some(&own), Some(start)) = (family.get(index), first.get(&(group, kind))) else { continue };
        let Some(&other) = family.get(*start) else { continue };
        let (low, high) = (own.min(other), own.max(other));
        for member in &mut family {
            if *member == high {
                *member = low;
            }
        }
    }
    family
}
