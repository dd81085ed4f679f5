//! Places of a build as people read them: the path from where they stand, line and column.
//!
//! Takes spans of the build's texts; gives `base/web.yaml:3:5`. Each file's lines are counted once.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use kustomize::load::Files;
use text::{LineIndex, Origin, Span, TextId};

use crate::commands::relative::relative;

/// Shows places in the files of one build.
pub(super) struct Places<'a> {
    files: &'a Files<Origin>,
    /// The folder that paths are shown from.
    from: PathBuf,
    lines: RefCell<BTreeMap<TextId, LineIndex>>,
}

impl<'a> Places<'a> {
    /// Shows paths of the machine's tree as they are read from the folder `from`.
    pub(super) fn new(files: &'a Files<Origin>, from: PathBuf) -> Self {
        Self { files, from, lines: RefCell::default() }
    }

    /// The place at which a span begins.
    pub(super) fn show(&self, span: Span) -> String {
        let texts = self.files.texts();
        // Text that comes from several others is named instead of placed.
        let span = texts.resolve(span).map_or(span, |(span, _)| span);
        let name = match texts.get(span.text).map(|text| &text.source) {
            Some(text::Source::File { path }) => {
                relative(&self.from, &Path::new("/").join(path)).to_string_lossy().into_owned()
            }
            Some(text::Source::Given { name } | text::Source::Derived { name, .. }) => name.clone(),
            Some(text::Source::Fetched { address }) => address.clone(),
            None => return String::new(),
        };
        let Some(bytes) = self.files.bytes(span.text) else { return name };
        let mut lines = self.lines.borrow_mut();
        let index = lines.entry(span.text).or_insert_with(|| LineIndex::new(bytes));
        let at = index.position(bytes, span.start);
        format!("{name}:{}:{}", at.line, at.column)
    }
}
