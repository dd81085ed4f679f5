//! GitHub workflow commands: annotations on the lines of a pull request.

use std::fmt::Write;

use checks::Severity;

use crate::scan::ScanReport;

/// One workflow command for each finding, and one for each thing that was not assessed.
#[must_use]
pub fn github(report: &ScanReport<'_>) -> String {
    let mut output = String::new();
    for located in &report.findings {
        let (found, place) = (located.finding, &located.place);
        let command = match found.severity {
            Severity::Breaks | Severity::Silent => "error",
            Severity::Warning => "warning",
            Severity::Info => "notice",
        };
        let _ = writeln!(
            output,
            "::{command} file={},line={},endLine={},col={},title={}::{}",
            property(&place.path),
            place.start.line,
            place.end.line,
            place.start.column,
            property(found.check),
            data(&format!("{}. {}", found.message, found.remedy))
        );
    }
    for item in report.not_assessed {
        let detail = format!("{} {}", item.reason.phrase(), item.detail);
        let _ = writeln!(
            output,
            "::notice file={},title=not assessed::{}",
            property(&item.path),
            data(detail.trim())
        );
    }
    output
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
