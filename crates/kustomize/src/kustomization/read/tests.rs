use std::sync::Arc;

use text::{Origin, Origins, Source};
use tree::Memory;

use super::*;
use crate::Work;
use crate::kustomization::{GeneratorArguments, HelmChart, Image, Kustomization, Replica, Selector, Text};
use crate::load::{Files, LoadedText, Restriction};

fn work() -> Work<Origins> {
    Work::new(Files::new(Arc::new(Memory::default()), Restriction::RootOnly, None))
}

fn read(yaml: &str) -> (Result<Kustomization<Origin>, Failure>, Work<Origins>) {
    let mut work = work();
    let id = work.files.add_text(Source::File { path: "kustomization.yaml".to_owned() });
    let file = LoadedText { id, path: "kustomization.yaml".to_owned(), bytes: yaml.as_bytes().to_vec() };
    (Kustomization::read(&mut work, &file), work)
}

/// The bytes that a failure points at, and what it says.
fn check_refused(yaml: &str, place: &str, message: &str) {
    let failure = read(yaml).0.expect_err(yaml);
    let at = failure.place.map_or("", |place| &yaml[place.range()]);
    assert_eq!((at, failure.to_string().as_str()), (place, message), "{yaml}");
}

fn texts(list: &[Text<Origin>]) -> Vec<&str> {
    list.iter().map(|text| text.text.as_str()).collect()
}

#[test]
fn unknown_fields_are_refused_with_the_nearest_known_one() {
    check_refused("resource: []\n", "resource", "unknown field \"resource\"; did you mean 'resources'?");
    check_refused(
        "configMapGenerator:\n- name: a\n  literal: [a=b]\n",
        "literal",
        "unknown field \"literal\"; did you mean 'literals'?",
    );
    check_refused("images:\n- tag: x\n", "tag", "unknown field \"tag\"");
    check_refused("completelyElse: 1\n", "completelyElse", "unknown field \"completelyElse\"");
    // A ConfigMap has no type; the first fault in the order of the keys is the one that counts.
    check_refused("zzz: 1\nconfigMapGenerator:\n- type: x\n", "type", "unknown field \"type\"");
}

#[test]
fn values_of_other_types_are_refused() {
    let cannot =
        |found, field, expected| format!("cannot unmarshal {found} into field '{field}' of type {expected}");
    check_refused("resources: a.yaml\n", "a.yaml", &cannot("string", "resources", "list"));
    check_refused("namePrefix: 5\n", "5", &cannot("number", "namePrefix", "string"));
    check_refused("namePrefix: on\n", "on", &cannot("bool", "namePrefix", "string"));
    check_refused("commonLabels: {a: 1}\n", "1", &cannot("number", "commonLabels.a", "string"));
    check_refused("replicas:\n- count: '3'\n", "'3'", &cannot("string", "replicas.count", "int64"));
    check_refused("replicas:\n- count: 3.5\n", "3.5", &cannot("number", "replicas.count", "int64"));
    check_refused("labels:\n- pairs: []\n", "[]", &cannot("array", "labels.pairs", "object"));
    check_refused(
        "labels:\n- includeSelectors: 'yes'\n",
        "'yes'",
        &cannot("string", "labels.includeSelectors", "bool"),
    );
    check_refused("openapi: {path: {}}\n", "{}", &cannot("object", "openapi.path", "string"));
    check_refused("- a\n", "- a", "cannot unmarshal array into the whole of type object");
    check_refused("metadata: {name: a, uid: b}\n", "uid", "unknown field \"uid\"");
    check_refused("resources: [.inf]\n", ".inf", "malformed YAML");
    check_refused("resources: [a\n", "", "malformed YAML");
}

#[test]
fn what_says_nothing_is_refused_and_empty_lists_say_something() {
    for yaml in [
        "",
        "# nothing\n",
        "~\n",
        "{}\n",
        "kind: Kustomization\n",
        "namePrefix: ''\n",
        "resources:\n",
        "bases: []\n",
    ] {
        let message = read(yaml).0.expect_err(yaml).to_string();
        assert_eq!(message, "kustomization.yaml is empty", "{yaml}");
    }
    for yaml in ["resources: []\n", "vars: []\n", "metadata: {}\n", "sortOptions: {}\n", "helmGlobals: {}\n"]
    {
        assert!(read(yaml).0.is_ok(), "{yaml}");
    }
}

#[test]
fn kinds_and_versions_are_those_of_kustomize() {
    check_refused(
        "kind: Kustomize\nresources: []\n",
        "Kustomize",
        "kind should be Kustomization or Component",
    );
    check_refused(
        "kind: Component\napiVersion: kustomize.config.k8s.io/v1beta1\nresources: []\n",
        "kustomize.config.k8s.io/v1beta1",
        "apiVersion for Component should be kustomize.config.k8s.io/v1alpha1",
    );
    assert!(read("kind: Component\nresources: []\n").0.unwrap().is_component);
    assert!(!read("apiVersion: kustomize.config.k8s.io/v1beta1\nresources: []\n").0.unwrap().is_component);
}

#[test]
fn only_the_first_document_counts() {
    assert_eq!(texts(&read("resources: [a]\n---\nfoo: [\n").0.unwrap().resources), ["a"]);
    check_refused("---\n---\nresources: [a]\n", "", "kustomization.yaml is empty");
}

#[test]
fn fields_match_in_any_letter_case_and_the_last_of_equal_keys_counts() {
    assert_eq!(texts(&read("RESOURCES: [a]\n").0.unwrap().resources), ["a"]);
    assert_eq!(texts(&read("resources: [a]\nresources: [b]\n").0.unwrap().resources), ["b"]);
    // Keys are gone through in the order of their bytes, and items are read into items.
    let images = read("images: [{name: a}]\nImages: [{name: b, newTag: '1'}]\n").0.unwrap().images;
    let image = |image: &Image<Origin>| {
        (image.name.to_string(), image.new_tag.clone().map(|tag| tag.text.to_string()))
    };
    assert_eq!(images.iter().map(image).collect::<Vec<_>>(), [("a".to_owned(), Some("1".to_owned()))]);
}

#[test]
fn nulls_leave_what_is_there() {
    let read =
        read("namePrefix: ~\nresources: [~, a]\nreplicas: [{name: a, count: ~}]\nopenapi: ~\n").0.unwrap();
    assert_eq!(texts(&read.resources), ["", "a"]);
    assert!(read.name_prefix.is_none() && read.openapi_path.is_none());
    let counts: Vec<_> = read.replicas.iter().map(|Replica { count, .. }| *count).collect();
    assert_eq!(counts, [0]);
}

#[test]
fn deprecated_fields_take_todays_form_and_are_warned_of_in_the_originals_order() {
    let yaml = "vars: []\nbases: [b]\nresources: [a]\nimageTags: [{name: i}]\nimages: [{name: j}]\ncommonLabels: {}\n\
                configMapGenerator: [{name: c, envs: [x], env: z}]\n\
                helmChartInflationGenerator: [{chartName: d, helmHome: e, extraArgs: [f]}, {chartHome: g}]\n";
    let (kustomization, work) = read(yaml);
    let kustomization = kustomization.unwrap();
    assert_eq!(texts(&kustomization.resources), ["a", "b"]);
    assert_eq!(texts(&kustomization.config_maps[0].envs), ["x", "z"]);
    let images: Vec<_> = kustomization.images.iter().map(|Image { name, .. }| name.as_str()).collect();
    assert_eq!(images, ["j", "i"]);
    let charts: Vec<_> =
        kustomization.helm_charts.iter().map(|HelmChart { name, .. }| name.as_str()).collect();
    assert_eq!(charts, ["d", ""]);
    let globals =
        (kustomization.helm_globals.config_home.as_str(), kustomization.helm_globals.chart_home.as_str());
    assert_eq!(globals, ("e", "g"));
    assert_eq!(
        work.warnings,
        [
            "# Warning: 'bases' is deprecated. Please use 'resources' instead. Run 'kustomize edit fix' to update your Kustomization automatically.",
            "# Warning: 'commonLabels' is deprecated. Please use 'labels' instead. Run 'kustomize edit fix' to update your Kustomization automatically.",
            "# Warning: 'imageTags' is deprecated. Please use 'images' instead. Run 'kustomize edit fix' to update your Kustomization automatically.",
            "# Warning: 'vars' is deprecated. Please use 'replacements' instead. [EXPERIMENTAL] Run 'kustomize edit fix' to update your Kustomization automatically.",
        ]
    );
}

#[test]
fn texts_point_at_their_scalars_and_inline_documents_have_texts_of_their_own() {
    let yaml = "namePrefix: &p 'a-'\nnameSuffix: *p\npatches:\n- patch: |\n    kind: Pod\n    metadata: {}\n";
    let (kustomization, work) = read(yaml);
    let kustomization = kustomization.unwrap();
    let bytes = |text: &Text<Origin>| &yaml[work.tracker.place(text.origin).unwrap().range()];
    assert_eq!(bytes(kustomization.name_prefix.as_ref().unwrap()), "'a-'");
    assert_eq!(bytes(kustomization.name_suffix.as_ref().unwrap()), "'a-'");
    let content = kustomization.patches[0].patch.as_ref().unwrap().content.unwrap();
    let line = Span::new(content, 10..18);
    let (resolved, _) = work.files.texts().resolve(line).unwrap();
    assert_eq!(&yaml[resolved.range()], "metadata");
}

#[test]
fn a_replacement_of_two_forms_is_kept_as_both() {
    use crate::kustomization::ReplacementSource;
    let yaml = "replacements:\n- path: a\n- source: {kind: Pod}\n- path: a\n  targets: [{select: {}}]\n- path: a\n  sourceValue: b\n";
    let replacements = read(yaml).0.unwrap().replacements;
    let forms: Vec<_> = replacements
        .iter()
        .map(|replacement| match replacement {
            ReplacementSource::Inline(_) => "inline",
            ReplacementSource::Path(_) => "path",
            ReplacementSource::Both(_) => "both",
        })
        .collect();
    assert_eq!(forms, ["path", "inline", "both", "path"]);
}

#[test]
fn a_var_is_of_the_version_that_its_object_names() {
    let of = |object: &str| {
        let yaml = format!("vars: [{{name: A, objref: {{{object}}}}}]\n");
        let var = read(&yaml).0.unwrap().vars.remove(0);
        format!("{} {}", var.object.gvk, var.field_path)
    };
    assert_eq!(of("kind: Pod, apiVersion: v1"), "Pod.v1.[noGrp] metadata.name");
    assert_eq!(of("kind: Pod, apiVersion: a/b, group: c"), "Pod.b.a metadata.name");
    assert_eq!(of("kind: Pod, apiVersion: a/b/c, group: c"), "Pod.[noVer].c metadata.name");
}

fn graph(yaml: &str) -> Graph<Origin> {
    let document = manifest::parse_first(TextId(0), yaml.as_bytes(), 0..yaml.len()).unwrap();
    Graph::take::<Origins>(&document, document.root().unwrap()).unwrap()
}

fn lenient<R: Read<Origin>>(yaml: &str) -> Result<R, String> {
    Value::whole(&graph(yaml), Rules::LENIENT).get::<R>().map_err(|fault| fault.cause.to_string())
}

#[test]
fn other_readers_overlook_unknown_fields_and_take_scalars_as_texts() {
    let image: Image<Origin> = lenient("{name: 1.10, NEWNAME: true, foo: bar, digest: 0x10}").unwrap();
    assert_eq!(image.name, "1.1");
    assert_eq!(image.new_name.unwrap().text, "true");
    assert_eq!(image.digest.unwrap().text, "16");
    let error = lenient::<Image<Origin>>("name: {}").err().unwrap();
    assert_eq!(error, "cannot unmarshal object into field 'name' of type string");
}

#[test]
fn fields_of_embedded_structs_take_no_scalars_as_texts() {
    let selector: Selector = lenient("{labelSelector: 1, kind: Pod}").unwrap();
    assert_eq!(selector.label_selector, "1");
    let error = lenient::<Selector>("kind: 1").err().unwrap();
    assert_eq!(error, "cannot unmarshal number into field 'kind' of type string");
}

#[test]
fn a_generator_plugin_is_named_by_its_metadata_unless_it_says_otherwise() {
    let of = |yaml: &str| {
        GeneratorArguments::of_config_map_plugin(&graph(yaml)).map_err(|fault| fault.cause.to_string())
    };
    let plugin =
        of("{kind: ConfigMapGenerator, metadata: {name: 12, namespace: b}, literals: [a=b], env: c}")
            .unwrap();
    assert_eq!((plugin.name.text.as_str(), plugin.namespace.unwrap().text.as_str()), ("12", "b"));
    assert!(plugin.envs.is_empty());
    assert_eq!(of("{metadata: {name: a}, name: b}").unwrap().name.text, "b");
    assert_eq!(of("{name: 1}").err().unwrap(), "cannot unmarshal number into field 'name' of type string");
    let secret = GeneratorArguments::of_secret_plugin(&graph("{name: a, type: b}"));
    assert_eq!(secret.ok().unwrap().secret_type.unwrap().text, "b");
}

#[test]
fn inline_values_are_floats_and_fields_of_the_chart_in_them_are_texts() {
    let yaml = "helmCharts:\n- name: a\n  valuesInline:\n    version: 1.10\n    NAME: yes\n    apiVersions: [1, a]\n    debug: 1\n    big: 12345678901234567890\n    deep: {name: 1}\n    repo: [1]\n";
    let chart = read(yaml).0.unwrap().helm_charts.remove(0);
    let values = chart.values_inline.unwrap();
    let text = manifest::emit::json(&values.value().unwrap()).unwrap();
    assert_eq!(
        text,
        r#"{"NAME":"true","apiVersions":["1","a"],"big":12345678901234567000,"debug":1,"deep":{"name":1},"repo":[1],"version":"1.1"}"#
    );
}
