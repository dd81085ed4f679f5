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
    let templates = chart.templates.iter().chain(&chart.crds).map(|file| &file.name);
    for name in templates.chain(chart.files.keys()) {
        let leads_out = name.starts_with('/') || name.split('/').any(|part| part == "..");
        assert!(!leads_out, "{name}");
    }
    chart.dependencies.iter().for_each(check_names);
}
