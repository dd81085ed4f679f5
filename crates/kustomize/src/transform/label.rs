//! `labels` and `commonLabels`: entries in the maps that label objects, their templates and their selectors.

use text::Track;

use super::entry;
use crate::configuration::{Configuration, FieldSpecs, MergeConfiguration, add_spec, add_specs};
use crate::kustomization::{FieldSpec, Label, TextMap};
use crate::res_map::ResMap;
use crate::{Failure, Work};

/// Sets labels.
#[derive(Debug, Clone)]
pub(crate) struct LabelTransformer<O> {
    /// The labels.
    pub(crate) labels: TextMap<O>,
    /// Which maps get them.
    pub(crate) specs: FieldSpecs,
}

/// Where labels go that name no other place.
pub(crate) const METADATA_LABELS: FieldSpec = FieldSpec {
    gvk: crate::identity::Gvk::ANY,
    path: compact_str::CompactString::const_new("metadata/labels"),
    create: true,
};

impl<O: Copy> LabelTransformer<O> {
    /// What `commonLabels` asks for.
    pub(crate) fn common(labels: &TextMap<O>, configuration: &Configuration) -> Self {
        Self { labels: labels.clone(), specs: configuration.common_labels.clone() }
    }

    /// What an entry of `labels` asks for: its own places, those of the configuration, and by its switches those of
    /// selectors and templates.
    pub(crate) fn of(label: &Label<O>, configuration: &Configuration) -> Result<Self, MergeConfiguration> {
        let mut specs = label.fields.clone();
        add_specs(&mut specs, &configuration.labels, "Labels")?;
        if label.include_selectors {
            add_specs(&mut specs, &configuration.common_labels, "CommonLabels")?;
        } else {
            if label.include_templates {
                add_specs(&mut specs, &configuration.template_labels, "TemplateLabels")?;
            }
            if label.include_volume_claim_templates {
                let claims = &configuration.volume_claim_template_labels;
                add_specs(&mut specs, claims, "VolumeClaimTemplateLabels")?;
            }
            add_spec(&mut specs, &METADATA_LABELS, "Labels")?;
        }
        Ok(Self { labels: label.pairs.clone(), specs: specs.into() })
    }

    /// Applies it to all objects.
    pub(crate) fn transform<T: Track<Origin = O>>(
        &self,
        work: &mut Work<T>,
        map: &mut ResMap<O>,
    ) -> Result<(), Failure> {
        entry::set_entries(&self.labels, &self.specs, work, map)
    }
}

#[cfg(test)]
mod tests {
    use text::{Origin, Origins};

    use super::*;
    use crate::testing::{applied, objects, text};

    const DEPLOYMENT: &str =
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec: {template: {}}\n";

    fn label(include_selectors: bool, include_templates: bool) -> Label<Origin> {
        let pairs = vec![(text("app"), text("x"))];
        let include_volume_claim_templates = false;
        Label {
            pairs,
            include_selectors,
            include_templates,
            include_volume_claim_templates,
            fields: Vec::new(),
        }
    }

    fn check(label: &Label<Origin>, object: &str, expected: &str) {
        let transformer = LabelTransformer::of(label, &Configuration::builtin()).unwrap();
        let found = applied(object, |work, map| transformer.transform(work, map));
        assert_eq!(found.as_deref(), Ok(expected));
    }

    #[test]
    fn switches_decide_which_maps_get_labels() {
        let (head, name) =
            ("apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  labels:\n    app: x\n", "  name: d\n");
        let template = "  template:\n    metadata:\n      labels:\n        app: x\n";
        check(&label(false, false), DEPLOYMENT, &format!("{head}{name}spec:\n  template: {{}}\n"));
        check(&label(false, true), DEPLOYMENT, &format!("{head}{name}spec:\n{template}"));
        let selector = "  selector:\n    matchLabels:\n      app: x\n";
        check(&label(true, false), DEPLOYMENT, &format!("{head}{name}spec:\n{selector}{template}"));
    }

    #[test]
    fn a_map_that_is_none_is_refused_with_its_path() {
        let transformer = LabelTransformer::of(&label(false, false), &Configuration::builtin()).unwrap();
        let object = "apiVersion: v1\nkind: Pod\nmetadata: {name: p, labels: [a]}\n";
        let failed = applied(object, |work, map| transformer.transform(work, map)).unwrap_err();
        assert_eq!(
            failed,
            "considering field 'metadata/labels' of object Pod.v1.[noGrp]/p.[noNs]: \
             wrong node kind: expected MappingNode but got SequenceNode at 'app'"
        );
    }

    #[test]
    fn a_place_of_its_own_is_made_only_where_it_says_so() {
        let field =
            |path: &str, create| FieldSpec { gvk: crate::Gvk::of_kind("Foo"), path: path.into(), create };
        let fields = vec![field("spec/a", true), field("spec/b", false), field("spec/c[]/d", true)];
        let object = "apiVersion: x/v1\nkind: Foo\nmetadata: {name: f}\nspec: {c: [{}, {d: }]}\n";
        let expected = "apiVersion: x/v1\nkind: Foo\nmetadata:\n  labels:\n    app: x\n  name: f\nspec:\n  a:\n    app: x\n  \
                        c:\n  - d:\n      app: x\n  - d:\n      app: x\n";
        check(&Label { fields, ..label(false, false) }, object, expected);
    }

    #[test]
    fn one_node_stands_in_all_maps_that_had_no_such_label() {
        let (mut work, mut map) = objects(DEPLOYMENT);
        let transformer = LabelTransformer::of(&label(true, false), &Configuration::builtin()).unwrap();
        transformer.transform(&mut work, &mut map).unwrap();
        let graph = map.resources().next().unwrap().graph();
        let at = |path: &[&str]| graph.at(graph.root(), path).unwrap();
        let in_metadata = at(&["metadata", "labels", "app"]);
        assert_eq!(at(&["spec", "selector", "matchLabels", "app"]), in_metadata);
        assert_eq!(at(&["spec", "template", "metadata", "labels", "app"]), in_metadata);
    }

    #[test]
    fn a_label_comes_from_its_value_and_over_what_was_there() {
        let object = "apiVersion: v1\nkind: Pod\nmetadata: {name: p, labels: {app: old}}\n";
        let (mut work, mut map) = objects(object);
        let label = label(false, false);
        let transformer = LabelTransformer::of(&label, &Configuration::builtin()).unwrap();
        transformer.transform(&mut work, &mut map).unwrap();
        let graph = map.resources().next().unwrap().graph();
        let origin = graph.origin(graph.at(graph.root(), &["metadata", "labels", "app"]).unwrap());
        let Origin::Written(value) = label.pairs[0].1.origin else { panic!() };
        assert_eq!(Origins::default().editable(Origin::Written(value)), Some(value));
        assert_eq!(work.tracker.editable(origin), Some(value));
        let old = u32::try_from(object.find("old").unwrap()).unwrap();
        assert!(work.tracker.evidence(origin).iter().any(|span| span.start == old));
    }
}
