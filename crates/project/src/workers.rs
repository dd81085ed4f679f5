//! Those who judge: some threads, or the caller alone where threads are not worth their start.
//!
//! Whatever the number of threads, answers come in the order of what was asked.

use rayon::prelude::*;

use crate::scan::ScanError;

/// Files from which on threads are worth their start: one takes about as long to start as this many files to judge.
const FILES_FOR_THREADS_MIN: usize = 32;

/// Threads, or none.
pub(crate) struct Workers(Option<rayon::ThreadPool>);

impl Workers {
    /// Starts `threads` of them (0 for one per core) for so many files.
    pub(crate) fn start(threads: usize, files: usize) -> Result<Self, ScanError> {
        if threads == 1 || files < FILES_FOR_THREADS_MIN {
            return Ok(Self(None));
        }
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.map(|pool| Self(Some(pool))).map_err(|source| ScanError::StartThreads { threads, source })
    }

    /// Starts `threads` of them (0 for one per core), each with so many bytes of stack.
    pub(crate) fn with_stack(threads: usize, stack_bytes: usize) -> Result<Self, ScanError> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).stack_size(stack_bytes).build();
        pool.map(|pool| Self(Some(pool))).map_err(|source| ScanError::StartThreads { threads, source })
    }

    /// How many work at a time.
    pub(crate) fn count(&self) -> usize {
        self.0.as_ref().map_or(1, rayon::ThreadPool::current_num_threads)
    }

    /// What `judge` says about each item and its position, in the order of the items.
    pub(crate) fn each<I: Sync, T: Send>(
        &self,
        items: &[I],
        judge: impl Fn(usize, &I) -> T + Sync,
    ) -> Vec<T> {
        let one = |(position, item)| judge(position, item);
        match &self.0 {
            Some(pool) => pool.install(|| items.par_iter().enumerate().map(one).collect()),
            None => items.iter().enumerate().map(one).collect(),
        }
    }
}
