//! Fields of Services that are gone or on their way out.

use super::due::Due;
use super::rule::{Level, Rule, report};
use super::scene::{Scene, replace};
use crate::{Confidence, FixAction, Meta, Severity, Sink};

pub(crate) static TOPOLOGY_KEYS: &Rule = &Rule {
    meta: Meta {
        id: "service-topology-keys",
        title: "Service with `topologyKeys`",
        severity: Severity::Silent,
        confidence: Confidence::High,
        first: Some(version::Minor::new(21)),
        last: None,
        what: "Services with `spec.topologyKeys`.",
        why: "The field was alpha, deprecated at 1.21 and gone at 1.22. Newer API servers drop it without a word and traffic is spread over all zones; with strict validation the object is refused.",
        remedy: "take the field out; from 1.31 on `spec.trafficDistribution` keeps traffic near",
        example: "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  topologyKeys:\n    - topology.kubernetes.io/zone\n    - \"*\"\n",
        fixed: "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec: {}\n",
        fix_safety: "Unattended where every cluster runs 1.22 or newer, since the field means nothing there; asks otherwise.",
        rows: &["FLD-TOPOKEYS"],
        links: &["https://github.com/kubernetes/kubernetes/pull/102412"],
        triggers: &["topologyKeys"],
    },
    level: Level::Objects,
    look: topology_keys,
};

pub(crate) static PREFER_CLOSE: &Rule = &Rule {
    meta: Meta {
        id: "prefer-close-distribution",
        title: "Service with `trafficDistribution: PreferClose`",
        severity: Severity::Warning,
        confidence: Confidence::High,
        first: Some(version::Minor::new(35)),
        last: None,
        what: "Services with `spec.trafficDistribution: PreferClose`.",
        why: "The value is deprecated since 1.35 in favour of `PreferSameZone`, which means the same and says it.",
        remedy: "write `PreferSameZone` once every cluster runs 1.35",
        example: "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  trafficDistribution: PreferClose\n",
        fixed: "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  trafficDistribution: PreferSameZone\n",
        fix_safety: "Unattended where every cluster runs 1.35 or newer; asks at 1.34, where the value is beta; not offered before, where it is refused.",
        rows: &["FLD-PREFERCLOSE"],
        links: &["https://github.com/kubernetes/kubernetes/pull/134457"],
        triggers: &["PreferClose"],
    },
    level: Level::Objects,
    look: prefer_close,
};

pub(crate) static LOAD_BALANCER_IP: &Rule = &Rule {
    meta: Meta {
        id: "load-balancer-ip",
        title: "Service with `loadBalancerIP`",
        severity: Severity::Warning,
        confidence: Confidence::High,
        first: Some(version::Minor::new(24)),
        last: None,
        what: "Services with `spec.loadBalancerIP`.",
        why: "The field is deprecated since 1.24: its meaning differs between providers and it cannot name two addresses. Newer controllers may not read it.",
        remedy: "use the annotation of the load balancer's controller, such as `metallb.io/loadBalancerIPs`",
        example: "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  type: LoadBalancer\n  loadBalancerIP: 192.0.2.10\n",
        fixed: "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  annotations:\n    metallb.io/loadBalancerIPs: 192.0.2.10\nspec:\n  type: LoadBalancer\n",
        fix_safety: "",
        rows: &["FLD-LBIP"],
        links: &["https://github.com/kubernetes/kubernetes/pull/107235"],
        triggers: &["loadBalancerIP"],
    },
    level: Level::Objects,
    look: load_balancer_ip,
};

pub(crate) static EXTERNAL_IPS: &Rule = &Rule {
    meta: Meta {
        id: "external-ips",
        title: "Service with `externalIPs`",
        severity: Severity::Warning,
        confidence: Confidence::High,
        first: Some(version::Minor::new(36)),
        last: None,
        what: "Services with `spec.externalIPs`.",
        why: "The field lets whoever may edit a Service take over traffic to any address. It is deprecated since 1.36; kube-proxy is planned to ignore it by default about 1.40.",
        remedy: "use a load balancer or a Gateway",
        example: "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  externalIPs:\n    - 192.0.2.10\n",
        fixed: "",
        fix_safety: "",
        rows: &["FLD-EXTIPS"],
        links: &["https://github.com/kubernetes/kubernetes/pull/137293", "https://kep.k8s.io/5707"],
        triggers: &["externalIPs"],
    },
    level: Level::Objects,
    look: external_ips,
};

fn is_service(scene: &Scene<'_>) -> bool {
    scene.subject.object.is_some_and(|object| object.gvk.group.is_empty() && object.gvk.kind == "Service")
}

/// The entry of a key in the `spec` of a core Service.
fn spec_entry(scene: &Scene<'_>, key: &str) -> Option<manifest::Entry> {
    let spec = scene.document().get(scene.subject.node, "spec").filter(|_| is_service(scene))?;
    scene.document().entry(spec, key)
}

fn topology_keys(scene: &Scene<'_>, sink: &mut Sink) {
    let Some(entry) = spec_entry(scene, "topologyKeys") else { return };
    let message = "'topologyKeys' is dropped without a word: traffic goes to every zone";
    let question = "clusters before 1.22 may honour the field: shall it go there too?";
    let safety = scene.safe_from(22, question);
    let found = scene.find(Due::row("FLD-TOPOKEYS"), entry.key, message);
    report(sink, found.map(|found| found.fixed_by(FixAction::RemoveEntry, safety)));
}

fn prefer_close(scene: &Scene<'_>, sink: &mut Sink) {
    let Some(entry) = spec_entry(scene, "trafficDistribution") else { return };
    let value = scene.document().dereference(entry.value);
    if scene.document().text(value) != Some("PreferClose") {
        return;
    }
    let Some(found) = scene.find(Due::row("FLD-PREFERCLOSE"), value, "'PreferClose' is deprecated") else {
        return;
    };
    let found = if scene.starts_at(34) {
        let question = "is the beta value 'PreferSameZone' on at every cluster that still runs 1.34?";
        found.fixed_by(replace("PreferSameZone"), scene.safe_from(35, question))
    } else {
        found
    };
    sink.report(found);
}

fn load_balancer_ip(scene: &Scene<'_>, sink: &mut Sink) {
    let Some(entry) = spec_entry(scene, "loadBalancerIP") else { return };
    if scene.document().text(scene.document().dereference(entry.value)).is_some_and(str::is_empty) {
        return;
    }
    report(sink, scene.find(Due::row("FLD-LBIP"), entry.key, "'loadBalancerIP' is deprecated"));
}

fn external_ips(scene: &Scene<'_>, sink: &mut Sink) {
    let Some(entry) = spec_entry(scene, "externalIPs") else { return };
    if scene.document().items(scene.document().dereference(entry.value)).is_empty() {
        return;
    }
    report(sink, scene.find(Due::row("FLD-EXTIPS"), entry.key, "'externalIPs' is deprecated"));
}
