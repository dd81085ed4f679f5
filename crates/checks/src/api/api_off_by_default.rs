//! `api-off-by-default`: a version that exists on the way but that clusters do not serve unless told to.

use version::Minor;

use super::standing::{Standing, served_api_of, standing};
use super::{conversion, words};
use crate::{Check, Confidence, Context, Meta, Severity, Sink, Subject};

/// The check.
#[derive(Debug)]
pub(crate) struct ApiOffByDefault;

static META: Meta = Meta {
    id: "api-off-by-default",
    title: "API version that is off by default",
    severity: Severity::Breaks,
    confidence: Confidence::Medium,
    first: None,
    last: None,
    what: "Finds objects of alpha versions, and of beta versions that came with 1.24 or later, that a cluster serves \
           only if its owner turned them on. `.liftlock.yaml` says what is turned on.",
    why: "Without the switch the API server answers 404. Managed clusters have no such switch: EKS serves no alpha \
          and only some betas.",
    remedy: "Use a version that is on by default, or tell `.liftlock.yaml` what the cluster turns on.",
    example: "apiVersion: networking.k8s.io/v1beta1\nkind: ServiceCIDR\nmetadata:\n  name: extra\n",
    fixed: "apiVersion: networking.k8s.io/v1\nkind: ServiceCIDR\nmetadata:\n  name: extra\n",
    fix_safety: "Converts the object where a version that is on by default is served by every cluster.",
    rows: &["DEF-BETAOFF"],
    links: &[
        "https://github.com/kubernetes/enhancements/tree/master/keps/sig-architecture/3136-beta-apis-off-by-default",
    ],
    triggers: &[],
};

impl Check for ApiOffByDefault {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn triggers(&self) -> Vec<&'static str> {
        words::unsettled_apis().to_vec()
    }

    fn object(&self, context: &Context<'_>, subject: &Subject<'_>, sink: &mut Sink) {
        let (Some(object), Some(api)) = (subject.object, served_api_of(subject)) else { return };
        let Standing::OffByDefault(minor) = standing(context, api) else { return };
        let version = object.gvk.group_version();
        let message = format!(
            "{} uses {version}, which {minor} does not serve unless it is turned on",
            subject.title()
        );
        let mut finding = subject.finding(&META, object.api_version, message);
        finding.minor = Some(minor);
        let fix = conversion::fix(context, subject, api);
        finding.remedy = match &fix {
            Some(_) => conversion::remedy(context, api),
            None => remedy_without_replacement(minor),
        };
        finding.fix = fix;
        sink.report(finding);
    }
}

fn remedy_without_replacement(minor: Minor) -> String {
    format!(
        "take it out of what {minor} gets, or list the API as enabled in .liftlock.yaml if the cluster turns it on"
    )
}
