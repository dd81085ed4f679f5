//! What `cargo metadata` says about the workspace, as far as the house needs it.
//!
//! Takes the JSON text, gives typed packages and the resolved graph with its switched-on features. Decides nothing.

use crate::shell::Program;
use anyhow::{Context, Result};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// The whole answer.
#[derive(Debug, Deserialize)]
pub(crate) struct Metadata {
    /// Every package of the graph, ours and others'.
    pub(crate) packages: Vec<Package>,
    /// Ids of the workspace's own packages.
    pub(crate) workspace_members: Vec<String>,
    /// The resolved graph.
    pub(crate) resolve: Resolve,
}

/// One package.
#[derive(Debug, Deserialize)]
pub(crate) struct Package {
    /// Name as in its manifest.
    pub(crate) name: String,
    /// Id that the graph uses.
    pub(crate) id: String,
    /// Declared dependencies, of every kind and for every platform.
    pub(crate) dependencies: Vec<Dependency>,
}

/// One declared dependency.
#[derive(Debug, Deserialize)]
pub(crate) struct Dependency {
    /// Name of the package depended on.
    pub(crate) name: String,
    /// None for a normal dependency, else `dev` or `build`.
    pub(crate) kind: Option<String>,
}

/// The resolved graph.
#[derive(Debug, Deserialize)]
pub(crate) struct Resolve {
    /// One node per package.
    pub(crate) nodes: Vec<Node>,
}

/// A package's place in the graph.
#[derive(Debug, Deserialize)]
pub(crate) struct Node {
    /// Package id.
    pub(crate) id: String,
    /// Edges to the packages it was resolved to use.
    pub(crate) deps: Vec<Edge>,
    /// Features that are on for the workspace as a whole.
    pub(crate) features: Vec<String>,
}

/// An edge of the graph.
#[derive(Debug, Deserialize)]
pub(crate) struct Edge {
    /// Package id depended on.
    pub(crate) pkg: String,
    /// Every way in which it is depended on.
    pub(crate) dep_kinds: Vec<EdgeKind>,
}

/// One way of depending.
#[derive(Debug, Deserialize)]
pub(crate) struct EdgeKind {
    /// None for a normal dependency, else `dev` or `build`.
    pub(crate) kind: Option<String>,
}

/// Asks cargo about the workspace; refuses a lock file that is out of date.
pub(crate) fn read() -> Result<Metadata> {
    parse(&Program::cargo().arguments(["metadata", "--format-version=1", "--locked"]).output()?)
}

/// Parses the JSON text of `cargo metadata --format-version=1`.
pub(crate) fn parse(json: &str) -> Result<Metadata> {
    serde_json::from_str(json).context("cannot understand what 'cargo metadata' printed")
}

impl Metadata {
    /// The workspace's own packages, sorted by name.
    pub(crate) fn own_packages(&self) -> Vec<&Package> {
        let members: BTreeSet<&str> = self.workspace_members.iter().map(String::as_str).collect();
        let mut own: Vec<&Package> =
            self.packages.iter().filter(|package| members.contains(package.id.as_str())).collect();
        own.sort_by(|left, right| left.name.cmp(&right.name));
        own
    }

    /// Every package that `package` links, with the chain of names that leads there, `package` itself excluded.
    ///
    /// Follows normal dependencies only: what builds or tests a crate is not linked into it.
    pub(crate) fn linked(&self, package: &Package) -> BTreeMap<String, Vec<String>> {
        let nodes: BTreeMap<&str, &Node> =
            self.resolve.nodes.iter().map(|node| (node.id.as_str(), node)).collect();
        let names: BTreeMap<&str, &str> =
            self.packages.iter().map(|package| (package.id.as_str(), package.name.as_str())).collect();
        let mut chains = BTreeMap::new();
        let mut seen = BTreeSet::from([package.id.as_str()]);
        let mut queue = vec![(package.id.as_str(), vec![package.name.clone()])];
        while let Some((id, chain)) = queue.pop() {
            for edge in nodes.get(id).map_or(&[][..], |node| &node.deps) {
                let normal = edge.dep_kinds.iter().any(|way| way.kind.is_none());
                let Some(name) = names.get(edge.pkg.as_str()) else { continue };
                if !normal || !seen.insert(&edge.pkg) {
                    continue;
                }
                let mut longer = chain.clone();
                longer.push((*name).to_owned());
                chains.insert((*name).to_owned(), longer.clone());
                queue.push((&edge.pkg, longer));
            }
        }
        chains
    }
}

impl Package {
    /// Names of normal and build dependencies: what the crate's own code can name.
    pub(crate) fn uses(&self) -> BTreeSet<&str> {
        self.dependencies
            .iter()
            .filter(|dependency| dependency.kind.as_deref() != Some("dev"))
            .map(|dependency| dependency.name.as_str())
            .collect()
    }
}
