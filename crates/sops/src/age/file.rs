//! An age file: its header with a stanza for each recipient, and the payload.

use base64ct::{Base64Unpadded, Encoding};
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::armor::{self, ReadArmor};
use super::identity::Identity;
use crate::limits::{AGE_STANZAS_MAX, DATA_KEY_TEXT_BYTES_MAX};

const VERSION_LINE: &str = "age-encryption.org/v1\n";
const FILE_KEY_BYTES: usize = 16;
const PAYLOAD_NONCE_BYTES: usize = 16;
/// Columns of a full line of a stanza's body; a shorter one is the last.
const BODY_COLUMNS: usize = 64;
/// The nonce of a payload's only chunk: the counter is zero, and the last byte says that no other follows.
const ONLY_CHUNK_NONCE: [u8; 12] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];

/// Why an age file does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenFile {
    /// More bytes than a data key can need.
    #[error("the encrypted data key has more than {DATA_KEY_TEXT_BYTES_MAX} bytes")]
    BoundLength,
    /// It has no armor.
    #[error("the encrypted data key is no age file: {0}")]
    ReadArmor(#[from] ReadArmor),
    /// Its header is not of version 1.
    #[error("the header of the age file is broken")]
    ReadHeader,
    /// More stanzas than are read.
    #[error("the age file has more than {AGE_STANZAS_MAX} recipients")]
    BoundStanzas,
    /// None of the identities is one of its recipients.
    #[error("none of the {identities} age identities given is the recipient")]
    FitIdentity {
        /// How many there are.
        identities: usize,
    },
    /// Its recipients are of another kind than X25519.
    #[error("the age file is not encrypted for an X25519 key")]
    SupportStanza,
    /// The header was changed.
    #[error("the header of the age file was changed")]
    AuthenticateHeader,
    /// The payload was changed.
    #[error("the content of the age file was changed")]
    AuthenticatePayload,
}

/// A recipient's part of the header.
struct Stanza<'f> {
    arguments: Vec<&'f str>,
    body: Vec<u8>,
}

/// The header of a file.
struct Header<'f> {
    stanzas: Vec<Stanza<'f>>,
    /// What the MAC is made of.
    authenticated: &'f [u8],
    mac: Vec<u8>,
}

/// Opens an armored file with the first identity that fits.
pub(super) fn open(text: &str, identities: &[Identity]) -> Result<Zeroizing<Vec<u8>>, OpenFile> {
    if text.len() > DATA_KEY_TEXT_BYTES_MAX {
        return Err(OpenFile::BoundLength);
    }
    let file = armor::read(text)?;
    let (header, payload) = read_header(&file)?;
    let file_key = file_key(&header.stanzas, identities)?;
    authenticate(&header, &file_key)?;
    open_payload(payload, &file_key)
}

fn read_header(file: &[u8]) -> Result<(Header<'_>, &[u8]), OpenFile> {
    let mut at = VERSION_LINE.len();
    if !file.starts_with(VERSION_LINE.as_bytes()) {
        return Err(OpenFile::ReadHeader);
    }
    let mut stanzas = Vec::new();
    loop {
        let line = line_at(file, at)?;
        if let Some(mac) = line.strip_prefix("--- ") {
            let mac = Base64Unpadded::decode_vec(mac).map_err(|_| OpenFile::ReadHeader)?;
            let authenticated = file.get(..at + "---".len()).unwrap_or_default();
            let payload = file.get(at + line.len() + 1..).unwrap_or_default();
            return Ok((Header { stanzas, authenticated, mac }, payload));
        }
        if stanzas.len() >= AGE_STANZAS_MAX {
            return Err(OpenFile::BoundStanzas);
        }
        let arguments = line.strip_prefix("-> ").ok_or(OpenFile::ReadHeader)?;
        let (body, end) = read_body(file, at + line.len() + 1)?;
        stanzas.push(Stanza { arguments: arguments.split(' ').collect(), body });
        at = end;
    }
}

/// The body of a stanza that begins at `at`, and where it ends: its last line is the first that is not full.
fn read_body(file: &[u8], mut at: usize) -> Result<(Vec<u8>, usize), OpenFile> {
    let mut body = Vec::new();
    loop {
        let line = line_at(file, at)?;
        if line.len() > BODY_COLUMNS {
            return Err(OpenFile::ReadHeader);
        }
        body.extend(Base64Unpadded::decode_vec(line).map_err(|_| OpenFile::ReadHeader)?);
        at += line.len() + 1;
        if line.len() < BODY_COLUMNS {
            return Ok((body, at));
        }
    }
}

/// The line that begins at `at`, its end left out.
fn line_at(file: &[u8], at: usize) -> Result<&str, OpenFile> {
    let rest = file.get(at..).unwrap_or_default();
    let end = rest.iter().position(|byte| *byte == b'\n').ok_or(OpenFile::ReadHeader)?;
    let line = rest.get(..end).unwrap_or_default();
    std::str::from_utf8(line).map_err(|_| OpenFile::ReadHeader)
}

fn file_key(stanzas: &[Stanza<'_>], identities: &[Identity]) -> Result<Zeroizing<Vec<u8>>, OpenFile> {
    let mut is_supported = false;
    for stanza in stanzas {
        let ["X25519", share] = stanza.arguments.as_slice() else { continue };
        is_supported = true;
        let share = Base64Unpadded::decode_vec(share).map_err(|_| OpenFile::ReadHeader)?;
        let share: [u8; 32] = share.try_into().map_err(|_| OpenFile::ReadHeader)?;
        if let Some(key) = identities.iter().find_map(|identity| unwrap(&stanza.body, &share, identity)) {
            return Ok(key);
        }
    }
    match is_supported {
        true => Err(OpenFile::FitIdentity { identities: identities.len() }),
        false => Err(OpenFile::SupportStanza),
    }
}

/// The file key out of a stanza; none if it is not for this identity.
fn unwrap(body: &[u8], share: &[u8; 32], identity: &Identity) -> Option<Zeroizing<Vec<u8>>> {
    let (shared, public) = identity.exchange(share)?;
    let salt = [share.as_slice(), &public].concat();
    let wrap_key = derive(shared.as_slice(), &salt, "age-encryption.org/v1/X25519");
    let key = ChaCha20Poly1305::new(&(*wrap_key).into()).decrypt(&Nonce::default(), body).ok()?;
    (key.len() == FILE_KEY_BYTES).then(|| Zeroizing::new(key))
}

fn authenticate(header: &Header<'_>, file_key: &[u8]) -> Result<(), OpenFile> {
    let key = derive(file_key, &[], "header");
    let mac = Hmac::<Sha256>::new_from_slice(key.as_slice()).map_err(|_| OpenFile::AuthenticateHeader)?;
    mac.chain_update(header.authenticated).verify_slice(&header.mac).map_err(|_| OpenFile::AuthenticateHeader)
}

fn open_payload(payload: &[u8], file_key: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenFile> {
    let (nonce, chunk) =
        payload.split_at_checked(PAYLOAD_NONCE_BYTES).ok_or(OpenFile::AuthenticatePayload)?;
    let key = derive(file_key, nonce, "payload");
    // Files of several chunks have more than 64 KiB, which their text form may not have.
    ChaCha20Poly1305::new(&(*key).into())
        .decrypt(&Nonce::from(ONLY_CHUNK_NONCE), chunk)
        .map(Zeroizing::new)
        .map_err(|_| OpenFile::AuthenticatePayload)
}

/// HKDF with SHA-256, 32 bytes.
fn derive(secret: &[u8], salt: &[u8], info: &str) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    Hkdf::<Sha256>::new(Some(salt), secret)
        .expand(info.as_bytes(), key.as_mut_slice())
        .expect("HKDF gives up to 255 times 32 bytes, and 32 are asked for");
    key
}
