//! What differs between the versions of kustomize that can be followed; both columns are what those printed.

use std::sync::Arc;

use text::NoOrigins;
use tree::Memory;

use super::*;
use crate::load::Restriction;

/// Builds the root of the given files.
fn built(compatibility: Compatibility, files: &[(&str, &str)]) -> Result<String, String> {
    let tree: Memory = files.iter().map(|(path, text)| (*path, text.as_bytes())).collect();
    let files = Files::new(Arc::new(tree), Restriction::RootOnly, None);
    let mut work: Work<NoOrigins> = Work::new(files).following(compatibility);
    let built = build(&mut work, "", &Options::default()).and_then(|built| built.print());
    built.map_err(|failure| failure.to_string())
}

fn check(files: &[(&str, &str)], earlier: Result<&str, &str>, later: Result<&str, &str>) {
    let expected = |result: Result<&str, &str>| result.map(str::to_owned).map_err(str::to_owned);
    assert_eq!(built(Compatibility::V5_8_1, files), expected(earlier));
    assert_eq!(built(Compatibility::V5_8_3, files), expected(later));
}

#[test]
fn templates_are_no_claims_of_volumes_any_more() {
    check(
        &[
            (
                "kustomization.yaml",
                r#"resources: [s.yaml]
labels:
- pairs: {team: blue}
  includeTemplates: true
"#,
            ),
            (
                "s.yaml",
                r#"apiVersion: apps/v1
kind: StatefulSet
metadata: {name: s}
spec:
  template: {}
  volumeClaimTemplates: [{metadata: {name: v}}]
"#,
            ),
        ],
        Ok(r#"apiVersion: apps/v1
kind: StatefulSet
metadata:
  labels:
    team: blue
  name: s
spec:
  template:
    metadata:
      labels:
        team: blue
  volumeClaimTemplates:
  - metadata:
      labels:
        team: blue
      name: v
"#),
        Ok(r#"apiVersion: apps/v1
kind: StatefulSet
metadata:
  labels:
    team: blue
  name: s
spec:
  template:
    metadata:
      labels:
        team: blue
  volumeClaimTemplates:
  - metadata:
      name: v
"#),
    );
}

#[test]
fn claims_of_volumes_have_a_switch_of_their_own() {
    check(
        &[
            (
                "kustomization.yaml",
                r#"resources: [s.yaml]
labels:
- pairs: {team: blue}
  includeVolumeClaimTemplates: true
"#,
            ),
            (
                "s.yaml",
                r#"apiVersion: apps/v1
kind: StatefulSet
metadata: {name: s}
spec:
  template: {}
  volumeClaimTemplates: [{metadata: {name: v}}]
"#,
            ),
        ],
        Err("unknown field \"includeVolumeClaimTemplates\""),
        Ok(r#"apiVersion: apps/v1
kind: StatefulSet
metadata:
  labels:
    team: blue
  name: s
spec:
  template: {}
  volumeClaimTemplates:
  - metadata:
      labels:
        team: blue
      name: v
"#),
    );
}

#[test]
fn digests_of_any_algorithm_are_digests() {
    check(
        &[
            (
                "kustomization.yaml",
                r#"resources: [p.yaml]
images: [{name: nginx, newTag: "2"}]
"#,
            ),
            (
                "p.yaml",
                r#"apiVersion: v1
kind: Pod
metadata: {name: p}
spec: {containers: [{name: c, image: "nginx@sha512:ab"}]}
"#,
            ),
        ],
        Ok(r#"apiVersion: v1
kind: Pod
metadata:
  name: p
spec:
  containers:
  - image: nginx@sha512:ab
    name: c
"#),
        Ok(r#"apiVersion: v1
kind: Pod
metadata:
  name: p
spec:
  containers:
  - image: nginx:2
    name: c
"#),
    );
}

#[test]
fn a_name_of_an_image_that_is_no_expression_matches_nothing() {
    check(
        &[
            (
                "kustomization.yaml",
                r#"resources: [p.yaml]
images: [{name: "ngin[", newTag: "2"}]
"#,
            ),
            (
                "p.yaml",
                r#"apiVersion: v1
kind: Pod
metadata: {name: p}
spec: {containers: [{name: c, image: "nginx@sha512:ab"}]}
"#,
            ),
        ],
        Err("image name 'ngin[' is no regular expression"),
        Ok(r#"apiVersion: v1
kind: Pod
metadata:
  name: p
spec:
  containers:
  - image: nginx@sha512:ab
    name: c
"#),
    );
}

#[test]
fn images_are_found_in_the_volumes_of_jobs() {
    check(
        &[
            (
                "c.yaml",
                r#"apiVersion: batch/v1
kind: CronJob
metadata: {name: c}
spec: {jobTemplate: {spec: {template: {spec: {volumes: [{name: v, image: {reference: "data:1"}}]}}}}}
"#,
            ),
            (
                "kustomization.yaml",
                r#"resources: [c.yaml]
images: [{name: data, newTag: "2"}]
"#,
            ),
        ],
        Ok(r#"apiVersion: batch/v1
kind: CronJob
metadata:
  name: c
spec:
  jobTemplate:
    spec:
      template:
        spec:
          volumes:
          - image:
              reference: data:1
            name: v
"#),
        Ok(r#"apiVersion: batch/v1
kind: CronJob
metadata:
  name: c
spec:
  jobTemplate:
    spec:
      template:
        spec:
          volumes:
          - image:
              reference: data:2
            name: v
"#),
    );
}

#[test]
fn readable_data_of_a_secret_is_merged() {
    check(
        &[
            (
                "kustomization.yaml",
                r#"resources: [s.yaml]
secretGenerator:
- name: s
  behavior: merge
  literals: [b=2]
generatorOptions: {disableNameSuffixHash: true}
"#,
            ),
            (
                "s.yaml",
                r#"apiVersion: v1
kind: Secret
metadata: {name: s}
data: {a: MA==}
stringData: {a: "1", b: "1"}
"#,
            ),
        ],
        Ok(r#"apiVersion: v1
data:
  a: MA==
  b: Mg==
kind: Secret
metadata:
  name: s
type: Opaque
"#),
        Ok(r#"apiVersion: v1
data:
  a: MQ==
  b: Mg==
kind: Secret
metadata:
  name: s
type: Opaque
"#),
    );
}

#[test]
fn admission_policies_have_no_namespace() {
    check(
        &[
            (
                "kustomization.yaml",
                r#"namespace: prod
resources: [p.yaml]
"#,
            ),
            (
                "p.yaml",
                r#"apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: p}
"#,
            ),
        ],
        Ok(r#"apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata:
  name: p
  namespace: prod
"#),
        Ok(r#"apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata:
  name: p
"#),
    );
}

#[test]
fn options_hold_within_texts_as_well() {
    check(
        &[
            (
                "c.yaml",
                r#"apiVersion: v1
kind: ConfigMap
metadata: {name: c}
data:
  config: |
    host: old.example.com
"#,
            ),
            (
                "kustomization.yaml",
                r#"resources: [c.yaml]
replacements:
- sourceValue: new
  targets:
  - select: {kind: ConfigMap}
    fieldPaths: [data.config.host]
    options: {delimiter: ".", index: 0}
"#,
            ),
        ],
        Ok(r#"apiVersion: v1
data:
  config: 'host: new'
kind: ConfigMap
metadata:
  name: c
"#),
        Ok(r#"apiVersion: v1
data:
  config: 'host: new.example.com'
kind: ConfigMap
metadata:
  name: c
"#),
    );
}

#[test]
fn a_path_that_looks_like_two_is_refused() {
    check(
        &[(
            "kustomization.yaml",
            r#"resources: ["x - ../base"]
"#,
        )],
        Err("cannot read 'x - ../base'"),
        Err(
            "path \"x - ../base\" is ambiguous: resolves to \"x - ../base\" after normalization, which is likely not the intended target; check for YAML indentation errors in your kustomization file",
        ),
    );
}

#[test]
fn the_label_names_the_version() {
    let files = [
        ("kustomization.yaml", "buildMetadata: [managedByLabel]\nresources: [a.yaml]\n"),
        ("a.yaml", "kind: A\nmetadata: {name: a}\n"),
    ];
    for (compatibility, version) in [(Compatibility::V5_8_1, "v5.8.1"), (Compatibility::V5_8_3, "v5.8.3")] {
        assert!(built(compatibility, &files).unwrap().contains(&format!("kustomize-{version}")));
    }
}
