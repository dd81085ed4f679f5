//! `reference-exec-credential`: a kubeconfig that asks its login command for a version that clients no longer take.

use catalog::{Api, HORIZON, Served, served};
use resource::GroupVersion;

use crate::walk::nodes_at;
use crate::{Check, Confidence, Context, Fix, FixAction, Meta, Safety, Severity, Sink, Subject};

/// The check.
#[derive(Debug)]
pub(crate) struct ReferenceExecCredential;

static META: Meta = Meta {
    id: "reference-exec-credential",
    title: "Kubeconfig with a credential version that clients no longer take",
    severity: Severity::Breaks,
    confidence: Confidence::High,
    first: None,
    last: None,
    what: "Finds kubeconfigs, also as strings in a ConfigMap, whose `exec` entries ask for \
           `client.authentication.k8s.io/v1alpha1`.",
    why: "kubectl, Helm and every program built against libraries of 1.24 or later refuse the kubeconfig: pipelines \
          that log in by it stop when their image is upgraded.",
    remedy: "Ask for v1beta1 or v1, and use a login command that answers in it.",
    example: "apiVersion: v1\nkind: Config\nusers:\n- name: prod\n  user:\n    exec:\n      apiVersion: client.authentication.k8s.io/v1alpha1\n      command: aws\n",
    fixed: "apiVersion: v1\nkind: Config\nusers:\n- name: prod\n  user:\n    exec:\n      apiVersion: client.authentication.k8s.io/v1beta1\n      command: aws\n",
    fix_safety: "Asks whether the login command answers in the newer version.",
    rows: &[],
    links: &[
        "https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins",
    ],
    triggers: &["client.authentication.k8s.io/v1alpha1"],
};

impl Check for ReferenceExecCredential {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn object(&self, context: &Context<'_>, subject: &Subject<'_>, sink: &mut Sink) {
        let is_config =
            subject.object.is_some_and(|object| object.gvk.group.is_empty() && object.gvk.kind == "Config");
        if !is_config {
            return;
        }
        let document = subject.document;
        for node in nodes_at(document, subject.node, &["users", "*", "user", "exec", "apiVersion"]) {
            let version = document.text(node).and_then(GroupVersion::parse);
            let Some(api) = version.and_then(|version| catalog::api(version.with_kind("ExecCredential")))
            else {
                continue;
            };
            let Some(removed) = api.removed().filter(|removed| context.reaches(*removed)) else { continue };
            let message = format!(
                "the kubeconfig asks for {}, which clients from {removed} on refuse",
                api.gvk().group_version()
            );
            let mut finding = subject.finding(&META, node, message);
            finding.minor = Some(removed);
            if let Some(next) = oldest_that_stays(context, api) {
                let to = next.gvk().group_version().to_string();
                finding.remedy = format!("ask for {to}");
                finding.fix = Some(Fix {
                    safety: Safety::Ask(format!("the login command must answer in {to}")),
                    action: FixAction::ReplaceScalar { text: to },
                });
            }
            sink.report(finding);
        }
    }

    fn embedded(&self, context: &Context<'_>, inner: &Subject<'_>, sink: &mut Sink) {
        self.object(context, inner, sink);
    }
}

/// The version that asks least of the login command: the oldest that the target's clients still take.
fn oldest_that_stays(context: &Context<'_>, api: Api) -> Option<Api> {
    let target = context.target().min(HORIZON);
    let stays = catalog::family(api).filter(|other| served(*other, target, context.overlay) == Served::Yes);
    stays.min_by_key(|other| other.maturity())
}
