//! `reference-admission-review`: a webhook whose server speaks the first review version only.

use version::Minor;

use crate::walk::entries_at;
use crate::{Check, Confidence, Context, Meta, Severity, Sink, Subject};

/// The check.
#[derive(Debug)]
pub(crate) struct ReferenceAdmissionReview;

/// Where the lists stand: admission webhooks, and conversion webhooks of both versions of a CustomResourceDefinition.
const LISTS: [&[&str]; 3] = [
    &["webhooks", "*", "admissionReviewVersions"],
    &["spec", "conversion", "webhook", "conversionReviewVersions"],
    &["spec", "conversion", "conversionReviewVersions"],
];

static META: Meta = Meta {
    id: "reference-admission-review",
    title: "Webhook that takes only v1beta1 reviews",
    severity: Severity::Warning,
    confidence: Confidence::Low,
    first: Some(Minor::new(22)),
    last: None,
    what: "Finds webhooks whose `admissionReviewVersions`, or `conversionReviewVersions`, list v1beta1 and not v1.",
    why: "The server behind it was built against libraries that are gone since 1.22. It goes on while the API server \
          still sends v1beta1 reviews; if the list is changed to v1 without a new server, its answers are refused and \
          `failurePolicy: Fail` stops every matching request.",
    remedy: "Upgrade the webhook's server to one that speaks v1, then list v1 first.",
    example: "apiVersion: admissionregistration.k8s.io/v1\nkind: MutatingWebhookConfiguration\nmetadata:\n  name: injector\nwebhooks:\n- name: injector.example.org\n  admissionReviewVersions: [v1beta1]\n",
    fixed: "apiVersion: admissionregistration.k8s.io/v1\nkind: MutatingWebhookConfiguration\nmetadata:\n  name: injector\nwebhooks:\n- name: injector.example.org\n  admissionReviewVersions: [v1, v1beta1]\n",
    fix_safety: "",
    rows: &["WEBHOOK-AR"],
    links: &[
        "https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#webhook-request-and-response",
    ],
    triggers: &["admissionReviewVersions", "conversionReviewVersions"],
};

impl Check for ReferenceAdmissionReview {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn object(&self, context: &Context<'_>, subject: &Subject<'_>, sink: &mut Sink) {
        let is_concerned = subject.object.is_some_and(|object| {
            matches!(object.gvk.group, "admissionregistration.k8s.io" | "apiextensions.k8s.io")
        });
        if !is_concerned || !context.reaches(Minor::new(22)) {
            return;
        }
        let document = subject.document;
        for path in LISTS {
            for entry in entries_at(document, subject.node, path) {
                let list = document.dereference(entry.value);
                let versions: Vec<&str> =
                    document.items(list).iter().filter_map(|item| document.text(*item)).collect();
                if document.is_opaque(list)
                    || versions.is_empty()
                    || versions.iter().any(|version| *version != "v1beta1")
                {
                    continue;
                }
                let message =
                    format!("{} has a webhook whose server takes v1beta1 reviews only", subject.title());
                let mut finding = subject.finding(&META, list, message);
                finding.remedy =
                    "upgrade the webhook's server to one that speaks v1, then list v1 first".to_owned();
                sink.report(finding);
            }
        }
    }
}
