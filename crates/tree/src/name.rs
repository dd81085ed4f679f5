//! Paths as text, and the way back where text cannot say them.
//!
//! Takes a path relative to a root and gives the text by which it is listed, shown and asked for. Bytes that are no
//! UTF-8 become `\xff`; the path that was meant is kept, so that the file behind it can be opened again. Never
//! guesses: a text that would mean two files is told, and means neither of the escaped ones.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

/// The paths whose text is not their name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    escaped: Arc<RwLock<BTreeMap<String, PathBuf>>>,
}

impl Names {
    /// The text of a relative path, with `/` between its parts.
    pub(crate) fn text_of(&self, relative: &Path) -> String {
        let mut text = String::with_capacity(relative.as_os_str().len());
        let mut is_exact = true;
        for part in relative.components() {
            if !text.is_empty() {
                text.push('/');
            }
            match part.as_os_str().to_str() {
                Some(part) => text.push_str(part),
                None => {
                    is_exact = false;
                    escape(part.as_os_str().as_encoded_bytes(), &mut text);
                }
            }
        }
        if !is_exact {
            let mut escaped = self.escaped.write().unwrap_or_else(PoisonError::into_inner);
            escaped.insert(text.clone(), relative.to_owned());
        }
        text
    }

    /// The path that a text stands for.
    pub(crate) fn path_of<'t>(&self, text: &'t str) -> Cow<'t, Path> {
        // Nearly no name has a backslash, and only those with one were ever escaped.
        if !text.contains('\\') {
            return Cow::Borrowed(Path::new(text));
        }
        let escaped = self.escaped.read().unwrap_or_else(PoisonError::into_inner);
        escaped.get(text).map_or(Cow::Borrowed(Path::new(text)), |path| Cow::Owned(path.clone()))
    }

    /// Takes out texts that a file with exactly this name has as well. `files` is sorted and holds each text as often
    /// as it was listed; gives the texts that are taken out.
    pub(crate) fn remove_ambiguous(&self, files: &mut Vec<String>) -> Vec<String> {
        let mut escaped = self.escaped.write().unwrap_or_else(PoisonError::into_inner);
        let mut ambiguous = Vec::new();
        files.dedup_by(|next, previous| {
            let is_same = next == previous;
            if is_same && escaped.remove(next.as_str()).is_some() {
                ambiguous.push(next.clone());
            }
            is_same
        });
        ambiguous
    }
}

fn escape(bytes: &[u8], text: &mut String) {
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            // Writing into a string cannot fail.
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    use super::*;

    #[test]
    fn escaped_names_lead_back_to_their_paths_and_others_are_themselves() {
        let names = Names::default();
        let odd = Path::new(OsStr::from_bytes(b"d\xfe/a\xffb.yaml"));
        assert_eq!(names.text_of(odd), "d\\xfe/a\\xffb.yaml");
        assert_eq!(names.path_of("d\\xfe/a\\xffb.yaml"), odd);
        assert_eq!(names.text_of(Path::new("ä/b c.yaml")), "ä/b c.yaml");
        for text in ["ä/b c.yaml", "back\\slash.yaml", "never\\xff.yaml"] {
            assert_eq!(names.path_of(text), Path::new(text));
        }
    }

    #[test]
    fn a_text_of_two_files_means_the_one_that_has_it_for_a_name() {
        let names = Names::default();
        let odd = names.text_of(Path::new(OsStr::from_bytes(b"a\xff")));
        let mut files = vec![names.text_of(Path::new("a\\xff")), odd, "b".to_owned()];
        assert_eq!(names.remove_ambiguous(&mut files), ["a\\xff"]);
        assert_eq!(files, ["a\\xff", "b"]);
        assert_eq!(names.path_of("a\\xff"), Path::new("a\\xff"));
    }
}
