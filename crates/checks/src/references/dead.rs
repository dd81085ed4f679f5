//! What has died by the targets: a version of a kind, a kind in a group, all of a version.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use catalog::{Api, CrdApi, CrdState, Form, HORIZON, Served, served};
use resource::{GroupVersion, GroupVersionKind};
use version::Minor;

use crate::api::conversion::not_everywhere;
use crate::api::crd::{CrdStanding, crd_standing, served_since};
use crate::api::standing::{Standing, standing};
use crate::{Context, Safety};

/// Something that is referred to and no longer there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dead {
    /// The minor at which it goes; none for custom resources.
    pub(crate) minor: Option<Minor>,
    /// Since when it is not served: `not served from 1.25 on`.
    pub(crate) phrase: String,
    /// What it is called now.
    pub(crate) now: Option<GroupVersionKind<'static>>,
    /// Whether the new name can be written today.
    pub(crate) safety: Safety,
}

impl Dead {
    /// What to do, in words.
    pub(crate) fn remedy(&self) -> String {
        match self.now {
            Some(now) => format!("name {now} instead"),
            None => "take it out: nothing takes its place".to_owned(),
        }
    }
}

/// What has become of a version of a kind; none if it is alive or not known.
pub(crate) fn dead_version(context: &Context<'_>, gvk: GroupVersionKind<'_>) -> Option<Dead> {
    if let Some(api) = catalog::api(gvk) {
        return gone_at(context, api).map(|minor| of_builtin(context, api, minor));
    }
    let CrdStanding::Gone { since, replacement } = crd_standing(gvk)? else { return None };
    let needs =
        replacement.and_then(served_since).map(|needs| format!("every cluster must run {needs} or newer"));
    Some(Dead {
        minor: None,
        phrase: format!("no longer served from {since}"),
        now: replacement,
        safety: Safety::Ask(needs.unwrap_or_else(|| "every cluster must serve the replacement".to_owned())),
    })
}

/// What has become of a version of a group if all its kinds are gone.
pub(crate) fn dead_throughout(context: &Context<'_>, group_version: GroupVersion<'_>) -> Option<Dead> {
    let kinds = catalog::apis().map(|api| api.gvk()).filter(|gvk| gvk.group_version() == group_version);
    let states: Option<Vec<Dead>> = kinds.map(|gvk| dead_version(context, gvk)).collect();
    let states = states?;
    let mut last = states.into_iter().max_by_key(|dead| dead.minor)?;
    // Kinds may have gone different ways: the version alone says nothing about which one is meant.
    last.now = None;
    Some(last)
}

/// What has become of a kind in a group, in whatever version; none if one of its versions is alive or none is known.
pub(crate) fn dead_kind(context: &Context<'_>, group: &str, kind: &str) -> Option<Dead> {
    let is_it = |gvk: GroupVersionKind<'_>| gvk.group == group && gvk.kind == kind;
    let versions: Vec<Api> = catalog::apis().filter(|api| is_it(api.gvk()) && is_object(*api)).collect();
    if versions.is_empty() {
        let versions: Vec<CrdApi> = catalog::crd_apis().filter(|row| is_it(row.gvk())).collect();
        let is_dead = versions.iter().all(|row| row.state() == CrdState::Removed);
        return versions.last().filter(|_| is_dead).and_then(|row| dead_version(context, row.gvk()));
    }
    let mut last: Option<(Minor, Api)> = None;
    for api in versions {
        let minor = gone_at(context, api)?;
        last = last.max(Some((minor, api)));
    }
    last.map(|(minor, api)| of_builtin(context, api, minor))
}

/// The kinds of a group that the facts know, with their names in rules: `ingresses`.
pub(crate) fn kinds_of(group: &str) -> BTreeSet<&'static str> {
    let builtin = catalog::apis().filter(|api| is_object(*api)).map(|api| api.gvk());
    let custom = catalog::crd_apis().map(|row| row.gvk());
    builtin.chain(custom).filter(|gvk| gvk.group == group).map(|gvk| gvk.kind).collect()
}

/// A kind's name in rules and paths, as Kubernetes derives it: `NetworkPolicy` → `networkpolicies`.
pub(crate) fn plural(kind: &str) -> String {
    let lower = kind.to_ascii_lowercase();
    if lower.ends_with("endpoints") {
        return lower;
    }
    if let Some(stem) = lower.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'o', 'u'])) {
        return format!("{stem}ies");
    }
    let takes_es = ["s", "x", "ch", "sh"].iter().any(|end| lower.ends_with(end));
    if takes_es { format!("{lower}es") } else { format!("{lower}s") }
}

/// Words of which one stands wherever a dead group or kind is named: groups that are dead as a whole by the horizon, and
/// kinds that are dead in a group that lives on.
pub(crate) fn words() -> &'static [&'static str] {
    static WORDS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
        let builtin = catalog::apis().filter(|api| is_object(*api)).map(|api| {
            let is_gone = api.removed().is_some_and(|removed| removed <= HORIZON);
            (api.gvk(), is_gone)
        });
        let custom = catalog::crd_apis().map(|row| (row.gvk(), row.state() == CrdState::Removed));
        let rows: Vec<(GroupVersionKind<'static>, bool)> = builtin.chain(custom).collect();
        let living: BTreeSet<&str> =
            rows.iter().filter(|(_, gone)| !gone).map(|(gvk, _)| gvk.group).collect();
        let kinds: BTreeSet<(&str, &str)> =
            rows.iter().filter(|(_, gone)| !gone).map(|(gvk, _)| (gvk.group, gvk.kind)).collect();
        let mut words = BTreeSet::new();
        for (gvk, _) in &rows {
            if !living.contains(gvk.group) {
                words.insert(gvk.group.to_owned());
            } else if !kinds.contains(&(gvk.group, gvk.kind)) {
                words.insert(gvk.kind.to_owned());
                words.insert(plural(gvk.kind));
            }
        }
        // As many as the catalog has dead groups and kinds, for the rest of the run.
        words.into_iter().map(|word| &*word.leak()).collect()
    });
    &WORDS
}

fn is_object(api: Api) -> bool {
    api.form() == Form::Object
}

fn gone_at(context: &Context<'_>, api: Api) -> Option<Minor> {
    match standing(context, api) {
        Standing::Removed(minor) | Standing::NoSuccessor(minor) | Standing::MustBeDeleted(minor) => {
            Some(minor)
        }
        Standing::OffByDefault(_) | Standing::Deprecated(_) | Standing::Fine => None,
    }
}

fn of_builtin(context: &Context<'_>, api: Api, minor: Minor) -> Dead {
    let now = successor(context, api);
    let question = now.and_then(catalog::api).and_then(|to| not_everywhere(context, to));
    Dead {
        minor: Some(minor),
        phrase: format!("not served from {minor} on"),
        now,
        safety: question.map_or(Safety::Safe, Safety::Ask),
    }
}

/// The declared replacement if the target serves it, else the most mature version of the family that it serves.
fn successor(context: &Context<'_>, api: Api) -> Option<GroupVersionKind<'static>> {
    let target = context.target().min(HORIZON);
    let is_served = |api: &Api| served(*api, target, context.overlay) == Served::Yes;
    let declared = api.replacement().and_then(catalog::api).filter(is_served);
    let best = || catalog::family(api).filter(is_served).max_by_key(|api| api.maturity());
    declared.or_else(best).map(Api::gvk)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plurals_are_those_of_the_api_server() {
        for (kind, expected) in [
            ("Ingress", "ingresses"),
            ("NetworkPolicy", "networkpolicies"),
            ("Deployment", "deployments"),
            ("IngressClass", "ingressclasses"),
            ("Gateway", "gateways"),
            ("Endpoints", "endpoints"),
            ("PodSecurityPolicy", "podsecuritypolicies"),
        ] {
            assert_eq!(plural(kind), expected);
        }
    }

    #[test]
    fn words_are_dead_groups_and_the_dead_kinds_of_living_ones() {
        for word in [
            "extensions",
            "settings.k8s.io",
            "traefik.containo.us",
            "podsecuritypolicies",
            "PodSecurityPolicy",
        ] {
            assert!(words().contains(&word), "{word}");
        }
        for word in ["apps", "policy", "networking.k8s.io", "deployments", "ingresses", "karpenter.sh"] {
            assert!(!words().contains(&word), "{word}");
        }
    }
}
