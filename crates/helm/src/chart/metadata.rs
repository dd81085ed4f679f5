//! `Chart.yaml`, `Chart.lock` and their older names, as types.
//!
//! Takes values that were read as Helm reads YAML; a number where a text belongs becomes the text that Helm makes of it.
//! Fields that nobody knows are overlooked, as Helm does. Judges nothing.

use manifest::value::Value;

use super::decode::{DecodeField, bool_of, list_of, mapping_of, text_map_of, text_of, texts_of};

/// What `Chart.yaml` says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Metadata {
    /// The chart's name.
    pub name: String,
    /// A URL of the project.
    pub home: String,
    /// URLs of its sources.
    pub sources: Vec<String>,
    /// The chart's version.
    pub version: String,
    /// One sentence about it.
    pub description: String,
    /// Words to find it by.
    pub keywords: Vec<String>,
    /// Who looks after it.
    pub maintainers: Vec<Option<Maintainer>>,
    /// A URL of a picture.
    pub icon: String,
    /// The version of the chart format: `v1` or `v2`.
    pub api_version: String,
    /// The condition of the chart itself.
    pub condition: String,
    /// The tags of the chart itself.
    pub tags: String,
    /// The version of what it installs.
    pub app_version: String,
    /// Whether it should no longer be used.
    pub deprecated: bool,
    /// Annotations, sorted by key.
    pub annotations: Vec<(String, String)>,
    /// A range of versions of Kubernetes.
    pub kube_version: String,
    /// What it depends on; none where the list has a null.
    pub dependencies: Vec<Option<Dependency>>,
    /// Whether there is such a list at all, which Helm tells from one that is empty.
    pub lists_dependencies: bool,
    /// `application`, `library` or empty.
    pub chart_type: String,
}

/// Somebody who looks after a chart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Maintainer {
    /// The name.
    pub name: String,
    /// An address of mail.
    pub email: String,
    /// A URL.
    pub url: String,
}

/// A chart that another one depends on.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Dependency {
    /// The name that the chart has for itself.
    pub name: String,
    /// A range of versions; in a lock one version.
    pub version: String,
    /// The URL of its repository.
    pub repository: String,
    /// Paths of values, with `,` between them, the first of which that is a bool switches it on or off.
    pub condition: String,
    /// Tags that switch it on or off.
    pub tags: Vec<String>,
    /// Whether it was written to be enabled, which Helm overwrites.
    pub enabled: bool,
    /// Values that it gives to its parent: names of exports, or mappings of `child` and `parent`.
    pub import_values: Vec<Value>,
    /// The name that its parent has for it; empty if it keeps its own.
    pub alias: String,
}

/// What `Chart.lock` says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lock {
    /// When it was made, as written.
    pub generated: String,
    /// The digest of what it was made from.
    pub digest: String,
    /// What the dependencies are.
    pub dependencies: Vec<Option<Dependency>>,
}

impl Metadata {
    /// Sets what `value` says and leaves the rest, as decoding into a Go struct does.
    pub(crate) fn decode(&mut self, value: &Value) -> Result<(), DecodeField> {
        for (name, value) in mapping_of(value, "chart.Metadata")? {
            self.set(name, value)?;
        }
        Ok(())
    }

    fn set(&mut self, name: &str, value: &Value) -> Result<(), DecodeField> {
        let text = || text_of(value, "Metadata", name);
        match name.to_ascii_lowercase().as_str() {
            "name" => self.name = text()?,
            "home" => self.home = text()?,
            "sources" => self.sources = texts_of(value, "Metadata", name)?,
            "version" => self.version = text()?,
            "description" => self.description = text()?,
            "keywords" => self.keywords = texts_of(value, "Metadata", name)?,
            "maintainers" => self.maintainers = each(value, name, Maintainer::decode)?,
            "icon" => self.icon = text()?,
            "apiversion" => self.api_version = text()?,
            "condition" => self.condition = text()?,
            "tags" => self.tags = text()?,
            "appversion" => self.app_version = text()?,
            "deprecated" => self.deprecated = bool_of(value, "Metadata", name)?,
            "annotations" => self.annotations = text_map_of(value, "Metadata", name)?,
            "kubeversion" => self.kube_version = text()?,
            "dependencies" => {
                self.dependencies = each(value, name, Dependency::decode)?;
                self.lists_dependencies = !matches!(value, Value::Null);
            }
            "type" => self.chart_type = text()?,
            _ => {}
        }
        Ok(())
    }
}

impl Maintainer {
    fn decode(value: &Value) -> Result<Self, DecodeField> {
        let mut maintainer = Self::default();
        for (name, value) in mapping_of(value, "chart.Maintainer")? {
            let text = || text_of(value, "Maintainer", name);
            match name.to_ascii_lowercase().as_str() {
                "name" => maintainer.name = text()?,
                "email" => maintainer.email = text()?,
                "url" => maintainer.url = text()?,
                _ => {}
            }
        }
        Ok(maintainer)
    }
}

impl Dependency {
    /// The name that its parent has for it.
    #[must_use]
    pub fn key(&self) -> &str {
        if self.alias.is_empty() { &self.name } else { &self.alias }
    }

    fn decode(value: &Value) -> Result<Self, DecodeField> {
        let mut dependency = Self::default();
        for (name, value) in mapping_of(value, "chart.Dependency")? {
            let text = || text_of(value, "Dependency", name);
            match name.to_ascii_lowercase().as_str() {
                "name" => dependency.name = text()?,
                "version" => dependency.version = text()?,
                "repository" => dependency.repository = text()?,
                "condition" => dependency.condition = text()?,
                "tags" => dependency.tags = texts_of(value, "Dependency", name)?,
                "enabled" => dependency.enabled = bool_of(value, "Dependency", name)?,
                "import-values" => dependency.import_values = list_of(value, "Dependency", name)?.to_vec(),
                "alias" => dependency.alias = text()?,
                _ => {}
            }
        }
        Ok(dependency)
    }
}

impl Lock {
    pub(crate) fn decode(value: &Value) -> Result<Self, DecodeField> {
        let mut lock = Self::default();
        for (name, value) in mapping_of(value, "chart.Lock")? {
            match name.to_ascii_lowercase().as_str() {
                "generated" => lock.generated = text_of(value, "Lock", name)?,
                "digest" => lock.digest = text_of(value, "Lock", name)?,
                "dependencies" => lock.dependencies = each(value, name, Dependency::decode)?,
                _ => {}
            }
        }
        Ok(lock)
    }
}

/// The items of a list of pointers to structs: a null is none.
fn each<T>(
    value: &Value,
    field: &str,
    decode: impl Fn(&Value) -> Result<T, DecodeField>,
) -> Result<Vec<Option<T>>, DecodeField> {
    let item = |value: &Value| match value {
        Value::Null => Ok(None),
        value => decode(value).map(Some),
    };
    list_of(value, "Metadata", field)?.iter().map(item).collect()
}
