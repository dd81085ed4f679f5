//! A scan of a tree that misbehaves: whatever cannot be read is named, and the run goes on.

#![expect(clippy::unwrap_used, reason = "a test that meets the unexpected should stop")]

mod charts;
mod fixing;
mod fixing_charts;
mod fixing_fleets;
mod fleets;
mod kustomizing;
mod rendering;
mod sharing_versions;
mod taking_charts;

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};

use config::Config;
use inventory::Reason;
use project::{NoProgress, Scan, ScanRequest, scan};
use tree::{Listing, Memory, Place, ReadFile, Tree};

const OLD: &str = "apiVersion: batch/v1beta1\nkind: CronJob\nmetadata: {name: a}\nspec: {schedule: x}\n";

fn request() -> ScanRequest {
    ScanRequest {
        from: None,
        to: "1.34".parse().ok(),
        today: jiff::civil::date(2026, 1, 1),
        only: vec!["removed-api".to_owned()],
        threads: 2,
        beyond_horizon: false,
    }
}

/// A tree that refuses the file `bad.yaml` in some way.
struct Refusing(fn() -> ReadFile);

impl Tree for Refusing {
    fn list(&self, _relevant: &(dyn Fn(&str) -> bool + Sync)) -> Listing {
        Listing { files: vec!["bad.yaml".to_owned(), "old.yaml".to_owned()], obstacles: Vec::new() }
    }

    fn read(&self, path: &str, _bytes_max: u64) -> Result<Vec<u8>, ReadFile> {
        if path == "bad.yaml" { Err(self.0()) } else { Ok(OLD.as_bytes().to_vec()) }
    }

    fn locate(&self, path: &str) -> Result<Place, ReadFile> {
        Ok(Place::File(path.to_owned()))
    }
}

fn scanned(tree: &dyn Tree) -> Scan {
    scan(tree, &Config::default(), &request(), &NoProgress).unwrap()
}

#[test]
fn a_file_that_cannot_be_read_is_named_with_its_reason_and_the_next_is_judged() {
    type Refusal = (fn() -> ReadFile, Reason, &'static str);
    let refusals: [Refusal; 6] = [
        (|| ReadFile::Changed, Reason::ChangedWhileRead, "changed while it was being read"),
        (|| ReadFile::TooLarge { bytes_max: 7 }, Reason::TooLarge, "larger than 7 bytes"),
        (|| ReadFile::NotARegularFile, Reason::NotARegularFile, "not a regular file"),
        (|| ReadFile::OutsideRoot, Reason::OutsideRoot, "leads out of the root"),
        (|| ReadFile::Missing, Reason::Unreadable, "no such file"),
        (
            || ReadFile::Refused(io::Error::other("broken disk")),
            Reason::Unreadable,
            "cannot be read: broken disk",
        ),
    ];
    for (refusal, reason, detail) in refusals {
        let scan = scanned(&Refusing(refusal));
        let left: Vec<_> = scan.inventory.not_assessed.iter().collect();
        assert_eq!(left.len(), 1, "{left:?}");
        assert_eq!(
            (left[0].path.as_str(), left[0].reason, left[0].detail.as_str()),
            ("bad.yaml", reason, detail)
        );
        assert_eq!(scan.findings.len(), 1);
    }
}

/// A tree whose file is another one each time it is read: the second pass for workloads meets other bytes.
struct Turning(AtomicUsize);

impl Tree for Turning {
    fn list(&self, _relevant: &(dyn Fn(&str) -> bool + Sync)) -> Listing {
        Listing { files: vec!["a.yaml".to_owned()], obstacles: Vec::new() }
    }

    fn read(&self, _path: &str, _bytes_max: u64) -> Result<Vec<u8>, ReadFile> {
        let budget = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: a}\nspec: {maxUnavailable: 0, selector: {matchLabels: {a: b}}}\n";
        match self.0.fetch_add(1, Ordering::Relaxed) {
            0 => Ok(budget.as_bytes().to_vec()),
            _ => Ok(b"x".to_vec()),
        }
    }

    fn locate(&self, path: &str) -> Result<Place, ReadFile> {
        Ok(Place::File(path.to_owned()))
    }
}

#[test]
fn a_file_that_is_another_one_in_the_second_pass_does_no_harm() {
    let request = ScanRequest { only: Vec::new(), ..request() };
    let scan = scan(&Turning(AtomicUsize::new(0)), &Config::default(), &request, &NoProgress).unwrap();
    assert_eq!(scan.inventory.budgets.len(), 1);
}

#[test]
fn a_composition_is_judged_where_it_holds_objects_and_named_where_it_holds_templates() {
    let composition = "apiVersion: apiextensions.crossplane.io/v1\nkind: Composition\nmetadata: {name: web}\nspec:\n  resources:\n  - base:\n      apiVersion: kubernetes.crossplane.io/v1alpha2\n      kind: Object\n      spec: {forProvider: {manifest: {apiVersion: batch/v1beta1, kind: CronJob, metadata: {name: a}}}}\n";
    let template = "  pipeline:\n  - input: {inline: {template: \"apiVersion: {{ .version }}\"}}\n";
    let tree: Memory =
        [("plain.yaml", composition.to_owned()), ("template.yaml", format!("{composition}{template}"))]
            .into_iter()
            .collect();
    let request = ScanRequest { only: Vec::new(), ..request() };
    let scan = scan(&tree, &Config::default(), &request, &NoProgress).unwrap();
    let found: Vec<_> = scan.findings.iter().map(|finding| finding.check).collect();
    assert_eq!(found, ["reference-object", "reference-object"]);
    let left: Vec<_> =
        scan.inventory.not_assessed.iter().map(|item| (item.path.as_str(), item.reason)).collect();
    assert_eq!(left, [("template.yaml", Reason::NeedsRendering)]);
}

#[test]
fn user_data_in_base64_is_judged_by_the_words_it_says_once_decoded() {
    let encoded = "IyEvYmluL2Jhc2gKL3Vzci9iaW4va3ViZWxldCAtLW5ldHdvcmstcGx1Z2luPWNuaQo=";
    let header = "apiVersion: ec2.services.k8s.aws/v1alpha1\nkind: LaunchTemplate\n";
    let template = |encoded: &str| format!("{header}spec:\n  data:\n    userData: {encoded}\n");
    let tree: Memory =
        [("a.yaml", template(encoded)), ("gzip.yaml", template("H4sIAAAAAAAA"))].into_iter().collect();
    let request = ScanRequest { only: Vec::new(), ..request() };
    let scan = scan(&tree, &Config::default(), &request, &NoProgress).unwrap();
    let found: Vec<_> = scan.findings.iter().map(|finding| (finding.check, finding.fix.is_some())).collect();
    assert_eq!(found, [("removed-kubelet-flag", false)]);
    let place = scan.findings[0].span.range();
    assert_eq!(&template(encoded)[place], "dCAtLW5ldHdvcmstcGx1Z2lu");
    let left: Vec<_> =
        scan.inventory.not_assessed.iter().map(|item| (item.path.as_str(), item.reason)).collect();
    assert_eq!(left, [("gzip.yaml", Reason::Archive)]);
}

#[test]
fn past_the_facts_the_repository_is_not_assessed_as_a_whole() {
    let tree: Memory = [("a.yaml", "a: 1\n")].into_iter().collect();
    let request = ScanRequest { to: Some(catalog::HORIZON.next()), beyond_horizon: true, ..request() };
    let scan = scan(&tree, &Config::default(), &request, &NoProgress).unwrap();
    let left: Vec<_> =
        scan.inventory.not_assessed.iter().map(|item| (item.path.as_str(), item.reason)).collect();
    assert_eq!(left, [(".", Reason::BeyondHorizon)]);
}
