#![expect(clippy::disallowed_methods, reason = "tests make and break what is read")]

use super::*;

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";
const OTHER: &str = "fedcba9876543210fedcba9876543210fedcba98";

fn name<'n>(url: &'n str, reference: Option<&'n str>) -> CheckoutName<'n> {
    CheckoutName { url, reference, submodules: true }
}

fn keep(store: &Store, of: &CheckoutName<'_>, commit: &str, text: &str) -> Checkout {
    let scratch = store.scratch().unwrap();
    let folder = scratch.path().join("tree");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("a.yaml"), text).unwrap();
    store.keep_checkout(of, commit, &folder).unwrap()
}

#[test]
fn what_was_kept_is_found_by_its_name_and_by_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path());
    let of = name("https://host/a", Some("v1"));
    assert_eq!(store.checkout(&of).unwrap(), None);
    let kept = keep(&store, &of, COMMIT, "a: 1\n");
    assert_eq!(store.checkout(&of).unwrap(), Some(kept.clone()));
    assert_eq!(fs::read(kept.folder.join("a.yaml")).unwrap(), b"a: 1\n");
    for other in
        [name("https://host/a", None), name("https://host/a", Some("")), name("https://host/b", Some("v1"))]
    {
        assert_eq!(store.checkout(&other).unwrap(), None, "{other:?}");
    }
    assert_eq!(store.checkout(&CheckoutName { submodules: false, ..of }).unwrap(), None);
    assert_eq!(store.at_commit(&name("https://host/a", None), COMMIT), Some(kept));
    assert_eq!(fs::read_dir(folder.path().join("v1/scratch")).unwrap().count(), 0);
}

#[test]
fn a_reference_moves_and_whoever_reads_the_old_commit_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path());
    let of = name("https://host/a", None);
    let before = keep(&store, &of, COMMIT, "a: 1\n");
    let after = keep(&store, &of, OTHER, "a: 2\n");
    assert_eq!(store.checkout(&of).unwrap(), Some(after));
    assert_eq!(fs::read(before.folder.join("a.yaml")).unwrap(), b"a: 1\n");
    store.point(&of, COMMIT).unwrap();
    assert_eq!(store.checkout(&of).unwrap(), Some(before));
}

#[test]
fn keeping_the_same_commit_twice_at_once_is_no_fault() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path());
    let of = name("https://host/a", None);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| keep(&store, &of, COMMIT, "a: 1\n"));
        }
    });
    let kept = store.checkout(&of).unwrap().unwrap();
    assert_eq!(fs::read(kept.folder.join("a.yaml")).unwrap(), b"a: 1\n");
}

#[test]
fn half_done_work_is_not_seen_and_swept_when_it_is_old() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path());
    let left = store.scratch().unwrap().keep();
    fs::write(left.join("a.yaml"), "a").unwrap();
    assert_eq!(store.checkout(&name("https://host/a", None)).unwrap(), None);
    let modified = fs::metadata(&left).unwrap().modified().unwrap();
    store.sweep(modified + Duration::from_hours(1));
    assert!(left.exists());
    store.sweep(modified + Duration::from_hours(49));
    assert!(!left.exists());
}

#[test]
fn a_damaged_reference_is_told_and_leads_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path());
    let of = name("https://host/a", None);
    keep(&store, &of, COMMIT, "a: 1\n");
    for text in ["", "../../../etc\n", "0123\n", &"a".repeat(100)] {
        fs::write(store.pointer(&of), text).unwrap();
        assert!(matches!(store.checkout(&of), Err(UseStore::Damaged { .. })), "{text:?}");
    }
    fs::write(store.pointer(&of), format!("{OTHER}\n")).unwrap();
    assert_eq!(store.checkout(&of).unwrap(), None);
}

#[test]
fn files_are_found_by_their_url() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path());
    assert_eq!(store.file("https://host/a").unwrap(), None);
    store.keep_file("https://host/a", b"1").unwrap();
    store.keep_file("https://host/a", b"2").unwrap();
    assert_eq!(store.file("https://host/a").unwrap().as_deref(), Some(b"2".as_slice()));
    assert_eq!(store.file("https://host/a?b").unwrap(), None);
}

#[test]
fn an_archive_is_kept_once_and_found_by_its_digest_and_by_every_address() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path());
    assert_eq!(store.archive_at("https://host/a.tgz").unwrap(), None);
    let digest = store.keep_archive(&["https://host/a.tgz", "oci://host/a:1"], b"archive").unwrap();
    assert_eq!(store.keep_archive(&["https://other/a.tgz"], b"archive").unwrap(), digest);
    for address in ["https://host/a.tgz", "oci://host/a:1", "https://other/a.tgz"] {
        assert_eq!(store.archive_at(address).unwrap().as_ref(), Some(&digest), "{address}");
    }
    assert_eq!(store.archive(&digest).unwrap().as_deref(), Some(b"archive".as_slice()));
    assert_eq!(fs::read_dir(folder.path().join("v1/archives")).unwrap().count(), 1);
    assert_eq!(store.archive("../archives").unwrap(), None);
}

#[test]
fn a_damaged_archive_is_told_and_written_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path());
    let digest = store.keep_archive(&["https://host/a.tgz"], b"archive").unwrap();
    fs::write(folder.path().join("v1/archives").join(&digest), "arch").unwrap();
    assert!(matches!(store.archive(&digest), Err(UseStore::Damaged { .. })));
    store.keep_archive(&[], b"archive").unwrap();
    assert!(store.archive(&digest).unwrap().is_some());
    let pointers = folder.path().join("v1/addresses");
    let pointer = fs::read_dir(&pointers).unwrap().next().unwrap().unwrap().path();
    fs::write(pointer, "../../etc\n").unwrap();
    assert_eq!(store.archive_at("https://host/a.tgz").unwrap(), None, "it is fetched again");
}

#[test]
fn versions_are_those_of_their_place_only() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path());
    store.keep_versions(&["https://host", "a"], b"1").unwrap();
    store.keep_versions(&["https://host", "a"], b"2").unwrap();
    assert_eq!(store.versions(&["https://host", "a"]).unwrap().as_deref(), Some(b"2".as_slice()));
    assert_eq!(store.versions(&["https://hosta"]).unwrap(), None);
}

const NAME: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

#[test]
fn a_render_is_found_at_its_place_and_a_torn_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path());
    let now = SystemTime::now();
    assert_eq!(store.render(NAME, 0, now), None);
    store.keep_render(NAME, 0, b"objects").unwrap();
    store.keep_render(NAME, 1, b"others").unwrap();
    store.keep_render(NAME, 1, b"").unwrap();
    assert_eq!(store.render(NAME, 0, now).as_deref(), Some(b"objects".as_slice()));
    assert_eq!(store.render(NAME, 1, now).as_deref(), Some(b"".as_slice()));
    assert_eq!(store.render(NAME, 2, now), None);
    store.keep_render("../x", 0, b"a").unwrap();
    assert_eq!(store.render("../x", 0, now), None);
    let path = store.root.join("renders").join(&NAME[..2]).join(format!("{}-0", &NAME[2..]));
    let whole = fs::read(&path).unwrap();
    for length in 0..whole.len() {
        fs::write(&path, &whole[..length]).unwrap();
        assert_eq!(store.render(NAME, 0, now), None, "{length}");
    }
    fs::write(&path, [&whole[..], b"x"].concat()).unwrap();
    assert_eq!(store.render(NAME, 0, now), None);
}

#[test]
fn renders_that_were_not_used_for_longest_go_first() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path());
    let start = SystemTime::now();
    let hours = |count: u64| start + Duration::from_hours(count);
    let names: Vec<String> = (0..10).map(|nth| format!("{nth:064}")).collect();
    for name in &names {
        store.keep_render(name, 0, &[0; 100]).unwrap();
    }
    // All are used once more, one after the other, but for two.
    for (nth, name) in names.iter().enumerate().filter(|(nth, _)| ![3, 5].contains(nth)) {
        store.render(name, 0, hours(24 + nth as u64)).unwrap();
    }
    let kept = |store: &Store| -> Vec<usize> {
        let is_kept = |nth: &usize| store.render(&names[*nth], 0, start).is_some();
        (0..names.len()).filter(is_kept).collect()
    };
    store.trim_renders(1650);
    assert_eq!(kept(&store).len(), 10, "all of them have 1,650 bytes");
    store.trim_renders(1600);
    assert_eq!(
        kept(&store),
        [2, 4, 6, 7, 8, 9]
            .into_iter()
            .chain([1])
            .collect::<std::collections::BTreeSet<_>>()
            .into_iter()
            .collect::<Vec<_>>()
    );
    store.trim_renders(0);
    assert_eq!(kept(&store), [] as [usize; 0]);
}

#[cfg(unix)]
#[test]
fn nobody_else_can_enter() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(&folder.path().join("cache"));
    store.keep_file("https://host/a", b"1").unwrap();
    let mode = fs::metadata(folder.path().join("cache/v1")).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0);
}
