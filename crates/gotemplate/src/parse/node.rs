//! The syntax tree of a template, and its nodes as error texts show them.

use std::fmt::{self, Write as _};

/// What an action or text is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    /// Bytes of the text, which stand in the output as they are.
    Text {
        /// First byte.
        start: usize,
        /// Behind the last byte.
        end: usize,
    },
    /// `{{pipeline}}`.
    Action {
        /// Where it stands.
        at: usize,
        /// What is printed, unless it declares variables.
        pipe: Pipe,
    },
    /// `{{if}}`, `{{with}}` or `{{range}}`.
    Branch(Box<Branch>),
    /// `{{template}}` and the call that a `{{block}}` is.
    Template {
        /// Where it stands.
        at: usize,
        /// Whose output is put here.
        name: String,
        /// What it is executed over.
        pipe: Option<Pipe>,
    },
    /// `{{break}}`.
    Break,
    /// `{{continue}}`.
    Continue,
}

/// What kind of [`Branch`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BranchKind {
    If,
    With,
    Range,
}

/// A control structure.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Branch {
    pub(crate) kind: BranchKind,
    pub(crate) pipe: Pipe,
    pub(crate) list: Vec<Node>,
    pub(crate) otherwise: Option<Vec<Node>>,
}

/// A pipeline: commands, each of which gives its value to the next.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pipe {
    /// First byte.
    pub(crate) at: usize,
    /// Behind the last byte.
    pub(crate) end: usize,
    /// Whether the variables are there already.
    pub(crate) assigns: bool,
    /// The variables that get the value, with their `$`.
    pub(crate) variables: Vec<String>,
    pub(crate) commands: Vec<Command>,
}

/// One command: a value, or what is called with its arguments.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Command {
    pub(crate) at: usize,
    pub(crate) arguments: Vec<Operand>,
}

/// A term with where it stands: the place that Go names in errors, and all of its bytes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Operand {
    pub(crate) at: usize,
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) term: Term,
}

/// What stands for a value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Term {
    Dot,
    Nil,
    Bool(bool),
    Number(Number),
    String(Vec<u8>),
    /// `.A.B`.
    Field(Vec<String>),
    /// `$x.A.B`; the first name has the `$`.
    Variable(Vec<String>),
    Identifier(String),
    Pipe(Box<Pipe>),
    /// Fields of something else.
    Chain(Box<Operand>, Vec<String>),
}

/// A number, as each kind that its text can be read as.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Number {
    pub(crate) text: String,
    pub(crate) int: Option<i64>,
    pub(crate) uint: Option<u64>,
    pub(crate) float: Option<f64>,
    /// Real and imaginary part.
    pub(crate) complex: Option<(f64, f64)>,
}

/// A node shown as Go shows it, which needs the text for what was quoted.
pub(crate) struct Shown<'n, N>(pub(crate) &'n N, pub(crate) &'n [u8]);

impl fmt::Display for Shown<'_, Pipe> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(pipe, text) = self;
        if !pipe.variables.is_empty() {
            f.write_str(&pipe.variables.join(", "))?;
            f.write_str(if pipe.assigns { " = " } else { " := " })?;
        }
        for (position, command) in pipe.commands.iter().enumerate() {
            if position > 0 {
                f.write_str(" | ")?;
            }
            Shown(command, text).fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Shown<'_, Command> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(command, text) = self;
        for (position, argument) in command.arguments.iter().enumerate() {
            if position > 0 {
                f.write_char(' ')?;
            }
            match &argument.term {
                Term::Pipe(pipe) => write!(f, "({})", Shown(&**pipe, text))?,
                _ => Shown(argument, text).fmt(f)?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Shown<'_, Operand> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(operand, text) = self;
        match &operand.term {
            Term::Dot => f.write_char('.'),
            Term::Nil => f.write_str("nil"),
            Term::Bool(is_true) => write!(f, "{is_true}"),
            Term::Number(number) => f.write_str(&number.text),
            Term::String(_) => f.write_str(&String::from_utf8_lossy(
                text.get(operand.start..operand.end).unwrap_or_default(),
            )),
            Term::Field(names) => names.iter().try_for_each(|name| write!(f, ".{name}")),
            Term::Variable(names) => f.write_str(&names.join(".")),
            Term::Identifier(name) => f.write_str(name),
            Term::Pipe(pipe) => Shown(&**pipe, text).fmt(f),
            Term::Chain(of, names) => {
                match &of.term {
                    Term::Pipe(pipe) => write!(f, "({})", Shown(&**pipe, text))?,
                    _ => Shown(&**of, text).fmt(f)?,
                }
                names.iter().try_for_each(|name| write!(f, ".{name}"))
            }
        }
    }
}

/// Whether a list holds nothing but white space: a template of that name may be defined again.
pub(crate) fn is_empty(list: &[Node], text: &[u8]) -> bool {
    list.iter().all(|node| match node {
        Node::Text { start, end } => {
            let text = String::from_utf8_lossy(text.get(*start..*end).unwrap_or_default());
            text.trim().is_empty()
        }
        _ => false,
    })
}
