//! The order in which objects are installed and removed.
//!
//! Takes items and a way to tell their kinds; sorts them as Helm does: known kinds by its table, unknown ones behind them by
//! name, and items of one kind as they stood. Reads no manifest.

use std::cmp::Ordering;

use crate::HelmVersion;

/// Whether things come or go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// They are installed.
    Install,
    /// They are removed.
    Uninstall,
}

/// Sorts items by their kinds.
pub fn sort_by_kind<T>(
    items: &mut [T],
    direction: Direction,
    version: HelmVersion,
    kind_of: impl Fn(&T) -> &str,
) {
    let table = table(direction, version);
    let place = |kind: &str| table.iter().position(|known| *known == kind);
    items.sort_by(|one, two| {
        let (one, two) = (kind_of(one), kind_of(two));
        match (place(one), place(two)) {
            (None, None) => one.cmp(two),
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(one), Some(two)) => one.cmp(&two),
        }
    });
}

/// Helm 3 knows all kinds but the two that come last and go first.
fn table(direction: Direction, version: HelmVersion) -> &'static [&'static str] {
    match (direction, version) {
        (Direction::Install, HelmVersion::V3) => &INSTALL[..INSTALL.len() - ONLY_IN_4],
        (Direction::Install, HelmVersion::V4) => &INSTALL,
        (Direction::Uninstall, HelmVersion::V3) => &UNINSTALL[ONLY_IN_4..],
        (Direction::Uninstall, HelmVersion::V4) => &UNINSTALL,
    }
}

/// The kinds that only Helm 4 knows: the configurations of webhooks.
const ONLY_IN_4: usize = 2;

/// `InstallOrder` of Helm 4.2.4.
const INSTALL: [&str; 38] = [
    "PriorityClass",
    "Namespace",
    "NetworkPolicy",
    "ResourceQuota",
    "LimitRange",
    "PodSecurityPolicy",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Secret",
    "SecretList",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleList",
    "ClusterRoleBinding",
    "ClusterRoleBindingList",
    "Role",
    "RoleList",
    "RoleBinding",
    "RoleBindingList",
    "Service",
    "DaemonSet",
    "Pod",
    "ReplicationController",
    "ReplicaSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "StatefulSet",
    "Job",
    "CronJob",
    "IngressClass",
    "Ingress",
    "APIService",
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
];

/// `UninstallOrder` of Helm 4.2.4.
const UNINSTALL: [&str; 38] = [
    "ValidatingWebhookConfiguration",
    "MutatingWebhookConfiguration",
    "APIService",
    "Ingress",
    "IngressClass",
    "Service",
    "CronJob",
    "Job",
    "StatefulSet",
    "HorizontalPodAutoscaler",
    "Deployment",
    "ReplicaSet",
    "ReplicationController",
    "Pod",
    "DaemonSet",
    "RoleBindingList",
    "RoleBinding",
    "RoleList",
    "Role",
    "ClusterRoleBindingList",
    "ClusterRoleBinding",
    "ClusterRoleList",
    "ClusterRole",
    "CustomResourceDefinition",
    "PersistentVolumeClaim",
    "PersistentVolume",
    "StorageClass",
    "ConfigMap",
    "SecretList",
    "Secret",
    "ServiceAccount",
    "PodDisruptionBudget",
    "PodSecurityPolicy",
    "LimitRange",
    "ResourceQuota",
    "NetworkPolicy",
    "Namespace",
    "PriorityClass",
];
