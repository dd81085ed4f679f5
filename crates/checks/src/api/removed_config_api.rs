//! `removed-config-api`: a configuration file in a version that its component no longer reads.

use catalog::Form;

use super::standing::{Standing, api_of, not_read_phrase, standing};
use super::{conversion, words};
use crate::{Check, Confidence, Context, Meta, Severity, Sink, Subject};

/// The check.
#[derive(Debug)]
pub(crate) struct RemovedConfigApi;

static META: Meta = Meta {
    id: "removed-config-api",
    title: "Configuration file in a version that is no longer read",
    severity: Severity::Breaks,
    confidence: Confidence::High,
    first: None,
    last: None,
    what: "Finds configuration of kubeadm, the scheduler, auditing and admission in versions that the component of a \
           minor on the way does not read, as documents and as strings in a ConfigMap.",
    why: "The component exits at its start with 'no kind is registered for the version': a scheduler or an API server \
          that does not come back after its own upgrade.",
    remedy: "Write the file in a version that both the old and the new component read.",
    example: "apiVersion: kubescheduler.config.k8s.io/v1beta3\nkind: KubeSchedulerConfiguration\n",
    fixed: "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n",
    fix_safety: "Converts documents where a conversion is known. Strings in a ConfigMap are left to a person.",
    rows: &["KUBEADM", "SCHEDCFG", "AUDITCFG"],
    links: &[
        "https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/",
        "https://kubernetes.io/docs/reference/scheduling/config/",
    ],
    triggers: &[],
};

impl Check for RemovedConfigApi {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn triggers(&self) -> Vec<&'static str> {
        words::unsettled_files().to_vec()
    }

    fn object(&self, context: &Context<'_>, subject: &Subject<'_>, sink: &mut Sink) {
        let Some(api) = api_of(subject).filter(|api| api.form() == Form::File) else { return };
        let (removed, has_successor) = match standing(context, api) {
            Standing::Removed(removed) => (removed, true),
            Standing::NoSuccessor(removed) | Standing::MustBeDeleted(removed) => (removed, false),
            Standing::OffByDefault(_) | Standing::Deprecated(_) | Standing::Fine => return,
        };
        let Some(object) = subject.object else { return };
        let version = object.gvk.group_version();
        let phrase = not_read_phrase(context, removed);
        let message = format!("{} is written in {version}, which is {phrase}", object.gvk.kind);
        let mut finding = subject.finding(&META, object.api_version, message);
        finding.minor = Some(removed);
        finding.remedy = conversion::remedy(context, api);
        finding.fix = has_successor.then(|| conversion::fix(context, subject, api)).flatten();
        sink.report(finding);
    }

    fn embedded(&self, context: &Context<'_>, inner: &Subject<'_>, sink: &mut Sink) {
        self.object(context, inner, sink);
    }
}
