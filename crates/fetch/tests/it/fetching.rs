//! What a run fetches, keeps and tells, and what builds find of it.

use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use fetch::{Cached, ChartOptions, Event, Used};
use gix::ObjectId;
use kustomize::load::remote::{CheckoutKey, Remote};
use kustomize::load::{Files, Restriction};
use kustomize::{Options, Work};
use lock::{Lock, SourceKey};
use store::Store;
use text::NoOrigins;
use tree::{Memory, Tree};

use crate::repository::{Made, Node};
use crate::server::{Answers, serve};

const OBJECT: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
const BASE: [(&str, Node<'static>); 2] =
    [("kustomization.yaml", Node::File("resources: [a.yaml]\n")), ("a.yaml", Node::File(OBJECT))];

/// A folder with repositories and a cache.
pub(crate) struct Setting {
    folder: tempfile::TempDir,
    store: Store,
}

impl Setting {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(&folder.path().join("cache"));
        Self { folder, store }
    }

    pub(crate) fn made(&self, name: &str) -> Made {
        Made::at(&self.folder.path().join(name))
    }

    pub(crate) fn url(&self, name: &str) -> String {
        format!("file://{}", self.folder.path().join(name).display())
    }

    /// Fetches what a kustomization at the root of a tree needs. Gives what is told, a line each.
    pub(crate) fn fetch(&self, kustomization: &str) -> Vec<String> {
        self.fetch_by(&[], kustomization)
    }

    /// The same, with mirrors.
    pub(crate) fn fetch_by(&self, mirrors: &[String], kustomization: &str) -> Vec<String> {
        let mut told = Vec::new();
        let mirrors = mirrors.iter().map(|mirror| mirror.parse().unwrap()).collect();
        let options = ChartOptions { mirrors, ..ChartOptions::default() };
        let mut fetcher = fetch::fetcher(self.store.clone(), options, SystemTime::UNIX_EPOCH);
        fetcher.fetch_folders(&tree(kustomization), &[String::new()], &mut |event| told.push(line(&event)));
        told
    }

    pub(crate) fn build(&self, kustomization: &str) -> Result<String, String> {
        let cached = Arc::new(Cached::new(self.store.clone()));
        let files = Files::new(tree(kustomization), Restriction::RootOnly, Some(cached));
        let mut work: Work<NoOrigins> = Work::new(files);
        let built = kustomize::build(&mut work, "", &Options::default()).map_err(|error| chain(&error))?;
        built.print().map_err(|error| chain(&error))
    }
}

fn tree(kustomization: &str) -> Arc<dyn Tree + Send> {
    let tree: Memory = [("kustomization.yaml", kustomization)].into_iter().collect();
    Arc::new(tree)
}

pub(crate) fn resources(of: &[&str]) -> String {
    let items: Vec<String> = of.iter().map(|item| format!("- '{item}'\n")).collect();
    format!("resources:\n{}", items.concat())
}

fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

pub(crate) fn line(event: &Event) -> String {
    match event {
        Event::Repository { address, commit, was_known } => format!("{was_known} {address} {commit}"),
        Event::Artifact { address, digest, was_known } => format!("{was_known} {address} {digest}"),
        Event::ArtifactFailed(error) => chain(error),
        Event::File { address, bytes } => format!("{address} {bytes}"),
        Event::RepositoryFailed { source, .. } => chain(source),
        Event::FileFailed(error) => chain(error),
        Event::KeepFailed(error) => chain(error),
        Event::NotRead { folder, reason } => format!("{folder}: {reason}"),
        Event::Chart { name, version, address, was_known, .. } => {
            format!("{was_known} {name} {version} {address}")
        }
        Event::ChartFailed(error) => chain(error),
        Event::SchemaFailed(error) => chain(error),
        Event::LockOutOfSync { folder } => format!("{folder}: out of sync"),
    }
}

fn check_builds(setting: &Setting, kustomization: &str, names: &[&str]) {
    let text = setting.build(kustomization).unwrap();
    for name in names {
        assert!(text.contains(&format!("name: {name}\n")), "{name}\n{text}");
    }
}

#[test]
fn references_of_all_kinds_lead_to_their_commits() {
    let setting = Setting::new();
    let made = setting.made("r");
    let object = |name: &str| OBJECT.replace("name: a", &format!("name: {name}"));
    let commit = |name: &str, references: &[&str]| -> ObjectId {
        let object = object(name);
        made.commit(&[BASE[0], ("a.yaml", Node::File(&object))], references)
    };
    let bare = commit("by-commit", &[]);
    commit("main", &["refs/heads/main"]);
    commit("branch", &["refs/heads/feature/x", "refs/heads/both"]);
    commit("tag", &["refs/tags/both"]);
    made.tag("annotated", commit("annotated", &[]));
    commit("full", &["refs/notes/odd"]);
    for (query, name) in [
        ("", "main"),
        ("?ref=main", "main"),
        ("?ref=feature/x", "branch"),
        ("?version=feature/x", "branch"),
        ("?ref=both", "tag"),
        ("?ref=heads/both", "branch"),
        ("?ref=refs/heads/both", "branch"),
        ("?ref=annotated", "annotated"),
        ("?ref=refs/notes/odd", "full"),
        (&format!("?ref={bare}"), "by-commit"),
    ] {
        let kustomization = resources(&[&format!("{}{query}", setting.url("r"))]);
        let told = setting.fetch(&kustomization);
        assert_eq!(told.len(), 1, "{query}: {told:?}");
        check_builds(&setting, &kustomization, &[name]);
    }
    let kustomization = resources(&[&format!("{}?ref=nowhere", setting.url("r"))]);
    let told = setting.fetch(&kustomization);
    assert!(told[0].ends_with("couldn't find remote ref nowhere"), "{told:?}");
    let short = format!("{}?ref={}", setting.url("r"), &bare.to_string()[..8]);
    assert!(setting.fetch(&resources(&[&short]))[0].contains("couldn't find remote ref"));
}

#[test]
fn bases_of_bases_are_fetched_as_well_and_each_once() {
    let setting = Setting::new();
    let (outer, inner) = (setting.made("outer"), setting.made("inner"));
    let inner_url = setting.url("inner");
    inner.commit(&BASE, &["refs/heads/main"]);
    let one = resources(&["../two", &inner_url]);
    outer.commit(
        &[
            ("one/kustomization.yaml", Node::File(&format!("namePrefix: p-\n{one}"))),
            ("two/kustomization.yaml", Node::File("configMapGenerator: [{name: b, literals: [a=1]}]\n")),
        ],
        &["refs/heads/main"],
    );
    let kustomization = resources(&[&format!("{}//one", setting.url("outer"))]);
    let told = setting.fetch(&kustomization);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told.iter().all(|line| line.starts_with("false ")), "{told:?}");
    check_builds(&setting, &kustomization, &["p-a"]);
    let told = setting.fetch(&kustomization);
    assert!(told.iter().all(|line| line.starts_with("true ")), "{told:?}");
}

#[test]
fn a_branch_that_moved_is_fetched_again_and_a_build_in_between_is_not_touched() {
    let setting = Setting::new();
    let made = setting.made("r");
    made.commit(&BASE, &["refs/heads/main"]);
    let kustomization = resources(&[&setting.url("r")]);
    setting.fetch(&kustomization);
    let moved = OBJECT.replace("name: a", "name: moved");
    made.commit(&[BASE[0], ("a.yaml", Node::File(&moved))], &["refs/heads/main"]);
    check_builds(&setting, &kustomization, &["a"]);
    assert!(setting.fetch(&kustomization)[0].starts_with("false "));
    check_builds(&setting, &kustomization, &["moved"]);
}

#[test]
fn without_the_cache_a_build_names_what_it_needs() {
    let setting = Setting::new();
    setting.made("r").commit(&BASE, &["refs/heads/main"]);
    let url = setting.url("r");
    assert_eq!(
        setting.build(&resources(&[&url])).unwrap_err(),
        format!("'{url}' is remote and not in the cache")
    );
}

#[test]
fn files_are_as_git_checks_them_out() {
    let setting = Setting::new();
    let made = setting.made("r");
    made.commit(
        &[
            ("kustomization.yaml", Node::File("resources: [dir/link.yaml]\n")),
            ("dir/link.yaml", Node::Link("real/a.yaml")),
            ("dir/real/a.yaml", Node::File(OBJECT)),
            (".gitattributes", Node::File("*.bat text eol=crlf\n")),
            ("run.bat", Node::File("a\nb\n")),
            ("plain.txt", Node::File("a\nb\n")),
            ("out", Node::Link("/etc/hostname")),
        ],
        &["refs/heads/main"],
    );
    let url = setting.url("r");
    let kustomization = resources(&[&url]);
    setting.fetch(&kustomization);
    check_builds(&setting, &kustomization, &["a"]);
    let name = store::CheckoutName { url: &url, reference: None, submodules: true };
    let folder = setting.store.checkout(&name).unwrap().unwrap().folder;
    assert_eq!(std::fs::read(folder.join("run.bat")).unwrap(), b"a\r\nb\r\n");
    assert_eq!(std::fs::read(folder.join("plain.txt")).unwrap(), b"a\nb\n");
    assert!(!folder.join(".git").exists());
}

#[test]
fn a_link_out_of_a_checkout_is_not_followed() {
    let setting = Setting::new();
    let secret = setting.folder.path().join("secret.yaml");
    std::fs::write(&secret, OBJECT).unwrap();
    let target = secret.to_str().unwrap();
    let files = [
        ("kustomization.yaml", Node::File("resources: [a.yaml]\n")),
        ("a.yaml", Node::Link(target)),
        ("sub", Node::Link(setting.folder.path().to_str().unwrap())),
    ];
    setting.made("r").commit(&files, &["refs/heads/main"]);
    let url = setting.url("r");
    setting.fetch(&resources(&[&url]));
    assert!(setting.build(&resources(&[&url])).unwrap_err().contains("leads out of the root"));
    let told = setting.fetch(&resources(&[&format!("{url}//sub")]));
    assert!(told.iter().any(|line| line.contains("cannot read 'sub'")), "{told:?}");
}

#[test]
fn submodules_on_this_machine_are_refused_as_git_refuses_them_and_can_be_left_out() {
    let setting = Setting::new();
    let commit = setting.made("inner").commit(&BASE, &["refs/heads/main"]);
    let files = [
        BASE[0],
        BASE[1],
        ("lib", Node::Gitlink(commit)),
        (".gitmodules", Node::File("[submodule \"lib\"]\n\tpath = lib\n\turl = ../inner\n")),
    ];
    setting.made("outer").commit(&files, &["refs/heads/main"]);
    let url = setting.url("outer");
    let told = setting.fetch(&resources(&[&url]));
    assert!(told[0].ends_with("a repository within a fetched one may not be on this machine"), "{told:?}");
    let without = resources(&[&format!("{url}?submodules=false")]);
    assert!(setting.fetch(&without)[0].starts_with("false "));
    check_builds(&setting, &without, &["a"]);
}

#[test]
fn what_cannot_be_fetched_is_told_and_the_rest_goes_on() {
    let setting = Setting::new();
    setting.made("r").commit(&BASE, &["refs/heads/main"]);
    let kustomization = resources(&[&setting.url("nowhere"), &setting.url("r")]);
    let told = setting.fetch(&kustomization);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told.iter().any(|line| line.contains("no repository")), "{told:?}");
    assert!(told.iter().any(|line| line.starts_with("false ")), "{told:?}");
}

#[test]
fn files_behind_urls_are_fetched_kept_and_built() {
    let setting = Setting::new();
    let ok = |body: &str| ("200 OK".to_owned(), body.as_bytes().to_vec());
    let answers: Answers = [
        ("/a.yaml".to_owned(), ok(OBJECT)),
        (
            "/patch.yaml?x=1".to_owned(),
            ok("kind: ConfigMap\napiVersion: v1\nmetadata: {name: a}\ndata: {p: q}\n"),
        ),
        ("/moved.env".to_owned(), ("302 Found\r\nLocation: /real.env".to_owned(), Vec::new())),
        ("/real.env".to_owned(), ok("k=v\n")),
    ]
    .into_iter()
    .collect();
    let server = serve(answers);
    let url = &server.url;
    let kustomization = format!(
        "resources: ['{url}/a.yaml']\npatches: [{{path: '{url}/patch.yaml?x=1'}}]\n\
         configMapGenerator: [{{name: g, envs: ['{url}/moved.env']}}]\n"
    );
    let told = setting.fetch(&kustomization);
    assert_eq!(told.len(), 3, "{told:?}");
    let text = setting.build(&kustomization).unwrap();
    assert!(text.contains("p: q") && text.contains("k: v"), "{text}");
    let told = setting.fetch(&resources(&[&format!("{url}/none.yaml")]));
    assert!(told[0].ends_with("HTTP Error: status code 404"), "{told:?}");
}

#[test]
fn credentials_are_in_nothing_that_is_told() {
    let setting = Setting::new();
    let server = serve(Answers::new());
    let url = server.url.replace("http://", "http://user:hunter2@");
    let told = setting.fetch(&resources(&[&format!("{url}/o/r"), &format!("{url}/a.yaml")]));
    assert!(!told.is_empty());
    assert!(told.iter().all(|line| !line.contains("hunter2")), "{told:?}");
}

#[test]
fn a_server_that_says_nothing_is_waited_for_as_long_as_the_address_says() {
    let setting = Setting::new();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("git::http://{}/o/r.git?timeout=200ms", listener.local_addr().unwrap());
    let told = setting.fetch(&resources(&[&url]));
    assert!(told[0].contains("timeout"), "{told:?}");
}

#[test]
fn a_broken_kustomization_is_told_because_nobody_knows_what_it_needs() {
    let setting = Setting::new();
    let told = setting.fetch("resource: [a.yaml]\n");
    assert!(told.len() == 1 && told[0].starts_with(".: "), "{told:?}");
    assert!(Path::new(setting.folder.path()).exists());
}

#[test]
fn mirrors_give_repositories_and_files_and_builds_know_nothing_of_them() {
    let setting = Setting::new();
    std::fs::create_dir_all(setting.folder.path().join("mirror/o")).unwrap();
    let commit = setting.made("mirror/o/r").commit(&BASE, &["refs/heads/main", "refs/tags/v1"]);
    std::fs::create_dir_all(setting.folder.path().join("files")).unwrap();
    std::fs::write(setting.folder.path().join("files/b.yaml"), OBJECT.replace("name: a", "name: b")).unwrap();
    let kustomization = resources(&["https://git.invalid/o/r?ref=v1", "https://files.invalid/x/b.yaml"]);
    let mirrors = [
        format!("https://git.invalid={}", setting.url("mirror")),
        format!("https://files.invalid/x={}", setting.folder.path().join("files").display()),
    ];
    let told = setting.fetch_by(&mirrors, &kustomization).join("\n");
    assert!(told.contains(&commit.to_string()) && told.contains("files.invalid"), "{told}");
    let built = setting.build(&kustomization).unwrap();
    assert!(built.contains("name: a\n") && built.contains("name: b\n"), "{built}");
    let elsewhere = [format!("https://git.invalid/o/r={}", setting.url("nowhere"))];
    let told = Setting::new().fetch_by(&elsewhere, &resources(&["https://git.invalid/o/r"])).join("\n");
    assert!(told.contains("no repository"), "{told}");
}

#[test]
fn a_file_whose_server_fails_for_now_is_asked_for_again() {
    let setting = Setting::new();
    let answers: Answers = [
        ("/a.yaml 1".to_owned(), ("503 Service Unavailable\r\nRetry-After: 0".to_owned(), Vec::new())),
        ("/a.yaml 2".to_owned(), ("200 OK\r\nContent-Length: 900".to_owned(), OBJECT.into())),
        ("/a.yaml".to_owned(), ("200 OK".to_owned(), OBJECT.into())),
    ]
    .into();
    let server = serve(answers);
    let kustomization = resources(&[&format!("{}/a.yaml", server.url)]);
    let told = setting.fetch(&kustomization);
    assert_eq!(told, [format!("{}/a.yaml {}", server.url, OBJECT.len())]);
    assert_eq!(server.asked.lock().unwrap().len(), 3);
}

#[test]
fn a_lock_says_which_commit_counts_and_what_was_used_becomes_one() {
    let setting = Setting::new();
    let made = setting.made("r");
    let first = made.commit(&BASE, &["refs/heads/main", "refs/tags/v1.0.0"]).to_string();
    let reference = Some("semver:>=1.0.0 <2".to_owned());
    let ranged = CheckoutKey { url: setting.url("r"), reference, submodules: true };
    let branch = CheckoutKey { reference: Some("main".to_owned()), ..ranged.clone() };
    let fetch = |lock: &Lock, does_update: bool| {
        let options = ChartOptions { lock: Arc::new(lock.clone()), does_update, ..ChartOptions::default() };
        let mut told = Vec::new();
        let mut fetcher = fetch::fetcher(setting.store.clone(), options, SystemTime::UNIX_EPOCH);
        for key in [&ranged, &branch] {
            fetcher.fetch_checkout(key, &mut |event| told.push(line(&event)));
        }
        told.join("\n")
    };
    let used = |lock: &Lock| {
        let used = Used::default();
        let cached = Cached::new(setting.store.clone()).locked(Arc::new(lock.clone())).noting(used.clone());
        [&ranged, &branch].into_iter().for_each(|key| drop(cached.checkout(key).unwrap()));
        used.taken().lock
    };
    assert_eq!(fetch(&Lock::default(), false).matches(&first).count(), 2);
    let lock = used(&Lock::default());
    let entry = |reference: &str| SourceKey { address: setting.url("r"), reference: reference.to_owned() };
    for reference in ["semver:>=1.0.0 <2", "main"] {
        assert_eq!(lock.repository(&entry(reference)), Some(first.as_str()), "{lock}");
    }
    let newer = [("kustomization.yaml", Node::File("resources: []\n"))];
    let second =
        made.commit(&newer, &["refs/heads/main", "refs/tags/v1.1.0", "refs/tags/v2.0.0"]).to_string();
    assert_eq!(fetch(&lock, false).matches(&first).count(), 2);
    assert_eq!(fetch(&lock, true).matches(&second).count(), 2);
    assert_eq!(used(&lock), lock, "the lock counts, whatever was fetched since");
    assert_eq!(used(&Lock::default()).repository(&entry("main")), Some(second.as_str()));
    let mut gone = Lock::default();
    gone.add_repository(entry("main"), "0".repeat(40));
    assert!(
        fetch(&gone, false).contains("which liftlock.lock says; `liftlock fetch --update` takes the newest")
    );
}
