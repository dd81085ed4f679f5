//! Defaults and validations of workloads that changed: what is written stays, what it does does not.

use manifest::{Entry, NodeId};

use super::due::Due;
use super::pods::{containers, pod_template};
use super::rule::{Level, Rule, report};
use super::scene::Scene;
use super::walk::items_at;
use crate::{Confidence, FixAction, Meta, Safety, Severity, Sink};

pub(crate) static EXEC_PROBE: &Rule = &Rule {
    meta: Meta {
        id: "exec-probe-timeout",
        title: "Exec probe without a timeout",
        severity: Severity::Info,
        confidence: Confidence::Medium,
        first: Some(version::Minor::new(20)),
        last: Some(version::Minor::new(20)),
        what: "Probes that run a command and set no `timeoutSeconds`.",
        why: "From 1.20 the timeout of commands is enforced, and its default is one second. A slower command fails its probe, and the container is restarted or taken out of its Service.",
        remedy: "set `timeoutSeconds` to what the command needs",
        example: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: db\nspec:\n  containers:\n    - name: db\n      livenessProbe:\n        exec:\n          command: [pg_isready]\n",
        fixed: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: db\nspec:\n  containers:\n    - name: db\n      livenessProbe:\n        timeoutSeconds: 5\n        exec:\n          command: [pg_isready]\n",
        fix_safety: "",
        rows: &["DEF-EXECPROBE"],
        links: &["https://github.com/kubernetes/kubernetes/pull/94115"],
        // Nearly every workload has a probe, and few run a command in it.
        triggers: &["exec"],
    },
    level: Level::Objects,
    look: exec_probe,
};

pub(crate) static SPREAD: &Rule = &Rule {
    meta: Meta {
        id: "spread-and-node-selection",
        title: "Topology spread beside a node selector",
        severity: Severity::Info,
        confidence: Confidence::Medium,
        first: Some(version::Minor::new(24)),
        last: Some(version::Minor::new(24)),
        what: "`topologySpreadConstraints` without `nodeAffinityPolicy` in pods that also select nodes.",
        why: "From 1.24 nodes that the pod's own selector excludes no longer count towards the skew. Pods are spread over fewer nodes than before, or are schedulable where they were not.",
        remedy: "set `nodeAffinityPolicy` to what is meant",
        example: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  nodeSelector: {pool: web}\n  topologySpreadConstraints:\n    - maxSkew: 1\n      topologyKey: topology.kubernetes.io/zone\n      whenUnsatisfiable: DoNotSchedule\n",
        fixed: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  nodeSelector: {pool: web}\n  topologySpreadConstraints:\n    - maxSkew: 1\n      nodeAffinityPolicy: Honor\n      topologyKey: topology.kubernetes.io/zone\n      whenUnsatisfiable: DoNotSchedule\n",
        fix_safety: "",
        rows: &["DEF-SPREAD"],
        links: &["https://github.com/kubernetes/kubernetes/pull/107009"],
        triggers: &["topologySpreadConstraints"],
    },
    level: Level::Objects,
    look: spread,
};

pub(crate) static CRON_ZONE: &Rule = &Rule {
    meta: Meta {
        id: "cron-time-zone-prefix",
        title: "CronJob with its time zone in the schedule",
        severity: Severity::Breaks,
        confidence: Confidence::High,
        first: Some(version::Minor::new(29)),
        last: None,
        what: "CronJobs whose `spec.schedule` begins with `TZ=` or `CRON_TZ=`.",
        why: "From 1.29 such a schedule is refused on creation. A live CronJob goes on, so the fault shows when it is first made anew: in the next cluster, or after a restore.",
        remedy: "put the zone into `spec.timeZone`",
        example: "apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: nightly\nspec:\n  schedule: \"CRON_TZ=Europe/Berlin 0 3 * * *\"\n",
        fixed: "apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: nightly\nspec:\n  schedule: \"0 3 * * *\"\n  timeZone: Europe/Berlin\n",
        fix_safety: "Offered where every cluster runs 1.25 or newer, since older ones drop the field; unattended from 1.27 on, where it is stable.",
        rows: &["DEF-CRONTZ"],
        links: &["https://github.com/kubernetes/kubernetes/pull/116252"],
        triggers: &["CRON_TZ=", "schedule: TZ=", "schedule: \"TZ=", "schedule: 'TZ=", "\"schedule\": \"TZ="],
    },
    level: Level::Objects,
    look: cron_zone,
};

pub(crate) static STATEFUL_NAME: &Rule = &Rule {
    meta: Meta {
        id: "stateful-set-name",
        title: "StatefulSet whose name is no DNS label",
        severity: Severity::Breaks,
        confidence: Confidence::High,
        first: Some(version::Minor::new(27)),
        last: None,
        what: "StatefulSets whose name has dots, capitals or more than 63 characters, and those whose `serviceName` is no name of a Service.",
        why: "From 1.27 the name of a new StatefulSet must be a DNS label, since its pods' host names are made of it; from 1.33 `serviceName` is looked at in the same way. What is live goes on; a new one is refused.",
        remedy: "give it another name; a StatefulSet cannot be renamed, so it is made anew and its claims are moved",
        example: "apiVersion: apps/v1\nkind: StatefulSet\nmetadata:\n  name: db.v2\n",
        fixed: "apiVersion: apps/v1\nkind: StatefulSet\nmetadata:\n  name: db-v2\n",
        fix_safety: "",
        rows: &["DEF-STSNAME"],
        links: &[
            "https://github.com/kubernetes/kubernetes/pull/114172",
            "https://github.com/kubernetes/kubernetes/pull/130233",
        ],
        triggers: &["StatefulSet"],
    },
    level: Level::Objects,
    look: stateful_name,
};

pub(crate) static HOOK: &Rule = &Rule {
    meta: Meta {
        id: "hook-over-https",
        title: "Lifecycle hook whose scheme or headers come to count",
        severity: Severity::Info,
        confidence: Confidence::High,
        first: Some(version::Minor::new(26)),
        last: Some(version::Minor::new(26)),
        what: "`httpGet` hooks in `lifecycle` with `scheme: HTTPS` or `httpHeaders`.",
        why: "Until 1.25 the kubelet called hooks by plain HTTP and without headers, whatever they said. From 1.26 it does what is written, which an endpoint that only ever saw HTTP may refuse.",
        remedy: "make sure that the endpoint answers as it is called",
        example: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n    - name: web\n      lifecycle:\n        preStop:\n          httpGet:\n            port: 8443\n            scheme: HTTPS\n",
        fixed: "",
        fix_safety: "",
        rows: &["DEF-PRESTOP"],
        links: &["https://github.com/kubernetes/kubernetes/pull/86139"],
        triggers: &["lifecycle"],
    },
    level: Level::Objects,
    look: hook,
};

pub(crate) static MAX_UNAVAILABLE: &Rule = &Rule {
    meta: Meta {
        id: "stateful-set-max-unavailable",
        title: "StatefulSet with `maxUnavailable`",
        severity: Severity::Silent,
        confidence: Confidence::High,
        first: Some(version::Minor::new(35)),
        last: None,
        what: "StatefulSets with `updateStrategy.rollingUpdate.maxUnavailable` other than 1.",
        why: "The field is dropped while its gate is off and acts while it is on: on at 1.35, off again at 1.36, on at 1.37. A rollout takes down several pods at once on one minor and one at a time on the next.",
        remedy: "take the field out until every cluster runs 1.37, or make sure that several pods may be down",
        example: "apiVersion: apps/v1\nkind: StatefulSet\nmetadata:\n  name: db\nspec:\n  updateStrategy:\n    rollingUpdate:\n      maxUnavailable: 2\n",
        fixed: "apiVersion: apps/v1\nkind: StatefulSet\nmetadata:\n  name: db\nspec:\n  updateStrategy:\n    rollingUpdate:\n      maxUnavailable: 1\n",
        fix_safety: "",
        rows: &["DEF-STSMAXUN"],
        links: &[
            "https://github.com/kubernetes/kubernetes/pull/133153",
            "https://github.com/kubernetes/kubernetes/pull/137904",
            "https://github.com/kubernetes/kubernetes/pull/139466",
        ],
        triggers: &["maxUnavailable"],
    },
    level: Level::Objects,
    look: max_unavailable,
};

pub(crate) static CRITICAL_CLASS: &Rule = &Rule {
    meta: Meta {
        id: "critical-priority-class",
        title: "Pod of class `system-cluster-critical`",
        severity: Severity::Info,
        confidence: Confidence::High,
        first: Some(version::Minor::new(22)),
        last: Some(version::Minor::new(22)),
        what: "Pod templates with `priorityClassName: system-cluster-critical`.",
        why: "From 1.22 such pods no longer get a low score for the kernel's out-of-memory killer: they are killed like any other on a node that runs out.",
        remedy: "use `system-node-critical` for what a node cannot do without",
        example: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: dns\nspec:\n  priorityClassName: system-cluster-critical\n",
        fixed: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: dns\nspec:\n  priorityClassName: system-node-critical\n",
        fix_safety: "",
        rows: &["DEF-CRITOOM"],
        links: &["https://github.com/kubernetes/kubernetes/pull/99729"],
        triggers: &["system-cluster-critical"],
    },
    level: Level::Objects,
    look: critical_class,
};

pub(crate) static TOPOLOGY_LABELS: &Rule = &Rule {
    meta: Meta {
        id: "topology-label-of-pods",
        title: "Selector of pods by a topology label",
        severity: Severity::Info,
        confidence: Confidence::High,
        first: Some(version::Minor::new(35)),
        last: None,
        what: "Selectors of Services, workloads, budgets and network policies that ask pods for `topology.kubernetes.io/zone` or `region`.",
        why: "From 1.35 pods get these labels from their node by themselves. A selector that found only pods labelled by hand finds all of a zone; tools that compare live objects with Git see a difference.",
        remedy: "use a label of your own, and leave the two out of comparisons",
        example: "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  selector:\n    topology.kubernetes.io/zone: a\n",
        fixed: "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  selector:\n    app: web\n",
        fix_safety: "",
        rows: &["LBL-TOPO-PODS"],
        links: &["https://github.com/kubernetes/kubernetes/pull/135158"],
        triggers: &["topology.kubernetes.io/zone", "topology.kubernetes.io/region"],
    },
    level: Level::Objects,
    look: topology_labels,
};

fn kind_is(scene: &Scene<'_>, group: &str, kind: &str) -> bool {
    scene.subject.object.is_some_and(|object| object.gvk.group == group && object.gvk.kind == kind)
}

fn exec_probe(scene: &Scene<'_>, sink: &mut Sink) {
    let document = scene.document();
    let Some(template) = pod_template(scene.subject).filter(|_| !document.is_masked()) else { return };
    for (container, _) in containers(document, template) {
        for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
            let Some(node) = document.get(container, probe) else { continue };
            let Some(exec) = document.entry(node, "exec") else { continue };
            if document.get(node, "timeoutSeconds").is_none() {
                let message = "the command gets one second, which is enforced since 1.20";
                report(sink, scene.passing(Due::row("DEF-EXECPROBE"), exec.key, message));
            }
        }
    }
}

fn spread(scene: &Scene<'_>, sink: &mut Sink) {
    let document = scene.document();
    let Some(spec) = pod_template(scene.subject).and_then(|template| template.spec) else { return };
    let selects = document.get(spec, "nodeSelector").is_some()
        || document.at(spec, &["affinity", "nodeAffinity"]).is_some();
    if !selects || document.is_masked() {
        return;
    }
    for constraint in items_at(document, spec, &["topologySpreadConstraints"]) {
        let Some(key) = document.entry(constraint, "topologyKey") else { continue };
        if document.get(constraint, "nodeAffinityPolicy").is_none() {
            let message = "nodes that the pod's own selector excludes no longer count";
            report(sink, scene.passing(Due::row("DEF-SPREAD"), key.key, message));
        }
    }
}

fn cron_zone(scene: &Scene<'_>, sink: &mut Sink) {
    let document = scene.document();
    let Some(node) =
        document.at(scene.subject.node, &["spec", "schedule"]).filter(|_| kind_is(scene, "batch", "CronJob"))
    else {
        return;
    };
    let schedule = document.text(node).unwrap_or_default();
    if !schedule.starts_with("TZ=") && !schedule.starts_with("CRON_TZ=") {
        return;
    }
    let Some(finding) =
        scene.find(Due::row("DEF-CRONTZ"), node, format!("the schedule '{schedule}' is refused on creation"))
    else {
        return;
    };
    if !scene.starts_at(25) {
        sink.report(finding.mended_by("put the zone into `spec.timeZone` once every cluster runs 1.25"));
        return;
    }
    let taken = document.at(scene.subject.node, &["spec", "timeZone"]).is_some();
    let safety = match taken {
        true => Safety::Ask("the field 'timeZone' is set as well: is it the one that counts?".to_owned()),
        false => scene.safe_from(27, "the field is beta before 1.27: is it on at every cluster?"),
    };
    sink.report(finding.fixed_by(FixAction::Rewrite { object: scene.subject.span() }, safety));
}

fn stateful_name(scene: &Scene<'_>, sink: &mut Sink) {
    let document = scene.document();
    if !kind_is(scene, "apps", "StatefulSet") {
        return;
    }
    let fields = [
        (document.at(scene.subject.node, &["metadata", "name"]), 27, "the name"),
        (document.at(scene.subject.node, &["spec", "serviceName"]), 33, "'serviceName'"),
    ];
    for (node, minor, what) in fields {
        let Some(node) = node else { continue };
        let Some(text) = document.text(node).filter(|text| !text.is_empty() && !is_dns_label(text)) else {
            continue;
        };
        let message = format!("{what} '{text}' is no DNS label and is refused on creation");
        report(sink, scene.find(Due::at(minor), node, message));
    }
}

/// RFC 1123: up to 63 lower-case letters, digits and dashes, with neither end a dash.
fn is_dns_label(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    text.len() <= 63 && text.bytes().all(fits) && !text.starts_with('-') && !text.ends_with('-')
}

fn hook(scene: &Scene<'_>, sink: &mut Sink) {
    let document = scene.document();
    let Some(template) = pod_template(scene.subject) else { return };
    for (container, _) in containers(document, template) {
        for hook in ["preStop", "postStart"] {
            let Some(call) = document.at(container, &["lifecycle", hook, "httpGet"]) else { continue };
            let scheme = document.entry(call, "scheme").filter(|entry| value_is(scene, *entry, "HTTPS"));
            if let Some(entry) = scheme.or_else(|| document.entry(call, "httpHeaders")) {
                let message = "the kubelet comes to do what the hook says about scheme and headers";
                report(sink, scene.passing(Due::row("DEF-PRESTOP"), entry.key, message));
            }
        }
    }
}

fn value_is(scene: &Scene<'_>, entry: Entry, text: &str) -> bool {
    scene.document().text(scene.document().dereference(entry.value)) == Some(text)
}

fn max_unavailable(scene: &Scene<'_>, sink: &mut Sink) {
    let document = scene.document();
    let strategy = document.at(scene.subject.node, &["spec", "updateStrategy", "rollingUpdate"]);
    let Some(strategy) = strategy.filter(|_| kind_is(scene, "apps", "StatefulSet")) else { return };
    let Some(entry) =
        document.entry(strategy, "maxUnavailable").filter(|entry| !value_is(scene, *entry, "1"))
    else {
        return;
    };
    let cases = [
        (35, "the field comes to act: several pods may be down at once"),
        (36, "the field is dropped again: one pod at a time"),
        (37, "the field comes to act again: several pods may be down at once"),
    ];
    for (minor, message) in cases {
        report(sink, scene.passing(Due::at(minor), entry.key, message));
    }
}

fn critical_class(scene: &Scene<'_>, sink: &mut Sink) {
    let document = scene.document();
    let Some(spec) = pod_template(scene.subject).and_then(|template| template.spec) else { return };
    let Some(node) = document.get(spec, "priorityClassName") else { return };
    if document.text(node) == Some("system-cluster-critical") {
        let message = "the kernel may kill these pods like any other when a node runs out of memory";
        report(sink, scene.passing(Due::row("DEF-CRITOOM"), node, message));
    }
}

fn topology_labels(scene: &Scene<'_>, sink: &mut Sink) {
    for node in pod_selectors(scene) {
        for entry in scene.document().entries(node) {
            let key = scene.document().text(entry.key).unwrap_or_default();
            if matches!(key, "topology.kubernetes.io/zone" | "topology.kubernetes.io/region") {
                let message = format!("pods come to carry '{key}' by themselves");
                report(sink, scene.find(Due::row("LBL-TOPO-PODS"), entry.key, message));
            }
        }
    }
}

/// The label maps by which the subject selects pods.
fn pod_selectors(scene: &Scene<'_>) -> Vec<NodeId> {
    let (document, root) = (scene.document(), scene.subject.node);
    let Some(object) = scene.subject.object else { return Vec::new() };
    let path: &[&str] = match (object.gvk.group, object.gvk.kind) {
        ("", "Service" | "ReplicationController") => &["spec", "selector"],
        ("apps", _) | ("batch", "Job") | ("policy", "PodDisruptionBudget") => {
            &["spec", "selector", "matchLabels"]
        }
        ("networking.k8s.io", "NetworkPolicy") => &["spec", "podSelector", "matchLabels"],
        _ => return Vec::new(),
    };
    document.at(root, path).into_iter().collect()
}
