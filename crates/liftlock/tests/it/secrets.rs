//! Decrypted values in everything that the program prints: there is none.
//!
//! What is encrypted, and the keys, are those of the crate gitops' tests.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::fleets::SYNC;
use crate::program::{Folder, Run, command, run};

const CLEAR: [&str; 6] = [
    "zebra7",
    "Quokka-Token-4711",
    "Wombat-Pass-9921",
    "Numbat-Single-31",
    "Bilby-Env-5512",
    "Possum-Part-8100",
];

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

const UNITS: &str = "apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: secrets, namespace: flux-system}
spec:
  path: ./secrets
  prune: true
  interval: 10m
  sourceRef: {kind: GitRepository, name: flux-system}
  decryption: {provider: sops, secretRef: {name: age}}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec:
  path: ./apps
  prune: true
  interval: 10m
  sourceRef: {kind: GitRepository, name: flux-system}
  postBuild: {substituteFrom: [{kind: Secret, name: variables}]}
";

const RELEASES: &str = "apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: web, namespace: flux-system}
spec:
  interval: 1h
  chart: {spec: {chart: ./charts/web, sourceRef: {kind: GitRepository, name: flux-system}}}
  valuesFrom:
  - {kind: Secret, name: values}
  - {kind: Secret, name: values, valuesKey: single, targetPath: single}
  values: {own: 'x-${TOKEN}'}
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: fails, namespace: flux-system}
spec:
  interval: 1h
  chart: {spec: {chart: ./charts/fails, sourceRef: {kind: GitRepository, name: flux-system}}}
  valuesFrom: [{kind: Secret, name: values}]
";

// The budget is of an API that is gone, with decrypted values in all that is told of it.
const TEMPLATE: &str = "apiVersion: policy/v1beta1
kind: PodDisruptionBudget
metadata:
  name: web-{{ .Values.own | lower }}
  annotations:
    password: {{ .Values.password }}
    encoded: {{ .Values.password | b64enc }}
    hash: {{ .Values.password | sha256sum }}
    upper: {{ .Values.password | upper }}
    url: https://me:{{ .Values.single }}@db/
spec: {minAvailable: 1, selector: {matchLabels: {a: '{{ .Values.own }}'}}}
---
apiVersion: v1
kind: Pod
metadata: {name: old}
spec: {containers: [{name: c, image: 'k8s.gcr.io/{{ .Values.single }}:1'}]}
";

fn repository() -> (Folder, String) {
    let (head, cases) = include_str!("../../../gitops/tests/data/encrypted.jsonl").split_once('\n').unwrap();
    let parsed = |line: &str| -> BTreeMap<String, serde_json::Value> { serde_json::from_str(line).unwrap() };
    let encrypted = |name: &str| {
        let case = cases.lines().map(parsed).find(|case| case["name"] == name).unwrap();
        case["encrypted"].as_str().unwrap().to_owned()
    };
    let folder = Folder::new([
        ("clusters/demo/flux-system/gotk-sync.yaml", SYNC),
        ("clusters/demo/units.yaml", UNITS),
        (
            "secrets/kustomization.yaml",
            "resources: [variables.yaml, values.yaml, partly.yaml]\nsecretGenerator:\n- {name: environment, envs: [app.env]}\n",
        ),
        ("secrets/variables.yaml", &encrypted("variables")),
        ("secrets/values.yaml", &encrypted("values")),
        ("secrets/partly.yaml", &encrypted("partly")),
        ("secrets/app.env", &encrypted("environment")),
        ("apps/releases.yaml", RELEASES),
        (
            "apps/map.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '${DOMAIN/./-}', namespace: apps}\ndata: {url: 'https://${TOKEN}@${DOMAIN}', text: '${TOKEN}'}\n",
        ),
        (
            "apps/budget.yaml",
            "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: '${TOKEN}', namespace: apps}\nspec: {minAvailable: 1, selector: {matchLabels: {a: '${TOKEN}'}}}\n",
        ),
        ("charts/web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n"),
        ("charts/web/templates/all.yaml", TEMPLATE),
        ("charts/fails/Chart.yaml", "apiVersion: v2\nname: fails\nversion: 1.0.0\n"),
        ("charts/fails/templates/all.yaml", "{{ fail (printf \"no %s\" .Values.password) }}\n"),
    ]);
    (folder, parsed(head)["keys"]["a"].as_str().unwrap().to_owned())
}

fn liftlock(folder: &Folder, home: &Folder, arguments: &[&str]) -> Run {
    let mut command = command();
    for variable in ["SOPS_AGE_KEY", "SOPS_AGE_KEY_FILE", "SOPS_AGE_KEY_CMD", "XDG_CONFIG_HOME"] {
        command.env_remove(variable);
    }
    command.args(arguments).current_dir(folder.path()).env("HOME", home.path());
    run(command.env("XDG_CACHE_HOME", home.path().join("cache")))
}

fn base64(bytes: &[u8]) -> String {
    let mut text = String::new();
    for part in bytes.chunks_exact(3) {
        let bits = u32::from(part[0]) << 16 | u32::from(part[1]) << 8 | u32::from(part[2]);
        text.extend((0..4).rev().map(|place| char::from(DIGITS[(bits >> (6 * place) & 63) as usize])));
    }
    text
}

/// A clear value as it may be found: as it is, in capitals, in small letters, from behind, and in base64 at any place.
fn forms(clear: &str) -> Vec<String> {
    let mut forms =
        vec![clear.to_owned(), clear.to_uppercase(), clear.to_lowercase(), clear.chars().rev().collect()];
    forms.extend((0..3).filter_map(|skipped| clear.as_bytes().get(skipped..)).map(base64));
    // Fewer characters stand in anything by chance.
    forms.retain(|form| form.len() >= 6);
    forms
}

#[track_caller]
fn assert_hidden(what: &str, shown: &str) {
    for form in CLEAR.iter().flat_map(|clear| forms(clear)) {
        assert!(!shown.contains(&form), "{what} shows {form}: {shown}");
    }
}

fn git(folder: &Folder, arguments: &[&str]) {
    let identity = ["-c", "user.name=t", "-c", "user.email=t@example.invalid", "-c", "commit.gpgsign=false"];
    let mut command = std::process::Command::new("git");
    let done = command.args(identity).args(arguments).current_dir(folder.path()).output().unwrap();
    assert!(done.status.success(), "{done:?}");
}

#[test]
fn no_form_of_any_command_shows_a_decrypted_value() {
    let (folder, key) = repository();
    let home = Folder::new([("key.txt", format!("# made for tests\n{key}\n").as_str())]);
    git(&folder, &["init", "-q"]);
    git(&folder, &["add", "-A"]);
    git(&folder, &["commit", "-qm", "all"]);
    let key_file = home.path().join("key.txt");
    let key_flag = ["--age-key", key_file.to_str().unwrap()];
    folder.write("apps/map.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '${DOMAIN/./-}', namespace: apps}\ndata: {url: 'https://${TOKEN}@host', text: 'a ${TOKEN}', new: '${DOMAIN}'}\n");
    let out = home.path().join("out");
    let out = out.to_str().unwrap();
    let answers = home.path().join("answers.yaml");
    let apply =
        "answers: [{question: removed-api, choice: apply}, {question: deprecated-api, choice: apply}]\n";
    std::fs::write(&answers, apply).unwrap();
    let answers = answers.to_str().unwrap();
    let mut commands: Vec<Vec<&str>> = vec![
        vec!["tree"],
        vec!["tree", "--objects"],
        vec!["tree", "--objects", "-o", "json"],
        vec!["tree", "--objects", "-o", "dot"],
        vec!["render"],
        vec!["render", "--output-dir", out],
        vec!["diff"],
        vec!["diff", "-o", "markdown"],
        vec!["diff", "-o", "json"],
        vec!["diff", "--from", "1.24", "--to", "1.25"],
        vec!["fix", "--from", "1.24", "--to", "1.25"],
        vec!["fix", "--kustomize", "--helm", "--answers", answers, "--from", "1.24", "--to", "1.25"],
    ];
    for format in ["text", "json", "sarif", "junit", "markdown", "github"] {
        commands.push(vec!["scan", "--from", "1.24", "--to", "1.25", "-o", format]);
        commands.push(vec!["scan", "--kustomize", "--helm", "--from", "1.24", "--to", "1.25", "-o", format]);
    }
    // What is written last is written into the files, too.
    let way = ["--from", "1.24", "--to", "1.25"];
    commands.push([&["fix", "--write", "--allow-dirty", "--answers", answers][..], &way].concat());
    commands.push(vec!["diff"]);
    for mut arguments in commands {
        arguments.extend(key_flag);
        let shown = liftlock(&folder, &home, &arguments);
        assert_ne!(shown.code, Some(2), "{arguments:?}: {}", shown.err);
        assert_hidden(&arguments.join(" "), &format!("{}\n{}", shown.out, shown.err));
    }
    let cache = home.path().join("cache/liftlock/v1/renders");
    for (folder, files_min) in [(Path::new(out), 6), (&cache, 1), (&folder.path().join("apps"), 1)] {
        let files = files_below(folder);
        assert!(files.len() >= files_min, "{files:?}");
        for path in files {
            // Renders are kept as bytes, with texts in them as they are.
            let bytes = std::fs::read(&path).unwrap();
            let text = String::from_utf8_lossy(&bytes);
            assert_hidden("a written file", &format!("{} {text}", path.display()));
        }
    }
}

/// A pod whose image has one letter of a decrypted value, which is what makes it one that is found.
fn hidden_image(letter: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: hidden}}\nspec: {{containers: [{{name: c, image: 'docker.io/{{{{ .Values.single | {letter} }}}}itnami/redis:7'}}]}}\n"
    )
}

#[test]
fn what_is_decrypted_is_judged_and_not_told() {
    let (folder, key) = repository();
    let home = Folder::new([("key.txt", key.as_str())]);
    folder.write("charts/web/templates/all.yaml", hidden_image("substr 4 5"));
    let (web, _) = RELEASES.split_once("---\n").unwrap();
    folder.write("apps/releases.yaml", web);
    std::fs::remove_file(folder.path().join("apps/budget.yaml")).unwrap();
    std::fs::remove_dir_all(folder.path().join("charts/fails")).unwrap();
    let key_file = home.path().join("key.txt");
    let key_file = key_file.to_str().unwrap();
    let way = ["--from", "1.24", "--to", "1.25", "--check", "bitnami-image"];
    let scan = |more: &[&str]| liftlock(&folder, &home, &[&["scan"], &way[..], more].concat());
    // Nothing is left unassessed that is decrypted.
    let clean = scan(&["--age-key", key_file]).expect(0);
    assert!(clean.out.contains("no findings; 13 files assessed; 4 of 4 units"), "{}", clean.out);
    folder.write("charts/web/templates/all.yaml", hidden_image("substr 3 4"));
    let found = scan(&["--age-key", key_file]).expect(1);
    assert!(found.out.contains("a decrypted value that is not shown is at fault here: "), "{}", found.out);
    assert!(!found.out.contains("bitnami/redis"), "{}", found.out);
    assert_hidden("a finding", &found.out);
    // Without the key nobody can tell.
    scan(&[]).expect(3);
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let (mut open, mut files) = (vec![folder.to_owned()], Vec::new());
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            files.push(path);
        }
    }
    files
}

#[test]
fn keys_are_found_where_sops_finds_them_and_no_program_is_run_for_one() {
    let (folder, key) = repository();
    let home = Folder::new([("empty", "")]);
    let with = |variable: &str, value: &str| {
        let mut command = command();
        command.args(["render", "secrets"]).current_dir(folder.path()).env("XDG_CACHE_HOME", home.path());
        for variable in ["SOPS_AGE_KEY", "SOPS_AGE_KEY_FILE", "SOPS_AGE_KEY_CMD", "XDG_CONFIG_HOME"] {
            command.env_remove(variable);
        }
        run(command.env("HOME", home.path()).env(variable, value))
    };
    let is_decrypted = |shown: &Run| shown.out.contains("TOKEN: '***'");
    assert!(!is_decrypted(&with("OTHER", &key)));
    assert!(is_decrypted(&with("SOPS_AGE_KEY", &key)));
    let file = home.write("keys.txt", &key);
    assert!(is_decrypted(&with("SOPS_AGE_KEY_FILE", file.to_str().unwrap())));
    let command = with("SOPS_AGE_KEY_CMD", "echo ran");
    assert!(command.err.contains("SOPS_AGE_KEY_CMD is not run"), "{}", command.err);
    assert!(!is_decrypted(&command));
    home.write("config/sops/age/keys.txt", &key);
    assert!(is_decrypted(&with("XDG_CONFIG_HOME", home.path().join("config").to_str().unwrap())));
    let wrong = with("SOPS_AGE_KEY", "AGE-SECRET-KEY-1NONE").expect(2);
    assert!(wrong.err.contains("SOPS_AGE_KEY") && !wrong.err.contains("1NONE"), "{}", wrong.err);
}
