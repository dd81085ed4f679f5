#![expect(clippy::unwrap_in_result, reason = "a test that meets the unexpected should stop")]

use manifest::emit::marshal_as_kubectl;
use manifest::mutable::Graph;
use text::{NoOrigins, Origins, TextId};

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
fn lists_without_merge_keys_are_replaced() {
    check_containers("[{name: x, args: [a, b]}]", "[{name: x, args: [c]}]", "[{name: x, args: [c]}]");
    check(
        "{template: {spec: {tolerations: [{key: a}]}}}",
        "{template: {spec: {tolerations: [{key: b}]}}}",
        "{template: {spec: {tolerations: [{key: b}]}}}",
    );
    check("{unknown: [{name: a}]}", "{unknown: [{name: b}]}", "{unknown: [{name: b}]}");
}

#[test]
fn ports_come_together_by_port_and_protocol() {
    let check = |base: &str, patch: &str, expected: &str| {
        let of = |ports: &str| format!("[{{name: x, ports: {ports}}}]");
        check_containers(&of(base), &of(patch), &of(expected));
    };
    // The object's items go behind those of the patch that are new.
    check(
        "[{containerPort: 1, protocol: TCP, name: a}, {containerPort: 2, protocol: UDP}]",
        "[{containerPort: 2, protocol: UDP, name: b}, {containerPort: 1, protocol: UDP}]",
        "[{containerPort: 1, protocol: UDP}, {containerPort: 1, protocol: TCP, name: a}, {containerPort: 2, protocol: UDP, name: b}]",
    );
    check(
        "[{containerPort: 1, name: a}]",
        "[{containerPort: 1, protocol: TCP}]",
        "[{containerPort: 1, name: a}]",
    );
    check(
        "[{containerPort: 1, name: a}, {containerPort: 2}]",
        "[{containerPort: 2, name: b}]",
        "[{containerPort: 2, name: b}, {containerPort: 1, name: a}]",
    );
}

#[test]
fn lists_of_scalars_that_merge_hold_each_once() {
    let of = |finalizers: &str| {
        format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: a, finalizers: {finalizers}}}\n")
    };
    let check = |base: &str, patch: &str, expected: &str| {
        let expected = format!("apiVersion: v1\nkind: Pod\nmetadata:\n  finalizers:\n{expected}  name: a\n");
        assert_eq!(merged(&of(base), &of(patch)), Ok(expected), "{base} + {patch}");
    };
    check("[a, b, a]", "[c, b]", "  - c\n  - b\n  - a\n");
    // What stands in one list only loses its tag, and keeps its quotes.
    check("[!!str 5, '6']", "[7]", "  - 7\n  - 5\n  - \"6\"\n");
}

#[test]
fn nulls_take_away_and_empty_places_go() {
    check("{a: 1, b: 2}", "{b: null, c: null}", "{a: 1}");
    check("{a: 1, b: {c: 2}}", "{b: {c: ~}}", "{a: 1, b: {}}");
    check("{a: null, b: ~, c: , d: {e: }}", "{}", "{a: null, b: null, d: {}}");
    check("{a: 1}", "{b: {c: null, d: {e: null}}}", "{a: 1, b: {d: {}}}");
    check("{a: [null, {b: null}]}", "{c: [null, {d: null}]}", "{a: [null, {b: null}], c: [null, {d: null}]}");
}

#[test]
fn directives_delete_and_replace_maps() {
    check("{a: {b: 1}, c: 2}", "{a: {$patch: delete}}", "{c: 2}");
    check("{a: {b: 1}}", "{a: {$patch: replace, c: 2}}", "{a: {c: 2}}");
    check("{a: {b: 1}}", "{a: {$patch: merge, c: 2}}", "{a: {b: 1, c: 2}}");
    check("{}", "{a: {$patch: delete, b: 1}, c: {d: {$patch: delete}, e: 1}}", "{c: {e: 1}}");
    check("{}", "{a: {$patch: unknown, b: 1}}", "{a: {$patch: unknown, b: 1}}");
}

#[test]
fn directives_delete_and_replace_items_and_lists() {
    check_containers("[{name: x}, {name: w}]", "[{name: x, $patch: delete}]", "[{name: w}]");
    check_containers("[{name: x}, {name: w}]", "[{$patch: replace}, {name: u}]", "[{name: u}]");
    check_containers("[{name: x}]", "[{name: u}, {$patch: merge}]", "[{name: u}, {name: x}]");
    check(
        "{template: {spec: {containers: [{name: x}], volumes: []}}}",
        "{template: {spec: {containers: [{$patch: delete}]}}}",
        "{template: {spec: {volumes: []}}}",
    );
    check_containers("[{name: x}]", "[{name: u, $patch: delete}]", "[{name: x}]");
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
fn directives_that_kubectl_knows_and_kustomize_does_not_are_fields() {
    check(
        "{strategy: {type: a, rollingUpdate: {maxSurge: 1}}}",
        "{strategy: {$retainKeys: [type], type: b}}",
        "{strategy: {$retainKeys: [type], type: b, rollingUpdate: {maxSurge: 1}}}",
    );
    check_containers(
        "[{name: x}]",
        "[{name: x, $setElementOrder/env: [{name: a}]}]",
        "[{name: x, $setElementOrder/env: [{name: a}]}]",
    );
}

#[test]
fn an_item_without_its_key_pushes_the_others_out() {
    check_containers("[{name: x}, {image: u}, {name: w}]", "[]", "[{image: u}]");
    check_containers("[{name: x}, {name: w}]", "[{image: u}]", "[]");
}

#[test]
fn empty_items_go_and_of_equal_ones_the_first_is_merged() {
    check_containers(
        "[{}, {name: x}, {name: x, image: i}]",
        "[{name: x, args: [a]}]",
        "[{args: [a], name: x}]",
    );
    check_containers("[{name: x, image: null}]", "[]", "[{name: x, image: null}]");
}

#[test]
fn the_style_of_the_object_decides_what_a_value_becomes() {
    check("{a: \"1\", b: '2', c: 3}", "{a: 4, b: true, c: \"5\"}", "{a: \"4\", b: \"true\", c: \"5\"}");
    check("{a: b}", "{a: 5}", "{a: 5}");
}

#[test]
fn an_object_within_another_merges_by_its_own_kind() {
    let of =
        |spec: &str| format!("apiVersion: example.com/v1\nkind: Fleet\nmetadata:\n  name: a\nspec: {spec}\n");
    let pod = |containers: &str| {
        format!("{{template: {{apiVersion: v1, kind: Pod, spec: {{containers: {containers}}}}}}}")
    };
    let found = merged(&of(&pod("[{name: x}]")), &of(&pod("[{name: w}]")));
    let expected = "apiVersion: example.com/v1\nkind: Fleet\nmetadata:\n  name: a\nspec:\n  template:\n    apiVersion: v1\n    \
                    kind: Pod\n    spec:\n      containers:\n      - name: w\n      - name: x\n";
    assert_eq!(found.as_deref(), Ok(expected));
}

#[test]
fn a_patch_of_the_whole_object_deletes_it_or_does_nothing() {
    let object = format!("{DEPLOYMENT}spec: {{a: 1}}\n");
    assert_eq!(merged(&object, &format!("{DEPLOYMENT}$patch: delete\n")), Ok(String::new()));
    let expected = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: a\nspec:\n  a: 1\n";
    let found = merged(&object, &format!("{DEPLOYMENT}$patch: replace\nspec: {{b: 2}}\n"));
    assert_eq!(found.as_deref(), Ok(expected));
}

#[test]
fn what_does_not_go_together_is_refused_with_its_path() {
    let check = |base: &str, patch: &str, expected: &str| {
        let of = |spec: &str| format!("{DEPLOYMENT}spec: {spec}\n");
        assert_eq!(merged(&of(base), &of(patch)), Err(expected.to_owned()), "{base} + {patch}");
    };
    check(
        "{a: {b: 1}}",
        "{a: [1]}",
        "wrong node kind: expected MappingNode but got SequenceNode at 'spec.a'",
    );
    check("{a: 1}", "{a: {b: 1}}", "wrong node kind: expected ScalarNode but got MappingNode at 'spec.a'");
    check("{a: {}}", "{a: {$patch: odd}}", "unknown patch strategy 'odd' at 'spec.a'");
    check("{'': 1}", "{}", "wrong node kind: expected ScalarNode but got MappingNode at 'spec.'");
    check(
        "{template: {spec: {containers: [{name: x}, a]}}}",
        "{}",
        "wrong node kind: expected MappingNode but got ScalarNode at 'spec.template.spec.containers'",
    );
}

/// The spans that the value at a path of `spec` was made of, as the texts that stand there.
fn evidence(base: &str, patch: &str, path: &[&str]) -> Vec<String> {
    let text = format!("{DEPLOYMENT}spec: {base}\n{DEPLOYMENT}spec: {patch}\n");
    let end = text.rfind("apiVersion").expect("a second document");
    let read = |range: std::ops::Range<usize>| {
        let document = manifest::parse(TextId(0), text.as_bytes(), range, None).expect("YAML");
        Graph::take::<Origins>(&document, document.root().expect("content")).expect("a graph")
    };
    let (mut object, patch, mut origins) = (read(0..end), read(end..text.len()), Origins::default());
    let root = object.graft(&patch, patch.root());
    merge(&mut object, root, (&mut origins, &Schema::default())).expect("a merge");
    let mut node = object.get(object.root(), "spec").expect("a spec");
    for step in path {
        node = match step.parse::<usize>() {
            Ok(index) => object.items(node)[index],
            Err(_) => object.get(node, step).expect("a field"),
        };
    }
    let texts = origins.evidence(object.origin(node));
    texts.iter().map(|span| text[span.range()].trim_end().to_owned()).collect()
}

#[test]
fn every_value_knows_who_wrote_it() {
    assert_eq!(evidence("{a: one}", "{a: two}", &["a"]), ["two", "one"]);
    assert_eq!(evidence("{a: one}", "{b: two}", &["a"]), ["one"]);
    assert_eq!(evidence("{a: one}", "{b: {c: two}}", &["b", "c"]), ["two"]);
    assert_eq!(evidence("{a: {b: one}}", "{a: {c: two}}", &["a"]), ["{b: one}", "{c: two}"]);
    assert_eq!(evidence("{a: {b: one}}", "{a: {b: null}}", &["a"]), ["{b: one}", "{b: null}", "null"]);
    let containers = ["template", "spec", "containers"];
    let of = |containers: &str| format!("{{template: {{spec: {{containers: {containers}}}}}}}");
    let item = |base: &str, patch: &str, index: &'static str| {
        evidence(&of(base), &of(patch), &[&containers[..], &[index]].concat())
    };
    assert_eq!(item("[{name: x}]", "[{name: x, image: i}]", "0"), ["{name: x}", "{name: x, image: i}"]);
    assert_eq!(item("[{name: x}]", "[{name: w}]", "0"), ["{name: w}"]);
    let list = evidence(&of("[{name: x}, {name: w}]"), &of("[{name: x, $patch: delete}]"), &containers);
    assert_eq!(list, ["[{name: x}, {name: w}]", "[{name: x, $patch: delete}]", "{name: x, $patch: delete}"]);
}
