//! Routes: the cases that people meet, and every row and every pair of minors against an oracle that
//! searches all ways.

use std::collections::{BTreeMap, VecDeque};

use catalog::{
    Api, ClusterAt, Common, Enabled, End, HORIZON, Overlay, Served, Unknown, When, common_version, route,
    served,
};
use resource::GroupVersion;
use version::Minor;

use crate::{api, gvk, minor, minors};

/// Prints a route as a person would say it.
fn told(written: &str, start: &str, target: &str, overlay: &Overlay) -> String {
    let route = route(gvk(written), minor(start), minor(target), overlay);
    let mut out: Vec<String> = route
        .steps
        .iter()
        .map(|step| match step.when {
            When::Between { earliest, latest } => format!("{} at {earliest}..{latest}", step.to),
            When::Overdue { at } => format!("{} overdue at {at}", step.to),
            When::Gap { last_served: Some(last), first_served } => {
                format!("gap {last}..{first_served} {}", step.to)
            }
            When::Gap { last_served: None, first_served } => format!("gap ..{first_served} {}", step.to),
        })
        .collect();
    out.push(match route.end {
        End::Arrives => "arrives".to_owned(),
        End::NoSuccessor { last_served: Some(last) } => format!("no successor after {last}"),
        End::NoSuccessor { last_served: None } => "no successor".to_owned(),
        End::Unknown(reason) => format!("unknown: {reason:?}"),
    });
    out.join(", ")
}

#[test]
fn says_the_versions_to_use_hop_by_hop() {
    let flow = "flowcontrol.apiserver.k8s.io";
    let cases: Vec<(String, &str, &str, String)> = vec![
        // Hard case 30: v1 is served only from 1.29, v1beta2 only to 1.28.
        (
            format!("{flow}/v1beta2/FlowSchema"),
            "1.28",
            "1.33",
            format!("{flow}/v1beta3/FlowSchema at 1.28..1.28, {flow}/v1/FlowSchema at 1.29..1.31, arrives"),
        ),
        (
            format!("{flow}/v1beta1/FlowSchema"),
            "1.23",
            "1.34",
            format!(
                "{flow}/v1beta2/FlowSchema at 1.23..1.25, {flow}/v1beta3/FlowSchema at 1.26..1.28, \
                 {flow}/v1/FlowSchema at 1.29..1.31, arrives"
            ),
        ),
        (
            "autoscaling/v2beta2/HorizontalPodAutoscaler".to_owned(),
            "1.21",
            "1.27",
            "autoscaling/v2/HorizontalPodAutoscaler at 1.23..1.25, arrives".to_owned(),
        ),
        ("apps/v1/Deployment".to_owned(), "1.16", "1.37", "arrives".to_owned()),
        ("policy/v1beta1/PodDisruptionBudget".to_owned(), "1.20", "1.24", "arrives".to_owned()),
        (
            "policy/v1beta1/PodDisruptionBudget".to_owned(),
            "1.20",
            "1.25",
            "policy/v1/PodDisruptionBudget at 1.21..1.24, arrives".to_owned(),
        ),
        // Hard case 31: nothing takes the place of a pod security policy.
        ("policy/v1beta1/PodSecurityPolicy".to_owned(), "1.22", "1.29", "no successor after 1.24".to_owned()),
        ("settings.k8s.io/v1alpha1/PodPreset".to_owned(), "1.18", "1.22", "no successor".to_owned()),
        (
            "extensions/v1beta1/PodSecurityPolicy".to_owned(),
            "1.16",
            "1.25",
            "policy/v1beta1/PodSecurityPolicy overdue at 1.16, no successor after 1.24".to_owned(),
        ),
        (
            "extensions/v1beta1/Ingress".to_owned(),
            "1.18",
            "1.22",
            "networking.k8s.io/v1/Ingress at 1.19..1.21, arrives".to_owned(),
        ),
        // Written for a cluster that is older than the version: today it cannot be applied at all.
        (
            "policy/v1/PodDisruptionBudget".to_owned(),
            "1.20",
            "1.25",
            "policy/v1beta1/PodDisruptionBudget overdue at 1.20, policy/v1/PodDisruptionBudget at \
             1.21..1.24, arrives"
                .to_owned(),
        ),
        // A stable version that no beta on by default precedes.
        (
            "admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy".to_owned(),
            "1.28",
            "1.31",
            "gap ..1.30 admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy, arrives".to_owned(),
        ),
        // A version that upstream never had is known because manifests carry it.
        (
            "apps/v1beta1/ReplicaSet".to_owned(),
            "1.20",
            "1.22",
            "apps/v1/ReplicaSet overdue at 1.20, arrives".to_owned(),
        ),
    ];
    for (written, start, target, expected) in cases {
        let told = told(&written, start, target, &Overlay::upstream());
        assert_eq!(told, expected, "{written} {start} → {target}");
    }
}

#[test]
fn names_the_gap_where_no_minor_serves_both() {
    let mut overlay = Overlay::upstream();
    for version in ["v1alpha2", "v1alpha3"] {
        overlay.enabled.push(Enabled::group_version(GroupVersion { group: "resource.k8s.io", version }));
    }
    let told = told("resource.k8s.io/v1alpha2/ResourceClaim", "1.29", "1.33", &overlay);
    assert_eq!(told, "gap 1.30..1.31 resource.k8s.io/v1alpha3/ResourceClaim, arrives");
}

#[test]
fn a_replacement_of_another_kind_is_found_but_never_the_other_way() {
    let mut overlay = Overlay::upstream();
    for version in ["v1alpha2", "v1alpha3"] {
        overlay.enabled.push(Enabled::group_version(GroupVersion { group: "resource.k8s.io", version }));
    }
    let told_class = told("resource.k8s.io/v1alpha2/ResourceClass", "1.30", "1.34", &overlay);
    assert!(told_class.starts_with("gap 1.30..1.31 resource.k8s.io/v1alpha3/DeviceClass"), "{told_class}");
    let slices = told("discovery.k8s.io/v1beta1/EndpointSlice", "1.20", "1.25", &Overlay::upstream());
    assert_eq!(slices, "discovery.k8s.io/v1/EndpointSlice at 1.21..1.24, arrives");
}

#[test]
fn what_lies_outside_of_the_data_is_unknown() {
    let upstream = Overlay::upstream();
    for (written, start, target, expected) in [
        ("apps/v1/Deployment", "1.30", "1.38", Unknown::BeyondHorizon),
        ("apps/v1/Deployment", "1.38", "1.39", Unknown::BeyondHorizon),
        ("apps/v1/Deployment", "1.15", "1.20", Unknown::BeforeData),
        ("apps/v7/Deployment", "1.30", "1.31", Unknown::Kind),
        ("example.org/v1/Thing", "1.30", "1.31", Unknown::Kind),
    ] {
        let route = route(gvk(written), minor(start), minor(target), &upstream);
        assert_eq!(route.end, End::Unknown(expected), "{written} {start} → {target}");
        assert!(!route.keeps());
    }
}

#[test]
fn beyond_the_horizon_the_steps_up_to_it_are_still_given() {
    let route = route(gvk("batch/v1beta1/CronJob"), minor("1.24"), minor("1.40"), &Overlay::upstream());
    assert_eq!(route.steps.len(), 1);
    assert_eq!(route.end, End::Unknown(Unknown::BeyondHorizon));
    assert_eq!(route.steps[0].must_precede_hop_to(), Some(minor("1.25")));
}

#[test]
fn clusters_share_a_version_that_all_of_them_serve() {
    let (upstream, eks) = (Overlay::upstream(), Overlay::eks());
    let common = |written: &str, minors: &[&str], overlay: &Overlay| {
        let clusters: Vec<ClusterAt<'_>> =
            minors.iter().map(|text| ClusterAt { minor: minor(text), overlay }).collect();
        common_version(gvk(written), &clusters)
    };
    // Hard case 29: v2beta2 is gone from 1.26, v2 comes with 1.23.
    let hpa = "autoscaling/v2beta2/HorizontalPodAutoscaler";
    assert_eq!(
        common(hpa, &["1.21", "1.27"], &upstream),
        Common::Versions(vec![api("autoscaling/v1/HorizontalPodAutoscaler")])
    );
    assert_eq!(common(hpa, &["1.21", "1.25"], &upstream), Common::AsWritten(api(hpa)));
    let Common::Versions(versions) = common(hpa, &["1.23", "1.27"], &upstream) else { panic!() };
    assert_eq!(versions[0], api("autoscaling/v2/HorizontalPodAutoscaler"));
    let psp = "policy/v1beta1/PodSecurityPolicy";
    assert_eq!(common(psp, &["1.24", "1.25"], &upstream), Common::NoneServed);
    let claim = "resource.k8s.io/v1beta1/ResourceClaim";
    assert_eq!(common(claim, &["1.33", "1.34"], &eks), Common::AsWritten(api(claim)));
    assert_eq!(common(claim, &["1.33", "1.34"], &upstream), Common::NoneServed);
    assert_eq!(common(hpa, &["1.21", "1.38"], &upstream), Common::Unknown(Unknown::BeyondHorizon));
    assert_eq!(common("a.b/v1/C", &["1.21"], &upstream), Common::Unknown(Unknown::Kind));
}

/// Every version that may stand in for the one as written, by the rows' replacements alone: the same
/// kind in its group, the group that it moved to or from, and the kinds that replace it.
fn stand_ins(written: Api) -> Vec<Api> {
    let mut known = vec![written];
    loop {
        let joins = |other: &Api| {
            let gvk = other.gvk();
            known.iter().any(|member| {
                let own = member.gvk();
                (own.group, own.kind) == (gvk.group, gvk.kind)
                    || member.replacement() == Some(gvk)
                    || (other.replacement() == Some(own) && own.kind == gvk.kind)
            })
        };
        let more: Vec<Api> =
            catalog::apis().filter(|other| !known.contains(other)).filter(|other| joins(other)).collect();
        if more.is_empty() {
            return known;
        }
        known.extend(more);
    }
}

/// The fewest edits on the way that keep what is written served at every minor, found by searching all
/// ways. None: there is no such way.
fn fewest_edits(versions: &[Api], (start, target): (Minor, Minor), overlay: &Overlay) -> Option<usize> {
    let written = versions[0];
    let serves = |api: Api, minor: Minor| served(api, minor, overlay) == Served::Yes;
    if !serves(written, start) {
        return None;
    }
    let mut edits: BTreeMap<(Minor, Api), usize> = BTreeMap::from([((start, written), 0)]);
    let mut open = VecDeque::from([(start, written)]);
    while let Some((at, current)) = open.pop_front() {
        let so_far = edits[&(at, current)];
        if at == target {
            return Some(so_far);
        }
        if serves(current, at.next()) && edits.get(&(at.next(), current)).is_none_or(|known| so_far < *known)
        {
            edits.insert((at.next(), current), so_far);
            open.push_front((at.next(), current));
        }
        for other in versions.iter().copied().filter(|other| serves(*other, at)) {
            if edits.get(&(at, other)).is_none_or(|known| so_far + 1 < *known) {
                edits.insert((at, other), so_far + 1);
                open.push_back((at, other));
            }
        }
    }
    None
}

/// Every claim of a route, checked minor by minor against what is served.
fn check_route(versions: &[Api], (start, target): (Minor, Minor), overlay: &Overlay) {
    let written = versions[0];
    let context = format!("{written} {start} → {target} {:?}", overlay.platform);
    let serves = |api: Api, minor: Minor| served(api, minor, overlay) == Served::Yes;
    let route = route(written.gvk(), start, target, overlay);
    let (mut current, mut at) = (written, start);
    for step in &route.steps {
        assert_eq!(step.from, current, "{context}");
        match step.when {
            When::Between { earliest, latest } => {
                assert!(at <= earliest && earliest <= latest && latest < target, "{context}: {step:?}");
                for m in minors().filter(|m| *m >= at && *m <= latest) {
                    assert!(serves(step.from, m), "{context}: {step:?}");
                    assert!(m < earliest || serves(step.to, m), "{context}: {step:?}");
                }
                assert!(earliest == at || !serves(step.to, earliest.previous().unwrap()), "{context}");
                assert!(!serves(step.from, latest.next()), "{context}: {step:?}");
                at = earliest;
            }
            When::Overdue { at: now } => {
                assert!(now == at && !serves(step.from, now) && serves(step.to, now), "{context}");
            }
            When::Gap { last_served, first_served } => {
                assert!(serves(step.to, first_served) && first_served <= target, "{context}");
                assert!(last_served.is_none_or(|last| serves(step.from, last)), "{context}");
                assert_eq!(last_served.is_some(), serves(step.from, at), "{context}");
                let end = last_served.unwrap_or(at);
                for m in minors().filter(|m| *m >= at && *m <= end) {
                    // Nothing that reaches further was served while the old version was.
                    for other in versions.iter().copied().filter(|v| *v != step.from && serves(*v, m)) {
                        assert!(!serves(other, end.next()), "{context}: {other} spans the gap");
                    }
                }
                at = first_served;
            }
        }
        current = step.to;
    }
    let last = minors().filter(|m| *m >= at).take_while(|m| serves(current, *m)).last();
    match route.end {
        End::Arrives => assert!(last.is_some_and(|last| last >= target), "{context}"),
        End::NoSuccessor { last_served } => {
            assert_eq!(last, last_served, "{context}");
            assert!(last.is_none_or(|last| last < target), "{context}");
            let later = minors().filter(|m| *m > last.unwrap_or(at) && *m <= target);
            for m in later {
                assert!(versions.iter().all(|other| !serves(*other, m)), "{context}: served at {m}");
            }
        }
        End::Unknown(_) => panic!("{context}: unknown inside of the data"),
    }
    let seamless =
        route.end == End::Arrives && route.steps.iter().all(|step| matches!(step.when, When::Between { .. }));
    let best = fewest_edits(versions, (start, target), overlay);
    assert_eq!(seamless.then_some(route.steps.len()), best, "{context}: {:?}", route.steps);
}

fn check_all(overlay: &Overlay) {
    let mut checked = 0;
    for written in catalog::apis() {
        let versions = stand_ins(written);
        for start in minors() {
            for target in minors().filter(|target| *target >= start) {
                check_route(&versions, (start, target), overlay);
                checked += 1;
            }
        }
    }
    let count = minors().count();
    assert_eq!(checked, catalog::apis().len() * count * (count + 1) / 2);
}

#[test]
fn every_row_and_pair_of_minors_agrees_with_the_oracle_upstream() {
    check_all(&Overlay::upstream());
}

#[test]
fn every_row_and_pair_of_minors_agrees_with_the_oracle_on_eks() {
    check_all(&Overlay::eks());
}

#[test]
fn every_row_and_pair_of_minors_agrees_with_the_oracle_with_everything_on() {
    let enabled = catalog::apis().map(|api| Enabled::group_version(api.gvk().group_version())).collect();
    check_all(&Overlay { enabled, ..Overlay::upstream() });
}

#[test]
fn a_target_before_the_start_counts_as_the_start() {
    let route = route(gvk("apps/v1/Deployment"), HORIZON, minor("1.20"), &Overlay::upstream());
    assert!(route.keeps());
}
