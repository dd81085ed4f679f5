//! Documents that stand in strings of an object: manifests and configuration files in a ConfigMap's `data`.
//!
//! Takes a document and an object of it; gives the strings that look like manifests, each with where its bytes were
//! written. A string that is no YAML, holds a certificate or a template is ordinary text and no fault.

use inventory::Reason;
use manifest::{Document, NodeId, ParseDocument};
use text::{Exactness, PieceMap, Span, TextId};

use crate::{Finding, FixAction, Sink, Subject};

/// The text id of every embedded string while it is looked at: ids of files are positions in a registry, which never
/// has so many. Findings leave this module with spans of the file.
const EMBEDDED: TextId = TextId(u32::MAX);

/// Configuration that components read from a file. A string that names one of them and is broken is worth a word.
const CONFIGURATION_GROUPS: [&str; 7] = [
    "kubeadm.k8s.io/",
    "kubelet.config.k8s.io/",
    "kubeproxy.config.k8s.io/",
    "kubescheduler.config.k8s.io/",
    "audit.k8s.io/",
    "apiserver.config.k8s.io/",
    "apiserver.k8s.io/",
];

/// A string of an object that looks like a manifest.
#[derive(Debug)]
pub struct Embedded<'d> {
    /// The scalar, or the alias of it, that holds the string.
    pub value: NodeId,
    /// The string after quotes, escapes and indentation.
    pub content: &'d str,
    pieces: PieceMap,
    outer: Span,
}

impl<'d> Embedded<'d> {
    /// The string at `value`; none if that is no scalar or depends on a template action.
    pub(crate) fn at(document: &'d Document<'_>, value: NodeId) -> Option<Self> {
        let scalar = document.dereference(value);
        if document.is_opaque(scalar) {
            return None;
        }
        let content = document.text(scalar)?;
        Some(Self { value, content, pieces: document.content_map(scalar)?, outer: document.span(scalar) })
    }

    /// The documents in the string. Their spans are positions in the string; see [`Embedded::to_file`].
    ///
    /// # Errors
    /// If the string is no YAML.
    pub fn documents(&self) -> Result<Vec<Document<'d>>, ParseDocument> {
        manifest::parse_all(EMBEDDED, self.content.as_bytes())
    }

    /// Where a span of the string was written in the file: the whole string if its parts cannot be told.
    #[must_use]
    pub fn to_file(&self, span: Span) -> Span {
        if span.text != EMBEDDED {
            return span;
        }
        self.pieces.resolve(span.start..span.end).map_or(self.outer, |(span, _)| span)
    }

    /// What writes `text` at a span of the string, where that stands in the file as it is read.
    pub(crate) fn replacing(&self, span: Span, text: String) -> Option<FixAction> {
        let (_, exactness) = self.pieces.resolve(span.start..span.end)?;
        let part = span.start..span.end;
        (exactness == Exactness::Verbatim).then_some(FixAction::ReplaceWithin {
            scalar: self.outer,
            part,
            text,
        })
    }

    /// Turns a finding within the string into one about the object that holds it. No edit reaches into a string.
    pub(crate) fn carry_out(&self, outer: &Subject<'_>, mut finding: Finding) -> Finding {
        finding.span = self.to_file(finding.span);
        for (span, _) in &mut finding.related {
            *span = self.to_file(*span);
        }
        finding.object = outer.name();
        finding.path = outer.path(self.value);
        finding.fix = None;
        finding
    }
}

/// The strings of `object` that look like manifests. Only ConfigMaps and Secrets hold such strings by habit.
#[must_use]
pub fn embedded_in<'d>(document: &'d Document<'_>, object: &manifest::Object<'_>) -> Vec<Embedded<'d>> {
    let section = match (object.gvk.group, object.gvk.kind) {
        ("", "ConfigMap") => "data",
        ("", "Secret") => "stringData",
        _ => return Vec::new(),
    };
    let Some(values) = document.get(object.node, section) else { return Vec::new() };
    let strings = document.entries(values).iter().filter_map(|entry| Embedded::at(document, entry.value));
    let is_manifest =
        |string: &Embedded<'_>| string.content.contains("apiVersion") && string.content.contains("kind");
    strings.filter(is_manifest).collect()
}

/// Notes a broken string that names a component's configuration.
pub(crate) fn note_broken(
    subject: &Subject<'_>,
    embedded: &Embedded<'_>,
    error: &ParseDocument,
    sink: &mut Sink,
) {
    if CONFIGURATION_GROUPS.iter().any(|group| embedded.content.contains(group)) {
        sink.cannot_assess(subject, embedded.value, Reason::Malformed, error.to_string());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_file(yaml: &str, needle: &str) -> Vec<String> {
        let documents = manifest::parse_all(TextId(0), yaml.as_bytes()).unwrap();
        let mut found = Vec::new();
        for document in &documents {
            for object in manifest::objects(document) {
                for embedded in embedded_in(document, &object) {
                    for inner in embedded.documents().unwrap_or_default() {
                        let hits = inner.node_ids().filter(|node| inner.text(*node) == Some(needle));
                        found.extend(hits.map(|node| {
                            let span = embedded.to_file(inner.span(node));
                            yaml.get(span.range()).unwrap_or("?").to_owned()
                        }));
                    }
                }
            }
        }
        found
    }

    #[test]
    fn spans_in_a_block_scalar_lead_to_the_file() {
        let yaml = "apiVersion: v1\nkind: ConfigMap\ndata:\n  a.yaml: |\n    apiVersion: a/v1\n    kind: One\n    ---\n    apiVersion: b/v1\n    kind: Two\n";
        assert_eq!(in_file(yaml, "b/v1"), ["b/v1"]);
        assert_eq!(in_file(&yaml.replace('\n', "\r\n"), "Two"), ["Two"]);
    }

    #[test]
    fn a_string_with_escapes_leads_to_its_parts_and_a_folded_one_to_the_whole() {
        let yaml = "apiVersion: v1\nkind: ConfigMap\ndata: {a: \"apiVersion: a/v1\\nkind: One\\n\"}\n";
        assert_eq!(in_file(yaml, "One"), ["One"]);
        let folded =
            "apiVersion: v1\nkind: ConfigMap\ndata:\n  a: >\n    apiVersion: a/v1\n\n    kind: One\n";
        assert_eq!(in_file(folded, "One"), [">\n    apiVersion: a/v1\n\n    kind: One"]);
    }

    #[test]
    fn certificates_and_other_kinds_hold_nothing() {
        let pem = "apiVersion: v1\nkind: ConfigMap\ndata:\n  ca.crt: |\n    -----BEGIN CERTIFICATE-----\n    kind apiVersion\n    -----END CERTIFICATE-----\n";
        assert!(in_file(pem, "One").is_empty());
        let other = "apiVersion: v1\nkind: Pod\ndata:\n  a: |\n    apiVersion: a/v1\n    kind: One\n";
        assert!(in_file(other, "One").is_empty());
    }
}
