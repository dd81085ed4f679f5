//! The limits on what is decrypted. Past one of them a document is refused, with the limit named.

/// Bytes of one encrypted document: 5 MiB, what Flux reads of an encrypted file
/// (`maxEncryptedFileSize` of kustomize-controller 1.10). A Secret in a cluster holds at most 1 MiB.
pub const DOCUMENT_BYTES_MAX: usize = 5 << 20;

/// Values, keys and comments of one document, aliases expanded. A document of [`DOCUMENT_BYTES_MAX`] whose values are all
/// encrypted has room for 50,000 of them; aliases may multiply them up to this number.
pub const NODES_MAX: usize = 500_000;

/// Collections within each other: the limit that reading YAML has.
pub const DEPTH_MAX: usize = manifest::limits::DEPTH_MAX;

/// Bytes of all texts and comments of one document, aliases expanded: some times [`DOCUMENT_BYTES_MAX`], since a long text may
/// stand behind many aliases.
pub const EXPANDED_BYTES_MAX: usize = 4 * DOCUMENT_BYTES_MAX;

/// Bytes of the keys that lead to one value. They are authenticated with every value below them; a path of ten keys of 253
/// bytes, the longest names that Kubernetes has, has 2,540.
pub const KEY_PATH_BYTES_MAX: usize = 16 << 10;

/// Key groups of one document. Shamir's scheme over bytes has no more than 255 shares.
pub const KEY_GROUPS_MAX: usize = 255;

/// Recipients of one document, all groups together. Each costs one X25519 exchange per identity; teams have tens of them.
pub const RECIPIENTS_MAX: usize = 1_000;

/// Identities that one set of keys may hold, for the same reason.
pub const IDENTITIES_MAX: usize = 1_000;

/// Bytes of one encrypted data key in its text form. A data key or a share of it has 33 bytes; an age file of one for a
/// single recipient has 400, one of PGP 1,000.
pub const DATA_KEY_TEXT_BYTES_MAX: usize = 64 << 10;

/// Bytes of a text of identities. [`IDENTITIES_MAX`] of them with a comment each need less.
pub const IDENTITIES_BYTES_MAX: usize = 1 << 20;

/// Stanzas in the header of one age file. SOPS writes one recipient into each.
pub const AGE_STANZAS_MAX: usize = 64;
