//! Random actions: branches, loops, variables, templates within templates, as a tree that can be made smaller.

use super::expression::{Expressions, Scope, Type};

/// A part of a template.
#[derive(Debug, Clone)]
pub(super) enum Node {
    /// Text and actions that hold nothing.
    Leaf(String),
    /// Arms, each with the action that begins it, up to the action that ends the last.
    Block { arms: Vec<(String, Vec<Node>)>, end: String },
}

/// Blocks within one another: deeper ones say nothing that these do not.
const DEPTH_MAX: usize = 3;

/// Whether a loop is around a statement, so that it may be left.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Around {
    Loop,
    Nothing,
}

impl Expressions {
    /// A few statements over the root.
    pub(super) fn statements(&mut self) -> Vec<Node> {
        self.several(&mut Scope::default(), (0, Around::Nothing))
    }

    fn several(&mut self, scope: &mut Scope, at: (usize, Around)) -> Vec<Node> {
        let known = scope.variables.len();
        let count = 1 + self.random.below(4);
        let nodes = (0..count).map(|_| self.statement(scope, at)).collect();
        scope.variables.truncate(known);
        nodes
    }

    fn statement(&mut self, scope: &mut Scope, (depth, around): (usize, Around)) -> Node {
        let choices = if depth < DEPTH_MAX { 16 } else { 10 };
        match self.random.below(choices) {
            0 | 1 => Node::Leaf(self.text()),
            2..=4 => {
                let text = self.expression(scope, Type::Any, 0);
                Node::Leaf(self.action(&text))
            }
            5 => self.declaration(scope),
            6 => self.assignment(scope),
            7 => self.comment(),
            8 => self.call_of_template(scope),
            9 if around == Around::Loop => self.leaving(scope),
            9 => Node::Leaf(self.text()),
            10 | 11 => self.choice(scope, (depth, around)),
            12 => self.with(scope, (depth, around)),
            13 => self.counting(scope, depth),
            _ => self.looping(scope, depth),
        }
    }

    fn text(&mut self) -> String {
        let words = ["one\n", "  two ", "\n\n", "three: ", "{ }", "# four\n", "Ünï\n  ", "-", "\t", "}} \n"];
        let count = 1 + self.random.below(2);
        (0..count).map(|_| self.random.pick(&words)).collect()
    }

    /// An action, with trim markers now and then, and now and then over several lines.
    fn action(&mut self, text: &str) -> String {
        let mut open = "{{ ";
        if self.random.chance(20) {
            self.used.insert("{{-");
            open = "{{- ";
        }
        let mut close = " }}";
        if self.random.chance(20) {
            self.used.insert("-}}");
            close = " -}}";
        }
        if self.random.chance(5) {
            self.used.insert("action of several lines");
            return format!("{open}\n  {text}\n{close}");
        }
        format!("{open}{text}{close}")
    }

    fn variable(&mut self, scope: &mut Scope, given: Type) -> String {
        let name = format!("$v{}", scope.variables.len());
        scope.variables.push((name.clone(), given));
        name
    }

    fn declaration(&mut self, scope: &mut Scope) -> Node {
        self.used.insert(":=");
        let given = [Type::Text, Type::Int, Type::List, Type::Map, Type::Bool][self.random.below(5)];
        let text = self.expression(scope, given, 0);
        let name = self.variable(scope, given);
        Node::Leaf(self.action(&format!("{name} := {text}")))
    }

    fn assignment(&mut self, scope: &mut Scope) -> Node {
        let Some((name, given)) = scope.variables.get(self.random.below(scope.variables.len())).cloned()
        else {
            return self.declaration(scope);
        };
        self.used.insert("=");
        let text = self.expression(scope, given, 1);
        Node::Leaf(self.action(&format!("{name} = {text}")))
    }

    fn comment(&mut self) -> Node {
        self.used.insert("comment");
        let comment = ["{{/* nothing */}}", "{{- /* no {{ thing }} */ -}}", "{{/*\n a\n*/ -}}"];
        Node::Leaf(self.random.pick(&comment).to_owned())
    }

    fn call_of_template(&mut self, scope: &mut Scope) -> Node {
        self.used.insert("template");
        let chart = self.chart.clone();
        let text = match self.random.below(3) {
            0 => format!("template \"{chart}.name\" $"),
            1 => format!("template \"{chart}.count\" {}", self.random.below(4)),
            _ => {
                let (left, right) = (self.argument(scope, Type::Any, 2), self.argument(scope, Type::Any, 2));
                format!("template \"{chart}.pair\" (dict \"left\" {left} \"right\" {right})")
            }
        };
        Node::Leaf(self.action(&text))
    }

    fn leaving(&mut self, scope: &mut Scope) -> Node {
        let word = self.random.pick(&["break", "continue"]);
        self.used.insert(word);
        let condition = self.expression(scope, Type::Bool, 1);
        let open = self.action(&format!("if {condition}"));
        let leave = Node::Leaf(self.action(word));
        Node::Block { arms: vec![(open, vec![leave])], end: self.action("end") }
    }

    fn choice(&mut self, scope: &mut Scope, (depth, around): (usize, Around)) -> Node {
        let mut arms = Vec::new();
        for number in 0..1 + self.random.below(3) {
            let wanted = if self.random.chance(60) { Type::Bool } else { Type::Any };
            let condition = self.expression(scope, wanted, 1);
            let word = if number == 0 { "if" } else { "else if" };
            self.used.insert(word);
            arms.push((
                self.action(&format!("{word} {condition}")),
                self.several(scope, (depth + 1, around)),
            ));
        }
        if self.random.chance(50) {
            self.used.insert("else");
            arms.push((self.action("else"), self.several(scope, (depth + 1, around))));
        }
        Node::Block { arms, end: self.action("end") }
    }

    fn with(&mut self, scope: &mut Scope, (depth, around): (usize, Around)) -> Node {
        let mut arms = Vec::new();
        let known = scope.variables.len();
        for number in 0..1 + self.random.below(2) {
            let given = [Type::Text, Type::Map, Type::List, Type::Int][self.random.below(4)];
            let text = self.expression(scope, given, 1);
            let word = if number == 0 { "with" } else { "else with" };
            self.used.insert(word);
            let head = if self.random.chance(40) {
                self.used.insert("with a variable");
                let name = self.variable(scope, given);
                format!("{word} {name} := {text}")
            } else {
                format!("{word} {text}")
            };
            let dot = scope.dot.replace(given);
            arms.push((self.action(&head), self.several(scope, (depth + 1, around))));
            scope.dot = dot;
        }
        scope.variables.truncate(known);
        if self.random.chance(50) {
            self.used.insert("else of with");
            arms.push((self.action("else"), self.several(scope, (depth + 1, around))));
        }
        Node::Block { arms, end: self.action("end") }
    }

    fn counting(&mut self, scope: &mut Scope, depth: usize) -> Node {
        self.used.insert("range over a number");
        let count = if self.random.chance(50) {
            self.random.below(4).to_string()
        } else {
            format!("until {}", self.random.below(4))
        };
        self.body_of_loop(scope, depth, (&count, Type::Int, 1))
    }

    fn looping(&mut self, scope: &mut Scope, depth: usize) -> Node {
        self.used.insert("range");
        let over = [Type::List, Type::Map, Type::Texts][self.random.below(3)];
        let text = self.expression(scope, over, 1);
        let item = if over == Type::Texts { Type::Text } else { Type::Any };
        self.body_of_loop(scope, depth, (&text, item, 2))
    }

    fn body_of_loop(
        &mut self,
        scope: &mut Scope,
        depth: usize,
        (text, item, variables_max): (&str, Type, usize),
    ) -> Node {
        let known = scope.variables.len();
        let head = match self.random.below(variables_max + 1) {
            0 => format!("range {text}"),
            1 => {
                self.used.insert("range with a variable");
                format!("range {} := {text}", self.variable(scope, item))
            }
            _ => {
                self.used.insert("range with two variables");
                let (key, value) = (self.variable(scope, Type::Any), self.variable(scope, item));
                format!("range {key}, {value} := {text}")
            }
        };
        let dot = scope.dot.replace(item);
        let mut arms = vec![(self.action(&head), self.several(scope, (depth + 1, Around::Loop)))];
        scope.dot = dot;
        scope.variables.truncate(known);
        if self.random.chance(30) {
            self.used.insert("else of range");
            arms.push((self.action("else"), self.several(scope, (depth + 1, Around::Nothing))));
        }
        Node::Block { arms, end: self.action("end") }
    }
}

impl Node {
    /// The text.
    pub(super) fn print(&self, out: &mut String) {
        match self {
            Self::Leaf(text) => out.push_str(text),
            Self::Block { arms, end } => {
                for (open, nodes) in arms {
                    out.push_str(open);
                    nodes.iter().for_each(|node| node.print(out));
                }
                out.push_str(end);
            }
        }
    }
}

/// The same nodes with one of them left out, or with what one holds in its place: each way of it.
pub(super) fn smaller(nodes: &[Node]) -> Vec<Vec<Node>> {
    let mut ways = Vec::new();
    for (position, node) in nodes.iter().enumerate() {
        let with = |middle: Vec<Node>| [&nodes[..position], &middle, &nodes[position + 1..]].concat();
        ways.push(with(Vec::new()));
        let Node::Block { arms, end } = node else { continue };
        for (number, (open, inner)) in arms.iter().enumerate() {
            ways.push(with(inner.clone()));
            for less in smaller(inner) {
                let mut arms = arms.clone();
                arms[number] = (open.clone(), less);
                ways.push(with(vec![Node::Block { arms, end: end.clone() }]));
            }
        }
        if arms.len() > 1 {
            let arms = arms[..arms.len() - 1].to_vec();
            ways.push(with(vec![Node::Block { arms, end: end.clone() }]));
        }
    }
    ways
}
