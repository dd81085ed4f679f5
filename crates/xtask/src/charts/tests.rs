//! Layouts from a history that the test makes.

use super::*;
use std::process::Command;

/// A repository with a chart, one that it depends on, and a published archive.
fn planted(root: &Path) -> String {
    let write = |path: &str, text: &str| {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("web/Chart.yaml", "name: web\nversion: 0.0.0\n");
    write("web/values.yaml", "tag: latest\n");
    write("web/templates/README.md", "no\n");
    write("crds/a.yaml", "a: 1\n");
    write("crds/b.yaml", "b: 1\n");
    write("crds/README.md", "no\n");
    write("redis/Chart.yaml", "name: redis\nversion: 1.0.0\n");
    write("old-1.0.0.tgz", "published");
    let git = |arguments: &[&str]| {
        let output = Command::new("git")
            .current_dir(root)
            .args(["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"])
            .args(arguments)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    git(&["init", "--quiet"]);
    git(&["add", "."]);
    git(&["commit", "--quiet", "--message=one"]);
    git(&["rev-parse", "HEAD"])
}

fn list(commit: &str, digests: [&str; 3]) -> List {
    let [web, redis, old] = digests;
    let text = format!(
        r#"[[chart]]
name = 'web'
version = '1.2.3'
repositories = ['https://h/charts', 'oci://r/charts']
git = 'o/r'
commit = '{commit}'
path = 'web'
digest = '{web}'
holds = ['redis 1.0.0']
without = ['templates/README.md']
stamp = {{ version = '1.2.3' }}
[[chart]]
name = 'redis'
version = '1.0.0'
git = 'o/r'
commit = '{commit}'
path = 'redis'
digest = '{redis}'
[[chart]]
name = 'old'
version = '1.0.0'
repositories = ['https://h/charts']
git = 'o/r'
commit = '{commit}'
path = 'old-1.0.0.tgz'
digest = '{old}'
lacks = 'nothing'
"#
    );
    List::read(&text).unwrap()
}

/// The digest that a refusal says it should be.
fn told(refused: &anyhow::Error) -> String {
    format!("{refused:#}").rsplit(' ').next().unwrap().to_owned()
}

#[test]
fn charts_are_laid_out_where_they_were_published_and_checked_against_the_list() {
    let scratch = std::env::temp_dir().join(format!("liftlock-charts-{}", std::process::id()));
    let commit = planted(&scratch.join("o/r"));
    let histories = Histories { named: BTreeMap::new(), folder: Some(scratch.clone()) };
    let to = scratch.join("to");
    let mut digests = [String::new(), String::new(), pack::digest_of(b"published")];
    for at in [1, 0] {
        let list = list(&commit, [&digests[0], &digests[1], &digests[2]]);
        digests[at] = told(&lay_out(&list, &histories, &to).unwrap_err());
    }
    let list = list(&commit, [&digests[0], &digests[1], &digests[2]]);
    let laid_out = lay_out(&list, &histories, &to).unwrap();
    let printed = laid_out.print();
    assert!(printed.starts_with("3 archives in 2 repositories\n  old 1.0.0 lacks nothing\n"), "{printed}");
    assert!(printed.contains(&format!("--mirror oci://r/charts={}", to.join("r/charts").display())));

    assert_eq!(std::fs::read(to.join("h/charts/old-1.0.0.tgz")).unwrap(), b"published");
    let web = std::fs::read(to.join("r/charts/web-1.2.3.tgz")).unwrap();
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(web.as_slice()));
    let mut files = BTreeMap::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let path = entry.path().unwrap().to_string_lossy().into_owned();
        let mut content = Vec::new();
        std::io::Read::read_to_end(&mut entry, &mut content).unwrap();
        files.insert(path, String::from_utf8_lossy(&content).into_owned());
    }
    assert_eq!(files["web/Chart.yaml"], "name: web\nversion: 1.2.3\n");
    assert_eq!(files["web/values.yaml"], "tag: latest\n");
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    let expected = ["web/Chart.yaml", "web/charts/redis-1.0.0.tgz", "web/values.yaml"];
    assert_eq!(names, expected);
    let index = std::fs::read_to_string(to.join("h/charts/index.yaml")).unwrap();
    assert!(index.contains("  web:\n  - apiVersion: v2\n    name: web\n    version: \"1.2.3\"\n"), "{index}");
    assert!(index.contains(&format!("digest: {}\n", pack::digest_of(&web))), "{index}");
    std::fs::remove_dir_all(&scratch).unwrap();
}

#[test]
fn what_was_not_given_is_told_by_name() {
    let commit = "0123456789012345678901234567890123456789";
    let histories = Histories { named: BTreeMap::new(), folder: None };
    let laid_out = lay_out(&list(commit, [""; 3]), &histories, Path::new("nowhere")).unwrap();
    let expected =
        "0 archives in 0 repositories\nnot given: o/r: old 1.0.0, redis 1.0.0, web 1.2.3\nliftlock fetch\n";
    assert_eq!(laid_out.print(), expected);
}
