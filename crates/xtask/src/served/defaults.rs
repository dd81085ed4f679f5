//! Which versions and resources kube-apiserver turns on by itself, out of the Go source that says so.
//!
//! Up to 1.21 that is a function with lists, later there are variables with lists; both name a version by the package
//! that declares it. A list that is none of the known ones, or a package that is not imported, is refused: the source has
//! changed, and someone has to look.

use super::openapi::Listed;
use anyhow::{Context, Result, bail};
use std::collections::{BTreeMap, BTreeSet};

/// The folder of a group's Go package where that is not the first word of the group's name.
const PACKAGES: [(&str, &str); 2] = [("", "core"), ("internal.apiserver.k8s.io", "apiserverinternal")];

/// Group (by its package) and version.
type Version = (String, String);

/// What is on, and what is off although its version is on.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Defaults {
    versions: BTreeSet<Version>,
    resources: BTreeSet<(Version, String)>,
    not_resources: BTreeSet<(Version, String)>,
}

/// A list that the source's lines stand in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum List {
    Versions,
    Resources,
    NotVersions,
    NotResources,
}

impl Defaults {
    /// Reads `pkg/controlplane/instance.go`, or `pkg/master/master.go` of old.
    pub(crate) fn read(source: &str) -> Result<Self> {
        let mut defaults = Self::default();
        let imports: BTreeMap<&str, Version> = source.lines().filter_map(import).collect();
        let mut list = None;
        for line in source.lines().map(str::trim) {
            match (list, begins(line)) {
                (_, Some(begun)) => list = Some(begun),
                (None, None) => {}
                (Some(_), None) if [")", "}"].contains(&line) => list = None,
                (Some(_), None) if line.is_empty() || line.starts_with("//") => {}
                (Some(list), None) => defaults.take(list, line, &imports)?,
            }
        }
        if defaults.versions.is_empty() {
            bail!("no list of versions that are on");
        }
        Ok(defaults)
    }

    /// Takes one line of a list: `appsv1.SchemeGroupVersion,` or `….SchemeGroupVersion.WithResource("ingresses"),`.
    fn take(&mut self, list: List, line: &str, imports: &BTreeMap<&str, Version>) -> Result<()> {
        let unknown = || format!("cannot read '{line}'");
        let (package, rest) = line.split_once(".SchemeGroupVersion").with_context(unknown)?;
        let version = imports.get(package).with_context(unknown)?.clone();
        let resource = rest.strip_prefix(".WithResource(\"").and_then(|rest| rest.split('"').next());
        match (list, resource) {
            (List::Versions, None) => drop(self.versions.insert(version)),
            (List::Resources, Some(name)) => drop(self.resources.insert((version, name.to_owned()))),
            (List::NotResources, Some(name)) => drop(self.not_resources.insert((version, name.to_owned()))),
            (List::NotVersions, None) => {}
            _ => bail!(unknown()),
        }
        Ok(())
    }

    /// Whether the resource is on: what names the resource goes before what names its version.
    pub(crate) fn serve(&self, entry: &Listed) -> bool {
        let version = (package_of(&entry.group).to_owned(), entry.version.clone());
        let resource = (version.clone(), entry.resource.clone());
        let on = self.versions.contains(&version) && !self.not_resources.contains(&resource);
        on || self.resources.contains(&resource)
    }
}

/// The list that begins on a line.
fn begins(line: &str) -> Option<List> {
    match line {
        "ret.EnableVersions(" => return Some(List::Versions),
        "ret.DisableVersions(" => return Some(List::NotVersions),
        "ret.EnableResources(" => return Some(List::Resources),
        "ret.DisableResources(" => return Some(List::NotResources),
        _ => {}
    }
    let (name, value) = line.split_once(" = ")?;
    let of_versions = value == "[]schema.GroupVersion{";
    let of_resources = value == "[]schema.GroupVersionResource{";
    match (name.ends_with("EnabledByDefault"), name.ends_with("DisabledByDefault")) {
        (true, _) if of_versions => Some(List::Versions),
        (_, true) if of_versions => Some(List::NotVersions),
        _ if of_resources && name == "legacyBetaEnabledByDefaultResources" => Some(List::Resources),
        _ => None,
    }
}

/// The name that an import has in the file, and the group and version of its package.
fn import(line: &str) -> Option<(&str, Version)> {
    let (name, path) = line.trim().strip_suffix('"')?.split_once(" \"")?;
    let path =
        path.strip_prefix("k8s.io/api/").or_else(|| path.strip_prefix("k8s.io/kubernetes/pkg/apis/"))?;
    let (group, version) = path.split_once('/')?;
    Some((name, (group.to_owned(), version.to_owned())))
}

fn package_of(group: &str) -> &str {
    let named = PACKAGES.iter().find(|(name, _)| *name == group);
    named.map_or_else(|| group.split('.').next().unwrap_or(group), |(_, package)| package)
}

#[cfg(test)]
mod tests {
    use super::{Defaults, Listed};

    const IMPORTS: &str = concat!(
        "\tappsv1 \"k8s.io/api/apps/v1\"\n",
        "\textensionsv1beta1 \"k8s.io/api/extensions/v1beta1\"\n",
        "\tflowcontrolv1beta1 \"k8s.io/kubernetes/pkg/apis/flowcontrol/v1beta1\"\n",
    );

    fn serve(defaults: &Defaults, group: &str, version: &str, resource: &str) -> bool {
        let [group, version, resource] = [group, version, resource].map(str::to_owned);
        defaults.serve(&Listed { group, version, resource, kind: String::new() })
    }

    #[test]
    fn the_function_of_old_turns_on_versions_and_turns_off_resources() {
        let source = concat!(
            "\tret.EnableVersions(\n\t\tappsv1.SchemeGroupVersion,\n\t\textensionsv1beta1.SchemeGroupVersion,\n\t)\n",
            "\tret.DisableResources(\n\t\textensionsv1beta1.SchemeGroupVersion.WithResource(\"daemonsets\"),\n\t)\n",
            "\tret.DisableVersions(\n\t\tflowcontrolv1beta1.SchemeGroupVersion,\n\t)\n",
        );
        let defaults = Defaults::read(&format!("{IMPORTS}{source}")).unwrap();
        assert!(serve(&defaults, "apps", "v1", "deployments"));
        assert!(serve(&defaults, "extensions", "v1beta1", "ingresses"));
        assert!(!serve(&defaults, "extensions", "v1beta1", "daemonsets"));
        assert!(!serve(&defaults, "flowcontrol.apiserver.k8s.io", "v1beta1", "flowschemas"));
        assert!(!serve(&defaults, "apps", "v1beta1", "deployments"));
    }

    #[test]
    fn the_variables_turn_on_versions_and_single_resources_of_others() {
        let source = concat!(
            "\tgenericStableAPIGroupVersionsEnabledByDefault = []schema.GroupVersion{\n",
            "\t\tappsv1.SchemeGroupVersion,\n\t}\n",
            "\tlegacyBetaEnabledByDefaultResources = []schema.GroupVersionResource{\n",
            "\t\tflowcontrolv1beta1.SchemeGroupVersion.WithResource(\"flowschemas\"), // remove in 1.26\n\t}\n",
            "\tbetaAPIGroupVersionsDisabledByDefault = []schema.GroupVersion{\n",
            "\t\tflowcontrolv1beta1.SchemeGroupVersion,\n\t}\n",
        );
        let defaults = Defaults::read(&format!("{IMPORTS}{source}")).unwrap();
        assert!(serve(&defaults, "apps", "v1", "deployments"));
        assert!(serve(&defaults, "flowcontrol.apiserver.k8s.io", "v1beta1", "flowschemas"));
        assert!(!serve(&defaults, "flowcontrol.apiserver.k8s.io", "v1beta1", "others"));
    }

    #[test]
    fn a_source_that_says_it_otherwise_is_refused() {
        for source in [
            "package controlplane\n",
            "\tret.EnableVersions(\n\t\tunknownv1.SchemeGroupVersion,\n\t)\n",
            "\tret.EnableVersions(\n\t\tappsv1.Something,\n\t)\n",
            "\tret.EnableVersions(\n\t\tappsv1.SchemeGroupVersion.WithResource(\"x\"),\n\t)\n",
            "\tret.EnableResources(\n\t\tappsv1.SchemeGroupVersion,\n\t)\n",
        ] {
            assert!(Defaults::read(&format!("{IMPORTS}{source}")).is_err(), "{source}");
        }
    }
}
