//! What a branch does beside printing, whether or not it is taken: variables that it sets, maps that it changes.
//!
//! Asked of branches only whose condition depends on the cluster, the clock or randomness.

use std::collections::BTreeSet;

use super::TemplateSet;
use crate::parse::node::{Branch, Node, Operand, Pipe, Term};

/// Functions that change a map which others see as well.
const CHANGING: [&str; 6] = ["set", "unset", "merge", "mustMerge", "mergeOverwrite", "mustMergeOverwrite"];

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Effects<'s> {
    /// Variables that get another value.
    pub(super) variables: BTreeSet<&'s str>,
    /// Whether more than its own output and variables may be another one: a map, or what comes next in a loop.
    pub(super) reaches_further: bool,
    seen: BTreeSet<&'s str>,
}

impl<'s> Effects<'s> {
    /// The effects of both sides of a branch.
    pub(super) fn of(branch: &'s Branch, set: &'s TemplateSet<'s>) -> Self {
        let mut effects = Self::default();
        effects.nodes(&branch.list, set);
        effects.nodes(branch.otherwise.as_deref().unwrap_or_default(), set);
        effects
    }

    fn nodes(&mut self, nodes: &'s [Node], set: &'s TemplateSet<'s>) {
        for node in nodes {
            match node {
                Node::Text { .. } => {}
                Node::Action { pipe, .. } => {
                    if pipe.assigns {
                        self.variables.extend(pipe.variables.iter().map(String::as_str));
                    }
                    self.pipe(pipe, set);
                }
                Node::Branch(branch) => {
                    self.pipe(&branch.pipe, set);
                    if branch.pipe.assigns {
                        self.variables.extend(branch.pipe.variables.iter().map(String::as_str));
                    }
                    self.nodes(&branch.list, set);
                    self.nodes(branch.otherwise.as_deref().unwrap_or_default(), set);
                }
                Node::Template { name, pipe, .. } => {
                    pipe.iter().for_each(|pipe| self.pipe(pipe, set));
                    self.template(name, set);
                }
                Node::Break | Node::Continue => self.reaches_further = true,
            }
        }
    }

    /// Variables of a template are its own; the maps that it is given are not.
    fn template(&mut self, name: &'s str, set: &'s TemplateSet<'s>) {
        let Some(template) = set.lookup(name) else { return };
        if !self.seen.insert(name) {
            return;
        }
        let mut inner = Self { seen: std::mem::take(&mut self.seen), ..Self::default() };
        inner.nodes(template.nodes(), set);
        self.seen = inner.seen;
        self.reaches_further |= inner.reaches_further;
    }

    fn pipe(&mut self, pipe: &'s Pipe, set: &'s TemplateSet<'s>) {
        for command in &pipe.commands {
            if let Some(Operand { term: Term::Identifier(name), .. }) = command.arguments.first() {
                self.call(name, command.arguments.get(1), set);
            }
            command.arguments.iter().for_each(|operand| self.operand(operand, set));
        }
    }

    fn call(&mut self, name: &str, first: Option<&'s Operand>, set: &'s TemplateSet<'s>) {
        let included = match first.map(|operand| &operand.term) {
            Some(Term::String(text)) => std::str::from_utf8(text).ok(),
            _ => None,
        };
        match (name, included) {
            ("include", Some(included)) => self.template(included, set),
            // Nobody knows what that does.
            ("include" | "tpl", _) => self.reaches_further = true,
            _ => self.reaches_further |= CHANGING.contains(&name),
        }
    }

    fn operand(&mut self, operand: &'s Operand, set: &'s TemplateSet<'s>) {
        match &operand.term {
            Term::Pipe(pipe) => self.pipe(pipe, set),
            Term::Chain(of, _) => self.operand(of, set),
            _ => {}
        }
    }
}
