//! Archives by the digest of their bytes, and what leads to them: addresses, and lists of versions.
//!
//! An archive is there once however many addresses it has, and its bytes are compared with its name when they are read.

use crate::name::{content_digest, digest, is_digest};
use crate::{Store, UseStore, read};

/// Bytes of one archive that is kept: what Helm unpacks of one at most, so that nothing is kept that nobody reads.
pub const ARCHIVE_BYTES_MAX: u64 = 100 << 20;

/// Bytes of one list of versions. A chart has some thousands, each with an address of a hundred bytes; the bound is a
/// hundred times that.
pub const VERSIONS_BYTES_MAX: u64 = 64 << 20;

/// Bytes of a file that says which digest an address leads to: the digest and a line end.
const POINTER_BYTES_MAX: u64 = 65;

impl Store {
    /// The archive with a digest of 64 lower-case hexadecimal digits; none if it is not kept.
    ///
    /// # Errors
    /// If it cannot be read, or is not what its name says.
    pub fn archive(&self, digest: &str) -> Result<Option<Vec<u8>>, UseStore> {
        if !is_digest(digest) {
            return Ok(None);
        }
        let path = self.root.join("archives").join(digest);
        let Some(bytes) = read(&path, ARCHIVE_BYTES_MAX)? else { return Ok(None) };
        if content_digest(&bytes) == digest { Ok(Some(bytes)) } else { Err(UseStore::Damaged { path }) }
    }

    /// Whether an archive with a digest is kept, if it is what its name says or not.
    #[must_use]
    pub fn has_archive(&self, digest: &str) -> bool {
        is_digest(digest) && self.root.join("archives").join(digest).is_file()
    }

    /// The digest of the archive that an address led to when it was fetched; none if it was not.
    ///
    /// # Errors
    /// If that cannot be read.
    pub fn archive_at(&self, address: &str) -> Result<Option<String>, UseStore> {
        let path = self.root.join("addresses").join(digest(&[address]));
        let Some(bytes) = read(&path, POINTER_BYTES_MAX)? else { return Ok(None) };
        let text = String::from_utf8(bytes).unwrap_or_default();
        let text = text.trim_end();
        // What is torn is fetched again.
        Ok(is_digest(text).then(|| text.to_owned()))
    }

    /// Keeps an archive as what addresses lead to; gives its digest.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn keep_archive(&self, addresses: &[&str], bytes: &[u8]) -> Result<String, UseStore> {
        let name = content_digest(bytes);
        // What is damaged is written again.
        if !matches!(self.archive(&name), Ok(Some(_))) {
            self.put(&self.root.join("archives").join(&name), bytes)?;
        }
        for address in addresses {
            let path = self.root.join("addresses").join(digest(&[address]));
            self.put(&path, format!("{name}\n").as_bytes())?;
        }
        Ok(name)
    }

    /// The versions that a place had when it was last asked, as they were kept; none if it was not.
    ///
    /// # Errors
    /// If they cannot be read.
    pub fn versions(&self, place: &[&str]) -> Result<Option<Vec<u8>>, UseStore> {
        read(&self.root.join("versions").join(digest(place)), VERSIONS_BYTES_MAX)
    }

    /// Keeps the versions that a place has.
    ///
    /// # Errors
    /// If they cannot be written.
    pub fn keep_versions(&self, place: &[&str], text: &[u8]) -> Result<(), UseStore> {
        self.put(&self.root.join("versions").join(digest(place)), text)
    }
}
