//! Checks of places that name a version, group or kind without being of it: roles, webhook rules, policies, targets.
//!
//! Nothing refuses such a name when it dies: the rule just stops matching. [`dead`] says what has died by the targets
//! and what it is called now.

pub(crate) mod dead;
pub(crate) mod inline_patch_old_api;
pub(crate) mod reference_admission_review;
pub(crate) mod reference_argo_cd;
pub(crate) mod reference_exec_credential;
pub(crate) mod reference_gatekeeper;
pub(crate) mod reference_kustomize_target;
pub(crate) mod reference_kyverno;
pub(crate) mod reference_object;
pub(crate) mod reference_owner;
pub(crate) mod reference_rbac;
pub(crate) mod reference_scale_target;
pub(crate) mod reference_webhook_rules;
pub(crate) mod typed;
