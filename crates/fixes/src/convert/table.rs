//! The one table of all conversions: which kind of which versions becomes which, and how.
//!
//! A row whose way is [`Way::Header`] changes `apiVersion` (and `kind`) only; the others name the code that moves
//! fields. Adding a conversion is one row, and one file where fields move.

use resource::{GroupVersion, GroupVersionKind};

use super::draft::Draft;
use super::{
    Refusal, access_review, autoscaler, autoscaler_v1, cert_manager, certificate_request, component_config,
    definition, disruption_budget, endpoint_slice, external_secrets, flow_control, flux, ingress, karpenter,
    resource_claim, role_binding, runtime_class, small, webhook, workload,
};

/// How a conversion is done.
#[derive(Debug, Clone, Copy)]
pub(super) enum Way {
    /// Only the header changes.
    Header,
    /// Fields move too.
    Body(fn(&mut Draft<'_>) -> Result<(), Refusal>),
}

/// One row: some kinds of some versions of a group, and what they become.
#[derive(Debug, Clone, Copy)]
pub struct ConversionRow {
    /// The old group.
    pub from_group: &'static str,
    /// The old versions.
    pub from_versions: &'static [&'static str],
    /// The kinds; all kinds of the group if empty.
    pub kinds: &'static [&'static str],
    /// The new group and version.
    pub to: GroupVersion<'static>,
    /// The new kind; the old one if none.
    pub to_kind: Option<&'static str>,
    way: Way,
}

impl ConversionRow {
    /// Whether only the header changes.
    #[must_use]
    pub fn is_header_only(&self) -> bool {
        matches!(self.way, Way::Header)
    }

    fn converts(&self, from: GroupVersionKind<'_>, to: GroupVersionKind<'_>) -> bool {
        self.takes(from) && self.to == to.group_version() && self.to_kind.unwrap_or(from.kind) == to.kind
    }

    /// Whether the row is for objects of `from`.
    #[must_use]
    pub fn takes(&self, from: GroupVersionKind<'_>) -> bool {
        self.from_group == from.group
            && self.from_versions.contains(&from.version)
            && (self.kinds.is_empty() || self.kinds.contains(&from.kind))
    }
}

/// All conversions that are known.
#[must_use]
pub fn conversions() -> &'static [ConversionRow] {
    ROWS
}

pub(super) fn find(from: GroupVersionKind<'_>, to: GroupVersionKind<'_>) -> Result<Way, Refusal> {
    if from == to {
        return mend(from).ok_or_else(|| unknown(from, to));
    }
    if let Some(row) = ROWS.iter().find(|row| row.converts(from, to)) {
        return Ok(row.way);
    }
    match without_successor(from) {
        Some(advice) => Err(Refusal::NoSuccessor { kind: from.to_string(), advice: advice.to_owned() }),
        None => Err(unknown(from, to)),
    }
}

fn unknown(from: GroupVersionKind<'_>, to: GroupVersionKind<'_>) -> Refusal {
    Refusal::Unknown { from: from.to_string(), to: to.to_string() }
}

/// Bodies that can be told to be of an older version than their header: the same code mends them.
fn mend(gvk: GroupVersionKind<'_>) -> Option<Way> {
    match (gvk.group, gvk.version, gvk.kind) {
        ("networking.k8s.io", "v1", "Ingress") => Some(Way::Body(ingress::to_v1)),
        ("autoscaling", "v2" | "v2beta2", "HorizontalPodAutoscaler") => {
            Some(Way::Body(autoscaler::from_v2beta1))
        }
        ("apps", "v1", "Deployment" | "DaemonSet" | "ReplicaSet" | "StatefulSet") => {
            Some(Way::Body(workload::to_v1))
        }
        ("discovery.k8s.io", "v1", "EndpointSlice") => Some(Way::Body(endpoint_slice::to_v1)),
        ("node.k8s.io", "v1" | "v1beta1", "RuntimeClass") => Some(Way::Body(runtime_class::from_v1alpha1)),
        ("flowcontrol.apiserver.k8s.io", "v1" | "v1beta3", "PriorityLevelConfiguration") => {
            Some(Way::Body(flow_control::priority_level))
        }
        ("apiextensions.k8s.io", "v1", "CustomResourceDefinition") => Some(Way::Body(definition::mend)),
        ("cert-manager.io", "v1", "Certificate") => Some(Way::Body(cert_manager::certificate)),
        ("resource.k8s.io", "v1" | "v1beta2", "ResourceClaim") => Some(Way::Body(resource_claim::claim)),
        ("resource.k8s.io", "v1" | "v1beta2", "ResourceClaimTemplate") => {
            Some(Way::Body(resource_claim::template))
        }
        ("karpenter.sh", "v1", "NodePool") => Some(Way::Body(karpenter::node_pool::to_v1)),
        ("kustomize.toolkit.fluxcd.io", "v1", "Kustomization") => Some(Way::Body(flux::kustomization::to_v1)),
        ("helm.toolkit.fluxcd.io", "v2", "HelmRelease") => Some(Way::Body(flux::helm_release::fields)),
        _ => None,
    }
}

/// Kinds that nothing takes the place of, with what to do instead.
fn without_successor(gvk: GroupVersionKind<'_>) -> Option<&'static str> {
    match (gvk.group, gvk.kind) {
        ("policy" | "extensions", "PodSecurityPolicy") => Some(
            "use Pod Security admission: label the namespaces with the level they need, then delete the policy",
        ),
        ("settings.k8s.io", "PodPreset") => {
            Some("inject by an admission webhook, or write the settings into the pods")
        }
        ("resource.k8s.io", "PodScheduling" | "PodSchedulingContext" | "ResourceClass") => Some(
            "classic dynamic resource allocation is gone: delete the objects and write claims for device classes",
        ),
        ("resource.k8s.io", _) if matches!(gvk.version, "v1alpha1" | "v1alpha2") => Some(
            "classic dynamic resource allocation is gone: delete the objects and write claims for device classes",
        ),
        ("scheduling.k8s.io", "Workload" | "PodGroup") => {
            Some("alphas are not carried over: delete the objects before the upgrade")
        }
        ("secrets.crossplane.io", "StoreConfig") => Some("external secret stores were removed"),
        _ => None,
    }
}

const fn gv(group: &'static str, version: &'static str) -> GroupVersion<'static> {
    GroupVersion { group, version }
}

type Versions = &'static [&'static str];

/// A row within one group whose fields did not change.
const fn header(group: &'static str, from: Versions, to: &'static str, kinds: Versions) -> ConversionRow {
    renamed(group, from, gv(group, to), kinds)
}

/// A row into another group whose fields did not change.
const fn renamed(
    group: &'static str,
    from: Versions,
    to: GroupVersion<'static>,
    kinds: Versions,
) -> ConversionRow {
    ConversionRow { from_group: group, from_versions: from, kinds, to, to_kind: None, way: Way::Header }
}

impl ConversionRow {
    const fn body(mut self, body: fn(&mut Draft<'_>) -> Result<(), Refusal>) -> Self {
        self.way = Way::Body(body);
        self
    }

    const fn to_kind(mut self, kind: &'static str) -> Self {
        self.to_kind = Some(kind);
        self
    }
}

const WEBHOOKS: Versions = &["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];
const ADMISSION_POLICIES: Versions = &["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"];
const MUTATING_POLICIES: Versions = &["MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding"];
const WORKLOADS: Versions = &["Deployment", "DaemonSet", "ReplicaSet", "StatefulSet"];
const HPA: Versions = &["HorizontalPodAutoscaler"];
const BINDINGS: Versions = &["RoleBinding", "ClusterRoleBinding"];
const ROLES: Versions = &["Role", "ClusterRole"];
const ISSUERS: Versions = &["Issuer", "ClusterIssuer"];
const CERT_MANAGER: Versions = &["v1alpha2", "v1alpha3", "v1beta1"];
const FLOW: &str = "flowcontrol.apiserver.k8s.io";
const NETWORKING: &str = "networking.k8s.io";
const GATEWAY: &str = "gateway.networking.k8s.io";
const SOURCE: &str = "source.toolkit.fluxcd.io";
const NOTIFICATION: &str = "notification.toolkit.fluxcd.io";
const IMAGE: &str = "image.toolkit.fluxcd.io";
const KUSTOMIZE: &str = "kustomize.toolkit.fluxcd.io";
const HELM: &str = "helm.toolkit.fluxcd.io";
const BETAS: Versions = &["v1beta1", "v1beta2"];
const DRA_OLD: Versions = &["v1alpha3", "v1beta1"];

static ROWS: &[ConversionRow] = &[
    // Kubernetes itself.
    header("admission.k8s.io", &["v1beta1"], "v1", &["AdmissionReview"]),
    header("admissionregistration.k8s.io", &["v1beta1"], "v1", WEBHOOKS).body(webhook::to_v1),
    header("admissionregistration.k8s.io", &["v1alpha1", "v1beta1"], "v1", ADMISSION_POLICIES),
    header("admissionregistration.k8s.io", &["v1alpha1"], "v1beta1", ADMISSION_POLICIES),
    header("admissionregistration.k8s.io", &["v1alpha1", "v1beta1"], "v1", MUTATING_POLICIES),
    header("admissionregistration.k8s.io", &["v1alpha1"], "v1beta1", MUTATING_POLICIES),
    header("apiextensions.k8s.io", &["v1beta1"], "v1", &["CustomResourceDefinition"]).body(definition::to_v1),
    header("apiextensions.k8s.io", &["v1beta1"], "v1", &["ConversionReview"]),
    header("apiregistration.k8s.io", &["v1beta1"], "v1", &["APIService"]),
    header("apiserver.config.k8s.io", &["v1alpha1"], "v1", &["WebhookAdmissionConfiguration"]),
    renamed(
        "apiserver.k8s.io",
        &["v1alpha1"],
        gv("apiserver.config.k8s.io", "v1"),
        &["WebhookAdmissionConfiguration"],
    ),
    header("apps", &["v1beta1", "v1beta2"], "v1", WORKLOADS).body(workload::to_v1),
    header("apps", &["v1beta1", "v1beta2"], "v1", &["ControllerRevision"]),
    renamed("extensions", &["v1beta1"], gv("apps", "v1"), WORKLOADS).body(workload::to_v1),
    header("audit.k8s.io", &["v1alpha1", "v1beta1"], "v1", &["Event", "Policy"]),
    header("authentication.k8s.io", &["v1beta1"], "v1", &["TokenReview", "SelfSubjectReview"]),
    header("authentication.k8s.io", &["v1alpha1"], "v1", &["SelfSubjectReview"]),
    header("authorization.k8s.io", &["v1beta1"], "v1", &["SubjectAccessReview", "LocalSubjectAccessReview"])
        .body(access_review::to_v1),
    header(
        "authorization.k8s.io",
        &["v1beta1"],
        "v1",
        &["SelfSubjectAccessReview", "SelfSubjectRulesReview"],
    ),
    header("autoscaling", &["v2beta1"], "v2", HPA).body(autoscaler::from_v2beta1),
    header("autoscaling", &["v2beta1"], "v2beta2", HPA).body(autoscaler::from_v2beta1),
    header("autoscaling", &["v2beta2"], "v2", HPA).body(autoscaler::from_v2beta2),
    header("autoscaling", &["v2beta1", "v2beta2", "v2"], "v1", HPA).body(autoscaler_v1::to_v1),
    header("autoscaling", &["v1"], "v2", HPA).body(autoscaler_v1::to_v2),
    header("batch", &["v1beta1", "v2alpha1"], "v1", &["CronJob"]),
    header("certificates.k8s.io", &["v1beta1"], "v1", &["CertificateSigningRequest"])
        .body(certificate_request::to_v1),
    header("certificates.k8s.io", &["v1alpha1", "v1beta1"], "v1", &["ClusterTrustBundle"]),
    header("certificates.k8s.io", &["v1alpha1"], "v1beta1", &["ClusterTrustBundle", "PodCertificateRequest"]),
    header("certificates.k8s.io", &["v1alpha1", "v1beta1"], "v1", &["PodCertificateRequest"])
        .body(small::pod_certificate_request),
    header("coordination.k8s.io", &["v1beta1"], "v1", &["Lease"]),
    header("coordination.k8s.io", &["v1alpha1"], "v1beta1", &["LeaseCandidate"]).body(small::lease_candidate),
    header("coordination.k8s.io", &["v1alpha2"], "v1beta1", &["LeaseCandidate"]),
    header("discovery.k8s.io", &["v1beta1"], "v1", &["EndpointSlice"]).body(endpoint_slice::to_v1),
    header("events.k8s.io", &["v1beta1"], "v1", &["Event"]),
    renamed("extensions", &["v1beta1"], gv(NETWORKING, "v1"), &["Ingress"]).body(ingress::to_v1),
    renamed("extensions", &["v1beta1"], gv(NETWORKING, "v1beta1"), &["Ingress"]),
    renamed("extensions", &["v1beta1"], gv(NETWORKING, "v1"), &["NetworkPolicy"]),
    renamed("extensions", &["v1beta1"], gv("policy", "v1beta1"), &["PodSecurityPolicy"])
        .body(small::pod_security_policy),
    renamed("extensions", &["v1beta1"], gv("autoscaling", "v1"), &["Scale"]).body(small::scale),
    renamed("apps", &["v1beta1", "v1beta2"], gv("autoscaling", "v1"), &["Scale"]).body(small::scale),
    header(FLOW, &["v1alpha1", "v1beta1", "v1beta2", "v1beta3"], "v1", &["FlowSchema"]),
    header(FLOW, &["v1alpha1", "v1beta1", "v1beta2"], "v1beta3", &["FlowSchema"]),
    header(FLOW, &["v1alpha1", "v1beta1"], "v1beta2", &["FlowSchema", "PriorityLevelConfiguration"]),
    header(FLOW, &["v1alpha1"], "v1beta1", &["FlowSchema", "PriorityLevelConfiguration"]),
    header(FLOW, &["v1alpha1", "v1beta1", "v1beta2", "v1beta3"], "v1", &["PriorityLevelConfiguration"])
        .body(flow_control::priority_level),
    header(FLOW, &["v1alpha1", "v1beta1", "v1beta2"], "v1beta3", &["PriorityLevelConfiguration"])
        .body(flow_control::priority_level),
    header(NETWORKING, &["v1beta1"], "v1", &["Ingress"]).body(ingress::to_v1),
    header(NETWORKING, &["v1beta1"], "v1", &["IngressClass"]),
    header(NETWORKING, &["v1alpha1", "v1beta1"], "v1", &["IPAddress", "ServiceCIDR"]),
    header(NETWORKING, &["v1alpha1"], "v1beta1", &["IPAddress", "ServiceCIDR"]),
    header("node.k8s.io", &["v1alpha1"], "v1", &["RuntimeClass"]).body(runtime_class::from_v1alpha1),
    header("node.k8s.io", &["v1alpha1"], "v1beta1", &["RuntimeClass"]).body(runtime_class::from_v1alpha1),
    header("node.k8s.io", &["v1beta1"], "v1", &["RuntimeClass"]),
    header("policy", &["v1beta1"], "v1", &["PodDisruptionBudget"]).body(disruption_budget::to_v1),
    header("policy", &["v1beta1"], "v1", &["Eviction"]),
    header(
        "pod-security.admission.config.k8s.io",
        &["v1alpha1", "v1beta1"],
        "v1",
        &["PodSecurityConfiguration"],
    ),
    header("rbac.authorization.k8s.io", &["v1alpha1"], "v1", BINDINGS).body(role_binding::from_v1alpha1),
    header("rbac.authorization.k8s.io", &["v1beta1"], "v1", BINDINGS),
    header("rbac.authorization.k8s.io", &["v1alpha1", "v1beta1"], "v1", ROLES),
    header("resource.k8s.io", DRA_OLD, "v1", &["ResourceClaim"]).body(resource_claim::claim),
    header("resource.k8s.io", DRA_OLD, "v1beta2", &["ResourceClaim"]).body(resource_claim::claim),
    header("resource.k8s.io", DRA_OLD, "v1", &["ResourceClaimTemplate"]).body(resource_claim::template),
    header("resource.k8s.io", DRA_OLD, "v1beta2", &["ResourceClaimTemplate"]).body(resource_claim::template),
    header("resource.k8s.io", DRA_OLD, "v1", &["ResourceSlice"]).body(resource_claim::slice),
    header("resource.k8s.io", DRA_OLD, "v1beta2", &["ResourceSlice"]).body(resource_claim::slice),
    header("resource.k8s.io", &["v1alpha3", "v1beta1", "v1beta2"], "v1", &["DeviceClass"]),
    header("resource.k8s.io", DRA_OLD, "v1beta2", &["DeviceClass"]),
    header(
        "resource.k8s.io",
        &["v1beta2"],
        "v1",
        &["ResourceClaim", "ResourceClaimTemplate", "ResourceSlice"],
    ),
    header(
        "resource.k8s.io",
        &["v1alpha3"],
        "v1beta1",
        &["DeviceClass", "ResourceClaim", "ResourceClaimTemplate"],
    ),
    header("resource.k8s.io", &["v1alpha3", "v1beta2"], "v1", &["DeviceTaintRule"]),
    header("resource.k8s.io", &["v1alpha3"], "v1beta2", &["DeviceTaintRule"]),
    header("scheduling.k8s.io", &["v1alpha1", "v1beta1"], "v1", &["PriorityClass"]),
    header("storage.k8s.io", &["v1beta1"], "v1", &["CSIDriver", "CSINode", "StorageClass"]),
    header(
        "storage.k8s.io",
        &["v1alpha1", "v1beta1"],
        "v1",
        &["CSIStorageCapacity", "VolumeAttachment", "VolumeAttributesClass"],
    ),
    header(
        "storage.k8s.io",
        &["v1alpha1"],
        "v1beta1",
        &["CSIStorageCapacity", "VolumeAttachment", "VolumeAttributesClass"],
    ),
    header("storagemigration.k8s.io", &["v1alpha1"], "v1", &["StorageVersionMigration"])
        .body(small::storage_version_migration),
    header("storagemigration.k8s.io", &["v1alpha1"], "v1beta1", &["StorageVersionMigration"])
        .body(small::storage_version_migration),
    header("storagemigration.k8s.io", &["v1beta1"], "v1", &["StorageVersionMigration"]),
    // Configuration files of Kubernetes' programs.
    header("kubelet.config.k8s.io", &["v1alpha1", "v1beta1"], "v1", &["CredentialProviderConfig"])
        .body(component_config::credential_provider),
    header(
        "kubescheduler.config.k8s.io",
        &["v1alpha1", "v1alpha2", "v1beta1", "v1beta2", "v1beta3"],
        "v1",
        &["KubeSchedulerConfiguration"],
    )
    .body(component_config::scheduler),
    header("kubescheduler.config.k8s.io", &["v1"], "v1", &["Policy"])
        .to_kind("KubeSchedulerConfiguration")
        .body(component_config::scheduler_policy),
    header(
        "kubeadm.k8s.io",
        &["v1beta1", "v1beta2", "v1beta3"],
        "v1beta4",
        &["ClusterConfiguration", "InitConfiguration", "JoinConfiguration", "ClusterStatus"],
    )
    .body(component_config::kubeadm),
    // Flux.
    header(SOURCE, BETAS, "v1", &["GitRepository"]).body(flux::source::git_repository),
    header(SOURCE, BETAS, "v1", &["Bucket"]).body(flux::source::bucket),
    header(SOURCE, BETAS, "v1", &["HelmChart"]).body(flux::source::helm_chart),
    header(SOURCE, BETAS, "v1", &["HelmRepository"]),
    header(SOURCE, &["v1beta2"], "v1", &["OCIRepository"]),
    header(SOURCE, &["v1beta1"], "v1beta2", &["GitRepository", "Bucket", "HelmChart", "HelmRepository"]),
    header(KUSTOMIZE, BETAS, "v1", &["Kustomization"]).body(flux::kustomization::to_v1),
    header(KUSTOMIZE, &["v1beta1"], "v1beta2", &["Kustomization"]),
    header(HELM, &["v2beta1"], "v2", &["HelmRelease"]).body(flux::helm_release::from_v2beta1),
    header(HELM, &["v2beta2"], "v2", &["HelmRelease"]).body(flux::helm_release::fields),
    header(HELM, &["v2beta1"], "v2beta2", &["HelmRelease"]).body(flux::helm_release::from_v2beta1),
    header(NOTIFICATION, BETAS, "v1beta3", &["Alert"]).body(flux::notification::alert),
    header(NOTIFICATION, BETAS, "v1beta3", &["Provider"]).body(flux::notification::provider),
    header(NOTIFICATION, BETAS, "v1", &["Receiver"]).body(flux::notification::receiver),
    header(NOTIFICATION, &["v1beta1"], "v1beta2", &["Alert", "Provider", "Receiver"]),
    header(IMAGE, &["v1alpha1", "v1alpha2", "v1beta1", "v1beta2"], "v1", &["ImageUpdateAutomation"])
        .body(flux::image::update_automation),
    header(IMAGE, &["v1alpha1", "v1alpha2", "v1beta1"], "v1beta2", &["ImageUpdateAutomation"])
        .body(flux::image::update_automation),
    header(IMAGE, &["v1alpha1", "v1alpha2", "v1beta1", "v1beta2"], "v1", &["ImagePolicy", "ImageRepository"]),
    header(IMAGE, &["v1alpha1", "v1alpha2", "v1beta1"], "v1beta2", &["ImagePolicy", "ImageRepository"]),
    // Karpenter.
    header("karpenter.sh", &["v1alpha5"], "v1", &["Provisioner"])
        .to_kind("NodePool")
        .body(karpenter::provisioner::to_node_pool),
    header("karpenter.sh", &["v1alpha5"], "v1beta1", &["Provisioner"])
        .to_kind("NodePool")
        .body(karpenter::provisioner::to_node_pool),
    header("karpenter.sh", &["v1beta1"], "v1", &["NodePool"]).body(karpenter::node_pool::to_v1),
    header("karpenter.sh", &["v1alpha5"], "v1", &["Machine"])
        .to_kind("NodeClaim")
        .body(karpenter::made_by_controller),
    header("karpenter.sh", &["v1beta1"], "v1", &["NodeClaim"]).body(karpenter::made_by_controller),
    header("karpenter.k8s.aws", &["v1alpha1"], "v1", &["AWSNodeTemplate"])
        .to_kind("EC2NodeClass")
        .body(karpenter::node_template::to_node_class),
    header("karpenter.k8s.aws", &["v1alpha1"], "v1beta1", &["AWSNodeTemplate"])
        .to_kind("EC2NodeClass")
        .body(karpenter::node_template::to_node_class),
    header("karpenter.k8s.aws", &["v1beta1"], "v1", &["EC2NodeClass"]).body(karpenter::node_class::to_v1),
    // cert-manager.
    header("cert-manager.io", CERT_MANAGER, "v1", &["Certificate"]).body(cert_manager::certificate),
    header("cert-manager.io", CERT_MANAGER, "v1", ISSUERS).body(cert_manager::issuer),
    header("cert-manager.io", CERT_MANAGER, "v1", &["CertificateRequest"])
        .body(cert_manager::certificate_request),
    header("acme.cert-manager.io", CERT_MANAGER, "v1", &["Order", "Challenge"]),
    renamed("certmanager.k8s.io", &["v1alpha1"], gv("cert-manager.io", "v1"), &["Certificate"])
        .body(cert_manager::certificate),
    renamed("certmanager.k8s.io", &["v1alpha1"], gv("cert-manager.io", "v1"), ISSUERS)
        .body(cert_manager::issuer),
    renamed("certmanager.k8s.io", &["v1alpha1"], gv("cert-manager.io", "v1"), &["CertificateRequest"])
        .body(cert_manager::certificate_request),
    renamed("certmanager.k8s.io", &["v1alpha1"], gv("acme.cert-manager.io", "v1"), &["Order", "Challenge"]),
    // Others whose resources are kept in Git.
    header("external-secrets.io", &["v1alpha1"], "v1", &["ExternalSecret"])
        .body(external_secrets::external_secret),
    header("external-secrets.io", &["v1alpha1"], "v1beta1", &["ExternalSecret"])
        .body(external_secrets::external_secret),
    header("external-secrets.io", &["v1alpha1", "v1beta1"], "v1", &["SecretStore", "ClusterSecretStore"]),
    header("external-secrets.io", &["v1alpha1"], "v1beta1", &["SecretStore", "ClusterSecretStore"]),
    header("external-secrets.io", &["v1beta1"], "v1", &["ExternalSecret", "ClusterExternalSecret"]),
    renamed("traefik.containo.us", &["v1alpha1"], gv("traefik.io", "v1alpha1"), &[]),
    header(
        "snapshot.storage.k8s.io",
        &["v1beta1"],
        "v1",
        &["VolumeSnapshot", "VolumeSnapshotClass", "VolumeSnapshotContent"],
    ),
    header(
        "groupsnapshot.storage.k8s.io",
        &["v1alpha1", "v1beta1"],
        "v1",
        &["VolumeGroupSnapshot", "VolumeGroupSnapshotClass", "VolumeGroupSnapshotContent"],
    ),
    header(GATEWAY, &["v1alpha2", "v1beta1"], "v1", &["Gateway", "GatewayClass", "HTTPRoute", "GRPCRoute"]),
    header(GATEWAY, &["v1alpha2"], "v1beta1", &["Gateway", "GatewayClass", "HTTPRoute", "ReferenceGrant"]),
    header(GATEWAY, &["v1alpha2", "v1beta1"], "v1", &["ReferenceGrant"]),
    header(GATEWAY, &["v1alpha2", "v1alpha3"], "v1", &["TLSRoute"]),
    header(GATEWAY, &["v1alpha2"], "v1", &["TCPRoute", "UDPRoute"]),
    header(GATEWAY, &["v1alpha3"], "v1", &["BackendTLSPolicy"]),
    header(GATEWAY, &["v1alpha2"], "v1", &["ReferencePolicy"]).to_kind("ReferenceGrant"),
    header(GATEWAY, &["v1alpha2"], "v1beta1", &["ReferencePolicy"]).to_kind("ReferenceGrant"),
    renamed("keda.k8s.io", &["v1alpha1"], gv("keda.sh", "v1alpha1"), &["ScaledObject"])
        .body(small::scaled_object),
    renamed("keda.k8s.io", &["v1alpha1"], gv("keda.sh", "v1alpha1"), &["TriggerAuthentication"]),
    renamed("ark.heptio.com", &["v1"], gv("velero.io", "v1"), &["Backup", "Schedule", "Restore"]),
    header("wgpolicyk8s.io", &["v1alpha1"], "v1alpha2", &["PolicyReport", "ClusterPolicyReport"]),
    header("kyverno.io", &["v1beta1"], "v2", &["UpdateRequest"]),
    header(
        "kyverno.io",
        &["v2alpha1", "v2beta1"],
        "v2",
        &["CleanupPolicy", "ClusterCleanupPolicy", "PolicyException", "GlobalContextEntry"],
    ),
    header(
        "policies.kyverno.io",
        &["v1alpha1"],
        "v1",
        &[
            "DeletingPolicy",
            "GeneratingPolicy",
            "ImageValidatingPolicy",
            "MutatingPolicy",
            "PolicyException",
            "ValidatingPolicy",
        ],
    ),
    header(
        "networking.istio.io",
        &["v1alpha3", "v1beta1"],
        "v1",
        &[
            "DestinationRule",
            "Gateway",
            "ServiceEntry",
            "Sidecar",
            "VirtualService",
            "WorkloadEntry",
            "WorkloadGroup",
        ],
    ),
    header(
        "networking.istio.io",
        &["v1alpha3"],
        "v1beta1",
        &[
            "DestinationRule",
            "Gateway",
            "ServiceEntry",
            "Sidecar",
            "VirtualService",
            "WorkloadEntry",
            "WorkloadGroup",
        ],
    ),
    header(
        "security.istio.io",
        &["v1beta1"],
        "v1",
        &["AuthorizationPolicy", "PeerAuthentication", "RequestAuthentication"],
    ),
    header("templates.gatekeeper.sh", &["v1beta1"], "v1", &["ConstraintTemplate"])
        .body(small::constraint_template),
    header(
        "mutations.gatekeeper.sh",
        &["v1alpha1", "v1beta1"],
        "v1",
        &["Assign", "AssignMetadata", "ModifySet"],
    ),
    header("externaldata.gatekeeper.sh", &["v1alpha1"], "v1beta1", &["Provider"]),
    header(
        "pkg.crossplane.io",
        &["v1alpha1", "v1beta1"],
        "v1",
        &["Configuration", "ConfigurationRevision", "Provider", "ProviderRevision"],
    ),
    header("pkg.crossplane.io", &["v1beta1"], "v1", &["Function", "FunctionRevision"]),
    header("pkg.crossplane.io", &["v1alpha1"], "v1beta1", &["Lock"]),
    header(
        "apiextensions.crossplane.io",
        &["v1beta1"],
        "v1",
        &["Composition", "CompositionRevision", "CompositeResourceDefinition"],
    ),
    header("apiextensions.crossplane.io", &["v1alpha1"], "v1beta1", &["EnvironmentConfig"]),
    header("policy.linkerd.io", &["v1alpha1", "v1beta1", "v1beta2"], "v1beta3", &["Server"]),
    header("policy.linkerd.io", &["v1alpha1", "v1beta1", "v1beta2"], "v1beta3", &["HTTPRoute"]),
    header("policy.linkerd.io", &["v1alpha1"], "v1beta1", &["ServerAuthorization"]),
    header(
        "gateway.k8s.aws",
        &["v1beta1"],
        "v1",
        &["LoadBalancerConfiguration", "TargetGroupConfiguration", "ListenerRuleConfiguration"],
    ),
    header(
        "autoscaling.k8s.io",
        &["v1beta1", "v1beta2"],
        "v1",
        &["VerticalPodAutoscaler", "VerticalPodAutoscalerCheckpoint"],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_rows_convert_the_same_pair() {
        let mut seen = std::collections::BTreeSet::new();
        for row in ROWS {
            for version in row.from_versions {
                for kind in row.kinds.iter().chain(row.kinds.is_empty().then_some(&"*")) {
                    let pair = (row.from_group, version, kind, row.to, row.to_kind);
                    assert!(seen.insert(pair), "{pair:?} stands twice");
                }
            }
        }
    }

    #[test]
    fn a_row_goes_somewhere_else() {
        for row in ROWS {
            let stays = row.from_group == row.to.group && row.from_versions.contains(&row.to.version);
            assert!(!stays || row.to_kind.is_some(), "{row:?} goes where it comes from");
        }
    }
}
