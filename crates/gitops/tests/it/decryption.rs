//! What SOPS encrypted, in builds: real values render, and none of them is shown.
//!
//! `tools/oracle/sops repository` makes what is encrypted; the keys in it exist for these tests alone, and its clear values
//! stand nowhere else.

use std::collections::BTreeMap;
use std::sync::Arc;

use gitops::{Fleet, Keys, ObjectAt, ObjectChange, Outcome, Ports, Tracer, Unit, compare};
use serde::Deserialize;
use sops::AgeKeys;

use crate::repositories::{fleet_with_keys, kustomization, repository, summary, text};

#[derive(Deserialize)]
struct Head {
    keys: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    encrypted: String,
}

/// What is encrypted, and the keys.
struct Encrypted {
    keys: BTreeMap<String, String>,
    cases: Vec<Case>,
}

/// All that must not be seen, in the forms in which templates here print it.
const CLEAR: [&str; 8] = [
    "zebra7",
    "Quokka-Token-4711",
    "Wombat-Pass-9921",
    "Numbat-Single-31",
    "Bilby-Env-5512",
    "Possum-Part-8100",
    "Dugong-Lost-6600",
    "Kowari-Mac-7700",
];

impl Encrypted {
    fn read() -> Self {
        let (head, cases) = include_str!("../data/encrypted.jsonl").split_once('\n').unwrap();
        let Head { keys } = serde_json::from_str(head).unwrap();
        Self { keys, cases: cases.lines().map(|line| serde_json::from_str(line).unwrap()).collect() }
    }

    fn text(&self, name: &str) -> String {
        self.cases.iter().find(|case| case.name == name).unwrap().encrypted.clone()
    }

    fn key(&self, name: &str) -> Option<Arc<dyn Keys>> {
        Some(Arc::new(AgeKeys::from_text(&self.keys[name]).unwrap()))
    }
}

const DECRYPTION: &str = "  decryption:\n    provider: sops\n    secretRef: {name: age}\n";
const VARIABLES: &str = "  postBuild:\n    substituteFrom:\n      - {kind: Secret, name: variables}\n";
const CHART: &str = "apiVersion: v2\nname: web\nversion: 1.0.0\n";

fn release(name: &str, chart: &str, more: &str) -> String {
    format!(
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  name: {name}\n  namespace: flux-system\nspec:\n  interval: 1h\n  chart:\n    spec:\n      chart: ./charts/{chart}\n      sourceRef:\n        kind: GitRepository\n        name: flux-system\n  valuesFrom:\n    - {{kind: Secret, name: values}}\n    - {{kind: Secret, name: values, valuesKey: single, targetPath: deep.single}}\n{more}"
    )
}

const TEMPLATE: &str = "apiVersion: v1
kind: Secret
metadata:
  name: {{ .Release.Name }}-out
stringData:
  # the password is {{ .Values.password }}
  password: {{ .Values.password | quote }}
  url: https://me:{{ .Values.password }}@db.example.org/x
  encoded: {{ .Values.password | b64enc }}
  hash: {{ .Values.password | sha256sum }}
  upper: {{ .Values.password | upper }}
  single: {{ .Values.deep.single }}
  own: {{ .Values.own }}
  plain: {{ .Values.plain }}
  mode: {{ if eq .Values.mode \"loud\" }}is-loud{{ end }}
  all: |
{{ toYaml .Values | indent 4 }}
";

const POST: &str = "  postRenderers:
    - kustomize:
        patches:
          - target: {kind: Secret}
            patch: |
              - {op: add, path: /metadata/labels, value: {seen: 'yes'}}
";

fn files(encrypted: &Encrypted) -> Vec<(&'static str, String)> {
    let values = "  values:\n    own: x-${TOKEN}\n    plain: visible\n";
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web, namespace: apps}\ndata:\n  url: https://me:${TOKEN}@host/x\n  domain: ${DOMAIN}\n  plain: visible\n  upper: ${TOKEN^^}\n  cut: ${TOKEN:7}\n  length: 'n${#TOKEN}'\n";
    let ingress =
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '${DOMAIN/./-}-production', namespace: apps}\n";
    let user = "apiVersion: v1\nkind: Pod\nmetadata: {name: user}\nspec:\n  containers:\n  - name: c\n    image: i\n    envFrom: [{secretRef: {name: environment}}]\n";
    vec![
        ("clusters/demo/secrets.yaml", kustomization("secrets", "./secrets", DECRYPTION)),
        ("clusters/demo/apps.yaml", kustomization("apps", "./apps", VARIABLES)),
        ("secrets/kustomization.yaml", "resources: [variables.yaml, values.yaml, partly.yaml, pod.yaml]\nsecretGenerator:\n- {name: environment, envs: [app.env]}\n".to_owned()),
        ("secrets/variables.yaml", encrypted.text("variables")),
        ("secrets/values.yaml", encrypted.text("values")),
        ("secrets/partly.yaml", encrypted.text("partly")),
        ("secrets/app.env", encrypted.text("environment")),
        ("secrets/pod.yaml", user.to_owned()),
        ("apps/map.yaml", map.to_owned()),
        ("apps/ingress.yaml", ingress.to_owned()),
        ("apps/release.yaml", release("web", "web", values)),
        ("apps/patched.yaml", release("patched", "web", &format!("{values}{POST}"))),
        ("apps/fails.yaml", release("fails", "fails", "")),
        ("charts/web/Chart.yaml", CHART.to_owned()),
        ("charts/web/templates/all.yaml", TEMPLATE.to_owned()),
        ("charts/fails/Chart.yaml", CHART.to_owned()),
        ("charts/fails/templates/all.yaml", "{{ fail (printf \"no %s\" .Values.password) }}\n".to_owned()),
    ]
}

fn fleet(files: &[(&'static str, String)], keys: Option<Arc<dyn Keys>>) -> Fleet {
    fleet_with_keys(&crate::repositories::borrowed(files), keys)
}

fn all_shown(fleet: &Fleet) -> String {
    let mut shown = format!("{fleet:?}\n{}", summary(fleet).join("\n"));
    for object in fleet.clusters.iter().flat_map(|cluster| &cluster.units).flat_map(Unit::objects) {
        shown.push_str(&format!("\n---\n{}\n{}{object:?}", object.id, object.text));
    }
    shown
}

/// The forms of a clear value that nobody may find.
fn forms(clear: &str) -> Vec<String> {
    use base64ct::{Base64, Encoding as _};
    let mut forms = vec![
        clear.to_owned(),
        clear.to_uppercase(),
        clear.to_lowercase(),
        clear.chars().rev().collect(),
        Base64::encode_string(clear.as_bytes()),
    ];
    // A value in something longer is encoded otherwise, but for its middle.
    for skipped in 0..3 {
        let within = format!("{}{clear}", "x".repeat(skipped));
        let encoded = Base64::encode_string(within.as_bytes());
        forms.push(encoded[4..encoded.len() - 4].to_owned());
    }
    // Fewer characters stand in anything by chance.
    forms.retain(|form| form.len() >= 6);
    forms
}

fn assert_hidden(shown: &str) {
    for form in CLEAR.iter().flat_map(|clear| forms(clear)) {
        let at = shown.find(&form);
        assert!(at.is_none(), "{form} in {}", &shown[at.unwrap_or(0).saturating_sub(300)..]);
    }
}

#[test]
fn decrypted_values_render_and_are_not_shown() {
    let encrypted = Encrypted::read();
    let fleet = fleet(&files(&encrypted), encrypted.key("a"));
    let shown = all_shown(&fleet);
    assert_hidden(&shown);
    let map = text(&fleet, "web");
    for line in [
        "url: https://me:***@host/x\n",
        "domain: '***'\n",
        "plain: visible\n",
        "upper: '***'\n",
        "cut: '***'\n",
        "length: n***\n",
    ] {
        assert!(map.contains(line), "{line} in {map}");
    }
    for (name, label) in [("web-out", false), ("patched-out", true)] {
        let out = text(&fleet, name);
        for line in ["  own: '***'\n", "  plain: visible\n", "is-loud"] {
            assert!(out.contains(line), "{line} in {out}");
        }
        assert_eq!(out.contains("seen:"), label, "{out}");
    }
    let out = text(&fleet, "web-out");
    assert!(out.contains("url: https://me:***@db.example.org/x\n"), "{out}");
}

#[test]
fn what_is_told_of_units_names_no_decrypted_value() {
    let encrypted = Encrypted::read();
    let told = summary(&fleet(&files(&encrypted), encrypted.key("a")));
    let expected = [
        "demo: flux-system = Kustomization flux-system/apps, Kustomization flux-system/secrets",
        "demo: apps = HelmRelease flux-system/fails, ConfigMap apps/***-***-production, ConfigMap apps/web, HelmRelease flux-system/patched, HelmRelease flux-system/web (what 4 objects have of decrypted values is shown as ***)",
        "demo: secrets = Secret flux-system/variables, Secret flux-system/values, ConfigMap flux-system/partly, Pod user, Secret environment-*** (5 values and 1 file are decrypted and shown as ***) (what 5 objects have of decrypted values is shown as ***)",
        "demo: fails = not assessed: what builds or renders it refuses it; why is not shown, since that may hold decrypted values",
        "demo: patched = Secret patched-out (what 1 object has of decrypted values is shown as ***)",
        "demo: web = Secret web-out (what 1 object has of decrypted values is shown as ***)",
    ];
    assert_eq!(told, expected);
}

#[test]
fn without_a_key_everything_is_opaque_as_it_stands() {
    let encrypted = Encrypted::read();
    let told = summary(&fleet(&files(&encrypted), None)).join("\n");
    for line in [
        "ConfigMap apps/«DOMAIN»-production",
        "(2 variables are encrypted: DOMAIN, TOKEN)",
        "(secrets/app.env stays encrypted, so that the names of what is generated of it are not those of the cluster: no key at hand",
        "web = not assessed: 'values.yaml' of Secret flux-system/values is encrypted",
    ] {
        assert!(told.contains(line), "{line} in {told}");
    }
    assert_hidden(&told);
}

#[test]
fn what_another_key_opens_stays_encrypted_and_what_was_changed_is_refused_by_name() {
    let encrypted = Encrypted::read();
    let of = |name: &str| {
        let files = vec![
            ("clusters/demo/secrets.yaml", kustomization("secrets", "./secrets", DECRYPTION)),
            ("secrets/one.yaml", encrypted.text(name)),
        ];
        summary(&fleet(&files, encrypted.key("a"))).join("\n")
    };
    let other = of("other key");
    assert!(
        other.contains(
            "Secret flux-system/other (stays encrypted: Secret/flux-system/other cannot be decrypted"
        ),
        "{other}"
    );
    let changed = of("changed");
    assert!(
        changed.contains("not assessed: Secret/flux-system/changed cannot be decrypted: a value"),
        "{changed}"
    );
}

#[test]
fn a_change_of_a_decrypted_value_is_a_difference_that_shows_nothing() {
    let encrypted = Encrypted::read();
    let before = fleet(&files(&encrypted), encrypted.key("a"));
    let mut changed = files(&encrypted);
    for (path, text) in &mut changed {
        if *path == "clusters/demo/apps.yaml" {
            text.push_str("    substitute: {TOKEN: Quoll-Other-1234}\n");
        }
    }
    let after = fleet(&changed, encrypted.key("a"));
    let again = compare(&before, &fleet(&files(&encrypted), encrypted.key("a")));
    assert!(again.iter().flat_map(|cluster| &cluster.units).all(|unit| unit.objects.is_empty()), "{again:?}");
    let differences = compare(&before, &after);
    let told = format!("{differences:?}");
    assert_hidden(&told);
    let objects = differences.iter().flat_map(|cluster| &cluster.units).flat_map(|unit| &unit.objects);
    let changed: Vec<String> = objects
        .filter_map(|object| match &object.change {
            ObjectChange::Changed(fields) => {
                let fields = fields.iter().map(|field| {
                    format!(
                        "{} {:?}",
                        field.path.join("."),
                        field.before.as_ref().and_then(|value| value.as_str())
                    )
                });
                Some(format!("{}: {}", object.id, fields.collect::<Vec<_>>().join(", ")))
            }
            _ => None,
        })
        .collect();
    let of_map = changed.iter().find(|line| line.starts_with("ConfigMap apps/web: ")).unwrap();
    assert!(of_map.contains("data.url Some(\"https://me:***@host/x\")"), "{changed:#?}");
}

#[test]
fn places_of_masked_objects_are_those_of_the_clear_ones() {
    let encrypted = Encrypted::read();
    let files = files(&encrypted);
    let borrowed = crate::repositories::borrowed(&files);
    let repository = repository(&borrowed);
    let fleet = fleet(&files, encrypted.key("a"));
    let mut tracer = Tracer::new(&fleet, &repository, &Ports::offline());
    let units = &fleet.clusters[0].units;
    let (unit, object) = units
        .iter()
        .enumerate()
        .find_map(|(unit, one)| {
            Some((
                unit,
                one.objects()
                    .iter()
                    .position(|object| object.id.name == "web" && object.id.kind == "ConfigMap")?,
            ))
        })
        .unwrap();
    let text = &units[unit].objects()[object].text;
    let start = text.find("visible").unwrap();
    let range = u32::try_from(start).unwrap()..u32::try_from(start + 7).unwrap();
    let places = tracer.places(ObjectAt { cluster: 0, unit, object }, range);
    let place = &places[0];
    assert_eq!(place.path, "apps/map.yaml");
    let map = &files.iter().find(|(path, _)| *path == "apps/map.yaml").unwrap().1;
    assert_eq!(&map[place.range.start as usize..place.range.end as usize], "visible");
}

#[test]
fn what_a_template_says_in_an_error_is_not_told() {
    let encrypted = Encrypted::read();
    let fleet = fleet(&files(&encrypted), encrypted.key("a"));
    let fails = fleet.clusters[0].units.iter().find(|unit| unit.key.name == "fails").unwrap();
    let Outcome::NotAssessed(missing) = &fails.outcome else { panic!("rendered") };
    assert!(missing.to_string().contains("why is not shown"), "{missing}");
}
