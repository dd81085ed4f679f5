//! Expressions evaluated: arguments first, then the variable, then the function, as the original does.

use std::collections::BTreeMap;
use std::ops::Range;

use super::characters::{self, to_lower, to_upper};
use super::fault::{Fault, FaultKind};
use super::function;
use super::glob::Extent;
use super::limits::{OUTPUT_BYTES_MAX, STEPS_MAX};
use super::output::{Output, PieceSource};
use super::parse::{Argument, Expression, Operator, Part};
use super::{Answer, Name, Strictness};

/// Evaluates one text.
pub(super) struct Evaluator<'t, L> {
    text: &'t [u8],
    lookup: L,
    strictness: Strictness,
    names: Vec<Name<'t>>,
    positions: BTreeMap<&'t str, usize>,
    bytes_left: usize,
    steps_left: u64,
}

/// A variable's value and where it is asked for.
struct Operand<'v, 'e> {
    name: usize,
    value: &'v [u8],
    place: &'e Range<usize>,
}

impl<'t, 'v, L: Fn(&str) -> Option<&'v [u8]>> Evaluator<'t, L> {
    pub(super) fn new(text: &'t [u8], lookup: L, strictness: Strictness) -> Self {
        Self {
            text,
            lookup,
            strictness,
            names: Vec::new(),
            positions: BTreeMap::new(),
            bytes_left: OUTPUT_BYTES_MAX,
            steps_left: STEPS_MAX,
        }
    }

    /// What the parts make, and which names were asked for.
    pub(super) fn evaluate(mut self, parts: &[Part]) -> Result<(Output, Vec<Name<'t>>), Fault> {
        let mut output = Output::default();
        for part in parts {
            match part {
                Part::Text(range) => self.push_input(range, &mut output)?,
                Part::Expression(expression) => self.expression(expression, &mut output)?,
            }
        }
        Ok((output, self.names))
    }

    fn expression(&mut self, expression: &Expression, output: &mut Output) -> Result<(), Fault> {
        let mut arguments = Vec::with_capacity(expression.arguments.len());
        for argument in &expression.arguments {
            let mut evaluated = Output::default();
            match argument {
                Argument::Text(ranges) => {
                    for range in ranges {
                        self.push_input(range, &mut evaluated)?;
                    }
                }
                Argument::Expression(inner) => self.expression(inner, &mut evaluated)?,
            }
            arguments.push(evaluated);
        }
        let operand = self.operand(expression)?;
        if expression.operator.reads_value() {
            let arguments_bytes: usize = arguments.iter().map(|argument| argument.bytes.len()).sum();
            self.take_steps((operand.value.len() + arguments_bytes) as u64, expression)?;
        }
        self.apply(expression, &operand, &arguments, output)
    }

    /// The value of the variable; empty where nobody has set it and that is no fault.
    fn operand<'e>(&mut self, expression: &'e Expression) -> Result<Operand<'v, 'e>, Fault> {
        let text: &'t [u8] = self.text;
        let name = text.get(expression.name.clone()).and_then(|name| std::str::from_utf8(name).ok());
        let name: &'t str = name.unwrap_or_default();
        let value = (self.lookup)(name);
        let answer = match (value, expression.operator) {
            (Some(_), _) => Answer::Found,
            (None, Operator::Default) => Answer::Defaulted,
            (None, _) => Answer::Missing,
        };
        if answer == Answer::Missing && self.strictness == Strictness::Strict {
            let kind = FaultKind::FindVariable { name: name.to_owned() };
            return Err(kind.at(expression.place.start));
        }
        let next = self.names.len();
        let position = *self.positions.entry(name).or_insert(next);
        match self.names.get_mut(position) {
            Some(known) => known.answer = known.answer.max(answer),
            None => self.names.push(Name { name, answer }),
        }
        Ok(Operand { name: position, value: value.unwrap_or_default(), place: &expression.place })
    }

    fn apply(
        &mut self,
        expression: &Expression,
        operand: &Operand<'_, '_>,
        arguments: &[Output],
        output: &mut Output,
    ) -> Result<(), Fault> {
        let value = operand.value;
        match expression.operator {
            Operator::Value | Operator::Default if value.is_empty() => {
                for argument in arguments {
                    self.take_bytes(argument.bytes.len(), operand.place)?;
                    output.append(argument);
                }
                Ok(())
            }
            Operator::Value | Operator::Default => self.push_value(operand, 0..value.len(), output),
            Operator::Length => self.push_computed(operand, value.len().to_string().as_bytes(), output),
            Operator::UpperFirst => {
                self.push_computed(operand, &characters::mapped_first(value, to_upper), output)
            }
            Operator::Upper => self.push_computed(operand, &characters::mapped(value, to_upper), output),
            Operator::LowerFirst => {
                self.push_computed(operand, &characters::mapped_first(value, to_lower), output)
            }
            Operator::Lower => self.push_computed(operand, &characters::mapped(value, to_lower), output),
            Operator::Slice => self.push_value(operand, function::slice(value, arguments), output),
            Operator::TrimShortestPrefix => self.trim_prefix(operand, (arguments, Extent::Shortest), output),
            Operator::TrimLongestPrefix => self.trim_prefix(operand, (arguments, Extent::Longest), output),
            Operator::TrimShortestSuffix => self.trim_suffix(operand, (arguments, Extent::Shortest), output),
            Operator::TrimLongestSuffix => self.trim_suffix(operand, (arguments, Extent::Longest), output),
            Operator::ReplaceFirst
            | Operator::ReplaceAll
            | Operator::ReplacePrefix
            | Operator::ReplaceSuffix => {
                let replaced = function::occurrences(value, expression.operator, arguments);
                self.replace(operand, (&replaced, arguments.get(1)), output)
            }
        }
    }

    fn trim_prefix(
        &mut self,
        operand: &Operand<'_, '_>,
        (arguments, extent): (&[Output], Extent),
        output: &mut Output,
    ) -> Result<(), Fault> {
        let pattern = arguments.first().map_or(&[][..], |argument| &argument.bytes);
        let trimmed = super::glob::prefix(pattern, operand.value, extent, &mut self.steps_left);
        let start = trimmed.map_err(|kind| kind.at(operand.place.start))?.unwrap_or(0);
        self.push_value(operand, start..operand.value.len(), output)
    }

    /// The original turns value and pattern round, which replaces what is no UTF-8.
    fn trim_suffix(
        &mut self,
        operand: &Operand<'_, '_>,
        (arguments, extent): (&[Output], Extent),
        output: &mut Output,
    ) -> Result<(), Fault> {
        let pattern = arguments.first().map_or(&[][..], |argument| &argument.bytes);
        let (pattern, value) = (characters::reversed(pattern), characters::reversed(operand.value));
        let trimmed = super::glob::prefix(&pattern, &value, extent, &mut self.steps_left);
        let start = trimmed.map_err(|kind| kind.at(operand.place.start))?.unwrap_or(0);
        let rest = characters::reversed(value.get(start..).unwrap_or_default());
        if operand.value.starts_with(&rest) {
            return self.push_value(operand, 0..rest.len(), output);
        }
        self.push_computed(operand, &rest, output)
    }

    /// The value with something else in some places of it.
    fn replace(
        &mut self,
        operand: &Operand<'_, '_>,
        (places, by): (&[Range<usize>], Option<&Output>),
        output: &mut Output,
    ) -> Result<(), Fault> {
        let mut at = 0;
        for place in places {
            self.push_value(operand, at..place.start, output)?;
            if let Some(by) = by {
                self.take_bytes(by.bytes.len(), operand.place)?;
                output.append(by);
            }
            at = place.end;
        }
        self.push_value(operand, at..operand.value.len(), output)
    }

    fn push_input(&mut self, range: &Range<usize>, output: &mut Output) -> Result<(), Fault> {
        self.take_bytes(range.len(), range)?;
        let bytes = self.text.get(range.clone()).unwrap_or_default();
        output.push(bytes, PieceSource::Input(range.clone()));
        Ok(())
    }

    fn push_value(
        &mut self,
        operand: &Operand<'_, '_>,
        range: Range<usize>,
        output: &mut Output,
    ) -> Result<(), Fault> {
        self.take_bytes(range.len(), operand.place)?;
        let bytes = operand.value.get(range.clone()).unwrap_or_default();
        output.push(bytes, PieceSource::Value { name: operand.name, range, place: operand.place.clone() });
        Ok(())
    }

    /// What a function made; where that is the value itself it keeps its place.
    fn push_computed(
        &mut self,
        operand: &Operand<'_, '_>,
        bytes: &[u8],
        output: &mut Output,
    ) -> Result<(), Fault> {
        if bytes == operand.value {
            return self.push_value(operand, 0..bytes.len(), output);
        }
        self.take_bytes(bytes.len(), operand.place)?;
        output.push(bytes, PieceSource::Computed { name: operand.name, place: operand.place.clone() });
        Ok(())
    }

    fn take_bytes(&mut self, count: usize, place: &Range<usize>) -> Result<(), Fault> {
        let left = self.bytes_left.checked_sub(count);
        self.bytes_left = left.ok_or_else(|| FaultKind::GrowTooLarge.at(place.start))?;
        Ok(())
    }

    fn take_steps(&mut self, count: u64, expression: &Expression) -> Result<(), Fault> {
        let left = self.steps_left.checked_sub(count);
        self.steps_left = left.ok_or_else(|| FaultKind::WorkTooLong.at(expression.place.start))?;
        Ok(())
    }
}
