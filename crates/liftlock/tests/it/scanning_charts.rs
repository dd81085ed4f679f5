//! `liftlock scan` on charts: folders and archives, with what is at hand and what is given.

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use crate::program::{Folder, Run, liftlock};

const CHART: &str = "apiVersion: v2\nname: web\nversion: 1.0.0\n";
const BUDGET: &str = "apiVersion: {{ .Values.api }}\nkind: PodDisruptionBudget\nmetadata:\n  name: web\nspec:\n  minAvailable: 1\n  selector:\n    matchLabels:\n      app: web\n";
const JOURNEY: [&str; 6] = ["--from", "1.24", "--to", "1.26", "--check", "removed-api"];

fn chart(prefix: &str) -> Folder {
    let folder = Folder::new([]);
    folder.write(&format!("{prefix}Chart.yaml"), CHART);
    folder.write(&format!("{prefix}values.yaml"), "api: policy/v1\n");
    folder.write(&format!("{prefix}templates/budget.yaml"), BUDGET);
    folder
}

fn scan(path: &str, more: &[&str]) -> Run {
    liftlock(&[&["scan", path], &JOURNEY[..], more].concat())
}

fn findings(run: &Run) -> Vec<(String, u64, Vec<String>)> {
    let document: Value = serde_json::from_str(&run.out).unwrap();
    let finding = |finding: &Value| {
        let charts = finding["charts"].as_array().unwrap();
        let values = charts.iter().map(|reach| reach["values"].as_str().unwrap().to_owned());
        (finding["path"].as_str().unwrap().to_owned(), finding["line"].as_u64().unwrap(), values.collect())
    };
    document["findings"].as_array().unwrap().iter().map(finding).collect()
}

#[test]
fn a_folder_that_is_a_chart_is_rendered_without_being_asked_to() {
    let folder = chart("");
    scan(folder.name(), &[]).expect(0);
    folder.write("ci/old.yaml", "api: policy/v1beta1\n");
    let run = scan(folder.name(), &["-o", "json"]).expect(1);
    assert_eq!(findings(&run), [("ci/old.yaml".to_owned(), 1, vec!["ci/old.yaml".to_owned()])]);
    let told = scan(folder.name(), &[]).expect(1).out;
    assert!(told.contains("= rendered by: . with ci/old.yaml at 1.24 to 1.26"), "{told}");
    assert!(told.contains("1 of 1 chart rendered in 6 ways"), "{told}");
}

#[test]
fn a_repository_renders_its_charts_if_asked_to_and_given_values_are_shown_at_their_key() {
    let folder = chart("charts/web/");
    scan(folder.name(), &[]).expect(3);
    scan(folder.name(), &["--helm"]).expect(0);
    let values = folder.write("production.yaml", "replicas: 1\napi: policy/v1beta1\n");
    let values = values.to_str().unwrap();
    let run = scan(folder.name(), &["--helm", "-f", values, "-o", "json"]).expect(1);
    assert_eq!(findings(&run), [("production.yaml".to_owned(), 2, vec![values.to_owned()])]);
    let refused = scan(folder.name(), &["-f", values]).expect(2).err;
    assert!(refused.contains("--values is for charts") && refused.contains("give --helm"), "{refused}");
}

#[test]
fn charts_that_git_ignores_are_part_of_the_chart_that_takes_them() {
    let folder = chart("web/");
    folder.write(
        "web/Chart.yaml",
        format!(
            "{CHART}dependencies:\n- name: redis\n  version: 1.x.x\n  repository: https://charts.example\n"
        ),
    );
    folder.write(".gitignore", "charts/\n");
    std::fs::create_dir(folder.path().join(".git")).unwrap();
    folder.write("web/charts/redis/Chart.yaml", "apiVersion: v2\nname: redis\nversion: 1.2.3\n");
    folder.write("web/charts/redis/templates/a.yaml", BUDGET.replace("{{ .Values.api }}", "policy/v1beta1"));
    let run = scan(folder.name(), &["--helm", "-o", "json"]).expect(1);
    assert_eq!(findings(&run), [("web/Chart.yaml".to_owned(), 6, vec![String::new()])]);
    assert!(run.out.contains("of the vendored chart 'redis' 1.2.3"), "{}", run.out);
}

fn archive(files: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (path, text) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, path, text.as_bytes()).unwrap();
    }
    archive.into_inner().unwrap().finish().unwrap()
}

#[test]
fn an_archive_is_scanned_as_the_chart_in_it_and_what_is_none_is_refused() {
    let folder = Folder::new([("broken.tgz", "no archive")]);
    let old = BUDGET.replace("{{ .Values.api }}", "policy/v1beta1");
    let bytes = archive(&[("web/Chart.yaml", CHART), ("web/templates/budget.yaml", &old)]);
    let path = folder.write("web-1.0.0.tgz", bytes);
    let run = scan(path.to_str().unwrap(), &["-o", "json"]).expect(1);
    assert_eq!(findings(&run), [("templates/budget.yaml".to_owned(), 1, vec![String::new()])]);
    let broken = folder.path().join("broken.tgz");
    let refused = scan(broken.to_str().unwrap(), &[]).expect(2).err;
    assert!(refused.contains("is no archive of a chart"), "{refused}");
}

#[test]
fn conditions_that_decide_nothing_are_told() {
    let folder = chart("");
    let switch = "{{- if semverCompare \"<1.21-0\" .Capabilities.KubeVersion.Version }}\na: policy/v1beta1\n{{- end }}\n";
    folder.write("templates/budget.yaml", format!("{switch}{BUDGET}"));
    let told = scan(folder.name(), &[]).expect(0).out;
    assert!(told.contains("Capability switches: 1 condition of charts, 1 dead on this way"), "{told}");
    let words = told.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("never holds, so what begins on line 2 is never rendered"), "{told}");
    let document: Value = serde_json::from_str(&scan(folder.name(), &["-o", "json"]).expect(0).out).unwrap();
    let switch = &document["switches"][0];
    assert_eq!(
        (&switch["dead"], &switch["line"], &switch["neverReached"]["line"]),
        (&true.into(), &1.into(), &2.into())
    );
}

#[test]
fn a_chart_is_fixed_where_the_bytes_stand_and_an_archive_is_not() {
    let folder = chart("charts/web/");
    folder.write("charts/web/values.yaml", "# of the budget\napi: policy/v1beta1\n");
    let fix = |more: &[&str]| liftlock(&[&["fix", folder.name(), "--helm"], &JOURNEY[..], more].concat());
    let shown = fix(&[]).expect(1);
    assert!(shown.out.contains("-api: policy/v1beta1\n+api: policy/v1\n"), "{}", shown.out);
    assert!(shown.err.contains("1 finding fixed in 1 file"), "{}", shown.err);
    fix(&["--write"]);
    let written = std::fs::read_to_string(folder.path().join("charts/web/values.yaml")).unwrap();
    assert_eq!(written, "# of the budget\napi: policy/v1\n");
    scan(folder.name(), &["--helm"]).expect(0);
    let path = folder.write("web.tgz", archive(&[("web/Chart.yaml", CHART)]));
    let refused = liftlock(&["fix", path.to_str().unwrap(), "--to", "1.26"]).expect(2).err;
    assert!(refused.contains("is an archive, which is not edited"), "{refused}");
}
