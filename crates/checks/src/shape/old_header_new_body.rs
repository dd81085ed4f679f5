//! `old-header-new-body`: a body that was changed without the header.

use catalog::Served;
use resource::GroupVersion;

use super::fields::{NEW_FIELDS, Remedy};
use crate::api::standing::{Standing, served_api_of, standing};
use crate::{Check, Confidence, Context, Fix, FixAction, Meta, Safety, Severity, Sink, Subject};

/// The check.
#[derive(Debug)]
pub(crate) struct OldHeaderNewBody;

static META: Meta = Meta {
    id: "old-header-new-body",
    title: "Old API version over fields of a new one",
    severity: Severity::Breaks,
    confidence: Confidence::High,
    first: None,
    last: None,
    what: "Finds objects whose body was written for a newer version than their `apiVersion` says: Ingresses of \
           v1beta1 with `backend.service`, autoscalers of v1 with `metrics`, and others.",
    why: "The old version does not know the fields. Where it is served the API server refuses the object or drops \
          them; and a converter that trusts the header would read the backend as empty and write that.",
    remedy: "Change the header only: the body fits the newer version already.",
    example: "apiVersion: networking.k8s.io/v1beta1\nkind: Ingress\nmetadata:\n  name: web\nspec:\n  defaultBackend:\n    service:\n      name: web\n      port:\n        number: 80\n",
    fixed: "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: web\nspec:\n  defaultBackend:\n    service:\n      name: web\n      port:\n        number: 80\n",
    fix_safety: "Changes the `apiVersion` and nothing else, where every cluster serves the newer version. A version \
                 that is removed or deprecated is changed by the finding about that.",
    rows: &[],
    links: &["https://kubernetes.io/docs/reference/using-api/deprecation-guide/"],
    triggers: &[
        "extensions/v1beta1",
        "networking.k8s.io/v1beta1",
        "HorizontalPodAutoscaler",
        "apiextensions.k8s.io/v1beta1",
        "nominalConcurrencyShares",
        "discovery.k8s.io/v1beta1",
        "node.k8s.io/v1alpha1",
        "authorization.k8s.io/v1beta1",
    ],
};

impl Check for OldHeaderNewBody {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn object(&self, context: &Context<'_>, subject: &Subject<'_>, sink: &mut Sink) {
        let Some(object) = subject.object.filter(|_| !subject.document.is_masked()) else { return };
        let found = NEW_FIELDS.iter().find_map(|field| {
            let key = *field.keys_in(subject.document, &object).first()?;
            match field.remedy {
                Remedy::Header(version) => Some((key, version)),
                Remedy::Rename(_) | Remedy::Rewrite => None,
            }
        });
        let Some((key, version)) = found else { return };
        let message = format!(
            "{} says {} but has '{}', a field of {version}",
            subject.title(),
            object.gvk.group_version(),
            subject.document.text(key).unwrap_or_default()
        );
        let mut finding = subject.finding(&META, object.api_version, message);
        finding.related = vec![(subject.document.span(key), format!("known from {version} on"))];
        finding.remedy = format!("change the header to {version} and nothing else");
        finding.fix = fix(context, subject, version);
        sink.report(finding);
    }
}

/// A change of the header, unless the finding about its version makes it.
fn fix(context: &Context<'_>, subject: &Subject<'_>, version: &str) -> Option<Fix> {
    let is_fixed_elsewhere = served_api_of(subject)
        .is_some_and(|api| matches!(standing(context, api), Standing::Removed(_) | Standing::Deprecated(_)));
    let gvk = GroupVersion::parse(version)?.with_kind(subject.object?.gvk.kind);
    let to = catalog::api(gvk)?;
    let mut starts = context.journeys.iter().filter_map(|journey| journey.from);
    let is_served = starts.all(|minor| catalog::served(to, minor, context.overlay) == Served::Yes);
    (!is_fixed_elsewhere && is_served)
        .then(|| Fix { action: FixAction::ReplaceScalar { text: version.to_owned() }, safety: Safety::Safe })
}
