//! Bad input: a fault by name, never a panic.

use sops::{
    AgeKeys, Fault, Format, KeyService, MacCheck, NoKeys, OpenDataKey, ReadMetadata, ReadStore, Recipient,
    WalkDocument, decrypt, limits,
};
use text::TextId;

use crate::goldens::Goldens;

const ALL: [Format; 5] = [Format::Yaml, Format::Json, Format::Dotenv, Format::Ini, Format::Binary];

fn fault(format: Format, bytes: &[u8]) -> Fault {
    decrypt((TextId(0), bytes), format, &NoKeys, MacCheck::Required).unwrap_err()
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    for format in ALL {
        let fault = fault(format, b"\xff\xfe=\x00\n{\"a\xff\": 1}");
        assert!(matches!(fault, Fault::ReadStore { .. }), "{format:?}: {fault}");
    }
}

#[test]
fn documents_without_metadata_are_not_encrypted() {
    for (format, text) in [
        (Format::Yaml, "a: 1\n"),
        (Format::Yaml, ""),
        (Format::Yaml, "# nothing\n"),
        (Format::Json, "{}"),
        (Format::Binary, "{\"data\": \"x\"}"),
        (Format::Dotenv, "A=b\n"),
        (Format::Dotenv, ""),
        (Format::Ini, "[a]\nb = c\n"),
    ] {
        assert_eq!(fault(format, text.as_bytes()), Fault::FindMetadata, "{text}");
    }
}

#[test]
fn documents_past_the_limit_are_not_read() {
    let large = vec![b'#'; limits::DOCUMENT_BYTES_MAX + 1];
    for format in ALL {
        let Fault::ReadStore { source, .. } = fault(format, &large) else { panic!() };
        assert_eq!(source, ReadStore::BoundLength);
    }
}

#[test]
fn aliases_of_what_they_stand_in_and_bombs_of_them_are_refused() {
    let source = |text: &str| match fault(Format::Yaml, text.as_bytes()) {
        Fault::ReadStore { source, .. } => source,
        fault => panic!("{fault}"),
    };
    assert!(matches!(source("a: &x\n    b: *x\n"), ReadStore::FollowAlias | ReadStore::Parse(_)));
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..9 {
        let item = format!("*a{}", level - 1);
        bomb.push_str(&format!("a{level}: &a{level} [{}]\n", vec![item; 10].join(", ")));
    }
    assert_eq!(source(&bomb), ReadStore::BoundNodes);
}

#[test]
fn a_long_text_behind_many_aliases_is_refused() {
    let text = format!("a: &x {}\nb: [{}]\n", "x".repeat(1 << 20), vec!["*x"; 1_000].join(", "));
    let Fault::ReadStore { source, .. } = fault(Format::Yaml, text.as_bytes()) else { panic!() };
    assert_eq!(source, ReadStore::BoundExpansion);
}

#[test]
fn keys_that_are_too_long_to_be_authenticated_with_each_value_are_refused() {
    let text = with_pgp("85D7")
        .replace("a: [1, x]", &format!("? {}\n: [1, x]", "k".repeat(limits::KEY_PATH_BYTES_MAX)));
    let fault = decrypt((TextId(0), text.as_bytes()), Format::Yaml, &PgpAgent, MacCheck::Overlooked);
    assert_eq!(fault.unwrap_err(), Fault::Walk(WalkDocument::BoundPath));
}

#[test]
fn many_keys_of_one_section_are_read_and_printed_in_time_linear_in_them() {
    let keys: String = (0..100_000).map(|key| format!("k{key} = v\n")).collect();
    let metadata = "pgp__list_0__map_fp = 85D7\nlastmodified = 2024-01-01T00:00:00Z\nencrypted_regex = ^z$\n";
    let text = format!("[a]\n{keys}[sops]\n{metadata}");
    let document =
        decrypt((TextId(0), text.as_bytes()), Format::Ini, &PgpAgent, MacCheck::Overlooked).unwrap();
    assert!(document.print().unwrap().expose().len() > keys.len());
}

#[test]
fn deep_nesting_is_refused() {
    let deep = format!("{{\"a\": {}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    for format in [Format::Yaml, Format::Json, Format::Binary] {
        assert!(matches!(fault(format, deep.as_bytes()), Fault::ReadStore { .. }));
    }
}

#[test]
fn metadata_of_too_many_recipients_or_groups_is_refused() {
    let with = |lists: String| {
        let text = format!("a: b\nsops:\n    lastmodified: '2024-02-29T12:30:00Z'\n{lists}");
        fault(Format::Yaml, text.as_bytes())
    };
    let one = "        - recipient: age1x\n          enc: x\n";
    let many = format!("    age:\n{}", one.repeat(limits::RECIPIENTS_MAX + 1));
    assert_eq!(with(many), Fault::ReadMetadata(ReadMetadata::BoundRecipients));
    let group = "        - age: [{recipient: age1x, enc: x}]\n";
    let groups = format!("    key_groups:\n{}", group.repeat(limits::KEY_GROUPS_MAX + 1));
    assert_eq!(with(groups), Fault::ReadMetadata(ReadMetadata::BoundGroups));
    assert_eq!(
        with("    age: 5\n".to_owned()),
        Fault::ReadMetadata(ReadMetadata::ReadField { field: "age" })
    );
}

#[test]
fn a_data_key_of_huge_base64_is_refused() {
    let goldens = Goldens::read();
    let keys = goldens.keys(goldens.case("yaml wrong key"));
    let armored = format!(
        "-----BEGIN AGE ENCRYPTED FILE-----{}-----END AGE ENCRYPTED FILE-----",
        "AAAA".repeat(1 << 18)
    );
    let text = format!(
        "a: b\nsops:\n    lastmodified: '2024-02-29T12:30:00Z'\n    age: [{{recipient: age1x, enc: '{armored}'}}]\n"
    );
    let fault = decrypt((TextId(0), text.as_bytes()), Format::Yaml, &keys, MacCheck::Required).unwrap_err();
    assert!(fault.to_string().contains("more than 65536 bytes"), "{fault}");
}

#[test]
fn any_cut_and_any_changed_byte_is_a_fault_or_a_document() {
    let goldens = Goldens::read();
    for name in ["yaml comments", "json all", "dotenv", "ini", "binary", "yaml key groups, all"] {
        let case = goldens.case(name);
        let keys = goldens.keys(case);
        let whole = case.encrypted.as_bytes();
        for end in (0..whole.len()).step_by(37) {
            check(&whole[..end], case.format(), &keys);
            let mut changed = whole.to_vec();
            changed[end] = changed[end].wrapping_add(1);
            check(&changed, case.format(), &keys);
        }
    }
}

fn check(bytes: &[u8], format: Format, keys: &AgeKeys) {
    if let Ok(document) = decrypt((TextId(0), bytes), format, keys, MacCheck::Overlooked) {
        let _ = document.print();
    }
}

/// A service of somebody else's, for one PGP key.
struct PgpAgent;

impl KeyService for PgpAgent {
    fn open(&self, recipient: &Recipient) -> Result<zeroize::Zeroizing<Vec<u8>>, OpenDataKey> {
        match recipient.name.as_str() {
            "85D7" => Ok(zeroize::Zeroizing::new(vec![0; 32])),
            _ => Err(OpenDataKey::Other("the agent has no such key".to_owned())),
        }
    }
}

fn with_pgp(fingerprint: &str) -> String {
    let rest = "lastmodified: '2024-01-01T00:00:00Z', encrypted_regex: ^zzz$, mac: ''";
    format!("# kept\na: [1, x]\nsops: {{pgp: [{{fp: {fingerprint}, created_at: x, enc: y}}], {rest}}}\n")
}

#[test]
fn services_of_others_open_data_keys_through_the_port() {
    let attempt = |text: &str, keys: &dyn KeyService, check| {
        let document = decrypt((TextId(0), text.as_bytes()), Format::Yaml, keys, check)?.print()?;
        Ok::<_, Fault>(document.expose_text().unwrap().to_owned())
    };
    let text = with_pgp("85D7");
    let printed = attempt(&text, &PgpAgent, MacCheck::Overlooked).unwrap();
    assert_eq!(printed, "# kept\na:\n    - 1\n    - x\n");
    assert_eq!(attempt(&text, &PgpAgent, MacCheck::Required), Err(Fault::CompareMac));
    let told =
        |keys: &dyn KeyService, text: &str| attempt(text, keys, MacCheck::Required).unwrap_err().to_string();
    let start = "no key at hand opens the document: encrypted for PGP";
    assert_eq!(told(&NoKeys, &text), format!("{start} 85D7: no such key service here"));
    assert_eq!(told(&AgeKeys::default(), &text), format!("{start} 85D7: no such key service here"));
    assert_eq!(told(&PgpAgent, &with_pgp("FFFF")), format!("{start} FFFF: the agent has no such key"));
}
