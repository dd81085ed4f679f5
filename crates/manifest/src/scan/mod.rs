//! The fast front of every scan: documents, which words they hold, and whether they are well-formed, in a few
//! passes over a file's bytes and without parsing it.
//!
//! Parsing is the bottleneck of a scan, and most documents of a repository hold nothing that any check
//! asks for. [`scan_file`] takes a file's bytes and the words that checks look for; a document that holds
//! none of them and is [`Verdict::Valid`] is done with. Every other one goes to the full parser: because a
//! word occurs in it, or because only the parser can say whether it is sound. So a broken document is
//! never taken for a clean one. Knows nothing of Kubernetes.

mod bytes;
mod characters;
pub mod json;
mod split;
mod triggers;
mod validate;

use std::ops::Range;

use crate::Syntax;
use crate::limits::FILE_DOCUMENTS_MAX;

pub(crate) use split::stray_end;
pub use split::{TooManyDocuments, split};
pub use triggers::{BuildTriggers, TriggerSet, Triggers, WORD_BYTES_MAX, WORD_BYTES_MIN, WORDS_MAX};
pub use validate::{Reason, Verdict, validate};
pub(crate) use validate::{has_lone_carriage_return, read_document, read_leniently};

/// What the front knows about one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileScan {
    /// The syntax that kubectl reads the file in.
    pub syntax: Syntax,
    /// The file's documents in order. Their ranges tile the file.
    pub documents: Vec<DocumentScan>,
}

/// What the front knows about one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentScan {
    /// Byte range in the file.
    pub range: Range<usize>,
    /// Which trigger words occur in it.
    pub triggers: TriggerSet,
    /// Whether it is well-formed. `None` if it holds a trigger word, because then it is parsed anyway.
    pub verdict: Option<Verdict>,
}

impl DocumentScan {
    /// Whether nothing is to be done about it: well-formed, and no check's word occurs in it.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.verdict == Some(Verdict::Valid)
    }
}

/// Looks over one file, whose size the caller has held against
/// [`FILE_BYTES_MAX`](crate::limits::FILE_BYTES_MAX).
///
/// # Errors
/// [`TooManyDocuments`] past [`FILE_DOCUMENTS_MAX`].
pub fn scan_file(bytes: &[u8], triggers: &Triggers) -> Result<FileScan, TooManyDocuments> {
    if let Some(ranges) = json::split(bytes) {
        let documents = ranges.into_iter().map(|range| scan_json(bytes, range, triggers)).collect();
        return Ok(FileScan { syntax: Syntax::Json, documents });
    }
    let mut ranges = split(bytes, FILE_DOCUMENTS_MAX)?;
    if ranges.is_empty() && !validate::has_readable_characters(bytes) {
        // Comments too may hold bytes that make a file unreadable.
        ranges.push(0..bytes.len());
    }
    let documents = ranges.into_iter().map(|range| scan_yaml(bytes, range, triggers)).collect();
    Ok(FileScan { syntax: Syntax::Yaml, documents })
}

fn scan_yaml(bytes: &[u8], range: Range<usize>, triggers: &Triggers) -> DocumentScan {
    let document = bytes.get(range.clone()).unwrap_or_default();
    let triggers = triggers.find(document);
    let verdict = triggers.is_empty().then(|| validate(document));
    DocumentScan { range, triggers, verdict }
}

/// As [`scan_yaml`]; the split has found the document to be sound already.
fn scan_json(bytes: &[u8], range: Range<usize>, triggers: &Triggers) -> DocumentScan {
    let document = bytes.get(range.clone()).unwrap_or_default();
    let triggers = triggers.find(document);
    let verdict = triggers.is_empty().then_some(Verdict::Valid);
    DocumentScan { range, triggers, verdict }
}

#[cfg(test)]
mod tests;
