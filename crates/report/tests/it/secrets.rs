//! No format prints a value of a Secret, nor what looks like a credential.

use checks::{Fix, FixAction, Safety, Severity};
use inventory::Reason;

use crate::sample::{Said, Sample, every_format};

const VALUE: &str = "aHVudGVyMi1odW50ZXIy";
const NEIGHBOUR: &str = "bmVpZ2hib3Vy";

fn token() -> String {
    format!("ghp_{}", "a1B2".repeat(9))
}

/// A Secret whose value is at fault, with the value in every text there is.
fn with_secret(path: &str, file: &str, field: &str) -> Sample {
    let mut sample = Sample::default();
    let text = sample.file(path, file);
    let said = Said {
        check: "removed-api",
        severity: Severity::Breaks,
        minor: Some(25),
        object: ("Secret", "login", field),
        message: &format!("Secret 'shop/login' holds '{VALUE}', an old token"),
        remedy: &format!("replace {VALUE}"),
    };
    let span = sample.span(text, VALUE);
    let finding = sample.find(text, VALUE, &said);
    finding.related = vec![(span, format!("the value {VALUE}"))];
    finding.fix = Some(Fix {
        action: FixAction::ReplaceScalar { text: VALUE.to_owned() },
        safety: Safety::Ask(format!("is {VALUE} still used?")),
    });
    let finding = finding.clone();
    sample.waived.push(finding);
    sample
}

#[test]
fn values_of_secrets_stay_out_of_every_format() {
    for (file, field) in [
        (format!("kind: Secret\ndata:\n  password: {VALUE}\n"), "data.password"),
        (
            format!("kind: Secret\nstringData: {{other: {NEIGHBOUR}, password: \"{VALUE}\"}}\n"),
            "stringData.password",
        ),
        (
            format!(
                "{{\"kind\":\"Secret\",\"data\":{{\"a\":\"{NEIGHBOUR}\",\"password\":\"{VALUE}\",\"b\":\"{NEIGHBOUR}\"}}}}"
            ),
            "data.password",
        ),
        (
            format!("kind: Secret\nmetadata:\n  annotations:\n    last: '{{\"data\":\"{VALUE}\"}}'\n"),
            "metadata.annotations.last",
        ),
    ] {
        let sample = with_secret("secret.yaml", &file, field);
        for (format, text) in every_format(&sample.report()) {
            assert!(!text.contains(VALUE), "{format}: {text}");
            assert!(!text.contains(NEIGHBOUR), "{format}: {text}");
            assert!(text.contains("Secret 'shop/login'") || text.contains("secret.yaml"), "{format}");
        }
    }
}

#[test]
fn a_finding_beside_a_secret_on_one_line_shows_nothing_of_it() {
    let mut sample = Sample::default();
    let line = format!(
        "{{\"items\":[{{\"kind\":\"Secret\",\"data\":{{\"a\":\"{NEIGHBOUR}\"}}}},{{\"kind\":\"CronJob\",\"apiVersion\":\"batch/v1beta1\"}}]}}"
    );
    let text = sample.file("list.json", line);
    let said = Said {
        check: "removed-api",
        severity: Severity::Breaks,
        minor: Some(25),
        object: ("CronJob", "nightly", "apiVersion"),
        message: "CronJob 'shop/nightly' uses batch/v1beta1",
        remedy: "use batch/v1",
    };
    sample.find(text, "batch/v1beta1", &said);
    for (format, text) in every_format(&sample.report()) {
        assert!(!text.contains(NEIGHBOUR), "{format}: {text}");
    }
}

#[test]
fn the_kind_and_name_of_a_secret_may_be_seen() {
    let mut sample = Sample::default();
    let text = sample.file("secret.yaml", "apiVersion: v1beta1\nkind: Secret\n");
    let said = Said {
        check: "removed-api",
        severity: Severity::Breaks,
        minor: Some(25),
        object: ("Secret", "login", "apiVersion"),
        message: "Secret 'shop/login' uses v1beta1",
        remedy: "use v1",
    };
    sample.find(text, "v1beta1", &said);
    let (_, text) = every_format(&sample.report()).swap_remove(0);
    assert!(text.contains("apiVersion: v1beta1"), "{text}");
}

#[test]
fn credentials_anywhere_are_masked() {
    let mut sample = Sample::default();
    let token = token();
    let text = sample.file("pod.yaml", format!("kind: Pod\nenv: {token} # {token}\n"));
    let said = Said {
        check: "removed-api",
        severity: Severity::Info,
        minor: None,
        object: ("Pod", "web", "env"),
        message: &format!("Pod 'shop/web' passes '{token}'"),
        remedy: &format!("take out {token}"),
    };
    let span = sample.span(text, "kind");
    sample.find(text, &token, &said).related = vec![(span, format!("beside {token}"))];
    sample.not_assessed("broken.yaml", Reason::Malformed, &format!("unexpected '{token}'"));
    for (format, text) in every_format(&sample.report()) {
        assert!(!text.contains(&token), "{format}: {text}");
        assert!(text.replace('\\', "").contains("***"), "{format}");
    }
}
