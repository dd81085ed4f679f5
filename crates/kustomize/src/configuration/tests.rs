//! Configuration files as builds read them.
#![expect(clippy::unwrap_in_result, reason = "a test that meets the unexpected should stop")]

use std::sync::Arc;

use text::{Origin, Origins};
use tree::Memory;

use super::*;
use crate::kustomization::Text;
use crate::load::{Files, Loader, Restriction};
use crate::testing::text;
use crate::{Failure, Work};

type Read = fn(&mut Work<Origins>, &Loader, &[Text<Origin>]) -> Result<Configuration, Failure>;

fn read(read: Read, files: &[&str]) -> Result<Configuration, String> {
    let mut tree = Memory::new();
    let names: Vec<_> = (0..files.len()).map(|number| format!("{number}.yaml")).collect();
    for (name, file) in names.iter().zip(files) {
        tree.insert(name.as_str(), *file);
    }
    let mut work = Work::<Origins>::new(Files::new(Arc::new(tree), Restriction::RootOnly, None));
    let loader = Loader::at(&work.files, "").unwrap();
    let paths: Vec<_> = names.iter().map(|name| text(name)).collect();
    read(&mut work, &loader, &paths).map_err(|failure| text::with_causes(&failure))
}

fn with_files(files: &[&str]) -> Result<Configuration, String> {
    read(Configuration::with_files, files)
}

fn of_definitions(files: &[&str]) -> Result<Configuration, String> {
    read(Configuration::of_definitions, files)
}

fn spec(kind: &str, path: &str, create: bool) -> FieldSpec {
    FieldSpec { gvk: Gvk::of_kind(kind), path: path.into(), create }
}

#[test]
fn files_add_to_what_is_built_in() {
    let images =
        "images:\n- {kind: Foo, path: spec/image}\n- {path: 1, create: true, group: g, VERSION: v1}\n";
    let found = with_files(&[
        images,
        "nameReference:\n- kind: Secret\n  version: v1\n  fieldSpecs:\n  - {kind: Foo, path: s}\n",
    ]);
    let found = found.unwrap();
    let builtin = Configuration::builtin();
    assert_eq!(found.images.len(), builtin.images.len() + 2);
    assert!(found.images.contains(&spec("Foo", "spec/image", false)));
    let secret = |configuration: &Configuration| {
        let named = configuration.name_reference.iter().find(|named| named.gvk.kind == "Secret");
        named.map(|named| named.referrers.len()).unwrap()
    };
    assert_eq!(secret(&found), secret(&builtin) + 1);
    assert_eq!(found.common_labels, builtin.common_labels);
}

#[test]
fn a_file_that_says_nothing_adds_nothing() {
    assert_eq!(with_files(&["# nothing\n", "{}", "null"]), Ok(Configuration::builtin()));
}

#[test]
fn unknown_and_repeated_fields_are_refused() {
    assert_eq!(
        with_files(&["namoPrefix: []\n"]).unwrap_err(),
        "unknown field \"namoPrefix\"; did you mean 'namePrefix'?"
    );
    assert_eq!(
        with_files(&["images:\n- {pat: a}\n"]).unwrap_err(),
        "unknown field \"pat\"; did you mean 'path'?"
    );
    assert_eq!(with_files(&["images: []\nimages: []\n"]).unwrap_err(), "key \"images\" already set in map");
    assert_eq!(
        with_files(&["images:\n- {path: a, create: \"true\"}\n"]).unwrap_err(),
        "cannot unmarshal string into field 'images.create' of type bool"
    );
}

#[test]
fn files_that_contradict_what_is_built_in_are_refused() {
    let contradiction = with_files(&["commonAnnotations:\n- {path: metadata/annotations}\n"]);
    assert!(
        contradiction
            .unwrap_err()
            .starts_with("failed to merge CommonAnnotations fieldSpec: conflicting fieldspecs")
    );
}

const BEE: &str = r#"{
  "x/v1.Bee": {"Schema": {"properties": {
    "kind": {"type": "string"}, "apiVersion": {"type": "string"}, "metadata": {"$ref": "meta"},
    "spec": {"$ref": "x/v1.BeeSpec"}, "id": {"x-kubernetes-identity": ""}}}},
  "x/v1.BeeSpec": {"Schema": {"properties": {
    "secretRef": {"x-kubernetes-object-ref-api-version": "v1", "x-kubernetes-object-ref-kind": "Secret"},
    "action": {"x-kubernetes-annotation": ""},
    "labels": {"x-kubernetes-label-selector": ""},
    "other": {"x-kubernetes-object-ref-api-version": "v1", "x-kubernetes-object-ref-kind": "Foo", "x-kubernetes-object-ref-name-key": "n"}}}}
}"#;

#[test]
fn marks_in_definitions_become_field_specs() {
    let found = of_definitions(&[BEE]).unwrap();
    assert_eq!(found.common_annotations[..], [spec("Bee", "spec/action", false)]);
    assert_eq!(found.common_labels[..], [spec("Bee", "spec/labels", false)]);
    assert_eq!(found.name_prefix[..], [spec("Bee", "id", false)]);
    let named = |kind: &str, path: &str| NameBackReference {
        gvk: Gvk { version: "v1".into(), ..Gvk::of_kind(kind) },
        referrers: vec![spec("Bee", path, false)].into(),
    };
    assert_eq!(
        found.name_reference[..],
        [named("Secret", "spec/secretRef/name"), named("Foo", "spec/other/n")]
    );
    assert_eq!(found, of_definitions(&[BEE, BEE]).unwrap());
}

#[test]
fn definitions_that_contain_themselves_are_refused() {
    let itself = r##"{"A": {"Schema": {"properties": {"kind": {}, "apiVersion": {}, "metadata": {}, "a": {"$ref": "A"}}}}}"##;
    assert_eq!(of_definitions(&[itself]).unwrap_err(), "the definition of 'A' contains itself");
}

#[test]
fn definitions_that_are_none_are_refused() {
    for file in ["", "[]", "a: 1\n", "a: {Schema: []}\n", "a: {Schema: {properties: {b: 1}}}\n"] {
        assert_eq!(
            of_definitions(&[file]).unwrap_err(),
            "unable to parse open API definition from '0.yaml'",
            "{file}"
        );
    }
    assert_eq!(of_definitions(&["{}", "# nothing\n"]), Ok(Configuration::default()));
}
