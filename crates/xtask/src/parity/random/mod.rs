//! Random kustomizations: bases of applications, overlays and components with every field, each noted by name.
//!
//! A seed gives the same files everywhere. What is made should mostly build: each field refers to objects that are there,
//! now and then it does not.

mod fields;
pub(crate) mod numbers;
mod objects;
mod patches;
mod plugins;
mod yaml;

use numbers::Random;
use objects::Object;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A folder to build, with all files around it.
#[derive(Debug)]
pub(crate) struct Case {
    /// Contents by path.
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    /// The folder to build.
    pub(crate) folder: String,
    /// The fields and options that were used.
    pub(crate) used: BTreeSet<&'static str>,
}

/// What a layer is made with.
struct Maker {
    random: Random,
    files: BTreeMap<String, Vec<u8>>,
    used: BTreeSet<&'static str>,
    /// The objects that a layer can point at, by their names as they were written.
    objects: Vec<Object>,
    /// Names of ConfigMaps and Secrets that generators made.
    generated: Vec<(&'static str, String)>,
    /// How many names were given out.
    names: usize,
    /// Whether an object of the name `spaces` is there already: two of one id do not build.
    has_namespace: bool,
}

/// A folder under way.
struct Layer {
    folder: String,
    kustomization: Map<String, Value>,
    is_component: bool,
}

/// Makes the case of a seed.
pub(crate) fn case(seed: u64) -> Case {
    let mut maker = Maker {
        random: Random::new(seed),
        files: BTreeMap::new(),
        used: BTreeSet::new(),
        objects: Vec::new(),
        generated: Vec::new(),
        names: 0,
        has_namespace: false,
    };
    let bases = 1 + maker.random.below(2);
    let mut folders: Vec<String> = (0..bases).map(|number| maker.base(number)).collect();
    for depth in 0..maker.random.below(3) {
        folders = vec![maker.overlay(depth, &folders)];
    }
    let folder = match folders.as_slice() {
        [only] => only.clone(),
        _ => maker.overlay(9, &folders),
    };
    Case { files: maker.files, folder, used: maker.used }
}

impl Maker {
    fn base(&mut self, number: usize) -> String {
        let mut layer = Layer::new(format!("base{number}"), false);
        // A base sees its own objects only; whoever stands on several bases sees all.
        let others = (std::mem::take(&mut self.objects), std::mem::take(&mut self.generated));
        for _ in 0..=self.random.below(2) {
            self.names += 1;
            let name = format!("{}{}", self.random.word(), self.names);
            let mut objects = objects::application(&mut self.random, &name);
            let had_namespace = std::mem::replace(&mut self.has_namespace, true);
            objects.retain(|object| object.kind != "Namespace" || !had_namespace);
            for (noted, key) in [
                ("annotations.needs-hash", objects::NEEDS_HASH),
                ("annotations.local-config", objects::LOCAL_CONFIG),
            ] {
                if objects.iter().any(|object| object.value["metadata"]["annotations"].get(key).is_some()) {
                    self.noted(noted);
                }
            }
            self.write_objects(&mut layer, &name, &objects);
            self.objects.extend(objects);
        }
        self.fields(&mut layer, 2);
        self.objects.extend(others.0);
        self.generated.extend(others.1);
        self.write(layer)
    }

    fn overlay(&mut self, depth: usize, below: &[String]) -> String {
        let mut layer = Layer::new(format!("overlays/o{depth}"), false);
        let field = if self.random.chance(5) { self.noted("bases") } else { "resources" };
        let paths: Vec<_> = below.iter().map(|folder| json!(format!("../../{folder}"))).collect();
        layer.kustomization.insert(field.to_owned(), json!(paths));
        if self.random.chance(20) {
            self.noted("components");
            let component = self.component(depth);
            layer.kustomization.insert("components".to_owned(), json!([format!("../../{component}")]));
        }
        self.fields(&mut layer, 4);
        self.write(layer)
    }

    fn component(&mut self, depth: usize) -> String {
        let mut layer = Layer::new(format!("components/c{depth}"), true);
        self.fields(&mut layer, 2);
        self.write(layer)
    }

    /// One file for each object, one for all, or a list.
    fn write_objects(&mut self, layer: &mut Layer, name: &str, objects: &[Object]) {
        let mut paths = Vec::new();
        match self.random.below(4) {
            0 => {
                for object in objects {
                    let path = format!("{name}-{}.yaml", object.kind.to_lowercase());
                    let text = yaml::print(&mut self.random, &object.value);
                    self.put(layer, &path, text);
                    paths.push(path);
                }
            }
            1 => {
                self.noted("list");
                let items: Vec<_> = objects.iter().map(|object| object.value.clone()).collect();
                let list = json!({"apiVersion": "v1", "kind": "List", "items": items});
                let path = format!("{name}.yaml");
                let text = yaml::print(&mut self.random, &list);
                self.put(layer, &path, text);
                paths.push(path);
            }
            _ => {
                let texts = objects.iter().map(|object| yaml::print(&mut self.random, &object.value));
                let text = texts.collect::<Vec<_>>().join("---\n");
                let path = format!("{name}.yaml");
                self.put(layer, &path, text);
                paths.push(path);
            }
        }
        let resources = layer.kustomization.entry("resources").or_insert(json!([]));
        if let Value::Array(resources) = resources {
            resources.extend(paths.into_iter().map(Value::String));
        }
    }

    fn put(&mut self, layer: &Layer, path: &str, text: impl Into<Vec<u8>>) {
        self.files.insert(format!("{}/{path}", layer.folder), text.into());
    }

    fn noted(&mut self, field: &'static str) -> &'static str {
        self.used.insert(field);
        field
    }

    fn write(&mut self, layer: Layer) -> String {
        let Layer { folder, mut kustomization, is_component } = layer;
        if is_component {
            kustomization.insert("kind".to_owned(), json!("Component"));
            kustomization.insert("apiVersion".to_owned(), json!("kustomize.config.k8s.io/v1alpha1"));
        } else if self.random.chance(60) {
            kustomization.insert("kind".to_owned(), json!("Kustomization"));
            kustomization.insert("apiVersion".to_owned(), json!("kustomize.config.k8s.io/v1beta1"));
        }
        if kustomization.is_empty() {
            kustomization.insert("namePrefix".to_owned(), json!("p-"));
        }
        let text = yaml::print(&mut self.random, &Value::Object(kustomization));
        let name = self.random.pick(&[
            "kustomization.yaml",
            "kustomization.yaml",
            "kustomization.yml",
            "Kustomization",
        ]);
        self.files.insert(format!("{folder}/{name}"), text.into_bytes());
        folder
    }
}

impl Layer {
    fn new(folder: String, is_component: bool) -> Self {
        Self { folder, kustomization: Map::new(), is_component }
    }

    /// Sets a field, or adds to it where it is a list.
    fn add(&mut self, field: &str, value: Value) {
        match (self.kustomization.get_mut(field), value) {
            (Some(Value::Array(there)), Value::Array(more)) => there.extend(more),
            (_, value) => {
                self.kustomization.insert(field.to_owned(), value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::case;

    #[test]
    fn a_seed_gives_the_same_files() {
        for seed in 0..20 {
            assert_eq!(case(seed).files, case(seed).files);
        }
        assert_ne!(case(1).files, case(2).files);
    }
}
