//! Folders as Flux builds them; the expectations were looked up with Flux's own generator.

use std::sync::Arc;

use text::Origins;
use tree::Memory;

use super::{Artifact, build, read_objects};
use crate::load::{Files, Restriction};
use crate::{Failure, Work};

const CONFIG_MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: NAME\n";

fn config_map(name: &str) -> String {
    CONFIG_MAP.replace("NAME", name)
}

fn artifact(memory: Memory, paths: &[String], ignore: Option<&str>) -> Artifact {
    Artifact::new(Arc::new(memory), "", paths, ignore).unwrap()
}

/// Builds the folder `app`, with the Flux Kustomization `flux.yaml` if there is one.
fn built(files: &[(&str, &str)]) -> Result<String, Failure> {
    let memory: Memory = files.iter().map(|(path, text)| (*path, text.as_bytes())).collect();
    let paths: Vec<String> = files.iter().map(|(path, _)| (*path).to_owned()).collect();
    let mut outer: Work<Origins> = Work::new(Files::new(Arc::new(memory.clone()), Restriction::None, None));
    let has_flux = paths.iter().any(|path| path == "flux.yaml");
    let ignore = match has_flux {
        true => read_objects(&mut outer, "flux.yaml")?.1.into_iter().find_map(|source| source.ignore),
        false => None,
    };
    let artifact = artifact(memory, &paths, ignore.as_deref());
    let mut work: Work<Origins> = Work::new(Files::new(Arc::new(artifact), Restriction::None, None));
    let asked = if has_flux { read_objects(&mut work, "flux.yaml")?.0 } else { Vec::new() };
    build(&mut work, "app", asked.first())?.print()
}

fn names(files: &[(&str, &str)]) -> Vec<String> {
    let printed = built(files).unwrap();
    let lines = printed.lines().filter_map(|line| line.strip_prefix("  name: "));
    lines.map(str::to_owned).collect()
}

#[test]
fn a_folder_without_a_kustomization_is_one_over_all_its_files() {
    let [a, b, c] = ["a", "b", "c"].map(config_map);
    let found = names(&[
        ("app/z.yaml", &a),
        ("app/sub/deep/b.yml", &b),
        ("app/own/kustomization.yml", "resources: [c.yaml]\nnamePrefix: own-\n"),
        ("app/own/c.yaml", &c),
        ("app/own/below/not-taken.yaml", &c),
        ("app/README.md", "text"),
        ("other/d.yaml", "not: kubernetes"),
    ]);
    assert_eq!(found, ["own-c", "b", "a"]);
}

#[test]
fn a_file_that_is_none_of_kubernetes_fails_the_whole_by_name() {
    let failure =
        built(&[("app/a.yaml", &config_map("a")), ("app/values.yaml", "replicas: 2\n")]).unwrap_err();
    assert!(failure.place.is_some());
    assert_eq!(failure.to_string(), "missing Resource metadata");
}

#[test]
fn a_folder_without_files_builds_nothing() {
    assert_eq!(built(&[("app/README.md", "text")]).unwrap(), "");
}

#[test]
fn what_the_source_leaves_out_is_not_there() {
    let [a, b] = ["a", "b"].map(config_map);
    let ignored = "kind: GitRepository\napiVersion: source.toolkit.fluxcd.io/v1\nmetadata: {name: x}\nspec:\n  ignore: |\n    /app/b.yaml\n";
    assert_eq!(names(&[("app/a.yaml", &a), ("app/b.yaml", &b), ("app/.sourceignore", "b.yaml\n")]), ["a"]);
    assert_eq!(names(&[("app/a.yaml", &a), ("app/b.yaml", &b), ("flux.yaml", ignored)]), ["a"]);
    assert_eq!(names(&[("app/a.yaml", &a), ("app/.sops.yaml", "creation_rules: []\n")]), ["a"]);
    let failure = built(&[
        ("app/kustomization.yaml", "resources: [a.yaml]\n"),
        ("app/a.yaml", &a),
        ("app/.sourceignore", "a.yaml\n"),
    ]);
    assert!(failure.is_err());
}

#[test]
fn what_a_flux_kustomization_says_is_merged() {
    let flux = "apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: app}
spec:
  interval: 1h
  prune: true
  targetNamespace: prod
  namePrefix: x-
  nameSuffix: -y
  images:
    - name: nginx
      newTag: '2'
    - name: redis
      newName: valkey
  components: [../part, ../missing]
  ignoreMissingComponents: true
  commonMetadata:
    labels: {team: blue}
    annotations: {note: here}
  patches:
    - patch: |
        - op: add
          path: /spec/paused
          value: true
      target: {kind: Deployment}
";
    let deployment = "apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {team: red}}
spec: {template: {spec: {containers: [{name: n, image: 'nginx:1'}, {name: r, image: 'redis:7'}]}}}
";
    let printed = built(&[
        ("flux.yaml", flux),
        (
            "app/kustomization.yaml",
            "resources: [d.yaml]\nnamespace: dev\nunknown: field\nimages: [{name: nginx, newName: other, digest: 'sha256:1'}]\n",
        ),
        ("app/d.yaml", deployment),
        ("part/kustomization.yaml", "kind: Component\ncommonAnnotations: {part: 'yes'}\n"),
    ]);
    let expected = "apiVersion: apps/v1
kind: Deployment
metadata:
  annotations:
    note: here
    part: \"yes\"
  labels:
    team: blue
  name: x-web-y
  namespace: prod
spec:
  paused: true
  template:
    metadata:
      annotations:
        part: \"yes\"
    spec:
      containers:
      - image: other:2
        name: \"n\"
      - image: valkey:7
        name: r
";
    assert_eq!(printed.unwrap(), expected);
}

#[test]
fn a_kustomization_without_resources_says_where_its_objects_came_from() {
    let printed =
        built(&[("app/kustomization.yaml", "configMapGenerator: [{name: a, literals: [k=v]}]\n")]).unwrap();
    assert!(printed.contains("config.kubernetes.io/origin: |\n"), "{printed}");
}

#[test]
fn a_component_of_another_place_is_refused() {
    let flux = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: app}\nspec: {components: ['https://example.com/x']}\n";
    let failure = built(&[("flux.yaml", flux), ("app/a.yaml", &config_map("a"))]).unwrap_err();
    assert_eq!(failure.to_string(), "component path 'https://example.com/x' must be local and relative");
}
