//! Names of what is kept: digests, because URLs are no file names and may hold credentials.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// What a checkout is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckoutName<'n> {
    /// What was cloned.
    pub url: &'n str,
    /// The branch, tag or commit; none for the repository's own default.
    pub reference: Option<&'n str>,
    /// Whether repositories within the repository are part of it.
    pub submodules: bool,
}

impl CheckoutName<'_> {
    pub(crate) fn digest(&self) -> String {
        let (is_named, reference) = match self.reference {
            Some(reference) => ("named", reference),
            None => ("default", ""),
        };
        digest(&[self.url, is_named, reference, self.parts()])
    }

    /// The same of every reference.
    pub(crate) fn repository_digest(&self) -> String {
        digest(&[self.url, self.parts()])
    }

    fn parts(&self) -> &'static str {
        if self.submodules { "whole" } else { "without submodules" }
    }
}

/// The SHA-256 digest of bytes in 64 lower-case hexadecimal digits, as others write it.
#[must_use]
pub fn content_digest(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// Whether a text is a digest as this writes it.
pub(crate) fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// The digest of some texts. Their lengths are part of it, so that texts which read alike when joined are not the same.
pub(crate) fn digest(texts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for text in texts {
        hasher.update((text.len() as u64).to_be_bytes());
        hasher.update(text.as_bytes());
    }
    hexadecimal(&hasher.finalize())
}

fn hexadecimal(bytes: &[u8]) -> String {
    let mut digits = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        // Writing into a string cannot fail.
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}

/// Whether a text is the full name of a commit.
pub(crate) fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
