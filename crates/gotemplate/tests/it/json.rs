//! Whose the bytes of JSON are, and where reading and writing it ends.

use gotemplate::sprig::FAMILIES;
use gotemplate::{FunctionTable, Ledger, MissingKey, Rendered};
use text::Origins;

use crate::language::execute_with;
use crate::origins::{places, values};

fn run(template: &str) -> Result<(Rendered, Origins), String> {
    let ledger = Ledger::on();
    let asked = (MissingKey::Invalid, &ledger);
    let rendered = execute_with(FunctionTable::new(FAMILIES), template, &values(), asked)?;
    Ok((rendered, ledger.into_origins()))
}

/// For each byte of the output the text and offset where it stands; none where it was made.
fn places_of(template: &str) -> (String, Vec<Option<(u32, u32)>>) {
    let (rendered, origins) = run(template).unwrap();
    (String::from_utf8(rendered.bytes.clone()).unwrap(), places(&rendered, &origins))
}

#[test]
fn what_is_written_as_it_is_keeps_its_place() {
    let (text, places) = places_of("{{toJson (list .a .b \"a\\\"b\")}}");
    assert_eq!(text, r#"["alpha","beta","a\"b"]"#);
    assert_eq!(places[2..7], (10..15).map(|at| Some((5, at))).collect::<Vec<_>>());
    assert_eq!(places[10..14], (20..24).map(|at| Some((5, at))).collect::<Vec<_>>());
    for made in [0, 1, 7, 8, 9, 14, 17, 18, 19, 22] {
        assert_eq!(places[made], None, "{made}");
    }
}

#[test]
fn what_is_read_stands_in_the_text_it_is_read_from() {
    let template =
        r#"{{$x := fromJson `{"k":["ab",12,"c\n"],"é":"z"}`}}{{index $x.k 0}}{{index $x.k 1}}{{$x.é}}"#;
    let (text, places) = places_of(template);
    assert_eq!(text, "ab12z");
    let at = |word: &str| u32::try_from(template.find(word).unwrap()).unwrap();
    let (ab, twelve, z) = (at("ab\","), at("12,"), at("z\""));
    assert_eq!(
        places,
        [Some((0, ab)), Some((0, ab + 1)), Some((0, twelve)), Some((0, twelve + 1)), Some((0, z))]
    );
}

#[test]
fn what_was_written_and_read_again_is_still_the_values_own() {
    let (text, places) = places_of("{{(dict \"x\" .a \"y\" (list .b) | toPrettyJson | fromJson).y | first}}");
    assert_eq!(text, "beta");
    assert_eq!(places, (20..24).map(|at| Some((5, at))).collect::<Vec<_>>());
}

#[test]
fn json_that_nests_deeper_than_a_named_limit_is_refused_even_where_errors_are_not() {
    let nested = |depth| format!("{{{{fromJson \"{}{}\" | toJson}}}}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(run(&nested(1_000)).unwrap().0.bytes.len(), 2_000);
    let told = run(&nested(1_001)).unwrap_err();
    assert!(told.contains("JSON nests deeper than 1000"), "{told}");
    let grown = "{{$x := list}}{{range until 1000}}{{$x = list $x}}{{end}}{{toJson $x}}";
    let told = run(grown).unwrap_err();
    assert!(told.contains("what toJson writes nests deeper than 1000"), "{told}");
}

#[test]
fn a_text_of_many_values_is_read_and_written_in_time_that_grows_with_it() {
    // Quadratic work over 200,000 scalars would take minutes.
    let template = "{{$x := until 200000 | toJson}}{{$y := fromJson $x}}{{toJson $y | fromJson | len}}";
    assert_eq!(run(template).unwrap().0.bytes, b"200000");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, cases: 2_000, ..Default::default() })]

    #[test]
    fn any_text_is_read_or_refused_and_what_was_written_is_read_as_it_was(
        pieces in proptest::collection::vec(
            proptest::sample::select(vec![
                "{", "}", "[", "]", ",", ":", "\\\"", "a", "\\\\", "u", "00e9", "d83d", "1", "-", ".5", "e9", "true", "null",
                " ", "\\n", "\\xff", "é", "\\u2028", "<",
            ]),
            0..16,
        )
    ) {
        let text = pieces.concat();
        let once = run(&format!("{{{{fromJson \"{text}\" | toJson}}}}")).unwrap().0.bytes;
        let twice = run(&format!("{{{{fromJson \"{text}\" | toJson | fromJson | toJson}}}}")).unwrap().0.bytes;
        proptest::prop_assert_eq!(once, twice);
    }
}
