//! `deprecated-config-api`: a configuration file in a version that is read to the target, with a warning.

use catalog::Form;

use super::standing::{Standing, api_of, standing};
use super::{conversion, words};
use crate::{Check, Confidence, Context, Meta, Severity, Sink, Subject};

/// The check.
#[derive(Debug)]
pub(crate) struct DeprecatedConfigApi;

static META: Meta = Meta {
    id: "deprecated-config-api",
    title: "Configuration file in a deprecated version",
    severity: Severity::Warning,
    confidence: Confidence::High,
    first: None,
    last: None,
    what: "Finds configuration of kubeadm, the scheduler, auditing and admission in versions that are deprecated at \
           the target, as documents and as strings in a ConfigMap.",
    why: "Nothing breaks on this upgrade. A later minor stops reading the version, and its component does not start.",
    remedy: "Move to the replacement while both versions are read.",
    example: "apiVersion: kubeadm.k8s.io/v1beta3\nkind: ClusterConfiguration\n",
    fixed: "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n",
    fix_safety: "Converts documents where a conversion is known.",
    rows: &["KUBEADM"],
    links: &["https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/"],
    triggers: &[],
};

impl Check for DeprecatedConfigApi {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn triggers(&self) -> Vec<&'static str> {
        words::unsettled_files().to_vec()
    }

    fn object(&self, context: &Context<'_>, subject: &Subject<'_>, sink: &mut Sink) {
        let Some(api) = api_of(subject).filter(|api| api.form() == Form::File) else { return };
        let (Standing::Deprecated(deprecated), Some(object)) = (standing(context, api), subject.object)
        else {
            return;
        };
        let version = object.gvk.group_version();
        let kind = object.gvk.kind;
        let message = format!("{kind} is written in {version}, which is deprecated since {deprecated}");
        let mut finding = subject.finding(&META, object.api_version, message);
        finding.minor = Some(deprecated);
        finding.remedy = conversion::remedy(context, api);
        finding.fix = conversion::fix(context, subject, api);
        sink.report(finding);
    }

    fn embedded(&self, context: &Context<'_>, inner: &Subject<'_>, sink: &mut Sink) {
        self.object(context, inner, sink);
    }
}
