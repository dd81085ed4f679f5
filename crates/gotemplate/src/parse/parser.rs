//! The grammar: texts, actions, control structures, definitions.

use super::ParseTemplate;
use super::lex::Lexer;
use super::node::{Branch, BranchKind, Node, is_empty};
use super::token::{Keyword, Token, TokenKind};
use crate::format;
use crate::limits::PARSE_DEPTH_MAX;

pub(super) type Parse<T> = Result<T, ParseTemplate>;

/// How a list ended.
pub(super) enum Ending {
    End,
    /// `{{else}}`, and what the `if` or `with` behind it is part of stays to be read.
    Else,
}

pub(super) struct Parser<'t> {
    pub(super) name: &'t str,
    pub(super) text: &'t [u8],
    lexer: Lexer<'t>,
    /// Tokens that were put back, the next one last.
    ahead: Vec<Token>,
    /// The line of the token that was cut last: what errors name.
    latest_line: usize,
    pub(super) is_function: &'t dyn Fn(&str) -> bool,
    /// The variables that are known here.
    pub(super) variables: Vec<String>,
    range_depth: usize,
    pub(super) depth: usize,
    /// The line of the action that is read; 0 outside of any.
    action_line: usize,
    trees: Vec<(String, Vec<Node>)>,
}

impl<'t> Parser<'t> {
    pub(super) fn new(name: &'t str, text: &'t [u8], is_function: &'t dyn Fn(&str) -> bool) -> Self {
        let mut lexer = Lexer::new(text);
        lexer.knows_break = !is_function("break");
        lexer.knows_continue = !is_function("continue");
        Self {
            name,
            text,
            lexer,
            ahead: Vec::new(),
            latest_line: 0,
            is_function,
            variables: vec!["$".to_owned()],
            range_depth: 0,
            depth: 0,
            action_line: 0,
            trees: Vec::new(),
        }
    }

    pub(super) fn run(mut self) -> Parse<Vec<(String, Vec<Node>)>> {
        let mut root = Vec::new();
        while self.peek().kind != TokenKind::End {
            if self.peek().kind == TokenKind::LeftDelimiter {
                let delimiter = self.next();
                let word = self.next_non_space();
                if word.kind == TokenKind::Keyword(Keyword::Define) {
                    self.definition()?;
                    continue;
                }
                self.put_back(word);
                self.put_back(delimiter);
            }
            match self.text_or_action()? {
                Item::Node(node) => root.push(node),
                Item::Ending(Ending::End) => return Err(self.error("unexpected {{end}}")),
                Item::Ending(Ending::Else) => return Err(self.error("unexpected {{else}}")),
            }
        }
        let name = self.name.to_owned();
        self.add(name, root)?;
        Ok(self.trees)
    }

    pub(super) fn next(&mut self) -> Token {
        match self.ahead.pop() {
            Some(token) => token,
            None => {
                let token = self.lexer.next();
                self.latest_line = token.line;
                token
            }
        }
    }

    pub(super) fn put_back(&mut self, token: Token) {
        self.ahead.push(token);
    }

    pub(super) fn peek(&mut self) -> Token {
        let token = self.next();
        self.put_back(token.clone());
        token
    }

    pub(super) fn next_non_space(&mut self) -> Token {
        loop {
            let token = self.next();
            if token.kind != TokenKind::Space {
                return token;
            }
        }
    }

    pub(super) fn peek_non_space(&mut self) -> Token {
        let token = self.next_non_space();
        self.put_back(token.clone());
        token
    }

    pub(super) fn bytes(&self, token: &Token) -> &'t [u8] {
        self.text.get(token.start..token.end).unwrap_or_default()
    }

    pub(super) fn word(&self, token: &Token) -> String {
        String::from_utf8_lossy(self.bytes(token)).into_owned()
    }

    pub(super) fn error(&self, told: impl std::fmt::Display) -> ParseTemplate {
        ParseTemplate { message: format!("template: {}:{}: {told}", self.name, self.latest_line) }
    }

    pub(super) fn unexpected(&self, token: &Token, context: &str) -> ParseTemplate {
        let told = token.told(self.text);
        if !matches!(token.kind, TokenKind::Error(_)) {
            return self.error(format!("unexpected {told} in {context}"));
        }
        let mut extra = String::new();
        if self.action_line != 0 && self.action_line != token.line {
            extra = format!(" in action started at {}:{}", self.name, self.action_line);
            if told.ends_with(" action") {
                extra = extra.split_off(" in action".len());
            }
        }
        self.error(format!("{told}{extra}"))
    }

    fn expect(&mut self, kind: &TokenKind, context: &str) -> Parse<Token> {
        let token = self.next_non_space();
        if token.kind == *kind { Ok(token) } else { Err(self.unexpected(&token, context)) }
    }

    fn add(&mut self, name: String, tree: Vec<Node>) -> Parse<()> {
        let there = self.trees.iter().position(|(known, _)| *known == name);
        match there.and_then(|position| self.trees.get_mut(position)) {
            None => self.trees.push((name, tree)),
            Some((_, known)) if is_empty(known, self.text) => *known = tree,
            Some(_) if is_empty(&tree, self.text) => {}
            Some(_) => {
                let quoted = format::quote(name.as_bytes());
                return Err(self.error(format!("template: multiple definition of template {quoted}")));
            }
        }
        Ok(())
    }

    /// A template of its own begins: no variables, no loop, no action.
    fn apart<T>(&mut self, read: impl FnOnce(&mut Self) -> Parse<T>) -> Parse<T> {
        let variables = std::mem::replace(&mut self.variables, vec!["$".to_owned()]);
        let range_depth = std::mem::take(&mut self.range_depth);
        let action_line = std::mem::take(&mut self.action_line);
        let outcome = read(self)?;
        (self.variables, self.range_depth, self.action_line) = (variables, range_depth, action_line);
        Ok(outcome)
    }

    /// `{{define}}`, whose word has been read.
    fn definition(&mut self) -> Parse<()> {
        const CONTEXT: &str = "define clause";
        let token = self.next_non_space();
        let name = self.template_name(&token, CONTEXT)?;
        self.expect(&TokenKind::RightDelimiter, CONTEXT)?;
        let tree = self.apart(|parser| parser.definition_body(CONTEXT))?;
        self.add(name, tree)
    }

    fn definition_body(&mut self, context: &str) -> Parse<Vec<Node>> {
        match self.list()? {
            (tree, Ending::End) => Ok(tree),
            (_, Ending::Else) => Err(self.error(format!("unexpected {{{{else}}}} in {context}"))),
        }
    }

    fn template_name(&self, token: &Token, context: &str) -> Parse<String> {
        if !matches!(token.kind, TokenKind::String | TokenKind::RawString) {
            return Err(self.unexpected(token, context));
        }
        let name = format::unquote(self.bytes(token)).ok_or_else(|| self.error("invalid syntax"))?;
        Ok(String::from_utf8_lossy(&name).into_owned())
    }

    /// Nodes up to `{{end}}` or `{{else}}`.
    fn list(&mut self) -> Parse<(Vec<Node>, Ending)> {
        self.depth += 1;
        if self.depth > PARSE_DEPTH_MAX {
            return Err(
                self.error(format!("more than {PARSE_DEPTH_MAX} control structures within one another"))
            );
        }
        let mut nodes = Vec::new();
        while self.peek_non_space().kind != TokenKind::End {
            match self.text_or_action()? {
                Item::Node(node) => nodes.push(node),
                Item::Ending(ending) => {
                    self.depth -= 1;
                    return Ok((nodes, ending));
                }
            }
        }
        Err(self.error("unexpected EOF"))
    }

    fn text_or_action(&mut self) -> Parse<Item> {
        let token = self.next_non_space();
        match token.kind {
            TokenKind::Text => Ok(Item::Node(Node::Text { start: token.start, end: token.end })),
            TokenKind::LeftDelimiter => {
                self.action_line = token.line;
                let item = self.action();
                if item.is_ok() {
                    self.action_line = 0;
                }
                item
            }
            _ => Err(self.unexpected(&token, "input")),
        }
    }

    fn action(&mut self) -> Parse<Item> {
        let token = self.next_non_space();
        let TokenKind::Keyword(keyword) = token.kind else {
            let at = token.start;
            self.put_back(token);
            let pipe = self.pipeline("command", &TokenKind::RightDelimiter)?;
            return Ok(Item::Node(Node::Action { at, pipe }));
        };
        let node = match keyword {
            Keyword::Block => self.block()?,
            Keyword::Break => self.leave(Node::Break, "{{break}}")?,
            Keyword::Continue => self.leave(Node::Continue, "{{continue}}")?,
            Keyword::Else => return self.otherwise().map(Item::Ending),
            Keyword::End => {
                self.expect(&TokenKind::RightDelimiter, "end")?;
                return Ok(Item::Ending(Ending::End));
            }
            Keyword::If => self.branch(BranchKind::If)?,
            Keyword::Range => self.branch(BranchKind::Range)?,
            Keyword::With => self.branch(BranchKind::With)?,
            Keyword::Template => self.template()?,
            Keyword::Define => {
                let at = token.start;
                self.put_back(token);
                let pipe = self.pipeline("command", &TokenKind::RightDelimiter)?;
                Node::Action { at, pipe }
            }
        };
        Ok(Item::Node(node))
    }

    fn leave(&mut self, node: Node, told: &str) -> Parse<Node> {
        let token = self.next_non_space();
        if token.kind != TokenKind::RightDelimiter {
            return Err(self.unexpected(&token, told));
        }
        if self.range_depth == 0 {
            return Err(self.error(format!("{told} outside {{{{range}}}}")));
        }
        Ok(node)
    }

    fn otherwise(&mut self) -> Parse<Ending> {
        let next = self.peek_non_space();
        if !matches!(next.kind, TokenKind::Keyword(Keyword::If | Keyword::With)) {
            self.expect(&TokenKind::RightDelimiter, "else")?;
        }
        Ok(Ending::Else)
    }

    fn branch(&mut self, kind: BranchKind) -> Parse<Node> {
        let known = self.variables.len();
        let (context, chained) = match kind {
            BranchKind::If => ("if", Some(Keyword::If)),
            BranchKind::With => ("with", Some(Keyword::With)),
            BranchKind::Range => ("range", None),
        };
        let pipe = self.pipeline(context, &TokenKind::RightDelimiter)?;
        self.range_depth += usize::from(kind == BranchKind::Range);
        let (list, ending) = self.list()?;
        self.range_depth -= usize::from(kind == BranchKind::Range);
        let otherwise = match ending {
            Ending::End => None,
            Ending::Else => Some(self.else_list((kind, chained))?),
        };
        self.variables.truncate(known);
        Ok(Node::Branch(Box::new(Branch { kind, pipe, list, otherwise })))
    }

    /// What stands behind `{{else}}`; `{{else if}}` is an `if` that shares the end.
    fn else_list(&mut self, (kind, chained): (BranchKind, Option<Keyword>)) -> Parse<Vec<Node>> {
        if let Some(chained) = chained
            && self.peek().kind == TokenKind::Keyword(chained)
        {
            self.next();
            self.depth += 1;
            if self.depth > PARSE_DEPTH_MAX {
                return Err(
                    self.error(format!("more than {PARSE_DEPTH_MAX} control structures within one another"))
                );
            }
            let node = self.branch(kind)?;
            self.depth -= 1;
            return Ok(vec![node]);
        }
        match self.list()? {
            (list, Ending::End) => Ok(list),
            (_, Ending::Else) => Err(self.error("expected end; found {{else}}")),
        }
    }

    fn block(&mut self) -> Parse<Node> {
        const CONTEXT: &str = "block clause";
        let token = self.next_non_space();
        let name = self.template_name(&token, CONTEXT)?;
        let pipe = self.pipeline(CONTEXT, &TokenKind::RightDelimiter)?;
        let tree = self.apart(|parser| parser.definition_body(CONTEXT))?;
        self.add(name.clone(), tree)?;
        Ok(Node::Template { at: token.start, name, pipe: Some(pipe) })
    }

    fn template(&mut self) -> Parse<Node> {
        const CONTEXT: &str = "template clause";
        let token = self.next_non_space();
        let name = self.template_name(&token, CONTEXT)?;
        let next = self.next_non_space();
        let pipe = match next.kind {
            TokenKind::RightDelimiter => None,
            _ => {
                self.put_back(next);
                Some(self.pipeline(CONTEXT, &TokenKind::RightDelimiter)?)
            }
        };
        Ok(Node::Template { at: token.start, name, pipe })
    }
}

/// What a list is made of.
enum Item {
    Node(Node),
    Ending(Ending),
}
