//! The syntax tree of a template, and its nodes as error texts show them.
//!
//! All nodes of a text lie in a few lists, and those that follow one another are a [`Run`] of one: a text of a thousand
//! actions is a handful of allocations, and what a node names of the text is its place there.

use std::fmt::{self, Write as _};
use std::marker::PhantomData;

/// Positions `start..end` in a list of [`Tree`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run<T> {
    start: u32,
    end: u32,
    of: PhantomData<T>,
}

/// The position of one node in a list of [`Tree`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Id<T>(u32, PhantomData<T>);

/// Bytes `start..end` of the text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// What an action or text is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Node {
    /// Bytes of the text, which stand in the output as they are.
    Text(Place),
    /// `{{pipeline}}`.
    Action {
        /// Where it stands.
        at: u32,
        /// What is printed, unless it declares variables.
        pipe: Id<Pipe>,
    },
    /// `{{if}}`, `{{with}}` or `{{range}}`.
    Branch(Branch),
    /// `{{template}}` and the call that a `{{block}}` is.
    Template {
        /// Where it stands.
        at: u32,
        /// Whose output is put here.
        name: Literal,
        /// What it is executed over.
        pipe: Option<Id<Pipe>>,
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
#[derive(Debug, Clone, Copy)]
pub(crate) struct Branch {
    pub(crate) kind: BranchKind,
    pub(crate) pipe: Id<Pipe>,
    pub(crate) list: Run<Node>,
    pub(crate) otherwise: Option<Run<Node>>,
}

/// A pipeline: commands, each of which gives its value to the next.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pipe {
    /// Where it stands.
    pub(crate) place: Place,
    /// Whether the variables are there already.
    pub(crate) assigns: bool,
    /// The variables that get the value, with their `$`.
    pub(crate) variables: Run<Place>,
    pub(crate) commands: Run<Command>,
}

/// One command: a value, or what is called with its arguments.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Command {
    pub(crate) at: u32,
    pub(crate) arguments: Run<Operand>,
}

/// A term with where it stands: the place that Go names in errors, and all of its bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Operand {
    pub(crate) at: u32,
    pub(crate) place: Place,
    pub(crate) term: Term,
}

/// What stands for a value.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Term {
    Dot,
    Nil,
    Bool(bool),
    Number(Id<Number>),
    String(Literal),
    /// `.A.B`, which are all bytes of the operand.
    Field,
    /// `$x.A.B`, which are all bytes of the operand.
    Variable,
    /// The name of a function, which is all bytes of the operand.
    Identifier,
    Pipe(Id<Pipe>),
    /// Fields of something else; these bytes of the text, each with its point.
    Chain(Id<Operand>, Place),
}

/// The bytes that a quoted text stands for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Literal {
    /// They stand between the quotes.
    Plain(Place),
    /// They had escapes; a place in [`Tree::unquoted`].
    Unquoted(Place),
}

/// A number, as each kind that its text can be read as.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Number {
    pub(crate) int: Option<i64>,
    pub(crate) uint: Option<u64>,
    pub(crate) float: Option<f64>,
    /// Real and imaginary part.
    pub(crate) complex: Option<(f64, f64)>,
}

/// The nodes of a text.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    pub(super) nodes: Vec<Node>,
    pub(super) pipes: Vec<Pipe>,
    pub(super) commands: Vec<Command>,
    pub(super) operands: Vec<Operand>,
    pub(super) variables: Vec<Place>,
    pub(super) numbers: Vec<Number>,
    /// The bytes of all literals that had escapes.
    pub(super) unquoted: Vec<u8>,
}

/// Bytes of a text for each of its nodes, pipelines, commands and operands: what published charts have at least.
const BYTES_PER_NODE: usize = 40;

impl Tree {
    /// Room for what a text of so many bytes usually has.
    pub(super) fn for_text(bytes: usize) -> Self {
        let count = bytes / BYTES_PER_NODE;
        Self {
            nodes: Vec::with_capacity(count),
            pipes: Vec::with_capacity(count / 2),
            commands: Vec::with_capacity(count / 2),
            operands: Vec::with_capacity(count),
            ..Self::default()
        }
    }
}

/// A position in a text or list. The parser refuses texts that are longer than its type can say.
pub(super) fn position(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

impl Place {
    pub(crate) fn new(start: usize, end: usize) -> Self {
        Self { start: position(start), end: position(end) }
    }

    fn of(self, bytes: &[u8]) -> &[u8] {
        bytes.get(self.start as usize..self.end as usize).unwrap_or_default()
    }
}

impl<T> Run<T> {
    /// Takes what stands in `building` from `mark` on to the end of `list`.
    pub(super) fn settle(building: &mut Vec<T>, mark: usize, list: &mut Vec<T>) -> Self {
        let start = position(list.len());
        list.extend(building.drain(mark..));
        Self { start, end: position(list.len()), of: PhantomData }
    }

    /// What stands in `list` from `start` on.
    pub(super) fn since(start: usize, list: &[T]) -> Self {
        Self { start: position(start), end: position(list.len()), of: PhantomData }
    }

    fn of(self, list: &[T]) -> &[T] {
        list.get(self.start as usize..self.end as usize).unwrap_or_default()
    }
}

impl<T> Id<T> {
    /// Adds a node to its list.
    pub(super) fn of(node: T, list: &mut Vec<T>) -> Self {
        list.push(node);
        Self(position(list.len() - 1), PhantomData)
    }

    #[expect(clippy::indexing_slicing, reason = "ids come from the list that they are looked up in")]
    fn get(self, list: &[T]) -> &T {
        &list[self.0 as usize]
    }
}

/// A tree with the text that it was made of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View<'v> {
    pub(crate) text: &'v [u8],
    pub(crate) tree: &'v Tree,
}

impl<'v> View<'v> {
    pub(crate) fn bytes(self, place: Place) -> &'v [u8] {
        place.of(self.text)
    }

    /// Names are letters and digits.
    pub(crate) fn name(self, place: Place) -> &'v str {
        std::str::from_utf8(self.bytes(place)).unwrap_or_default()
    }

    /// The names of `.A.B`.
    pub(crate) fn names(self, place: Place) -> impl Iterator<Item = &'v str> {
        let mut rest = self.name(place).get(1..).filter(|rest| !rest.is_empty());
        std::iter::from_fn(move || {
            let whole = rest?;
            // Names are short: looking at each byte is faster than to set out on a search.
            let end = whole.bytes().position(|byte| byte == b'.');
            let (name, behind) = match end {
                Some(end) => (whole.get(..end)?, whole.get(end + 1..)),
                None => (whole, None),
            };
            rest = behind;
            Some(name)
        })
    }

    /// The variable of `$x.A.B` with its `$`, and the place of what follows it.
    pub(crate) fn variable(self, place: Place) -> (&'v [u8], Place) {
        let bytes = self.bytes(place);
        let length = memchr::memchr(b'.', bytes).unwrap_or(bytes.len());
        let name = bytes.get(..length).unwrap_or_default();
        (name, Place { start: place.start + position(length), ..place })
    }

    pub(crate) fn literal(self, literal: Literal) -> &'v [u8] {
        match literal {
            Literal::Plain(place) => self.bytes(place),
            Literal::Unquoted(place) => place.of(&self.tree.unquoted),
        }
    }

    pub(crate) fn nodes(self, run: Run<Node>) -> &'v [Node] {
        run.of(&self.tree.nodes)
    }

    pub(crate) fn pipe(self, id: Id<Pipe>) -> &'v Pipe {
        id.get(&self.tree.pipes)
    }

    pub(crate) fn commands(self, pipe: &Pipe) -> &'v [Command] {
        pipe.commands.of(&self.tree.commands)
    }

    pub(crate) fn variables(self, pipe: &Pipe) -> &'v [Place] {
        pipe.variables.of(&self.tree.variables)
    }

    pub(crate) fn arguments(self, command: &Command) -> &'v [Operand] {
        command.arguments.of(&self.tree.operands)
    }

    pub(crate) fn operand(self, id: Id<Operand>) -> &'v Operand {
        id.get(&self.tree.operands)
    }

    pub(crate) fn number(self, id: Id<Number>) -> &'v Number {
        id.get(&self.tree.numbers)
    }

    /// Whether a list holds nothing but white space: a template of that name may be defined again.
    pub(crate) fn is_empty(self, list: Run<Node>) -> bool {
        self.nodes(list).iter().all(|node| match node {
            Node::Text(place) => String::from_utf8_lossy(self.bytes(*place)).trim().is_empty(),
            _ => false,
        })
    }
}

/// A node shown as Go shows it.
pub(crate) struct Shown<'n, N>(pub(crate) &'n N, pub(crate) View<'n>);

impl fmt::Display for Shown<'_, Pipe> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(pipe, view) = self;
        let variables = view.variables(pipe);
        for (position, variable) in variables.iter().enumerate() {
            f.write_str(if position > 0 { ", " } else { "" })?;
            f.write_str(view.name(*variable))?;
        }
        if !variables.is_empty() {
            f.write_str(if pipe.assigns { " = " } else { " := " })?;
        }
        for (position, command) in view.commands(pipe).iter().enumerate() {
            if position > 0 {
                f.write_str(" | ")?;
            }
            Shown(command, *view).fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Shown<'_, Command> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(command, view) = self;
        for (position, argument) in view.arguments(command).iter().enumerate() {
            if position > 0 {
                f.write_char(' ')?;
            }
            show_within(argument, *view, f)?;
        }
        Ok(())
    }
}

/// An operand as a part of something else: pipelines in their parentheses.
fn show_within(operand: &Operand, view: View<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match operand.term {
        Term::Pipe(pipe) => write!(f, "({})", Shown(view.pipe(pipe), view)),
        _ => write!(f, "{}", Shown(operand, view)),
    }
}

impl fmt::Display for Shown<'_, Operand> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(operand, view) = self;
        match operand.term {
            Term::Dot => f.write_char('.'),
            Term::Nil => f.write_str("nil"),
            Term::Bool(is_true) => write!(f, "{is_true}"),
            Term::Number(_) | Term::String(_) | Term::Field | Term::Variable | Term::Identifier => {
                f.write_str(&String::from_utf8_lossy(view.bytes(operand.place)))
            }
            Term::Pipe(pipe) => Shown(view.pipe(pipe), *view).fmt(f),
            Term::Chain(of, names) => {
                show_within(view.operand(of), *view, f)?;
                f.write_str(view.name(names))
            }
        }
    }
}
