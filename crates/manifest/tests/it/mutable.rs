//! Documents taken out of their text: what they mean stays, sharing is what it says, origins point at the bytes.

use manifest::mutable::{Data, Graph, Scalar, TakeDocument};
use manifest::resolve::Dialect;
use manifest::value::Value;
use manifest::{Document, parse};
use text::{Origin, Origins, TextId};

fn document(text: &str) -> Document<'_> {
    parse(TextId(0), text.as_bytes(), 0..text.len(), None).unwrap()
}

fn take(text: &str) -> Result<Graph<Origin>, TakeDocument> {
    let document = document(text);
    Graph::take::<Origins>(&document, document.root().unwrap())
}

/// Where the value of a path was written.
fn written_at<'t>(text: &'t str, graph: &Graph<Origin>, path: &[&str]) -> &'t str {
    let node = graph.at(graph.root(), path).unwrap();
    let span = Origins::default().editable(graph.origin(node)).unwrap();
    &text[span.range()]
}

#[test]
fn means_what_the_document_means() {
    for text in [
        "a: 1\nb: [x, 0x1F, 010, 1e3, ~, '', \"1\", 1.0, 2020-01-01, true, yes, .inf]\n",
        "a: &x {b: 1, c: [2]}\nd: *x\ne:\n  - *x\n",
        "base: &base {a: 1, b: 2}\nother: &other {b: 3, c: 4}\nm: {<<: [*base, *other], a: 0}\n",
        "m: {<<: {a: 1}, b: 2}\n",
        "t: !!str 12\nu: !custom x\nv: !!binary aGVsbG8=\n",
        "k: |\n  a\n  b\nf: >-\n  a\n  b\n",
        "{\"a\": {\"b\": [1, \"x\"]}}",
        "1: a\ntrue: b\n",
    ] {
        let document = document(text);
        let root = document.root().unwrap();
        let expected = Value::from_node(&document, root, Dialect::GoYaml3);
        let value = take(text).unwrap().value();
        match expected {
            Ok(expected) => assert_eq!(with_text_keys(value.unwrap()), with_text_keys(expected), "{text}"),
            Err(_) => assert!(value.is_err(), "{text}"),
        }
    }
}

/// Keys as JSON has them: the graph has no others.
fn with_text_keys(value: Value) -> Value {
    match value {
        Value::Mapping(entries) => {
            let text = |key: Value| match key {
                Value::Bool(key) => Value::String(key.to_string()),
                Value::Int(key) => Value::String(key.to_string()),
                key => key,
            };
            let entries = entries.into_iter().map(|(key, value)| (text(key), with_text_keys(value)));
            Value::Mapping(entries.collect())
        }
        Value::Sequence(items) => Value::Sequence(items.into_iter().map(with_text_keys).collect()),
        value => value,
    }
}

#[test]
fn refuses_what_kustomize_refuses() {
    for (text, refusal) in [
        ("? [a]\n: 1\n", "a key is a collection"),
        ("a: {<<: {b: 1}, <<: {c: 1}}\n", "duplicate merge key"),
        ("a: {<<: 1}\n", "'<<' needs a mapping or a sequence of mappings"),
        ("a: {<<: [[{b: 1}]]}\n", "'<<' needs a mapping or a sequence of mappings"),
        ("a: &x [*x]\n", "an alias has no anchor before it"),
    ] {
        assert_eq!(
            take(text).map(|_| ()).map_err(|error| error.to_string()),
            Err(refusal.to_owned()),
            "{text}"
        );
    }
    let twice = take("a: 1\na: 2\n").unwrap();
    assert_eq!(twice.value().unwrap_err().to_string(), "mapping key 'a' is already defined");
}

#[test]
fn aliases_cannot_multiply_without_end() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..10 {
        let before = level - 1;
        text.push_str(&format!("a{level}: &a{level} [{}]\n", vec![format!("*a{before}"); 10].join(", ")));
    }
    assert_eq!(take(&text).map(|_| ()), Err(TakeDocument::ExpandTooMuch));
}

#[test]
fn merges_of_nothing_cannot_multiply_without_end() {
    let mut text = "a0: &a0 {}\n".to_owned();
    for level in 1..16 {
        let before = level - 1;
        let merged = vec![format!("*a{before}"); 10].join(", ");
        text.push_str(&format!("a{level}: &a{level} {{<<: [{merged}]}}\n"));
    }
    assert_eq!(take(&text).map(|_| ()), Err(TakeDocument::ExpandTooMuch));
}

#[test]
fn merges_cannot_nest_without_end() {
    let mut text = "a0: &a0 {}\n".to_owned();
    for level in 1..60_000 {
        let before = level - 1;
        text.push_str(&format!("a{level}: &a{level} {{<<: *a{before}}}\n"));
    }
    assert_eq!(take(&text).map(|_| ()), Err(TakeDocument::NestTooDeep));
}

#[test]
fn origins_are_the_bytes_of_the_values() {
    let text = "a: 'one'\nb: &x {c: \"two\"}\nd: *x\ne:\n  <<: *x\n  f: 3\n";
    let graph = take(text).unwrap();
    assert_eq!(written_at(text, &graph, &["a"]), "'one'");
    assert_eq!(written_at(text, &graph, &["b", "c"]), "\"two\"");
    assert_eq!(written_at(text, &graph, &["d", "c"]), "\"two\"");
    assert_eq!(written_at(text, &graph, &["e", "f"]), "3");
    let merged = graph.at(graph.root(), &["e", "c"]).unwrap();
    let Origin::Aliased { alias, .. } = graph.origin(merged) else { panic!("not aliased") };
    assert_eq!(&text[alias as usize..alias as usize + 2], "*x");
}

#[test]
fn what_is_shared_changes_everywhere_and_a_copy_does_not() {
    let mut graph = take("a: {}\nb: {}\n").unwrap();
    let origin = graph.origin(graph.root());
    let (a, b) = (graph.get(graph.root(), "a").unwrap(), graph.get(graph.root(), "b").unwrap());
    let value = graph.add(Data::Scalar(Scalar::string("x")), origin);
    graph.push_entry(a, Scalar::untagged("k"), origin, value);
    graph.push_entry(b, Scalar::untagged("k"), origin, value);
    let copy = graph.unshared();
    graph.node_mut(value).data = Data::Scalar(Scalar::string("y"));
    let text_at =
        |graph: &Graph<Origin>, path: &[&str]| graph.text(graph.at(graph.root(), path).unwrap()).to_owned();
    assert_eq!((text_at(&graph, &["a", "k"]), text_at(&graph, &["b", "k"])), ("y".into(), "y".into()));
    let mut copy = copy;
    let in_a = copy.at(copy.root(), &["a", "k"]).unwrap();
    copy.node_mut(in_a).data = Data::Scalar(Scalar::string("z"));
    assert_eq!((text_at(&copy, &["a", "k"]), text_at(&copy, &["b", "k"])), ("z".into(), "x".into()));
}

#[test]
fn untagged_scalars_mean_what_their_text_means_once_it_is_read_again() {
    let value = |scalar: Scalar| Graph::new(Data::Scalar(scalar), ()).value().unwrap();
    assert_eq!(value(Scalar::untagged("5")), Value::Int(5));
    assert_eq!(value(Scalar::string("5")), Value::from("5"));
    assert_eq!(value(Scalar::untagged("")), Value::Null);
    assert_eq!(value(Scalar::untagged("1\n2")), Value::from("1\n2"));
    assert_eq!(value(Scalar::null()), Value::Null);
}
