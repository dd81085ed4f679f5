//! Remote bases and files, through a port that has them in memory.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use text::{NoOrigins, Origins};
use tree::{Memory, Tree};

use super::remote::{CheckoutKey, FetchRemote, Remote, RepositoryAddress};
use super::{Files, Restriction};
use crate::{Options, Work, build, build_repository};

/// Repositories by URL and reference, and files by URL.
#[derive(Default)]
struct Kept {
    checkouts: BTreeMap<(String, String), Memory>,
    files: BTreeMap<String, Vec<u8>>,
    asked: Mutex<Vec<String>>,
}

impl Remote for Kept {
    fn checkout(&self, key: &CheckoutKey) -> Result<Arc<dyn Tree + Send>, FetchRemote> {
        if let Ok(mut asked) = self.asked.lock() {
            asked.push(key.url.clone());
        }
        let name = (key.url.clone(), key.reference.clone().unwrap_or_default());
        let tree = self.checkouts.get(&name).ok_or_else(|| FetchRemote::offline(&key.url))?;
        Ok(Arc::new(tree.clone()))
    }

    fn file(&self, url: &str) -> Result<Vec<u8>, FetchRemote> {
        self.files.get(url).cloned().ok_or_else(|| FetchRemote::offline(url))
    }
}

const OBJECT: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";

fn memory(files: &[(&str, &str)]) -> Memory {
    files.iter().map(|(path, text)| (*path, *text)).collect()
}

/// A repository by URL and reference, with its files.
type Checkout<'c> = (&'c str, &'c str, &'c [(&'c str, &'c str)]);

fn kept(checkouts: &[Checkout<'_>], files: &[(&str, &str)]) -> Arc<Kept> {
    let checkouts = checkouts
        .iter()
        .map(|(url, reference, files)| (((*url).to_owned(), (*reference).to_owned()), memory(files)));
    let files = files.iter().map(|(url, text)| ((*url).to_owned(), text.as_bytes().to_vec()));
    Arc::new(Kept { checkouts: checkouts.collect(), files: files.collect(), asked: Mutex::default() })
}

fn work(files: &[(&str, &str)], kept: &Arc<Kept>, restriction: Restriction) -> Work<Origins> {
    Work::new(Files::new(Arc::new(memory(files)), restriction, Some(Arc::clone(kept) as Arc<dyn Remote>)))
}

fn built(files: &[(&str, &str)], kept: &Arc<Kept>) -> Result<String, String> {
    let mut work = work(files, kept, Restriction::None);
    let built = build(&mut work, "", &Options::default()).map_err(|failure| text::with_causes(&failure))?;
    built.print().map_err(|failure| text::with_causes(&failure))
}

fn kustomization(resource: &str) -> String {
    format!("resources: ['{resource}']\n")
}

#[test]
fn a_base_is_read_out_of_the_checkout_and_its_own_bases_too() {
    let kept = kept(
        &[(
            "https://github.com/org/repo",
            "v1",
            &[
                ("over/kustomization.yaml", "namePrefix: p-\nresources: [../base, a.yaml]\n"),
                ("over/a.yaml", OBJECT),
                ("base/kustomization.yaml", "resources: [b.yaml]\n"),
                ("base/b.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n"),
            ],
        )],
        &[],
    );
    let outer = kustomization("github.com/org/repo/over?ref=v1");
    let text = built(&[("kustomization.yaml", &outer)], &kept).unwrap();
    assert!(text.contains("name: p-a") && text.contains("name: p-b"), "{text}");
}

#[test]
fn a_checkout_is_asked_for_once_however_many_folders_of_it_are_named() {
    let kept = kept(
        &[(
            "https://github.com/org/repo",
            "",
            &[
                ("a/kustomization.yaml", "nameSuffix: -x\nresources: [a.yaml]\n"),
                ("a/a.yaml", OBJECT),
                ("b/kustomization.yaml", "nameSuffix: -y\nresources: [a.yaml]\n"),
                ("b/a.yaml", OBJECT),
            ],
        )],
        &[],
    );
    let outer = "resources: ['https://github.com/org/repo//a', 'https://github.com/org/repo//b']\n";
    built(&[("kustomization.yaml", outer)], &kept).unwrap();
    assert_eq!(kept.asked.lock().unwrap().len(), 1);
}

#[test]
fn nothing_leads_out_of_a_checkout() {
    let inside = |text: &'static str| {
        kept(&[("https://h/o/r", "", &[("x/kustomization.yaml", text), ("a.yaml", OBJECT)])], &[])
    };
    let outer = kustomization("https://h/o/r//x");
    let files = [("kustomization.yaml", outer.as_str()), ("near/kustomization.yaml", ""), ("a.yaml", OBJECT)];
    let refused = |text| built(&files, &inside(text)).unwrap_err();
    assert!(
        refused("resources: [../../near]\n").contains("security; bases in kustomizations found in cloned")
    );
    // Files only in and below the folder, even where everything else may read any file.
    assert!(refused("resources: [../a.yaml]\n").contains("security; file 'a.yaml' is not in or below 'x'"));
    assert!(refused("patches: [{path: ../../a.yaml}]\n").contains("cannot read '../a.yaml'"));
    assert!(
        refused("patches: [{path: /x/a.yaml}]\n")
            .contains("security; file '/x/a.yaml' is not in or below 'x'")
    );
}

#[test]
fn circles_are_found_by_the_addresses_as_they_are_written() {
    let circle = kept(
        &[(
            "https://h/o/r",
            "",
            &[
                ("a/kustomization.yaml", "resources: ['https://h/o/r//b']\n"),
                ("b/kustomization.yaml", "resources: ['https://h/o/r']\n"),
            ],
        )],
        &[],
    );
    let outer = kustomization("https://h/o/r//a");
    assert_eq!(
        built(&[("kustomization.yaml", &outer)], &circle).unwrap_err(),
        "https://h/o/r//a: https://h/o/r//b: cycle detected: URI 'https://h/o/r' referenced by previous URI 'https://h/o/r//b'",
    );
}

#[test]
fn one_repository_at_two_references_is_no_circle() {
    let kept = kept(
        &[
            ("https://h/o/r", "v2", &[("a/kustomization.yaml", "resources: ['https://h/o/r//a?ref=v1']\n")]),
            (
                "https://h/o/r",
                "v1",
                &[
                    ("a/kustomization.yaml", "resources: [../b]\n"),
                    ("b/kustomization.yaml", "resources: [a.yaml]\n"),
                    ("b/a.yaml", OBJECT),
                ],
            ),
        ],
        &[],
    );
    let outer = kustomization("https://h/o/r//a?ref=v2");
    assert!(built(&[("kustomization.yaml", &outer)], &kept).unwrap().contains("name: a"));
}

#[test]
fn what_is_not_kept_is_named_without_credentials() {
    let nothing = kept(&[], &[]);
    for (resource, named) in [
        ("https://u:secret@h/o/r//x?ref=v1", "'https://***@h/o/r' is remote and not in the cache"),
        ("https://u:secret@h/a.yaml", "'https://***@h/a.yaml' is remote and not in the cache"),
        ("git@h:o/r", "'git@h:o/r' is remote and not in the cache"),
    ] {
        let outer = kustomization(resource);
        assert_eq!(built(&[("kustomization.yaml", &outer)], &nothing).unwrap_err(), named);
    }
}

#[test]
fn a_folder_that_a_repository_does_not_have_is_named() {
    let kept = kept(&[("ssh://h/o/r", "", &[("a.yaml", OBJECT)])], &[]);
    for (resource, named) in [
        ("ssh://h/o/r//none", "cannot read 'none': no such file"),
        ("ssh://h/o/r//a.yaml", "must build at directory: 'a.yaml' is a file"),
    ] {
        let outer = kustomization(resource);
        assert_eq!(built(&[("kustomization.yaml", &outer)], &kept).unwrap_err(), named);
    }
}

#[test]
fn a_file_behind_a_url_is_taken_for_objects_and_if_it_holds_none_for_a_repository() {
    let url = "https://h/o/r/x";
    let repository: &[(&str, &str)] =
        &[("x/kustomization.yaml", "resources: [a.yaml]\n"), ("x/a.yaml", OBJECT)];
    let outer = kustomization(url);
    let files = [("kustomization.yaml", outer.as_str())];
    let object = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: file}\n";
    let of_file = kept(&[("https://h/o/r", "", repository)], &[(url, object)]);
    assert!(built(&files, &of_file).unwrap().contains("name: file"));
    let of_page = kept(&[("https://h/o/r", "", repository)], &[(url, "<html>: [\n")]);
    assert!(built(&files, &of_page).unwrap().contains("name: a"));
}

#[test]
fn values_of_a_checkout_know_their_place() {
    let kept = kept(
        &[(
            "https://t:secret@h/o/r",
            "v1",
            &[("x/kustomization.yaml", "resources: [a.yaml]\n"), ("x/a.yaml", OBJECT)],
        )],
        &[],
    );
    let mut work = work(&[], &kept, Restriction::RootOnly);
    let address = RepositoryAddress::parse("https://t:secret@h/o/r//x?ref=v1").unwrap();
    let built = build_repository(&mut work, address, &Options::default()).unwrap();
    let graph = built.map.resources().next().unwrap().graph();
    let name = graph.at(graph.root(), &["metadata", "name"]).unwrap();
    let span = work.tracker.editable(graph.origin(name)).unwrap();
    let (span, _) = work.files.texts().resolve(span).unwrap();
    assert_eq!(&work.files.bytes(span.text).unwrap()[span.range()], b"a");
    let text::Source::Fetched { address } = &work.files.texts().get(span.text).unwrap().source else {
        panic!()
    };
    assert_eq!(address, "https://***@h/o/r//x/a.yaml?ref=v1");
    // Nobody edits what was fetched.
    assert_eq!(work.files.texts().path(span.text), None);
}

#[test]
fn objects_say_which_repository_they_came_from() {
    let kept = kept(
        &[
            (
                "https://h/o/r",
                "v1",
                &[("x/kustomization.yaml", "resources: [a.yaml]\n"), ("x/a.yaml", OBJECT)],
            ),
            (
                "https://h/o/s",
                "",
                &[
                    ("kustomization.yaml", "resources: [b.yaml]\n"),
                    ("b.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n"),
                ],
            ),
        ],
        &[],
    );
    let outer =
        "buildMetadata: [originAnnotations]\nresources: ['https://h/o/r//x?ref=v1', 'https://h/o/s']\n";
    let text = built(&[("kustomization.yaml", outer)], &kept).unwrap();
    assert!(text.contains("path: x/a.yaml\n      repo: https://h/o/r\n      ref: v1\n"), "{text}");
    assert!(text.contains("path: notCloned/b.yaml\n      repo: https://h/o/s\n"), "{text}");
}

#[test]
fn a_prefix_that_says_nothing_is_warned_of_once() {
    let kept = kept(
        &[("https://h/o/r", "", &[("kustomization.yaml", "resources: [a.yaml]\n"), ("a.yaml", OBJECT)])],
        &[],
    );
    let files = memory(&[("kustomization.yaml", "resources: ['git::https://h/o/r']\n")]);
    let mut work: Work<NoOrigins> = Work::new(Files::new(Arc::new(files), Restriction::RootOnly, Some(kept)));
    build(&mut work, "", &Options::default()).unwrap();
    assert_eq!(work.warnings.iter().filter(|text| text.contains("git::")).count(), 1);
}
