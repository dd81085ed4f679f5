//! Files made to break a reader: each is named as not assessed, and the run goes on to the file beside it.

use std::fs::File;

use crate::program::{CLEAN, Folder, OLD};

/// A folder with a good file, and one that is bad in some way.
fn beside(path: &str, bytes: impl AsRef<[u8]>) -> Folder {
    let folder = Folder::new([("zz/old.yaml", OLD)]);
    folder.write(path, bytes);
    folder
}

/// Asserts that `path` is not assessed for `reason` and that the good file was judged all the same.
#[track_caller]
fn assert_left(folder: &Folder, path: &str, reason: &str) {
    let document = folder.scan_json(1);
    let left = document["notAssessed"].as_array().unwrap();
    assert!(left.iter().any(|item| item["path"] == path && item["reason"] == reason), "{left:?}");
    let found = document["findings"].as_array().unwrap();
    assert!(found.iter().any(|finding| finding["path"] == "zz/old.yaml"), "{found:?}");
}

#[test]
fn bytes_that_are_no_utf8() {
    let text =
        [b"apiVersion: batch/v1beta1\nkind: CronJob\nmetadata: {name: ".as_slice(), b"\xff\xfe", b"}\n"]
            .concat();
    assert_left(&beside("a.yaml", text), "a.yaml", "not-utf8");
    assert_left(&beside("b.yaml", b"\xff\xfea\0p\0i\0"), "b.yaml", "not-utf8");
}

#[test]
fn broken_yaml_and_json() {
    for (path, text) in [
        ("a.yaml", "apiVersion: batch/v1beta1\nkind: [a\n"),
        ("a.yaml", "apiVersion: v1\n\tkind: Pod\n"),
        ("a.yaml", "apiVersion: v1\nkind: *nowhere\n"),
        ("a.json", "{\"apiVersion\": \"v1\", \"kind\": \"Pod\""),
    ] {
        assert_left(&beside(path, text), path, "malformed");
    }
}

#[test]
fn nesting_a_hundred_thousand_deep() {
    const DEPTH: usize = 100_000;
    let header = "apiVersion: batch/v1beta1\nkind: CronJob\nspec: ";
    for (path, text) in [
        ("flow.yaml", format!("{header}{}", "[".repeat(DEPTH))),
        ("closed.yaml", format!("{header}{}{}", "[".repeat(DEPTH), "]".repeat(DEPTH))),
        ("mappings.yaml", format!("{header}{}x{}", "{a: ".repeat(DEPTH), "}".repeat(DEPTH))),
        ("items.yaml", format!("{header}\n{}x", "- ".repeat(DEPTH))),
        ("keys.yaml", format!("{header}\n  {}x", "? ".repeat(DEPTH))),
    ] {
        let folder = beside(path, text);
        let left = folder.not_assessed(1);
        assert_eq!(left.len(), 1, "{path}: {left:?}");
        assert!(matches!(left[0].1.as_str(), "too-deep" | "malformed"), "{path}: {left:?}");
    }
    let json = format!(
        "{{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"a\":{}{}}}",
        "[".repeat(DEPTH),
        "]".repeat(DEPTH)
    );
    assert_left(&beside("a.json", json), "a.json", "too-deep");
}

#[test]
fn blocks_nested_two_thousand_deep() {
    let mut text = "apiVersion: batch/v1beta1\nkind: CronJob\n".to_owned();
    for depth in 0..2_000 {
        text.push_str(&format!("{}a:\n", " ".repeat(depth)));
    }
    assert_left(&beside("a.yaml", text), "a.yaml", "too-deep");
}

/// Ten lists of ten aliases each: ten thousand million nodes if anybody expanded them.
fn laughs() -> String {
    let mut text = "l0: &l0 [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]\n".to_owned();
    for level in 1..10 {
        let alias = format!("*l{}", level - 1);
        text.push_str(&format!("l{level}: &l{level} [{}]\n", [alias.as_str(); 10].join(", ")));
    }
    text
}

#[test]
fn a_billion_laughs_end_in_time() {
    for header in [
        "apiVersion: batch/v1beta1\nkind: CronJob\nspec: *l9\n",
        "apiVersion: policy/v1\nkind: PodDisruptionBudget\nspec: {selector: {matchLabels: *l9}, minAvailable: *l9}\n",
        "apiVersion: apps/v1\nkind: Deployment\nspec: {template: *l9, selector: *l9}\n",
        "apiVersion: v1\nkind: ConfigMap\ndata: *l9\n",
        "apiVersion: v1\nkind: List\nitems: *l9\n",
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nrules: *l9\n",
    ] {
        let folder = beside("a.yaml", format!("{}{header}", laughs()));
        folder.write("pdb.yaml", "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: a}\nspec: {minAvailable: 1, selector: {matchLabels: {a: b}}}\n");
        let document = folder.scan_json(1);
        assert!(
            document["findings"].as_array().unwrap().iter().any(|finding| finding["path"] == "zz/old.yaml")
        );
    }
}

/// Mappings that merge lists of mappings that merge lists: whoever looks for a key that is not there would look
/// ten to the fourteenth times.
#[test]
fn merges_of_merges_end_in_time() {
    let mut text = "l0: &l0 {a: 1}\n".to_owned();
    for level in 1..15 {
        let alias = format!("*l{}", level - 1);
        text.push_str(&format!("l{level}: &l{level} {{<<: [{}]}}\n", [alias.as_str(); 10].join(", ")));
    }
    for header in [
        "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {<<: *l14}\nspec: {<<: *l14}\n",
        "apiVersion: batch/v1beta1\nkind: CronJob\nmetadata: {<<: *l14}\nspec: {<<: *l14}\n",
        "apiVersion: extensions/v1beta1\nkind: Ingress\nspec: {<<: *l14, rules: [{<<: *l14}]}\n",
        "apiVersion: karpenter.sh/v1alpha5\nkind: Provisioner\nspec: {<<: *l14}\n",
    ] {
        beside("a.yaml", format!("{text}{header}")).scan_json(1);
    }
}

#[test]
fn a_million_documents() {
    assert_left(&beside("a.yaml", "---\na: 1\n".repeat(1_000_000)), "a.yaml", "too-many-documents");
}

#[test]
fn sixty_megabytes_on_one_line() {
    const BYTES: usize = 60 << 20;
    let folder = beside("a.yaml", format!("a: {}", "x".repeat(BYTES)));
    folder.write(
        "b.json",
        format!("{{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"a\":\"{}\"}}", "x".repeat(BYTES)),
    );
    folder.scan_json(1);
}

#[test]
fn five_hundred_megabytes() {
    let folder = beside("a.yaml", "");
    File::options().write(true).open(folder.path().join("a.yaml")).unwrap().set_len(500 << 20).unwrap();
    assert_left(&folder, "a.yaml", "too-large");
}

#[test]
fn many_findings_on_one_line_take_no_quadratic_time() {
    let item = "{\"apiVersion\":\"batch/v1beta1\",\"kind\":\"CronJob\",\"metadata\":{\"name\":\"a\"}}";
    let list = |count: usize| {
        format!("{{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[{}]}}", vec![item; count].join(","))
    };
    let folder = Folder::new([]);
    folder.write("a.json", list(20_000));
    let document = folder.scan_json(1);
    assert!(document["findings"].as_array().unwrap().len() >= 20_000);
}

#[test]
fn many_broken_documents_take_no_quadratic_time() {
    let folder = beside("a.yaml", "---\napiVersion: batch/v1beta1\nkind: [\n".repeat(50_000));
    let left = folder.not_assessed(1);
    assert_eq!(left.len(), 50_000);
}

#[test]
fn empty_files_and_files_of_nothing_are_clean() {
    let folder = Folder::new([
        ("a.yaml", ""),
        ("b.yaml", "\n\n"),
        ("c.yaml", "# note\n"),
        ("d.yaml", "---\n---\n"),
        ("e.json", ""),
    ]);
    folder.scan(&["--to", "1.34"]).expect(0);
    Folder::new([("a.yaml", "\u{feff}")]).scan(&["--to", "1.34"]).expect(0);
}

#[test]
fn a_folder_named_as_a_manifest_is_walked() {
    let folder = Folder::new([("x.yaml/old.yaml", OLD), ("y.yaml/plain.yaml", CLEAN)]);
    let document = folder.scan_json(1);
    assert_eq!(document["findings"][0]["path"], "x.yaml/old.yaml");
    assert_eq!(document["notAssessed"].as_array().unwrap().len(), 0);
}

#[test]
fn a_configuration_that_cannot_be_read_is_an_error() {
    let folder = Folder::new([("a.yaml", CLEAN), (".liftlock.yaml/x", "")]);
    let run = folder.scan(&[]).expect(2);
    assert!(run.err.contains("cannot read '.liftlock.yaml'"), "{}", run.err);
}

#[test]
fn a_file_that_is_rewritten_all_the_time_ends_in_a_verdict() {
    use std::sync::atomic::{AtomicBool, Ordering};
    let folder = Folder::new([("zz/old.yaml", OLD)]);
    let busy = folder.write("busy.yaml", CLEAN.repeat(1000));
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for count in [10, 2000].iter().cycle().take_while(|_| !stop.load(Ordering::Relaxed)) {
                std::fs::write(&busy, OLD.repeat(*count)).unwrap();
            }
        });
        for _ in 0..5 {
            folder.scan(&["--to", "1.34", "-o", "json"]).expect(1);
        }
        stop.store(true, Ordering::Relaxed);
    });
}
