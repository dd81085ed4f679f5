//! Private keys and certificates, made by the crate `keys` of the port's randomness and time.
//!
//! A certificate is a value with the fields `Cert` and `Key`, both in PEM.

use std::any::Any;
use std::net::IpAddr;
use std::rc::Rc;

use keys::{
    Algorithm, Authority, GenerateKey, IssueCertificate, ParseKey, PrivateKey, Request, Seed,
    check_certificate, issue_for_itself, pem,
};

use super::arguments::{any, bytes, fixed, int, string};
use super::draw;
use super::encoding::from_base64;
use crate::Parameter::{Int, List, Named, String as Text};
use crate::{Bytes, Call, Data, Fault, Function, Object, Signature, Value};

/// The family.
pub(super) const FUNCTIONS: &[Function] = &[
    fixed("genPrivateKey", &[Text], gen_private_key),
    fixed("buildCustomCert", &[Text, Text], build_custom),
    fixed("genCA", &[Text, Int], |call, values| authority(call, values, None)),
    fixed("genCAWithKey", &[Text, Int, Text], |call, values| authority(call, values, Some(2))),
    fixed("genSelfSignedCert", &[Text, List, List, Int], |call, values| self_signed(call, values, None)),
    fixed("genSelfSignedCertWithKey", &[Text, List, List, Int, Text], |call, values| {
        self_signed(call, values, Some(4))
    }),
    fixed("genSignedCert", &[Text, List, List, Int, Named(CERTIFICATE)], |call, values| {
        signed(call, values, None)
    }),
    fixed("genSignedCertWithKey", &[Text, List, List, Int, Named(CERTIFICATE), Text], |call, values| {
        signed(call, values, Some(5))
    }),
];

/// The Go type of a certificate.
const CERTIFICATE: &str = "sprig.certificate";

/// Bits of the RSA keys that certificates are made for, and of those that stand alone.
const CERTIFICATE_KEY_BITS: usize = 2048;
const PRIVATE_KEY_BITS: usize = 4096;

/// Nanoseconds of one day.
const DAY_NANOSECONDS: i64 = 24 * 60 * 60 * 1_000_000_000;

/// A certificate in a template.
#[derive(Debug)]
struct Certificate {
    certificate: Value,
    key: Value,
}

impl Object for Certificate {
    fn type_name(&self) -> &str {
        CERTIFICATE
    }

    fn kind(&self) -> &'static str {
        "struct"
    }

    fn field(&self, name: &str) -> Option<Value> {
        self.fields().into_iter().find(|(field, _)| *field == name).map(|(_, value)| value)
    }

    fn signature(&self, _: &str) -> Option<Signature> {
        None
    }

    fn call(&self, _: &Call<'_>, name: &str, _: &[Value]) -> Result<Value, Fault> {
        Err(Fault::new(format!("{CERTIFICATE} has no method {name}")))
    }

    fn text(&self) -> Option<String> {
        None
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        vec![("Cert", self.certificate.clone()), ("Key", self.key.clone())]
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

fn certificate(certificate: impl Into<Bytes>, key: impl Into<Bytes>, origin: text::Origin) -> Value {
    let certificate =
        Certificate { certificate: Value::string(certificate, origin), key: Value::string(key, origin) };
    Value::new(Data::Object(Rc::new(certificate)), origin)
}

/// The key, or the words why there is none, which the original gives instead.
fn gen_private_key(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let kind = string(call, values, 0)?;
    let algorithm = match kind.as_str() {
        "" | "rsa" => Algorithm::Rsa(PRIVATE_KEY_BITS),
        "dsa" => Algorithm::Dsa,
        "ecdsa" => Algorithm::Ecdsa,
        "ed25519" => Algorithm::Ed25519,
        _ => {
            let told = [b"Unknown type ", bytes(call, values, 0)?.as_slice()].concat();
            return Ok(Value::string(told, call.made(values)));
        }
    };
    let seed: Seed = draw::bytes(call)?;
    let made = new_key(call, algorithm, &seed).and_then(|key| key.to_pem());
    let told = made.unwrap_or_else(|error| format!("failed to generate private key: {error}"));
    Ok(Value::string(told, call.made(values)))
}

/// A certificate and a key that are given, looked at and left as they are.
fn build_custom(call: &Call<'_>, values: &[Value]) -> Result<Value, Fault> {
    let decoded = |at, what| {
        from_base64(bytes(call, values, at)?.as_slice())
            .map_err(|_| Fault::new(format!("unable to decode base64 {what}")))
    };
    let (given, key) = (decoded(0, "certificate")?, decoded(1, "private key")?);
    let block = pem::decode(&String::from_utf8_lossy(&given))
        .ok_or_else(|| Fault::new("unable to decode certificate"))?;
    check_certificate(&block.bytes)
        .map_err(|error| Fault::new(format!("error parsing certificate: decodedCert.Bytes: {error}")))?;
    PrivateKey::from_pem(&String::from_utf8_lossy(&key))
        .map_err(|error| Fault::new(format!("error parsing private key: {error}")))?;
    Ok(certificate(given, key, call.made(values)))
}

/// The key that is given at a position, or a new one.
fn key_at(call: &Call<'_>, values: &[Value], at: Option<usize>) -> Result<Option<PrivateKey>, Fault> {
    let Some(at) = at else { return Ok(None) };
    let read = PrivateKey::from_pem(&string(call, values, at)?);
    read.map(Some).map_err(|error: ParseKey| Fault::new(format!("parsing private key: {error}")))
}

/// A key, made where none is given.
fn or_new(call: &Call<'_>, key: Option<PrivateKey>) -> Result<PrivateKey, Fault> {
    match key {
        Some(key) => Ok(key),
        None => new_key(call, Algorithm::Rsa(CERTIFICATE_KEY_BITS), &draw::bytes(call)?)
            .map_err(|error| Fault::new(format!("error generating rsa key: {error}"))),
    }
}

/// A key of a seed, or one that everybody knows where that is enough.
fn new_key(call: &Call<'_>, algorithm: Algorithm, seed: &Seed) -> Result<PrivateKey, GenerateKey> {
    if call.ports.has_known_keys() {
        PrivateKey::known(algorithm, seed)
    } else {
        PrivateKey::generate(algorithm, seed)
    }
}

/// What a certificate is to say, but for whom it is for.
struct Wanted {
    common_name: Bytes,
    addresses: Vec<IpAddr>,
    names: Vec<String>,
    not_before_seconds: i64,
    not_after_seconds: i64,
}

impl Wanted {
    /// Reads the name, and from `lists` on addresses, names and days; without lists the days follow the name.
    fn of(call: &Call<'_>, values: &[Value], has_lists: bool) -> Result<Self, Fault> {
        let common_name = bytes(call, values, 0)?.clone();
        let (addresses, names, days) = if has_lists {
            let addresses = texts(call, values, (1, "parsing ip:"))?;
            let addresses = addresses.iter().map(|text| address(text)).collect::<Result<_, _>>()?;
            (addresses, texts(call, values, (2, "processing alternate dns name:"))?, int(call, values, 3)?)
        } else {
            (Vec::new(), Vec::new(), int(call, values, 1)?)
        };
        let now = call.ports.now_nanoseconds();
        // Go's durations are 64 bits of nanoseconds, 292 years; more days go round.
        let after = now.saturating_add(i128::from(DAY_NANOSECONDS.wrapping_mul(days)));
        let seconds =
            |nanoseconds: i128| i64::try_from(nanoseconds.div_euclid(1_000_000_000)).unwrap_or(i64::MAX);
        let (not_before_seconds, not_after_seconds) = (seconds(now), seconds(after));
        Ok(Self { common_name, addresses, names, not_before_seconds, not_after_seconds })
    }

    fn request(&self, call: &Call<'_>, is_authority: bool) -> Result<Request<'_>, Fault> {
        Ok(Request {
            common_name: self.common_name.as_slice(),
            ip_addresses: &self.addresses,
            dns_names: &self.names,
            not_before_seconds: self.not_before_seconds,
            not_after_seconds: self.not_after_seconds,
            serial: draw::bytes(call)?,
            is_authority,
        })
    }
}

/// The items of a list, all of them strings.
fn texts(call: &Call<'_>, values: &[Value], (at, what): (usize, &str)) -> Result<Vec<String>, Fault> {
    let items = any(call, values, at)?.as_list().map(|list| list.items.as_ref().clone()).unwrap_or_default();
    let text = |item: &Value| match item.as_bytes() {
        Some(text) => Ok(text.as_text().into_owned()),
        None => {
            let shown = String::from_utf8_lossy(&crate::format::text_of(item)).into_owned();
            Err(Fault::new(format!("error {what} {shown} is not a string")))
        }
    };
    items.iter().map(text).collect()
}

fn address(text: &str) -> Result<IpAddr, Fault> {
    text.parse().map_err(|_| Fault::new(format!("error parsing ip: {text}")))
}

fn creating(error: &dyn std::fmt::Display) -> Fault {
    Fault::new(format!("error creating certificate: {error}"))
}

/// The certificate that was issued, with its key.
fn finished(
    call: &Call<'_>,
    values: &[Value],
    issued: Result<String, IssueCertificate>,
    key: &PrivateKey,
) -> Result<Value, Fault> {
    let issued = issued.map_err(|error| creating(&error))?;
    let key = key.to_pem().map_err(|error| creating(&error))?;
    Ok(certificate(issued, key, call.made(values)))
}

fn authority(call: &Call<'_>, values: &[Value], key: Option<usize>) -> Result<Value, Fault> {
    let key = key_at(call, values, key)?;
    let wanted = Wanted::of(call, values, false)?;
    let key = or_new(call, key)?;
    finished(call, values, issue_for_itself(&wanted.request(call, true)?, &key), &key)
}

fn self_signed(call: &Call<'_>, values: &[Value], key: Option<usize>) -> Result<Value, Fault> {
    let key = key_at(call, values, key)?;
    let wanted = Wanted::of(call, values, true)?;
    let key = or_new(call, key)?;
    finished(call, values, issue_for_itself(&wanted.request(call, false)?, &key), &key)
}

fn signed(call: &Call<'_>, values: &[Value], key: Option<usize>) -> Result<Value, Fault> {
    let key = key_at(call, values, key)?;
    let issuer = match &any(call, values, 4)?.data {
        Data::Object(object) => object.as_any().downcast_ref::<Certificate>(),
        _ => None,
    };
    let text = |value: &Value| value.as_bytes().map(|text| text.as_text().into_owned()).unwrap_or_default();
    let (certificate, issuer_key) =
        issuer.map(|issuer| (text(&issuer.certificate), text(&issuer.key))).unwrap_or_default();
    let issuer =
        Authority::from_pem(&certificate, &issuer_key).map_err(|error| Fault::new(error.to_string()))?;
    let wanted = Wanted::of(call, values, true)?;
    let key = or_new(call, key)?;
    finished(call, values, issuer.issue(&wanted.request(call, false)?, &key), &key)
}
