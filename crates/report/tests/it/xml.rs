//! JUnit is XML that a parser takes.

use crate::hostile::hostile;
use crate::sample::{Sample, one_of_everything};

/// Checks that `xml` is well-formed, as far as JUnit uses XML: a declaration, nested elements with quoted
/// attributes, text with the five entities and character references.
fn check(xml: &str) -> Result<(), String> {
    let mut rest =
        xml.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n").ok_or("no declaration")?;
    let mut open: Vec<&str> = Vec::new();
    while let Some((text, after)) = rest.split_once('<') {
        check_text(text)?;
        if open.is_empty() && !text.trim().is_empty() {
            return Err(format!("text outside of the root: '{text}'"));
        }
        let (tag, after) = after.split_once('>').ok_or("a tag that does not end")?;
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop() != Some(name) {
                return Err(format!("'</{name}>' closes nothing"));
            }
        } else if let Some(tag) = tag.strip_suffix('/') {
            check_tag(tag)?;
        } else {
            open.push(check_tag(tag)?);
        }
    }
    if open.is_empty() && rest.trim().is_empty() { Ok(()) } else { Err(format!("left open: {open:?}")) }
}

fn check_tag(tag: &str) -> Result<&str, String> {
    let (name, mut attributes) = tag.split_once(' ').unwrap_or((tag, ""));
    let mut names = Vec::new();
    while !attributes.is_empty() {
        let (key, after) = attributes.split_once("=\"").ok_or(format!("no value in '{attributes}'"))?;
        let (value, after) = after.split_once('"').ok_or("a value that does not end")?;
        check_text(value)?;
        if !key.chars().all(char::is_alphanumeric) || names.contains(&key) {
            return Err(format!("attribute '{key}'"));
        }
        names.push(key);
        attributes = after.strip_prefix(' ').unwrap_or(after);
    }
    Ok(name)
}

fn check_text(text: &str) -> Result<(), String> {
    if text.chars().any(|c| (c.is_control() && c != '\n') || matches!(c, '<' | '\u{fffe}' | '\u{ffff}')) {
        return Err(format!("a character that XML does not take in '{text}'"));
    }
    for part in text.split('&').skip(1) {
        let entity = part.split_once(';').map(|(entity, _)| entity);
        if !matches!(entity, Some("amp" | "lt" | "gt" | "quot" | "#10")) {
            return Err(format!("a bare ampersand before '{part}'"));
        }
    }
    Ok(())
}

#[test]
fn junit_is_well_formed() {
    for sample in [Sample::default(), one_of_everything(), hostile()] {
        let xml = report::junit(&sample.report());
        assert_eq!(check(&xml), Ok(()), "{xml}");
    }
}

#[test]
fn junit_counts_its_cases() {
    let xml = report::junit(&one_of_everything().report());
    let count = |tag: &str| xml.matches(tag).count();
    let header = xml.lines().nth(1).unwrap();
    let expected = format!(
        "tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\"",
        count("<testcase "),
        count("<failure "),
        count("<error "),
        count("<skipped ")
    );
    assert!(header.contains(&expected), "{header}: {expected}");
}

#[test]
fn the_check_refuses_what_is_not_well_formed() {
    let declared = |body: &str| format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{body}");
    assert_eq!(check(&declared("<a><b c=\"1\"/>t &amp; u</a>\n")), Ok(()));
    for body in ["<a>", "<a></b>", "<a b=\"1\" b=\"2\"/>", "<a>&x;</a>", "<a b=1/>", "<a>\u{1}</a>"] {
        assert!(check(&declared(body)).is_err(), "{body}");
    }
}
