//! What the rounds of one command come to.

use crate::measure::child::Cost;
use crate::measure::statistics::median;

/// Medians of the times, and the largest peak of memory.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Figure {
    pub(super) wall_seconds: f64,
    pub(super) cpu_seconds: f64,
    pub(super) peak_memory_mib: f64,
}

impl Figure {
    /// None if no round was run.
    pub(super) fn of(costs: &[Cost]) -> Option<Self> {
        let peak = costs.iter().map(|cost| cost.peak_memory_kib).max()?;
        Some(Self {
            wall_seconds: median(costs.iter().map(|cost| cost.wall_seconds))?,
            cpu_seconds: median(costs.iter().map(|cost| cost.cpu_milliseconds / 1e3))?,
            peak_memory_mib: f64::from(u32::try_from(peak).unwrap_or(u32::MAX)) / 1024.0,
        })
    }
}
