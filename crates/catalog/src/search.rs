//! Finds facts by what a person types: an API in any of its spellings, an add-on, a minor, the id of a
//! change, a feature gate. Where nothing is found, names that are near.

use std::collections::BTreeSet;

use version::Minor;

use crate::calendar::{self, Release};
use crate::{Api, BehaviourChange, CrdApi, FeatureGate};
use crate::{addons, apis, behaviours, crd_apis, feature_gates};

/// Longer texts are no name of anything here: the longest name has 61 characters.
const QUERY_CHARS_MAX: usize = 128;

/// A fact that was found.
#[derive(Debug, Clone, Copy)]
pub enum Found {
    /// A version of a built-in kind.
    Api(Api),
    /// A version of a custom resource.
    Crd(CrdApi),
    /// An add-on, by the name under which [`crate::addon_compatibility`] or [`crate::crd_apis`] know it.
    Addon(&'static str),
    /// A minor.
    Release(Release),
    /// A change of behaviour.
    Behaviour(BehaviourChange),
    /// A removed feature gate.
    FeatureGate(FeatureGate),
}

/// Everything that the text names, case aside: minors and ids first, then APIs, then add-ons.
#[must_use]
pub fn search(text: &str) -> Vec<Found> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > QUERY_CHARS_MAX {
        return Vec::new();
    }
    let mut found = Vec::new();
    let minor = text.parse::<Minor>().ok();
    found.extend(minor.and_then(calendar::release).map(Found::Release));
    let same = |name: &str| name.eq_ignore_ascii_case(text);
    found.extend(behaviours().filter(|change| same(change.id())).map(Found::Behaviour));
    found.extend(feature_gates().filter(|gate| same(gate.name())).map(Found::FeatureGate));
    let query = ApiQuery::new(text);
    found.extend(apis().filter(|api| query.matches(api.gvk())).map(Found::Api));
    found.extend(crd_apis().filter(|crd| query.matches(crd.gvk())).map(Found::Crd));
    found.extend(addon_names().into_iter().filter(|name| names_addon(name, text)).map(Found::Addon));
    found
}

/// What a text with slashes or dots may say about an API.
struct ApiQuery<'t> {
    parts: Vec<&'t str>,
}

impl<'t> ApiQuery<'t> {
    fn new(text: &'t str) -> Self {
        Self { parts: text.split('/').collect() }
    }

    /// `group/version/Kind`, `group/version`, `version/Kind` of the core group, `group/Kind`, `group`,
    /// `Kind`, and the plural of a kind, with its group as in a CRD's name or without.
    fn matches(&self, gvk: resource::GroupVersionKind<'_>) -> bool {
        let same = |left: &str, right: &str| left.eq_ignore_ascii_case(right);
        let is_group =
            |text: &str| if gvk.group.is_empty() { same(text, "core") } else { same(text, gvk.group) };
        match *self.parts.as_slice() {
            [group, version, kind] => {
                is_group(group) && same(version, gvk.version) && names_kind(kind, gvk.kind)
            }
            [first, second] => {
                (is_group(first) && (same(second, gvk.version) || names_kind(second, gvk.kind)))
                    || (gvk.group.is_empty() && same(first, gvk.version) && names_kind(second, gvk.kind))
            }
            [name] => {
                let of_group = |(kind, group): (&str, &str)| is_group(group) && names_kind(kind, gvk.kind);
                is_group(name) || names_kind(name, gvk.kind) || name.split_once('.').is_some_and(of_group)
            }
            _ => false,
        }
    }
}

/// Whether a text is a kind or its plural, case aside.
fn names_kind(text: &str, kind: &str) -> bool {
    if text.eq_ignore_ascii_case(kind) {
        return true;
    }
    let (text, kind) = (text.to_ascii_lowercase(), kind.to_ascii_lowercase());
    let stem = |suffix: &str| text.strip_suffix(suffix);
    stem("s") == Some(&kind)
        || stem("es") == Some(&kind)
        || stem("ies").is_some_and(|stem| kind.strip_suffix('y') == Some(stem))
}

/// The names of add-ons in both tables, sorted.
fn addon_names() -> BTreeSet<&'static str> {
    addons().chain(crd_apis().map(CrdApi::addon)).collect()
}

/// Whether a text names an add-on: all of its name, its name without what stands in brackets, or a
/// part of a name of several (`flux/source-controller`).
fn names_addon(name: &str, text: &str) -> bool {
    let bare = name.split('(').next().unwrap_or(name).trim();
    [name, bare].into_iter().chain(bare.split('/')).any(|part| part.eq_ignore_ascii_case(text))
}

/// Names that the text may have meant, nearest first, at most `limit`.
#[must_use]
pub fn nearest_names(text: &str, limit: usize) -> Vec<&'static str> {
    let text = text.trim().to_ascii_lowercase();
    let length = text.chars().count();
    if length > QUERY_CHARS_MAX {
        return Vec::new();
    }
    // A third of the characters may be wrong: fewer miss common slips, more suggests at random.
    let edits_max = (length / 3).max(1);
    let mut names: BTreeSet<&'static str> = addon_names();
    names.extend(apis().flat_map(|api| [api.gvk().group, api.gvk().kind]));
    names.extend(crd_apis().flat_map(|crd| [crd.gvk().group, crd.gvk().kind]));
    names.extend(behaviours().map(BehaviourChange::id));
    names.extend(feature_gates().map(FeatureGate::name));
    let mut near: Vec<(usize, &'static str)> = names
        .into_iter()
        .filter(|name| !name.is_empty() && name.len().abs_diff(text.len()) <= edits_max)
        .map(|name| (edits(&text, &name.to_ascii_lowercase()), name))
        .filter(|(edits, _)| *edits <= edits_max)
        .collect();
    near.sort_unstable();
    near.into_iter().take(limit).map(|(_, name)| name).collect()
}

/// How many characters must be put in, taken out, changed or swapped with their neighbour.
fn edits(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    let mut previous_char = None;
    for (row, character) in left.chars().enumerate() {
        let mut current = vec![row + 1];
        for (column, other) in right.iter().enumerate() {
            let at = |cells: &[usize], index: usize| cells.get(index).copied().unwrap_or(usize::MAX - 1);
            let changed = at(&last, column) + usize::from(character != *other);
            let mut best = changed.min(at(&last, column + 1) + 1).min(at(&current, column) + 1);
            let swapped =
                column > 0 && previous_char == Some(*other) && right.get(column - 1) == Some(&character);
            if swapped {
                best = best.min(at(&before_last, column - 1) + 1);
            }
            current.push(best);
        }
        before_last = std::mem::replace(&mut last, current);
        previous_char = Some(character);
    }
    last.last().copied().unwrap_or(0)
}
