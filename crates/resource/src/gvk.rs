//! What an object is (group, version, kind) and which one it is (namespace, name).

use std::fmt;

/// An API group and version, as `apiVersion` writes it. The core group is the empty text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupVersion<'a> {
    /// The group; empty for the core group.
    pub group: &'a str,
    /// The version, such as `v1beta1`.
    pub version: &'a str,
}

impl<'a> GroupVersion<'a> {
    /// Reads an `apiVersion`. None if it has no version or more than one slash.
    #[must_use]
    pub fn parse(api_version: &'a str) -> Option<Self> {
        let (group, version) = match api_version.split_once('/') {
            Some((group, version)) if !group.is_empty() => (group, version),
            Some(_) => return None,
            None => ("", api_version),
        };
        (!version.is_empty() && !version.contains('/')).then_some(Self { group, version })
    }

    /// The same group and version with a kind.
    #[must_use]
    pub fn with_kind(self, kind: &'a str) -> GroupVersionKind<'a> {
        GroupVersionKind { group: self.group, version: self.version, kind }
    }
}

impl fmt::Display for GroupVersion<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.group.is_empty() {
            write!(f, "{}/", self.group)?;
        }
        f.write_str(self.version)
    }
}

/// An API group, version and kind. Prints as `apps/v1/Deployment`, the core group as `v1/Pod`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupVersionKind<'a> {
    /// The group; empty for the core group.
    pub group: &'a str,
    /// The version, such as `v1beta1`.
    pub version: &'a str,
    /// The kind, such as `Deployment`.
    pub kind: &'a str,
}

impl<'a> GroupVersionKind<'a> {
    /// The group and version without the kind.
    #[must_use]
    pub fn group_version(self) -> GroupVersion<'a> {
        GroupVersion { group: self.group, version: self.version }
    }
}

impl fmt::Display for GroupVersionKind<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.group_version(), self.kind)
    }
}

/// Which object of its kind: namespace and name. Both may be unknown in a source file: a namespace that
/// something else sets is empty here.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ObjectKey {
    /// The namespace; empty if not written.
    pub namespace: String,
    /// The name; empty if not written (`generateName`, patches).
    pub name: String,
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.namespace.is_empty() {
            write!(f, "{}/", self.namespace)?;
        }
        f.write_str(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_core_and_named_groups() {
        assert_eq!(GroupVersion::parse("v1"), Some(GroupVersion { group: "", version: "v1" }));
        assert_eq!(GroupVersion::parse("apps/v1"), Some(GroupVersion { group: "apps", version: "v1" }));
        for malformed in ["", "apps/", "/v1", "a/b/c"] {
            assert_eq!(GroupVersion::parse(malformed), None, "{malformed:?}");
        }
    }

    #[test]
    fn prints_as_people_write_it() {
        assert_eq!(GroupVersion::parse("v1").unwrap().with_kind("Pod").to_string(), "v1/Pod");
        assert_eq!(
            GroupVersion::parse("apps/v1").unwrap().with_kind("Deployment").to_string(),
            "apps/v1/Deployment"
        );
    }
}
