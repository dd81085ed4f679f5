//! Data keys that are encrypted for age: X25519 identities, and the files that SOPS writes for them.
//!
//! Follows the format `age-encryption.org/v1` (C2SP, age.md) as far as SOPS uses it: armor, stanzas of X25519, a payload of
//! one chunk. The crate `age` is not used: it links `futures`, translations and a second set of ciphers, 106 packages more,
//! for these three steps. All cryptography is that of the RustCrypto crates. Passphrases, plugins, SSH keys and post-quantum
//! recipients are refused by name. Reads no file and no environment.

mod armor;
mod file;
mod identity;

pub use armor::ReadArmor;
pub use file::OpenFile;
pub use identity::{AgeKeys, ReadIdentities};
