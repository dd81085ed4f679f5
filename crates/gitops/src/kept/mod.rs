//! What units rendered, kept from one run to the next: plain bytes behind a port, with all that the render asked for.
//!
//! An entry counts as long as everything that its render asked is answered as it was: files, folders, checkouts, schemas, APIs of the cluster, the time. So nobody
//! has to say what changed. What is made of decrypted values is never kept. Writes nothing itself; whoever keeps the bytes may forget them at any time.

mod asked;
mod entry;

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

pub(crate) use asked::{Answers, Asked, RecordedRemote};
use entry::Entry;

use crate::made::{Job, Outcome};
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

/// What was kept of a job, if it would be made again just so.
pub(crate) fn find(job: &Job, ports: &Ports<'_>) -> Option<Outcome> {
    let (kept, name) = place_of(job, ports)?;
    (0..VARIANTS).find_map(|variant| {
        let bytes = kept.get(&name, variant)?;
        let entry = Entry::read(&bytes)?;
        entry.is_answered_alike(job, ports).then(|| entry.into_outcome())
    })
}

/// Keeps what came of a job.
pub(crate) fn keep(job: &Job, outcome: &Outcome, ports: &Ports<'_>) {
    let Some((kept, name)) = place_of(job, ports) else { return };
    let Some(entry) = Entry::of(job, outcome) else { return };
    let first = entry.variant();
    // What was made of other answers stays as long as there is a free place.
    let mut places = (0..VARIANTS).map(|step| (first + step) % VARIANTS);
    let free = places.find(|variant| kept.get(&name, *variant).is_none());
    kept.put(&name, free.unwrap_or(first), &entry.bytes());
}

/// Where what comes of a job is kept; none where it is not.
fn place_of<'p>(job: &Job, ports: &Ports<'p>) -> Option<(&'p (dyn KeptRenders + Sync), String)> {
    let kept = ports.kept.filter(|_| job.may_be_kept())?;
    let mut digest = Sha256::new();
    digest.update(kept.engine());
    digest.update(job.key());
    if let Some(capabilities) = job.capabilities() {
        digest.update(format!("{:?}", capabilities.kube_version));
    }
    let mut name = String::with_capacity(64);
    for byte in digest.finalize() {
        // Writing into a string cannot fail.
        let _ = write!(name, "{byte:02x}");
    }
    Some((kept, name))
}
