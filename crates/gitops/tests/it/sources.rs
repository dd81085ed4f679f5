//! Sources that are no plain Git repository: what is asked for of them, and what repositories include of others.

use crate::repositories::{REPOSITORY, borrowed, config_map, fleet, kustomization, summary};

fn source(kind: &str, name: &str, spec: &str) -> String {
    format!(
        "apiVersion: source.toolkit.fluxcd.io/v1\nkind: {kind}\nmetadata: {{name: {name}, namespace: flux-system}}\nspec: {spec}\n---\n"
    )
}

/// What becomes of a Kustomization `apps` of the path `path` that reads a source which `declared` declares.
fn apps_of(kind: &str, name: &str, declared: &str, path: &str, files: &[(&'static str, String)]) -> String {
    let sync = format!("{REPOSITORY}---\n{}", kustomization("flux-system", "./clusters/demo", ""));
    let apps = kustomization("apps", path, "")
        .replace("kind: GitRepository\n    name: flux-system", &format!("kind: {kind}\n    name: {name}"));
    let mut all =
        vec![("clusters/demo/sync.yaml", sync), ("clusters/demo/apps.yaml", format!("{declared}{apps}"))];
    all.extend(files.iter().cloned());
    let lines = summary(&fleet(&borrowed(&all)));
    lines.into_iter().find_map(|line| line.strip_prefix("demo: apps = ").map(str::to_owned)).unwrap()
}

#[test]
fn what_was_not_fetched_is_named_with_what_of_it() {
    let verified = "{url: 'oci://h/o/m', ref: {semver: '^1'}, verify: {provider: cosign}}";
    for (kind, spec, expected) in [
        (
            "OCIRepository",
            "{url: 'oci://h/o/m'}",
            "not assessed: artifact oci://h/o/m at latest is not in the cache",
        ),
        ("OCIRepository", verified, "not assessed: artifact oci://h/o/m at semver:^1 is not in the cache"),
        (
            "OCIRepository",
            "{url: 'oci://h/o/m', ref: {semver: '^1', semverFilter: '.*-x'}}",
            "not assessed: artifact oci://h/o/m at semver:^1 matching .*-x is not in the cache",
        ),
        (
            "GitRepository",
            "{url: 'https://h/o/r', ref: {semver: '>=1.0.0 <2', branch: main}}",
            "not assessed: Git repository https://h/o/r at semver >=1.0.0 <2 is not in the cache",
        ),
        (
            "GitRepository",
            "{url: 'https://h/o/r', ref: {name: refs/pull/7/head, semver: '^1'}}",
            "not assessed: Git repository https://h/o/r at name refs/pull/7/head is not in the cache",
        ),
        (
            "GitRepository",
            "{url: 'https://h/o/r', ref: {commit: 0123456789abcdef0123456789abcdef01234567, branch: main}}",
            "not assessed: Git repository https://h/o/r at commit 0123456789abcdef0123456789abcdef01234567 is not in the cache",
        ),
        ("Bucket", "{endpoint: h, bucketName: b}", "not assessed: Bucket 'other' cannot be had here"),
    ] {
        let found = apps_of(kind, "other", &source(kind, "other", spec), "./", &[]);
        assert!(found.starts_with(expected), "{kind} {spec}: {found}");
        let note = "the signature of OCIRepository flux-system/other is not verified here";
        assert_eq!(found.contains(note), spec == verified, "{found}");
    }
}

#[test]
fn a_repository_includes_folders_of_others() {
    let own = "url: 'https://example.com/org/fleet', ref: {branch: main}";
    let include = |rest: &str| {
        let spec = format!("{{{own}, include: [{{repository: {{name: flux-system}}, {rest}}}]}}");
        source("GitRepository", "other", &spec)
    };
    let files = [("shared/web.yaml", config_map("web", "a: b"))];
    for (rest, path, expected) in [
        ("fromPath: shared, toPath: apps/base", "./apps/base", "ConfigMap flux-system/web"),
        ("fromPath: ./shared/", "./flux-system", "ConfigMap flux-system/web"),
        (
            "fromPath: nowhere",
            "./flux-system",
            "not assessed: GitRepository flux-system has no folder 'nowhere' to include",
        ),
    ] {
        let found = apps_of("GitRepository", "other", &include(rest), path, &files);
        assert_eq!(found, expected, "{rest}");
    }
    let itself =
        source("GitRepository", "other", &format!("{{{own}, include: [{{repository: {{name: other}}}}]}}"));
    let found = apps_of("GitRepository", "other", &itself, "./", &files);
    assert_eq!(found, "not assessed: GitRepository flux-system/other includes itself");
}
