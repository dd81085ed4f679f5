//! Charts from elsewhere: fetched from a mirror on this machine, rendered out of the cache, and never fetched by a render.

use std::io::Write;

use store::{CheckoutName, Store};

use crate::program::{Folder, Run, command, run};

const URL: &str = "https://charts.invalid/stable";

/// An archive of a chart `web` that says its version.
fn archive(version: &str) -> Vec<u8> {
    let files = [
        ("web/Chart.yaml", format!("apiVersion: v2\nname: web\nversion: {version}\n")),
        ("web/templates/a.yaml", "kind: A\nversion: {{ .Chart.Version }}\n".to_owned()),
    ];
    let mut archive = tar::Builder::new(Vec::new());
    for (path, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, path, content.as_bytes()).unwrap();
    }
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(&archive.into_inner().unwrap()).unwrap();
    packed.finish().unwrap()
}

/// A chart that depends on `web`, and a folder of archives.
fn setting() -> Folder {
    let chart = format!(
        "apiVersion: v2\nname: app\nversion: 0.1.0\ndependencies:\n- {{name: web, version: ^1, repository: '{URL}'}}\n\
         - {{name: near, version: 0.x, repository: 'file://../near'}}\n"
    );
    let folder = Folder::new([
        ("app/Chart.yaml", &*chart),
        ("app/templates/b.yaml", "kind: B\n"),
        ("near/Chart.yaml", "apiVersion: v2\nname: near\nversion: 0.2.0\n"),
        ("near/templates/c.yaml", "kind: C\n"),
    ]);
    for version in ["1.9.0", "1.10.0", "2.0.0-rc.1"] {
        folder.write(&format!("mirror/web-{version}.tgz"), archive(version));
    }
    folder
}

fn liftlock(folder: &Folder, arguments: &[&str]) -> Run {
    let home = folder.path().join("home");
    let mut command = command();
    command
        .args(arguments)
        .current_dir(folder.path())
        .env("HOME", home)
        .env("XDG_CACHE_HOME", folder.path().join("cache"));
    for variable in [
        "XDG_CONFIG_HOME",
        "HELM_CONFIG_HOME",
        "HELM_REPOSITORY_CONFIG",
        "HELM_REGISTRY_CONFIG",
        "DOCKER_CONFIG",
    ] {
        command.env_remove(variable);
    }
    run(&mut command)
}

fn fetch(folder: &Folder, arguments: &[&str]) -> Run {
    let mirrors =
        ["--mirror", "https://charts.invalid/stable=mirror", "--mirror", "oci://charts.invalid/c=mirror"];
    liftlock(folder, &[&["fetch"], arguments, &mirrors].concat())
}

#[test]
fn a_repository_names_its_mirrors_in_its_configuration() {
    let folder = setting();
    folder.write("app/.liftlock.yaml", "mirrors:\n  https://charts.invalid/stable: ../mirror\n");
    let fetched = liftlock(&folder, &["fetch", "app"]).expect(0).out;
    assert!(fetched.starts_with("fetched web 1.10.0 from app/../mirror/web-1.10.0.tgz "), "{fetched}");
    folder.write("empty/none", "");
    let elsewhere = format!("{URL}=empty");
    let told = liftlock(&folder, &["fetch", "app", "--mirror", &elsewhere]).expect(2).err;
    assert!(told.contains("no version matches '^1'"), "what is typed counts first: {told}");
}

fn rendered(version: &str) -> String {
    format!("---\n# Source: web/templates/a.yaml\nkind: A\nversion: {version}\n")
}

#[test]
fn a_chart_that_is_not_in_the_cache_is_not_assessed_and_the_command_told_fills_it() {
    let folder = setting();
    for (named, command, version) in [
        (
            vec!["web", "--repo", URL, "--version", "1.9.0"],
            "liftlock fetch web --repo https://charts.invalid/stable --version 1.9.0",
            "1.9.0",
        ),
        (
            vec!["web", "--repo", URL, "--version", "~1"],
            "liftlock fetch web --repo https://charts.invalid/stable --version '~1'",
            "1.10.0",
        ),
        (
            vec!["web", "--repo", URL, "--devel"],
            "liftlock fetch web --repo https://charts.invalid/stable --version '>0.0.0-0'",
            "2.0.0-rc.1",
        ),
        (
            vec!["oci://charts.invalid/c/web", "--version", "1.9.0"],
            "liftlock fetch oci://charts.invalid/c/web:1.9.0",
            "1.9.0",
        ),
    ] {
        let _ = std::fs::remove_dir_all(folder.path().join("cache"));
        let template: Vec<&str> = ["helm", "template"].into_iter().chain(named.iter().copied()).collect();
        let told = liftlock(&folder, &template).expect(3);
        assert!(told.out.is_empty() && told.err.starts_with("not assessed: "), "{}", told.err);
        assert!(told.err.contains(&format!("`{command}` fills the cache")), "{}", told.err);
        assert!(!folder.path().join("cache").exists(), "a render writes nothing");
        let said = fetch(&folder, &named).expect(0).out;
        assert!(
            said.starts_with(&format!("fetched web {version} from mirror/web-{version}.tgz (sha256:")),
            "{said}"
        );
        assert_eq!(liftlock(&folder, &template).expect(0).out, rendered(version));
    }
}

#[test]
fn names_of_repositories_are_those_that_helm_knows() {
    let folder = setting();
    folder.write(
        "home/.config/helm/repositories.yaml",
        format!("repositories: [{{name: stable, url: '{URL}'}}]\n"),
    );
    fetch(&folder, &["stable/web"]).expect(0);
    let template = ["helm", "template", "stable/web"];
    assert_eq!(liftlock(&folder, &template).expect(0).out, rendered("1.10.0"));
    let given = folder.write("other.yaml", "repositories: []\n");
    let other = ["helm", "template", "stable/web", "--repository-config", given.to_str().unwrap()];
    assert!(liftlock(&folder, &other).expect(2).err.contains("repo stable not found"));
    folder.write("home/.docker/config.json", "{\"auths\": hunter2}");
    let told = fetch(&folder, &["stable/web"]).expect(0).err;
    assert!(told.starts_with("warning: cannot read '") && !told.contains("hunter2"), "{told}");
}

#[test]
fn what_a_chart_lacks_is_taken_from_the_cache_only_where_that_is_asked_for() {
    let folder = setting();
    let template = ["helm", "template", "app"];
    let update = ["helm", "template", "app", "--dependency-update"];
    let told = liftlock(&folder, &template).expect(2).err;
    assert!(told.contains("found in Chart.yaml, but missing in charts/ directory: web, near"), "{told}");
    let told = liftlock(&folder, &update).expect(3).err;
    assert!(
        told.contains("`liftlock fetch web --repo https://charts.invalid/stable --version '^1'`"),
        "{told}"
    );
    assert!(fetch(&folder, &["app"]).expect(0).out.starts_with("fetched web 1.10.0 "));
    let before = listing(&folder, "app");
    let out = liftlock(&folder, &update).expect(0).out;
    let expected = "---\n# Source: app/charts/web/templates/a.yaml\nkind: A\nversion: 1.10.0\n\n---\n\
                    # Source: app/templates/b.yaml\nkind: B\n\n---\n\
                    # Source: app/charts/near/templates/c.yaml\nkind: C\n";
    assert_eq!(out, expected);
    assert_eq!(listing(&folder, "app"), before);
    liftlock(&folder, &template).expect(2);
    folder.write("near/Chart.yaml", "apiVersion: v2\nname: near\nversion: 1.0.0\n");
    let told = liftlock(&folder, &update).expect(2).err;
    assert!(told.contains("can't get a valid version for 1 subchart(s): \"near\""), "{told}");
}

fn listing(folder: &Folder, below: &str) -> Vec<String> {
    let entries = std::fs::read_dir(folder.path().join(below)).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_chart_that_holds_what_it_needs_fetches_nothing() {
    let folder = setting();
    folder.write("app/charts/web-1.9.0.tgz", archive("1.9.0"));
    folder.write(
        "app/charts/near/Chart.yaml",
        "apiVersion: v2\nname: near\nversion: 0.2.0\ndependencies: [{name: x, repository: '@none'}]\n",
    );
    let run = fetch(&folder, &["app"]).expect(0);
    assert_eq!((run.out.as_str(), run.err.as_str()), ("", ""));
}

#[test]
fn a_dependency_that_cannot_be_told_does_not_keep_the_others_back() {
    let folder = setting();
    let chart = format!(
        "apiVersion: v2\nname: app\nversion: 0.1.0\ndependencies:\n- {{name: odd, version: ^1, repository: '@none'}}\n\
         - {{name: web, version: ^1, repository: '{URL}'}}\n"
    );
    folder.write("app/Chart.yaml", chart);
    let run = fetch(&folder, &["app"]).expect(3);
    assert!(run.out.starts_with("fetched web 1.10.0 "), "{}", run.out);
    assert_eq!(
        run.err,
        "not assessed: app: no repository definition for @none. Please add them via 'helm repo add'\n"
    );
}

#[test]
fn helm_3_takes_a_chart_of_this_folder_before_one_of_a_repository() {
    let folder = setting();
    folder.write("web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 0.0.1\n");
    folder.write("web/templates/a.yaml", "kind: A\nversion: {{ .Chart.Version }}\n");
    fetch(&folder, &["web", "--repo", URL]).expect(0);
    let template =
        |like| liftlock(&folder, &["helm", "template", "web", "--repo", URL, "--helm", like]).expect(0);
    let of_3 = template("3");
    assert_eq!(of_3.out, rendered("0.0.1"));
    assert!(of_3.err.contains("repository url ignored"), "{}", of_3.err);
    assert_eq!(template("4").out, rendered("1.10.0"));
}

#[test]
fn schemas_elsewhere_are_taken_from_the_cache_and_judged_by() {
    let folder = setting();
    let schema = r#"{"properties":{"a":{"$ref":"https://charts.invalid/stable/int.json"}}}"#;
    folder.write("plain/Chart.yaml", "apiVersion: v2\nname: plain\nversion: 0.1.0\n");
    folder.write("plain/values.schema.json", schema);
    folder.write("plain/templates/a.yaml", "kind: A\n");
    folder.write("mirror/int.json", r#"{"type":"integer"}"#);
    let template = ["helm", "template", "plain", "--set", "a=x"];
    let told = liftlock(&folder, &template).expect(0).err;
    assert!(
        told.contains("are not validated: its schema refers to https://charts.invalid/stable/int.json"),
        "{told}"
    );
    assert_eq!(
        fetch(&folder, &["plain"]).expect(0).out,
        "fetched https://charts.invalid/stable/int.json (18 bytes)\n"
    );
    let told = liftlock(&folder, &template).expect(2).err;
    assert!(told.contains("at '/a': got string, want integer"), "{told}");
}

#[test]
fn what_cannot_be_fetched_is_told_with_its_cause_and_no_credentials() {
    let folder = setting();
    for (arguments, expected) in [
        (
            vec!["web", "--repo", URL, "--version", "^9"],
            "chart \"web\" version \"^9\" not found in https://charts.invalid/stable repository: no version matches '^9'",
        ),
        (vec!["web", "--repo", URL, "--version", "!!"], "repository: improper constraint: \"!!\"\n"),
        (
            vec!["web", "--repo", "https://u:hunter2@127.0.0.1:1/x"],
            "looks like \"https://127.0.0.1:1/x\" is not a valid chart repository or cannot be reached",
        ),
        (vec!["nowhere", "--version", "1"], "non-absolute URLs should be in form of repo_name/path_to_chart"),
        (vec!["web", "--repo", "oci://h/c"], "name the chart 'oci://h/c/web' instead"),
        (vec!["oci://h/../x"], "invalid repository \"../x\""),
    ] {
        let told = fetch(&folder, &arguments).expect(2).err;
        assert!(told.contains(expected) && !told.contains("hunter2"), "{arguments:?}: {told}");
    }
    let told = liftlock(&folder, &["fetch", "--mirror", "a=b"]).expect(2).err;
    assert!(told.contains("'a' is no address to mirror"), "{told}");
}

#[cfg(unix)]
mod post_renderer {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    /// A chart with a hook, and a program that changes what it reads.
    fn hooked(script: &str) -> Folder {
        let folder = Folder::new([
            ("Chart.yaml", "apiVersion: v2\nname: hooked\nversion: 1.0.0\n"),
            ("templates/a.yaml", "kind: A\n"),
            (
                "templates/h.yaml",
                "kind: A\nmetadata:\n  name: h\n  annotations: {helm.sh/hook: pre-install}\n",
            ),
        ]);
        let program = folder.write("change", script);
        std::fs::set_permissions(program, std::fs::Permissions::from_mode(0o755)).unwrap();
        folder
    }

    fn template(folder: &Folder, more: &[&str]) -> Run {
        liftlock(folder, &[&["helm", "template", ".", "--helm", "3"], more].concat())
    }

    const HOOK: &str = "---\n# Source: hooked/templates/h.yaml\nkind: A\nmetadata:\n  name: h\n  annotations: {helm.sh/hook: pre-install}\n";

    #[test]
    fn a_program_sees_the_manifests_and_no_hooks() {
        let folder = hooked("#!/bin/sh\nsed 's/kind: A/kind: Z/'\necho \"arguments: $*\"\necho told >&2\n");
        let flags = ["--post-renderer-args", "x", "--post-renderer", "./change", "--post-renderer-args=-y"];
        let run = template(&folder, &flags).expect(0);
        let expected = format!("---\n# Source: hooked/templates/a.yaml\nkind: Z\narguments: x -y\n{HOOK}");
        assert_eq!((run.out, run.err), (expected, String::new()));
        let without = template(&folder, &["--post-renderer", "./change", "--no-hooks"]).expect(0).out;
        assert_eq!(without, "---\n# Source: hooked/templates/a.yaml\nkind: Z\narguments:\n");
    }

    #[test]
    fn a_program_that_reads_nothing_and_prints_nothing_leaves_the_hooks() {
        assert_eq!(template(&hooked(""), &["--post-renderer", "true"]).expect(0).out, format!("\n{HOOK}"));
    }

    #[test]
    fn a_program_that_fails_or_is_none_is_told_with_what_it_said() {
        let folder = hooked("#!/bin/sh\necho no such thing >&2\nexit 3\n");
        let told = template(&folder, &["--post-renderer", "./change"]).expect(2);
        assert!(told.out.is_empty());
        assert!(
            told.err
                .starts_with("error: error while running post render on files: error while running command "),
            "{}",
            told.err
        );
        assert!(told.err.contains("no such thing"), "{}", told.err);
        for named in ["nothing-of-that-name", "./nothing", "./Chart.yaml", "."] {
            let told = template(&folder, &["--post-renderer", named]).expect(2).err;
            assert!(told.contains(&format!("unable to find binary at {named}")), "{told}");
        }
        let of_4 = liftlock(&folder, &["helm", "template", ".", "--post-renderer", "./change"]).expect(2).err;
        assert!(of_4.contains("--post-renderer is refused: Helm 4 takes the name of a plugin"), "{of_4}");
    }

    #[test]
    fn a_program_that_prints_without_end_is_refused() {
        let folder = hooked("#!/bin/sh\nhead -c 300000000 /dev/zero\n");
        let told = template(&folder, &["--post-renderer", "./change"]).expect(2).err;
        assert!(told.contains("it prints more than 268435456 bytes"), "{told}");
    }
}

/// Puts a repository with a chart into the cache as `liftlock fetch` does.
fn keep_checkout(folder: &Folder) {
    let store = Store::at(&folder.path().join("cache/liftlock"));
    let scratch = store.scratch().unwrap();
    let tree = scratch.path().join("tree");
    for (path, content) in [
        ("charts/web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.9.0\n"),
        // A line shows its place where it stands under a decision.
        (
            "charts/web/templates/a.yaml",
            "kind: A\nversion: {{ if .Chart.Version }}{{ .Chart.Version }}{{ end }}\n",
        ),
    ] {
        let path = tree.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    let name = CheckoutName { url: "https://git.invalid/o/r", reference: Some("v1"), submodules: false };
    store.keep_checkout(&name, "0123456789abcdef0123456789abcdef01234567", &tree).unwrap();
}

#[test]
fn charts_in_git_are_rendered_out_of_the_cache() {
    let folder = setting();
    let url = "git+https://git.invalid/o/r@charts?ref=v1";
    let chart = "git+https://git.invalid/o/r@charts/web?ref=v1";
    let app = format!(
        "apiVersion: v2\nname: app\nversion: 0.1.0\ndependencies:\n- {{name: web, version: ^1, repository: '{url}'}}\n"
    );
    folder.write("app/Chart.yaml", app);
    let alone = ["helm", "template", chart];
    let named = ["helm", "template", "web", "--repo", url, "--version", "^1"];
    let held = ["helm", "template", "app", "--dependency-update"];
    for (template, command) in [
        (&alone[..], format!("`liftlock fetch '{chart}'`")),
        (&named[..], format!("`liftlock fetch web --repo '{url}' --version '^1'`")),
        (&held[..], format!("`liftlock fetch web --repo '{url}' --version '^1'`")),
    ] {
        let told = liftlock(&folder, template).expect(3).err;
        assert!(told.contains(&command), "{told}");
    }
    keep_checkout(&folder);
    assert_eq!(liftlock(&folder, &alone).expect(0).out, rendered("1.9.0"));
    assert_eq!(liftlock(&folder, &named).expect(0).out, rendered("1.9.0"));
    let out = liftlock(&folder, &held).expect(0).out;
    assert!(out.contains("# Source: app/charts/web/templates/a.yaml\nkind: A\nversion: 1.9.0\n"), "{out}");
    let origins = liftlock(&folder, &[&alone[..], &["--origins"]].concat()).expect(0).out;
    assert!(origins.contains(&format!("{chart}!charts/web/templates/a.yaml:2:16")), "{origins}");
}
