//! When a change of behaviour bites, judged against the journeys that reach a file.

use catalog::Milestone;
use version::Minor;

use crate::{Context, Severity};

/// The minors of one change: from when on it is discouraged, and the first one where it goes wrong.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Due {
    /// Deprecated from here on; none if there was no warning time.
    pub(crate) deprecated: Option<Minor>,
    /// Goes wrong from here on; none if nobody has said when.
    pub(crate) effective: Option<Minor>,
}

impl Due {
    /// Goes wrong at `1.number`.
    pub(crate) const fn at(number: u16) -> Self {
        Self { deprecated: None, effective: Some(Minor::new(number)) }
    }

    /// Deprecated at `1.number`, without an end.
    pub(crate) const fn discouraged(number: u16) -> Self {
        Self { deprecated: Some(Minor::new(number)), effective: None }
    }

    /// Deprecated at one minor, gone at another.
    pub(crate) const fn between(deprecated: u16, effective: u16) -> Self {
        Self { deprecated: Some(Minor::new(deprecated)), effective: Some(Minor::new(effective)) }
    }

    /// What the catalog says about the row `id` of the behaviour changes. A row that is not there gives
    /// a change that never comes due; a test asks for every row that a check names.
    pub(crate) fn row(id: &str) -> Self {
        catalog::behaviour(id).map_or_else(Self::default, |row| Self {
            deprecated: row.minor(Milestone::Deprecated),
            effective: row.minor(Milestone::Effective),
        })
    }

    /// How bad it is for these journeys and at which minor: `severity` if one of them reaches the minor
    /// where it goes wrong, a warning if one reaches the deprecation only, nothing otherwise.
    pub(crate) fn verdict(self, context: &Context<'_>, severity: Severity) -> Option<(Severity, Minor)> {
        if let Some(effective) = self.effective.filter(|minor| context.reaches(*minor)) {
            return Some((severity, effective));
        }
        let deprecated = self.deprecated.filter(|minor| context.reaches(*minor))?;
        Some((severity.min(Severity::Warning), self.effective.unwrap_or(deprecated)))
    }

    /// Like [`Due::verdict`], but only if a journey passes the minor: for changed defaults, which a
    /// cluster that is past them has long lived with.
    pub(crate) fn passing(self, context: &Context<'_>, severity: Severity) -> Option<(Severity, Minor)> {
        let effective = self.effective?;
        let entered = context.journeys.iter().any(|journey| journey.enters(effective));
        entered.then_some((severity, effective))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Journey;

    fn verdict(due: Due, from: Option<u16>, to: u16) -> Option<(Severity, u16)> {
        let journeys = [Journey { cluster: None, from: from.map(Minor::new), to: Minor::new(to) }];
        let overlay = catalog::Overlay::default();
        let context = Context { journeys: &journeys, overlay: &overlay };
        due.verdict(&context, Severity::Breaks).map(|(severity, minor)| (severity, minor.number()))
    }

    #[test]
    fn a_change_counts_in_full_when_reached_warns_when_deprecated_and_is_silent_before() {
        let due = Due::between(28, 31);
        assert_eq!(verdict(due, None, 31), Some((Severity::Breaks, 31)));
        assert_eq!(verdict(due, Some(33), 34), Some((Severity::Breaks, 31)));
        assert_eq!(verdict(due, None, 30), Some((Severity::Warning, 31)));
        assert_eq!(verdict(due, None, 27), None);
        assert_eq!(verdict(Due::discouraged(24), None, 30), Some((Severity::Warning, 24)));
        assert_eq!(verdict(Due::at(36), None, 35), None);
    }

    #[test]
    fn a_changed_default_is_told_only_to_those_who_pass_it() {
        let journeys = [Journey { cluster: None, from: Some(Minor::new(25)), to: Minor::new(30) }];
        let overlay = catalog::Overlay::default();
        let context = Context { journeys: &journeys, overlay: &overlay };
        assert_eq!(Due::at(24).passing(&context, Severity::Info), None);
        assert!(Due::at(26).passing(&context, Severity::Info).is_some());
        assert_eq!(Due::at(31).passing(&context, Severity::Info), None);
    }
}
