//! Printing as Go's libraries print, byte for byte.
//!
//! Takes values or nodes; gives the text that goyaml v2, goyaml v3 or `encoding/json` would give for them. Used for what
//! kubectl, Helm and kustomize show and hash. Never writes a user's file: those are edited in place.

mod comment;
pub(crate) mod direct;
mod event;
pub(crate) mod float;
mod json;
mod key_order;
mod node;
mod output;
mod scalar;
mod scalar_text;
mod shape;
mod step;
mod through_json;
mod tree;
mod value;

use crate::resolve::Dialect;

pub use event::{Comments, Event, EventKind, Properties};
pub use float::yaml as float_text;
pub use json::{JsonText, json, json_indented, quoted as json_quoted};
pub use node::{document_events, print_document, print_document_with_pieces};
pub(crate) use scalar::printed_style;
pub use shape::{Leaf, Printed, Shape, Way, marshal_shape};
pub use tree::{Emitted, emit};
pub(crate) use value::text_style;
pub use value::{marshal, marshal_as_kubectl};

/// How an emitter lays out its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// Whose rules for indentation, tabs and comments.
    pub dialect: Dialect,
    /// Columns of one level of indentation, 2 to 9.
    pub indent: usize,
    /// The column after which a long line is broken at its next space; none never breaks.
    pub width: Option<usize>,
    /// Whether the dash of a sequence under a key counts as indentation (v3 only; v2 always puts it under the key).
    pub compact_sequences: bool,
}

impl Layout {
    /// `yaml.Marshal` of goyaml v2: kubectl, Helm.
    pub const GOYAML2: Self =
        Self { dialect: Dialect::GoYaml2, indent: 2, width: Some(80), compact_sequences: false };
    /// `yaml.Marshal` of goyaml v3.
    pub const GOYAML3: Self =
        Self { dialect: Dialect::GoYaml3, indent: 4, width: None, compact_sequences: false };
    /// goyaml v3 with two columns, sequences indented under their key: kustomize's "wide" sequences.
    pub const KUSTOMIZE_WIDE: Self = Self { indent: 2, ..Self::GOYAML3 };
    /// goyaml v3 with two columns, sequences under their key: what kustomize prints.
    pub const KUSTOMIZE: Self = Self { compact_sequences: true, ..Self::KUSTOMIZE_WIDE };
}

/// Why something cannot be printed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EmitYaml {
    /// An anchor with other characters than letters, digits, `_` and `-`.
    #[error("anchor '{name}' has other characters than letters, digits, '_' and '-'")]
    WriteAnchor {
        /// Its name.
        name: String,
    },
    /// More nesting than an emitter follows.
    #[error("nested deeper than {limit} levels")]
    NestTooDeep {
        /// How many levels it follows.
        limit: usize,
    },
    /// Events that do not make a document: an end without its start, a key without a value.
    #[error("the events make no document")]
    FormDocument,
    /// A value that JSON, on its way through which kubectl prints, cannot hold.
    #[error("JSON cannot hold {0}")]
    PassThroughJson(&'static str),
}
