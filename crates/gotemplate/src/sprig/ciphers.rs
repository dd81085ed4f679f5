//! `encryptAES` and `decryptAES`: AES-256 in blocks that hang on each other, padded, as Base64.
//!
//! Go's panics on broken texts are errors with the panic's words.

use aes::Aes256;
use cbc::cipher::block_padding::{NoPadding, Pkcs7};
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};

use super::arguments::{bytes, fixed};
use super::draw;
use super::encoding::{from_base64, to_base64};
use crate::Parameter::String as Text;
use crate::{Call, Fault, Function, Value};

/// The family.
pub(super) const FUNCTIONS: &[Function] =
    &[fixed("encryptAES", &[Text, Text], encrypt), fixed("decryptAES", &[Text, Text], decrypt)];

/// Bytes of a block, and of what the first block hangs on.
const BLOCK_BYTES: usize = 16;

/// The password's first 32 bytes, with zeros after a shorter one.
fn key(password: &[u8]) -> [u8; 32] {
    let mut key = [0; 32];
    for (byte, given) in key.iter_mut().zip(password) {
        *byte = *given;
    }
    key
}

fn encrypt(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let (password, plain) = (bytes(call, values, 0)?.as_slice(), bytes(call, values, 1)?.as_slice());
    if plain.is_empty() {
        return Ok(Value::string("", call.made(values)));
    }
    let start: [u8; BLOCK_BYTES] = draw::bytes(call)?;
    let mode = cbc::Encryptor::<Aes256>::new(&key(password).into(), &start.into());
    let encrypted = mode.encrypt_padded_vec::<Pkcs7>(plain);
    Ok(Value::string(to_base64(&[&start[..], &encrypted].concat()), call.made(values)))
}

fn decrypt(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let (password, text) = (bytes(call, values, 0)?.as_slice(), bytes(call, values, 1)?.as_slice());
    if text.is_empty() {
        return Ok(Value::string("", call.made(values)));
    }
    let decoded = from_base64(text)?;
    let Some((start, encrypted)) = decoded.split_first_chunk::<BLOCK_BYTES>() else {
        return Err(too_short(text.len(), decoded.len()));
    };
    let mode = cbc::Decryptor::<Aes256>::new(&key(password).into(), &(*start).into());
    let mut plain = mode
        .decrypt_padded_vec::<NoPadding>(encrypted)
        .map_err(|_| Fault::new("crypto/cipher: input not full blocks"))?;
    let Some(padding) = plain.last().copied().map(usize::from) else {
        return Err(Fault::new("runtime error: index out of range [-1]"));
    };
    let Some(length) = plain.len().checked_sub(padding) else {
        let below = padding - plain.len();
        return Err(Fault::new(format!("runtime error: slice bounds out of range [:-{below}]")));
    };
    plain.truncate(length);
    Ok(Value::string(plain, call.made(values)))
}

/// Go's words where there is not even what the first block hangs on. Its decoder makes room for three bytes of each four.
fn too_short(text_bytes: usize, bytes: usize) -> Fault {
    let room = text_bytes / 4 * 3;
    Fault::new(if room < BLOCK_BYTES {
        format!("runtime error: slice bounds out of range [:{BLOCK_BYTES}] with capacity {room}")
    } else {
        format!("runtime error: slice bounds out of range [{BLOCK_BYTES}:{bytes}]")
    })
}
