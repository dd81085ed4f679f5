//! The proof for one case.

use std::collections::BTreeSet;
use std::ops::Range;

use helm::engine::TemplateCache;

use super::build::{Made, make};
use super::case::Case;
use super::change::{Change, byte_of_scalar, changeable, other};
use super::leaf::{Leaf, Leaves, Place, Source};
use super::tally::{Outcome, Tally};

/// Numbers that look random and are the same for the same seed (splitmix64).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % limit.max(1) as u64).unwrap_or(0)
    }
}

/// A case that was rendered, before anything is changed.
struct Before<'c> {
    case: &'c Case,
    cache: TemplateCache,
    made: Made,
    /// Of each template.
    leaves: Vec<Vec<Leaf>>,
    decisive: BTreeSet<Place>,
}

/// Renders a case and proves the origins of so many of its lines. A case that does not render proves nothing.
pub(crate) fn prove(case: &Case, (lines, seed): (usize, u64), tally: &mut Tally) {
    let cache = TemplateCache::new();
    let Ok(made) = make(case, &case.contents, &cache) else { return tally.count_not_rendered() };
    let (leaves, decisive) = {
        let leaves = Leaves::new(&made, &case.contents);
        ((0..made.templates.len()).map(|template| leaves.of(template)).collect(), leaves.decisive())
    };
    let before = Before { case, cache, made, leaves, decisive };
    tally.bytes_read += before.bytes_read();
    let mut random = Random(seed);
    for _ in 0..lines {
        before.try_line(&mut random, tally);
    }
    before.try_unnamed(&mut random, tally);
}

/// What a range has to be after a change.
enum Expected {
    Text(Vec<u8>),
    /// What a function makes of changed bytes.
    Anything,
}

impl Before<'_> {
    fn bytes_read(&self) -> usize {
        let exact = self.leaves.iter().flatten().filter(|leaf| matches!(leaf.source, Source::Exact(_)));
        exact.map(|leaf| leaf.range.len()).sum()
    }

    /// A line that is not blank, in one of the templates.
    fn line(&self, random: &mut Random) -> Option<(usize, Range<usize>)> {
        let mut lines = Vec::new();
        for (index, template) in self.made.templates.iter().enumerate() {
            let mut start = 0;
            for line in template.text.split_inclusive('\n') {
                if !line.trim().is_empty() {
                    lines.push((index, start..start + line.trim_end().len()));
                }
                start += line.len();
            }
        }
        lines.get(random.below(lines.len())).cloned()
    }

    /// Changes what the origin of a piece of a line names.
    fn try_line(&self, random: &mut Random, tally: &mut Tally) {
        let Some((template, line)) = self.line(random) else { return };
        let Some(leaves) = self.leaves.get(template) else { return };
        let on_line: Vec<&Leaf> =
            leaves.iter().filter(|leaf| leaf.range.start < line.end && line.start < leaf.range.end).collect();
        let mut candidates: Vec<(&Leaf, Change)> = Vec::new();
        for leaf in &on_line {
            let part = leaf.range.start.max(line.start)..leaf.range.end.min(line.end);
            candidates.extend(self.change_of(random, (template, leaf), part).map(|change| (*leaf, change)));
        }
        match candidates.get(random.below(candidates.len())) {
            Some((leaf, change)) => self.judge((template, leaf), change, tally),
            None => tally.count_not_provable(self.why_not((template, &line), &on_line)),
        }
    }

    /// A change of what is written that the range `part` of a leaf says; none if nothing there can be changed.
    fn change_of(
        &self,
        random: &mut Random,
        (template, leaf): (usize, &Leaf),
        part: Range<usize>,
    ) -> Option<Change> {
        let text = &self.made.templates.get(template)?.text;
        let said = text.get(leaf.range.clone())?;
        let place = match &leaf.source {
            Source::Exact(place) | Source::Reworded(place) => place,
            Source::Made { .. } | Source::Nowhere => return None,
        };
        let is_exact = matches!(leaf.source, Source::Exact(_));
        if let ("true" | "false", true) = (said, is_exact) {
            let flipped = if said == "true" { "false" } else { "true" };
            let range = place.start..place.end;
            return Some(Change { path: place.path.clone(), range, bytes: flipped.into() });
        }
        let offsets = changeable(said.as_bytes());
        let offsets: Vec<_> =
            offsets.into_iter().filter(|offset| part.contains(&(leaf.range.start + offset))).collect();
        let offset = *offsets.get(random.below(offsets.len()))?;
        let at = if is_exact {
            place.start + offset
        } else {
            byte_of_scalar(&self.case.contents, place, said, offset)?
        };
        let byte = other(*said.as_bytes().get(offset)?);
        Some(Change { path: place.path.clone(), range: at..at + 1, bytes: vec![byte] })
    }

    /// Why nothing of a line can be changed: what made its letters and digits.
    fn why_not(&self, (template, line): (usize, &Range<usize>), leaves: &[&Leaf]) -> String {
        let text = self.made.templates.get(template).map_or("", |template| template.text.as_str());
        let says = |leaf: &&&Leaf| {
            let part = leaf.range.start.max(line.start)..leaf.range.end.min(line.end);
            text.get(part).is_some_and(|part| part.contains(|letter: char| letter.is_ascii_alphanumeric()))
        };
        match leaves.iter().rev().find(says).map(|leaf| &leaf.source) {
            Some(Source::Made { rule, .. }) => format!("made by {rule}"),
            Some(Source::Nowhere) => "written by nobody: release, chart metadata, capabilities".to_owned(),
            Some(Source::Exact(_) | Source::Reworded(_)) => "a value that is shown in other words".to_owned(),
            None => "no letter and no digit".to_owned(),
        }
    }

    fn judge(&self, (template, leaf): (usize, &Leaf), change: &Change, tally: &mut Tally) {
        let kind = self.kind(leaf, change);
        let contents = change.apply(&self.case.contents);
        let decides = self.decides(change) || self.is_shown_as_key((template, leaf));
        let outcome = match make(self.case, &contents, &self.cache) {
            Err(_) if decides || self.is_read(change) => Ok(Outcome::Refused),
            Err(told) => Err(format!("the change is refused: {told}")),
            Ok(after) => match self.difference(change, &after) {
                None => Ok(Outcome::Exact),
                Some(_) if decides => Ok(Outcome::Decides),
                Some(told) => Err(told),
            },
        };
        match outcome {
            Ok(outcome) => tally.count(kind, outcome),
            Err(told) => self.fault(tally, (template, &leaf.range), change, &told),
        }
    }

    fn fault(
        &self,
        tally: &mut Tally,
        (template, range): (usize, &Range<usize>),
        change: &Change,
        told: &str,
    ) {
        let Some(template) = self.made.templates.get(template) else { return };
        let said = template.text.get(range.clone()).unwrap_or_default();
        let Change { path, range, bytes } = change;
        let bytes = String::from_utf8_lossy(bytes);
        tally.add_fault(format!(
            "{}: {}: {said:?}: {path} {range:?} to {bytes:?}: {told}",
            self.case.name, template.name
        ));
    }

    /// Whose the changed bytes are.
    fn kind(&self, leaf: &Leaf, change: &Change) -> &'static str {
        let is_exact = matches!(leaf.source, Source::Exact(_));
        let is_given = self.case.given.iter().any(|(_, path)| *path == change.path);
        match (change.path.as_str(), is_exact) {
            _ if is_given => "flag",
            (path, _) if path.contains("/templates/") => "template",
            (path, true)
                if path.ends_with("values.yaml") || self.case.values.iter().any(|known| known == path) =>
            {
                "value"
            }
            (path, false)
                if path.ends_with("values.yaml") || self.case.values.iter().any(|known| known == path) =>
            {
                "value in other words"
            }
            _ => "other file",
        }
    }

    /// Whether something decides by the bytes: a decision that read them, or whoever looks for the key that they are.
    fn decides(&self, change: &Change) -> bool {
        let holds = |place: &Place| place.holds(&change.path, change.range.start);
        self.decisive.iter().any(holds) || self.is_key(change)
    }

    /// Whether the bytes stand before a colon, in a file of values or a flag.
    fn is_key(&self, change: &Change) -> bool {
        if change.path.contains("/templates/") {
            return false;
        }
        let behind = self.case.contents.get(&change.path).and_then(|bytes| bytes.get(change.range.end..));
        let word = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-./\"'".contains(byte);
        let rest: Vec<u8> = behind.unwrap_or_default().iter().copied().skip_while(word).take(2).collect();
        matches!(rest.as_slice(), [b':', b' ' | b'\n' | b'\r'] | [b':'] | [b'=', ..] | [b'[', ..])
    }

    /// Whether a leaf is the key of something that was printed: whoever sorts keys decides by it.
    fn is_shown_as_key(&self, (template, leaf): (usize, &Leaf)) -> bool {
        let text = self.made.templates.get(template).and_then(|template| template.text.get(leaf.range.end..));
        text.is_some_and(|text| text.trim_start_matches(['"', '\'']).starts_with(':'))
    }

    /// Whether a function read the bytes.
    fn is_read(&self, change: &Change) -> bool {
        self.leaves.iter().flatten().any(|leaf| match &leaf.source {
            Source::Made { from, .. } => {
                from.iter().any(|place| place.holds(&change.path, change.range.start))
            }
            Source::Exact(_) | Source::Reworded(_) | Source::Nowhere => false,
        })
    }

    /// The first text that is not as it should be after a change.
    fn difference(&self, change: &Change, after: &Made) -> Option<String> {
        if after.templates.len() != self.made.templates.len() {
            return Some(format!("{} templates became {}", self.made.templates.len(), after.templates.len()));
        }
        let mut has_changed = false;
        for ((before, leaves), after) in self.made.templates.iter().zip(&self.leaves).zip(&after.templates) {
            let expected: Vec<Expected> =
                leaves.iter().map(|leaf| self.expected(change, (&before.text, leaf))).collect();
            has_changed |= before.text != after.text;
            if let Some(at) = misfit(&expected, after.text.as_bytes()) {
                let told = after.text.get(at..).unwrap_or_default();
                let told: String = told.chars().take(60).collect();
                return Some(format!("{} became another one at {at}: {told:?}", before.name));
            }
        }
        (!has_changed).then(|| "nothing has changed".to_owned())
    }

    /// What a leaf has to be after a change.
    fn expected(&self, change: &Change, (text, leaf): (&str, &Leaf)) -> Expected {
        let holds = |place: &Place| place.holds(&change.path, change.range.start);
        let same = || Expected::Text(text.get(leaf.range.clone()).unwrap_or_default().into());
        match &leaf.source {
            Source::Exact(place) if holds(place) => {
                change.applied(place, &self.case.contents).map_or(Expected::Anything, Expected::Text)
            }
            Source::Reworded(place) if holds(place) => Expected::Anything,
            Source::Made { from, .. } if from.iter().any(holds) => Expected::Anything,
            Source::Exact(_) | Source::Reworded(_) | Source::Made { .. } | Source::Nowhere => same(),
        }
    }

    /// Adds a comment to a file of values, and changes a value that another one took the place of: nothing changes.
    fn try_unnamed(&self, random: &mut Random, tally: &mut Tally) {
        let is_values = |path: &&String| path.ends_with("values.yaml") && path.starts_with(&self.case.chart);
        let paths: Vec<_> = self.case.contents.keys().filter(is_values).collect();
        let Some(path) = paths.get(random.below(paths.len())) else { return };
        let end = self.case.contents.get(*path).map_or(0, Vec::len);
        let bytes = b"\n# nobody: reads this\n".to_vec();
        let change = Change { path: (*path).clone(), range: end..end, bytes };
        let after = make(self.case, &change.apply(&self.case.contents), &self.cache);
        let texts =
            |made: &Made| made.templates.iter().map(|template| template.text.clone()).collect::<Vec<_>>();
        match after {
            Ok(after) if texts(&after) == texts(&self.made) => tally.count_unnamed("comment"),
            _ => self.fault(tally, (0, &(0..0)), &change, "a comment changes something"),
        }
    }
}

/// Where a text is not what is expected; none if it is. Between two unknown parts the known one has to stand somewhere.
fn misfit(expected: &[Expected], text: &[u8]) -> Option<usize> {
    let mut runs: Vec<Vec<u8>> = vec![Vec::new()];
    for part in expected {
        match part {
            Expected::Text(bytes) => runs.last_mut()?.extend(bytes),
            Expected::Anything => runs.push(Vec::new()),
        }
    }
    let (first, others) = runs.split_first()?;
    if !text.starts_with(first) {
        return Some(first.iter().zip(text).take_while(|(one, other)| one == other).count());
    }
    let Some((last, middle)) = others.split_last() else {
        return (first.len() != text.len()).then_some(first.len());
    };
    let mut at = first.len();
    for run in middle {
        match memchr::memmem::find(text.get(at..).unwrap_or_default(), run) {
            Some(found) => at += found + run.len(),
            None => return Some(at),
        }
    }
    let fits = text.len() >= at + last.len() && text.ends_with(last);
    (!fits).then_some(at)
}
