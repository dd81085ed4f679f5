//! Patches and replacements, for objects that are there.

use super::objects::{labels, pod_spec};
use super::{Layer, Maker, Object, yaml};
use serde_json::{Value, json};

impl Maker {
    pub(super) fn patches(&mut self, layer: &mut Layer) {
        let Some(object) = self.some_object(|_| true) else { return };
        let field = self.noted("patches");
        let mut entry = json!({});
        let is_json = self.random.chance(40);
        let by_name = self.random.chance(80);
        let patch = if is_json { self.operations(&object) } else { self.strategic(&object) };
        let mut text = yaml::print(&mut self.random, &patch);
        let is_several = !is_json && self.random.chance(10);
        if is_several {
            self.noted("patches.several");
            let second = self.strategic(&object);
            text = format!("{text}---\n{}", yaml::print(&mut self.random, &second));
        }
        self.place(layer, &mut entry, text);
        if is_several {
            layer.add(field, json!([entry]));
            return;
        }
        if is_json || self.random.chance(40) {
            // Operations fit the object that they were made for; on others they mostly fail.
            entry["target"] = if is_json && by_name {
                json!({"kind": object.kind, "name": object.name})
            } else {
                self.target(&object)
            };
        }
        if !is_json && self.random.chance(20) {
            let option = self.random.pick(&["allowNameChange", "allowKindChange"]);
            self.noted(if option == "allowNameChange" {
                "patches.allowNameChange"
            } else {
                "patches.allowKindChange"
            });
            entry["options"] = json!({option: true});
        }
        layer.add(field, json!([entry]));
    }

    /// Inline or in a file.
    fn place(&mut self, layer: &mut Layer, entry: &mut Value, text: String) {
        if self.random.chance(50) {
            self.noted("patches.path");
            self.names += 1;
            let path = format!("patch-{}.yaml", self.names);
            self.put(layer, &path, text);
            entry["path"] = json!(path);
        } else {
            self.noted("patches.patch");
            entry["patch"] = json!(text);
        }
    }

    pub(super) fn patches_strategic_merge(&mut self, layer: &mut Layer) {
        let Some(object) = self.some_object(|_| true) else { return };
        let field = self.noted("patchesStrategicMerge");
        let patch = self.strategic(&object);
        let text = yaml::print(&mut self.random, &patch);
        if self.random.chance(50) {
            layer.add(field, json!([text]));
        } else {
            self.names += 1;
            let path = format!("patch-{}.yaml", self.names);
            self.put(layer, &path, text);
            layer.add(field, json!([path]));
        }
    }

    pub(super) fn patches_json6902(&mut self, layer: &mut Layer) {
        let Some(object) = self.some_object(|_| true) else { return };
        let field = self.noted("patchesJson6902");
        let patch = self.operations(&object);
        let text = yaml::print(&mut self.random, &patch);
        let mut entry =
            json!({"target": {"kind": object.kind, "version": version(&object), "name": object.name}});
        if let Some(group) = group(&object) {
            entry["target"]["group"] = json!(group);
        }
        self.place(layer, &mut entry, text);
        layer.add(field, json!([entry]));
    }

    fn target(&mut self, object: &Object) -> Value {
        match self.random.below(6) {
            0 => {
                self.noted("patches.target.kind");
                json!({"kind": object.kind})
            }
            1 => {
                self.noted("patches.target.regex");
                json!({"kind": format!("{}|Secret", object.kind), "name": format!("{}.*", &object.name[..2])})
            }
            2 => {
                self.noted("patches.target.labelSelector");
                json!({"labelSelector": self.random.pick(&["app=web", "tier in (web, api)", "app", "team!=db"])})
            }
            3 => {
                self.noted("patches.target.annotationSelector");
                json!({"kind": object.kind, "annotationSelector": "note"})
            }
            4 => {
                self.noted("patches.target.group");
                let mut target =
                    json!({"version": version(object), "kind": object.kind, "name": object.name});
                if let Some(group) = group(object) {
                    target["group"] = json!(group);
                }
                target
            }
            _ => {
                self.noted("patches.target.name");
                json!({"kind": object.kind, "name": object.name})
            }
        }
    }

    /// A strategic merge patch.
    fn strategic(&mut self, object: &Object) -> Value {
        let mut patch =
            json!({"apiVersion": object.api_version, "kind": object.kind, "metadata": {"name": object.name}});
        if let Some(namespace) = object.value["metadata"].get("namespace") {
            patch["metadata"]["namespace"] = namespace.clone();
        }
        let form =
            if object.kind == "ConfigMap" && self.random.chance(50) { 4 } else { self.random.below(11) };
        match form {
            0 => {
                self.noted("merge.labels");
                patch["metadata"]["labels"] = labels(&mut self.random);
            }
            1 => {
                self.noted("merge.null");
                patch["metadata"]["annotations"] = Value::Null;
                patch["spec"] = json!({"replicas": null});
            }
            2 if self.random.chance(40) => {
                self.noted("merge.delete");
                patch["$patch"] = json!("delete");
                self.objects.retain(|other| other.kind != object.kind || other.name != object.name);
            }
            3 => {
                self.noted("merge.replace");
                patch["spec"] =
                    json!({"$patch": "replace", "template": {"spec": pod_spec(&mut self.random, "fresh")}});
            }
            4 if object.kind == "ConfigMap" => {
                self.noted("merge.data");
                patch["data"] = json!({"a": "patched", "b.txt": null, "new": "multi\nline\n"});
            }
            5 => {
                self.noted("merge.items.delete");
                patch["spec"] = self.in_template(object, json!({"containers": [{"name": object.name, "$patch": "delete"}], "volumes": [{"name": "data", "$patch": "delete"}]}));
            }
            6 => {
                self.noted("merge.setElementOrder");
                patch["spec"] = self.in_template(object, json!({"$setElementOrder/containers": [{"name": "side-1"}, {"name": object.name}], "containers": [{"name": object.name, "image": "ordered"}]}));
            }
            7 => {
                self.noted("merge.custom");
                patch["spec"] = json!({"names": ["c"], "parts": [{"name": "y", "value": 9}, {"name": "z"}], "ports": [{"port": 80, "protocol": "UDP", "name": "patched"}, {"port": 443, "name": "tls"}]});
            }
            8 => {
                self.noted("merge.retainKeys");
                patch["spec"] = self.in_template(object, json!({"volumes": [{"name": "data", "$retainKeys": ["name", "emptyDir"], "emptyDir": {}}]}));
                patch["spec"]["strategy"] = json!({"$retainKeys": ["type"], "type": "Recreate"});
            }
            9 => {
                self.noted("merge.deleteFromPrimitiveList");
                patch["metadata"]["$deleteFromPrimitiveList/finalizers"] = json!(["a"]);
                patch["metadata"]["finalizers"] = json!(["b"]);
            }
            _ => {
                self.noted("merge.pod");
                let spec = pod_spec(&mut self.random, &object.name);
                patch["spec"] = self.in_template(object, spec);
            }
        }
        patch
    }

    fn in_template(&mut self, object: &Object, spec: Value) -> Value {
        let template = json!({"template": {"spec": spec}});
        if object.kind == "CronJob" { json!({"jobTemplate": {"spec": template}}) } else { template }
    }

    /// Operations of a JSON patch.
    fn operations(&mut self, object: &Object) -> Value {
        let has = |field: &str| object.value["metadata"].get(field).is_some();
        let has_spec = object.value.get("spec").is_some();
        let has_pods = matches!(object.kind, "Deployment" | "StatefulSet" | "DaemonSet" | "Job");
        let has_annotations = has("annotations") && object.value["metadata"]["annotations"] != json!({});
        let operations = self.random.some(2, |random| match random.below(9) {
            0 => ("json.add", json!({"op": "add", "path": "/metadata/labels", "value": {"patched": "yes", "n": "1"}})),
            1 if has_annotations => ("json.add.annotation", json!({"op": "add", "path": "/metadata/annotations/example.com~1x", "value": "true"})),
            2 => ("json.replace", json!({"op": "replace", "path": "/metadata/name", "value": format!("{}-renamed", object.name)})),
            3 if has_spec && random.chance(80) => ("json.remove", json!({"op": "remove", "path": "/spec"})),
            4 => ("json.test", json!({"op": "test", "path": "/kind", "value": object.kind})),
            5 => ("json.copy", json!({"op": "copy", "from": "/metadata/name", "path": "/metadata/copied"})),
            6 if has_pods => ("json.item", json!({"op": "add", "path": "/spec/template/spec/containers/-", "value": {"name": "added", "image": "added:1"}})),
            7 if has("labels") => ("json.move", json!({"op": "move", "from": "/metadata/labels", "path": "/metadata/moved"})),
            _ if has_pods && random.chance(25) => ("json.item", json!({"op": "add", "path": "/spec/template/spec/containers/0", "value": {"name": "first", "image": "first:1"}})),
            _ if has_spec => ("json.spec", json!({"op": "add", "path": "/spec/big", "value": {"n": 12345678901234567u64, "f": 1.50, "t": "1e3", "l": [1, "a", null]}})),
            _ => ("json.top", json!({"op": "add", "path": "/extra", "value": [true, "on", 0.1]})),
        });
        for (name, _) in &operations {
            self.noted(name);
        }
        json!(operations.into_iter().map(|(_, operation)| operation).collect::<Vec<_>>())
    }

    pub(super) fn replacements(&mut self, layer: &mut Layer) {
        let Some(source) = self
            .some_object(|object| matches!(object.kind, "ConfigMap" | "Service" | "Deployment" | "Widget"))
        else {
            return;
        };
        let Some(target) = self.some_object(|_| true) else { return };
        let field = self.noted("replacements");
        let mut entry = json!({});
        if self.random.chance(15) {
            self.noted("replacements.sourceValue");
            entry["sourceValue"] = json!(self.random.pick(&["given", "8080x", "true-ish"]));
        } else {
            entry["source"] = self.source(&source);
        }
        entry["targets"] = json!([self.replacement_target(&target)]);
        if self.random.chance(25) {
            self.noted("replacements.path");
            self.names += 1;
            let path = format!("replacement-{}.yaml", self.names);
            let text = yaml::print(&mut self.random, &entry);
            self.put(layer, &path, text);
            layer.add(field, json!([{"path": path}]));
        } else {
            layer.add(field, json!([entry]));
        }
    }

    fn source(&mut self, source: &Object) -> Value {
        let mut value = json!({"kind": source.kind, "name": source.name});
        match (source.kind, self.random.below(3)) {
            ("ConfigMap", 0) => {
                self.noted("replacements.source.options");
                value["fieldPath"] = json!("data.host");
                value["options"] = json!({"delimiter": ".", "index": self.random.below(3)});
            }
            ("ConfigMap", _) => {
                self.noted("replacements.source.fieldPath");
                value["fieldPath"] = json!(self.random.pick(&["data.a", "data.[b.txt]", "data"]));
            }
            ("Service", _) => {
                value["fieldPath"] = json!(self.random.pick(&[
                    "spec.ports.0.port",
                    "metadata.name",
                    "spec.ports.[name=http].targetPort",
                    "spec.selector"
                ]))
            }
            ("Widget", _) => {
                value["fieldPath"] = json!(self.random.pick(&[
                    "spec.size",
                    "spec.ratio",
                    "spec.parts",
                    "spec.parts.[name=x].value"
                ]))
            }
            _ => {}
        }
        value
    }

    fn replacement_target(&mut self, target: &Object) -> Value {
        let mut select = json!({"kind": target.kind});
        if self.random.chance(60) {
            select["name"] = json!(target.name);
        } else {
            self.noted("replacements.target.many");
        }
        let mut value = json!({"select": select});
        if self.random.chance(15) {
            self.noted("replacements.reject");
            value["reject"] = json!([{"name": self.random.pick(&["nothing", target.name.as_str()])}]);
        }
        let is_sure = self.random.chance(90);
        let sure = sure_paths(target.kind);
        let is_sure = is_sure && sure != ["kind"];
        let paths = if is_sure { sure } else { possible_paths(target.kind) };
        value["fieldPaths"] = json!([self.random.pick(paths)]);
        if self.random.chance(85) {
            // Others of the kind may lack the field.
            value["select"]["name"] = json!(target.name);
        }
        match self.random.below(5) {
            _ if sure == ["kind"] => {
                self.noted("replacements.create");
                value["fieldPaths"] = json!(["metadata.annotations.replaced"]);
                value["options"] = json!({"create": true});
            }
            0 => {
                self.noted("replacements.create");
                let field = self.random.pick(&[
                    "metadata.annotations.replaced",
                    "metadata.labels.replaced",
                    "spec.created.deep",
                ]);
                value["fieldPaths"] = json!([field]);
                value["options"] = json!({"create": true});
            }
            1 if is_sure => {
                self.noted("replacements.delimiter");
                value["options"] = json!({"delimiter": self.random.pick(&[":", ".", "/", "-"]), "index": self.random.pick(&[&0i64, &1, &-1, &5])});
            }
            2 => {
                self.noted("replacements.encoding");
                value["options"] = json!({"encoding": "base64"});
            }
            _ => {}
        }
        value
    }
}

fn version(object: &Object) -> &str {
    object.api_version.rsplit('/').next().unwrap_or_default()
}

fn group(object: &Object) -> Option<&str> {
    object.api_version.split_once('/').map(|(group, _)| group)
}

/// Fields that every object of the kind has here.
fn sure_paths(kind: &str) -> &'static [&'static str] {
    match kind {
        "Deployment" | "StatefulSet" | "DaemonSet" => {
            &["spec.template.spec.containers.*.image", "spec.template.spec.containers.0.image"]
        }
        "Service" => &["spec.ports.*.targetPort", "spec.selector.app"],
        "Ingress" => &["spec.rules.*.host", "spec.tls.0.hosts.0", "spec.rules.[host=a.example.com].host"],
        "ConfigMap" => &["data.a", "data.[b.txt]"],
        "Widget" => &["spec.names.1", "spec.configRef.name", "spec.parts.[name=x].name"],
        "Secret" => &["type"],
        _ => &["kind"],
    }
}

/// Fields that some have.
fn possible_paths(kind: &str) -> &'static [&'static str] {
    match kind {
        "Deployment" | "StatefulSet" | "DaemonSet" => &[
            "spec.template.spec.containers.*.image",
            "spec.template.spec.containers.[name=side-1].image",
            "spec.template.spec.containers.0.image",
            "metadata.annotations.replaced",
        ],
        "Service" => &["spec.ports.*.targetPort", "spec.selector.app", "metadata.labels.replaced"],
        "Ingress" => &["spec.rules.*.host", "spec.tls.0.hosts.0", "spec.rules.[host=a.example.com].host"],
        "ConfigMap" => &["data.a", "data.[b.txt]", "data.new"],
        _ => &["metadata.name", "metadata.annotations.replaced", "spec.size"],
    }
}
