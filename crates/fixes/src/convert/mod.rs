//! Conversions of one object to another API, as wanted changes of its nodes.
//!
//! Takes a document, an object of it and the target; gives the changes, the questions that are open and what a person
//! should know. One table (`table`) lists all pairs; code stands only where fields move, one file per family. Never
//! writes a default out unless old and new defaults differ. Writes no text: the editor does.

mod access_review;
mod autoscaler;
mod autoscaler_v1;
mod cert_manager;
mod certificate_request;
pub(crate) mod changes;
mod component_config;
mod definition;
mod disruption_budget;
pub(crate) mod draft;
mod endpoint_slice;
mod external_secrets;
mod flow_control;
mod flux;
mod ingress;
mod karpenter;
pub(crate) mod newest;
mod resource_claim;
mod role_binding;
mod runtime_class;
pub(crate) mod shared;
mod small;
mod table;
mod webhook;
mod workload;

use std::ops::Range;

use manifest::edit::Change;
use manifest::{Document, NodeId, Object};
use resource::GroupVersionKind;
use text::{Span, TextId};

use crate::{Answers, Question};
use draft::Draft;
use table::Way;

pub use table::{ConversionRow, conversions};

/// What converting an object takes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Conversion {
    /// The wanted changes of the document. Complete only if no question is open.
    pub changes: Vec<Change>,
    /// What nobody has answered yet.
    pub questions: Vec<Question>,
    /// What a person should know.
    pub notes: Vec<Note>,
    /// The header of a typed list (`IngressList`) that the object takes part in: it can change only when every item
    /// of that list does.
    pub list: Option<NodeId>,
    /// The aliases that were followed on the way: a change at an anchor is wanted where they stand.
    pub(crate) aliases: Vec<NodeId>,
}

impl Conversion {
    /// Whether the changes are complete.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.questions.is_empty()
    }
}

/// Something a person should know about a conversion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The bytes that it is about, in the text before the conversion.
    pub span: Span,
    /// One sentence, lowercase, without a full stop.
    pub text: String,
}

impl Note {
    /// A comment that went with what it stood at: nobody should have to find that out from the diff.
    pub(crate) fn comment_gone(text: TextId, comment: Range<usize>) -> Self {
        let told = "the comment here goes with the field that it stands at, which is gone";
        Self { span: Span::new(text, offset(comment.start)..offset(comment.end)), text: told.to_owned() }
    }
}

/// Files are read up to a size that a `u32` counts.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Why an object is not converted by program.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No conversion between the two is known.
    #[error("no conversion from '{from}' to '{to}' is known")]
    Unknown {
        /// What the object is.
        from: String,
        /// What it should become.
        to: String,
    },
    /// There is nothing that it could become.
    #[error("'{kind}' has no successor: {advice}")]
    NoSuccessor {
        /// What the object is.
        kind: String,
        /// What to do instead.
        advice: String,
    },
    /// A person has to do it.
    #[error("has to be converted by hand: {reason}")]
    Manual {
        /// Why, and what to do.
        reason: String,
    },
    /// A field has a shape that neither API has.
    #[error("'{path}' {problem}")]
    Malformed {
        /// The field.
        path: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A key stands twice in a mapping that has to change.
    #[error("'{path}' is written more than once: readers disagree on which one counts")]
    DuplicateKey {
        /// The field.
        path: String,
    },
    /// Part of the object is a template, so that nobody knows what it holds.
    #[error("part of the object is a template: it has to be rendered to be judged")]
    NeedsRendering,
    /// The change would also be seen where an alias stands that is not part of the conversion.
    #[error("'&{anchor}' is also used elsewhere, where the change is not wanted")]
    SharedAnchor {
        /// The anchor.
        anchor: String,
    },
}

/// Converts `object` to `target`.
///
/// With `target` equal to what the header says already, mends a body that is still of an older version, for kinds
/// where that can be told.
///
/// # Errors
/// If no conversion is known or a person has to do it.
pub fn convert(
    document: &Document<'_>,
    object: Object<'_>,
    target: GroupVersionKind<'_>,
    answers: &Answers,
) -> Result<Conversion, Refusal> {
    let mut conversion = convert_unshared(document, object, target, answers)?;
    let followed = conversion.aliases.iter().copied().collect();
    let uses = shared::Uses::of(document);
    uses.check(document, object.node, &conversion, &followed)?;
    uses.mark(document, &mut conversion.changes);
    Ok(conversion)
}

/// The same without a look at who else uses an anchor: for several conversions of one document at once, whose aliases
/// are judged together.
pub(crate) fn convert_unshared(
    document: &Document<'_>,
    object: Object<'_>,
    target: GroupVersionKind<'_>,
    answers: &Answers,
) -> Result<Conversion, Refusal> {
    let way = table::find(object.gvk, target)?;
    let mut draft = Draft::new(document, object, target, answers);
    match way {
        Way::Header => {}
        Way::Body(body) => {
            if draft.is_templated() {
                return Err(Refusal::NeedsRendering);
            }
            body(&mut draft)?;
        }
    }
    draft.header();
    draft.finish()
}
