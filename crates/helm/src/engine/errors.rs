//! Faults of templates in Helm's words.
//!
//! Takes what the template engine says; gives what Helm makes of it before it prints it. Both Helms look into the text, so
//! that it is done here as well.

use crate::HelmVersion;

/// What `required` and `fail` put around their words, so that they can be found in what other functions put before them.
pub(super) const WORDS_START: &str = "HELM_ERR_START";
/// The end of them.
pub(super) const WORDS_END: &str = "HELM_ERR_END";

/// A text that is no template.
pub(super) fn of_parsing(file: &str, message: &str) -> String {
    let mut tokens = message.split(": ");
    let (first, location) = (tokens.next(), tokens.next());
    match (first, location) {
        (Some(_), Some(location)) => {
            let told = tokens.last().unwrap_or(location);
            format!("parse error at ({location}): {told}")
        }
        _ => format!("parse error in ({file}): {message}"),
    }
}

/// A template that failed.
pub(super) fn of_executing(file: &str, message: &str, version: HelmVersion) -> String {
    let mut tokens = message.splitn(3, ": ");
    let (Some(_), Some(location), Some(told)) = (tokens.next(), tokens.next(), tokens.next()) else {
        return format!("execution error in ({file}): {message}");
    };
    if let Some(words) = own_words(told) {
        return format!("execution error at ({location}): {words}");
    }
    match version {
        HelmVersion::V3 => message.to_owned(),
        HelmVersion::V4 => traced(message).unwrap_or_else(|| message.to_owned()),
    }
}

/// What `required` or `fail` said, from the first start to the last end.
fn own_words(told: &str) -> Option<&str> {
    let (_, after) = told.split_once(WORDS_START)?;
    after.rsplit_once(WORDS_END).map(|(words, _)| words)
}

/// One step of the way to a fault.
#[derive(Debug, PartialEq)]
struct Step<'m> {
    location: &'m str,
    function: Option<(&'m str, &'m str)>,
    told: &'m str,
}

/// The way to a fault, one step a paragraph; none where something on it does not look like a template's fault.
fn traced(message: &str) -> Option<String> {
    let mut steps: Vec<Step<'_>> = Vec::new();
    let mut rest = Some(message);
    while let Some(message) = rest {
        let step = step(message)?;
        if steps.last() != Some(&step) {
            steps.push(step);
        }
        rest = inner(message);
    }
    let mut shown = String::new();
    for Step { location, function, told } in steps {
        if !location.is_empty() {
            shown.push_str(&format!("{location}\n  "));
        }
        if let Some((name, place)) = function {
            shown.push_str(&format!("executing \"{name}\" at <{place}>:\n    "));
        }
        if !told.is_empty() {
            shown.push_str(&format!("{told}\n"));
        }
    }
    Some(shown.trim().to_owned())
}

fn step(message: &str) -> Option<Step<'_>> {
    let rest = message.strip_prefix("template: ")?;
    if rest.starts_with("no template ") {
        return Some(Step { location: "", function: None, told: message });
    }
    let told = |told: &'_ str| told.find(" template:").unwrap_or(told.len());
    if let Some((location, after)) = rest.split_once(": executing ")
        && let Some((name, after)) = after.strip_prefix('"').and_then(|after| after.split_once('"'))
        && let Some((place, words)) = after.strip_prefix(" at <").and_then(|after| after.split_once(">: "))
    {
        let words = words.get(..told(words)).unwrap_or(words);
        return Some(Step { location, function: Some((name, place)), told: words });
    }
    let (location, words) = rest.rsplit_once(": ")?;
    Some(Step { location, function: None, told: words.get(..told(words)).unwrap_or(words) })
}

/// What a function that was called said, which is an error within the error.
fn inner(message: &str) -> Option<&str> {
    let (_, told) = message.split_once(">: ")?;
    let called = told.strip_prefix("error calling ")?;
    called.split_once(": ").map(|(_, inner)| inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_of_parsing_keep_their_place_and_last_words() {
        let told = "template: c/templates/a.yaml:3: function \"foo\" not defined";
        assert_eq!(
            of_parsing("c/templates/a.yaml", told),
            "parse error at (c/templates/a.yaml:3): function \"foo\" not defined"
        );
    }

    #[test]
    fn the_words_of_required_are_all_that_is_told() {
        let told = "template: a:1:2: executing \"a\" at <required \"x\" .y>: error calling required: HELM_ERR_STARTx: yHELM_ERR_END";
        assert_eq!(of_executing("a", told, HelmVersion::V3), "execution error at (a:1:2): x: y");
        assert_eq!(of_executing("a", told, HelmVersion::V4), "execution error at (a:1:2): x: y");
    }

    #[test]
    fn helm_4_tells_the_way_step_by_step() {
        let told = "template: a:1:2: executing \"a\" at <include \"b\" .>: error calling include: template: b:3:4: executing \"c\" at <.x.y>: nil pointer evaluating interface {}.y";
        assert_eq!(of_executing("a", told, HelmVersion::V3), told);
        assert_eq!(
            of_executing("a", told, HelmVersion::V4),
            "a:1:2\n  executing \"a\" at <include \"b\" .>:\n    error calling include:\nb:3:4\n  executing \"c\" at <.x.y>:\n    nil pointer evaluating interface {}.y"
        );
    }

    #[test]
    fn helm_4_leaves_a_function_s_own_words_in_their_line() {
        let told =
            "template: a:1:2: executing \"a\" at <index .x 1>: error calling index: index of untyped nil";
        assert_eq!(of_executing("a", told, HelmVersion::V4), told);
    }
}
