//! Fixes of several files that have to change together, proved by what kustomizations render.
//!
//! Takes what is to become of the files; builds every root that reads one of them with the old and with the new bytes.
//! Each object of the new output must be what it was, or what the same fixes make of the object as it was rendered: then
//! a base, its patches and their targets have changed alike. Where it is anything else, the files that the root reads
//! are left as they are, by name.

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
use tree::Tree;

use super::proof::{Changed, Prover, Rendered, rendered};
use super::roots::Root;
use crate::assess::Assessor;
use crate::fix::ROUNDS_MAX;
use crate::journeys::Routes;

/// The id of an output while it is fixed.
const OUTPUT: TextId = TextId(0);

/// How often files are left and the rest is proved again. What one root makes leave another one may need, and that is a
/// chain of two or three; after these rounds all files are left.
const PROOFS_MAX: usize = 16;

/// The checks whose fixes ask whether several files change alike, which is proved here.
const PROVED: [&str; 2] = ["reference-kustomize-target", "inline-patch-old-api"];

/// The roots of a tree as they are rendered now.
pub(crate) struct Together<'a> {
    prover: &'a Prover<'a>,
    routes: &'a Routes,
    assessor: &'a Assessor<'a>,
    roots: Vec<(&'a Root, Rc<Rendered>)>,
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
    /// Builds all roots.
    pub(crate) fn new(prover: &'a Prover<'a>, (routes, assessor): (&'a Routes, &'a Assessor<'a>)) -> Self {
        let roots = prover.roots().iter().map(|root| (root, prover.before(&root.folder)));
        Self { prover, routes, assessor, roots: roots.collect() }
    }

    /// Whether a root reads the file, so that what becomes of it is proved.
    pub(crate) fn reads(&self, path: &str) -> bool {
        self.roots.iter().any(|(_, rendered)| rendered.read.contains(path))
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
        let paths: BTreeSet<&String> = changed.keys().collect();
        let after: Arc<dyn Tree + Send> =
            Arc::new(Changed { tree: Arc::clone(self.prover.tree), files: changed.clone() });
        let mut unproved = BTreeMap::new();
        for (root, before) in &self.roots {
            let touched: Vec<&String> =
                paths.iter().copied().filter(|path| before.read.contains(*path)).collect();
            if touched.is_empty() {
                continue;
            }
            if let Err(reason) = self.prove(root, before, &after, answers) {
                let named = touched.into_iter().map(|path| (path.clone(), reason.clone()));
                unproved.extend(named);
            }
        }
        unproved
    }

    fn prove(
        &self,
        root: &Root,
        before: &Rendered,
        after: &Arc<dyn Tree + Send>,
        answers: &Answers,
    ) -> Result<(), String> {
        let shown = root.shown();
        let before = before.text.as_ref().map_err(|error| format!("'{shown}' cannot be built: {error}"))?;
        let after = rendered(after, &root.folder).text;
        let after = after.map_err(|error| format!("'{shown}' could not be built any more: {error}"))?;
        if *before == after {
            return Ok(());
        }
        let fixed = self.fixed(root, before, answers);
        let unread = || format!("what '{shown}' renders cannot be compared");
        let before = objects(before).ok_or_else(unread)?;
        let fixed = objects(&fixed).ok_or_else(unread)?;
        let after = objects(&after).ok_or_else(unread)?;
        if before.len() != after.len() || before.len() != fixed.len() {
            return Err(format!("'{shown}' would render other objects"));
        }
        let mut all = after.iter().zip(before.iter().zip(&fixed));
        match all.find(|(after, (before, fixed))| after.1 != before.1 && after.1 != fixed.1) {
            None => Ok(()),
            Some(((name, _), _)) => {
                Err(format!("'{shown}' would render {name} otherwise than it is rendered now and then fixed"))
            }
        }
    }

    /// What the fixes make of an output.
    fn fixed(&self, root: &Root, before: &str, answers: &Answers) -> String {
        let mut text = before.to_owned();
        let Some((route, path)) = self.routes.of(root.position).zip(self.prover.files.get(root.position))
        else {
            return text;
        };
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
