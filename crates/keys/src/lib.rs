//! Private keys and X.509 certificates, as Go's `crypto/x509` makes, reads and writes them.
//!
//! Takes seeds, moments and texts in PEM, gives texts in PEM: the same for the same input, byte by byte. Errors speak Go's
//! words as far as they do not depend on how its ASN.1 reader goes about it. Never asks for randomness or the time itself.

mod asn1;
mod certificate;
mod dsa;
mod known;
pub mod limits;
pub mod pem;
mod private_key;

pub use certificate::{
    Authority, IssueCertificate, ParseCertificate, ReadAuthority, Request, check_certificate,
    issue_for_itself,
};
pub use private_key::{Algorithm, GenerateKey, ParseDer, ParseKey, PrivateKey};

/// What randomness is made of: 32 bytes that nobody can guess.
pub type Seed = [u8; 32];
