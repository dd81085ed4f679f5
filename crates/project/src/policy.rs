//! The configuration's say over findings: which checks run, severities, waivers.

use checks::{Check, Finding, Severity};
use config::{Config, Level, Waiver};
use inventory::Inventory;
use jiff::civil::Date;
use text::{Span, TextId};

use crate::ScanError;

/// A finding that a waiver accepts.
#[derive(Debug, Clone)]
pub struct Waived {
    /// The finding.
    pub finding: Finding,
    /// The waiver.
    pub waiver: Waiver,
}

/// The checks to run: those asked for, or all that the configuration does not turn off.
pub(crate) fn enabled_checks(config: &Config, only: &[String]) -> Result<Vec<&'static dyn Check>, ScanError> {
    for id in only {
        if checks::find(id).is_none() {
            let known = checks::registry().iter().map(|check| check.meta().id);
            return Err(ScanError::UnknownCheck { id: id.clone(), nearest: text::nearest(id, known) });
        }
    }
    let wanted = |id: &str| {
        if only.is_empty() {
            level(config, id) != Some(Level::Off)
        } else {
            only.iter().any(|only| only == id)
        }
    };
    Ok(checks::registry().iter().copied().filter(|check| wanted(check.meta().id)).collect())
}

/// The checks that a scan with this configuration runs, for formats that list them. Empty for an unknown id.
#[must_use]
pub fn checks_of(config: &Config, only: &[String]) -> Vec<&'static dyn Check> {
    enabled_checks(config, only).unwrap_or_default()
}

/// The configuration on a day.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scope<'c> {
    pub(crate) config: &'c Config,
    pub(crate) today: Date,
}

impl Scope<'_> {
    /// Changes severities and takes out what waivers accept. Waivers that expired become findings, in `config_text`.
    pub(crate) fn apply(
        self,
        config_text: TextId,
        inventory: &Inventory,
        findings: Vec<Finding>,
    ) -> (Vec<Finding>, Vec<Waived>) {
        let (mut kept, mut waived) = (Vec::with_capacity(findings.len()), Vec::new());
        for mut finding in findings {
            self.set_severity(&mut finding);
            let span = inventory.texts.resolve(finding.span).map_or(finding.span, |(span, _)| span);
            match self.waiver_of(inventory.texts.path(span.text).unwrap_or_default(), &finding) {
                Some(waiver) => waived.push(Waived { finding, waiver: waiver.clone() }),
                None => kept.push(finding),
            }
        }
        let over = self.config.waivers.iter().filter(|waiver| !waiver.holds_on(self.today));
        kept.extend(over.map(|waiver| expired(waiver, config_text)));
        (kept, waived)
    }

    /// The findings of one file that no waiver accepts.
    pub(crate) fn apply_to_file(self, path: &str, findings: Vec<Finding>) -> Vec<Finding> {
        findings.into_iter().filter(|finding| self.waiver_of(path, finding).is_none()).collect()
    }

    fn set_severity(self, finding: &mut Finding) {
        if let Some(severity) = level(self.config, finding.check).and_then(severity_of) {
            finding.severity = severity;
        }
    }

    fn waiver_of(&self, path: &str, finding: &Finding) -> Option<&Waiver> {
        let object = finding.object.as_ref();
        let object = object
            .map(|object| (object.kind.as_str(), object.key.namespace.as_str(), object.key.name.as_str()));
        let covers =
            |waiver: &&Waiver| waiver.holds_on(self.today) && waiver.covers(finding.check, path, object);
        self.config.waivers.iter().find(covers)
    }
}

fn expired(waiver: &Waiver, config_text: TextId) -> Finding {
    let meta = &checks::EXPIRED_WAIVER;
    Finding {
        check: meta.id,
        severity: meta.severity,
        confidence: meta.confidence,
        span: Span { text: config_text, ..waiver.span },
        object: None,
        path: resource::FieldPath::default(),
        message: format!(
            "the waiver of '{}' for '{}' expired on {}",
            waiver.check, waiver.owner, waiver.expires
        ),
        remedy: "mend what it accepted, or agree on a later day".to_owned(),
        minor: None,
        related: Vec::new(),
        clusters: Vec::new(),
        roots: Vec::new(),
        charts: Vec::new(),
        units: Vec::new(),
        is_deployed: None,
        is_fixed_at_origin: false,
        fix: None,
    }
}

fn level(config: &Config, check: &str) -> Option<Level> {
    config.severities.iter().find(|(id, _)| id == check).map(|(_, level)| *level)
}

fn severity_of(level: Level) -> Option<Severity> {
    match level {
        Level::Off => None,
        Level::Info => Some(Severity::Info),
        Level::Warning => Some(Severity::Warning),
        Level::Silent => Some(Severity::Silent),
        Level::Breaks => Some(Severity::Breaks),
    }
}
