//! What a repository deploys: clusters, units, objects, and what could not be had.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use helm::sources::{OCI_SCHEME, WantedChart};
use kustomize::load::remote::CheckoutKey;
use version::Minor;

use crate::clusters::{Assumption, Undeployed};
use crate::flux::Reference;
use crate::made::Made;
use crate::object::RenderedObject;

/// All clusters of a repository.
#[derive(Debug, Default)]
pub struct Fleet {
    /// The clusters, by their names.
    pub clusters: Vec<Cluster>,
    /// What was taken for granted.
    pub assumptions: Vec<Assumption>,
    /// The Kustomizations that nothing deploys, by their files.
    pub undeployed: Vec<Undeployed>,
    /// Clusters that nobody asked about, whose units put units into those.
    pub(crate) tellers: Vec<Cluster>,
}

/// A cluster.
#[derive(Debug)]
pub struct Cluster {
    /// Its name.
    pub name: String,
    /// The minor that it is rendered for; none if nobody says which it is.
    pub version: Option<Minor>,
    /// The units that nothing else renders, by their position among the units.
    pub entries: Vec<Entry>,
    /// All units, in the order in which they were found.
    pub units: Vec<Unit>,
    /// The units that render objects whose data are values or variables.
    pub(crate) data_homes: DataHomes,
}

/// The units that render objects of data.
#[derive(Clone, Default)]
pub(crate) struct DataHomes(pub(crate) BTreeMap<Reference, UnitAt>);

/// A unit by its position in a cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UnitAt {
    /// The name of another cluster; none for the one that is spoken of.
    pub(crate) cluster: Option<String>,
    pub(crate) unit: usize,
}

impl fmt::Debug for DataHomes {
    // Names may be made of decrypted values.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "DataHomes({})", self.0.len())
    }
}

/// Where a cluster begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The file that declares the unit.
    pub path: String,
    /// The unit.
    pub unit: UnitKey,
}

/// The kind of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnitKind {
    /// A Flux Kustomization.
    Kustomization,
    /// A Flux Helm release.
    HelmRelease,
    /// An Application of Argo CD.
    Application,
    /// An `ApplicationSet` of Argo CD.
    ApplicationSet,
}

/// What a unit is called in its cluster.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitKey {
    /// Its kind.
    pub kind: UnitKind,
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

impl UnitKind {
    /// The kind as its object writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Kustomization => "Kustomization",
            Self::HelmRelease => "HelmRelease",
            Self::Application => "Application",
            Self::ApplicationSet => "ApplicationSet",
        }
    }
}

impl fmt::Display for UnitKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}/{}", self.kind.as_str(), self.namespace, self.name)
    }
}

/// Something that renders objects together.
#[derive(Debug)]
pub struct Unit {
    /// What it is called.
    pub key: UnitKey,
    /// The unit that renders it, by its position; none for an entry, and where that is a unit of another cluster.
    pub parent: Option<usize>,
    /// The unit of another cluster that renders it.
    pub(crate) teller: Option<UnitAt>,
    /// Its source for people: kind, name, and the path, chart or version.
    pub source: String,
    /// The units of the same kind that it waits for.
    pub depends_on: Vec<UnitKey>,
    /// Whether its controller is told to leave it alone.
    pub is_suspended: bool,
    /// The other cluster that its objects go to, until it is put there.
    pub(crate) other_cluster: Option<String>,
    /// What about it is not as in the cluster, for people: values that are opaque, schemas that were not at hand.
    pub notes: Vec<String>,
    /// The folder of its source that it names; none where it names none.
    pub(crate) folder: Option<String>,
    /// The object that says it.
    pub(crate) object: RenderedObject,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of a unit.
#[derive(Debug)]
pub enum Outcome {
    /// It is rendered; its objects may be those of units of other clusters as well.
    Rendered(Arc<Made>),
    /// It is not assessed.
    NotAssessed(Missing),
}

/// Why a unit is not assessed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Missing {
    /// Its source is declared nowhere in the cluster.
    #[error("{0} is declared nowhere")]
    FindSource(String),
    /// Its source is of a kind that nobody fetches.
    #[error("{source_kind} '{name}' cannot be had here")]
    UseSource {
        /// The kind.
        source_kind: &'static str,
        /// Its name.
        name: String,
    },
    /// Something is remote and not in the cache.
    #[error("{0} is not in the cache")]
    Fetch(Wanted),
    /// An object that its values or variables stand in is rendered by no unit.
    #[error("{0} is rendered by no unit")]
    FindValues(String),
    /// An object that its values stand in has no such key.
    #[error("{object} has no key '{key}'")]
    FindKey {
        /// The object.
        object: String,
        /// The key.
        key: String,
    },
    /// Its values or variables are encrypted.
    #[error("{0} is encrypted")]
    Decrypt(String),
    /// Something encrypted that a key opens cannot be decrypted: somebody has changed it.
    #[error("{0}")]
    Open(String),
    /// What builds or renders it refuses, in words that may hold decrypted values.
    #[error("what builds or renders it refuses it; why is not shown, since that may hold decrypted values")]
    Hide,
    /// Its own object says something by decrypted values that others are found by.
    #[error("its name, its source or what else it refers to is made of decrypted values")]
    FollowDecrypted,
    /// Its path is no folder of its source.
    #[error("path '{path}' is no folder of {source_name}")]
    FindPath {
        /// The path.
        path: String,
        /// The source.
        source_name: String,
    },
    /// What builds or renders it refuses.
    #[error("{0}")]
    Render(String),
    /// A loop of units that make units.
    #[error("more than {} units in one cluster", crate::limits::UNITS_MAX)]
    PassLimit,
}

/// Something that is to be fetched.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wanted {
    /// A chart.
    Chart(Box<WantedChart>),
    /// A Git repository.
    Repository {
        /// What to call it: its URL and what of it.
        name: String,
        /// Its address as kustomizations write it.
        address: String,
    },
    /// A Git repository at the newest tag in a range, or an artifact of a registry: no address says it.
    Checkout {
        /// What to call it: its URL and what of it.
        name: String,
        /// By what it is asked for.
        key: CheckoutKey,
    },
}

impl fmt::Display for Wanted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Chart(chart) => write!(formatter, "chart {}", chart.shown()),
            Self::Checkout { name, key } if key.url.starts_with(OCI_SCHEME) => {
                write!(formatter, "artifact {name}")
            }
            Self::Repository { name, .. } | Self::Checkout { name, .. } => {
                write!(formatter, "Git repository {name}")
            }
        }
    }
}

impl Outcome {
    /// That of a unit which is still waiting.
    pub(crate) fn nothing_yet() -> Self {
        Self::NotAssessed(Missing::Render("nothing came of it".to_owned()))
    }
}

impl Unit {
    /// The object that says it.
    #[must_use]
    pub fn declaration(&self) -> &RenderedObject {
        &self.object
    }

    /// Whether it was built, and of files of the repository that is looked at alone.
    #[must_use]
    pub fn is_built_of_the_repository(&self) -> bool {
        matches!(&self.outcome, Outcome::Rendered(made) if made.is_built_of_the_repository())
    }

    /// The folder of its source that it names.
    #[must_use]
    pub fn folder(&self) -> Option<&str> {
        self.folder.as_deref()
    }

    /// The files of the repository that is looked at which it was made of.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        let made = match &self.outcome {
            Outcome::Rendered(made) => Some(made),
            Outcome::NotAssessed(_) => None,
        };
        made.into_iter().flat_map(|made| made.files())
    }

    pub(crate) fn is_release(&self) -> bool {
        self.key.kind == UnitKind::HelmRelease
    }

    /// Its objects; none if it is not assessed.
    #[must_use]
    pub fn objects(&self) -> &[RenderedObject] {
        match &self.outcome {
            Outcome::Rendered(made) => &made.objects,
            Outcome::NotAssessed(_) => &[],
        }
    }
}
