//! Records of releases, as Helm writes and reads them.

use std::collections::BTreeMap;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use gotemplate::Ledger;
use helm::limits::{RECORD_DATA_BYTES_MAX, RECORD_JSON_BYTES_MAX};
use helm::release::{
    ChangeRecord, DecodeRecord, NewTexts, Record, Release, Status, Storage, object_name, system_labels,
};
use manifest::resolve::base64;
use serde::Deserialize;
use text::{Origin, TextId};

use crate::show;

/// What the driver of ConfigMaps of a version of Helm stored; `tools/oracle/release` printed it.
#[derive(Deserialize)]
struct Row {
    helm: u8,
    case: String,
    data: String,
    json: String,
}

fn rows() -> Vec<Row> {
    include_str!("../data/release.jsonl").lines().map(|row| serde_json::from_str(row).unwrap()).collect()
}

fn record(helm: u8, case: &str) -> (Record, String) {
    let row = rows().into_iter().find(|row| (row.helm, row.case.as_str()) == (helm, case)).unwrap();
    (Record::decode(row.data.as_bytes(), Storage::ConfigMap).unwrap(), row.json)
}

fn of_json(json: &str) -> Record {
    Record::decode(base64::encode(json.as_bytes()).as_bytes(), Storage::ConfigMap).unwrap()
}

fn read(record: &Record) -> Release {
    record.release(TextId(5), &Ledger::on()).unwrap()
}

#[test]
fn records_of_both_versions_are_decoded_and_given_back_as_they_were() {
    for row in rows() {
        let twice = base64::encode(row.data.as_bytes());
        for (data, storage) in [(&row.data, Storage::ConfigMap), (&twice, Storage::Secret)] {
            let record = Record::decode(data.as_bytes(), storage).unwrap();
            assert_eq!(record.json(), row.json, "{} {}", row.helm, row.case);
            assert_eq!(record.encode().unwrap(), data.as_bytes());
            assert!(!record.is_changed());
        }
    }
    assert_eq!(rows().len(), 8);
}

#[test]
fn what_was_stored_before_records_were_packed_is_read() {
    let record = of_json(r#"{"name":"r"}"#);
    assert_eq!(read(&record).name, "r");
}

#[test]
fn a_record_says_what_was_deployed() {
    for helm in [3, 4] {
        let release = read(&record(helm, "full").0);
        assert_eq!((release.name.as_str(), release.namespace.as_str(), release.version), ("r", "n", 7));
        assert_eq!(release.apply_method, if helm == 4 { "ssa" } else { "" });
        assert_eq!(release.info.status, Status::Deployed);
        assert_eq!(release.info.first_deployed.as_deref(), Some("2024-02-29T12:30:45.123456789+01:00"));
        assert_eq!(release.info.last_deployed.as_deref(), Some("2025-01-02T03:04:05.6Z"));
        assert_eq!((release.info.deleted, release.info.description.as_str()), (None, "Upgrade complete"));
        assert!(release.info.notes.starts_with("<a href=\"x\">&'é😀\u{2028}"));
        assert!(
            release.manifest.starts_with("---\n# Source: c/templates/a.yaml\napiVersion: policy/v1beta1\n")
        );
        let chart = release.chart.unwrap();
        assert_eq!((chart.metadata.name.as_str(), chart.metadata.version.as_str()), ("c", "1.2.3"));
        assert_eq!(chart.metadata.dependencies[0].as_ref().unwrap().alias, "e");
        assert_eq!(chart.lock.unwrap().digest, "sha256:x");
        assert_eq!(chart.templates[0].data, b"{{ .Values.text }}\n\xff\x00");
        assert_eq!(chart.schema.as_deref(), Some(&br#"{"type":"object"}"#[..]));
        assert_eq!(chart.files[0].name, "README.md");
        assert_eq!(show::map(&chart.values), show::map(&release.config));
    }
}

#[test]
fn values_of_a_record_are_floats_that_know_their_place() {
    let (record, json) = record(3, "full");
    let config = read(&record).config;
    let shown = show::map(&config);
    assert!(
        shown.contains("exact: float64(9007199254740992), float: float64(1.5), int: float64(1)"),
        "{shown}"
    );
    let Origin::Written(span) = config.get(b"float").unwrap().origin else { panic!("written") };
    assert_eq!((span.text, &json[span.range()]), (TextId(5), "1.5"));
}

#[test]
fn hooks_say_when_they_run_and_ran() {
    for helm in [3, 4] {
        let hooks = read(&record(helm, "full").0).hooks;
        assert_eq!(hooks[0].events, ["pre-upgrade", "test"]);
        assert_eq!(hooks[0].started.as_deref(), Some("2024-02-29T12:30:45.123456789+01:00"));
        assert_eq!(hooks[0].completed.as_deref(), Some("2025-01-02T03:04:05.6Z"));
        assert_eq!((hooks[0].phase.as_str(), hooks[0].weight), ("Succeeded", -5));
        assert_eq!((hooks[0].delete_policies.len(), hooks[0].output_log_policies.len()), (1, 1));
        assert_eq!((hooks[1].started.as_ref(), hooks[1].phase.as_str(), hooks[1].weight), (None, "", 0));
    }
}

#[test]
fn what_is_not_there_is_empty() {
    for helm in [3, 4] {
        let least = read(&record(helm, "least").0);
        assert_eq!((least.version, least.info.status, least.chart.is_none()), (0, Status::Empty, true));
        let pending = read(&record(helm, "pending").0);
        assert!(pending.info.status.is_pending() && pending.manifest.is_empty());
        let uninstalled = read(&record(helm, "uninstalled").0);
        assert_eq!(uninstalled.info.deleted.as_deref(), Some("2025-01-02T03:04:05.6Z"));
        let labels = system_labels(&uninstalled).into_values().collect::<Vec<_>>();
        assert_eq!(labels, ["r", "helm", "uninstalled", "1"]);
        assert_eq!(object_name(&uninstalled.name, uninstalled.version), "sh.helm.release.v1.r.v1");
    }
}

#[test]
fn new_texts_change_nothing_else() {
    let json = r#"{ "zz": [1.0, 1e2], "name":"r",
        "manifest" : "old\u0041", "hooks":[{"manifest":"a","x":{}},{"manifest":"b"}], "\u0061": "\/" }"#;
    let hooks = BTreeMap::from([(1, "<b>\n\u{2028}".to_owned())]);
    let texts = NewTexts { manifest: Some("new \"é\"\t&".to_owned()), hooks };
    let changed = of_json(json).with_texts(&texts).unwrap();
    let expected = json
        .replace(r#""old\u0041""#, r#""new \"é\"\t\u0026""#)
        .replace(r#"{"manifest":"b"}"#, r#"{"manifest":"\u003cb\u003e\n\u2028"}"#);
    assert_eq!(changed.json(), expected);
    assert!(changed.is_changed());
    let again = Record::decode(&changed.encode().unwrap(), Storage::ConfigMap).unwrap();
    assert_eq!(again.json(), expected);
}

#[test]
fn texts_that_are_there_already_leave_the_record_as_it_was() {
    for row in rows().into_iter().filter(|row| row.case == "full") {
        let record = Record::decode(row.data.as_bytes(), Storage::ConfigMap).unwrap();
        let release = read(&record);
        let hooks = release.hooks.into_iter().map(|hook| hook.manifest).enumerate().collect();
        let same = record.with_texts(&NewTexts { manifest: Some(release.manifest), hooks }).unwrap();
        assert_eq!(same.encode().unwrap(), row.data.as_bytes());
    }
}

#[test]
fn changed_records_of_secrets_are_packed_as_helm_packs_them() {
    let row = rows().into_iter().next().unwrap();
    let record = Record::decode(base64::encode(row.data.as_bytes()).as_bytes(), Storage::Secret).unwrap();
    let texts = NewTexts { manifest: Some("kind: Pod\n".to_owned()), ..NewTexts::default() };
    let data = record.with_texts(&texts).unwrap().encode().unwrap();
    let unpacked = |data: &[u8]| base64::decode(std::str::from_utf8(data).unwrap()).unwrap();
    let packed = unpacked(&unpacked(&data));
    // The header of Go's writer: no name, no time, the best compression, an unknown system.
    assert_eq!(packed[..10], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255]);
    assert_eq!(packed[..10], unpacked(row.data.as_bytes())[..10]);
    assert_eq!(read(&Record::decode(&data, Storage::Secret).unwrap()).manifest, "kind: Pod\n");
}

#[test]
fn texts_without_a_place_are_refused() {
    let record = of_json(r#"{"manifest":null,"hooks":[{"manifest":"a"}]}"#);
    let manifest = NewTexts { manifest: Some("x".to_owned()), ..NewTexts::default() };
    assert!(matches!(record.with_texts(&manifest), Err(ChangeRecord::NotThere(what)) if what == "manifest"));
    let hook =
        |at, text: &str| NewTexts { hooks: BTreeMap::from([(at, text.to_owned())]), ..NewTexts::default() };
    assert!(
        matches!(record.with_texts(&hook(1, "x")), Err(ChangeRecord::NotThere(what)) if what == "manifest of hook 1")
    );
    assert!(matches!(record.with_texts(&hook(0, "")), Err(ChangeRecord::Empty(_))));
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packing = GzEncoder::new(Vec::new(), Compression::best());
    packing.write_all(bytes).unwrap();
    base64::encode(&packing.finish().unwrap()).into_bytes()
}

#[test]
fn what_is_no_record_is_refused() {
    let decoded = |data: &[u8]| Record::decode(data, Storage::ConfigMap);
    assert!(matches!(decoded(b"%"), Err(DecodeRecord::Base64)));
    assert!(matches!(decoded(b"\xff"), Err(DecodeRecord::Base64)));
    assert!(matches!(decoded(&packed(b"[]")), Err(DecodeRecord::ExpectObject)));
    assert!(matches!(decoded(&packed(b"{")), Err(DecodeRecord::Json(_))));
    assert!(matches!(decoded(&packed(b"\"\xff\"")), Err(DecodeRecord::Text)));
    assert!(matches!(decoded(b"H4sIAAAA"), Err(DecodeRecord::Unpack(_))));
    let (once, _) = record(3, "full");
    assert!(matches!(Record::decode(&once.encode().unwrap(), Storage::Secret), Err(DecodeRecord::Base64)));
}

#[test]
fn sizes_are_bounded() {
    let bomb = packed(&vec![b' '; RECORD_JSON_BYTES_MAX + 1]);
    assert!(bomb.len() < RECORD_DATA_BYTES_MAX);
    assert!(matches!(Record::decode(&bomb, Storage::ConfigMap), Err(DecodeRecord::UnpackedTooLarge)));
    let large = vec![b'A'; RECORD_DATA_BYTES_MAX + 4];
    assert!(matches!(Record::decode(&large, Storage::ConfigMap), Err(DecodeRecord::TooLarge)));
}

#[test]
fn fields_of_other_types_are_named() {
    for (json, field) in [
        (r#"{"name":1}"#, "'name' of the record is not a text"),
        (r#"{"version":1.5}"#, "'version' of the record is not an integer"),
        (r#"{"hooks":{}}"#, "'hooks' of the record is not a list"),
        (r#"{"hooks":[{"events":[1]}]}"#, "'events' of the record is not a list of texts"),
        (r#"{"config":[]}"#, "'config' of the record is not a map"),
        (r#"{"chart":{"files":[{"data":"%"}]}}"#, "'data' of the record is not base64"),
    ] {
        let error = of_json(json).release(TextId(0), &Ledger::off()).unwrap_err();
        assert!(error.to_string().contains(field), "{error}");
    }
}
