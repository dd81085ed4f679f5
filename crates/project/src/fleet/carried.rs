//! Objects that hold a text which is edited for the sake of another object, and names that follow content.
//!
//! An edit of values changes the release or the ConfigMap that says them as well as what is rendered with them. Such an object may
//! differ in just the bytes that were edited, as origins tell. Renders nothing.

use std::collections::BTreeMap;
use std::ops::Range;

use gitops::{ObjectAt, RenderedObject, Unit, UnitKey, UnitKind};
use kustomize::places::FilePlace;
use version::Minor;

use super::judge::Subject;
use super::places::Places;
use crate::at_origin::Key;
use crate::at_origin::edits::{Edits, common_ends};

/// An object before and after an edit.
pub(super) struct Carrying<'c> {
    pub(super) subject: &'c Subject,
    /// Its position among the objects of its unit.
    pub(super) position: usize,
    pub(super) before: &'c RenderedObject,
    pub(super) after: &'c str,
}

/// The kinds of units, whose own outputs are compared as well.
const UNIT_KINDS: [UnitKind; 4] =
    [UnitKind::Kustomization, UnitKind::HelmRelease, UnitKind::Application, UnitKind::ApplicationSet];

/// The kind of objects that hold values and variables in the clear.
const DATA_KIND: &str = "ConfigMap";

impl Carrying<'_> {
    /// The finding whose edit the object holds, if it differs in nothing but edited bytes.
    pub(super) fn key(&self, places: &mut Places<'_>, edits: &BTreeMap<Key, Edits>) -> Option<Key> {
        let is_unit = self.is_unit();
        let is_data = self.before.id.group.is_empty() && self.before.id.kind == DATA_KIND;
        if !is_unit && !is_data {
            return None;
        }
        let mut known = None;
        for range in changed(&self.before.text, self.after)? {
            let key = self.edited(places, &range, is_unit)?.into_iter().find_map(|(path, range)| {
                edits.iter().find(|(_, edits)| covers(edits, &path, &range)).map(|(key, _)| key.clone())
            });
            known = Some(key?);
        }
        known
    }

    /// Whether the object is one of a unit.
    pub(super) fn is_unit(&self) -> bool {
        UNIT_KINDS.iter().any(|kind| kind.as_str() == self.before.id.kind)
    }

    /// Where changed bytes of the object were written. What is data has to stand in its own file, since what it became by way
    /// of something else is what others read.
    fn edited(
        &self,
        places: &mut Places<'_>,
        range: &Range<usize>,
        is_unit: bool,
    ) -> Option<Vec<(String, Range<usize>)>> {
        let Subject { fleet, cluster, unit, .. } = *self.subject;
        let at = ObjectAt { cluster, unit, object: self.position };
        // Of what is new there is nothing to ask for but the byte before.
        let asked = if range.is_empty() { range.start.checked_sub(1)?..range.end } else { range.clone() };
        let asked = u32::try_from(asked.start).ok()?..u32::try_from(asked.end).ok()?;
        let written = match is_unit {
            true => places.written(fleet, at, asked),
            false => places.standing(fleet, at, asked),
        };
        let within = |place: FilePlace| {
            let (start, end) = (place.range.start as usize, place.range.end as usize);
            (place.path, if range.is_empty() { end..end } else { start..end })
        };
        Some(written.into_iter().map(within).collect())
    }
}

/// Whether edits change the bytes of a range, or what stands around it.
fn covers(edits: &Edits, path: &str, range: &Range<usize>) -> bool {
    edits.keys().any(|(edited, start, end)| edited == path && *start <= range.start && range.end <= *end)
}

/// The parts of a text that another one says otherwise, line by line; none where they do not have the same lines.
fn changed(before: &str, after: &str) -> Option<Vec<Range<usize>>> {
    let (old, new) = (before.split_inclusive('\n'), after.split_inclusive('\n'));
    if old.clone().count() != new.clone().count() {
        return None;
    }
    let (mut at, mut found) = (0, Vec::new());
    for (old, new) in old.zip(new) {
        if old != new {
            let (head, tail) = common_ends(old.as_bytes(), new.as_bytes());
            found.push(at + head..at + old.len() - tail);
        }
        at += old.len();
    }
    Some(found)
}

/// Names that end with the digest of their content before and after: new ones with the old ones that they stand for.
pub(super) struct Renamed<'f>(BTreeMap<(Minor, &'f str), BTreeMap<String, String>>);

impl<'f> Renamed<'f> {
    /// The names in all clusters, of units that have the same objects in the same order.
    pub(super) fn of(
        before: &BTreeMap<(Minor, &'f str, &'f UnitKey), &'f Unit>,
        after: &BTreeMap<(Minor, &str, &UnitKey), &Unit>,
    ) -> Self {
        let mut renamed: BTreeMap<(Minor, &'f str), BTreeMap<String, String>> = BTreeMap::new();
        for ((minor, cluster, key), unit) in before {
            let again = after.get(&(*minor, cluster, key)).map(|unit| unit.objects()).unwrap_or_default();
            for (old, new) in unit.objects().iter().zip(again) {
                let stem = gitops::name_without_digest(&old.id.name);
                if old.id.name != new.id.name
                    && stem.is_some()
                    && stem == gitops::name_without_digest(&new.id.name)
                {
                    let names = renamed.entry((*minor, *cluster)).or_default();
                    names.insert(new.id.name.clone(), old.id.name.clone());
                }
            }
        }
        Self(renamed)
    }

    /// The names of a cluster at a minor.
    pub(super) fn in_cluster(&self, minor: Minor, cluster: &'f str) -> BTreeMap<String, String> {
        self.0.get(&(minor, cluster)).cloned().unwrap_or_default()
    }

    /// A text with the names from before.
    pub(super) fn back(text: &str, renamed: &BTreeMap<String, String>) -> String {
        renamed.iter().fold(text.to_owned(), |text, (new, old)| text.replace(new, old))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_told_line_by_line() {
        let parts = |before: &str, after: &str| -> Option<Vec<String>> {
            Some(changed(before, after)?.into_iter().map(|range| before[range].to_owned()).collect())
        };
        let old = "a: v1beta1\nb: 1\nc: x-v1beta1-x\n";
        assert_eq!(
            parts(old, "a: v1\nb: 1\nc: x-v1-x\n"),
            Some(vec!["beta1".to_owned(), "beta1".to_owned()])
        );
        assert_eq!(parts(old, old), Some(Vec::new()));
        assert_eq!(parts(old, "a: v1beta1\n"), None);
    }

    #[test]
    fn a_name_that_follows_its_content_is_the_old_one_after_all() {
        let renamed = BTreeMap::from([("a-2b4t6g8hk9".to_owned(), "a-kk7mtb2cf4".to_owned())]);
        assert_eq!(Renamed::back("name: a-2b4t6g8hk9\n", &renamed), "name: a-kk7mtb2cf4\n");
    }
}
