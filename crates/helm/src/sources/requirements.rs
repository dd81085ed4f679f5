//! What a chart says that it depends on, as charts that somebody has to bring.
//!
//! Takes a chart's metadata and lock; gives for each dependency where it is. A lock that is in sync with what it was made
//! from says the versions; else the ranges of the metadata do. Reads nothing.

use manifest::emit::{json, json_quoted};
use manifest::value::Value;
use sha2::{Digest as _, Sha256};

use super::git::GIT_PREFIX;
use super::reference::{OCI_SCHEME, OciReference};
use super::{Aliases, ReadWanted, WantedChart};
use crate::chart::{Chart, Dependency, Lock};

/// What a chart depends on.
#[derive(Debug, Clone, PartialEq)]
pub struct Requirements {
    /// The dependencies, in the order of the metadata.
    pub list: Vec<Requirement>,
    /// Whether there is a lock that was made of something else, so that ranges count.
    pub is_lock_out_of_sync: bool,
}

/// A chart that another one depends on.
#[derive(Debug, Clone, PartialEq)]
pub struct Requirement {
    /// The name that it has for itself.
    pub name: String,
    /// The version that is asked for: one if a lock says it, else a range.
    pub version: String,
    /// Where it is, if that can be told.
    pub place: Result<Place, ReadRequirements>,
}

/// Where a dependency is.
#[derive(Debug, Clone, PartialEq)]
pub enum Place {
    /// In the chart's own `charts/`.
    Held,
    /// In a folder: absolute, or relative to the chart's.
    Folder(String),
    /// Somewhere else.
    Remote(WantedChart),
}

/// Why it cannot be told where a dependency is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadRequirements {
    /// A name of a repository that nobody has defined.
    #[error("no repository definition for {repository}. Please add them via 'helm repo add'")]
    FindRepository {
        /// What the chart says.
        repository: String,
    },
    /// The address is none that can be fetched.
    #[error("dependency {name:?}")]
    ReadPlace {
        /// The dependency.
        name: String,
        /// Why.
        source: ReadWanted,
    },
}

/// What a chart depends on, and where that is.
#[must_use]
pub fn requirements(chart: &Chart, aliases: &Aliases) -> Requirements {
    let written: Vec<Dependency> = chart.metadata.dependencies.iter().flatten().cloned().collect();
    let mut resolved = written.clone();
    for dependency in &mut resolved {
        // A name that nobody knows stays, and is told where the dependency is looked for.
        if let Ok(url) = resolve_alias(&dependency.repository, aliases) {
            dependency.repository = url;
        }
    }
    let lock = chart.lock.as_ref();
    let is_in_sync = lock.is_some_and(|lock| is_in_sync(chart, (&written, &resolved), lock));
    let list = resolved.iter().enumerate().map(|(at, dependency)| {
        let locked = lock.filter(|_| is_in_sync).and_then(|lock| lock.dependencies.get(at)?.as_ref());
        let locked = locked.filter(|locked| locked.name == dependency.name && !locked.version.is_empty());
        let version = locked.map_or(&dependency.version, |locked| &locked.version);
        let (name, place) = (dependency.name.clone(), place(dependency, version));
        Requirement { name, version: version.clone(), place }
    });
    Requirements { list: list.collect(), is_lock_out_of_sync: lock.is_some() && !is_in_sync }
}

/// The URL that a name stands for; an address stands for itself.
fn resolve_alias(repository: &str, aliases: &Aliases) -> Result<String, ReadRequirements> {
    let name = repository.strip_prefix('@').or_else(|| repository.strip_prefix("alias:"));
    let unknown = || ReadRequirements::FindRepository { repository: repository.to_owned() };
    match name {
        Some(name) => aliases.get(name).cloned().ok_or_else(unknown),
        None if repository.is_empty() || repository.contains("://") => Ok(repository.to_owned()),
        None => Err(unknown()),
    }
}

fn place(dependency: &Dependency, version: &str) -> Result<Place, ReadRequirements> {
    let Dependency { name, repository, .. } = dependency;
    let refused = |source| ReadRequirements::ReadPlace { name: name.clone(), source };
    if repository.is_empty() {
        return Ok(Place::Held);
    }
    if let Some(path) = repository.strip_prefix("file://") {
        return Ok(Place::Folder(path.to_owned()));
    }
    if repository.starts_with(OCI_SCHEME) {
        let reference = OciReference::parse(&format!("{}/{name}", repository.trim_end_matches('/')));
        let reference = reference.map_err(|error| refused(error.into()))?;
        return Ok(Place::Remote(WantedChart::of_registry(reference, version).map_err(refused)?));
    }
    if repository.starts_with(GIT_PREFIX) {
        return Ok(Place::Remote(WantedChart::of_git(repository, name, version).map_err(refused)?));
    }
    match repository.split_once("://") {
        Some(("http" | "https", _)) => {
            let (url, name, range) = (repository.clone(), name.clone(), version.to_owned());
            Ok(Place::Remote(WantedChart::Repository { url, name, range }))
        }
        Some((scheme, _)) => Err(refused(ReadWanted::Scheme(scheme.to_owned()))),
        None => Err(ReadRequirements::FindRepository { repository: repository.clone() }),
    }
}

/// Whether a lock was made of these dependencies: by Helm 3 or 4, or for charts of the first format by Helm 2.
fn is_in_sync(chart: &Chart, (written, resolved): (&[Dependency], &[Dependency]), lock: &Lock) -> bool {
    let locked: Vec<Dependency> = lock.dependencies.iter().flatten().cloned().collect();
    let of_both = format!("[{},{}]", list_json(resolved), list_json(&locked));
    let of_written = format!("{{\"dependencies\":{}}}", list_json(written));
    let is_digest = |text: &str| digest(text) == lock.digest;
    is_digest(&of_both) || chart.metadata.api_version == "v1" && is_digest(&of_written)
}

/// The digest of a line as Helm takes it. Its encoder gives no end of line.
fn digest(text: &str) -> String {
    let hexadecimal =
        Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    format!("sha256:{hexadecimal}")
}

fn list_json(dependencies: &[Dependency]) -> String {
    let items: Vec<String> = dependencies.iter().map(dependency_json).collect();
    format!("[{}]", items.join(","))
}

/// A dependency as Go's `encoding/json` writes the struct of Helm: fields that are empty are left out but two.
fn dependency_json(dependency: &Dependency) -> String {
    let Dependency { name, version, repository, condition, tags, enabled, import_values, alias } = dependency;
    let mut fields = vec![format!("\"name\":{}", json_quoted(name))];
    let mut add = |key: &str, value: String| fields.push(format!("\"{key}\":{value}"));
    if !version.is_empty() {
        add("version", json_quoted(version));
    }
    add("repository", json_quoted(repository));
    if !condition.is_empty() {
        add("condition", json_quoted(condition));
    }
    if !tags.is_empty() {
        let tags: Vec<String> = tags.iter().map(|tag| json_quoted(tag)).collect();
        add("tags", format!("[{}]", tags.join(",")));
    }
    if *enabled {
        add("enabled", "true".to_owned());
    }
    if !import_values.is_empty() {
        // A number that JSON cannot say makes no lock of anybody's: the digest is another one.
        add("import-values", json(&Value::Sequence(import_values.clone())).unwrap_or_default());
    }
    if !alias.is_empty() {
        add("alias", json_quoted(alias));
    }
    format!("{{{}}}", fields.join(","))
}

#[cfg(test)]
mod tests {
    use text::Texts;
    use tree::Memory;

    use super::*;

    /// Dependencies and locks of two published charts (argo-helm, prometheus-community), as they stand there.
    const PUBLISHED: [(&str, &str); 2] = [
        (
            "- {name: redis-ha, version: 4.38.0, repository: 'https://dandydeveloper.github.io/charts/', condition: redis-ha.enabled}\n",
            "dependencies:\n- {name: redis-ha, repository: 'https://dandydeveloper.github.io/charts/', version: 4.38.0}\n\
             digest: sha256:0d8b0161248c5ab2c77d62fc77d5ca28393f73f7b7a8abd5474b78bc969cab39\n",
        ),
        (
            "- {name: alertmanager, version: 1.42.*, repository: &r 'https://prometheus-community.github.io/helm-charts', condition: alertmanager.enabled}\n\
             - {name: kube-state-metrics, version: 8.4.*, repository: *r, condition: kube-state-metrics.enabled}\n\
             - {name: prometheus-node-exporter, version: 4.56.*, repository: *r, condition: prometheus-node-exporter.enabled}\n\
             - {name: prometheus-pushgateway, version: 3.8.*, repository: *r, condition: prometheus-pushgateway.enabled}\n",
            "dependencies:\n- {name: alertmanager, repository: &r 'https://prometheus-community.github.io/helm-charts', version: 1.42.0}\n\
             - {name: kube-state-metrics, repository: *r, version: 8.4.0}\n\
             - {name: prometheus-node-exporter, repository: *r, version: 4.56.1}\n\
             - {name: prometheus-pushgateway, repository: *r, version: 3.8.0}\n\
             digest: sha256:5d788dab0bb3fe083870a3ca91fe0a930bbcedda7cd202844f6afdab0a3e6d0b\n",
        ),
    ];

    fn chart(dependencies: &str, lock: &str) -> Chart {
        let metadata = format!("apiVersion: v2\nname: app\nversion: 0.1.0\ndependencies:\n{dependencies}");
        let tree: Memory = [("Chart.yaml", metadata.as_str()), ("Chart.lock", lock)].into_iter().collect();
        Chart::of_folder(&tree, "", &mut Texts::new()).unwrap()
    }

    fn versions(chart: &Chart) -> (Vec<String>, bool) {
        let required = requirements(chart, &Aliases::new());
        (required.list.into_iter().map(|one| one.version).collect(), required.is_lock_out_of_sync)
    }

    #[test]
    fn locks_of_published_charts_are_in_sync_until_something_changes() {
        for (dependencies, lock) in PUBLISHED {
            let (locked, is_out_of_sync) = versions(&chart(dependencies, lock));
            assert!(!is_out_of_sync && locked.iter().all(|version| !version.contains('*')), "{locked:?}");
            let (ranges, is_out_of_sync) = versions(&chart(&dependencies.replace(".enabled", ".on"), lock));
            assert!(is_out_of_sync);
            assert_eq!(ranges.iter().any(|version| version.contains('*')), dependencies.contains(".*"));
        }
    }

    #[test]
    fn every_field_counts_as_helm_writes_it() {
        let dependency = Dependency {
            name: "a".into(),
            version: ">1 <2".into(),
            repository: String::new(),
            condition: "c".into(),
            tags: vec!["t".into()],
            enabled: true,
            import_values: vec![
                Value::from("data"),
                Value::Mapping(vec![(Value::from("child"), Value::from("x"))]),
            ],
            alias: "b".into(),
        };
        let expected = r#"{"name":"a","version":"\u003e1 \u003c2","repository":"","condition":"c","tags":["t"],"enabled":true,"import-values":["data",{"child":"x"}],"alias":"b"}"#;
        assert_eq!(dependency_json(&dependency), expected);
    }

    #[test]
    fn places_are_told_apart() {
        let of = |repository: &str| {
            let chart = chart(&format!("- {{name: web, version: 1.0.0, repository: '{repository}'}}\n"), "");
            let aliases: Aliases = [("r".to_owned(), "https://h/r".to_owned())].into();
            let required = requirements(&chart, &aliases).list.into_iter().next().unwrap();
            required.place.map(|place| match place {
                Place::Held => "held".to_owned(),
                Place::Folder(path) => format!("folder {path}"),
                Place::Remote(wanted) => wanted.fetch_arguments(),
            })
        };
        for (repository, expected) in [
            ("", "held"),
            ("file://../web", "folder ../web"),
            ("https://h", "web --repo https://h --version 1.0.0"),
            ("@r", "web --repo https://h/r --version 1.0.0"),
            ("alias:r", "web --repo https://h/r --version 1.0.0"),
            ("oci://h/c", "oci://h/c/web:1.0.0"),
            ("git+https://h/r@c?ref=v1", "web --repo 'git+https://h/r@c?ref=v1' --version 1.0.0"),
        ] {
            assert_eq!(of(repository).unwrap(), expected, "{repository}");
        }
        let told = |repository| text::with_causes(&of(repository).unwrap_err());
        assert_eq!(told("@x"), "no repository definition for @x. Please add them via 'helm repo add'");
        assert_eq!(
            told("stable"),
            "no repository definition for stable. Please add them via 'helm repo add'"
        );
        assert_eq!(told("git://h"), "dependency \"web\": scheme \"git\" not supported");
    }
}
