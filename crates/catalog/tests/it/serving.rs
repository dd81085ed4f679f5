//! Whether a cluster of a minor serves an API: defaults, platforms, what owners turn on.

use catalog::{DefaultOn, Enabled, Form, HORIZON, OLDEST, Overlay, Served, apis, served, served_span};
use resource::GroupVersion;
use version::Minor;

use crate::{api, minor, minors};

fn enabled(group_version: &str) -> Overlay {
    let enabled = Enabled::group_version(GroupVersion::parse(group_version).unwrap());
    Overlay { enabled: vec![enabled], ..Overlay::upstream() }
}

#[test]
fn is_served_from_its_first_minor_to_the_one_before_its_removal() {
    let upstream = Overlay::upstream();
    for (row, at, expected) in [
        ("policy/v1beta1/PodDisruptionBudget", "1.24", Served::Yes),
        ("policy/v1beta1/PodDisruptionBudget", "1.25", Served::Removed),
        ("policy/v1/PodDisruptionBudget", "1.20", Served::NotYet),
        ("policy/v1/PodDisruptionBudget", "1.21", Served::Yes),
        ("apps/v1/Deployment", "1.16", Served::Yes),
        ("apps/v1/Deployment", "1.37", Served::Yes),
        ("apps/v1/Deployment", "1.38", Served::Unknown),
        ("apps/v1/Deployment", "1.15", Served::Unknown),
        // Planned for 1.38: inside of the data it is served or off, beyond it nothing is known.
        ("resource.k8s.io/v1beta1/DeviceClass", "1.37", Served::OffByDefault),
        ("resource.k8s.io/v1beta1/DeviceClass", "1.38", Served::Unknown),
        ("apps/v1beta1/ReplicaSet", "1.16", Served::Removed),
        ("rbac.authorization.k8s.io/v1alpha1/Role", "1.22", Served::OffByDefault),
        ("rbac.authorization.k8s.io/v1alpha1/Role", "1.23", Served::Removed),
        ("resource.k8s.io/v1alpha1/ResourceClaim", "1.25", Served::NotYet),
        ("resource.k8s.io/v1alpha1/ResourceClaim", "1.26", Served::OffByDefault),
        ("kubeadm.k8s.io/v1beta3/ClusterConfiguration", "1.36", Served::Yes),
        ("kubeadm.k8s.io/v1beta3/ClusterConfiguration", "1.37", Served::Removed),
    ] {
        assert_eq!(served(api(row), minor(at), &upstream), expected, "{row} at {at}");
    }
}

#[test]
fn alphas_and_betas_born_after_1_24_are_off_unless_turned_on() {
    let upstream = Overlay::upstream();
    let mut off = 0;
    for api in apis().filter(|api| api.form().is_in_discovery()) {
        let version = api.gvk().version;
        let is_new_beta =
            version.contains("beta") && api.introduced().is_some_and(|minor| minor >= Minor::new(24));
        // Its earlier betas were on before the rule, so this one was let through.
        let exempt = (api.gvk().group, version) == ("flowcontrol.apiserver.k8s.io", "v1beta3");
        // A subresource of a stable version, behind an alpha gate for as long as it had a kind of its own.
        let is_gated = api == crate::api("v1/EphemeralContainers");
        let is_off = is_gated || (version.contains("alpha") || is_new_beta) && !exempt;
        assert_eq!(api.default_on() != DefaultOn::Yes, is_off, "{api}");
        if is_off {
            off += 1;
            for m in minors() {
                assert_ne!(served(api, m, &upstream), Served::Yes, "{api} at {m}");
            }
            let gvk = api.gvk().group_version().to_string();
            let span = served_span(api, &enabled(&gvk));
            let lives = minors().any(|m| {
                api.introduced().is_none_or(|first| first <= m) && api.removed().is_none_or(|gone| m < gone)
            });
            assert_eq!(span.is_some(), lives, "{api}");
        }
    }
    assert!(off > 50, "{off}");
}

#[test]
fn eks_turns_on_what_it_says() {
    let eks = Overlay::eks();
    for (row, at, expected) in [
        ("storage.k8s.io/v1beta1/VolumeAttributesClass", "1.31", Served::Yes),
        ("storage.k8s.io/v1beta1/VolumeAttributesClass", "1.30", Served::NotYet),
        ("storage.k8s.io/v1beta1/VolumeAttributesClass", "1.37", Served::Removed),
        ("resource.k8s.io/v1beta1/ResourceClaim", "1.32", Served::OffByDefault),
        ("resource.k8s.io/v1beta1/ResourceClaim", "1.33", Served::Yes),
        ("resource.k8s.io/v1alpha3/ResourceClaim", "1.33", Served::OffByDefault),
        ("networking.k8s.io/v1beta1/ServiceCIDR", "1.33", Served::OffByDefault),
    ] {
        assert_eq!(served(api(row), minor(at), &eks), expected, "{row} at {at}");
    }
    let upstream = served(api("resource.k8s.io/v1beta1/ResourceClaim"), minor("1.33"), &Overlay::upstream());
    assert_eq!(upstream, Served::OffByDefault);
}

#[test]
fn an_owner_turns_on_one_kind_or_all_and_from_a_minor_on() {
    let claim = api("resource.k8s.io/v1beta1/ResourceClaim");
    let class = api("resource.k8s.io/v1beta1/DeviceClass");
    let mut overlay = enabled("resource.k8s.io/v1beta1");
    assert_eq!(served(claim, minor("1.32"), &overlay), Served::Yes);
    assert_eq!(served(class, minor("1.32"), &overlay), Served::Yes);
    overlay.enabled[0].kind = Some("ResourceClaim".to_owned());
    assert_eq!(served(class, minor("1.32"), &overlay), Served::OffByDefault);
    overlay.enabled[0].since = Some(minor("1.34"));
    assert_eq!(served(claim, minor("1.33"), &overlay), Served::OffByDefault);
    assert_eq!(served(claim, minor("1.34"), &overlay), Served::Yes);
    // Turning on cannot bring what does not exist yet, or any more.
    let gone = enabled("policy/v1beta1");
    assert_eq!(served(api("policy/v1beta1/PodSecurityPolicy"), minor("1.25"), &gone), Served::Removed);
    let early = enabled("resource.k8s.io/v1beta1");
    assert_eq!(served(claim, minor("1.31"), &early), Served::NotYet);
}

#[test]
fn what_an_owner_turns_on_is_read_from_its_spelling() {
    let parsed = Enabled::parse("resource.k8s.io/v1beta1").unwrap();
    assert_eq!(parsed, Enabled::group_version(GroupVersion::parse("resource.k8s.io/v1beta1").unwrap()));
    let one = Enabled::parse("resource.k8s.io/v1beta1/ResourceClaim").unwrap();
    assert_eq!((one.kind.as_deref(), one.since), (Some("ResourceClaim"), None));
    for text in ["", "v1", "/v1", "a/", "a//B", "a/b/c/d", "a/b/", "a /b", "a/b=true\n"] {
        assert_eq!(Enabled::parse(text), None, "{text:?}");
    }
}

#[test]
fn what_1_16_switched_off_can_be_turned_on_until_its_code_went() {
    let deployment = api("extensions/v1beta1/Deployment");
    let mut overlay = enabled("extensions/v1beta1");
    assert_eq!(served(deployment, minor("1.16"), &Overlay::upstream()), Served::Removed);
    assert_eq!(served(deployment, minor("1.16"), &overlay), Served::Yes);
    assert_eq!(served(deployment, minor("1.17"), &overlay), Served::Yes);
    assert_eq!(served(deployment, minor("1.18"), &overlay), Served::Removed);
    overlay.enabled[0].since = Some(minor("1.17"));
    assert_eq!(served(deployment, minor("1.16"), &overlay), Served::OffByDefault);
    assert_eq!(served(deployment, minor("1.17"), &overlay), Served::Yes);
}

#[test]
fn the_span_holds_every_minor_that_serves_and_no_other() {
    let everything = apis().map(|api| Enabled::group_version(api.gvk().group_version())).collect();
    let everything = Overlay { enabled: everything, ..Overlay::upstream() };
    for overlay in [Overlay::upstream(), Overlay::eks(), everything] {
        for api in apis() {
            let span = served_span(api, &overlay);
            for m in minors() {
                let inside = span.is_some_and(|(first, last)| first <= m && m <= last);
                assert_eq!(served(api, m, &overlay) == Served::Yes, inside, "{api} at {m}");
            }
        }
    }
}

#[test]
fn no_minor_outside_of_the_data_is_ever_judged() {
    for api in apis() {
        for outside in [OLDEST.previous().unwrap(), HORIZON.next(), Minor::new(99)] {
            assert_eq!(served(api, outside, &Overlay::eks()), Served::Unknown, "{api} at {outside}");
        }
    }
}

#[test]
fn configuration_files_are_never_off() {
    for api in apis().filter(|api| matches!(api.form(), Form::File | Form::Protocol)) {
        assert_eq!(api.default_on(), DefaultOn::Yes, "{api}");
    }
}
