//! The description of everything that a server can serve, `api/openapi-spec/swagger.json`, as discovery would list it.
//!
//! Discovery lists the resources of a group and version by their paths, subresources among them, with the kind that is
//! read or written there, whatever group that kind is of. From 1.28 on Kubernetes keeps its discovery in
//! `api/discovery` as well, and both say the same.

use anyhow::{Context, Result};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// A kind that a resource, or a subresource of it, has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Listed {
    /// The group of the path; empty for the core group.
    pub(crate) group: String,
    pub(crate) version: String,
    /// The resource's name; that of a subresource is left out.
    pub(crate) resource: String,
    pub(crate) kind: String,
}

/// Reads the description. Each entry stands once; sorted.
pub(crate) fn listed(swagger: &str) -> Result<Vec<Listed>> {
    let document: Value = serde_json::from_str(swagger).context("the description is not JSON")?;
    let paths = document.get("paths").and_then(Value::as_object).context("the description has no paths")?;
    let mut found = BTreeSet::new();
    for (path, operations) in paths {
        let Some((group, version, resource)) = resource_of(path) else { continue };
        for kind in operations.as_object().into_iter().flat_map(Map::values).filter_map(kind_of) {
            let [group, version, resource, kind] = [group, version, resource, kind].map(str::to_owned);
            found.insert(Listed { group, version, resource, kind });
        }
    }
    Ok(found.into_iter().collect())
}

/// Group, version and resource of a path such as `/apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale`.
/// None for what is not a resource, and for the paths of old watches, which repeat those of their resources.
fn resource_of(path: &str) -> Option<(&str, &str, &str)> {
    let mut parts = path.trim_matches('/').split('/');
    let group = match parts.next()? {
        "api" => "",
        "apis" => parts.next()?,
        _ => return None,
    };
    let version = parts.next()?;
    let rest: Vec<&str> = parts.collect();
    match rest.as_slice() {
        [] | ["watch", ..] => None,
        ["namespaces", "{namespace}", resource, ..] | [resource, ..] => Some((group, version, resource)),
    }
}

/// The kind that an operation reads or writes.
fn kind_of(operation: &Value) -> Option<&str> {
    operation.get("x-kubernetes-group-version-kind")?.get("kind")?.as_str()
}

#[cfg(test)]
mod tests {
    use super::{listed, resource_of};

    #[test]
    fn paths_are_taken_apart_as_discovery_lists_them() {
        for (path, expected) in [
            ("/api/v1/nodes/{name}/proxy/{path}", Some(("", "v1", "nodes"))),
            ("/api/v1/namespaces", Some(("", "v1", "namespaces"))),
            ("/api/v1/namespaces/{name}/finalize", Some(("", "v1", "namespaces"))),
            ("/api/v1/namespaces/{namespace}/pods/{name}/eviction", Some(("", "v1", "pods"))),
            (
                "/apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale",
                Some(("apps", "v1", "deployments")),
            ),
            ("/apis/apps/v1/watch/deployments", None),
            ("/apis/apps/v1/", None),
            ("/apis/apps/", None),
            ("/version/", None),
        ] {
            assert_eq!(resource_of(path), expected, "{path}");
        }
    }

    #[test]
    fn the_kind_of_another_group_is_listed_below_the_path() {
        let text = r#"{"paths": {"/api/v1/namespaces/{namespace}/pods/{name}/eviction": {
            "parameters": [{"name": "x"}],
            "post": {"x-kubernetes-group-version-kind": {"group": "policy", "version": "v1", "kind": "Eviction"}}}}}"#;
        let found = listed(text).unwrap();
        assert_eq!(found.len(), 1);
        let entry = &found[0];
        let [group, version] = [&entry.group, &entry.version].map(String::as_str);
        assert_eq!(
            (group, version, entry.resource.as_str(), entry.kind.as_str()),
            ("", "v1", "pods", "Eviction")
        );
        assert!(listed("{}").is_err());
    }
}
