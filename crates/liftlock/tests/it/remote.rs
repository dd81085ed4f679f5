//! Remote bases: built out of the cache, and never fetched by a build.

use store::{CheckoutName, Store};

use crate::program::{Folder, command, run};

const URL: &str = "https://host.invalid/org/repo//deploy?ref=v1";
const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

/// A folder with a kustomization that names a remote base, and an empty cache beside it.
fn overlay() -> Folder {
    Folder::new([("over/kustomization.yaml", &*format!("namePrefix: p-\nresources: ['{URL}']\n"))])
}

/// Puts the base into the cache as `liftlock fetch` does.
fn keep(folder: &Folder) {
    let store = Store::at(&folder.path().join("cache"));
    let scratch = store.scratch().unwrap();
    let tree = scratch.path().join("tree");
    std::fs::create_dir_all(tree.join("deploy")).unwrap();
    std::fs::write(tree.join("deploy/kustomization.yaml"), "resources: [a.yaml]\n").unwrap();
    let object = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
    std::fs::write(tree.join("deploy/a.yaml"), object).unwrap();
    let name = CheckoutName { url: "https://host.invalid/org/repo", reference: Some("v1"), submodules: true };
    store.keep_checkout(&name, COMMIT, &tree).unwrap();
}

fn build(folder: &Folder, target: &str) -> crate::program::Run {
    let cache = folder.path().join("cache");
    run(command().args(["kustomize", "build", target, "--cache"]).arg(cache))
}

#[test]
fn a_build_takes_bases_out_of_the_cache() {
    let folder = overlay();
    keep(&folder);
    let over = folder.path().join("over");
    let printed = build(&folder, over.to_str().unwrap()).expect(0).out;
    assert_eq!(printed, "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: p-a\n");
    assert_eq!(build(&folder, URL).expect(0).out, printed.replace("p-a", "a"));
}

#[test]
fn what_is_not_in_the_cache_is_an_error_with_the_command_that_fetches_it() {
    let folder = overlay();
    let over = folder.path().join("over");
    let cache = folder.path().join("cache");
    for (target, shown) in [(over.to_str().unwrap(), over.display().to_string()), (URL, format!("'{URL}'"))] {
        let told = build(&folder, target).expect(3).err;
        assert!(told.contains("is remote and not in the cache"), "{told}");
        assert!(told.contains(&format!("liftlock fetch --cache {} {shown}`", cache.display())), "{told}");
    }
    assert!(!cache.exists(), "a build writes nothing");
}

#[test]
fn fetching_where_nothing_is_remote_is_clean_and_a_broken_kustomization_is_not() {
    let folder = Folder::new([("kustomization.yaml", "namePrefix: p-\n")]);
    let fetch = |folder: &Folder| {
        let cache = folder.path().join("cache");
        run(command().args(["fetch", folder.name(), "--cache"]).arg(cache))
    };
    assert_eq!(fetch(&folder).expect(0).out, "");
    folder.write("b/kustomization.yaml", "resource: [a.yaml]\n");
    let told = fetch(&folder).expect(3).err;
    assert!(told.contains("not assessed") && told.contains("b: "), "{told}");
    folder.write("c/kustomization.yaml", "resources: ['file:///nowhere/r.git']\n");
    assert!(fetch(&folder).expect(2).err.contains("cannot fetch 'file:///nowhere/r.git'"));
}
