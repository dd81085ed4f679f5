//! What a branch does beside printing, whether or not it is taken: variables that it sets, maps that it changes.
//!
//! Asked of branches only whose condition depends on the cluster, the clock or randomness.

use std::collections::BTreeSet;

use super::TemplateSet;
use crate::parse::node::{Branch, Node, Operand, Pipe, Term, View};

/// Functions that change a map which others see as well.
const CHANGING: [&str; 6] = ["set", "unset", "merge", "mustMerge", "mergeOverwrite", "mustMergeOverwrite"];

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Effects<'s> {
    /// Variables that get another value.
    pub(super) variables: BTreeSet<&'s [u8]>,
    /// Whether more than its own output and variables may be another one: a map, or what comes next in a loop.
    pub(super) reaches_further: bool,
    seen: BTreeSet<String>,
}

impl<'s> Effects<'s> {
    /// The effects of both sides of a branch.
    pub(super) fn of(branch: &Branch, view: View<'s>, set: &'s TemplateSet<'s>) -> Self {
        let mut effects = Self::default();
        effects.sides(branch, view, set);
        effects
    }

    fn sides(&mut self, branch: &Branch, view: View<'s>, set: &'s TemplateSet<'s>) {
        self.nodes(view.nodes(branch.list), view, set);
        self.nodes(branch.otherwise.map_or(&[], |otherwise| view.nodes(otherwise)), view, set);
    }

    fn nodes(&mut self, nodes: &[Node], view: View<'s>, set: &'s TemplateSet<'s>) {
        for node in nodes {
            match node {
                Node::Text(_) => {}
                Node::Action { pipe, .. } => self.pipe(view.pipe(*pipe), view, set),
                Node::Branch(branch) => {
                    self.pipe(view.pipe(branch.pipe), view, set);
                    self.sides(branch, view, set);
                }
                Node::Template { name, pipe, .. } => {
                    pipe.iter().for_each(|pipe| self.pipe(view.pipe(*pipe), view, set));
                    self.template(&String::from_utf8_lossy(view.literal(*name)), set);
                }
                Node::Break | Node::Continue => self.reaches_further = true,
            }
        }
    }

    /// Variables of a template are its own; the maps that it is given are not.
    fn template(&mut self, name: &str, set: &'s TemplateSet<'s>) {
        let Some(template) = set.lookup(name) else { return };
        if !self.seen.insert(name.to_owned()) {
            return;
        }
        let mut inner = Self { seen: std::mem::take(&mut self.seen), ..Self::default() };
        inner.nodes(template.nodes(), template.view(), set);
        self.seen = inner.seen;
        self.reaches_further |= inner.reaches_further;
    }

    fn pipe(&mut self, pipe: &Pipe, view: View<'s>, set: &'s TemplateSet<'s>) {
        if pipe.assigns {
            self.variables.extend(view.variables(pipe).iter().map(|variable| view.bytes(*variable)));
        }
        for command in view.commands(pipe) {
            let arguments = view.arguments(command);
            if let [Operand { term: Term::Identifier, place, .. }, rest @ ..] = arguments {
                self.call(view.name(*place), rest.first(), view, set);
            }
            arguments.iter().for_each(|operand| self.operand(operand, view, set));
        }
    }

    fn call(&mut self, name: &str, first: Option<&Operand>, view: View<'s>, set: &'s TemplateSet<'s>) {
        let included = match first.map(|operand| operand.term) {
            Some(Term::String(text)) => std::str::from_utf8(view.literal(text)).ok(),
            _ => None,
        };
        match (name, included) {
            ("include", Some(included)) => self.template(included, set),
            // Nobody knows what that does.
            ("include" | "tpl", _) => self.reaches_further = true,
            _ => self.reaches_further |= CHANGING.contains(&name),
        }
    }

    fn operand(&mut self, operand: &Operand, view: View<'s>, set: &'s TemplateSet<'s>) {
        match operand.term {
            Term::Pipe(pipe) => self.pipe(view.pipe(pipe), view, set),
            Term::Chain(of, _) => self.operand(view.operand(of), view, set),
            _ => {}
        }
    }
}
