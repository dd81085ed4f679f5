//! Which version of a kind clusters can share, and which one each of them needs where they cannot.
//!
//! Takes the journeys that reach a file; what counts are all minors of their ways, since each cluster moves when it moves. Knows
//! nothing of files.

use std::collections::{BTreeMap, BTreeSet};

use catalog::{Api, ClusterAt, Common, HORIZON, OLDEST, Overlay, common_version, route};
use resource::GroupVersionKind;
use version::Minor;

use crate::{Context, Journey};

/// A version that clusters need, and which ones do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NeededVersion {
    /// What their file has to say as `apiVersion`; several where one cluster needs one after the other on its way.
    pub versions: Vec<String>,
    /// The clusters by their names, or their ways where they have none; sorted.
    pub clusters: Vec<String>,
}

/// The version of `gvk` that each cluster needs at all minors of its way, those that need the same together.
#[must_use]
pub fn versions_needed(context: &Context<'_>, gvk: GroupVersionKind<'_>) -> Vec<NeededVersion> {
    let mut by_versions: BTreeMap<Vec<String>, BTreeSet<String>> = BTreeMap::new();
    for journey in context.journeys {
        let versions = needed(journey, context.overlay, gvk);
        by_versions.entry(versions).or_default().insert(name_of(journey));
    }
    let needed = |(versions, clusters): (Vec<String>, BTreeSet<String>)| NeededVersion {
        versions,
        clusters: clusters.into_iter().collect(),
    };
    by_versions.into_iter().map(needed).collect()
}

/// What clusters need in words: `policy/v1beta1 for old, policy/v1 for new`.
pub(crate) fn in_words(needed: &[NeededVersion]) -> String {
    let of_one = |needed: &NeededVersion| {
        let clusters: Vec<&str> = needed.clusters.iter().map(String::as_str).collect();
        let versions = match needed.versions.is_empty() {
            true => "no version".to_owned(),
            false => needed.versions.join(" and then "),
        };
        format!("{versions} for {}", crate::listed(&clusters))
    };
    needed.iter().map(of_one).collect::<Vec<_>>().join(", ")
}

/// The version that clusters which go different ways all serve at every minor of these, and that can say the same; none where
/// there is none, or where they all go one way.
pub(crate) fn shared_version(context: &Context<'_>, api: Api) -> Option<Api> {
    let minors = minors_of_all(context)?;
    match common(context.overlay, api, &minors) {
        Common::Versions(versions) => versions.into_iter().find(|version| says_the_same(*version, api)),
        Common::AsWritten(_) | Common::NoneServed | Common::Unknown(_) => None,
    }
}

/// Whether clusters that go different ways serve no one version at all minors of these that can say the same.
pub(crate) fn shares_no_version(context: &Context<'_>, api: Api) -> bool {
    minors_of_all(context).is_some_and(|minors| match common(context.overlay, api, &minors) {
        Common::NoneServed => true,
        Common::Versions(versions) => !versions.iter().any(|version| says_the_same(*version, api)),
        Common::AsWritten(_) | Common::Unknown(_) => false,
    })
}

/// Whether a version knows all fields that `api` may have: one of a lower number (`autoscaling/v1` for `v2beta2`) lacks some.
pub(crate) fn says_the_same(version: Api, api: Api) -> bool {
    let number = |api: Api| api.maturity().1;
    number(version) >= number(api)
}

/// What all clusters at these minors serve of a kind.
pub(crate) fn common(overlay: &Overlay, api: Api, minors: &[Minor]) -> Common {
    let clusters: Vec<ClusterAt<'_>> =
        minors.iter().map(|minor| ClusterAt { minor: *minor, overlay }).collect();
    common_version(api.gvk(), &clusters)
}

/// The minors of all ways, if these are known and not all the same.
fn minors_of_all(context: &Context<'_>) -> Option<Vec<Minor>> {
    let ways: BTreeSet<(Option<Minor>, Minor)> =
        context.journeys.iter().map(|journey| (journey.from, journey.to)).collect();
    if ways.len() < 2 {
        return None;
    }
    let mut minors = BTreeSet::new();
    for (from, to) in ways {
        minors.extend(minors_between(from?, to));
    }
    Some(minors.into_iter().collect())
}

fn minors_between(from: Minor, to: Minor) -> impl Iterator<Item = Minor> {
    (from.max(OLDEST).number()..=to.min(HORIZON).number()).map(Minor::new)
}

/// The version that one cluster needs: one for all of its way, or else one after the other.
fn needed(journey: &Journey, overlay: &Overlay, gvk: GroupVersionKind<'_>) -> Vec<String> {
    let Some(api) = catalog::api(gvk) else { return Vec::new() };
    let from = journey.from.unwrap_or(journey.to);
    let minors: Vec<Minor> = minors_between(from, journey.to).collect();
    let said = |api: Api| api.gvk().group_version().to_string();
    match common(overlay, api, &minors) {
        Common::AsWritten(api) => return vec![said(api)],
        Common::Versions(versions) => {
            if let Some(version) = versions.into_iter().find(|version| says_the_same(*version, api)) {
                return vec![said(version)];
            }
        }
        Common::NoneServed | Common::Unknown(_) => {}
    }
    let way = route(gvk, from, journey.to, overlay);
    let is_served = catalog::served(api, from, overlay) == catalog::Served::Yes;
    let steps = way.steps.iter().map(|step| said(step.to));
    is_served.then(|| said(api)).into_iter().chain(steps).collect()
}

fn name_of(journey: &Journey) -> String {
    match (&journey.cluster, journey.from) {
        (Some(name), _) => name.clone(),
        (None, Some(from)) => format!("{from} -> {}", journey.to),
        (None, None) => journey.to.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use resource::GroupVersion;

    use super::*;

    fn journeys(ways: &[(&str, u16, u16)]) -> Vec<Journey> {
        let journey = |(name, from, to): &(&str, u16, u16)| Journey {
            cluster: Some((*name).to_owned()),
            from: Some(Minor::new(*from)),
            to: Minor::new(*to),
        };
        ways.iter().map(journey).collect()
    }

    fn told(api_version: &str, kind: &str, ways: &[(&str, u16, u16)]) -> (Option<String>, bool, String) {
        let (journeys, overlay) = (journeys(ways), Overlay::default());
        let context = Context { journeys: &journeys, overlay: &overlay };
        let gvk = GroupVersion::parse(api_version).unwrap().with_kind(kind);
        let api = catalog::api(gvk).unwrap();
        let shared = shared_version(&context, api).map(|api| api.gvk().group_version().to_string());
        (shared, shares_no_version(&context, api), in_words(&versions_needed(&context, gvk)))
    }

    #[test]
    fn clusters_share_what_all_serve_at_all_minors_of_their_ways() {
        let budget = |ways: &[(&str, u16, u16)]| told("policy/v1beta1", "PodDisruptionBudget", ways);
        assert_eq!(
            budget(&[("a", 21, 22), ("b", 24, 25)]),
            (Some("policy/v1".to_owned()), false, "policy/v1 for b, policy/v1beta1 for a".to_owned())
        );
        assert_eq!(
            budget(&[("a", 19, 20), ("b", 24, 25)]),
            (None, true, "policy/v1 for b, policy/v1beta1 for a".to_owned())
        );
        // What is written is served by all.
        assert!(!budget(&[("a", 19, 20), ("b", 20, 21)]).1);
        // Clusters that go the same way move together, or one by one with edits between.
        assert_eq!(budget(&[("a", 19, 25), ("b", 19, 25)]).0, None);
        assert!(!budget(&[("a", 19, 25), ("b", 19, 25)]).1);
        assert_eq!(
            budget(&[("a", 19, 25), ("b", 21, 25)]).2,
            "policy/v1 for b, policy/v1beta1 and then policy/v1 for a"
        );
    }

    #[test]
    fn a_version_that_lacks_fields_is_not_shared() {
        let ways = [("prod", 21, 22), ("staging", 27, 28)];
        let (shared, is_without, words) = told("autoscaling/v2beta2", "HorizontalPodAutoscaler", &ways);
        assert_eq!((shared, is_without), (None, true));
        assert_eq!(words, "autoscaling/v2 for staging, autoscaling/v2beta2 for prod");
    }
}
