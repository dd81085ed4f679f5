//! What SOPS itself encrypted, decrypted here: the same bytes, or a refusal of the same class.
//!
//! `tools/oracle/sops` makes the cases; the keys in them exist for these tests alone.

use std::collections::BTreeMap;

use serde::Deserialize;
use sops::{AgeKeys, Fault, Format, MacCheck, NoKeys, decrypt};
use text::{Origins, TextId, Track as _};

#[derive(Deserialize)]
struct Head {
    made_by: String,
    keys: BTreeMap<String, String>,
}

#[derive(Deserialize)]
pub(crate) struct Case {
    pub(crate) name: String,
    format: String,
    with: Vec<String>,
    pub(crate) encrypted: String,
    decrypted: Option<String>,
    base64: Option<String>,
    failed: Option<String>,
    unchecked: Option<String>,
}

impl Case {
    pub(crate) fn format(&self) -> Format {
        match self.format.as_str() {
            "yaml" => Format::Yaml,
            "json" => Format::Json,
            "dotenv" => Format::Dotenv,
            "ini" => Format::Ini,
            "binary" => Format::Binary,
            other => panic!("{other}"),
        }
    }

    fn decrypted(&self) -> Option<Vec<u8>> {
        let bytes = self.base64.as_deref().and_then(manifest::resolve::base64::decode);
        bytes.or(self.decrypted.clone().map(String::into_bytes))
    }
}

pub(crate) struct Goldens {
    made_by: String,
    keys: BTreeMap<String, String>,
    pub(crate) cases: Vec<Case>,
}

impl Goldens {
    pub(crate) fn read() -> Self {
        let lines = include_str!("../data/goldens.jsonl");
        let (head, cases) = lines.split_once('\n').unwrap();
        let Head { made_by, keys } = serde_json::from_str(head).unwrap();
        let cases = cases.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        Self { made_by, keys, cases }
    }

    pub(crate) fn keys(&self, case: &Case) -> AgeKeys {
        let text: Vec<&str> = case.with.iter().map(|name| self.keys[name].as_str()).collect();
        AgeKeys::from_text(&text.join("\n")).unwrap()
    }

    pub(crate) fn case(&self, name: &str) -> &Case {
        self.cases.iter().find(|case| case.name == name).unwrap()
    }
}

fn decrypted(case: &Case, keys: &AgeKeys, check: MacCheck) -> Result<Vec<u8>, Fault> {
    let input = (TextId(0), case.encrypted.as_bytes());
    Ok(decrypt(input, case.format(), keys, check)?.print()?.expose().to_vec())
}

#[test]
fn what_sops_decrypts_is_decrypted_to_the_same_bytes() {
    let goldens = Goldens::read();
    assert_eq!(goldens.made_by, "sops 3.13.3");
    let mut faults = Vec::new();
    let mut count = 0;
    for case in &goldens.cases {
        let Some(expected) = case.decrypted() else { continue };
        count += 1;
        match decrypted(case, &goldens.keys(case), MacCheck::Required) {
            Ok(got) if got == expected => {}
            Ok(got) => faults.push(format!(
                "{}:\n{}\n--- instead of ---\n{}",
                case.name,
                String::from_utf8_lossy(&got),
                String::from_utf8_lossy(&expected)
            )),
            Err(fault) => faults.push(format!("{}: {fault}\n{}", case.name, case.encrypted)),
        }
    }
    assert!(count > 200, "{count}");
    assert!(faults.is_empty(), "{} of {count}\n{}", faults.len(), faults.join("\n"));
}

/// The class of a refusal, by SOPS' words.
fn class_of_words(words: &str) -> &'static str {
    const CLASSES: [(&str, &str); 6] = [
        ("Failed to verify data integrity", "mac"),
        ("Failed to decrypt original mac", "mac"),
        ("Error getting data key", "key"),
        ("could not get data key from shamir parts", "key"),
        ("Error walking tree", "value"),
        ("panic: runtime error: hash of unhashable type", "value"),
    ];
    CLASSES.iter().find(|(start, _)| words.starts_with(start)).map_or("reading", |(_, class)| class)
}

fn class_of_fault(fault: &Fault) -> &'static str {
    match fault {
        Fault::OpenMac { .. } | Fault::CompareMac => "mac",
        Fault::GetDataKey(_) => "key",
        Fault::Walk(_) => "value",
        Fault::FindMetadata | Fault::ReadStore { .. } | Fault::ReadMetadata(_) | Fault::Print(_) => "reading",
    }
}

#[test]
fn what_sops_refuses_is_refused_for_a_cause_of_the_same_class() {
    let goldens = Goldens::read();
    let mut count = 0;
    for case in &goldens.cases {
        let Some(words) = &case.failed else { continue };
        count += 1;
        let fault = decrypted(case, &goldens.keys(case), MacCheck::Required).unwrap_err();
        let class = class_of_fault(&fault);
        // A comment where a value should stand is named as that, and does not wait for the MAC.
        let expected = if case.name == "yaml text as comment" { "value" } else { class_of_words(words) };
        assert_eq!(class, expected, "{}: {fault} / {words}", case.name);
    }
    assert!(count > 30, "{count}");
}

#[test]
fn without_a_comparison_of_the_mac_a_changed_document_is_decrypted() {
    let goldens = Goldens::read();
    let mut count = 0;
    for case in &goldens.cases {
        let Some(expected) = case.unchecked.as_ref().filter(|_| case.name != "yaml text as comment") else {
            continue;
        };
        count += 1;
        let got = decrypted(case, &goldens.keys(case), MacCheck::Overlooked).unwrap();
        assert_eq!(String::from_utf8(got).unwrap(), *expected, "{}", case.name);
    }
    assert!(count > 8, "{count}");
}

#[test]
fn every_clear_value_knows_the_span_of_its_encrypted_form_and_is_sensitive() {
    let goldens = Goldens::read();
    let case = goldens.case("yaml secret");
    let document = decrypt(
        (TextId(7), case.encrypted.as_bytes()),
        Format::Yaml,
        &goldens.keys(case),
        MacCheck::Required,
    )
    .unwrap();
    let mut origins = Origins::default();
    let graphs = document.graphs(&mut origins);
    let [graph] = graphs.as_slice() else { panic!() };
    let password = graph.at(graph.root(), &["stringData", "password"]).unwrap();
    assert_eq!(graph.text(password), "hunter2: the long one");
    let place = origins.place(graph.origin(password)).unwrap();
    let written = &case.encrypted[place.range()];
    assert!(
        place.text == TextId(7) && written.starts_with("ENC[") && written.ends_with("type:str]"),
        "{written}"
    );
    assert!(origins.is_sensitive(graph.origin(password)));
    assert_eq!(origins.editable(graph.origin(password)), None);
    let kind = graph.get(graph.root(), "kind").unwrap();
    assert!(!origins.is_sensitive(graph.origin(kind)));
    assert_eq!(&case.encrypted[origins.place(graph.origin(kind)).unwrap().range()], "Secret");
    assert!(graph.get(graph.root(), "sops").is_none());
    // The empty text is not encrypted.
    assert_eq!(document.decrypted_spans().len(), 3);
}

#[test]
fn the_spans_of_decrypted_values_are_those_of_encrypted_ones_in_every_format() {
    let goldens = Goldens::read();
    let mut count = 0;
    for case in goldens.cases.iter().filter(|case| case.failed.is_none()) {
        let input = (TextId(0), case.encrypted.as_bytes());
        let document = decrypt(input, case.format(), &goldens.keys(case), MacCheck::Required).unwrap();
        for span in document.decrypted_spans() {
            let written = case.encrypted[span.range()].trim_matches('"');
            assert!(written.starts_with("ENC[AES256_GCM,"), "{}: {written}", case.name);
            assert!(
                written.ends_with(']') || case.name == "yaml more behind the value",
                "{}: {written}",
                case.name
            );
            count += 1;
        }
    }
    assert!(count > 500, "{count}");
}

#[test]
fn graphs_mean_what_sops_prints() {
    let goldens = Goldens::read();
    let mut count = 0;
    // goyaml prints a line separator of Unicode so that it does not read it back.
    let is_read_back = |text: &String| !text.contains('\u{2028}') && !text.contains("!!merge");
    let cases = goldens.cases.iter().filter(|case| case.format == "yaml");
    for case in cases.filter(|case| case.decrypted.as_ref().is_some_and(is_read_back)) {
        let document = decrypt(
            (TextId(0), case.encrypted.as_bytes()),
            Format::Yaml,
            &goldens.keys(case),
            MacCheck::Required,
        )
        .unwrap();
        let printed = document.print().unwrap();
        let parsed = manifest::parse_all(TextId(0), printed.expose()).unwrap();
        let graphs = document.graphs(&mut Origins::default());
        for (graph, parsed) in graphs.iter().zip(&parsed) {
            let expected =
                manifest::value::Value::from_document(parsed, manifest::resolve::Dialect::GoYaml3).unwrap();
            assert_eq!(graph.value().unwrap(), expected, "{}", case.name);
            count += 1;
        }
    }
    assert!(count > 60, "{count}");
}

#[test]
fn no_fault_and_no_debug_holds_a_clear_value() {
    let goldens = Goldens::read();
    for case in &goldens.cases {
        for check in [MacCheck::Required, MacCheck::Overlooked] {
            let input = (TextId(0), case.encrypted.as_bytes());
            let shown = match decrypt(input, case.format(), &goldens.keys(case), check) {
                Ok(document) => format!("{document:?} {:?}", document.print()),
                Err(fault) => format!("{fault} {fault:?} {:?}", fault.hint()),
            };
            for secret in ["hunter2", "postgres", "-----BEGIN", "deeper"] {
                assert!(!shown.replace("-----BEGIN AGE", "").contains(secret), "{}: {shown}", case.name);
            }
        }
    }
}

#[test]
fn without_a_key_the_recipients_are_named() {
    let goldens = Goldens::read();
    let case = goldens.case("yaml several recipients");
    let fault = decrypt((TextId(0), case.encrypted.as_bytes()), Format::Yaml, &NoKeys, MacCheck::Required);
    let told = fault.unwrap_err().to_string();
    assert!(told.starts_with("no key at hand opens the document: encrypted for age age1"), "{told}");
    assert_eq!(told.matches("no age identity was given").count(), 3, "{told}");
}
