//! One encrypted value: `ENC[AES256_GCM,data:…,iv:…,tag:…,type:…]`, opened with the data key.
//!
//! The path of keys that leads to the value is authenticated with it, so that a value that was moved does not open. The
//! type is not: whoever can write the file can change it (SOPS' package `aes`). Decides nothing of which values are encrypted.

use aes_gcm::aead::consts::{U12, U16, U32};
use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::aes::Aes256;
use aes_gcm::{AesGcm, Nonce};
use manifest::resolve::{Timestamp, base64};
use zeroize::Zeroizing;

use crate::Clear;
use crate::tree::{Comment, Data};

/// The start of every encrypted value.
pub(crate) const ENVELOPE_START: &str = "ENC[AES256_GCM,";

/// Bytes of a data key: that of AES-256. SOPS makes no others.
pub(crate) const DATA_KEY_BYTES: usize = 32;

/// Why a value does not open. No variant holds anything of the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenValue {
    /// It is not of the form that SOPS writes: it was never encrypted, or was changed.
    #[error("the value is not encrypted, though the rules of the file say that it is")]
    Parse,
    /// One of its parts is not base64.
    #[error("the part '{part}' of the encrypted value is not base64")]
    DecodePart {
        /// Which part.
        part: &'static str,
    },
    /// A nonce of a length that SOPS never wrote.
    #[error("the part 'iv' of the encrypted value has {length} bytes: SOPS writes 32")]
    MisfitNonce {
        /// How many bytes it has.
        length: usize,
    },
    /// A data key of another length.
    #[error("the data key has {length} bytes and should have {DATA_KEY_BYTES}")]
    MisfitKey {
        /// How many bytes it has.
        length: usize,
    },
    /// The value, its tag or the keys above it were changed, or the data key is another one.
    #[error("the encrypted value was changed or moved to another key, or is of another file")]
    Authenticate,
    /// The type does not fit what was decrypted.
    #[error("what was decrypted is no '{kind}'")]
    MisfitType {
        /// The type that is named.
        kind: &'static str,
    },
    /// A type that SOPS does not know, or `bytes`, with which SOPS itself panics.
    #[error("the encrypted value is of a type that SOPS does not write")]
    UnknownType,
}

/// Opens a value. An empty text stands for itself, as SOPS does not encrypt those.
///
/// # Errors
/// Where the value is not encrypted, was changed, or is not what its type says.
pub(crate) fn open(value: &str, data_key: &[u8], path: &str) -> Result<Data, OpenValue> {
    if value.is_empty() {
        return Ok(Data::Text(Clear::from("")));
    }
    let sealed = Sealed::parse(value)?;
    let clear = sealed.open(data_key, path.as_bytes())?;
    typed(clear, sealed.kind)
}

/// The parts of an encrypted value.
struct Sealed<'v> {
    data: Vec<u8>,
    nonce: Vec<u8>,
    kind: &'v str,
}

impl<'v> Sealed<'v> {
    /// As the pattern `^ENC\[AES256_GCM,data:(.+),iv:(.+),tag:(.+),type:(.+)\]` finds the parts: each as long as may be, and
    /// whatever stands behind the last bracket is overlooked.
    fn parse(value: &'v str) -> Result<Self, OpenValue> {
        let line = value.lines().next().unwrap_or_default();
        let parts = || {
            let rest = line.strip_prefix(ENVELOPE_START)?.strip_prefix("data:")?;
            let (rest, _) = rest.rsplit_once(']')?;
            let (rest, kind) = rest.rsplit_once(",type:")?;
            let (rest, tag) = rest.rsplit_once(",tag:")?;
            let (data, nonce) = rest.rsplit_once(",iv:")?;
            Some([data, nonce, tag, kind]).filter(|parts| parts.iter().all(|part| !part.is_empty()))
        };
        let [data, nonce, tag, kind] = parts().ok_or(OpenValue::Parse)?;
        let decode = |text, part| base64::decode(text).ok_or(OpenValue::DecodePart { part });
        let mut data = decode(data, "data")?;
        let nonce = decode(nonce, "iv")?;
        data.extend(decode(tag, "tag")?);
        Ok(Self { data, nonce, kind })
    }

    fn open(&self, data_key: &[u8], path: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenValue> {
        if data_key.len() != DATA_KEY_BYTES {
            return Err(OpenValue::MisfitKey { length: data_key.len() });
        }
        let payload = Payload { msg: &self.data, aad: path };
        // SOPS writes nonces of 32 bytes; 12 and 16 are those of other writers of the format.
        match self.nonce.len() {
            32 => open_with::<U32>(data_key, &self.nonce, payload),
            16 => open_with::<U16>(data_key, &self.nonce, payload),
            12 => open_with::<U12>(data_key, &self.nonce, payload),
            length => Err(OpenValue::MisfitNonce { length }),
        }
    }
}

fn open_with<N: aes_gcm::aead::array::ArraySize>(
    data_key: &[u8],
    nonce: &[u8],
    payload: Payload<'_, '_>,
) -> Result<Zeroizing<Vec<u8>>, OpenValue>
where
    AesGcm<Aes256, N>: Aead + KeyInit + aes_gcm::aead::AeadCore<NonceSize = N>,
{
    let cipher = AesGcm::<Aes256, N>::new_from_slice(data_key)
        .map_err(|_| OpenValue::MisfitKey { length: data_key.len() })?;
    let nonce = Nonce::<N>::try_from(nonce).map_err(|_| OpenValue::MisfitNonce { length: nonce.len() })?;
    cipher.decrypt(&nonce, payload).map(Zeroizing::new).map_err(|_| OpenValue::Authenticate)
}

/// Reads what was decrypted as Go's `strconv` and `time` do for the type that is named.
fn typed(clear: Zeroizing<Vec<u8>>, kind: &str) -> Result<Data, OpenValue> {
    let text = std::str::from_utf8(&clear).ok();
    let misfit = |kind| OpenValue::MisfitType { kind };
    Ok(match kind {
        "str" => Data::Text(Clear::new(clear.to_vec())),
        "comment" => Data::Comment(Comment { text: Clear::new(clear.to_vec()), is_inline: false }),
        "int" => Data::Int(text.and_then(|text| text.parse().ok()).ok_or(misfit("int"))?),
        "float" => Data::Float(text.and_then(go_float).ok_or(misfit("float"))?),
        "bool" => Data::Bool(text.and_then(go_bool).ok_or(misfit("bool"))?),
        "time" => Data::Time(text.and_then(go_time).ok_or(misfit("time"))?),
        _ => return Err(OpenValue::UnknownType),
    })
}

/// `strconv.ParseFloat` for what SOPS writes: digits, and the names of infinities and not-a-number.
fn go_float(text: &str) -> Option<f64> {
    text.parse().ok()
}

/// `strconv.ParseBool`.
fn go_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Some(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Some(false),
        _ => None,
    }
}

/// A time of RFC 3339 as Go prints it again.
pub(crate) fn go_time(text: &str) -> Option<String> {
    let has_clock = text.as_bytes().get(10).is_some_and(|byte| *byte == b'T');
    Timestamp::parse(text).filter(|_| has_clock).map(Timestamp::to_rfc3339)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_encrypted_value_is_refused_by_name() {
        let opened = |value: &str| open(value, &[0; 32], "a:").unwrap_err();
        assert_eq!(opened("clear"), OpenValue::Parse);
        assert_eq!(opened("ENC[AES256_GCM,data:,iv:,tag:,type:]"), OpenValue::Parse);
        assert_eq!(
            opened("ENC[AES256_GCM,data:?,iv:AA==,tag:AA==,type:str]"),
            OpenValue::DecodePart { part: "data" }
        );
        assert_eq!(
            opened("ENC[AES256_GCM,data:AA==,iv:AA==,tag:AA==,type:str]"),
            OpenValue::MisfitNonce { length: 1 }
        );
        let nonce = "AAAAAAAAAAAAAAAA";
        assert_eq!(
            opened(&format!("ENC[AES256_GCM,data:AA==,iv:{nonce},tag:AA==,type:str]")),
            OpenValue::Authenticate
        );
    }

    #[test]
    fn a_key_of_another_length_is_refused() {
        let value = "ENC[AES256_GCM,data:AA==,iv:AAAAAAAAAAAAAAAA,tag:AA==,type:str]";
        assert_eq!(open(value, &[0; 16], "a:").unwrap_err(), OpenValue::MisfitKey { length: 16 });
    }

    #[test]
    fn booleans_and_times_are_read_as_go_reads_them() {
        assert_eq!((go_bool("True"), go_bool("tRUE"), go_bool("0")), (Some(true), None, Some(false)));
        assert_eq!(go_time("2024-02-29T12:30:00.500+00:00").as_deref(), Some("2024-02-29T12:30:00.5Z"));
        assert_eq!(go_time("2024-02-29"), None);
    }
}
