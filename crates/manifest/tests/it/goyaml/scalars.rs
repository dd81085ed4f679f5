//! The meaning of a scalar, row by row as the libraries decode it.

use manifest::ScalarStyle;
use manifest::resolve::{Dialect, Meaning, Timestamp, resolve};
use serde_json::{Value as Json, json};

use super::{report, rows, text};

#[test]
fn scalars_mean_what_the_real_readers_take_them_for() {
    let rows = rows(include_str!("../../data/scalars.jsonl"));
    assert!(rows.len() > 2000);
    let mut differences = Vec::new();
    for row in &rows {
        for (dialect, value, error) in
            [(Dialect::GoYaml2, "v2", "error2"), (Dialect::GoYaml3, "v3", "error3")]
        {
            let expected = if row[error] == true { Err(()) } else { Ok(row[value].clone()) };
            let actual = meaning(dialect, row);
            if !same(&actual, &expected) {
                differences.push(format!("{dialect:?} {row}: {actual:?}"));
            }
        }
    }
    report(&differences);
}

fn meaning(dialect: Dialect, row: &Json) -> Result<Json, ()> {
    let style = match text(row, "written") {
        "plain" => ScalarStyle::Plain,
        "quoted" => ScalarStyle::DoubleQuoted,
        "block" => ScalarStyle::Literal,
        other => unreachable!("no style '{other}'"),
    };
    let tag = row["tag"].as_str();
    match resolve(dialect, text(row, "text"), style, tag) {
        Ok(meaning) => Ok(typed(meaning)),
        Err(_) => Err(()),
    }
}

fn typed(meaning: Meaning<'_>) -> Json {
    match meaning {
        Meaning::Null => Json::Null,
        Meaning::Bool(value) => json!(value),
        Meaning::Int(value) => json!({ "i": value.to_string() }),
        Meaning::Unsigned(value) => json!({ "u": value.to_string() }),
        Meaning::Float(value) => json!({ "f": value.to_string() }),
        Meaning::String(value) => json!(value),
        Meaning::Timestamp(value) => {
            json!({ "t": Timestamp::parse(value).expect("it was taken for one").to_rfc3339() })
        }
        Meaning::Merge => json!("<<"),
        Meaning::Binary(bytes) => match String::from_utf8(bytes) {
            Ok(text) => json!(text),
            Err(bad) => {
                json!({ "b": bad.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect::<String>() })
            }
        },
    }
}

/// Floats are compared by value: how they are printed is another table's business.
fn same(actual: &Result<Json, ()>, expected: &Result<Json, ()>) -> bool {
    let float = |json: &Result<Json, ()>| {
        let text = json.as_ref().ok()?.get("f")?.as_str()?.to_owned();
        text.parse::<f64>().ok()
    };
    match (float(actual), float(expected)) {
        (Some(actual), Some(expected)) => {
            actual.to_bits() == expected.to_bits() || actual.is_nan() && expected.is_nan()
        }
        _ => actual == expected,
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 512, failure_persistence: None, ..Default::default() })]

    #[test]
    fn quoted_texts_are_strings_and_plain_ones_never_panic(
        content in "[-+]?[0-9._:exobTZ~<yn ]{0,12}|\\PC{0,8}",
        tag in proptest::option::of("!|!!(str|int|float|bool|null|binary|merge|timestamp|x)|!x"),
    ) {
        for dialect in [Dialect::GoYaml2, Dialect::GoYaml3] {
            for style in [ScalarStyle::Plain, ScalarStyle::DoubleQuoted, ScalarStyle::Literal] {
                let _ = resolve(dialect, &content, style, tag.as_deref());
            }
            let quoted = resolve(dialect, &content, ScalarStyle::DoubleQuoted, None);
            proptest::prop_assert_eq!(quoted, Ok(Meaning::String(content.as_str().into())));
        }
    }
}
