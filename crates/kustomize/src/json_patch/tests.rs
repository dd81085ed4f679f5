#![expect(clippy::unwrap_in_result, reason = "a test that meets the unexpected should stop")]

use manifest::emit::json;
use text::{NoOrigins, Origin, Origins, Span, TextId};

use super::*;

const OBJECT: &str =
    "{a: {b: 1, c: [x, y]}, n: null, list: [{name: p}, {name: q}], s: 'on', 'a/b': 1, 'm~n': 2, f: 1.0}";

fn graph<T: text::Track>(text: TextId, yaml: &str) -> Graph<T::Origin> {
    let document = manifest::parse(text, yaml.as_bytes(), 0..yaml.len(), None).expect(yaml);
    Graph::take::<T>(&document, document.root().expect("a root")).expect(yaml)
}

fn patched(object: &str, patch: &str) -> Result<String, String> {
    let patch = JsonPatch::parse::<NoOrigins>(TextId(1), patch.as_bytes());
    let patch = patch.map_err(|error| error.to_string())?.ok_or("nothing")?;
    let object = graph::<NoOrigins>(TextId(0), object);
    let patched = patch.apply(&mut NoOrigins, &object).map_err(|error| error.to_string())?;
    Ok(json(&patched.value().expect("a value")).expect("JSON"))
}

/// `expected` is what became of the fields of [`OBJECT`] that are named; `!` begins words of a refusal.
fn check(patch: &str, expected: &str) {
    let result = patched(OBJECT, patch);
    match expected.strip_prefix('!') {
        Some(words) => {
            let refused = result.expect_err(patch);
            assert!(refused.contains(words), "{patch}: {refused}");
        }
        None => {
            let result = result.expect(patch);
            assert!(result.contains(expected), "{patch}: {result}");
        }
    }
}

#[test]
fn adds_fields_and_items() {
    check("- {op: add, path: /new, value: {x: [1]}}", r#""new":{"x":[1]}"#);
    check("- {op: add, path: /a/b, value: 2}", r#""b":2"#);
    check("- {op: add, path: /a/c/0, value: z}", r#""c":["z","x","y"]"#);
    check("- {op: add, path: /a/c/2, value: z}", r#""c":["x","y","z"]"#);
    check("- {op: add, path: /a/c/-, value: z}", r#""c":["x","y","z"]"#);
    check("- {op: add, path: /a/c/-1, value: z}", r#""c":["x","y","z"]"#);
    check("- {op: add, path: /a/c/-3, value: z}", r#""c":["z","x","y"]"#);
    check("- {op: add, path: /a/c/3, value: z}", "!error in add for path: '/a/c/3'");
    check("- {op: add, path: /a/c/-4, value: z}", "!error in add");
    check("- {op: add, path: /a/c/x, value: z}", "!error in add");
    check("- {op: add, path: /new}", r#""new":null"#);
    check(
        "- {op: add, path: /none/x, value: 1}",
        "!add operation does not apply: doc is missing path: \"/none/x\"",
    );
    check("- {op: add, path: /n/x, value: 1}", "!add operation does not apply");
    check("- {op: add, path: /s/x, value: 1}", "!add operation does not apply");
    check("- {op: add, path: '', value: {}}", "!add operation does not apply");
    check("- {op: add, path: /a/, value: 1}", r#""a":{"":1,"b":1"#);
}

#[test]
fn removes_what_is_there() {
    check("- {op: remove, path: /a/c/0}", r#""c":["y"]"#);
    check("- {op: remove, path: /a/c/-1}", r#""c":["x"]"#);
    check("- {op: remove, path: /a/c}", r#""a":{"b":1}"#);
    check("- {op: remove, path: /none}", "!unable to remove nonexistent key: none: missing value");
    check("- {op: remove, path: /a/c/2}", "!error in remove for path: '/a/c/2'");
    check("- {op: remove, path: /a/c/-}", "!error in remove");
}

#[test]
fn replaces_fields_that_need_not_be_there() {
    check("- {op: replace, path: /a/b, value: 2}", r#""b":2"#);
    check("- {op: replace, path: /new, value: 2}", r#""new":2"#);
    check("- {op: replace, path: /a/c/-1, value: z}", r#""c":["x","z"]"#);
    check("- {op: replace, path: /a/c/2, value: z}", "!error in replace");
    check("- {op: replace, path: /a/c/-, value: z}", "!error in replace");
    check("- {op: replace, path: '', value: {x: 1}}", r#"{"x":1}"#);
    check("- {op: replace, path: '', value: 1}", "!replace operation value must be object or array");
    check("- {op: replace, path: '', value: [1]}", "!no map");
}

#[test]
fn moves_and_copies() {
    check("- {op: move, from: /a/b, path: /a/d}", r#""a":{"c":["x","y"],"d":1}"#);
    check("- {op: move, from: /a/c/0, path: /a/c/-}", r#""c":["y","x"]"#);
    check(
        "- {op: move, from: /a, path: /a/x}",
        "!move operation does not apply: doc is missing destination path",
    );
    check("- {op: move, from: /none, path: /x}", "!unable to remove nonexistent key: none");
    check("- {op: move, path: /x}", "!move operation failed to decode from: missing value");
    check("- {op: copy, from: /a/c, path: /c}\n- {op: add, path: /c/-, value: z}", r#""c":["x","y","z"]"#);
    check(
        "- {op: copy, from: /a/c, path: /c}\n- {op: add, path: /c/-, value: z}",
        r#""a":{"b":1,"c":["x","y"]}"#,
    );
    check("- {op: copy, from: /none, path: /x}", r#""x":null"#);
}

#[test]
fn tests_compare_json_by_its_letters() {
    for patch in [
        "- {op: test, path: /a, value: {c: [x, 'y'], b: 1}}",
        "- {op: test, path: /n, value: null}",
        "- {op: test, path: /n}",
        "- {op: test, path: /none, value: null}",
        "- {op: test, path: /a/c/-1, value: 'y'}",
        r#"[{"op": "test", "path": "/f", "value": 1}]"#,
        r#"[{"op": "test", "path": "/s", "value": "on"}]"#,
    ] {
        check(patch, "\"a\"");
    }
    for patch in [
        "- {op: test, path: /a/b, value: 2}",
        "- {op: test, path: /a/b, value: '1'}",
        "- {op: test, path: /a/c, value: [x]}",
        "- {op: test, path: /a/c, value: {x: 1}}",
        "- {op: test, path: /none, value: 1}",
        "- {op: test, path: /a/b}",
        "- {op: test, path: /a/b, value: null}",
        r#"[{"op": "test", "path": "/f", "value": 1.0}]"#,
        r#"[{"op": "test", "path": "/s", "value": "\u006fn"}]"#,
    ] {
        check(patch, "!testing value");
    }
    check("- {op: test, path: /a/c/9, value: 1}", "!error in test");
    check("- {op: add, path: /x, value: [null]}\n- {op: test, path: /x, value: [null]}", "!null in them");
}

#[test]
fn pointers_are_escaped_and_begin_at_their_first_slash() {
    check("- {op: replace, path: /a~1b, value: 7}", r#""a/b":7"#);
    check("- {op: replace, path: /m~0n, value: 7}", r#""m~n":7"#);
    check("- {op: add, path: /x~01, value: 7}", r#""x~1":7"#);
    check("- {op: add, path: /x~2, value: 7}", r#""x~2":7"#);
    check("- {op: replace, path: whatever/a/b, value: 7}", r#""b":7"#);
    check("- {op: replace, path: a, value: 7}", "!doc is missing path");
}

#[test]
fn what_is_wrong_is_told_when_it_is_carried_out() {
    check("- {op: nope, path: /a}", "!unexpected kind: nope");
    check("- {path: /a}", "!unexpected kind: unknown");
    check("- {op: 1, path: /a}", "!unexpected kind: unknown");
    check("- null", "!unexpected kind: unknown");
    check("- {op: add, value: 1}", "!add operation failed to decode path: missing value");
    check("- {op: add, path: 1, value: 1}", "!add operation failed to decode path");
}

#[test]
fn what_begins_with_a_bracket_is_json() {
    check(r#"[{"op": "add", "path": "/x", "value": "<&>"}]"#, r#""x":"\u003c\u0026\u003e""#);
    check("[{op: add, path: /x}]", "!cannot read JSON patch");
    check(r#"[{"op": "add", "path": "/x"}] x"#, "!cannot read JSON patch");
    check("op: add", "!a JSON patch is a list of operations");
    check("- [x]", "!a JSON patch is a list of operations");
    check("# nothing", "!nothing");
    check("", "!empty json patch operations");
    check("- {op: add, path: /x, value: yes}\n---\n}", r#""x":true"#);
}

#[test]
fn scalars_are_rebuilt_as_json_has_them() {
    let result = |object: &str| patched(object, r#"[{"op": "add", "path": "/x", "value": 1}]"#);
    assert_eq!(result("{a: 9007199254740993, b: 0x10, c: 1e3, d: 2020-01-01, e: yes}").expect("JSON"), {
        r#"{"a":9007199254740992,"b":16,"c":1000,"d":"2020-01-01T00:00:00Z","e":"yes","x":1}"#
    });
    assert!(result("{a: .inf}").is_err());
    assert!(result("{a: 1, a: 2}").is_err());
    assert!(result("{a: {1: x}}").is_err());
    assert!(result("{a: !!int x}").is_err());
}

#[test]
fn a_patch_that_copies_without_end_is_stopped() {
    let copy = |number| format!(r#"{{"op": "copy", "from": "/a", "path": "/a/x{number}"}}"#);
    let patch = |count: usize| format!("[{}]", (0..count).map(copy).collect::<Vec<_>>().join(","));
    assert!(patched("{a: {b: 1}}", &patch(8)).is_ok());
    assert!(patched("{a: {b: 1}}", &patch(60)).is_err());
    let deep = "/a".repeat(2_000);
    assert!(patched("{a: 1}", &format!("- {{op: add, path: {deep}, value: 1}}")).is_err());
}

#[test]
fn origins_stay_and_point_into_the_patch() {
    let object = "{a: {b: 1}, c: 2}";
    let patch = "- {op: replace, path: /a/b, value: 7}\n- {op: remove, path: /c}\n";
    let parsed =
        JsonPatch::parse::<Origins>(TextId(1), patch.as_bytes()).expect("a patch").expect("operations");
    let mut origins = Origins::default();
    let graph = parsed.apply(&mut origins, &graph::<Origins>(TextId(0), object)).expect("an object");
    let place = |path: &[&str]| graph.origin(graph.at(graph.root(), path).expect("a node"));
    let seven = u32::try_from(patch.find('7').expect("7")).expect("short");
    assert_eq!(origins.editable(place(&["a", "b"])), Some(Span::new(TextId(1), seven..seven + 1)));
    let one = u32::try_from(object.find('1').expect("1")).expect("short");
    assert!(origins.evidence(place(&["a", "b"])).contains(&Span::new(TextId(0), one..one + 1)));
    assert!(matches!(graph.origin(graph.root()), Origin::Recorded(_)));
}
