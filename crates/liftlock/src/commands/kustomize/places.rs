//! Places of a build as people read them: the path from where they stand, line and column.
//!
//! Takes spans of the build's texts; gives `base/web.yaml:3:5`. Each file's lines are counted once.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use kustomize::load::Files;
use text::{LineIndex, Origin, Span, TextId};

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

/// The way from a folder to a file; both are paths from the root of the machine.
fn relative(from: &Path, to: &Path) -> PathBuf {
    let parts = |path: &Path| -> Vec<_> {
        path.components()
            .filter_map(|part| match part {
                Component::Normal(name) => Some(name.to_owned()),
                _ => None,
            })
            .collect()
    };
    let (from, to) = (parts(from), parts(to));
    let shared = from.iter().zip(&to).take_while(|(from, to)| from == to).count();
    let up = from.iter().skip(shared).map(|_| "..".into());
    up.chain(to.into_iter().skip(shared)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_shown_from_the_folder_one_stands_in() {
        for (from, to, expected) in [
            ("/a/b", "/a/b/c.yaml", "c.yaml"),
            ("/a/b", "/a/c/d.yaml", "../c/d.yaml"),
            ("/", "/a.yaml", "a.yaml"),
            ("/a", "/b/c.yaml", "../b/c.yaml"),
        ] {
            assert_eq!(relative(Path::new(from), Path::new(to)), Path::new(expected), "{from} {to}");
        }
    }
}
