//! Charts out of folders and archives.

use std::io::Write as _;

use helm::HelmVersion;
use helm::chart::{Chart, LoadChart};
use helm::render::check_installable;
use text::{Source, Texts, with_causes};
use tree::Memory;

const CHART: &str = "apiVersion: v2\nname: app\nversion: 1.2.3\nappVersion: 1.10\n";

fn load(files: &[(&str, &str)]) -> Result<Chart, LoadChart> {
    let tree: Memory = files.iter().map(|(path, bytes)| (format!("charts/app/{path}"), *bytes)).collect();
    Chart::of_folder(&tree, "charts/app", &mut Texts::new())
}

fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.as_gnu_mut().unwrap().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        builder.append(&header, *bytes).unwrap();
    }
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&builder.into_inner().unwrap()).unwrap();
    gzip.finish().unwrap()
}

fn names(files: &[helm::chart::File]) -> Vec<&str> {
    files.iter().map(|file| file.name.as_str()).collect()
}

#[test]
fn each_file_has_its_place() {
    let chart = load(&[
        ("Chart.yaml", CHART),
        ("values.yaml", "a: 1"),
        ("values.schema.json", "{}"),
        ("templates/a.yaml", "a"),
        ("templates/.b.yaml", "b"),
        ("crds/c.YAML", "c"),
        ("secret.txt", "s"),
        (".helmignore", "secret.*\n"),
        ("charts/_off/Chart.yaml", "broken: ["),
        ("charts/README.md", ""),
        ("charts/sub/Chart.yaml", "name: sub\nversion: 1\ntype: library\n"),
    ]);
    let error = with_causes(&chart.unwrap_err());
    // A lone file in `charts/` is a chart without Chart.yaml to Helm.
    assert_eq!(error, "error unpacking subchart README.md in app: Chart.yaml file is missing");

    let chart = load(&[
        ("Chart.yaml", CHART),
        ("values.yaml", "\u{feff}a: 1"),
        ("templates/a.yaml", "a"),
        ("templates/.b.yaml", "b"),
        ("crds/c.YAML", "c"),
        ("secret.txt", "s"),
        (".helmignore", "secret.*\n"),
        ("charts/sub/Chart.yaml", "name: sub\nversion: 1\ntype: library\n"),
    ])
    .unwrap();
    assert_eq!(chart.metadata.app_version, "1.1");
    assert_eq!(names(&chart.templates), ["templates/a.yaml"]);
    assert_eq!(chart.files.keys().collect::<Vec<_>>(), [".helmignore", "crds/c.YAML"]);
    assert_eq!(names(&chart.crds), ["crds/c.YAML"]);
    let values = chart.values.as_ref().unwrap();
    assert_eq!(&*values.bytes, b"a: 1");
    let [sub] = chart.dependencies.as_slice() else { panic!("one dependency") };
    assert!(sub.is_library());
    assert_eq!(sub.metadata.api_version, "v1");
}

#[test]
fn only_helm_4_asks_for_the_format_of_a_chart_and_only_of_the_one_that_is_rendered() {
    for (file, refusal) in [
        ("Chart.yaml", Some("chart 'a' has apiVersion 'v3': only v1 and v2 are supported")),
        ("charts/b/Chart.yaml", None),
    ] {
        let chart = load(&[
            (
                "Chart.yaml",
                if file == "Chart.yaml" { "apiVersion: v3\nname: a\nversion: 1.0.0\n" } else { CHART },
            ),
            ("charts/b/Chart.yaml", "apiVersion: v9\nname: b\nversion: 1.0.0\n"),
        ])
        .unwrap();
        let told = |version| check_installable(&chart, version).map_err(|error| error.to_string());
        assert_eq!(told(HelmVersion::V3), Ok(()));
        assert_eq!(told(HelmVersion::V4).err().as_deref(), refusal);
    }
}

#[test]
fn faults_are_told_in_helms_words() {
    for (files, expected) in [
        (vec![("values.yaml", "")], "Chart.yaml file is missing"),
        (vec![("Chart.yaml", "name: a\n")], "validation: chart.metadata.version is required"),
        (
            vec![("Chart.yaml", "name: {}\n")],
            "cannot load Chart.yaml: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal object into Go struct field Metadata.name of type string",
        ),
        (
            vec![("Chart.yaml", "name: [a\nversion: 1.0.0\n")],
            "cannot load Chart.yaml: error converting YAML to JSON: illegal placement of ':' indicator",
        ),
        (vec![("Chart.yaml", CHART), (".helmignore", "a/**")], "double-star (**) syntax is not supported"),
    ] {
        assert_eq!(with_causes(&load(&files).unwrap_err()), expected);
    }
}

#[test]
fn requirements_count_for_version_1_and_are_warned_of_in_version_2() {
    let requirements = "dependencies:\n- {name: db, version: ~1.0, alias: store, condition: db.enabled}\n";
    let chart = load(&[("Chart.yaml", CHART), ("requirements.yaml", requirements)]).unwrap();
    assert_eq!(chart.warnings.len(), 1);
    assert_eq!(chart.metadata.dependencies.first().unwrap().as_ref().unwrap().key(), "store");
    let chart =
        load(&[("Chart.yaml", "name: a\nversion: 1\n"), ("requirements.yaml", requirements)]).unwrap();
    assert!(chart.warnings.is_empty() && chart.files.contains_key("requirements.yaml"));
}

#[test]
fn archives_in_archives_are_read_and_named() {
    let inner = archive(&[("sub/Chart.yaml", b"name: sub\nversion: 1\n"), ("sub/values.yaml", b"a: 1")]);
    let outer = archive(&[("app/Chart.yaml", CHART.as_bytes()), ("app/charts/sub-1.tgz", &inner)]);
    let mut texts = Texts::new();
    let chart = Chart::of_archive(&outer, "app.tgz", &mut texts).unwrap();
    let [sub] = chart.dependencies.as_slice() else { panic!("one dependency") };
    let text = texts.get(sub.values.as_ref().unwrap().text).unwrap();
    let Source::Fetched { address } = &text.source else { panic!("fetched") };
    assert_eq!(address, "app.tgz!charts/sub-1.tgz!values.yaml");
}

#[test]
fn archives_that_lead_out_or_are_too_large_are_refused() {
    let refused =
        |bytes: &[u8]| Chart::of_archive(bytes, "a.tgz", &mut Texts::new()).unwrap_err().to_string();
    assert_eq!(refused(&archive(&[("a/../../b", b"")])), "chart illegally references parent directory");
    assert_eq!(refused(&archive(&[])), "no files in chart archive");
    assert_eq!(refused(b"a: 1"), "not a gzipped tar archive");
    let large = vec![0; 5 * 1024 * 1024 + 1];
    assert_eq!(
        refused(&archive(&[("a/b", &large)])),
        "decompressed chart file \"a/b\" is larger than the maximum file size 5242880"
    );
}
