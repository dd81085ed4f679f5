//! What a scalar means does not depend on who asks, and what is read, printed and read again means the same.

use std::collections::BTreeSet;

use manifest::emit::{Layout, json, marshal, marshal_as_kubectl};
use manifest::resolve::{
    Dialect, Meaning, ResolveScalar, Timestamp, is_plain_string, legacy_bool, resolve, resolve_node,
};
use manifest::value::{ReadValue, Value};
use manifest::{Document, NodeKind, ScalarStyle, parse_all};
use text::TextId;

const DIALECTS: [(Dialect, &[Layout]); 2] = [
    (Dialect::GoYaml2, &[Layout::GOYAML2]),
    // Not v3's own four columns: it cannot read the indentation that it gives block scalars in sequences there.
    (Dialect::GoYaml3, &[Layout::KUSTOMIZE, Layout::KUSTOMIZE_WIDE]),
];
const TAGS: [&str; 12] = [
    "!",
    "!!str",
    "!!int",
    "!!float",
    "!!bool",
    "!!null",
    "!!binary",
    "!!merge",
    "!!timestamp",
    "!!x",
    "!mine",
    "tag:yaml.org,2002:int",
];

/// Up to here floats hold every whole number.
const WHOLE_FLOAT_MAX: f64 = 9_007_199_254_740_992.0;

/// The most that a value may print to for it to be printed and read again several times.
const PRINTED_BYTES_MAX: usize = 64 << 10;

/// The first byte chooses a tag; the rest is one scalar's content, and a text of its own.
pub(crate) fn check(bytes: &[u8]) {
    let Some((choice, text)) = bytes.split_first() else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    check_scalar(text, TAGS[usize::from(*choice) % TAGS.len()]);
    let Ok(documents) = parse_all(TextId(0), text.as_bytes()) else { return };
    for document in &documents {
        for (dialect, layouts) in DIALECTS {
            check_nodes(document, dialect);
            if let Ok(value) = Value::from_document(document, dialect) {
                check_printed(&value, dialect, layouts);
            }
        }
    }
}

fn check_scalar(text: &str, tag: &str) {
    for (dialect, _) in DIALECTS {
        for style in
            [ScalarStyle::SingleQuoted, ScalarStyle::DoubleQuoted, ScalarStyle::Literal, ScalarStyle::Folded]
        {
            assert_eq!(resolve(dialect, text, style, None), Ok(Meaning::String(text.into())));
        }
        let plain =
            resolve(dialect, text, ScalarStyle::Plain, None).expect("a scalar without a tag has a meaning");
        check_plain(&plain, text, dialect);
        check_tagged(&plain, text, tag, dialect);
    }
    let [two, three] = DIALECTS.map(|(dialect, _)| resolve(dialect, text, ScalarStyle::Plain, None));
    let is_known_to_differ = legacy_bool(text).is_some()
        || matches!(three, Ok(Meaning::Timestamp(_)))
        || ["0o-", "0o+"].iter().any(|start| text.replace('_', "").starts_with(start));
    assert!(is_same(&two, &three) || is_known_to_differ, "{text:?} is {two:?} in v2 and {three:?} in v3");
}

/// A text without quotes is what it says, and a number is the number that is printed for it.
fn check_plain(plain: &Meaning<'_>, text: &str, dialect: Dialect) {
    let printed = match plain {
        Meaning::String(content) => {
            assert_eq!(content, text);
            let is_timestamp = Timestamp::parse(text).is_some();
            assert_eq!(is_plain_string(dialect, text), !is_timestamp, "{text:?} in {dialect:?}");
            return;
        }
        Meaning::Merge => return assert_eq!(text, "<<"),
        Meaning::Timestamp(written) => return check_timestamp(written, text),
        Meaning::Binary(_) => panic!("bytes without a tag"),
        Meaning::Null => Value::Null,
        Meaning::Bool(value) => Value::Bool(*value),
        Meaning::Int(value) => Value::Int(*value),
        Meaning::Unsigned(value) => Value::Unsigned(*value),
        Meaning::Float(value) => Value::Float(*value),
    };
    assert!(!is_plain_string(dialect, text), "{text:?} in {dialect:?}");
    let text = marshal(&printed, Layout::GOYAML2).expect("a scalar prints");
    let again = resolve(dialect, text.trim_end(), ScalarStyle::Plain, None).map(value_of);
    assert_eq!(again, Ok(printed), "through {text:?}");
}

/// What Go prints for a point in time is printed the same when it is read. Offsets of a day and more, which are read but
/// which no clock shows, are not read back.
fn check_timestamp(written: &str, text: &str) {
    assert_eq!(written, text);
    let printed = Timestamp::parse(text).expect("it was taken for one").to_rfc3339();
    if let Some(again) = Timestamp::parse(&printed) {
        assert_eq!(again.to_rfc3339(), printed);
    }
}

/// A tag never changes a value of its own type, and never makes up one of another.
fn check_tagged(plain: &Meaning<'_>, text: &str, tag: &str, dialect: Dialect) {
    let own_tag = match plain {
        Meaning::Null => "!!null",
        Meaning::Bool(_) => "!!bool",
        Meaning::Int(_) | Meaning::Unsigned(_) => "!!int",
        Meaning::Float(_) => "!!float",
        Meaning::String(_) | Meaning::Timestamp(_) | Meaning::Merge | Meaning::Binary(_) => "",
    };
    for style in [ScalarStyle::Plain, ScalarStyle::DoubleQuoted] {
        let tagged = resolve(dialect, text, style, Some(tag));
        match tag {
            "!!str" | "!!x" | "!mine" => assert_eq!(tagged, Ok(Meaning::String(text.into()))),
            "!!int" | "!!float" | "!!bool" | "!!null" if tag == own_tag => {
                assert!(is_same(&tagged, &Ok(plain.clone())), "{text:?} under {tag}: {tagged:?}");
            }
            "!!float" if matches!(plain, Meaning::Int(_)) => assert!(matches!(tagged, Ok(Meaning::Float(_)))),
            // A date is a number or a text once a tag rules out that it is a date.
            "!!int" | "!!float" | "!!bool" | "!!null" => {
                assert!(
                    tagged.is_err() || Timestamp::parse(text).is_some(),
                    "{text:?} under {tag}: {tagged:?}"
                );
            }
            _ => {}
        }
    }
    if tag.starts_with("tag:") {
        assert!(is_same(
            &resolve(dialect, text, ScalarStyle::Plain, Some("!!int")),
            &resolve(dialect, text, ScalarStyle::Plain, Some(tag))
        ));
    }
}

/// As `==`, but not-a-number is itself.
fn is_same(one: &Result<Meaning<'_>, ResolveScalar>, two: &Result<Meaning<'_>, ResolveScalar>) -> bool {
    match (one, two) {
        (Ok(Meaning::Float(one)), Ok(Meaning::Float(two))) => one.to_bits() == two.to_bits(),
        _ => one == two,
    }
}

fn value_of(meaning: Meaning<'_>) -> Value {
    match meaning {
        Meaning::Null => Value::Null,
        Meaning::Bool(value) => Value::Bool(value),
        Meaning::Int(value) => Value::Int(value),
        Meaning::Unsigned(value) => Value::Unsigned(value),
        Meaning::Float(value) => Value::Float(value),
        Meaning::String(text) => Value::String(text.into_owned()),
        Meaning::Merge => Value::from("<<"),
        Meaning::Timestamp(text) => {
            Value::String(Timestamp::parse(text).expect("it was taken for one").to_rfc3339())
        }
        Meaning::Binary(bytes) => Value::String(String::from_utf8_lossy(&bytes).into_owned()),
    }
}

/// The reader of values takes every scalar for what the resolver says it is.
fn check_nodes(document: &Document<'_>, dialect: Dialect) {
    for node in document.node_ids() {
        let read = Value::from_node(document, node, dialect);
        match resolve_node(document, node, dialect) {
            Ok(None) => assert!(!matches!(document.node(node).kind, NodeKind::Scalar { .. })),
            Ok(Some(Meaning::Binary(_))) => assert!(read.is_ok()),
            Ok(Some(meaning)) => assert_eq!(read, Ok(value_of(meaning))),
            Err(source) => assert_eq!(read, Err(ReadValue::ResolveScalar { node, source })),
        }
    }
}

/// Printed by goyaml, as JSON or by kubectl, a value comes back as it was.
fn check_printed(value: &Value, dialect: Dialect, layouts: &[Layout]) {
    if !comes_back(value) {
        return;
    }
    for layout in layouts {
        let Ok(printed) = marshal(value, *layout) else { return };
        if printed.len() > PRINTED_BYTES_MAX {
            return;
        }
        let again = read(&printed, dialect);
        assert_eq!(again, *value, "through {printed:?}");
        assert_eq!(marshal(&again, *layout).as_ref(), Ok(&printed));
    }
    if dialect == Dialect::GoYaml3 {
        return;
    }
    if let Ok(printed) = json(value) {
        let document =
            manifest::scan::json::parse(TextId(0), printed.as_bytes(), 0..printed.len()).expect("it is JSON");
        assert_eq!(Value::from_document(&document, dialect).as_ref(), Ok(value), "through {printed}");
    }
    if let Ok(printed) = marshal_as_kubectl(value) {
        let again = read(&printed, dialect);
        assert_eq!(marshal_as_kubectl(&again).as_ref(), Ok(&printed));
    }
}

fn read(printed: &str, dialect: Dialect) -> Value {
    let documents = parse_all(TextId(0), printed.as_bytes()).expect("what is printed is YAML");
    assert_eq!(documents.len(), 1, "{printed:?}");
    Value::from_document(&documents[0], dialect).expect("what is printed has a value")
}

/// Whether goyaml itself reads what it prints for a value. It does not where a key is the text `<<`, where two keys print
/// alike and at line breaks that only YAML 1.1 knows; the negative zero comes back without its sign, and whole numbers that
/// JSON prints with more digits than a float has come back as other integers.
fn comes_back(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Unsigned(_) => true,
        Value::Float(number) if *number == 0.0 => number.is_sign_positive(),
        Value::Float(number) => !(WHOLE_FLOAT_MAX..1e21).contains(&number.abs()),
        Value::String(text) => !text.contains(['\u{85}', '\u{2028}', '\u{2029}']),
        Value::Sequence(items) => items.iter().all(comes_back),
        Value::Mapping(entries) => {
            let mut keys = BTreeSet::new();
            entries.iter().all(|(key, value)| {
                let text = match key {
                    Value::String(text) => text.clone(),
                    other => marshal(other, Layout::GOYAML2).expect("a key prints").trim_end().to_owned(),
                };
                text != "<<" && keys.insert(text) && comes_back(key) && comes_back(value)
            })
        }
    }
}
