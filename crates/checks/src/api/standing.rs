//! How a version of a built-in kind stands on the way to the targets.

use catalog::{Api, Conversion, DefaultOn, Form, HORIZON, OLDEST, Served, served};
use version::Minor;

use crate::{Context, Subject};

/// What the journeys do to a version. One of these, the first that applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Stored objects must be gone before the hop to this minor, which can no longer read them.
    MustBeDeleted(Minor),
    /// Not served from this minor on, and nothing takes its place.
    NoSuccessor(Minor),
    /// Not served from this minor on; another version is.
    Removed(Minor),
    /// Off unless somebody turns it on, at this minor of the way.
    OffByDefault(Minor),
    /// Served to the end, with a warning from this minor on.
    Deprecated(Minor),
    /// Nothing to say.
    Fine,
}

/// Alphas whose stored objects stop the API server or cannot be read after the hop at which their version goes.
/// Group and version; all kinds in them (release notes #116299, #132000, #134784, #138572, #140184).
const UNREADABLE_ONCE_REMOVED: [(&str, &str); 6] = [
    ("resource.k8s.io", "v1alpha1"),
    ("resource.k8s.io", "v1alpha2"),
    ("resource.k8s.io", "v1alpha3"),
    ("scheduling.k8s.io", "v1alpha1"),
    ("scheduling.k8s.io", "v1alpha2"),
    ("storagemigration.k8s.io", "v1alpha1"),
];

/// The catalog's row of the subject's own version; none for kinds that the catalog does not know and for what only
/// programs say to each other.
pub(crate) fn api_of(subject: &Subject<'_>) -> Option<Api> {
    catalog::api(subject.object?.gvk).filter(|api| api.form() != Form::Protocol)
}

/// As [`api_of`], for what the API server serves.
pub(crate) fn served_api_of(subject: &Subject<'_>) -> Option<Api> {
    api_of(subject).filter(|api| api.form() != Form::File)
}

/// Judges a version.
pub(crate) fn standing(context: &Context<'_>, api: Api) -> Standing {
    if let Some(removed) = removal(context, api) {
        return match () {
            () if is_unreadable_once_removed(api) => Standing::MustBeDeleted(removed),
            () if leads_nowhere(context, api) => Standing::NoSuccessor(removed),
            () => Standing::Removed(removed),
        };
    }
    if let Some(minor) = off_at(context, api) {
        return Standing::OffByDefault(minor);
    }
    match api.deprecated() {
        Some(deprecated) if context.reaches(deprecated) => Standing::Deprecated(deprecated),
        _ => Standing::Fine,
    }
}

/// Replacements of replacements that are followed. The longest chain (`resource.k8s.io` v1alpha1 on) has three.
const REPLACEMENTS_MAX: usize = 8;

/// Whether nothing takes the version's place, or only what a journey outlives as well.
fn leads_nowhere(context: &Context<'_>, api: Api) -> bool {
    let mut current = api;
    for _ in 0..REPLACEMENTS_MAX {
        let Some(next) = current.replacement() else { return true };
        match catalog::api(next) {
            Some(next) if removal(context, next).is_some() => current = next,
            _ => return false,
        }
    }
    false
}

/// The minor that no longer serves the version, if a journey reaches it; a cluster that can still turn it on, and
/// does, reaches it later.
fn removal(context: &Context<'_>, api: Api) -> Option<Minor> {
    let removed = api.removed().filter(|removed| context.reaches(*removed))?;
    let last = context.target().min(HORIZON);
    if removed > HORIZON || last < OLDEST {
        return Some(removed);
    }
    let first_gone = removed.previous().unwrap_or(removed).hops_to(last);
    first_gone
        .into_iter()
        .find(|minor| *minor < OLDEST || served(api, *minor, context.overlay) != Served::Yes)
}

/// The first minor of the way at which the version exists but is off.
fn off_at(context: &Context<'_>, api: Api) -> Option<Minor> {
    if api.default_on() == DefaultOn::Yes {
        return None;
    }
    let is_off = |minor: &Minor| served(api, *minor, context.overlay) == Served::OffByDefault;
    let of_journey = |from: Option<Minor>, to: Minor| {
        let from = from.unwrap_or(to).max(OLDEST);
        (from.number()..=to.min(HORIZON).number()).map(Minor::new).find(is_off)
    };
    context.journeys.iter().filter_map(|journey| of_journey(journey.from, journey.to)).min()
}

fn is_unreadable_once_removed(api: Api) -> bool {
    let gvk = api.gvk();
    api.conversion() == Some(Conversion::Redesign) && gvk.version.contains("alpha")
        || UNREADABLE_ONCE_REMOVED.contains(&(gvk.group, gvk.version))
}

/// How a message says since when a version is not served: `not served from 1.25 on`, and by whom it is not already.
pub(crate) fn not_served_phrase(context: &Context<'_>, removed: Minor) -> String {
    gone_phrase(context, removed, "served")
}

/// As [`not_served_phrase`], for configuration files.
pub(crate) fn not_read_phrase(context: &Context<'_>, removed: Minor) -> String {
    gone_phrase(context, removed, "read")
}

fn gone_phrase(context: &Context<'_>, removed: Minor, participle: &str) -> String {
    let began_after: Vec<_> =
        context.journeys.iter().filter(|journey| journey.began_after(removed)).collect();
    let starts = began_after.iter().filter_map(|journey| journey.from);
    match (began_after.len() == context.journeys.len(), starts.min()) {
        (true, Some(start)) => {
            format!("already not {participle} at the start version {start} (gone since {removed})")
        }
        (false, Some(_)) => {
            let names: Vec<&str> =
                began_after.iter().filter_map(|journey| journey.cluster.as_deref()).collect();
            let already = if names.is_empty() { "some clusters".to_owned() } else { names.join(", ") };
            format!("not {participle} from {removed} on, and already not by {already}")
        }
        (_, None) => format!("not {participle} from {removed} on"),
    }
}
