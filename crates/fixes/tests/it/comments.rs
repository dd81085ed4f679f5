//! Goal: no conversion loses a comment. Method: every case gets comments above, beside and below all of its entries
//! and items; what comes out means the same as without them, and each comment stands in it once, or went with a field
//! that is named here.

use manifest::value::Value;
use manifest::{Document, NodeId, NodeKind, Structure};

use crate::case::{self, Directives};

/// Fields whose comments go with them: the case, the field, why nothing is left to comment on.
const GONE: &[(&str, &str, &str)] = &[
    ("definition/several_versions", "spec.version", "the versions' own names say it"),
    ("endpoint_slice/topology", "endpoints[1].topology", "'nodeName' says the host already"),
    ("flux/git_repository", "spec.gitImplementation", "the field is gone"),
    ("flux/git_repository", "spec.accessFrom", "the field is gone"),
    ("flux/kustomization", "spec.validation", "the field is gone"),
    ("flux/provider", "spec.interval", "the field is gone"),
    ("karpenter/node_pool", "spec.template.spec.kubelet", "stands in the node class, as the answer says"),
    ("role_binding/alpha_subjects", "subjects[1].apiVersion", "the core group has no name"),
    ("storage_version_migration/alpha", "spec.continueToken", "the field is gone"),
    ("storage_version_migration/alpha", "spec.resource.version", "the field is gone"),
    ("workload/daemon_set_on_delete", "spec.templateGeneration", "the field is gone"),
    ("workload/deployment_keeps", "spec.rollbackTo", "the field is gone"),
];

/// What stands once for each version that takes it over, with the comments in it.
const COPIED: &[(&str, &str)] = &[("definition/several_versions", "spec.validation")];

/// Which comments a case gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Above,
    Beside,
    Below,
    All,
}

/// A comment put into a text.
struct Put {
    at: usize,
    text: String,
    comment: String,
    path: String,
}

struct Decorator<'d> {
    document: &'d Document<'d>,
    style: Style,
    puts: Vec<Put>,
    count: usize,
}

impl Decorator<'_> {
    fn put(&mut self, at: usize, node: NodeId, write: impl FnOnce(&str) -> String) {
        let comment = format!("# c{};", self.count);
        self.count += 1;
        let root = self.document.root().unwrap();
        let path = self.document.path_from(root, node).to_string();
        self.puts.push(Put { at, text: write(&comment), comment, path });
    }

    fn line(&self, at: usize) -> (usize, usize) {
        let bytes = self.document.bytes();
        let start = bytes[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let end = bytes[at..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |end| at + end);
        (start, end - usize::from(end > start && bytes[end - 1] == b'\r'))
    }

    fn newline(&self) -> &'static str {
        if self.document.bytes().windows(2).any(|two| two == b"\r\n") { "\r\n" } else { "\n" }
    }

    fn wants(&self, style: Style) -> bool {
        self.style == style || self.style == Style::All
    }

    /// An entry or item: where it begins, its value, and where what stands beside it would end.
    fn child(&mut self, first: usize, node: NodeId, value: NodeId) {
        let (start, _) = self.line(first);
        let before = String::from_utf8(self.document.bytes()[start..first].to_vec()).unwrap();
        let newline = self.newline();
        if self.wants(Style::Above) && before.trim().is_empty() {
            self.put(start, node, |comment| format!("{before}{comment}{newline}"));
        }
        let kind = &self.document.node(value).kind;
        let is_block = matches!(
            kind,
            NodeKind::Mapping { structure: Structure::Block }
                | NodeKind::Sequence { structure: Structure::Block }
        );
        let is_text = self.document.raw(value).first().is_some_and(|byte| matches!(byte, b'|' | b'>'));
        let span = self.document.span(value).range();
        let last = match (is_block, is_text) {
            (true, _) if self.line(span.start).0 == start => return,
            (true, _) => self.document.span(node).range().end,
            (false, true) => span.start,
            (false, false) => span.end.max(first + 1),
        };
        let (line, end) = self.line(last);
        let has_comment =
            self.document.comments().iter().any(|comment| (line..end).contains(&(comment.start as usize)));
        if self.wants(Style::Beside) && !has_comment {
            self.put(end, node, |comment| format!(" {comment}"));
        }
        if is_block && self.wants(Style::Below) {
            self.below(node, value);
        }
    }

    fn below(&mut self, node: NodeId, value: NodeId) {
        let span = self.document.span(value).range();
        let column = span.start - self.line(span.start).0;
        let key = self.document.full_span(node).range().start;
        if column == key - self.line(key).0 {
            // What stands below dashes in the column of their key is above the next key.
            return;
        }
        let (_, end) = self.line(end_of(self.document, value));
        let newline = self.newline();
        let bytes = self.document.bytes();
        if bytes.get(end).is_none() {
            return;
        }
        let next = end + newline.len();
        self.put(next, node, |comment| format!("{}{comment}{newline}", " ".repeat(column)));
    }

    fn document(&mut self) {
        for node in self.document.node_ids() {
            match self.document.node(node).kind {
                NodeKind::Mapping { structure: Structure::Block } => {
                    for entry in self.document.entries(node) {
                        let first = self.document.full_span(entry.key).range().start;
                        self.child(first, entry.key, entry.value);
                    }
                }
                NodeKind::Sequence { structure: Structure::Block } => {
                    for item in self.document.items(node) {
                        let start = self.document.full_span(*item).range().start;
                        let before = &self.document.bytes()[..start];
                        if let Some(dash) = before.iter().rposition(|byte| *byte == b'-') {
                            self.child(dash, *item, *item);
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

/// The last byte that is somebody's value.
fn end_of(document: &Document<'_>, node: NodeId) -> usize {
    let last = match document.items(node).last() {
        Some(item) => Some(*item),
        None => document.entries(node).last().map(|entry| entry.value),
    };
    let Some(last) = last else { return document.span(node).range().end };
    let span = document.span(last).range();
    let is_text = document.raw(last).first().is_some_and(|byte| matches!(byte, b'|' | b'>'));
    let end = end_of(document, last);
    if is_text { document.bytes()[..span.end].iter().rposition(|byte| *byte != b'\n').unwrap() } else { end }
}

fn decorated(bytes: &[u8], style: Style) -> (Vec<u8>, Vec<Put>) {
    let mut puts = Vec::new();
    for document in &case::parsed(bytes) {
        let mut decorator = Decorator { document, style, count: puts.len(), puts: Vec::new() };
        if document.root().is_some() {
            decorator.document();
        }
        puts.extend(decorator.puts);
    }
    let mut order: Vec<usize> = (0..puts.len()).collect();
    order.sort_by_key(|index| (std::cmp::Reverse(puts[*index].at), std::cmp::Reverse(*index)));
    let mut text = bytes.to_vec();
    for index in order {
        let Put { at, text: put, .. } = &puts[index];
        text.splice(*at..*at, put.bytes());
    }
    (text, puts)
}

fn values(bytes: &[u8]) -> Vec<Value> {
    let documents = case::parsed(bytes);
    let value = |document: &Document<'_>| {
        Value::from_document(document, manifest::resolve::Dialect::GoYaml2).unwrap()
    };
    documents.iter().map(value).collect()
}

fn is_gone_for_good(name: &str, path: &str) -> bool {
    GONE.iter().any(|(case, field, why)| name.contains(case) && path.starts_with(field) && !why.is_empty())
}

fn is_copied(name: &str, path: &str) -> bool {
    COPIED.iter().any(|(case, field)| name.contains(case) && path.starts_with(field))
}

/// What is wrong with a case in a style.
fn faults(name: &str, bytes: &[u8], directives: &Directives, style: Style) -> Vec<String> {
    let (text, puts) = decorated(bytes, style);
    let same = values(&text) == values(bytes);
    assert!(same, "{name}: comments changed the meaning:\n{}", String::from_utf8_lossy(&text));
    let batch = match case::batch(&text, directives) {
        Ok(batch) => batch,
        Err(error) => return vec![format!("{name} {style:?}: {error}")],
    };
    let made = String::from_utf8(batch.bytes).unwrap();
    let mut faults = Vec::new();
    let expected = values(case::converted(bytes, directives).unwrap().as_slice());
    // A patch that becomes a text takes the comments in it along.
    if values(made.as_bytes()) != expected && !name.contains("/flux/") {
        faults.push(format!("{name} {style:?}: means something else"));
    }
    for put in puts {
        let count = made.matches(&put.comment).count();
        let is_gone = batch.comments_gone.iter().any(|gone| text[gone.clone()] == *put.comment.as_bytes());
        match (count, is_gone) {
            (1, false) => {}
            (0, true) if is_gone_for_good(name, &put.path) => {}
            (2, false) if is_copied(name, &put.path) => {}
            (count, is_gone) => faults.push(format!(
                "{name} {style:?}: '{}' stands {count} times, said to be gone: {is_gone}",
                put.path
            )),
        }
    }
    faults
}

#[test]
fn no_comment_is_lost() {
    let mut faults_found = Vec::new();
    let mut inputs = 0;
    for input in case::inputs() {
        let bytes = case::read(&input);
        let directives = Directives::of(std::str::from_utf8(&bytes).unwrap());
        if directives.refuses.is_some() || !directives.asks.is_empty() {
            continue;
        }
        let name = input.display().to_string();
        inputs += 1;
        for style in [Style::Above, Style::Beside, Style::Below, Style::All] {
            faults_found.extend(faults(&name, &bytes, &directives, style));
        }
    }
    assert!(inputs >= 60, "only {inputs} cases were found");
    assert!(faults_found.is_empty(), "{}\n{} faults", faults_found.join("\n"), faults_found.len());
}
