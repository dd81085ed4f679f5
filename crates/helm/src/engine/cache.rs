//! Templates that were parsed once in a process.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use gotemplate::{ParseTemplate, Parsed};

use crate::chart::File;
use crate::limits::CACHED_TEMPLATES_MAX;

/// Templates by their names and bytes, shared by all renders and threads that are given it. Past
/// [`CACHED_TEMPLATES_MAX`] it keeps what it has and adds nothing.
#[derive(Debug, Default)]
pub struct TemplateCache(Mutex<Known>);

type Known = BTreeMap<(String, Arc<[u8]>), Arc<Parsed>>;

impl TemplateCache {
    /// An empty cache.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The template of a file under a name. `is_function` has to answer the same for all that share a cache.
    pub(super) fn parse(
        &self,
        name: &str,
        file: &File,
        is_function: &dyn Fn(&str) -> bool,
    ) -> Result<Arc<Parsed>, ParseTemplate> {
        let key = (name.to_owned(), Arc::clone(&file.bytes));
        if let Some(parsed) = self.known().get(&key) {
            return Ok(Arc::clone(parsed));
        }
        let parsed = Arc::new(gotemplate::parse(name, Arc::clone(&file.bytes), is_function)?);
        let mut known = self.known();
        if known.len() < CACHED_TEMPLATES_MAX {
            known.insert(key, Arc::clone(&parsed));
        }
        Ok(parsed)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        // A thread that panicked left the map as it was: entries are whole or not there.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
