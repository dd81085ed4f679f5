//! Pipelines, commands and calls.

use std::borrow::Cow;

use text::Decision;

use super::failure::Stop;
use super::walk::{Focus, State, Walk, is_true};
use crate::parse::node::{Command, Id, Literal, Number, Operand, Pipe, Place, Shown, Term};
use crate::{Call, Data, Signature, Value, format};

/// A value on its way, and whether it is still in an interface: what a map or list of anything holds is until a pipeline
/// ends, and Go's words tell.
#[derive(Debug, Clone)]
pub(super) struct Got {
    pub(super) value: Value,
    pub(super) is_boxed: bool,
}

impl Got {
    pub(super) fn plain(value: Value) -> Self {
        Self { value, is_boxed: false }
    }

    /// The type as Go's reflection has it.
    pub(super) fn type_name(&self) -> Cow<'_, str> {
        if self.is_boxed { Cow::Borrowed("interface {}") } else { format::type_name(&self.value) }
    }
}

/// What is called, with what an error about it names.
pub(super) struct Callee<'s, 'n> {
    pub(super) name: &'n str,
    pub(super) signature: Signature,
    /// What an error of the call itself is about.
    pub(super) focus: Focus<'s>,
    /// All bytes of the call.
    pub(super) place: Place,
}

impl<'s> State<'s> {
    pub(super) fn pipeline(&mut self, dot: &Got, pipe: &'s Pipe) -> Walk<Got> {
        self.focus = Focus::Pipe(pipe);
        self.engine.check_stack().map_err(|fault| self.fault(fault))?;
        let mut last: Option<Got> = None;
        for command in self.view.commands(pipe) {
            let got = self.command(dot, command, last.take())?;
            last = Some(Got::plain(got.value));
        }
        let value = last.unwrap_or_else(|| Got::plain(Value::nil(crate::Ledger::NOWHERE)));
        for variable in self.view.variables(pipe) {
            if pipe.assigns {
                self.assign(*variable, value.clone())?;
            } else {
                self.variables.push((self.view.bytes(*variable), value.clone()));
            }
        }
        Ok(value)
    }

    fn command(&mut self, dot: &Got, command: &'s Command, last: Option<Got>) -> Walk<Got> {
        let Some((first, arguments)) = self.view.arguments(command).split_first() else {
            return Err(self.error("empty command"));
        };
        match first.term {
            Term::Field => {
                self.focus = Focus::Operand(first);
                return self.fields(dot, dot.clone(), (first, first.place), (arguments, last));
            }
            Term::Chain(of, names) => return self.chain(dot, (first, of, names), (arguments, last)),
            Term::Identifier => {
                let end = arguments.last().map_or(first.place.end, |argument| argument.place.end);
                let focus = (Focus::Command(command), Place { start: command.at, end });
                return self.function(dot, first, focus, (arguments, last));
            }
            Term::Pipe(pipe) => {
                self.expect_value(first, (arguments, last.as_ref()))?;
                return self.pipeline(dot, self.view.pipe(pipe));
            }
            Term::Variable => return self.variable(dot, first, (arguments, last)),
            Term::Dot | Term::Nil | Term::Bool(_) | Term::Number(_) | Term::String(_) => {}
        }
        self.focus = Focus::Operand(first);
        self.expect_value(first, (arguments, last.as_ref()))?;
        if matches!(first.term, Term::Nil) {
            return Err(self.error("nil is not a command"));
        }
        self.constant(dot, first)
    }

    /// A value takes no arguments.
    fn expect_value(&self, first: &'s Operand, (arguments, last): (&[Operand], Option<&Got>)) -> Walk<()> {
        if arguments.is_empty() && last.is_none() {
            return Ok(());
        }
        Err(self.error(format!("can't give argument to non-function {}", Shown(first, self.view))))
    }

    /// A literal where any type is welcome.
    pub(super) fn constant(&mut self, dot: &Got, operand: &'s Operand) -> Walk<Got> {
        self.focus = Focus::Operand(operand);
        let data = match operand.term {
            Term::Dot => return Ok(dot.clone()),
            Term::Bool(is_true) => Data::Bool(is_true),
            Term::String(literal) => {
                let place = match literal {
                    Literal::Plain(inner) => inner,
                    Literal::Unquoted(_) => operand.place,
                };
                let origin = self.origin(place);
                return Ok(Got::plain(Value::string(self.view.literal(literal), origin)));
            }
            Term::Number(number) => self.number(operand, number)?,
            Term::Nil | Term::Field | Term::Variable | Term::Identifier | Term::Pipe(_) | Term::Chain(..) => {
                let shown = Shown(operand, self.view);
                return Err(
                    self.error(format!("can't handle assignment of {shown} to empty interface argument"))
                );
            }
        };
        Ok(Got::plain(Value::new(data, self.origin(operand.place))))
    }

    /// A number whose type only its own syntax tells.
    fn number(&self, operand: &Operand, number: Id<Number>) -> Walk<Data> {
        let text = String::from_utf8_lossy(self.view.bytes(operand.place));
        let number = self.view.number(number);
        let is_hexadecimal = text.starts_with("0x") || text.starts_with("0X");
        let is_whole = is_hexadecimal && !text.contains(['p', 'P']) || text.starts_with('\'');
        if let Some((real, imaginary)) = number.complex {
            return Ok(Data::Complex(std::rc::Rc::new(crate::Complex { real, imaginary })));
        }
        match (number.float, number.int, number.uint) {
            (Some(float), ..) if !is_whole && text.contains(['.', 'e', 'E', 'p', 'P']) => {
                Ok(Data::Float(float, crate::FloatType::Float64))
            }
            (_, Some(int), _) => Ok(Data::Int(int, crate::IntType::Int)),
            (.., Some(_)) => Err(self.error(format!("{text} overflows int"))),
            _ => Ok(Data::Nil),
        }
    }

    pub(super) fn variable(
        &mut self,
        dot: &Got,
        operand: &'s Operand,
        (arguments, last): (&'s [Operand], Option<Got>),
    ) -> Walk<Got> {
        self.focus = Focus::Operand(operand);
        let (name, fields) = self.view.variable(operand.place);
        let found = self.variables.iter().rev().find(|(known, _)| *known == name);
        let Some((_, value)) = found else {
            return Err(self.error(format!("undefined variable: {}", String::from_utf8_lossy(name))));
        };
        let value = value.clone();
        if fields.start == fields.end {
            self.expect_value(operand, (arguments, last.as_ref()))?;
            return Ok(value);
        }
        self.fields(dot, value, (operand, fields), (arguments, last))
    }

    pub(super) fn chain(
        &mut self,
        dot: &Got,
        (operand, of, names): (&'s Operand, Id<Operand>, Place),
        (arguments, last): (&'s [Operand], Option<Got>),
    ) -> Walk<Got> {
        self.focus = Focus::Operand(operand);
        let of = self.view.operand(of);
        if matches!(of.term, Term::Nil) {
            let shown = Shown(operand, self.view);
            return Err(self.error(format!("indirection through explicit nil in {shown}")));
        }
        let receiver = self.any(dot, of)?;
        self.fields(dot, receiver, (operand, names), (arguments, last))
    }

    pub(super) fn function(
        &mut self,
        dot: &Got,
        operand: &'s Operand,
        (focus, place): (Focus<'s>, Place),
        (arguments, last): (&'s [Operand], Option<Got>),
    ) -> Walk<Got> {
        self.focus = Focus::Operand(operand);
        let name = self.view.name(operand.place);
        let Some(&(function, is_builtin)) = self.engine.set.function(name) else {
            return Err(self.error(format!("{} is not a defined function", format::quote(name.as_bytes()))));
        };
        let callee = Callee { name, signature: function.signature, focus, place };
        if is_builtin && matches!(name, "and" | "or") {
            return self.short_circuit(dot, &callee, (arguments, last));
        }
        let (values, is_boxed_nil) = self.arguments(dot, &callee, (arguments, last))?;
        if is_builtin && name == "call" {
            let shown = arguments.first().map(|first| Shown(first, self.view).to_string());
            return Err(self.not_callable(&callee, shown, &values));
        }
        let run = |call: &Call<'_>| (function.run)(call, &values);
        let value = self.call(&callee, (function.name, is_boxed_nil), run)?;
        // Only what returns any type returns nil.
        let is_boxed = matches!(value.data, Data::Nil);
        Ok(Got { value, is_boxed })
    }

    /// Runs what is called, under the decision of this place.
    pub(super) fn call(
        &mut self,
        callee: &Callee<'s, '_>,
        (name, is_boxed_nil): (&'static str, bool),
        run: impl FnOnce(&Call<'_>) -> Result<Value, crate::Fault>,
    ) -> Walk<Value> {
        let engine = self.engine;
        let place = self.place(callee.place);
        engine.decision.set(self.decision);
        let call = Call {
            name,
            place,
            ledger: engine.ledger,
            ports: engine.ports,
            templates: engine,
            decision: self.decision,
            is_boxed_nil,
        };
        run(&call).map_err(|fault| {
            self.focus = callee.focus;
            let told = format!("error calling {}: {}", callee.name, fault.message);
            self.fault(crate::Fault { message: told, kind: fault.kind })
        })
    }

    /// There is no function that a value could be.
    fn not_callable(&mut self, callee: &Callee<'s, '_>, shown: Option<String>, values: &[Value]) -> Stop {
        self.focus = callee.focus;
        let told = match values.first() {
            Some(Value { data: Data::Nil, .. }) | None => "call of nil".to_owned(),
            Some(value) => {
                let type_name = format::type_name(value);
                let shown = shown.unwrap_or_else(|| match value.as_bytes() {
                    Some(text) => text.as_text().into_owned(),
                    None => format!("<{type_name} Value>"),
                });
                format!("non-function {shown} of type {type_name}")
            }
        };
        self.error(format!("error calling call: {told}"))
    }

    /// `and` and `or`, which evaluate no more arguments than they need.
    fn short_circuit(
        &mut self,
        dot: &Got,
        callee: &Callee<'s, '_>,
        (arguments, last): (&'s [Operand], Option<Got>),
    ) -> Walk<Got> {
        if arguments.is_empty() && last.is_none() {
            return Err(
                self.error(format!("wrong number of args for {}: want at least 1 got 0", callee.name))
            );
        }
        let is_or = callee.name == "or";
        let mut read = Vec::new();
        let mut chosen = None;
        for argument in arguments {
            let value = self.any_or_nil(dot, argument)?.value;
            read.push(value.origin);
            let decides = is_true(&value) == is_or;
            chosen = Some(value);
            if decides {
                return Ok(self.chosen(callee, chosen, read));
            }
        }
        if let Some(last) = last {
            read.push(last.value.origin);
            chosen = Some(last.value);
        }
        Ok(self.chosen(callee, chosen, read))
    }

    fn chosen(&self, callee: &Callee<'s, '_>, chosen: Option<Value>, read: Vec<text::Origin>) -> Got {
        let value = chosen.unwrap_or_else(|| Value::nil(crate::Ledger::NOWHERE));
        let rule = if callee.name == "or" { "or" } else { "and" };
        let (place, parent) = (self.place(callee.place), self.decision);
        Got::plain(self.engine.ledger.chosen(value, || Decision { rule, place, read, parent }))
    }
}
