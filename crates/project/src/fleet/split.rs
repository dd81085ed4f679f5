//! Objects that clusters of several versions share: whether what each cluster gets settles it, and else which overlay is needed.
//!
//! Takes findings about the `apiVersion` of objects in files. An overlay that says another version takes a cluster out of what a
//! finding is about, and one that takes out all takes the finding away. For the rest the file is named in which each cluster can
//! say the version that it needs. Edits nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use checks::{Context, Finding};
use gitops::{Deployment, ObjectAt, RenderedObject};
use inventory::Inventory;
use kustomize::load::KUSTOMIZATION_NAMES;
use kustomize::places::FilePlace;
use manifest::limits::FILE_BYTES_MAX;
use resource::GroupVersion;
use text::Span;
use tree::Tree;

use super::foresee::NO_COMMON_VERSION;
use super::places::Places;
use super::{At, ClusterRoutes, Judging};
use crate::journeys::Route;
use crate::rendering::merge::FileTexts;
use crate::rendering::output::judge;

/// Checks of the version that an object says, which another version in an overlay settles.
const OF_VERSIONS: [&str; 7] = [
    "removed-api",
    "deprecated-api",
    "replacement-not-served",
    "api-off-by-default",
    "crd-api-removed",
    "crd-api-deprecated",
    NO_COMMON_VERSION,
];

/// Where the versions of objects are written that clusters get.
pub(super) struct Splitting<'s, 'a> {
    pub(super) fleets: &'s [At],
    pub(super) routes: &'s ClusterRoutes,
    pub(super) deployment: &'s Deployment,
    pub(super) judging: Judging<'s>,
    pub(super) tree: &'s dyn Tree,
    pub(super) places: &'s mut Places<'a>,
}

/// A unit of a cluster, by positions.
type UnitAt = (usize, usize, usize);

/// Who gets an object of a file.
#[derive(Default)]
struct Standing<'f> {
    /// The clusters that get it with the version that the file says, each with the units that render it.
    shown: BTreeMap<&'f str, BTreeSet<UnitAt>>,
    /// One of these objects.
    object: Option<&'f RenderedObject>,
    /// Whether somebody gets it with a version that something else says.
    is_overridden: bool,
}

/// The versions that need an overlay, each with its clusters, and the file for it if there is one.
struct Overlay {
    version: String,
    clusters: Vec<String>,
    file: Option<FilePlace>,
}

impl<'s> Splitting<'s, '_> {
    /// Takes away what overlays settle, and says of the rest which overlays are needed.
    pub(super) fn run(mut self, inventory: &mut Inventory, findings: &mut Vec<Finding>) {
        let mut texts = FileTexts::of(&inventory.texts);
        findings.retain_mut(|finding| {
            let is_of_version =
                OF_VERSIONS.contains(&finding.check) && finding.path.to_string() == "apiVersion";
            if !is_of_version || (finding.check != NO_COMMON_VERSION && !finding.units.is_empty()) {
                return true;
            }
            let span = inventory.texts.resolve(finding.span).map_or(finding.span, |(span, _)| span);
            let Some(path) = inventory.texts.path(span.text).map(str::to_owned) else { return true };
            let standing = self.standing(finding, &path, span);
            if finding.check != NO_COMMON_VERSION || standing.shown.is_empty() {
                return !standing.is_overridden;
            }
            let overlays = self.overlays(finding, &standing);
            if let Some(overlays) = &overlays {
                tell(finding, overlays, &mut |place: &FilePlace| {
                    Span::new(texts.id(&mut inventory.texts, &place.path), place.range.clone())
                });
            }
            overlays.is_some()
        });
    }

    /// Who gets the object that a finding is about.
    fn standing(&mut self, finding: &Finding, path: &str, span: Span) -> Standing<'s> {
        let mut standing = Standing::default();
        let Some(named) = &finding.object else { return standing };
        let Ok(bytes) = self.tree.read(path, FILE_BYTES_MAX) else { return standing };
        let fleets = self.fleets;
        for (fleet, At { fleet: of, .. }) in fleets.iter().enumerate() {
            for (cluster, one) in of.clusters.iter().enumerate() {
                let readers =
                    one.units.iter().enumerate().filter(|(_, unit)| unit.files().any(|file| file == path));
                for (unit, of) in readers {
                    let objects = of.objects().iter().enumerate();
                    for (object, rendered) in
                        objects.filter(|(_, it)| it.id.kind == named.kind && !it.is_masked())
                    {
                        let at = ObjectAt { cluster, unit, object };
                        let mut said = |key: &str| self.said(fleet, at, rendered, key, path);
                        if said("apiVersion").iter().any(|range| range.start == span.start) {
                            standing.shown.entry(&one.name).or_default().insert((fleet, cluster, unit));
                            standing.object.get_or_insert(rendered);
                        } else if said("kind").iter().any(|range| is_one_document(&bytes, range, span)) {
                            standing.is_overridden = true;
                        }
                    }
                }
            }
        }
        standing
    }

    /// Where a file says the value of a key at the top of an object.
    fn said(
        &mut self,
        fleet: usize,
        at: ObjectAt,
        object: &RenderedObject,
        key: &str,
        path: &str,
    ) -> Vec<Range<u32>> {
        let Some(range) = value_of(&object.text, key) else { return Vec::new() };
        let written = self.places.written(fleet, at, range).into_iter();
        written.filter(|place| place.path == path).map(|place| place.range).collect()
    }

    /// The overlays that the clusters need which still share the object; none if these have a version in common.
    fn overlays(&mut self, finding: &mut Finding, standing: &Standing<'_>) -> Option<Vec<Overlay>> {
        let mut ways = standing.shown.keys().filter_map(|cluster| self.routes.of(cluster)).cloned();
        let mut route: Route = ways.next()?;
        ways.for_each(|way| route.join(way));
        let text = &standing.object?.text;
        let found = judge((self.judging.assessor, self.judging.checks), (&route, ""), text).findings;
        let found = found.into_iter().find(|found| found.check == NO_COMMON_VERSION)?;
        finding.remedy = found.remedy;
        finding.severity = found.severity;
        finding.clusters = standing.shown.keys().map(|cluster| (*cluster).to_owned()).collect();
        let object = finding.object.as_ref()?;
        let gvk = GroupVersion::parse(&object.api_version)?.with_kind(&object.kind);
        let context = Context { journeys: &route.journeys, overlay: &route.overlay };
        let needed = checks::versions_needed(&context, gvk).into_iter();
        let needed = needed.filter(|needed| needed.versions.first() != Some(&object.api_version));
        let overlays = needed.filter_map(|needed| {
            let file = self.file_for(&needed.clusters, standing);
            Some(Overlay { version: needed.versions.into_iter().next()?, clusters: needed.clusters, file })
        });
        Some(overlays.collect())
    }

    /// The file in which a patch reaches these clusters and no other: a kustomization of theirs, that of the unit's own folder
    /// first, or else what declares the unit.
    fn file_for(&mut self, clusters: &[String], standing: &Standing<'_>) -> Option<FilePlace> {
        let units = standing.shown.iter().filter(|(cluster, _)| clusters.iter().any(|it| it == *cluster));
        let units: BTreeSet<UnitAt> = units.flat_map(|(_, units)| units).copied().collect();
        let deployment = self.deployment;
        let is_theirs = |path: &str| {
            deployment
                .clusters(path)
                .is_some_and(|mut all| all.all(|one| clusters.iter().any(|it| it == one)))
        };
        let fleets = self.fleets;
        for (fleet, cluster, unit) in &units {
            let unit = fleets.get(*fleet)?.fleet.clusters.get(*cluster)?.units.get(*unit)?;
            let own = unit.folder().map(|folder| kustomize::load::join("", folder)).unwrap_or_default();
            let mut files: Vec<&str> =
                unit.files().filter(|path| is_kustomization(path) && is_theirs(path)).collect();
            files.sort_by_key(|path| (folder_of(path) != own, path.len()));
            if let Some(path) = files.first() {
                return Some(FilePlace { path: (*path).to_owned(), range: 0..0 });
            }
        }
        units.into_iter().find_map(|unit| self.places.of_unit(unit).filter(|place| is_theirs(&place.path)))
    }
}

fn is_kustomization(path: &str) -> bool {
    KUSTOMIZATION_NAMES.contains(&path.rsplit('/').next().unwrap_or(path))
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Says of a finding which overlays are needed.
fn tell(finding: &mut Finding, overlays: &[Overlay], span_of: &mut dyn FnMut(&FilePlace) -> Span) {
    for Overlay { version, clusters, file } in overlays {
        let names: Vec<&str> = clusters.iter().map(String::as_str).collect();
        let names = checks::listed(&names);
        match file {
            Some(place) => {
                finding.remedy =
                    format!("{}; a patch to {version} for {names} goes into {}", finding.remedy, place.path);
                let told = format!("a patch to {version} for {names} goes here");
                finding.related.push((span_of(place), told));
            }
            None => {
                finding.remedy = format!(
                    "{}; a kustomization of its own is needed for {names}, to say {version}",
                    finding.remedy
                );
            }
        }
    }
}

/// The range of the value of a key at the top of an object's text.
fn value_of(text: &str, key: &str) -> Option<Range<u32>> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let value = line.strip_prefix(key).and_then(|rest| rest.strip_prefix(": "));
        if let Some(value) = value {
            let start = at + line.len() - value.len();
            let end = start + value.trim_end().len();
            return Some(u32::try_from(start).ok()?..u32::try_from(end).ok()?);
        }
        at += line.len();
    }
    None
}

/// Whether no document ends between a range and a span of one file.
fn is_one_document(bytes: &[u8], range: &Range<u32>, span: Span) -> bool {
    let (start, end) = (range.start.min(span.start) as usize, range.end.max(span.end) as usize);
    let between = bytes.get(start..end).unwrap_or_default();
    memchr::memmem::find(between, b"\n---").is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_of_a_key_is_found_at_the_top_alone() {
        let text = "apiVersion: v1\nkind: Pod\nspec:\n  kind: x\n";
        let part = |key| value_of(text, key).map(|range| &text[range.start as usize..range.end as usize]);
        assert_eq!((part("apiVersion"), part("kind"), part("name")), (Some("v1"), Some("Pod"), None));
    }

    #[test]
    fn what_stands_behind_a_separator_is_another_document() {
        let bytes = b"a: 1\n---\nb: 2\n";
        let span = |start, end| Span::new(text::TextId(0), start..end);
        assert!(is_one_document(bytes, &(0..1), span(3, 4)));
        assert!(!is_one_document(bytes, &(9..10), span(0, 1)));
    }
}
