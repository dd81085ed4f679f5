//! What programs read is what its schema says.

use serde_json::Value;

use crate::hostile::hostile;
use crate::sample::{Sample, metas, one_of_everything};

fn samples() -> Vec<Sample> {
    vec![Sample::default(), one_of_everything(), hostile()]
}

fn assert_valid(schema: &str, document: &str) {
    let schema: Value = serde_json::from_str(schema).unwrap();
    let document: Value = serde_json::from_str(document).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&document).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn sarif_is_valid_by_the_schema_of_oasis() {
    let schema = include_str!("../data/sarif-schema-2.1.0.json");
    for sample in samples() {
        assert_valid(schema, &report::sarif(&sample.report(), &metas(), "0.1.0"));
    }
}

#[test]
fn the_schema_of_sarif_refuses_what_is_wrong() {
    let schema: Value = serde_json::from_str(include_str!("../data/sarif-schema-2.1.0.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let text = report::sarif(&one_of_everything().report(), &metas(), "0.1.0");
    let mut document: Value = serde_json::from_str(&text).unwrap();
    assert!(validator.is_valid(&document));
    document["runs"][0]["results"][0]["level"] = "breaks".into();
    assert!(!validator.is_valid(&document));
}

#[test]
fn json_is_valid_by_the_schema_that_is_printed() {
    let schema = report::scan_schema();
    for sample in samples() {
        assert_valid(&schema, &report::to_json(&sample.report()));
    }
}

#[test]
fn every_suppressed_result_has_its_place_and_its_reason() {
    let text = report::sarif(&one_of_everything().report(), &metas(), "0.1.0");
    let document: Value = serde_json::from_str(&text).unwrap();
    let results = document["runs"][0]["results"].as_array().unwrap();
    let suppressed: Vec<&Value> = results.iter().filter(|result| !result["suppressions"].is_null()).collect();
    assert_eq!(suppressed.len(), 1);
    let place = &suppressed[0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "apps/e/cron.yaml");
    assert_eq!(place["region"]["startLine"], 2);
    assert!(suppressed[0]["suppressions"][0]["justification"].as_str().unwrap().contains("2030-01-31"));
}

#[test]
fn fingerprints_are_distinct_and_stay_when_lines_move() {
    let fingerprints = |text: String| -> Vec<String> {
        let document: Value = serde_json::from_str(&text).unwrap();
        let results = document["runs"][0]["results"].as_array().unwrap().clone();
        let of = |result: &Value| result["partialFingerprints"]["liftlock/v1"].as_str().unwrap().to_owned();
        results.iter().map(of).collect()
    };
    let mut sample = one_of_everything();
    let doubled = sample.findings[0].clone();
    sample.findings.push(doubled);
    let before = fingerprints(report::sarif(&sample.report(), &metas(), "0.1.0"));
    let mut distinct = before.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), before.len());
    for finding in &mut sample.findings {
        finding.span.start = 0;
    }
    assert_eq!(fingerprints(report::sarif(&sample.report(), &metas(), "0.1.0")).len(), before.len());
}
