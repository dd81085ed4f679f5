//! Digests: SHA-1, SHA-256, SHA-512, Adler-32, bcrypt and the lines of `htpasswd` files.

use std::fmt::Write as _;

use sha2::Digest;

use super::arguments::{bytes, fixed};
use super::draw;
use super::encoding::to_bcrypt_base64;
use crate::Parameter::String as Text;
use crate::{Call, Fault, Function, Value};

/// The family.
pub(super) const FUNCTIONS: &[Function] = &[
    fixed("sha1sum", &[Text], digest::<sha1::Sha1>),
    fixed("sha256sum", &[Text], digest::<sha2::Sha256>),
    fixed("sha512sum", &[Text], digest::<sha2::Sha512>),
    fixed("adler32sum", &[Text], |call, values| {
        let sum = adler2::adler32_slice(bytes(call, values, 0)?.as_slice());
        Ok(Value::string(sum.to_string(), call.made(values)))
    }),
    fixed("bcrypt", &[Text], |call, values| {
        let hash = hashed(call, bytes(call, values, 0)?.as_slice())?;
        Ok(Value::string(hash, call.made(values)))
    }),
    fixed("htpasswd", &[Text, Text], htpasswd),
];

/// The cost of `bcrypt.DefaultCost`: 2 to this power rounds.
const BCRYPT_COST: u32 = 10;

/// Bytes that bcrypt looks at; Go refuses more.
const BCRYPT_PASSWORD_BYTES_MAX: usize = 72;

fn digest<D: Digest>(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let mut digits = String::new();
    for byte in &D::digest(bytes(call, values, 0)?.as_slice()) {
        // Writing into a string never fails.
        let _ = write!(digits, "{byte:02x}");
    }
    Ok(Value::string(digits, call.made(values)))
}

/// The hash, or the words why there is none, which the original gives instead.
fn hashed(call: &Call<'_>, password: &[u8]) -> Result<Vec<u8>, Fault> {
    if password.len() > BCRYPT_PASSWORD_BYTES_MAX {
        let told = "failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes";
        return Ok(told.into());
    }
    let salt: [u8; 16] = draw::bytes(call)?;
    // The end of a C string counts, where there is room for it.
    let mut ended = [password, b"\0"].concat();
    ended.truncate(BCRYPT_PASSWORD_BYTES_MAX);
    let hash = bcrypt::bcrypt(BCRYPT_COST, salt, &ended);
    // The last byte is left out, as it always was.
    let shown = hash.get(..hash.len() - 1).unwrap_or_default();
    let head = format!("$2a${BCRYPT_COST:02}$");
    Ok([head.as_bytes(), &to_bcrypt_base64(&salt), &to_bcrypt_base64(shown)].concat())
}

fn htpasswd(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let (user, password) = (bytes(call, values, 0)?.as_slice(), bytes(call, values, 1)?.as_slice());
    let line = if user.contains(&b':') {
        [b"invalid username: ", user].concat()
    } else {
        [user, b":", &hashed(call, password)?].concat()
    };
    Ok(Value::string(line, call.made(values)))
}
