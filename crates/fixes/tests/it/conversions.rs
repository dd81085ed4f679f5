//! Every case below `tests/data`: what comes out, what is asked, what is refused, and that it is the same in other clothes.

use std::path::Path;

use fixes::{Declared, DeclaredDocument, Refusal, Source, convert, verify};
use manifest::value::Value;
use text::TextId;

use crate::case::{self, Directives};

/// What converting a case gives beside bytes.
#[derive(Default)]
struct Seen {
    declared: Declared,
    notes: Vec<String>,
    asked: Vec<String>,
    refused: Option<Refusal>,
}

fn see(bytes: &[u8], directives: &Directives) -> Seen {
    let answers = directives.answers();
    let mut seen = Seen::default();
    for (index, document) in case::parsed(bytes).iter().enumerate() {
        let mut changes = Vec::new();
        for object in manifest::objects(document) {
            match convert(document, object, directives.target(object.gvk.kind), &answers) {
                Ok(conversion) => {
                    seen.notes.extend(conversion.notes.into_iter().map(|note| note.text));
                    seen.asked
                        .extend(conversion.questions.into_iter().map(|question| question.id.to_owned()));
                    changes.extend(
                        conversion
                            .changes
                            .into_iter()
                            .filter(|change| !changes.contains(change))
                            .collect::<Vec<_>>(),
                    );
                }
                Err(refusal) => seen.refused = Some(refusal),
            }
        }
        if !changes.is_empty() {
            seen.declared.documents.push(DeclaredDocument { index, changes });
        }
    }
    seen
}

fn check(input: &Path) {
    let bytes = case::read(input);
    let directives = Directives::of(std::str::from_utf8(&bytes).unwrap());
    let name = input.display();
    let seen = see(&bytes, &directives);
    match (&seen.refused, &directives.refuses) {
        (Some(refusal), Some(expected)) => {
            assert!(refusal.to_string().contains(expected), "{name}: {refusal}");
            return;
        }
        (Some(refusal), None) => panic!("{name}: {refusal}"),
        (None, Some(_)) => panic!("{name}: nothing was refused"),
        (None, None) => {}
    }
    for expected in &directives.notes {
        assert!(
            seen.notes.iter().any(|note| note.contains(expected)),
            "{name}: no note says '{expected}': {:?}",
            seen.notes
        );
    }
    assert_eq!(seen.asked, directives.asks, "{name}: what is asked");
    if seen.asked.is_empty() {
        let expected = case::read(&case::output_of(input));
        let found = case::converted(&bytes, &directives).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(String::from_utf8_lossy(&found), String::from_utf8_lossy(&expected), "{name}");
        let outcome =
            verify(Source::plain(TextId(0), &bytes), Source::plain(TextId(1), &found), &seen.declared);
        assert_eq!(outcome, Ok(()), "{name}");
    }
}

fn outputs() -> Vec<(std::path::PathBuf, Vec<u8>, Directives)> {
    let inputs = case::inputs().into_iter().map(|input| {
        let bytes = case::read(&input);
        let directives = Directives::of(std::str::from_utf8(&bytes).unwrap());
        (input, bytes, directives)
    });
    inputs.filter(|(_, _, directives)| directives.refuses.is_none() && directives.asks.is_empty()).collect()
}

#[test]
fn every_case_comes_out_as_written_beside_it() {
    let inputs = case::inputs();
    assert!(inputs.len() >= 90, "only {} cases were found", inputs.len());
    inputs.iter().for_each(|input| check(input));
}

#[test]
fn no_output_stands_without_its_input() {
    for family in std::fs::read_dir(case::data()).unwrap() {
        for file in std::fs::read_dir(family.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            if name.ends_with(".out.yaml") {
                let input = path.with_file_name(name.replace(".out.", ".in."));
                assert!(input.exists(), "{} has no input", path.display());
            }
        }
    }
}

#[test]
fn line_ends_of_another_kind_stay() {
    for (input, bytes, directives) in outputs() {
        // A patch that becomes a text of several lines has line feeds in it, whatever the file's line ends.
        let windows = String::from_utf8(bytes).unwrap().replace('\n', "\r\n");
        let found = case::converted(windows.as_bytes(), &directives)
            .unwrap_or_else(|error| panic!("{}: {error}", input.display()));
        let expected = String::from_utf8(case::read(&case::output_of(&input))).unwrap().replace('\n', "\r\n");
        assert_eq!(String::from_utf8_lossy(&found), expected, "{}", input.display());
    }
}

#[test]
fn an_item_of_a_list_becomes_what_it_becomes_alone() {
    for (input, bytes, directives) in outputs() {
        let indented = |text: &str| text.lines().map(|line| format!("  {line}\n")).collect::<String>();
        let wrap = |bytes: &[u8]| {
            let text = String::from_utf8(bytes.to_vec()).unwrap();
            let body: String =
                text.lines().filter(|line| !line.starts_with('#')).map(|line| format!("{line}\n")).collect();
            format!("apiVersion: v1\nkind: List\nitems:\n-\n{}", indented(&body))
        };
        let expected = wrap(&case::read(&case::output_of(&input)));
        let found = case::converted(wrap(&bytes).as_bytes(), &directives)
            .unwrap_or_else(|error| panic!("{}: {error}", input.display()));
        assert_eq!(value(&found), value(expected.as_bytes()), "{}", input.display());
    }
}

#[test]
fn json_becomes_what_yaml_becomes() {
    for (input, bytes, directives) in outputs() {
        let documents = case::parsed(&bytes);
        if documents.len() != 1 || bytes.contains(&b'|') || documents[0].has_anchors() {
            // Texts in a patch are spelled by their source.
            continue;
        }
        if input.to_str().unwrap().contains("/flux/kustomization")
            || input.to_str().unwrap().contains("/flux/helm_release.")
        {
            continue;
        }
        let json = json(&value(&bytes));
        let found = case::converted(json.as_bytes(), &directives)
            .unwrap_or_else(|error| panic!("{}: {error}", input.display()));
        serde_json::from_slice::<serde_json::Value>(&found)
            .unwrap_or_else(|error| panic!("{}: {error}", input.display()));
        assert_eq!(value(&found), value(&case::read(&case::output_of(&input))), "{}", input.display());
    }
}

#[test]
fn what_was_converted_has_nothing_left_to_convert() {
    for (input, _, directives) in outputs() {
        let after = case::read(&case::output_of(&input));
        for document in &case::parsed(&after) {
            for object in manifest::objects(document) {
                let again = convert(document, object, object.gvk, &directives.answers());
                if let Ok(again) = again {
                    assert_eq!(again.changes, [], "{}", input.display());
                }
            }
        }
    }
}

fn value(bytes: &[u8]) -> Value {
    Value::from_document(&case::parsed(bytes)[0], manifest::resolve::Dialect::GoYaml2).unwrap()
}

fn json(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Unsigned(value) => value.to_string(),
        Value::Float(value) => value.to_string(),
        Value::String(text) => serde_json::to_string(text).unwrap(),
        Value::Sequence(items) => format!("[{}]", items.iter().map(json).collect::<Vec<_>>().join(", ")),
        Value::Mapping(entries) => {
            let entries: Vec<String> =
                entries.iter().map(|(key, value)| format!("{}: {}", json(key), json(value))).collect();
            format!("{{{}}}", entries.join(", "))
        }
    }
}
