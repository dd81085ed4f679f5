//! GitHub workflow commands: annotations on the lines of a pull request.

use std::fmt::Write;

use checks::Severity;

use crate::scan::ScanReport;
use crate::visible::visible;

/// One workflow command for each finding, and one for each thing that was not assessed.
#[must_use]
pub fn github(report: &ScanReport<'_>) -> String {
    let mut output = String::new();
    for located in &report.findings {
        let (found, place) = (&located.finding, &located.place);
        let command = match found.severity {
            Severity::Breaks | Severity::Silent => "error",
            Severity::Warning => "warning",
            Severity::Info => "notice",
        };
        let roots = match found.rendered_by().as_slice() {
            [] => String::new(),
            roots => format!("\nrendered by {}", roots.join(", ")),
        };
        let undeployed = match found.is_deployed {
            Some(false) => "\nnothing deploys this file",
            _ => "",
        };
        let _ = writeln!(
            output,
            "::{command} file={},line={},endLine={},col={},title={}::{}",
            property(&place.path),
            place.start.line,
            place.end.line,
            place.start.column,
            property(found.check),
            data(&format!("{}\n{}{roots}{undeployed}", found.message, found.remedy))
        );
    }
    for item in report.not_assessed.iter() {
        let detail = match item.detail.as_str() {
            "" => item.reason.phrase().to_owned(),
            detail => format!("{}: {detail}", item.reason.phrase()),
        };
        let _ =
            writeln!(output, "::notice file={},title=not assessed::{}", property(&item.path), data(&detail));
    }
    output
}

/// The runner undoes these three escapes; other control characters would reach whoever reads the log.
fn data(text: &str) -> String {
    text.split_inclusive(['\r', '\n', '%'])
        .map(|part| {
            let body = part.trim_end_matches(['\r', '\n', '%']);
            let end = match part.get(body.len()..) {
                Some("%") => "%25",
                Some("\r") => "%0D",
                Some("\n") => "%0A",
                _ => "",
            };
            format!("{}{end}", visible(body))
        })
        .collect()
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_cannot_end_a_command_or_begin_one() {
        assert_eq!(data("a\n::error::b\r100%%"), "a%0A::error::b%0D100%25%25");
        assert_eq!(property("a,b:c\u{1b}[0m"), "a%2Cb%3Ac\\u{1b}[0m");
    }
}
