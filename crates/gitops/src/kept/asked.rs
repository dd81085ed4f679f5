//! What a render asked of its surroundings, with the answers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use kustomize::load::remote::{CheckoutKey, FetchRemote, Remote};
use tree::{Answer, Question, Recorded, Tree};

/// What charts asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    /// The APIs, each with whether it was there.
    pub(crate) apis: BTreeSet<(String, bool)>,
    /// Whether the version of the cluster decides what it gives.
    pub(crate) version: bool,
    /// What versions the charts say that they can be installed with: this one is.
    pub(crate) versions_wanted: BTreeSet<String>,
    /// Whether a template may have looked at all APIs that there are.
    pub(crate) lists_apis: bool,
    /// The addresses that schemas refer to.
    pub(crate) schemas: BTreeMap<String, Answer>,
    /// Whether it asked for the time.
    pub(crate) time: bool,
}

impl Asked {
    pub(crate) fn extend(&mut self, other: Self) {
        self.apis.extend(other.apis);
        self.version |= other.version;
        self.versions_wanted.extend(other.versions_wanted);
        self.lists_apis |= other.lists_apis;
        self.schemas.extend(other.schemas);
        self.time |= other.time;
    }
}

/// What the files of a source answer, each asked once in a run: files are taken not to change in it.
#[derive(Default)]
pub(crate) struct Answers(Mutex<BTreeMap<Question, Answer>>);

impl Answers {
    pub(crate) fn of(&self, question: &Question, tree: &dyn Tree) -> Answer {
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = lock().get(question) {
            return *answer;
        }
        let answer = question.ask(tree);
        lock().insert(question.clone(), answer);
        answer
    }
}

/// What was fetched, with a note of what was asked of it.
pub(crate) struct RecordedRemote {
    remote: Arc<dyn Remote>,
    files: Mutex<BTreeMap<String, Answer>>,
    /// Checkouts, none where it was not at hand.
    checkouts: Mutex<BTreeMap<CheckoutKey, Option<Arc<Recorded>>>>,
}

impl RecordedRemote {
    pub(crate) fn new(remote: Arc<dyn Remote>) -> Self {
        Self { remote, files: Mutex::default(), checkouts: Mutex::default() }
    }

    pub(super) fn files(&self) -> BTreeMap<String, Answer> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What was asked of each checkout.
    pub(super) fn checkouts(&self) -> Vec<(CheckoutKey, Option<BTreeMap<Question, Answer>>)> {
        let checkouts = self.checkouts.lock().unwrap_or_else(PoisonError::into_inner);
        let answers = |recorded: &Option<Arc<Recorded>>| recorded.as_ref().map(|recorded| recorded.answers());
        checkouts.iter().map(|(key, recorded)| (key.clone(), answers(recorded))).collect()
    }
}

impl Remote for RecordedRemote {
    fn checkout(&self, key: &CheckoutKey) -> Result<Arc<dyn Tree + Send>, FetchRemote> {
        let lock = || self.checkouts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Some(known)) = lock().get(key) {
            return Ok(Arc::<Recorded>::clone(known));
        }
        match self.remote.checkout(key) {
            Ok(tree) => {
                let recorded = Arc::new(Recorded::new(tree));
                lock().insert(key.clone(), Some(Arc::clone(&recorded)));
                Ok(recorded)
            }
            Err(error) => {
                lock().insert(key.clone(), None);
                Err(error)
            }
        }
    }

    fn file(&self, url: &str) -> Result<Vec<u8>, FetchRemote> {
        let file = self.remote.file(url);
        let answer = Answer::of_bytes(file.as_deref().ok());
        self.files.lock().unwrap_or_else(PoisonError::into_inner).insert(url.to_owned(), answer);
        file
    }
}
