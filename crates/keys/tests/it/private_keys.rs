//! Private keys: made of seeds, read and written.

use keys::{Algorithm, PrivateKey, pem};

use crate::certificates::known_keys;

fn told(text: &str) -> String {
    PrivateKey::from_pem(text).unwrap_err().to_string()
}

/// The block of a text under another label.
fn relabelled(text: &str, label: &str) -> String {
    pem::encode(label, &pem::decode(text).unwrap().bytes)
}

#[test]
fn a_seed_leads_to_one_key_that_is_read_as_it_is_written() {
    let algorithms = [Algorithm::Rsa(2048), Algorithm::Dsa, Algorithm::Ecdsa, Algorithm::Ed25519];
    let labels = ["RSA PRIVATE KEY", "DSA PRIVATE KEY", "EC PRIVATE KEY", "PRIVATE KEY"];
    for (algorithm, label) in algorithms.into_iter().zip(labels) {
        let written = |seed| PrivateKey::generate(algorithm, &[seed; 32]).unwrap().to_pem().unwrap();
        let text = written(0);
        assert_eq!(pem::decode(&text).unwrap().label, label);
        assert_eq!(PrivateKey::from_pem(&text).unwrap().to_pem().unwrap(), text);
        assert_eq!(written(0), text);
        assert_ne!(written(1), text);
    }
}

#[test]
fn keys_that_go_and_openssl_take_come_of_these_seeds() {
    // Go's crypto/x509 reads each and writes the same, `openssl pkey -check` finds nothing wrong.
    let known = known_keys();
    let written = |algorithm, seed| PrivateKey::generate(algorithm, &[seed; 32]).unwrap().to_pem().unwrap();
    assert_eq!(written(Algorithm::Rsa(2048), 0), known["rsa"]);
    assert_eq!(written(Algorithm::Dsa, 0), known["dsa"]);
    assert_eq!(written(Algorithm::Ecdsa, 0), known["p256"]);
    assert_eq!(written(Algorithm::Ed25519, 1), known["ed25519"]);
}

#[test]
fn forms_for_keys_of_all_kinds_are_written_as_those_of_their_kind() {
    let known = known_keys();
    for kind in ["rsa", "p256"] {
        let read = PrivateKey::from_pem(&known[&format!("{kind}-pkcs8")]).unwrap();
        assert_eq!(read.to_pem().unwrap(), known[kind]);
    }
}

#[test]
fn a_key_in_the_wrong_form_is_told_which_it_is() {
    let known = known_keys();
    let cases = [
        ("rsa", "EC", "parsing EC private key from PEM", "ParsePKCS1PrivateKey"),
        ("rsa", "", "decoding PEM as PKCS#8", "ParsePKCS1PrivateKey"),
        ("p256", "RSA", "parsing RSA private key from PEM", "ParseECPrivateKey"),
        ("p256", "", "decoding PEM as PKCS#8", "ParseECPrivateKey"),
        ("rsa-pkcs8", "RSA", "parsing RSA private key from PEM", "ParsePKCS8PrivateKey"),
        ("ed25519", "EC", "parsing EC private key from PEM", "ParsePKCS8PrivateKey"),
    ];
    for (key, label, lead, other) in cases {
        let label = if label.is_empty() { "PRIVATE KEY".to_owned() } else { format!("{label} PRIVATE KEY") };
        let expected =
            format!("{lead}: x509: failed to parse private key (use {other} instead for this key format)");
        assert_eq!(told(&relabelled(&known[key], &label)), expected);
    }
}

#[test]
fn what_is_no_key_is_told() {
    let known = known_keys();
    assert_eq!(told(""), "no PEM data in input");
    assert_eq!(
        told(&known["rsa"].replace("RSA PRIVATE", "PUBLIC")),
        "no private key data in PEM block of type PUBLIC KEY"
    );
    assert_eq!(
        told(&relabelled(&known["rsa"], "OPENSSH PRIVATE KEY")),
        "invalid private key type OPENSSH PRIVATE KEY"
    );
    assert!(
        told(&pem::encode("RSA PRIVATE KEY", b"abc")).starts_with("parsing RSA private key from PEM: asn1: ")
    );
    assert!(
        told(&pem::encode("DSA PRIVATE KEY", b"abc")).starts_with("parsing DSA private key from PEM: asn1: ")
    );
    let swapped = relabelled(&known["dsa"], "RSA PRIVATE KEY");
    assert!(told(&swapped).starts_with("parsing RSA private key from PEM: asn1: "));
}

#[test]
fn a_key_on_another_curve_is_read_and_nothing_more() {
    // 1.3.132.0.34 is P-384.
    let scalar =
        [&[0x30, 0x3e, 2, 1, 1, 4, 0x30][..], &[1; 48], &[0xa0, 7, 6, 5, 0x2b, 0x81, 4, 0, 0x22]].concat();
    let key = PrivateKey::from_pem(&pem::encode("EC PRIVATE KEY", &scalar)).unwrap();
    assert!(key.to_pem().unwrap_err().to_string().contains("1.3.132.0.34"));
    let unnamed = [&[0x30, 0x35, 2, 1, 1, 4, 0x30][..], &[1; 48]].concat();
    assert_eq!(
        told(&pem::encode("EC PRIVATE KEY", &unnamed)),
        "parsing EC private key from PEM: x509: unknown elliptic curve"
    );
}

#[test]
fn an_rsa_key_of_more_bits_than_the_limit_is_refused_at_once() {
    let number = |bytes: usize| {
        let mut digits =
            vec![2, 0x82, u8::try_from(bytes >> 8).unwrap(), u8::try_from(bytes & 0xff).unwrap()];
        digits.extend(vec![0x7f; bytes]);
        digits
    };
    let numbers =
        [vec![2, 1, 0], number(2000), vec![2, 1, 3], number(2000), number(1000), number(1000)].concat();
    let numbers = [numbers, number(1000), number(1000), number(1000)].concat();
    let length = u16::try_from(numbers.len()).unwrap().to_be_bytes();
    let key = [&[0x30, 0x82][..], &length, &numbers].concat();
    assert_eq!(
        told(&pem::encode("RSA PRIVATE KEY", &key)),
        "parsing RSA private key from PEM: crypto/rsa: invalid private key"
    );
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, cases: 500, ..Default::default() })]

    #[test]
    fn a_key_with_a_changed_byte_is_read_or_refused(
        which in 0_usize..6, at in 0_usize..2000, value in 0_u8..,
        label in proptest::sample::select(vec!["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY"]),
    ) {
        let known = known_keys();
        let text = known.values().nth(which).unwrap();
        let mut bytes = pem::decode(text).unwrap().bytes;
        let at = at % bytes.len();
        bytes[at] = value;
        // Whatever is read can be written again.
        if let Ok(key) = PrivateKey::from_pem(&pem::encode(label, &bytes)) {
            let _ = key.to_pem();
        }
    }
}
