//! JUnit XML for CI servers: a suite for each file, a failing case for each finding, and what was not
//! assessed as errors, so that no server shows it as passed.

use std::fmt::Write;

use checks::Severity;

use crate::scan::{Located, ScanReport};
use crate::text::journeys;
use crate::xml::escaped;

/// The scan as JUnit XML. A file without findings makes no case; the counts of the whole stand in the
/// properties of the first suite.
#[must_use]
pub fn junit(report: &ScanReport<'_>) -> String {
    let (findings, open) = (report.findings.len(), report.not_assessed.len());
    let failures = report.findings.iter().filter(|located| is_failure(located)).count();
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let skipped = report.waived.len();
    let tests = findings + open + skipped + 1;
    let _ = writeln!(
        xml,
        "<testsuites name=\"liftlock scan\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{open}\" skipped=\"{skipped}\">"
    );
    write_whole(&mut xml, report);
    for group in report.findings.chunk_by(|a, b| a.place.path == b.place.path) {
        write_file(&mut xml, group);
    }
    write_waived(&mut xml, report);
    write_not_assessed(&mut xml, report);
    xml.push_str("</testsuites>\n");
    xml
}

fn write_whole(xml: &mut String, report: &ScanReport<'_>) {
    let _ = writeln!(xml, "  <testsuite name=\"liftlock\" tests=\"1\" failures=\"0\" errors=\"0\">");
    let _ = writeln!(xml, "    <properties>");
    let summary = &report.summary;
    let rendered = summary.roots.map(|(found, built)| ("kustomizations", format!("{built} of {found}")));
    let properties = [
        ("journeys", journeys(report)),
        ("filesAssessed", summary.files_assessed.to_string()),
        ("notAssessed", summary.not_assessed_total().to_string()),
        ("waived", summary.waived.to_string()),
    ];
    let charts = summary.charts.map(|charts| ("charts", format!("{} of {}", charts.rendered, charts.found)));
    let fleet = summary.fleet.map(|fleet| ("units", format!("{} of {}", fleet.rendered, fleet.units)));
    for (name, value) in properties.into_iter().chain(rendered).chain(charts).chain(fleet) {
        let _ = writeln!(xml, "      <property name=\"{name}\" value=\"{}\"/>", escaped(&value));
    }
    let _ = writeln!(
        xml,
        "    </properties>\n    <testcase classname=\"liftlock\" name=\"scan completed\"/>\n  </testsuite>"
    );
}

fn write_file(xml: &mut String, group: &[Located<'_>]) {
    let path = group.first().map(|located| located.place.path.as_str()).unwrap_or_default();
    let failures = group.iter().filter(|located| is_failure(located)).count();
    let _ = writeln!(
        xml,
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failures}\" errors=\"0\">",
        escaped(path),
        group.len()
    );
    for located in group {
        write_case(xml, located);
    }
    xml.push_str("  </testsuite>\n");
}

fn write_case(xml: &mut String, located: &Located<'_>) {
    let found = &located.finding;
    let (line, column) = (located.place.start.line, located.place.start.column);
    let name = format!("{} at line {line}", found.check);
    let _ = write!(
        xml,
        "    <testcase classname=\"{}\" name=\"{}\" file=\"{0}\" line=\"{line}\"",
        escaped(&located.place.path),
        escaped(&name)
    );
    let mut text = format!("{}:{line}:{column}: {}. {}", located.place.path, found.message, found.remedy);
    let rendered_by = found.rendered_by();
    if !rendered_by.is_empty() {
        text.push_str(&format!("\nrendered by {}", rendered_by.join(", ")));
    }
    if found.is_deployed == Some(false) {
        text.push_str("\nnothing deploys this file");
    }
    if is_failure(located) {
        let message = escaped(&found.message);
        let _ = writeln!(
            xml,
            ">\n      <failure type=\"{}\" message=\"{message}\">{}</failure>\n    </testcase>",
            found.check,
            escaped(&text)
        );
    } else {
        let _ = writeln!(xml, ">\n      <system-out>{}</system-out>\n    </testcase>", escaped(&text));
    }
}

fn write_waived(xml: &mut String, report: &ScanReport<'_>) {
    let count = report.waived.len();
    if count == 0 {
        return;
    }
    let _ = writeln!(
        xml,
        "  <testsuite name=\"waived\" tests=\"{count}\" failures=\"0\" errors=\"0\" skipped=\"{count}\">"
    );
    for waived in &report.waived {
        let (found, place) = (&waived.located.finding, &waived.located.place);
        let path = escaped(&place.path);
        let text = format!("accepted by {} until {}: {}", waived.owner, waived.expires, waived.reason);
        let _ = writeln!(
            xml,
            "    <testcase classname=\"{path}\" name=\"{} at line {1}\" file=\"{path}\" line=\"{1}\">\n      <skipped message=\"{2}\"/>\n    </testcase>",
            escaped(found.check),
            place.start.line,
            escaped(&text)
        );
    }
    xml.push_str("  </testsuite>\n");
}

fn write_not_assessed(xml: &mut String, report: &ScanReport<'_>) {
    let open = report.not_assessed.len();
    if open == 0 {
        return;
    }
    let _ = writeln!(
        xml,
        "  <testsuite name=\"not assessed\" tests=\"{open}\" failures=\"0\" errors=\"{open}\">"
    );
    for item in report.not_assessed.iter() {
        let path = escaped(&item.path);
        let text = escaped(&format!("{}: {}", item.reason.phrase(), item.detail));
        let _ = writeln!(
            xml,
            "    <testcase classname=\"{path}\" name=\"assessed\" file=\"{path}\">\n      <error type=\"{}\" message=\"{text}\"/>\n    </testcase>",
            item.reason.id()
        );
    }
    xml.push_str("  </testsuite>\n");
}

/// Information is no failure.
fn is_failure(located: &Located<'_>) -> bool {
    located.finding.severity > Severity::Info
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_what_xml_reserves_or_cannot_hold() {
        assert_eq!(escaped("a<b>&\"c\"\u{1}\u{ffff}\n"), "a&lt;b&gt;&amp;&quot;c&quot;\u{fffd}\u{fffd}&#10;");
    }
}
