//! `kind-without-successor`: a kind that goes and that nothing replaces.

use resource::GroupVersionKind;

use super::standing::{Standing, not_served_phrase, served_api_of, standing};
use super::words;
use crate::{Check, Confidence, Context, Meta, Severity, Sink, Subject};

/// The check.
#[derive(Debug)]
pub(crate) struct KindWithoutSuccessor;

static META: Meta = Meta {
    id: "kind-without-successor",
    title: "Kind that is removed and has no successor",
    severity: Severity::Breaks,
    confidence: Confidence::High,
    first: None,
    last: None,
    what: "Finds objects of kinds that a minor on the way removes without another version or kind that takes their \
           place, such as PodSecurityPolicy and PodPreset.",
    why: "There is no `apiVersion` to change to. Whatever the object did stops at that minor, silently for the pods \
          that relied on it, and whoever applies it gets an error.",
    remedy: "Replace what it did by other means, then delete it before the hop.",
    example: "apiVersion: policy/v1beta1\nkind: PodSecurityPolicy\nmetadata:\n  name: restricted\n",
    fixed: "",
    fix_safety: "",
    rows: &["ADM-PSP", "ADM-PODPRESET"],
    links: &["https://kubernetes.io/docs/tasks/configure-pod-container/migrate-from-psp/"],
    triggers: &[],
};

impl Check for KindWithoutSuccessor {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn triggers(&self) -> Vec<&'static str> {
        words::unsettled_apis().to_vec()
    }

    fn object(&self, context: &Context<'_>, subject: &Subject<'_>, sink: &mut Sink) {
        let (Some(object), Some(api)) = (subject.object, served_api_of(subject)) else { return };
        let Standing::NoSuccessor(removed) = standing(context, api) else { return };
        let message = format!(
            "{} is of a kind that is {}, and nothing takes its place",
            subject.title(),
            not_served_phrase(context, removed)
        );
        let mut finding = subject.finding(&META, object.api_version, message);
        finding.minor = Some(removed);
        finding.remedy = instead_of(object.gvk);
        sink.report(finding);
    }
}

fn instead_of(gvk: GroupVersionKind<'_>) -> String {
    match gvk.kind {
        "PodSecurityPolicy" => "label namespaces with pod-security.kubernetes.io/enforce (Pod Security Admission, on \
                                since 1.23) or use a policy engine, then delete the policy and the roles that may use it",
        "PodPreset" => "inject by a mutating admission webhook or policy engine, or write the values into the pods",
        "ClusterCIDR" => "configure the pod ranges in the network plugin or the cloud provider",
        "InitializerConfiguration" => "use a mutating admission webhook",
        "AuditSink" => "configure the audit webhook of the API server by its flags",
        "PodSchedulingContext" => "delete it: the scheduler no longer uses it with structured parameters",
        _ => "delete it before the hop",
    }
    .to_owned()
}
