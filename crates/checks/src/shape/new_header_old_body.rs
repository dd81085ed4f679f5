//! `new-header-old-body`: a header that was changed without the body.

use manifest::NodeId;

use super::fields::{OLD_FIELDS, Remedy};
use crate::{Check, Confidence, Context, Fix, FixAction, Meta, Safety, Severity, Sink, Subject};

/// The check.
#[derive(Debug)]
pub(crate) struct NewHeaderOldBody;

/// Further places that one finding names. The first few make the point.
const RELATED_MAX: usize = 10;

static META: Meta = Meta {
    id: "new-header-old-body",
    title: "New API version over fields of an old one",
    severity: Severity::Breaks,
    confidence: Confidence::High,
    first: None,
    last: None,
    what: "Finds objects whose `apiVersion` was moved on while fields of the older version stayed: Ingress backends \
           with `serviceName`, autoscaler metrics with `targetAverageUtilization`, CustomResourceDefinitions with a \
           top-level `validation`, priority levels with `assuredConcurrencyShares`, and others.",
    why: "The API server refuses the object or, where the field is optional, drops it without a word: an autoscaler \
          loses its metric. Tools that look at `apiVersion` only call such a file clean.",
    remedy: "Write the body as the version in the header has it.",
    example: "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: web\nspec:\n  backend:\n    serviceName: web\n    servicePort: 80\n",
    fixed: "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: web\nspec:\n  defaultBackend:\n    service:\n      name: web\n      port:\n        number: 80\n",
    fix_safety: "Moves the fields to where the new version has them, by the same rules as a conversion.",
    rows: &[],
    links: &["https://kubernetes.io/docs/reference/using-api/deprecation-guide/"],
    triggers: &[
        "Ingress",
        "HorizontalPodAutoscaler",
        "CustomResourceDefinition",
        "assuredConcurrencyShares",
        "EndpointSlice",
        "rollbackTo",
        "templateGeneration",
        "runtimeHandler",
        "SubjectAccessReview",
        "rbac.authorization.k8s.io/v1alpha1",
    ],
};

impl Check for NewHeaderOldBody {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn object(&self, _context: &Context<'_>, subject: &Subject<'_>, sink: &mut Sink) {
        let Some(object) = subject.object.filter(|_| !subject.document.is_masked()) else { return };
        let mut to_rewrite = Vec::new();
        for field in OLD_FIELDS {
            let keys = field.keys_in(subject.document, &object);
            match field.remedy {
                Remedy::Rename(to) => keys.iter().for_each(|key| report_renamed(subject, *key, to, sink)),
                Remedy::Rewrite | Remedy::Header(_) => to_rewrite.extend(keys),
            }
        }
        to_rewrite.sort_unstable();
        report_rewrite(subject, &to_rewrite, sink);
    }
}

fn message(subject: &Subject<'_>, key: NodeId) -> String {
    let version = subject.object.map(|object| object.gvk.group_version().to_string()).unwrap_or_default();
    let name = subject.document.text(key).unwrap_or_default();
    format!("{} says {version} but has '{name}', a field of an older version", subject.title())
}

fn report_renamed(subject: &Subject<'_>, key: NodeId, to: &str, sink: &mut Sink) {
    let mut finding = subject.finding(&META, key, message(subject, key));
    finding.remedy = format!("name it {to}");
    // Only a list of groups can stand for a name that became plural.
    let keeps_its_value = to != "groups";
    finding.fix = keeps_its_value
        .then(|| Fix { action: FixAction::RenameKey { to: to.to_owned() }, safety: Safety::Safe });
    sink.report(finding);
}

fn report_rewrite(subject: &Subject<'_>, keys: &[NodeId], sink: &mut Sink) {
    let Some((first, others)) = keys.split_first() else { return };
    let mut finding = subject.finding(&META, *first, message(subject, *first));
    finding.remedy = "write the body as the version in the header has it".to_owned();
    let related = others.iter().take(RELATED_MAX);
    finding.related =
        related.map(|key| (subject.document.span(*key), "another old field".to_owned())).collect();
    finding.fix = Some(Fix { action: FixAction::Rewrite { object: subject.span() }, safety: Safety::Safe });
    sink.report(finding);
}
