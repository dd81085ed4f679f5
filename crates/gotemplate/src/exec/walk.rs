//! Nodes in their order: texts, actions, branches, loops, templates within templates.

use text::{Decision, DecisionId, Origin, Span, TextId};

use super::Engine;
use super::effects::Effects;
use super::evaluate::Got;
use super::failure::{ExecuteTemplate, Stop};
use super::set::{Template, TextSource};
use super::sink::Sink;
use crate::parse::node::{Branch, BranchKind, Command, Id, Literal, Node, Operand, Pipe, Place, Shown, View};
use crate::{Data, Fault, FaultKind, Ledger, Value, format};

pub(super) type Walk<T> = Result<T, Stop>;

/// What an error would be about.
#[derive(Clone, Copy)]
pub(super) enum Focus<'t> {
    Nothing,
    Pipe(&'t Pipe),
    Command(&'t Command),
    Operand(&'t Operand),
    Action(u32, &'t Pipe),
    Template(u32, Literal, Option<Id<Pipe>>),
}

/// One execution of one template.
pub(super) struct State<'s> {
    pub(super) engine: &'s Engine<'s>,
    pub(super) template: &'s Template,
    pub(super) view: View<'s>,
    pub(super) variables: Vec<(&'s [u8], Got)>,
    pub(super) focus: Focus<'s>,
    sink: &'s mut Sink,
    pub(super) decision: Option<DecisionId>,
    root: Got,
}

impl<'s> State<'s> {
    pub(super) fn new(
        engine: &'s Engine<'s>,
        template: &'s Template,
        data: &Value,
        sink: &'s mut Sink,
    ) -> Self {
        let root = Got::plain(data.clone());
        let decision = engine.decision.get();
        Self {
            engine,
            template,
            view: template.view(),
            variables: vec![(b"$", root.clone())],
            focus: Focus::Nothing,
            sink,
            decision,
            root,
        }
    }

    pub(super) fn run(mut self) -> Result<(), ExecuteTemplate> {
        let template = self.template;
        let dot = self.root.clone();
        let walked = match self.step() {
            Ok(()) => self.list(&dot, template.nodes()),
            Err(stop) => Err(stop),
        };
        match walked {
            Ok(()) | Err(Stop::Break | Stop::Continue) => Ok(()),
            Err(Stop::Failed(failed)) => Err(*failed),
        }
    }

    pub(super) fn step(&self) -> Walk<()> {
        self.engine.step().map_err(|fault| self.fault(fault))
    }

    /// An error here, in Go's words.
    pub(super) fn error(&self, told: impl std::fmt::Display) -> Stop {
        self.stop(told.to_string(), FaultKind::Go)
    }

    /// A fault of a limit, which names the place as well.
    pub(super) fn fault(&self, fault: Fault) -> Stop {
        self.stop(fault.message, fault.kind)
    }

    fn stop(&self, told: String, kind: FaultKind) -> Stop {
        let (name, view) = (&self.template.name, self.view);
        let (at, context) = match self.focus {
            Focus::Nothing => {
                let message = format!("template: {name}: {told}");
                return Stop::Failed(Box::new(ExecuteTemplate { message, kind }));
            }
            Focus::Pipe(pipe) => (pipe.place.start, Shown(pipe, view).to_string()),
            Focus::Command(command) => (command.at, Shown(command, view).to_string()),
            Focus::Operand(operand) => (operand.at, Shown(operand, view).to_string()),
            Focus::Action(at, pipe) => (at, format!("{{{{{}}}}}", Shown(pipe, view))),
            Focus::Template(at, name, pipe) => {
                let pipe = pipe.map(|pipe| format!(" {}", Shown(view.pipe(pipe), view))).unwrap_or_default();
                (at, format!("{{{{template {}{pipe}}}}}", format::quote(view.literal(name))))
            }
        };
        let before = view.text.get(..at as usize).unwrap_or_default();
        let line = 1 + memchr::memchr_iter(b'\n', before).count();
        let column = before.len() - memchr::memrchr(b'\n', before).map_or(0, |end| end + 1);
        let (parsed, quoted) = (&self.template.parsed.name, format::quote(name.as_bytes()));
        let message =
            format!("template: {parsed}:{line}:{column}: executing {quoted} at <{context}>: {told}");
        Stop::Failed(Box::new(ExecuteTemplate { message, kind }))
    }

    /// Where bytes of this template stand.
    pub(super) fn origin(&self, place: Place) -> Origin {
        match &self.template.source {
            TextSource::Text(text) => self.engine.ledger.written(Span::new(*text, place.start..place.end)),
            TextSource::Value(apart) => {
                self.engine.ledger.part_of(apart, place.start as usize..place.end as usize)
            }
        }
    }

    /// The place to show for bytes of this template.
    pub(super) fn place(&self, place: Place) -> Span {
        let nowhere = Span { text: TextId(u32::MAX), start: 0, end: 0 };
        match self.origin(place) {
            Origin::Written(span) => span,
            origin => self.engine.ledger.place(origin).unwrap_or(nowhere),
        }
    }

    pub(super) fn list(&mut self, dot: &Got, nodes: &'s [Node]) -> Walk<()> {
        nodes.iter().try_for_each(|node| self.node(dot, node))
    }

    fn node(&mut self, dot: &Got, node: &'s Node) -> Walk<()> {
        match node {
            Node::Text(place) => {
                let origin = self.origin(*place);
                self.write(self.view.bytes(*place), origin)
            }
            Node::Action { at, pipe } => {
                let pipe = self.view.pipe(*pipe);
                let value = self.pipeline(dot, pipe)?;
                if !self.view.variables(pipe).is_empty() {
                    return Ok(());
                }
                self.focus = Focus::Action(*at, pipe);
                self.print(&value.value)
            }
            Node::Branch(branch) => match branch.kind {
                BranchKind::If | BranchKind::With => self.choose(dot, branch),
                BranchKind::Range => self.range(dot, branch),
            },
            Node::Template { at, name, pipe } => self.template(dot, (*at, *name, *pipe)),
            Node::Break => Err(Stop::Break),
            Node::Continue => Err(Stop::Continue),
        }
    }

    fn write(&mut self, bytes: &[u8], origin: Origin) -> Walk<()> {
        self.engine.count_bytes(bytes.len()).map_err(|fault| self.fault(fault))?;
        self.sink.push(bytes, origin, self.decision);
        Ok(())
    }

    fn print(&mut self, value: &Value) -> Walk<()> {
        match &value.data {
            Data::Nil => self.write(b"<no value>", value.origin),
            Data::String(text) => self.write(text.as_slice(), value.origin),
            Data::Object(object) => match object.text_at_address() {
                Some(text) => self.write(text.as_bytes(), value.origin),
                None => self.write(&format::text_of(value), value.origin),
            },
            _ => self.write(&format::text_of(value), value.origin),
        }
    }

    /// Walks under a decision, with the variables that are known now.
    pub(super) fn under<T>(
        &mut self,
        decision: Option<Decision>,
        walk: impl FnOnce(&mut Self) -> Walk<T>,
    ) -> Walk<T> {
        let around = self.decision;
        let made = decision
            .and_then(|decision| self.engine.ledger.decide(|| Decision { parent: around, ..decision }));
        self.decision = made.or(around);
        let walked = walk(self);
        self.decision = around;
        walked
    }

    /// A decision of this place; none where nothing is recorded.
    pub(super) fn prepared(&self, rule: &'static str, pipe: &Pipe, value: &Value) -> Option<Decision> {
        self.engine.ledger.is_on().then(|| Decision {
            rule,
            place: self.place(pipe.place),
            read: vec![value.origin],
            parent: None,
        })
    }

    fn choose(&mut self, dot: &Got, branch: &'s Branch) -> Walk<()> {
        let known = self.variables.len();
        let pipe = self.view.pipe(branch.pipe);
        let got = self.pipeline(dot, pipe)?;
        let is_with = branch.kind == BranchKind::With;
        let rule = if is_with { "with" } else { "if" };
        let walked = if is_true(&got.value) {
            let decision = self.prepared(rule, pipe, &got.value);
            let dot = if is_with { &got } else { dot };
            self.under(decision, |state| state.list(dot, state.view.nodes(branch.list)))
        } else {
            self.otherwise(dot, branch, &got.value)
        };
        self.variables.truncate(known);
        self.note_effects(branch, &got.value);
        walked
    }

    /// The other side of a branch. Where nothing stands under it, whoever asks which way branches went wants to know all
    /// the same.
    pub(super) fn otherwise(&mut self, dot: &Got, branch: &'s Branch, condition: &Value) -> Walk<()> {
        let decision = self.prepared("else", self.view.pipe(branch.pipe), condition);
        let nodes = branch.otherwise.map_or(&[][..], |otherwise| self.view.nodes(otherwise));
        self.under(decision, |state| state.list(dot, nodes))
    }

    /// Notes what a branch may have done, or not, because of the cluster, the clock or randomness.
    pub(super) fn note_effects(&mut self, branch: &'s Branch, condition: &Value) {
        let ledger = self.engine.ledger;
        let marks = ledger.marks(condition.origin, self.decision);
        if marks.is_empty() {
            return;
        }
        let decision = self.prepared("effect", self.view.pipe(branch.pipe), condition);
        let parent = self.decision;
        let Some(decision) = decision.and_then(|decision| ledger.decide(|| Decision { parent, ..decision }))
        else {
            return;
        };
        self.sink.note(decision);
        let effects = Effects::of(branch, self.view, self.engine.set);
        for (name, got) in &mut self.variables {
            if effects.variables.contains(name) {
                got.value.origin = ledger.decided(got.value.origin, Some(decision));
            }
        }
        if effects.reaches_further {
            ledger.spread(marks);
        }
    }

    pub(super) fn assign(&mut self, variable: Place, value: Got) -> Walk<()> {
        let name = self.view.bytes(variable);
        match self.variables.iter_mut().rev().find(|(known, _)| *known == name) {
            Some((_, there)) => *there = value,
            None => return Err(self.error(format!("undefined variable: {}", self.view.name(variable)))),
        }
        Ok(())
    }

    fn template(&mut self, dot: &Got, (at, name, pipe): (u32, Literal, Option<Id<Pipe>>)) -> Walk<()> {
        self.focus = Focus::Template(at, name, pipe);
        let name = self.view.literal(name);
        let Some(template) = self.engine.set.lookup(&String::from_utf8_lossy(name)) else {
            return Err(self.error(format!("template {} not defined", format::quote(name))));
        };
        let data = match pipe {
            Some(pipe) => self.pipeline(dot, self.view.pipe(pipe))?,
            None => Got::plain(Value::nil(Ledger::NOWHERE)),
        };
        let decision = self.engine.ledger.is_on().then(|| {
            let place = self.place(Place { start: at, end: at });
            Decision { rule: "template", place, read: vec![data.value.origin], parent: None }
        });
        self.under(decision, |state| state.inner(template, &data))
    }

    fn inner(&mut self, template: &'s Template, data: &Got) -> Walk<()> {
        self.step()?;
        let mut inner = State {
            engine: self.engine,
            template,
            view: template.view(),
            variables: vec![(b"$", data.clone())],
            focus: Focus::Nothing,
            sink: &mut *self.sink,
            decision: self.decision,
            root: data.clone(),
        };
        inner.list(data, template.nodes())
    }
}

/// Whether a condition takes a value for true.
pub(crate) fn is_true(value: &Value) -> bool {
    match &value.data {
        Data::Nil => false,
        Data::Bool(is_true) => *is_true,
        Data::Int(int, _) => *int != 0,
        Data::Uint(uint, _) => *uint != 0,
        Data::Float(float, _) => *float != 0.0,
        Data::Complex(complex) => complex.real != 0.0 || complex.imaginary != 0.0,
        Data::String(bytes) | Data::ByteSlice(bytes) => !bytes.is_empty(),
        Data::List(list) => !list.items.is_empty(),
        Data::Map(map) => !map.is_empty(),
        Data::Object(object) => object.is_true(),
    }
}
