//! What Helm refuses in a chart's metadata.
//!
//! Takes metadata as it was written; cleans its texts of what cannot be printed, as Helm does, and gives the first fault
//! in Helm's words. Knows nothing of files.

use std::collections::BTreeSet;

use super::metadata::{Dependency, Maintainer, Metadata};

/// Why metadata is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("validation: {reason}")]
pub struct ValidateChart {
    /// In Helm's words.
    pub reason: String,
}

fn refuse(reason: impl Into<String>) -> ValidateChart {
    ValidateChart { reason: reason.into() }
}

/// Cleans and judges.
pub(crate) fn validate(metadata: &mut Metadata) -> Result<(), ValidateChart> {
    sanitize_all(metadata);
    if metadata.api_version.is_empty() {
        return Err(refuse("chart.metadata.apiVersion is required"));
    }
    validate_name(&metadata.name)?;
    if metadata.version.is_empty() {
        return Err(refuse("chart.metadata.version is required"));
    }
    if !is_version(&metadata.version) {
        return Err(refuse(format!("chart.metadata.version {:?} is invalid", metadata.version)));
    }
    if !["", "application", "library"].contains(&metadata.chart_type.as_str()) {
        return Err(refuse("chart.metadata.type must be application or library"));
    }
    metadata.maintainers.iter_mut().try_for_each(validate_maintainer)?;
    let mut keys = BTreeSet::new();
    for dependency in &mut metadata.dependencies {
        let key = validate_dependency(dependency)?;
        if keys.contains(&key) {
            return Err(refuse(format!("more than one dependency with name or alias {key:?}")));
        }
        keys.insert(key);
    }
    Ok(())
}

fn sanitize_all(metadata: &mut Metadata) {
    let Metadata { name, description, home, icon, condition, tags, app_version, kube_version, .. } = metadata;
    for text in [name, description, home, icon, condition, tags, app_version, kube_version] {
        sanitize(text);
    }
    metadata.sources.iter_mut().chain(&mut metadata.keywords).for_each(sanitize);
}

fn validate_name(name: &str) -> Result<(), ValidateChart> {
    match name {
        "" => Err(refuse("chart.metadata.name is required")),
        "." | ".." => Err(refuse(format!("chart.metadata.name {name:?} is not allowed"))),
        // What `filepath.Base` would change; a lone slash is the one that it keeps.
        _ if name != "/" && name.contains('/') => {
            Err(refuse(format!("chart.metadata.name {name:?} is invalid")))
        }
        _ => Ok(()),
    }
}

fn validate_maintainer(maintainer: &mut Option<Maintainer>) -> Result<(), ValidateChart> {
    let Some(Maintainer { name, email, url }) = maintainer else {
        return Err(refuse("maintainers must not contain empty or null nodes"));
    };
    [name, email, url].into_iter().for_each(sanitize);
    Ok(())
}

fn validate_dependency(dependency: &mut Option<Dependency>) -> Result<String, ValidateChart> {
    let Some(dependency) = dependency else {
        return Err(refuse("dependencies must not contain empty or null nodes"));
    };
    let Dependency { name, version, repository, condition, tags, .. } = dependency;
    [name, version, repository, condition].into_iter().chain(tags).for_each(sanitize);
    let fits = |character: char| character.is_ascii_alphanumeric() || character == '_' || character == '-';
    if !dependency.alias.chars().all(fits) {
        let reason = format!("dependency {:?} has disallowed characters in the alias", dependency.name);
        return Err(refuse(reason));
    }
    Ok(dependency.key().to_owned())
}

/// Every space becomes a plain one; what cannot be printed goes.
fn sanitize(text: &mut String) {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return;
    }
    *text = text
        .chars()
        .filter(|character| character.is_whitespace() || !character.is_control())
        .map(|character| if character.is_whitespace() { ' ' } else { character })
        .collect();
}

/// Whether Helm takes it for a version.
fn is_version(text: &str) -> bool {
    version::semver::Version::parse(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_those_of_masterminds() {
        for version in ["1", "v1.2", "1.2.3-rc.1+build.5", "01.2.3"] {
            assert!(is_version(version), "{version}");
        }
        for version in ["", "1.2.3.4", "1.x", "1.2.3-01", "1.2.3-", "latest", "1.2.3+"] {
            assert!(!is_version(version), "{version}");
        }
    }

    #[test]
    fn faults_are_told_in_helms_words() {
        let metadata = Metadata {
            api_version: "v2".into(),
            name: "a/b".into(),
            version: "1".into(),
            ..Metadata::default()
        };
        let refused = |metadata: &Metadata| validate(&mut metadata.clone()).unwrap_err().to_string();
        assert_eq!(refused(&metadata), "validation: chart.metadata.name \"a/b\" is invalid");
        let metadata = Metadata { name: "a".into(), dependencies: vec![None], ..metadata };
        assert_eq!(refused(&metadata), "validation: dependencies must not contain empty or null nodes");
        let same = Some(Dependency { name: "b".into(), ..Dependency::default() });
        let metadata = Metadata { dependencies: vec![same.clone(), same], ..metadata };
        assert_eq!(refused(&metadata), "validation: more than one dependency with name or alias \"b\"");
    }
}
