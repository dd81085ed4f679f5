//! Several kustomizations in one process come out as one by one.

use crate::program::{Folder, liftlock};

fn tree() -> Folder {
    Folder::new([
        ("base/kustomization.yaml", "resources: [object.yaml]\n"),
        ("base/object.yaml", "kind: ConfigMap\nmetadata: {name: a}\n"),
        ("one/kustomization.yaml", "namePrefix: one-\nresources: [../base]\n"),
        ("two/kustomization.yaml", "namePrefix: two-\nresources: [../base]\n"),
        ("bad/kustomization.yaml", "resources: [missing.yaml]\n"),
    ])
}

#[test]
fn several_folders_are_printed_in_the_order_in_which_they_are_given() {
    let tree = tree();
    let [one, two, base] = ["one", "two", "base"].map(|name| format!("{}/{name}", tree.name()));
    let each = [&two, &one, &base].map(|folder| liftlock(&["kustomize", "build", folder]).expect(0).out);
    let together = liftlock(&["kustomize", "build", &two, &one, &base]).expect(0).out;
    assert_eq!(together, each.join("---\n"));
}

#[test]
fn one_that_fails_is_told_and_the_others_are_built() {
    let tree = tree();
    let [one, bad] = ["one", "bad"].map(|name| format!("{}/{name}", tree.name()));
    let run = liftlock(&["kustomize", "build", &bad, &one]).expect(2);
    assert!(run.out.contains("name: one-a"), "{}", run.out);
    assert!(run.err.contains("missing.yaml") && run.err.contains("1 of 2 kustomizations"), "{}", run.err);
}

#[test]
fn each_of_several_folders_gets_its_file() {
    let tree = tree();
    let [one, two, out] = ["one", "two", "out"].map(|name| format!("{}/{name}", tree.name()));
    liftlock(&["kustomize", "build", &one, &two, "-o", &out]).expect(0);
    let mut names: Vec<_> = std::fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    let texts: Vec<_> = names.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    assert_eq!(texts.len(), 2);
    assert!(texts[0].contains("name: one-a") && texts[1].contains("name: two-a"), "{texts:?}");
}
