//! Pipelines: variables that are declared or assigned, and commands.

use super::node::{Command, Pipe, Term};
use super::parser::{Parse, Parser};
use super::token::{Token, TokenKind};

impl Parser<'_> {
    /// Declarations and commands up to `end`, which is read as well.
    pub(super) fn pipeline(&mut self, context: &str, end: &TokenKind) -> Parse<Pipe> {
        let at = self.peek_non_space().start;
        let mut pipe = Pipe { at, end: at, assigns: false, variables: Vec::new(), commands: Vec::new() };
        while self.declaration(context, &mut pipe)? {}
        loop {
            let token = self.next_non_space();
            if token.kind == *end {
                pipe.end = token.start;
                self.check(&pipe, context)?;
                return Ok(pipe);
            }
            if !is_operand(&token.kind) {
                return Err(self.unexpected(&token, context));
            }
            self.put_back(token);
            let command = self.command()?;
            pipe.commands.push(command);
        }
    }

    /// Reads a variable that is declared or assigned, if one is next; whether another one may follow.
    fn declaration(&mut self, context: &str, pipe: &mut Pipe) -> Parse<bool> {
        let variable = self.peek_non_space();
        if variable.kind != TokenKind::Variable {
            return Ok(false);
        }
        self.next_non_space();
        let behind = self.peek();
        let next = self.peek_non_space();
        let is_comma = next.kind == TokenKind::Char && self.bytes(&next) == b",";
        if matches!(next.kind, TokenKind::Assign | TokenKind::Declare) {
            pipe.assigns = next.kind == TokenKind::Assign;
            self.next_non_space();
            self.declare(&variable, pipe);
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
        self.declare(&variable, pipe);
        if context == "range" && pipe.variables.len() < 2 {
            return match self.peek_non_space().kind {
                TokenKind::Variable | TokenKind::RightDelimiter | TokenKind::RightParenthesis => Ok(true),
                _ => Err(self.error("range can only initialize variables")),
            };
        }
        Err(self.error(format!("too many declarations in {context}")))
    }

    fn declare(&mut self, variable: &Token, pipe: &mut Pipe) {
        let name = self.word(variable);
        pipe.variables.push(name.clone());
        self.variables.push(name);
    }

    fn check(&self, pipe: &Pipe, context: &str) -> Parse<()> {
        if pipe.commands.is_empty() {
            return Err(self.error(format!("missing value for {context}")));
        }
        for (position, command) in pipe.commands.iter().enumerate().skip(1) {
            let first = command.arguments.first().map(|first| &first.term);
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
        let at = self.peek_non_space().start;
        let mut arguments = Vec::new();
        loop {
            self.skip_space();
            if let Some(operand) = self.operand()? {
                arguments.push(operand);
            }
            let token = self.next();
            match token.kind {
                TokenKind::Space => {}
                TokenKind::RightDelimiter | TokenKind::RightParenthesis => {
                    self.put_back(token);
                    break;
                }
                TokenKind::Pipe => break,
                _ => return Err(self.unexpected(&token, "operand")),
            }
        }
        if arguments.is_empty() {
            return Err(self.error("empty command"));
        }
        Ok(Command { at, arguments })
    }

    fn skip_space(&mut self) {
        let token = self.next_non_space();
        self.put_back(token);
    }
}

fn is_operand(kind: &TokenKind) -> bool {
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
