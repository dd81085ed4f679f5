//! The proof for one seed.

use super::Reference;
use super::build::{Contents, Made, make};
use super::cases::{Case, Random};
use super::change::{Change, Reading, change, content, reading_of};
use super::field::{Field, Leaf, Place, Source, fields};
use super::tally::{Outcome, Tally};
use std::collections::{BTreeMap, BTreeSet};
use text::Origin;

/// How often a scalar is picked anew because nothing can be changed in the one that was picked: an empty text, a number
/// of zeros only. Most can be.
const PICKS_MAX: usize = 20;

/// A case that was built, before anything is changed.
struct Before {
    case: Case,
    made: Made,
    fields: Vec<Field>,
}

/// Builds the case of a seed and proves so many of its scalars' origins. A seed that does not build proves nothing.
pub(super) fn prove(case: Case, scalars: usize, reference: Option<&Reference<'_>>, tally: &mut Tally) {
    let Ok(made) = make(&case.files, &case.folder) else { return };
    let fields = fields(&made);
    let mut random = Random::new(!case.seed);
    let before = Before { case, made, fields };
    before.read_all(tally);
    for _ in 0..scalars {
        before.change_one(&mut random, reference, tally);
    }
    before.change_replaced(&mut random, reference, tally);
    before.change_comments(&mut random, reference, tally);
}

/// What a range of a changed scalar has to be.
enum Expected {
    Text(String),
    /// The hash of the object that this origin stands for.
    Hash(Origin, usize),
    /// What a rule makes of changed bytes.
    Anything,
}

impl Before {
    /// Each origin names bytes that say the value.
    fn read_all(&self, tally: &mut Tally) {
        for field in &self.fields {
            for leaf in &field.leaves {
                let text = field.text.get(leaf.range.clone()).unwrap_or_default();
                match &leaf.source {
                    Source::Made { .. } => {}
                    Source::Bytes(place) if !place.is_exact => {}
                    Source::Bytes(place) if reading_of(&self.case.files, place, text).is_some() => {
                        tally.count_read(field.kind);
                    }
                    // A part of a text of several lines, or of one with escapes, is said to come from the whole.
                    Source::Bytes(place) if self.is_within(field, leaf, place) => {
                        tally.count_read("part of a whole")
                    }
                    Source::Bytes(place) => self.fault(tally, field, &format!("{place:?} says no '{text}'")),
                    Source::Nowhere => self.fault(tally, field, "leads nowhere"),
                }
            }
        }
    }

    fn is_within(&self, field: &Field, leaf: &Leaf, place: &Place) -> bool {
        let text = field.text.get(leaf.range.clone()).unwrap_or_default();
        let content = content(&self.case.files, place, Reading::Scalar);
        leaf.range.len() < field.text.len() && content.is_some_and(|content| content.text.contains(text))
    }

    fn fault(&self, tally: &mut Tally, field: &Field, told: &str) {
        tally.add_fault(format!("seed {}: {}: {told}", self.case.seed, field.told()));
    }

    /// Changes what the origin of a scalar names.
    fn change_one(&self, random: &mut Random, reference: Option<&Reference<'_>>, tally: &mut Tally) {
        for _ in 0..PICKS_MAX {
            let Some(field) = self.fields.get(random.below(self.fields.len())) else { return };
            let Some(leaf) = field.leaves.get(random.below(field.leaves.len())) else { continue };
            let Some(change) = self.change_of(random, field, leaf) else { continue };
            return self.judge((field, &change), reference, tally);
        }
    }

    fn change_of(&self, random: &mut Random, field: &Field, leaf: &Leaf) -> Option<Change> {
        let (place, text) = match &leaf.source {
            Source::Bytes(place) => (place, field.text.get(leaf.range.clone())?),
            Source::Made { rule: "base64", from, .. } => {
                let place = from.first()?;
                let content = content(&self.case.files, place, Reading::Raw)?;
                return change(random, place, &content);
            }
            Source::Made { .. } | Source::Nowhere => return None,
        };
        if !place.is_exact {
            return None;
        }
        let (_, content) = reading_of(&self.case.files, place, text)?;
        change(random, place, &content)
    }

    fn judge(
        &self,
        (field, change): (&Field, &Change),
        reference: Option<&Reference<'_>>,
        tally: &mut Tally,
    ) {
        let files = change.apply(&self.case.files);
        let named: Vec<_> = self.fields.iter().filter(|field| names(field, change)).collect();
        let decides = named.iter().any(|field| field.decides());
        let after = make(&files, &self.case.folder);
        self.compare(&files, &after, reference, tally);
        let outcome = match after {
            Err(_) if decides => Ok(Outcome::Refused),
            Err(failure) => Err(format!("the change is refused: {failure}")),
            Ok(after) => match self.difference(&files, change, &fields(&after)) {
                None => Ok(Outcome::Exact),
                Some(_) if decides => Ok(Outcome::Decides),
                Some(told) => Err(told),
            },
        };
        match outcome {
            Ok(outcome) => tally.count(field.kind, outcome),
            Err(told) => self.fault(tally, field, &format!("{change:?}: {told}")),
        }
    }

    /// The first field that is not as it should be after a change.
    fn difference(&self, files: &Contents, change: &Change, after: &[Field]) -> Option<String> {
        if after.len() != self.fields.len() {
            return Some(format!("{} fields became {}", self.fields.len(), after.len()));
        }
        let expected: Vec<_> = self.fields.iter().map(|field| self.expected(files, change, field)).collect();
        let changed = self.changed_objects(&expected);
        let mut hashes = BTreeMap::new();
        for ((before, expected), after) in self.fields.iter().zip(&expected).zip(after) {
            if before.path != after.path || before.object != after.object {
                return Some(format!("{} became {}", before.told(), after.told()));
            }
            if !fits(before, expected, &after.text, &mut hashes) {
                return Some(format!("{} became '{}'", before.told(), after.text));
            }
        }
        let owner = |declared: &Origin| {
            self.fields.iter().find(|field| owns(field, declared)).map(|field| field.object)
        };
        hashes.into_iter().find_map(|(declared, has_changed)| {
            let object = owner(&declared)?;
            let is_hashed = changed.contains(&(object, true));
            let is_touched = is_hashed || changed.contains(&(object, false));
            match has_changed {
                true if !is_touched => {
                    Some(format!("the hash of object {object} changed, the object did not"))
                }
                false if is_hashed => Some(format!("object {object} changed, its hash did not")),
                _ => None,
            }
        })
    }

    /// The objects that change, and whether it is something that the hash is made of.
    fn changed_objects(&self, expected: &[Vec<Expected>]) -> BTreeSet<(usize, bool)> {
        let fields = self.fields.iter().zip(expected);
        let changed = fields.filter(|(field, expected)| {
            let mut at = 0;
            expected.iter().any(|part| match part {
                Expected::Anything => true,
                Expected::Hash(_, length) => {
                    at += length;
                    false
                }
                Expected::Text(text) => {
                    let is_same = field.text.get(at..at + text.len()) == Some(text);
                    at += text.len();
                    !is_same
                }
            })
        });
        let is_hashed = |field: &Field| {
            matches!(
                field.path.first().map(String::as_str),
                Some("data" | "binaryData" | "stringData" | "type")
            )
        };
        changed.map(|(field, _)| (field.object, is_hashed(field))).collect()
    }

    /// What a field has to be after a change.
    fn expected(&self, files: &Contents, change: &Change, field: &Field) -> Vec<Expected> {
        let parts = field.leaves.iter().map(|leaf| {
            let text = field.text.get(leaf.range.clone()).unwrap_or_default();
            match &leaf.source {
                Source::Made { rule: "hash", declared, .. } => Expected::Hash(*declared, text.len()),
                Source::Made { from, .. } if from.iter().any(|place| holds(place, change)) => {
                    Expected::Anything
                }
                Source::Bytes(place) if holds(place, change) => {
                    match reading_of(&self.case.files, place, text) {
                        Some((reading, before)) if before.text == text => {
                            match content(files, &change.moved(place), reading) {
                                Some(content) => Expected::Text(content.text),
                                None => Expected::Anything,
                            }
                        }
                        _ => Expected::Anything,
                    }
                }
                _ => Expected::Text(text.to_owned()),
            }
        });
        parts.collect()
    }

    /// Changes bytes that a patch took the place of: nothing changes.
    fn change_replaced(&self, random: &mut Random, reference: Option<&Reference<'_>>, tally: &mut Tally) {
        let named = |place: &Place| {
            self.fields.iter().flat_map(|field| &field.leaves).any(|leaf| match &leaf.source {
                Source::Bytes(other) => {
                    other.path == place.path
                        && other.range.start < place.range.end
                        && place.range.start < other.range.end
                }
                Source::Made { .. } | Source::Nowhere => false,
            })
        };
        let replaced: Vec<_> = self
            .fields
            .iter()
            .filter(|field| !field.decides())
            .flat_map(|field| field.replaced.iter().map(move |place| (field, place)))
            .filter(|(_, place)| place.is_exact && !named(place))
            .collect();
        let Some((field, place)) = replaced.get(random.below(replaced.len())) else { return };
        let Some(content) = content(&self.case.files, place, Reading::Scalar) else { return };
        if content.text.contains("$(") {
            return tally.count_excluded("names a var");
        }
        if self.is_reference(field) {
            return tally.count_excluded("names the object that is referred to");
        }
        let Some(change) = change(random, place, &content) else { return };
        self.expect_nothing((&change, "replaced by a patch"), field, reference, tally)
    }

    /// Whether a field says the name of an object because it refers to it: what was written there chose the object.
    fn is_reference(&self, field: &Field) -> bool {
        let places = |field: &Field| -> Vec<Place> {
            let bytes = |leaf: &Leaf| match &leaf.source {
                Source::Bytes(place) => Some(place.clone()),
                Source::Made { .. } | Source::Nowhere => None,
            };
            field.leaves.iter().filter_map(bytes).collect()
        };
        let mine = places(field);
        let names = self.fields.iter().filter(|other| {
            matches!(other.path.as_slice(), [metadata, name] if metadata == "metadata" && (name == "name" || name == "namespace"))
        });
        names.filter(|name| !std::ptr::eq(*name, field)).flat_map(places).any(|place| mine.contains(&place))
    }

    /// Adds comments to all files of YAML: nothing changes.
    fn change_comments(&self, random: &mut Random, reference: Option<&Reference<'_>>, tally: &mut Tally) {
        let is_yaml = |path: &&String| {
            path.ends_with(".yaml") || path.ends_with(".yml") || path.ends_with("Kustomization")
        };
        let paths: Vec<_> = self.case.files.keys().filter(is_yaml).collect();
        let (Some(path), Some(field)) = (paths.get(random.below(paths.len())), self.fields.first()) else {
            return;
        };
        let end = self.case.files.get(*path).map_or(0, Vec::len);
        let change =
            Change { path: (*path).clone(), range: end..end, bytes: b"\n# nobody: reads this\n".to_vec() };
        self.expect_nothing((&change, "comment"), field, reference, tally)
    }

    fn expect_nothing(
        &self,
        (change, kind): (&Change, &'static str),
        field: &Field,
        reference: Option<&Reference<'_>>,
        tally: &mut Tally,
    ) {
        let files = change.apply(&self.case.files);
        let after = make(&files, &self.case.folder);
        self.compare(&files, &after, reference, tally);
        let printed = |made: &Made| made.built.print().unwrap_or_default();
        match after {
            Ok(after) if printed(&after) == printed(&self.made) => tally.count_unnamed(kind),
            Ok(_) => self.fault(tally, field, &format!("{change:?} ({kind}) changes something")),
            Err(failure) => self.fault(tally, field, &format!("{change:?} ({kind}): {failure}")),
        }
    }

    fn compare(
        &self,
        files: &Contents,
        after: &Result<Made, kustomize::Failure>,
        reference: Option<&Reference<'_>>,
        tally: &mut Tally,
    ) {
        let Some(reference) = reference else { return };
        let theirs = reference(files, &self.case.folder);
        let ours = after.as_ref().ok().and_then(|made| made.built.print().ok());
        if theirs == ours {
            tally.count_compared();
        } else if let Some(field) = self.fields.first() {
            self.fault(tally, field, "the changed build is not what the other program makes of it");
        }
    }
}

fn holds(place: &Place, change: &Change) -> bool {
    place.holds(&change.path, change.range.start)
}

fn names(field: &Field, change: &Change) -> bool {
    field.leaves.iter().any(|leaf| match &leaf.source {
        Source::Bytes(place) => holds(place, change),
        Source::Made { from, .. } => from.iter().any(|place| holds(place, change)),
        Source::Nowhere => false,
    })
}

/// Whether a field is the name of the object whose hash stands in it.
fn owns(field: &Field, declared: &Origin) -> bool {
    field.path == ["metadata", "name"]
        && field.leaves.iter().any(
            |leaf| matches!(&leaf.source, Source::Made { rule: "hash", declared: of, .. } if of == declared),
        )
}

/// Whether a text is what is expected. Notes of each hash whether it is another one now.
fn fits(before: &Field, expected: &[Expected], after: &str, hashes: &mut BTreeMap<Origin, bool>) -> bool {
    if expected.iter().filter(|part| matches!(part, Expected::Anything)).count() > 1 {
        // What stands between two unknown parts cannot be told apart from them.
        return true;
    }
    let (mut at, mut was) = (0, 0);
    for (position, part) in expected.iter().enumerate() {
        let leaf = before.leaves.get(position).map_or(0, |leaf| leaf.range.len());
        match part {
            Expected::Anything => {
                // What follows has to stand at the end.
                let rest: usize = expected
                    .iter()
                    .skip(position + 1)
                    .map(|part| match part {
                        Expected::Text(text) => text.len(),
                        Expected::Hash(_, length) => *length,
                        Expected::Anything => 0,
                    })
                    .sum();
                at = after.len().saturating_sub(rest).max(at);
            }
            Expected::Hash(declared, length) => {
                let Some(text) = after.get(at..at + length) else { return false };
                let has_changed = before.text.get(was..was + length) != Some(text);
                *hashes.entry(*declared).or_default() |= has_changed;
                at += length;
            }
            Expected::Text(text) => {
                if after.get(at..at + text.len()) != Some(text) {
                    return false;
                }
                at += text.len();
            }
        }
        was += leaf;
    }
    at == after.len()
}
