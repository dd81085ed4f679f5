//! Documents that SOPS encrypted, decrypted in memory.
//!
//! Takes a document's bytes and a [`KeyService`]; gives what SOPS would give, each clear value with the span of its `ENC[…]`
//! and marked as sensitive. YAML, JSON, dotenv, INI and binary files, partly encrypted ones, all rules of what is encrypted,
//! the MAC, key groups with Shamir's scheme; [`flux`] has what Flux does with them.
//!
//! Never keeps, prints or stores a clear value: [`Clear`] shows `***` and is overwritten when it is dropped, and no error holds
//! one. Encrypts nothing, reads no file and no environment, and talks to nobody: whoever has keys of another kind than age's
//! implements [`KeyService`].

mod age;
mod cipher;
mod clear;
mod data_key;
mod decrypt;
mod document;
pub mod flux;
mod format;
mod graph;
mod key_service;
pub mod limits;
mod metadata;
mod shamir;
mod stores;
mod tree;
mod walk;

pub use age::{AgeKeys, OpenFile, ReadArmor, ReadIdentities};
pub use cipher::OpenValue;
pub use clear::Clear;
pub use data_key::GetDataKey;
pub use decrypt::{Decrypted, Fault, MacCheck, decrypt};
pub use document::{is_encrypted, metadata_of};
pub use format::Format;
pub use key_service::{KeyService, NoKeys, OpenDataKey};
pub use metadata::{Metadata, ReadMetadata, Recipient, RecipientKind, Rule};
pub use shamir::JoinShares;
pub use stores::{PrintStore, ReadStore};
pub use walk::WalkDocument;
