//! The manifests that a generated tree is made of: ordinary ones, with comments, block scalars, several documents in
//! a file, and a few that are written for an old Kubernetes.

use super::forest::Numbers;
use std::fmt::Write;

/// One kind of file: its share of a hundred, its name, what makes its content.
type Maker = (u64, &'static str, fn(&str, &mut Numbers) -> String);

/// Shares follow real repositories: mostly workloads, configuration and releases; few but large CRDs.
const MIX: [Maker; 13] = [
    (18, "deployment", deployment),
    (10, "workload", workload),
    (13, "configmap", config_map),
    (8, "service", service),
    (12, "helmrelease", helm_release),
    (10, "kustomization", kustomization),
    (6, "flux", flux_kustomization),
    (6, "ingress", ingress),
    (4, "cronjob", cron_job),
    (4, "autoscaler", autoscaler),
    (3, "budget", disruption_budget),
    (3, "rules", prometheus_rule),
    (3, "definition", custom_resource_definition),
];

/// Words that comments and values are made of.
const WORDS: [&str; 16] = [
    "ingress", "queue", "billing", "worker", "cache", "metrics", "session", "primary", "gateway", "report",
    "import", "search", "notify", "upload", "ledger", "catalog",
];

/// Makes one file of an application; returns its name without extension and its content.
pub(crate) fn file(application: &str, numbers: &mut Numbers) -> (&'static str, String) {
    let mut ticket = numbers.below(MIX.iter().map(|(share, ..)| share).sum());
    for (share, name, make) in MIX {
        if ticket < share {
            return (name, make(application, numbers));
        }
        ticket -= share;
    }
    ("service", service(application, numbers))
}

fn word(numbers: &mut Numbers) -> &'static str {
    let index = usize::try_from(numbers.below(16)).unwrap_or(0);
    WORDS.get(index).copied().unwrap_or("service")
}

/// Picks the version that is gone in a small share of files, else the current one.
fn version(numbers: &mut Numbers, gone: &'static str, current: &'static str) -> &'static str {
    if numbers.chance(1, 2) { gone } else { current }
}

/// Appends formatted text; writing to a string cannot fail.
macro_rules! put {
    ($text:expr, $($format:tt)*) => {
        write!($text, $($format)*).expect("a String takes all that is written to it")
    };
}

fn head(api_version: &str, kind: &str, name: &str, numbers: &mut Numbers) -> String {
    let mut text = String::new();
    if numbers.chance(1, 3) {
        put!(text, "# Owned by the {} team; ask them before a change.\n", word(numbers));
    }
    put!(
        text,
        "apiVersion: {api_version}\nkind: {kind}\nmetadata:\n  name: {name}\n  namespace: {}\n",
        word(numbers)
    );
    put!(
        text,
        "  labels:\n    app.kubernetes.io/name: {name}\n    app.kubernetes.io/part-of: {}\n",
        word(numbers)
    );
    text
}

fn deployment(application: &str, numbers: &mut Numbers) -> String {
    let mut text = head("apps/v1", "Deployment", application, numbers);
    put!(
        text,
        "spec:\n  replicas: {} # enough for two zones\n  selector:\n    matchLabels:\n",
        numbers.below(5) + 1
    );
    put!(text, "      app.kubernetes.io/name: {application}\n  template:\n    metadata:\n      labels:\n");
    put!(
        text,
        "        app.kubernetes.io/name: {application}\n    spec:\n      serviceAccountName: {application}\n"
    );
    text.push_str("      securityContext:\n        runAsNonRoot: true\n        seccompProfile: {type: RuntimeDefault}\n");
    text.push_str("      containers:\n");
    for index in 0..=numbers.below(2) {
        container(&mut text, index, numbers);
    }
    text.push_str("      volumes:\n        - name: data\n          emptyDir: {}\n");
    put!(text, "        - name: config\n          configMap:\n            name: {application}\n");
    text
}

fn container(text: &mut String, index: u64, numbers: &mut Numbers) {
    let name = word(numbers);
    put!(
        text,
        "        - name: {name}-{index}\n          image: registry.example.com/{name}/{}:",
        word(numbers)
    );
    put!(text, "v{}.{}.{}\n", numbers.below(4), numbers.below(30), numbers.below(9));
    text.push_str(
        "          args: [\"--config=/etc/config/app.yaml\", \"--log-level=info\"]\n          ports:\n",
    );
    put!(
        text,
        "            - name: http\n              containerPort: {}\n          env:\n",
        8000 + numbers.below(999)
    );
    for _ in 0..numbers.below(14) + 5 {
        let key = word(numbers).to_uppercase();
        put!(text, "            - name: {key}_{}\n", word(numbers).to_uppercase());
        if numbers.chance(1, 4) {
            put!(
                text,
                "              valueFrom:\n                secretKeyRef:\n                  name: {name}\n"
            );
            put!(text, "                  key: {}\n", word(numbers));
        } else {
            put!(text, "              value: \"{}\"\n", numbers.below(100_000));
        }
    }
    text.push_str("          readinessProbe:\n            httpGet:\n              path: /ready\n              port: http\n");
    text.push_str("          resources:\n            # Measured over a month, with a third on top.\n");
    put!(
        text,
        "            requests:\n              cpu: {}m\n              memory: {}Mi\n",
        numbers.below(500),
        numbers.below(900)
    );
    put!(text, "            limits:\n              memory: {}Mi\n", 900 + numbers.below(900));
    text.push_str(
        "          volumeMounts:\n            - name: config\n              mountPath: /etc/config\n",
    );
    text.push_str("            - name: data\n              mountPath: /data\n");
}

/// A whole application in one file: account, service and deployment.
fn workload(application: &str, numbers: &mut Numbers) -> String {
    let account = head("v1", "ServiceAccount", application, numbers);
    let parts = [account, service(application, numbers), deployment(application, numbers)];
    parts.join("---\n")
}

fn service(application: &str, numbers: &mut Numbers) -> String {
    let mut text = head("v1", "Service", application, numbers);
    put!(
        text,
        "spec:\n  type: ClusterIP\n  selector:\n    app.kubernetes.io/name: {application}\n  ports:\n"
    );
    for port in 0..=numbers.below(3) {
        put!(text, "    - name: {}-{port}\n      port: {}\n", word(numbers), 80 + numbers.below(9000));
        put!(text, "      targetPort: http\n      protocol: TCP\n");
    }
    text
}

fn config_map(application: &str, numbers: &mut Numbers) -> String {
    let mut text = head("v1", "ConfigMap", application, numbers);
    text.push_str("data:\n  app.yaml: |\n");
    for _ in 0..numbers.below(20) + 5 {
        put!(text, "    {}:\n      enabled: {}\n", word(numbers), numbers.chance(1, 2));
        put!(text, "      timeout: {}s # {} seconds were too few\n", numbers.below(90), numbers.below(9));
    }
    text.push_str("  run.sh: |-\n    #!/bin/sh\n    set -eu\n");
    for _ in 0..numbers.below(20) + 5 {
        put!(text, "    echo \"---\" && curl --fail http://{}.{}.svc/health\n", word(numbers), word(numbers));
    }
    if numbers.chance(1, 5) {
        dashboard(&mut text, numbers);
    }
    text
}

/// A dashboard: the large block of JSON that monitoring repositories are full of.
fn dashboard(text: &mut String, numbers: &mut Numbers) {
    text.push_str("  dashboard.json: |\n    {\n      \"panels\": [\n");
    for panel in 0..numbers.below(60) + 20 {
        put!(text, "        {{\"id\": {panel}, \"title\": \"{} {}\", ", word(numbers), word(numbers));
        put!(text, "\"targets\": [{{\"expr\": \"sum(rate({}_total[5m]))\", ", word(numbers));
        put!(
            text,
            "\"legendFormat\": \"{{{{instance}}}}\"}}], \"gridPos\": {{\"h\": 8, \"w\": {}}}}},\n",
            numbers.below(24)
        );
    }
    text.push_str("        {}\n      ]\n    }\n");
}

fn helm_release(application: &str, numbers: &mut Numbers) -> String {
    let api =
        if numbers.chance(1, 8) { "helm.toolkit.fluxcd.io/v2beta1" } else { "helm.toolkit.fluxcd.io/v2" };
    let mut text = head(api, "HelmRelease", application, numbers);
    put!(
        text,
        "spec:\n  interval: {}m\n  chart:\n    spec:\n      chart: {}\n",
        numbers.below(59) + 1,
        word(numbers)
    );
    put!(
        text,
        "      version: {}.{}.x\n      sourceRef:\n        kind: HelmRepository\n",
        numbers.below(9),
        numbers.below(40)
    );
    put!(
        text,
        "        name: {}\n        namespace: flux-system\n  install:\n    remediation:\n      retries: 3\n",
        word(numbers)
    );
    text.push_str("  values:\n");
    for _ in 0..numbers.below(25) + 5 {
        put!(
            text,
            "    {}{}:\n      enabled: {}\n",
            word(numbers),
            numbers.below(1000),
            numbers.chance(1, 2)
        );
        put!(text, "      # Raised after the incident of last {}.\n", word(numbers));
        put!(
            text,
            "      resources: {{requests: {{cpu: {}m, memory: {}Mi}}}}\n",
            numbers.below(900),
            numbers.below(900)
        );
    }
    text
}

fn kustomization(application: &str, numbers: &mut Numbers) -> String {
    let mut text = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n".to_owned();
    put!(text, "namespace: {}\nresources:\n", word(numbers));
    for index in 0..numbers.below(20) + 2 {
        put!(text, "  - {index:02}-{}.yaml\n", word(numbers));
    }
    put!(text, "images:\n  - name: registry.example.com/{application}\n    newTag: v{}\n", numbers.below(99));
    put!(text, "patches:\n  - target:\n      kind: Deployment\n      name: {application}\n    patch: |-\n");
    put!(text, "      - op: replace\n        path: /spec/replicas\n        value: {}\n", numbers.below(9));
    text
}

fn flux_kustomization(application: &str, numbers: &mut Numbers) -> String {
    let mut documents = Vec::new();
    for index in 0..=numbers.below(4) {
        let name = format!("{application}-{index}");
        let mut text = head("kustomize.toolkit.fluxcd.io/v1", "Kustomization", &name, numbers);
        put!(text, "spec:\n  interval: 10m\n  path: ./apps/{}/{application}\n  prune: true\n", word(numbers));
        text.push_str(
            "  sourceRef:\n    kind: GitRepository\n    name: flux-system\n  postBuild:\n    substitute:\n",
        );
        put!(text, "      CLUSTER: ${{CLUSTER}}\n      ZONE: {}\n", word(numbers));
        documents.push(text);
    }
    documents.join("---\n")
}

fn ingress(application: &str, numbers: &mut Numbers) -> String {
    let is_old = numbers.chance(1, 10);
    let api = if is_old { "networking.k8s.io/v1beta1" } else { "networking.k8s.io/v1" };
    let mut text = head(api, "Ingress", application, numbers);
    put!(text, "spec:\n  ingressClassName: {}\n  rules:\n", word(numbers));
    for _ in 0..=numbers.below(4) {
        put!(
            text,
            "    - host: {}.example.com\n      http:\n        paths:\n          - path: /\n",
            word(numbers)
        );
        if is_old {
            put!(
                text,
                "            backend:\n              serviceName: {application}\n              servicePort: 80\n"
            );
        } else {
            put!(text, "            pathType: Prefix\n            backend:\n              service:\n");
            put!(
                text,
                "                name: {application}\n                port:\n                  number: 80\n"
            );
        }
    }
    text
}

fn cron_job(application: &str, numbers: &mut Numbers) -> String {
    let api = version(numbers, "batch/v1beta1", "batch/v1");
    let mut text = head(api, "CronJob", application, numbers);
    put!(text, "spec:\n  schedule: \"{} {} * * *\"\n  jobTemplate:\n", numbers.below(60), numbers.below(24));
    text.push_str("    spec:\n      template:\n        spec:\n          restartPolicy: OnFailure\n          containers:\n");
    put!(
        text,
        "            - name: {}\n              image: registry.example.com/{}:latest\n",
        word(numbers),
        word(numbers)
    );
    text.push_str(
        "              command:\n                - /bin/sh\n                - -c\n                - >-\n",
    );
    for _ in 0..numbers.below(20) + 2 {
        put!(text, "                  run-{} --keep {} &&\n", word(numbers), numbers.below(30));
    }
    text.push_str("                  true\n");
    text
}

fn autoscaler(application: &str, numbers: &mut Numbers) -> String {
    let api = version(numbers, "autoscaling/v2beta2", "autoscaling/v2");
    let mut text = head(api, "HorizontalPodAutoscaler", application, numbers);
    put!(
        text,
        "spec:\n  minReplicas: 2\n  maxReplicas: {}\n  scaleTargetRef:\n    apiVersion: apps/v1\n",
        numbers.below(40) + 3
    );
    put!(
        text,
        "    kind: Deployment\n    name: {application}\n  metrics:\n    - type: Resource\n      resource:\n"
    );
    put!(
        text,
        "        name: cpu\n        target:\n          type: Utilization\n          averageUtilization: {}\n",
        numbers.below(90)
    );
    text
}

fn disruption_budget(application: &str, numbers: &mut Numbers) -> String {
    let api = version(numbers, "policy/v1beta1", "policy/v1");
    let mut text = head(api, "PodDisruptionBudget", application, numbers);
    put!(
        text,
        "spec:\n  maxUnavailable: 1\n  selector:\n    matchLabels:\n      app.kubernetes.io/name: {application}\n"
    );
    text
}

fn prometheus_rule(application: &str, numbers: &mut Numbers) -> String {
    let mut text = head("monitoring.coreos.com/v1", "PrometheusRule", application, numbers);
    put!(text, "spec:\n  groups:\n    - name: {application}\n      rules:\n");
    for _ in 0..numbers.below(20) + 5 {
        put!(text, "        - alert: {}{}\n", word(numbers), numbers.below(1000));
        put!(
            text,
            "          expr: |\n            sum by (namespace) (rate({}_total[5m])) > {}\n",
            word(numbers),
            numbers.below(100)
        );
        put!(text, "          for: {}m\n          annotations:\n", numbers.below(30));
        put!(text, "            summary: \"{{{{ $labels.namespace }}}} has too many: {{{{ $value }}}}\"\n");
    }
    text
}

fn custom_resource_definition(application: &str, numbers: &mut Numbers) -> String {
    let name = format!("{application}s.example.com");
    let mut text = head("apiextensions.k8s.io/v1", "CustomResourceDefinition", &name, numbers);
    put!(
        text,
        "spec:\n  group: example.com\n  scope: Namespaced\n  names:\n    kind: Thing\n    plural: {application}s\n"
    );
    text.push_str("  versions:\n    - name: v1\n      served: true\n      storage: true\n      schema:\n");
    text.push_str(
        "        openAPIV3Schema:\n          type: object\n          properties:\n            spec:\n",
    );
    text.push_str("              type: object\n              properties:\n");
    for index in 0..numbers.below(80) + 40 {
        put!(text, "                {}{index}:\n                  description: |-\n", word(numbers));
        put!(
            text,
            "                    How {} and {} go together when the {}\n",
            word(numbers),
            word(numbers),
            word(numbers)
        );
        put!(text, "                    asks for it; empty means that {} decides.\n", word(numbers));
        put!(
            text,
            "                  type: string\n                  maxLength: {}\n",
            numbers.below(253) + 1
        );
    }
    text
}
