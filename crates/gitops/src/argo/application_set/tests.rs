//! Sets beside what Argo CD's own packages make of the same: `tools/oracle/applicationset` wrote the answers.

use std::sync::Arc;

use manifest::resolve::Dialect;
use manifest::value::Value;
use text::TextId;
use tree::Memory;

use super::{World, applications};
use crate::argo::cluster::ClusterSecret;
use crate::graph::Missing;
use crate::object::RenderedObject;
use crate::trees::SharedTree;

const GOLDENS: &str = include_str!("../../../tests/data/application_sets.jsonl");

#[derive(serde::Deserialize)]
struct Golden {
    name: String,
    set: String,
    #[serde(default)]
    files: std::collections::BTreeMap<String, String>,
    #[serde(default)]
    secrets: Vec<String>,
    applications: Vec<serde_json::Value>,
    #[serde(default)]
    error: String,
}

fn value_of(text: &str) -> Value {
    let document = manifest::parse(TextId(0), text.as_bytes(), 0..text.len(), None).unwrap();
    Value::from_document(&document, Dialect::GoYaml2).unwrap()
}

/// What a value says where empty fields say nothing.
fn dense(value: Value) -> Value {
    let says = |value: &Value| match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Sequence(items) => !items.is_empty(),
        Value::Mapping(entries) => !entries.is_empty(),
        _ => true,
    };
    match value {
        Value::Sequence(items) => Value::Sequence(items.into_iter().map(dense).collect()),
        Value::Mapping(entries) => {
            let entries = entries.into_iter().map(|(key, value)| (key, dense(value)));
            Value::Mapping(entries.filter(|(_, value)| says(value)).collect())
        }
        other => other,
    }
}

fn made(golden: &Golden) -> Result<Vec<Value>, Missing> {
    let tree: Memory = golden.files.iter().map(|(path, text)| (path.as_str(), text.as_bytes())).collect();
    let tree: SharedTree = Arc::new(tree);
    let secrets = golden.secrets.iter().flat_map(|text| RenderedObject::all_of(text).unwrap());
    let clusters: Vec<ClusterSecret> = secrets.map(|secret| ClusterSecret::of(&secret).unwrap()).collect();
    let mut files = |_: &str, _: &str| Ok(Arc::clone(&tree));
    let world = World { clusters: &clusters, files: &mut files, now_nanoseconds: 0 };
    let made = applications(&value_of(&golden.set), "argocd", world)?;
    let mut objects = made.objects;
    objects.sort_by(|one, other| one.id.name.cmp(&other.id.name));
    Ok(objects.iter().map(|object| dense(object.value().unwrap())).collect())
}

#[test]
fn sets_make_the_applications_that_argo_makes() {
    let mut wrong = Vec::new();
    for line in GOLDENS.lines() {
        let golden: Golden = serde_json::from_str(line).unwrap();
        let mut expected: Vec<Value> =
            golden.applications.iter().map(|one| dense(value_of(&one.to_string()))).collect();
        // Of several with one name Argo CD refuses all but the first later on.
        expected.dedup_by(|one, other| {
            let name =
                |value: &Value| value.get("metadata").and_then(|metadata| metadata.get("name")).cloned();
            name(one) == name(other)
        });
        match made(&golden) {
            Ok(made) if golden.error.is_empty() && made == expected => {}
            Err(_) if !golden.error.is_empty() => {}
            // Argo CD makes nothing of an entry that it does not know.
            Err(Missing::UseSource { source_kind: "generator", .. })
                if golden.name == "unknown generator" => {}
            made => {
                wrong.push(format!("{}: {made:?}\n  instead of {:?} {expected:?}", golden.name, golden.error))
            }
        }
    }
    assert!(wrong.is_empty(), "{} differ\n{}", wrong.len(), wrong.join("\n"));
}

/// The case of a set that crosses a list with folders.
fn crossed(second: &str) -> Result<Vec<Value>, Missing> {
    made(&Golden {
        name: String::new(),
        set: format!(
            "spec:\n  goTemplate: true\n  goTemplateOptions: [missingkey=error]\n  generators:\n  - matrix:\n      generators:\n      - list: {{elements: [{{env: dev}}]}}\n      - {second}\n  template:\n    metadata: {{name: '{{{{.values.a}}}}-{{{{.values.b}}}}'}}\n    spec: {{}}\n"
        ),
        files: [("apps/web/a.yaml".to_owned(), String::new())].into(),
        secrets: Vec::new(),
        applications: Vec::new(),
        error: String::new(),
    })
}

#[test]
fn values_of_the_second_generator_may_ask_for_parameters_of_both() {
    let values = "values: {a: '{{.env}}', b: '{{.path.basename}}'}";
    let made = crossed(&format!("git: {{repoURL: r, directories: [{{path: apps/*}}], {values}}}")).unwrap();
    let name = |value: &Value| value.get("metadata").and_then(|metadata| metadata.get("name")).cloned();
    assert_eq!(made.iter().filter_map(name).collect::<Vec<_>>(), [Value::from("dev-web")]);
    let values = "values: {a: '{{.nobody}}', b: x}";
    assert!(crossed(&format!("clusters: {{{values}}}")).is_err());
}

#[test]
fn what_asks_outside_of_the_repository_is_told_by_name() {
    for kind in ["scmProvider", "pullRequest", "clusterDecisionResource", "plugin"] {
        let error = crossed(&format!("{kind}: {{}}")).unwrap_err();
        assert_eq!(error.to_string(), format!("generator '{kind}' cannot be had here"));
    }
}

#[test]
fn sets_that_would_make_too_much_are_refused() {
    let elements: Vec<String> = (0..200).map(|number| format!("{{n{number}: x}}")).collect();
    let error = crossed(&format!("list: {{elements: [{}]}}", elements.join(", "))).map(|made| made.len());
    assert!(error.is_err());
    let list = format!("list: {{elements: [{}]}}", elements.join(", "));
    let nested = format!("matrix: {{generators: [{{{list}}}, {{{list}}}]}}");
    assert_eq!(crossed(&nested).unwrap_err(), Missing::PassLimit);
}
