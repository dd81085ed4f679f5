//! Git over HTTP, against the recorded answers of a real server.

use std::time::SystemTime;

use fetch::{ChartOptions, Event};
use kustomize::load::remote::CheckoutKey;
use store::{CheckoutName, Store};

use crate::server::{Answers, Server, serve};

/// What `HEAD` is at in the recorded answers.
const COMMIT: &str = "40cb032aedfde12f582809155df09f01912b8cc3";

const REFERENCES: &str = "info/refs?service=git-upload-pack";

fn recorded() -> Answers {
    let result = "200 OK\r\nContent-Type: application/x-git-upload-pack-result".to_owned();
    let advertisement = "200 OK\r\nContent-Type: application/x-git-upload-pack-advertisement".to_owned();
    let data = |name: &str| {
        std::fs::read(format!("{}/tests/data/smart-http/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
    };
    let moved = format!("301 Moved Permanently\r\nLocation: /o/r.git/{REFERENCES}");
    [
        (format!("/o/r.git/{REFERENCES}"), (advertisement, data("info-refs"))),
        ("/o/r.git/git-upload-pack 1".to_owned(), (result.clone(), data("ls-refs"))),
        ("/o/r.git/git-upload-pack 2".to_owned(), (result, data("fetch"))),
        (format!("/moved/r.git/{REFERENCES}"), (moved, Vec::new())),
        (
            format!("/page.git/{REFERENCES}"),
            ("200 OK\r\nContent-Type: text/html".to_owned(), b"<html>".to_vec()),
        ),
    ]
    .into_iter()
    .collect()
}

fn fetch(store: &Store, url: &str) -> Event {
    let mut events = Vec::new();
    // The prefix keeps the address from being asked for as a file first.
    let address = format!("git::{url}");
    let mut fetcher = fetch::fetcher(store.clone(), ChartOptions::default(), SystemTime::UNIX_EPOCH);
    fetcher.fetch_address(&address, &mut |event| events.push(event));
    events.into_iter().next().unwrap()
}

fn check_fetched(server: &Server, repository: &str) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path());
    let url = format!("{}/{repository}", server.url);
    match fetch(&store, &url) {
        Event::Repository { commit, was_known: false, .. } => assert_eq!(commit, COMMIT),
        other => panic!("{other:?}"),
    }
    let name = CheckoutName { url: &url, reference: None, submodules: true };
    let checkout = store.checkout(&name).unwrap().unwrap();
    let text = std::fs::read_to_string(checkout.folder.join("x/kustomization.yaml")).unwrap();
    assert_eq!(text, "resources: [a.yaml]\n");
}

#[test]
fn one_commit_is_asked_for_without_its_history() {
    let server = serve(recorded());
    check_fetched(&server, "o/r.git");
    let asked = server.asked.lock().unwrap();
    let lines: Vec<&str> = asked.iter().map(|asked| asked.line.as_str()).collect();
    let post = "POST /o/r.git/git-upload-pack HTTP/1.1";
    assert_eq!(lines, [format!("GET /o/r.git/{REFERENCES} HTTP/1.1").as_str(), post, post]);
    assert!(asked[0].headers.iter().any(|header| header.eq_ignore_ascii_case("git-protocol: version=2")));
    let body = String::from_utf8_lossy(&asked[2].body).into_owned();
    assert!(body.contains("deepen 1") && body.contains(&format!("want {COMMIT}")), "{body}");
}

#[test]
fn a_range_of_versions_leads_to_the_newest_of_the_tags_that_a_server_lists() {
    let line = |text: String| format!("{:04x}{text}", text.len() + 4);
    let tag = |name: &str| line(format!("{COMMIT} refs/tags/{name}\n"));
    let listed = ["v1.0.0", "v1.2.0", "v1.10.0", "v2.0.0"].map(tag).concat() + "0000";
    let result = "200 OK\r\nContent-Type: application/x-git-upload-pack-result".to_owned();
    let mut answers = recorded();
    let fetched = answers["/o/r.git/git-upload-pack 2"].clone();
    let post = |times: usize| format!("/o/r.git/git-upload-pack {times}");
    answers.insert(post(1), (result.clone(), listed.into_bytes()));
    answers.insert(post(2), (result, format!("{}0000", tag("v1.10.0")).into_bytes()));
    answers.insert(post(3), fetched);
    let server = serve(answers);
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path());
    let mut told = Vec::new();
    let mut fetcher = fetch::fetcher(store.clone(), ChartOptions::default(), SystemTime::UNIX_EPOCH);
    let url = format!("{}/o/r.git", server.url);
    let reference = Some("semver:^1".to_owned());
    let key = CheckoutKey { url: url.clone(), reference, submodules: false };
    fetcher.fetch_checkout(&key, &mut |event| told.push(event));
    assert!(matches!(&told[..], [Event::Repository { commit, .. }] if commit == COMMIT), "{told:?}");
    let asked = server.asked.lock().unwrap();
    let bodies: Vec<String> =
        asked.iter().map(|asked| String::from_utf8_lossy(&asked.body).into_owned()).collect();
    assert!(bodies[1].contains("ref-prefix refs/tags/"), "{bodies:?}");
    assert!(bodies[3].contains("refs/tags/v1.10.0") && !bodies[3].contains("v1.2.0"), "{bodies:?}");
    let name = CheckoutName { url: &url, reference: Some("semver:^1"), submodules: false };
    assert_eq!(store.checkout(&name).unwrap().unwrap().commit, COMMIT, "builds find it without a server");
}

#[test]
fn a_repository_that_moved_is_followed() {
    let server = serve(recorded());
    check_fetched(&server, "moved/r.git");
    let asked = server.asked.lock().unwrap();
    assert!(asked.last().unwrap().line.starts_with("POST /o/r.git/"), "{asked:?}");
}

#[test]
fn what_is_no_repository_is_told_as_such() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path());
    let server = serve(recorded());
    for (repository, told) in
        [("none.git", "the server says 404"), ("page.git", "git-upload-pack-advertisement")]
    {
        let event = format!("{:?}", fetch(&store, &format!("{}/{repository}", server.url)));
        assert!(event.contains(told), "{event}");
    }
}

#[test]
fn passwords_are_not_sent_in_clear_text() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path());
    let server = serve(recorded());
    let url = server.url.replace("http://", "http://user:hunter2@");
    let event = format!("{:?}", fetch(&store, &format!("{url}/o/r.git")));
    assert!(event.contains("clear text") && !event.contains("hunter2"), "{event}");
    assert!(server.asked.lock().unwrap().is_empty());
}
