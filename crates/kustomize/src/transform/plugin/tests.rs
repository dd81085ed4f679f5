//! Configuration objects as builds apply them.
#![expect(clippy::unwrap_in_result, reason = "a test that meets the unexpected should stop")]

use std::sync::Arc;

use text::{Origins, TextId};
use tree::Memory;

use super::*;
use crate::load::{Files, Restriction, objects_of_text};
use crate::testing::applied;

/// What the objects are once the configuration has been applied.
fn configured(kind: &str, configuration: &str, objects: &str) -> Result<String, String> {
    let text = format!(
        "apiVersion: builtin\nkind: {kind}\nmetadata: {{name: c, namespace: new}}\n{configuration}\n"
    );
    let graph = objects_of_text::<Origins>(TextId(0), text.as_bytes()).unwrap().remove(0);
    let mut tree = Memory::new();
    tree.insert("some/folder/targets.yaml", "targets: [{fieldPath: spec/more}]\n");
    let files = Files::new(Arc::new(tree), Restriction::RootOnly, None);
    let mut work = Work::<Origins>::new(files);
    let loader = Loader::at(&work.files, "some/folder").unwrap();
    let transformers =
        of_plugin(&mut work, &loader, (kind, &graph)).map_err(|failure| text::with_causes(&failure))?;
    applied(objects, |work, map| {
        transformers.iter().flatten().try_for_each(|transformer| transformer.transform(work, map))
    })
}

const OBJECT: &str = "apiVersion: x/v1\nkind: Foo\nmetadata:\n  name: f\nspec:\n  image: a:1\n  path: /a/b\n";

fn check(kind: &str, configuration: &str, expected: &str) {
    assert_eq!(configured(kind, configuration, OBJECT).as_deref(), Ok(expected), "{kind} {configuration}");
}

#[test]
fn each_kind_does_what_its_field_does_at_the_places_that_it_names() {
    let changed = |from: &str, to: &str| OBJECT.replace(from, to);
    let labels = "labels: {a: b}\nfieldSpecs: [{path: spec/labels, create: true}]";
    check("LabelTransformer", labels, &changed("  path:", "  labels:\n    a: b\n  path:"));
    let annotations = "annotations: {a: b}\nfieldSpecs: [{path: spec/labels, create: true}]";
    check("AnnotationsTransformer", annotations, &changed("  path:", "  labels:\n    a: b\n  path:"));
    let images = "imageTag: {name: a, newTag: 2}\nfieldSpecs: [{path: spec/image}]";
    check("ImageTagTransformer", images, &changed("a:1", "a:2"));
    let replicas = "replica: {name: f, count: 3}\nfieldSpecs: [{path: spec/count, create: true}]";
    check("ReplicaCountTransformer", replicas, &changed("  image", "  count: 3\n  image"));
    check("NamespaceTransformer", "", &changed("name: f\n", "name: f\n  namespace: new\n"));
    check(
        "PrefixTransformer",
        "prefix: p-\nfieldSpecs: [{path: metadata/name}]",
        &changed(": f\n", ": p-f\n"),
    );
    check(
        "SuffixTransformer",
        "suffix: -s\nfieldSpecs: [{path: metadata/name}]",
        &changed(": f\n", ": f-s\n"),
    );
    let both = "prefix: p-\nsuffix: -s\nfieldSpecs: [{path: metadata/name}]";
    check("PrefixSuffixTransformer", both, &changed(": f\n", ": p-f-s\n"));
    check("ValueAddTransformer", "value: x\ntargets: [{fieldPath: spec/image}]", &changed("a:1", "x"));
}

#[test]
fn a_value_goes_to_the_objects_that_are_selected() {
    let changed = |from: &str, to: &str| OBJECT.replace(from, to);
    let at = "targets: [{fieldPath: spec/path, filePathPosition: 1, selector: {kind: Foo}}]";
    check("ValueAddTransformer", &format!("value: ' x '\n{at}"), &changed("/a/b", "/x/a/b"));
    check("ValueAddTransformer", at, &changed("/a/b", "/folder/a/b"));
    let elsewhere = "value: x\ntargets: [{fieldPath: spec/path, selector: {kind: Bar}}]";
    check("ValueAddTransformer", elsewhere, OBJECT);
    let namespace = "value: x\ntargets: [{fieldPath: metadata/namespace}]";
    check("ValueAddTransformer", namespace, &changed("name: f\n", "name: f\n  namespace: x\n"));
    check(
        "ValueAddTransformer",
        "value: x\ntargetFilePath: targets.yaml",
        &changed("  path", "  more: x\n  path"),
    );
}

#[test]
fn what_cannot_be_used_is_told() {
    let cases = [
        ("PrefixTransformer", "prefix: p-", "fieldSpecs is not expected to be nil"),
        ("PrefixTransformer", "prefix: p-\nFieldSpecs: []", "fieldSpecs is not expected to be nil"),
        ("ValueAddTransformer", "value: x", "must specify at least one target"),
        ("LabelTransformer", "labels: []", "cannot unmarshal array into field 'labels' of type object"),
        (
            "NamespaceTransformer",
            "setRoleBindingSubjects: all",
            "invalid value \"all\" for setRoleBindingSubjects: must be one of \"defaultOnly\", \"none\" or \
             \"allServiceAccounts\"",
        ),
    ];
    for (kind, configuration, expected) in cases {
        assert_eq!(configured(kind, configuration, OBJECT).unwrap_err(), expected);
    }
}

#[test]
fn other_kinds_are_none_of_these() {
    assert_eq!(configured("ConfigMapGenerator", "", OBJECT).as_deref(), Ok(OBJECT));
}
