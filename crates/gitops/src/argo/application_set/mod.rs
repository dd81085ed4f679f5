//! `ApplicationSet`s: the Applications that their generators and templates make.
//!
//! Follows Argo CD 3.5: takes an object and what its generators ask for, the declared clusters and the files of
//! repositories; gives objects. What generators ask of anything else is not assessed, by name.

mod clusters;
mod functions;
mod generators;
mod git;
mod parameters;
mod patch;
mod rendering;
mod selector;
mod template;

use std::collections::BTreeSet;

use manifest::value::Value;

use super::cluster::ClusterSecret;
use super::files::FindFiles;
use crate::fields::Fields;
use crate::graph::Missing;
use crate::limits::UNITS_MAX;
use crate::made::Outcome;
use crate::object::RenderedObject;
use generators::{Making, generate};
pub(crate) use git::read_yaml;
use rendering::Templating;
use template::Template;

/// What an `ApplicationSet` is made Applications of with.
pub(crate) struct World<'w> {
    /// The clusters that are declared, by their names.
    pub(crate) clusters: &'w [ClusterSecret],
    pub(crate) files: &'w mut FindFiles<'w>,
    /// Nanoseconds since 1970 of the moment at which templates find themselves.
    pub(crate) now_nanoseconds: i128,
}

/// A set with the Applications that it makes.
pub(crate) struct SetJob {
    /// The object that says it.
    pub(crate) object: RenderedObject,
    pub(crate) made: Applications,
}

/// The Applications of a set.
#[derive(Debug, Default)]
pub(crate) struct Applications {
    pub(crate) objects: Vec<RenderedObject>,
    pub(crate) notes: Vec<String>,
}

impl SetJob {
    pub(crate) fn run(&self) -> Outcome {
        let Applications { objects, notes } = &self.made;
        Outcome { objects: objects.clone(), notes: notes.clone(), ..Outcome::default() }
    }

    /// Hands out all that decides what it gives.
    pub(crate) fn identify(&self, put: &mut dyn FnMut(&str)) {
        put("application set");
        put(&self.object.text);
        for object in &self.made.objects {
            put(&object.text);
        }
    }
}

/// Whether a set asks which clusters there are.
pub(crate) fn asks_for_clusters(object: &Value) -> bool {
    let has_clusters = |entry: Fields<'_>| entry.at(&["clusters"]).value().is_some();
    let mut open: Vec<Fields<'_>> = Fields::of(object).items(&["spec", "generators"]).collect();
    // Each entry of a finite value is looked at once.
    while let Some(entry) = open.pop() {
        if has_clusters(entry) {
            return true;
        }
        for kind in ["matrix", "merge"] {
            open.extend(entry.items(&[kind, "generators"]));
        }
    }
    false
}

/// The kinds of generators that a set has, for people.
pub(crate) fn shown_generators(object: &Value) -> String {
    let mut kinds = Vec::new();
    for entry in Fields::of(object).items(&["spec", "generators"]) {
        let Some(Value::Mapping(entries)) = entry.value() else { continue };
        let names = entries.iter().filter_map(|(key, _)| key.as_str()).filter(|key| *key != "selector");
        kinds.extend(names.map(str::to_owned));
    }
    format!("generators {}", kinds.join(", "))
}

/// Makes the Applications of a set that is in a namespace.
pub(crate) fn applications(
    object: &Value,
    namespace: &str,
    world: World<'_>,
) -> Result<Applications, Missing> {
    let spec = Fields::of(object).at(&["spec"]);
    let World { clusters, files, now_nanoseconds } = world;
    let templating = match spec.flag(&["goTemplate"]) {
        Some(true) => {
            let options = spec.items(&["goTemplateOptions"]).filter_map(|item| item.value()?.as_str());
            Templating::of_go(&options.collect::<Vec<_>>(), now_nanoseconds)?
        }
        _ => Templating::of_tags(),
    };
    let nothing = Value::Mapping(Vec::new());
    let template = Template {
        template: spec.at(&["template"]).value().unwrap_or(&nothing),
        patch: spec.at(&["templatePatch"]).value().and_then(Value::as_str),
        preserves_objects: spec.flag(&["syncPolicy", "preserveResourcesOnDeletion"]) == Some(true),
        namespace,
    };
    let mut making = Making { templating, clusters, files };
    let mut values = Vec::new();
    for entry in spec.items(&["generators"]) {
        for generated in generate(entry, &mut making)? {
            for set in &generated.sets {
                values.push(template.application(&generated.template, set, &making.templating)?);
                if values.len() > UNITS_MAX {
                    return Err(Missing::PassLimit);
                }
            }
        }
    }
    let mut made = each_once(&values)?;
    if clusters.is_empty() && asks_for_clusters(object) {
        made.notes
            .push("no Secret declares a cluster: only the one that Argo CD runs in is known".to_owned());
    }
    Ok(made)
}

/// The objects, of several with one name the first.
fn each_once(values: &[Value]) -> Result<Applications, Missing> {
    let mut made = Applications::default();
    let mut names = BTreeSet::new();
    for value in values {
        let text = manifest::emit::marshal_as_kubectl(value)
            .map_err(|error| Missing::Render(text::with_causes(&error)))?;
        for object in crate::build::all_of(&text)? {
            if names.insert(object.id.name.clone()) {
                made.objects.push(object);
            } else {
                made.notes.push(format!("makes more than one Application '{}'", object.id.name));
            }
        }
    }
    Ok(made)
}

#[cfg(test)]
mod tests;
