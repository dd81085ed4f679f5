//! Names, types and labels of the objects that records stand in.
//!
//! Takes and gives plain texts; the sources are `pkg/storage/storage.go` and `pkg/storage/driver` of Helm 3.21.4 and
//! 4.2.4, which agree. Timestamps (`createdAt`, `modifiedAt`, in seconds) are the caller's, because nothing here has a clock.

use std::collections::BTreeMap;

use super::Release;

/// How the name of every such object begins: Helm's `HelmStorageType`.
pub const OBJECT_PREFIX: &str = "sh.helm.release.v1";

/// The type of Secrets with records.
pub const SECRET_TYPE: &str = "helm.sh/release.v1";

/// Labels that Helm sets itself; all others are the user's.
pub const SYSTEM_LABELS: [&str; 6] = ["name", "owner", "status", "version", "createdAt", "modifiedAt"];

/// The name of the object of a release's version: `sh.helm.release.v1.NAME.vVERSION`.
#[must_use]
pub fn object_name(release: &str, version: i64) -> String {
    format!("{OBJECT_PREFIX}.{release}.v{version}")
}

/// The release and the version that an object is named after; none if it is not named so. Names of releases may have dots.
#[must_use]
pub fn parse_object_name(object: &str) -> Option<(&str, i64)> {
    let (release, version) = object.strip_prefix(OBJECT_PREFIX)?.strip_prefix('.')?.rsplit_once(".v")?;
    let is_plain = version.bytes().all(|byte| byte.is_ascii_digit());
    let version = version.parse().ok().filter(|_| is_plain && !release.is_empty())?;
    Some((release, version))
}

/// The labels that Helm sets on the object of a release, but for its timestamps.
#[must_use]
pub fn system_labels(release: &Release) -> BTreeMap<&'static str, String> {
    BTreeMap::from([
        ("name", release.name.clone()),
        ("owner", "helm".to_owned()),
        ("status", release.info.status.as_str().to_owned()),
        ("version", release.version.to_string()),
    ])
}

/// The labels of an object that are the user's: what Helm calls the labels of the release, which its JSON has not.
#[must_use]
pub fn user_labels(labels: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let is_user = |name: &str| !SYSTEM_LABELS.contains(&name);
    labels
        .iter()
        .filter(|(name, _)| is_user(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_named_after_release_and_version() {
        let name = object_name("my.app.v2", 13);
        assert_eq!(name, "sh.helm.release.v1.my.app.v2.v13");
        assert_eq!(parse_object_name(&name), Some(("my.app.v2", 13)));
        for other in ["sh.helm.release.v1.x", "sh.helm.release.v1..v1", "sh.helm.release.v1.x.v-1", "x.v1"] {
            assert_eq!(parse_object_name(other), None, "{other}");
        }
    }

    #[test]
    fn labels_of_helm_are_told_from_those_of_users() {
        let labels = ["name", "owner", "team", "createdAt", "Version"];
        let labels = labels.map(|name| (name.to_owned(), "x".to_owned())).into();
        assert_eq!(user_labels(&labels).into_keys().collect::<Vec<_>>(), ["Version", "team"]);
    }
}
