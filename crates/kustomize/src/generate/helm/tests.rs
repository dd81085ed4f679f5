use std::sync::Mutex;

use text::Origins;
use tree::Memory;

use super::*;
use crate::load::{Files, Restriction};
use crate::{Compatibility, Options, build};

/// Gives one object, and keeps what it was asked for.
#[derive(Debug, Default)]
struct Renderer {
    asked: Mutex<Vec<ChartRequest>>,
    fetched: Option<&'static str>,
}

impl RenderChart for Renderer {
    fn locate(&self, source: &ChartSource) -> Result<String, RefuseChart> {
        let reason = format!("{} {} of {} was not fetched", source.name, source.version, source.repo);
        self.fetched.map(str::to_owned).ok_or(RefuseChart { reason })
    }

    fn render(&self, request: &ChartRequest) -> Result<RenderedChart, RefuseChart> {
        if let Ok(mut asked) = self.asked.lock() {
            asked.push(request.clone());
        }
        let text = format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {}\n  namespace: {}\n",
            request.release_name, request.namespace
        );
        Ok(RenderedChart { source: Source::Given { name: "chart".to_owned() }, bytes: text.into_bytes() })
    }
}

fn rendered(
    files: &[(&str, &str)],
    renderer: (bool, Renderer),
) -> Result<(String, Vec<ChartRequest>), String> {
    rendered_following(Compatibility::V5_8_1, files, renderer)
}

fn rendered_following(
    compatibility: Compatibility,
    files: &[(&str, &str)],
    (is_enabled, renderer): (bool, Renderer),
) -> Result<(String, Vec<ChartRequest>), String> {
    let mut tree = Memory::new();
    for (path, text) in files {
        tree.insert(*path, text.as_bytes().to_vec());
    }
    let renderer = Arc::new(renderer);
    let files = Files::new(Arc::new(tree), Restriction::RootOnly, None);
    let mut work: Work<Origins> = Work::new(files).following(compatibility);
    work.charts = Charts {
        is_enabled,
        renderer: Some(Arc::clone(&renderer) as Arc<dyn RenderChart>),
        kube_version: "1.30".to_owned(),
        ..Charts::default()
    };
    let built = build(&mut work, "", &Options::default()).and_then(|built| built.print());
    let asked = renderer.asked.lock().map(|asked| asked.clone()).unwrap_or_default();
    built.map(|text| (text, asked)).map_err(|failure| {
        let source = std::error::Error::source(&failure).map(|source| format!(": {source}"));
        format!("{failure}{}", source.unwrap_or_default())
    })
}

/// The values that a chart is rendered with.
fn values(chart: &str, file: &str) -> Result<Vec<String>, String> {
    let kustomization = format!("helmCharts:\n- name: c\n  releaseName: r\n{chart}");
    let files = [
        ("kustomization.yaml", kustomization.as_str()),
        ("charts/c/values.yaml", file),
        ("more.yaml", "m: 1\n"),
        ("own.yaml", "own: 1\n"),
    ];
    let (_, asked) = rendered(&files, (true, Renderer::default()))?;
    let texts = asked[0].values.iter().map(|values| String::from_utf8(values.bytes.clone()).unwrap());
    Ok(texts.collect())
}

#[test]
fn values_of_the_kustomization_win_unless_it_says_otherwise() {
    let file = "# c\na: 1\nb: {x: 1, w: 2}\nl: [1, 2]\n";
    let inline = "  valuesInline: {a: 2, b: {w: 3, z: 4}, l: [3]}\n";
    let with = |merge: &str| values(&format!("{inline}{merge}"), file).unwrap();
    let over = "a: 2\nb:\n  w: 3\n  x: 1\n  z: 4\nl:\n- 3\n";
    assert_eq!(with(""), [over]);
    assert_eq!(with("  valuesMerge: override\n"), [over]);
    assert_eq!(with("  valuesMerge: merge\n"), ["a: 1\nb:\n  w: 2\n  x: 1\n  z: 4\nl:\n- 1\n- 2\n"]);
    assert_eq!(with("  valuesMerge: replace\n"), ["a: 2\nb:\n  w: 3\n  z: 4\nl:\n- 3\n"]);
    let refused = values(&format!("{inline}  valuesMerge: foo\n"), file);
    assert_eq!(refused, Err("valuesMerge must be one of [merge override replace]".to_owned()));
}

#[test]
fn a_file_of_values_alone_is_handed_on_as_it_is() {
    assert_eq!(values("", "# c\na:   1\n").unwrap(), ["# c\na:   1\n"]);
    assert_eq!(
        values("  valuesFile: own.yaml\n  additionalValuesFiles: [more.yaml]\n", "").unwrap(),
        ["own: 1\n", "m: 1\n"]
    );
    assert_eq!(
        values("  valuesInline: {a: 1}\n", "# c\n"),
        Err("could not parse values file into rnode: EOF".to_owned())
    );
    assert_eq!(
        values("  additionalValuesFiles: [none.yaml]\n", ""),
        Err("cannot read 'none.yaml': no such file".to_owned())
    );
}

#[test]
fn everything_that_is_said_of_a_chart_is_handed_on() {
    let kustomization = "namespace: ns\nhelmGlobals: {chartHome: ./home, configHome: h}\nhelmCharts:\n- name: c\n  version: '1'\n  repo: https://r\n  releaseName: r\n  includeCRDs: true\n  skipHooks: true\n  skipTests: true\n  debug: true\n  devel: true\n  apiVersions: [a/v1]\n  nameTemplate: t\n";
    let files = [("kustomization.yaml", kustomization), ("home/c-1/c/values.yaml", "a: 1\n")];
    let (text, asked) = rendered(&files, (true, Renderer::default())).unwrap();
    assert_eq!(text, "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: r\n  namespace: ns\n");
    let [request] = &asked[..] else { panic!("{asked:?}") };
    let expected = ChartRequest {
        name: "c".to_owned(),
        folder: "home/c-1/c".to_owned(),
        release_name: "r".to_owned(),
        name_template: "t".to_owned(),
        namespace: "ns".to_owned(),
        values: request.values.clone(),
        kube_version: "1.30".to_owned(),
        api_versions: vec!["a/v1".to_owned()],
        includes_crds: true,
        skips_tests: true,
        skips_hooks: true,
        takes_development_versions: true,
        debug: true,
        config_home: "h".to_owned(),
    };
    assert_eq!(request, &expected);
}

#[test]
fn a_base_has_the_namespace_of_what_stands_on_it() {
    let files = [
        ("kustomization.yaml", "namespace: ns\nresources: [base]\n"),
        ("base/kustomization.yaml", "helmCharts:\n- name: c\n  releaseName: r\n"),
        ("base/charts/c/values.yaml", "a: 1\n"),
    ];
    let (_, asked) = rendered(&files, (true, Renderer::default())).unwrap();
    assert_eq!(asked[0].namespace, "ns");
}

#[test]
fn charts_that_are_not_there_were_fetched_or_are_refused() {
    let named = "helmCharts:\n- name: c\n  releaseName: r\n  version: '2'\n";
    let files = [("kustomization.yaml", named)];
    assert_eq!(
        rendered(&files, (true, Renderer::default())).unwrap_err(),
        "no repo specified for pull, no chart found at 'charts/c'"
    );
    let with_repo = format!("{named}  repo: https://r\n");
    let files = [("kustomization.yaml", with_repo.as_str()), ("cache/c/values.yaml", "a: 1\n")];
    assert_eq!(
        rendered(&files, (true, Renderer::default())).unwrap_err(),
        "chart 'c' cannot be rendered: c 2 of https://r was not fetched"
    );
    let renderer = Renderer { fetched: Some("cache/c"), ..Renderer::default() };
    let (_, asked) = rendered(&files, (true, renderer)).unwrap();
    assert_eq!((asked[0].folder.as_str(), asked[0].values[0].bytes.as_slice()), ("cache/c", &b"a: 1\n"[..]));
}

#[test]
fn charts_are_rendered_only_where_somebody_says_so() {
    let files = [("kustomization.yaml", "helmCharts:\n- name: c\n"), ("charts/c/values.yaml", "")];
    assert_eq!(rendered(&files, (false, Renderer::default())).unwrap_err(), "must specify --enable-helm");
    let nameless = [("kustomization.yaml", "helmCharts:\n- version: '1'\n")];
    assert_eq!(rendered(&nameless, (true, Renderer::default())).unwrap_err(), "chart name cannot be empty");
}

#[test]
fn objects_of_a_chart_keep_their_namespace() {
    let kustomization = "helmCharts:\n- name: c\n  releaseName: r\n  namespace: other\nnamespace: ns\n";
    let files = [("kustomization.yaml", kustomization), ("charts/c/values.yaml", "")];
    let (text, _) = rendered(&files, (true, Renderer::default())).unwrap();
    assert!(text.contains("namespace: other"), "{text}");
}

#[test]
fn names_that_look_like_flags_are_refused_from_5_8_3_on() {
    for (named, refused) in [
        (
            "name: c, releaseName: --post-renderer=x",
            "releaseName must not start with '-', got \"--post-renderer=x\"",
        ),
        ("name: -c, releaseName: r", "chart name must not start with '-', got \"-c\""),
    ] {
        let kustomization = format!("helmCharts: [{{{named}}}]\n");
        let files = [
            ("kustomization.yaml", kustomization.as_str()),
            ("charts/c/values.yaml", ""),
            ("charts/-c/values.yaml", ""),
        ];
        let built = |compatibility| rendered_following(compatibility, &files, (true, Renderer::default()));
        assert!(built(Compatibility::V5_8_1).is_ok(), "{named}");
        assert_eq!(built(Compatibility::V5_8_3).unwrap_err(), refused);
    }
}
