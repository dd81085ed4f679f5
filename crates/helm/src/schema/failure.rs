//! What is wrong with a value, as a tree, and how Helm prints it.
//!
//! Takes the tree that walking a schema gives; prints the lines of santhosh-tekuri/jsonschema, which both versions of Helm
//! link at v6.0.2. The order of what Helm finds by walking maps is random; here it is that of the keys.

use std::fmt::Write as _;

/// Something that is wrong, and why.
#[derive(Debug, Clone, Default)]
pub(super) struct Failure {
    /// The JSON pointer of the value.
    pub(super) place: String,
    /// What is said about it.
    pub(super) text: String,
    pub(super) form: Form,
    pub(super) causes: Vec<Self>,
}

/// How a failure is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Form {
    /// A line, and its causes below it.
    #[default]
    Line,
    /// Several failures of one schema: a parent takes them for its own where it can.
    Group,
    /// A reference, which is not printed if it has a single cause.
    Reference,
}

impl Failure {
    /// What it counts for among the steps of a walk: as much as its texts take, because a walk may find very many.
    pub(super) fn steps(&self) -> usize {
        if self.text.is_empty() { 0 } else { 64 + (self.place.len() + self.text.len()) / 4 }
    }

    /// The causes that a parent shows: those of a group, or the failure itself.
    pub(super) fn into_causes(self) -> Vec<Self> {
        if self.form == Form::Group { self.causes } else { vec![self] }
    }

    fn print(&self, out: &mut String, indent: usize) {
        let is_hidden = self.form == Form::Reference && self.causes.len() == 1;
        let indent = if is_hidden {
            indent
        } else {
            if !out.is_empty() {
                out.push('\n');
            }
            for _ in 0..indent {
                out.push_str("  ");
            }
            // Writing to a String cannot fail.
            let _ = write!(out, "- at {}: {}", quote(&self.place), self.text);
            indent + 1
        };
        for cause in &self.causes {
            cause.print(out, indent);
        }
    }
}

/// All lines of the failures of a root.
pub(super) fn lines(failure: Failure) -> String {
    let mut out = String::new();
    for cause in failure.into_causes() {
        cause.print(&mut out, 0);
    }
    out
}

/// A text in single quotes, with Go's escapes for everything but double quotes.
pub(super) fn quote(text: &str) -> String {
    let quoted = gotemplate::format::quote(text.as_bytes()).replace("\\\"", "\"").replace('\'', "\\'");
    let inner = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(&quoted);
    format!("'{inner}'")
}

/// Texts in quotes with commas between them.
pub(super) fn quote_all<'t>(texts: impl IntoIterator<Item = &'t str>) -> String {
    texts.into_iter().map(quote).collect::<Vec<_>>().join(", ")
}

/// One part of a JSON pointer.
pub(super) fn escape(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}
