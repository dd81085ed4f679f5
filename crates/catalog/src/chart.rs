//! Which version of a chart is known for the minors of a way.
//!
//! What is said about a chart's own versions counts for the chart; what is said about the program's counts only where the chart
//! is numbered like its program, which whoever has the chart knows.

use version::{AddonVersion, Minor};

use crate::addon::{AddonCompatibility, VersionOf, addon_compatibility, addons};

/// What is known of newer versions of a chart.
#[derive(Debug, Clone, Copy)]
pub enum ForChart {
    /// The oldest version that is newer than the one in use and is said to go with all of the minors: a version, or a range
    /// such as `1.12.x`.
    Version {
        /// The version or range, as Helm reads it.
        version: &'static str,
        /// What says so.
        row: AddonCompatibility,
    },
    /// Something is said about the program's versions alone, and the chart has a numbering of its own.
    OnlyProgram(&'static str),
    /// Nothing newer is said to go with all of the minors.
    NoneKnown(&'static str),
    /// Nothing is said about it.
    Unknown,
}

/// What is known for the chart of this name in use at `current`; `is_of_program` says whether it is numbered like its program.
#[must_use]
pub fn chart_version(
    chart: &str,
    (current, is_of_program): (&AddonVersion, bool),
    (first, last): (Minor, Minor),
) -> ForChart {
    let rows = addons().flat_map(addon_compatibility).filter(|row| chart_name(*row) == chart);
    let rows: Vec<AddonCompatibility> = rows.collect();
    let Some(addon) = rows.first().map(|row| row.addon()) else { return ForChart::Unknown };
    let (own, of_program): (Vec<_>, Vec<_>) =
        rows.into_iter().partition(|row| row.version_of() == VersionOf::Chart);
    let usable: Vec<AddonCompatibility> = match is_of_program {
        true if !of_program.is_empty() => of_program,
        _ if own.is_empty() => return ForChart::OnlyProgram(addon),
        _ => own,
    };
    let goes_with = |row: &AddonCompatibility| {
        row.oldest().is_some_and(|oldest| oldest <= first) && row.newest().is_none_or(|newest| last <= newest)
    };
    let begin = |row: AddonCompatibility| {
        let (text, version) = begin(row.versions())?;
        (version > *current).then_some((version, text, row))
    };
    let newer = usable.into_iter().filter(goes_with).filter_map(begin);
    match newer.min_by(|one, other| one.0.cmp(&other.0)) {
        Some((_, version, row)) => ForChart::Version { version, row },
        None => ForChart::NoneKnown(addon),
    }
}

/// The name of the chart of a row: `jetstack/cert-manager`, `oci://host/karpenter/karpenter` and `keda chart` end with it.
fn chart_name(row: AddonCompatibility) -> &'static str {
    let chart = row.chart();
    let chart = chart.strip_suffix(" chart").unwrap_or(chart);
    chart.rsplit('/').next().unwrap_or(chart)
}

/// Where a range begins: its text, and the version.
fn begin(range: &'static str) -> Option<(&'static str, AddonVersion)> {
    let text = range.split_once("..").map_or(range, |(first, _)| first);
    let version = text.strip_suffix(".x").unwrap_or(text).parse().ok()?;
    Some((text, version))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(chart: &str, current: &str, is_of_program: bool, way: (u16, u16)) -> String {
        let (first, last) = (Minor::new(way.0), Minor::new(way.1));
        match chart_version(chart, (&current.parse().unwrap(), is_of_program), (first, last)) {
            ForChart::Version { version, .. } => version.to_owned(),
            ForChart::OnlyProgram(addon) => format!("only {addon}"),
            ForChart::NoneKnown(addon) => format!("none of {addon}"),
            ForChart::Unknown => "unknown".to_owned(),
        }
    }

    #[test]
    fn the_oldest_newer_version_that_goes_with_the_way_is_known() {
        assert_eq!(told("ingress-nginx", "3.36.0", false, (21, 22)), "4.0.1");
        assert_eq!(told("cert-manager", "v1.5.3", true, (24, 25)), "1.10.x");
        assert_eq!(told("cluster-autoscaler", "9.21.0", false, (24, 26)), "only cluster-autoscaler");
        assert_eq!(told("ingress-nginx", "99.0.0", false, (21, 22)), "none of ingress-nginx");
        assert_eq!(told("something-else", "1.0.0", false, (21, 22)), "unknown");
    }
}
