//! Certificates: issued for a key by itself or by an authority, with the fields that sprig gives them, written as Go does.

use std::net::IpAddr;

use der::asn1::{Any, BitString, Int, ObjectIdentifier, OctetString};
use der::{Decode as _, Encode as _, Sequence, Tag, Tagged as _};
use p256::ecdsa::signature::Signer as _;
use rsa::pkcs1v15::SigningKey as RsaSigningKey;
use rsa::pkcs8::EncodePublicKey as _;
use rsa::signature::SignatureEncoding as _;
use rsa::traits::PublicKeyParts as _;
use sha2::{Digest as _, Sha256};
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned, SubjectPublicKeyInfoRef};

use crate::limits::RSA_SIGNER_BITS_MIN;
use crate::private_key::{ED25519, Kind};
use crate::{ParseKey, PrivateKey, asn1, pem};

/// What a certificate is to say.
#[derive(Debug, Clone)]
pub struct Request<'r> {
    /// The common name of the subject; where it is empty the subject is as well. To be UTF-8.
    pub common_name: &'r [u8],
    /// The addresses that it is valid for.
    pub ip_addresses: &'r [IpAddr],
    /// The names of hosts that it is valid for.
    pub dns_names: &'r [String],
    /// The first second in which it is valid, since 1970.
    pub not_before_seconds: i64,
    /// The last second in which it is valid, since 1970.
    pub not_after_seconds: i64,
    /// The serial number: 16 random bytes.
    pub serial: [u8; 16],
    /// Whether it may issue certificates itself.
    pub is_authority: bool,
}

/// Who issues certificates: what its own certificate says, and its key.
#[derive(Debug, Clone)]
pub struct Authority {
    subject: Vec<u8>,
    key_identifier: Option<Vec<u8>>,
    public_key: Vec<u8>,
    key: PrivateKey,
}

/// Why an authority cannot be read, in sprig's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadAuthority {
    /// There is no block in its certificate's text.
    #[error("unable to decode certificate")]
    NoBlock,
    /// The block is none.
    #[error("error parsing certificate: decodedSignerCert.Bytes: {0}")]
    Certificate(ParseCertificate),
    /// Its key cannot be read.
    #[error("error parsing private key: {0}")]
    Key(ParseKey),
}

/// Why bytes are no certificate, in Go's words as far as these tell the outer form from what is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseCertificate {
    /// It is none.
    #[error("x509: malformed certificate")]
    Malformed,
    /// It has the outer form, but what is signed has not.
    #[error("x509: malformed tbs certificate")]
    MalformedBody,
}

/// Why a certificate cannot be issued, in Go's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IssueCertificate {
    /// The key of the issuer is of a kind that does not sign: DSA.
    #[error("x509: certificate private key does not implement crypto.Signer")]
    NoSigner,
    /// The key of the subject is of a kind that is not certified: DSA.
    #[error("x509: unsupported public key type: *dsa.PublicKey")]
    UnsupportedKey,
    /// The key of the issuer is not that of its certificate.
    #[error("x509: provided PrivateKey doesn't match parent's PublicKey")]
    OtherKey,
    /// The common name is not UTF-8.
    #[error("asn1: string not valid UTF-8")]
    NotUtf8,
    /// A name of a host is not in ASCII.
    #[error("x509: {0:?} cannot be encoded as an IA5String")]
    NotAscii(String),
    /// The key of the issuer is an RSA key of fewer than 1,024 bits, with which Go does not sign.
    #[error("crypto/rsa: {0}-bit keys are insecure (see https://go.dev/pkg/crypto/rsa#hdr-Minimum_key_size)")]
    SmallKey(u32),
    /// A key lies on a curve that we do not compute on. Go would go on.
    #[error("keys on the curve {0} are read, and nothing more")]
    OtherCurve(ObjectIdentifier),
    /// A key cannot be written or does not sign, because its numbers do not belong together.
    #[error("cannot sign: {0}")]
    Sign(String),
}

const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
const SUBJECT_KEY_IDENTIFIER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.14");
const KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.15");
const SUBJECT_ALTERNATIVE_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.17");
const BASIC_CONSTRAINTS: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.19");
const AUTHORITY_KEY_IDENTIFIER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.35");
const EXTENDED_KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.37");
const SERVER_AUTHENTICATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.1");
const CLIENT_AUTHENTICATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.2");
const RSA_WITH_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11");
const ECDSA_WITH_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");

/// A certificate that is read (RFC 5280, §4.1). What nobody looks at is any value.
#[derive(Sequence)]
struct Certificate {
    body: Body,
    signature_algorithm: AlgorithmIdentifierOwned,
    signature: BitString,
}

#[derive(Sequence)]
struct Body {
    #[asn1(context_specific = "0", default = "Default::default")]
    version: u8,
    serial: Int,
    signature_algorithm: AlgorithmIdentifierOwned,
    issuer: Any,
    validity: Any,
    subject: Any,
    key: SubjectPublicKeyInfoOwned,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    issuer_identifier: Option<BitString>,
    #[asn1(context_specific = "2", tag_mode = "IMPLICIT", optional = "true")]
    subject_identifier: Option<BitString>,
    #[asn1(context_specific = "3", optional = "true")]
    extensions: Option<Vec<Extension>>,
}

#[derive(Sequence)]
struct Extension {
    identifier: ObjectIdentifier,
    #[asn1(default = "Default::default")]
    is_critical: bool,
    value: OctetString,
}

/// Whether the bytes of a block are a certificate.
///
/// # Errors
/// If they are none.
pub fn check_certificate(bytes: &[u8]) -> Result<(), ParseCertificate> {
    parse(bytes).map(|_| ())
}

fn parse(bytes: &[u8]) -> Result<Certificate, ParseCertificate> {
    let outer = Any::from_der(bytes).ok().filter(|outer| outer.tag() == Tag::Sequence);
    let outer = outer.ok_or(ParseCertificate::Malformed)?;
    if outer.value().first() != Some(&asn1::SEQUENCE) {
        return Err(ParseCertificate::MalformedBody);
    }
    Certificate::from_der(bytes).map_err(|_| ParseCertificate::Malformed)
}

/// A certificate in PEM for the key that signs it.
///
/// # Errors
/// If the key is of no use for it, or a name cannot be written.
pub fn issue_for_itself(request: &Request<'_>, key: &PrivateKey) -> Result<String, IssueCertificate> {
    let algorithm = signature_algorithm(key)?;
    let subject_key = PublicKey::of(key)?;
    let subject = name(request.common_name)?;
    let body = body(request, &algorithm, (&subject, None), &subject_key)?;
    signed(&body, &algorithm, key)
}

impl Authority {
    /// Reads the first block of each text.
    ///
    /// # Errors
    /// If one of them is not what it should be.
    pub fn from_pem(certificate: &str, key: &str) -> Result<Self, ReadAuthority> {
        let block = pem::decode(certificate).ok_or(ReadAuthority::NoBlock)?;
        let malformed = |_| ReadAuthority::Certificate(ParseCertificate::Malformed);
        let certificate = parse(&block.bytes).map_err(ReadAuthority::Certificate)?;
        let Body { subject, key: public_key, extensions, .. } = certificate.body;
        let mut extensions = extensions.iter().flatten();
        let identifier = extensions
            .find(|extension| extension.identifier == SUBJECT_KEY_IDENTIFIER)
            .map(|extension| OctetString::from_der(extension.value.as_bytes()))
            .transpose()
            .map_err(malformed)?;
        Ok(Self {
            subject: subject.to_der().map_err(malformed)?,
            key_identifier: identifier.map(|identifier| identifier.as_bytes().to_vec()),
            public_key: public_key.subject_public_key.raw_bytes().to_vec(),
            key: PrivateKey::from_pem(key).map_err(ReadAuthority::Key)?,
        })
    }

    /// A certificate in PEM for a key.
    ///
    /// # Errors
    /// If one of both keys is of no use for it, or a name cannot be written.
    pub fn issue(&self, request: &Request<'_>, key: &PrivateKey) -> Result<String, IssueCertificate> {
        let algorithm = signature_algorithm(&self.key)?;
        let subject_key = PublicKey::of(key)?;
        name(request.common_name)?;
        if PublicKey::of(&self.key)?.bits != self.public_key {
            return Err(IssueCertificate::OtherKey);
        }
        let issuer = (self.subject.as_slice(), self.key_identifier.as_deref());
        let body = body(request, &algorithm, issuer, &subject_key)?;
        signed(&body, &algorithm, &self.key)
    }
}

/// A public key as certificates hold it.
struct PublicKey {
    /// With its kind.
    info: Vec<u8>,
    /// Alone.
    bits: Vec<u8>,
}

impl PublicKey {
    fn of(key: &PrivateKey) -> Result<Self, IssueCertificate> {
        let written = match &key.0 {
            Kind::Rsa(key) => key.to_public_key().to_public_key_der(),
            Kind::P256(key) => key.public_key().to_public_key_der(),
            Kind::Ed25519(secret) => {
                ed25519_dalek::SigningKey::from_bytes(secret).verifying_key().to_public_key_der()
            }
            Kind::Dsa(_) => return Err(IssueCertificate::UnsupportedKey),
            Kind::OtherCurve(curve) => return Err(IssueCertificate::OtherCurve(*curve)),
        };
        let info = written.map_err(|error| IssueCertificate::Sign(error.to_string()))?.into_vec();
        let bits = SubjectPublicKeyInfoRef::from_der(&info)
            .map_err(|error| IssueCertificate::Sign(error.to_string()))?
            .subject_public_key
            .raw_bytes()
            .to_vec();
        Ok(Self { info, bits })
    }
}

/// How a key signs.
fn signature_algorithm(key: &PrivateKey) -> Result<Vec<u8>, IssueCertificate> {
    let (algorithm, parameters) = match &key.0 {
        Kind::Rsa(_) => (RSA_WITH_SHA256, asn1::tagged(asn1::NULL, &[])),
        Kind::P256(_) => (ECDSA_WITH_SHA256, Vec::new()),
        Kind::Ed25519(_) => (ED25519, Vec::new()),
        Kind::Dsa(_) => return Err(IssueCertificate::NoSigner),
        Kind::OtherCurve(curve) => return Err(IssueCertificate::OtherCurve(*curve)),
    };
    Ok(asn1::tagged(asn1::SEQUENCE, &[&asn1::identifier(algorithm), &parameters]))
}

fn signed(body: &[u8], algorithm: &[u8], key: &PrivateKey) -> Result<String, IssueCertificate> {
    let failed = |error: &dyn std::fmt::Display| IssueCertificate::Sign(error.to_string());
    let signature = match &key.0 {
        Kind::Rsa(key) => {
            let bits = key.n().bit_width_vartime();
            if bits < RSA_SIGNER_BITS_MIN {
                return Err(IssueCertificate::SmallKey(bits));
            }
            let signer = RsaSigningKey::<Sha256>::new(key.as_ref().clone());
            signer.try_sign(body).map_err(|error| failed(&error))?.to_vec()
        }
        Kind::P256(key) => {
            let signature: p256::ecdsa::DerSignature =
                p256::ecdsa::SigningKey::from(key).try_sign(body).map_err(|error| failed(&error))?;
            signature.as_bytes().to_vec()
        }
        Kind::Ed25519(secret) => {
            let signer = ed25519_dalek::SigningKey::from_bytes(secret);
            signer.try_sign(body).map_err(|error| failed(&error))?.to_bytes().to_vec()
        }
        Kind::Dsa(_) => return Err(IssueCertificate::NoSigner),
        Kind::OtherCurve(curve) => return Err(IssueCertificate::OtherCurve(*curve)),
    };
    let certificate = asn1::tagged(asn1::SEQUENCE, &[body, algorithm, &asn1::bits(&signature)]);
    Ok(pem::encode("CERTIFICATE", &certificate))
}

/// What is signed (RFC 5280, §4.1).
fn body(
    request: &Request<'_>,
    algorithm: &[u8],
    (issuer, issuer_key_identifier): (&[u8], Option<&[u8]>),
    key: &PublicKey,
) -> Result<Vec<u8>, IssueCertificate> {
    let subject = name(request.common_name)?;
    let version = asn1::tagged(asn1::EXPLICIT, &[&asn1::unsigned(&[2])]);
    let validity = [time(request.not_before_seconds), time(request.not_after_seconds)].concat();
    // What one issues to itself needs no way to the issuer's key.
    let issuer_key_identifier = issuer_key_identifier.filter(|_| issuer != subject);
    let extensions = extensions(request, issuer_key_identifier, key)?;
    Ok(asn1::tagged(
        asn1::SEQUENCE,
        &[
            &version,
            &asn1::unsigned(&request.serial),
            algorithm,
            issuer,
            &asn1::tagged(asn1::SEQUENCE, &[&validity]),
            &subject,
            &key.info,
            &asn1::tagged(asn1::EXPLICIT + 3, &[&asn1::tagged(asn1::SEQUENCE, &[&extensions])]),
        ],
    ))
}

/// A name with nothing but a common name; with nothing where that is empty.
fn name(common_name: &[u8]) -> Result<Vec<u8>, IssueCertificate> {
    if common_name.is_empty() {
        return Ok(asn1::tagged(asn1::SEQUENCE, &[]));
    }
    std::str::from_utf8(common_name).map_err(|_| IssueCertificate::NotUtf8)?;
    let is_printable = |byte: &u8| byte.is_ascii_alphanumeric() || b" '()+,-./:=?".contains(byte);
    let tag = if common_name.iter().all(is_printable) { asn1::PRINTABLE_STRING } else { asn1::UTF8_STRING };
    let text = asn1::tagged(tag, &[common_name]);
    let pair = asn1::tagged(asn1::SEQUENCE, &[&asn1::identifier(COMMON_NAME), &text]);
    Ok(asn1::tagged(asn1::SEQUENCE, &[&asn1::tagged(asn1::SET, &[&pair])]))
}

/// A second, in the form that its year asks for (RFC 5280, §4.1.2.5).
fn time(seconds: i64) -> Vec<u8> {
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = date(days);
    let rest = format!("{month:02}{day:02}{:02}{:02}{:02}Z", second / 3600, second / 60 % 60, second % 60);
    if (1950..2050).contains(&year) {
        asn1::tagged(asn1::UTC_TIME, &[format!("{:02}{rest}", year % 100).as_bytes()])
    } else {
        asn1::tagged(asn1::GENERALIZED_TIME, &[format!("{year:04}{rest}").as_bytes()])
    }
}

/// Year, month and day of a day since 1970. Years are counted from March on, so that the leap day is the last; after 400
/// of them the calendar repeats itself.
fn date(days: i64) -> (i64, i64, i64) {
    // The first of March of the year 0 was so many days before 1970.
    let shifted = days.saturating_add(719_468);
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// The extensions, in Go's order.
fn extensions(
    request: &Request<'_>,
    issuer_key_identifier: Option<&[u8]>,
    key: &PublicKey,
) -> Result<Vec<u8>, IssueCertificate> {
    // Bits from the left: digital signature, key encipherment, and for authorities the signing of certificates.
    let usage = if request.is_authority { [2, 0b1010_0100] } else { [5, 0b1010_0000] };
    let purposes =
        [asn1::identifier(SERVER_AUTHENTICATION), asn1::identifier(CLIENT_AUTHENTICATION)].concat();
    let is_authority =
        if request.is_authority { asn1::tagged(asn1::BOOLEAN, &[&[0xff]]) } else { Vec::new() };
    let mut out = extension(KEY_USAGE, true, &asn1::tagged(asn1::BIT_STRING, &[&usage]));
    out.extend(extension(EXTENDED_KEY_USAGE, false, &asn1::tagged(asn1::SEQUENCE, &[&purposes])));
    out.extend(extension(BASIC_CONSTRAINTS, true, &asn1::tagged(asn1::SEQUENCE, &[&is_authority])));
    if request.is_authority {
        // RFC 7093, §2, method 1: the first 160 bits of the digest.
        let digest = Sha256::digest(&key.bits);
        let identifier = digest.get(..20).unwrap_or_default();
        out.extend(extension(
            SUBJECT_KEY_IDENTIFIER,
            false,
            &asn1::tagged(asn1::OCTET_STRING, &[identifier]),
        ));
    }
    if let Some(identifier) = issuer_key_identifier.filter(|identifier| !identifier.is_empty()) {
        let identifier = asn1::tagged(asn1::IMPLICIT, &[identifier]);
        out.extend(extension(AUTHORITY_KEY_IDENTIFIER, false, &asn1::tagged(asn1::SEQUENCE, &[&identifier])));
    }
    let names = alternative_names(request)?;
    if !names.is_empty() {
        // Where the subject is empty these names are all there is.
        let is_critical = request.common_name.is_empty();
        out.extend(extension(
            SUBJECT_ALTERNATIVE_NAME,
            is_critical,
            &asn1::tagged(asn1::SEQUENCE, &[&names]),
        ));
    }
    Ok(out)
}

fn extension(identifier: ObjectIdentifier, is_critical: bool, value: &[u8]) -> Vec<u8> {
    let critical = if is_critical { asn1::tagged(asn1::BOOLEAN, &[&[0xff]]) } else { Vec::new() };
    let value = asn1::tagged(asn1::OCTET_STRING, &[value]);
    asn1::tagged(asn1::SEQUENCE, &[&asn1::identifier(identifier), &critical, &value])
}

/// Names of hosts, then addresses; one of IPv4 that is written as IPv6 is one of IPv4.
fn alternative_names(request: &Request<'_>) -> Result<Vec<u8>, IssueCertificate> {
    let mut out = Vec::new();
    for name in request.dns_names {
        if !name.is_ascii() {
            return Err(IssueCertificate::NotAscii(name.clone()));
        }
        out.extend(asn1::tagged(asn1::IMPLICIT + 2, &[name.as_bytes()]));
    }
    for address in request.ip_addresses {
        let digits = match address.to_canonical() {
            IpAddr::V4(address) => address.octets().to_vec(),
            IpAddr::V6(address) => address.octets().to_vec(),
        };
        out.extend(asn1::tagged(asn1::IMPLICIT + 7, &[&digits]));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_become_the_dates_of_the_calendar() {
        let text = |seconds| String::from_utf8(time(seconds)[2..].to_vec()).unwrap();
        assert_eq!(text(0), "700101000000Z");
        assert_eq!(text(951_782_399), "000228235959Z");
        assert_eq!(text(951_782_400), "000229000000Z");
        assert_eq!(text(1_764_165_600), "251126140000Z");
        assert_eq!(text(2_524_607_999), "491231235959Z");
        assert_eq!(text(2_524_608_000), "20500101000000Z");
        assert_eq!(text(4_107_542_400), "21000301000000Z");
        assert_eq!(text(-631_152_001), "19491231235959Z");
        assert_eq!(text(-7_000_000_000), "17480306113320Z");
    }
}
