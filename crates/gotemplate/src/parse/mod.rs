//! From a template's text to syntax trees, with Go's words for what is wrong.
//!
//! A text is one template and those that it defines. What comes out borrows nothing, so that it is parsed once and shared
//! by all renders of a process; where a text is registered is not known yet.

mod lex;
pub(crate) mod node;
pub(crate) mod number;
mod operand;
mod parser;
mod pipeline;
mod token;

use std::sync::Arc;

use node::{Node, Run, Tree, View};

/// Templates by their names, in the order in which their texts end.
type Definitions = Vec<(String, Run<Node>)>;

/// A text that was parsed.
#[derive(Debug)]
pub struct Parsed {
    /// The name under which it was parsed, which errors name.
    pub(crate) name: String,
    /// The text.
    pub(crate) text: Arc<[u8]>,
    /// The nodes of all templates.
    tree: Tree,
    /// The templates that it defines, itself last, each with its name.
    pub(crate) templates: Definitions,
}

impl Parsed {
    /// The nodes with the text that they were made of.
    pub(crate) fn view(&self) -> View<'_> {
        View { text: &self.text, tree: &self.tree }
    }
}

/// Why a text is no template, in Go's words: `template: NAME:LINE: …`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ParseTemplate {
    /// The whole text.
    pub message: String,
}

/// Parses a text as the template `name`; one that is shared already is not copied. `is_function` says which names can be
/// called.
///
/// # Errors
/// At the first fault, in Go's words.
pub fn parse(
    name: &str,
    text: impl Into<Arc<[u8]>>,
    is_function: &dyn Fn(&str) -> bool,
) -> Result<Parsed, ParseTemplate> {
    let text = text.into();
    let (tree, templates) = parser::Parser::new(name, &text, is_function).run()?;
    Ok(Parsed { name: name.to_owned(), text, tree, templates })
}
