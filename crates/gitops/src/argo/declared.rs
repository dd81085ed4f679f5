//! What of Argo CD stands in the files of a repository.

use manifest::value::Value;

use super::ARGO_GROUP;
use super::application::ApplicationSpec;
use super::cluster::ClusterSecret;
use super::settings::Settings;
use crate::fields::Fields;
use crate::object::RenderedObject;
use crate::repository::namespace_of;

/// What a file must hold to declare something of Argo CD: its group, or the name of its settings.
pub(crate) const WORDS: [&[u8]; 2] = [b"argoproj.io", super::settings::SETTINGS_NAME.as_bytes()];

/// An Application or an `ApplicationSet` in a file.
#[derive(Debug, Clone)]
pub(crate) struct DeclaredUnit {
    pub(crate) path: String,
    pub(crate) object: RenderedObject,
    pub(crate) says: Says,
}

/// What a unit says.
#[derive(Debug, Clone)]
pub(crate) enum Says {
    Application(Box<ApplicationSpec>),
    Set(Box<Value>),
}

/// All of a repository, each with its file.
#[derive(Debug, Default)]
pub(crate) struct DeclaredArgo {
    pub(crate) units: Vec<DeclaredUnit>,
    pub(crate) clusters: Vec<(String, ClusterSecret)>,
    pub(crate) settings: Vec<(String, Settings)>,
}

impl DeclaredArgo {
    /// Takes an object in, if it is of Argo CD.
    pub(crate) fn take(&mut self, path: &str, object: &RenderedObject) {
        if let Some(says) = says(object) {
            self.units.push(DeclaredUnit { path: path.to_owned(), object: object.clone(), says });
        } else if let Some(cluster) = ClusterSecret::of(object) {
            self.clusters.push((path.to_owned(), cluster));
        } else if let Some(settings) = Settings::of(object) {
            self.settings.push((path.to_owned(), settings));
        }
    }
}

/// What an object says, if it is a whole Application or `ApplicationSet`: without sources or generators it is a patch of one.
fn says(object: &RenderedObject) -> Option<Says> {
    if object.is(ARGO_GROUP, "Application") {
        let spec = ApplicationSpec::of(&object.value().ok()?, &object.id.name, namespace_of(object));
        let is_whole = spec.sources.iter().any(|source| !source.url.is_empty());
        return is_whole.then(|| Says::Application(Box::new(spec)));
    }
    if object.is(ARGO_GROUP, "ApplicationSet") {
        let value = object.value().ok()?;
        let spec = Fields::of(&value).at(&["spec"]);
        let is_whole =
            spec.items(&["generators"]).next().is_some() && spec.at(&["template"]).value().is_some();
        return is_whole.then(|| Says::Set(Box::new(value)));
    }
    None
}
