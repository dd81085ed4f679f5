//! Fixes of several files that have to change together, proved by what is rendered of them.
//!
//! Takes what is to become of the files; renders everything that was made of one of them with the old and with the new bytes.
//! Each object of the new output must be what it was, or what the same fixes make of the object as it was rendered: then
//! a base, its patches and their targets have changed alike. Where it is anything else, the files that the output is made of
//! are left as they are, by name. What renders is told by [`Outputs`].

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use checks::Context;
use fixes::{Answer, Answers, Source, fix_file};
use manifest::Document;
use manifest::emit::marshal_as_kubectl;
use manifest::resolve::Dialect;
use manifest::value::Value;
use text::TextId;
use tree::{Overlaid, Tree};

use super::proof::{Prover, rendered};
use crate::assess::Assessor;
use crate::fix::ROUNDS_MAX;
use crate::journeys::{Route, Routes};

/// The id of an output while it is fixed.
const OUTPUT: TextId = TextId(0);

/// How often files are left and the rest is proved again. What one output makes leave another one may need, and that is a
/// chain of two or three; after these rounds all files are left.
const PROOFS_MAX: usize = 16;

/// The checks whose fixes ask whether several files change alike, which is proved here.
const PROVED: [&str; 2] = ["reference-kustomize-target", "inline-patch-old-api"];

/// Something that is rendered of files, as it is now.
pub(crate) struct RenderedNow {
    /// What to call it.
    pub(crate) shown: String,
    /// Its objects as one text, or why there is none.
    pub(crate) text: Rc<Result<OutputText, String>>,
    /// The files that it is made of.
    pub(crate) read: BTreeSet<String>,
    /// The way of the clusters that get it.
    pub(crate) route: Route,
    /// The file that it is judged as.
    pub(crate) path: String,
}

/// The objects of an output as one text.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct OutputText {
    /// With `***` for what nobody may see.
    shown: String,
    /// With what nobody may see, where there is such a thing: to be compared, never told.
    clear: Option<String>,
}

impl OutputText {
    pub(crate) fn new(shown: String, clear: Option<String>) -> Self {
        Self { shown, clear }
    }

    /// What the cluster gets.
    fn compared(&self) -> &str {
        self.clear.as_ref().unwrap_or(&self.shown)
    }
}

impl From<String> for OutputText {
    fn from(shown: String) -> Self {
        Self::new(shown, None)
    }
}

/// What renders files.
pub(crate) trait Outputs {
    /// All that it renders.
    fn now(&self) -> &[RenderedNow];
    /// What becomes of some of it, by their positions, with these files.
    fn again(&self, tree: &Arc<dyn Tree + Send>, wanted: &[usize]) -> Vec<Result<OutputText, String>>;
}

/// All that is rendered of a tree as it is now.
pub(crate) struct Together<'a> {
    tree: &'a Arc<dyn Tree + Send>,
    assessor: &'a Assessor<'a>,
    all: Vec<Box<dyn Outputs + 'a>>,
}

/// The answers with a yes to what is proved, where nobody said otherwise.
pub(crate) fn supposed(answers: &Answers) -> Answers {
    let mut answers = answers.clone();
    for check in PROVED {
        answers.answer_otherwise(check, Answer::Choice("apply".to_owned()));
    }
    answers
}

impl<'a> Together<'a> {
    pub(crate) fn new(
        tree: &'a Arc<dyn Tree + Send>,
        assessor: &'a Assessor<'a>,
        all: Vec<Box<dyn Outputs + 'a>>,
    ) -> Self {
        Self { tree, assessor, all }
    }

    /// Whether anything is made of the file, so that what becomes of it is proved.
    pub(crate) fn reads(&self, path: &str) -> bool {
        self.all.iter().flat_map(|outputs| outputs.now()).any(|output| output.read.contains(path))
    }

    /// How many outputs are made of these files: as many as prove what becomes of them.
    pub(crate) fn made_of<'p>(&self, paths: impl Iterator<Item = &'p str> + Clone) -> usize {
        let outputs = self.all.iter().flat_map(|outputs| outputs.now());
        outputs.filter(|output| paths.clone().any(|path| output.read.contains(path))).count()
    }

    /// The files that have to stay as they are, each with the reason. `changed` are the new bytes by path.
    pub(crate) fn left(
        &self,
        mut changed: BTreeMap<String, Vec<u8>>,
        answers: &Answers,
    ) -> BTreeMap<String, String> {
        changed.retain(|path, _| self.reads(path));
        let mut left = BTreeMap::new();
        for _ in 0..PROOFS_MAX {
            let found = self.unproved(&changed, answers);
            if found.is_empty() {
                return left;
            }
            for (path, reason) in found {
                changed.remove(&path);
                left.insert(path, reason);
            }
        }
        let others = changed.into_keys().map(|path| (path, "too many files depend on each other".to_owned()));
        left.extend(others);
        left
    }

    fn unproved(&self, changed: &BTreeMap<String, Vec<u8>>, answers: &Answers) -> BTreeMap<String, String> {
        let after: Arc<dyn Tree + Send> =
            Arc::new(Overlaid { tree: Arc::clone(self.tree), files: changed.clone() });
        let mut unproved = BTreeMap::new();
        for outputs in &self.all {
            let now = outputs.now();
            let is_touched = |output: &RenderedNow| changed.keys().any(|path| output.read.contains(path));
            let wanted: Vec<usize> =
                now.iter().enumerate().filter(|(_, output)| is_touched(output)).map(|(at, _)| at).collect();
            if wanted.is_empty() {
                continue;
            }
            let again = outputs.again(&after, &wanted);
            let touched = wanted.iter().filter_map(|position| now.get(*position));
            for (output, after) in touched.zip(again) {
                let shared = || route_of_all(now, output, changed);
                if let Err(reason) = self.prove((output, &shared), after, answers) {
                    let files = changed.keys().filter(|path| output.read.contains(*path));
                    unproved.extend(files.map(|path| (path.clone(), reason.clone())));
                }
            }
        }
        unproved
    }

    /// `shared` is the way of all clusters that get the files which change: one that needs nothing yet gets the same edit.
    fn prove(
        &self,
        (now, shared): (&RenderedNow, &dyn Fn() -> Route),
        after: Result<OutputText, String>,
        answers: &Answers,
    ) -> Result<(), String> {
        let shown = &now.shown;
        let before = now.text.as_ref().as_ref();
        let before = before.map_err(|error| format!("'{shown}' cannot be built: {error}"))?;
        let after = after.map_err(|error| format!("'{shown}' could not be built any more: {error}"))?;
        if *before == after {
            return Ok(());
        }
        let by_own = self.fixed((&now.route, &now.path), before.compared(), answers);
        let Err(other) = is_expected((before, &by_own), &after, shown) else { return Ok(()) };
        let by_all = self.fixed((&shared(), &now.path), before.compared(), answers);
        is_expected((before, &by_all), &after, shown).map_err(|_| other)
    }

    /// What the fixes make of an output for the ways of a route.
    fn fixed(&self, (route, path): (&Route, &str), before: &str, answers: &Answers) -> String {
        let mut text = before.to_owned();
        let context = Context { journeys: &route.journeys, overlay: &route.overlay };
        for _ in 0..ROUNDS_MAX {
            let found = self.assessor.assess_output(OUTPUT, (route, path), text.as_bytes());
            let source = Source::plain(OUTPUT, text.as_bytes());
            let fix = fix_file(&context, source, &found.findings, answers);
            match fix.bytes.and_then(|bytes| String::from_utf8(bytes).ok()) {
                Some(fixed) => text = fixed,
                None => break,
            }
        }
        text
    }
}

/// Whether each object is what it was, or what the fixes make of it.
fn is_expected((before, fixed): (&OutputText, &str), after: &OutputText, shown: &str) -> Result<(), String> {
    let unread = || format!("what '{shown}' renders cannot be compared");
    let names = objects(&before.shown).ok_or_else(unread)?;
    let before = objects(before.compared()).ok_or_else(unread)?;
    let fixed = objects(fixed).ok_or_else(unread)?;
    let after = objects(after.compared()).ok_or_else(unread)?;
    if before.len() != after.len() || before.len() != fixed.len() {
        return Err(format!("'{shown}' would render other objects"));
    }
    let mut all = after.iter().zip(before.iter().zip(&fixed));
    match all.position(|(after, (before, fixed))| after.1 != before.1 && after.1 != fixed.1) {
        None => Ok(()),
        Some(position) => {
            let name = names.get(position).map_or("an object", |(name, _)| name);
            Err(format!("'{shown}' would render {name} otherwise than it is rendered now and then fixed"))
        }
    }
}

/// The way of all outputs that are made of a file which changes and which one of them is made of.
fn route_of_all(all: &[RenderedNow], output: &RenderedNow, changed: &BTreeMap<String, Vec<u8>>) -> Route {
    let paths: Vec<&String> = changed.keys().filter(|path| output.read.contains(*path)).collect();
    let mut route = output.route.clone();
    for other in all.iter().filter(|other| paths.iter().any(|path| other.read.contains(*path))) {
        route.join(other.route.clone());
    }
    route
}

/// The kustomizations that are built on their own.
pub(crate) struct Roots {
    now: Vec<RenderedNow>,
    folders: Vec<String>,
}

impl Roots {
    /// Builds all of them.
    pub(crate) fn new(prover: &Prover<'_>, routes: &Routes) -> Self {
        let (mut now, mut folders) = (Vec::new(), Vec::new());
        for root in prover.roots() {
            let Some((route, path)) = routes.of(root.position).zip(prover.files.get(root.position)) else {
                continue;
            };
            let before = prover.before(&root.folder);
            now.push(RenderedNow {
                shown: root.shown().to_owned(),
                text: Rc::clone(&before.text),
                read: before.read.clone(),
                route: route.clone(),
                path: path.clone(),
            });
            folders.push(root.folder.clone());
        }
        Self { now, folders }
    }
}

impl Outputs for Roots {
    fn now(&self) -> &[RenderedNow] {
        &self.now
    }

    fn again(&self, tree: &Arc<dyn Tree + Send>, wanted: &[usize]) -> Vec<Result<OutputText, String>> {
        let folders = wanted.iter().filter_map(|position| self.folders.get(*position));
        folders.map(|folder| (*rendered(tree, folder).text).clone()).collect()
    }
}

/// The objects of an output: what each is called and what it says, whatever the order of its keys.
pub(crate) fn objects(text: &str) -> Option<Vec<(String, String)>> {
    let documents = manifest::parse_all(OUTPUT, text.as_bytes()).ok()?;
    let said = |document: &Document<'_>| {
        let value = Value::from_document(document, Dialect::GoYaml2).ok()?;
        Some((name_of(document), marshal_as_kubectl(&value).ok()?))
    };
    documents.iter().map(said).collect()
}

fn name_of(document: &Document<'_>) -> String {
    let text = |path: &[&str]| document.root().and_then(|root| document.text_at(root, path)).unwrap_or("?");
    format!("{} '{}'", text(&["kind"]), text(&["metadata", "name"]))
}
