use std::collections::BTreeMap;
use std::sync::Arc;

use text::{Exactness, Origin, Origins, Span};
use tree::Memory;

use crate::load::{Files, Restriction};
use crate::{Options, Work, build};

/// The origins of the leaves of what is built: for each path of keys its text, and the bytes of the files that are
/// evidence of it, each with the path of its file; `=` where an edit there is an edit of the value.
fn origins(files: &[(&str, &str)]) -> BTreeMap<String, String> {
    let mut tree = Memory::new();
    for (path, text) in files {
        tree.insert(*path, text.as_bytes().to_vec());
    }
    let mut work: Work<Origins> = Work::new(Files::new(Arc::new(tree), Restriction::RootOnly, None));
    let built = build(&mut work, "", &Options::default()).unwrap();
    let mut found = BTreeMap::new();
    for resource in built.map.resources() {
        let graph = resource.graph();
        let mut open = vec![(resource.kind().to_owned(), graph.root())];
        while let Some((path, node)) = open.pop() {
            for entry in graph.entries(node) {
                open.push((format!("{path}.{}", entry.key.text), entry.value));
            }
            if graph.scalar(node).is_some() {
                let told = told(&work, graph.origin(node), files);
                found.insert(path, told);
            }
        }
    }
    found
}

fn told(work: &Work<Origins>, origin: Origin, files: &[(&str, &str)]) -> String {
    let shown = |span: Span| {
        let (span, exactness) = work.files.texts().resolve(span).unwrap();
        let path = work.files.texts().path(span.text).unwrap();
        let bytes = files.iter().find(|(there, _)| *there == path).unwrap().1;
        (format!("{path}: {}", &bytes[span.range()]), exactness)
    };
    match work.tracker.editable(origin).map(shown) {
        Some((text, Exactness::Verbatim)) => format!("={text}"),
        Some((text, Exactness::Computed)) => text,
        None => {
            let evidence = work.tracker.evidence(origin).into_iter().map(|span| shown(span).0);
            evidence.collect::<Vec<_>>().join(" + ")
        }
    }
}

#[track_caller]
fn check(files: &[(&str, &str)], expected: &[(&str, &str)]) {
    let found = origins(files);
    for (path, origin) in expected {
        assert_eq!(found.get(*path).map(String::as_str), Some(*origin), "{path}\n{found:#?}");
    }
}

#[test]
fn values_of_literals_are_parts_of_them() {
    let file = "configMapGenerator:\n- name: c\n  literals:\n  - a=one\n  - 'b=two'\n  - c=\"three\"\n  - 'd=''four'''\n  - |-\n    e=five\n    six\n  - \"f=s\\u0065ven\"\n";
    check(
        &[("kustomization.yaml", file)],
        &[
            ("ConfigMap.data.a", "=kustomization.yaml: one"),
            ("ConfigMap.data.b", "=kustomization.yaml: two"),
            ("ConfigMap.data.c", "=kustomization.yaml: three"),
            ("ConfigMap.data.d", "=kustomization.yaml: four"),
            // What stands in escapes is not the value's bytes: where it stands is evidence.
            ("ConfigMap.data.f", "kustomization.yaml: s\\u0065ven"),
        ],
    );
}

#[test]
fn values_of_lines_and_files_stand_in_them() {
    let file = "configMapGenerator:\n- name: c\n  envs: [e.env]\n  files: [f.txt, k=f.txt]\n";
    check(
        &[("kustomization.yaml", file), ("e.env", "# c\n a=one\r\nb = two \nc\n"), ("f.txt", "text\n")],
        &[
            ("ConfigMap.data.a", "=e.env: one"),
            ("ConfigMap.data.b ", "=e.env:  two "),
            ("ConfigMap.data.c", "=e.env: "),
            ("ConfigMap.data.f.txt", "=f.txt: text\n"),
            ("ConfigMap.data.k", "=f.txt: text\n"),
        ],
    );
}

#[test]
fn encoded_values_are_made_of_what_was_encoded() {
    let file = "secretGenerator:\n- name: s\n  literals: [a=one]\n  type: t\n";
    check(
        &[("kustomization.yaml", file)],
        &[
            (
                "Secret.data.a",
                "kustomization.yaml: one + kustomization.yaml: name: s\n  literals: [a=one]\n  type: t",
            ),
            ("Secret.type", "=kustomization.yaml: t"),
        ],
    );
}

#[test]
fn a_name_is_the_written_one_with_a_suffix_of_the_whole() {
    let file = "namePrefix: p-\nconfigMapGenerator:\n- name: c\n";
    check(
        &[("kustomization.yaml", file)],
        &[(
            "ConfigMap.metadata.name",
            "kustomization.yaml: p- + kustomization.yaml: c + kustomization.yaml: name: c",
        )],
    );
}

#[test]
fn merged_values_are_those_of_the_overlay_over_those_of_the_base() {
    let base = "configMapGenerator:\n- name: c\n  literals: [a=base, b=base]\n  options: {labels: {l: base, m: base}}\n";
    let file = "resources: [base]\nconfigMapGenerator:\n- name: c\n  behavior: merge\n  literals: [a=over, d=over]\n  options: {labels: {l: over}}\ngeneratorOptions: {annotations: {g: global}}\n";
    check(
        &[("kustomization.yaml", file), ("base/kustomization.yaml", base)],
        &[
            ("ConfigMap.data.a", "=kustomization.yaml: over"),
            ("ConfigMap.data.b", "=base/kustomization.yaml: base"),
            ("ConfigMap.data.d", "=kustomization.yaml: over"),
            ("ConfigMap.metadata.labels.l", "=kustomization.yaml: over"),
            ("ConfigMap.metadata.labels.m", "=base/kustomization.yaml: base"),
            ("ConfigMap.metadata.annotations.g", "=kustomization.yaml: global"),
        ],
    );
}

#[test]
fn values_in_the_configuration_of_a_plugin_are_told_by_their_literal() {
    use manifest::mutable::Graph;
    let config = "kind: ConfigMapGenerator\nmetadata: {name: c}\nliterals: [a=one]\n";
    let mut work: Work<Origins> = Work::new(Files::new(Arc::new(Memory::new()), Restriction::RootOnly, None));
    let id = work.files.add_text(text::Source::File { path: "g.yaml".to_owned() });
    let document = manifest::parse_first(id, config.as_bytes(), 0..config.len()).unwrap();
    let graph = Graph::take::<Origins>(&document, document.root().unwrap()).unwrap();
    let loader = crate::load::Loader::at(&work.files, "").unwrap();
    let generator = super::Generator::of_plugin(&mut work, &loader, ("ConfigMapGenerator", &graph));
    let made = generator.unwrap().unwrap().generate(&mut work, &loader).unwrap();
    let graph = made[0].graph();
    let value = graph.at(graph.root(), &["data", "a"]).unwrap();
    assert_eq!(told(&work, graph.origin(value), &[("g.yaml", config)]), "g.yaml: a=one");
}
