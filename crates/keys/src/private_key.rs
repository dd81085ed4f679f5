//! Private keys: made of a seed, read from PEM, written, and what signs with them.

use chacha20::ChaCha20Rng;
use chacha20::rand_core::{Rng as _, SeedableRng as _};
use der::Decode as _;
use der::asn1::{ObjectIdentifier, OctetStringRef};
use ed25519_dalek::pkcs8::KeypairBytes;
use p256::pkcs8::EncodePrivateKey as _;
use rsa::PrivateKey as RsaPrivateKey;
use rsa::pkcs1::EncodeRsaPrivateKey as _;
use rsa::pkcs8::PrivateKeyInfoRef;
use sec1::{EcParameters, EcPrivateKey};

use crate::limits::{RSA_BITS_MAX, SCALAR_DRAWS_MAX};
use crate::{Seed, dsa, known, pem};

/// A private key.
#[derive(Debug, Clone)]
pub struct PrivateKey(pub(crate) Kind);

/// The kinds of key.
#[derive(Debug, Clone)]
pub(crate) enum Kind {
    Rsa(Box<RsaPrivateKey>),
    Dsa(dsa::Key),
    P256(p256::SecretKey),
    Ed25519([u8; 32]),
    /// A key on a curve that we do not compute on, by the curve.
    OtherCurve(ObjectIdentifier),
}

/// What kind of key to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// RSA with a modulus of so many bits.
    Rsa(usize),
    /// DSA with primes of 2,048 and 256 bits.
    Dsa,
    /// ECDSA on P-256.
    Ecdsa,
    /// Ed25519.
    Ed25519,
}

/// No key was found, which a seed that is random does not lead to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no key was found: {0}")]
pub struct GenerateKey(String);

/// Why a text holds no private key, in Go's and sprig's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseKey {
    /// There is no block.
    #[error("no PEM data in input")]
    NoBlock,
    /// The block is of something else.
    #[error("no private key data in PEM block of type {0}")]
    OtherBlock(String),
    /// A kind of key that is not known.
    #[error("invalid private key type {0}")]
    UnknownKind(String),
    /// A block for keys of all kinds.
    #[error("decoding PEM as PKCS#8: {0}")]
    Pkcs8(ParseDer),
    /// A block of an RSA key.
    #[error("parsing RSA private key from PEM: {0}")]
    Rsa(ParseDer),
    /// A block of a key on a curve.
    #[error("parsing EC private key from PEM: {0}")]
    Curve(ParseDer),
    /// A block of a DSA key.
    #[error("parsing DSA private key from PEM: {0}")]
    Dsa(ParseDer),
}

/// Why bytes are no key, in Go's words, but for what its ASN.1 reader says of the place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseDer {
    /// They are one of another form.
    #[error("x509: failed to parse private key (use {0} instead for this key format)")]
    OtherForm(&'static str),
    /// They are none.
    #[error("asn1: structure error: {0}")]
    Malformed(String),
    /// They are none on a curve.
    #[error("x509: failed to parse EC private key: asn1: structure error: {0}")]
    MalformedCurve(String),
    /// The curve is not named.
    #[error("x509: unknown elliptic curve")]
    UnknownCurve,
    /// The number is none of the curve.
    #[error("crypto/ecdsa: invalid private key")]
    InvalidScalar,
    /// The numbers do not belong together, or are more than [`RSA_BITS_MAX`] bits.
    #[error("crypto/rsa: invalid private key")]
    InvalidRsa,
    /// An RSA key within the form for keys of all kinds.
    #[error("x509: failed to parse RSA private key embedded in PKCS#8: {0}")]
    EmbeddedRsa(Box<Self>),
    /// A key on a curve within the form for keys of all kinds.
    #[error("x509: failed to parse EC private key embedded in PKCS#8: {0}")]
    EmbeddedCurve(Box<Self>),
    /// An Ed25519 key within the form for keys of all kinds.
    #[error("x509: invalid Ed25519 private key: {0}")]
    EmbeddedEd25519(String),
    /// A kind of key that is not known.
    #[error("x509: PKCS#8 wrapping contained private key with unknown algorithm: {0}")]
    UnknownAlgorithm(ObjectIdentifier),
}

pub(crate) const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
pub(crate) const CURVE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
pub(crate) const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");

/// The other curves that Go knows: P-224, P-384, P-521.
const OTHER_CURVES: [ObjectIdentifier; 3] = [
    ObjectIdentifier::new_unwrap("1.3.132.0.33"),
    ObjectIdentifier::new_unwrap("1.3.132.0.34"),
    ObjectIdentifier::new_unwrap("1.3.132.0.35"),
];

impl PrivateKey {
    /// A key that `seed` leads to.
    ///
    /// # Errors
    /// If it leads to none.
    pub fn generate(algorithm: Algorithm, seed: &Seed) -> Result<Self, GenerateKey> {
        let mut randomness = ChaCha20Rng::from_seed(*seed);
        let failed = |what: &dyn std::fmt::Display| GenerateKey(what.to_string());
        match algorithm {
            Algorithm::Rsa(bits) => {
                let key = RsaPrivateKey::new(&mut randomness, bits).map_err(|error| failed(&error))?;
                Ok(Self(Kind::Rsa(Box::new(key))))
            }
            Algorithm::Dsa => {
                dsa::generate(seed).map(|key| Self(Kind::Dsa(key))).ok_or_else(|| failed(&"no prime"))
            }
            Algorithm::Ecdsa => {
                let drawn = (0..SCALAR_DRAWS_MAX).find_map(|_| {
                    let mut scalar = [0; 32];
                    randomness.fill_bytes(&mut scalar);
                    p256::SecretKey::from_slice(&scalar).ok()
                });
                drawn.map(|key| Self(Kind::P256(key))).ok_or_else(|| failed(&"no number"))
            }
            Algorithm::Ed25519 => Ok(Self(Kind::Ed25519(*seed))),
        }
    }

    /// A key that everybody knows, in place of one that would be looked for: of RSA with 2,048 and 4,096 bits, which take long. Other ones are
    /// made of the seed.
    ///
    /// # Errors
    /// As those of [`PrivateKey::generate`].
    pub fn known(algorithm: Algorithm, seed: &Seed) -> Result<Self, GenerateKey> {
        let known = match algorithm {
            Algorithm::Rsa(bits) => known::rsa(bits),
            Algorithm::Dsa | Algorithm::Ecdsa | Algorithm::Ed25519 => None,
        };
        known.map_or_else(|| Self::generate(algorithm, seed), |key| Ok(Self(Kind::Rsa(Box::new(key)))))
    }

    /// Reads the first block of a text: `RSA`, `EC` and `DSA PRIVATE KEY`, and `PRIVATE KEY` of any of the first two kinds
    /// and Ed25519. Keys on the other curves of Go are read, and nothing more.
    ///
    /// # Errors
    /// If it is none; see [`ParseKey`].
    pub fn from_pem(text: &str) -> Result<Self, ParseKey> {
        let pem::Block { label, bytes } = pem::decode(text).ok_or(ParseKey::NoBlock)?;
        if label == "PRIVATE KEY" {
            return from_pkcs8(&bytes).map(Self).map_err(ParseKey::Pkcs8);
        }
        match label.strip_suffix(" PRIVATE KEY") {
            None => Err(ParseKey::OtherBlock(label)),
            Some("RSA") => from_pkcs1(&bytes).map(Self).map_err(ParseKey::Rsa),
            Some("EC") => from_sec1(&bytes, None).map(Self).map_err(ParseKey::Curve),
            Some("DSA") => from_dsa(&bytes).map(Self).map_err(ParseKey::Dsa),
            Some(_) => Err(ParseKey::UnknownKind(label)),
        }
    }

    /// The key as sprig writes it: each kind in its own form, Ed25519 as `PRIVATE KEY`.
    ///
    /// # Errors
    /// If it lies on a curve that we do not compute on.
    pub fn to_pem(&self) -> Result<String, GenerateKey> {
        let failed = |error: &dyn std::fmt::Display| GenerateKey(error.to_string());
        let (label, bytes) = match &self.0 {
            Kind::Rsa(key) => {
                ("RSA PRIVATE KEY", key.to_pkcs1_der().map_err(|error| failed(&error))?.as_bytes().to_vec())
            }
            Kind::Dsa(key) => ("DSA PRIVATE KEY", key.to_der()),
            Kind::P256(key) => {
                ("EC PRIVATE KEY", key.to_sec1_der().map_err(|error| failed(&error))?.to_vec())
            }
            Kind::Ed25519(secret_key) => {
                let pair = KeypairBytes { secret_key: *secret_key, public_key: None };
                ("PRIVATE KEY", pair.to_pkcs8_der().map_err(|error| failed(&error))?.as_bytes().to_vec())
            }
            Kind::OtherCurve(curve) => return Err(failed(&format!("the curve {curve} is not known"))),
        };
        Ok(pem::encode(label, &bytes))
    }
}

fn is_pkcs8(bytes: &[u8]) -> bool {
    PrivateKeyInfoRef::from_der(bytes).is_ok()
}

fn is_pkcs1(bytes: &[u8]) -> bool {
    rsa::pkcs1::RsaPrivateKeyRef::from_der(bytes).is_ok()
}

fn is_sec1(bytes: &[u8]) -> bool {
    EcPrivateKey::from_der(bytes).is_ok()
}

fn from_pkcs1(bytes: &[u8]) -> Result<Kind, ParseDer> {
    let numbers = match rsa::pkcs1::RsaPrivateKeyRef::from_der(bytes) {
        Ok(numbers) => numbers,
        Err(_) if is_sec1(bytes) => return Err(ParseDer::OtherForm("ParseECPrivateKey")),
        Err(_) if is_pkcs8(bytes) => return Err(ParseDer::OtherForm("ParsePKCS8PrivateKey")),
        Err(error) => return Err(ParseDer::Malformed(error.to_string())),
    };
    // Checking a key takes as long as signing with it, so its size is looked at before.
    if numbers.modulus.as_bytes().len() * 8 > RSA_BITS_MAX {
        return Err(ParseDer::InvalidRsa);
    }
    let key = RsaPrivateKey::try_from(numbers).map_err(|_| ParseDer::InvalidRsa)?;
    Ok(Kind::Rsa(Box::new(key)))
}

/// A key on a curve, which `named` knows where the form around it says so.
fn from_sec1(bytes: &[u8], named: Option<ObjectIdentifier>) -> Result<Kind, ParseDer> {
    let key = match EcPrivateKey::from_der(bytes) {
        Ok(key) => key,
        Err(_) if is_pkcs8(bytes) => return Err(ParseDer::OtherForm("ParsePKCS8PrivateKey")),
        Err(_) if is_pkcs1(bytes) => return Err(ParseDer::OtherForm("ParsePKCS1PrivateKey")),
        Err(error) => return Err(ParseDer::MalformedCurve(error.to_string())),
    };
    let curve = named.or(key.parameters.and_then(EcParameters::named_curve)).ok_or(ParseDer::UnknownCurve)?;
    if OTHER_CURVES.contains(&curve) {
        return Ok(Kind::OtherCurve(curve));
    }
    if curve != P256 {
        return Err(ParseDer::UnknownCurve);
    }
    p256::SecretKey::from_slice(key.private_key).map(Kind::P256).map_err(|_| ParseDer::InvalidScalar)
}

fn from_pkcs8(bytes: &[u8]) -> Result<Kind, ParseDer> {
    let info = match PrivateKeyInfoRef::from_der(bytes) {
        Ok(info) => info,
        Err(_) if is_sec1(bytes) => return Err(ParseDer::OtherForm("ParseECPrivateKey")),
        Err(_) if is_pkcs1(bytes) => return Err(ParseDer::OtherForm("ParsePKCS1PrivateKey")),
        Err(error) => return Err(ParseDer::Malformed(error.to_string())),
    };
    let embedded = info.private_key.as_bytes();
    match info.algorithm.oid {
        RSA => from_pkcs1(embedded).map_err(|error| ParseDer::EmbeddedRsa(Box::new(error))),
        CURVE => from_sec1(embedded, info.algorithm.parameters_oid().ok())
            .map_err(|error| ParseDer::EmbeddedCurve(Box::new(error))),
        ED25519 => <&OctetStringRef>::from_der(embedded)
            .map_err(|error| error.to_string())
            .and_then(|secret| secret.as_bytes().try_into().map_err(|_| "its length".to_owned()))
            .map(Kind::Ed25519)
            .map_err(ParseDer::EmbeddedEd25519),
        other => Err(ParseDer::UnknownAlgorithm(other)),
    }
}

fn from_dsa(bytes: &[u8]) -> Result<Kind, ParseDer> {
    let malformed = |error: der::Error| ParseDer::Malformed(error.to_string());
    let numbers: Vec<der::asn1::Uint> = Vec::from_der(bytes).map_err(malformed)?;
    let numbers: Vec<Vec<u8>> = numbers.iter().map(|number| number.as_bytes().to_vec()).collect();
    match <[Vec<u8>; 6]>::try_from(numbers) {
        Ok([_, p, q, g, y, x]) => Ok(Kind::Dsa(dsa::Key([p, q, g, y, x]))),
        Err(_) => Err(ParseDer::Malformed("it has not six numbers".to_owned())),
    }
}
