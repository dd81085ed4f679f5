//! Paths over objects, and what they make of what is missing.

use super::*;

#[test]
fn splits_at_dots_outside_of_brackets() {
    for (path, steps) in [
        ("a.b.c", &["a", "b", "c"][..]),
        (".a", &["a"]),
        ("a\\.b.c", &["a.b", "c"]),
        ("a.[name=x.y].b", &["a", "[name=x.y]", "b"]),
        ("a.[x.y/z]", &["a", "x.y/z"]),
        ("a.[x]", &["a", "[x]"]),
        ("a.[x.y", &["a", "x.y"]),
        ("a..b", &["a", "", "b"]),
    ] {
        assert_eq!(split(path), steps, "{path}");
    }
}

fn check(object: &str, path: &str, create: Option<Create>, expected: Result<&str, &str>) {
    let document = manifest::parse(TextId(0), object.as_bytes(), 0..object.len(), None).expect(object);
    let mut graph = Graph::take::<NoOrigins>(&document, document.root().expect("a root")).expect(object);
    let root = graph.root();
    let making = create.map(|create| Making { create, origin: () });
    let found = FieldPath::new(path).and_then(|path| path.find(&mut graph, (root, 0), making));
    let found = found.map_err(|error| error.to_string()).map(|found| {
        let texts: Vec<_> = found.iter().filter_map(|node| node_text::text_of(&graph, *node)).collect();
        texts.join(" | ")
    });
    match (found, expected) {
        (Ok(found), Ok(expected)) => assert_eq!(found, expected, "{path}"),
        (Err(found), Err(words)) => assert!(found.contains(words), "{path}: {found}"),
        (found, expected) => panic!("{path}: {found:?} is not {expected:?}"),
    }
}

const OBJECT: &str = "\
list: [{name: web, port: 80}, {name: web-2, port: 81}, {name: \"q\", port: 82}]
words: [-a, b, -ab]
text: 'x: {y: 1}'
empty: []
none: null
";

#[test]
fn finds_fields_items_and_all_items() {
    check(OBJECT, "list.0.port", None, Ok("80"));
    check(OBJECT, "list.*.port", None, Ok("80 | 81 | 82"));
    check(OBJECT, "list.[name=web].port", None, Ok("80 | 81"));
    check(OBJECT, "list.[name=^web$].port", None, Ok("80"));
    check(OBJECT, "list.[name=^q$].port", None, Ok(""));
    check(OBJECT, "list.[name=\"q\"].port", None, Ok("82"));
    check(OBJECT, "words.[=-a].ignored", None, Ok("-a | -ab"));
    check(OBJECT, "list.9", None, Err("index 9 specified but only 3 elements found"));
    check(OBJECT, "nothing.at.all", None, Ok(""));
    check(OBJECT, "list.name", None, Err("expected MappingNode but got SequenceNode"));
    check(OBJECT, "list.[name=(].port", None, Err("error parsing regexp"));
    check(OBJECT, "empty.[name=(].port", None, Ok(""));
    check(OBJECT, "list.[name]", None, Err("must contain fieldName=fieldValue"));
    check(OBJECT, "words.*.x", None, Err("expected MappingNode but got ScalarNode"));
    check(OBJECT, "none.*", None, Ok(""));
}

#[test]
fn looks_into_texts() {
    check(OBJECT, "text.x.y", None, Ok("1"));
    check(OBJECT, "text.z", None, Ok(""));
    check("a: 'x: ['", "a.x", None, Err("no YAML"));
    check("a: ''", "a.x", None, Err("expected MappingNode"));
}

#[test]
fn makes_what_is_missing() {
    let scalar = Some(Create::Scalar);
    check("{}", "a.b", scalar, Ok(""));
    check("{a: [x]}", "a.1", scalar, Ok(""));
    check("{a: [x]}", "a.2", scalar, Err("index 2 specified but only 1 elements found"));
    check("{a: [{name: x}]}", "a.[name=y].b", Some(Create::Mapping), Ok("{}"));
    check("{a: []}", "a.[name=^y$].b", scalar, Err("does not match it"));
    check("{a: [x]}", "a.[=y]", scalar, Ok("y"));
    check("{a: null}", "a.b", scalar, Ok(""));
}
