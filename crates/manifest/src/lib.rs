//! YAML and JSON as text with an address.
//!
//! Takes a file's bytes; gives documents as arenas of nodes that know the bytes they were written in,
//! what their scalars mean to kubectl and to kustomize, and edits that change no byte more than they
//! must. The parser never decides what a scalar means: [`resolve`] does, for a named
//! dialect. Never re-serialises a user's file.

mod branches;
mod build;
pub mod comments;
mod content;
mod document;
pub mod edit;
pub mod emit;
pub mod limits;
mod mask;
pub mod mutable;
mod object;
mod offset;
mod parse;
pub mod resolve;
pub mod scan;
mod template;
pub mod value;

pub use branches::{Branch, branches};
pub use build::Builder;
pub use document::{Comment, Document, Entry, Node, NodeId, NodeKind, ScalarStyle, Structure, Syntax};
pub use mask::Mask;
pub use object::{Object, objects};
pub use parse::{ParseDocument, parse, parse_all, parse_first};
pub use template::mask_template;
