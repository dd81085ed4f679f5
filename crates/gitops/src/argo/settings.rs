//! What the `ConfigMap` `argocd-cm` says of builds.

use std::collections::BTreeMap;

use manifest::value::Value;

use super::source::Tool;
use crate::fields::Fields;
use crate::object::RenderedObject;

/// The name of the object.
pub(crate) const SETTINGS_NAME: &str = "argocd-cm";

/// The key of options for kustomize; behind it and a dot may stand the version that they are for.
const BUILD_OPTIONS: &str = "kustomize.buildOptions";

/// The keys that switch tools off.
const SWITCHES: [(&str, Tool); 2] = [("kustomize.enable", Tool::Kustomize), ("helm.enable", Tool::Helm)];

/// What of an Argo CD decides how sources are built.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Settings {
    /// By version; the empty text stands for any.
    build_options: BTreeMap<String, String>,
    disabled: Vec<&'static str>,
}

impl Settings {
    /// What an object says; none if it is none of Argo CD's, or says nothing of builds.
    pub(crate) fn of(object: &RenderedObject) -> Option<Self> {
        let is_settings = object.is("", "ConfigMap") && object.id.name == SETTINGS_NAME;
        let value = is_settings.then(|| object.shown().value().ok()).flatten()?;
        let settings = Self::of_value(&value);
        (settings != Self::default()).then_some(settings)
    }

    fn of_value(value: &Value) -> Self {
        let mut settings = Self::default();
        for (key, text) in Fields::of(value).texts(&["data"]) {
            if let Some(version) = key.strip_prefix(BUILD_OPTIONS) {
                settings.build_options.insert(version.trim_start_matches('.').to_owned(), text.to_owned());
            }
            let is_off = |(switch, _): &&(&str, Tool)| *switch == key && text == "false";
            settings.disabled.extend(SWITCHES.iter().find(is_off).map(|(switch, _)| *switch));
        }
        settings
    }

    /// The options of builds with a version of kustomize; none asked for if it is empty.
    pub(crate) fn build_options(&self, version: &str) -> &str {
        let of_version = self.build_options.get(version).or_else(|| self.build_options.get(""));
        of_version.map(String::as_str).unwrap_or_default()
    }

    /// The tool that builds where one is meant: a folder of manifests where that one is switched off.
    pub(crate) fn allowed(&self, tool: Tool) -> Tool {
        let switch = SWITCHES.iter().find(|(_, switched)| *switched == tool).map(|(switch, _)| *switch);
        if switch.is_some_and(|switch| self.disabled.contains(&switch)) { Tool::Directory } else { tool }
    }
}
