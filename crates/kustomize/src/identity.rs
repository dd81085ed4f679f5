//! Which object: group, version, kind, name and namespace, compared as kustomize compares them.

use std::fmt;

use compact_str::CompactString;

/// Group, version and kind. In selectors an empty part stands for any.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gvk {
    /// The group; empty for the core group.
    pub group: CompactString,
    /// The version.
    pub version: CompactString,
    /// The kind.
    pub kind: CompactString,
}

impl Gvk {
    /// A selector of all kinds.
    pub(crate) const ANY: Self = Self {
        group: CompactString::const_new(""),
        version: CompactString::const_new(""),
        kind: CompactString::const_new(""),
    };

    /// Splits an `apiVersion` at its first slash, as kustomize does; nothing is checked.
    #[must_use]
    pub fn new(api_version: &str, kind: &str) -> Self {
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        Self { group: group.into(), version: version.into(), kind: kind.into() }
    }

    /// A selector of a kind in any group.
    #[must_use]
    pub fn of_kind(kind: &str) -> Self {
        Self { kind: kind.into(), ..Self::default() }
    }

    /// The `apiVersion` that it is written as.
    #[must_use]
    pub fn api_version(&self) -> String {
        if self.group.is_empty() {
            self.version.to_string()
        } else {
            format!("{}/{}", self.group, self.version)
        }
    }

    /// Whether `selector` selects it.
    #[must_use]
    pub fn is_selected_by(&self, selector: &Self) -> bool {
        let is_met = |wanted: &str, own: &str| wanted.is_empty() || wanted == own;
        is_met(&selector.group, &self.group)
            && is_met(&selector.version, &self.version)
            && is_met(&selector.kind, &self.kind)
    }
}

impl Gvk {
    /// What the original sorts by where ranks are equal; a missing part stands behind those that are there.
    pub(crate) fn sort_text(&self) -> String {
        [or(&self.group, "~G"), or(&self.version, "~V"), or(&self.kind, "~K")].join("_")
    }
}

impl fmt::Display for Gvk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}.{}.{}",
            or(&self.kind, "[noKind]"),
            or(&self.version, "[noVer]"),
            or(&self.group, "[noGrp]")
        )
    }
}

/// Kinds that the original puts before all others, in this order.
pub(crate) const KINDS_FIRST: [&str; 22] = [
    "Namespace",
    "ResourceQuota",
    "StorageClass",
    "CustomResourceDefinition",
    "ServiceAccount",
    "PodSecurityPolicy",
    "Role",
    "ClusterRole",
    "RoleBinding",
    "ClusterRoleBinding",
    "ConfigMap",
    "Secret",
    "Endpoints",
    "Service",
    "LimitRange",
    "PriorityClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Deployment",
    "StatefulSet",
    "CronJob",
    "PodDisruptionBudget",
];

/// Kinds that it puts behind all others, in this order.
pub(crate) const KINDS_LAST: [&str; 2] = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

/// Which object. Two ids of the same object are equal by [`Id::is_same`]: a missing namespace is `default`, and objects
/// without namespaces have none whatever is written.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id {
    /// Group, version and kind.
    pub gvk: Gvk,
    /// The name.
    pub name: CompactString,
    /// The namespace as written; empty if it is not.
    pub namespace: CompactString,
    /// Whether the schema says for certain that objects of this kind have no namespace.
    pub is_cluster_scoped: bool,
}

/// What stands for the namespace of an object that cannot have one.
pub(crate) const NO_NAMESPACE: &str = "_non_namespaceable_";

/// The namespace of an object that could name one and does not.
pub(crate) const DEFAULT_NAMESPACE: &str = "default";

impl Id {
    /// The namespace that the object is in.
    #[must_use]
    pub fn effective_namespace(&self) -> &str {
        if self.is_cluster_scoped { NO_NAMESPACE } else { or(&self.namespace, DEFAULT_NAMESPACE) }
    }

    /// Whether both are in the same namespace, or both in none.
    #[must_use]
    pub fn is_in_namespace_of(&self, other: &Self) -> bool {
        self.effective_namespace() == other.effective_namespace()
    }

    /// Whether both name the same object.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.name == other.name && self.gvk == other.gvk && self.is_in_namespace_of(other)
    }

    /// Whether group, version, kind and name are the same.
    #[must_use]
    pub fn has_kind_and_name_of(&self, other: &Self) -> bool {
        self.name == other.name && self.gvk == other.gvk
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}.{}", self.gvk, or(&self.name, "[noName]"), or(&self.namespace, "[noNs]"))
    }
}

fn or<'a>(text: &'a str, otherwise: &'a str) -> &'a str {
    if text.is_empty() { otherwise } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(namespace: &str, is_cluster_scoped: bool) -> Id {
        Id {
            gvk: Gvk::new("apps/v1", "Deployment"),
            name: "a".into(),
            namespace: namespace.into(),
            is_cluster_scoped,
        }
    }

    #[test]
    fn splits_an_api_version_at_its_first_slash() {
        assert_eq!(Gvk::new("v1", "Pod"), Gvk { group: "".into(), version: "v1".into(), kind: "Pod".into() });
        assert_eq!(Gvk::new("/apps/", "").version, "apps/");
    }

    #[test]
    fn no_namespace_is_the_default_one() {
        assert!(id("", false).is_same(&id("default", false)));
        assert!(!id("", false).is_same(&id("other", false)));
        assert!(id("x", true).is_same(&id("y", true)));
    }

    #[test]
    fn prints_what_is_missing_in_brackets() {
        assert_eq!(id("", false).to_string(), "Deployment.v1.apps/a.[noNs]");
        assert_eq!(Id::default().to_string(), "[noKind].[noVer].[noGrp]/[noName].[noNs]");
    }

    #[test]
    fn empty_parts_of_a_selector_select_everything() {
        let deployment = Gvk::new("apps/v1", "Deployment");
        assert!(deployment.is_selected_by(&Gvk::of_kind("Deployment")));
        assert!(deployment.is_selected_by(&Gvk::default()));
        assert!(!deployment.is_selected_by(&Gvk::new("extensions/v1", "Deployment")));
    }
}
