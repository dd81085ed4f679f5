//! `liftlock.lock`: what a run writes, what holds while it is there, and what is refused because of it.

use std::io::Write as _;

use crate::program::{Folder, Run, command, run};

const SYNC: &str = "apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: flux-system, namespace: flux-system}
spec: {path: ./clusters/demo, prune: true, interval: 10m, sourceRef: {kind: GitRepository, name: flux-system}}
";

const LOCK: &str = "fleet/liftlock.lock";

/// An archive of a chart `web` that says its version, and one word more.
fn archive(version: &str, word: &str) -> Vec<u8> {
    let files = [
        ("web/Chart.yaml", format!("apiVersion: v2\nname: web\nversion: {version}\n")),
        (
            "web/templates/a.yaml",
            format!("apiVersion: v1\nkind: A\nmetadata: {{name: a}}\nversion: {version}\nword: {word}\n"),
        ),
    ];
    let mut archive = tar::Builder::new(Vec::new());
    for (path, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, path, content.as_bytes()).unwrap();
    }
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(&archive.into_inner().unwrap()).unwrap();
    packed.finish().unwrap()
}

fn release(range: &str) -> String {
    format!(
        "apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata: {{name: stable, namespace: flux-system}}
spec: {{url: 'https://charts.invalid/stable'}}
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {{name: web, namespace: flux-system}}
spec:
  interval: 1h
  chart: {{spec: {{chart: web, version: '{range}', sourceRef: {{kind: HelmRepository, name: stable}}}}}}
"
    )
}

/// A repository that Flux deploys, and a folder of archives that stands for its charts.
fn setting() -> Folder {
    let folder = Folder::new([
        ("fleet/clusters/demo/flux-system/gotk-sync.yaml", SYNC),
        ("fleet/clusters/demo/release.yaml", &*release("^1")),
        ("fleet/.liftlock.yaml", "mirrors:\n  https://charts.invalid/stable: ../mirror\n"),
    ]);
    for version in ["1.9.0", "1.10.0", "2.0.0"] {
        folder.write(&format!("mirror/web-{version}.tgz"), archive(version, "first"));
    }
    folder
}

fn liftlock(folder: &Folder, arguments: &[&str]) -> Run {
    let mut command = command();
    command.args(arguments).current_dir(folder.path()).env("HOME", folder.path().join("home"));
    run(command.env("XDG_CACHE_HOME", folder.path().join("cache")).env_remove("NETRC"))
}

fn fetch(folder: &Folder, arguments: &[&str]) -> Run {
    liftlock(folder, &[&["fetch", "fleet"], arguments].concat())
}

/// The version of the chart that the cluster gets.
#[track_caller]
fn rendered(folder: &Folder) -> String {
    let out = liftlock(folder, &["render", "-C", "fleet"]).expect(0).out;
    let line = out.lines().find_map(|line| line.strip_prefix("version: "));
    line.unwrap_or_else(|| panic!("no chart in {out}")).to_owned()
}

fn lock(folder: &Folder) -> String {
    std::fs::read_to_string(folder.path().join(LOCK)).unwrap()
}

fn forget(folder: &Folder) {
    std::fs::remove_dir_all(folder.path().join("cache")).unwrap();
}

#[test]
fn a_run_writes_what_the_units_use_and_the_next_one_keeps_it() {
    let folder = setting();
    let out = fetch(&folder, &[]).expect(0).out;
    assert!(out.starts_with("fetched web 1.10.0 from "), "{out}");
    assert!(out.ends_with("wrote fleet/liftlock.lock: 1 chart, 0 repositories, 0 artifacts\n"), "{out}");
    let first = lock(&folder);
    let entry = "format = 1\n\n[[chart]]\nname = \"web\"\naddress = \"https://charts.invalid/stable\"\nversion = \"1.10.0\"\ndigest = \"sha256:";
    assert!(first.contains(entry), "{first}");
    assert!(!fetch(&folder, &["--locked"]).expect(0).out.contains("wrote"));
    folder.write("mirror/web-1.11.0.tgz", archive("1.11.0", "first"));
    forget(&folder);
    let out = fetch(&folder, &["--locked"]).expect(0).out;
    assert!(out.starts_with("fetched web 1.10.0 from "), "{out}");
    assert_eq!((lock(&folder), rendered(&folder)), (first.clone(), "1.10.0".to_owned()));
    let out = fetch(&folder, &["--update"]).expect(0).out;
    assert!(out.contains("fetched web 1.11.0 from ") && out.contains("wrote fleet/liftlock.lock: "), "{out}");
    assert_eq!(rendered(&folder), "1.11.0");
    folder.write(LOCK, first);
    assert_eq!(rendered(&folder), "1.10.0", "what is locked is rendered, whatever was fetched since");
    std::fs::remove_file(folder.path().join(LOCK)).unwrap();
    assert_eq!(rendered(&folder), "1.11.0");
}

#[test]
fn a_range_that_the_locked_version_is_not_in_leads_to_another_one() {
    let folder = setting();
    fetch(&folder, &[]).expect(0);
    folder.write("fleet/clusters/demo/release.yaml", release("^2"));
    let told = fetch(&folder, &["--locked"]).expect(2).err;
    for words in [
        "--locked: 'fleet/liftlock.lock' would change",
        "gone: chart web 1.10.0 of https://charts.invalid/stable",
        "new: chart web 2.0.0 of https://charts.invalid/stable",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    assert!(lock(&folder).contains("1.10.0"));
    fetch(&folder, &[]).expect(0);
    assert!(lock(&folder).contains("2.0.0") && !lock(&folder).contains("1.10.0"), "{}", lock(&folder));
    assert_eq!(rendered(&folder), "2.0.0");
}

#[test]
fn another_archive_of_the_same_version_is_refused_with_both_digests() {
    let folder = setting();
    fetch(&folder, &[]).expect(0);
    let first = lock(&folder);
    let digest = first.split("digest = \"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    folder.write("mirror/web-1.10.0.tgz", archive("1.10.0", "second"));
    forget(&folder);
    for flag in ["--locked", "--update"] {
        let told = fetch(&folder, &[flag]).expect(2).err;
        let words = format!("at version 1.10.0, and liftlock.lock says {digest}");
        assert!(told.contains(&words) && told.matches("sha256:").count() == 2, "{flag}: {told}");
    }
    assert_eq!(lock(&folder), first, "what could not be fetched stays locked");
    liftlock(&folder, &["render", "-C", "fleet"]).expect(3);
    std::fs::remove_file(folder.path().join("mirror/web-1.10.0.tgz")).unwrap();
    let told = fetch(&folder, &[]).expect(2).err;
    assert!(told.contains("is not there at version 1.10.0, which liftlock.lock says"), "{told}");
}

#[test]
fn a_lock_that_is_broken_or_missing_where_it_is_asked_for_is_refused() {
    let folder = setting();
    let told = fetch(&folder, &["--locked"]).expect(2).err;
    assert!(told.contains("--locked: there is no 'fleet/liftlock.lock'"), "{told}");
    for (text, expected) in [
        ("version = 4\n", "liftlock.lock:1:1: no lock of liftlock"),
        ("format = 1\n[[chart]]\nname = web\n", "liftlock.lock:3:8: expected a field"),
    ] {
        folder.write(LOCK, text);
        for arguments in [&["fetch", "fleet"][..], &["tree", "-C", "fleet"], &["scan", "fleet"]] {
            let told = liftlock(&folder, arguments).expect(2).err;
            assert!(told.starts_with("error in the configuration: ") && told.contains(expected), "{told}");
        }
        assert_eq!(lock(&folder), text);
    }
}
