//! What is random: drawn from the port, fairly, and the same in the same world.

use std::collections::BTreeMap;
use std::sync::Arc;

use gotemplate::sprig::FAMILIES;
use gotemplate::{Engine, Fixed, FunctionTable, Ledger, Ports, ReadPort, TemplateSet, TextSource, parse};
use proptest::prelude::*;
use text::{Origin, Record, TextId};

use crate::language::value;

fn render_in(world: &dyn Ports, template: &str) -> Result<String, String> {
    rendered(world, template, &Ledger::off()).map(|(text, _)| text)
}

fn rendered(world: &dyn Ports, template: &str, ledger: &Ledger) -> Result<(String, Vec<Origin>), String> {
    let functions = FunctionTable::new(FAMILIES);
    let parsed =
        parse("t", template.as_bytes(), &|name| functions.knows(name)).map_err(|error| error.message)?;
    let mut set = TemplateSet::new(functions);
    set.add(Arc::new(parsed), TextSource::Text(TextId(0)));
    let engine = Engine::new(&set, ledger, world, &());
    let rendered = engine.execute("t", &value(&serde_json::Value::Null)).map_err(|error| error.message)?;
    let origins = rendered.pieces.iter().map(|piece| piece.1).collect();
    Ok((String::from_utf8_lossy(&rendered.bytes).into_owned(), origins))
}

/// A world whose randomness is one byte, or none.
struct Dull(Option<u8>);

impl Ports for Dull {
    fn now_nanoseconds(&self) -> i128 {
        0
    }

    fn local_zone(&self) -> Option<String> {
        None
    }

    fn random(&self, bytes: &mut [u8]) -> Result<(), ReadPort> {
        bytes.fill(self.0.ok_or(ReadPort::NoRandomness)?);
        Ok(())
    }

    fn host_address(&self, _: &str) -> String {
        String::new()
    }
}

const RANDOM: &[&str] = &[
    "randAlpha 20",
    "randAlphaNum 20",
    "randNumeric 20",
    "randAscii 20",
    "randBytes 20",
    "randInt 0 1000000000",
    "shuffle \"abcdefghijklmnopqrstuvwxyz\"",
    "uuidv4",
    "bcrypt \"p\"",
    "htpasswd \"u\" \"p\"",
    "encryptAES \"key\" \"text\"",
    "genPrivateKey \"ecdsa\"",
    "genPrivateKey \"ed25519\"",
];

const CERTIFICATES: &[&str] = &[
    "genCA \"x\" 1",
    "genCAWithKey \"x\" 1 (genPrivateKey \"ecdsa\")",
    "genSelfSignedCert \"x\" nil (list \"a\") 1",
    "genSelfSignedCertWithKey \"x\" nil (list \"a\") 1 (genPrivateKey \"ed25519\")",
    "genSignedCert \"x\" nil nil 1 (genCAWithKey \"x\" 1 (genPrivateKey \"ecdsa\"))",
    "genSignedCertWithKey \"x\" nil nil 1 (genCAWithKey \"x\" 1 (genPrivateKey \"ecdsa\")) (genPrivateKey \"ecdsa\")",
];

#[test]
fn the_same_world_draws_the_same_and_never_the_same_twice() {
    for call in RANDOM {
        let template = format!("{{{{{call}}}}} {{{{{call}}}}}");
        let text = render_in(&Fixed::at(0), &template).unwrap();
        assert_eq!(render_in(&Fixed::at(0), &template).unwrap(), text);
        let (one, other) = text.split_at(text.len() / 2);
        assert_ne!(one.trim(), other.trim(), "{call}");
    }
}

#[test]
fn what_is_drawn_is_made_by_the_function() {
    for call in RANDOM {
        let ledger = Ledger::on();
        let (_, pieces) = rendered(&Fixed::at(0), &format!("{{{{{call}}}}}"), &ledger).unwrap();
        let origins = ledger.into_origins();
        let [Origin::Recorded(id)] = pieces[..] else { panic!("{call}: {pieces:?}") };
        let name = call.split(' ').next().unwrap();
        let Some(Record::Made { rule, .. }) = origins.record(id) else { panic!("{call}") };
        assert_eq!(*rule, name);
    }
}

#[test]
fn certificates_are_of_the_world_s_randomness_and_time() {
    for call in CERTIFICATES {
        let render = |second: i128, field| {
            render_in(&Fixed::at(second * 1_000_000_000), &format!("{{{{({call}).{field}}}}}")).unwrap()
        };
        assert_eq!(render(0, "Cert"), render(0, "Cert"), "{call}");
        assert_ne!(render(0, "Cert"), render(1, "Cert"), "{call}");
        assert_eq!(render(0, "Key"), render(1, "Key"), "{call}");
        let told = render_in(&Dull(None), &format!("{{{{({call}).Key}}}}")).unwrap_err();
        assert!(told.ends_with("no randomness is to be had") || told.contains("genPrivateKey"), "{told}");
    }
}

#[test]
fn both_texts_of_a_certificate_are_made_by_the_function() {
    for call in CERTIFICATES {
        let ledger = Ledger::on();
        let template = format!("{{{{with {call}}}}}{{{{.Cert}}}}{{{{.Key}}}}{{{{end}}}}");
        let (_, pieces) = rendered(&Fixed::at(0), &template, &ledger).unwrap();
        let origins = ledger.into_origins();
        // The last piece has no bytes: it notes that what `with` chose by is random.
        assert_eq!((pieces.len(), pieces[2]), (3, Ledger::NOWHERE));
        for piece in pieces.into_iter().take(2) {
            let Origin::Recorded(id) = piece else { panic!("{call}: {piece:?}") };
            let Some(Record::Made { rule, .. }) = origins.record(id) else { panic!("{call}") };
            assert_eq!(*rule, call.split(' ').next().unwrap());
        }
    }
}

#[test]
fn hashes_are_those_of_bcrypt() {
    // golang.org/x/crypto/bcrypt takes both for hashes of these passwords.
    let hashes = "$2a$10$p9PN5Hto2RxBnel0cw6Xou5SAerUwlQjpM4m6PbcCm6nXvHRnLa8S \
                  $2a$10$TWXipLaLYivncu.ODlHNHOcHwgwTuRx0boYY0sqMT8xGTZs506Fm2";
    assert_eq!(render_in(&Fixed::at(0), "{{bcrypt \"p\"}} {{bcrypt \"\"}}").unwrap(), hashes);
}

#[test]
fn a_world_without_randomness_is_told_and_a_dull_one_ends() {
    for call in RANDOM {
        let told = render_in(&Dull(None), &format!("{{{{{call}}}}}")).unwrap_err();
        assert!(told.ends_with("no randomness is to be had"), "{told}");
    }
    for call in ["randAlpha 20", "randInt 0 3", "shuffle \"abc\""] {
        let told = render_in(&Dull(Some(255)), &format!("{{{{{call}}}}}")).unwrap_err();
        assert!(told.ends_with("256 draws gave no usable randomness"), "{told}");
    }
    assert_eq!(render_in(&Dull(Some(0)), "{{uuidv4}}").unwrap(), "00000000-0000-4000-8000-000000000000");
    assert_eq!(render_in(&Dull(Some(255)), "{{uuidv4}}").unwrap(), "ffffffff-ffff-4fff-bfff-ffffffffffff");
}

#[test]
fn more_than_a_string_may_have_is_refused() {
    for call in ["randAlpha", "randBytes"] {
        let told = render_in(&Fixed::at(0), &format!("{{{{{call} 9223372036854775807}}}}")).unwrap_err();
        assert!(told.contains("gives more than 268435456 bytes"), "{told}");
    }
}

#[test]
fn all_that_can_be_drawn_is_drawn_equally_often() {
    let shares = |template: &str, values: usize| {
        let text = render_in(&Fixed::at(0), template).unwrap();
        let mut counts = BTreeMap::new();
        text.split_whitespace().for_each(|drawn| *counts.entry(drawn.to_owned()).or_insert(0_u32) += 1);
        assert_eq!(counts.len(), values, "{template}: {counts:?}");
        let mean = counts.values().sum::<u32>() / u32::try_from(values).unwrap();
        // Six standard deviations of a fair draw.
        let off = 6 * f64::from(mean).sqrt() as u32;
        assert!(counts.values().all(|count| count.abs_diff(mean) < off), "{template}: {counts:?}");
    };
    shares("{{range until 6000}}{{randInt -3 4}} {{end}}", 7);
    shares("{{range until 6000}}{{shuffle \"abc\"}} {{end}}", 6);
    shares("{{randAlpha 30000 | splitList \"\" | join \" \"}}", 52);
    shares("{{randAlphaNum 30000 | splitList \"\" | join \" \"}}", 62);
    shares("{{randNumeric 30000 | splitList \"\" | join \" \"}}", 10);
    // Without the blank.
    shares("{{randAscii 60000 | splitList \"\" | join \" \"}}", 94);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn what_is_encrypted_comes_back(key in "[ -~]{0,40}", text in "[ !#-\\[\\]-~]{1,80}") {
        let key = serde_json::to_string(&key).unwrap();
        let template = format!("{{{{encryptAES {key} \"{text}\" | decryptAES {key}}}}}");
        prop_assert_eq!(render_in(&Fixed::at(0), &template), Ok(text));
    }

    #[test]
    fn any_text_is_decrypted_or_refused(key in "\\PC{0,8}", text in "[A-Za-z0-9+/=]{0,90}") {
        let key = serde_json::to_string(&key).unwrap();
        let template = format!("{{{{decryptAES {key} \"{text}\"}}}}");
        prop_assert_eq!(render_in(&Fixed::at(0), &template), render_in(&Fixed::at(1), &template));
    }

    #[test]
    fn a_drawn_number_lies_between_its_bounds(low in any::<i64>(), span in 1..=i64::MAX) {
        let high = low.saturating_add(span);
        prop_assume!(high > low);
        let drawn: i64 = render_in(&Fixed::at(0), &format!("{{{{randInt {low} {high}}}}}")).unwrap().parse().unwrap();
        prop_assert!((low..high).contains(&drawn));
    }
}
