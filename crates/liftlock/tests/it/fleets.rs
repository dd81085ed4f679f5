//! What a repository deploys with Flux: the tree of it, its objects, and what a change changes.

use crate::program::{Folder, Run, command, run};

/// A cluster that begins with itself.
pub(crate) const SYNC: &str = "apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: flux-system, namespace: flux-system}
spec: {url: 'https://example.com/org/fleet', ref: {branch: main}}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: flux-system, namespace: flux-system}
spec: {path: ./clusters/demo, prune: true, interval: 10m, sourceRef: {kind: GitRepository, name: flux-system}}
";

const APPS: &str = "apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec:
  path: ./apps
  prune: true
  interval: 10m
  sourceRef: {kind: GitRepository, name: flux-system}
  postBuild: {substitute: {host: example.com}}
";

const RELEASE: &str = "apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: web, namespace: apps}
spec:
  interval: 1h
  chart:
    spec:
      chart: ./charts/web
      sourceRef: {kind: GitRepository, name: flux-system, namespace: flux-system}
  values: {password: hunter2}
";

const TEMPLATE: &str = "{{- if .Capabilities.APIVersions.Has \"policy/v1beta1/PodDisruptionBudget\" }}
apiVersion: policy/v1beta1
{{- else }}
apiVersion: policy/v1
{{- end }}
kind: PodDisruptionBudget
metadata: {name: web}
---
apiVersion: v1
kind: Secret
metadata: {name: web}
stringData: {password: {{ .Values.password }}}
";

fn repository() -> Folder {
    Folder::new([
        ("clusters/demo/flux-system/gotk-sync.yaml", SYNC),
        ("clusters/demo/apps.yaml", APPS),
        (
            "apps/map.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web, namespace: apps}\ndata: {host: 'www.${host}'}\n",
        ),
        ("apps/release.yaml", RELEASE),
        ("charts/web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n"),
        ("charts/web/templates/all.yaml", TEMPLATE),
    ])
}

fn liftlock(folder: &Folder, arguments: &[&str]) -> Run {
    let mut command = command();
    command.args(arguments).current_dir(folder.path()).env("XDG_CACHE_HOME", folder.path().join(".cache"));
    run(&mut command)
}

fn git(folder: &Folder, arguments: &[&str]) {
    let status = std::process::Command::new("git")
        .args(["-c", "user.name=t", "-c", "user.email=t@example.invalid", "-c", "commit.gpgsign=false"])
        .args(arguments)
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(status.status.success(), "{arguments:?}: {status:?}");
}

#[test]
fn the_tree_leads_from_the_cluster_to_every_object() {
    let run = liftlock(&repository(), &["tree", "--objects", "--from", "1.24"]);
    assert_eq!(
        run.out,
        "demo  Kubernetes 1.24
└─ Kustomization flux-system/flux-system  ← GitRepository flux-system/flux-system ./clusters/demo  3 objects
   │    Kustomization flux-system/apps (kustomize.toolkit.fluxcd.io/v1)
   │    GitRepository flux-system/flux-system (source.toolkit.fluxcd.io/v1)
   │    Kustomization flux-system/flux-system (kustomize.toolkit.fluxcd.io/v1)
   └─ Kustomization flux-system/apps  ← GitRepository flux-system/flux-system ./apps  2 objects
      │    ConfigMap apps/web (v1)
      │    HelmRelease apps/web (helm.toolkit.fluxcd.io/v2)
      └─ HelmRelease apps/web  ← GitRepository flux-system/flux-system ./charts/web  2 objects
              PodDisruptionBudget web (policy/v1beta1)
              Secret web (v1)

3 units in 1 cluster: 3 rendered, 7 objects
"
    );
    assert_eq!(run.code, Some(0), "{}", run.err);
}

#[test]
fn objects_are_rendered_as_flux_would_apply_them() {
    let run = liftlock(&repository(), &["render", "kustomization/flux-system/apps"]);
    assert!(run.out.contains("  host: www.example.com\n"), "{}", run.out);
    assert!(!run.out.contains("PodDisruptionBudget"), "{}", run.out);
    assert_eq!(run.code, Some(0), "{}", run.err);
    let folder = repository();
    let run = liftlock(&folder, &["render", "--output-dir", "out"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert!(
        folder.path().join("out/demo/helmrelease-apps-web/policy_poddisruptionbudget_web.yaml").is_file()
    );
    let run = liftlock(&folder, &["render", "nobody"]);
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("there is no unit 'nobody'"), "{}", run.err);
}

#[test]
fn what_only_the_version_changes_is_shown() {
    let run = liftlock(&repository(), &["diff", "--from", "1.24", "--to", "1.25"]);
    assert!(run.out.contains("~ PodDisruptionBudget web\n"), "{}", run.out);
    assert!(run.out.contains("apiVersion: policy/v1beta1 → policy/v1\n"), "{}", run.out);
    assert_eq!(run.code, Some(1), "{}", run.err);
    let run = liftlock(&repository(), &["diff", "--from", "1.25", "--to", "1.26"]);
    assert_eq!((run.out.as_str(), run.code), ("No object differs.\n", Some(0)), "{}", run.err);
}

#[test]
fn what_a_commit_changes_is_shown_without_its_secrets() {
    let folder = repository();
    let run = liftlock(&folder, &["diff"]);
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("lies in no Git repository"), "{}", run.err);
    git(&folder, &["init", "-q", "-b", "main"]);
    let run = liftlock(&folder, &["diff"]);
    assert!(run.err.contains("has no commit yet"), "{}", run.err);
    git(&folder, &["add", "."]);
    git(&folder, &["commit", "-q", "-m", "first"]);
    folder.write("apps/release.yaml", RELEASE.replace("hunter2", "correct-horse"));
    folder.write("clusters/demo/apps.yaml", APPS.replace("example.com", "example.org"));
    for form in ["text", "markdown", "json"] {
        let run = liftlock(&folder, &["diff", "-o", form]);
        assert!(run.out.contains("www.example.org") && run.out.contains("***"), "{}", run.out);
        for secret in ["hunter2", "correct-horse"] {
            assert!(!run.out.contains(secret) && !run.err.contains(secret), "{}", run.out);
        }
        assert_eq!(run.code, Some(1), "{}", run.err);
    }
    let run = liftlock(&folder, &["diff", "nope..HEAD"]);
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("there is no revision 'nope'"), "{}", run.err);
    let run = liftlock(&folder, &["diff", "HEAD..HEAD"]);
    assert_eq!((run.out.as_str(), run.code), ("No object differs.\n", Some(0)), "{}", run.err);
}

#[test]
fn a_folder_without_flux_says_so() {
    let folder = Folder::new([("a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n")]);
    let run = liftlock(&folder, &["tree"]);
    assert_eq!(run.code, Some(3));
    assert!(run.err.contains("holds no Kustomization of Flux"), "{}", run.err);
}

#[test]
fn the_tree_is_a_picture_that_needs_nothing_else() {
    let folder = repository();
    let run = liftlock(&folder, &["tree", "-o", "svg"]);
    assert!(run.out.starts_with("<svg xmlns=") && run.out.ends_with("</svg>\n"), "{}", run.out);
    for part in
        ["Kustomization flux-system/apps", "class=\"rendered\"", "class=\"line\"", "HelmRelease apps/web"]
    {
        assert!(run.out.contains(part), "{part} in {}", run.out);
    }
    assert!(!run.out.contains("hunter2") && !run.out.contains("<script"), "{}", run.out);
}

#[test]
fn a_scan_says_who_gets_what_and_a_fix_is_proved_by_it() {
    let folder = repository();
    let old = "apiVersion: batch/v1beta1\nkind: CronJob\nmetadata: {name: old, namespace: apps}\nspec: {schedule: x}\n";
    std::fs::write(folder.path().join("apps/old.yaml"), old).unwrap();
    std::fs::create_dir(folder.path().join("attic")).unwrap();
    std::fs::write(folder.path().join("attic/old.yaml"), old).unwrap();
    let scan = liftlock(&folder, &["scan", "--from", "1.24", "--to", "1.25", "-v"]);
    let on_one_line = scan.out.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "rendered by: Kustomization flux-system/apps of demo",
        "deployed: nothing deploys this file",
        "3 of 3 units of 1 cluster rendered",
    ] {
        assert!(on_one_line.contains(part), "{part} in {}", scan.out);
    }
    let files = liftlock(&folder, &["scan", "--files-only", "--from", "1.24", "--to", "1.25", "-v"]);
    assert!(!files.out.contains("rendered by") && !files.out.contains("deploys"), "{}", files.out);
    let fix = liftlock(&folder, &["fix", "--from", "1.24", "--to", "1.25"]);
    assert!(fix.out.contains("+apiVersion: batch/v1"), "{}", fix.out);
    // The job of the file, and what the release renders of the chart's template at 1.24.
    assert!(fix.out.contains("+apiVersion: policy/v1\n"), "{}", fix.out);
    assert!(fix.err.contains("proved by 2 renders: before and after"), "{}", fix.err);
}
