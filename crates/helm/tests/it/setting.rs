//! What is given on the command line, beside what Helm makes of it.

use gotemplate::{Data, Ledger, Map, MapType, Value};
use helm::HelmVersion;
use helm::limits::SET_ITEMS_MAX;
use helm::values::{FileContent, Given, ParseSet, SetKind, set, set_with_files};
use sha2::{Digest as _, Sha256};
use text::{Origin, TextId};

/// What is in the map before a whole object is merged over it.
const BEFORE_OBJECT: &str = r#"keep={"x":1},list=[3]"#;

fn json(value: &Value) -> String {
    match &value.data {
        Data::Nil => "null".to_owned(),
        Data::Bool(value) => value.to_string(),
        Data::Int(value, _) => value.to_string(),
        Data::Float(..) => {
            let shown = String::from_utf8(gotemplate::format::text_of(value)).unwrap();
            format!("float64({shown})")
        }
        Data::String(text) => serde_json::to_string(&text.as_text()).unwrap(),
        Data::List(list) => format!("[{}]", list.items.iter().map(json).collect::<Vec<_>>().join(",")),
        Data::Map(map) => json_of_map(map),
        other => panic!("nothing that a text gives: {other:?}"),
    }
}

fn json_of_map(map: &Map) -> String {
    let entries = map.entries();
    let entries = entries.iter().map(|(key, entry)| {
        format!("{}:{}", serde_json::to_string(&key.as_text()).unwrap(), json(&entry.value))
    });
    format!("{{{}}}", entries.collect::<Vec<_>>().join(","))
}

/// A file as the oracle has it: none if its path says that it is missing.
fn content_of(path: &str) -> Result<FileContent, String> {
    let content = FileContent { text: TextId(1), bytes: format!("content of {path}").into() };
    if path.contains("missing") { Err("no content".to_owned()) } else { Ok(content) }
}

/// The outcome as the oracle prints it. The words for faults of JSON are ours, because Helm shows none of its own.
fn outcome(map: &Map, kind: &str, result: Result<(), ParseSet>) -> String {
    match result {
        Ok(()) => json_of_map(map),
        Err(ParseSet::Json(_) | ParseSet::NumberOutOfRange) => "error: JSON".to_owned(),
        Err(_) if kind == "object" => "error: JSON".to_owned(),
        Err(error) => format!("error: {error}"),
    }
}

fn expected_of(expected: &str) -> &str {
    const OF_JSON: [&str; 4] =
        ["unexpected EOF", "invalid character", "json: cannot", "failed parsing --set-json data"];
    let is_of_json = |error: &str| OF_JSON.iter().any(|start| error.starts_with(start));
    match expected.strip_prefix("error: ") {
        Some(error) if is_of_json(error) => "error: JSON",
        _ => expected,
    }
}

fn replay(table: &str, version: HelmVersion) -> usize {
    let (head, rows) = table.split_once('\n').unwrap();
    let digest = Sha256::digest(rows).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    assert!(head.ends_with(&format!(" sha256 of the rows below: {digest}")), "{digest}");
    let mut count = 0;
    for row in rows.lines() {
        let [kind, text, expected] = row.split('\t').collect::<Vec<_>>().try_into().unwrap();
        let text = text.replace("<tab>", "\t");
        let map = Map::new(MapType::Interface);
        let set_kind = match kind {
            "set" => SetKind::Typed,
            "string" => SetKind::String,
            "literal" => SetKind::Literal,
            "json" | "object" => SetKind::Json,
            "file" => SetKind::File,
            other => panic!("unknown kind {other}"),
        };
        let given = Given { text: &text, id: TextId(0), kind: set_kind, version };
        if kind == "object" {
            set(Given { text: BEFORE_OBJECT, ..given }, &map, &Ledger::on()).unwrap();
        }
        let result = set_with_files(given, &map, &Ledger::on(), &mut content_of);
        assert_eq!(outcome(&map, kind, result), expected_of(expected), "{kind} {text}");
        count += 1;
    }
    count
}

#[test]
fn texts_give_what_helm_makes_of_them() {
    assert_eq!(replay(include_str!("../data/strvals-3.tsv"), HelmVersion::V3), 261);
    assert_eq!(replay(include_str!("../data/strvals-4.tsv"), HelmVersion::V4), 261);
}

#[test]
fn values_know_their_place_in_the_text() {
    let text = "image.tag=v1,list[0]=x";
    let map = Map::new(MapType::Interface);
    let given = Given { text, id: TextId(3), kind: SetKind::Typed, version: HelmVersion::V4 };
    set(given, &map, &Ledger::on()).unwrap();
    let image = map.get(b"image").unwrap();
    let Origin::Written(span) = image.as_map().unwrap().get(b"tag").unwrap().origin else {
        panic!("written")
    };
    assert_eq!((span.text, &text[span.range()]), (TextId(3), "v1"));
    let list = map.get(b"list").unwrap();
    let Origin::Written(span) = list.as_list().unwrap().items[0].origin else { panic!("written") };
    assert_eq!(&text[span.range()], "x");
}

fn written(value: &Value) -> (TextId, std::ops::Range<usize>) {
    let Origin::Written(span) = value.origin else { panic!("written") };
    (span.text, span.range())
}

#[test]
fn values_of_json_know_their_place_in_the_text() {
    for (text, version) in
        [(r#"a={"b":[1,"x"]}"#, HelmVersion::V3), (r#"  {"a":{"b":[1,"x"]}}"#, HelmVersion::V4)]
    {
        let map = Map::new(MapType::Interface);
        set(Given { text, id: TextId(3), kind: SetKind::Json, version }, &map, &Ledger::on()).unwrap();
        let list = map.get(b"a").unwrap().as_map().unwrap().get(b"b").unwrap();
        let (id, range) = written(&list.as_list().unwrap().items[1]);
        assert_eq!((id, &text[range]), (TextId(3), "\"x\""));
    }
}

#[test]
fn the_content_of_a_file_is_its_own_text() {
    let map = Map::new(MapType::Interface);
    let given = Given { text: "a=one", id: TextId(0), kind: SetKind::File, version: HelmVersion::V4 };
    set_with_files(given, &map, &Ledger::on(), &mut content_of).unwrap();
    assert_eq!(written(&map.get(b"a").unwrap()), (TextId(1), 0..14));
    assert!(set(given, &map, &Ledger::on()).is_err());
}

#[test]
fn an_item_is_put_into_a_long_list_without_copying_it() {
    // A copy for each of these would be 13 billion items.
    let text = "a[65536]=x,".repeat(200_000);
    let map = Map::new(MapType::Interface);
    let given = Given { text: &text, id: TextId(0), kind: SetKind::String, version: HelmVersion::V4 };
    set(given, &map, &Ledger::off()).unwrap();
    assert_eq!(map.get(b"a").unwrap().as_list().unwrap().items.len(), 65_537);
}

#[test]
fn the_items_of_one_text_are_bounded() {
    let lists = |count: usize| (0..count).map(|list| format!("l{list}[65536]=x,")).collect::<String>();
    let result = |text: &str| {
        let given = Given { text, id: TextId(0), kind: SetKind::String, version: HelmVersion::V4 };
        set(given, &Map::new(MapType::Interface), &Ledger::off())
    };
    let fitting = SET_ITEMS_MAX / 65_537;
    assert_eq!(result(&lists(fitting)), Ok(()));
    assert_eq!(result(&lists(fitting + 1)), Err(ParseSet::TooManyItems));
}
