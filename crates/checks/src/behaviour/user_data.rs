//! Objects written inside user data: a NodeConfig in a MIME part, a kubelet configuration in a
//! here-document, a static pod in a cloud-init file.
//!
//! Takes a subject and the words that an object of interest must hold; gives each object found in one
//! of the subject's strings as a subject of its own. What is found there is moved to the bytes of the
//! file that the string was written in. Fixes are taken off: nothing edits text in text. Whole strings
//! of ConfigMaps and Secrets are left out: the engine shows those to `Check::embedded`.

use std::ops::Range;

use manifest::{Document, NodeId, objects};
use text::{PieceMap, TextId};

use crate::{Finding, Sink, Subject, mime};

/// How long a string may be that is looked into: an object in etcd is at most 1.5 MiB.
const EMBEDDED_BYTES_MAX: usize = 1_500_000;

/// How many documents one string may hold.
const EMBEDDED_DOCUMENTS_MAX: usize = 256;

/// The id of a text that no registry knows: spans in it are moved before anybody sees them.
const UNREGISTERED: TextId = TextId(u32::MAX);

/// Annotations that record what was applied at some time: history, not what the repository says.
const RECORDS: [&str; 2] =
    ["kubectl.kubernetes.io/last-applied-configuration", "objectset.rio.cattle.io/applied"];

/// Calls `look` with each object in a string of the subject that holds one of `words`, and reports what
/// it finds as findings of the subject.
pub(crate) fn each_in_user_data(
    subject: &Subject<'_>,
    words: &[&str],
    sink: &mut Sink,
    look: &mut dyn FnMut(&Subject<'_>, &mut Sink),
) {
    let document = subject.document;
    let holds =
        |bytes: &[u8]| words.iter().any(|word| memchr::memmem::find(bytes, word.as_bytes()).is_some());
    if !holds(document.raw(subject.node)) || is_history(subject) {
        return;
    }
    let is_store = subject.object.is_some_and(|object| matches!(object.gvk.kind, "ConfigMap" | "Secret"));
    for scalar in strings(document, subject.node) {
        let Some(content) = document.text(scalar) else { continue };
        if content.len() > EMBEDDED_BYTES_MAX || !content.contains("kind") || !holds(content.as_bytes()) {
            continue;
        }
        if document.is_opaque(scalar) || is_record(document, scalar) {
            continue;
        }
        let map = document.content_map(scalar).unwrap_or_default();
        let parts = yaml_parts(content);
        for part in parts.into_iter().filter(|part| !(is_store && part.len() == content.len())) {
            look_into(subject, scalar, (content, part), &map, sink, look);
        }
    }
}

fn look_into(
    subject: &Subject<'_>,
    scalar: NodeId,
    (content, part): (&str, Range<usize>),
    map: &PieceMap,
    sink: &mut Sink,
    look: &mut dyn FnMut(&Subject<'_>, &mut Sink),
) {
    let Some(bytes) = content.as_bytes().get(part.clone()) else { return };
    // Text that is no YAML is a script or a file of another kind, which is no fault.
    let Ok(documents) = manifest::parse_all(UNREGISTERED, bytes) else { return };
    for document in documents.iter().take(EMBEDDED_DOCUMENTS_MAX) {
        for object in objects(document) {
            let inner = Subject { file: subject.file, document, object: Some(object), node: object.node };
            let mut found = Sink::new();
            look(&inner, &mut found);
            for finding in found.into_findings() {
                sink.report(moved(finding, subject, scalar, part.start, map));
            }
        }
    }
}

/// The finding at the place where its bytes were written, as one of the outer subject.
fn moved(
    mut finding: Finding,
    subject: &Subject<'_>,
    scalar: NodeId,
    base: usize,
    map: &PieceMap,
) -> Finding {
    let base = u32::try_from(base).unwrap_or(u32::MAX);
    let range = finding.span.start.saturating_add(base)..finding.span.end.saturating_add(base);
    finding.span = map.resolve(range).map_or_else(|| subject.document.span(scalar), |(span, _)| span);
    let mut path = subject.path(scalar);
    path.0.append(&mut finding.path.0);
    finding.path = path;
    finding.object = subject.name();
    finding.related.clear();
    finding.fix = None;
    finding
}

fn is_history(subject: &Subject<'_>) -> bool {
    subject.object.is_some_and(|object| object.gvk.kind == "ControllerRevision")
}

fn is_record(document: &Document<'_>, scalar: NodeId) -> bool {
    let key = document.entry_of(scalar).and_then(|entry| document.text(entry.key));
    key.is_some_and(|key| RECORDS.contains(&key))
}

fn strings(document: &Document<'_>, root: NodeId) -> Vec<NodeId> {
    let mut found = Vec::new();
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        if document.text(node).is_some() {
            found.push(node);
        }
        open.extend(document.entries(node).iter().rev().map(|entry| entry.value));
        open.extend(document.items(node).iter().rev());
    }
    found
}

/// The parts of a string that may be YAML: all of it, or the bodies of its MIME parts and here-documents.
pub(crate) fn yaml_parts(content: &str) -> Vec<Range<usize>> {
    let head = content.trim_start();
    if mime::is_multipart(content) {
        return mime_bodies(content);
    }
    if head.starts_with("#!") || content.contains("<<") && !head.starts_with("apiVersion") {
        return here_documents(content);
    }
    let whole = 0..content.len();
    vec![whole]
}

/// The bodies of a MIME text, and in place of a script's its here-documents.
fn mime_bodies(content: &str) -> Vec<Range<usize>> {
    let scripts = |body: Range<usize>| match content.get(body.clone()) {
        Some(text) if text.trim_start().starts_with("#!") => here_documents(text)
            .into_iter()
            .map(|inner| body.start + inner.start..body.start + inner.end)
            .collect(),
        _ => vec![body],
    };
    mime::parts(content).into_iter().flat_map(|part| scripts(part.body)).collect()
}

/// The bodies of `<<WORD` … `WORD`.
fn here_documents(content: &str) -> Vec<Range<usize>> {
    let mut bodies = Vec::new();
    let mut open: Option<(usize, &str)> = None;
    for (start, line) in lines(content) {
        match open {
            Some((from, word)) if line.trim() == word => {
                bodies.push(from..start);
                open = None;
            }
            Some(_) => {}
            None => open = here_word(line).map(|word| (start + line_length(content, start), word)),
        }
    }
    bodies
}

fn here_word(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once("<<")?;
    let rest = rest.trim_start_matches(['-', '~', ' ']).trim_start_matches(['\'', '"', '\\']);
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
    rest.get(..end).filter(|word| !word.is_empty())
}

fn line_length(content: &str, start: usize) -> usize {
    let rest = content.get(start..).unwrap_or_default();
    rest.find('\n').map_or(rest.len(), |end| end + 1)
}

/// The lines without their ends, with where each begins.
fn lines(content: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    content.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        (start, line.trim_end_matches(['\n', '\r']))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(content: &str) -> Vec<&str> {
        yaml_parts(content).into_iter().map(|range| &content[range]).collect()
    }

    #[test]
    fn a_plain_string_is_one_part() {
        assert_eq!(parts("kind: A\n---\nkind: B\n").len(), 1);
        assert_eq!(parts(""), vec![""]);
    }

    #[test]
    fn mime_parts_and_here_documents_are_parts() {
        let mime = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"//\"\n\n--//\nContent-Type: application/node.eks.aws\n\nkind: NodeConfig\n--//\nContent-Type: text/x-shellscript\n\n#!/bin/sh\ncat <<'EOF' > x\nkind: Inner\nEOF\necho\n--//--\n";
        assert_eq!(parts(mime), vec!["kind: NodeConfig\n", "kind: Inner\n"]);
        assert_eq!(parts("#!/bin/sh\ncat <<EOF\na: b\nEOF\ncat <<-X\nc\nX\n"), vec!["a: b\n", "c\n"]);
        assert!(parts("#!/bin/sh\ncat <<EOF\nnever closed\n").is_empty());
        assert!(parts("MIME-Version: 1.0\nno boundary\n").is_empty());
    }
}
