//! Holds the validator to the full parser: tables of what it must know, then generated documents, whole
//! and damaged, in which it may be unsure but never wrong.

use proptest::prelude::*;
use text::TextId;

use super::*;
use crate::scan::split;

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases) }
}

/// Whether the full parser accepts a document.
fn is_parsed(document: &[u8]) -> bool {
    crate::parse::parse_in_full(TextId(0), document, 0..document.len(), None).is_ok()
}

/// Everything that a document tells, for comparison.
fn told(document: &crate::Document<'_>) -> Vec<String> {
    let spans = |id| format!("{:?} {:?}", document.anchor_range(id), document.tag_range(id));
    let node = |id| format!("{:?} {} {}", document.node(id), meant(document, id), spans(id));
    let mut told: Vec<String> = document.node_ids().map(node).collect();
    told.push(format!("{:?} {:?} {:?}", document.comments(), document.range(), document.syntax()));
    told
}

/// What a document tells about a node, but for where it stands.
fn meant(document: &crate::Document<'_>, id: crate::NodeId) -> String {
    let children = (document.entries(id), document.items(id));
    let properties = (document.anchor(id), document.tag(id));
    format!("{:?} {:?} {children:?} {properties:?}", document.node(id).kind, document.text(id))
}

/// What a document means, and its comments.
fn told_without_places(document: &crate::Document<'_>) -> Vec<String> {
    let mut told: Vec<String> = document.node_ids().map(|id| meant(document, id)).collect();
    told.push(format!("{:?} {:?}", document.comments(), document.range()));
    told
}

/// What is read fast, or leniently, is what the scanner underneath reads, if it reads it.
fn assert_reads_alike(document: &[u8]) {
    let whole = 0..document.len();
    let full = crate::parse::parse_strictly(TextId(0), document, whole.clone(), None);
    if let Some(fast) = read_document(TextId(0), document, whole.clone()) {
        let full = full.as_ref().map(told);
        assert_eq!(Ok(told(&fast)), full, "{:?}", String::from_utf8_lossy(document));
    }
    if let (Some(lenient), Ok(full)) = (read_leniently(TextId(0), document, whole, None), full) {
        assert_eq!(
            told_without_places(&lenient),
            told_without_places(&full),
            "leniently: {:?}",
            String::from_utf8_lossy(document)
        );
    }
}

fn assert_agrees(document: &[u8]) {
    let verdict = validate(document);
    let agrees = match verdict {
        Verdict::Valid => is_parsed(document),
        Verdict::Invalid { .. } => !is_parsed(document),
        Verdict::Unsure => true,
    };
    assert!(
        agrees,
        "{verdict:?}, but the parser says {} to {:?}",
        is_parsed(document),
        String::from_utf8_lossy(document)
    );
    assert_reads_alike(document);
}

#[test]
fn knows_what_manifests_are_written_in() {
    for document in [
        "",
        "---\n",
        "# only\n---\n# comments\n",
        "a: b",
        "a: b\n",
        "\u{feff}a: b\n",
        "--- # first\na: b\n...\n# tail\n...\n",
        "a:\n  b:\n    c: d\n  e: f\ng: h\n",
        "  a: b\n  c: d\n",
        "- a\n- b: c\n  d: e\n-\n  f: g\n- - h\n  - i\n",
        "a:\n- b\n- c: d\n  e: f\n-\n  - g\nh: i\n",
        "a:\n  - b\n  -   c: d\n      e: f\n",
        "- a:\n  - b\n- c:\n- d\n",
        "a:\nb:\n  c:\n",
        "a: b\n  more text\n   still more # comment\nc: d\n",
        "a: b # c\nd: e\n",
        "a:\n  text\n  - not an entry\nb: c\n",
        "a: 'it''s'\nb: \"x\\n\\u00e9\\x41\"\n\"c\" : 'd' # e\n",
        "a: \"one\n  two\n\n  three\"\nb: 'one\n two'\n",
        "a: |\n  text\n\n    more\n  # no comment\n# comment\nb: >-\n  x\nc: |2-\n   y\nd: |+\n\n\ne: |\n",
        "- |\n  ---\n  -----BEGIN CERTIFICATE-----\n- >\n x\n",
        "a: [b, 'c', \"d\", -1, [e], {f: g}, ]\nh: {}\ni: []\nj: {\"k\":1, l: , m, n: [\n  1, # x\n  2\n]}\n",
        "{\"a\": [1, 2, {\"b\": null}], \"c\": \"d\"}\n",
        "a: &x b\nc: *x\nd: &y\n  e: f\ng:\n  <<: *y\nh: !!str i\nj: !k\n- l\n",
        "a: b\r\nc:\r\n  - d\r\n\r\ne: |\r\n  f\r\ng: \"h\r\n  i\"\r\n",
        "a: http://b:80/#c\nd: e:f\n-x: -y\n?z: :w\n",
        "a:\t\n  b: \"c\" \t\n\t\n  d: e\t\n",
        "kind: Ümläut\nbeschreibung: „Text“\n",
        "a: {{b}}\nc: ${d}\ne: x{{ f }}\n",
    ] {
        assert_agrees(document.as_bytes());
        let is_template = document.contains("{{b}}");
        assert_eq!(validate(document.as_bytes()) == Verdict::Valid, !is_template, "{document:?}");
    }
}

#[test]
fn names_the_fault_and_its_place() {
    let cases = [
        ("a: b: c\n", 4, Reason::ValueNotAllowed),
        ("a: b\n  c: d\n", 8, Reason::ValueNotAllowed),
        ("a: 'b': c\n", 6, Reason::ValueNotAllowed),
        ("a: 'b\n", 3, Reason::UnclosedQuote),
        ("a: \"\\d\"\n", 4, Reason::UnknownEscape),
        ("a: \"\\xg0\"\n", 4, Reason::HexEscapeWithoutDigits),
        ("a: - b\n", 3, Reason::EntryNotAllowed),
        ("a: b\n- c\n", 5, Reason::EntryNotAllowed),
        ("a: b\nc\n", 5, Reason::KeyWithoutColon),
        ("- a\nb: c\n", 4, Reason::EntryExpected),
        ("a:\n    b: c\n  d: e\n", 14, Reason::WrongIndentation),
        ("a: |\n  b\n c\n", 10, Reason::WrongIndentation),
        ("a: 'b' c\n", 6, Reason::TextBehindNode),
        ("a: *b\n", 3, Reason::UnknownAnchor),
        ("a: @b\n", 3, Reason::ReservedIndicator),
        ("a: | b\n", 3, Reason::BlockScalarHeader),
        ("a: |\n\tb\n", 5, Reason::TabAsIndentation),
        ("  a: b\nc: d\n", 7, Reason::SecondRoot),
    ];
    for (document, offset, reason) in cases {
        assert_agrees(document.as_bytes());
        assert_eq!(validate(document.as_bytes()), Verdict::Invalid { offset, reason }, "{document:?}");
    }
    assert_eq!(validate(b"a: \xff"), Verdict::Invalid { offset: 3, reason: Reason::NotUtf8 });
}

#[test]
fn leaves_what_is_rare_to_the_parser() {
    let deep = (0..80).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect::<String>();
    let commented = format!("a:\n{}  b\n", "# c\n".repeat(100));
    let long_key = format!("{}: b\n", "a".repeat(1_100));
    for document in [
        "? a\n: b\n",
        "text\n",
        "'text'\n",
        "|\n text\n",
        "--- a\n",
        "%YAML 1.2\n---\na: b\n",
        "a:\tb\n",
        "\ta: b\n",
        "[a]: b\n",
        "&a b: c\n",
        "*a : b\n",
        "a: \u{85}\n",
        "a: \u{1}\n",
        "a\rb: c\n",
        "a: [b: c]\n",
        "a: [*b]\n",
        "a: b\n---\nc: d\n",
        "a: \"\\\n b\"\n",
        deep.as_str(),
        commented.as_str(),
        long_key.as_str(),
    ] {
        assert_eq!(validate(document.as_bytes()), Verdict::Unsure, "{document:?}");
    }
}

#[test]
fn reads_what_manifests_are_written_in_and_leaves_the_rest() {
    let reads = |document: &str| read_document(TextId(0), document.as_bytes(), 0..document.len()).is_some();
    for document in [
        "# c\n---\na: b # c\nd:\n- e: f\n  g:\n-\n- - h\ni:\n...\n",
        "a: &x b\nc: *x\nd: &y !t\n  e: f\ng: !!str h\n",
        "a: one\n  two\n\n  three # c\nb: 'it''s\n  c'\nd: \"\\u00e9\\n \\\"\n  x\\ \n  y\"\n",
        "a: |\n\n  x\n   y\n\nb: >-\n  x\n  y\n\n  z\nc: |-2\n   x\nd: | # c\n  last",
        "a: [b, 'c', {d: e}]\nf: {}\r\ng: |\r\n  x\r\n",
        "a: |\n  x\n    \n",
        "a: >\n  x\n   y\n\n  z\n  \n   v\n  w\n",
    ] {
        assert_reads_alike(document.as_bytes());
        assert!(reads(document), "{document:?}");
    }
    for document in [
        "",
        "# c\n",
        "\u{feff}a: b\n",
        "a: &x\nb: c\n",
        "- # c\n- a\n",
        "a: |+\n  x\n\n",
        "a: |\nb: c\n",
        "a: {b, c: }\n",
        "a: b\n--- \nc: d\n",
        "a: b: c\n",
    ] {
        assert!(!reads(document), "{document:?}");
    }
}

#[test]
fn nested_too_deep_is_never_valid() {
    for document in
        ["[".repeat(100_000), "- ".repeat(100_000), format!("{}1{}", "[".repeat(300), "]".repeat(300))]
    {
        assert_ne!(validate(document.as_bytes()), Verdict::Valid);
    }
}

/// Pieces that damage a document in the ways that people do.
const PIECES: &[&str] = &[
    "\n",
    " ",
    "  ",
    "    ",
    "\t",
    "a",
    "b c",
    ":",
    ": ",
    ":\n",
    "- ",
    "-\n",
    "-",
    "? ",
    "#",
    " # x",
    "#\n",
    "\"",
    "'",
    "''",
    "\\",
    "\\n",
    "\\x4",
    "[",
    "]",
    "{",
    "}",
    ",",
    ", ",
    "&a",
    "&a ",
    "*a",
    "*a ",
    "!t ",
    "!!str ",
    "!",
    "|\n",
    "|-\n",
    ">\n",
    "|2\n",
    "|",
    ">",
    "%",
    "@",
    "`",
    "---",
    "---\n",
    "...\n",
    "...",
    "\r\n",
    "\r",
    "é",
    "\u{feff}",
    "\u{85}",
    "a: b\n",
    "- a\n",
    "- a: b\n",
    "  c: d\n",
    "key: \"x\"\n",
    "key: [a, b]\n",
    "key: {a: b}\n",
    "<<: *a\n",
    "x: |\n  text\n",
    "\"a\": ",
    "{\"a\":1}",
    "{{ x }}",
    "${x}",
    "\\u00e9",
    "\\\n",
    "~",
    "null",
];

fn piece() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(PIECES)
}

#[derive(Debug, Clone)]
enum Value {
    Scalar(String),
    Block(Vec<String>),
    Mapping(Vec<(String, Value)>),
    Sequence(Vec<Value>),
}

fn value() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        "[a-z0-9./:-]{0,12}",
        "[a-z]{1,5}( [a-z#:]{1,5}){0,3}",
        "'[a-z ':#]{0,8}'",
        "\"[a-z #:{},é]{0,8}(\\\\[nt\"])?\"",
        "[*&][ab]( x)?",
        "![a-z]{1,3}( [a-z]{0,3})?",
        "\\[[a-z, \"{}:]{0,10}\\]",
        "\\{[a-z, \":]{0,10}\\}",
        "[a-z]{1,4}\n {0,6}[a-z]{1,4}",
        "\"[a-z]{1,4}\n {0,6}[a-z]{1,4}\"",
        "\\[[a-z]{1,4},\n {0,6}[a-z]{1,4}\n {0,4}\\]",
    ];
    let leaf = prop_oneof![
        6 => scalar.prop_map(Value::Scalar),
        1 => proptest::collection::vec(" {0,4}[a-z:#-]{0,6}", 0..4).prop_map(Value::Block),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(("[a-z]{1,4}|\"[a-z ]{0,4}\"|'[a-z:]{1,4}'", inner.clone()), 1..4)
                .prop_map(Value::Mapping),
            proptest::collection::vec(inner, 1..4).prop_map(Value::Sequence),
        ]
    })
}

/// Writes a value as people do, with varying indentation: mostly well-formed, sometimes not.
fn write(value: &Value, column: usize, steps: &mut impl Iterator<Item = u8>, out: &mut String) {
    let step = steps.next().unwrap_or(2);
    let indent = " ".repeat(column);
    match value {
        Value::Scalar(text) => {
            out.push_str(text);
            out.push_str(if step == 7 { " # note\n" } else { "\n" });
        }
        Value::Block(lines) => {
            out.push_str(["|\n", ">-\n", "|+\n", "|2\n", "> # note\n"][usize::from(step % 5)]);
            for line in lines {
                out.push_str(&format!("{indent}{line}\n"));
            }
        }
        Value::Mapping(entries) => {
            for (position, (key, value)) in entries.iter().enumerate() {
                let is_compact = position == 0 && out.ends_with("- ");
                if position == 0 && !is_compact && !out.is_empty() {
                    out.push('\n');
                }
                if !is_compact {
                    out.push_str(&indent);
                }
                out.push_str(&format!("{key}: "));
                let is_flat = matches!(value, Value::Sequence(_)) && step.is_multiple_of(2);
                write(value, if is_flat { column } else { column + 1 + usize::from(step % 4) }, steps, out);
            }
        }
        Value::Sequence(items) => {
            for (position, item) in items.iter().enumerate() {
                let is_compact = position == 0 && out.ends_with("- ");
                if position == 0 && !is_compact && !out.is_empty() {
                    out.push('\n');
                }
                if !is_compact {
                    out.push_str(&indent);
                }
                out.push_str("- ");
                write(item, column + 2, steps, out);
            }
        }
    }
}

fn document() -> impl Strategy<Value = String> {
    (value(), proptest::collection::vec(0..8_u8, 64)).prop_map(|(value, steps)| {
        let mut out = String::new();
        write(&value, 0, &mut steps.into_iter(), &mut out);
        out
    })
}

/// Puts pieces into a text, takes bytes out of it or doubles some, at places given as fractions of it.
fn damage(text: &str, changes: &[(u16, u8, &'static str)]) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for &(place, kind, piece) in changes {
        let at = usize::from(place) * bytes.len() / usize::from(u16::MAX);
        let end = (at + usize::from(kind % 4) + 1).min(bytes.len());
        match kind / 4 {
            0 => drop(bytes.drain(at..end)),
            1 => {
                let doubled = bytes[at..end].to_vec();
                bytes.splice(at..at, doubled);
            }
            _ => drop(bytes.splice(at..at, piece.bytes())),
        }
    }
    bytes
}

fn changes() -> impl Strategy<Value = Vec<(u16, u8, &'static str)>> {
    proptest::collection::vec((any::<u16>(), 0..16_u8, piece()), 0..4)
}

proptest! {
    #![proptest_config(config(3_000))]

    #[test]
    fn never_contradicts_the_parser_on_damaged_documents(text in document(), changes in changes()) {
        for range in split(&damage(&text, &changes), 1_000).unwrap() {
            assert_agrees(&damage(&text, &changes)[range]);
        }
    }

    #[test]
    fn never_contradicts_the_parser_on_any_pieces(pieces in proptest::collection::vec(piece(), 0..14)) {
        let text = pieces.concat();
        for range in split(text.as_bytes(), 1_000).unwrap() {
            assert_agrees(&text.as_bytes()[range]);
        }
    }

    #[test]
    fn splits_where_the_parser_does(texts in proptest::collection::vec(document(), 1..4), separators in proptest::collection::vec(0..6_usize, 4)) {
        let mut stream = String::new();
        for (text, separator) in texts.iter().zip(&separators) {
            stream.push_str(text);
            stream.push_str(["---\n", "...\n", "--- # x\n", "...\n# x\n\n---\n", "---\n---\n", "...\n...\n"][*separator]);
        }
        let ranges = split(stream.as_bytes(), 1_000).unwrap();
        if let Ok(documents) = crate::parse_all(TextId(0), stream.as_bytes()) {
            prop_assert_eq!(ranges.len(), documents.len(), "{:?}", stream);
            for (range, document) in ranges.iter().zip(&documents) {
                let root = document.root().filter(|root| document.scalar_style(*root).is_none());
                for id in document.node_ids().filter(|_| root.is_some()) {
                    let span = document.span(id).range();
                    prop_assert!(range.start <= span.start && span.end <= range.end, "{:?} in {:?} of {:?}", span, range, stream);
                }
                prop_assert!(crate::parse(TextId(0), stream.as_bytes(), range.clone(), None).is_ok());
            }
        }
        let mut end = 0;
        for range in &ranges {
            prop_assert_eq!(range.start, end);
            end = range.end;
        }
        prop_assert!(ranges.is_empty() || end == stream.len());
    }
}
