//! The Flux that a cluster runs, as far as the repository installs it: how its controller treats variables that nobody has set.

use crate::fields::Fields;
use crate::object::RenderedObject;
use crate::substitute::Strictness;

/// The controller that substitutes variables.
const CONTROLLER: &str = "kustomize-controller";

/// The labels of what belongs to Flux.
const PART_OF: &str = "app.kubernetes.io/part-of";
const VERSION: &str = "app.kubernetes.io/version";

/// The feature gate that says otherwise than the version does.
const GATE: &str = "StrictPostBuildSubstitutions=";

/// What the controller does with a variable that nobody has set; none if an object is not the controller, or does not say its version.
pub(crate) fn strictness(object: &RenderedObject) -> Option<Strictness> {
    if !object.is("apps", "Deployment") || object.id.name != CONTROLLER {
        return None;
    }
    let value = object.shown().value().ok()?;
    let fields = Fields::of(&value);
    let labels = fields.at(&["metadata", "labels"]);
    if labels.text(&[PART_OF]) != "flux" {
        return None;
    }
    let containers = fields.items(&["spec", "template", "spec", "containers"]);
    let arguments: Vec<&str> =
        containers.flat_map(|one| one.items(&["args"])).filter_map(|one| one.value()?.as_str()).collect();
    said_by_gate(&arguments).or_else(|| Some(Strictness::of_flux(minor_of(labels.text(&[VERSION]))?)))
}

fn said_by_gate(arguments: &[&str]) -> Option<Strictness> {
    let gates = arguments.iter().filter_map(|argument| argument.strip_prefix("--feature-gates="));
    let mut gates = gates.flat_map(|gates| gates.split(','));
    match gates.find_map(|gate| gate.trim().strip_prefix(GATE))? {
        "true" => Some(Strictness::Strict),
        "false" => Some(Strictness::Lenient),
        _ => None,
    }
}

/// The first two numbers of a version.
fn minor_of(version: &str) -> Option<(u64, u64)> {
    let mut numbers = version.trim_start_matches('v').split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(name: &str, labels: &str, arguments: &str) -> Option<Strictness> {
        let text = format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {name}\n  labels: {{{labels}}}\nspec:\n  template:\n    spec:\n      containers:\n      - name: manager\n        args: [{arguments}]\n"
        );
        RenderedObject::all_of(&text).ok()?.first().and_then(strictness)
    }

    #[test]
    fn a_controller_says_how_it_substitutes_by_version_or_by_gate() {
        let labels =
            |version: &str| format!("app.kubernetes.io/part-of: flux, app.kubernetes.io/version: {version}");
        let by_version = |version: &str| said(CONTROLLER, &labels(version), "");
        assert_eq!(by_version("v2.8.1"), Some(Strictness::Lenient));
        assert_eq!(by_version("v2.9.0"), Some(Strictness::Strict));
        assert_eq!(by_version("v0.41.2"), Some(Strictness::Lenient));
        assert_eq!(by_version("latest"), None);
        assert_eq!(said("source-controller", &labels("v2.9.0"), ""), None);
        assert_eq!(said(CONTROLLER, "app.kubernetes.io/version: v2.9.0", ""), None);
        let gates = |value: &str| format!("--events-addr=, '--feature-gates=A=true,{GATE}{value}'");
        assert_eq!(said(CONTROLLER, &labels("v2.9.0"), &gates("false")), Some(Strictness::Lenient));
        assert_eq!(said(CONTROLLER, &labels("v2.7.0"), &gates("true")), Some(Strictness::Strict));
        assert_eq!(said(CONTROLLER, &labels("v2.7.0"), &gates("")), Some(Strictness::Lenient));
    }
}
