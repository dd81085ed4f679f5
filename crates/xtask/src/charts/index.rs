//! The `index.yaml` of a chart repository.

use super::list::Listed;

/// When the archives are said to be made: one time, so that the same list gives the same bytes.
const CREATED: &str = "2020-01-01T00:00:00Z";

/// The text of an index with these charts, each with the digits of its archive's digest.
pub(super) fn text(charts: &[(&Listed, String)]) -> String {
    let mut text = "apiVersion: v1\nentries:\n".to_owned();
    let mut sorted: Vec<&(&Listed, String)> = charts.iter().collect();
    sorted.sort_by_key(|(chart, _)| &chart.name);
    let mut latest = "";
    for (chart, digest) in sorted {
        if chart.name != latest {
            text.push_str(&format!("  {}:\n", chart.name));
            latest = &chart.name;
        }
        text.push_str(&format!(
            "  - apiVersion: v2\n    name: {}\n    version: \"{}\"\n    created: \"{CREATED}\"\n    digest: {digest}\n    urls:\n    - {}\n",
            chart.name,
            chart.version,
            super::archive_name(chart)
        ));
    }
    text.push_str(&format!("generated: \"{CREATED}\"\n"));
    text
}
