//! Objects that applications are made of, which refer to each other by name.

use super::numbers::Random;
use serde_json::{Map, Value, json};

/// An object with what is needed to point at it.
#[derive(Debug, Clone)]
pub(super) struct Object {
    pub(super) kind: &'static str,
    pub(super) api_version: &'static str,
    pub(super) name: String,
    pub(super) value: Value,
}

impl Object {
    fn new(api_version: &'static str, kind: &'static str, name: &str, rest: Value) -> Self {
        let mut value = json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": name}});
        merge(&mut value, rest);
        Self { kind, api_version, name: name.to_owned(), value }
    }
}

fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from,
    }
}

/// An application: a workload and some of what stands around it.
pub(super) fn application(random: &mut Random, name: &str) -> Vec<Object> {
    let mut objects = vec![workload(random, name)];
    let around: [fn(&mut Random, &str) -> Object; 13] = [
        service,
        config_map,
        secret,
        ingress,
        autoscaler,
        service_account,
        role,
        role_binding,
        budget,
        claim,
        custom,
        webhook,
        network_policy,
    ];
    for make in around {
        if random.chance(28) {
            objects.push(make(random, name));
        }
    }
    if random.chance(12) {
        objects.push(Object::new("v1", "Namespace", random.pick(&["spaces", "default", "prod"]), json!({})));
    }
    if random.chance(10) {
        objects.push(cluster_role_binding(name));
    }
    for object in &mut objects {
        decorate(random, object);
    }
    objects
}

/// Annotations that tell the build something.
pub(super) const NEEDS_HASH: &str = "kustomize.config.k8s.io/needs-hash";
pub(super) const LOCAL_CONFIG: &str = "config.kubernetes.io/local-config";

/// Labels, annotations and namespaces that are there from the beginning.
fn decorate(random: &mut Random, object: &mut Object) {
    let metadata = &mut object.value["metadata"];
    if random.chance(30) {
        metadata["labels"] = labels(random);
    }
    if random.chance(25) {
        metadata["annotations"] = json!({random.pick(&["note", "example.com/owner"]): random.pick(&["a b", "true", "12", "1e3", ""])});
    }
    if random.chance(15) && object.kind != "Namespace" {
        metadata["namespace"] = json!(random.pick(&["prod", "default", "tools"]));
    }
    if matches!(object.kind, "ConfigMap" | "Secret") && random.chance(10) {
        metadata["annotations"][NEEDS_HASH] = json!("true");
    }
    if random.chance(1) {
        metadata["annotations"][LOCAL_CONFIG] = json!(random.pick(&["true", "false"]));
    }
    if random.chance(2) {
        metadata["annotations"] = json!({});
    }
}

pub(super) fn labels(random: &mut Random) -> Value {
    let mut labels = Map::new();
    for _ in 0..=random.below(2) {
        let key = random.pick(&["app", "tier", "app.kubernetes.io/name", "team"]);
        labels.insert(key.to_owned(), json!(random.pick(&["web", "api", "db", "true", "12", "on"])));
    }
    Value::Object(labels)
}

fn image(random: &mut Random) -> &'static str {
    random.pick(&[
        "nginx",
        "nginx:1.25",
        "redis:7@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "registry.example.com:5000/shop/api:v1",
        "registry.example.com:5000/shop/api",
        "busybox:latest",
    ])
}

fn container(random: &mut Random, name: &str, position: usize) -> Value {
    let mut container = json!({"name": if position == 0 { name.to_owned() } else { format!("side-{position}") }, "image": image(random)});
    if random.chance(40) {
        container["ports"] =
            json!([{"containerPort": 8080, "name": "http"}, {"containerPort": 8080, "protocol": "UDP"}]);
    }
    if random.chance(40) {
        let mut env =
            vec![json!({"name": "MODE", "value": random.pick(&["fast", "true", "0644", "$(VALUE)", ""])})];
        if random.chance(50) {
            env.push(json!({"name": "FROM", "valueFrom": {"configMapKeyRef": {"name": format!("{name}-config"), "key": "a"}}}));
        }
        if random.chance(40) {
            env.push(json!({"name": "SECRET", "valueFrom": {"secretKeyRef": {"name": format!("{name}-secret"), "key": "a"}}}));
        }
        container["env"] = json!(env);
    }
    if random.chance(25) {
        container["envFrom"] = json!([{"configMapRef": {"name": format!("{name}-config")}}]);
    }
    if random.chance(30) {
        container["args"] = json!(["--listen", random.pick(&[":80", "0.0.0.0", "yes"]), "$(VALUE)"]);
    }
    if random.chance(30) {
        container["resources"] = json!({"limits": {"cpu": "500m", "memory": random.pick(&["1Gi", "128Mi"])}, "requests": {"cpu": 1}});
    }
    if random.chance(30) {
        container["volumeMounts"] = json!([{"name": "config", "mountPath": "/etc/app"}, {"name": "data", "mountPath": "/data", "readOnly": true}]);
    }
    container
}

pub(super) fn pod_spec(random: &mut Random, name: &str) -> Value {
    let count = 1 + random.below(2);
    let containers: Vec<_> = (0..count).map(|position| container(random, name, position)).collect();
    let mut spec = json!({"containers": containers});
    if random.chance(20) {
        spec["initContainers"] = json!([{"name": "init", "image": image(random)}]);
    }
    if random.chance(35) {
        spec["volumes"] = json!([{"name": "config", "configMap": {"name": format!("{name}-config")}}, {"name": "data", "persistentVolumeClaim": {"claimName": format!("{name}-data")}}, {"name": "secret", "secret": {"secretName": format!("{name}-secret")}}]);
    }
    if random.chance(30) {
        spec["serviceAccountName"] = json!(format!("{name}-account"));
    }
    if random.chance(15) {
        spec["tolerations"] =
            json!([{"key": "gpu", "operator": "Exists", "effect": "NoSchedule"}, {"operator": "Exists"}]);
    }
    if random.chance(15) {
        spec["imagePullSecrets"] = json!([{"name": format!("{name}-secret")}]);
    }
    if random.chance(10) {
        spec["affinity"] = json!({"podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 1, "podAffinityTerm": {"topologyKey": "zone", "labelSelector": {"matchLabels": {"app": name}}}}]}});
    }
    if random.chance(10) {
        spec["topologySpreadConstraints"] = json!([{"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule", "labelSelector": {"matchLabels": {"app": name}}}]);
    }
    spec
}

fn template(random: &mut Random, name: &str) -> Value {
    let mut template = json!({"metadata": {"labels": {"app": name}}, "spec": pod_spec(random, name)});
    if random.chance(15) {
        template["metadata"]["annotations"] = json!({"checksum": "abc"});
    }
    template
}

fn workload(random: &mut Random, name: &str) -> Object {
    let selector = json!({"matchLabels": {"app": name}});
    match random.below(6) {
        0 => Object::new(
            "apps/v1",
            "StatefulSet",
            name,
            json!({"spec": {"serviceName": name, "replicas": 2, "selector": selector, "template": template(random, name), "volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": {"accessModes": ["ReadWriteOnce"]}}]}}),
        ),
        1 => Object::new(
            "apps/v1",
            "DaemonSet",
            name,
            json!({"spec": {"selector": selector, "template": template(random, name)}}),
        ),
        2 => {
            let pod = template(random, name);
            Object::new(
                "batch/v1",
                "CronJob",
                name,
                json!({"spec": {"schedule": "0 * * * *", "jobTemplate": {"spec": {"template": pod}}}}),
            )
        }
        3 => {
            let pod = template(random, name);
            Object::new("batch/v1", "Job", name, json!({"spec": {"template": pod}}))
        }
        _ => {
            let mut spec = json!({"selector": selector, "template": template(random, name)});
            if random.chance(60) {
                spec["replicas"] = json!(random.below(5));
            }
            if random.chance(20) {
                spec["strategy"] = json!({"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 1}});
            }
            Object::new("apps/v1", "Deployment", name, json!({"spec": spec}))
        }
    }
}

fn service(random: &mut Random, name: &str) -> Object {
    let mut ports = vec![json!({"name": "http", "port": 80, "targetPort": random.pick(&["http", "web"])})];
    if random.chance(40) {
        ports.push(json!({"name": "dns", "port": 80, "protocol": "UDP"}));
    }
    Object::new("v1", "Service", name, json!({"spec": {"selector": {"app": name}, "ports": ports}}))
}

fn config_map(random: &mut Random, name: &str) -> Object {
    let data = json!({"a": random.pick(&["1", "yes", "x", "k=v\nl=w\n", "", "host.example.com:80"]), "b.txt": "one\ntwo\n", "host": "a.example.com"});
    Object::new("v1", "ConfigMap", &format!("{name}-config"), json!({"data": data}))
}

fn secret(random: &mut Random, name: &str) -> Object {
    let field = random.pick(&["data", "stringData"]);
    Object::new(
        "v1",
        "Secret",
        &format!("{name}-secret"),
        json!({"type": "Opaque", field: {"a": "YQ==", "b": "dHdv"}}),
    )
}

fn ingress(random: &mut Random, name: &str) -> Object {
    let mut rules = vec![
        json!({"host": "a.example.com", "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": {"service": {"name": name, "port": {"number": 80}}}}]}}),
    ];
    if random.chance(30) {
        rules.push(json!({"host": "b.example.com"}));
    }
    Object::new(
        "networking.k8s.io/v1",
        "Ingress",
        name,
        json!({"spec": {"tls": [{"hosts": ["a.example.com"], "secretName": format!("{name}-secret")}], "rules": rules}}),
    )
}

fn autoscaler(_: &mut Random, name: &str) -> Object {
    Object::new(
        "autoscaling/v2",
        "HorizontalPodAutoscaler",
        name,
        json!({"spec": {"minReplicas": 1, "maxReplicas": 5, "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}, "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 60}}}]}}),
    )
}

fn service_account(random: &mut Random, name: &str) -> Object {
    let rest = if random.chance(30) {
        json!({"secrets": [{"name": format!("{name}-secret")}], "imagePullSecrets": [{"name": format!("{name}-secret")}]})
    } else {
        json!({})
    };
    Object::new("v1", "ServiceAccount", &format!("{name}-account"), rest)
}

fn role(_: &mut Random, name: &str) -> Object {
    Object::new(
        "rbac.authorization.k8s.io/v1",
        "Role",
        &format!("{name}-role"),
        json!({"rules": [{"apiGroups": [""], "resources": ["configmaps"], "resourceNames": [format!("{name}-config"), "other"], "verbs": ["get"]}]}),
    )
}

fn role_binding(random: &mut Random, name: &str) -> Object {
    let mut subject = json!({"kind": "ServiceAccount", "name": random.pick(&[format!("{name}-account").as_str(), "default"])});
    if random.chance(50) {
        subject["namespace"] = json!(random.pick(&["default", "prod"]));
    }
    Object::new(
        "rbac.authorization.k8s.io/v1",
        "RoleBinding",
        &format!("{name}-binding"),
        json!({"roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": format!("{name}-role")}, "subjects": [subject]}),
    )
}

fn cluster_role_binding(name: &str) -> Object {
    Object::new(
        "rbac.authorization.k8s.io/v1",
        "ClusterRoleBinding",
        &format!("{name}-all"),
        json!({"roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"}, "subjects": [{"kind": "ServiceAccount", "name": format!("{name}-account"), "namespace": "default"}, {"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": "someone"}]}),
    )
}

fn budget(random: &mut Random, name: &str) -> Object {
    let value = if random.chance(50) { json!(1) } else { json!("50%") };
    Object::new(
        "policy/v1",
        "PodDisruptionBudget",
        name,
        json!({"spec": {"minAvailable": value, "selector": {"matchLabels": {"app": name}}}}),
    )
}

fn claim(_: &mut Random, name: &str) -> Object {
    Object::new(
        "v1",
        "PersistentVolumeClaim",
        &format!("{name}-data"),
        json!({"spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}}),
    )
}

fn custom(random: &mut Random, name: &str) -> Object {
    Object::new(
        "example.com/v1",
        "Widget",
        name,
        json!({"spec": {"size": random.below(9), "ratio": 0.5, "names": ["a", "b"], "parts": [{"name": "x", "value": 1}, {"name": "y", "value": 2}], "configRef": {"name": format!("{name}-config")}, "selector": {"app": name}}}),
    )
}

fn webhook(_: &mut Random, name: &str) -> Object {
    Object::new(
        "admissionregistration.k8s.io/v1",
        "ValidatingWebhookConfiguration",
        name,
        json!({"webhooks": [{"name": "a.example.com", "sideEffects": "None", "admissionReviewVersions": ["v1"], "clientConfig": {"service": {"name": name, "namespace": "default", "path": "/"}}}]}),
    )
}

fn network_policy(_: &mut Random, name: &str) -> Object {
    Object::new(
        "networking.k8s.io/v1",
        "NetworkPolicy",
        name,
        json!({"spec": {"podSelector": {"matchLabels": {"app": name}}, "ingress": [{"from": [{"podSelector": {"matchLabels": {"app": "web"}}}]}], "policyTypes": ["Ingress"]}}),
    )
}
