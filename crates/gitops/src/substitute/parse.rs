//! A text taken apart into what stays and expressions, as `fluxcd/pkg/envsubst` parses it. Evaluates nothing.
//!
//! Each byte is looked at once. What the original does in corners is kept: a NUL ends the text, `$$` is one `$` outside of
//! expressions and in what is replaced only, and runs of `:` or `/` between arguments count as one.

use std::ops::Range;

use super::characters;
use super::fault::{Fault, FaultKind};
use super::limits::EXPRESSION_DEPTH_MAX;

/// A part of the text.
#[derive(Debug)]
pub(super) enum Part {
    /// It stays as it is.
    Text(Range<usize>),
    /// `${…}`.
    Expression(Expression),
}

/// `${…}` with the places of its parts.
#[derive(Debug)]
pub(super) struct Expression {
    pub(super) place: Range<usize>,
    pub(super) name: Range<usize>,
    pub(super) operator: Operator,
    pub(super) arguments: Vec<Argument>,
}

/// What an operator works with.
#[derive(Debug)]
pub(super) enum Argument {
    /// A text, in the ranges that escapes leave of it.
    Text(Vec<Range<usize>>),
    /// Another expression.
    Expression(Box<Expression>),
}

/// What is done to the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    /// `${v}`, and `^,` or `,^`, which mean nothing.
    Value,
    /// `:-`, `:=`, `=`, and `:+`, `:?`, which the original takes for the same.
    Default,
    /// `${#v}`.
    Length,
    UpperFirst,
    Upper,
    LowerFirst,
    Lower,
    /// `:offset`, `:offset:length`.
    Slice,
    TrimShortestPrefix,
    TrimLongestPrefix,
    TrimShortestSuffix,
    TrimLongestSuffix,
    ReplaceFirst,
    ReplaceAll,
    ReplacePrefix,
    ReplaceSuffix,
}

impl Operator {
    /// Whether it looks at all of the value.
    pub(super) fn reads_value(self) -> bool {
        !matches!(self, Self::Value | Self::Default | Self::Length | Self::Slice)
    }
}

/// Takes a text apart.
pub(super) fn parse(text: &[u8]) -> Result<Vec<Part>, Fault> {
    let mut parser = Parser { text, at: 0, depth: 0 };
    let mut parts = Vec::new();
    let mut start = 0;
    loop {
        let rest = text.get(parser.at..).unwrap_or_default();
        let Some(found) = memchr::memchr2(b'$', END, rest) else {
            parts.push(Part::Text(start..text.len()));
            return Ok(parts);
        };
        let found = parser.at + found;
        match (text.get(found), text.get(found + 1)) {
            (Some(&END), _) => {
                parts.push(Part::Text(start..found));
                return Ok(parts);
            }
            (_, Some(b'{')) => {
                parts.push(Part::Text(start..found));
                parser.at = found;
                parts.push(Part::Expression(parser.expression()?));
                start = parser.at;
            }
            (_, Some(b'$')) => {
                parts.push(Part::Text(start..found));
                start = found + 1;
                parser.at = found + 2;
            }
            _ => parser.at = found + 1,
        }
    }
}

/// The character that the original takes for the end of the text.
const END: u8 = 0;

/// Which characters an escape may stand before.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Escapes {
    None,
    /// `$$`, `\/` and `\\`.
    OfReplacing,
}

struct Parser<'t> {
    text: &'t [u8],
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    /// The next byte; none at the end.
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied().filter(|byte| *byte != END)
    }

    /// Skips bytes that are accepted, at most so many; gives how many there were.
    fn skip(&mut self, most: usize, accept: impl Fn(u8) -> bool) -> usize {
        let start = self.at;
        while self.at - start < most && self.peek().is_some_and(&accept) {
            self.at += 1;
        }
        self.at - start
    }

    fn fault(&self, kind: FaultKind) -> Fault {
        kind.at(self.at)
    }

    fn begins_expression(&self) -> bool {
        self.peek() == Some(b'$') && self.text.get(self.at + 1) == Some(&b'{')
    }

    /// An expression from its `$` to behind its `}`.
    fn expression(&mut self) -> Result<Expression, Fault> {
        let start = self.at;
        self.depth += 1;
        if self.depth > EXPRESSION_DEPTH_MAX {
            return Err(self.fault(FaultKind::NestTooDeep));
        }
        self.at += 2;
        let (name, (operator, arguments)) = match self.peek() {
            Some(b'#') => (self.length()?, (Operator::Length, Vec::new())),
            _ => (self.name().ok_or_else(|| self.fault(FaultKind::NameVariable))?, self.operation()?),
        };
        self.depth -= 1;
        Ok(Expression { place: start..self.at, name, operator, arguments })
    }

    fn name(&mut self) -> Option<Range<usize>> {
        let start = self.at;
        while let Some((character, length)) = characters::first(self.text.get(self.at..)?) {
            if !characters::is_of_name(character) {
                break;
            }
            self.at += length;
        }
        (self.at > start).then_some(start..self.at)
    }

    /// `#name}`.
    fn length(&mut self) -> Result<Range<usize>, Fault> {
        self.at += 1;
        let name = self.name().ok_or_else(|| self.fault(FaultKind::FormExpression))?;
        self.close()?;
        Ok(name)
    }

    /// What follows a name.
    fn operation(&mut self) -> Result<(Operator, Vec<Argument>), Fault> {
        match self.peek() {
            Some(b'}') => {
                self.at += 1;
                Ok((Operator::Value, Vec::new()))
            }
            Some(b':') => match self.text.get(self.at + 1) {
                Some(b'=' | b'-' | b'?' | b'+') => self.default(2),
                _ => self.slice(),
            },
            Some(b'=') => self.default(1),
            Some(b',' | b'^') => self.case(),
            Some(b'/') => self.replacement(),
            Some(trim @ (b'#' | b'%')) => self.trim(trim),
            _ => Err(self.fault(FaultKind::CloseBrace)),
        }
    }

    fn close(&mut self) -> Result<(), Fault> {
        match self.skip(1, |byte| byte == b'}') {
            1 => Ok(()),
            _ => Err(self.fault(FaultKind::FormExpression)),
        }
    }

    /// Texts and expressions up to the brace.
    fn default(&mut self, operator_bytes: usize) -> Result<(Operator, Vec<Argument>), Fault> {
        self.at += operator_bytes;
        let mut arguments = Vec::new();
        while self.peek() != Some(b'}') {
            arguments.push(self.argument(|byte| byte != b'}', Escapes::None)?);
        }
        self.close()?;
        Ok((Operator::Default, arguments))
    }

    /// `:offset}` or `:offset:length}`. In the original nothing beyond ASCII can follow the colon.
    fn slice(&mut self) -> Result<(Operator, Vec<Argument>), Fault> {
        self.at += 1;
        if self.text.get(self.at).is_none() || self.is_wide() {
            return Err(self.fault(FaultKind::FormExpression));
        }
        let mut arguments = vec![self.argument(|byte| !matches!(byte, b':' | b'}'), Escapes::None)?];
        if self.peek() != Some(b'}') {
            if self.skip(usize::MAX, |byte| byte == b':') == 0 {
                return Err(self.fault(FaultKind::FormExpression));
            }
            arguments.push(self.argument(|byte| byte != b'}', Escapes::None)?);
        }
        self.close()?;
        Ok((Operator::Slice, arguments))
    }

    /// Whether the next character has several bytes.
    fn is_wide(&self) -> bool {
        let rest = self.text.get(self.at..).unwrap_or_default();
        characters::first(rest).is_some_and(|(_, length)| length > 1)
    }

    fn case(&mut self) -> Result<(Operator, Vec<Argument>), Fault> {
        let start = self.at;
        self.skip(2, |byte| matches!(byte, b',' | b'^'));
        let operator = match self.text.get(start..self.at) {
            Some(b"^") => Operator::UpperFirst,
            Some(b"^^") => Operator::Upper,
            Some(b",") => Operator::LowerFirst,
            Some(b",,") => Operator::Lower,
            _ => Operator::Value,
        };
        self.close()?;
        Ok((operator, Vec::new()))
    }

    fn trim(&mut self, sign: u8) -> Result<(Operator, Vec<Argument>), Fault> {
        let operator = match (sign, self.skip(2, |byte| byte == sign)) {
            (b'#', 1) => Operator::TrimShortestPrefix,
            (b'#', _) => Operator::TrimLongestPrefix,
            (_, 1) => Operator::TrimShortestSuffix,
            _ => Operator::TrimLongestSuffix,
        };
        let pattern = self.argument(|byte| byte != b'}', Escapes::None)?;
        self.close()?;
        Ok((operator, vec![pattern]))
    }

    /// `/what/by}` or `/what/}`, behind `/` one more sign.
    fn replacement(&mut self) -> Result<(Operator, Vec<Argument>), Fault> {
        self.at += 1;
        let operator = match self.peek() {
            Some(b'/') => Operator::ReplaceAll,
            Some(b'#') => Operator::ReplacePrefix,
            Some(b'%') => Operator::ReplaceSuffix,
            _ => Operator::ReplaceFirst,
        };
        if operator != Operator::ReplaceFirst {
            self.at += 1;
        }
        let mut arguments = vec![self.argument(|byte| byte != b'/', Escapes::OfReplacing)?];
        if self.skip(usize::MAX, |byte| byte == b'/') == 0 {
            return Err(self.fault(FaultKind::FormExpression));
        }
        if self.peek() != Some(b'}') {
            arguments.push(self.argument(|byte| byte != b'}', Escapes::OfReplacing)?);
        }
        self.close()?;
        Ok((operator, arguments))
    }

    /// An expression, or a text of at least one character.
    fn argument(&mut self, accept: impl Fn(u8) -> bool, escapes: Escapes) -> Result<Argument, Fault> {
        if self.begins_expression() {
            return Ok(Argument::Expression(Box::new(self.expression()?)));
        }
        let mut ranges = Vec::new();
        let first = self.at;
        let mut start = self.at;
        while let Some(byte) = self.peek().filter(|_| !self.begins_expression()) {
            if escapes == Escapes::OfReplacing && self.is_escape(byte) {
                ranges.push(start..self.at);
                start = self.at + 1;
                self.at += 2;
            } else if accept(byte) {
                self.at += 1;
            } else {
                break;
            }
        }
        if self.at == first {
            return Err(self.fault(FaultKind::ReadArgument));
        }
        ranges.push(start..self.at);
        Ok(Argument::Text(ranges))
    }

    fn is_escape(&self, byte: u8) -> bool {
        let next = self.text.get(self.at + 1);
        matches!((byte, next), (b'$', Some(b'$')) | (b'\\', Some(b'/' | b'\\')))
    }
}
