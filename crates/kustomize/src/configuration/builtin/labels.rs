//! The places of labels and annotations that the original knows, in its order.

use super::{created, spec};
use crate::kustomization::FieldSpec;

/// Labels, the templates that carry them on, and the selectors that select by them.
pub(super) static COMMON_LABELS: [FieldSpec; 32] = [
    created("", "v1", "Service", "spec/selector"),
    spec(
        "apps",
        "",
        "Deployment",
        "spec/template/spec/affinity/podAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels",
    ),
    spec(
        "apps",
        "",
        "Deployment",
        "spec/template/spec/affinity/podAffinity/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels",
    ),
    spec(
        "apps",
        "",
        "Deployment",
        "spec/template/spec/affinity/podAntiAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels",
    ),
    spec(
        "apps",
        "",
        "Deployment",
        "spec/template/spec/affinity/podAntiAffinity/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels",
    ),
    spec("apps", "", "Deployment", "spec/template/spec/topologySpreadConstraints/labelSelector/matchLabels"),
    created("", "", "Deployment", "spec/template/metadata/labels"),
    created("", "", "Deployment", "spec/selector/matchLabels"),
    created("apps", "", "StatefulSet", "spec/selector/matchLabels"),
    created("apps", "", "StatefulSet", "spec/volumeClaimTemplates[]/metadata/labels"),
    spec(
        "apps",
        "",
        "StatefulSet",
        "spec/template/spec/affinity/podAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels",
    ),
    spec(
        "apps",
        "",
        "StatefulSet",
        "spec/template/spec/affinity/podAffinity/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels",
    ),
    spec(
        "apps",
        "",
        "StatefulSet",
        "spec/template/spec/affinity/podAntiAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels",
    ),
    spec(
        "apps",
        "",
        "StatefulSet",
        "spec/template/spec/affinity/podAntiAffinity/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels",
    ),
    spec("apps", "", "StatefulSet", "spec/template/spec/topologySpreadConstraints/labelSelector/matchLabels"),
    created("apps", "", "StatefulSet", "spec/template/metadata/labels"),
    created("batch", "", "CronJob", "spec/jobTemplate/metadata/labels"),
    created("batch", "", "CronJob", "spec/jobTemplate/spec/template/metadata/labels"),
    spec("batch", "", "CronJob", "spec/jobTemplate/spec/selector/matchLabels"),
    spec("policy", "", "PodDisruptionBudget", "spec/selector/matchLabels"),
    spec("batch", "", "Job", "spec/selector/matchLabels"),
    created("batch", "", "Job", "spec/template/metadata/labels"),
    spec("networking.k8s.io", "", "NetworkPolicy", "spec/egress/to/podSelector/matchLabels"),
    spec("networking.k8s.io", "", "NetworkPolicy", "spec/ingress/from/podSelector/matchLabels"),
    spec("networking.k8s.io", "", "NetworkPolicy", "spec/podSelector/matchLabels"),
    created("", "v1", "ReplicationController", "spec/template/metadata/labels"),
    created("", "v1", "ReplicationController", "spec/selector"),
    created("", "", "DaemonSet", "spec/template/metadata/labels"),
    created("", "", "DaemonSet", "spec/selector/matchLabels"),
    created("", "", "ReplicaSet", "spec/template/metadata/labels"),
    created("", "", "ReplicaSet", "spec/selector/matchLabels"),
    created("", "", "", "metadata/labels"),
];

/// Labels and the templates that carry them on.
pub(super) static TEMPLATE_LABELS: [FieldSpec; 10] = [
    created("", "", "Deployment", "spec/template/metadata/labels"),
    created("apps", "", "StatefulSet", "spec/template/metadata/labels"),
    created("apps", "", "StatefulSet", "spec/volumeClaimTemplates[]/metadata/labels"),
    created("batch", "", "CronJob", "spec/jobTemplate/metadata/labels"),
    created("batch", "", "CronJob", "spec/jobTemplate/spec/template/metadata/labels"),
    created("batch", "", "Job", "spec/template/metadata/labels"),
    created("", "v1", "ReplicationController", "spec/template/metadata/labels"),
    created("", "", "DaemonSet", "spec/template/metadata/labels"),
    created("", "", "ReplicaSet", "spec/template/metadata/labels"),
    created("", "", "", "metadata/labels"),
];

/// Annotations and the templates that carry them on.
pub(super) static COMMON_ANNOTATIONS: [FieldSpec; 9] = [
    created("", "", "Deployment", "spec/template/metadata/annotations"),
    created("", "", "StatefulSet", "spec/template/metadata/annotations"),
    created("batch", "", "CronJob", "spec/jobTemplate/metadata/annotations"),
    created("batch", "", "CronJob", "spec/jobTemplate/spec/template/metadata/annotations"),
    created("batch", "", "Job", "spec/template/metadata/annotations"),
    created("", "v1", "ReplicationController", "spec/template/metadata/annotations"),
    created("", "", "DaemonSet", "spec/template/metadata/annotations"),
    created("", "", "ReplicaSet", "spec/template/metadata/annotations"),
    created("", "", "", "metadata/annotations"),
];
