//! What units are made of and what came of them, kept so that what several of them share is made once.
//!
//! A unit is a [`Job`]: everything that its objects are made of, as values. Two jobs of the same content give the same
//! objects, in whatever cluster and at whatever minor, unless a chart asks the cluster; then the answers decide. Nothing here
//! is written anywhere.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use helm::capabilities::Capabilities;
use helm::render::is_version_wanted;
use sha2::{Digest as _, Sha256};

use crate::argo::application_set::SetJob;
use crate::argo::build::ApplicationJob;
use crate::build::BuildJob;
use crate::flux::Reference;
use crate::graph::Missing;
use crate::kept::{Asked, KeptAt, RecordedRemote};
use crate::object::RenderedObject;
use crate::ports::{ChartPorts, Ports};
use crate::release::{GivenValues, KnownCharts, RenderJob};
use crate::trees::{Artifacts, Home, SourceTree};

/// What a unit is made of.
pub(crate) enum Job {
    Application(Box<ApplicationJob>),
    Set(Box<SetJob>),
    Build(Box<BuildJob>),
    Render(Box<RenderJob>),
}

/// What came of a unit.
pub struct Made {
    pub(crate) job: Job,
    pub(crate) objects: Vec<RenderedObject>,
    /// What of it is not as in the cluster.
    pub(crate) notes: Vec<String>,
    /// What charts asked for.
    pub(crate) asked: Asked,
    /// The files of its source that it was made of, by their paths there.
    pub(crate) read: Vec<String>,
    /// How much of it stays encrypted: files and objects.
    pub(crate) left_encrypted: usize,
}

/// What came of a job, without the job.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) objects: Vec<RenderedObject>,
    pub(crate) notes: Vec<String>,
    pub(crate) asked: Asked,
    pub(crate) read: Vec<String>,
    /// How much of it stays encrypted: files and objects.
    pub(crate) left_encrypted: usize,
}

/// What was made of a repository so far: for all its clusters, at all minors.
#[derive(Default)]
pub struct Renders {
    pub(crate) artifacts: Artifacts,
    pub(crate) charts: KnownCharts,
    /// By the digest of what it was made of; several where the answers of a cluster differ.
    made: Mutex<BTreeMap<Key, Vec<Arc<Made>>>>,
}

/// The digest of what a unit is made of.
pub(crate) type Key = [u8; 32];

impl fmt::Debug for Made {
    // What it is made of may be secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Made").field("objects", &self.objects.len()).finish_non_exhaustive()
    }
}

impl fmt::Debug for Renders {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Renders").finish_non_exhaustive()
    }
}

impl Made {
    /// The APIs that templates asked for and were told not to be there.
    pub(crate) fn absent_apis(&self) -> Vec<String> {
        self.asked.apis.iter().filter(|(_, is_there)| !is_there).map(|(api, _)| api.clone()).collect()
    }

    /// The files of the repository that is looked at which it was made of.
    pub(crate) fn files(&self) -> impl Iterator<Item = &str> {
        let home = match &self.job {
            Job::Build(job) => Some(&job.source.home),
            Job::Render(job) => job.chart.home(),
            Job::Application(job) => job.own_home(),
            Job::Set(_) => None,
        };
        let located = move |path| match home?.locate(path) {
            Some((None, path)) => Some(path),
            _ => None,
        };
        self.read.iter().map(String::as_str).filter_map(located)
    }

    /// Whether it is a build with keys, and they opened all that is encrypted of it.
    pub(crate) fn is_all_decrypted(&self) -> bool {
        self.left_encrypted == 0 && matches!(&self.job, Job::Build(job) if job.has_keys())
    }

    /// Whether it is a build of files of the repository that is looked at.
    pub(crate) fn is_built_of_the_repository(&self) -> bool {
        matches!(&self.job, Job::Build(job) if *job.source.home == Home::Repository)
    }
}

impl Renders {
    /// What comes of a job, given with its key: made now, before for another unit, or in an earlier run.
    pub(crate) fn of(&self, (key, job): (Key, Job), ports: &Ports<'_>) -> Result<Arc<Made>, Missing> {
        let lock = || self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let known =
            lock().get(&key).and_then(|known| known.iter().find(|made| job.would_give(made)).cloned());
        if let Some(known) = known {
            return Ok(known);
        }
        let place = KeptAt::of((&job, &key), ports);
        let outcome = match place.as_ref().and_then(|place| place.find(&job, ports)) {
            Some(kept) => kept,
            None => {
                let outcome = job.run(ports.of_charts())?;
                if let Some(place) = place {
                    place.keep(&job, &outcome);
                }
                outcome
            }
        };
        let Outcome { objects, notes, asked, read, left_encrypted } = outcome;
        let made = Arc::new(Made { job, objects, notes, asked, read, left_encrypted });
        lock().entry(key).or_default().push(Arc::clone(&made));
        Ok(made)
    }
}

impl Job {
    fn run(&self, ports: ChartPorts<'_>) -> Result<Outcome, Missing> {
        match self {
            Self::Build(job) => job.run(),
            Self::Render(job) => job.run(ports),
            Self::Application(job) => job.run(ports),
            Self::Set(job) => Ok(job.run()),
        }
    }

    /// The objects that its variables or values stand in.
    pub(crate) fn data(&self) -> BTreeSet<&Reference> {
        match self {
            Self::Build(job) => {
                let variables = job.variables.iter().flat_map(|variables| variables.0.values());
                variables.filter_map(|variable| variable.from.as_ref()).collect()
            }
            Self::Render(job) => job.values.iter().filter_map(GivenValues::object).collect(),
            Self::Application(_) | Self::Set(_) => BTreeSet::new(),
        }
    }

    /// Whether what comes of it may be kept: nothing that is made of decrypted values, and nothing that is made at once.
    pub(crate) fn may_be_kept(&self) -> bool {
        match self {
            Self::Build(job) => !job.may_be_sensitive(),
            Self::Render(job) => !job.is_sensitive() && !job.object.is_masked(),
            Self::Application(job) => !job.object.is_masked(),
            Self::Set(_) => false,
        }
    }

    /// The files that it is made of, of each source.
    pub(crate) fn trees(&self) -> Vec<&SourceTree> {
        match self {
            Self::Build(job) => vec![&job.source],
            Self::Application(job) => job.trees().collect(),
            Self::Render(_) | Self::Set(_) => Vec::new(),
        }
    }

    /// What it may ask for that was fetched, besides its sources and charts.
    pub(crate) fn remote(&self) -> Option<&RecordedRemote> {
        match self {
            Self::Build(job) => Some(&job.remote),
            Self::Application(job) => Some(&job.remote),
            Self::Render(_) | Self::Set(_) => None,
        }
    }

    /// Nanoseconds since 1970 of the moment at which its charts find themselves.
    pub(crate) fn now_nanoseconds(&self) -> Option<i128> {
        match self {
            Self::Render(job) => Some(job.now_nanoseconds),
            Self::Application(job) => Some(job.now_nanoseconds),
            Self::Build(_) | Self::Set(_) => None,
        }
    }

    /// The digest of what it is made of, but for the answers of files and of a cluster, and the time.
    pub(crate) fn key(&self) -> Key {
        let mut digest = Sha256::new();
        // Each part behind its length, so that no two lists of parts look alike.
        let mut put = |part: &str| {
            digest.update(part.len().to_le_bytes());
            digest.update(part);
        };
        match self {
            Self::Build(job) => job.identify(&mut put),
            Self::Render(job) => job.identify(&mut put),
            Self::Application(job) => job.identify(&mut put),
            Self::Set(job) => job.identify(&mut put),
        }
        digest.finalize().into()
    }

    /// Whether it would give the same as a job of the same content: where a chart asked the cluster, if it is answered alike.
    fn would_give(&self, made: &Made) -> bool {
        match (self.capabilities(), made.job.capabilities()) {
            (Some(ours), Some(theirs)) => {
                let Asked { apis, version, versions_wanted, lists_apis, schemas: _, time } = &made.asked;
                let is_wanted = |wanted: &String| is_version_wanted(wanted, &ours.kube_version);
                (!version || ours.kube_version == theirs.kube_version)
                    && versions_wanted.iter().all(is_wanted)
                    && apis.iter().all(|(api, is_there)| ours.has(api) == *is_there)
                    && (!lists_apis || ours.api_versions == theirs.api_versions)
                    && (!time || self.now_nanoseconds() == made.job.now_nanoseconds())
            }
            _ => true,
        }
    }

    /// What its charts are told of the cluster; none if it has no charts.
    pub(crate) fn capabilities(&self) -> Option<&Capabilities> {
        match self {
            Self::Render(job) => Some(&job.capabilities),
            Self::Application(job) => Some(&job.capabilities),
            Self::Build(_) | Self::Set(_) => None,
        }
    }
}
