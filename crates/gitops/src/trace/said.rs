//! Where it is said which version of a chart a unit takes: in its own object, in a source that it refers to, or in the set that
//! makes it.

use std::ops::Range;

use super::nodes::ChartEntry;
use super::{ObjectAt, Tracer, Written, in_home, nodes};
use crate::argo::build::{ApplicationJob, AskedChart, Files, PreparedSource};
use crate::flux::{ChartUse, Reference};
use crate::graph::Outcome;
use crate::limits::DECLARING_FILE_BYTES_MAX;
use crate::made::Job;

/// Where it is said which version of a chart is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartSaid {
    /// The bytes, the place to edit first. Of what comes closest where no version is said; empty where nobody wrote that.
    pub written: Vec<Written>,
    /// As what it is said.
    pub form: VersionForm,
}

/// As what a version is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VersionForm {
    /// As a version or a range of versions, as Helm reads them.
    Range,
    /// As a tag of a registry, which is always one version.
    Tag,
    /// Not at all at this place, or by something else, for this reason.
    Otherwise(String),
}

/// A unit by the positions of its cluster and of itself.
type Position = (usize, usize);

impl ChartSaid {
    fn otherwise(written: Vec<Written>, reason: impl Into<String>) -> Self {
        Self { written, form: VersionForm::Otherwise(reason.into()) }
    }
}

impl<'f> Tracer<'f> {
    /// Where it is said which version of the chart is taken that a range of an object came from; none for what no chart renders.
    pub fn chart_said(&mut self, at: ObjectAt, range: Range<u32>) -> Option<ChartSaid> {
        let fleet = self.fleet;
        let unit = fleet.cluster(at.cluster)?.units.get(at.unit)?;
        let Outcome::Rendered(made) = &unit.outcome else { return None };
        let of = (at.cluster, at.unit);
        match &made.job {
            Job::Render(job) => Some(self.said_by_release(of, &job.spec.chart)),
            Job::Application(job) => {
                let object = made.objects.get(at.object)?;
                let range = object.to_clear(range);
                let traced = self.traced(made)?.application()?;
                let source = traced.source_of(at.object)?;
                match traced.inflated((at.object, &object.as_clear()), range) {
                    Some(asked) => said_by_kustomizations(job.sources.get(source)?, &asked),
                    None => self.said_by_application(of, job, source),
                }
            }
            Job::Build(_) | Job::Set(_) => None,
        }
    }

    fn said_by_release(&mut self, of: Position, chart: &ChartUse) -> ChartSaid {
        let source = &chart.source;
        if chart.chart.is_empty() {
            return self.said_by_source(of, source);
        }
        let name = ["spec", "chart", "spec", "chart"];
        if source.kind != "HelmRepository" {
            let reason = format!("the chart is a folder of {source}, which holds it");
            return ChartSaid::otherwise(self.exact(of, &name), reason);
        }
        let written = self.exact(of, &["spec", "chart", "spec", "version"]);
        match written.is_empty() {
            true => ChartSaid::otherwise(self.exact(of, &name), NEWEST),
            false => ChartSaid { written, form: VersionForm::Range },
        }
    }

    /// What the object says that a release takes its chart by.
    fn said_by_source(&mut self, of: Position, source: &Reference) -> ChartSaid {
        let Some((at, text)) = self.source_object(of.0, source) else {
            let written = self.exact(of, &["spec", "chartRef", "name"]);
            return ChartSaid::otherwise(written, format!("no unit of its cluster renders {source}"));
        };
        let said = |path: &[&str]| nodes::scalar_at(text, path).filter(|said| !said.is_empty());
        let (path, form): (&[&str], VersionForm) = match source.kind.as_str() {
            "HelmChart" if said(&["spec", "sourceRef", "kind"]).as_deref() != Some("HelmRepository") => {
                (&["spec", "chart"], VersionForm::Otherwise(format!("{source} takes a folder of files")))
            }
            "HelmChart" if said(&["spec", "version"]).is_some() => (&["spec", "version"], VersionForm::Range),
            "HelmChart" => (&["spec", "chart"], VersionForm::Otherwise(NEWEST.to_owned())),
            "OCIRepository" => oci_said(&said),
            _ => {
                let reason = format!("{source} says which files are taken, and no version");
                (&["metadata", "name"], VersionForm::Otherwise(reason))
            }
        };
        let range = nodes::span_at(text, path);
        let written =
            range.map_or_else(Vec::new, |range| self.places_through(at, range, super::UNITS_THROUGH_MAX));
        ChartSaid { written, form }
    }

    /// An object that is a source, with its text.
    fn source_object(&self, cluster: usize, source: &Reference) -> Option<(ObjectAt, &'f str)> {
        let fleet = self.fleet;
        let units = fleet.cluster(cluster)?.units.iter().enumerate();
        let mut found = units.filter_map(|(unit, one)| {
            let is_it = |object: &crate::object::RenderedObject| {
                object.id.group == SOURCE_GROUP && Reference::to(object) == *source
            };
            let object = one.objects().iter().position(is_it)?;
            Some((ObjectAt { cluster, unit, object }, &**one.objects().get(object)?.clear_text()))
        });
        found.next()
    }

    fn said_by_application(
        &mut self,
        of: Position,
        job: &ApplicationJob,
        source: usize,
    ) -> Option<ChartSaid> {
        let prepared = job.sources.get(source)?;
        let rendering = job.spec.sources.iter().enumerate().filter(|(_, source)| !source.is_for_others());
        let position = rendering.map(|(position, _)| position).nth(source)?.to_string();
        let several = ["spec", "sources", &position];
        let is_one_of_several = nodes::span_at(job.object.clear_text(), &several).is_some();
        let base: &[&str] = if is_one_of_several { &several } else { &["spec", "source"] };
        let path = |field| [base, &[field]].concat();
        match &prepared.files {
            Files::Chart(_) if prepared.source.revision.is_empty() => {
                let written = self.exact(of, &path("repoURL"));
                Some(ChartSaid::otherwise(written, NEWEST))
            }
            Files::Chart(_) => Some(self.said_through_set(of, &path("targetRevision"))),
            Files::ChartOfTree(..) => {
                let reason = format!("the chart in '{}' holds it", prepared.resolved.folder);
                Some(ChartSaid::otherwise(self.exact(of, &path("path")), reason))
            }
            Files::Tree(_) => None,
        }
    }

    /// The version at a path of an Application; of one that a set makes, the line of the set that it comes from.
    fn said_through_set(&mut self, of: Position, path: &[&str]) -> ChartSaid {
        let Some(set) = self.set_of(of) else {
            return ChartSaid { written: self.exact(of, path), form: VersionForm::Range };
        };
        let text_of = |tracer: &Self, (cluster, unit): Position| {
            Some(tracer.unit(cluster, unit)?.1.object.clear_text().to_string())
        };
        let (Some(own), Some(text)) = (text_of(self, of), text_of(self, set)) else {
            return ChartSaid::otherwise(Vec::new(), "its set is not known");
        };
        let version = nodes::scalar_at(&own, path).unwrap_or_default();
        let in_template = [&["spec", "template"], path].concat();
        let written = self.exact(set, &in_template);
        let Some(template) = nodes::scalar_at(&text, &in_template) else {
            let written = self.exact(set, &["metadata", "name"]);
            return ChartSaid::otherwise(written, "the template of its set does not say the version");
        };
        if template == version {
            return ChartSaid { written, form: VersionForm::Range };
        }
        let Some(parameter) = lone_parameter(&template) else {
            return ChartSaid::otherwise(written, "the template of its set puts the version together");
        };
        match nodes::elements_saying(&text, parameter, &version).as_slice() {
            [range] => {
                let written = self.in_declaration(set, range.clone(), super::UNITS_THROUGH_MAX);
                ChartSaid { written, form: VersionForm::Range }
            }
            [] => {
                let reason = format!("no element of a list of its set says '{parameter}' so");
                ChartSaid::otherwise(written, reason)
            }
            several => {
                let count = several.len();
                let reason = format!("{count} elements of lists of its set say '{parameter}' so");
                ChartSaid::otherwise(written, reason)
            }
        }
    }

    /// The set that makes an Application.
    fn set_of(&self, of: Position) -> Option<Position> {
        let (cluster, unit) = self.parent_of(of)?;
        let Outcome::Rendered(made) = &self.unit(cluster, unit)?.1.outcome else { return None };
        matches!(made.job, Job::Set(_)).then_some((cluster, unit))
    }

    /// Where the object of a unit says the value at a path; empty where it says none.
    fn exact(&mut self, of: Position, path: &[&str]) -> Vec<Written> {
        let range = self.unit(of.0, of.1).and_then(|(_, one)| nodes::span_at(one.object.clear_text(), path));
        range.map_or_else(Vec::new, |range| self.in_declaration(of, range, super::UNITS_THROUGH_MAX))
    }
}

/// The entry of `helmCharts` that takes a chart, by what that is called, in the kustomizations that were read.
fn said_by_kustomizations(
    prepared: &PreparedSource,
    (asked, paths): &(String, Vec<String>),
) -> Option<ChartSaid> {
    let Files::Tree(source) = &prepared.files else { return None };
    let mut found = Vec::new();
    for path in paths {
        let Ok(bytes) = source.tree.read(path, DECLARING_FILE_BYTES_MAX) else { continue };
        let text = String::from_utf8_lossy(&bytes);
        for entry in nodes::chart_entries(&text) {
            let ChartEntry { name, repository, version, range } = entry;
            let takes_development_versions = false;
            let entry = AskedChart::Elsewhere {
                repository,
                name,
                version: version.clone(),
                takes_development_versions,
            };
            if entry.shown() == *asked {
                found.push((in_home(&source.home, path, range)?, version.is_empty()));
            }
        }
    }
    let written = || found.first().map(|(written, _)| written.clone()).into_iter().collect();
    Some(match found.as_slice() {
        [(_, true)] => ChartSaid::otherwise(written(), NEWEST),
        [(_, false)] => ChartSaid { written: written(), form: VersionForm::Range },
        [] => ChartSaid::otherwise(written(), "no entry of `helmCharts` takes it, but something else"),
        several => {
            let reason = format!("{} entries of `helmCharts` take the same version of it", several.len());
            ChartSaid::otherwise(written(), reason)
        }
    })
}

/// The group of Flux's sources.
const SOURCE_GROUP: &str = "source.toolkit.fluxcd.io";

/// Why nothing is edited where no version is said.
const NEWEST: &str = "no version is said, so that the newest is taken";

/// The field of an `OCIRepository` that decides, as its controller looks at them.
fn oci_said(said: &dyn Fn(&[&str]) -> Option<String>) -> (&'static [&'static str], VersionForm) {
    if said(&["spec", "ref", "digest"]).is_some() {
        let reason = "it is taken by its digest, whatever else is said".to_owned();
        return (&["spec", "ref", "digest"], VersionForm::Otherwise(reason));
    }
    if said(&["spec", "ref", "semver"]).is_some() {
        return (&["spec", "ref", "semver"], VersionForm::Range);
    }
    match said(&["spec", "ref", "tag"]) {
        Some(tag) if tag.contains('@') => {
            let reason = "the tag has a digest, which counts".to_owned();
            (&["spec", "ref", "tag"], VersionForm::Otherwise(reason))
        }
        Some(_) => (&["spec", "ref", "tag"], VersionForm::Tag),
        None => (&["spec", "url"], VersionForm::Otherwise("no tag is said".to_owned())),
    }
}

/// The name of the parameter that a text of a template is made of and nothing else: `{{version}}` or `{{ .version }}`.
fn lone_parameter(template: &str) -> Option<&str> {
    let inner = template.trim().strip_prefix("{{")?.strip_suffix("}}")?.trim();
    let name = inner.strip_prefix('.').unwrap_or(inner);
    let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    (!name.is_empty() && name.bytes().all(is_of_name)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_parameter_by_itself_leads_to_an_element() {
        for (template, expected) in [
            ("{{version}}", Some("version")),
            ("{{ .chart_version }}", Some("chart_version")),
            ("v{{ .version }}", None),
            ("{{ .version }}{{ .suffix }}", None),
            ("{{ .values.version }}", None),
            ("{{ default \"1\" .version }}", None),
            ("{{}}", None),
            ("1.2.3", None),
        ] {
            assert_eq!(lone_parameter(template), expected, "{template}");
        }
    }
}
