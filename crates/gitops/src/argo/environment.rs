//! The build environment: the variables that parameters, images and labels of an Application may ask for.

use std::collections::BTreeMap;

/// The variables of one source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Environment(BTreeMap<&'static str, String>);

/// Variables whose values only a cluster knows: the commit that a revision is.
const UNKNOWN: [&str; 3] =
    ["ARGOCD_APP_REVISION", "ARGOCD_APP_REVISION_SHORT", "ARGOCD_APP_REVISION_SHORT_8"];

/// What stands for the value of a variable that is not known: no text that YAML reads as something else.
fn unknown_text(name: &str) -> String {
    format!("«{name}»")
}

impl Environment {
    /// With these values. A revision that is a commit is known.
    pub(crate) fn of(values: impl IntoIterator<Item = (&'static str, String)>, revision: &str) -> Self {
        let mut all: BTreeMap<&'static str, String> = values.into_iter().collect();
        let is_commit =
            revision.len() == COMMIT_DIGITS && revision.bytes().all(|byte| byte.is_ascii_hexdigit());
        for (name, digits) in UNKNOWN.into_iter().zip([COMMIT_DIGITS, 7, 8]) {
            let known = revision.get(..digits).filter(|_| is_commit);
            all.insert(name, known.map_or_else(|| unknown_text(name), str::to_owned));
        }
        Self(all)
    }

    /// A text with variables put in, as Go's `os.Expand` does: `$name`, `${name}`; `$$` is a `$`.
    pub(crate) fn expand(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            let (before, behind) = rest.split_at(at);
            let behind = behind.get(1..).unwrap_or_default();
            if behind.is_empty() {
                break;
            }
            out.push_str(before);
            let (name, length) = name_in(behind);
            match name {
                Some("$") => out.push('$'),
                Some(name) => out.push_str(self.0.get(name).map(String::as_str).unwrap_or_default()),
                // A `$` before what begins no name stays.
                None if length == 0 => out.push('$'),
                None => {}
            }
            rest = behind.get(length..).unwrap_or_default();
        }
        out.push_str(rest);
        out
    }
}

/// The digits of a commit.
const COMMIT_DIGITS: usize = 40;

/// The name that a text behind a `$` begins with, and how much of the text is taken.
fn name_in(text: &str) -> (Option<&str>, usize) {
    let is_special = |byte: u8| b"*#$@!?-0123456789".contains(&byte);
    if let Some(inner) = text.strip_prefix('{') {
        return match inner.find('}') {
            Some(0) => (None, 2),
            Some(end) => (inner.get(..end), end + 2),
            None => (None, 1),
        };
    }
    if text.bytes().next().is_some_and(is_special) {
        return (text.get(..1), 1);
    }
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let end = text.bytes().position(|byte| !is_name(&byte)).unwrap_or(text.len());
    (text.get(..end).filter(|name| !name.is_empty()), end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_put_in_as_go_does() {
        let values = [("ARGOCD_APP_NAME", "web".to_owned()), ("ARGOCD_APP_NAMESPACE", String::new())];
        let environment = Environment::of(values, "main");
        for (text, expected) in [
            ("$ARGOCD_APP_NAME", "web"),
            ("a-${ARGOCD_APP_NAME}-b", "a-web-b"),
            ("$ARGOCD_APP_NAME.$ARGOCD_APP_NAMESPACE.x", "web..x"),
            ("$$ARGOCD_APP_NAME", "$ARGOCD_APP_NAME"),
            ("$nobody|${nobody}|", "||"),
            ("100$", "100$"),
            ("a$.b", "a$.b"),
            ("${open", "open"),
            ("${}x", "x"),
            ("$1x", "x"),
            ("$ARGOCD_APP_REVISION_SHORT", "«ARGOCD_APP_REVISION_SHORT»"),
        ] {
            assert_eq!(environment.expand(text), expected, "{text}");
        }
        let commit = "0123456789abcdef0123456789abcdef01234567";
        assert_eq!(Environment::of([], commit).expand("$ARGOCD_APP_REVISION_SHORT_8"), "01234567");
    }
}
