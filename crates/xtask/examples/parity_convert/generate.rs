//! Objects of every kind that the other program converts: varied fields, nested lists, optional parts.

use resource::GroupVersionKind;
use serde_json::{Value, json};

use crate::random::Random;

/// Makes one object of a kind, without its header. None for kinds that nothing is made of here.
///
/// An autoscaler that is to become autoscaling/v1 says only what that can say; everything else is refused, and tested
/// elsewhere.
pub(crate) fn body(r: &mut Random, from: GroupVersionKind<'_>, to: &str) -> Option<Value> {
    let GroupVersionKind { group, version, kind } = from;
    Some(match (group, kind) {
        ("extensions" | "networking.k8s.io", "Ingress") => ingress(r),
        ("networking.k8s.io", "IngressClass") => ingress_class(r),
        ("networking.k8s.io", "IPAddress") => {
            json!({"metadata": {"name": format!("10.0.{}.{}", r.below(200), r.below(200))}, "spec": {"parentRef": {"resource": "services", "namespace": r.word(), "name": r.word()}}})
        }
        ("networking.k8s.io", "ServiceCIDR") => {
            json!({"metadata": r.cluster_metadata(), "spec": {"cidrs": [format!("10.{}.0.0/16", r.below(200))]}})
        }
        ("extensions", "NetworkPolicy") => network_policy(r),
        ("extensions" | "apps", "Deployment" | "DaemonSet" | "ReplicaSet" | "StatefulSet") => {
            workload(r, group, version, kind)
        }
        ("apps", "ControllerRevision") => json!({"metadata": r.metadata(), "revision": r.within(1, 9)}),
        ("policy", "PodDisruptionBudget") => disruption_budget(r),
        ("policy", "Eviction") => json!({"metadata": r.metadata()}),
        ("autoscaling", "HorizontalPodAutoscaler") => autoscaler(r, version, to),
        ("batch", "CronJob") => cron_job(r),
        ("discovery.k8s.io", "EndpointSlice") => endpoint_slice(r),
        ("events.k8s.io", "Event") => event(r),
        ("node.k8s.io", "RuntimeClass") => runtime_class(r, version),
        ("flowcontrol.apiserver.k8s.io", "FlowSchema") => flow_schema(r),
        ("flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration") => priority_level(r, version),
        ("admissionregistration.k8s.io", "MutatingWebhookConfiguration") => webhooks(r, true),
        ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration") => webhooks(r, false),
        ("admissionregistration.k8s.io", _) => admission_policy(r, kind)?,
        ("admission.k8s.io", "AdmissionReview") => json!({"request": admission_request(r)}),
        ("certificates.k8s.io", "CertificateSigningRequest") => signing_request(r),
        ("authorization.k8s.io", _) => access_review(r, version, kind)?,
        ("authentication.k8s.io", "TokenReview") => {
            json!({"metadata": {"name": r.name()}, "spec": {"token": r.name(), "audiences": r.some(2, |r| r.word())}})
        }
        ("authentication.k8s.io", "SelfSubjectReview") => json!({"metadata": {"name": r.name()}}),
        ("rbac.authorization.k8s.io", "Role" | "ClusterRole") => role(r, kind),
        ("rbac.authorization.k8s.io", "RoleBinding" | "ClusterRoleBinding") => binding(r, version, kind),
        ("scheduling.k8s.io", "PriorityClass") => priority_class(r),
        ("coordination.k8s.io", "Lease") => lease(r),
        ("coordination.k8s.io", "LeaseCandidate") => {
            json!({"metadata": r.metadata(), "spec": {"leaseName": r.word(), "binaryVersion": "1.33.0", "emulationVersion": "1.32.0", "strategy": "OldestEmulationVersion"}})
        }
        ("storage.k8s.io", _) => storage(r, kind)?,
        ("resource.k8s.io", "DeviceClass") => device_class(r),
        ("resource.k8s.io", "ResourceClaim") => {
            json!({"metadata": r.metadata(), "spec": {"devices": devices(r)}})
        }
        ("resource.k8s.io", "ResourceClaimTemplate") => {
            json!({"metadata": r.metadata(), "spec": {"spec": {"devices": devices(r)}}})
        }
        ("resource.k8s.io", "ResourceSlice") if version != "v1alpha3" => resource_slice(r),
        ("resource.k8s.io", "DeviceTaintRule") => {
            json!({"metadata": r.cluster_metadata(), "spec": {"deviceSelector": {"driver": "gpu.example.com"}, "taint": {"key": "example.com/broken", "effect": r.pick(&["NoSchedule", "NoExecute"])}}})
        }
        _ => return None,
    })
}

fn ingress(r: &mut Random) -> Value {
    let mut spec = json!({});
    r.maybe(&mut spec, 40, "backend", backend);
    r.maybe(&mut spec, 30, "ingressClassName", |r| json!(r.word()));
    r.maybe(
        &mut spec,
        10,
        "tls",
        |r| json!([{"hosts": [format!("{}.example", r.word())], "secretName": r.name()}]),
    );
    r.maybe(&mut spec, 85, "rules", |r| {
        json!(r.some(2, |r| {
            let mut rule = json!({});
            r.maybe(&mut rule, 80, "host", |r| json!(format!("{}.example", r.word())));
            let paths = r.some(2, |r| {
                let mut path = json!({"backend": backend(r)});
                r.maybe(&mut path, 70, "path", |r| json!(format!("/{}", r.word())));
                r.maybe(&mut path, 30, "pathType", |r| {
                    json!(r.pick(&["Prefix", "Exact", "ImplementationSpecific"]))
                });
                path
            });
            rule["http"] = json!({"paths": paths});
            rule
        }))
    });
    json!({"metadata": r.metadata(), "spec": spec})
}

fn backend(r: &mut Random) -> Value {
    match r.below(20) {
        0 => json!({"resource": {"apiGroup": "example.com", "kind": "Bucket", "name": r.word()}}),
        // Hard case 3: the new shape under the old header.
        1 => json!({"service": {"name": r.name(), "port": {"number": 80}}}),
        // Hard case 1: a number as a text.
        2 => json!({"serviceName": r.name(), "servicePort": r.within(1, 9000).to_string()}),
        3..=8 => json!({"serviceName": r.name(), "servicePort": r.pick(&["http", "https", "metrics"])}),
        _ => json!({"serviceName": r.name(), "servicePort": r.within(1, 9000)}),
    }
}

fn ingress_class(r: &mut Random) -> Value {
    let mut spec = json!({"controller": format!("example.com/{}", r.word())});
    r.maybe(
        &mut spec,
        50,
        "parameters",
        |r| json!({"apiGroup": "example.com", "kind": "Parameters", "name": r.word(), "scope": "Cluster"}),
    );
    json!({"metadata": r.cluster_metadata(), "spec": spec})
}

fn network_policy(r: &mut Random) -> Value {
    let mut spec = json!({"podSelector": r.selector()});
    r.maybe(&mut spec, 60, "policyTypes", |_| json!(["Ingress"]));
    r.maybe(&mut spec, 70, "ingress", |r| {
        json!([{"from": r.some(2, |r| json!({"podSelector": r.selector()})), "ports": [{"port": r.within(1, 9000), "protocol": "TCP"}]}])
    });
    json!({"metadata": r.metadata(), "spec": spec})
}

fn workload(r: &mut Random, group: &str, version: &str, kind: &str) -> Value {
    let is_oldest = group == "extensions" || version == "v1beta1";
    let template = r.pod_template();
    let mut spec = json!({"template": template});
    if !is_oldest || r.chance(50) {
        spec["selector"] = json!({"matchLabels": template["metadata"]["labels"]});
    }
    if kind != "DaemonSet" {
        r.maybe(&mut spec, 60, "replicas", |r| json!(r.within(0, 9)));
    }
    r.maybe(&mut spec, 20, "minReadySeconds", |r| json!(r.within(1, 60)));
    match kind {
        "Deployment" => deployment(r, &mut spec, is_oldest),
        "DaemonSet" => daemon_set(r, &mut spec, group),
        "StatefulSet" => stateful_set(r, &mut spec),
        _ => {}
    }
    json!({"metadata": r.metadata(), "spec": spec})
}

fn deployment(r: &mut Random, spec: &mut Value, is_oldest: bool) {
    r.maybe(spec, 30, "revisionHistoryLimit", |r| json!(r.within(0, 20)));
    r.maybe(spec, 30, "progressDeadlineSeconds", |r| json!(r.within(100, 900)));
    r.maybe(spec, 15, "paused", |_| json!(true));
    r.maybe(spec, 50, "strategy", |r| match r.below(4) {
        0 => json!({"type": "Recreate"}),
        1 => json!({"type": "RollingUpdate"}),
        2 => json!({"type": "RollingUpdate", "rollingUpdate": {"maxSurge": r.within(1, 5)}}),
        _ => json!({"rollingUpdate": {"maxUnavailable": format!("{}%", r.within(10, 50)), "maxSurge": r.within(1, 5)}}),
    });
    if is_oldest {
        r.maybe(spec, 15, "rollbackTo", |r| json!({"revision": r.within(1, 9)}));
    }
}

fn daemon_set(r: &mut Random, spec: &mut Value, group: &str) {
    r.maybe(spec, 40, "updateStrategy", |r| match r.below(3) {
        0 => json!({"type": "OnDelete"}),
        1 => json!({"type": "RollingUpdate"}),
        _ => json!({"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": r.within(1, 5)}}),
    });
    r.maybe(spec, 30, "revisionHistoryLimit", |r| json!(r.within(0, 20)));
    if group == "extensions" {
        r.maybe(spec, 20, "templateGeneration", |r| json!(r.within(1, 9)));
    }
}

fn stateful_set(r: &mut Random, spec: &mut Value) {
    spec["serviceName"] = json!(r.word());
    r.maybe(spec, 40, "updateStrategy", |r| match r.below(3) {
        0 => json!({"type": "OnDelete"}),
        1 => json!({"type": "RollingUpdate"}),
        _ => json!({"type": "RollingUpdate", "rollingUpdate": {"partition": r.within(0, 5)}}),
    });
    r.maybe(spec, 30, "podManagementPolicy", |r| json!(r.pick(&["Parallel", "OrderedReady"])));
    r.maybe(spec, 30, "volumeClaimTemplates", |r| {
        json!([{"metadata": {"name": r.word()}, "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": format!("{}Gi", r.within(1, 90))}}}}])
    });
}

fn disruption_budget(r: &mut Random) -> Value {
    let mut spec = json!({});
    let amount = if r.chance(50) { json!(r.within(0, 5)) } else { json!(format!("{}%", r.within(0, 100))) };
    spec[r.pick(&["minAvailable", "maxUnavailable"])] = amount;
    r.maybe(&mut spec, 90, "selector", |r| if r.chance(12) { json!({}) } else { r.selector() });
    json!({"metadata": r.metadata(), "spec": spec})
}

fn autoscaler(r: &mut Random, version: &str, to: &str) -> Value {
    let reference = r.pick(&["apps/v1", "apps/v1", "apps/v1", "extensions/v1beta1"]);
    let mut spec = json!({
        "scaleTargetRef": {"apiVersion": reference, "kind": "Deployment", "name": r.name()},
        "maxReplicas": r.within(2, 20),
    });
    r.maybe(&mut spec, 60, "minReplicas", |r| json!(r.within(1, 2)));
    match version {
        _ if to == "v1" => r.maybe(&mut spec, 80, "metrics", |r| {
            let resource = if version == "v2beta1" {
                json!({"name": "cpu", "targetAverageUtilization": r.within(10, 90)})
            } else {
                json!({"name": "cpu", "target": {"type": "Utilization", "averageUtilization": r.within(10, 90)}})
            };
            json!([{"type": "Resource", "resource": resource}])
        }),
        "v1" => r.maybe(&mut spec, 70, "targetCPUUtilizationPercentage", |r| json!(r.within(10, 90))),
        "v2beta1" => r.maybe(&mut spec, 90, "metrics", |r| json!(r.some(2, old_metric))),
        _ => {
            r.maybe(&mut spec, 90, "metrics", |r| json!(r.some(2, new_metric)));
            r.maybe(&mut spec, 10, "behavior", |r| json!({"scaleDown": {"stabilizationWindowSeconds": r.within(0, 300), "selectPolicy": "Max", "policies": [{"type": "Pods", "value": r.within(1, 5), "periodSeconds": 15}]}}));
        }
    }
    json!({"metadata": r.metadata(), "spec": spec})
}

fn old_metric(r: &mut Random) -> Value {
    match r.below(5) {
        0 | 1 => {
            let key = r.pick(&["resource", "containerResource"]);
            let mut source = json!({"name": r.pick(&["cpu", "memory"])});
            if key == "containerResource" {
                source["container"] = json!(r.word());
            }
            if r.chance(60) {
                source["targetAverageUtilization"] = json!(r.within(10, 90));
            } else {
                source["targetAverageValue"] = json!(r.quantity());
            }
            let kind = if key == "resource" { "Resource" } else { "ContainerResource" };
            json!({"type": kind, key: source})
        }
        2 => {
            let mut source = json!({"metricName": r.word(), "targetAverageValue": r.quantity()});
            r.maybe(&mut source, 50, "selector", Random::selector);
            json!({"type": "Pods", "pods": source})
        }
        3 => {
            let mut source = json!({"target": {"apiVersion": "v1", "kind": "Service", "name": r.name()}, "metricName": r.word()});
            if r.chance(30) {
                source["averageValue"] = json!(r.quantity());
                source["targetValue"] = json!("0");
            } else {
                source["targetValue"] = json!(r.quantity());
            }
            r.maybe(&mut source, 40, "selector", Random::selector);
            json!({"type": "Object", "object": source})
        }
        _ => {
            let mut source = json!({"metricName": r.word()});
            r.maybe(&mut source, 60, "metricSelector", Random::selector);
            source[r.pick(&["targetValue", "targetAverageValue"])] = json!(r.quantity());
            json!({"type": "External", "external": source})
        }
    }
}

fn new_metric(r: &mut Random) -> Value {
    let utilization = |r: &mut Random| json!({"type": "Utilization", "averageUtilization": r.within(10, 90)});
    match r.below(4) {
        0 | 1 => json!({"type": "Resource", "resource": {"name": "cpu", "target": utilization(r)}}),
        2 => {
            json!({"type": "Pods", "pods": {"metric": {"name": r.word()}, "target": {"type": "AverageValue", "averageValue": r.quantity()}}})
        }
        _ => {
            json!({"type": "External", "external": {"metric": {"name": r.word(), "selector": r.selector()}, "target": {"type": "Value", "value": r.quantity()}}})
        }
    }
}

fn cron_job(r: &mut Random) -> Value {
    let mut template = r.pod_template();
    template["spec"]["restartPolicy"] = json!(r.pick(&["Never", "OnFailure"]));
    let mut spec = json!({"schedule": format!("{} {} * * *", r.below(60), r.below(24)), "jobTemplate": {"spec": {"template": template}}});
    r.maybe(&mut spec, 40, "concurrencyPolicy", |r| json!(r.pick(&["Allow", "Forbid", "Replace"])));
    r.maybe(&mut spec, 20, "suspend", |_| json!(true));
    r.maybe(&mut spec, 20, "startingDeadlineSeconds", |r| json!(r.within(10, 100)));
    r.maybe(&mut spec, 30, "successfulJobsHistoryLimit", |r| json!(r.within(0, 9)));
    json!({"metadata": r.metadata(), "spec": spec})
}

fn endpoint_slice(r: &mut Random) -> Value {
    let endpoints = r.some(2, |r| {
        let mut endpoint = json!({"addresses": [format!("10.0.{}.{}", r.below(200), r.below(200))]});
        r.maybe(&mut endpoint, 50, "conditions", |r| json!({"ready": r.chance(70)}));
        r.maybe(&mut endpoint, 30, "nodeName", |r| json!(r.name()));
        r.maybe(&mut endpoint, 60, "topology", |r| {
            let mut topology = json!({});
            r.maybe(&mut topology, 50, "kubernetes.io/hostname", |r| json!(r.name()));
            r.maybe(&mut topology, 60, "topology.kubernetes.io/zone", |r| json!(r.word()));
            r.maybe(&mut topology, 30, "example.com/rack", |r| json!(r.word()));
            if topology.as_object().unwrap().is_empty() {
                topology = json!({"topology.kubernetes.io/region": "eu"});
            }
            topology
        });
        endpoint
    });
    let mut slice = json!({"metadata": r.metadata(), "addressType": "IPv4", "endpoints": endpoints});
    r.maybe(
        &mut slice,
        20,
        "ports",
        |r| json!([{"name": r.word(), "port": r.within(1, 9000), "protocol": "TCP"}]),
    );
    slice
}

fn event(r: &mut Random) -> Value {
    let mut event = json!({
        "metadata": r.metadata(),
        "eventTime": "2024-01-02T03:04:05.000000Z",
        "action": r.word(), "reason": r.word(), "type": r.pick(&["Normal", "Warning"]),
        "reportingController": "example.com/controller", "reportingInstance": r.name(),
        "regarding": {"kind": "Pod", "name": r.name()},
    });
    r.maybe(&mut event, 60, "note", |r| json!(r.word()));
    r.maybe(&mut event, 30, "deprecatedCount", |r| json!(r.within(1, 9)));
    event
}

fn runtime_class(r: &mut Random, version: &str) -> Value {
    let mut fields = json!({});
    fields[if version == "v1alpha1" { "runtimeHandler" } else { "handler" }] = json!(r.word());
    r.maybe(
        &mut fields,
        40,
        "overhead",
        |r| json!({"podFixed": {"cpu": format!("{}m", r.within(1, 9) * 100 + 50)}}),
    );
    r.maybe(&mut fields, 40, "scheduling", |r| json!({"nodeSelector": r.labels()}));
    let metadata = r.cluster_metadata();
    if version == "v1alpha1" {
        return json!({"metadata": metadata, "spec": fields});
    }
    fields["metadata"] = metadata;
    fields
}

fn flow_schema(r: &mut Random) -> Value {
    let mut spec = json!({"priorityLevelConfiguration": {"name": r.name()}});
    r.maybe(&mut spec, 60, "matchingPrecedence", |r| json!(r.within(1, 9000)));
    r.maybe(&mut spec, 50, "distinguisherMethod", |r| json!({"type": r.pick(&["ByUser", "ByNamespace"])}));
    r.maybe(&mut spec, 70, "rules", |r| {
        json!([{
            "subjects": [{"kind": "ServiceAccount", "serviceAccount": {"name": r.word(), "namespace": r.word()}}],
            "resourceRules": [{"verbs": ["get", "list"], "apiGroups": [""], "resources": [r.word()], "namespaces": ["*"]}],
        }])
    });
    json!({"metadata": r.cluster_metadata(), "spec": spec})
}

fn priority_level(r: &mut Random, version: &str) -> Value {
    if r.chance(10) {
        return json!({"metadata": r.cluster_metadata(), "spec": {"type": "Exempt"}});
    }
    let key = if version == "v1beta3" { "nominalConcurrencyShares" } else { "assuredConcurrencyShares" };
    let mut limited = json!({"limitResponse": {"type": "Reject"}});
    r.maybe(&mut limited, 85, key, |r| json!(if r.chance(15) { 0 } else { r.within(1, 90) }));
    if r.chance(50) {
        limited["limitResponse"] = json!({"type": "Queue", "queuing": {"queues": r.within(2, 64), "handSize": r.within(1, 2), "queueLengthLimit": r.within(10, 90)}});
    }
    json!({"metadata": r.cluster_metadata(), "spec": {"type": "Limited", "limited": limited}})
}

fn webhooks(r: &mut Random, mutates: bool) -> Value {
    let webhooks = r.some(2, |r| {
        let client = if r.chance(50) {
            json!({"url": format!("https://{}", r.word())})
        } else {
            json!({"service": {"name": r.word(), "namespace": r.word(), "path": "/"}})
        };
        let mut webhook = json!({"name": format!("{}.example.com", r.word()), "clientConfig": client});
        r.maybe(&mut webhook, 60, "sideEffects", |r| json!(r.pick(&["None", "NoneOnDryRun", "Unknown", "Some"])));
        r.maybe(&mut webhook, 40, "failurePolicy", |r| json!(r.pick(&["Fail", "Ignore"])));
        r.maybe(&mut webhook, 40, "matchPolicy", |r| json!(r.pick(&["Exact", "Equivalent"])));
        r.maybe(&mut webhook, 40, "timeoutSeconds", |r| json!(r.within(1, 30)));
        r.maybe(&mut webhook, 40, "admissionReviewVersions", |_| json!(["v1", "v1beta1"]));
        r.maybe(&mut webhook, 15, "namespaceSelector", Random::selector);
        r.maybe(&mut webhook, 30, "rules", |r| json!([{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["*"], "resources": [r.word()]}]));
        if mutates {
            r.maybe(&mut webhook, 30, "reinvocationPolicy", |r| json!(r.pick(&["Never", "IfNeeded"])));
        }
        webhook
    });
    json!({"metadata": r.cluster_metadata(), "webhooks": webhooks})
}

fn admission_policy(r: &mut Random, kind: &str) -> Option<Value> {
    Some(match kind {
        "ValidatingAdmissionPolicy" => json!({"metadata": r.cluster_metadata(), "spec": {
            "failurePolicy": r.pick(&["Fail", "Ignore"]),
            "validations": r.some(2, |r| json!({"expression": format!("object.spec.replicas <= {}", r.below(9))})),
        }}),
        "ValidatingAdmissionPolicyBinding" => json!({"metadata": r.cluster_metadata(), "spec": {
            "policyName": r.name(), "validationActions": [r.pick(&["Deny", "Warn", "Audit"])],
        }}),
        "MutatingAdmissionPolicyBinding" => {
            json!({"metadata": r.cluster_metadata(), "spec": {"policyName": r.name()}})
        }
        _ => return None,
    })
}

fn admission_request(r: &mut Random) -> Value {
    json!({
        "uid": r.name(), "operation": "CREATE", "name": r.name(), "namespace": r.word(),
        "kind": {"group": "", "version": "v1", "kind": "Pod"},
        "resource": {"group": "", "version": "v1", "resource": "pods"},
        "userInfo": {"username": r.word()}, "dryRun": r.chance(50),
    })
}

fn signing_request(r: &mut Random) -> Value {
    let mut spec = json!({"request": "YWJj"});
    r.maybe(&mut spec, 80, "signerName", |r| json!(format!("example.com/{}", r.word())));
    r.maybe(&mut spec, 70, "usages", |r| {
        json!([r.pick(&["client auth", "server auth", "digital signature"])])
    });
    r.maybe(&mut spec, 30, "groups", |r| json!(r.some(2, |r| r.word())));
    r.maybe(&mut spec, 30, "expirationSeconds", |r| json!(r.within(600, 9000)));
    json!({"metadata": r.cluster_metadata(), "spec": spec})
}

fn access_review(r: &mut Random, version: &str, kind: &str) -> Option<Value> {
    let attributes = json!({"verb": r.pick(&["get", "list"]), "resource": r.word(), "namespace": r.word()});
    let groups = if version == "v1beta1" { "group" } else { "groups" };
    let spec = match kind {
        "SubjectAccessReview" | "LocalSubjectAccessReview" => {
            let mut spec = json!({"user": r.word(), "resourceAttributes": attributes});
            r.maybe(&mut spec, 70, groups, |r| json!(r.some(3, |r| r.word())));
            r.maybe(&mut spec, 30, "extra", |r| json!({"scopes": [r.word()]}));
            spec
        }
        "SelfSubjectAccessReview" => json!({"resourceAttributes": attributes}),
        "SelfSubjectRulesReview" => json!({"namespace": r.word()}),
        _ => return None,
    };
    Some(json!({"metadata": {"name": r.name()}, "spec": spec}))
}

fn role(r: &mut Random, kind: &str) -> Value {
    let rules = r.some(3, |r| json!({"apiGroups": [r.pick(&["", "apps", "extensions"])], "resources": r.some(2, |r| r.word()), "verbs": ["get"]}));
    let mut role = json!({"metadata": r.cluster_metadata(), "rules": rules});
    if kind == "ClusterRole" {
        r.maybe(&mut role, 20, "aggregationRule", |r| json!({"clusterRoleSelectors": [r.selector()]}));
    }
    role
}

fn binding(r: &mut Random, version: &str, kind: &str) -> Value {
    let subjects = r.some(3, |r| {
        let subject_kind = r.pick(&["User", "Group", "ServiceAccount"]);
        let mut subject = json!({"kind": subject_kind, "name": r.name()});
        if subject_kind == "ServiceAccount" {
            subject["namespace"] = json!(r.word());
        } else if version == "v1alpha1" && subject_kind == "User" && r.chance(15) {
            subject["name"] = json!("*");
        }
        if version == "v1alpha1" {
            let own =
                if subject_kind == "ServiceAccount" { "v1" } else { "rbac.authorization.k8s.io/v1alpha1" };
            r.maybe(&mut subject, 50, "apiVersion", |_| json!(own));
        } else if subject_kind != "ServiceAccount" {
            r.maybe(&mut subject, 50, "apiGroup", |_| json!("rbac.authorization.k8s.io"));
        }
        subject
    });
    let role_kind = if kind == "RoleBinding" { r.pick(&["Role", "ClusterRole"]) } else { "ClusterRole" };
    let mut role = json!({"kind": role_kind, "name": r.name()});
    r.maybe(&mut role, 60, "apiGroup", |_| json!("rbac.authorization.k8s.io"));
    json!({"metadata": r.metadata(), "roleRef": role, "subjects": subjects})
}

fn priority_class(r: &mut Random) -> Value {
    let mut class = json!({"metadata": r.cluster_metadata(), "value": r.within(1, 90_000)});
    r.maybe(&mut class, 30, "globalDefault", |_| json!(true));
    r.maybe(&mut class, 50, "description", |r| json!(r.word()));
    r.maybe(&mut class, 40, "preemptionPolicy", |_| json!("Never"));
    class
}

fn lease(r: &mut Random) -> Value {
    let mut spec = json!({"holderIdentity": r.name()});
    r.maybe(&mut spec, 50, "leaseDurationSeconds", |r| json!(r.within(1, 90)));
    r.maybe(&mut spec, 50, "leaseTransitions", |r| json!(r.within(1, 90)));
    json!({"metadata": r.metadata(), "spec": spec})
}

fn storage(r: &mut Random, kind: &str) -> Option<Value> {
    Some(match kind {
        "StorageClass" => {
            let mut class =
                json!({"metadata": r.cluster_metadata(), "provisioner": format!("{}.example.com", r.word())});
            r.maybe(&mut class, 50, "reclaimPolicy", |r| json!(r.pick(&["Delete", "Retain"])));
            r.maybe(&mut class, 50, "volumeBindingMode", |r| {
                json!(r.pick(&["Immediate", "WaitForFirstConsumer"]))
            });
            r.maybe(&mut class, 50, "parameters", |r| json!({"type": r.word()}));
            r.maybe(&mut class, 30, "mountOptions", |r| json!([r.word()]));
            class
        }
        "CSIDriver" => {
            let mut spec = json!({"attachRequired": r.chance(50)});
            r.maybe(&mut spec, 50, "podInfoOnMount", |r| json!(r.chance(50)));
            r.maybe(&mut spec, 50, "volumeLifecycleModes", |r| json!([r.pick(&["Persistent", "Ephemeral"])]));
            json!({"metadata": r.cluster_metadata(), "spec": spec})
        }
        "CSINode" => {
            let drivers = r.some(2, |r| json!({"name": format!("{}.example.com", r.word()), "nodeID": r.name(), "topologyKeys": [r.word()]}));
            json!({"metadata": r.cluster_metadata(), "spec": {"drivers": drivers}})
        }
        "CSIStorageCapacity" => {
            json!({"metadata": r.metadata(), "storageClassName": r.word(), "capacity": format!("{}Gi", r.within(1, 90)), "nodeTopology": r.selector()})
        }
        "VolumeAttachment" => {
            json!({"metadata": r.cluster_metadata(), "spec": {"attacher": format!("{}.example.com", r.word()), "nodeName": r.name(), "source": {"persistentVolumeName": r.name()}}})
        }
        "VolumeAttributesClass" => {
            json!({"metadata": r.cluster_metadata(), "driverName": format!("{}.example.com", r.word()), "parameters": {"iops": r.within(100, 900).to_string()}})
        }
        _ => return None,
    })
}

fn device_class(r: &mut Random) -> Value {
    let mut spec = json!({"selectors": r.some(2, cel)});
    r.maybe(
        &mut spec,
        40,
        "config",
        |r| json!([{"opaque": {"driver": "gpu.example.com", "parameters": {"kind": r.word()}}}]),
    );
    json!({"metadata": r.cluster_metadata(), "spec": spec})
}

fn cel(r: &mut Random) -> Value {
    json!({"cel": {"expression": format!("device.driver=='{}'", r.word())}})
}

fn devices(r: &mut Random) -> Value {
    let requests = r.some(2, |r| {
        let mut request = json!({"name": r.name(), "deviceClassName": format!("{}.example.com", r.word())});
        r.maybe(&mut request, 40, "selectors", |r| json!(r.some(2, cel)));
        if r.chance(30) {
            request["allocationMode"] = json!("All");
        } else {
            r.maybe(&mut request, 50, "count", |r| json!(r.within(1, 4)));
        }
        r.maybe(&mut request, 20, "adminAccess", |_| json!(true));
        request
    });
    let mut devices = json!({"requests": requests});
    r.maybe(
        &mut devices,
        30,
        "constraints",
        |r| json!([{"matchAttribute": format!("example.com/{}", r.word())}]),
    );
    devices
}

fn resource_slice(r: &mut Random) -> Value {
    let devices = r.some(2, |r| {
        let mut basic = json!({});
        r.maybe(
            &mut basic,
            80,
            "attributes",
            |r| json!({"model": {"string": r.word()}, "index": {"int": r.within(0, 9)}}),
        );
        r.maybe(
            &mut basic,
            60,
            "capacity",
            |r| json!({"memory": {"value": format!("{}Gi", r.within(1, 90))}}),
        );
        if basic.as_object().unwrap().is_empty() {
            basic = json!({"attributes": {"ready": {"bool": true}}});
        }
        json!({"name": r.name(), "basic": basic})
    });
    json!({"metadata": r.cluster_metadata(), "spec": {
        "driver": "gpu.example.com", "nodeName": r.name(),
        "pool": {"name": r.name(), "generation": r.within(1, 9), "resourceSliceCount": 1},
        "devices": devices,
    }})
}
