//! A large stack for work that may nest deep.
//!
//! The stack of the process itself, where the system lets it grow while the program runs, else that of a thread. A thread
//! costs more than starting it: what it allocates comes from memory that grows by a page at a time.

use std::thread;

use crate::error::CommandError;

/// Bytes of stack that the process asks for. Linux keeps at least 128 MiB below a stack free of anything else, whatever
/// the limit was when the program started (`mmap_base`).
#[cfg(target_os = "linux")]
const OWN_STACK_BYTES: u64 = 64 * 1024 * 1024;

/// What of it the executor of templates may use; the rest is for what reads and prints values.
const OWN_STACK_BYTES_MAX: usize = 40 * 1024 * 1024;

/// Bytes of stack of a thread: Helm lets a template include itself 1,000 times. Only what is touched of it is there.
const THREAD_STACK_BYTES: usize = 512 * 1024 * 1024;

/// What of it the executor may use.
const THREAD_STACK_BYTES_MAX: usize = THREAD_STACK_BYTES - 16 * 1024 * 1024;

/// Why work was not finished.
pub(crate) enum Stopped {
    /// It needs more stack than it was given.
    NeedsStack,
    /// It failed.
    Failed(CommandError),
}

impl From<CommandError> for Stopped {
    fn from(error: CommandError) -> Self {
        Self::Failed(error)
    }
}

/// Does work that is told how much stack it may use. What needs more than the process has is begun again, on a thread: until
/// it is told to stop it must have shown nothing.
pub(crate) fn with_stack<T: Send>(
    work: impl Fn(usize) -> Result<T, Stopped> + Sync,
) -> Result<T, CommandError> {
    if may_grow() {
        match work(OWN_STACK_BYTES_MAX) {
            Ok(done) => return Ok(done),
            Err(Stopped::Failed(error)) => return Err(error),
            Err(Stopped::NeedsStack) => {}
        }
    }
    let work = || work(THREAD_STACK_BYTES_MAX);
    let done = thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(THREAD_STACK_BYTES).spawn_scoped(scope, work);
        let thread =
            thread.map_err(|error| CommandError::environment("cannot start a thread").because(error))?;
        Ok(thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    });
    done?.map_err(|stopped| match stopped {
        Stopped::Failed(error) => error,
        Stopped::NeedsStack => {
            CommandError::user("what stands within one another needs more stack than there is")
        }
    })
}

/// Lets the stack of the process grow; whether the system agrees.
#[cfg(target_os = "linux")]
fn may_grow() -> bool {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};
    let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_STACK) else { return false };
    soft >= OWN_STACK_BYTES
        || hard >= OWN_STACK_BYTES && setrlimit(Resource::RLIMIT_STACK, OWN_STACK_BYTES, hard).is_ok()
}

#[cfg(not(target_os = "linux"))]
fn may_grow() -> bool {
    false
}
