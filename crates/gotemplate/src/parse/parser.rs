//! The grammar: texts, actions, control structures, definitions.

use super::lex::Lexer;
use super::node::{Branch, BranchKind, Command, Literal, Node, Operand, Place, Run, Tree, View, position};
use super::token::{Keyword, Token, TokenKind};
use super::{Definitions, ParseTemplate};
use crate::format;
use crate::limits::PARSE_DEPTH_MAX;

pub(super) type Parse<T> = Result<T, ParseTemplate>;

/// How a list ended.
pub(super) enum Ending {
    End,
    /// `{{else}}`, and what the `if` or `with` behind it is part of stays to be read.
    Else,
}

/// What is complete of lists that are still read: the innermost list is the last one.
#[derive(Default)]
pub(super) struct Building {
    nodes: Vec<Node>,
    pub(super) commands: Vec<Command>,
    pub(super) operands: Vec<Operand>,
}

pub(super) struct Parser<'t> {
    name: &'t str,
    text: &'t [u8],
    lexer: Lexer<'t>,
    /// Tokens that were put back, the next one last.
    ahead: Vec<Token>,
    /// Where the token stands that was cut last: errors name its line.
    latest_at: usize,
    pub(super) is_function: &'t dyn Fn(&str) -> bool,
    /// The variables that are known here.
    pub(super) variables: Vec<&'t [u8]>,
    range_depth: usize,
    pub(super) depth: usize,
    /// Where the action stands that is read.
    action_at: Option<usize>,
    pub(super) building: Building,
    pub(super) tree: Tree,
    templates: Definitions,
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
            latest_at: 0,
            is_function,
            variables: vec![b"$"],
            range_depth: 0,
            depth: 0,
            action_at: None,
            building: Building::default(),
            tree: Tree::for_text(text.len()),
            templates: Vec::new(),
        }
    }

    /// The nodes of the text, and the templates that it defines.
    pub(super) fn run(mut self) -> Parse<(Tree, Definitions)> {
        if u32::try_from(self.text.len()).is_err() {
            return Err(self.error(format!("a text of more than {} bytes", u32::MAX)));
        }
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
                Item::Node(node) => self.building.nodes.push(node),
                Item::Ending(Ending::End) => return Err(self.error("unexpected {{end}}")),
                Item::Ending(Ending::Else) => return Err(self.error("unexpected {{else}}")),
            }
        }
        let root = self.settle(0);
        self.add(self.name.to_owned(), root)?;
        Ok((self.tree, self.templates))
    }

    /// The nodes of a list that began at `mark`.
    fn settle(&mut self, mark: usize) -> Run<Node> {
        Run::settle(&mut self.building.nodes, mark, &mut self.tree.nodes)
    }

    pub(super) fn view(&self) -> View<'_> {
        View { text: self.text, tree: &self.tree }
    }

    pub(super) fn next(&mut self) -> Token {
        self.ahead.pop().unwrap_or_else(|| {
            let token = self.lexer.next();
            self.latest_at = token.start;
            token
        })
    }

    pub(super) fn put_back(&mut self, token: Token) {
        self.ahead.push(token);
    }

    pub(super) fn peek(&mut self) -> Token {
        let token = self.next();
        self.put_back(token);
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
        self.put_back(token);
        token
    }

    pub(super) fn bytes(&self, token: Token) -> &'t [u8] {
        self.text.get(token.start..token.end).unwrap_or_default()
    }

    /// The text of a token of letters and digits.
    pub(super) fn word(&self, token: Token) -> &'t str {
        std::str::from_utf8(self.bytes(token)).unwrap_or_default()
    }

    fn line(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or_default();
        1 + memchr::memchr_iter(b'\n', before).count()
    }

    pub(super) fn error(&self, told: impl std::fmt::Display) -> ParseTemplate {
        ParseTemplate { message: format!("template: {}:{}: {told}", self.name, self.line(self.latest_at)) }
    }

    pub(super) fn unexpected(&self, token: Token, context: &str) -> ParseTemplate {
        let failure = self.lexer.failure.as_deref().unwrap_or_default();
        let told = token.told(self.text, failure);
        if token.kind != TokenKind::Error {
            return self.error(format!("unexpected {told} in {context}"));
        }
        let mut extra = String::new();
        let action_line = self.action_at.map(|at| self.line(at));
        if let Some(line) = action_line.filter(|line| *line != self.line(token.start)) {
            extra = format!(" in action started at {}:{line}", self.name);
            if told.ends_with(" action") {
                extra = extra.split_off(" in action".len());
            }
        }
        self.error(format!("{told}{extra}"))
    }

    fn expect(&mut self, kind: TokenKind, context: &str) -> Parse<Token> {
        let token = self.next_non_space();
        if token.kind == kind { Ok(token) } else { Err(self.unexpected(token, context)) }
    }

    fn add(&mut self, name: String, list: Run<Node>) -> Parse<()> {
        let is_empty = |list| View { text: self.text, tree: &self.tree }.is_empty(list);
        match self.templates.iter_mut().find(|(known, _)| *known == name) {
            None => self.templates.push((name, list)),
            Some((_, known)) if is_empty(*known) => *known = list,
            Some(_) if is_empty(list) => {}
            Some(_) => {
                let quoted = format::quote(name.as_bytes());
                return Err(self.error(format!("template: multiple definition of template {quoted}")));
            }
        }
        Ok(())
    }

    /// A template of its own begins: no variables, no loop, no action.
    fn apart<T>(&mut self, read: impl FnOnce(&mut Self) -> Parse<T>) -> Parse<T> {
        let variables = std::mem::replace(&mut self.variables, vec![&b"$"[..]]);
        let range_depth = std::mem::take(&mut self.range_depth);
        let action_at = self.action_at.take();
        let outcome = read(self)?;
        (self.variables, self.range_depth, self.action_at) = (variables, range_depth, action_at);
        Ok(outcome)
    }

    /// `{{define}}`, whose word has been read.
    fn definition(&mut self) -> Parse<()> {
        const CONTEXT: &str = "define clause";
        let token = self.next_non_space();
        let name = self.template_name(token, CONTEXT)?;
        self.expect(TokenKind::RightDelimiter, CONTEXT)?;
        self.define(name, CONTEXT)
    }

    /// Reads the body of a template and adds it.
    fn define(&mut self, name: Literal, context: &str) -> Parse<()> {
        let list = match self.apart(Self::list)? {
            (list, Ending::End) => list,
            (_, Ending::Else) => return Err(self.error(format!("unexpected {{{{else}}}} in {context}"))),
        };
        let name = String::from_utf8_lossy(self.view().literal(name)).into_owned();
        self.add(name, list)
    }

    fn template_name(&mut self, token: Token, context: &str) -> Parse<Literal> {
        if !matches!(token.kind, TokenKind::String | TokenKind::RawString) {
            return Err(self.unexpected(token, context));
        }
        self.literal(token)
    }

    /// Nodes up to `{{end}}` or `{{else}}`.
    fn list(&mut self) -> Parse<(Run<Node>, Ending)> {
        self.deeper()?;
        let mark = self.building.nodes.len();
        while self.peek_non_space().kind != TokenKind::End {
            match self.text_or_action()? {
                Item::Node(node) => self.building.nodes.push(node),
                Item::Ending(ending) => {
                    self.depth -= 1;
                    return Ok((self.settle(mark), ending));
                }
            }
        }
        Err(self.error("unexpected EOF"))
    }

    fn deeper(&mut self) -> Parse<()> {
        self.depth += 1;
        if self.depth > PARSE_DEPTH_MAX {
            return Err(
                self.error(format!("more than {PARSE_DEPTH_MAX} control structures within one another"))
            );
        }
        Ok(())
    }

    fn text_or_action(&mut self) -> Parse<Item> {
        let token = self.next_non_space();
        match token.kind {
            TokenKind::Text => Ok(Item::Node(Node::Text(Place::new(token.start, token.end)))),
            TokenKind::LeftDelimiter => {
                self.action_at = Some(token.start);
                let item = self.action();
                if item.is_ok() {
                    self.action_at = None;
                }
                item
            }
            _ => Err(self.unexpected(token, "input")),
        }
    }

    fn action(&mut self) -> Parse<Item> {
        let token = self.next_non_space();
        let TokenKind::Keyword(keyword) = token.kind else {
            return self.command_action(token).map(Item::Node);
        };
        let node = match keyword {
            Keyword::Block => self.block()?,
            Keyword::Break => self.leave(Node::Break, "{{break}}")?,
            Keyword::Continue => self.leave(Node::Continue, "{{continue}}")?,
            Keyword::Else => return self.otherwise().map(Item::Ending),
            Keyword::End => {
                self.expect(TokenKind::RightDelimiter, "end")?;
                return Ok(Item::Ending(Ending::End));
            }
            Keyword::If => self.branch(BranchKind::If)?,
            Keyword::Range => self.branch(BranchKind::Range)?,
            Keyword::With => self.branch(BranchKind::With)?,
            Keyword::Template => self.template()?,
            Keyword::Define => self.command_action(token)?,
        };
        Ok(Item::Node(node))
    }

    /// A pipeline that is printed or sets variables, whose first token has been read.
    fn command_action(&mut self, first: Token) -> Parse<Node> {
        self.put_back(first);
        let pipe = self.pipeline("command", TokenKind::RightDelimiter)?;
        Ok(Node::Action { at: position(first.start), pipe })
    }

    fn leave(&mut self, node: Node, told: &str) -> Parse<Node> {
        let token = self.next_non_space();
        if token.kind != TokenKind::RightDelimiter {
            return Err(self.unexpected(token, told));
        }
        if self.range_depth == 0 {
            return Err(self.error(format!("{told} outside {{{{range}}}}")));
        }
        Ok(node)
    }

    fn otherwise(&mut self) -> Parse<Ending> {
        let next = self.peek_non_space();
        if !matches!(next.kind, TokenKind::Keyword(Keyword::If | Keyword::With)) {
            self.expect(TokenKind::RightDelimiter, "else")?;
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
        let pipe = self.pipeline(context, TokenKind::RightDelimiter)?;
        self.range_depth += usize::from(kind == BranchKind::Range);
        let (list, ending) = self.list()?;
        self.range_depth -= usize::from(kind == BranchKind::Range);
        let otherwise = match ending {
            Ending::End => None,
            Ending::Else => Some(self.else_list((kind, chained))?),
        };
        self.variables.truncate(known);
        Ok(Node::Branch(Branch { kind, pipe, list, otherwise }))
    }

    /// What stands behind `{{else}}`; `{{else if}}` is an `if` that shares the end.
    fn else_list(&mut self, (kind, chained): (BranchKind, Option<Keyword>)) -> Parse<Run<Node>> {
        if let Some(chained) = chained
            && self.peek().kind == TokenKind::Keyword(chained)
        {
            self.next();
            self.deeper()?;
            let node = self.branch(kind)?;
            self.depth -= 1;
            let mark = self.building.nodes.len();
            self.building.nodes.push(node);
            return Ok(self.settle(mark));
        }
        match self.list()? {
            (list, Ending::End) => Ok(list),
            (_, Ending::Else) => Err(self.error("expected end; found {{else}}")),
        }
    }

    fn block(&mut self) -> Parse<Node> {
        const CONTEXT: &str = "block clause";
        let token = self.next_non_space();
        let name = self.template_name(token, CONTEXT)?;
        let pipe = self.pipeline(CONTEXT, TokenKind::RightDelimiter)?;
        self.define(name, CONTEXT)?;
        Ok(Node::Template { at: position(token.start), name, pipe: Some(pipe) })
    }

    fn template(&mut self) -> Parse<Node> {
        const CONTEXT: &str = "template clause";
        let token = self.next_non_space();
        let name = self.template_name(token, CONTEXT)?;
        let next = self.next_non_space();
        let pipe = match next.kind {
            TokenKind::RightDelimiter => None,
            _ => {
                self.put_back(next);
                Some(self.pipeline(CONTEXT, TokenKind::RightDelimiter)?)
            }
        };
        Ok(Node::Template { at: position(token.start), name, pipe })
    }
}

/// What a list is made of.
enum Item {
    Node(Node),
    Ending(Ending),
}
