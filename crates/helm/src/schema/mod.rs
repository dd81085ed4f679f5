//! `values.schema.json`: values of a chart and its dependencies beside their schemas.
//!
//! Takes charts and coalesced values; gives what Helm says of them, which both of its versions say alike because they link
//! one validator. What a schema refers to at other addresses comes from the caller: without it a chart is *not validated*,
//! and the answer names the address. Opens no file and no socket; a file that a schema refers to is one that is not there.

mod apply;
mod compile;
mod documents;
mod draft;
mod failure;
mod format;
mod instance;
mod keywords;
mod node;
mod number;
mod patterns;
mod walk;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use gotemplate::{Data, Map, Value};
use sha2::{Digest as _, Sha256};

use crate::chart::{Chart, File};
use crate::dependencies::EnabledChart;
use crate::json::{Json, read};
use crate::limits::SCHEMA_DOCUMENTS_MAX;
use compile::{Given, Pass, compile};
use draft::Draft;
use instance::Instance;
use node::{Compiled, Location};
use walk::Verdict;

/// The address that Helm gives to the schema of a chart.
const ADDRESS: &str = "file:///values.schema.json";

/// Gives the text behind an `http` or `https` address, without a fragment; none if it is not at hand.
pub trait Remotes {
    /// The text at an address.
    fn text(&self, address: &str) -> Option<Arc<str>>;
}

/// No addresses at all.
#[derive(Debug, Clone, Copy)]
pub struct NoRemotes;

impl Remotes for NoRemotes {
    fn text(&self, _: &str) -> Option<Arc<str>> {
        None
    }
}

/// What validating came to. Rendering can go on unless `failure` is there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Validation {
    /// What Helm says of values that do not fit or a schema that is none, without the line that it begins with.
    pub failure: Option<String>,
    /// Charts that were not validated and why, in the order of the charts.
    pub not_validated: Vec<NotValidated>,
}

/// Why a chart's values were not validated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotValidated {
    /// The name of the chart.
    pub chart: String,
    /// Why.
    pub reason: Reason,
}

/// Why nothing can be said.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// The schema refers to addresses that are not at hand, sorted.
    #[error("its schema refers to {}", .0.join(", "))]
    Missing(Vec<String>),
    /// The schema has more than [`crate::limits::SCHEMA_NODES_MAX`] schemas or
    /// [`crate::limits::SCHEMA_DOCUMENTS_MAX`] documents.
    #[error("its schema is too large")]
    TooLarge,
    /// Judging took more than [`crate::limits::SCHEMA_STEPS_MAX`] steps or went deeper than
    /// [`crate::limits::SCHEMA_FRAMES_MAX`].
    #[error("judging its values takes too many steps")]
    TooLong,
}

/// The line that Helm says before what [`Validation::failure`] holds.
pub const FAILURE_HEADER: &str =
    "values don't meet the specifications of the schema(s) in the following chart(s):\n";

impl Validation {
    /// The whole error of Helm, if there is one.
    #[must_use]
    pub fn error(&self) -> Option<String> {
        self.failure.as_ref().map(|failure| format!("{FAILURE_HEADER}{failure}"))
    }
}

/// Compiled schemas by the digest of their bytes, to be kept as long as a process: each is compiled once.
#[derive(Debug, Default)]
pub struct Schemas {
    compiled: Mutex<BTreeMap<[u8; 32], Outcome>>,
    /// Schemas of schemas.
    drafts: Mutex<BTreeMap<Draft, Arc<Compiled>>>,
}

type Outcome = Result<Arc<Compiled>, Refusal>;

/// Why a schema cannot be used.
#[derive(Debug, Clone)]
enum Refusal {
    /// Helm refuses it in these words.
    Words(String),
    Missing(Vec<String>),
    TooLarge,
    TooLong,
}

impl Refusal {
    fn address(address: &str, reason: &str) -> Self {
        Self::Words(format!("error in parsing {address:?}: {reason}"))
    }
}

/// A chart that may have a schema, and charts below it: as it was loaded, or as it takes part in a render.
pub trait Schemed {
    /// The name under which its values stand.
    fn name(&self) -> &str;

    /// Its schema.
    fn schema(&self) -> Option<&File>;

    /// The charts below it.
    fn below(&self) -> &[Self]
    where
        Self: Sized;
}

impl Schemed for Chart {
    fn name(&self) -> &str {
        self.name()
    }

    fn schema(&self) -> Option<&File> {
        self.schema.as_ref()
    }

    fn below(&self) -> &[Self] {
        &self.dependencies
    }
}

impl Schemed for EnabledChart<'_> {
    fn name(&self) -> &str {
        &self.name
    }

    fn schema(&self) -> Option<&File> {
        self.chart.schema.as_ref()
    }

    fn below(&self) -> &[Self] {
        &self.dependencies
    }
}

/// Judges the coalesced values of a chart and those of its dependencies by their schemas.
#[must_use]
pub fn validate(chart: &impl Schemed, values: &Map, schemas: &Schemas, remotes: &dyn Remotes) -> Validation {
    let mut validation = Validation::default();
    let mut words = String::new();
    schemas.chart((chart, values), remotes, &mut validation, &mut words);
    validation.failure = Some(words).filter(|words| !words.is_empty());
    validation
}

impl Schemas {
    /// Nothing compiled yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks for everything that a schema refers to, as validating does, and judges nothing. Gives the addresses that are
    /// not at hand, sorted.
    pub fn gather(&self, schema: &[u8], remotes: &dyn Remotes) -> Vec<String> {
        match self.compiled(schema, remotes) {
            Err(Refusal::Missing(addresses)) => addresses,
            // What is wrong with a schema is told by whoever renders.
            Ok(_) | Err(Refusal::Words(_) | Refusal::TooLarge | Refusal::TooLong) => Vec::new(),
        }
    }

    fn chart(
        &self,
        (chart, values): (&impl Schemed, &Map),
        remotes: &dyn Remotes,
        validation: &mut Validation,
        words: &mut String,
    ) {
        let name = chart.name();
        if let Some(schema) = chart.schema() {
            let reason = match self.one(&schema.bytes, values, remotes) {
                Ok(()) => None,
                Err(Refusal::Words(said)) => {
                    words.extend([name, ":\n", &said]);
                    None
                }
                Err(Refusal::Missing(addresses)) => Some(Reason::Missing(addresses)),
                Err(Refusal::TooLarge) => Some(Reason::TooLarge),
                Err(Refusal::TooLong) => Some(Reason::TooLong),
            };
            let not_validated = reason.map(|reason| NotValidated { chart: name.to_owned(), reason });
            validation.not_validated.extend(not_validated);
        }
        for dependency in chart.below() {
            let name = dependency.name();
            match values.get(name.as_bytes()) {
                None | Some(Value { data: Data::Nil, .. }) => {}
                Some(Value { data: Data::Map(below), .. }) => {
                    self.chart((dependency, &below), remotes, validation, words);
                }
                Some(other) => {
                    let found = gotemplate::format::type_name(&other).into_owned();
                    let said = format!(":\ninvalid type for values: expected object (map), got {found}\n");
                    words.extend([name, &said]);
                }
            }
        }
    }

    fn one(&self, schema: &[u8], values: &Map, remotes: &dyn Remotes) -> Result<(), Refusal> {
        let compiled = self.compiled(schema, remotes)?;
        match walk::validate(&compiled, &Instance::of_map(values)) {
            Verdict::Good => Ok(()),
            Verdict::Bad(failure) => Err(Refusal::Words(failure::lines(failure) + "\n")),
            Verdict::Spent => Err(Refusal::TooLong),
        }
    }

    fn compiled(&self, schema: &[u8], remotes: &dyn Remotes) -> Outcome {
        let digest: [u8; 32] = Sha256::digest(schema).into();
        // A thread that panicked has left a whole map behind: entries are put in one step.
        let known = self.compiled.lock().unwrap_or_else(PoisonError::into_inner).get(&digest).cloned();
        if let Some(known) = known {
            return known;
        }
        let text = String::from_utf8_lossy(schema);
        let outcome = self.compile(&text, remotes).map(Arc::new);
        // What is missing may be at hand the next time.
        if !matches!(outcome, Err(Refusal::Missing(_))) {
            let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
            compiled.insert(digest, outcome.clone());
        }
        outcome
    }

    /// Compiles a schema with all that it refers to, which is brought as it turns up.
    fn compile(&self, text: &str, remotes: &dyn Remotes) -> Result<Compiled, Refusal> {
        let mut sources = vec![(ADDRESS.to_owned(), Arc::<str>::from(text))];
        let (mut missing, mut judged) = (BTreeSet::new(), BTreeSet::new());
        loop {
            let mut judge = |draft: Draft, location: &Location, json: &Json<'_>| {
                if draft::embedded(&location.address).is_some() || !judged.insert(location.to_string()) {
                    return Ok(());
                }
                self.judge(draft, location, json)
            };
            let wants = match pass(&sources, false, &mut judge)? {
                Pass::Done(_) if !missing.is_empty() => {
                    return Err(Refusal::Missing(missing.into_iter().collect()));
                }
                Pass::Done(compiled) => return Ok(compiled),
                Pass::Wants(wants) => wants,
            };
            for address in wants {
                let text = bring(&address, remotes)?.unwrap_or_else(|| {
                    missing.insert(address.clone());
                    "true".into()
                });
                sources.push((address, text));
            }
            if sources.len() > SCHEMA_DOCUMENTS_MAX {
                return Err(Refusal::TooLarge);
            }
        }
    }

    /// Judges a schema by the schema of its draft.
    fn judge(&self, draft: Draft, location: &Location, json: &Json<'_>) -> Result<(), Refusal> {
        let schema = self.draft(draft)?;
        match walk::validate(&schema, &Instance::of_json(json)) {
            Verdict::Good => Ok(()),
            Verdict::Spent => Err(Refusal::TooLong),
            Verdict::Bad(failure) => {
                let (address, lines) = (&schema.address, failure::lines(failure));
                let place = location.to_string();
                Err(Refusal::Words(format!(
                    "{place:?} is not valid against metaschema: jsonschema validation failed with '{address}#'\n{lines}"
                )))
            }
        }
    }

    fn draft(&self, draft: Draft) -> Outcome {
        let known = self.drafts.lock().unwrap_or_else(PoisonError::into_inner).get(&draft).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let address = draft.address();
        let mut sources = vec![(address.clone(), draft::embedded(&address).unwrap_or_default().into())];
        loop {
            match pass(&sources, true, &mut |_, _, _| Ok(()))? {
                Pass::Done(compiled) => {
                    let compiled = Arc::new(compiled);
                    let mut drafts = self.drafts.lock().unwrap_or_else(PoisonError::into_inner);
                    drafts.insert(draft, Arc::clone(&compiled));
                    return Ok(compiled);
                }
                // The parts of a schema of schemas are all embedded, so that this ends.
                Pass::Wants(wants) => sources.extend(wants.into_iter().map(|address| {
                    let text = draft::embedded(&address).unwrap_or("true");
                    (address, text.into())
                })),
            }
        }
    }
}

/// Reads all documents and compiles the first.
fn pass(
    sources: &[(String, Arc<str>)],
    asserts_formats: bool,
    judge: compile::Judge<'_>,
) -> Result<Pass, Refusal> {
    let mut documents = Vec::new();
    for (address, text) in sources {
        let root = read(text).map_err(|error| match address.as_str() {
            ADDRESS => Refusal::Words(error.to_string()),
            address => Refusal::Words(format!("failing loading {address:?}: {error}")),
        })?;
        documents.push((address.clone(), root));
    }
    compile(&Given { documents: &documents, asserts_formats }, judge)
}

/// The document of an address, as Helm's loaders bring it; none if it is one for the caller who has it not.
fn bring(address: &str, remotes: &dyn Remotes) -> Result<Option<Arc<str>>, Refusal> {
    if let Some(text) = draft::embedded(address) {
        return Ok(Some(text.into()));
    }
    let scheme = address.split_once(':').map_or("", |(scheme, _)| scheme);
    let refused = |reason: String| Err(Refusal::Words(format!("failing loading {address:?}: {reason}")));
    match scheme {
        "http" | "https" => Ok(remotes.text(address)),
        // Helm warns, and takes everything.
        "urn" => Ok(Some("true".into())),
        "file" => {
            let path = address.strip_prefix("file://").unwrap_or_default();
            refused(format!("open {path}: no such file or directory"))
        }
        _ => refused(format!("no URLLoader registered for {address:?}")),
    }
}
