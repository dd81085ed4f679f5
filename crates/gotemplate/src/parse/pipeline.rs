//! Pipelines: variables that are declared or assigned, and commands.

use super::node::{Command, Id, Operand, Pipe, Place, Run, Term, position};
use super::parser::{Parse, Parser};
use super::token::{Token, TokenKind};

impl Parser<'_> {
    /// Declarations and commands up to `end`, which is read as well.
    pub(super) fn pipeline(&mut self, context: &str, end: TokenKind) -> Parse<Id<Pipe>> {
        let at = self.peek_non_space().start;
        let (variables, assigns) = self.declarations(context)?;
        let mark = self.building.commands.len();
        loop {
            let token = self.next_non_space();
            if token.kind == end {
                let commands = Run::settle(&mut self.building.commands, mark, &mut self.tree.commands);
                let pipe = Pipe { place: Place::new(at, token.start), assigns, variables, commands };
                self.check(&pipe, context)?;
                return Ok(Id::of(pipe, &mut self.tree.pipes));
            }
            if !is_operand(token.kind) {
                return Err(self.unexpected(token, context));
            }
            self.put_back(token);
            let command = self.command()?;
            self.building.commands.push(command);
        }
    }

    /// The variables that a pipeline declares or assigns, and whether it assigns.
    fn declarations(&mut self, context: &str) -> Parse<(Run<Place>, bool)> {
        let start = self.tree.variables.len();
        let mut assigns = false;
        while self.declaration(context, (start, &mut assigns))? {}
        Ok((Run::since(start, &self.tree.variables), assigns))
    }

    /// Reads a variable that is declared or assigned, if one is next; whether another one may follow. Those of this
    /// pipeline lie behind `start`.
    fn declaration(&mut self, context: &str, (start, assigns): (usize, &mut bool)) -> Parse<bool> {
        let variable = self.peek_non_space();
        if variable.kind != TokenKind::Variable {
            return Ok(false);
        }
        self.next_non_space();
        let behind = self.peek();
        let next = self.peek_non_space();
        let is_comma = next.kind == TokenKind::Char && self.bytes(next) == b",";
        if matches!(next.kind, TokenKind::Assign | TokenKind::Declare) {
            *assigns = next.kind == TokenKind::Assign;
            self.next_non_space();
            self.declare(variable);
            return Ok(false);
        }
        if !is_comma {
            if behind.kind == TokenKind::Space {
                self.put_back(behind);
            }
            self.put_back(variable);
            return Ok(false);
        }
        self.next_non_space();
        self.declare(variable);
        if context == "range" && self.tree.variables.len() - start < 2 {
            return match self.peek_non_space().kind {
                TokenKind::Variable | TokenKind::RightDelimiter | TokenKind::RightParenthesis => Ok(true),
                _ => Err(self.error("range can only initialize variables")),
            };
        }
        Err(self.error(format!("too many declarations in {context}")))
    }

    fn declare(&mut self, variable: Token) {
        self.tree.variables.push(Place::new(variable.start, variable.end));
        self.variables.push(self.bytes(variable));
    }

    fn check(&self, pipe: &Pipe, context: &str) -> Parse<()> {
        let view = self.view();
        let commands = view.commands(pipe);
        if commands.is_empty() {
            return Err(self.error(format!("missing value for {context}")));
        }
        for (position, command) in commands.iter().enumerate().skip(1) {
            let first = view.arguments(command).first().map(|first| first.term);
            if matches!(
                first,
                Some(Term::Bool(_) | Term::Dot | Term::Nil | Term::Number(_) | Term::String(_))
            ) {
                let stage = position + 1;
                return Err(self.error(format!("non executable command in pipeline stage {stage}")));
            }
        }
        Ok(())
    }

    fn command(&mut self) -> Parse<Command> {
        let at = position(self.peek_non_space().start);
        let mark = self.building.operands.len();
        loop {
            self.skip_space();
            if let Some(operand) = self.operand()? {
                self.building.operands.push(operand);
            }
            let token = self.next();
            match token.kind {
                TokenKind::Space => {}
                TokenKind::RightDelimiter | TokenKind::RightParenthesis => {
                    self.put_back(token);
                    break;
                }
                TokenKind::Pipe => break,
                _ => return Err(self.unexpected(token, "operand")),
            }
        }
        if self.building.operands.len() == mark {
            return Err(self.error("empty command"));
        }
        let arguments: Run<Operand> = Run::settle(&mut self.building.operands, mark, &mut self.tree.operands);
        Ok(Command { at, arguments })
    }

    fn skip_space(&mut self) {
        let token = self.next_non_space();
        self.put_back(token);
    }
}

fn is_operand(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Bool
            | TokenKind::CharConstant
            | TokenKind::Complex
            | TokenKind::Dot
            | TokenKind::Field
            | TokenKind::Identifier
            | TokenKind::Number
            | TokenKind::Nil
            | TokenKind::RawString
            | TokenKind::String
            | TokenKind::Variable
            | TokenKind::LeftParenthesis
    )
}
