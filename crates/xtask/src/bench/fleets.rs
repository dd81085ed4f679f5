//! Generated repositories of many clusters, which share their bases.
//!
//! Each cluster has the same units, each unit the same number of objects. Every other unit is an overlay of its environment, the
//! same for all clusters of that; the others are substituted with the name of the cluster, so that no two clusters get
//! the same. One base uses an API that is gone, which all clusters get.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Units of each cluster.
pub(super) const UNITS: usize = 40;
/// Objects of each unit.
pub(super) const OBJECTS: usize = 15;
/// The environments that clusters are of in turn.
const ENVIRONMENTS: [&str; 2] = ["prod", "stage"];

/// Writes the repository of so many clusters below a folder, and gives where it is.
pub(super) fn plant(below: &Path, clusters: usize) -> Result<PathBuf> {
    let root = below.join(format!("fleet-{clusters}"));
    if root.exists() {
        std::fs::remove_dir_all(&root).with_context(|| format!("cannot clear '{}'", root.display()))?;
    }
    for unit in 0..UNITS {
        plant_unit(&root, unit)?;
    }
    for cluster in 0..clusters {
        plant_cluster(&root, cluster)?;
    }
    Ok(root)
}

fn plant_unit(root: &Path, unit: usize) -> Result<()> {
    let base = root.join(format!("apps/unit-{unit:02}/base"));
    let names: Vec<String> = (0..OBJECTS).map(|object| format!("object-{object:02}.yaml")).collect();
    write(&base.join("kustomization.yaml"), &format!("resources: [{}]\n", names.join(", ")))?;
    for (object, name) in names.iter().enumerate() {
        write(&base.join(name), &manifest(unit, object))?;
    }
    for environment in ENVIRONMENTS {
        let overlay = format!(
            "resources: [../../base]\nnamespace: {environment}\nlabels:\n- pairs: {{environment: {environment}}}\n"
        );
        let folder = root.join(format!("apps/unit-{unit:02}/overlays/{environment}"));
        write(&folder.join("kustomization.yaml"), &overlay)?;
    }
    Ok(())
}

/// Deployments, services and data in turn; the first of all units is a budget of an API that is gone.
fn manifest(unit: usize, object: usize) -> String {
    let name = format!("web-{object:02}");
    match (unit, object, object % 3) {
        (0, 0, _) => format!(
            "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata:\n  name: {name}\nspec:\n  maxUnavailable: 1\n  selector:\n    matchLabels: {{app: {name}}}\n"
        ),
        (_, _, 0) => format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {name}\n  labels: {{app: {name}}}\nspec:\n  replicas: 2\n  selector:\n    matchLabels: {{app: {name}}}\n  template:\n    metadata:\n      labels: {{app: {name}}}\n    spec:\n      containers:\n      - name: web\n        image: registry.example.com/unit-{unit:02}/web:1.{object}\n        env:\n        - {{name: CLUSTER, value: '${{cluster:=none}}'}}\n        ports:\n        - containerPort: 8080\n        resources:\n          requests: {{cpu: 100m, memory: 128Mi}}\n"
        ),
        (_, _, 1) => format!(
            "apiVersion: v1\nkind: Service\nmetadata:\n  name: {name}\nspec:\n  selector: {{app: {name}}}\n  ports:\n  - name: http\n    port: 80\n    targetPort: 8080\n"
        ),
        _ => format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\ndata:\n  url: https://${{cluster:=none}}.example.com\n  settings.yaml: |\n    level: info\n    unit: {unit}\n    object: {object}\n"
        ),
    }
}

fn plant_cluster(root: &Path, cluster: usize) -> Result<()> {
    let name = format!("cluster-{cluster:03}");
    let folder = root.join("clusters").join(&name);
    let environment = ENVIRONMENTS.get(cluster % ENVIRONMENTS.len()).copied().unwrap_or("prod");
    let sync = format!(
        "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {{name: flux-system, namespace: flux-system}}\nspec: {{url: 'https://example.com/org/fleet', ref: {{branch: main}}}}\n---\n{}",
        kustomization("flux-system", &format!("./clusters/{name}"), "")
    );
    write(&folder.join("flux-system/gotk-sync.yaml"), &sync)?;
    let units: Vec<String> = (0..UNITS)
        .map(|unit| {
            let path = format!("./apps/unit-{unit:02}/overlays/{environment}");
            let own = format!("  postBuild: {{substitute: {{cluster: {name}}}}}\n");
            kustomization(&format!("unit-{unit:02}"), &path, if unit % 2 == 0 { "" } else { &own })
        })
        .collect();
    write(&folder.join("units.yaml"), &units.join("---\n"))
}

fn kustomization(name: &str, path: &str, more: &str) -> String {
    format!(
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: {name}, namespace: flux-system}}\nspec:\n  path: {path}\n  prune: true\n  interval: 10m\n  sourceRef: {{kind: GitRepository, name: flux-system}}\n{more}"
    )
}

fn write(path: &Path, text: &str) -> Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make '{}'", folder.display()))?;
    }
    std::fs::write(path, text).with_context(|| format!("cannot write '{}'", path.display()))
}
