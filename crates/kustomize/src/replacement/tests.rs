use text::{Origin, Record, TextId};

use super::*;
use crate::testing::{applied, objects};

const OBJECTS: &str = "\
apiVersion: v1
kind: ConfigMap
metadata: {name: source, labels: {app: a}}
data: {host: db.example.com, port: '5432', list: a-b-c}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, annotations: {x: 'y'}}
spec:
  replicas: 1
  containers:
  - {name: one, image: \"one:1\", env: [{name: HOST, value: none}]}
  - {name: two, image: two}
";

fn transform(replacements: &str) -> ReplacementTransform<Origin> {
    let work = objects("").0;
    let replacements =
        read_file(&work, TextId(2), replacements.as_bytes()).map_err(|failure| text::with_causes(&failure));
    ReplacementTransform { replacements: replacements.expect("replacements") }
}

/// Replacements of a text on [`OBJECTS`]: `expected` is a part of the result; `!` begins words of a refusal.
fn check(replacements: &str, expected: &str) {
    let transform = transform(replacements);
    let result = applied(OBJECTS, |work, map| transform.transform(work, map));
    match (expected.strip_prefix('!'), result) {
        (Some(words), Err(failure)) => assert!(failure.contains(words), "{replacements}\n{failure}"),
        (None, Ok(result)) => assert!(result.contains(expected), "{replacements}\n{result}"),
        (_, result) => panic!("{replacements}\n{result:?}"),
    }
}

/// One replacement of `data.host` into fields of the Deployment.
fn to(field: &str, options: &str) -> String {
    format!(
        "source: {{kind: ConfigMap, name: source, fieldPath: data.host}}\n\
         targets: [{{select: {{kind: Deployment}}, fieldPaths: ['{field}'], options: {options}}}]\n"
    )
}

#[test]
fn sets_fields_and_items() {
    check(&to("metadata.annotations.x", "{}"), "x: db.example.com");
    check(&to("spec.containers.0.image", "{}"), "image: db.example.com\n    name: one");
    check(&to("spec.containers.*.image", "{}"), "- image: db.example.com\n    name: two");
    check(&to("spec.containers.[name=one].env.[name=HOST].value", "{}"), "value: db.example.com");
    check(&to("spec.none", "{}"), "!unable to find field \"spec.none\" in replacement target");
    check(&to("spec.replicas.x", "{}"), "!unable to find field \"spec.replicas.x\"");
    check(&to("spec.new.field", "{create: true}"), "new:\n    field: db.example.com");
    check(
        &to("spec.containers.[name=three].image", "{create: true}"),
        "- image: db.example.com\n    name: three",
    );
    check(&to("spec.containers.9.image", "{create: true}"), "!unable to find or create field");
    check("source: {kind: ConfigMap}\ntargets: [{select: {kind: Deployment}}]", "name: source\nspec:");
}

#[test]
fn sets_parts_between_delimiters() {
    check(&to("spec.containers.0.image", "{delimiter: ':'}"), "image: db.example.com:1");
    check(&to("spec.containers.0.image", "{delimiter: ':', index: 1}"), "image: one:db.example.com");
    check(&to("spec.containers.0.image", "{delimiter: ':', index: 7}"), "image: one:1:db.example.com");
    check(&to("spec.containers.0.image", "{delimiter: ':', index: -1}"), "image: db.example.com:one:1");
    check(&to("spec.containers", "{delimiter: ':'}"), "!delimiter option can only be used with scalar nodes");
}

#[test]
fn takes_parts_texts_and_whole_collections() {
    let part = |options: &str| {
        format!(
            "source: {{kind: ConfigMap, fieldPath: data.list, options: {options}}}\n\
             targets: [{{select: {{kind: Deployment}}, fieldPaths: [metadata.annotations.x]}}]\n"
        )
    };
    check(&part("{delimiter: '-', index: 1}"), "x: b\n");
    check(&part("{delimiter: '-', index: 3}"), "!options.index 3 is out of bounds for value a-b-c");
    check(&part("{delimiter: '-', index: -1}"), "!options.index -1 is out of bounds");
    check(
        "sourceValue: '7'\ntargets: [{select: {kind: Deployment}, fieldPaths: [spec.replicas]}]",
        "replicas: 7\n",
    );
    check(
        "source: {kind: ConfigMap, fieldPath: data}\n\
         targets: [{select: {kind: Deployment}, fieldPaths: [spec.containers.0]}]",
        "containers:\n  - host: db.example.com\n    list: a-b-c\n    port: \"5432\"\n  - image: two",
    );
    // The type of a scalar that is there stays; what is made has none of its own.
    check(
        "source: {kind: ConfigMap, fieldPath: data.port}\n\
         targets: [{select: {kind: Deployment}, fieldPaths: [metadata.annotations.x, spec.p], options: {create: true}}]",
        "x: \"5432\"\n",
    );
    check(
        "source: {kind: ConfigMap, fieldPath: data.port}\n\
         targets: [{select: {kind: Deployment}, fieldPaths: [spec.p], options: {create: true}}]",
        "p: 5432\n",
    );
}

#[test]
fn sources_are_one_field_of_one_object() {
    let from = |source: &str| format!("source: {source}\ntargets: [{{select: {{kind: Deployment}}}}]\n");
    check(&from("{name: none}"), "!nothing selected by [noKind].[noVer].[noGrp]/none.[noNs]");
    check(&from("{}"), "!multiple matches for selector [noKind].[noVer].[noGrp]/[noName].[noNs]");
    check(&from("{namespace: default, kind: ConfigMap}"), "name: source");
    check(
        &from("{kind: ConfigMap, fieldPath: data.none}"),
        "!fieldPath `data.none` is missing for replacement source",
    );
    check(&from("{kind: ConfigMap, fieldPath: data.host.x}"), "!error looking up replacement source");
    check(&from("{kind: Deployment, fieldPath: spec.containers.*.name}"), "!wildcard is not supported");
    check("targets: [{select: {kind: Deployment}}]", "!must specify a source and at least one target");
    check("source: {kind: ConfigMap}", "!must specify a source and at least one target");
    check("source: {}\nsourceValue: x\ntargets: [{}]", "!mutually exclusive");
    check("sourceValue: x\ntargets: [{}]", "!target must specify resources to select");
}

#[test]
fn targets_are_selected_and_rejected() {
    let to = |target: &str| {
        format!(
            "sourceValue: new\ntargets: [{{{target}, fieldPaths: [metadata.labels.l], options: {{create: true}}}}]\n"
        )
    };
    check(&to("select: {name: 'web|other'}"), "labels:\n    l: new");
    check(&to("select: {name: '.*'}, reject: [{kind: Deployment}]"), "app: a\n    l: new\n  name: source");
    check(&to("select: {labelSelector: app=a}"), "app: a\n    l: new");
    check(
        &to("select: {name: '.*'}, reject: [{labelSelector: app=a}]"),
        "labels:\n    app: a\n  name: source",
    );
    check(&to("select: {name: none, labelSelector: 'a=('}"), "!found '('");
    check(&to("select: {name: '('}"), "!error creating target selector");
}

#[test]
fn changes_yaml_and_json_in_texts() {
    let object = |text: &str| {
        format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata:\n  file: |-\n    {text}\n")
    };
    let set = |path: &str, create: bool| {
        transform(&format!(
            "sourceValue: new\ntargets: [{{select: {{kind: ConfigMap}}, fieldPaths: ['data.file.{path}'], options: {{create: {create}}}}}]"
        ))
    };
    let result = |text: &str, path: &str, create: bool| {
        let transform = set(path, create);
        applied(&object(text), |work, map| transform.transform(work, map))
    };
    let check = |text: &str, path: &str, create: bool, expected: &str| {
        let found = result(text, path, create).expect(text);
        let (_, found) = found.split_once("file: ").expect("a file");
        let found = found.split_once("kind:").map_or(found, |(file, _)| file);
        assert_eq!(found, expected, "{text} {path}");
    };
    check(r#"{"a": {"b": "x", "c": [2, 3]}}"#, "a.b", false, "'{\"a\":{\"b\":\"new\",\"c\":[2,3]}}'\n");
    // A number that takes on a text that is none cannot be read again, and nothing happens.
    check(r#"{"a": {"b": 1}}"#, "a.b", false, "'{\"a\": {\"b\": 1}}'\n");
    check(
        "a: 1 # one\n    # head\n    b: x\n    c: 'y'",
        "b",
        false,
        "|-\n    a: 1 # one\n    # head\n    b: new\n    c: 'y'\n",
    );
    check(
        "a:\n        x:  1\n    b: [1,   2]",
        "b.1",
        false,
        "|-\n    a:\n      x: 1\n    b: [1, !!int new]\n",
    );
    check("a: 1", "b.c", true, "|-\n    a: 1\n    b:\n      c: new\n");
    check(
        "a: &x v\n    b: *x\n    c: {<<: {q: 1}}",
        "a",
        false,
        "|-\n    a: &x new\n    b: *x\n    c: {!!merge <<: {q: 1}}\n",
    );
    assert!(result("a: 1", "b", false).expect_err("nothing there").contains("unable to find field"));
}

#[test]
fn origins_name_the_value_and_what_it_replaced() {
    let (mut work, mut map) = objects(OBJECTS);
    transform(&to("spec.containers.0.image", "{delimiter: ':', index: 1}"))
        .transform(&mut work, &mut map)
        .expect("set");
    let web = map.resources().nth(1).expect("the Deployment").graph();
    let containers = web.at(web.root(), &["spec", "containers"]).expect("containers");
    let image = web.get(web.items(containers)[0], "image").expect("an image");
    let Origin::Recorded(id) = web.origin(image) else { panic!("{:?}", web.origin(image)) };
    let Some(Record::Composed { parts }) = work.tracker.record(id) else { panic!("not composed") };
    let parts: Vec<_> = work.tracker.parts(*parts).iter().map(|part| part.length).collect();
    assert_eq!(
        parts,
        ["one:".len(), "db.example.com".len()].map(|length| u32::try_from(length).expect("short"))
    );
}
