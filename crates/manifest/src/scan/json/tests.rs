//! JSON against serde_json and the YAML parser.

use proptest::prelude::*;

use super::*;

fn parsed(document: &str) -> Result<Document<'_>, ParseDocument> {
    parse(TextId(0), document.as_bytes(), 0..document.len())
}

#[test]
fn json_is_what_begins_with_a_brace_and_is_json_to_its_end() {
    for json in ["{}", " \n{\"a\": [1, 2]}\n", "{}{}\n{\"b\":null}", "{\"a\":\"\\ud83d\\ude00 \\ud800\"}"] {
        assert_eq!(syntax_of(json.as_bytes()), Syntax::Json, "{json:?}");
    }
    for yaml in [
        "",
        "[]",
        "a: b",
        "{a: b}",
        "{\"a\": 1,}",
        "{\"a\": 1} # c",
        "{}\n---\n{}",
        "{{ x }}",
        "{\"a\": 01}",
        "\u{feff}{}",
        "{\"a\":'b'}",
    ] {
        assert_eq!(syntax_of(yaml.as_bytes()), Syntax::Yaml, "{yaml:?}");
    }
    assert_eq!(syntax_of(b"{\"a\": \"\xff\"}"), Syntax::Yaml);
}

#[test]
fn documents_tile_the_file() {
    assert_eq!(split(b" {} {\"a\":1}\n\n{}\n"), Some(vec![0..3, 3..11, 11..16]));
}

#[test]
fn arena_has_the_nodes_and_spans_of_the_text() {
    let text = " {\"a\": [1.5e3, true, \"x\\ny\\u00e9\\ud83d\\ude00\"], \"\\u0062\": {}, \"a\": null}";
    let document = parsed(text).unwrap();
    let root = document.root().unwrap();
    assert_eq!(document.syntax(), Syntax::Json);
    assert_eq!(document.raw(root), text.trim().as_bytes());
    let keys: Vec<_> = document.entries(root).iter().map(|entry| document.text(entry.key).unwrap()).collect();
    assert_eq!(keys, ["a", "b", "a"]);
    let items = document.items(document.entries(root)[0].value);
    let texts: Vec<_> = items.iter().map(|item| document.text(*item).unwrap()).collect();
    assert_eq!(texts, ["1.5e3", "true", "x\nyé😀"]);
    assert_eq!(document.raw(items[2]), b"\"x\\ny\\u00e9\\ud83d\\ude00\"");
    assert_eq!(document.scalar_style(items[1]), Some(ScalarStyle::Plain));
    assert_eq!(document.scalar_style(items[2]), Some(ScalarStyle::DoubleQuoted));
}

#[test]
fn faults_are_named_with_their_place_in_the_whole_text() {
    let cases = [
        ("{\"a\" 1}", 5, "expected ':'"),
        ("{\"a\": 1 2}", 8, "expected ',' or '}'"),
        ("{\"a\": [1 2]}", 9, "expected ',' or ']'"),
        ("{a: 1}", 1, "expected a key in double quotes"),
        ("{\"a\": 1,}", 8, "expected a key in double quotes"),
        ("[1,]", 3, "expected a value"),
        ("{\"a\": -}", 6, "expected a value"),
        ("{\"a\": \"b", 8, "expected the string's closing quote"),
        ("{\"a\": \"\n\"}", 7, "expected an escape in place of a control character"),
        ("{\"a\": \"\\x\"}", 8, "expected an escape that JSON knows"),
        ("{\"a\": \"\\u12g4\"}", 8, "expected four hexadecimal digits"),
        ("{} {}", 3, "expected the end of the document"),
        ("", 0, "expected a value"),
    ];
    for (text, offset, reason) in cases {
        let shifted = format!("{{}}{text}");
        let fault = parse(TextId(0), shifted.as_bytes(), 2..shifted.len()).unwrap_err();
        assert_eq!(fault, ParseDocument::Malformed { offset: offset + 2, reason: reason.into() }, "{text:?}");
    }
    let not_utf8 = parse(TextId(0), b"{\"a\": \"\xff\"}", 0..10).unwrap_err();
    assert_eq!(not_utf8, ParseDocument::NotUtf8 { offset: 7 });
}

#[test]
fn nesting_is_limited_without_recursion() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(parsed(&nested(DEPTH_MAX)).is_ok());
    assert_eq!(parsed(&nested(DEPTH_MAX + 1)).unwrap_err(), ParseDocument::TooDeep { offset: 255 });
    assert!(parsed(&"[".repeat(1_000_000)).is_err());
    assert_eq!(split("{\"a\":".repeat(100_000).as_bytes()), None);
}

const PIECES: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"a\"",
    "\"",
    "\\",
    "\\n",
    "\\u0041",
    "\\uD83D\\uDE00",
    "0",
    "-1",
    "1.5",
    "1e5",
    "01",
    ".5",
    "1.",
    "true",
    "null",
    "nul",
    " ",
    "\n",
    "\t",
    "\u{1}",
    "é",
    "{\"a\":",
    "[1,",
    "\"b\":{}",
];

fn value() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        // Fractions that any reader of decimals gets exactly.
        any::<i32>().prop_map(|eighths| (f64::from(eighths) / 8.0).into()),
        "\\PC{0,6}".prop_map(Into::into),
        "[\\x00-\\x20\"\\\\/é😀]{0,6}".prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            proptest::collection::btree_map("[a-c\"\\n]{0,3}", inner, 0..4)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

/// What the arena holds, as a value: strings and keys decoded, other words read by serde_json.
fn to_value(document: &Document<'_>, node: crate::NodeId) -> serde_json::Value {
    if document.is_mapping(node) {
        let entries = document.entries(node).iter();
        let pairs = entries
            .map(|entry| (document.text(entry.key).unwrap().to_owned(), to_value(document, entry.value)));
        return serde_json::Value::Object(pairs.collect());
    }
    if document.is_sequence(node) {
        return document.items(node).iter().map(|item| to_value(document, *item)).collect();
    }
    match document.scalar_style(node) {
        Some(ScalarStyle::DoubleQuoted) => document.text(node).unwrap().into(),
        _ => serde_json::from_slice(document.raw(node)).unwrap(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1_000) })]

    #[test]
    fn arena_holds_the_value_that_was_written(value in value(), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        let document = parsed(&text).unwrap();
        prop_assert_eq!(to_value(&document, document.root().unwrap()), value);
    }

    #[test]
    fn accepts_exactly_what_serde_json_accepts(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..12)) {
        let text = pieces.concat();
        let expected = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
        prop_assert_eq!(parsed(&text).is_ok(), expected, "{:?}", text);
    }
}
