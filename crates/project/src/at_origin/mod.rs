//! Fixes of what only an output shows, made where its bytes were written.
//!
//! Takes findings in outputs of charts and of units, which say by [`edits::Written`] where their bytes stand; gives the edits of
//! files, put together from all outputs that show a finding, and which of them are proved. How outputs are rendered again is up
//! to whoever renders them. Writes nothing.

pub(crate) mod edits;

use std::collections::{BTreeMap, BTreeSet};

use checks::{Context, Finding};
use fixes::{Answers, NotFixed, Note, Question, Source, fix_file};
use text::Splice;

use crate::rendering::output::OUTPUT;
use edits::{Edits, Written, edits_of};

/// Findings that are proved one by one where not all together are. Each takes all renders once more; more than this a person
/// does not look through in one go.
const PROOFS_MAX: usize = 64;

/// Where a finding stands: its check, the path and the first byte.
pub(crate) type Key = (&'static str, String, u32);

/// What is to be fixed.
pub(crate) struct Wanted<'a> {
    /// The findings of the scan that outputs show and that have a fix, by their places.
    pub(crate) findings: BTreeMap<Key, Vec<&'a Finding>>,
    pub(crate) answers: &'a Answers,
    /// Files that other fixes change already.
    pub(crate) taken: &'a BTreeSet<String>,
}

/// What became of the findings.
#[derive(Debug, Default)]
pub(crate) struct OriginFixes {
    /// The edits that are proved, by path: sorted, without overlap.
    pub(crate) splices: BTreeMap<String, Vec<Splice>>,
    pub(crate) applied: BTreeSet<Key>,
    pub(crate) refused: BTreeMap<Key, NotFixed>,
    pub(crate) questions: Vec<(Key, Question)>,
    pub(crate) notes: Vec<(Key, Note)>,
}

/// One finding with the edits that would fix it.
#[derive(Default)]
pub(crate) struct Candidate {
    pub(crate) edits: Edits,
    pub(crate) refused: Option<NotFixed>,
    pub(crate) questions: Vec<Question>,
    pub(crate) notes: Vec<Note>,
}

impl Candidate {
    /// Adds the edits by which a finding is fixed in one output.
    pub(crate) fn add(
        &mut self,
        written: &mut dyn Written,
        context: &Context<'_>,
        (finding, answers): (&Finding, &Answers),
    ) {
        let source = Source::plain(OUTPUT, written.text().as_bytes());
        let fix = fix_file(context, source, std::slice::from_ref(finding), answers);
        for (_, question) in fix.questions {
            if !self.questions.iter().any(|known| known.id == question.id && known.text == question.text) {
                self.questions.push(question);
            }
        }
        if let Some((_, why)) = fix.refused.into_iter().next() {
            self.refused.get_or_insert(why);
        }
        for (_, note) in fix.notes {
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
        }
        for splice in &fix.splices {
            let added = edits_of(written, splice).and_then(|edits| self.unite(edits));
            if let Err(reason) = added {
                self.refused.get_or_insert(NotFixed::Unproved { reason });
                return;
            }
        }
    }

    fn unite(&mut self, edits: Edits) -> Result<(), String> {
        for (place, text) in edits {
            let path = place.0.clone();
            match self.edits.insert(place, text.clone()) {
                Some(known) if known != text => {
                    return Err(format!("one place of '{path}' would have to say different things"));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

impl OriginFixes {
    /// Takes in what is refused and asked of the candidates; gives the edits that are ready to be proved.
    pub(crate) fn sort(
        &mut self,
        candidates: BTreeMap<Key, Candidate>,
        cannot_be_edited: impl Fn(&Key, &Edits) -> Option<NotFixed>,
    ) -> BTreeMap<Key, Edits> {
        let mut ready = BTreeMap::new();
        for (key, candidate) in candidates {
            let Candidate { edits, refused, questions, notes } = candidate;
            let is_open = !questions.is_empty();
            self.questions.extend(questions.into_iter().map(|question| (key.clone(), question)));
            match refused.or_else(|| cannot_be_edited(&key, &edits)) {
                Some(why) => drop(self.refused.insert(key, why)),
                None if is_open => {}
                None => {
                    self.notes.extend(notes.into_iter().map(|note| (key.clone(), note)));
                    ready.insert(key, edits);
                }
            }
        }
        ready
    }

    /// Keeps the findings whose edits hold: all together, or else each one that does when it is added to those before. Those
    /// that do not have the reason that `holds` gives.
    pub(crate) fn prove(
        &mut self,
        ready: BTreeMap<Key, Edits>,
        mut holds: impl FnMut(&BTreeMap<Key, Edits>) -> Result<(), String>,
    ) {
        let proved =
            if ready.is_empty() || holds(&ready).is_ok() { ready } else { self.one_by_one(ready, holds) };
        self.notes.retain(|(key, _)| proved.contains_key(key));
        self.applied.extend(proved.keys().cloned());
        self.splices = splices(proved.values()).unwrap_or_default();
    }

    fn one_by_one(
        &mut self,
        ready: BTreeMap<Key, Edits>,
        mut holds: impl FnMut(&BTreeMap<Key, Edits>) -> Result<(), String>,
    ) -> BTreeMap<Key, Edits> {
        let mut proved = BTreeMap::new();
        for (count, (key, edits)) in ready.into_iter().enumerate() {
            let mut tried: BTreeMap<Key, Edits> = proved.clone();
            tried.insert(key.clone(), edits);
            let held = match count < PROOFS_MAX {
                true => holds(&tried),
                false => Err(format!("more than {PROOFS_MAX} findings are not proved at once")),
            };
            match held {
                Ok(()) => proved = tried,
                Err(reason) => drop(self.refused.insert(key, NotFixed::Unproved { reason })),
            }
        }
        proved
    }
}

/// The edits of several findings as splices of each file; the same edit of two findings is one.
pub(crate) fn splices<'e>(
    edits: impl IntoIterator<Item = &'e Edits>,
) -> Result<BTreeMap<String, Vec<Splice>>, String> {
    let mut all = Edits::new();
    for ((path, start, end), text) in edits.into_iter().flatten() {
        match all.insert((path.clone(), *start, *end), text.clone()) {
            Some(known) if known != *text => {
                return Err("two fixes want to say different things at one place".to_owned());
            }
            _ => {}
        }
    }
    let mut splices: BTreeMap<String, Vec<Splice>> = BTreeMap::new();
    for ((path, start, end), text) in all {
        splices.entry(path).or_default().push(Splice::new(start..end, text));
    }
    Ok(splices)
}
