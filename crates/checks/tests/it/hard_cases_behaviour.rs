//! Hard cases about what changes its meaning although its API stays.

use checks::{Confidence, Finding, FixAction, Safety, Severity};

use crate::harness::run;

/// The findings of one check, as minor, severity and the text that they point at.
fn findings(check: &str, yaml: &str) -> Vec<(Option<u16>, Severity, String)> {
    let outcome = run(&[checks::find(check).unwrap()], yaml);
    outcome.findings.iter().map(|finding| seen(finding, yaml)).collect()
}

fn seen(finding: &Finding, yaml: &str) -> (Option<u16>, Severity, String) {
    let text = yaml.get(finding.span.range()).unwrap().to_owned();
    (finding.minor.map(version::Minor::number), finding.severity, text)
}

fn breaks(minor: u16, text: &str) -> (Option<u16>, Severity, String) {
    (Some(minor), Severity::Breaks, text.to_owned())
}

#[test]
fn case_35_a_digest_is_an_unknown_version_and_a_port_no_tag() {
    let image = |image: &str| {
        format!(
            "# journey: 1.30 -> 1.31\napiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  containers:\n  - image: {image}\n"
        )
    };
    let outcome = run(&[checks::find("kube-proxy-skew").unwrap()], &image("reg:5000/kube-proxy@sha256:abc"));
    assert!(outcome.findings.is_empty());
    assert_eq!(outcome.not_assessed.len(), 1, "unknown is never clean");
    let outcome = run(&[checks::find("kube-proxy-skew").unwrap()], &image("reg:5000/kube-proxy:v1.30.1"));
    assert!(outcome.findings.is_empty() && outcome.not_assessed.is_empty());
    let newer = findings("kube-proxy-skew", &image("reg:5000/kube-proxy:v1.32.0"));
    assert_eq!(newer, [breaks(31, "reg:5000/kube-proxy:v1.32.0")]);
}

#[test]
fn case_36_a_kubelet_four_minors_behind_blocks_the_hop() {
    let group = "apiVersion: eks.services.k8s.aws/v1alpha1\nkind: Nodegroup\nmetadata: {name: a}\nspec:\n  version: \"1.28\"\n";
    let at = |journey: &str| findings("node-version-pin", &format!("# journey: {journey}\n{group}"));
    assert_eq!(at("1.31 -> 1.32"), [breaks(32, "\"1.28\"")]);
    assert_eq!(at("1.30 -> 1.31"), []);
}

#[test]
fn case_38_what_few_look_for_is_found_with_its_minor() {
    let pod = |spec: &str| {
        format!("# journey: 1.21 -> 1.36\napiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {spec}\n")
    };
    let annotated = |annotation: &str| {
        format!(
            "# journey: 1.30 -> 1.36\napiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  annotations:\n    {annotation}: runtime/default\n"
        )
    };
    let seccomp = "seccomp.security.alpha.kubernetes.io/pod";
    assert_eq!(findings("seccomp-annotation", &annotated(seccomp)), [breaks(27, seccomp)]);
    let apparmor = "container.apparmor.security.beta.kubernetes.io/a";
    assert_eq!(
        findings("apparmor-annotation", &annotated(apparmor)),
        [(Some(34), Severity::Warning, apparmor.to_owned())]
    );
    assert_eq!(
        findings("git-repo-volume", &pod("{volumes: [{name: a, gitRepo: {}}]}")),
        [breaks(33, "gitRepo")]
    );
    let socket = "{volumes: [{name: a, hostPath: {path: /var/run/docker.sock}}]}";
    assert_eq!(findings("docker-socket", &pod(socket)), [breaks(24, "/var/run/docker.sock")]);
    let master = "node-role.kubernetes.io/master";
    assert_eq!(
        findings("master-node-label", &pod("{nodeSelector: {node-role.kubernetes.io/master: ''}}")),
        [breaks(24, master)]
    );
    let store = "{volumes: [{name: a, awsElasticBlockStore: {}}]}";
    assert_eq!(findings("in-tree-volume", &pod(store)), [breaks(23, "awsElasticBlockStore")]);
    let service = "# journey: 1.35 -> 1.36\napiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  externalIPs: [192.0.2.1]\n";
    assert_eq!(findings("external-ips", service), [(Some(36), Severity::Warning, "externalIPs".to_owned())]);
    let policy = "# journey: 1.35 -> 1.36\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\nspec:\n  ingress: [{from: [{ipBlock: {cidr: 010.0.0.0/8}}]}]\n";
    assert_eq!(findings("malformed-ip", policy), [breaks(36, "010.0.0.0/8")]);
}

#[test]
fn case_39_amazon_linux_2_is_found_in_all_four_places() {
    let cases = [
        (
            "apiVersion: eks.aws.upbound.io/v1beta1\nkind: NodeGroup\nmetadata: {name: a}\nspec: {forProvider: {amiType: AL2_x86_64}}\n",
            "AL2_x86_64",
        ),
        (
            "apiVersion: ec2.aws.upbound.io/v1beta1\nkind: LaunchTemplate\nmetadata: {name: a}\nspec: {forProvider: {imageId: amazon-eks-node-1.30-v20240807}}\n",
            "amazon-eks-node-1.30-v20240807",
        ),
        (
            "apiVersion: karpenter.k8s.aws/v1beta1\nkind: EC2NodeClass\nmetadata: {name: a}\nspec: {amiFamily: AL2}\n",
            "AL2",
        ),
        (
            "apiVersion: karpenter.k8s.aws/v1\nkind: EC2NodeClass\nmetadata: {name: a}\nspec: {amiSelectorTerms: [{alias: al2@latest}]}\n",
            "al2@latest",
        ),
    ];
    for (yaml, text) in cases {
        let yaml = format!("# journey: 1.32 -> 1.33\n{yaml}");
        assert_eq!(findings("amazon-linux-2", &yaml), [breaks(33, text)], "{yaml}");
    }
    let pinned = "# journey: 1.32 -> 1.33\napiVersion: karpenter.k8s.aws/v1\nkind: EC2NodeClass\nmetadata: {name: a}\nspec: {amiSelectorTerms: [{id: ami-0123}]}\n";
    let outcome = run(&[checks::find("amazon-linux-2").unwrap()], pinned);
    assert_eq!(outcome.findings.first().map(|finding| finding.confidence), Some(Confidence::Low));
}

#[test]
fn case_40_ingress_nginx_is_told_by_tiers_of_evidence() {
    let image = |image: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  containers:\n  - image: {image}\n  # ingress-nginx\n"
        )
    };
    let confidence = |yaml: &str| {
        let outcome = run(&[checks::find("ingress-nginx").unwrap()], yaml);
        outcome.findings.first().map(|finding| finding.confidence)
    };
    assert_eq!(confidence(&image("registry.k8s.io/ingress-nginx/controller:v1.9.4")), Some(Confidence::High));
    assert_eq!(
        confidence(&image("mirror.example.com:5000/k8s/ingress-nginx/controller:v1.9.4")),
        Some(Confidence::Medium)
    );
    assert_eq!(confidence(&image("nginx/nginx-ingress:3.4.0")), None);
    let alias = "apiVersion: v2\nname: edge\ndependencies:\n- name: ingress-nginx\n  alias: edge\n  version: 4.10.0\n  repository: https://example.com/charts\n";
    assert_eq!(confidence(alias), Some(Confidence::Medium));
}

#[test]
fn case_41_the_autoscalers_version_is_parsed_and_not_a_beginning_of_a_word() {
    let image = |tag: &str| {
        format!(
            "# journey: 1.30 -> 1.31\napiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  containers:\n  - image: registry.k8s.io/autoscaling/cluster-autoscaler:{tag}\n"
        )
    };
    assert_eq!(findings("cluster-autoscaler-skew", &image("v1.3.1")).len(), 1);
    assert_eq!(findings("cluster-autoscaler-skew", &image("v1.31.0")), []);
    assert_eq!(findings("cluster-autoscaler-skew", &image("v1.310.0")).len(), 1);
}

#[test]
fn values_that_a_template_fills_in_are_never_judged() {
    let source = b"apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  loadBalancerIP: {{ .Values.ip }}\n  trafficDistribution: PreferClose{{ .Values.x }}\n";
    let actions: Vec<(usize, usize)> = source
        .windows(2)
        .enumerate()
        .filter(|(_, pair)| *pair == b"{{")
        .map(|(start, _)| {
            (start, start + source[start..].windows(2).position(|pair| pair == b"}}").unwrap() + 2)
        })
        .collect();
    let mut hidden = source.to_vec();
    for (start, end) in &actions {
        hidden[*start..*end].fill(b'x');
    }
    let ranges = actions.iter().map(|(start, end)| *start as u32..*end as u32).collect();
    let mask = manifest::Mask::new(hidden, ranges);
    let document = manifest::parse(text::TextId(0), source, 0..source.len(), Some(&mask)).unwrap();
    let file = inventory::FileContext {
        path: "templates/a.yaml".to_owned(),
        text: text::TextId(0),
        origin: inventory::Origin::Own,
        in_chart_templates: true,
    };
    let journeys = [checks::Journey { cluster: None, from: None, to: version::Minor::new(37) }];
    let overlay = catalog::Overlay::default();
    let context = checks::Context { journeys: &journeys, overlay: &overlay };
    let found = checks::run_document(&context, &file, &document, checks::registry()).findings;
    assert!(found.iter().all(|finding| finding.check != "prefer-close-distribution"), "{found:?}");
}

#[test]
fn a_fix_that_older_clusters_do_not_understand_is_not_offered() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  annotations:\n    container.apparmor.security.beta.kubernetes.io/a: runtime/default\n";
    let fix = |journeys: &str| {
        let outcome = run(&[checks::find("apparmor-annotation").unwrap()], &format!("{journeys}{pod}"));
        outcome.findings.first().unwrap().fix.clone()
    };
    assert_eq!(fix("# journey a: 1.29 -> 1.30\n# journey b: 1.31 -> 1.32\n"), None);
    assert_eq!(fix("# journey: -> 1.32\n"), None, "an unknown start may be old");
    let fix = fix("# journey a: 1.30 -> 1.31\n# journey b: 1.31 -> 1.32\n").unwrap();
    assert!(matches!((fix.action, fix.safety), (FixAction::Rewrite { .. }, Safety::Safe)));
}
