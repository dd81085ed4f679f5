//! What units rendered, kept from one run to the next: plain bytes behind a port, with all that the render asked for.
//!
//! An entry counts as long as everything that its render asked is answered as it was: files, folders, checkouts, schemas, APIs of the cluster, the time. So nobody
//! has to say what changed. What is made of decrypted values is never kept. Writes nothing itself; whoever keeps the bytes may forget them at any time.

mod asked;
mod entry;

use tree::Answer;

pub(crate) use asked::{Answers, Asked, RecordedRemote};
use entry::Entry;

use crate::made::{Job, Key, Outcome};
use crate::ports::Ports;

/// How many renders are kept of one unit: those of a few revisions that somebody goes back and forth between.
pub const VARIANTS: usize = 4;

/// Keeps bytes by name from one run to the next, or forgets them.
pub trait KeptRenders {
    /// What makes the renders: those of another version of the program are not asked for.
    fn engine(&self) -> &str;

    /// The bytes under a name of 64 hexadecimal digits, at one of its [`VARIANTS`] places; none where nothing whole is kept.
    fn get(&self, name: &str, variant: usize) -> Option<Vec<u8>>;

    /// Keeps bytes, in place of what was there.
    fn put(&self, name: &str, variant: usize, bytes: &[u8]);
}

/// Where what comes of a job is kept.
pub(crate) struct KeptAt<'p> {
    kept: &'p (dyn KeptRenders + Sync),
    /// Of a render that is the same for clusters of all versions.
    of_all_versions: String,
    /// Of one that is of this version; none if the job has nothing to do with a cluster.
    of_version: Option<String>,
}

impl<'p> KeptAt<'p> {
    /// The place of a job of a key; none if nothing of it is kept.
    pub(crate) fn of((job, key): (&Job, &Key), ports: &Ports<'p>) -> Option<Self> {
        let kept = ports.kept.filter(|_| job.may_be_kept())?;
        let name = |version: &str| {
            let parts = [kept.engine().as_bytes(), key.as_slice(), version.as_bytes()];
            String::from(Answer::of_parts(parts))
        };
        let version = job.capabilities().map(|capabilities| format!("{:?}", capabilities.kube_version));
        Some(Self { kept, of_all_versions: name(""), of_version: version.map(|version| name(&version)) })
    }

    /// What was kept, if it would be made again just so.
    pub(crate) fn find(&self, job: &Job, ports: &Ports<'_>) -> Option<Outcome> {
        let names = std::iter::once(&self.of_all_versions).chain(&self.of_version);
        let mut places = names.flat_map(|name| (0..VARIANTS).map(move |variant| (name, variant)));
        places.find_map(|(name, variant)| {
            let bytes = self.kept.get(name, variant)?;
            let entry = Entry::read(&bytes)?;
            entry.is_answered_alike(job, ports).then(|| entry.into_outcome())
        })
    }

    /// Keeps what came of the job.
    pub(crate) fn keep(&self, job: &Job, outcome: &Outcome) {
        let Some(entry) = Entry::of(job, outcome) else { return };
        let first = entry.variant();
        let name = match &self.of_version {
            Some(name) if outcome.asked.version => name,
            _ => &self.of_all_versions,
        };
        // What was made of other answers stays as long as there is a free place.
        let mut places = (0..VARIANTS).map(|step| (first + step) % VARIANTS);
        let free = places.find(|variant| self.kept.get(name, *variant).is_none());
        self.kept.put(name, free.unwrap_or(first), &entry.bytes());
    }
}
