//! The formats that SOPS encrypts.

/// How an encrypted document is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// YAML, one document or several.
    Yaml,
    /// One JSON object.
    Json,
    /// Lines of `KEY=value`.
    Dotenv,
    /// Sections of `key = value`.
    Ini,
    /// Anything, which while it is encrypted is the JSON object `{"data": "ENC[…]", "sops": {…}}`.
    Binary,
}

impl Format {
    /// The format that SOPS takes a file for by the end of its name; [`Format::Binary`] where no other fits.
    #[must_use]
    pub fn of_path(path: &str) -> Self {
        let ends = |ending| path.ends_with(ending);
        if ends(".yaml") || ends(".yml") {
            Self::Yaml
        } else if ends(".json") {
            Self::Json
        } else if ends(".env") {
            Self::Dotenv
        } else if ends(".ini") {
            Self::Ini
        } else {
            Self::Binary
        }
    }

    /// Its name for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Yaml => "YAML",
            Self::Json => "JSON",
            Self::Dotenv => "dotenv",
            Self::Ini => "INI",
            Self::Binary => "binary",
        }
    }
}
