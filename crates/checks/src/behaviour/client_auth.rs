//! Ways of signing in that clients no longer know, and certificates that they no longer take.

use manifest::resolve::{Dialect, Meaning, resolve};

use super::due::Due;
use super::rule::{Level, Rule, report};
use super::scene::Scene;
use super::walk::{entries, items_at};
use crate::{Confidence, Meta, Severity, Sink};

pub(crate) static PLUGIN: &Rule = &Rule {
    meta: Meta {
        id: "removed-auth-plugin",
        title: "kubeconfig with a way of signing in that is gone",
        severity: Severity::Breaks,
        confidence: Confidence::High,
        first: Some(version::Minor::new(24)),
        last: None,
        what: "kubeconfig documents, also inside ConfigMaps and Secrets, with `auth-provider` gcp or azure, or with an `exec` of `client.authentication.k8s.io/v1alpha1`.",
        why: "Clients of 1.24 do not know the alpha protocol, those of 1.26 not the built-in providers. kubectl, controllers and pipelines with such a file cannot sign in.",
        remedy: "use an `exec` plugin with `client.authentication.k8s.io/v1beta1`, or `v1` with `interactiveMode`, and a plugin that speaks it",
        example: "apiVersion: v1\nkind: Config\nusers:\n  - name: prod\n    user:\n      exec:\n        apiVersion: client.authentication.k8s.io/v1alpha1\n        command: aws\n",
        fixed: "apiVersion: v1\nkind: Config\nusers:\n  - name: prod\n    user:\n      exec:\n        apiVersion: client.authentication.k8s.io/v1beta1\n        command: aws\n",
        fix_safety: "",
        rows: &["AUTH-PLUGINS"],
        links: &[
            "https://github.com/kubernetes/kubernetes/pull/110013",
            "https://github.com/kubernetes/kubernetes/pull/112341",
        ],
        triggers: &["auth-provider", "client.authentication.k8s.io/v1alpha1"],
    },
    level: Level::Configuration,
    look: plugin,
};

pub(crate) static SHA1: &Rule = &Rule {
    meta: Meta {
        id: "sha1-certificate",
        title: "Certificate that is signed with SHA-1",
        severity: Severity::Breaks,
        confidence: Confidence::Low,
        first: Some(version::Minor::new(24)),
        last: None,
        what: "`caBundle`s of webhooks, API services and CRDs that hold a certificate signed with SHA-1.",
        why: "From 1.24 the API server refuses server certificates that are signed with SHA-1. A root may be, but an authority that signed itself so has likely signed its servers' certificates in the same way: the webhook fails, and with it every request that it guards.",
        remedy: "issue the certificates anew with SHA-256",
        example: "apiVersion: apiregistration.k8s.io/v1\nkind: APIService\nmetadata:\n  name: v1.example.com\nspec:\n  caBundle: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJhekNDQVJLZ0F3SUJBZ0lVRGZtL2VycTRxZ29pejJQSEU0TDk4WTVGTTBFd0NRWUhLb1pJemowRUFUQU0KTVFvd0NBWURWUVFEREFGaE1CNFhEVEkyTVRFeU1URXdNVFl6TVZvWERUTTJNVEV4T0RFd01UWXpNVm93RERFSwpNQWdHQTFVRUF3d0JZVEJaTUJNR0J5cUdTTTQ5QWdFR0NDcUdTTTQ5QXdFSEEwSUFCSzFnY0Rta3k0Y3RuNitiCnAzclV5NVZlc3pvMlQxdHBXOE55cGEwMG1mQWZvYWUxUklrbTN6WE9zODh2ajRUL3BEV1dtVDEzOU54TWE1WkMKWTJSSWV6ZWpVekJSTUIwR0ExVWREZ1FXQkJTV01GT0NTY2hWZXNSb1R1QXZGekNqbEh2Y2pEQWZCZ05WSFNNRQpHREFXZ0JTV01GT0NTY2hWZXNSb1R1QXZGekNqbEh2Y2pEQVBCZ05WSFJNQkFmOEVCVEFEQVFIL01Ba0dCeXFHClNNNDlCQUVEU0FBd1JRSWdka05IazZuSXZMMElPL25GeTRjeDErK2xMM0w0SVpDczBDNkJFM1BiWTI0Q0lRRDkKdnREb0Q4THhkWDZ4MTRPSWFlTW03MXpSU2ZROWFZem9BQW5EY0NEelV3PT0KLS0tLS1FTkQgQ0VSVElGSUNBVEUtLS0tLQo=\n",
        fixed: "",
        fix_safety: "",
        rows: &["AUTH-SHA1"],
        links: &["https://github.com/kubernetes/kubernetes/pull/109024"],
        triggers: &["caBundle"],
    },
    level: Level::Objects,
    look: sha1,
};

/// The identifier of `sha1WithRSAEncryption` and of `ecdsa-with-SHA1`, in DER.
const SHA1_SIGNATURES: [&[u8]; 2] = [
    &[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x05],
    &[0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x01],
];

fn plugin(scene: &Scene<'_>, sink: &mut Sink) {
    let document = scene.document();
    let is_config =
        scene.subject.object.is_some_and(|object| object.gvk.kind == "Config" && object.gvk.group.is_empty());
    if !is_config {
        return;
    }
    for user in items_at(document, scene.subject.node, &["users"]) {
        if let Some(node) = document.at(user, &["user", "auth-provider", "name"])
            && let Some(name @ ("gcp" | "azure")) = document.text(node)
        {
            report(
                sink,
                scene.find(Due::at(26), node, format!("clients no longer know the provider '{name}'")),
            );
        }
        if let Some(node) = document.at(user, &["user", "exec", "apiVersion"])
            && document.text(node) == Some("client.authentication.k8s.io/v1alpha1")
        {
            report(
                sink,
                scene.find(Due::at(24), node, "clients no longer speak the alpha protocol of exec plugins"),
            );
        }
    }
}

fn sha1(scene: &Scene<'_>, sink: &mut Sink) {
    let document = scene.document();
    for entry in entries(document, scene.subject.node) {
        if document.text(entry.key) != Some("caBundle") {
            continue;
        }
        let node = document.dereference(entry.value);
        let bundle = document.text(node).and_then(decoded).unwrap_or_default();
        if certificates(&bundle).iter().any(|certificate| is_signed_with_sha1(certificate)) {
            let message = "the bundle holds a certificate that is signed with SHA-1";
            report(sink, scene.find(Due::row("AUTH-SHA1"), node, message));
        }
    }
}

fn is_signed_with_sha1(certificate: &[u8]) -> bool {
    SHA1_SIGNATURES.iter().any(|signature| memchr::memmem::find(certificate, signature).is_some())
}

/// The bytes of base64, by the one decoder there is.
fn decoded(text: &str) -> Option<Vec<u8>> {
    match resolve(Dialect::GoYaml2, text.trim(), manifest::ScalarStyle::Plain, Some("!!binary")) {
        Ok(Meaning::Binary(bytes)) => Some(bytes),
        _ => None,
    }
}

/// The certificates of a PEM text, in DER.
fn certificates(bundle: &[u8]) -> Vec<Vec<u8>> {
    let text = std::str::from_utf8(bundle).unwrap_or_default();
    let bodies = text.split("-----BEGIN CERTIFICATE-----").skip(1);
    bodies.filter_map(|body| body.split("-----END").next()).filter_map(decoded).collect()
}
