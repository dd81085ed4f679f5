//! Roles and bindings whose grants change their meaning.

use manifest::{Document, NodeId};

use super::due::Due;
use super::rule::{Level, Rule, report};
use super::scene::Scene;
use super::walk::items_at;
use crate::{Confidence, Meta, Severity, Sink};

pub(crate) static EXEC: &Rule = &Rule {
    meta: Meta {
        id: "exec-without-create",
        title: "Role that may `get` but not `create` an exec",
        severity: Severity::Breaks,
        confidence: Confidence::High,
        first: Some(version::Minor::new(35)),
        last: None,
        what: "Rules of Roles and ClusterRoles for `pods/exec`, `pods/attach` or `pods/portforward` with `get` and without `create`.",
        why: "Over WebSockets, which kubectl uses, a `get` was enough so far. From 1.35 the API server asks for `create`, and `kubectl exec` is refused for whoever has the role.",
        remedy: "add the verb `create`",
        example: "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata:\n  name: debug\nrules:\n  - apiGroups: [\"\"]\n    resources: [pods/exec]\n    verbs: [get]\n",
        fixed: "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata:\n  name: debug\nrules:\n  - apiGroups: [\"\"]\n    resources: [pods/exec]\n    verbs: [get, create]\n",
        fix_safety: "",
        rows: &["RBAC-EXEC"],
        links: &["https://github.com/kubernetes/kubernetes/pull/134577"],
        triggers: &["pods/exec", "pods/attach", "pods/portforward"],
    },
    level: Level::Objects,
    look: exec,
};

pub(crate) static DRIVER: &Rule = &Rule {
    meta: Meta {
        id: "dra-driver-role",
        title: "Role of a resource driver without `resourceclaims/binding`",
        severity: Severity::Breaks,
        confidence: Confidence::Medium,
        first: Some(version::Minor::new(36)),
        last: None,
        what: "ClusterRoles that may update `resourceclaims/status` and say nothing about `resourceclaims/binding`.",
        why: "From 1.36 drivers of dynamic resource allocation need `update` and `patch` on the new subresource and verbs bound to their node. Without them claims stay unbound and pods pending.",
        remedy: "upgrade the driver, whose newer chart brings the role",
        example: "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: gpu-driver\nrules:\n  - apiGroups: [resource.k8s.io]\n    resources: [resourceclaims/status]\n    verbs: [update]\n",
        fixed: "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: gpu-driver\nrules:\n  - apiGroups: [resource.k8s.io]\n    resources: [resourceclaims/status, resourceclaims/binding]\n    verbs: [update, patch]\n",
        fix_safety: "",
        rows: &["RBAC-DRA"],
        links: &["https://github.com/kubernetes/kubernetes/pull/134947"],
        triggers: &["resourceclaims"],
    },
    level: Level::Objects,
    look: driver,
};

pub(crate) static ANONYMOUS: &Rule = &Rule {
    meta: Meta {
        id: "anonymous-grant",
        title: "Grant to callers without a name",
        severity: Severity::Breaks,
        confidence: Confidence::Medium,
        first: Some(version::Minor::new(32)),
        last: None,
        what: "RoleBindings and ClusterRoleBindings to `system:unauthenticated` or `system:anonymous`.",
        why: "From 1.32 EKS lets anonymous callers reach the health endpoints only, whatever is bound to them. Load balancers and monitors that ask other paths get a 401.",
        remedy: "give the caller an identity, or let it probe `/livez` or `/readyz`",
        example: "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata:\n  name: metrics-for-all\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: metrics}\nsubjects:\n  - kind: Group\n    apiGroup: rbac.authorization.k8s.io\n    name: system:unauthenticated\n",
        fixed: "",
        fix_safety: "",
        rows: &["AUTH-ANON"],
        links: &["https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions-standard.html"],
        triggers: &["system:unauthenticated", "system:anonymous"],
    },
    level: Level::Objects,
    look: anonymous,
};

pub(crate) static COREDNS: &Rule = &Rule {
    meta: Meta {
        id: "coredns-role",
        title: "CoreDNS's role without EndpointSlices",
        severity: Severity::Breaks,
        confidence: Confidence::Medium,
        first: Some(version::Minor::new(22)),
        last: None,
        what: "The ClusterRole `system:coredns` without `list` and `watch` on `endpointslices` of discovery.k8s.io.",
        why: "CoreDNS 1.8 and newer, which 1.22 needs, reads EndpointSlices. Without the rule it never becomes ready, and names stop resolving when the last old pod is gone.",
        remedy: "add a rule that may list and watch `endpointslices` in `discovery.k8s.io`",
        example: "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: system:coredns\nrules:\n  - apiGroups: [\"\"]\n    resources: [endpoints, services]\n    verbs: [list, watch]\n",
        fixed: "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: system:coredns\nrules:\n  - apiGroups: [\"\"]\n    resources: [endpoints, services]\n    verbs: [list, watch]\n  - apiGroups: [discovery.k8s.io]\n    resources: [endpointslices]\n    verbs: [list, watch]\n",
        fix_safety: "",
        rows: &["NET-COREDNS-RBAC"],
        links: &["https://docs.aws.amazon.com/eks/latest/userguide/managing-coredns.html"],
        triggers: &["system:coredns"],
    },
    level: Level::Objects,
    look: coredns,
};

/// The rules of a Role or ClusterRole.
fn rules(scene: &Scene<'_>) -> Vec<NodeId> {
    let is_role = scene.subject.object.is_some_and(|object| {
        object.gvk.group == "rbac.authorization.k8s.io" && matches!(object.gvk.kind, "Role" | "ClusterRole")
    });
    if is_role { items_at(scene.document(), scene.subject.node, &["rules"]) } else { Vec::new() }
}

fn holds(document: &Document<'_>, rule: NodeId, key: &str, word: &str) -> bool {
    items_at(document, rule, &[key])
        .into_iter()
        .any(|item| matches!(document.text(item), Some(text) if text == word || text == "*"))
}

fn exec(scene: &Scene<'_>, sink: &mut Sink) {
    let document = scene.document();
    for rule in rules(scene) {
        if !holds(document, rule, "apiGroups", "")
            || holds(document, rule, "verbs", "create")
            || !holds(document, rule, "verbs", "get")
        {
            continue;
        }
        for resource in items_at(document, rule, &["resources"]) {
            let name = document.text(resource).unwrap_or_default();
            if matches!(name, "pods/exec" | "pods/attach" | "pods/portforward")
                && !granted_elsewhere(scene, name)
            {
                let message = format!("'get' on '{name}' is no longer enough");
                report(sink, scene.find(Due::row("RBAC-EXEC"), resource, message));
            }
        }
    }
}

/// Whether another rule of the same role lets its holder create the subresource.
fn granted_elsewhere(scene: &Scene<'_>, name: &str) -> bool {
    let document = scene.document();
    rules(scene).into_iter().any(|rule| {
        holds(document, rule, "apiGroups", "")
            && holds(document, rule, "verbs", "create")
            && holds(document, rule, "resources", name)
    })
}

fn driver(scene: &Scene<'_>, sink: &mut Sink) {
    let document = scene.document();
    let rules = rules(scene);
    let covers = |name: &str| rules.iter().any(|rule| holds(document, *rule, "resources", name));
    if document.is_masked() || covers("resourceclaims/binding") {
        return;
    }
    for rule in &rules {
        if !holds(document, *rule, "apiGroups", "resource.k8s.io") {
            continue;
        }
        for resource in items_at(document, *rule, &["resources"]) {
            if document.text(resource) == Some("resourceclaims/status") {
                let message = "the driver may not bind claims: 'resourceclaims/binding' is not granted";
                report(sink, scene.find(Due::row("RBAC-DRA"), resource, message));
            }
        }
    }
}

fn anonymous(scene: &Scene<'_>, sink: &mut Sink) {
    let document = scene.document();
    let is_binding = scene.subject.object.is_some_and(|object| {
        object.gvk.group == "rbac.authorization.k8s.io"
            && matches!(object.gvk.kind, "RoleBinding" | "ClusterRoleBinding")
    });
    if !is_binding {
        return;
    }
    // Kubernetes' own binding of the discovery role names the group, and is written back if it is changed.
    if document
        .text_at(scene.subject.node, &["roleRef", "name"])
        .is_some_and(|name| name == "system:public-info-viewer")
    {
        return;
    }
    for subject in items_at(document, scene.subject.node, &["subjects"]) {
        let Some(name) = document.get(subject, "name") else { continue };
        if matches!(document.text(name), Some("system:unauthenticated" | "system:anonymous")) {
            let message = "anonymous callers reach the health endpoints only";
            let found = scene.find(Due::row("AUTH-ANON"), name, message);
            let on_eks = scene.context.overlay.platform == catalog::Platform::Eks;
            report(
                sink,
                found.map(|found| {
                    if on_eks {
                        found
                    } else {
                        found.at_most(Severity::Warning).with_confidence(Confidence::Low)
                    }
                }),
            );
        }
    }
}

fn coredns(scene: &Scene<'_>, sink: &mut Sink) {
    let document = scene.document();
    let name = document.at(scene.subject.node, &["metadata", "name"]);
    let rules = rules(scene);
    let Some(name) = name.filter(|name| document.text(*name) == Some("system:coredns") && !rules.is_empty())
    else {
        return;
    };
    let allows = |rule: &NodeId| {
        holds(document, *rule, "apiGroups", "discovery.k8s.io")
            && holds(document, *rule, "resources", "endpointslices")
            && holds(document, *rule, "verbs", "list")
            && holds(document, *rule, "verbs", "watch")
    };
    if !document.is_masked() && !rules.iter().any(allows) {
        let message = "CoreDNS may not list and watch EndpointSlices";
        report(sink, scene.find(Due::row("NET-COREDNS-RBAC"), name, message));
    }
}
