//! Branches as goyaml v3 prints the nodes that SOPS makes of them.

use manifest::emit::{Comments, Event, EventKind, Layout, Properties, emit, float_text};
use manifest::mutable::Scalar;
use manifest::resolve::base64;
use manifest::value::Value as Plain;
use manifest::{ScalarStyle, Structure};
use zeroize::Zeroize;

use crate::Clear;
use crate::stores::PrintStore;
use crate::tree::{Branch, Comment, Data, Item, Key, Value};

/// Prints all documents.
pub(in crate::stores) fn print(branches: &[Branch]) -> Result<Clear, PrintStore> {
    let mut flattener = Flattener::default();
    for branch in branches {
        flattener.push(Kind::DocumentStart);
        flattener.branch(branch, Attached::default());
        flattener.push(Kind::DocumentEnd);
    }
    let events: Vec<Event<'_>> = flattener.steps.iter().map(Step::event).collect();
    let printed = emit(&events, Layout::GOYAML3)?;
    Ok(Clear::from(printed.text))
}

/// A scalar that has a style already.
pub(crate) struct Styled {
    pub(crate) text: String,
    pub(crate) style: ScalarStyle,
    /// The tag to print; empty for none.
    pub(crate) tag: &'static str,
}

/// A scalar as goyaml encodes it; none for comments and collections.
pub(crate) fn styled(data: &Data) -> Option<Styled> {
    let plain = |text: String| Styled { text, style: ScalarStyle::Plain, tag: "" };
    Some(match data {
        Data::Null => plain("null".to_owned()),
        Data::Bool(value) => plain(value.to_string()),
        Data::Int(value) => plain(value.to_string()),
        Data::Float(value) => plain(float_text(*value)),
        Data::Time(text) => plain(text.clone()),
        Data::Text(text) => match text.expose_text() {
            None => Styled { tag: "!!binary", ..plain(base64::encode(text.expose())) },
            // goyaml reads back what it encoded, takes it for a merge key, and says so.
            Some("<<") => Styled { tag: "!!merge", ..plain("<<".to_owned()) },
            Some(text) => {
                let style = Scalar::from_json(&Plain::from(text))
                    .map_or(ScalarStyle::DoubleQuoted, |scalar| scalar.style);
                Styled { text: text.to_owned(), style, tag: "" }
            }
        },
        Data::Comment(_) | Data::Branch(_) | Data::List(_) => return None,
    })
}

/// The comments of one node, with their signs.
#[derive(Default)]
struct Attached {
    head: String,
    line: String,
    foot: String,
    tail: String,
}

enum Kind {
    DocumentStart,
    DocumentEnd,
    MappingStart,
    MappingEnd,
    SequenceStart,
    SequenceEnd,
    Scalar(Styled),
}

struct Step {
    kind: Kind,
    comments: Attached,
}

impl Drop for Step {
    fn drop(&mut self) {
        if let Kind::Scalar(scalar) = &mut self.kind {
            scalar.text.zeroize();
        }
    }
}

impl Step {
    fn event(&self) -> Event<'_> {
        let structure = Structure::Block;
        let properties = Properties::default();
        let Attached { head, line, foot, tail } = &self.comments;
        let kind = match &self.kind {
            Kind::DocumentStart => EventKind::DocumentStart,
            Kind::DocumentEnd => EventKind::DocumentEnd,
            Kind::MappingStart => EventKind::MappingStart { structure, properties },
            Kind::MappingEnd => EventKind::MappingEnd,
            Kind::SequenceStart => EventKind::SequenceStart { structure, properties },
            Kind::SequenceEnd => EventKind::SequenceEnd,
            Kind::Scalar(Styled { text, style, tag }) => {
                EventKind::Scalar { text, style: *style, properties: Properties { tag, ..properties } }
            }
        };
        Event { comments: Comments { head, line, foot, tail }, ..Event::new(kind) }
    }
}

#[derive(Default)]
struct Flattener {
    steps: Vec<Step>,
}

/// Comments that wait for the next entry or item.
#[derive(Default)]
struct Waiting {
    head: String,
    line: String,
}

impl Waiting {
    fn add(&mut self, comment: &Comment) {
        let lines = if comment.is_inline { &mut self.line } else { &mut self.head };
        add_line(lines, &comment.text);
    }

    /// What is left behind the last one: those of the line stand below the others.
    fn take_all(&mut self) -> String {
        let line = std::mem::take(&mut self.line);
        let mut all = std::mem::take(&mut self.head);
        if !all.is_empty() && !line.is_empty() {
            all.push('\n');
        }
        all + &line
    }
}

fn add_line(lines: &mut String, comment: &Clear) {
    if !lines.is_empty() {
        lines.push('\n');
    }
    lines.push('#');
    lines.push_str(&String::from_utf8_lossy(comment.expose()));
}

impl Flattener {
    fn push(&mut self, kind: Kind) {
        self.push_with(kind, Attached::default());
    }

    fn push_with(&mut self, kind: Kind, comments: Attached) {
        self.steps.push(Step { kind, comments });
    }

    /// `around` are the comments of the node itself.
    fn branch(&mut self, branch: &Branch, around: Attached) {
        let start = self.steps.len();
        self.push_with(
            Kind::MappingStart,
            Attached { head: around.head, tail: around.tail, ..Attached::default() },
        );
        let mut waiting = Waiting::default();
        let mut is_first = true;
        for item in &branch.items {
            match item {
                Item::Comment(comment) => waiting.add(comment),
                Item::Entry(entry) => {
                    if std::mem::take(&mut is_first) {
                        self.add_head(start, &std::mem::take(&mut waiting.head));
                    }
                    self.key(&entry.key, std::mem::take(&mut waiting.head));
                    let line = std::mem::take(&mut waiting.line);
                    self.value(&entry.value, Attached { line, ..Attached::default() });
                }
            }
        }
        let rest = waiting.take_all();
        let mut tail = String::new();
        if is_first {
            self.add_head(start, &rest);
        } else {
            tail = rest;
        }
        self.push_with(
            Kind::MappingEnd,
            Attached { line: around.line, foot: around.foot, tail, ..Attached::default() },
        );
    }

    fn list(&mut self, items: &[Value], around: Attached) {
        let start = self.steps.len();
        self.push_with(Kind::SequenceStart, Attached { head: around.head, ..Attached::default() });
        let mut waiting = Waiting::default();
        let last = items.iter().rposition(|item| !matches!(item.data, Data::Comment(_)));
        let mut is_first = true;
        for (index, item) in items.iter().enumerate() {
            if let Data::Comment(comment) = &item.data {
                waiting.add(comment);
                continue;
            }
            if std::mem::take(&mut is_first) {
                self.add_head(start, &std::mem::take(&mut waiting.head));
            }
            let Waiting { head, line } = std::mem::take(&mut waiting);
            let foot = if Some(index) == last { comments_behind(items, index) } else { String::new() };
            self.value(item, Attached { head, line, foot, ..Attached::default() });
        }
        if is_first {
            self.add_head(start, &waiting.take_all());
        }
        self.push_with(
            Kind::SequenceEnd,
            Attached { line: around.line, foot: around.foot, ..Attached::default() },
        );
    }

    fn key(&mut self, key: &Key, head: String) {
        let text = key.as_text().unwrap_or_default();
        if let Some(styled) = styled(&Data::Text(Clear::from(text))) {
            self.push_with(Kind::Scalar(styled), Attached { head, ..Attached::default() });
        }
    }

    fn value(&mut self, value: &Value, around: Attached) {
        match &value.data {
            Data::Branch(branch) => self.branch(branch, around),
            Data::List(items) => self.list(items, around),
            scalar => {
                if let Some(styled) = styled(scalar) {
                    self.push_with(Kind::Scalar(styled), around);
                }
            }
        }
    }

    /// Puts comments before those that a collection has.
    fn add_head(&mut self, start: usize, comments: &str) {
        if let Some(step) = self.steps.get_mut(start).filter(|_| !comments.is_empty()) {
            let own = std::mem::take(&mut step.comments.head);
            step.comments.head =
                if own.is_empty() { comments.to_owned() } else { format!("{comments}\n{own}") };
        }
    }
}

fn comments_behind(items: &[Value], index: usize) -> String {
    let mut waiting = Waiting::default();
    for item in items.get(index + 1..).unwrap_or_default() {
        if let Data::Comment(comment) = &item.data {
            waiting.add(comment);
        }
    }
    waiting.take_all()
}
