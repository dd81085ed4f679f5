//! What a kind can become, and which of that is the newest.

use std::cmp::Reverse;

use catalog::{Overlay, Served, api, served};
use resource::GroupVersionKind;
use version::Minor;

use super::conversions;

/// What objects of `gvk` can be converted to, the newest first.
pub(crate) fn reachable(gvk: GroupVersionKind<'_>) -> Vec<GroupVersionKind<'_>> {
    let rows = conversions().iter().filter(|row| row.takes(gvk));
    let mut found: Vec<GroupVersionKind<'_>> =
        rows.map(|row| row.to.with_kind(row.to_kind.unwrap_or(gvk.kind))).collect();
    found.sort_by_key(|target| (Reverse(age(target.version)), target.group, target.kind));
    found.dedup();
    found
}

/// The newest version that `gvk` can be converted to and `minor` serves; `gvk` itself if it is known and nothing newer
/// is. None if nothing is known of it.
pub(crate) fn newest(gvk: GroupVersionKind<'_>, minor: Minor) -> Option<GroupVersionKind<'_>> {
    let overlay = Overlay::default();
    let is_served = |gvk: GroupVersionKind<'_>| match api(gvk) {
        Some(api) => served(api, minor, &overlay) == Served::Yes,
        // Custom resources are served by whoever installs them.
        None => true,
    };
    // Of an older generation (v1 beside v2beta1) is not newer, however settled it is: it says less.
    let is_newer = |target: &GroupVersionKind<'_>| {
        target.group != gvk.group
            || target.kind != gvk.kind
            || (age(target.version) > age(gvk.version) && age(target.version).1 >= age(gvk.version).1)
    };
    let found = reachable(gvk).into_iter().filter(is_newer).find(|target| is_served(*target));
    found.or_else(|| {
        let is_known = api(gvk).is_some() || catalog::crd_api(gvk).len() > 0;
        is_known.then_some(gvk)
    })
}

/// The order that Kubernetes gives versions: released before beta before alpha, and within each by number.
fn age(version: &str) -> (u8, u32, u32) {
    let number = |text: &str| text.parse::<u32>().unwrap_or(0);
    let bare = version.strip_prefix('v').unwrap_or(version);
    if let Some((major, minor)) = bare.split_once("beta") {
        return (1, number(major), number(minor));
    }
    match bare.split_once("alpha") {
        Some((major, minor)) => (0, number(major), number(minor)),
        None => (2, number(bare), 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use resource::GroupVersion;

    fn gvk<'a>(api_version: &'a str, kind: &'a str) -> GroupVersionKind<'a> {
        GroupVersion::parse(api_version).unwrap().with_kind(kind)
    }

    #[test]
    fn the_newest_is_the_one_that_kubernetes_prefers() {
        for (from, kind, to) in [
            ("autoscaling/v2beta1", "HorizontalPodAutoscaler", "autoscaling/v2"),
            ("autoscaling/v2", "HorizontalPodAutoscaler", "autoscaling/v2"),
            ("extensions/v1beta1", "Ingress", "networking.k8s.io/v1"),
            ("flowcontrol.apiserver.k8s.io/v1beta2", "FlowSchema", "flowcontrol.apiserver.k8s.io/v1"),
            ("helm.toolkit.fluxcd.io/v2beta1", "HelmRelease", "helm.toolkit.fluxcd.io/v2"),
            ("apps/v1", "Deployment", "apps/v1"),
        ] {
            let newest =
                newest(gvk(from, kind), Minor::new(34)).map(|found| found.group_version().to_string());
            assert_eq!(newest.as_deref(), Some(to), "{from} {kind}");
        }
        assert_eq!(newest(gvk("example.com/v1", "Widget"), Minor::new(34)), None);
    }

    #[test]
    fn a_version_that_is_not_served_yet_is_passed_over() {
        let hpa = gvk("autoscaling/v2beta1", "HorizontalPodAutoscaler");
        let found = newest(hpa, Minor::new(21)).unwrap();
        assert_eq!(found.version, "v2beta2");
    }
}
