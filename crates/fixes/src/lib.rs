//! Findings to edits on source spans, with the questions that a person must answer.
//!
//! [`convert()`] turns one object into what another API wants, as changes of its nodes; [`Question`]s stand where only a
//! person can decide, and [`Answers`] hold what was decided. Writes no file and asks nobody.

mod answers;
mod convert;
mod fix;
mod question;
mod rewrite;
mod source;
mod verify;
mod whole;

pub use answers::{Answer, Answers, ReadAnswers, Unanswered};
pub use convert::{Conversion, ConversionRow, Note, Refusal, conversions, convert};
pub use fix::{FileFix, NotFixed, fix_file, foresee};
pub use question::{Choice, Question};
pub use rewrite::kustomization::CHECK as DEPRECATED_KUSTOMIZE_FIELD;
pub use source::{Source, VarUse};
pub use verify::{Declared, DeclaredDocument, Surprise, verify};
pub use whole::{ConvertText, Converted, convert_text};
