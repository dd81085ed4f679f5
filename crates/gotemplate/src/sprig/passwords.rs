//! `derivePassword`: the passwords of the Master Password algorithm, version 3 before its names were counted in characters.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::arguments::{bytes, fixed, string, uint};
use crate::Parameter::{String as Text, Uint32};
use crate::{Call, Fault, Function, Value};

/// The family.
pub(super) const FUNCTIONS: &[Function] =
    &[fixed("derivePassword", &[Uint32, Text, Text, Text, Text], derive_password)];

/// What salts and seeds begin with.
const SCOPE: &[u8] = b"com.lyndir.masterpassword";

/// The cost of scrypt as the algorithm fixes it: 2 to this power rounds over blocks of so many units, so many times.
const SCRYPT_COST: (u8, u32, u32) = (15, 8, 2);

/// Bytes of the key.
const KEY_BYTES: usize = 64;

/// The shapes of each type of password, one class a character.
const SHAPES: [(&str, &[&str]); 6] = [
    ("maximum", &["anoxxxxxxxxxxxxxxxxx", "axxxxxxxxxxxxxxxxxno"]),
    (
        "long",
        &[
            "CvcvnoCvcvCvcv",
            "CvcvCvcvnoCvcv",
            "CvcvCvcvCvcvno",
            "CvccnoCvcvCvcv",
            "CvccCvcvnoCvcv",
            "CvccCvcvCvcvno",
            "CvcvnoCvccCvcv",
            "CvcvCvccnoCvcv",
            "CvcvCvccCvcvno",
            "CvcvnoCvcvCvcc",
            "CvcvCvcvnoCvcc",
            "CvcvCvcvCvccno",
            "CvccnoCvccCvcv",
            "CvccCvccnoCvcv",
            "CvccCvccCvcvno",
            "CvcvnoCvccCvcc",
            "CvcvCvccnoCvcc",
            "CvcvCvccCvccno",
            "CvccnoCvcvCvcc",
            "CvccCvcvnoCvcc",
            "CvccCvcvCvccno",
        ],
    ),
    ("medium", &["CvcnoCvc", "CvcCvcno"]),
    ("short", &["Cvcn"]),
    ("basic", &["aaanaaan", "aannaaan", "aaannaaa"]),
    ("pin", &["nnnn"]),
];

/// The characters of a class.
fn class(mark: u8) -> &'static [u8] {
    match mark {
        b'C' => b"BCDFGHJKLMNPQRSTVWXYZ",
        b'v' => b"aeiou",
        b'c' => b"bcdfghjklmnpqrstvwxyz",
        b'a' => b"AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz",
        b'n' => b"0123456789",
        b'o' => b"@&%?,=[]_:-+*$#!'^~;()/.",
        _ => b"AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()",
    }
}

fn derive_password(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let counter = u32::try_from(uint(call, values, 0)?).unwrap_or(u32::MAX);
    let kind = string(call, values, 1)?;
    let text = |at| bytes(call, values, at).map(crate::Bytes::as_slice);
    let (password, user, site) = (text(2)?, text(3)?, text(4)?);
    let Some((_, shapes)) = SHAPES.iter().find(|(name, _)| *name == kind) else {
        let told = [b"cannot find password template ", bytes(call, values, 1)?.as_slice()].concat();
        return Ok(Value::string(told, call.made(values)));
    };
    let seed = seed(&key(password, user)?, site, counter)?;
    let [first, rest @ ..] = seed;
    let shape = shapes.get(usize::from(first) % shapes.len().max(1)).copied().unwrap_or_default();
    let chosen = shape.bytes().zip(rest).map(|(mark, number)| {
        let class = class(mark);
        class.get(usize::from(number) % class.len()).copied().unwrap_or_default()
    });
    Ok(Value::string(chosen.collect::<Vec<u8>>(), call.made(values)))
}

/// A text after its length in bytes, as four bytes.
fn counted(text: &[u8]) -> Vec<u8> {
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
    [&length.to_be_bytes()[..], text].concat()
}

/// The key that a user's password stands for.
fn key(password: &[u8], user: &[u8]) -> Result<[u8; KEY_BYTES], Fault> {
    let refused = |error: &dyn std::fmt::Display| Fault::new(format!("failed to derive password: {error}"));
    let (cost, blocks, times) = SCRYPT_COST;
    let parameters = scrypt::Params::new(cost, blocks, times).map_err(|error| refused(&error))?;
    let salt = [SCOPE, &counted(user)].concat();
    let mut key = [0; KEY_BYTES];
    scrypt::scrypt(password, &salt, &parameters, &mut key).map_err(|error| refused(&error))?;
    Ok(key)
}

/// The bytes that choose a site's shape and characters.
fn seed(key: &[u8], site: &[u8], counter: u32) -> Result<[u8; 32], Fault> {
    let mut code = Hmac::<Sha256>::new_from_slice(key).map_err(|error| Fault::new(error.to_string()))?;
    code.update(&[SCOPE, &counted(site), &counter.to_be_bytes()].concat());
    Ok(code.finalize().into_bytes().into())
}
