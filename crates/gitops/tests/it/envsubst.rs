//! The dialect: `fluxcd/pkg/envsubst` was asked by `tools/oracle/envsubst`.

use std::collections::BTreeMap;

use gitops::substitute::limits::{EXPRESSION_DEPTH_MAX, OUTPUT_BYTES_MAX};
use gitops::substitute::{Answer, Fault, FaultKind, PieceSource, Strictness, Substituted, substitute};
use serde::Deserialize;

/// A text with what the original says of it: one of the last four.
#[derive(Deserialize)]
struct Case {
    template: String,
    #[serde(default)]
    variables: BTreeMap<String, String>,
    #[serde(default)]
    strict: bool,
    text: Option<String>,
    bytes: Option<String>,
    error: Option<String>,
    panic: Option<String>,
}

fn of<'t>(
    text: &'t str,
    variables: &BTreeMap<String, String>,
    strictness: Strictness,
) -> Result<Substituted<'t>, Fault> {
    let lookup = |name: &str| variables.get(name).map(String::as_bytes);
    substitute(text.as_bytes(), lookup, strictness)
}

fn variables(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// Each piece holds the bytes that it names.
fn check_pieces(substituted: &Substituted<'_>, text: &str, variables: &BTreeMap<String, String>) {
    let mut at = 0;
    for piece in &substituted.pieces {
        let bytes = &substituted.text[at..at + piece.length];
        at += piece.length;
        match &piece.source {
            PieceSource::Input(range) => assert_eq!(bytes, &text.as_bytes()[range.clone()], "{text}"),
            PieceSource::Value { name, range, place } => {
                let value = &variables[substituted.names[*name].name];
                assert_eq!(bytes, &value.as_bytes()[range.clone()], "{text}");
                assert!(text[place.clone()].starts_with("${") && text[place.clone()].ends_with('}'));
            }
            PieceSource::Computed { place, .. } => assert!(text[place.clone()].starts_with("${")),
        }
        assert!(piece.length > 0, "{text}");
    }
    assert_eq!(at, if substituted.is_changed() { substituted.text.len() } else { 0 }, "{text}");
}

#[test]
fn every_text_becomes_what_the_original_makes_of_it() {
    let mut count = 0;
    for line in include_str!("../data/envsubst.jsonl").lines() {
        let case: Case = serde_json::from_str(line).unwrap();
        let strictness = if case.strict { Strictness::Strict } else { Strictness::Lenient };
        let ours = of(&case.template, &case.variables, strictness);
        if let Ok(substituted) = &ours {
            check_pieces(substituted, &case.template, &case.variables);
        }
        match (ours, case.text, case.bytes, case.error) {
            (Ok(ours), Some(text), None, None) => assert_eq!(ours.text, text.as_bytes(), "{line}"),
            (Ok(ours), None, Some(digits), None) => {
                let ours: String = ours.text.iter().map(|byte| format!("{byte:02x}")).collect();
                assert_eq!(ours, digits, "{line}");
            }
            (Err(fault), None, None, Some(words)) => assert_eq!(fault.to_string(), words, "{line}"),
            (ours, None, None, None) => {
                // The sum of two numbers overflows in the original.
                let told = case.panic.unwrap();
                assert!(told.contains("slice bounds out of range") && ours.is_ok(), "{line}");
            }
            (ours, ..) => panic!("{line}: ours is {ours:?}"),
        }
        count += 1;
    }
    assert!(count >= 1_000, "{count} cases");
}

#[test]
fn pieces_say_which_bytes_of_what_a_text_is_made_of() {
    let variables = variables(&[("a", "abc"), ("img", "ghcr.io/org/app:v1")]);
    let shown = |text: &str| {
        let substituted = of(text, &variables, Strictness::Lenient).unwrap();
        let shown = substituted.pieces.iter().map(|piece| match &piece.source {
            PieceSource::Input(range) => format!("'{}'", &text[range.clone()]),
            PieceSource::Value { name, range, .. } => format!("{}{range:?}", substituted.names[*name].name),
            PieceSource::Computed { name, .. } => format!("{}!", substituted.names[*name].name),
        });
        shown.collect::<Vec<_>>().join(" ")
    };
    for (text, expected) in [
        ("x ${a} y", "'x ' a0..3 ' y'"),
        ("${img##*:}", "img16..18"),
        ("${img%:*}@${img#*/}", "img0..15 '@' img8..18"),
        ("${a:1:1}${missing:-d${a}e}", "a1..2 'd' a0..3 'e'"),
        ("${a/b/${img:0:1}}", "a0..1 img0..1 a2..3"),
        ("${a^}${a^^}${a,,}${#a}", "a! a! a0..3 a!"),
        ("$${a}$$", "'${a}' '$'"),
        ("$$${a}", "'$' a0..3"),
    ] {
        assert_eq!(shown(text), expected, "{text}");
    }
}

#[test]
fn a_text_that_stays_is_the_one_that_was_given() {
    let variables = variables(&[("a", "${a}")]);
    for text in ["", "no variable", "$HOME and $(x) and a$", "${a}"] {
        let substituted = of(text, &variables, Strictness::Strict).unwrap();
        assert!(!substituted.is_changed() && substituted.pieces.is_empty(), "{text}");
        assert_eq!(substituted.text, text.as_bytes());
    }
}

#[test]
fn names_are_told_in_their_order_with_the_worst_that_came_of_each() {
    let variables = variables(&[("set", ""), ("other", "x")]);
    let text = "${b:-${a}} ${b} ${set:=d} ${c=1} ${other#${a:-y}}";
    let substituted = of(text, &variables, Strictness::Lenient).unwrap();
    let names: Vec<_> = substituted.names.iter().map(|name| (name.name, name.answer)).collect();
    let (found, defaulted, missing) = (Answer::Found, Answer::Defaulted, Answer::Missing);
    assert_eq!(names, [("a", missing), ("b", missing), ("set", found), ("c", defaulted), ("other", found)]);
}

#[test]
fn a_fault_says_where_it_is() {
    for (text, place) in [("ab ${é}${x", 11), ("a ${x!}", 5), ("a ${ x}", 4), ("a ${x:-b", 8), ("a: ${b}", 3)]
    {
        let fault = of(text, &BTreeMap::new(), Strictness::Strict).unwrap_err();
        assert_eq!(fault.place, place, "{text}: {fault}");
        assert!(!fault.kind.hint().is_empty());
    }
}

#[test]
fn hostile_texts_end_at_a_limit() {
    let large = "a".repeat(1 << 20);
    let variables = variables(&[("v", &large), ("u", &"é".repeat(1 << 16))]);
    let kind =
        |text: String| of(&text, &variables, Strictness::Lenient).map(drop).map_err(|fault| fault.kind);
    let nested = |depth: usize| format!("{}x{}", "${a:-".repeat(depth), "}".repeat(depth));
    assert_eq!(kind(nested(EXPRESSION_DEPTH_MAX)), Ok(()));
    assert_eq!(kind(nested(EXPRESSION_DEPTH_MAX + 1)), Err(FaultKind::NestTooDeep));
    assert_eq!(kind("${a:-".repeat(1 << 20)), Err(FaultKind::NestTooDeep));
    assert_eq!(kind("${v}".repeat(OUTPUT_BYTES_MAX / large.len() + 1)), Err(FaultKind::GrowTooLarge));
    assert_eq!(kind("${v//a/${v}}".to_owned()), Err(FaultKind::GrowTooLarge));
    assert_eq!(kind("${v//a}".to_owned()), Err(FaultKind::FormExpression));
    assert_eq!(kind("${v##*b}".repeat(1 << 12)), Err(FaultKind::WorkTooLong));
    assert_eq!(kind("${u##*?b*c}".to_owned()), Err(FaultKind::WorkTooLong));
    assert_eq!(kind("${v##*b}".repeat(8)), Ok(()));
    assert_eq!(kind("$$".repeat(1 << 20)), Ok(()));
}
