//! Metrics that were renamed or taken out, in rules, dashboards and scalers.

use super::due::Due;
use super::rule::{Level, Rule, report};
use super::scene::Scene;
use super::walk::nodes;
use crate::{Confidence, Meta, Severity, Sink};

/// Name, the minor that deprecated it (0 for none), the first minor without it (0 while it is there),
/// and the name that took its place.
const METRICS: [(&str, u16, u16, &str); 15] = [
    ("etcd_object_counts", 21, 23, "apiserver_storage_objects"),
    ("apiserver_storage_objects", 34, 0, "apiserver_resource_objects"),
    ("scheduler_e2e_scheduling_duration_seconds", 23, 27, "scheduler_scheduling_attempt_duration_seconds"),
    ("scheduler_scheduler_goroutines", 0, 28, "scheduler_goroutines"),
    ("scheduler_pod_scheduling_duration_seconds", 29, 33, "scheduler_pod_scheduling_sli_duration_seconds"),
    ("scheduler_scheduler_cache_size", 33, 34, "scheduler_cache_size"),
    ("volume_operation_total_errors", 0, 36, "volume_operation_errors_total"),
    ("etcd_bookmark_counts", 0, 36, "etcd_bookmark_total"),
    ("container_cpu_load_average_10s", 0, 36, ""),
    ("apiserver_cache_list_total", 0, 37, ""),
    ("apiserver_cache_list_fetched_objects_total", 0, 37, ""),
    ("apiserver_cache_list_returned_objects_total", 0, 37, ""),
    ("container_accelerator_memory_total_bytes", 0, 25, ""),
    ("container_accelerator_memory_used_bytes", 0, 25, ""),
    ("container_accelerator_duty_cycle", 0, 25, ""),
];

pub(crate) static CHECK: &Rule = &Rule {
    meta: Meta {
        id: "renamed-metric",
        title: "Metric that was renamed or taken out",
        severity: Severity::Silent,
        confidence: Confidence::High,
        first: Some(version::Minor::new(21)),
        last: None,
        what: "Names of metrics of Kubernetes' components that are gone or renamed, as whole words in PrometheusRules, dashboards in ConfigMaps, scalers and adapters.",
        why: "A query for a metric that is not there gives nothing and no error: the alert never fires again, the panel is empty, the scaler sees a zero.",
        remedy: "ask for the metric's new name; while clusters of both sides are left, for either with `or`",
        example: "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: scheduler\nspec:\n  groups:\n    - name: a\n      rules:\n        - alert: Slow\n          expr: rate(scheduler_pod_scheduling_duration_seconds_sum[5m]) > 1\n",
        fixed: "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: scheduler\nspec:\n  groups:\n    - name: a\n      rules:\n        - alert: Slow\n          expr: rate(scheduler_pod_scheduling_sli_duration_seconds_sum[5m]) > 1\n",
        fix_safety: "",
        rows: &["METRICS"],
        links: &[
            "https://kubernetes.io/docs/reference/instrumentation/metrics/",
            "https://github.com/kubernetes/kubernetes/pull/128906",
            "https://github.com/kubernetes/kubernetes/pull/136399",
        ],
        triggers: &[
            "etcd_object_counts",
            "apiserver_storage_objects",
            "scheduler_e2e_scheduling_duration_seconds",
            "scheduler_scheduler_",
            "scheduler_pod_scheduling_duration_seconds",
            "volume_operation_total_errors",
            "etcd_bookmark_counts",
            "container_cpu_load_average_10s",
            "apiserver_cache_list_",
            "container_accelerator_",
        ],
    },
    level: Level::Objects,
    look,
};

fn look(scene: &Scene<'_>, sink: &mut Sink) {
    if !super::walk::holds_any(scene.document(), scene.subject.node, scene.meta.triggers) {
        return;
    }
    for node in nodes(scene.document(), scene.subject.node) {
        let Some(text) = scene.document().text(node) else { continue };
        for (name, deprecated, removed, successor) in METRICS {
            let Some(at) = word_at(text, name) else { continue };
            // A query that asks for both names works on every version.
            if !successor.is_empty() && word_at(text, successor).is_some() {
                continue;
            }
            let minor = |number: u16| (number > 0).then(|| version::Minor::new(number));
            let due = Due { deprecated: minor(deprecated), effective: minor(removed) };
            let found = scene.find(due, node, message(name, removed));
            report(
                sink,
                found.map(|found| {
                    let found = found.within(scene.document(), node, &(at..at + name.len()));
                    if successor.is_empty() {
                        found
                    } else {
                        found.mended_by(format!("ask for '{successor}'"))
                    }
                }),
            );
        }
    }
}

fn message(name: &str, removed: u16) -> String {
    match removed {
        0 => format!("the metric '{name}' is deprecated"),
        _ => format!("the metric '{name}' is gone at 1.{removed}: the query finds nothing"),
    }
}

/// Where a metric stands as a whole name, or as the base of a histogram's series.
fn word_at(text: &str, name: &str) -> Option<usize> {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b':';
    text.match_indices(name).map(|(at, _)| at).find(|at| {
        let before = at.checked_sub(1).and_then(|index| text.as_bytes().get(index));
        let rest = text.get(at + name.len()..).unwrap_or_default();
        let rest =
            ["_bucket", "_sum", "_count"].iter().find_map(|series| rest.strip_prefix(series)).unwrap_or(rest);
        !before.is_some_and(|byte| is_word(*byte)) && !rest.bytes().next().is_some_and(is_word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_are_whole_names() {
        let name = "etcd_object_counts";
        for text in ["etcd_object_counts", "sum(etcd_object_counts{a=\"b\"})", "etcd_object_counts_sum"] {
            assert!(word_at(text, name).is_some(), "{text}");
        }
        for text in ["my_etcd_object_counts", "etcd_object_counts_total", "cluster:etcd_object_counts", ""] {
            assert!(word_at(text, name).is_none(), "{text}");
        }
    }
}
