//! What the editor does to text, and what it refuses.

mod refusals;
mod support;
mod table;
