//! Token Secrets of service accounts, which nobody makes any more.

use super::due::Due;
use super::rule::{Level, Rule, report};
use super::scene::Scene;
use super::walk::{entries, items_at, own_key};
use crate::{Confidence, Meta, Severity, Sink};

/// The characters of the suffix that the token controller gave: no vowels and nothing that reads alike.
const SUFFIX: &str = "bcdfghjklmnpqrstvwxz2456789";

pub(crate) static CHECK: &Rule = &Rule {
    meta: Meta {
        id: "service-account-token-secret",
        title: "Reference to an automatic token Secret",
        severity: Severity::Breaks,
        confidence: Confidence::High,
        first: Some(version::Minor::new(24)),
        last: None,
        what: "Names like `<account>-token-x7k2p` in volumes, environment, and the `secrets` of ServiceAccounts.",
        why: "Since 1.24 no token Secret is made for a ServiceAccount. In a new cluster, or once the old Secret is cleaned up, the reference leads nowhere and the pod does not start.",
        remedy: "mount a projected token, or write a Secret of type `kubernetes.io/service-account-token` with a name of your own",
        example: "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: builder\nsecrets:\n  - name: builder-token-x7k2p\n",
        fixed: "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: builder\n",
        fix_safety: "",
        rows: &["SA-TOKENSECRET"],
        links: &["https://github.com/kubernetes/kubernetes/pull/108309"],
        triggers: &["-token-"],
    },
    level: Level::Objects,
    look,
};

fn look(scene: &Scene<'_>, sink: &mut Sink) {
    let document = scene.document();
    let kind = scene.subject.object.map_or("", |object| object.gvk.kind);
    let mut names = Vec::new();
    if kind == "ServiceAccount" {
        for item in items_at(document, scene.subject.node, &["secrets"]) {
            names.extend(document.get(item, "name"));
        }
    }
    for entry in entries(document, scene.subject.node) {
        let value = document.dereference(entry.value);
        match document.text(entry.key) {
            Some("secretName") => names.push(value),
            Some("secretKeyRef" | "secretRef") => names.extend(document.get(value, "name")),
            Some("secret") => names
                .extend(document.get(value, "name").filter(|name| own_key(document, *name) == Some("name"))),
            _ => {}
        }
    }
    for name in names {
        let text = document.text(name).unwrap_or_default();
        if is_automatic(text) {
            let message = format!("the token Secret '{text}' is not made any more");
            report(sink, scene.find(Due::row("SA-TOKENSECRET"), name, message));
        }
    }
}

fn is_automatic(name: &str) -> bool {
    name.rsplit_once("-token-").is_some_and(|(account, suffix)| {
        !account.is_empty() && suffix.len() == 5 && suffix.chars().all(|character| SUFFIX.contains(character))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_controllers_suffix_counts() {
        assert!(is_automatic("builder-token-x7k2p"));
        for name in [
            "builder-token",
            "builder-token-admin",
            "builder-token-x7k2",
            "-token-x7k2p",
            "github-token-secret",
        ] {
            assert!(!is_automatic(name), "{name}");
        }
    }
}
