//! Command line flags that a component no longer knows: it exits at start.

use super::due::Due;
use super::flag_finding;
use super::flags::{Program, flags};
use super::rule::{Level, Rule, report};
use super::scene::Scene;
use crate::{Confidence, Meta, Severity, Sink};

/// The kubelet's flags by the row that says when they went. A name that ends in `-` is a beginning.
const KUBELET: [(&str, &[&str]); 9] = [
    ("KF-122", &["chaos-chance"]),
    (
        "KF-124",
        &[
            "network-plugin",
            "cni-conf-dir",
            "cni-bin-dir",
            "cni-cache-dir",
            "network-plugin-mtu",
            "docker-endpoint",
            "experimental-dockershim-root-directory",
            "image-pull-progress-deadline",
            "non-masquerade-cidr",
            "experimental-check-node-capabilities-before-mount",
        ],
    ),
    ("KF-125", &["experimental-kernel-memcg-notification"]),
    ("KF-127", &["container-runtime", "master-service-namespace"]),
    ("KF-131", &["keep-terminated-pod-volumes", "iptables-masquerade-bit", "iptables-drop-bit"]),
    ("KF-132", &["runonce"]),
    ("KF-134", &["cloud-config"]),
    ("KF-135", &["pod-infra-container-image"]),
    (
        "KF-137",
        &[
            "containerd",
            "container-hints",
            "boot-id-file",
            "machine-id-file",
            "storage-driver-",
            "event-storage-",
            "global-housekeeping-interval",
            "enable-load-reader",
            "log-cadvisor-usage",
            "application-metrics-count-limit",
            "containerd-namespace",
        ],
    ),
];

pub(crate) static KUBELET_FLAG: &Rule = &Rule {
    meta: Meta {
        id: "removed-kubelet-flag",
        title: "Flag that the kubelet no longer knows",
        severity: Severity::Breaks,
        confidence: Confidence::High,
        first: Some(version::Minor::new(22)),
        last: None,
        what: "Removed kubelet flags in user data, also in base64 (`--kubelet-extra-args`, `KUBELET_EXTRA_ARGS`), kubeadm's `kubeletExtraArgs`, nodeadm's `kubelet.flags`, k3s' `kubelet-arg` and containers that run a kubelet, and `runOnce` in its configuration.",
        why: "The kubelet exits on a flag that it does not know. Every node that starts with the new version never becomes ready, and a roll of a node group stops at its first node.",
        remedy: "take the flag out, or set what it did in the kubelet's configuration",
        example: "apiVersion: kubeadm.k8s.io/v1beta3\nkind: InitConfiguration\nnodeRegistration:\n  kubeletExtraArgs:\n    network-plugin: cni\n",
        fixed: "apiVersion: kubeadm.k8s.io/v1beta3\nkind: InitConfiguration\nnodeRegistration: {}\n",
        fix_safety: "Asks always: on the last version that knows it the flag may still do something.",
        rows: &["KF-122", "KF-124", "KF-125", "KF-127", "KF-131", "KF-132", "KF-134", "KF-135", "KF-137"],
        links: &[
            "https://kubernetes.io/docs/reference/command-line-tools-reference/kubelet/",
            "https://github.com/kubernetes/kubernetes/pull/106907",
        ],
        triggers: &["kubelet", "KUBELET_", "KubeletConfiguration", "NodeConfig", "bootstrap.sh", "extraArgs"],
    },
    level: Level::Configuration,
    look: kubelet,
};

pub(crate) static PROXY_FLAG: &Rule = &Rule {
    meta: Meta {
        id: "removed-kube-proxy-flag",
        title: "Flag that kube-proxy no longer knows",
        severity: Severity::Breaks,
        confidence: Confidence::High,
        first: Some(version::Minor::new(21)),
        last: None,
        what: "`--cleanup-ipvs` and `--proxy-port-range` in the arguments of kube-proxy.",
        why: "kube-proxy exits on a flag that it does not know (`--cleanup-ipvs` since 1.21, `--proxy-port-range` since 1.31), and Services stop being kept up to date on every node that it runs on.",
        remedy: "take the flag out",
        example: "apiVersion: apps/v1\nkind: DaemonSet\nmetadata:\n  name: kube-proxy\nspec:\n  template:\n    spec:\n      containers:\n        - name: kube-proxy\n          image: registry.k8s.io/kube-proxy:v1.30.0\n          args:\n            - --proxy-port-range=0-0\n",
        fixed: "",
        fix_safety: "Asks always.",
        rows: &["KP-FLAGS"],
        links: &[
            "https://github.com/kubernetes/kubernetes/pull/97336",
            "https://github.com/kubernetes/kubernetes/pull/126293",
        ],
        triggers: &["cleanup-ipvs", "proxy-port-range"],
    },
    level: Level::Objects,
    look: kube_proxy,
};

pub(crate) static CONTROL_PLANE_FLAG: &Rule = &Rule {
    meta: Meta {
        id: "removed-control-plane-flag",
        title: "Flag that a control-plane component no longer knows",
        severity: Severity::Breaks,
        confidence: Confidence::High,
        first: Some(version::Minor::new(24)),
        last: None,
        what: "`--service-account-api-audiences` of the API server, and the insecure `--port` and `--address` of the controller manager and the scheduler, in kubeadm's `extraArgs` and in static pods.",
        why: "The component exits on a flag that it does not know: the audiences flag went at 1.25, the insecure ports at 1.24. A control plane that does not start takes the cluster with it.",
        remedy: "use `--api-audiences`; take insecure ports out and probe the secure one",
        example: "apiVersion: kubeadm.k8s.io/v1beta3\nkind: ClusterConfiguration\napiServer:\n  extraArgs:\n    service-account-api-audiences: api\n",
        fixed: "apiVersion: kubeadm.k8s.io/v1beta3\nkind: ClusterConfiguration\napiServer:\n  extraArgs:\n    api-audiences: api\n",
        fix_safety: "Asks always.",
        rows: &["APIFLAG"],
        links: &[
            "https://github.com/kubernetes/kubernetes/pull/108624",
            "https://github.com/kubernetes/kubernetes/pull/96345",
        ],
        triggers: &[
            "service-account-api-audiences",
            "kube-scheduler",
            "kube-controller-manager",
            "extraArgs",
        ],
    },
    level: Level::Configuration,
    look: control_plane,
};

pub(crate) static ADMISSION: &Rule = &Rule {
    meta: Meta {
        id: "removed-admission-plugin",
        title: "Admission plugin that is gone",
        severity: Severity::Breaks,
        confidence: Confidence::High,
        first: Some(version::Minor::new(20)),
        last: None,
        what: "`PodPreset`, `PodSecurityPolicy`, `SecurityContextDeny` and `PersistentVolumeLabel` in `--enable-admission-plugins` or `--disable-admission-plugins` of the API server.",
        why: "The API server exits on a plugin that it does not know, and what the plugin enforced is enforced no longer.",
        remedy: "take the name out of the list, and enforce what it did by Pod Security admission or a policy engine",
        example: "apiVersion: kubeadm.k8s.io/v1beta3\nkind: ClusterConfiguration\napiServer:\n  extraArgs:\n    enable-admission-plugins: NodeRestriction,PodSecurityPolicy\n",
        fixed: "apiVersion: kubeadm.k8s.io/v1beta3\nkind: ClusterConfiguration\napiServer:\n  extraArgs:\n    enable-admission-plugins: NodeRestriction\n",
        fix_safety: "",
        rows: &["ADM-PVLABEL", "ADM-SCD"],
        links: &[
            "https://github.com/kubernetes/kubernetes/pull/124505",
            "https://github.com/kubernetes/kubernetes/pull/122612",
            "https://github.com/kubernetes/kubernetes/pull/109798",
        ],
        triggers: &["admission-plugins", "admission-control"],
    },
    level: Level::Configuration,
    look: admission,
};

pub(crate) static LEADER: &Rule = &Rule {
    meta: Meta {
        id: "leader-election-lock",
        title: "Leader election by Endpoints or ConfigMaps",
        severity: Severity::Breaks,
        confidence: Confidence::High,
        first: Some(version::Minor::new(24)),
        last: None,
        what: "`--leader-elect-resource-lock` with `endpoints`, `configmaps`, `endpointsleases` or `configmapsleases`, and `leaderElection.resourceLock` in component configuration.",
        why: "Newer components know only `leases` and exit on anything else. From 1.34 the API server no longer gives the old locks priority, so older components lose their leadership under load.",
        remedy: "use `leases`; go through `endpointsleases` or `configmapsleases` where two versions run at once",
        example: "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: scheduler\nspec:\n  template:\n    spec:\n      containers:\n        - name: scheduler\n          image: registry.k8s.io/kube-scheduler:v1.23.0\n          args:\n            - --leader-elect-resource-lock=endpoints\n",
        fixed: "",
        fix_safety: "",
        rows: &["LEADER"],
        links: &["https://github.com/kubernetes/kubernetes/pull/131215"],
        triggers: &["leader-elect-resource-lock", "resourceLock"],
    },
    level: Level::Configuration,
    look: leader,
};

fn kubelet(scene: &Scene<'_>, sink: &mut Sink) {
    for flag in flags(scene.subject).iter().filter(|flag| flag.program == Program::Kubelet) {
        let Some((row, _)) =
            KUBELET.iter().find(|(_, names)| names.iter().any(|name| names_flag(name, &flag.name)))
        else {
            continue;
        };
        let message = format!("the kubelet no longer knows '--{}' and exits", flag.name);
        report(sink, flag_finding(scene, Due::row(row), flag, message));
    }
    for node in super::kubelet_configurations(scene.subject) {
        let Some(entry) = scene.document().entry(node, "runOnce") else { continue };
        let message = "'runOnce' in the kubelet's configuration is an error";
        if scene.document().text(scene.document().dereference(entry.value)) == Some("true") {
            report(sink, scene.find(Due::row("KF-132"), entry.key, message));
        }
    }
}

fn names_flag(known: &str, written: &str) -> bool {
    match known.strip_suffix('-') {
        Some(_) => written.starts_with(known),
        None => written == known,
    }
}

fn kube_proxy(scene: &Scene<'_>, sink: &mut Sink) {
    for flag in flags(scene.subject).iter().filter(|flag| flag.program == Program::KubeProxy) {
        let due = match flag.name.as_str() {
            "cleanup-ipvs" => Due::at(21),
            "proxy-port-range" => Due::at(31),
            _ => continue,
        };
        let message = format!("kube-proxy no longer knows '--{}' and exits", flag.name);
        report(sink, flag_finding(scene, due, flag, message));
    }
}

fn control_plane(scene: &Scene<'_>, sink: &mut Sink) {
    for flag in flags(scene.subject) {
        let due = match (flag.program, flag.name.as_str()) {
            (Program::ApiServer, "service-account-api-audiences") => Due::at(25),
            (Program::ControllerManager | Program::Scheduler, "port" | "address") => Due::at(24),
            _ => continue,
        };
        let message = format!("'{}' no longer knows '--{}' and exits", flag.program.name(), flag.name);
        report(sink, flag_finding(scene, due, &flag, message));
    }
}

fn admission(scene: &Scene<'_>, sink: &mut Sink) {
    for flag in flags(scene.subject).iter().filter(|flag| flag.program == Program::ApiServer) {
        if !matches!(
            flag.name.as_str(),
            "enable-admission-plugins" | "disable-admission-plugins" | "admission-control"
        ) {
            continue;
        }
        for plugin in flag.value.as_deref().unwrap_or_default().split(',') {
            let due = match plugin.trim() {
                "PodPreset" => Due::at(20),
                "PodSecurityPolicy" => Due::at(25),
                "SecurityContextDeny" => Due::row("ADM-SCD"),
                "PersistentVolumeLabel" => Due::row("ADM-PVLABEL"),
                _ => continue,
            };
            let message =
                format!("the API server no longer knows the admission plugin '{}' and exits", plugin.trim());
            let found = flag_finding(scene, due, flag, message);
            report(
                sink,
                found.map(|mut found| {
                    // Taking the whole flag out would turn the other plugins off.
                    found.fix = None;
                    found
                }),
            );
        }
    }
}

fn leader(scene: &Scene<'_>, sink: &mut Sink) {
    let is_old =
        |value: &str| matches!(value, "endpoints" | "configmaps" | "endpointsleases" | "configmapsleases");
    for flag in flags(scene.subject) {
        let value = flag.value.as_deref().unwrap_or_default();
        if flag.name == "leader-elect-resource-lock" && is_old(value) {
            let message = format!("'{}' elects its leader by '{value}'", flag.program.name());
            let found = flag_finding(scene, Due::row("LEADER"), &flag, message);
            report(
                sink,
                found.map(|mut found| {
                    found.fix = None;
                    found
                }),
            );
        }
    }
    let document = scene.document();
    if let Some(node) = document.at(scene.subject.node, &["leaderElection", "resourceLock"])
        && let Some(value) = document.text(node).filter(|value| is_old(value))
    {
        report(sink, scene.find(Due::row("LEADER"), node, format!("the leader is elected by '{value}'")));
    }
}
