//! Bringing configurations together, with the original's rules on what is there already and what contradicts.
//!
//! A spec is there already if one of the same path is, whose kind the new one selects; so a spec of all kinds behind one
//! of a single kind is dropped. Both have to agree on whether the field is made.

use std::borrow::Cow;
use std::collections::BTreeMap;

use compact_str::CompactString;

use super::{Configuration, FieldSpecs, NameBackReference, order};
use crate::kustomization::FieldSpec;

/// Why field specs cannot be brought together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MergeConfiguration {
    /// The same place, once to be made where it is missing and once not.
    #[error("failed to merge {table} fieldSpec: conflicting fieldspecs for '{path}' of {gvk}")]
    Contradict {
        /// The table, as the original calls it.
        table: &'static str,
        /// The place.
        path: String,
        /// The kinds.
        gvk: String,
    },
}

impl Configuration {
    /// Takes in the field specs of another one.
    ///
    /// # Errors
    /// If they say otherwise of the same place.
    pub fn merge(&mut self, other: &Self) -> Result<(), MergeConfiguration> {
        merge_table(&mut self.name_prefix, &other.name_prefix, "NamePrefix")?;
        merge_table(&mut self.name_suffix, &other.name_suffix, "NameSuffix")?;
        merge_table(&mut self.namespace, &other.namespace, "NameSpace")?;
        merge_table(&mut self.common_annotations, &other.common_annotations, "CommonAnnotations")?;
        merge_table(&mut self.common_labels, &other.common_labels, "CommonLabels")?;
        merge_table(&mut self.labels, &other.labels, "Labels")?;
        merge_table(&mut self.template_labels, &other.template_labels, "TemplateLabels")?;
        let claims = (&mut self.volume_claim_template_labels, &other.volume_claim_template_labels);
        merge_table(claims.0, claims.1, "VolumeClaimTemplateLabels")?;
        merge_table(&mut self.var_reference, &other.var_reference, "VarReference")?;
        merge_names(&mut self.name_reference, &other.name_reference)?;
        merge_table(&mut self.images, &other.images, "Images")?;
        merge_table(&mut self.replicas, &other.replicas, "Replicas")
    }

    /// Puts the specs of each table into the original's order.
    pub(super) fn sort(&mut self) {
        let tables = [
            &mut self.name_prefix,
            &mut self.name_suffix,
            &mut self.namespace,
            &mut self.common_labels,
            &mut self.labels,
            &mut self.template_labels,
            &mut self.volume_claim_template_labels,
            &mut self.common_annotations,
            &mut self.var_reference,
            &mut self.images,
            &mut self.replicas,
        ];
        for table in tables {
            sort(table);
        }
        if !self.name_reference.is_sorted_by(|one, other| order::compare(&one.gvk, &other.gvk).is_le()) {
            self.name_reference.to_mut().sort_by(|one, other| order::compare(&one.gvk, &other.gvk));
        }
    }
}

fn sort(table: &mut FieldSpecs) {
    if !table.is_sorted_by(|one, other| order::compare(&one.gvk, &other.gvk).is_le()) {
        table.to_mut().sort_by(|one, other| order::compare(&one.gvk, &other.gvk));
    }
}

/// Whether both are the same built-in table: two that are owned never stand at one place.
fn is_same_table<T>(one: &[T], other: &[T]) -> bool {
    std::ptr::eq(one, other)
}

fn merge_table(
    own: &mut FieldSpecs,
    other: &FieldSpecs,
    table: &'static str,
) -> Result<(), MergeConfiguration> {
    if is_same_table(own, other) {
        return Ok(());
    }
    match other {
        Cow::Borrowed(_) if own.is_empty() => *own = other.clone(),
        _ => {
            add_specs(own.to_mut(), other, table)?;
            sort(own);
        }
    }
    Ok(())
}

#[expect(clippy::ptr_arg, reason = "a borrowed table is taken over as it is")]
fn merge_names(
    own: &mut Cow<'static, [NameBackReference]>,
    other: &Cow<'static, [NameBackReference]>,
) -> Result<(), MergeConfiguration> {
    if is_same_table(own, other) || other.is_empty() {
        return Ok(());
    }
    if own.is_empty() && matches!(other, Cow::Borrowed(_)) {
        *own = other.clone();
        return Ok(());
    }
    let merged = own.to_mut();
    for named in other.iter() {
        let mut is_known = false;
        for known in merged.iter_mut().filter(|known| known.gvk == named.gvk) {
            add_specs(known.referrers.to_mut(), &named.referrers, "NameReference")?;
            is_known = true;
        }
        if !is_known {
            merged.push(named.clone());
        }
    }
    merged.sort_by(|one, other| order::compare(&one.gvk, &other.gvk));
    Ok(())
}

/// Adds what is not there already, behind the others.
pub(crate) fn add_specs(
    own: &mut Vec<FieldSpec>,
    other: &[FieldSpec],
    table: &'static str,
) -> Result<(), MergeConfiguration> {
    if other.len() < SPECS_TO_INDEX_MIN {
        return other.iter().try_for_each(|spec| add_spec(own, spec, table));
    }
    let mut by_path: BTreeMap<CompactString, Vec<usize>> = BTreeMap::new();
    for (position, spec) in own.iter().enumerate() {
        by_path.entry(spec.path.clone()).or_default().push(position);
    }
    for spec in other {
        let positions = by_path.entry(spec.path.clone()).or_default();
        match positions.iter().find(|position| own[**position].gvk.is_selected_by(&spec.gvk)) {
            Some(there) => agree(&own[*there], spec, table)?,
            None => {
                positions.push(own.len());
                own.push(spec.clone());
            }
        }
    }
    Ok(())
}

/// Below this many new specs, going through the others costs less than an index over them.
const SPECS_TO_INDEX_MIN: usize = 8;

/// Adds one spec unless it is there already.
pub(crate) fn add_spec(
    own: &mut Vec<FieldSpec>,
    spec: &FieldSpec,
    table: &'static str,
) -> Result<(), MergeConfiguration> {
    let is_there = |there: &&FieldSpec| there.path == spec.path && there.gvk.is_selected_by(&spec.gvk);
    match own.iter().find(is_there) {
        Some(there) => agree(there, spec, table),
        None => {
            own.push(spec.clone());
            Ok(())
        }
    }
}

fn agree(there: &FieldSpec, spec: &FieldSpec, table: &'static str) -> Result<(), MergeConfiguration> {
    if there.create == spec.create {
        return Ok(());
    }
    let (path, gvk) = (spec.path.to_string(), spec.gvk.to_string());
    Err(MergeConfiguration::Contradict { table, path, gvk })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::Gvk;

    fn spec(kind: &str, path: &str, create: bool) -> FieldSpec {
        FieldSpec { gvk: Gvk::of_kind(kind), path: path.into(), create }
    }

    fn images(specs: &[FieldSpec]) -> Configuration {
        Configuration { images: specs.to_vec().into(), ..Configuration::default() }
    }

    fn merged(one: &[FieldSpec], other: &[FieldSpec]) -> Result<Vec<FieldSpec>, MergeConfiguration> {
        let mut configuration = images(one);
        configuration.merge(&images(other))?;
        Ok(configuration.images.into_owned())
    }

    #[test]
    fn the_built_in_tables_stay_borrowed_however_often_they_are_merged() {
        let mut configuration = Configuration::default();
        for _ in 0..3 {
            configuration.merge(&Configuration::builtin()).unwrap();
        }
        assert_eq!(configuration, Configuration::builtin());
        assert!(matches!(configuration.common_labels, Cow::Borrowed(_)));
    }

    #[test]
    fn the_built_in_tables_are_what_merging_them_spec_by_spec_gives() {
        let builtin = Configuration::builtin();
        let mut owned = builtin.clone();
        owned.sort();
        assert_eq!(owned, builtin);
        for table in [&builtin.common_labels, &builtin.var_reference, &builtin.namespace, &builtin.replicas] {
            let mut again = Vec::new();
            add_specs(&mut again, table, "").unwrap();
            assert_eq!(&again[..], &table[..]);
        }
    }

    #[test]
    fn a_spec_of_all_kinds_is_dropped_behind_one_of_a_single_kind() {
        let single = spec("Foo", "a", true);
        assert_eq!(merged(std::slice::from_ref(&single), &[spec("", "a", true)]).unwrap(), [single]);
    }

    #[test]
    fn a_spec_of_a_single_kind_is_added_to_one_of_all_and_sorted() {
        let both = merged(&[spec("", "a", true)], &[spec("Foo", "a", false)]).unwrap();
        assert_eq!(both, [spec("Foo", "a", false), spec("", "a", true)]);
    }

    #[test]
    fn specs_that_disagree_on_making_the_field_contradict() {
        let contradiction = merged(&[spec("Foo", "a", false)], &[spec("", "a", true)]).unwrap_err();
        assert_eq!(
            contradiction.to_string(),
            "failed to merge Images fieldSpec: conflicting fieldspecs for 'a' of [noKind].[noVer].[noGrp]"
        );
    }

    #[test]
    fn many_specs_are_merged_as_few_are() {
        let many: Vec<_> =
            (0..40).map(|n| spec(["A", "B", ""][n % 3], &format!("p{}", n / 4), true)).collect();
        let mut one_by_one = Vec::new();
        for spec in &many {
            add_spec(&mut one_by_one, spec, "").unwrap();
        }
        let mut at_once = Vec::new();
        add_specs(&mut at_once, &many, "").unwrap();
        assert_eq!(at_once, one_by_one);
    }

    #[test]
    fn referrers_of_one_kind_come_together_and_keep_their_order() {
        let named = |kind: &str, paths: &[&str]| NameBackReference {
            gvk: Gvk::of_kind(kind),
            referrers: paths.iter().map(|path| spec("Foo", path, false)).collect::<Vec<_>>().into(),
        };
        let with = |names: Vec<NameBackReference>| Configuration {
            name_reference: names.into(),
            ..Configuration::default()
        };
        let mut configuration = with(vec![named("Zebra", &["z", "a"])]);
        configuration.merge(&with(vec![named("Zebra", &["b", "a"]), named("Ant", &["c"])])).unwrap();
        assert_eq!(configuration, with(vec![named("Ant", &["c"]), named("Zebra", &["z", "a", "b"])]));
    }
}
