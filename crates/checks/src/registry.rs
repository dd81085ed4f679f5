//! The list of all checks, sorted by id. Adding a check is one file and one line here.

use crate::Check;

#[rustfmt::skip]
static REGISTRY: &[&dyn Check] = &[
    &crate::api::api_off_by_default::ApiOffByDefault,
    &crate::budgets::budget_blocks_at_minimum_scale::BudgetBlocksAtMinimumScale,
    &crate::budgets::budget_never_allows_eviction::BudgetNeverAllowsEviction,
    &crate::budgets::budget_overlap::BudgetOverlap,
    &crate::budgets::budget_protects_nothing::BudgetProtectsNothing,
    &crate::budgets::budget_waits_for_unhealthy_pods::BudgetWaitsForUnhealthyPods,
    &crate::api::crd_api_deprecated::CrdApiDeprecated,
    &crate::api::crd_api_removed::CrdApiRemoved,
    &crate::api::deprecated_api::DeprecatedApi,
    &crate::api::deprecated_config_api::DeprecatedConfigApi,
    &crate::api::embedded_old_api::EmbeddedOldApi,
    &crate::api::kind_without_successor::KindWithoutSuccessor,
    &crate::shape::new_header_old_body::NewHeaderOldBody,
    &crate::api::no_common_version::NoCommonVersion,
    &crate::shape::old_header_new_body::OldHeaderNewBody,
    &crate::api::removed_api::RemovedApi,
    &crate::api::removed_config_api::RemovedConfigApi,
    &crate::api::replacement_not_served::ReplacementNotServed,
    &crate::shape::required_field_missing::RequiredFieldMissing,
    &crate::api::stored_alpha::StoredAlpha,
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
