//! The parts of a file that no diff may show: what Secrets hold, wherever they stand.
//!
//! Takes a file's bytes; gives byte ranges. What cannot be read is hidden whole if it could be a Secret.

use std::collections::BTreeSet;
use std::ops::Range;

use checks::is_hidden_in_secret;
use manifest::limits::FILE_DOCUMENTS_MAX;
use manifest::{Document, Entry, Mask, NodeId, NodeKind, scan};
use text::TextId;

/// The word in every text that holds a Secret or makes one.
const WORD: &[u8] = b"ecret";

/// The parts that nobody may read, sorted and apart.
pub(crate) fn secrets(bytes: &[u8], mask: Option<&Mask>) -> Vec<Range<usize>> {
    if !holds(bytes, WORD) {
        return Vec::new();
    }
    let json = if mask.is_none() { scan::json::split(bytes) } else { None };
    let is_json = json.is_some();
    let ranges =
        match json.map_or_else(|| scan::split(mask.map_or(bytes, Mask::bytes), FILE_DOCUMENTS_MAX), Ok) {
            Ok(ranges) => ranges,
            Err(_) => return std::iter::once(0..bytes.len()).collect(),
        };
    let mut found = Vec::new();
    for range in ranges {
        if !bytes.get(range.clone()).is_some_and(|part| holds(part, WORD)) {
            continue;
        }
        let parsed = match is_json {
            true => scan::json::parse(TextId(0), bytes, range.clone()),
            false => manifest::parse(TextId(0), bytes, range.clone(), mask),
        };
        match parsed {
            Ok(document) => Hiding::of(&document, &mut found),
            Err(_) => found.push(range),
        }
    }
    apart(found)
}

fn holds(bytes: &[u8], word: &[u8]) -> bool {
    memchr::memmem::find(bytes, word).is_some()
}

fn apart(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut apart: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges.into_iter().filter(|range| !range.is_empty()) {
        match apart.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => apart.push(range),
        }
    }
    apart
}

struct Hiding<'d> {
    document: &'d Document<'d>,
    found: &'d mut Vec<Range<usize>>,
    /// An anchor may be used a thousand times.
    seen: BTreeSet<NodeId>,
}

impl<'d> Hiding<'d> {
    fn of(document: &'d Document<'_>, found: &'d mut Vec<Range<usize>>) {
        let mut hiding = Self { document, found, seen: BTreeSet::new() };
        for object in manifest::objects(document) {
            if object.gvk.kind == "Secret" && object.gvk.group.is_empty() {
                hiding.secret(object.node);
            }
        }
        if let Some(root) = document.root() {
            hiding.generators(root);
        }
        hiding.embedded();
    }

    fn secret(&mut self, object: NodeId) {
        for entry in self.document.entries(object) {
            let key = self.document.text(entry.key).unwrap_or_default();
            if key != "metadata" {
                if is_hidden_in_secret(&[key]) {
                    self.hide(entry.value);
                    self.comments(entry);
                }
                continue;
            }
            for inner in self.document.entries(self.document.dereference(entry.value)) {
                let inner_key = self.document.text(inner.key).unwrap_or_default();
                if is_hidden_in_secret(&[key, inner_key]) {
                    self.hide(inner.value);
                    self.comments(inner);
                }
            }
        }
    }

    /// What kustomize makes Secrets of: `secretGenerator` with its literals.
    fn generators(&mut self, root: NodeId) {
        let Some(generators) = self.document.get(root, "secretGenerator") else { return };
        for generator in self.document.items(generators) {
            for key in ["literals", "env"] {
                if let Some(values) = self.document.get(self.document.dereference(*generator), key) {
                    self.hide(values);
                }
            }
        }
    }

    /// Texts that hold the text of a Secret, as a `ConfigMap` or a Helm value may.
    fn embedded(&mut self) {
        for node in self.document.node_ids() {
            let text = self.document.text(node).unwrap_or_default();
            if text.contains("Secret") && text.contains("kind") && text.contains('\n') {
                self.found.push(self.document.full_span(node).range());
            }
        }
    }

    /// Hides the scalars of a value.
    fn hide(&mut self, node: NodeId) {
        if !self.seen.insert(node) {
            return;
        }
        let document = self.document;
        match document.node(node).kind {
            NodeKind::Scalar { .. } => self.found.push(document.span(node).range()),
            NodeKind::Alias { target } => {
                if let Some(target) = target {
                    self.hide(target);
                }
            }
            NodeKind::Mapping { .. } | NodeKind::Sequence { .. } => {
                document.entries(node).iter().for_each(|entry| self.hide(entry.value));
                document.items(node).iter().for_each(|item| self.hide(*item));
            }
        }
    }

    /// Hides the comments in an entry and right after it: old values are often left in them.
    fn comments(&mut self, entry: &Entry) {
        let comments = self.document.comments();
        let start = self.document.span(entry.key).range().end;
        let end = self.document.full_span(entry.value).range().end;
        let mut at = end.max(start);
        let first = comments.partition_point(|comment| (comment.start as usize) < start);
        for comment in comments.iter().skip(first).map(|c| c.start as usize..c.end as usize) {
            let gap = self.document.bytes().get(at.min(comment.start)..comment.start).unwrap_or_default();
            if comment.start >= at && !gap.iter().all(u8::is_ascii_whitespace) {
                break;
            }
            at = at.max(comment.end);
            self.found.push(comment);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text with all that is hidden as `***`.
    fn shown(text: &str) -> String {
        let mut output = text.to_owned();
        for range in secrets(text.as_bytes(), None).into_iter().rev() {
            output.replace_range(range, "***");
        }
        output
    }

    #[test]
    fn values_of_secrets_are_hidden_wherever_they_stand() {
        for (text, expected) in [
            (
                "kind: Secret\napiVersion: v1\nmetadata:\n  name: a\n  annotations:\n    last: x\ntype: Opaque\ndata:\n  # was: c2Vj\n  p: aHVudGVy # c\nstringData: {q: 'two words'}\n",
                "kind: Secret\napiVersion: v1\nmetadata:\n  name: a\n  annotations:\n    last: ***\ntype: Opaque\ndata:\n  ***\n  p: *** ***\nstringData: {q: ***}\n",
            ),
            (
                "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Secret, data: {a: b}}\n- {apiVersion: v1, kind: ConfigMap, data: {a: b}}\n",
                "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Secret, data: {a: ***}}\n- {apiVersion: v1, kind: ConfigMap, data: {a: b}}\n",
            ),
            (
                "{\"apiVersion\": \"v1\", \"kind\": \"Secret\", \"stringData\": {\"a\": \"b\"}}",
                "{\"apiVersion\": \"v1\", \"kind\": \"Secret\", \"stringData\": {\"a\": ***}}",
            ),
            (
                "x: &x hunter2\napiVersion: v1\nkind: Secret\ndata:\n  a: *x\n  b: *x\n",
                "x: &x ***\napiVersion: v1\nkind: Secret\ndata:\n  a: *x\n  b: *x\n",
            ),
            (
                "kind: Kustomization\nsecretGenerator:\n- name: a\n  literals: [p=hunter2]\n",
                "kind: Kustomization\nsecretGenerator:\n- name: a\n  literals: [***]\n",
            ),
            ("kind: Secret\ndata: [\n---\na: 1\n", "***---\na: 1\n"),
            ("a: secret\nkind: Pod\napiVersion: v1\n", "a: secret\nkind: Pod\napiVersion: v1\n"),
            (
                "kind: Secret\napiVersion: example.com/v1\ndata: {a: b}\n",
                "kind: Secret\napiVersion: example.com/v1\ndata: {a: b}\n",
            ),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn a_secret_within_a_text_is_hidden_with_the_text() {
        let text = "apiVersion: v1\nkind: ConfigMap\ndata:\n  a: |\n    kind: Secret\n    data: {p: hunter2}\n  b: c\n";
        let shown = shown(text);
        assert!(!shown.contains("hunter2") && shown.contains("b: c"), "{shown}");
    }
}
