//! The hot paths whose instructions `cargo xtask bench counts` counts under callgrind.
//!
//! `hot_paths list` names them; `hot_paths run NAME TIMES` runs one over the fixed input repeated so many times. Only
//! what happens inside `counted_region` is counted, so each path prepares its input before it enters.

#![expect(clippy::print_stdout, reason = "the names are this program's output")]

mod charts;

use anyhow::{Context as _, Result, anyhow, bail};
use catalog::Overlay;
use checks::{Check, Context, Journey, run_document};
use config::Config;
use fixes::Answers;
use gotemplate::Ledger;
use inventory::{FileContext, Origin};
use jiff::civil::Date;
use kustomize::load::{Files, Restriction};
use manifest::edit::{Change, DocumentChanges, Fresh, FreshScalar, Place, apply_batch};
use manifest::emit::{Layout, marshal, marshal_as_kubectl};
use manifest::resolve::{Dialect, resolve_node};
use manifest::scan::{Triggers, scan_file};
use manifest::value::Value;
use manifest::{Document, parse_all};
use project::{FixRequest, NoProgress, ScanRequest};
use std::hint::black_box;
use std::sync::Arc;
use text::{NoOrigins, Origins, Source, TextId, Texts, Track};
use tree::{Memory, Tree};

/// A hot path: its name and what it does with an input.
type Path = (&'static str, fn(&Input) -> Result<()>);

/// All of them. A name is a key of `data/counts.toml`.
const PATHS: [Path; 19] = [
    ("checks: those whose words a document holds", check),
    ("config: the clusters of paths", clusters_of_paths),
    ("fixes: a list of many objects", fix),
    ("helm: tpl in a loop", |input| charts::tpl_in_a_loop(input, &Ledger::on())),
    ("helm: tpl in a loop without origins", |input| charts::tpl_in_a_loop(input, &Ledger::off())),
    ("helm: tpl of a long text", |input| charts::tpl_of_a_long_text(input, &Ledger::on())),
    ("helm: umbrella of charts", |input| charts::umbrella(input, &Ledger::on())),
    ("helm: umbrella of charts without origins", |input| charts::umbrella(input, &Ledger::off())),
    ("kustomize: build", build::<Origins>),
    ("kustomize: build without origins", build::<NoOrigins>),
    ("manifest: scan a file", scan),
    ("manifest: scan a file without trigger words", scan_untriggered),
    ("manifest: edit and prove", edit),
    ("manifest: parse", parse),
    ("manifest: print as kubectl", print_as_kubectl),
    ("manifest: print as kustomize", print_as_kustomize),
    ("manifest: read values", read_values),
    ("manifest: resolve as kubectl", |input| resolve(input, Dialect::GoYaml2)),
    ("manifest: resolve as kustomize", |input| resolve(input, Dialect::GoYaml3)),
];

/// Documents of the base size: with about 1 KB each enough that fixed costs do not hide growth.
const DOCUMENTS: usize = 100;

/// One document of the input; `NAME` is replaced, so that no two are the same.
const DOCUMENT: &str = r#"---
# Owned by the billing team; ask them before a change.
apiVersion: apps/v1
kind: Deployment
metadata:
  name: NAME # what the service is called everywhere
  annotations: {example.com/owner: billing, example.com/tier: "2"}
spec:
  replicas: 3
  template:
    spec:
      containers: &containers
        - name: NAME
          image: 'registry.example.com/NAME:v1.2.3'
          args: ["--log-level=info", "--port=0777", "on"]
          env:
            - {name: TIMEOUT, value: "30"}
            - name: STARTED
              value: 2024-01-02T03:04:05Z
          resources:
            limits: {cpu: 1.5, memory: 512Mi}
      initContainers: *containers
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: NAME-config
data:
  enabled: yes
  size: 1_000
  run.sh: |
    #!/bin/sh
    echo "--- $1" && exec NAME --really
  folded: >-
    one line that
    goes on in the next
---
apiVersion: policy/v1beta1
kind: PodDisruptionBudget
metadata:
  name: NAME
spec:
  minAvailable: 100%
  selector: {}
"#;

/// One object of a list, in an API version that needs another header and nothing else.
const OLD_ITEM: &str = "\
- apiVersion: batch/v1beta1
  kind: CronJob
  metadata: {name: NAME}
  spec:
    schedule: '@daily'
    jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: main, image: NAME:v1}]}}}}
";

/// The bytes that a path works on.
struct Input {
    /// How many times the base size it is.
    times: usize,
    text: TextId,
    bytes: Vec<u8>,
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["list"] => {
            for (name, _) in PATHS {
                println!("{name}");
            }
            Ok(())
        }
        ["run", name, times] => {
            let (_, run) = PATHS.iter().find(|(known, _)| known == name).context("no such path")?;
            run(&input(times.parse()?))
        }
        _ => bail!("usage: hot_paths list | hot_paths run NAME TIMES"),
    }
}

fn input(times: usize) -> Input {
    let mut bytes = Vec::new();
    for index in 0..DOCUMENTS * times {
        bytes.extend(DOCUMENT.replace("NAME", &format!("app-{index:06}")).bytes());
    }
    let text = Texts::new().add(Source::File { path: "input.yaml".to_owned() });
    Input { times, text, bytes }
}

/// What callgrind counts: it is found by this function's name.
#[inline(never)]
fn counted_region<T>(work: impl FnOnce() -> T) -> T {
    black_box(work())
}

/// As many paths as documents, and clusters that grow with them: one folder each, a glob each, and what all share.
fn clusters_of_paths(input: &Input) -> Result<()> {
    let documents = input.bytes.windows(5).filter(|window| window == b"\n---\n").count();
    let clusters: Vec<String> = (0..documents.div_ceil(10))
        .map(|index| {
            format!("- {{name: c{index}, paths: [clusters/c{index}, 'tenants/*/c{index}/**', base]}}\n")
        })
        .collect();
    let text = format!("clusters:\n{}", clusters.concat());
    let config =
        config::read(input.text, text.as_bytes(), &[]).map_err(|problems| anyhow!("{problems:?}"))?;
    let paths: Vec<String> = (0..documents)
        .map(|index| match index % 3 {
            0 => format!("clusters/c{}/apps/web/deployment.yaml", index / 10),
            1 => format!("tenants/blue/c{}/values.yaml", index / 10),
            _ => format!("elsewhere/{index}/kustomization.yaml"),
        })
        .collect();
    let deployed = config::ClusterPaths::new(&config.clusters);
    let found: usize = counted_region(|| paths.iter().map(|path| deployed.of(path).len()).sum());
    if found != paths.len() - paths.len() / 3 {
        bail!("{found} clusters of {} paths", paths.len());
    }
    Ok(())
}

/// All objects with a namespace, a prefix, a label and a patch. The figures with and without origins are what they cost.
fn build<T: Track>(input: &Input) -> Result<()> {
    let kustomization = "resources: [all.yaml]\nnamespace: prod\nnamePrefix: p-\nlabels: [{pairs: {team: blue}}]\npatches:\n\
                         - target: {kind: Deployment}\n  patch: '[{\"op\": \"replace\", \"path\": \"/spec/replicas\", \"value\": 5}]'\n";
    let mut tree = Memory::new();
    tree.insert("all.yaml", input.bytes.clone());
    tree.insert("kustomization.yaml", kustomization);
    // Callgrind counts within one function and one thread, so all work stays on this one.
    rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global()?;
    let mut work: kustomize::Work<T> =
        kustomize::Work::new(Files::new(Arc::new(tree), Restriction::RootOnly, None));
    let options = kustomize::Options::default();
    let printed =
        counted_region(|| kustomize::build(&mut work, "", &options).and_then(|built| built.print()))?;
    let objects = input.bytes.windows(7).filter(|word| word == b"\nkind: ").count();
    if (printed.matches("  namespace: prod\n").count(), printed.matches("  replicas: 5\n").count())
        != (objects, objects / 3)
    {
        bail!("not all objects were built");
    }
    Ok(())
}

fn scan(input: &Input) -> Result<()> {
    let triggers = Triggers::new(&["policy/v1beta1", "extensions/v1beta1", "kubernetes.io/ingress.class"])?;
    counted_region(|| scan_file(&input.bytes, &triggers))?;
    Ok(())
}

fn scan_untriggered(input: &Input) -> Result<()> {
    let triggers = Triggers::new(&["extensions/v1beta1"])?;
    counted_region(|| scan_file(&input.bytes, &triggers))?;
    Ok(())
}

fn parse(input: &Input) -> Result<()> {
    counted_region(|| parse_all(input.text, &input.bytes))?;
    Ok(())
}

fn check(input: &Input) -> Result<()> {
    let documents = parse_all(input.text, &input.bytes)?;
    let path = "input.yaml".to_owned();
    let file = FileContext { path, text: input.text, origin: Origin::Own, in_chart_templates: false };
    let journeys = [Journey { cluster: None, from: None, to: catalog::HORIZON }];
    let overlay = Overlay::upstream();
    let context = Context { journeys: &journeys, overlay: &overlay };
    let triggered: Vec<_> = documents.iter().map(|document| (document, triggered(document))).collect();
    counted_region(|| {
        for (document, checks) in &triggered {
            black_box(run_document(&context, &file, document, checks));
        }
    });
    Ok(())
}

/// The checks that a scan would show the document: those of which a trigger word stands in it.
fn triggered(document: &Document<'_>) -> Vec<&'static dyn Check> {
    let bytes = document.bytes().get(document.range()).unwrap_or_default();
    let text = String::from_utf8_lossy(bytes);
    let is_shown = |check: &&&'static dyn Check| check.triggers().iter().any(|word| text.contains(word));
    checks::registry().iter().filter(is_shown).copied().collect()
}

/// One document that lists as many objects as the input has documents, each with a header to mend: what a fix looks up
/// for every finding must not grow with the file.
fn fix(input: &Input) -> Result<()> {
    let objects = parse_all(input.text, &input.bytes)?.len();
    let items = (0..objects).map(|index| OLD_ITEM.replace("NAME", &format!("app-{index:06}")));
    let list = format!("apiVersion: v1\nkind: List\nitems:\n{}", items.collect::<String>());
    let tree: Arc<dyn Tree + Send> = Arc::new(Memory::from_iter([("list.yaml", list)]));
    let config = Config::default();
    let request = ScanRequest {
        from: None,
        to: Some(catalog::HORIZON),
        today: Date::constant(2026, 1, 1),
        only: vec!["removed-api".to_owned()],
        threads: 1,
        beyond_horizon: false,
    };
    let scan = project::scan(&*tree, &config, &request, &NoProgress)?;
    let answers = Answers::default();
    let fix = FixRequest {
        request: &request,
        scan: &scan,
        answers: &answers,
        kustomize: false,
        charts: None,
        fleet: None,
    };
    let plan = counted_region(|| project::plan_fixes(&tree, &config, fix))?;
    let fixed: usize = plan.files.iter().map(|file| file.applied.len()).sum();
    if fixed != objects {
        bail!("{fixed} of {objects} objects were mended");
    }
    Ok(())
}

fn read_values(input: &Input) -> Result<()> {
    let documents = parse_all(input.text, &input.bytes)?;
    counted_region(|| values(&documents, Dialect::GoYaml2))?;
    Ok(())
}

fn values(documents: &[Document<'_>], dialect: Dialect) -> Result<Vec<Value>> {
    documents.iter().map(|document| Ok(Value::from_document(document, dialect)?)).collect()
}

fn print_as_kubectl(input: &Input) -> Result<()> {
    let values = values(&parse_all(input.text, &input.bytes)?, Dialect::GoYaml2)?;
    counted_region(|| {
        values.iter().try_for_each(|value| marshal_as_kubectl(value).map(|text| drop(black_box(text))))
    })?;
    Ok(())
}

fn print_as_kustomize(input: &Input) -> Result<()> {
    let values = values(&parse_all(input.text, &input.bytes)?, Dialect::GoYaml3)?;
    counted_region(|| {
        values
            .iter()
            .try_for_each(|value| marshal(value, Layout::KUSTOMIZE).map(|text| drop(black_box(text))))
    })?;
    Ok(())
}

/// Two edits in every document: another header and one more label, as most fixes make them.
fn edit(input: &Input) -> Result<()> {
    let documents = parse_all(input.text, &input.bytes)?;
    let changes: Vec<Vec<Change>> = documents.iter().filter_map(changes).collect();
    let wanted: Vec<DocumentChanges<'_, '_>> = documents
        .iter()
        .zip(&changes)
        .map(|(document, changes)| DocumentChanges { document, changes })
        .collect();
    let batch = counted_region(|| apply_batch(&input.bytes, &wanted));
    if wanted.len() != documents.len() || !batch.refused.is_empty() {
        bail!("not every document was edited");
    }
    Ok(())
}

fn changes(document: &Document<'_>) -> Option<Vec<Change>> {
    let root = document.root()?;
    let header = Change::SetScalar {
        node: document.get(root, "apiVersion")?,
        value: FreshScalar::String("example.com/v1".to_owned()),
    };
    let label = Change::InsertEntry {
        mapping: document.get(root, "metadata")?,
        place: Place::Last,
        key: "labels".to_owned(),
        value: Fresh::Mapping(vec![("tier".to_owned(), Fresh::Scalar(FreshScalar::String("2".to_owned())))]),
    };
    Some(vec![header, label])
}

fn resolve(input: &Input, dialect: Dialect) -> Result<()> {
    let documents = parse_all(input.text, &input.bytes)?;
    counted_region(|| documents.iter().try_for_each(|document| resolve_all(document, dialect)))
}

fn resolve_all(document: &Document<'_>, dialect: Dialect) -> Result<()> {
    for node in document.node_ids() {
        black_box(resolve_node(document, node, dialect)?);
    }
    Ok(())
}
