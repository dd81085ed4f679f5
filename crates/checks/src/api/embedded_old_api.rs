//! `embedded-old-api`: an old version in a manifest that is only text to the cluster.

use super::crd::{CrdStanding, crd_standing};
use super::standing::{Standing, served_api_of, standing};
use super::words;
use crate::{Check, Confidence, Context, Meta, Severity, Sink, Subject};

/// The check.
#[derive(Debug)]
pub(crate) struct EmbeddedOldApi;

static META: Meta = Meta {
    id: "embedded-old-api",
    title: "Old API version in a manifest embedded in a string",
    severity: Severity::Info,
    confidence: Confidence::Low,
    first: None,
    last: None,
    what: "Finds manifests in the strings of a ConfigMap or Secret whose `apiVersion` is not served at the target.",
    why: "To the cluster the string is text and applying it succeeds. If a job, an operator or a person applies the \
          text, that fails.",
    remedy: "Find out who reads the string, and change the version if it is ever applied.",
    example: "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: templates\ndata:\n  job.yaml: |\n    apiVersion: batch/v1beta1\n    kind: CronJob\n",
    fixed: "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: templates\ndata:\n  job.yaml: |\n    apiVersion: batch/v1\n    kind: CronJob\n",
    fix_safety: "",
    rows: &[],
    links: &["https://kubernetes.io/docs/reference/using-api/deprecation-guide/"],
    triggers: &[],
};

impl Check for EmbeddedOldApi {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn triggers(&self) -> Vec<&'static str> {
        words::unsettled_apis_and_crds()
    }

    fn embedded(&self, context: &Context<'_>, inner: &Subject<'_>, sink: &mut Sink) {
        let Some(object) = inner.object else { return };
        let standing = served_api_of(inner).map(|api| standing(context, api));
        let (minor, phrase) = match standing {
            Some(
                Standing::Removed(minor) | Standing::NoSuccessor(minor) | Standing::MustBeDeleted(minor),
            ) => (Some(minor), format!("not served from {minor} on")),
            Some(Standing::OffByDefault(_) | Standing::Deprecated(_) | Standing::Fine) => return,
            None => match crd_standing(object.gvk) {
                Some(CrdStanding::Gone { since, .. }) => (None, format!("no longer served by {since}")),
                Some(CrdStanding::Deprecated { .. }) | None => return,
            },
        };
        let message = format!("the string holds {}, which is {phrase}", object.gvk);
        let mut finding = inner.finding(&META, object.api_version, message);
        finding.minor = minor;
        finding.remedy =
            "find out who reads the string, and change the version if it is ever applied".to_owned();
        sink.report(finding);
    }
}
