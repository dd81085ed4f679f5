//! Every format over one hand-made scan, and over reports made to break them.

#![expect(clippy::unwrap_used, reason = "a test that meets the unexpected should stop")]

mod goldens;
mod hostile;
mod limits;
mod sample;
mod schemas;
mod secrets;
mod xml;
