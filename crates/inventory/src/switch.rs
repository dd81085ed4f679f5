//! A condition of a chart's template that asks what a cluster serves or which version it runs.

use std::collections::BTreeMap;

use text::Span;
use version::Minor;

/// Such a condition, with the way it goes at each minor that was rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Switch {
    /// The folder of the chart.
    pub chart: String,
    /// The condition, in the file of a template or helper.
    pub place: Span,
    /// The condition as written, on one line.
    pub condition: String,
    /// Which ways it goes at each minor.
    pub ways: BTreeMap<Minor, Ways>,
    /// Whether values have a part in it, so that others may lead another way.
    pub depends_on_values: bool,
    /// If it goes the same way on every minor of all journeys of the chart, that way.
    pub always: Option<bool>,
    /// The branch that no minor reaches, if there is one.
    pub never_reached: Option<Span>,
}

/// The ways that a condition goes with the values at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ways {
    /// It holds.
    pub holds: bool,
    /// It does not hold.
    pub fails: bool,
}

impl Switch {
    /// Whether it decides nothing on the way: one of its branches is never reached.
    #[must_use]
    pub fn is_dead(&self) -> bool {
        self.always.is_some()
    }
}
