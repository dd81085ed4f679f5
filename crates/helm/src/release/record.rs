//! The bytes of a record: base64, gzip and JSON.

use std::io::{self, Read as _, Write as _};

use flate2::bufread::MultiGzDecoder;
use flate2::{Compression, GzBuilder};
use manifest::resolve::base64;

use crate::json::{JsonData, ReadJson, read};
use crate::limits::{RECORD_DATA_BYTES_MAX, RECORD_JSON_BYTES_MAX};

/// How gzip begins. What begins otherwise was stored before Helm compressed records.
const GZIP_START: [u8; 3] = [0x1f, 0x8b, 0x08];

/// The system that Go's gzip names in its header: unknown.
const GZIP_SYSTEM_UNKNOWN: u8 = 255;

/// The kind of object that a record stands in, which says how often it is in base64.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Storage {
    /// A Secret, whose `data` are in base64 by themselves.
    Secret,
    /// A ConfigMap.
    ConfigMap,
}

/// A record as it was found or changed.
#[derive(Clone)]
pub struct Record {
    pub(super) storage: Storage,
    /// The bytes that it was decoded from, if it is still what they say.
    pub(super) given: Option<Vec<u8>>,
    pub(super) json: String,
}

/// Why bytes are no record.
#[derive(Debug, thiserror::Error)]
pub enum DecodeRecord {
    /// More bytes than [`RECORD_DATA_BYTES_MAX`].
    #[error("a record of more than {RECORD_DATA_BYTES_MAX} bytes")]
    TooLarge,
    /// No base64, or not as often as its object has it.
    #[error("the record is not base64")]
    Base64,
    /// Broken gzip.
    #[error("the record cannot be unpacked")]
    Unpack(#[source] io::Error),
    /// More bytes of JSON than [`RECORD_JSON_BYTES_MAX`].
    #[error("a record that unpacks to more than {RECORD_JSON_BYTES_MAX} bytes")]
    UnpackedTooLarge,
    /// Bytes that are no UTF-8.
    #[error("the record is not text")]
    Text,
    /// No JSON.
    #[error("the record is not JSON")]
    Json(#[from] ReadJson),
    /// JSON that is no object.
    #[error("the record is not a JSON object")]
    ExpectObject,
}

/// Why a record has no bytes.
#[derive(Debug, thiserror::Error)]
pub enum EncodeRecord {
    /// Packing ended early.
    #[error("the record cannot be packed")]
    Pack(#[source] io::Error),
    /// More bytes than [`RECORD_DATA_BYTES_MAX`], which no cluster would take.
    #[error("the record takes more than {RECORD_DATA_BYTES_MAX} bytes")]
    TooLarge,
}

impl Record {
    /// Decodes the `data.release` of an object.
    ///
    /// # Errors
    /// If it is no record, or larger than the limits.
    pub fn decode(data: &[u8], storage: Storage) -> Result<Self, DecodeRecord> {
        if data.len() > RECORD_DATA_BYTES_MAX {
            return Err(DecodeRecord::TooLarge);
        }
        let once = unpacked_base64(data)?;
        let packed = match storage {
            Storage::Secret => unpacked_base64(&once)?,
            Storage::ConfigMap => once,
        };
        let bytes = if packed.len() > GZIP_START.len() && packed.starts_with(&GZIP_START) {
            unpack(&packed)?
        } else {
            packed
        };
        let json = String::from_utf8(bytes).map_err(|_| DecodeRecord::Text)?;
        match read(&json)?.data {
            JsonData::Object(_) => Ok(Self { storage, given: Some(data.to_vec()), json }),
            _ => Err(DecodeRecord::ExpectObject),
        }
    }

    /// The JSON.
    #[must_use]
    pub fn json(&self) -> &str {
        &self.json
    }

    /// Whether it is no longer what it was decoded from.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.given.is_none()
    }

    /// The `data.release` of an object: the very bytes that it was decoded from unless it was changed.
    ///
    /// # Errors
    /// If the bytes would be more than the limit.
    pub fn encode(&self) -> Result<Vec<u8>, EncodeRecord> {
        if let Some(given) = &self.given {
            return Ok(given.clone());
        }
        let packed = pack(self.json.as_bytes()).map_err(EncodeRecord::Pack)?;
        let once = base64::encode(&packed);
        let data = match self.storage {
            Storage::Secret => base64::encode(once.as_bytes()),
            Storage::ConfigMap => once,
        };
        if data.len() > RECORD_DATA_BYTES_MAX {
            return Err(EncodeRecord::TooLarge);
        }
        Ok(data.into_bytes())
    }
}

impl std::fmt::Debug for Record {
    // Values in a record may be secrets, so that none is shown.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Record").field("storage", &self.storage).finish_non_exhaustive()
    }
}

fn unpacked_base64(bytes: &[u8]) -> Result<Vec<u8>, DecodeRecord> {
    let text = std::str::from_utf8(bytes).map_err(|_| DecodeRecord::Base64)?;
    base64::decode(text).ok_or(DecodeRecord::Base64)
}

fn unpack(packed: &[u8]) -> Result<Vec<u8>, DecodeRecord> {
    let bytes_max = u64::try_from(RECORD_JSON_BYTES_MAX).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    let mut unpacking = MultiGzDecoder::new(packed).take(bytes_max.saturating_add(1));
    unpacking.read_to_end(&mut bytes).map_err(DecodeRecord::Unpack)?;
    if bytes.len() > RECORD_JSON_BYTES_MAX {
        return Err(DecodeRecord::UnpackedTooLarge);
    }
    Ok(bytes)
}

/// Gzip with the header of Go's writer, so that what Helm writes later differs by the content alone.
fn pack(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let builder = GzBuilder::new().mtime(0).operating_system(GZIP_SYSTEM_UNKNOWN);
    let mut packing = builder.write(Vec::new(), Compression::best());
    packing.write_all(bytes)?;
    packing.finish()
}
