//! Changes of behaviour and removed feature gates.

use catalog::{
    Confidence, Milestone, Platform, Severity, behaviour, behaviours, feature_gate, feature_gates,
};

use crate::{cell, csv_rows, minor};

#[test]
fn every_cell_of_the_file_is_in_the_table() {
    let rows = csv_rows(include_str!("../../data/behaviour-changes.csv"));
    assert_eq!(rows.len(), behaviours().len());
    for row in rows {
        let found = behaviour(&row["id"]).unwrap();
        let platform = if found.platform() == Some(Platform::Eks) { "eks" } else { "any" };
        for (column, value) in [
            ("area", found.area().to_owned()),
            ("change", found.change().to_owned()),
            ("effective_version", found.effective_text().to_owned()),
            ("deprecated", cell(found.minor(Milestone::Deprecated))),
            ("partial", cell(found.minor(Milestone::Partial))),
            ("effective", cell(found.minor(Milestone::Effective))),
            ("locked", cell(found.minor(Milestone::Locked))),
            ("effective_on", cell(found.effective_on())),
            ("platform", platform.to_owned()),
            ("detect_manifest", found.detect().to_owned()),
            ("detect_live", found.detect_live().to_owned()),
            ("fix", found.fix().to_owned()),
            ("notes", found.notes().to_owned()),
            ("source", found.source().to_owned()),
            ("confidence", format!("{:?}", found.confidence()).to_lowercase()),
            ("severity", format!("{:?}", found.severity()).to_lowercase()),
        ] {
            assert_eq!(value, row[column], "{found:?}, {column}");
        }
    }
}

#[test]
fn every_minor_of_a_milestone_stands_in_the_words() {
    for change in behaviours() {
        for (milestone, minor) in change.milestones() {
            let words = format!("{} {} {}", change.effective_text(), change.change(), change.notes());
            let told = words
                .split(|c: char| !(c.is_ascii_digit() || c == '.'))
                .any(|word| word.trim_matches('.').split("..").any(|word| word == minor.to_string()));
            // Two that the words leave to the removal's own row.
            let elsewhere = ["SCHEDCFG", "KUBEADM"].contains(&change.id());
            assert!(told || elsewhere, "{change:?}: {milestone:?} {minor} is not in '{words}'");
        }
    }
}

#[test]
fn tells_how_far_a_change_has_come() {
    let seccomp = behaviour("ANN-SECCOMP").unwrap();
    for (at, expected) in [
        ("1.18", None),
        ("1.19", Some(Milestone::Deprecated)),
        ("1.24", Some(Milestone::Deprecated)),
        ("1.25", Some(Milestone::Partial)),
        ("1.27", Some(Milestone::Effective)),
        ("1.37", Some(Milestone::Effective)),
    ] {
        assert_eq!(seccomp.reached_at(minor(at)), expected, "at {at}");
    }
    let crossed: Vec<_> = seccomp.crossed(minor("1.24"), minor("1.26")).collect();
    assert_eq!(crossed, [(Milestone::Partial, minor("1.25"))]);
    assert_eq!(seccomp.crossed(minor("1.27"), minor("1.37")).count(), 0);
    assert_eq!((seccomp.severity(), seccomp.confidence()), (Severity::Breaks, Confidence::High));
}

#[test]
fn a_change_without_a_minor_says_so_in_words_or_by_a_day() {
    for change in behaviours().filter(|change| change.milestones().next().is_none()) {
        assert!(!change.effective_text().is_empty(), "{change:?}");
        assert_eq!(change.reached_at(catalog::HORIZON), None);
    }
    assert!(behaviour("RT-BITNAMI").unwrap().effective_on().is_some());
}

#[test]
fn unknown_ids_and_gates_are_not_found() {
    assert!(behaviour("ANN-SECCOM").is_none());
    assert!(behaviour("").is_none());
    assert!(feature_gate("NoSuchGate").is_none());
    assert!(feature_gate("attachvolumelimit").is_none(), "gates are case-sensitive");
}

#[test]
fn every_removed_gate_of_the_file_is_in_the_table() {
    let rows = csv_rows(include_str!("../../data/feature-gates-removed.csv"));
    assert_eq!(rows.len(), feature_gates().len());
    for row in rows {
        let gate = feature_gate(&row["gate"]).unwrap();
        let told = [gate.removed().to_string(), gate.basis().to_owned(), cell(gate.pull_request())];
        assert_eq!(told, [&row["removed_in"], &row["basis"], &row["pr"]].map(Clone::clone), "{gate:?}");
        assert_eq!(gate.source(), row["url"]);
    }
}
