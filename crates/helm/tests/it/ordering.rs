//! Manifests apart and in order, beside what Helm makes of them.

use helm::HelmVersion::{self, V3, V4};
use helm::order::{Direction, sort_by_kind, split_manifests};

/// Text, and its manifests by Helm 3.21.4 and 4.2.4; `tools/oracle/manifests` printed them.
const ROWS: &str = include_str!("../data/manifests.jsonl");

#[test]
fn texts_are_split_as_helm_splits_them() {
    let mut count = 0;
    for row in ROWS.lines() {
        let (text, by_3, by_4): (String, Vec<String>, Vec<String>) = serde_json::from_str(row).unwrap();
        for (version, expected) in [(V3, by_3), (V4, by_4)] {
            let found: Vec<&str> =
                split_manifests(&text, version).into_iter().map(|range| &text[range]).collect();
            assert_eq!(found, expected, "{version:?} {text:?}");
        }
        count += 1;
    }
    assert_eq!(count, 19);
}

fn sorted(direction: Direction, version: HelmVersion) -> String {
    let mut items = [
        "ValidatingWebhookConfiguration/a",
        "Zebra/a",
        "Deployment/b",
        "Deployment/a",
        "MutatingWebhookConfiguration/a",
        "Ant/a",
        "Namespace/a",
    ];
    sort_by_kind(&mut items, direction, version, |item| item.split('/').next().unwrap());
    items.map(|item| item.replace("WebhookConfiguration", "")).join(" ")
}

#[test]
fn kinds_come_in_the_order_of_the_tables_and_keep_theirs_within_one() {
    assert_eq!(
        sorted(Direction::Install, V3),
        "Namespace/a Deployment/b Deployment/a Ant/a Mutating/a Validating/a Zebra/a"
    );
    assert_eq!(
        sorted(Direction::Install, V4),
        "Namespace/a Deployment/b Deployment/a Mutating/a Validating/a Ant/a Zebra/a"
    );
    assert_eq!(
        sorted(Direction::Uninstall, V4),
        "Validating/a Mutating/a Deployment/b Deployment/a Namespace/a Ant/a Zebra/a"
    );
}
