//! A file's bytes as documents, each parsed by itself so that a broken one does not hide the others.

use std::ops::Range;

use manifest::limits::FILE_DOCUMENTS_MAX;
use manifest::scan::{self, TooManyDocuments};
use manifest::{Document, Mask, ParseDocument, Syntax, parse};
use text::TextId;

/// A file's bytes and, for a template, what hides its actions.
#[derive(Debug, Clone, Copy)]
pub struct Source<'t> {
    /// The text that spans point into.
    pub text: TextId,
    /// The bytes.
    pub bytes: &'t [u8],
    /// The mask under which the file was read; none for an ordinary manifest.
    pub mask: Option<&'t Mask>,
    /// Where the vars of the kustomization that the file is stand, as building it has shown.
    pub var_uses: &'t [VarUse],
}

/// A field of an object in which a var stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VarUse {
    /// The var's name.
    pub var: String,
    /// Group, version and kind of the object; the group is empty for the core one.
    pub gvk: (String, String, String),
    /// The object's name and namespace, as they were written; no namespace is empty.
    pub name: (String, String),
    /// The field, as the `fieldPaths` of a replacement name it.
    pub field_path: String,
    /// The field's text.
    pub text: String,
}

impl<'t> Source<'t> {
    /// An ordinary file.
    #[must_use]
    pub fn plain(text: TextId, bytes: &'t [u8]) -> Self {
        Self { text, bytes, mask: None, var_uses: &[] }
    }

    /// Finds the documents.
    pub(crate) fn documents(self) -> Result<Documents<'t>, TooManyDocuments> {
        if self.mask.is_none()
            && let Some(ranges) = scan::json::split(self.bytes)
        {
            return Ok(Documents { source: self, ranges, syntax: Syntax::Json });
        }
        let ranges = scan::split(self.mask.map_or(self.bytes, Mask::bytes), FILE_DOCUMENTS_MAX)?;
        Ok(Documents { source: self, ranges, syntax: Syntax::Yaml })
    }
}

/// The documents of a file, not parsed yet.
#[derive(Debug)]
pub(crate) struct Documents<'t> {
    source: Source<'t>,
    /// Their ranges, in order.
    pub(crate) ranges: Vec<Range<usize>>,
    syntax: Syntax,
}

impl<'t> Documents<'t> {
    /// Parses the document in one of the ranges.
    pub(crate) fn parse(&self, range: Range<usize>) -> Result<Document<'t>, ParseDocument> {
        match self.syntax {
            Syntax::Json => scan::json::parse(self.source.text, self.source.bytes, range),
            Syntax::Yaml => parse(self.source.text, self.source.bytes, range, self.source.mask),
        }
    }

    /// The bytes of a document.
    pub(crate) fn bytes(&self, range: Range<usize>) -> &'t [u8] {
        self.source.bytes.get(range).unwrap_or_default()
    }
}
