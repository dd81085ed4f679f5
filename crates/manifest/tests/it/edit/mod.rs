//! What the editor does to text, and what it refuses.

mod random;
mod refusals;
mod support;
mod table;
