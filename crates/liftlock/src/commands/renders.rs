//! Renders that are kept in the cache from one run to the next.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Args;
use gitops::KeptRenders;
use store::{RENDERS_BYTES_MAX, Store};

use crate::commands::fetch::CacheArguments;
use crate::error::CommandError;

/// Whether renders are kept.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct RendersArguments {
    /// Render everything anew, and keep nothing of it in the cache.
    #[arg(long)]
    no_render_cache: bool,
}

/// The renders that are kept in a cache. When it is dropped, the oldest are taken away if there are too many.
pub(crate) struct RendersInStore {
    store: Store,
    engine: String,
    now: SystemTime,
    has_written: AtomicBool,
}

impl RendersArguments {
    /// Those of a cache; none if everything is rendered anew.
    pub(crate) fn kept(&self, cache: &CacheArguments) -> Result<Option<RendersInStore>, CommandError> {
        if self.no_render_cache {
            return Ok(None);
        }
        let store = cache.store()?;
        #[expect(clippy::disallowed_methods, reason = "the binary asks the clock")]
        let now = SystemTime::now();
        Ok(engine().map(|engine| RendersInStore { store, engine, now, has_written: AtomicBool::new(false) }))
    }
}

/// What makes the renders: the version, and since that stays the same from one build to the next, the size and the time of the program's file. None
/// if the system does not say which file that is.
fn engine() -> Option<String> {
    let metadata = std::fs::metadata(std::env::current_exe().ok()?).ok()?;
    let modified = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    let (version, size) = (env!("CARGO_PKG_VERSION"), metadata.len());
    Some(format!("{version} {size} {}", modified.as_nanos()))
}

impl KeptRenders for RendersInStore {
    fn engine(&self) -> &str {
        &self.engine
    }

    fn get(&self, name: &str, variant: usize) -> Option<Vec<u8>> {
        self.store.render(name, variant, self.now)
    }

    fn put(&self, name: &str, variant: usize, bytes: &[u8]) {
        // A cache that cannot be written is one in which nothing is kept.
        let _ = self.store.keep_render(name, variant, bytes);
        self.has_written.store(true, Ordering::Relaxed);
    }
}

impl Drop for RendersInStore {
    fn drop(&mut self) {
        if self.has_written.load(Ordering::Relaxed) {
            self.store.trim_renders(RENDERS_BYTES_MAX);
        }
    }
}
