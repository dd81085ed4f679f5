//! Kustomizations to measure: the same bytes on every machine.

use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// Raised whenever what is generated changes, so that an old folder is not measured as if it were the new one.
const EDITION: u32 = 1;

/// Something that is built and measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One object that nothing changes.
    Trivial,
    /// One object and one strategic merge patch, for which the schema is needed.
    Patch,
    /// So many Deployments with namespace, prefix, a label that goes into selectors, and one JSON patch.
    Resources(usize),
}

impl Kind {
    /// What it is called in the table.
    pub(crate) fn name(self) -> String {
        match self {
            Self::Trivial => "trivial".to_owned(),
            Self::Patch => "one strategic merge patch".to_owned(),
            Self::Resources(count) => format!("{count} resources"),
        }
    }

    /// Path and content of each of its files.
    pub(crate) fn files(self) -> [(&'static str, String); 2] {
        let (kustomization, objects) = match self {
            Self::Trivial => {
                let object = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n  a: b\n";
                ("resources: [objects.yaml]\n", object.to_owned())
            }
            Self::Patch => (PATCHED, deployment(0)),
            Self::Resources(count) => {
                (TRANSFORMED, (0..count).map(deployment).collect::<Vec<_>>().join("---\n"))
            }
        };
        [("kustomization.yaml", kustomization.to_owned()), ("objects.yaml", objects)]
    }

    /// Makes sure that it stands below `target/bench`, and returns where.
    pub(crate) fn plant(self, target: &Path) -> Result<PathBuf> {
        let folder = target.join(format!("bench/kustomize-{EDITION}")).join(self.name().replace(' ', "-"));
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot make '{}'", folder.display()))?;
        for (path, content) in self.files() {
            let path = folder.join(path);
            if std::fs::read(&path).is_ok_and(|there| there == content.as_bytes()) {
                continue;
            }
            std::fs::write(&path, content).with_context(|| format!("cannot write '{}'", path.display()))?;
        }
        Ok(folder)
    }
}

const PATCHED: &str = "\
resources: [objects.yaml]
patches:
- patch: |-
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: app-0
    spec:
      template:
        spec:
          containers:
          - name: main
            env:
            - name: B
              value: c
";

const TRANSFORMED: &str = "\
namespace: prod
namePrefix: pre-
labels:
- pairs: {team: x}
  includeSelectors: true
resources: [objects.yaml]
patches:
- target: {kind: Deployment, name: app-0}
  patch: |-
    - op: replace
      path: /spec/replicas
      value: 5
";

fn deployment(number: usize) -> String {
    const TEXT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: app-#
  labels:
    app: app-#
spec:
  replicas: 2
  selector:
    matchLabels:
      app: app-#
  template:
    metadata:
      labels:
        app: app-#
    spec:
      containers:
      - name: main
        image: nginx:1.25
        env:
        - name: A
          valueFrom:
            configMapKeyRef:
              name: config-#
              key: a
";
    TEXT.replace('#', &number.to_string())
}

#[cfg(test)]
mod tests {
    use super::Kind;

    #[test]
    fn every_object_has_another_name() {
        let [_, (_, objects)] = Kind::Resources(3).files();
        let names: Vec<_> = objects.lines().filter(|line| line.starts_with("  name: ")).collect();
        assert_eq!(names, ["  name: app-0", "  name: app-1", "  name: app-2"]);
        assert_eq!(objects.matches("---\n").count(), 2);
    }
}
