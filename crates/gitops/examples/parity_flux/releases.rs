//! Helm releases beside `helm template`: the same chart, and the values, name, namespace and flags that Flux would hand over.
//!
//! What Flux does before Helm is done here again, out of the release's own object, and so is what it does after it: Flux's own
//! packages make the kustomizations of post-renderers. What Helm itself renders differently each time may differ in those lines.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use gitops::{Cluster, Unit};
use manifest::value::Value;

use crate::kustomizations::data_of;
use crate::objects::{Objects, by_name, text_at, values};
use crate::shelf::Shelf;

/// How often Helm renders to see what is another one each time: random letters agree by chance once in a while.
const REPEATS: usize = 2;

/// What Helm says where a schema refers to an address that nobody can reach.
const NO_SCHEMA: &str = "failing loading \"";

/// What stands in the data of an encrypted object, for a value.
const ENCRYPTED: &str = "«";

/// All that Helm is given for one release.
pub(crate) struct Given {
    arguments: Vec<String>,
    post_renderers: Vec<Value>,
    scratch: PathBuf,
}

/// What Helm makes of a release.
pub(crate) struct Theirs {
    pub(crate) objects: Objects,
    /// The same once more: what differs is another one each time.
    pub(crate) again: Vec<Objects>,
    /// Whether a schema could not be loaded, so that values were not judged.
    pub(crate) is_without_schema: bool,
}

/// The programs, and where charts are.
pub(crate) struct Beside<'b> {
    pub(crate) helm: &'b Path,
    pub(crate) oracle: &'b Path,
    pub(crate) shelf: &'b Shelf,
    pub(crate) scratch: &'b Path,
}

impl Beside<'_> {
    /// What Helm is given for a release.
    pub(crate) fn given(&self, cluster: &Cluster, unit: &Unit) -> Result<Given> {
        let declared = values(&unit.declaration().text)?.pop().context("no object")?;
        let spec = declared.get("spec").context("no spec")?;
        let target = text_at(spec, &["targetNamespace"]);
        let namespace = if target.is_empty() { unit.key.namespace.as_str() } else { target };
        let mut arguments = vec![release_name(spec, &unit.key.name)];
        arguments.push(self.archive(cluster, unit, spec)?.display().to_string());
        arguments.extend(["--namespace".to_owned(), namespace.to_owned(), "--skip-tests".to_owned()]);
        arguments.extend(flags(spec).map(str::to_owned));
        for path in self.values_files(cluster, unit, spec)? {
            arguments.extend(["--values".to_owned(), path.display().to_string()]);
        }
        let apis = installed_apis(cluster)?.into_iter().chain(served_apis(cluster)).collect::<Vec<_>>();
        arguments.extend(["--api-versions".to_owned(), apis.join(",")]);
        if let Some(minor) = cluster.version {
            arguments.extend(["--kube-version".to_owned(), format!("{minor}.0")]);
        }
        let post_renderers = match spec.get("postRenderers") {
            Some(Value::Sequence(steps)) => steps.clone(),
            _ => Vec::new(),
        };
        Ok(Given { arguments, post_renderers, scratch: self.scratch.to_owned() })
    }

    /// The archive that the release's source leads to.
    fn archive(&self, cluster: &Cluster, unit: &Unit, spec: &Value) -> Result<PathBuf> {
        let chart_ref = spec.get("chartRef");
        let chart = spec.get("chart").and_then(|chart| chart.get("spec"));
        let reference = chart_ref.or_else(|| chart.and_then(|chart| chart.get("sourceRef")));
        let reference = reference.context("it names no source")?;
        let namespace = match text_at(reference, &["namespace"]) {
            "" => unit.key.namespace.as_str(),
            namespace => namespace,
        };
        let wanted = [text_at(reference, &["kind"]), namespace, text_at(reference, &["name"])];
        let source = object_of(cluster, wanted)?;
        let url = text_at(&source, &["spec", "url"]);
        let found = match chart.filter(|_| chart_ref.is_none()) {
            Some(chart) => {
                let (name, range) = (text_at(chart, &["chart"]), text_at(chart, &["version"]));
                self.shelf.archive_of(url, name, range)
            }
            None => {
                let (place, name) = url.rsplit_once('/').context("its source has no path")?;
                let said = |key: &str| text_at(&source, &["spec", "ref", key]).to_owned();
                let range = if said("semver").is_empty() { said("tag") } else { said("semver") };
                self.shelf.archive_of(place, name, &range)
            }
        };
        Ok(found?)
    }

    /// Files of the values, in their order.
    fn values_files(&self, cluster: &Cluster, unit: &Unit, spec: &Value) -> Result<Vec<PathBuf>> {
        let mut texts = Vec::new();
        if let Some(Value::Sequence(references)) = spec.get("valuesFrom") {
            let data = data_of(cluster, &unit.key.namespace)?;
            for reference in references {
                if reference.get("targetPath").is_some() {
                    bail!("values at a path");
                }
                let name = format!("{}/{}", text_at(reference, &["kind"]), text_at(reference, &["name"]));
                let key = match text_at(reference, &["valuesKey"]) {
                    "" => "values.yaml",
                    key => key,
                };
                let text = data.get(&name).and_then(|object| object.get(key)).and_then(|text| text.as_str());
                match text {
                    Some(text) if text.starts_with(ENCRYPTED) => bail!("encrypted values"),
                    Some(text) => texts.push(text.to_owned()),
                    None => {}
                }
            }
        }
        if let Some(own) = spec.get("values") {
            texts.push(manifest::emit::marshal_as_kubectl(own)?);
        }
        let mut paths = Vec::new();
        for (number, text) in texts.iter().enumerate() {
            let path = self.scratch.join(format!("values-{number}.yaml"));
            std::fs::write(&path, text)?;
            paths.push(path);
        }
        Ok(paths)
    }

    /// What Helm, and the post-renderers of Flux's packages, make of a release.
    pub(crate) fn theirs(&self, given: &Given) -> Result<Theirs> {
        let (mut arguments, mut is_without_schema) = (given.arguments.clone(), false);
        if let Err(told) = self.template(&arguments)? {
            if !told.contains(NO_SCHEMA) {
                bail!("helm refuses it: {}", told.trim());
            }
            arguments.push("--skip-schema-validation".to_owned());
            is_without_schema = true;
        }
        let mut renders = Vec::new();
        for _ in 0..=REPEATS {
            let text =
                self.template(&arguments)?.map_err(|told| anyhow::anyhow!("helm refuses it: {told}"))?;
            renders.push(by_name(self.post_rendered(given, values(&text)?)?)?);
        }
        let objects = renders.remove(0);
        Ok(Theirs { objects, again: renders, is_without_schema })
    }

    fn template(&self, arguments: &[String]) -> Result<Result<String, String>> {
        let output = Command::new(self.helm)
            .arg("template")
            .args(arguments)
            .env("HOME", self.scratch)
            .env("TZ", "UTC")
            .stdin(Stdio::null())
            .output()
            .context("cannot start helm")?;
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        Ok(if output.status.success() { Ok(String::from_utf8(output.stdout)?) } else { Err(told) })
    }

    fn post_rendered(&self, given: &Given, mut objects: Vec<Value>) -> Result<Vec<Value>> {
        for step in &given.post_renderers {
            let kustomize = step.get("kustomize").context("a post-renderer of another kind")?;
            let folder = given.scratch.join("post");
            std::fs::create_dir_all(&folder)?;
            let mut all = String::new();
            for object in &objects {
                all.push_str(&format!("---\n{}", manifest::emit::marshal_as_kubectl(object)?));
            }
            std::fs::write(folder.join("all.yaml"), all)?;
            let spec = manifest::emit::marshal_as_kubectl(kustomize)?.replace('\n', "\n  ");
            let declaration = format!(
                "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: post, namespace: post}}\nspec:\n  {spec}\n"
            );
            std::fs::write(given.scratch.join(".post"), declaration)?;
            let output = Command::new(self.oracle)
                .arg("build")
                .arg(&given.scratch)
                .args(["post", ".post"])
                .output()
                .context("cannot start the oracle")?;
            if !output.status.success() {
                bail!("the oracle refuses a post-renderer: {}", String::from_utf8_lossy(&output.stderr));
            }
            objects = values(&String::from_utf8(output.stdout)?)?;
            std::fs::remove_dir_all(&folder)?;
        }
        Ok(objects)
    }
}

impl Theirs {
    /// Takes out what Helm renders differently each time, on both sides: lines of objects that differ between its own renders.
    pub(crate) fn without_unstable(&mut self, ours: &mut Objects) -> usize {
        let mut count = 0;
        for (name, texts) in &mut self.objects {
            for (at, text) in texts.iter_mut().enumerate() {
                let again: Vec<&str> = self
                    .again
                    .iter()
                    .filter_map(|objects| objects.get(name)?.get(at).map(String::as_str))
                    .collect();
                let Some(own) = ours.get_mut(name).and_then(|own| own.get_mut(at)) else { continue };
                let unstable = unstable_lines(text, &again);
                if !unstable.is_empty() {
                    count += 1;
                    *text = without_lines(text, &unstable);
                    *own = without_lines(own, &unstable);
                }
            }
        }
        count
    }
}

/// Numbers of the lines that differ between renders.
fn unstable_lines(text: &str, again: &[&str]) -> BTreeSet<usize> {
    let differs = |(number, line): (usize, &str)| {
        again.iter().any(|other| other.lines().nth(number) != Some(line)).then_some(number)
    };
    if again.iter().all(|other| *other == text) {
        return BTreeSet::new();
    }
    text.lines().enumerate().filter_map(differs).collect()
}

fn without_lines(text: &str, numbers: &BTreeSet<usize>) -> String {
    let kept = text.lines().enumerate().filter(|(number, _)| !numbers.contains(number));
    kept.map(|(_, line)| format!("{line}\n")).collect()
}

/// The name of the release in its cluster. The names of these trees are short enough to stay as they are.
fn release_name(spec: &Value, name: &str) -> String {
    match (text_at(spec, &["releaseName"]), text_at(spec, &["targetNamespace"])) {
        ("", "") => name.to_owned(),
        ("", target) => format!("{target}-{name}"),
        (said, _) => said.to_owned(),
    }
}

fn flags(spec: &Value) -> impl Iterator<Item = &'static str> {
    let install = |key: &str| spec.get("install").and_then(|install| install.get(key)).cloned();
    let is_true = |key: &str| install(key) == Some(Value::Bool(true));
    let crds = install("crds").and_then(|crds| crds.as_str().map(str::to_owned)).unwrap_or_default();
    let takes_crds = if crds.is_empty() { !is_true("skipCRDs") } else { crds != "Skip" };
    [
        takes_crds.then_some("--include-crds"),
        is_true("disableHooks").then_some("--no-hooks"),
        is_true("disableSchemaValidation").then_some("--skip-schema-validation"),
    ]
    .into_iter()
    .flatten()
}

/// An object that a unit of the cluster renders.
fn object_of(cluster: &Cluster, [kind, namespace, name]: [&str; 3]) -> Result<Value> {
    let mut all = cluster.units.iter().flat_map(Unit::objects);
    let found = all.find(|object| {
        let id = &object.id;
        (id.kind.as_str(), id.namespace.as_str(), id.name.as_str()) == (kind, namespace, name)
    });
    let found = found.with_context(|| format!("no unit renders {kind} {namespace}/{name}"))?;
    values(&found.text)?.pop().context("no object")
}

/// The APIs that a cluster of its minor serves, as Helm is told them; none where nobody says the minor. Helm knows more: what is
/// compiled into it stays.
fn served_apis(cluster: &Cluster) -> Vec<String> {
    let kinds = cluster.version.and_then(catalog::served_by_default).into_iter().flatten();
    let names = kinds.flat_map(|served| {
        let is_core = served.group.is_empty();
        let api =
            if is_core { served.version.to_owned() } else { format!("{}/{}", served.group, served.version) };
        [format!("{api}/{}", served.kind), api]
    });
    names.collect()
}

/// The APIs of custom resources that units of the cluster install, as Helm is told them.
fn installed_apis(cluster: &Cluster) -> Result<BTreeSet<String>> {
    let mut apis = BTreeSet::new();
    let objects = cluster.units.iter().flat_map(Unit::objects);
    for object in objects.filter(|object| object.id.kind == "CustomResourceDefinition") {
        for value in values(&object.text)? {
            let (group, kind) =
                (text_at(&value, &["spec", "group"]), text_at(&value, &["spec", "names", "kind"]));
            let Some(Value::Sequence(versions)) = value.get("spec").and_then(|spec| spec.get("versions"))
            else {
                continue;
            };
            for version in
                versions.iter().filter(|version| version.get("served") != Some(&Value::Bool(false)))
            {
                let version = text_at(version, &["name"]);
                apis.insert(format!("{group}/{version}"));
                apis.insert(format!("{group}/{version}/{kind}"));
            }
        }
    }
    Ok(apis)
}
