//! Names and values made to act on whoever reads the report.

use checks::Severity;
use inventory::Reason;

use crate::sample::{Said, Sample, every_format};

/// A path, an object and a message that hold escape sequences, line ends, markup and workflow commands.
pub(crate) fn hostile() -> Sample {
    let mut sample = Sample::default();
    let evil = "\u{1b}]0;owned\u{7}\u{1b}[31m\u{9b}2J\u{202e}|`<script>alert(1)</script>]]>&\r\n::error::x";
    let path = format!("a b/{evil}.yaml");
    let text = sample.file(&path, format!("kind: Pod\nimage: {evil}\n"));
    let said = Said {
        check: "legacy-registry",
        severity: Severity::Warning,
        minor: None,
        object: ("Pod", evil, "image"),
        message: &format!("Pod '{evil}' is odd"),
        remedy: &format!("mend {evil}"),
    };
    let span = sample.span(text, "image");
    let finding = sample.find(text, "Pod", &said);
    finding.related = vec![(span, evil.to_owned())];
    finding.clusters = vec![evil.to_owned()];
    let finding = finding.clone();
    sample.waived.push(finding);
    sample.not_assessed(&path, Reason::Malformed, evil);
    sample
}

#[test]
fn nothing_from_a_file_acts_on_a_terminal() {
    let sample = hostile();
    for (format, text) in every_format(&sample.report()) {
        let text = if format == "colored" { text.replace("\u{1b}[", "") } else { text };
        let acting = text.chars().find(|c| (c.is_control() && *c != '\n') || *c == '\u{202e}');
        assert_eq!(acting, None, "{format}: {text}");
        assert!(!text.contains("\u{1b}]"), "{format}");
    }
}

#[test]
fn coloured_text_has_no_sequences_but_its_own_colours() {
    let sample = hostile();
    let (_, text) =
        every_format(&sample.report()).into_iter().find(|(format, _)| *format == "colored").unwrap();
    for part in text.split('\u{1b}').skip(1) {
        let end = part.find(|c: char| c.is_ascii_alphabetic()).unwrap();
        assert_eq!(part.chars().nth(end), Some('m'), "{part}");
        assert_ne!(part.get(..end), Some("[31"), "the colour of the file's own sequence: {part}");
    }
}

#[test]
fn a_line_end_in_a_name_begins_no_workflow_command() {
    let output = report::github(&hostile().report());
    for line in output.lines() {
        assert!(line.starts_with("::warning file=") || line.starts_with("::notice file="), "{line}");
    }
}

#[test]
fn markdown_keeps_its_tables_and_holds_no_markup_of_the_files() {
    let output = report::markdown(&hostile().report());
    assert!(!output.contains("<script>"));
    let columns = |line: &str| line.replace("\\|", "").matches('|').count();
    for line in output.lines().filter(|line| line.starts_with('|')) {
        assert!(matches!(columns(line), 4 | 7 | 9), "{line}");
    }
}
