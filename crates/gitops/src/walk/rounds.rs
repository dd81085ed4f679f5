//! Clusters walked side by side, round after round: what several of them share in a round is made once, and all threads have something to do.
//!
//! What comes of a walk does not depend on the others: each takes in what its own units made, in its own order.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::{Walk, World};
use crate::graph::Missing;
use crate::made::{Job, Key, Made};

/// What came of units, each by its position in its walk.
type Done = Vec<(usize, Result<Arc<Made>, Missing>)>;

/// A job with the walk that it is of, and the position of its unit there.
struct ReadyJob {
    walk: usize,
    position: usize,
    job: Job,
}

/// Goes through all clusters until none goes on. Uses the threads that it is called by one of.
pub(super) fn run(walks: &mut [Walk<'_>], world: World<'_>) {
    loop {
        let rounds: Vec<_> = walks.par_iter_mut().map(Walk::next_round).collect();
        if rounds.iter().all(Option::is_none) {
            return;
        }
        let rounds = rounds.into_iter().map(Option::unwrap_or_default).collect();
        let done = all_done(rounds, world);
        walks.par_iter_mut().zip(done).for_each(|(walk, done)| {
            for (position, made) in done {
                walk.take_outcome(position, made);
            }
        });
    }
}

/// What comes of the units of a round of each walk, in their order.
fn all_done(rounds: Vec<Vec<(usize, Result<Job, Missing>)>>, world: World<'_>) -> Vec<Done> {
    let mut all: Vec<Done> = Vec::with_capacity(rounds.len());
    let mut ready = Vec::new();
    for (walk, round) in rounds.into_iter().enumerate() {
        let mut refused = Vec::new();
        for (position, job) in round {
            match job {
                Ok(job) => ready.push(ReadyJob { walk, position, job }),
                Err(missing) => refused.push((position, Err(missing))),
            }
        }
        all.push(refused);
    }
    let World { renders, ports, .. } = world;
    // The first one of a group makes what the others then find.
    let of_group = |(key, group): (Key, Vec<ReadyJob>)| {
        group
            .into_iter()
            .map(move |ReadyJob { walk, position, job }| (walk, position, renders.of((key, job), ports)))
    };
    let made: Vec<_> = grouped(ready).into_par_iter().with_max_len(1).flat_map_iter(of_group).collect();
    for (walk, position, made) in made {
        if let Some(done) = all.get_mut(walk) {
            done.push((position, made));
        }
    }
    all.iter_mut().for_each(|done| done.sort_unstable_by_key(|(position, _)| *position));
    all
}

/// Jobs that are made of the same, together.
fn grouped(ready: Vec<ReadyJob>) -> Vec<(Key, Vec<ReadyJob>)> {
    let keyed: Vec<(Key, ReadyJob)> = ready.into_par_iter().map(|ready| (ready.job.key(), ready)).collect();
    let mut groups: BTreeMap<Key, Vec<ReadyJob>> = BTreeMap::new();
    for (key, ready) in keyed {
        groups.entry(key).or_default().push(ready);
    }
    groups.into_iter().collect()
}
