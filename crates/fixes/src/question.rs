//! What only a person can decide, with the meanings of each way stated.
//!
//! A question stands where old and new defaults differ and the meaning would change, or where the new API wants
//! something that the old one never said. Ids are stable: answers files name them.

use checks::ObjectName;
use resource::FieldPath;
use text::Span;

/// A decision that a conversion or rewrite cannot make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The stable id of what is asked: `pdb-empty-selector`.
    pub id: &'static str,
    /// The object that it is asked of.
    pub object: ObjectName,
    /// Where in the object; tells two questions with one id in one object apart.
    pub path: FieldPath,
    /// The bytes to look at.
    pub span: Span,
    /// What has to be decided and why, in one or two sentences.
    pub text: String,
    /// The ways to decide, the one that keeps the old meaning first where there is one.
    pub choices: Vec<Choice>,
    /// What a text of the person's own stands for, where one is accepted in place of a choice: `the name of the role`.
    pub own_text: Option<&'static str>,
}

/// One way to decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The stable id: `match-none`.
    pub id: &'static str,
    /// What is written into the file.
    pub text: String,
    /// What it means for the cluster.
    pub effect: String,
    /// Whether everything stays as it was under the old API.
    pub keeps_meaning: bool,
}

impl Question {
    /// The choice that keeps the old meaning; none if only a person knows.
    #[must_use]
    pub fn keeping(&self) -> Option<&Choice> {
        self.choices.iter().find(|choice| choice.keeps_meaning)
    }

    /// The choice with this id.
    #[must_use]
    pub fn choice(&self, id: &str) -> Option<&Choice> {
        self.choices.iter().find(|choice| choice.id == id)
    }
}

/// The choice that leaves everything as it was.
pub(crate) fn keep(id: &'static str, text: impl Into<String>, effect: impl Into<String>) -> Choice {
    Choice { id, text: text.into(), effect: effect.into(), keeps_meaning: true }
}

/// A choice that changes or states something.
pub(crate) fn alter(id: &'static str, text: impl Into<String>, effect: impl Into<String>) -> Choice {
    Choice { id, text: text.into(), effect: effect.into(), keeps_meaning: false }
}
