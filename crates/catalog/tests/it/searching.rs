//! What people type when they ask for an explanation.

use catalog::{Found, nearest_names, search};

fn told(text: &str) -> Vec<String> {
    let tell = |found| match found {
        Found::Api(api) => format!("api {api}"),
        Found::Crd(crd) => format!("crd {} of {}", crd.gvk(), crd.addon()),
        Found::Addon(name) => format!("addon {name}"),
        Found::Release(release) => format!("release {}", release.minor()),
        Found::Behaviour(change) => format!("change {}", change.id()),
        Found::FeatureGate(gate) => format!("gate {}", gate.name()),
    };
    search(text).into_iter().map(tell).collect()
}

#[test]
fn an_api_is_found_in_each_of_its_spellings() {
    for text in [
        "policy/v1beta1/PodSecurityPolicy",
        "POLICY/V1BETA1/podsecuritypolicy",
        "policy/v1beta1/podsecuritypolicies",
    ] {
        assert_eq!(told(text), ["api policy/v1beta1/PodSecurityPolicy"], "{text}");
    }
    let both = ["api extensions/v1beta1/PodSecurityPolicy", "api policy/v1beta1/PodSecurityPolicy"];
    for text in ["PodSecurityPolicy", "podsecuritypolicies", " podsecuritypolicy "] {
        assert_eq!(told(text), both, "{text}");
    }
    assert_eq!(told("v1/Pod"), ["api v1/Pod"]);
    assert_eq!(told("core/v1/Pod"), ["api v1/Pod"]);
    assert_eq!(told("policy/PodSecurityPolicy"), ["api policy/v1beta1/PodSecurityPolicy"]);
    assert_eq!(
        told("ingressclasses.networking.k8s.io"),
        ["api networking.k8s.io/v1/IngressClass", "api networking.k8s.io/v1beta1/IngressClass"]
    );
}

#[test]
fn a_group_and_version_gives_all_of_its_kinds() {
    assert_eq!(
        told("policy/v1beta1"),
        [
            "api policy/v1beta1/Eviction",
            "api policy/v1beta1/PodDisruptionBudget",
            "api policy/v1beta1/PodSecurityPolicy",
        ]
    );
    assert!(told("policy").len() > 3);
}

#[test]
fn custom_resources_are_found_by_name_and_kind() {
    assert!(
        told("certificates.cert-manager.io")
            .contains(&"crd cert-manager.io/v1/Certificate of cert-manager".to_owned())
    );
    assert!(told("traefik.containo.us").iter().all(|line| line.starts_with("crd traefik.containo.us/")));
    assert!(!told("traefik.containo.us").is_empty());
}

#[test]
fn minors_changes_gates_and_add_ons_are_found() {
    assert_eq!(told("1.29"), ["release 1.29"]);
    assert_eq!(told("v1.29.4-eks-abc"), ["release 1.29"]);
    assert_eq!(told("ann-seccomp"), ["change ANN-SECCOMP"]);
    assert_eq!(told("AttachVolumeLimit"), ["gate AttachVolumeLimit"]);
    assert_eq!(told("karpenter"), ["addon karpenter"]);
    assert!(told("coredns").contains(&"addon coredns (EKS add-on)".to_owned()));
    assert!(told("source-controller").contains(&"addon flux/source-controller".to_owned()));
    assert!(told("gateway-api").contains(&"addon gateway-api(experimental)".to_owned()));
}

#[test]
fn nonsense_is_not_found_and_does_no_harm() {
    for text in ["", " ", "/", "//", "a/b/c/d", "1.99", "kube", "é/ß/中", &"x".repeat(100_000)] {
        assert_eq!(told(text), Vec::<String>::new(), "{:.20}", text);
    }
}

#[test]
fn near_names_are_offered_nearest_first() {
    for (typed, expected) in [
        ("PodSecurtyPolicy", "PodSecurityPolicy"),
        ("karpneter", "karpenter"),
        ("cert-manger", "cert-manager"),
        ("ANN-SECOMP", "ANN-SECCOMP"),
        ("Deploymnet", "Deployment"),
        // Four characters allow one slip, and a swap is one.
        ("flxu", "flux"),
        ("netwroking.k8s.io", "networking.k8s.io"),
    ] {
        assert_eq!(nearest_names(typed, 3).first(), Some(&expected), "{typed}");
    }
    assert_eq!(nearest_names("completelydifferentthing", 3), Vec::<&str>::new());
    assert_eq!(nearest_names(&"x".repeat(100_000), 3), Vec::<&str>::new());
    assert!(nearest_names("Podd", 2).len() <= 2);
}
