//! Any bytes are the archive of a chart or are refused, and nothing in it has a name that leads out.

use helm::chart::Chart;
use text::Texts;

pub(crate) fn check(bytes: &[u8]) {
    let mut texts = Texts::new();
    if let Ok(chart) = Chart::of_archive(bytes, "fuzz", &mut texts) {
        check_names(&chart);
    }
}

fn check_names(chart: &Chart) {
    for file in chart.templates.iter().chain(&chart.files) {
        let leads_out = file.name.starts_with('/') || file.name.split('/').any(|part| part == "..");
        assert!(!leads_out, "{}", file.name);
    }
    chart.dependencies.iter().for_each(check_names);
}
