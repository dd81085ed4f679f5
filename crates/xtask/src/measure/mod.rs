//! Measuring other programs: one run with its time, memory and page faults; instructions under callgrind; statistics.
//!
//! Nothing here knows which programs are compared or what their figures should be.

pub(crate) mod callgrind;
pub(crate) mod child;
pub(crate) mod statistics;
