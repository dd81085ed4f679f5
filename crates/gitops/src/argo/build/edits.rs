//! What an Application says to kustomize, written into the kustomization of its folder as `kustomize edit` does.

use manifest::value::Value;

use super::images;
use crate::argo::environment::Environment;
use crate::fields::Fields;
use crate::graph::Missing;

/// A kustomization with what the options of a source say of it. `has_folder` tells whether a component is there.
pub(super) fn edited(
    kustomization: Value,
    options: Fields<'_>,
    environment: &Environment,
    has_folder: &dyn Fn(&str) -> bool,
) -> Result<Value, Missing> {
    let mut edited = Edited(match kustomization {
        Value::Mapping(entries) => entries,
        Value::Null => Vec::new(),
        _ => return Err(refused("the kustomization is no mapping")),
    });
    for field in ["namePrefix", "nameSuffix", "namespace"] {
        let text = options.text(&[field]);
        if !text.is_empty() {
            edited.set(field, Value::from(text));
        }
    }
    edited.set_images(options, environment)?;
    edited.set_replicas(options)?;
    edited.add_labels(options, environment)?;
    edited.add_annotations(options, environment)?;
    edited.append("patches", options)?;
    edited.add_components(options, has_folder)?;
    Ok(Value::Mapping(edited.0))
}

struct Edited(Vec<(Value, Value)>);

impl Edited {
    fn get(&self, field: &str) -> Option<&Value> {
        self.0.iter().find(|(key, _)| key.as_str() == Some(field)).map(|(_, value)| value)
    }

    fn set(&mut self, field: &str, value: Value) {
        match self.0.iter_mut().find(|(key, _)| key.as_str() == Some(field)) {
            Some((_, there)) => *there = value,
            None => self.0.push((Value::from(field), value)),
        }
    }

    /// The items of a list that is there.
    fn items(&self, field: &str) -> Result<Vec<Value>, Missing> {
        match self.get(field) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::Sequence(items)) => Ok(items.clone()),
            Some(_) => Err(refused(&format!("'{field}' in the kustomization is no list"))),
        }
    }

    fn set_images(&mut self, options: Fields<'_>, environment: &Environment) -> Result<(), Missing> {
        let asked: Vec<String> = options
            .items(&["images"])
            .filter_map(|item| item.value()?.as_str())
            .map(|image| environment.expand(image))
            .collect();
        if !asked.is_empty() {
            let images = images::set(&self.items("images")?, &asked)?;
            self.set("images", Value::Sequence(images));
        }
        Ok(())
    }

    /// Replicas by name, those that are asked for in place of those that are there.
    fn set_replicas(&mut self, options: Fields<'_>) -> Result<(), Missing> {
        let mut replicas = self.items("replicas")?;
        let before = replicas.len();
        for item in options.items(&["replicas"]) {
            let name = Value::from(item.text(&["name"]));
            let count = count_of(item.at(&["count"]).value())?;
            replicas.retain(|there| there.get("name") != Some(&name));
            replicas.push(Value::Mapping(vec![
                (Value::from("name"), name),
                (Value::from("count"), Value::Int(count)),
            ]));
        }
        if before != replicas.len() || options.items(&["replicas"]).next().is_some() {
            self.set("replicas", Value::Sequence(replicas));
        }
        Ok(())
    }

    fn add_labels(&mut self, options: Fields<'_>, environment: &Environment) -> Result<(), Missing> {
        let flag = |field: &str| options.flag(&[field]) == Some(true);
        let asked: Vec<(&str, String)> =
            options.texts(&["commonLabels"]).map(|(key, text)| (key, environment.expand(text))).collect();
        if asked.is_empty() {
            return Ok(());
        }
        let forced = flag("forceCommonLabels");
        let in_templates = flag("labelIncludeTemplates");
        if !flag("labelWithoutSelector") {
            if in_templates {
                return Err(refused("--without-selector flag must be specified for --include-templates"));
            }
            let there = self.get("commonLabels").cloned();
            self.set("commonLabels", added(there, &asked, ("label", forced))?);
            return Ok(());
        }
        let mut labels = self.items("labels")?;
        let is_like = |label: &Value| {
            let fields = Fields::of(label);
            let says = |field: &str| fields.flag(&[field]) == Some(true);
            !says("includeSelectors") && says("includeTemplates") == in_templates
        };
        let at = labels.iter().position(is_like);
        let there = at.map(|at| labels.remove(at));
        let pairs = there.as_ref().and_then(|label| label.get("pairs")).cloned();
        let mut label = Self(match there {
            Some(Value::Mapping(entries)) => entries,
            _ => Vec::new(),
        });
        label.set("pairs", added(pairs, &asked, ("label", forced))?);
        if in_templates {
            label.set("includeTemplates", Value::Bool(true));
        }
        labels.insert(at.unwrap_or(labels.len()), Value::Mapping(label.0));
        self.set("labels", Value::Sequence(labels));
        Ok(())
    }

    fn add_annotations(&mut self, options: Fields<'_>, environment: &Environment) -> Result<(), Missing> {
        let flag = |field: &str| options.flag(&[field]) == Some(true);
        let put = |text: &str| {
            if flag("commonAnnotationsEnvsubst") { environment.expand(text) } else { text.to_owned() }
        };
        let asked: Vec<(&str, String)> =
            options.texts(&["commonAnnotations"]).map(|(key, text)| (key, put(text))).collect();
        if !asked.is_empty() {
            let there = self.get("commonAnnotations").cloned();
            let all = added(there, &asked, ("annotation", flag("forceCommonAnnotations")))?;
            self.set("commonAnnotations", all);
        }
        Ok(())
    }

    /// Puts the items of an option behind those that are there.
    fn append(&mut self, field: &str, options: Fields<'_>) -> Result<(), Missing> {
        let asked: Vec<Value> = options.items(&[field]).filter_map(|item| item.value().cloned()).collect();
        if !asked.is_empty() {
            let mut items = self.items(field)?;
            items.extend(asked);
            self.set(field, Value::Sequence(items));
        }
        Ok(())
    }

    fn add_components(
        &mut self,
        options: Fields<'_>,
        has_folder: &dyn Fn(&str) -> bool,
    ) -> Result<(), Missing> {
        let passes_over_missing = options.flag(&["ignoreMissingComponents"]) == Some(true);
        let mut components = self.items("components")?;
        let before = components.len();
        for component in options.items(&["components"]).filter_map(|item| item.value()) {
            let is_there = !passes_over_missing || component.as_str().is_some_and(has_folder);
            if is_there && !components.contains(component) {
                components.push(component.clone());
            }
        }
        if components.len() > before {
            self.set("components", Value::Sequence(components));
        }
        Ok(())
    }
}

/// Texts by their keys with others; one that is there already is refused unless it is forced.
fn added(
    there: Option<Value>,
    asked: &[(&str, String)],
    (kind, is_forced): (&str, bool),
) -> Result<Value, Missing> {
    let mut all = Edited(match there {
        Some(Value::Mapping(entries)) => entries,
        _ => Vec::new(),
    });
    for (key, text) in asked {
        if all.get(key).is_some() && !is_forced {
            return Err(refused(&format!("{kind} {key} already in kustomization file")));
        }
        all.set(key, Value::from(text.as_str()));
    }
    Ok(Value::Mapping(all.0))
}

fn count_of(count: Option<&Value>) -> Result<i64, Missing> {
    let count = match count {
        Some(Value::Int(count)) => Some(*count),
        Some(Value::String(text)) => text.parse().ok(),
        _ => None,
    };
    count.ok_or_else(|| refused("expected integer value for count of replicas"))
}

pub(super) fn refused(reason: &str) -> Missing {
    Missing::Render(reason.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::argo::application_set::read_yaml;

    fn check(kustomization: &str, options: &str, expected: &str) {
        let value = |text: &str| read_yaml(text.as_bytes()).unwrap();
        let environment = Environment::of([("ARGOCD_APP_NAME", "web".to_owned())], "main");
        let options = value(options);
        let edited =
            edited(value(kustomization), Fields::of(&options), &environment, &|path| path == "there");
        match edited {
            Ok(edited) => assert_eq!(edited, value(expected), "{options:?}"),
            Err(error) => assert_eq!(error.to_string(), expected),
        }
    }

    #[test]
    fn options_are_written_into_the_kustomization() {
        check("namePrefix: a-", "namePrefix: b-\nnamespace: ns", "namePrefix: b-\nnamespace: ns");
        check("", "nameSuffix: -x", "nameSuffix: -x");
        check(
            "replicas: [{name: a, count: 1}, {name: b, count: 1}]",
            "replicas: [{name: a, count: '3'}]",
            "replicas: [{name: b, count: 1}, {name: a, count: 3}]",
        );
        check("", "replicas: [{name: a, count: x}]", "expected integer value for count of replicas");
        check("patches: [{path: a}]", "patches: [{path: b}]", "patches: [{path: a}, {path: b}]");
        check("patches: x", "patches: [{path: b}]", "'patches' in the kustomization is no list");
        check("components: [a]", "components: [a, b]", "components: [a, b]");
        check("", "ignoreMissingComponents: true\ncomponents: [gone, there]", "components: [there]");
    }

    #[test]
    fn labels_and_annotations_are_added() {
        check("", "commonLabels: {app: $ARGOCD_APP_NAME}", "commonLabels: {app: web}");
        check("commonLabels: {app: x}", "commonLabels: {app: z}", "label app already in kustomization file");
        check(
            "commonLabels: {app: x}",
            "forceCommonLabels: true\ncommonLabels: {app: z}",
            "commonLabels: {app: z}",
        );
        check(
            "labels: [{pairs: {a: b}, includeSelectors: true}]",
            "labelWithoutSelector: true\ncommonLabels: {app: x}",
            "labels: [{pairs: {a: b}, includeSelectors: true}, {pairs: {app: x}}]",
        );
        check(
            "labels: [{pairs: {a: b}}]",
            "labelWithoutSelector: true\ncommonLabels: {app: x}",
            "labels: [{pairs: {a: b, app: x}}]",
        );
        check(
            "labels: [{pairs: {a: b}}]",
            "labelWithoutSelector: true\nlabelIncludeTemplates: true\ncommonLabels: {app: x}",
            "labels: [{pairs: {a: b}}, {pairs: {app: x}, includeTemplates: true}]",
        );
        check(
            "",
            "labelIncludeTemplates: true\ncommonLabels: {app: x}",
            "--without-selector flag must be specified for --include-templates",
        );
        check("", "commonAnnotations: {a: $ARGOCD_APP_NAME}", "commonAnnotations: {a: $ARGOCD_APP_NAME}");
        check(
            "",
            "commonAnnotationsEnvsubst: true\ncommonAnnotations: {a: $ARGOCD_APP_NAME}",
            "commonAnnotations: {a: web}",
        );
        check(
            "commonAnnotations: {a: b}",
            "commonAnnotations: {a: c}",
            "annotation a already in kustomization file",
        );
    }

    #[test]
    fn images_are_set() {
        check(
            "images: [{name: web, newTag: a}, {name: other, newName: o}]",
            "images: ['web:b', 'new=registry:5000/new@sha256:x', 'third=r/third:1']",
            "images: [{name: new, newName: 'registry:5000/new', digest: 'sha256:x'}, {name: other, newName: o}, {name: third, newName: r/third, newTag: '1'}, {name: web, newTag: b}]",
        );
        check(
            "images: [{name: web, newName: w, newTag: a}]",
            "images: ['web=*:b']",
            "images: [{name: web, newName: w, newTag: b}]",
        );
        check("", "images: ['web:$ARGOCD_APP_NAME']", "images: [{name: web, newTag: web}]");
        check("", "images: [web]", "invalid format of image 'web'");
    }
}
