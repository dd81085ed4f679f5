//! Which paths are meant.

use globset::{Glob, GlobBuilder, GlobMatcher};

/// A file, a folder with all in it, or a glob (`*` within a folder, `**` across folders).
#[derive(Debug, Clone)]
pub struct PathPattern {
    text: String,
    glob: GlobMatcher,
}

impl PathPattern {
    /// Reads a pattern. A leading `./` and a trailing `/` mean nothing.
    ///
    /// # Errors
    /// If the glob is malformed; the text says how.
    pub fn new(text: &str) -> Result<Self, String> {
        let text = text.trim_start_matches("./").trim_end_matches('/').to_owned();
        let glob = GlobBuilder::new(&text)
            .literal_separator(true)
            .build()
            .map_err(|error| error.kind().to_string())?;
        Ok(Self { glob: glob.compile_matcher(), text })
    }

    /// Whether `path` is meant: by name, as part of a folder, or by the glob.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        let within =
            path.strip_prefix(&self.text).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        within || self.is_everything() || self.glob.is_match(path)
    }

    /// Whether it means every path.
    pub(crate) fn is_everything(&self) -> bool {
        self.text == "."
    }

    /// Whether it may mean paths that it does not name.
    pub(crate) fn is_glob(&self) -> bool {
        self.text.contains(['*', '?', '[', '{', '\\'])
    }

    pub(crate) fn glob(&self) -> &Glob {
        self.glob.glob()
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_a_file_a_folder_or_a_glob() {
        let matches = |pattern: &str, path: &str| PathPattern::new(pattern).unwrap().matches(path);
        assert!(
            matches("apps", "apps/a/b.yaml")
                && matches("./apps/", "apps/a.yaml")
                && matches("a.yaml", "a.yaml")
        );
        assert!(!matches("apps", "apps2/a.yaml") && !matches("a.yaml", "b/a.yaml"));
        assert!(matches("apps/*/x.yaml", "apps/a/x.yaml") && !matches("apps/*/x.yaml", "apps/a/b/x.yaml"));
        assert!(matches("**/x.yaml", "apps/a/b/x.yaml") && matches(".", "anything"));
        assert!(PathPattern::new("a[").is_err());
    }
}
