//! Whose the parts of URLs are, and that hosts are asked for through the world only.

use gotemplate::sprig::FAMILIES;
use gotemplate::{FunctionTable, Ledger, MissingKey, Ports, ReadPort, Rendered};
use text::Origins;

use crate::language::{execute_with, execute_within};
use crate::origins::{places, values};

fn run(template: &str) -> Result<(Rendered, Origins), String> {
    let ledger = Ledger::on();
    let asked = (MissingKey::Invalid, &ledger);
    let rendered = execute_with(FunctionTable::new(FAMILIES), template, &values(), asked)?;
    Ok((rendered, ledger.into_origins()))
}

#[test]
fn parts_of_a_url_stand_in_its_text() {
    let template =
        r#"{{$u := urlParse "http://a%20b.example/p%20q?x=1"}}{{$u.scheme}}{{$u.query}}{{$u.path}}"#;
    let broken = run(template).unwrap_err();
    assert!(broken.contains("invalid URL escape"), "{broken}");
    let template = r#"{{$u := urlParse "http://h.example/p%20q?x=1"}}{{$u.scheme}}{{$u.query}}{{$u.path}}"#;
    let (rendered, origins) = run(template).unwrap();
    assert_eq!(rendered.bytes, b"httpx=1/p q");
    let found = places(&rendered, &origins);
    let at = |word: &str| u32::try_from(template.find(word).unwrap()).unwrap();
    assert_eq!((found[0], found[3]), (Some((0, at("http"))), Some((0, at("http") + 3))));
    assert_eq!(found[4], Some((0, at("x=1"))));
    assert_eq!(found[7..], [None; 4]);
}

#[test]
fn a_joined_url_is_of_its_parts() {
    let (rendered, origins) = run(r#"{{urlJoin (dict "scheme" "s" "host" .a "path" .b)}}"#).unwrap();
    assert_eq!(rendered.bytes, b"s://alpha/beta");
    let found = places(&rendered, &origins);
    assert_eq!(found[4..9], (10..15).map(|at| Some((5, at))).collect::<Vec<_>>());
    assert_eq!(found[10..], (20..24).map(|at| Some((5, at))).collect::<Vec<_>>());
    assert_eq!(found[1..4], [None; 3]);
}

struct Names;

impl Ports for Names {
    fn now_nanoseconds(&self) -> i128 {
        0
    }

    fn local_zone(&self) -> Option<String> {
        None
    }

    fn random(&self, _: &mut [u8]) -> Result<(), ReadPort> {
        Err(ReadPort::NoRandomness)
    }

    fn host_address(&self, host: &str) -> String {
        format!("address of {host}")
    }
}

#[test]
fn hosts_and_random_numbers_are_asked_of_the_world() {
    let run = |template: &str| {
        let asked = (MissingKey::Invalid, &Ledger::on());
        execute_within(&Names, FunctionTable::new(FAMILIES), (template, &values()), asked)
            .map(|rendered| rendered.bytes)
    };
    assert_eq!(run("{{getHostByName \"h\"}}"), Ok(b"address of h".to_vec()));
    let told = run("{{randInt 0 2}}").unwrap_err();
    assert!(told.contains("error calling randInt: no randomness is to be had"), "{told}");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, cases: 3_000, ..Default::default() })]

    #[test]
    fn any_text_is_taken_apart_or_refused_and_what_was_put_together_stays_as_it_is(
        pieces in proptest::collection::vec(
            proptest::sample::select(vec![
                "http", "x", ":", "/", "//", "@", "[", "]", "::", "1", ".", "%", "25", "%20", "?", "#", "é", " ", "*", "a:b", "+",
                "\\xff",
            ]),
            0..12,
        )
    ) {
        let url = pieces.concat();
        let once = run(&format!("{{{{urlJoin (urlParse \"{url}\")}}}}")).map(|(rendered, _)| rendered.bytes);
        let again = "{{urlJoin (urlParse (urlJoin (urlParse \"URL\")))}}".replace("URL", &url);
        let again = run(&again).map(|(rendered, _)| rendered.bytes);
        if let (Ok(once), Ok(again)) = (once, again) {
            proptest::prop_assert_eq!(String::from_utf8_lossy(&once), String::from_utf8_lossy(&again));
        }
    }
}
