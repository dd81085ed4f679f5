//! Builds of remote bases, beside what the original printed of the same.

use crate::fetching::{Setting, resources};
use crate::repository::Node;

fn object(name: &str, value: &str) -> String {
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata: {{v: \"{value}\"}}\n")
}

/// A repository with an overlay, a component, a generator over a link and a file with other line ends, at a tag and a
/// branch that differ.
fn repository(setting: &Setting) {
    let made = setting.made("base");
    let (first, second, b) = (object("a", "1"), object("a", "3"), object("b", "2"));
    let files = |a| {
        [
            ("a.yaml", Node::File(a)),
            ("kustomization.yaml", Node::File("resources: [a.yaml]\n")),
            (
                "over/kustomization.yaml",
                Node::File("namePrefix: o-\nresources: [../deep/er, b.yaml]\ncomponents: [comp]\n"),
            ),
            ("over/b.yaml", Node::File(&b)),
            (
                "over/comp/kustomization.yaml",
                Node::File(
                    "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\ncommonAnnotations: {c: d}\n",
                ),
            ),
            (
                "deep/er/kustomization.yaml",
                Node::File("configMapGenerator: [{name: g, files: [run.bat, l.txt]}]\n"),
            ),
            ("deep/er/run.bat", Node::File("a\nb\n")),
            ("deep/er/real.txt", Node::File("x\n")),
            ("deep/er/l.txt", Node::Link("real.txt")),
            (".gitattributes", Node::File("*.bat text eol=crlf\n")),
        ]
    };
    made.commit(&files(&first), &["refs/tags/v1"]);
    made.tag("v2", made.commit(&files(&second), &["refs/heads/main"]));
}

#[track_caller]
fn check(name: &str, kustomization: &str) {
    let setting = Setting::new();
    repository(&setting);
    let kustomization = kustomization.replace("$URL", &setting.url("base"));
    setting.fetch(&kustomization);
    let built = setting.build(&kustomization).unwrap();
    let path = format!("{}/tests/data/beside/{name}.yaml", env!("CARGO_MANIFEST_DIR"));
    let expected = std::fs::read_to_string(path).unwrap();
    assert_eq!(built.replace(&setting.url("base"), "$URL"), expected);
}

#[test]
fn a_base_at_the_default_branch() {
    check("default-branch", &resources(&["$URL"]));
}

#[test]
fn a_base_at_a_tag() {
    check("tag", &format!("{}nameSuffix: -z\n", resources(&["$URL?ref=v1"])));
}

#[test]
fn origins_name_the_repository() {
    let resources = resources(&["$URL//over?ref=v2"]);
    check("origins", &format!("buildMetadata: [originAnnotations, transformerAnnotations]\n{resources}"));
}

#[test]
fn a_component_and_a_folder_of_one_repository() {
    let resources = resources(&["$URL//deep/er"]);
    check("component-and-folder", &format!("components: ['$URL//over/comp']\n{resources}"));
}

#[test]
fn an_address_with_the_prefix_that_says_nothing() {
    check("forced-git", &format!("buildMetadata: [originAnnotations]\n{}", resources(&["git::$URL"])));
}
