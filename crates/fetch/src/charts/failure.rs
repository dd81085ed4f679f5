//! Why a chart was not fetched, in words for people.

use helm::chart::LoadChart;
use helm::sources::{Digest, FindChart, ReadIndex};
use store::UseStore;

use super::{AskRegistry, GetBytes, ReadFolder, UseMirror};
use crate::checkout::FetchRepository;

/// Why a chart was not fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchChart {
    /// Its mirror cannot be asked for it.
    #[error("cannot fetch {chart} from a mirror")]
    UseMirror {
        /// The chart.
        chart: String,
        /// Why.
        source: UseMirror,
    },
    /// A repository cannot be reached, in Helm's words.
    #[error("looks like {repository:?} is not a valid chart repository or cannot be reached")]
    ReachRepository {
        /// The repository, without credentials.
        repository: String,
        /// Why.
        source: GetBytes,
    },
    /// The index of a repository is none.
    #[error("looks like {repository:?} is not a valid chart repository or cannot be reached")]
    ReadIndex {
        /// The repository, without credentials.
        repository: String,
        /// Why.
        source: ReadIndex,
    },
    /// The Git repository that it is in is not to be had.
    #[error("cannot fetch {chart}")]
    FetchRepository {
        /// The chart.
        chart: String,
        /// Why.
        source: FetchRepository,
    },
    /// There is no such version, or nothing to fetch of it.
    #[error(transparent)]
    Find(#[from] FindChart),
    /// A registry does not give it.
    #[error("cannot fetch {chart}")]
    AskRegistry {
        /// The chart.
        chart: String,
        /// Why.
        source: AskRegistry,
    },
    /// The archive does not come.
    #[error("cannot fetch {chart}")]
    GetArchive {
        /// The chart.
        chart: String,
        /// Why.
        source: GetBytes,
    },
    /// A folder that stands for a repository cannot be read.
    #[error("cannot read {chart} from a folder")]
    ReadFolder {
        /// The chart.
        chart: String,
        /// Why.
        source: ReadFolder,
    },
    /// The archive is not the one that the index names.
    #[error("the archive of {chart} has the digest {found}, and its index says {wanted}")]
    Digest {
        /// The chart.
        chart: String,
        /// What came.
        found: Digest,
        /// What should have come.
        wanted: Digest,
    },
    /// The archive is not the one that the lock names.
    #[error(
        "{chart} has the digest {found} at version {version}, and liftlock.lock says {locked}; whoever knows why it is another one takes the entry out of the file"
    )]
    Lock {
        /// The chart.
        chart: String,
        /// Its version.
        version: String,
        /// What came.
        found: String,
        /// What came before.
        locked: String,
    },
    /// The locked version is not there any more.
    #[error(
        "{chart} is not there at version {version}, which liftlock.lock says; `liftlock fetch --update` takes another"
    )]
    FindLocked {
        /// The chart.
        chart: String,
        /// The version.
        version: String,
    },
    /// What came is no chart.
    #[error("what {address} gives for {chart} is no chart")]
    LoadChart {
        /// The chart.
        chart: String,
        /// Where it came from.
        address: String,
        /// Why.
        source: Box<LoadChart>,
    },
    /// The store refuses.
    #[error("the cache cannot be used")]
    UseStore(#[from] UseStore),
}
