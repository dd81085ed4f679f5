//! Arguments, checked and converted against a signature as Go's reflection does.

use super::evaluate::{Callee, Got};
use super::walk::{Focus, State, Walk};
use crate::parse::node::{Operand, Shown, Term};
use crate::{Bytes, Data, Element, FloatType, IntType, List, Map, MapType, Parameter, UintType, Value};

impl<'s> State<'s> {
    pub(super) fn arguments(
        &mut self,
        dot: &Got,
        callee: &Callee<'s, '_>,
        (arguments, last): (&'s [Operand], Option<Got>),
    ) -> Walk<(Vec<Value>, bool)> {
        let (name, fixed, variadic) = (callee.name, callee.signature.parameters, callee.signature.variadic);
        let count = arguments.len() + usize::from(last.is_some());
        if variadic.is_some() && count < fixed.len() {
            let (want, got) = (fixed.len(), arguments.len());
            return Err(
                self.error(format!("wrong number of args for {name}: want at least {want} got {got}"))
            );
        }
        if variadic.is_none() && count != fixed.len() {
            return Err(
                self.error(format!("wrong number of args for {name}: want {} got {count}", fixed.len()))
            );
        }
        let parameter = |position: usize| fixed.get(position).copied().or(variadic).unwrap_or(Parameter::Any);
        let mut values = Vec::with_capacity(count);
        let mut is_boxed_nil = false;
        for (position, argument) in arguments.iter().enumerate() {
            let got = self.argument(dot, parameter(position), argument)?;
            is_boxed_nil |= position == 0 && got.is_boxed && matches!(got.value.data, Data::Nil);
            values.push(got.value);
        }
        if let Some(last) = last {
            values.push(self.validated(last, parameter(arguments.len()))?);
        }
        Ok((values, is_boxed_nil))
    }

    fn argument(&mut self, dot: &Got, parameter: Parameter, operand: &'s Operand) -> Walk<Got> {
        self.focus = Focus::Operand(operand);
        match &operand.term {
            Term::Nil => match nil_of(parameter) {
                Some(data) => Ok(Got::plain(Value::new(data, self.origin(operand.place)))),
                None => Err(self.error(format!("cannot assign nil to {}", parameter.name()))),
            },
            Term::Dot | Term::Field | Term::Variable | Term::Pipe(_) | Term::Identifier | Term::Chain(..) => {
                let got = self.any(dot, operand)?;
                let is_boxed = got.is_boxed;
                Ok(Got { value: self.validated(got, parameter)?, is_boxed })
            }
            Term::Bool(_) | Term::Number(_) | Term::String(_) => {
                self.literal(dot, parameter, operand).map(Got::plain)
            }
        }
    }

    /// Whatever stands there, of any type.
    pub(super) fn any(&mut self, dot: &Got, operand: &'s Operand) -> Walk<Got> {
        self.focus = Focus::Operand(operand);
        match operand.term {
            Term::Dot => Ok(dot.clone()),
            Term::Field => self.fields(dot, dot.clone(), (operand, operand.place), (&[], None)),
            Term::Variable => self.variable(dot, operand, (&[], None)),
            Term::Pipe(pipe) => self.pipeline(dot, self.view.pipe(pipe)),
            Term::Identifier => {
                let focus = (Focus::Operand(operand), operand.place);
                self.function(dot, operand, focus, (&[], None))
            }
            Term::Chain(of, names) => self.chain(dot, (operand, of, names), (&[], None)),
            Term::Nil | Term::Bool(_) | Term::Number(_) | Term::String(_) => self.constant(dot, operand),
        }
    }

    /// The same where nil is a value as well.
    pub(super) fn any_or_nil(&mut self, dot: &Got, operand: &'s Operand) -> Walk<Got> {
        if matches!(operand.term, Term::Nil) {
            return Ok(Got::plain(Value::nil(self.origin(operand.place))));
        }
        self.any(dot, operand)
    }

    /// A literal as the type that is asked for.
    fn literal(&mut self, dot: &Got, parameter: Parameter, operand: &'s Operand) -> Walk<Value> {
        let number = match operand.term {
            Term::Number(number) => Some(self.view.number(number)),
            _ => None,
        };
        let int = |int_type| number.and_then(|number| number.int).map(|int| Data::Int(int, int_type));
        let data = match (parameter, operand.term) {
            (Parameter::Any, _) | (Parameter::Bool, Term::Bool(_)) | (Parameter::String, Term::String(_)) => {
                return self.constant(dot, operand).map(|got| got.value);
            }
            (Parameter::Int, _) => int(IntType::Int),
            (Parameter::Int64, _) => int(IntType::Int64),
            (Parameter::Duration, _) => int(IntType::Duration),
            (Parameter::Uint32, _) => {
                let uint = number.and_then(|number| number.uint);
                // Go cuts what is larger.
                uint.map(|uint| Data::Uint(uint & u64::from(u32::MAX), UintType::Uint32))
            }
            (Parameter::Float64, _) => {
                let float = number.and_then(|number| number.float);
                float.map(|float| Data::Float(float, FloatType::Float64))
            }
            _ => None,
        };
        let unfit = || self.error(unfit_literal(parameter, &Shown(operand, self.view).to_string()));
        data.map(|data| Value::new(data, self.origin(operand.place))).ok_or_else(unfit)
    }

    /// A value as an argument of the type that is asked for.
    pub(super) fn validated(&self, got: Got, parameter: Parameter) -> Walk<Value> {
        if matches!(got.value.data, Data::Nil) && !got.is_boxed {
            return match nil_of(parameter) {
                Some(data) => Ok(Value::new(data, got.value.origin)),
                None => Err(self.error(format!("invalid value; expected {}", parameter.name()))),
            };
        }
        if fits(&got.value, parameter) {
            return Ok(got.value);
        }
        let found = if matches!(got.value.data, Data::Nil) {
            "interface {}".to_owned()
        } else {
            crate::format::type_name(&got.value).into_owned()
        };
        Err(self.error(format!("wrong type for value; expected {}; got {found}", parameter.name())))
    }
}

/// What is wrong with a literal that a parameter cannot take.
fn unfit_literal(parameter: Parameter, shown: &str) -> String {
    let expected = match parameter {
        Parameter::Bool => "bool",
        Parameter::String => "string",
        Parameter::Int | Parameter::Int64 | Parameter::Duration => "integer",
        Parameter::Uint32 => "unsigned integer",
        Parameter::Float64 => "float",
        Parameter::Any
        | Parameter::List
        | Parameter::Strings
        | Parameter::Map
        | Parameter::ByteSlice
        | Parameter::Named(_) => {
            return format!("can't handle {shown} for arg of type {}", parameter.name());
        }
    };
    format!("expected {expected}; found {shown}")
}

/// Whether a value can be assigned to a parameter.
fn fits(value: &Value, parameter: Parameter) -> bool {
    match (parameter, &value.data) {
        (Parameter::Any, _)
        | (Parameter::String, Data::String(_))
        | (Parameter::Bool, Data::Bool(_))
        | (Parameter::Int, Data::Int(_, IntType::Int))
        | (Parameter::Int64, Data::Int(_, IntType::Int64))
        | (Parameter::Duration, Data::Int(_, IntType::Duration))
        | (Parameter::Uint32, Data::Uint(_, UintType::Uint32))
        | (Parameter::Float64, Data::Float(_, FloatType::Float64))
        | (Parameter::ByteSlice, Data::ByteSlice(_)) => true,
        (Parameter::List, Data::List(list)) => list.element.underlying() == Element::Interface,
        (Parameter::Strings, Data::List(list)) => list.element.underlying() == Element::String,
        (Parameter::Map, Data::Map(map)) => match map.map_type {
            MapType::Interface => true,
            MapType::Strings => false,
            MapType::Named(named) => named.element == "interface {}",
        },
        (Parameter::Named(name), _) => crate::format::type_name(value) == name,
        _ => false,
    }
}

/// Nil of a type; none where the type has none.
fn nil_of(parameter: Parameter) -> Option<Data> {
    let list = |element| Data::List(List::nil(element));
    match parameter {
        Parameter::Any => Some(Data::Nil),
        Parameter::List => Some(list(Element::Interface)),
        Parameter::Strings => Some(list(Element::String)),
        Parameter::Map => Some(Data::Map(Map::new(MapType::Interface))),
        Parameter::ByteSlice => Some(Data::ByteSlice(Bytes::from(&b""[..]))),
        Parameter::Named(name) => name.starts_with('*').then_some(Data::Nil),
        Parameter::String
        | Parameter::Int
        | Parameter::Int64
        | Parameter::Duration
        | Parameter::Uint32
        | Parameter::Float64
        | Parameter::Bool => None,
    }
}
