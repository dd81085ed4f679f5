//! YAML: one document or several, with comments as goyaml v3 hands them to nodes.
//!
//! Aliases are followed, as SOPS does; a merge key stays a key. Printing makes everything anew: four columns, blocks, comments
//! where goyaml prints those of its nodes.

mod print;

use std::collections::BTreeSet;

use manifest::comments::{Comments, NodeComments};
use manifest::resolve::{Dialect, Meaning, Timestamp, resolve_node};
use manifest::{Document, NodeId, NodeKind};
use text::TextId;

use super::ReadStore;
use crate::Clear;
use crate::limits::{DEPTH_MAX, EXPANDED_BYTES_MAX, NODES_MAX};
use crate::tree::{Branch, Comment, Data, Entry, Item, Key, Value};

pub(super) use print::print;
pub(crate) use print::styled;

/// Reads all documents. Keys of the first may not stand twice; those of others may, as in SOPS.
pub(super) fn read(text: TextId, bytes: &[u8]) -> Result<Vec<Branch>, ReadStore> {
    let documents = manifest::parse_all(text, bytes)?;
    let mut left = Left::default();
    let mut branches = Vec::with_capacity(documents.len());
    for (index, document) in documents.iter().enumerate() {
        if index == 0 {
            refuse_repeated_keys(document)?;
        }
        let comments = Comments::of(document);
        let mut reader = Reader { document, comments: &comments, left, expanding: Vec::new() };
        branches.push(reader.document()?);
        left = reader.left;
    }
    Ok(branches)
}

/// The branch of a mapping, without its comments.
pub(crate) fn of_node(document: &Document<'_>, node: NodeId) -> Result<Branch, ReadStore> {
    let comments = Comments::default();
    let mut reader = Reader { document, comments: &comments, left: Left::default(), expanding: Vec::new() };
    match reader.value(node, DEPTH_MAX, Around::TakenHere)?.data {
        Data::Branch(branch) => Ok(branch),
        _ => Err(ReadStore::FindMapping),
    }
}

fn refuse_repeated_keys(document: &Document<'_>) -> Result<(), ReadStore> {
    for node in document.node_ids().filter(|node| document.is_mapping(*node)) {
        let mut seen = BTreeSet::new();
        for entry in document.entries(node) {
            if let Some(key) = document.text(entry.key)
                && !seen.insert(key)
            {
                return Err(ReadStore::DefineKeyTwice { key: key.to_owned() });
            }
        }
    }
    Ok(())
}

/// Who takes the comments around a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Around {
    /// Whoever holds it has taken them.
    TakenOutside,
    /// The node itself.
    TakenHere,
}

/// What may still be read of all documents together.
#[derive(Debug, Clone, Copy)]
struct Left {
    nodes: usize,
    bytes: usize,
}

impl Default for Left {
    fn default() -> Self {
        Self { nodes: NODES_MAX, bytes: EXPANDED_BYTES_MAX }
    }
}

struct Reader<'d, 't> {
    document: &'d Document<'t>,
    comments: &'d Comments,
    left: Left,
    /// The anchored nodes that are being followed, innermost last.
    expanding: Vec<NodeId>,
}

impl<'d> Reader<'d, '_> {
    fn document(&mut self) -> Result<Branch, ReadStore> {
        let comments = self.comments;
        let mut branch = Branch::default();
        push_lines(&mut branch, &comments.head, false);
        if let Some(root) = self.document.root() {
            let value = self.value(root, DEPTH_MAX, Around::TakenHere)?;
            match value.data {
                Data::Branch(mut own) => branch.items.append(&mut own.items),
                Data::Null => {
                    let own = self.around(root);
                    push_lines(&mut branch, &own.head, false);
                    push_lines(&mut branch, &own.line, false);
                }
                _ => return Err(ReadStore::FindMapping),
            }
        }
        push_lines(&mut branch, &comments.foot, false);
        Ok(branch)
    }

    fn value(&mut self, node: NodeId, depth_left: usize, around: Around) -> Result<Value, ReadStore> {
        self.count(node)?;
        let depth_left = depth_left.checked_sub(1).ok_or(ReadStore::BoundDepth)?;
        let data = match self.document.node(node).kind {
            NodeKind::Scalar { .. } => self.scalar(node)?,
            NodeKind::Sequence { .. } => Data::List(self.sequence(node, depth_left, around)?),
            NodeKind::Mapping { .. } => Data::Branch(self.mapping(node, depth_left, around)?),
            NodeKind::Alias { target } => {
                let target = target.filter(|target| !self.is_cyclic(*target, node));
                let target = target.ok_or(ReadStore::FollowAlias)?;
                self.expanding.push(target);
                let mut value = self.value(target, depth_left, Around::TakenHere)?;
                self.expanding.pop();
                value.alias = Some(self.document.span(node).start);
                return Ok(value);
            }
        };
        Ok(Value::new(data, self.document.span(node)))
    }

    /// Counts a node with its text and comments, each time that an alias brings it.
    fn count(&mut self, node: NodeId) -> Result<(), ReadStore> {
        let text = self.document.text(node).map_or(0, str::len);
        let comments = self.comments.node(node);
        let comments =
            comments.map_or(0, |NodeComments { head, line, foot }| head.len() + line.len() + foot.len());
        self.left.nodes = self.left.nodes.checked_sub(1).ok_or(ReadStore::BoundNodes)?;
        self.left.bytes = self.left.bytes.checked_sub(text + comments).ok_or(ReadStore::BoundExpansion)?;
        Ok(())
    }

    fn is_cyclic(&self, target: NodeId, alias: NodeId) -> bool {
        self.expanding.contains(&target) || self.document.ancestors(alias).any(|node| node == target)
    }

    fn mapping(&mut self, mapping: NodeId, depth_left: usize, around: Around) -> Result<Branch, ReadStore> {
        let mut branch = Branch::default();
        let own = self.around(mapping);
        if around == Around::TakenHere {
            push_lines(&mut branch, &own.head, false);
            push_lines(&mut branch, &own.line, false);
        }
        let document = self.document;
        for entry in document.entries(mapping) {
            let (of_key, of_value) = (self.around(entry.key), self.around(entry.value));
            let kind = &document.node(entry.value).kind;
            let is_taken = matches!(kind, NodeKind::Scalar { .. } | NodeKind::Alias { .. });
            push_lines(&mut branch, &of_key.head, false);
            push_lines(&mut branch, &of_key.line, false);
            if is_taken {
                push_lines(&mut branch, &of_value.head, false);
                push_lines(&mut branch, &of_value.line, true);
            }
            let around = if is_taken { Around::TakenOutside } else { Around::TakenHere };
            let value = self.value(entry.value, depth_left, around)?;
            self.count(entry.key)?;
            let key = self.key(entry.key)?;
            branch.items.push(Item::Entry(Entry { key, key_span: document.span(entry.key), value }));
            if is_taken {
                push_lines(&mut branch, &of_value.foot, false);
            }
            push_lines(&mut branch, &of_key.foot, false);
        }
        if around == Around::TakenHere {
            push_lines(&mut branch, &own.foot, false);
        }
        Ok(branch)
    }

    fn sequence(
        &mut self,
        sequence: NodeId,
        depth_left: usize,
        around: Around,
    ) -> Result<Vec<Value>, ReadStore> {
        let mut items = Vec::new();
        let span = self.document.span(sequence);
        let push = |items: &mut Vec<Value>, lines: &str, is_inline| {
            items.extend(comments_of(lines, is_inline).map(|one| Value::new(Data::Comment(one), span)));
        };
        let own = self.around(sequence);
        if around == Around::TakenHere {
            push(&mut items, &own.head, false);
            push(&mut items, &own.line, false);
        }
        for item in self.document.items(sequence) {
            let of_item = self.around(*item);
            push(&mut items, &of_item.head, false);
            push(&mut items, &of_item.line, true);
            items.push(self.value(*item, depth_left, Around::TakenOutside)?);
            push(&mut items, &of_item.foot, false);
        }
        if around == Around::TakenHere {
            push(&mut items, &own.foot, false);
        }
        Ok(items)
    }

    /// What goyaml v3 decodes a scalar to; null where it cannot, since SOPS does not ask.
    fn scalar(&self, node: NodeId) -> Result<Data, ReadStore> {
        let meaning = resolve_node(self.document, node, Dialect::GoYaml3).ok().flatten();
        Ok(match meaning.unwrap_or(Meaning::Null) {
            Meaning::Null => Data::Null,
            Meaning::Bool(value) => Data::Bool(value),
            Meaning::Int(value) => Data::Int(value),
            Meaning::Unsigned(_) => return Err(ReadStore::HoldInteger),
            Meaning::Float(value) => Data::Float(value),
            Meaning::String(text) => Data::Text(Clear::from(&*text)),
            Meaning::Merge => Data::Text(Clear::from("<<")),
            Meaning::Binary(bytes) => Data::Text(Clear::new(bytes)),
            Meaning::Timestamp(text) => match Timestamp::parse(text) {
                Some(time) => Data::Time(time.to_rfc3339()),
                None => Data::Text(Clear::from(text)),
            },
        })
    }

    fn key(&self, node: NodeId) -> Result<Key, ReadStore> {
        let written = self.document.dereference(node);
        if self.document.text(written).is_none() {
            return Ok(Key::Other("mapping"));
        }
        let data = self.scalar(written)?;
        Ok(match &data {
            Data::Text(text) => {
                text.expose_text().map_or(Key::Other("bytes"), |text| Key::Text(text.to_owned()))
            }
            other => Key::Other(other.type_name()),
        })
    }

    fn around(&self, node: NodeId) -> NodeComments {
        self.comments.node(node).cloned().unwrap_or_default()
    }
}

fn push_lines(branch: &mut Branch, lines: &str, is_inline: bool) {
    branch.items.extend(comments_of(lines, is_inline).map(Item::Comment));
}

/// One comment for each line, without its `#`.
fn comments_of(lines: &str, is_inline: bool) -> impl Iterator<Item = Comment> + use<'_> {
    let texts = lines.split('\n').filter_map(|line| {
        let mut characters = line.chars();
        characters.next().map(|_| Clear::from(characters.as_str()))
    });
    texts.map(move |text| Comment { text, is_inline })
}
