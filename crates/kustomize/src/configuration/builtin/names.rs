//! The places where objects name other objects, by the kind that is named, in the original's order.

use std::borrow::Cow;

use super::spec;
use crate::configuration::NameBackReference;
use crate::identity::Gvk;
use crate::kustomization::FieldSpec;
use compact_str::CompactString;

/// Where names of other objects stand.
pub(super) static NAME_REFERENCE: [NameBackReference; 16] = [
    named("storage.k8s.io", "v1", "StorageClass", &STORAGE_CLASS),
    named("", "v1", "ServiceAccount", &SERVICE_ACCOUNT),
    named("rbac.authorization.k8s.io", "", "Role", &ROLE),
    named("rbac.authorization.k8s.io", "", "ClusterRole", &CLUSTER_ROLE),
    named("", "v1", "ConfigMap", &CONFIG_MAP),
    named("", "v1", "Secret", &SECRET),
    named("", "v1", "Service", &SERVICE),
    named("scheduling.k8s.io", "v1", "PriorityClass", &PRIORITY_CLASS),
    named("", "v1", "PersistentVolume", &PERSISTENT_VOLUME),
    named("", "v1", "PersistentVolumeClaim", &PERSISTENT_VOLUME_CLAIM),
    named("", "", "Deployment", &DEPLOYMENT),
    named("", "", "StatefulSet", &STATEFUL_SET),
    named("admissionregistration.k8s.io", "", "ValidatingAdmissionPolicy", &VALIDATING_ADMISSION_POLICY),
    named("networking.k8s.io/v1", "v1", "IngressClass", &INGRESS_CLASS),
    named("", "", "ReplicaSet", &REPLICA_SET),
    named("", "", "ReplicationController", &REPLICATION_CONTROLLER),
];

const fn named(
    group: &'static str,
    version: &'static str,
    kind: &'static str,
    referrers: &'static [FieldSpec],
) -> NameBackReference {
    let gvk = Gvk {
        group: CompactString::const_new(group),
        version: CompactString::const_new(version),
        kind: CompactString::const_new(kind),
    };
    NameBackReference { gvk, referrers: Cow::Borrowed(referrers) }
}

static STORAGE_CLASS: [FieldSpec; 3] = [
    spec("", "", "PersistentVolume", "spec/storageClassName"),
    spec("", "", "PersistentVolumeClaim", "spec/storageClassName"),
    spec("", "", "StatefulSet", "spec/volumeClaimTemplates/spec/storageClassName"),
];

static SERVICE_ACCOUNT: [FieldSpec; 9] = [
    spec("rbac.authorization.k8s.io", "", "RoleBinding", "subjects"),
    spec("rbac.authorization.k8s.io", "", "ClusterRoleBinding", "subjects"),
    spec("", "", "Pod", "spec/serviceAccountName"),
    spec("", "", "StatefulSet", "spec/template/spec/serviceAccountName"),
    spec("", "", "Deployment", "spec/template/spec/serviceAccountName"),
    spec("", "", "ReplicationController", "spec/template/spec/serviceAccountName"),
    spec("", "", "CronJob", "spec/jobTemplate/spec/template/spec/serviceAccountName"),
    spec("", "", "Job", "spec/template/spec/serviceAccountName"),
    spec("", "", "DaemonSet", "spec/template/spec/serviceAccountName"),
];

static ROLE: [FieldSpec; 1] = [spec("rbac.authorization.k8s.io", "", "RoleBinding", "roleRef/name")];

static CLUSTER_ROLE: [FieldSpec; 2] = [
    spec("rbac.authorization.k8s.io", "", "RoleBinding", "roleRef/name"),
    spec("rbac.authorization.k8s.io", "", "ClusterRoleBinding", "roleRef/name"),
];

static CONFIG_MAP: [FieldSpec; 52] = [
    spec("", "v1", "Pod", "spec/volumes/configMap/name"),
    spec("", "v1", "Pod", "spec/containers/env/valueFrom/configMapKeyRef/name"),
    spec("", "v1", "Pod", "spec/initContainers/env/valueFrom/configMapKeyRef/name"),
    spec("", "v1", "Pod", "spec/containers/envFrom/configMapRef/name"),
    spec("", "v1", "Pod", "spec/initContainers/envFrom/configMapRef/name"),
    spec("", "v1", "Pod", "spec/volumes/projected/sources/configMap/name"),
    spec("", "", "PodTemplate", "template/spec/volumes/configMap/name"),
    spec("", "", "PodTemplate", "template/spec/containers/env/valueFrom/configMapKeyRef/name"),
    spec("", "", "PodTemplate", "template/spec/initContainers/env/valueFrom/configMapKeyRef/name"),
    spec("", "", "PodTemplate", "template/spec/containers/envFrom/configMapRef/name"),
    spec("", "", "PodTemplate", "template/spec/initContainers/envFrom/configMapRef/name"),
    spec("", "", "PodTemplate", "template/spec/volumes/projected/sources/configMap/name"),
    spec("", "", "Deployment", "spec/template/spec/volumes/configMap/name"),
    spec("", "", "Deployment", "spec/template/spec/containers/env/valueFrom/configMapKeyRef/name"),
    spec("", "", "Deployment", "spec/template/spec/initContainers/env/valueFrom/configMapKeyRef/name"),
    spec("", "", "Deployment", "spec/template/spec/containers/envFrom/configMapRef/name"),
    spec("", "", "Deployment", "spec/template/spec/initContainers/envFrom/configMapRef/name"),
    spec("", "", "Deployment", "spec/template/spec/volumes/projected/sources/configMap/name"),
    spec("", "", "ReplicaSet", "spec/template/spec/volumes/configMap/name"),
    spec("", "", "ReplicaSet", "spec/template/spec/containers/env/valueFrom/configMapKeyRef/name"),
    spec("", "", "ReplicaSet", "spec/template/spec/initContainers/env/valueFrom/configMapKeyRef/name"),
    spec("", "", "ReplicaSet", "spec/template/spec/containers/envFrom/configMapRef/name"),
    spec("", "", "ReplicaSet", "spec/template/spec/initContainers/envFrom/configMapRef/name"),
    spec("", "", "ReplicaSet", "spec/template/spec/volumes/projected/sources/configMap/name"),
    spec("", "", "DaemonSet", "spec/template/spec/volumes/configMap/name"),
    spec("", "", "DaemonSet", "spec/template/spec/containers/env/valueFrom/configMapKeyRef/name"),
    spec("", "", "DaemonSet", "spec/template/spec/initContainers/env/valueFrom/configMapKeyRef/name"),
    spec("", "", "DaemonSet", "spec/template/spec/containers/envFrom/configMapRef/name"),
    spec("", "", "DaemonSet", "spec/template/spec/initContainers/envFrom/configMapRef/name"),
    spec("", "", "DaemonSet", "spec/template/spec/volumes/projected/sources/configMap/name"),
    spec("", "", "StatefulSet", "spec/template/spec/volumes/configMap/name"),
    spec("", "", "StatefulSet", "spec/template/spec/containers/env/valueFrom/configMapKeyRef/name"),
    spec("", "", "StatefulSet", "spec/template/spec/initContainers/env/valueFrom/configMapKeyRef/name"),
    spec("", "", "StatefulSet", "spec/template/spec/containers/envFrom/configMapRef/name"),
    spec("", "", "StatefulSet", "spec/template/spec/initContainers/envFrom/configMapRef/name"),
    spec("", "", "StatefulSet", "spec/template/spec/volumes/projected/sources/configMap/name"),
    spec("", "", "Job", "spec/template/spec/volumes/configMap/name"),
    spec("", "", "Job", "spec/template/spec/containers/env/valueFrom/configMapKeyRef/name"),
    spec("", "", "Job", "spec/template/spec/initContainers/env/valueFrom/configMapKeyRef/name"),
    spec("", "", "Job", "spec/template/spec/containers/envFrom/configMapRef/name"),
    spec("", "", "Job", "spec/template/spec/initContainers/envFrom/configMapRef/name"),
    spec("", "", "Job", "spec/template/spec/volumes/projected/sources/configMap/name"),
    spec("", "", "CronJob", "spec/jobTemplate/spec/template/spec/volumes/configMap/name"),
    spec("", "", "CronJob", "spec/jobTemplate/spec/template/spec/volumes/projected/sources/configMap/name"),
    spec(
        "",
        "",
        "CronJob",
        "spec/jobTemplate/spec/template/spec/containers/env/valueFrom/configMapKeyRef/name",
    ),
    spec(
        "",
        "",
        "CronJob",
        "spec/jobTemplate/spec/template/spec/initContainers/env/valueFrom/configMapKeyRef/name",
    ),
    spec("", "", "CronJob", "spec/jobTemplate/spec/template/spec/containers/envFrom/configMapRef/name"),
    spec("", "", "CronJob", "spec/jobTemplate/spec/template/spec/initContainers/envFrom/configMapRef/name"),
    spec("", "", "Node", "spec/configSource/configMap"),
    spec("", "", "Role", "rules/resourceNames"),
    spec("", "", "ClusterRole", "rules/resourceNames"),
    spec("", "", "Ingress", "metadata/annotations/nginx.ingress.kubernetes.io\\/fastcgi-params-configmap"),
];

static SECRET: [FieldSpec; 70] = [
    spec("", "v1", "Pod", "spec/volumes/secret/secretName"),
    spec("", "v1", "Pod", "spec/containers/env/valueFrom/secretKeyRef/name"),
    spec("", "v1", "Pod", "spec/initContainers/env/valueFrom/secretKeyRef/name"),
    spec("", "v1", "Pod", "spec/containers/envFrom/secretRef/name"),
    spec("", "v1", "Pod", "spec/initContainers/envFrom/secretRef/name"),
    spec("", "v1", "Pod", "spec/imagePullSecrets/name"),
    spec("", "v1", "Pod", "spec/volumes/projected/sources/secret/name"),
    spec("", "", "PodTemplate", "template/spec/volumes/secret/secretName"),
    spec("", "", "PodTemplate", "template/spec/containers/env/valueFrom/secretKeyRef/name"),
    spec("", "", "PodTemplate", "template/spec/initContainers/env/valueFrom/secretKeyRef/name"),
    spec("", "", "PodTemplate", "template/spec/containers/envFrom/secretRef/name"),
    spec("", "", "PodTemplate", "template/spec/initContainers/envFrom/secretRef/name"),
    spec("", "", "PodTemplate", "template/spec/imagePullSecrets/name"),
    spec("", "", "PodTemplate", "template/spec/volumes/projected/sources/secret/name"),
    spec("", "", "Deployment", "spec/template/spec/volumes/secret/secretName"),
    spec("", "", "Deployment", "spec/template/spec/containers/env/valueFrom/secretKeyRef/name"),
    spec("", "", "Deployment", "spec/template/spec/initContainers/env/valueFrom/secretKeyRef/name"),
    spec("", "", "Deployment", "spec/template/spec/containers/envFrom/secretRef/name"),
    spec("", "", "Deployment", "spec/template/spec/initContainers/envFrom/secretRef/name"),
    spec("", "", "Deployment", "spec/template/spec/imagePullSecrets/name"),
    spec("", "", "Deployment", "spec/template/spec/volumes/projected/sources/secret/name"),
    spec("", "", "ReplicaSet", "spec/template/spec/volumes/secret/secretName"),
    spec("", "", "ReplicaSet", "spec/template/spec/containers/env/valueFrom/secretKeyRef/name"),
    spec("", "", "ReplicaSet", "spec/template/spec/initContainers/env/valueFrom/secretKeyRef/name"),
    spec("", "", "ReplicaSet", "spec/template/spec/containers/envFrom/secretRef/name"),
    spec("", "", "ReplicaSet", "spec/template/spec/initContainers/envFrom/secretRef/name"),
    spec("", "", "ReplicaSet", "spec/template/spec/imagePullSecrets/name"),
    spec("", "", "ReplicaSet", "spec/template/spec/volumes/projected/sources/secret/name"),
    spec("", "", "DaemonSet", "spec/template/spec/volumes/secret/secretName"),
    spec("", "", "DaemonSet", "spec/template/spec/containers/env/valueFrom/secretKeyRef/name"),
    spec("", "", "DaemonSet", "spec/template/spec/initContainers/env/valueFrom/secretKeyRef/name"),
    spec("", "", "DaemonSet", "spec/template/spec/containers/envFrom/secretRef/name"),
    spec("", "", "DaemonSet", "spec/template/spec/initContainers/envFrom/secretRef/name"),
    spec("", "", "DaemonSet", "spec/template/spec/imagePullSecrets/name"),
    spec("", "", "DaemonSet", "spec/template/spec/volumes/projected/sources/secret/name"),
    spec("", "", "StatefulSet", "spec/template/spec/volumes/secret/secretName"),
    spec("", "", "StatefulSet", "spec/template/spec/containers/env/valueFrom/secretKeyRef/name"),
    spec("", "", "StatefulSet", "spec/template/spec/initContainers/env/valueFrom/secretKeyRef/name"),
    spec("", "", "StatefulSet", "spec/template/spec/containers/envFrom/secretRef/name"),
    spec("", "", "StatefulSet", "spec/template/spec/initContainers/envFrom/secretRef/name"),
    spec("", "", "StatefulSet", "spec/template/spec/imagePullSecrets/name"),
    spec("", "", "StatefulSet", "spec/template/spec/volumes/projected/sources/secret/name"),
    spec("", "", "Job", "spec/template/spec/volumes/secret/secretName"),
    spec("", "", "Job", "spec/template/spec/containers/env/valueFrom/secretKeyRef/name"),
    spec("", "", "Job", "spec/template/spec/initContainers/env/valueFrom/secretKeyRef/name"),
    spec("", "", "Job", "spec/template/spec/containers/envFrom/secretRef/name"),
    spec("", "", "Job", "spec/template/spec/initContainers/envFrom/secretRef/name"),
    spec("", "", "Job", "spec/template/spec/imagePullSecrets/name"),
    spec("", "", "Job", "spec/template/spec/volumes/projected/sources/secret/name"),
    spec("", "", "CronJob", "spec/jobTemplate/spec/template/spec/volumes/secret/secretName"),
    spec("", "", "CronJob", "spec/jobTemplate/spec/template/spec/volumes/projected/sources/secret/name"),
    spec("", "", "CronJob", "spec/jobTemplate/spec/template/spec/containers/env/valueFrom/secretKeyRef/name"),
    spec(
        "",
        "",
        "CronJob",
        "spec/jobTemplate/spec/template/spec/initContainers/env/valueFrom/secretKeyRef/name",
    ),
    spec("", "", "CronJob", "spec/jobTemplate/spec/template/spec/containers/envFrom/secretRef/name"),
    spec("", "", "CronJob", "spec/jobTemplate/spec/template/spec/initContainers/envFrom/secretRef/name"),
    spec("", "", "CronJob", "spec/jobTemplate/spec/template/spec/imagePullSecrets/name"),
    spec("", "", "Ingress", "spec/tls/secretName"),
    spec("", "", "Ingress", "metadata/annotations/ingress.kubernetes.io\\/auth-secret"),
    spec("", "", "Ingress", "metadata/annotations/nginx.ingress.kubernetes.io\\/auth-secret"),
    spec("", "", "Ingress", "metadata/annotations/nginx.ingress.kubernetes.io\\/auth-tls-secret"),
    spec("", "", "Ingress", "spec/tls/secretName"),
    spec("", "", "ServiceAccount", "imagePullSecrets/name"),
    spec("", "", "StorageClass", "parameters/secretName"),
    spec("", "", "StorageClass", "parameters/adminSecretName"),
    spec("", "", "StorageClass", "parameters/userSecretName"),
    spec("", "", "StorageClass", "parameters/secretRef"),
    spec("", "", "Role", "rules/resourceNames"),
    spec("", "", "ClusterRole", "rules/resourceNames"),
    spec(
        "serving.knative.dev",
        "v1",
        "Service",
        "spec/template/spec/containers/env/valueFrom/secretKeyRef/name",
    ),
    spec("", "", "PersistentVolume", "spec/azureFile/secretName"),
];

static SERVICE: [FieldSpec; 8] = [
    spec("apps", "", "StatefulSet", "spec/serviceName"),
    spec("", "", "Ingress", "spec/rules/http/paths/backend/serviceName"),
    spec("", "", "Ingress", "spec/backend/serviceName"),
    spec("", "", "Ingress", "spec/rules/http/paths/backend/service/name"),
    spec("", "", "Ingress", "spec/defaultBackend/service/name"),
    spec("apiregistration.k8s.io", "", "APIService", "spec/service/name"),
    spec(
        "admissionregistration.k8s.io",
        "",
        "ValidatingWebhookConfiguration",
        "webhooks/clientConfig/service",
    ),
    spec("admissionregistration.k8s.io", "", "MutatingWebhookConfiguration", "webhooks/clientConfig/service"),
];

static PRIORITY_CLASS: [FieldSpec; 7] = [
    spec("", "", "Pod", "spec/priorityClassName"),
    spec("", "", "StatefulSet", "spec/template/spec/priorityClassName"),
    spec("", "", "Deployment", "spec/template/spec/priorityClassName"),
    spec("", "", "ReplicationController", "spec/template/spec/priorityClassName"),
    spec("", "", "CronJob", "spec/jobTemplate/spec/template/spec/priorityClassName"),
    spec("", "", "Job", "spec/template/spec/priorityClassName"),
    spec("", "", "DaemonSet", "spec/template/spec/priorityClassName"),
];

static PERSISTENT_VOLUME: [FieldSpec; 2] = [
    spec("", "", "PersistentVolumeClaim", "spec/volumeName"),
    spec("", "", "ClusterRole", "rules/resourceNames"),
];

static PERSISTENT_VOLUME_CLAIM: [FieldSpec; 7] = [
    spec("", "", "Pod", "spec/volumes/persistentVolumeClaim/claimName"),
    spec("", "", "StatefulSet", "spec/template/spec/volumes/persistentVolumeClaim/claimName"),
    spec("", "", "Deployment", "spec/template/spec/volumes/persistentVolumeClaim/claimName"),
    spec("", "", "ReplicationController", "spec/template/spec/volumes/persistentVolumeClaim/claimName"),
    spec("", "", "CronJob", "spec/jobTemplate/spec/template/spec/volumes/persistentVolumeClaim/claimName"),
    spec("", "", "Job", "spec/template/spec/volumes/persistentVolumeClaim/claimName"),
    spec("", "", "DaemonSet", "spec/template/spec/volumes/persistentVolumeClaim/claimName"),
];

static DEPLOYMENT: [FieldSpec; 1] = [spec("", "", "HorizontalPodAutoscaler", "spec/scaleTargetRef/name")];

static STATEFUL_SET: [FieldSpec; 1] = [spec("", "", "HorizontalPodAutoscaler", "spec/scaleTargetRef/name")];

static VALIDATING_ADMISSION_POLICY: [FieldSpec; 1] =
    [spec("admissionregistration.k8s.io", "", "ValidatingAdmissionPolicyBinding", "spec/policyName")];

static INGRESS_CLASS: [FieldSpec; 1] = [spec("", "", "Ingress", "spec/ingressClassName")];

static REPLICA_SET: [FieldSpec; 1] = [spec("", "", "HorizontalPodAutoscaler", "spec/scaleTargetRef/name")];

static REPLICATION_CONTROLLER: [FieldSpec; 1] =
    [spec("", "", "HorizontalPodAutoscaler", "spec/scaleTargetRef/name")];
