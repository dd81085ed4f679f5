//! Configuration of builtin plugins, inline and in files.

use super::objects::labels;
use super::{Layer, Maker, yaml};
use serde_json::{Value, json};

/// What is noted, the field that it goes into, its kind, what it says.
type Choice = (&'static str, &'static str, &'static str, Value);

impl Maker {
    pub(super) fn plugins(&mut self, layer: &mut Layer) {
        let (field, mut configuration) = self.plugin();
        self.names += 1;
        configuration["metadata"]["name"] = json!(format!("plugin-{}", self.names));
        let text = yaml::print(&mut self.random, &configuration);
        if self.random.chance(50) {
            layer.add(field, json!([text]));
        } else {
            let path = format!("plugin-{}.yaml", self.names);
            self.put(layer, &path, text);
            layer.add(field, json!([path]));
        }
    }

    fn plugin(&mut self) -> (&'static str, Value) {
        let mut choices = self.of_metadata();
        choices.extend(self.of_contents());
        choices.extend(self.of_patches());
        choices.extend(self.of_generators());
        let position = self.random.below(choices.len());
        let (name, field, kind, rest) = choices[position].clone();
        self.noted(name);
        self.noted(field);
        let mut configuration = json!({"apiVersion": "builtin", "kind": kind});
        if let (Value::Object(into), Value::Object(rest)) = (&mut configuration, rest) {
            into.extend(rest);
        }
        (field, configuration)
    }

    /// What changes names, namespaces, labels and annotations.
    fn of_metadata(&mut self) -> Vec<Choice> {
        let metadata_labels = json!([{"path": "metadata/labels", "create": true}]);
        vec![
            (
                "plugin.AnnotationsTransformer",
                "transformers",
                "AnnotationsTransformer",
                json!({"annotations": {"plugged": "in"}, "fieldSpecs": [{"path": "metadata/annotations", "create": true}]}),
            ),
            (
                "plugin.LabelTransformer",
                "transformers",
                "LabelTransformer",
                json!({"labels": labels(&mut self.random), "fieldSpecs": metadata_labels}),
            ),
            (
                "plugin.NamespaceTransformer",
                "transformers",
                "NamespaceTransformer",
                json!({"metadata": {"namespace": "plugged"}, "unsetOnly": self.random.chance(50), "setRoleBindingSubjects": self.random.pick(&["defaultOnly", "allServiceAccounts", "none"]), "fieldSpecs": [{"path": "metadata/namespace", "create": true}]}),
            ),
            (
                "plugin.PrefixTransformer",
                "transformers",
                "PrefixTransformer",
                json!({"prefix": "pp-", "fieldSpecs": [{"path": "metadata/name"}]}),
            ),
            (
                "plugin.SuffixTransformer",
                "transformers",
                "SuffixTransformer",
                json!({"suffix": "-ss", "fieldSpecs": [{"path": "metadata/name"}]}),
            ),
            (
                "plugin.PrefixSuffixTransformer",
                "transformers",
                "PrefixSuffixTransformer",
                json!({"prefix": "a-", "suffix": "-z", "fieldSpecs": [{"path": "metadata/name"}]}),
            ),
        ]
    }

    /// What changes images and numbers.
    fn of_contents(&mut self) -> Vec<Choice> {
        let image = json!({"name": "nginx", "newTag": "plugged"});
        vec![
            (
                "plugin.ImageTagTransformer",
                "transformers",
                "ImageTagTransformer",
                json!({"imageTag": image, "fieldSpecs": [{"path": "spec/image"}]}),
            ),
            (
                "plugin.ReplicaCountTransformer",
                "transformers",
                "ReplicaCountTransformer",
                json!({"replica": {"name": self.objects[0].name, "count": 7}, "fieldSpecs": [{"path": "spec/replicas", "create": true, "kind": self.objects[0].kind}]}),
            ),
        ]
    }

    /// Patches and values.
    fn of_patches(&mut self) -> Vec<Choice> {
        vec![
            (
                "plugin.PatchTransformer",
                "transformers",
                "PatchTransformer",
                json!({"patch": "[{\"op\": \"add\", \"path\": \"/metadata/labels\", \"value\": {\"plugged\": \"1\"}}]", "target": {"kind": "Service"}}),
            ),
            (
                "plugin.PatchJson6902Transformer",
                "transformers",
                "PatchJson6902Transformer",
                json!({"target": {"kind": self.objects[0].kind, "name": self.objects[0].name}, "jsonOp": "[{\"op\": \"add\", \"path\": \"/metadata/plugged\", \"value\": true}]"}),
            ),
            (
                "plugin.PatchStrategicMergeTransformer",
                "transformers",
                "PatchStrategicMergeTransformer",
                json!({"patches": format!("apiVersion: {}\nkind: {}\nmetadata:\n  name: {}\n  labels: {{plugged: merge}}\n", self.objects[0].api_version, self.objects[0].kind, self.objects[0].name)}),
            ),
            (
                "plugin.ValueAddTransformer",
                "transformers",
                "ValueAddTransformer",
                json!({"value": "added", "targets": [{"selector": {"kind": "Service"}, "fieldPath": "metadata/annotations/added"}]}),
            ),
            (
                "plugin.ReplacementTransformer",
                "transformers",
                "ReplacementTransformer",
                json!({"replacements": [{"sourceValue": "plugged", "targets": [{"select": {"kind": self.objects[0].kind}, "fieldPaths": ["metadata.annotations.plugged"], "options": {"create": true}}]}]}),
            ),
            ("plugin.HashTransformer", "transformers", "HashTransformer", json!({})),
        ]
    }

    /// What makes objects, and what validates them.
    fn of_generators(&mut self) -> Vec<Choice> {
        vec![
            (
                "plugin.ConfigMapGenerator",
                "generators",
                "ConfigMapGenerator",
                json!({"metadata": {"name": "x"}, "name": format!("plugged-{}", self.names), "literals": ["a=b"]}),
            ),
            (
                "plugin.SecretGenerator",
                "generators",
                "SecretGenerator",
                json!({"name": format!("plugged-{}", self.names), "literals": ["a=b"], "type": "Opaque"}),
            ),
            (
                "plugin.IAMPolicyGenerator",
                "generators",
                "IAMPolicyGenerator",
                json!({"cloud": "gke", "kubernetesService": {"name": format!("plugged-{}", self.names), "namespace": "prod"}, "serviceAccount": {"name": "account", "projectId": "project"}}),
            ),
            (
                "plugin.LabelTransformer as validator",
                "validators",
                "LabelTransformer",
                json!({"labels": {"validated-by": "x"}, "fieldSpecs": [{"path": "metadata/labels", "kind": "Nothing", "create": true}]}),
            ),
        ]
    }
}
