//! Charts that somebody has asked for, each once for all that use it, and loaded only when one of them is rendered.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use helm::chart::Chart;
use helm::sources::{Aliases, ChartSource, FindChart, FoundChart, WantedChart};
use text::Texts;
use tree::{Answer, Recorded};

use super::chart::{ChartHome, LoadedChart};
use crate::graph::{Missing, Wanted};
use crate::trees::Home;

/// A chart of which it is known what it is.
pub(crate) struct KnownChart {
    /// What it is of: two of the same key are the same chart.
    pub(crate) key: Arc<str>,
    home: ChartHome,
    load: Load,
}

/// When a chart is loaded.
enum Load {
    /// It was, to tell what it is.
    Done(Box<LoadedChart>),
    /// When it is needed.
    Later(Box<WantedChart>, OnceLock<Result<Box<LoadedChart>, Missing>>),
}

/// Charts that somebody has asked for, by what they were asked for as.
#[derive(Default)]
pub(crate) struct KnownCharts(Mutex<BTreeMap<String, Arc<KnownChart>>>);

impl KnownCharts {
    fn get(
        &self,
        asked: &str,
        find: impl FnOnce() -> Result<KnownChart, Missing>,
    ) -> Result<Arc<KnownChart>, Missing> {
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().get(asked) {
            return Ok(Arc::clone(known));
        }
        let found = Arc::new(find()?);
        Ok(Arc::clone(lock().entry(asked.to_owned()).or_insert(found)))
    }

    /// A chart that is somewhere else.
    pub(crate) fn elsewhere(
        &self,
        wanted: &WantedChart,
        charts: &dyn ChartSource,
    ) -> Result<Arc<KnownChart>, Missing> {
        let asked = wanted.shown();
        self.get(&asked, || match charts.digest(wanted).map_err(|error| not_found(&error))? {
            Some(digest) => Ok(KnownChart {
                key: format!("sha256:{digest}").into(),
                home: ChartHome::Elsewhere,
                load: Load::Later(Box::new(wanted.clone()), OnceLock::new()),
            }),
            None => {
                let found = charts.archive(wanted).map_err(|error| not_found(&error))?;
                KnownChart::loaded_from(found, ChartHome::Elsewhere, charts)
            }
        })
    }

    /// A chart in a folder of a source; `asked` is what no other one is asked for as.
    pub(crate) fn in_folder(
        &self,
        asked: &str,
        (home, found): (&Arc<Home>, FoundChart),
        charts: &dyn ChartSource,
    ) -> Result<Arc<KnownChart>, Missing> {
        self.get(asked, || {
            let home = ChartHome::Files { home: Arc::clone(home), address: found.address().to_owned() };
            KnownChart::loaded_from(found, home, charts)
        })
    }
}

impl KnownChart {
    /// A chart that is loaded to tell what it is: by its bytes, or by the files that it was loaded of and what else it asked for.
    fn loaded_from(found: FoundChart, home: ChartHome, charts: &dyn ChartSource) -> Result<Self, Missing> {
        let noted = NotedCharts { charts, digests: Mutex::default() };
        let (found, files) = recorded(found);
        let loaded = LoadedChart::load(&found, home.clone(), &noted)?;
        let own = match &found {
            FoundChart::Archive { bytes, .. } => Answer::of_bytes(Some(bytes)),
            FoundChart::Folder { folder, .. } => Answer::of_parts([folder.as_bytes()]),
        };
        let answers = files.iter().flat_map(|files| files.answers());
        let answers: Vec<String> =
            answers.map(|(question, answer)| format!("{question:?} {answer:?}")).collect();
        let digests = noted.digests.into_inner().unwrap_or_else(PoisonError::into_inner);
        let all: Vec<String> = std::iter::once(format!("{own:?}")).chain(answers).chain(digests).collect();
        let key = format!("{:?}", Answer::of_parts(all.iter().map(String::as_bytes)));
        Ok(Self { key: key.into(), home, load: Load::Done(Box::new(loaded)) })
    }

    /// The chart itself, loaded now if nobody has needed it before.
    pub(crate) fn loaded(&self, charts: &dyn ChartSource) -> Result<&LoadedChart, Missing> {
        let (wanted, loaded) = match &self.load {
            Load::Done(loaded) => return Ok(loaded),
            Load::Later(wanted, loaded) => (wanted, loaded),
        };
        let loaded = loaded.get_or_init(|| {
            let found = charts.archive(wanted).map_err(|error| not_found(&error))?;
            LoadedChart::load(&found, self.home.clone(), charts).map(Box::new)
        });
        loaded.as_deref().map_err(Clone::clone)
    }

    /// The chart itself, if somebody has loaded it.
    pub(crate) fn at_hand(&self) -> Option<&LoadedChart> {
        match &self.load {
            Load::Done(loaded) => Some(loaded),
            Load::Later(_, loaded) => loaded.get()?.as_deref().ok(),
        }
    }

    /// Whose the files of its folder are; none if they are nobody's here.
    pub(crate) fn home(&self) -> Option<&Arc<Home>> {
        match &self.home {
            ChartHome::Elsewhere => None,
            ChartHome::Files { home, .. } => Some(home),
        }
    }
}

/// The same chart, with a note of the files that are read of it where it is a folder.
fn recorded(found: FoundChart) -> (FoundChart, Option<Arc<Recorded>>) {
    match found {
        FoundChart::Archive { .. } => (found, None),
        FoundChart::Folder { tree, folder, address, commit } => {
            let recorded = Arc::new(Recorded::new(tree));
            let tree = Arc::<Recorded>::clone(&recorded);
            (FoundChart::Folder { tree, folder, address, commit }, Some(recorded))
        }
    }
}

/// Charts with a note of what was asked for, and which it was.
struct NotedCharts<'c> {
    charts: &'c dyn ChartSource,
    digests: Mutex<Vec<String>>,
}

impl ChartSource for NotedCharts<'_> {
    fn archive(&self, wanted: &WantedChart) -> Result<FoundChart, FindChart> {
        let found = self.charts.archive(wanted)?;
        let which = match &found {
            FoundChart::Archive { bytes, .. } => format!("{:?}", Answer::of_bytes(Some(bytes))),
            FoundChart::Folder { folder, commit, .. } => format!("{folder} at {commit}"),
        };
        let noted = format!("{}: {which}", wanted.shown());
        self.digests.lock().unwrap_or_else(PoisonError::into_inner).push(noted);
        Ok(found)
    }
}

impl LoadedChart {
    fn load(found: &FoundChart, home: ChartHome, charts: &dyn ChartSource) -> Result<Self, Missing> {
        let mut texts = Texts::new();
        let chart = found.load((&Aliases::new(), charts), &mut texts);
        let chart: Chart = chart.map_err(|error| match error.missing() {
            Some(missing) => not_found(missing),
            None => Missing::Render(text::with_causes(&error)),
        })?;
        Ok(Self::new(chart, texts, home))
    }
}

fn not_found(error: &FindChart) -> Missing {
    match error {
        FindChart::Offline(wanted) => Missing::Fetch(Wanted::Chart(wanted.clone())),
        error => Missing::Render(text::with_causes(error)),
    }
}
