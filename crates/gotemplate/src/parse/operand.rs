//! Operands: terms and the fields behind them.

use super::ParseTemplate;
use super::node::{Id, Literal, Operand, Place, Shown, Term, position};
use super::number;
use super::parser::Parser;
use super::token::{Token, TokenKind};
use crate::format;
use crate::limits::PARSE_DEPTH_MAX;

impl Parser<'_> {
    /// A term and the fields behind it; none if no term is next.
    pub(super) fn operand(&mut self) -> Result<Option<Operand>, ParseTemplate> {
        let Some(operand) = self.term()? else { return Ok(None) };
        let first = self.peek();
        if first.kind != TokenKind::Field {
            return Ok(Some(operand));
        }
        let mut end = first.start;
        while self.peek().kind == TokenKind::Field {
            end = self.next().end;
        }
        let place = Place { end: position(end), ..operand.place };
        let term = match operand.term {
            Term::Field | Term::Variable => operand.term,
            Term::Bool(_) | Term::String(_) | Term::Number(_) | Term::Nil | Term::Dot => {
                let told = format::quote(Shown(&operand, self.view()).to_string().as_bytes());
                return Err(self.error(format!("unexpected . after term {told}")));
            }
            Term::Identifier | Term::Pipe(_) | Term::Chain(..) => {
                Term::Chain(Id::of(operand, &mut self.tree.operands), Place::new(first.start, end))
            }
        };
        Ok(Some(Operand { at: position(first.start), place, term }))
    }

    fn term(&mut self) -> Result<Option<Operand>, ParseTemplate> {
        let token = self.next_non_space();
        let mut place = Place::new(token.start, token.end);
        let term = match token.kind {
            TokenKind::Identifier => {
                if !(self.is_function)(self.word(token)) {
                    let told = format::quote(self.bytes(token));
                    return Err(self.error(format!("function {told} not defined")));
                }
                Term::Identifier
            }
            TokenKind::Dot => Term::Dot,
            TokenKind::Nil => Term::Nil,
            TokenKind::Variable => {
                if !self.variables.contains(&self.bytes(token)) {
                    let told = format::quote(self.bytes(token));
                    return Err(self.error(format!("undefined variable {told}")));
                }
                Term::Variable
            }
            TokenKind::Field => Term::Field,
            TokenKind::Bool => Term::Bool(self.bytes(token) == b"true"),
            TokenKind::CharConstant | TokenKind::Complex | TokenKind::Number => {
                let text = String::from_utf8_lossy(self.bytes(token));
                let number = number::read(&text, token.kind).map_err(|told| self.error(told))?;
                Term::Number(Id::of(number, &mut self.tree.numbers))
            }
            TokenKind::LeftParenthesis => {
                if self.depth >= PARSE_DEPTH_MAX {
                    return Err(self.error("max expression depth exceeded"));
                }
                self.depth += 1;
                let pipe = self.pipeline("parenthesized pipeline", TokenKind::RightParenthesis)?;
                self.depth -= 1;
                place = self.view().pipe(pipe).place;
                place.end += 1;
                Term::Pipe(pipe)
            }
            TokenKind::String | TokenKind::RawString => Term::String(self.literal(token)?),
            _ => {
                self.put_back(token);
                return Ok(None);
            }
        };
        // A pipeline begins behind its parenthesis: that is the place which Go names.
        let at = place.start;
        Ok(Some(Operand { at, place: Place { start: position(token.start), ..place }, term }))
    }

    /// The bytes that a quoted token stands for.
    pub(super) fn literal(&mut self, token: Token) -> Result<Literal, ParseTemplate> {
        let (escape, bytes) = match token.kind {
            TokenKind::RawString => (b'\r', self.bytes(token)),
            _ => (b'\\', self.bytes(token)),
        };
        if memchr::memchr(escape, bytes).is_none() {
            return Ok(Literal::Plain(Place::new(token.start + 1, token.end - 1)));
        }
        let text = format::unquote(bytes).ok_or_else(|| self.error("invalid syntax"))?;
        let start = self.tree.unquoted.len();
        self.tree.unquoted.extend_from_slice(&text);
        Ok(Literal::Unquoted(Place::new(start, self.tree.unquoted.len())))
    }
}
