//! Checks of what changes its meaning although its API stays: annotations, labels, fields, volumes,
//! flags, gates, images, defaults. Each covers rows of the catalog's behaviour changes; the rows that no
//! file can show are listed with the reason in [`UNSEEN_ROWS`].
//!
//! A check here is a [`rule::Rule`]: its description and one function that looks at a subject. Findings
//! whose fix is a `FixAction::Rewrite` and what the rewrite does:
//!
//! | check | rewrite of the object |
//! |---|---|
//! | `seccomp-annotation` | profile annotations of the pod template → `securityContext.seccompProfile` of pod or container |
//! | `apparmor-annotation` | profile annotations of the pod template → `securityContext.appArmorProfile` of the container; only offered if every cluster starts at 1.30 or later |
//! | `ingress-class-annotation` | annotation → `spec.ingressClassName` with the same value |
//! | `ignored-annotation` | `tolerate-unready-endpoints: "true"` of a Service → `spec.publishNotReadyAddresses: true` |
//! | `cron-time-zone-prefix` | `TZ=`/`CRON_TZ=` in `spec.schedule` → `spec.timeZone`; only offered if every cluster starts at 1.25 or later |

use manifest::NodeId;

mod addresses;
mod commands;
mod due;
mod flags;
mod images;
mod pods;
mod rule;
mod scene;
mod unseen;
mod user_data;
mod walk;

pub(crate) mod amazon_linux_2;
pub(crate) mod apparmor_annotation;
pub(crate) mod bitnami_image;
pub(crate) mod client_auth;
pub(crate) mod component_skew;
pub(crate) mod concurrency_shares;
pub(crate) mod coredns_corefile;
pub(crate) mod deprecated_annotation;
pub(crate) mod docker_socket;
pub(crate) mod feature_gate;
pub(crate) mod ignored_annotation;
pub(crate) mod in_tree_volume;
pub(crate) mod ingress_class_annotation;
pub(crate) mod ingress_nginx;
pub(crate) mod kubectl_flag;
pub(crate) mod legacy_registry;
pub(crate) mod legacy_volume;
pub(crate) mod malformed_ip;
pub(crate) mod master_node_label;
pub(crate) mod metrics;
pub(crate) mod node_label;
pub(crate) mod node_setting;
pub(crate) mod node_version_pin;
pub(crate) mod policy_switch;
pub(crate) mod proxy_mode;
pub(crate) mod rbac;
pub(crate) mod removed_flag;
pub(crate) mod retired_field;
pub(crate) mod seccomp_annotation;
pub(crate) mod selinux_mount;
pub(crate) mod service_field;
pub(crate) mod static_pod;
pub(crate) mod storage_default;
pub(crate) mod token_secret;
pub(crate) mod workload_default;

pub use unseen::UNSEEN_ROWS;

use crate::{Finding, FixAction, Safety, Subject};

/// A finding at a flag, with the removal of the flag as its fix where it stands by itself.
fn flag_finding(
    scene: &scene::Scene<'_>,
    due: due::Due,
    flag: &flags::Flag,
    message: impl Into<String>,
) -> Option<Finding> {
    let finding = scene.find(due, flag.node, message)?;
    let question = || Safety::Ask(format!("does no version that still runs need '--{}'?", flag.name));
    Some(match &flag.form {
        flags::Form::Item => finding.fixed_by(FixAction::RemoveItem, question()),
        flags::Form::Entry => finding.fixed_by(FixAction::RemoveEntry, question()),
        flags::Form::SplitItem => finding,
        flags::Form::Text(range) => finding.within(scene.document(), flag.node, range),
    })
}

/// The mappings of the subject that are a kubelet's configuration: a document of its own, what eksctl
/// and nodeadm embed, what kubeadm's Cluster API objects embed.
fn kubelet_configurations(subject: &Subject<'_>) -> Vec<NodeId> {
    let Some(object) = subject.object else { return Vec::new() };
    let document = subject.document;
    match (object.gvk.group, object.gvk.kind) {
        ("kubelet.config.k8s.io", "KubeletConfiguration") => vec![subject.node],
        ("node.eks.aws", "NodeConfig") => {
            document.at(subject.node, &["spec", "kubelet", "config"]).into_iter().collect()
        }
        ("eksctl.io", _) => walk::entries_named(document, subject.node, "kubeletExtraConfig")
            .into_iter()
            .map(|entry| document.dereference(entry.value))
            .collect(),
        ("kops.k8s.io", _) => document.at(subject.node, &["spec", "kubelet"]).into_iter().collect(),
        _ => Vec::new(),
    }
}
