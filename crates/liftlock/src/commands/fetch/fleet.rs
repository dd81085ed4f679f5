//! What the units of a repository need, and the lock that says what they got.
//!
//! Takes a folder; renders its units out of the cache, fetches what they lack, and again, until they lack nothing. What the
//! last render used becomes `liftlock.lock`. What could not be fetched stays as it was written there.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use fetch::{Cached, Event, Fetcher, Taken, Used};
use gitops::Fleet;
use lock::{Change, Lock};
use tree::Directory;

use super::side_by_side::{self, Need};
use super::{FetchArguments, Told};
use crate::commands::fleet::{FleetArguments, wanted};
use crate::commands::repository::read_lock;
use crate::error::CommandError;

/// How often the units of a repository are rendered to see what they need: what is fetched may render units that need more.
const ROUNDS_MAX: usize = 16;

/// Changes of a lock that are named where it may not change: enough to see what is going on.
const CHANGES_SHOWN_MAX: usize = 10;

/// The lock of a folder; none if there is none, which `--locked` does not do without.
pub(super) fn known_lock(folder: &Path, must_be_there: bool) -> Result<Option<Lock>, CommandError> {
    let known = match Directory::open(folder, 1) {
        Ok(directory) => read_lock(&directory)?,
        // Whoever looks into the folder tells why not.
        Err(_) => None,
    };
    if known.is_none() && must_be_there {
        let place = folder.join(lock::FILE_NAME);
        return Err(CommandError::user(format!("--locked: there is no '{}'", place.display()))
            .hint("`liftlock fetch` writes it"));
    }
    Ok(known)
}

/// Fetches what the units of the clusters of a repository need: charts, and other Git repositories. Gives the lock of what
/// they use; none if there are no clusters.
pub(super) fn fetch(
    make: &(dyn Fn() -> Fetcher + Sync),
    (folder, arguments): (&Path, &FetchArguments),
    known: Option<&Lock>,
    tell: &mut dyn FnMut(Event),
) -> Result<Option<Lock>, CommandError> {
    let fleet_arguments = FleetArguments::of_folder(folder.to_owned(), arguments.cache.clone());
    let counts = known.filter(|_| !arguments.update).cloned().unwrap_or_default();
    let cached = Cached::new(arguments.cache.store()?).locked(Arc::new(counts));
    let mut asked = BTreeSet::new();
    let round = || {
        let used = Used::default();
        let fleet = fleet_arguments.observe_cached(&cached.clone().noting(used.clone()))?;
        Ok::<_, CommandError>((fleet, used.taken()))
    };
    let (mut fleet, mut taken) = round()?;
    for _ in 0..ROUNDS_MAX {
        let new = needs(&fleet, &taken, arguments.update).into_iter().filter(|need| !asked.contains(need));
        let new: Vec<Need> = new.collect();
        if new.is_empty() {
            break;
        }
        side_by_side::fetch(&new, make, tell);
        asked.extend(new);
        (fleet, taken) = round()?;
    }
    if fleet.clusters.is_empty() {
        return Ok(None);
    }
    let mut lock = taken.lock;
    // A unit that lacks something would have used what it used before.
    if let Some(known) = known.filter(|_| !wanted(&fleet).is_empty()) {
        lock.keep(known);
    }
    Ok(Some(lock))
}

/// What is to be fetched: what units lack, and to take the newest of everything, what they have.
fn needs(fleet: &Fleet, taken: &Taken, does_update: bool) -> BTreeSet<Need> {
    let mut needs: BTreeSet<Need> = wanted(fleet).into_iter().map(Need::Wanted).collect();
    if does_update {
        needs.extend(taken.charts.iter().cloned().map(Need::Chart));
        needs.extend(taken.checkouts.iter().cloned().map(Need::Checkout));
    }
    needs
}

/// Writes the lock, if it is another one than before and may be.
pub(super) fn keep_lock(
    folder: &Path,
    known: Option<&Lock>,
    (lock, may_not_change): (Option<Lock>, bool),
    told: &mut Told,
) -> Result<(), CommandError> {
    let Some(lock) = lock.filter(|lock| known != Some(lock)) else { return Ok(()) };
    let place = folder.join(lock::FILE_NAME).display().to_string();
    let changes = known.cloned().unwrap_or_default().changes_to(&lock);
    if may_not_change {
        let shown: Vec<String> = changes.iter().take(CHANGES_SHOWN_MAX).map(in_words).collect();
        let more = changes.len().saturating_sub(CHANGES_SHOWN_MAX);
        let more = if more > 0 { format!("\n  and {more} more") } else { String::new() };
        return Err(CommandError::user(format!(
            "--locked: '{place}' would change:\n  {}{more}",
            shown.join("\n  ")
        ))
        .hint("`liftlock fetch` writes what the units use now"));
    }
    let write = || {
        let directory = Directory::open(folder, 1).map_err(|error| error.to_string())?;
        project::write::put(&directory, lock::FILE_NAME, lock.to_string().as_bytes())
            .map_err(|error| text::with_causes(&error))
    };
    write().map_err(|reason| CommandError::environment(format!("cannot write '{place}': {reason}")))?;
    let [charts, repositories, artifacts] = lock.counts();
    told.line(&format!(
        "wrote {place}: {}, {}, {}\n",
        counted(charts, "chart", "charts"),
        counted(repositories, "repository", "repositories"),
        counted(artifacts, "artifact", "artifacts")
    ));
    Ok(())
}

fn in_words(change: &Change) -> String {
    match change {
        Change::Added(entry) => format!("new: {entry}"),
        Change::Removed(entry) => format!("gone: {entry}"),
        Change::Changed(entry) => entry.clone(),
    }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
