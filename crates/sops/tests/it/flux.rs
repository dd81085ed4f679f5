//! What Flux decrypts of a build. The behaviours are those of kustomize-controller's package `decryptor`; what is encrypted
//! comes from the goldens.

use manifest::mutable::Graph;
use manifest::resolve::base64;
use sops::flux::{DecryptObject, Outcome, Source, decrypt_object, require_decryption};
use sops::{Fault, NoKeys, WalkDocument};
use text::{Origin, Origins, TextId, Track as _};

use crate::goldens::Goldens;

fn graph(text: &str) -> Graph<Origin> {
    let document = manifest::parse_first(TextId(0), text.as_bytes(), 0..text.len()).unwrap();
    Graph::take::<Origins>(&document, document.root().unwrap()).unwrap()
}

fn text_at<'g>(graph: &'g Graph<Origin>, path: &[&str]) -> &'g str {
    graph.text(graph.at(graph.root(), path).unwrap())
}

#[test]
fn an_encrypted_object_is_decrypted_though_its_labels_were_changed() {
    let goldens = Goldens::read();
    let case = goldens.case("yaml secret");
    let changed = case.encrypted.replace("namespace: prod", "namespace: test\n    labels: {team: a}");
    let mut object = graph(&changed);
    let mut origins = Origins::default();
    let outcome = decrypt_object(&mut object, &mut origins, &goldens.keys(case));
    assert_eq!(outcome, Ok(Outcome::Decrypted { values: 3 }));
    assert_eq!(text_at(&object, &["stringData", "password"]), "hunter2: the long one");
    assert_eq!(text_at(&object, &["stringData", "port"]), "5432");
    assert_eq!(object.get(object.root(), "sops"), None);
    let port = object.at(object.root(), &["stringData", "port"]).unwrap();
    assert!(origins.is_sensitive(object.origin(port)));
    assert!(changed[origins.place(object.origin(port)).unwrap().range()].starts_with("ENC["));
    // A text of digits stays a text.
    assert_eq!(object.value_of(port).unwrap().as_str(), Some("5432"));
    let kind = object.get(object.root(), "kind").unwrap();
    assert!(!origins.is_sensitive(object.origin(kind)));
}

#[test]
fn what_kustomize_adds_where_all_is_encrypted_is_refused_as_flux_does() {
    let goldens = Goldens::read();
    let case = goldens.case("yaml default suffix");
    let mut object = graph(&format!("metadata: {{namespace: added}}\n{}", case.encrypted));
    let fault = decrypt_object(&mut object, &mut Origins::default(), &goldens.keys(case)).unwrap_err();
    let DecryptObject::Whole { source: Fault::Walk(WalkDocument::OpenValue { path, .. }), .. } = fault else {
        panic!("{fault}")
    };
    assert_eq!(path, "metadata.namespace");
}

#[test]
fn where_comments_ruled_whatever_looks_encrypted_is_decrypted() {
    let goldens = Goldens::read();
    for name in ["yaml encrypted comment regex", "yaml unencrypted comment regex"] {
        let case = goldens.case(name);
        let mut object = graph(&case.encrypted);
        let outcome = decrypt_object(&mut object, &mut Origins::default(), &goldens.keys(case)).unwrap();
        assert!(matches!(outcome, Outcome::Decrypted { values: 2.. }), "{name}");
        assert_eq!((text_at(&object, &["a"]), text_at(&object, &["b"])), ("1", "2"), "{name}");
        assert_eq!((text_at(&object, &["c", "d"]), text_at(&object, &["c", "e"])), ("3", "4"), "{name}");
    }
}

#[test]
fn entries_of_a_secret_are_decrypted_by_their_content_and_printed_by_their_keys() {
    let goldens = Goldens::read();
    for (name, key, expected) in [
        ("dotenv partly", "a.env", "# a comment\nNAME=value\n"),
        ("binary", "token", "any\ntext \"at\" all\n"),
        ("json data only", ".dockerconfigjson", "{\n\t\"apiVersion\": \"v1\""),
        ("json data only", "values.yaml", "apiVersion: v1\ndata:\n    a: <b>&\n"),
        ("ini partly", "a.ini", "; of the file\n[DEFAULT]\n"),
        ("yaml anchors", "a.yaml", "a:\n    b: 1\n"),
    ] {
        let case = goldens.case(name);
        let data = base64::encode(case.encrypted.as_bytes());
        let mut object = graph(&format!(
            "kind: Secret\nmetadata: {{name: x}}\ndata:\n  {key}: {data}\n  plain: aGVsbG8=\n  odd: '%'\n"
        ));
        let mut origins = Origins::default();
        let outcome = decrypt_object(&mut object, &mut origins, &goldens.keys(case));
        assert_eq!(outcome, Ok(Outcome::Decrypted { values: 1 }), "{name}");
        let clear = base64::decode(text_at(&object, &["data", key])).unwrap();
        assert!(clear.starts_with(expected.as_bytes()), "{name}: {}", String::from_utf8_lossy(&clear));
        assert_eq!(
            (text_at(&object, &["data", "plain"]), text_at(&object, &["data", "odd"])),
            ("aGVsbG8=", "%")
        );
        let entry = object.at(object.root(), &["data", key]).unwrap();
        assert!(origins.is_sensitive(object.origin(entry)));
    }
}

#[test]
fn an_entry_whose_key_s_format_cannot_hold_it_is_refused_by_its_key() {
    let goldens = Goldens::read();
    let case = goldens.case("yaml nested");
    let data = base64::encode(case.encrypted.as_bytes());
    for key in ["config", "a.env", "a.ini"] {
        let mut object =
            graph(&format!("kind: Secret\nmetadata: {{name: x, namespace: n}}\ndata: {{{key}: {data}}}\n"));
        let fault = decrypt_object(&mut object, &mut Origins::default(), &goldens.keys(case)).unwrap_err();
        assert!(matches!(&fault, DecryptObject::Entry { source: Fault::Print(_), .. }), "{fault}");
        assert!(
            fault.to_string().starts_with(&format!("entry '{key}' of Secret/n/x cannot be decrypted")),
            "{fault}"
        );
    }
}

#[test]
fn an_annotation_leaves_an_object_as_it_is() {
    let goldens = Goldens::read();
    let case = goldens.case("yaml secret");
    let annotated = case.encrypted.replace(
        "    name: db",
        "    name: db\n    annotations: {kustomize.toolkit.fluxcd.io/decrypt: Disabled}",
    );
    let mut object = graph(&annotated);
    assert_eq!(decrypt_object(&mut object, &mut Origins::default(), &NoKeys), Ok(Outcome::Left));
    assert_eq!(require_decryption(&object), Ok(()));
}

#[test]
fn an_encrypted_secret_without_decryption_is_refused_by_name() {
    let goldens = Goldens::read();
    let told = require_decryption(&graph(&goldens.case("yaml secret").encrypted)).unwrap_err().to_string();
    assert!(told.starts_with("Secret/prod/db is encrypted by SOPS"), "{told}");
    let other = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\nsops: {mac: ENC}\n";
    assert_eq!(require_decryption(&graph(other)), Ok(()));
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: x}\n";
    assert_eq!(require_decryption(&graph(secret)), Ok(()));
}

#[test]
fn objects_that_are_not_encrypted_are_left() {
    for text in [
        "kind: ConfigMap\ndata: {a: b}\n",
        "kind: Secret\n",
        "kind: Secret\ndata: {a: b}\n",
        "sops: {mac: ''}\n",
    ] {
        assert_eq!(
            decrypt_object(&mut graph(text), &mut Origins::default(), &NoKeys),
            Ok(Outcome::Left),
            "{text}"
        );
    }
}

#[test]
fn a_node_that_stands_in_two_places_is_decrypted_for_each() {
    let goldens = Goldens::read();
    let case = goldens.case("yaml key groups, all");
    let anchored = case.encrypted.replacen("a: ENC", "a: &x ENC", 1);
    let mut object = graph(&format!("{anchored}b_unencrypted: *x\n"));
    decrypt_object(&mut object, &mut Origins::default(), &goldens.keys(case)).unwrap();
    assert_eq!(text_at(&object, &["a"]), "one");
    assert!(text_at(&object, &["b_unencrypted"]).starts_with("ENC["));
}

#[test]
fn files_behind_generators_are_decrypted_before_a_build() {
    let goldens = Goldens::read();
    let case = goldens.case("dotenv");
    let clear =
        Source::of_env("secrets").decrypt((TextId(0), case.encrypted.as_bytes()), &goldens.keys(case));
    assert!(clear.unwrap().unwrap().expose_text().unwrap().starts_with("# a comment\nNAME=value\n"));
    let case = goldens.case("binary");
    let clear = Source::of_file("token").decrypt((TextId(0), case.encrypted.as_bytes()), &goldens.keys(case));
    assert_eq!(clear.unwrap().unwrap().expose_text(), Some("any\ntext \"at\" all\n"));
}
