//! `deprecated-api`: a version that is served to the target, with a warning.

use super::standing::{Standing, served_api_of, standing};
use super::{conversion, words};
use crate::{Check, Confidence, Context, Meta, Severity, Sink, Subject};

/// The check.
#[derive(Debug)]
pub(crate) struct DeprecatedApi;

static META: Meta = Meta {
    id: "deprecated-api",
    title: "Deprecated API version",
    severity: Severity::Warning,
    confidence: Confidence::High,
    first: None,
    last: None,
    what: "Finds objects of Kubernetes' own groups whose `apiVersion` is deprecated at the target and still served \
           there.",
    why: "Nothing breaks on this upgrade. A later minor removes the version, and until then every apply prints a \
          warning that hides the ones that matter.",
    remedy: "Move to the replacement while both versions are served.",
    example: "# journey: 1.23 -> 1.25\napiVersion: autoscaling/v2beta2\nkind: HorizontalPodAutoscaler\nmetadata:\n  name: web\n",
    fixed: "# journey: 1.23 -> 1.25\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata:\n  name: web\n",
    fix_safety: "Converts the object, comments kept. Safe where every cluster that reads the file serves the \
                 replacement already.",
    rows: &["FLD-ENDPOINTS", "FLD-COMPSTAT"],
    links: &["https://kubernetes.io/docs/reference/using-api/deprecation-policy/"],
    triggers: &[],
};

impl Check for DeprecatedApi {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn triggers(&self) -> Vec<&'static str> {
        words::unsettled_apis().to_vec()
    }

    fn object(&self, context: &Context<'_>, subject: &Subject<'_>, sink: &mut Sink) {
        let (Some(object), Some(api)) = (subject.object, served_api_of(subject)) else { return };
        let Standing::Deprecated(deprecated) = standing(context, api) else { return };
        let until = match api.removed() {
            Some(removed) => format!("and not served from {removed} on"),
            None => "with no removal planned".to_owned(),
        };
        let version = object.gvk.group_version();
        let message =
            format!("{} uses {version}, which is deprecated since {deprecated} {until}", subject.title());
        let mut finding = subject.finding(&META, object.api_version, message);
        finding.minor = Some(deprecated);
        finding.remedy = match api.replacement() {
            Some(_) => conversion::remedy(context, api),
            None => "no replacement is announced: look at the release notes of each minor".to_owned(),
        };
        finding.fix = conversion::fix(context, subject, api);
        sink.report(finding);
    }
}
