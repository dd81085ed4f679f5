//! Builds of so many objects that several threads read and print them: the same as of few.

use std::sync::Arc;

use kustomize::load::{Files, Restriction};
use kustomize::{Failure, Options, Work, build};
use text::{Origins, Span};
use tree::Memory;

/// Far more than one thread reads or prints alone.
const OBJECTS: usize = 1_000;

fn object(number: usize) -> String {
    format!("apiVersion: v1\ndata:\n  a: b{number}\nkind: ConfigMap\nmetadata:\n  name: c-{number:04}\n")
}

fn work(objects: &[String], kustomization: &str) -> Work<Origins> {
    let mut tree = Memory::new();
    tree.insert("all.yaml", objects.join("---\n"));
    tree.insert("kustomization.yaml", kustomization);
    Work::new(Files::new(Arc::new(tree), Restriction::RootOnly, None))
}

fn built(work: &mut Work<Origins>) -> Result<String, Failure> {
    build(work, "", &Options::default())?.print()
}

#[test]
fn many_objects_are_printed_in_their_order() {
    let objects: Vec<_> = (0..OBJECTS).map(object).collect();
    let mut work = work(&objects, "resources: [all.yaml]\n");
    assert_eq!(built(&mut work).unwrap(), objects.join("---\n"));
}

#[test]
fn of_several_faults_the_first_one_in_the_file_is_told() {
    let mut objects: Vec<_> = (0..OBJECTS).map(object).collect();
    for broken in [900, 600, 700] {
        objects[broken] = "a: [b\n".to_owned();
    }
    let start: usize = objects[..600].iter().map(|object| object.len() + "---\n".len()).sum();
    let told = built(&mut work(&objects, "resources: [all.yaml]\n")).unwrap_err();
    let is_there = |place: Span| (start..start + 8).contains(&(place.start as usize));
    assert!(told.place.is_some_and(is_there), "{told:?}, not {start}");
}

#[test]
fn of_several_objects_that_cannot_be_printed_the_first_one_is_told() {
    let mut objects: Vec<_> = (0..OBJECTS).map(object).collect();
    for (broken, key) in [(900, "x"), (600, "y")] {
        objects[broken] = object(broken).replace("data:\n", &format!("data:\n  {key}: 1\n  {key}: 2\n"));
    }
    let told = built(&mut work(&objects, "resources: [all.yaml]\n")).unwrap_err();
    assert!(told.to_string().ends_with("cannot be printed: mapping key 'y' is already defined"), "{told}");
}

#[test]
fn files_that_are_kept_for_other_builds_give_them_the_objects_as_they_were_read() {
    let objects: Vec<_> = (0..OBJECTS).map(object).collect();
    let kustomization = "namePrefix: p-\nresources: [all.yaml]\n";
    let mut first = work(&objects, kustomization);
    first.files = first.files.kept_for_others();
    let text = built(&mut first).unwrap();
    let mut second = Work::new(first.files);
    assert_eq!(built(&mut second).unwrap(), text);
    assert_eq!(built(&mut work(&objects, kustomization)).unwrap(), text);
}
