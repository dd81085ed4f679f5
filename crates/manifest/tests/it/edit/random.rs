//! Goal: whatever is changed in whatever text, the bytes around stay, the meaning is the intended one, and the editor
//! never has to be stopped by its own proof. Method: texts made at random from every style of YAML, random changes of
//! random nodes; the meaning is compared with the same change made to plain values.

use manifest::edit::{Batch, Change, DocumentChanges, Fresh, FreshScalar, Place, Reason, apply_batch};
use manifest::resolve::Dialect;
use manifest::value::Value;
use manifest::{Document, NodeId, NodeKind, parse_all};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use text::TextId;

/// Cases for each property: some thousand find what a careless editor gets wrong within a second.
const CASES: u32 = 2_000;

fn runner() -> TestRunner {
    TestRunner::new(Config { cases: CASES, failure_persistence: None, ..Config::default() })
}

/// A source of choices: the bytes that proptest made, over and over.
struct Choices<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Choices<'_> {
    fn below(&mut self, bound: usize) -> usize {
        let byte = self.bytes[self.at % self.bytes.len()];
        let turn = self.at / self.bytes.len();
        self.at += 1;
        (usize::from(byte) + turn) % bound
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    fn one_in(&mut self, bound: usize) -> bool {
        self.below(bound) == 0
    }
}

const SCALARS: &[&str] = &[
    "v1",
    "80",
    "true",
    "'it''s'",
    "\"a b\"",
    "'80'",
    "x y",
    "",
    "~",
    "é",
    "-1",
    "\"\\n\"",
    "a:b",
    "on",
    "1.5",
    "{}",
    "[]",
    "{a: 1, b: [x, 'y']}",
    "[a, {b: c}]",
    "{ a: 1 }",
    "{\"a\":1,\"b\":[2]}",
];
/// What YAML forbids and kubectl takes.
const ODD_SCALARS: &[&str] = &[
    "\"x\ny\"",
    "'x\n\ty'",
    "\"it\\'s\"",
    "[a,\n\tb]",
    "{a: b,\nc: [-]}",
    "[\na, {b: 'c'\n}]",
    "{\na: x\n}",
];
/// No `|+`: one that moves in front of a blank line would take that in. The proof refuses it, and the tables show it.
const BLOCKS: &[&str] = &["|", "|-", ">", ">-"];
const KEYS: &[&str] = &["k", "name", "spec", "'q'", "\"d\"", "a-b", "x.io/y", "z"];

/// Writes a text: block collections around scalars of every style, with comments in odd places.
struct Author<'a> {
    choices: Choices<'a>,
    /// Whether it writes what only kubectl takes.
    is_odd: bool,
    text: String,
    step: usize,
    dash_step: usize,
}

impl Author<'_> {
    fn comment_line(&mut self, column: usize) {
        if self.choices.one_in(6) {
            self.text.push_str(&format!("{}# c{column}\n", " ".repeat(column)));
        }
        if self.choices.one_in(12) {
            self.text.push('\n');
        }
    }

    fn end_line(&mut self) {
        let may_be_glued = self.is_odd && self.text.ends_with(['"', '\'', ']', '}']);
        let glued = if may_be_glued { "#g\n" } else { "\n" };
        self.text.push_str(self.choices.pick(&["\n", "\n", glued, " # t\n", "  # u\n"]));
    }

    fn mapping(&mut self, column: usize, depth: usize, is_compact: bool) {
        let count = 1 + self.choices.below(4);
        let first = self.choices.below(KEYS.len());
        for index in 0..count {
            if index > 0 || !is_compact {
                self.comment_line(column);
                self.text.push_str(&" ".repeat(column));
            }
            self.text.push_str(KEYS[(first + index) % KEYS.len()]);
            self.text.push(':');
            self.value(column, depth, self.step);
        }
    }

    fn sequence(&mut self, column: usize, depth: usize) {
        for _ in 0..1 + self.choices.below(3) {
            self.comment_line(column);
            self.text.push_str(&" ".repeat(column));
            self.text.push('-');
            if depth > 0 && self.choices.one_in(2) {
                self.text.push(' ');
                self.mapping(column + 2, depth - 1, true);
            } else {
                self.value(column, 0, 2);
            }
        }
    }

    fn value(&mut self, column: usize, depth: usize, step: usize) {
        match self.choices.below(if depth > 0 { 6 } else { 3 }) {
            0 if self.choices.one_in(3) => {
                let header = self.choices.pick(BLOCKS);
                let inner = " ".repeat(column + step);
                self.text.push_str(&format!(" {header}\n{inner}one\n\n{inner}  # two\n{inner}three\n"));
            }
            0..=2 => {
                let is_odd = self.is_odd && self.choices.one_in(3);
                let scalar = self.choices.pick(if is_odd { ODD_SCALARS } else { SCALARS });
                if !scalar.is_empty() {
                    self.text.push_str(self.choices.pick(&[" ", " ", "  "]));
                    self.text.push_str(scalar);
                }
                self.end_line();
            }
            3 | 4 => {
                self.end_line();
                self.mapping(column + step, depth - 1, false);
            }
            _ => {
                self.end_line();
                self.sequence(column + self.dash_step, depth - 1);
            }
        }
    }
}

fn write(bytes: &[u8]) -> String {
    write_with(bytes, false)
}

fn write_with(bytes: &[u8], is_odd: bool) -> String {
    let mut choices = Choices { bytes, at: 0 };
    let step = choices.pick(&[2, 2, 4]);
    let dash_step = choices.pick(&[0, 2]);
    let (is_crlf, is_cut) = (choices.one_in(4), choices.one_in(4));
    let mut author = Author { choices, is_odd, text: String::new(), step, dash_step };
    author.mapping(0, 3, false);
    let mut text = author.text;
    if is_cut {
        text.truncate(text.trim_end_matches('\n').len());
    }
    if is_crlf { text.replace('\n', "\r\n") } else { text }
}

fn fresh(choices: &mut Choices<'_>, document: &Document<'_>, depth: usize) -> Fresh {
    match choices.below(if depth > 0 { 8 } else { 4 }) {
        0 => Fresh::Scalar(FreshScalar::Integer(7)),
        1 => Fresh::Scalar(FreshScalar::Boolean(true)),
        2 | 3 => {
            let text = choices.pick(&[
                "v2",
                "80",
                "no",
                "it's",
                "a: b",
                "two\nlines\n",
                "",
                " x",
                "#x",
                "a,b",
                "2020-01-01",
            ]);
            Fresh::Scalar(FreshScalar::String(text.to_owned()))
        }
        4 => Fresh::Moved(any_node(choices, document)),
        5 => Fresh::Mapping(vec![
            ("f1".to_owned(), fresh(choices, document, depth - 1)),
            ("f2".to_owned(), fresh(choices, document, depth - 1)),
        ]),
        6 => {
            let keys = document.entries(any_node(choices, document)).iter().map(|entry| entry.key);
            let value = Box::new(fresh(choices, document, depth - 1));
            Fresh::InsteadOf { of: keys.take(2).collect(), value }
        }
        _ => Fresh::Sequence(vec![fresh(choices, document, depth - 1), fresh(choices, document, depth - 1)]),
    }
}

fn any_node(choices: &mut Choices<'_>, document: &Document<'_>) -> NodeId {
    let nodes: Vec<NodeId> = document.node_ids().collect();
    let index = choices.below(256) * 256 + choices.below(256);
    nodes[index % nodes.len()]
}

fn change(choices: &mut Choices<'_>, document: &Document<'_>) -> Change {
    let node = any_node(choices, document);
    let key_of = |choices: &mut Choices<'_>, mapping: NodeId| {
        let entries = document.entries(mapping);
        if entries.is_empty() { node } else { entries[choices.below(entries.len())].key }
    };
    match choices.below(8) {
        0 => match fresh(choices, document, 0) {
            Fresh::Scalar(value) => Change::SetScalar { node, value },
            other => Change::ReplaceValue { node, value: other },
        },
        1 => Change::RenameKey { key: node, to: choices.pick(&["renamed", "on", "x y", "80"]).to_owned() },
        2 => Change::RemoveEntry { key: node },
        3 => Change::RemoveItem { item: node },
        4 => {
            let key = key_of(choices, node);
            let place = choices.pick(&[Place::Before(key), Place::After(key), Place::Last]);
            Change::InsertEntry {
                mapping: node,
                place,
                key: "new".to_owned(),
                value: fresh(choices, document, 2),
            }
        }
        5 => Change::AppendItem { sequence: node, value: fresh(choices, document, 2) },
        6 => Change::ReplaceValue { node, value: fresh(choices, document, 2) },
        _ => {
            let parent = document.node(node).parent.unwrap_or(node);
            let keys = document.entries(parent).iter().map(|entry| entry.key).take(2).collect();
            Change::ReplaceEntries { keys, key: "merged".to_owned(), value: fresh(choices, document, 2) }
        }
    }
}

fn apply(document: &Document<'_>, changes: &[Change]) -> Batch {
    let batch = apply_batch(document.bytes(), &[DocumentChanges { document, changes }]);
    let missed: Vec<_> =
        batch.refused.iter().filter(|refused| matches!(refused.reason, Reason::MissIntent(_))).collect();
    let text = String::from_utf8_lossy(document.bytes());
    // What is not refused for a reason of its own, up to the first fault, is what the proof saw.
    let other = |change: usize| {
        batch.refused.iter().any(|refused| refused.change == change && !missed.contains(&refused))
    };
    let last = missed.first().map_or(0, |refused| refused.change);
    let made: Vec<Change> = (0..changes.len())
        .filter(|index| *index <= last && !other(*index))
        .map(|index| changes[index].clone())
        .collect();
    let splices = manifest::edit::splices(document, &made).unwrap_or_default();
    let attempted = text::apply(document.bytes(), &splices).unwrap_or_default();
    assert!(
        missed.is_empty(),
        "{text}\n--- {missed:?}\n{made:#?}\n---\n{}",
        String::from_utf8_lossy(&attempted)
    );
    assert_outside(document.bytes(), &batch);
    assert_comments(document.bytes(), &batch);
    batch
}

/// Every comment is in the new text or named as gone.
fn assert_comments(old: &[u8], batch: &Batch) {
    let mut left = comments(&batch.bytes);
    let gone = batch.comments_gone.iter().map(|comment| old[comment.clone()].to_vec());
    left.extend(gone);
    left.sort_unstable();
    for comment in comments(old) {
        let Ok(index) = left.binary_search(&comment) else {
            panic!(
                "{}\n--- without {}\n{}",
                String::from_utf8_lossy(old),
                String::from_utf8_lossy(&comment),
                String::from_utf8_lossy(&batch.bytes)
            );
        };
        left.remove(index);
    }
}

fn comments(bytes: &[u8]) -> Vec<Vec<u8>> {
    let documents = parse_all(TextId(0), bytes).unwrap();
    let all = documents.iter().flat_map(|document| document.comments().to_vec());
    all.map(|comment| bytes[comment.start as usize..comment.end as usize].to_vec()).collect()
}

/// Cuts the splices out of both texts: what is left must be the same.
fn assert_outside(old: &[u8], batch: &Batch) {
    let mut left_of_old = Vec::new();
    let mut left_of_new = Vec::new();
    let (mut old_at, mut new_at) = (0, 0);
    for splice in &batch.splices {
        assert!(splice.range.start >= old_at, "splices overlap");
        left_of_old.extend_from_slice(&old[old_at..splice.range.start]);
        let kept = splice.range.start - old_at;
        left_of_new.extend_from_slice(&batch.bytes[new_at..new_at + kept]);
        new_at += kept + splice.replacement.len();
        old_at = splice.range.end;
    }
    left_of_old.extend_from_slice(&old[old_at..]);
    left_of_new.extend_from_slice(&batch.bytes[new_at..]);
    assert_eq!(left_of_old, left_of_new);
}

/// What a change makes of a value, by node: the same rules as kubectl's reader would see, and no text at all.
fn changed(document: &Document<'_>, node: NodeId, change: &Change) -> Value {
    if let Change::SetScalar { node: at, value } = change
        && *at == node
    {
        return scalar(value);
    }
    if let Change::ReplaceValue { node: at, value } = change
        && *at == node
    {
        return built(document, value);
    }
    match &document.node(node).kind {
        NodeKind::Mapping { .. } => Value::Mapping(changed_entries(document, node, change)),
        NodeKind::Sequence { .. } => {
            let kept = document
                .items(node)
                .iter()
                .filter(|item| !matches!(change, Change::RemoveItem { item: gone } if gone == *item));
            let mut items: Vec<Value> = kept.map(|item| changed(document, *item, change)).collect();
            if let Change::AppendItem { sequence, value } = change
                && *sequence == node
            {
                items.push(built(document, value));
            }
            Value::Sequence(items)
        }
        _ => match change {
            Change::InsertEntry { mapping, key, value, .. } if *mapping == node => {
                Value::Mapping(vec![(Value::from(key.as_str()), built(document, value))])
            }
            Change::AppendItem { sequence, value } if *sequence == node => {
                Value::Sequence(vec![built(document, value)])
            }
            _ => Value::from_node(document, node, Dialect::GoYaml3).unwrap(),
        },
    }
}

fn changed_entries(document: &Document<'_>, node: NodeId, change: &Change) -> Vec<(Value, Value)> {
    let mut entries = Vec::new();
    for entry in document.entries(node) {
        let value = changed(document, entry.value, change);
        match change {
            Change::RemoveEntry { key } if *key == entry.key => {}
            Change::RenameKey { key, to } if *key == entry.key => {
                entries.push((Value::from(to.as_str()), value))
            }
            Change::ReplaceEntries { keys, .. } if keys.contains(&entry.key) => {}
            _ => entries.push((Value::from_node(document, entry.key, Dialect::GoYaml3).unwrap(), value)),
        }
    }
    match change {
        Change::InsertEntry { mapping, key, value, .. } if *mapping == node => {
            entries.push((Value::from(key.as_str()), built(document, value)));
        }
        Change::ReplaceEntries { keys, key, value } if document.node(keys[0]).parent == Some(node) => {
            entries.push((Value::from(key.as_str()), built(document, value)));
        }
        _ => {}
    }
    entries
}

fn built(document: &Document<'_>, value: &Fresh) -> Value {
    match value {
        Fresh::Scalar(value) | Fresh::TextOf { node: _, value } => scalar(value),
        Fresh::InsteadOf { of: _, value } => built(document, value),
        Fresh::Moved(node) => Value::from_node(document, *node, Dialect::GoYaml3).unwrap(),
        Fresh::Mapping(entries) => Value::Mapping(
            entries.iter().map(|(key, value)| (Value::from(key.as_str()), built(document, value))).collect(),
        ),
        Fresh::Sequence(items) => Value::Sequence(items.iter().map(|item| built(document, item)).collect()),
    }
}

fn scalar(value: &FreshScalar) -> Value {
    match value {
        FreshScalar::String(text) => Value::from(text.as_str()),
        FreshScalar::Integer(number) => Value::Int(*number),
        FreshScalar::Boolean(value) => Value::Bool(*value),
        FreshScalar::Null => Value::Null,
    }
}

#[test]
fn one_change_of_any_text_means_what_it_says() {
    change_one(write);
}

#[test]
fn one_change_of_a_text_that_only_kubectl_takes_means_what_it_says() {
    change_one(|bytes| write_with(bytes, true));
}

fn change_one(write: fn(&[u8]) -> String) {
    let made = std::cell::Cell::new(0);
    let bytes = proptest::collection::vec(any::<u8>(), 24..80);
    runner()
        .run(&(bytes.clone(), bytes), |(text, choices)| {
            let source = write(&text);
            let Ok(documents) = parse_all(TextId(0), source.as_bytes()) else {
                panic!("a generated text is broken:\n{source}");
            };
            let document = &documents[0];
            let change = change(&mut Choices { bytes: &choices, at: 0 }, document);
            let batch = apply(document, std::slice::from_ref(&change));
            if batch.refused.is_empty() {
                let after = parse_all(TextId(0), &batch.bytes).unwrap();
                let found = Value::from_document(&after[0], Dialect::GoYaml3).unwrap();
                let wanted = changed(document, document.root().unwrap(), &change);
                assert!(
                    found == wanted,
                    "{source}\n--- {change:?}\n{}",
                    String::from_utf8_lossy(&batch.bytes)
                );
                made.set(made.get() + 1);
            } else {
                assert_eq!(batch.bytes, source.as_bytes());
            }
            Ok(())
        })
        .unwrap();
    assert!(made.get() > CASES / 8, "only {} changes could be made", made.get());
}

#[test]
fn many_changes_of_several_documents_leave_the_neighbours_alone() {
    let bytes = proptest::collection::vec(any::<u8>(), 24..80);
    runner()
        .run(&(bytes.clone(), bytes.clone(), bytes), |(one, two, choices)| {
            let (first, second) = (write(&one), write(&two));
            let line_end = if first.ends_with('\n') { "" } else { "\n" };
            let source = format!("{first}{line_end}---\n{second}");
            let Ok(documents) = parse_all(TextId(0), source.as_bytes()) else { return Ok(()) };
            let mut choices = Choices { bytes: &choices, at: 0 };
            let changes: Vec<Change> = (0..6).map(|_| change(&mut choices, &documents[0])).collect();
            let batch = apply(&documents[0], &changes);
            let after = parse_all(TextId(0), &batch.bytes).unwrap();
            assert_eq!(after.len(), 2, "{source}");
            let tail = &source.as_bytes()[documents[1].range()];
            assert!(batch.bytes.ends_with(tail), "{source}");
            Ok(())
        })
        .unwrap();
}
