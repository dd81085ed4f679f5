//! Artifacts with manifests from a registry of the tests' own on this machine.

use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::Arc;
use std::time::SystemTime;

use fetch::{Cached, ChartOptions, Used};
use kustomize::load::remote::{CheckoutKey, Remote};
use lock::{Lock, SourceKey};
use sha2::{Digest, Sha256};
use store::Store;

use crate::fetching::line;
use crate::server::{Answers, Server, serve};

const CONTENT: &str = "application/vnd.cncf.flux.content.v1.tar+gzip";

fn digits(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut digits, byte| {
        write!(digits, "{byte:02x}").unwrap();
        digits
    })
}

fn packed(files: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (path, content) in files {
        let mut header = tar::Header::new_gnu();
        // Whoever writes by the rules refuses a path that leads out.
        header.as_mut_bytes()[..path.len()].copy_from_slice(path.as_bytes());
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        archive.append(&header, content.as_bytes()).unwrap();
    }
    let mut link = tar::Header::new_gnu();
    link.set_entry_type(tar::EntryType::Symlink);
    link.set_size(0);
    archive.append_link(&mut link, "link.yaml", "/etc/passwd").unwrap();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(&archive.into_inner().unwrap()).unwrap();
    packed.finish().unwrap()
}

/// Puts an artifact of layers under a tag; gives the digest of its manifest.
fn push(answers: &mut Answers, tag: &str, layers: &[(&str, Vec<u8>)]) -> String {
    let ok = |bytes: Vec<u8>| ("200 OK".to_owned(), bytes);
    let mut listed = Vec::new();
    for (kind, bytes) in layers {
        listed.push(format!(r#"{{"mediaType":"{kind}","digest":"sha256:{}","size":1}}"#, digits(bytes)));
        answers.insert(format!("/v2/o/m/blobs/sha256:{}", digits(bytes)), ok(bytes.clone()));
    }
    let manifest = format!(
        r#"{{"schemaVersion":2,"config":{{"mediaType":"application/vnd.cncf.flux.config.v1+json","digest":"x","size":1}},"layers":[{}]}}"#,
        listed.join(",")
    );
    let digest = format!("sha256:{}", digits(manifest.as_bytes()));
    for name in [tag, &digest] {
        answers.insert(format!("/v2/o/m/manifests/{name}"), ok(manifest.clone().into_bytes()));
    }
    digest
}

fn key(server: &Server, reference: &str) -> CheckoutKey {
    let url = format!("{}/o/m", server.url.replace("http://", "oci://"));
    CheckoutKey { url, reference: Some(reference.to_owned()), submodules: false }
}

fn of_kind(server: &Server, reference: &str, kind: &str) -> CheckoutKey {
    let key = key(server, reference);
    CheckoutKey { url: format!("{}#{kind}", key.url), ..key }
}

fn fetch(store: &Store, key: &CheckoutKey, lock: Lock) -> String {
    let options = ChartOptions { is_plain_http: true, lock: Arc::new(lock), ..ChartOptions::default() };
    let mut told = Vec::new();
    let mut fetcher = fetch::fetcher(store.clone(), options, SystemTime::UNIX_EPOCH);
    fetcher.fetch_checkout(key, &mut |event| told.push(line(&event)));
    told.join("\n")
}

fn text(store: &Store, key: &CheckoutKey) -> String {
    let tree = Cached::new(store.clone()).checkout(key).unwrap();
    assert_eq!(tree.list(&|_| true).files, ["deploy/a.yaml"], "links are left out");
    String::from_utf8(tree.read("deploy/a.yaml", 100).unwrap()).unwrap()
}

#[test]
fn an_artifact_is_kept_as_files_by_tag_range_digest_and_kind_of_layer() {
    let mut answers = Answers::new();
    let file = |word: &'static str| packed(&[("./deploy/a.yaml", word)]);
    push(&mut answers, "latest", &[(CONTENT, file("latest"))]);
    let old = push(&mut answers, "1.2.0", &[(CONTENT, file("old"))]);
    push(&mut answers, "1.10.0", &[("application/x.other", file("first")), (CONTENT, file("new"))]);
    let tags = r#"{"tags":["latest","1.2.0","1.10.0","2.0.0-rc.1"]}"#;
    answers.insert("/v2/o/m/tags/list?n=1000".into(), ("200 OK".to_owned(), tags.into()));
    let server = serve(answers);
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path());
    for (reference, expected) in [
        ("latest", "latest"),
        ("1.2.0", "old"),
        ("semver:^1", "first"),
        ("semver:^1#", "new"),
        (&*old, "old"),
    ] {
        let key = match reference.strip_suffix('#') {
            Some(reference) => of_kind(&server, reference, CONTENT),
            None => key(&server, reference),
        };
        assert!(Cached::new(store.clone()).checkout(&key).is_err(), "{reference} was not fetched yet");
        let told = fetch(&store, &key, Lock::default());
        assert!(told.contains(" oci://") && told.contains(" sha256:"), "{told}");
        assert_eq!(text(&store, &key), expected, "{reference}");
    }
    let key = of_kind(&server, "1.10.0", "application/none");
    assert!(fetch(&store, &key, Lock::default()).contains("none of the kind application/none"));
}

#[test]
fn a_locked_artifact_is_the_one_that_it_was() {
    let mut answers = Answers::new();
    let before = push(&mut answers, "latest", &[(CONTENT, packed(&[("deploy/a.yaml", "before")]))]);
    push(&mut answers, "latest", &[(CONTENT, packed(&[("deploy/a.yaml", "after")]))]);
    let server = serve(answers);
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path());
    let key = key(&server, "latest");
    let mut lock = Lock::default();
    lock.add_artifact(SourceKey { address: key.url.clone(), reference: "latest".into() }, before.clone());
    assert!(fetch(&store, &key, lock.clone()).ends_with(&before));
    assert_eq!(text(&store, &key), "before");
    let used = Used::default();
    drop(Cached::new(store.clone()).noting(used.clone()).checkout(&key).unwrap());
    assert_eq!(used.taken().lock, lock);
    fetch(&store, &key, Lock::default());
    assert_eq!(text(&store, &key), "after");
}

#[test]
fn what_leads_out_of_an_archive_or_is_none_is_refused_and_not_kept() {
    let mut answers = Answers::new();
    push(&mut answers, "out", &[(CONTENT, packed(&[("../a.yaml", "x")]))]);
    push(&mut answers, "none", &[(CONTENT, b"no archive".to_vec())]);
    push(&mut answers, "empty", &[]);
    let server = serve(answers);
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path());
    for (tag, expected) in [
        ("out", "'../a.yaml' leads out of the archive"),
        ("none", "cannot be unpacked"),
        ("empty", "has layers, but none"),
        ("absent", "404"),
    ] {
        let key = key(&server, tag);
        let told = fetch(&store, &key, Lock::default());
        assert!(told.contains(expected), "{tag}: {told}");
        assert!(Cached::new(store.clone()).checkout(&key).is_err(), "{tag}");
    }
}
