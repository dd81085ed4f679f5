//! Whose the bytes of a render are, and under which decisions they stand.

use gotemplate::{Bytes, Data, Ledger, Map, MapType, MissingKey, Rendered, Value};
use text::{Origin, Origins, Span, TextId};

use crate::language::execute;

const VALUES: TextId = TextId(5);

fn written(start: u32, text: &str) -> Value {
    let end = start + u32::try_from(text.len()).unwrap();
    Value::string(text, Origin::Written(Span::new(VALUES, start..end)))
}

/// Values whose strings stand at 10 and 20 of a text.
pub(crate) fn values() -> Value {
    let map = Map::new(MapType::Interface);
    let key = Origin::Written(Span::new(VALUES, 0..1));
    map.insert(Bytes::from("a"), key, written(10, "alpha"));
    map.insert(Bytes::from("b"), key, written(20, "beta"));
    Value::new(Data::Map(map), key)
}

fn rendered(template: &str) -> (Rendered, Origins) {
    let ledger = Ledger::on();
    let rendered = execute(template, &values(), MissingKey::Invalid, &ledger).unwrap();
    (rendered, ledger.into_origins())
}

/// For each byte of the output the byte that it is, by text and offset; none where it was made.
pub(crate) fn places(rendered: &Rendered, origins: &Origins) -> Vec<Option<(u32, u32)>> {
    let mut places = Vec::new();
    for (length, origin, _) in &rendered.pieces {
        flatten(*origin, *length, origins, &mut places);
    }
    assert_eq!(places.len(), rendered.bytes.len());
    places
}

fn flatten(origin: Origin, length: usize, origins: &Origins, places: &mut Vec<Option<(u32, u32)>>) {
    match origin {
        Origin::Written(span) if span.len() as usize == length => {
            places.extend((span.start..span.end).map(|at| Some((span.text.0, at))));
        }
        Origin::Recorded(id) => match origins.record(id) {
            Some(text::Record::Composed { parts }) => {
                for part in origins.parts(*parts) {
                    flatten(part.origin, part.length as usize, origins, places);
                }
            }
            Some(text::Record::Decided { what, .. }) => flatten(*what, length, origins, places),
            _ => places.extend(std::iter::repeat_n(None, length)),
        },
        _ => places.extend(std::iter::repeat_n(None, length)),
    }
}

#[test]
fn text_is_the_templates_and_values_are_the_values_files() {
    let (rendered, origins) = rendered("x{{.a}}y");
    assert_eq!(rendered.bytes, b"xalphay");
    let places = places(&rendered, &origins);
    assert_eq!(places[0], Some((0, 0)));
    assert_eq!(places[1..6], (10..15).map(|at| Some((5, at))).collect::<Vec<_>>());
    assert_eq!(places[6], Some((0, 7)));
}

#[test]
fn formatting_and_slicing_keep_the_pieces() {
    let (rendered, origins) = rendered("{{printf \"%s-%s\" .a (slice .b 1 3)}}");
    assert_eq!(rendered.bytes, b"alpha-et");
    let places = places(&rendered, &origins);
    assert_eq!(places[0], Some((5, 10)));
    // The hyphen stands in the format.
    assert_eq!(places[5], Some((0, 12)));
    assert_eq!(places[6..], [Some((5, 21)), Some((5, 22))]);
}

#[test]
fn what_a_branch_prints_stands_under_its_decision() {
    let (rendered, origins) = rendered("1{{if .a}}2{{range $k, $v := .}}{{$v}}{{end}}{{else}}3{{end}}4");
    let chain = |position: usize| {
        let mut rules = Vec::new();
        let mut next = rendered.pieces[position].2;
        while let Some(decision) = next.and_then(|id| origins.decision(id)) {
            rules.push((decision.rule, decision.place.range()));
            next = decision.parent;
        }
        rules
    };
    assert_eq!(chain(0), []);
    assert_eq!(chain(1), [("if", 6..8)]);
    assert_eq!(chain(2), [("range", 19..30), ("if", 6..8)]);
    assert_eq!(chain(4), []);
}

#[test]
fn or_gives_the_chosen_value_and_what_it_was_chosen_from() {
    let (rendered, origins) = rendered("{{or .zz .b}}");
    let places = places(&rendered, &origins);
    assert_eq!(places[0], Some((5, 20)));
    let Origin::Recorded(id) = rendered.pieces[0].1 else { panic!("{:?}", rendered.pieces) };
    let Some(text::Record::Decided { by, .. }) = origins.record(id) else { panic!() };
    assert_eq!(origins.decision(*by).unwrap().rule, "or");
}

#[test]
fn templates_within_keep_what_is_whose() {
    let (rendered, origins) = rendered("{{define \"x\"}}<{{.}}>{{end}}{{template \"x\" .a}}");
    let places = places(&rendered, &origins);
    assert_eq!((places[0], places[1]), (Some((0, 14)), Some((5, 10))));
}

#[test]
fn what_a_verb_makes_of_a_string_is_not_the_strings_own() {
    for template in ["{{printf \"%T\" \"string\"}}", "{{printf \"%x\" \"3\"}}"] {
        let (rendered, origins) = rendered(template);
        assert!(places(&rendered, &origins).iter().all(Option::is_none), "{template}");
    }
}

#[test]
fn a_padded_string_stands_behind_what_pads_it_even_if_both_look_alike() {
    let (rendered, origins) = rendered("{{printf \"%05s|%-3q\" \"00\" `\"`}}");
    assert_eq!(rendered.bytes, b"00000|\"\\\"\"");
    let places = places(&rendered, &origins);
    assert_eq!(places[3..5], [Some((0, 22)), Some((0, 23))]);
    assert!(places[..3].iter().chain(&places[6..]).all(Option::is_none), "{places:?}");
}
