//! What is given on the command line, beside what Helm makes of it.

use gotemplate::{Data, Ledger, Map, MapType, Value};
use helm::HelmVersion;
use helm::values::{Given, SetKind, set};
use text::{Origin, TextId};

fn json(value: &Value) -> String {
    match &value.data {
        Data::Nil => "null".to_owned(),
        Data::Bool(value) => value.to_string(),
        Data::Int(value, _) => value.to_string(),
        Data::String(text) => format!("{:?}", text.as_text()),
        Data::List(list) => format!("[{}]", list.items.iter().map(json).collect::<Vec<_>>().join(",")),
        Data::Map(map) => json_of_map(map),
        other => panic!("nothing that a text gives: {other:?}"),
    }
}

fn json_of_map(map: &Map) -> String {
    let entries = map.entries();
    let entries = entries.iter().map(|(key, entry)| format!("{:?}:{}", key.as_text(), json(&entry.value)));
    format!("{{{}}}", entries.collect::<Vec<_>>().join(","))
}

fn replay(rows: &str, version: HelmVersion) -> usize {
    let mut count = 0;
    for row in rows.lines().filter(|row| !row.starts_with('#')) {
        let [kind, text, expected] = row.split('\t').collect::<Vec<_>>().try_into().unwrap();
        let kind = match kind {
            "set" => SetKind::Typed,
            "string" => SetKind::String,
            "literal" => SetKind::Literal,
            other => panic!("unknown kind {other}"),
        };
        let map = Map::new(MapType::Interface);
        let given = Given { text, id: TextId(0), kind, version };
        let found = match set(given, &map, &Ledger::on()) {
            Ok(()) => json_of_map(&map),
            Err(error) => format!("error: {error}"),
        };
        assert_eq!(found, expected, "{kind:?} {text}");
        count += 1;
    }
    count
}

#[test]
fn texts_give_what_helm_makes_of_them() {
    assert_eq!(replay(include_str!("../data/strvals-3.tsv"), HelmVersion::V3), 159);
    assert_eq!(replay(include_str!("../data/strvals-4.tsv"), HelmVersion::V4), 159);
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
