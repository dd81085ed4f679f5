//! Masks what nobody may read in a report: values of Secrets, and what looks like a credential anywhere.
//!
//! Works on findings with their places before any format sees them, so that no format can forget it.

use std::borrow::Cow;

use checks::{Finding, FixAction, Safety, is_hidden_in_secret};
use resource::Segment;

use crate::scan::{Located, Place};

/// What stands for a hidden value.
pub(crate) const MASK: &str = "***";

/// Beginnings of credentials that issuers made recognisable, and how many characters of their own follow
/// at least. From the issuers' documentation; the lists of secret scanners have the same ones.
const CREDENTIALS: &[(&str, usize)] = &[
    ("AKIA", 16),
    ("ASIA", 16),
    ("AGE-SECRET-KEY-", 40),
    ("eyJ", 30),
    ("ghp_", 30),
    ("gho_", 30),
    ("ghs_", 30),
    ("ghu_", 30),
    ("github_pat_", 40),
    ("glpat-", 20),
    ("hvs.", 20),
    ("npm_", 30),
    ("sk_live_", 16),
    ("xoxb-", 20),
    ("xoxp-", 20),
];

/// The same finding with whatever is secret in it masked.
pub(crate) fn masked(mut located: Located<'_>) -> Located<'_> {
    let value = hidden_value(&located);
    mask_line(&mut located.place, &located.finding, value.is_some());
    let hide = |text: &str| -> Option<String> {
        let without = value.as_deref().map(|value| text.replace(value, MASK));
        let text = without.as_deref().unwrap_or(text);
        match without_credentials(text) {
            Cow::Owned(text) => Some(text),
            Cow::Borrowed(_) => without,
        }
    };
    mask_finding(&mut located.finding, &hide);
    for (_, what) in &mut located.related {
        if let Some(text) = hide(what) {
            *what = Cow::Owned(text);
        }
    }
    located
}

/// The value at the place of a finding in a Secret, which no text of the finding may repeat.
fn hidden_value(located: &Located<'_>) -> Option<String> {
    if !is_secret(&located.finding) {
        return None;
    }
    let (from, to) = located.place.range_in_line;
    let value = located.place.line.get(from..to).unwrap_or_default();
    let value = value.trim().trim_matches(['"', '\'']);
    // A shorter one would be found in every word of the message; the place in the line is masked all the same.
    const VALUE_CHARACTERS_MIN: usize = 4;
    let value = if value.chars().count() < VALUE_CHARACTERS_MIN { MASK } else { value };
    Some(value.to_owned())
}

/// Whether the finding is about a value of a Secret.
fn is_secret(finding: &Finding) -> bool {
    let keys: Vec<&str> = finding
        .path
        .0
        .iter()
        .map(|segment| match segment {
            Segment::Key(key) => key.as_str(),
            Segment::Index(_) => "",
        })
        .collect();
    let is_kind = finding.object.as_ref().is_some_and(|object| object.kind == "Secret");
    is_kind && is_hidden_in_secret(&keys)
}

fn mask_line(place: &mut Place, finding: &Finding, hide_inside: bool) {
    let (from, to) = place.range_in_line;
    let part = |range: std::ops::Range<usize>| place.line.get(range).unwrap_or_default();
    let (before, inside, after) = (part(0..from), part(from..to), part(to..place.line.len()));
    // One line may hold a whole Secret, as JSON does, also when the finding is about its neighbour.
    let hide_around = hide_inside
        || finding.object.as_ref().is_some_and(|object| object.kind == "Secret")
        || (place.line.contains("Secret") && place.line.contains("ata\""));
    let before = if hide_around { hidden_before(before, finding) } else { without_credentials(before) };
    let inside = if hide_inside { Cow::Borrowed(MASK) } else { without_credentials(inside) };
    let after = if hide_around { hidden_after(after) } else { without_credentials(after) };
    place.range_in_line = (before.len(), before.len() + inside.len());
    place.line = format!("{before}{inside}{after}");
}

/// What stands before the range: its key may be seen, nothing else.
fn hidden_before<'t>(before: &'t str, finding: &Finding) -> Cow<'t, str> {
    let key = match finding.path.0.last() {
        Some(Segment::Key(key)) => key.as_str(),
        _ => "",
    };
    let shown = before.trim().trim_start_matches("- ").trim_end_matches([' ', ':', '"', '\'']);
    if shown.trim_matches(['"', '\'']) == key || shown.is_empty() || shown == "-" {
        Cow::Borrowed(before)
    } else {
        let indent = before.len() - before.trim_start().len();
        Cow::Owned(format!("{}{MASK} ", " ".repeat(indent)))
    }
}

fn hidden_after(after: &str) -> Cow<'_, str> {
    if after.trim().is_empty() { Cow::Borrowed(after) } else { Cow::Owned(format!(" {MASK}")) }
}

fn mask_finding(finding: &mut Cow<'_, Finding>, hide: &dyn Fn(&str) -> Option<String>) {
    if let Some(message) = hide(&finding.message) {
        finding.to_mut().message = message;
    }
    if let Some(remedy) = hide(&finding.remedy) {
        finding.to_mut().remedy = remedy;
    }
    let Some(fix) = &finding.fix else { return };
    let text = match &fix.action {
        FixAction::ReplaceScalar { text } if is_secret(finding) => {
            Some(hide(text).unwrap_or(MASK.to_owned()))
        }
        FixAction::ReplaceScalar { text } => hide(text),
        _ => None,
    };
    let safety = hidden_safety(&fix.safety, hide);
    let Some(fix) = (text.is_some() || safety.is_some()).then(|| finding.to_mut().fix.as_mut()).flatten()
    else {
        return;
    };
    if let Some(text) = text {
        fix.action = FixAction::ReplaceScalar { text };
    }
    if let Some(safety) = safety {
        fix.safety = safety;
    }
}

fn hidden_safety(safety: &Safety, hide: &dyn Fn(&str) -> Option<String>) -> Option<Safety> {
    match safety {
        Safety::Safe => None,
        Safety::Ask(question) => hide(question).map(Safety::Ask),
        Safety::Later { reason, then } => {
            let (told, later) = (hide(reason), hidden_safety(then, hide));
            (told.is_some() || later.is_some()).then(|| Safety::Later {
                reason: told.unwrap_or_else(|| reason.clone()),
                then: later.map_or_else(|| then.clone(), Box::new),
            })
        }
    }
}

/// The text with everything that looks like a credential replaced.
pub(crate) fn without_credentials(text: &str) -> Cow<'_, str> {
    let mut output = String::new();
    let mut rest = text;
    while let Some((start, end)) = next_credential(rest) {
        output.push_str(rest.get(..start).unwrap_or_default());
        output.push_str(MASK);
        rest = rest.get(end..).unwrap_or_default();
    }
    if output.is_empty() && rest.len() == text.len() {
        return Cow::Borrowed(text);
    }
    output.push_str(rest);
    Cow::Owned(output)
}

/// The first word of `text` that begins as a credential and is long enough to be one.
fn next_credential(text: &str) -> Option<(usize, usize)> {
    let is_word = |character: char| character.is_ascii_alphanumeric() || "_-./+=".contains(character);
    let mut at = 0;
    for word in text.split_inclusive(|character| !is_word(character)) {
        let body = word.trim_end_matches(|character| !is_word(character));
        let is_credential = CREDENTIALS
            .iter()
            .any(|(prefix, rest_min)| body.strip_prefix(prefix).is_some_and(|rest| rest.len() >= *rest_min));
        if is_credential {
            return Some((at, at + body.len()));
        }
        at += word.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_replaced_and_words_like_them_stay() {
        let key = format!("AKIA{}", "A".repeat(16));
        assert_eq!(without_credentials(&format!("uses '{key}' and {key}.")), "uses '***' and ***");
        assert_eq!(without_credentials(&format!("eyJ{}", "a".repeat(40))), "***");
        for near in ["AKIA", "AKIA-like names", "npm_config", "glpat-short", "a plain message"] {
            assert!(matches!(without_credentials(near), Cow::Borrowed(_)), "{near}");
        }
    }
}
