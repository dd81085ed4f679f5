//! The field specs that the original has compiled in: a text that is read when the first build asks for them.
//!
//! As constants they would hold pointers, which every start of the program has to put right, whatever it is started for.
//! They stand in the order in which the original has them once it has loaded and sorted them, so that merging them with
//! themselves changes nothing. The text is right by construction; a line that is not would be left out.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use compact_str::CompactString;

use super::{Configuration, NameBackReference};
use crate::identity::Gvk;
use crate::kustomization::FieldSpec;

/// `table NAME` or `names GROUP VERSION KIND`, each with its specs below: whether the field is made where it is missing
/// (`create` or `keep`), group, version, kind and path. A dash stands for nothing.
static TEXT: &str = include_str!("../../data/field_specs.txt");

static TABLES: LazyLock<Tables> = LazyLock::new(|| Tables::read(TEXT));

#[derive(Debug, Default)]
struct Tables {
    by_name: BTreeMap<&'static str, Vec<FieldSpec>>,
    names: Vec<NameBackReference>,
}

/// Every field spec that holds without any file.
pub(super) fn configuration() -> Configuration {
    let table = |name: &str| Cow::Borrowed(TABLES.by_name.get(name).map_or(&[][..], Vec::as_slice));
    Configuration {
        name_prefix: table("name"),
        name_suffix: table("name"),
        namespace: table("namespace"),
        common_labels: table("commonLabels"),
        labels: Cow::Borrowed(&[]),
        template_labels: table("templateLabels"),
        volume_claim_template_labels: Cow::Borrowed(&[]),
        common_annotations: table("commonAnnotations"),
        name_reference: Cow::Borrowed(&TABLES.names),
        var_reference: table("varReference"),
        images: table("images"),
        replicas: table("replicas"),
    }
}

/// Where claims of volumes carry labels on.
const CLAIM_LABELS: &str = "spec/volumeClaimTemplates[]/metadata/labels";

/// The same in 5.8.3: claims of volumes are labelled by a switch of their own, and images are found in the volumes of jobs.
pub(super) fn configuration_of_5_8_3() -> Configuration {
    let mut configuration = configuration();
    let template_labels = configuration.template_labels.iter().cloned();
    let (claims, templates): (Vec<_>, Vec<_>) = template_labels.partition(|spec| spec.path == CLAIM_LABELS);
    configuration.template_labels = Cow::Owned(templates);
    configuration.volume_claim_template_labels = Cow::Owned(claims);
    let path = CompactString::const_new("spec/jobTemplate/spec/template/spec/volumes[]/image/reference");
    configuration.images.to_mut().push(FieldSpec { gvk: Gvk::ANY, path, create: true });
    configuration
}

impl Tables {
    fn read(text: &'static str) -> Self {
        let mut tables = Self::default();
        let mut table = None;
        for line in text.lines() {
            let mut words = line.split(' ');
            match (words.next(), words.next(), words.next(), words.next(), words.next()) {
                (Some("table"), Some(name), None, ..) => table = Some(name),
                (Some("names"), Some(group), Some(version), Some(kind), None) => {
                    let gvk = gvk(group, version, kind);
                    tables.names.push(NameBackReference { gvk, referrers: Cow::Owned(Vec::new()) });
                    table = None;
                }
                (Some(create), Some(group), Some(version), Some(kind), Some(path)) => {
                    let path = CompactString::const_new(path);
                    let spec = FieldSpec { gvk: gvk(group, version, kind), path, create: create == "create" };
                    match (table, tables.names.last_mut()) {
                        (Some(table), _) => tables.by_name.entry(table).or_default().push(spec),
                        (None, Some(names)) => names.referrers.to_mut().push(spec),
                        (None, None) => {}
                    }
                }
                _ => {}
            }
        }
        tables
    }
}

fn gvk(group: &'static str, version: &'static str, kind: &'static str) -> Gvk {
    let part = |word| CompactString::const_new(if word == "-" { "" } else { word });
    Gvk { group: part(group), version: part(version), kind: part(kind) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_text_is_in_a_table() {
        let tables = &*TABLES;
        let specs = tables.by_name.values().map(Vec::len).sum::<usize>()
            + tables.names.iter().map(|names| names.referrers.len()).sum::<usize>();
        let heads = tables.by_name.len() + tables.names.len();
        assert_eq!((specs + heads, tables.names.len()), (TEXT.lines().count(), 16));
        let found = configuration();
        let counts = [&found.name_prefix, &found.namespace, &found.common_labels, &found.var_reference];
        assert_eq!(counts.map(|table| table.len()), [1, 3, 32, 72]);
    }

    #[test]
    fn a_dash_is_nothing_and_create_makes_the_field() {
        let found = configuration();
        let label = FieldSpec { gvk: Gvk::new("v1", "Service"), path: "spec/selector".into(), create: true };
        assert_eq!(found.common_labels.first(), Some(&label));
        assert!(!found.var_reference.iter().any(|spec| spec.create));
    }
}
