//! The list of all checks, sorted by id. Adding a check is one file and one line here.

use crate::Check;

#[rustfmt::skip]
static REGISTRY: &[&dyn Check] = &[
    &crate::behaviour::amazon_linux_2::CHECK,
    &crate::behaviour::rbac::ANONYMOUS,
    &crate::api::api_off_by_default::ApiOffByDefault,
    &crate::behaviour::apparmor_annotation::CHECK,
    &crate::behaviour::bitnami_image::CHECK,
    &crate::budgets::budget_blocks_at_minimum_scale::BudgetBlocksAtMinimumScale,
    &crate::budgets::budget_never_allows_eviction::BudgetNeverAllowsEviction,
    &crate::budgets::budget_overlap::BudgetOverlap,
    &crate::budgets::budget_protects_nothing::BudgetProtectsNothing,
    &crate::budgets::budget_waits_for_unhealthy_pods::BudgetWaitsForUnhealthyPods,
    &crate::behaviour::node_setting::CGROUP_V1,
    &crate::behaviour::component_skew::AUTOSCALER,
    &crate::behaviour::node_setting::CONTAINERD_1,
    &crate::behaviour::component_skew::CONTROL_PLANE,
    &crate::behaviour::rbac::COREDNS,
    &crate::behaviour::coredns_corefile::CHECK,
    &crate::api::crd_api_deprecated::CrdApiDeprecated,
    &crate::api::crd_api_removed::CrdApiRemoved,
    &crate::behaviour::workload_default::CRITICAL_CLASS,
    &crate::behaviour::workload_default::CRON_ZONE,
    &crate::behaviour::storage_default::DEFAULT_CLASS,
    &crate::behaviour::deprecated_annotation::CHECK,
    &crate::api::deprecated_api::DeprecatedApi,
    &crate::api::deprecated_config_api::DeprecatedConfigApi,
    &crate::shape::deprecated_kustomize_field::DeprecatedKustomizeField,
    &crate::behaviour::node_label::CHECK,
    &crate::behaviour::docker_socket::CHECK,
    &crate::behaviour::rbac::DRIVER,
    &crate::behaviour::node_setting::DYNAMIC,
    &crate::api::embedded_old_api::EmbeddedOldApi,
    &crate::behaviour::workload_default::EXEC_PROBE,
    &crate::behaviour::rbac::EXEC,
    &crate::behaviour::service_field::EXTERNAL_IPS,
    &crate::behaviour::legacy_volume::FLEX,
    &crate::behaviour::legacy_volume::GIT_REPO,
    &crate::behaviour::workload_default::HOOK,
    &crate::behaviour::ignored_annotation::CHECK,
    &crate::behaviour::in_tree_volume::CHECK,
    &crate::behaviour::ingress_class_annotation::CHECK,
    &crate::behaviour::ingress_nginx::CHECK,
    &crate::references::inline_patch_old_api::InlinePatchOldApi,
    &crate::behaviour::proxy_mode::IPVS,
    &crate::api::kind_without_successor::KindWithoutSuccessor,
    &crate::behaviour::component_skew::PROXY,
    &crate::behaviour::retired_field::CHECK,
    &crate::behaviour::removed_flag::LEADER,
    &crate::behaviour::legacy_registry::CHECK,
    &crate::behaviour::service_field::LOAD_BALANCER_IP,
    &crate::behaviour::malformed_ip::CHECK,
    &crate::behaviour::master_node_label::CHECK,
    &crate::shape::new_header_old_body::NewHeaderOldBody,
    &crate::api::no_common_version::NoCommonVersion,
    &crate::behaviour::node_version_pin::CHECK,
    &crate::shape::old_header_new_body::OldHeaderNewBody,
    &crate::behaviour::policy_switch::CHECK,
    &crate::behaviour::service_field::PREFER_CLOSE,
    &crate::references::reference_admission_review::ReferenceAdmissionReview,
    &crate::references::reference_argo_cd::ReferenceArgoCd,
    &crate::references::reference_exec_credential::ReferenceExecCredential,
    &crate::references::reference_gatekeeper::ReferenceGatekeeper,
    &crate::references::reference_kustomize_target::ReferenceKustomizeTarget,
    &crate::references::reference_kyverno::ReferenceKyverno,
    &crate::references::reference_object::ReferenceObject,
    &crate::references::reference_owner::ReferenceOwner,
    &crate::references::reference_rbac::ReferenceRbac,
    &crate::references::reference_scale_target::ReferenceScaleTarget,
    &crate::references::reference_webhook_rules::ReferenceWebhookRules,
    &crate::behaviour::removed_flag::ADMISSION,
    &crate::api::removed_api::RemovedApi,
    &crate::behaviour::client_auth::PLUGIN,
    &crate::api::removed_config_api::RemovedConfigApi,
    &crate::behaviour::removed_flag::CONTROL_PLANE_FLAG,
    &crate::behaviour::feature_gate::CHECK,
    &crate::behaviour::removed_flag::PROXY_FLAG,
    &crate::behaviour::kubectl_flag::CHECK,
    &crate::behaviour::removed_flag::KUBELET_FLAG,
    &crate::behaviour::metrics::CHECK,
    &crate::api::replacement_not_served::ReplacementNotServed,
    &crate::shape::required_field_missing::RequiredFieldMissing,
    &crate::behaviour::seccomp_annotation::CHECK,
    &crate::behaviour::selinux_mount::CHECK,
    &crate::behaviour::token_secret::CHECK,
    &crate::behaviour::service_field::TOPOLOGY_KEYS,
    &crate::behaviour::client_auth::SHA1,
    &crate::behaviour::workload_default::SPREAD,
    &crate::behaviour::workload_default::MAX_UNAVAILABLE,
    &crate::behaviour::workload_default::STATEFUL_NAME,
    &crate::behaviour::static_pod::CHECK,
    &crate::api::stored_alpha::StoredAlpha,
    &crate::behaviour::workload_default::TOPOLOGY_LABELS,
    &crate::behaviour::node_setting::EVENT_RATE,
    &crate::behaviour::proxy_mode::UNSET,
    &crate::behaviour::proxy_mode::USERSPACE,
    &crate::behaviour::storage_default::LIMIT_PLUGIN,
    &crate::behaviour::concurrency_shares::SHARES,
];

/// All checks, sorted by id.
#[must_use]
pub fn registry() -> &'static [&'static dyn Check] {
    REGISTRY
}

/// The check of this id.
#[must_use]
pub fn find(id: &str) -> Option<&'static dyn Check> {
    registry().iter().find(|check| check.meta().id == id).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_sorted_and_unique() {
        for pair in registry().windows(2) {
            assert!(
                pair[0].meta().id < pair[1].meta().id,
                "{} stands before {}",
                pair[0].meta().id,
                pair[1].meta().id
            );
        }
    }
}
