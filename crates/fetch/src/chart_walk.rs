//! From folders of charts to everything that rendering them needs.
//!
//! Fetches what charts depend on, and the schemas at other addresses that they and what they depend on refer to. What
//! cannot be fetched or read is told, and the others go on.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use helm::chart::Chart;
use helm::limits::CHARTS_DEPTH_MAX;
use helm::schema::{Remotes, Schemas};
use helm::sources::{Place, Requirement, WantedChart, requirements, without_user};
use kustomize::load::remote::CheckoutKey;
use tree::Tree;

use crate::charts::{Charts, FetchArtifact, FetchedChart, is_server, mirrored, read_file};
use crate::checkout::FetchedRepository;
use crate::walk::Event;

/// Bytes of one schema: the largest that charts refer to, that of all of Kubernetes, has 2 MB.
const SCHEMA_BYTES_MAX: u64 = 16 << 20;

/// Schemas that one run fetches. A chart refers to two; the bound ends a chain of schemas that are made up as they are
/// asked for.
const SCHEMAS_MAX: usize = 10_000;

/// Charts that one run fetches. Repositories name some hundred; the bound ends charts in Git that name ever new ones.
const CHARTS_MAX: usize = 100_000;

/// A folder that holds a chart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChartFolder {
    /// Its path in the tree.
    pub path: String,
    /// Its path for people.
    pub shown: String,
    /// The names of what its `charts/` holds.
    pub held: Vec<String>,
}

/// Fetches what charts need, and remembers what it has fetched.
pub(crate) struct ChartWalk {
    charts: Charts,
    /// Charts that were asked for.
    asked: BTreeSet<WantedChart>,
    /// How many charts in Git led to the one that is looked at.
    depth: usize,
    /// Schemas that were asked for, and their texts where they are at hand.
    schemas: RefCell<BTreeMap<String, Option<Arc<str>>>>,
}

impl ChartWalk {
    pub(crate) fn new(charts: Charts) -> Self {
        Self { charts, asked: BTreeSet::new(), depth: 0, schemas: RefCell::default() }
    }

    /// Fetches what the chart of a folder names.
    pub(crate) fn folder(&mut self, tree: &dyn Tree, folder: &ChartFolder, tell: &mut dyn FnMut(Event)) {
        let not_read = |reason: String| Event::NotRead { folder: folder.shown.clone(), reason };
        let chart = match Chart::outline_of_folder(tree, &folder.path) {
            Ok(chart) => chart,
            Err(error) => return tell(not_read(text::with_causes(&error))),
        };
        self.requirements_of(&chart, (&folder.shown, &|name| folder.holds(name)), tell);
        self.schemas_of(&chart, tell);
    }

    /// Fetches what a chart depends on and does not hold.
    fn requirements_of(
        &mut self,
        chart: &Chart,
        (shown, is_held): (&str, &dyn Fn(&str) -> bool),
        tell: &mut dyn FnMut(Event),
    ) {
        let required = requirements(chart, &self.charts.options.credentials.aliases());
        if required.is_lock_out_of_sync {
            tell(Event::LockOutOfSync { folder: shown.to_owned() });
        }
        for Requirement { place, .. } in required.list.iter().filter(|one| !is_held(&one.name)) {
            match place {
                Ok(Place::Remote(wanted)) => self.chart(wanted, tell),
                Ok(Place::Held | Place::Folder(_)) => {}
                Err(error) => {
                    let (folder, reason) = (shown.to_owned(), text::with_causes(error));
                    tell(Event::NotRead { folder, reason });
                }
            }
        }
    }

    /// Fetches a chart, once in a run. One in Git may lack what it depends on; an archive holds it.
    pub(crate) fn chart(&mut self, wanted: &WantedChart, tell: &mut dyn FnMut(Event)) {
        if self.asked.len() >= CHARTS_MAX || !self.asked.insert(wanted.clone()) {
            return;
        }
        match self.charts.fetch(wanted) {
            Ok(FetchedChart { chart, address, identity, was_known }) => {
                let (name, version) = (chart.name().to_owned(), chart.metadata.version.clone());
                tell(Event::Chart { name, version, address: address.clone(), identity, was_known });
                if matches!(wanted, WantedChart::Git { .. }) && self.depth < CHARTS_DEPTH_MAX {
                    let is_held = |name: &str| chart.dependencies.iter().any(|held| held.name() == name);
                    self.depth += 1;
                    self.requirements_of(&chart, (&address, &is_held), tell);
                    self.depth -= 1;
                }
                self.schemas_of(&chart, tell);
            }
            Err(error) => tell(Event::ChartFailed(error)),
        }
    }

    /// Fetches an artifact of a registry that holds manifests.
    pub(crate) fn artifact(&self, key: &CheckoutKey) -> Result<FetchedRepository, FetchArtifact> {
        self.charts.fetch_artifact(key)
    }

    /// Fetches what the schemas of a chart and of those in it refer to.
    fn schemas_of(&self, chart: &Chart, tell: &mut dyn FnMut(Event)) {
        if let Some(schema) = &chart.schema {
            let fetching = Fetching { walk: self, tell: RefCell::new(tell) };
            Schemas::new().gather(&schema.bytes, &fetching);
        }
        chart.dependencies.iter().for_each(|below| self.schemas_of(below, tell));
    }

    /// The text of a schema, fetched once in a run.
    fn schema(&self, address: &str, tell: &mut dyn FnMut(Event)) -> Option<Arc<str>> {
        if let Some(known) = self.schemas.borrow().get(address) {
            return known.clone();
        }
        if self.schemas.borrow().len() >= SCHEMAS_MAX {
            return None;
        }
        let text = match self.schema_bytes(address) {
            Ok(bytes) => match self.charts.store.keep_file(address, &bytes) {
                Ok(()) => {
                    tell(Event::File { address: without_user(address), bytes: bytes.len() });
                    Some(String::from_utf8_lossy(&bytes).into())
                }
                Err(error) => {
                    tell(Event::KeepFailed(error));
                    None
                }
            },
            Err(event) => {
                tell(*event);
                None
            }
        };
        self.schemas.borrow_mut().insert(address.to_owned(), text.clone());
        text
    }

    fn schema_bytes(&self, address: &str) -> Result<Vec<u8>, Box<Event>> {
        let to = mirrored(&self.charts.options.mirrors, address).unwrap_or_else(|| address.to_owned());
        if is_server(&to) {
            let headers = self.charts.headers(&to, &to);
            let bytes = self.charts.requests.bytes(&to, &headers, SCHEMA_BYTES_MAX);
            return bytes.map_err(|error| Box::new(Event::SchemaFailed(error)));
        }
        read_file(Path::new(&to), SCHEMA_BYTES_MAX)
            .map_err(|error| Box::new(Event::NotRead { folder: to, reason: text::with_causes(&error) }))
    }
}

impl ChartFolder {
    /// Whether its `charts/` has a chart of a name, in a folder or in an archive with a version behind the name.
    fn holds(&self, name: &str) -> bool {
        self.held.iter().any(|held| {
            let version =
                held.strip_prefix(name).and_then(|rest| rest.strip_prefix('-')?.strip_suffix(".tgz"));
            held == name
                || version.is_some_and(|version| {
                    version.starts_with(|first: char| first.is_ascii_digit() || first == 'v')
                })
        })
    }
}

/// Fetches schemas as they turn up.
struct Fetching<'f> {
    walk: &'f ChartWalk,
    tell: RefCell<&'f mut dyn FnMut(Event)>,
}

impl Remotes for Fetching<'_> {
    fn text(&self, address: &str) -> Option<Arc<str>> {
        self.walk.schema(address, &mut *self.tell.borrow_mut())
    }
}
