//! The fields of a kustomization that are no patches, replacements or plugins.

use super::objects::labels;
use super::{Layer, Maker};
use serde_json::{Value, json};

impl Maker {
    /// Gives a layer up to `most` fields.
    pub(super) fn fields(&mut self, layer: &mut Layer, most: usize) {
        let makers: [fn(&mut Self, &mut Layer); 30] = [
            Self::name_prefix,
            Self::name_suffix,
            Self::namespace,
            Self::common_labels,
            Self::labels_field,
            Self::labels_field,
            Self::common_annotations,
            Self::images,
            Self::images,
            Self::replicas,
            Self::config_map_generator,
            Self::config_map_generator,
            Self::secret_generator,
            Self::generator_options,
            Self::patches,
            Self::patches,
            Self::patches,
            Self::patches_strategic_merge,
            Self::patches_json6902,
            Self::replacements,
            Self::replacements,
            Self::vars,
            Self::sort_options,
            Self::build_metadata,
            Self::configurations,
            Self::crds,
            Self::openapi,
            Self::plugins,
            Self::plugins,
            Self::plugins,
        ];
        for _ in 0..=self.random.below(most) {
            let make = makers[self.random.below(makers.len())];
            make(self, layer);
        }
    }

    fn name_prefix(&mut self, layer: &mut Layer) {
        let field = self.noted("namePrefix");
        layer.add(field, json!(self.random.pick(&["p-", "pre-", "x"])));
    }

    fn name_suffix(&mut self, layer: &mut Layer) {
        let field = self.noted("nameSuffix");
        layer.add(field, json!(self.random.pick(&["-s", "-v2", "y"])));
    }

    fn namespace(&mut self, layer: &mut Layer) {
        let field = self.noted("namespace");
        layer.add(field, json!(self.random.pick(&["prod", "stage", "default"])));
    }

    fn common_labels(&mut self, layer: &mut Layer) {
        let field = self.noted("commonLabels");
        let labels = labels(&mut self.random);
        layer.add(field, labels);
    }

    fn labels_field(&mut self, layer: &mut Layer) {
        let field = self.noted("labels");
        let mut entry = json!({"pairs": labels(&mut self.random)});
        if self.random.chance(40) {
            let option = self.noted("labels.includeSelectors");
            entry[option.trim_start_matches("labels.")] = json!(true);
        } else if self.random.chance(50) {
            let option = self.noted("labels.includeTemplates");
            entry[option.trim_start_matches("labels.")] = json!(true);
        }
        if self.random.chance(30) {
            self.noted("labels.fields");
            entry["fields"] = json!([{"path": self.random.pick(&["spec/selector", "spec/template/metadata/labels", "metadata/annotations"]), "create": self.random.chance(50), "kind": self.random.pick(&["Service", "Deployment", "Widget"])}]);
        }
        layer.add(field, json!([entry]));
    }

    fn common_annotations(&mut self, layer: &mut Layer) {
        let field = self.noted("commonAnnotations");
        layer.add(field, json!({"team": self.random.pick(&["a", "true", "7"]), "note": "one\ntwo"}));
    }

    fn images(&mut self, layer: &mut Layer) {
        let field = self.noted("images");
        let mut image = json!({"name": self.random.pick(&["nginx", "redis", "busybox", "registry.example.com:5000/shop/api", "re.*s"])});
        match self.random.below(4) {
            0 => {
                self.noted("images.digest");
                image["digest"] =
                    json!("sha256:ffff456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
            }
            1 => {
                self.noted("images.tagSuffix");
                image["tagSuffix"] = json!("-alpine");
            }
            _ => {
                self.noted("images.newTag");
                image["newTag"] = json!(self.random.pick(&["1.26", "latest", "v2", "10"]));
            }
        }
        if self.random.chance(40) {
            self.noted("images.newName");
            image["newName"] = json!(self.random.pick(&["mirror.example.com/nginx", "other"]));
        }
        let field = if self.random.chance(8) { self.noted("imageTags") } else { field };
        layer.add(field, json!([image]));
    }

    fn replicas(&mut self, layer: &mut Layer) {
        let field = self.noted("replicas");
        let names: Vec<_> = self
            .objects
            .iter()
            .filter(|object| matches!(object.kind, "Deployment" | "StatefulSet"))
            .map(|object| object.name.clone())
            .collect();
        if let Some(name) = names.get(self.random.below(names.len())) {
            layer.add(field, json!([{"name": name, "count": self.random.below(9)}]));
        }
    }

    fn config_map_generator(&mut self, layer: &mut Layer) {
        let field = self.noted("configMapGenerator");
        let entry = self.generator(layer, "ConfigMap");
        layer.add(field, json!([entry]));
    }

    fn secret_generator(&mut self, layer: &mut Layer) {
        let field = self.noted("secretGenerator");
        let mut entry = self.generator(layer, "Secret");
        if self.random.chance(40) {
            self.noted("secretGenerator.type");
            entry["type"] = json!(self.random.pick(&["kubernetes.io/tls", "Opaque"]));
        }
        layer.add(field, json!([entry]));
    }

    fn generator(&mut self, layer: &mut Layer, kind: &'static str) -> Value {
        let known: Vec<String> =
            self.generated.iter().filter(|(of, _)| *of == kind).map(|(_, name)| name.clone()).collect();
        let mut entry = json!({});
        if !known.is_empty() && self.random.chance(40) {
            self.noted("generator.behavior");
            entry["name"] = json!(known[self.random.below(known.len())]);
            entry["behavior"] = json!(self.random.pick(&["merge", "replace"]));
        } else {
            let of_objects: Vec<String> = self.objects.iter().map(|object| object.name.clone()).collect();
            let name = of_objects[self.random.below(of_objects.len())].clone();
            self.names += 1;
            let name = match (self.random.below(3), kind) {
                (0, "ConfigMap") if !name.ends_with("-config") => format!("{name}-config"),
                (0, _) if !name.ends_with("-secret") => format!("{name}-secret"),
                _ => format!("made-{}", self.names),
            };
            let is_taken = of_objects.contains(&name) || known.contains(&name);
            let name = if is_taken && !self.random.chance(5) { format!("made-{}", self.names) } else { name };
            self.generated.push((kind, name.clone()));
            entry["name"] = json!(name);
        }
        self.sources(layer, &mut entry);
        self.generator_entry_options(&mut entry);
        entry
    }

    fn sources(&mut self, layer: &mut Layer, entry: &mut Value) {
        if self.random.chance(70) {
            self.noted("generator.literals");
            let literal = self.random.pick(&[
                "k=v",
                "k='quoted'",
                "k=\"double\"",
                "a=b=c",
                "empty=",
                "multi=one\ntwo",
                "k.x=1",
                "yes=true",
            ]);
            entry["literals"] = json!([literal, "VALUE=from-literal"]);
        }
        if self.random.chance(40) {
            self.noted("generator.files");
            let (path, bytes): (&str, &[u8]) = match self.random.below(4) {
                0 => ("conf.ini", b"[a]\nb = 1\n"),
                1 => ("bytes.bin", b"\xff\xfe\x00\x01"),
                2 => ("trail.txt", b"ends with spaces  \nand a tab\t\n"),
                _ => ("app.json", b"{\"a\": [1, 2]}"),
            };
            self.put(layer, path, bytes.to_vec());
            let with_key = self.random.chance(40);
            if with_key {
                self.noted("generator.files.key");
            }
            entry["files"] = if with_key { json!([format!("renamed={path}")]) } else { json!([path]) };
        }
        if self.random.chance(30) {
            self.put(layer, "vars.env", "# comment\nA=1\n\nB=two words\nC='x'\n");
            if self.random.chance(15) {
                self.noted("generator.env");
                entry["env"] = json!("vars.env");
            } else {
                self.noted("generator.envs");
                entry["envs"] = json!(["vars.env"]);
            }
        }
    }

    fn generator_entry_options(&mut self, entry: &mut Value) {
        if self.random.chance(15) && entry.get("behavior").is_none() {
            self.noted("generator.namespace");
            entry["namespace"] = json!("prod");
            // Whoever merges into it would have to name the namespace as well.
            self.generated.pop();
        }
        if self.random.chance(30) {
            self.noted("generator.options");
            entry["options"] = self.options();
        }
    }

    fn options(&mut self) -> Value {
        let mut options = json!({});
        if self.random.chance(40) {
            self.noted("options.labels");
            options["labels"] = labels(&mut self.random);
        }
        if self.random.chance(40) {
            self.noted("options.annotations");
            options["annotations"] = json!({"made": "true"});
        }
        if self.random.chance(40) {
            self.noted("options.disableNameSuffixHash");
            options["disableNameSuffixHash"] = json!(true);
        }
        if self.random.chance(30) {
            self.noted("options.immutable");
            options["immutable"] = json!(true);
        }
        options
    }

    fn generator_options(&mut self, layer: &mut Layer) {
        let field = self.noted("generatorOptions");
        let options = self.options();
        layer.add(field, options);
        self.config_map_generator(layer);
    }

    fn vars(&mut self, layer: &mut Layer) {
        let Some(object) =
            self.some_object(|object| matches!(object.kind, "Service" | "ConfigMap" | "Deployment"))
        else {
            return;
        };
        if !self.used.insert("vars") {
            // A var of the same name would be one too many.
            return;
        }
        let field = "vars";
        let mut var = json!({"name": "VALUE", "objref": {"kind": object.kind, "apiVersion": object.api_version, "name": object.name}});
        if self.random.chance(40) {
            self.noted("vars.fieldref");
            var["fieldref"] =
                json!({"fieldPath": self.random.pick(&["metadata.name", "apiVersion", "kind"])});
        }
        layer.add(field, json!([var]));
    }

    fn sort_options(&mut self, layer: &mut Layer) {
        let field = self.noted("sortOptions");
        let options = match self.random.below(3) {
            0 => {
                self.noted("sortOptions.fifo");
                json!({"order": "fifo"})
            }
            1 => {
                self.noted("sortOptions.legacy");
                json!({"order": "legacy"})
            }
            _ => {
                self.noted("sortOptions.legacySortOptions");
                json!({"order": "legacy", "legacySortOptions": {"orderFirst": ["Deployment", "Service"], "orderLast": ["ConfigMap"]}})
            }
        };
        layer.add(field, options);
    }

    fn build_metadata(&mut self, layer: &mut Layer) {
        let field = self.noted("buildMetadata");
        let option = self.random.pick(&["originAnnotations", "transformerAnnotations", "managedByLabel"]);
        self.noted(match option {
            "originAnnotations" => "buildMetadata.originAnnotations",
            "transformerAnnotations" => "buildMetadata.transformerAnnotations",
            _ => "buildMetadata.managedByLabel",
        });
        layer.add(field, json!([option]));
    }

    fn configurations(&mut self, layer: &mut Layer) {
        let field = self.noted("configurations");
        let content = match self.random.below(6) {
            0 => {
                self.noted("configurations.nameReference");
                json!({"nameReference": [{"kind": "ConfigMap", "version": "v1", "fieldSpecs": [{"kind": "Widget", "path": "spec/configRef/name"}]}]})
            }
            1 => {
                self.noted("configurations.commonLabels");
                json!({"commonLabels": [{"kind": "Widget", "path": "spec/selector", "create": true}]})
            }
            2 => {
                self.noted("configurations.images");
                json!({"images": [{"kind": "Widget", "path": "spec/image"}]})
            }
            3 => {
                self.noted("configurations.varReference");
                json!({"varReference": [{"kind": "Widget", "path": "spec/names"}]})
            }
            4 => {
                self.noted("configurations.replicas");
                json!({"replicas": [{"kind": "Widget", "path": "spec/size"}]})
            }
            _ => {
                self.noted("configurations.namespace");
                json!({"namespace": [{"kind": "Widget", "path": "spec/space", "create": true}], "commonAnnotations": [{"kind": "Widget", "path": "spec/notes", "create": true}]})
            }
        };
        let text = super::yaml::print(&mut self.random, &content);
        self.names += 1;
        let path = format!("configuration-{}.yaml", self.names);
        self.put(layer, &path, text);
        layer.add(field, json!([path]));
    }

    fn crds(&mut self, layer: &mut Layer) {
        let field = self.noted("crds");
        let reference = json!({"x-kubernetes-object-ref-api-version": "v1", "x-kubernetes-object-ref-kind": "ConfigMap", "x-kubernetes-object-ref-name-key": "name", "type": "object"});
        let widget = json!({"Schema": {"properties": {"apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": {"type": "object"}, "spec": {"$ref": "example.com/v1.WidgetSpec"}}}});
        let content = json!({"example.com/v1.Widget": widget, "example.com/v1.WidgetSpec": {"Schema": {"properties": {"configRef": reference, "marks": {"x-kubernetes-annotation": "", "type": "object"}}}}});
        self.names += 1;
        let path = format!("crds-{}.json", self.names);
        self.put(layer, &path, content.to_string());
        layer.add(field, json!([path]));
    }

    fn openapi(&mut self, layer: &mut Layer) {
        let field = self.noted("openapi");
        let parts = json!({"type": "array", "x-kubernetes-patch-merge-key": "name", "x-kubernetes-patch-strategy": "merge", "items": {"type": "object"}});
        let content = json!({"definitions": {"com.example.v1.Widget": {"type": "object", "x-kubernetes-group-version-kind": [{"group": "example.com", "version": "v1", "kind": "Widget"}], "properties": {"spec": {"type": "object", "properties": {"parts": parts}}}}}});
        self.put(layer, "openapi.json", content.to_string());
        layer.add(field, json!({"path": "openapi.json"}));
    }

    /// One of the objects that are meant; its kind and name.
    pub(super) fn some_object(&mut self, is_meant: impl Fn(&super::Object) -> bool) -> Option<super::Object> {
        let meant: Vec<_> = self.objects.iter().filter(|object| is_meant(object)).cloned().collect();
        let position = self.random.below(meant.len());
        meant.into_iter().nth(position)
    }
}
