//! Templates executed over values, with Go's meaning and words.
//!
//! A [`TemplateSet`] holds what can be executed; an [`Engine`] executes it for one render and gives bytes with their
//! pieces: whose they are, and under which decision they stand. What functions such as `include` need of it is
//! [`Templates`].

mod arguments;
mod effects;
mod evaluate;
mod failure;
mod field;
mod range;
mod set;
mod sink;
mod walk;

use std::any::Any;
use std::cell::Cell;
use std::rc::Rc;

use text::{DecisionId, Origin};

use crate::limits::{OUTPUT_BYTES_MAX, STACK_BYTES_MAX, STEPS_MAX};
use crate::stack::Stack;
use crate::{Data, Fault, FaultKind, Ledger, Ports, Templates, Value};

pub use failure::ExecuteTemplate;
pub use set::{FunctionTable, TemplateSet};

pub use set::TextSource;
pub(crate) use walk::is_true;

use set::Template;
use sink::Sink;
use walk::State;

/// What a map answers that does not hold a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MissingKey {
    /// No value: `missingkey=default`.
    #[default]
    Invalid,
    /// The zero value of the map's elements: `missingkey=zero`.
    Zero,
    /// An error: `missingkey=error`.
    Error,
}

/// What was rendered.
#[derive(Debug, Clone, Default)]
pub struct Rendered {
    /// The output.
    pub bytes: Vec<u8>,
    /// Lengths, origins and decisions of all bytes in order; empty where nothing is recorded. A piece without bytes says that
    /// a decision which depends on the cluster, the clock or randomness was made there.
    pub pieces: Vec<(usize, Origin, Option<DecisionId>)>,
}

/// Executes templates for one render.
pub struct Engine<'e> {
    pub(crate) set: &'e TemplateSet<'e>,
    pub(crate) ledger: &'e Ledger,
    pub(crate) ports: &'e dyn Ports,
    pub(crate) host: &'e dyn Any,
    pub(crate) missing_key: MissingKey,
    /// The template that all others are associated with.
    name: &'e str,
    stack: Stack,
    /// Iterations and calls so far, and bytes of output.
    used: Cell<(u64, usize)>,
    /// The decision under which a function is called now.
    pub(crate) decision: Cell<Option<DecisionId>>,
}

impl<'e> Engine<'e> {
    /// An engine for the templates of a set. `host` is what its own functions look for.
    #[must_use]
    pub fn new(
        set: &'e TemplateSet<'e>,
        ledger: &'e Ledger,
        ports: &'e dyn Ports,
        host: &'e dyn Any,
    ) -> Self {
        Self {
            set,
            ledger,
            ports,
            host,
            missing_key: MissingKey::default(),
            name: "",
            stack: Stack::here(STACK_BYTES_MAX),
            used: Cell::new((0, 0)),
            decision: Cell::new(None),
        }
    }

    /// The same with another answer to missing keys.
    #[must_use]
    pub fn with_missing_key(self, missing_key: MissingKey) -> Self {
        Self { missing_key, ..self }
    }

    /// The same for templates that are all associated with the one of this name, as errors tell.
    #[must_use]
    pub fn with_name(self, name: &'e str) -> Self {
        Self { name, ..self }
    }

    /// The same with so many bytes of stack, which the thread has to have.
    #[must_use]
    pub fn with_stack(self, bytes_max: usize) -> Self {
        Self { stack: Stack::here(bytes_max), ..self }
    }

    /// Executes a template over `data`.
    ///
    /// # Errors
    /// In Go's words, if there is none of that name or it fails; or past a limit of [`crate::limits`].
    pub fn execute(&self, name: &str, data: &Value) -> Result<Rendered, ExecuteTemplate> {
        let Some(template) = self.set.lookup(name) else {
            let quoted = crate::format::quote(name.as_bytes());
            let name = crate::format::quote(self.name.as_bytes());
            let told = format!("template: no template {quoted} associated with template {name}");
            return Err(ExecuteTemplate::go(told));
        };
        let mut sink = Sink::new(self.ledger.is_on());
        State::new(self, template, data, &mut sink).run()?;
        Ok(sink.into_rendered())
    }

    /// Counts a step of the render; an error past the limit.
    pub(crate) fn step(&self) -> Result<(), Fault> {
        let (steps, bytes) = self.used.get();
        self.used.set((steps + 1, bytes));
        if steps >= STEPS_MAX {
            return Err(Fault::limit(format!("more than {STEPS_MAX} iterations and calls")));
        }
        self.check_stack()
    }

    /// An error where more of the stack is used than is allowed.
    pub(crate) fn check_stack(&self) -> Result<(), Fault> {
        if !self.stack.is_spent() {
            return Ok(());
        }
        let bytes_max = self.stack.bytes_max();
        Err(Fault::limit(format!(
            "what stands within one another needs more than {bytes_max} bytes of stack"
        )))
    }

    /// Counts bytes of output; an error past the limit.
    pub(crate) fn count_bytes(&self, count: usize) -> Result<(), Fault> {
        let (steps, bytes) = self.used.get();
        let bytes = bytes.saturating_add(count);
        self.used.set((steps, bytes));
        if bytes > OUTPUT_BYTES_MAX {
            return Err(Fault::limit(format!("more than {OUTPUT_BYTES_MAX} bytes of output")));
        }
        Ok(())
    }

    fn capture(&self, template: &Template, data: &Value) -> Result<Value, Fault> {
        let mut sink = Sink::new(self.ledger.is_on());
        let decision = self.decision.get();
        let outcome = State::new(self, template, data, &mut sink).run();
        self.decision.set(decision);
        outcome.map_err(ExecuteTemplate::into_fault)?;
        Ok(sink.into_value(self.ledger))
    }
}

impl Templates for Engine<'_> {
    fn execute(&self, name: &str, data: &Value) -> Result<Value, Fault> {
        match self.set.lookup(name) {
            Some(template) => self.capture(template, data),
            None => {
                let quoted = crate::format::quote(name.as_bytes());
                let name = crate::format::quote(self.name.as_bytes());
                Err(Fault::new(format!("template: no template {quoted} associated with template {name}")))
            }
        }
    }

    fn execute_text(&self, name: &str, text: &Value, data: &Value) -> Result<Value, Fault> {
        let Data::String(bytes) = &text.data else {
            return Err(Fault::new("the text of a template is no string"));
        };
        let parsed = crate::parse(name, bytes.as_slice(), &|function| self.set.knows_function(function))
            .map_err(|error| Fault { message: error.message, kind: FaultKind::Parse })?;
        let mut set = TemplateSet::within(self.set);
        let source = TextSource::Value(Rc::new(self.ledger.apart(text.origin, bytes.as_slice())));
        set.add(std::sync::Arc::new(parsed), source);
        let inner = Engine {
            set: &set,
            ledger: self.ledger,
            ports: self.ports,
            host: self.host,
            missing_key: self.missing_key,
            name: self.name,
            stack: self.stack,
            used: Cell::new(self.used.get()),
            decision: Cell::new(self.decision.get()),
        };
        let outcome = Templates::execute(&inner, name, data);
        self.used.set(inner.used.get());
        outcome
    }

    fn host(&self) -> &dyn Any {
        self.host
    }
}
