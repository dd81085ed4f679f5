//! `removed-api`: a version that a minor on the way no longer serves, with another that it does.

use inventory::Reason;

use super::standing::{Standing, not_served_phrase, served_api_of, standing};
use super::{conversion, words};
use crate::{Check, Confidence, Context, Meta, Severity, Sink, Subject};

/// The check.
#[derive(Debug)]
pub(crate) struct RemovedApi;

static META: Meta = Meta {
    id: "removed-api",
    title: "API version that is no longer served",
    severity: Severity::Breaks,
    confidence: Confidence::High,
    first: None,
    last: None,
    what: "Finds objects of Kubernetes' own groups whose `apiVersion` a minor on the way no longer serves, or no \
           longer served at the start, while another version of the same kind is served.",
    why: "From that minor on the API server answers every request for the version with 404. What is already in the \
          cluster goes on, but nothing can apply, patch or read it by this version: the next reconcile of a Git \
          repository, `helm upgrade` and `kubectl apply` fail.",
    remedy: "Use the version that is served before and after the hop.",
    example: "apiVersion: batch/v1beta1\nkind: CronJob\nmetadata:\n  name: report\nspec:\n  schedule: 0 3 * * *\n  jobTemplate: {}\n",
    fixed: "apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: report\nspec:\n  schedule: 0 3 * * *\n  jobTemplate: {}\n",
    fix_safety: "Converts the object, comments kept. Safe where every cluster that reads the file serves both \
                 versions; asks where one does not yet, or where a default means something else in the new version.",
    rows: &[],
    links: &["https://kubernetes.io/docs/reference/using-api/deprecation-guide/"],
    triggers: &[],
};

impl Check for RemovedApi {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn triggers(&self) -> Vec<&'static str> {
        words::unsettled_and_unknown_apis().to_vec()
    }

    fn object(&self, context: &Context<'_>, subject: &Subject<'_>, sink: &mut Sink) {
        let Some(object) = subject.object else { return };
        let Some(api) = served_api_of(subject) else {
            note_unknown(subject, &object, sink);
            return;
        };
        let Standing::Removed(removed) = standing(context, api) else { return };
        let message = format!(
            "{} uses {}, which is {}",
            subject.title(),
            object.gvk.group_version(),
            not_served_phrase(context, removed)
        );
        let mut finding = subject.finding(&META, object.api_version, message);
        finding.minor = Some(removed);
        finding.remedy = conversion::remedy(context, api);
        finding.fix = conversion::fix(context, subject, api);
        sink.report(finding);
    }
}

/// A kind of a built-in group that the catalog does not have is newer than its facts, or mistyped. The core group is
/// left out: much that is no Kubernetes object says `v1` (kubeconfigs, values of charts).
fn note_unknown(subject: &Subject<'_>, object: &manifest::Object<'_>, sink: &mut Sink) {
    let gvk = object.gvk;
    if gvk.group.is_empty() || !catalog::is_builtin_group(gvk.group) || catalog::api(gvk).is_some() {
        return;
    }
    let detail = format!("no facts about {gvk}");
    sink.cannot_assess(subject, object.api_version, Reason::BeyondHorizon, detail);
}
