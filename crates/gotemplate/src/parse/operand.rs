//! Operands: terms and the fields behind them.

use super::ParseTemplate;
use super::node::{Operand, Shown, Term};
use super::number;
use super::parser::Parser;
use super::token::TokenKind;
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
        let mut names = Vec::new();
        let mut end = first.start;
        while self.peek().kind == TokenKind::Field {
            let field = self.next();
            end = field.end;
            names.push(self.word(&field).split_off(1));
        }
        let (at, start) = (first.start, operand.start);
        let term = match operand.term {
            Term::Field(mut there) => {
                there.extend(names);
                Term::Field(there)
            }
            Term::Variable(mut there) => {
                there.extend(names);
                Term::Variable(there)
            }
            Term::Bool(_) | Term::String(_) | Term::Number(_) | Term::Nil | Term::Dot => {
                let told = format::quote(Shown(&operand, self.text).to_string().as_bytes());
                return Err(self.error(format!("unexpected . after term {told}")));
            }
            Term::Identifier(_) | Term::Pipe(_) | Term::Chain(..) => Term::Chain(Box::new(operand), names),
        };
        Ok(Some(Operand { at, start, end, term }))
    }

    fn term(&mut self) -> Result<Option<Operand>, ParseTemplate> {
        let token = self.next_non_space();
        let (start, mut end) = (token.start, token.end);
        let mut at = start;
        let term = match &token.kind {
            TokenKind::Identifier => {
                let name = self.word(&token);
                if !(self.is_function)(&name) {
                    return Err(
                        self.error(format!("function {} not defined", format::quote(name.as_bytes())))
                    );
                }
                Term::Identifier(name)
            }
            TokenKind::Dot => Term::Dot,
            TokenKind::Nil => Term::Nil,
            TokenKind::Variable => {
                let name = self.word(&token);
                if !self.variables.contains(&name) {
                    return Err(self.error(format!("undefined variable {}", format::quote(name.as_bytes()))));
                }
                Term::Variable(vec![name])
            }
            TokenKind::Field => Term::Field(vec![self.word(&token).split_off(1)]),
            TokenKind::Bool => Term::Bool(self.bytes(&token) == b"true"),
            TokenKind::CharConstant | TokenKind::Complex | TokenKind::Number => {
                let number =
                    number::read(&self.word(&token), &token.kind).map_err(|told| self.error(told))?;
                Term::Number(number)
            }
            TokenKind::LeftParenthesis => {
                if self.depth >= PARSE_DEPTH_MAX {
                    return Err(self.error("max expression depth exceeded"));
                }
                self.depth += 1;
                let pipe = self.pipeline("parenthesized pipeline", &TokenKind::RightParenthesis)?;
                self.depth -= 1;
                (at, end) = (pipe.at, pipe.end + 1);
                Term::Pipe(Box::new(pipe))
            }
            TokenKind::String | TokenKind::RawString => {
                let text = format::unquote(self.bytes(&token)).ok_or_else(|| self.error("invalid syntax"))?;
                Term::String(text)
            }
            _ => {
                self.put_back(token);
                return Ok(None);
            }
        };
        Ok(Some(Operand { at, start, end, term }))
    }
}
