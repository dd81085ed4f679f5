//! Crossplane compositions whose objects are made by programs in their strings.
//!
//! Takes a parsed document; says where and why a part of it cannot be assessed. Objects that stand in a composition
//! as they are (`base`, `manifest`) are judged by the checks like everything else.

use inventory::Reason;
use manifest::Document;
use text::Span;

/// The group of compositions: the word that stands in every document with one.
pub(crate) const GROUP: &str = "apiextensions.crossplane.io";

/// Inputs of functions that make objects in a language of their own: KCL, Python, CUE, Pkl.
const PROGRAMS: [&[u8]; 4] =
    [b"krm.kcl.dev", b"python.fn.crossplane.io", b"cue.fn.crossplane.io", b"pkl.fn.crossplane.io"];

/// Where a document cannot be assessed, why, and in which words; nothing if it holds no composition by a program.
pub(crate) fn programs_in(document: &Document<'_>) -> Option<(Span, Reason, &'static str)> {
    let compositions = manifest::objects(document);
    let composition = compositions
        .iter()
        .find(|object| object.gvk.group == GROUP && object.gvk.kind.starts_with("Composition"))?;
    let bytes = document.raw(composition.node);
    let contains = |needle: &[u8]| memchr::memmem::find(bytes, needle).is_some();
    let place = document.span(composition.api_version);
    match () {
        () if contains(b"{{") => {
            Some((place, Reason::NeedsRendering, "the templates of a Crossplane composition"))
        }
        () if PROGRAMS.iter().any(|program| contains(program)) => {
            Some((place, Reason::OtherGenerator, "the programs of a Crossplane composition"))
        }
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use text::TextId;

    use super::*;

    fn told(text: &str) -> Option<Reason> {
        let documents = manifest::parse_all(TextId(0), text.as_bytes()).unwrap();
        programs_in(&documents[0]).map(|(_, reason, _)| reason)
    }

    #[test]
    fn templates_and_programs_are_told_and_plain_bases_are_not() {
        let composition = |rest: &str| {
            told(&format!("apiVersion: apiextensions.crossplane.io/v1\nkind: Composition\n{rest}"))
        };
        let template = "spec: {pipeline: [{input: {inline: {template: 'a: {{ .b }}'}}}]}\n";
        assert_eq!(composition(template), Some(Reason::NeedsRendering));
        let program = "spec: {pipeline: [{input: {apiVersion: krm.kcl.dev/v1alpha1}}]}\n";
        assert_eq!(composition(program), Some(Reason::OtherGenerator));
        assert_eq!(composition("spec: {resources: [{base: {apiVersion: v1, kind: Pod}}]}\n"), None);
        assert_eq!(told("apiVersion: example.org/v1\nkind: Composition\na: '{{ b }}'\n"), None);
    }
}
