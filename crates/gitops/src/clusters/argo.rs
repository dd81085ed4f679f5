//! Where Argo CD begins: the Applications and `ApplicationSet`s that nothing else renders, told by following what each would
//! read.

use std::collections::{BTreeMap, BTreeSet};

use tree::Place;

use super::reach::Reach;
use crate::argo::application::{ApplicationSource, ApplicationSpec};
use crate::argo::application_set::{World, applications};
use crate::argo::cluster::ClusterSecret;
use crate::argo::declared::{DeclaredArgo, DeclaredUnit, Says};
use crate::argo::own::{Evidence, OwnRepository, Use};
use crate::argo::settings::Settings;
use crate::argo::source::{Tool, folder_of, resolve};
use crate::fields::Fields;
use crate::graph::Missing;
use crate::repository::{Repository, is_yaml, namespace_of, parts_in_common};
use crate::trees::SharedTree;

/// The Argo CD of a cluster.
#[derive(Debug, Clone, Default)]
pub(crate) struct Instance {
    /// What it begins with.
    pub(crate) entries: Vec<DeclaredUnit>,
    pub(crate) own: OwnRepository,
    /// The clusters that are declared in files.
    pub(crate) clusters: Vec<ClusterSecret>,
    /// The settings that stand nearest to what it begins with.
    pub(crate) settings: Option<Settings>,
    /// Whether anything of Argo CD stands in the repository, if not here.
    has_units: bool,
}

impl Instance {
    /// Whether it may apply something in other clusters: whatever units render may say so.
    pub(crate) fn may_reach_others(&self) -> bool {
        self.has_units
    }
}

/// What Argo CD reads of a repository.
#[derive(Debug, Default)]
pub(super) struct ArgoReads {
    own: OwnRepository,
    /// The files that each declared unit reads.
    files: Vec<BTreeSet<String>>,
}

impl ArgoReads {
    pub(super) fn of(repository: &Repository, reach: &mut Reach<'_>) -> Self {
        let declared = &repository.argo;
        if declared.units.is_empty() {
            return Self::default();
        }
        let own = OwnRepository::of(&uses(declared, repository));
        let specs: Vec<Vec<ApplicationSpec>> =
            declared.units.iter().map(|unit| specs_of(unit, declared, (&own, &repository.tree))).collect();
        let files = specs.iter().map(|specs| {
            let sources = specs.iter().flat_map(|spec| spec.sources.iter().map(move |source| (spec, source)));
            let own_sources = sources.filter(|(_, source)| own.has_url(&source.url));
            own_sources.flat_map(|(spec, source)| files_of(&spec.name, source, repository, reach)).collect()
        });
        let files = files.collect();
        Self { own, files }
    }

    /// The files that units read which stand in none of `flux`.
    pub(super) fn of_free_units(&self, repository: &Repository, flux: &BTreeSet<String>) -> BTreeSet<String> {
        let units = repository.argo.units.iter().zip(&self.files);
        let free = units.filter(|(unit, _)| !flux.contains(&unit.path));
        free.flat_map(|(_, files)| files.iter().cloned()).collect()
    }

    /// The units that neither `flux` nor another unit reads: what reads one and is read by it stands beside it.
    pub(super) fn entries<'r>(
        &self,
        repository: &'r Repository,
        flux: &BTreeSet<String>,
    ) -> Vec<&'r DeclaredUnit> {
        let units = &repository.argo.units;
        let edges: Vec<Vec<usize>> = self
            .files
            .iter()
            .map(|files| {
                let read = units.iter().enumerate().filter(|(_, unit)| files.contains(&unit.path));
                read.map(|(position, _)| position).collect()
            })
            .collect();
        let reached: Vec<BTreeSet<usize>> =
            (0..units.len()).map(|from| super::closure(from, &edges)).collect();
        let is_entry = |position: usize| {
            reached.iter().enumerate().all(|(other, of_other)| {
                let is_beside = reached.get(position).is_some_and(|own| own.contains(&other));
                other == position || !of_other.contains(&position) || is_beside
            })
        };
        let free = units.iter().enumerate().filter(|(_, unit)| !flux.contains(&unit.path));
        free.filter(|(position, _)| is_entry(*position)).map(|(_, unit)| unit).collect()
    }

    /// The Argo CD that begins with these, or none if there is nothing of it.
    pub(super) fn instance(
        &self,
        repository: &Repository,
        entries: Vec<DeclaredUnit>,
        near: &str,
    ) -> Instance {
        let declared = &repository.argo;
        let nearest = declared.settings.iter().max_by_key(|(path, _)| parts_in_common(path, near));
        let mut clusters: BTreeMap<(Option<String>, String), ClusterSecret> = BTreeMap::new();
        for (_, cluster) in &declared.clusters {
            clusters.entry((cluster.name.clone(), cluster.secret.clone())).or_insert_with(|| cluster.clone());
        }
        Instance {
            own: self.own_of(&entries, repository),
            entries,
            clusters: clusters.into_values().collect(),
            settings: nearest.map(|(_, settings)| settings.clone()),
            has_units: !declared.units.is_empty(),
        }
    }

    /// The own repository at the revision that these entries name, if they name one.
    fn own_of(&self, entries: &[DeclaredUnit], repository: &Repository) -> OwnRepository {
        let uses: Vec<Use> = entries
            .iter()
            .flat_map(|unit| uses_of(unit, repository))
            .filter(|one| self.own.has_url(&one.url))
            .collect();
        if uses.is_empty() { self.own.clone() } else { self.own.at_revisions_of(&uses) }
    }
}

/// The places that all units name.
fn uses(declared: &DeclaredArgo, repository: &Repository) -> Vec<Use> {
    declared.units.iter().flat_map(|unit| uses_of(unit, repository)).collect()
}

fn uses_of(unit: &DeclaredUnit, repository: &Repository) -> Vec<Use> {
    match &unit.says {
        Says::Application(spec) => {
            let of_files = spec.sources.iter().filter(|source| source.chart.is_empty());
            of_files.map(|source| used(&source.url, &source.revision, &source.path, repository)).collect()
        }
        Says::Set(value) => uses_of_set(Fields::of(value), repository),
    }
}

/// The places that the generators and the template of a set name, as far as they are written there.
fn uses_of_set(set: Fields<'_>, repository: &Repository) -> Vec<Use> {
    let mut uses = Vec::new();
    let template = set.at(&["spec", "template", "spec"]);
    let sources = template.items(&["sources"]).chain(Some(template.at(&["source"])));
    for source in sources.filter(|source| source.text(&["chart"]).is_empty()) {
        let (url, revision) = (source.text(&["repoURL"]), source.text(&["targetRevision"]));
        uses.push(used(url, revision, source.text(&["path"]), repository));
    }
    let mut open: Vec<Fields<'_>> = set.items(&["spec", "generators"]).collect();
    // Each entry of a finite value is looked at once.
    while let Some(entry) = open.pop() {
        let git = entry.at(&["git"]);
        for pattern in git.items(&["directories"]).chain(git.items(&["files"])) {
            let (url, revision) = (git.text(&["repoURL"]), git.text(&["revision"]));
            uses.push(used(url, revision, pattern.text(&["path"]), repository));
        }
        for kind in ["matrix", "merge"] {
            open.extend(entry.items(&[kind, "generators"]));
        }
    }
    uses.retain(|one| !one.url.is_empty() && !one.url.contains("{{"));
    uses
}

fn used(url: &str, revision: &str, path: &str, repository: &Repository) -> Use {
    // What stands before a parameter or a wildcard, up to the last whole part.
    let literal = path.split(['{', '*', '?', '[']).next().unwrap_or_default();
    let literal =
        if literal == path { literal } else { literal.rsplit_once('/').map_or("", |(whole, _)| whole) };
    let folder = kustomize::load::join("", literal);
    let evidence = match (folder.as_str(), repository.tree.locate(&folder)) {
        ("", _) => Evidence::Anywhere,
        (_, Ok(Place::Folder(_) | Place::File(_))) => Evidence::Here,
        _ => Evidence::Absent,
    };
    let revision = if revision.contains("{{") { "" } else { revision };
    Use { url: url.to_owned(), revision: revision.to_owned(), evidence }
}

/// The Applications that a unit is or makes, as far as this repository tells.
fn specs_of(
    unit: &DeclaredUnit,
    declared: &DeclaredArgo,
    (own, tree): (&OwnRepository, &SharedTree),
) -> Vec<ApplicationSpec> {
    let value = match &unit.says {
        Says::Application(spec) => return vec![ApplicationSpec::clone(spec)],
        Says::Set(value) => value,
    };
    let clusters: Vec<ClusterSecret> = declared.clusters.iter().map(|(_, cluster)| cluster.clone()).collect();
    let mut files = |url: &str, _: &str| {
        let elsewhere = || Missing::FindSource(url.to_owned());
        own.has_url(url).then(|| SharedTree::clone(tree)).ok_or_else(elsewhere)
    };
    let world = World { clusters: &clusters, files: &mut files, now_nanoseconds: 0 };
    // What cannot be made says so when its cluster is rendered.
    let made = applications(value, namespace_of(&unit.object), world).unwrap_or_default();
    let spec = |object: &crate::object::RenderedObject| {
        Some(ApplicationSpec::of(&object.value().ok()?, &object.id.name, namespace_of(object)))
    };
    made.objects.iter().filter_map(spec).collect()
}

/// The files that building a source reads in which objects may stand.
fn files_of(
    application: &str,
    source: &ApplicationSource,
    repository: &Repository,
    reach: &mut Reach<'_>,
) -> BTreeSet<String> {
    if source.is_for_others() || !source.chart.is_empty() {
        return BTreeSet::new();
    }
    let tree = &*repository.tree;
    let resolved =
        folder_of(tree, &source.path).and_then(|folder| resolve(tree, folder, &source.value, application));
    let Ok(resolved) = resolved else { return BTreeSet::new() };
    let below = |is_taken: &dyn Fn(&str) -> bool| {
        let within = |path: &&String| {
            let rest = match resolved.folder.as_str() {
                "" => Some(path.as_str()),
                folder => path.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/')),
            };
            rest.is_some_and(is_taken)
        };
        repository.files.iter().filter(|path| is_yaml(path)).filter(within).cloned().collect()
    };
    match resolved.tool {
        Tool::Kustomize => (*reach.below_existing(&resolved.folder)).clone(),
        Tool::Helm => below(&|path| path.starts_with("templates/") || path.starts_with("crds/")),
        Tool::Directory => {
            let recurses = Fields::of(&resolved.value).flag(&["directory", "recurse"]) == Some(true);
            below(&|path| recurses || !path.contains('/'))
        }
    }
}
