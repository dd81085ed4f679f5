//! `.liftlock.yaml`: what a repository says about its clusters, and what it accepts knowingly.
//!
//! Takes the file's text, gives typed values whose addresses are known, or every problem at once with its
//! place. Unknown keys are refused with the nearest known one. Never reads a file.

mod cluster_paths;
mod glob_tree;
mod keys;
mod pattern;
mod read;
mod schema;

use jiff::civil::Date;
use text::Span;
use version::Minor;

pub use cluster_paths::ClusterPaths;
pub use pattern::PathPattern;
pub use read::{Problem, read};
pub use schema::json_schema;

/// The file's name at the root of a repository.
pub const FILE_NAME: &str = ".liftlock.yaml";

/// A repository's configuration. The default, as without a file, discovers everything.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// The clusters that the repository deploys to.
    pub clusters: Vec<Cluster>,
    /// Paths that are left out, as patterns of a `.gitignore` file at the root.
    pub exclude: Vec<String>,
    /// Findings that somebody accepts for a time.
    pub waivers: Vec<Waiver>,
    /// Other severities for checks, sorted by check.
    pub severities: Vec<(String, Level)>,
    /// Other places for what is fetched, in the order of the text.
    pub mirrors: Vec<Mirror>,
}

/// Another place for what addresses lead to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mirror {
    /// What addresses begin with.
    pub from: String,
    /// What they begin with there: an address, or the path of a folder seen from the root of the repository.
    pub to: String,
}

/// A cluster.
#[derive(Debug, Clone)]
pub struct Cluster {
    /// Its name.
    pub name: String,
    /// The paths that are deployed to it; without any, all are.
    pub paths: Vec<PathPattern>,
    /// The minor that it runs now.
    pub version: Option<Minor>,
    /// The minor that it is to go to.
    pub target: Option<Minor>,
    /// Who runs its control plane.
    pub platform: Platform,
    /// API versions that it serves beyond the defaults: `resource.k8s.io/v1beta1`.
    pub apis: Vec<String>,
}

impl Config {
    /// The cluster that a path is said to be deployed to: the first one that names it. One that names no paths is none.
    #[must_use]
    pub fn cluster_of(&self, path: &str) -> Option<&Cluster> {
        let mut naming = self.clusters.iter().filter(|cluster| !cluster.paths.is_empty());
        naming.find(|cluster| cluster.deploys(path))
    }

    /// The cluster of a name.
    #[must_use]
    pub fn cluster(&self, name: &str) -> Option<&Cluster> {
        self.clusters.iter().find(|cluster| cluster.name == name)
    }
}

impl Cluster {
    /// Whether what stands at `path` is deployed to it.
    #[must_use]
    pub fn deploys(&self, path: &str) -> bool {
        self.paths.is_empty() || self.paths.iter().any(|pattern| pattern.matches(path))
    }
}

/// Who runs a control plane, which decides what it turns on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Platform {
    /// Kubernetes as released.
    #[default]
    Upstream,
    /// Amazon EKS.
    Eks,
}

/// How a check's findings count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Not at all: the check does not run.
    Off,
    /// As information.
    Info,
    /// As warnings.
    Warning,
    /// As silent changes of meaning.
    Silent,
    /// As breaking.
    Breaks,
}

/// A finding that somebody accepts until a day.
#[derive(Debug, Clone)]
pub struct Waiver {
    /// Where it stands in the configuration.
    pub span: Span,
    /// The check.
    pub check: String,
    /// Which files; none for all.
    pub path: Option<PathPattern>,
    /// Which object, as `name`, `namespace/name` or `Kind/name`; none for all.
    pub object: Option<String>,
    /// Who answers for it.
    pub owner: String,
    /// Why it is acceptable.
    pub reason: String,
    /// The last day on which it holds; after it, it is a finding itself.
    pub expires: Date,
}

impl Waiver {
    /// Whether it still holds on `today`.
    #[must_use]
    pub fn holds_on(&self, today: Date) -> bool {
        today <= self.expires
    }

    /// Whether it is about a finding of `check` at `path` on the object of this kind, namespace and name.
    #[must_use]
    pub fn covers(&self, check: &str, path: &str, object: Option<(&str, &str, &str)>) -> bool {
        self.check == check
            && self.path.as_ref().is_none_or(|pattern| pattern.matches(path))
            && self.object.as_ref().is_none_or(|wanted| object.is_some_and(|object| is_named(object, wanted)))
    }
}

fn is_named((kind, namespace, name): (&str, &str, &str), wanted: &str) -> bool {
    match wanted.split_once('/') {
        None => name == wanted,
        Some((first, rest)) => rest == name && (first == namespace || first.eq_ignore_ascii_case(kind)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_waiver_covers_its_check_path_and_object_only() {
        let waiver = Waiver {
            span: Span::new(text::TextId(0), 0..0),
            check: "removed-api".into(),
            path: PathPattern::new("apps/**").ok(),
            object: Some("Ingress/web".into()),
            owner: "team".into(),
            reason: "going away".into(),
            expires: jiff::civil::date(2026, 12, 31),
        };
        assert!(waiver.covers("removed-api", "apps/a/i.yaml", Some(("Ingress", "shop", "web"))));
        assert!(!waiver.covers("removed-api", "apps/a/i.yaml", Some(("Service", "shop", "web"))));
        assert!(!waiver.covers("removed-api", "infra/i.yaml", Some(("Ingress", "shop", "web"))));
        assert!(!waiver.covers("deprecated-api", "apps/a/i.yaml", Some(("Ingress", "shop", "web"))));
        assert!(!waiver.covers("removed-api", "apps/a/i.yaml", None));
        assert!(waiver.holds_on(jiff::civil::date(2026, 12, 31)));
        assert!(!waiver.holds_on(jiff::civil::date(2027, 1, 1)));
    }
}
