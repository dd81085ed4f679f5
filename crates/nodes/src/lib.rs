//! Disruption budget arithmetic: pure functions.
