//! The order in which the original keeps field specs: by the rank of the kind, then by group, version and kind as text.

use std::cmp::Ordering;

use crate::identity::Gvk;

/// Kinds that come before all others, in this order.
const FIRST: [&str; 22] = [
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

/// Kinds that come behind all others, in this order.
const LAST: [&str; 2] = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

/// Which of two kinds comes first.
pub(super) fn compare(one: &Gvk, other: &Gvk) -> Ordering {
    rank(&one.kind).cmp(&rank(&other.kind)).then_with(|| bytes(one).cmp(bytes(other)))
}

fn rank(kind: &str) -> usize {
    let others = FIRST.len();
    let first = FIRST.iter().position(|known| *known == kind);
    let last = || LAST.iter().position(|known| *known == kind).map(|position| others + 1 + position);
    first.or_else(last).unwrap_or(others)
}

/// What the original compares where ranks are equal; a missing part sorts behind those that are there.
fn bytes(gvk: &Gvk) -> impl Iterator<Item = u8> + '_ {
    let part = |text: &'_ str, missing: &'static str| {
        if text.is_empty() { missing.to_owned() } else { text.to_owned() }
    };
    let text = [part(&gvk.group, "~G"), part(&gvk.version, "~V"), part(&gvk.kind, "~K")].join("_");
    text.into_bytes().into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_with_a_rank_come_first_and_last_and_the_others_by_text() {
        let mut kinds =
            ["ValidatingWebhookConfiguration", "Zebra", "", "Ant", "CronJob", "Namespace"].map(Gvk::of_kind);
        kinds.sort_by(compare);
        let kinds = kinds.map(|gvk| gvk.kind.to_string());
        assert_eq!(kinds, ["Namespace", "CronJob", "Ant", "Zebra", "", "ValidatingWebhookConfiguration"]);
    }

    #[test]
    fn a_named_group_comes_before_a_missing_one() {
        let named = Gvk::new("zzz/v1", "Foo");
        assert_eq!(compare(&named, &Gvk::of_kind("Foo")), Ordering::Less);
    }
}
