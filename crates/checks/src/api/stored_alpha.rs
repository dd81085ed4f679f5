//! `stored-alpha`: alpha objects that must be gone before the hop that drops their version.

use catalog::Api;
use version::Minor;

use super::standing::{Standing, served_api_of, standing};
use super::words;
use crate::{Check, Confidence, Context, Meta, Severity, Sink, Subject};

/// The check.
#[derive(Debug)]
pub(crate) struct StoredAlpha;

static META: Meta = Meta {
    id: "stored-alpha",
    title: "Alpha object that must be deleted before the hop",
    severity: Severity::Breaks,
    confidence: Confidence::High,
    first: Some(Minor::new(27)),
    last: None,
    what: "Finds objects of alpha versions whose stored form the next API server cannot read: `resource.k8s.io` \
           v1alpha1 to v1alpha3, `scheduling.k8s.io` v1alpha1 and v1alpha2, `storagemigration.k8s.io` v1alpha1, and \
           ValidatingAdmissionPolicy v1alpha1 on the way to 1.28.",
    why: "Changing the file is not enough. Objects that are in etcd in a version that no API server decodes any more \
          can be neither read nor deleted, and namespaces that hold them hang while they are being deleted.",
    remedy: "Delete the objects while the old version is still served, upgrade, and write them anew.",
    example: "apiVersion: resource.k8s.io/v1alpha2\nkind: ResourceClaim\nmetadata:\n  name: gpu\n",
    fixed: "",
    fix_safety: "",
    rows: &["STORED-SVM"],
    links: &[
        "https://github.com/kubernetes/kubernetes/pull/132000",
        "https://github.com/kubernetes/kubernetes/pull/134784",
    ],
    triggers: &[],
};

/// The hop at which stored v1alpha1 admission policies get in the way, four minors before the version goes.
const ADMISSION_POLICY_HOP: Minor = Minor::new(28);

impl Check for StoredAlpha {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn triggers(&self) -> Vec<&'static str> {
        words::unsettled_apis().to_vec()
    }

    fn object(&self, context: &Context<'_>, subject: &Subject<'_>, sink: &mut Sink) {
        let (Some(object), Some(api)) = (subject.object, served_api_of(subject)) else { return };
        let Some(hop) = hop(context, api) else { return };
        let version = object.gvk.group_version();
        let message =
            format!("{} is stored as {version} and must be gone before the hop to {hop}", subject.title());
        let mut finding = subject.finding(&META, object.api_version, message);
        finding.minor = Some(hop);
        finding.remedy = match api.replacement() {
            Some(gvk) => format!("delete it before the hop to {hop} and write it anew as {gvk} after it"),
            None => format!("delete it before the hop to {hop}: nothing takes its place"),
        };
        sink.report(finding);
    }
}

fn hop(context: &Context<'_>, api: Api) -> Option<Minor> {
    if let Standing::MustBeDeleted(removed) = standing(context, api) {
        return Some(removed);
    }
    let gvk = api.gvk();
    let is_policy = gvk.group == "admissionregistration.k8s.io"
        && gvk.version == "v1alpha1"
        && matches!(gvk.kind, "ValidatingAdmissionPolicy" | "ValidatingAdmissionPolicyBinding");
    let is_entered = context.journeys.iter().any(|journey| journey.enters(ADMISSION_POLICY_HOP));
    (is_policy && is_entered).then_some(ADMISSION_POLICY_HOP)
}
