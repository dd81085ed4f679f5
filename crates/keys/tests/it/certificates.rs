//! Certificates, byte by byte beside those of Go; `tools/oracle/certificates` makes them.

use std::collections::BTreeMap;
use std::path::Path;

use keys::{Authority, PrivateKey, Request, Seed, issue_for_itself};
use serde::Deserialize;

#[derive(Deserialize)]
struct Head {
    keys: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Case {
    common_name: String,
    #[serde(default)]
    dns: Vec<String>,
    #[serde(default)]
    ips: Vec<std::net::IpAddr>,
    not_before: i64,
    not_after: i64,
    serial: String,
    #[serde(default)]
    authority: bool,
    key: String,
    issuer_key: Option<String>,
    #[serde(default)]
    issuer: usize,
    made: Option<String>,
    failed: Option<String>,
}

/// The keys by their names, and the cases.
fn cases() -> (BTreeMap<String, String>, Vec<Case>) {
    let text = read();
    let (head, rest) = text.split_once('\n').unwrap();
    let head: Head = serde_json::from_str(head).unwrap();
    (head.keys, rest.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

/// The keys of the cases by their names.
pub(crate) fn known_keys() -> BTreeMap<String, String> {
    cases().0
}

#[expect(clippy::disallowed_methods, reason = "tests read their cases")]
fn read() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/certificates.jsonl");
    std::fs::read_to_string(path).unwrap()
}

/// The certificate, or the words why there is none.
fn issued(case: &Case, cases: &[Case], keys: &BTreeMap<String, String>) -> String {
    let request = Request {
        common_name: case.common_name.as_bytes(),
        ip_addresses: &case.ips,
        dns_names: &case.dns,
        not_before_seconds: case.not_before,
        not_after_seconds: case.not_after,
        serial: u128::from_str_radix(&case.serial, 16).unwrap().to_be_bytes(),
        is_authority: case.authority,
    };
    let key = PrivateKey::from_pem(&keys[&case.key]).unwrap();
    let Some(issuer_key) = &case.issuer_key else {
        return issue_for_itself(&request, &key).unwrap_or_else(|error| error.to_string());
    };
    let certificate = cases[case.issuer].made.as_ref().unwrap();
    let authority = Authority::from_pem(certificate, &keys[issuer_key]).unwrap();
    authority.issue(&request, &key).unwrap_or_else(|error| error.to_string())
}

#[test]
fn certificates_are_those_of_go_byte_by_byte() {
    let (keys, cases) = cases();
    assert!(cases.len() > 200);
    for (number, case) in cases.iter().enumerate() {
        let expected = case.made.as_ref().or(case.failed.as_ref()).unwrap();
        assert_eq!(issued(case, &cases, &keys), *expected, "case {number}");
        if let Some(made) = &case.made {
            assert!(
                keys::check_certificate(&keys::pem::decode(made).unwrap().bytes).is_ok(),
                "case {number}"
            );
        }
    }
}

#[test]
fn an_authority_that_cannot_be_read_says_why() {
    let (keys, cases) = cases();
    let certificate = cases[0].made.as_ref().unwrap();
    let told = |certificate: &str, key: &str| Authority::from_pem(certificate, key).unwrap_err().to_string();
    assert_eq!(told("", &keys["rsa"]), "unable to decode certificate");
    assert_eq!(
        told(&keys::pem::encode("CERTIFICATE", b"x"), &keys["rsa"]),
        "error parsing certificate: decodedSignerCert.Bytes: x509: malformed certificate"
    );
    assert_eq!(
        told(&keys["p256"], &keys["rsa"]),
        "error parsing certificate: decodedSignerCert.Bytes: x509: malformed tbs certificate"
    );
    assert_eq!(told(certificate, ""), "error parsing private key: no PEM data in input");
    assert_eq!(
        told(certificate, certificate),
        "error parsing private key: no private key data in PEM block of type CERTIFICATE"
    );
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, cases: 200, ..Default::default() })]

    #[test]
    fn any_request_gives_a_certificate(
        common_name in "\\PC{0,80}",
        dns_names in proptest::collection::vec("[ -~]{0,30}", 0..4),
        addresses in proptest::collection::vec(0_u128.., 0..4),
        (not_before_seconds, not_after_seconds) in (-10_000_000_000_i64..10_000_000_000, -10_000_000_000_i64..10_000_000_000),
        serial in 0_u128..,
        seed in proptest::array::uniform32(0_u8..),
    ) {
        let seed: Seed = seed;
        let key = PrivateKey::generate(keys::Algorithm::Ecdsa, &seed).unwrap();
        let ip_addresses: Vec<_> =
            addresses.iter().map(|bits| std::net::IpAddr::V6(std::net::Ipv6Addr::from_bits(*bits))).collect();
        let request = Request {
            common_name: common_name.as_bytes(),
            ip_addresses: &ip_addresses,
            dns_names: &dns_names,
            not_before_seconds,
            not_after_seconds,
            serial: serial.to_be_bytes(),
            is_authority: true,
        };
        let certificate = issue_for_itself(&request, &key).unwrap();
        let authority = Authority::from_pem(&certificate, &key.to_pem().unwrap());
        proptest::prop_assert!(authority.unwrap().issue(&request, &key).is_ok());
        proptest::prop_assert_eq!(issue_for_itself(&request, &key), Ok(certificate));
    }
}
