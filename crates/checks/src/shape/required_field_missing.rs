//! `required-field-missing`: a body that leaves out what the version in its header demands, or has a value that it refuses.

use manifest::NodeId;

use crate::walk::nodes_at;
use crate::{Check, Confidence, Context, Meta, Severity, Sink, Subject};

/// The check.
#[derive(Debug)]
pub(crate) struct RequiredFieldMissing;

static META: Meta = Meta {
    id: "required-field-missing",
    title: "Field that the new API version requires",
    severity: Severity::Breaks,
    confidence: Confidence::Medium,
    first: None,
    last: None,
    what: "Finds objects of v1 APIs without what became required in v1: the selector of workloads, `pathType` of an \
           Ingress, `sideEffects` and `admissionReviewVersions` of webhooks, the schema of a \
           CustomResourceDefinition's versions, `signerName` and `usages` of a CertificateSigningRequest. Values that \
           v1 refuses count as missing.",
    why: "Older versions had defaults for these fields. A header that is moved on without them gives an object that \
          the API server refuses.",
    remedy: "Write the field. The old version's default keeps the meaning.",
    example: "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: web\nspec:\n  rules:\n  - http:\n      paths:\n      - path: /\n        backend:\n          service:\n            name: web\n            port:\n              number: 80\n",
    fixed: "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: web\nspec:\n  rules:\n  - http:\n      paths:\n      - path: /\n        pathType: ImplementationSpecific\n        backend:\n          service:\n            name: web\n            port:\n              number: 80\n",
    fix_safety: "",
    rows: &[],
    links: &["https://kubernetes.io/docs/reference/using-api/deprecation-guide/"],
    triggers: &[
        "apps/v1",
        "Ingress",
        "WebhookConfiguration",
        "CustomResourceDefinition",
        "CertificateSigningRequest",
    ],
};

/// What is wrong, where, and what to do.
struct Fault {
    node: NodeId,
    cause: String,
    remedy: &'static str,
}

impl Check for RequiredFieldMissing {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn object(&self, _context: &Context<'_>, subject: &Subject<'_>, sink: &mut Sink) {
        let Some(object) = subject.object.filter(|_| !subject.document.is_masked()) else { return };
        let gvk = object.gvk;
        let faults = match (gvk.group, gvk.version, gvk.kind) {
            ("apps", "v1", "Deployment" | "DaemonSet" | "ReplicaSet" | "StatefulSet") => workload(subject),
            ("networking.k8s.io", "v1", "Ingress") => ingress(subject),
            (
                "admissionregistration.k8s.io",
                "v1",
                "ValidatingWebhookConfiguration" | "MutatingWebhookConfiguration",
            ) => webhooks(subject),
            ("apiextensions.k8s.io", "v1", "CustomResourceDefinition") => definition(subject),
            ("certificates.k8s.io", "v1", "CertificateSigningRequest") => request(subject),
            _ => Vec::new(),
        };
        for fault in faults {
            let message =
                format!("{} is refused by {}: {}", subject.title(), gvk.group_version(), fault.cause);
            let mut finding = subject.finding(&META, fault.node, message);
            finding.remedy = fault.remedy.to_owned();
            sink.report(finding);
        }
    }
}

fn missing(node: NodeId, key: &str, remedy: &'static str) -> Fault {
    Fault { node, cause: format!("'{key}' is required"), remedy }
}

/// A patch has no pod labels, or no image in one of its containers; a whole workload has both.
fn workload(subject: &Subject<'_>) -> Vec<Fault> {
    let document = subject.document;
    let Some(spec) = document.get(subject.node, "spec") else { return Vec::new() };
    let containers = nodes_at(document, spec, &["template", "spec", "containers", "*"]);
    let is_whole = document.at(spec, &["template", "metadata", "labels"]).is_some()
        && !containers.is_empty()
        && containers.iter().all(|container| document.get(*container, "image").is_some());
    if !is_whole || document.get(spec, "selector").is_some() {
        return Vec::new();
    }
    vec![missing(
        spec,
        "selector",
        "write spec.selector.matchLabels with labels of the pod template; it can never change again",
    )]
}

fn ingress(subject: &Subject<'_>) -> Vec<Fault> {
    let document = subject.document;
    let paths = nodes_at(document, subject.node, &["spec", "rules", "*", "http", "paths", "*"]);
    let without = paths
        .into_iter()
        .filter(|path| document.get(*path, "backend").is_some() && document.get(*path, "pathType").is_none());
    without
        .map(|path| {
            missing(path, "pathType", "write pathType: ImplementationSpecific, which is what v1beta1 meant")
        })
        .collect()
}

fn webhooks(subject: &Subject<'_>) -> Vec<Fault> {
    let document = subject.document;
    let mut faults = Vec::new();
    for webhook in nodes_at(document, subject.node, &["webhooks", "*"]) {
        // A patch names the webhook and what it changes; only a whole one says where to call.
        if document.get(webhook, "clientConfig").is_none() {
            continue;
        }
        if document.get(webhook, "admissionReviewVersions").is_none() {
            let remedy =
                "list the AdmissionReview versions that the server speaks: v1, or v1beta1 if it is old";
            faults.push(missing(webhook, "admissionReviewVersions", remedy));
        }
        let side_effects = document.get(webhook, "sideEffects");
        match side_effects.map(|node| (node, document.text(node))) {
            None => {
                let remedy = "write sideEffects: None if the server changes nothing outside of the answer";
                faults.push(missing(webhook, "sideEffects", remedy));
            }
            Some((node, Some(value @ ("Unknown" | "Some")))) => faults.push(Fault {
                node,
                cause: format!("'sideEffects: {value}' is no longer allowed"),
                remedy: "write None or NoneOnDryRun",
            }),
            Some(_) => {}
        }
    }
    faults
}

fn definition(subject: &Subject<'_>) -> Vec<Fault> {
    let document = subject.document;
    let Some(spec) = document.get(subject.node, "spec") else { return Vec::new() };
    if document.get(spec, "names").is_none() || document.get(spec, "group").is_none() {
        return Vec::new();
    }
    let mut faults = Vec::new();
    // A schema for all versions is a field of the old version: another check finds it and its fix moves it.
    if document.get(spec, "validation").is_none() {
        let versions = nodes_at(document, spec, &["versions", "*"]);
        let without = versions.into_iter().filter(|version| document.get(*version, "schema").is_none());
        let remedy = "write a structural schema, at least type: object with x-kubernetes-preserve-unknown-fields: true";
        faults.extend(without.map(|version| missing(version, "schema", remedy)));
    }
    let preserve = document.get(spec, "preserveUnknownFields");
    if let Some(node) = preserve.filter(|node| document.text(*node) == Some("true")) {
        faults.push(Fault {
            node,
            cause: "'preserveUnknownFields: true' is no longer allowed".to_owned(),
            remedy: "set it to false, and x-kubernetes-preserve-unknown-fields where the schema is open",
        });
    }
    faults
}

fn request(subject: &Subject<'_>) -> Vec<Fault> {
    let document = subject.document;
    let Some(spec) = document.get(subject.node, "spec") else { return Vec::new() };
    if document.get(spec, "request").is_none() {
        return Vec::new();
    }
    let remedy = "name the signer and the usages: v1 has no default for them";
    let absent = ["signerName", "usages"].into_iter().filter(|key| document.get(spec, key).is_none());
    let mut faults: Vec<Fault> = absent.map(|key| missing(spec, key, remedy)).collect();
    let signer = document.get(spec, "signerName");
    if let Some(node) = signer.filter(|node| document.text(*node) == Some("kubernetes.io/legacy-unknown")) {
        faults.push(Fault {
            node,
            cause: "the signer kubernetes.io/legacy-unknown takes no new requests".to_owned(),
            remedy: "name a signer that exists",
        });
    }
    faults
}
