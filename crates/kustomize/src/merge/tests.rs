#![expect(clippy::unwrap_in_result, reason = "a test that meets the unexpected should stop")]

use manifest::emit::marshal_as_kubectl;
use manifest::mutable::Graph;
use text::{NoOrigins, TextId};

use super::*;

fn graph(text: &str) -> Graph<()> {
    let document = manifest::parse(TextId(0), text.as_bytes(), 0..text.len(), None).expect("YAML");
    Graph::take::<NoOrigins>(&document, document.root().expect("content")).expect("a graph")
}

fn merged(base: &str, patch: &str) -> Result<String, String> {
    let mut object = graph(base);
    let patch = graph(patch);
    let root = object.graft(&patch, patch.root());
    let schema = Schema::default();
    match merge(&mut object, root, (&mut NoOrigins, &schema)) {
        Ok(Merged::Kept) => Ok(marshal_as_kubectl(&object.value().expect("a value")).expect("printable")),
        Ok(Merged::Deleted) => Ok(String::new()),
        Err(error) => Err(error.to_string()),
    }
}

const DEPLOYMENT: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n";

/// Checks the `spec` of a Deployment after a patch of its `spec`.
fn check(base: &str, patch: &str, expected: &str) {
    let of = |spec: &str| format!("{DEPLOYMENT}spec: {spec}\n");
    let expected = marshal_as_kubectl(&graph(&of(expected)).value().expect("a value")).expect("printable");
    assert_eq!(merged(&of(base), &of(patch)).as_deref(), Ok(expected.as_str()), "{base} + {patch}");
}

/// Checks the containers of a Deployment after a patch of them.
fn check_containers(base: &str, patch: &str, expected: &str) {
    let of = |containers: &str| format!("{{template: {{spec: {{containers: {containers}}}}}}}");
    check(&of(base), &of(patch), &of(expected));
}

#[test]
fn items_of_a_patch_come_first_and_keep_what_it_does_not_name() {
    check_containers(
        "[{name: x, image: i, args: [a]}, {name: z}, {name: u, image: j}]",
        "[{name: w, image: k}, {name: u, args: [b]}]",
        "[{name: w, image: k}, {name: u, image: j, args: [b]}, {name: x, image: i, args: [a]}, {name: z}]",
    );
}

#[test]
fn a_replace_within_an_item_does_nothing() {
    check_containers(
        "[{name: x, image: i}]",
        "[{name: x, $patch: replace, image: k}]",
        "[{name: x, image: i}]",
    );
}

#[test]
fn an_item_without_its_key_pushes_the_others_out() {
    check_containers("[{name: x}, {image: u}, {name: w}]", "[]", "[{image: u}]");
    check_containers("[{name: x}, {name: w}]", "[{image: u}]", "[]");
}
