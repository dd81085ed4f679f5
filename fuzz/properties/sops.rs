//! Any bytes are an encrypted document of some format or are refused, alike each time, and what is decrypted can be printed.

use sops::{AgeKeys, Decrypted, Fault, Format, KeyService, MacCheck, OpenDataKey, Recipient, decrypt};
use text::{Origins, TextId};

/// Made for this target: no document is encrypted for it, but headers of age files are read with it.
const IDENTITY: &str = "AGE-SECRET-KEY-19U5NXN5WS4MRXPLGYW3UUQNGZFZVG56R490KJZSW6C5Q8XEY5JQSS3JN2R";

/// Has the same data key for everybody, so that values are come to.
struct OneKey;

impl KeyService for OneKey {
    fn open(&self, _: &Recipient) -> Result<zeroize::Zeroizing<Vec<u8>>, OpenDataKey> {
        Ok(zeroize::Zeroizing::new(vec![0; 32]))
    }
}

/// The first byte chooses the format.
pub(crate) fn check(bytes: &[u8]) {
    let Some((first, bytes)) = bytes.split_first() else { return };
    let format = match first % 5 {
        0 => Format::Yaml,
        1 => Format::Json,
        2 => Format::Dotenv,
        3 => Format::Ini,
        _ => Format::Binary,
    };
    let identities = AgeKeys::from_text(IDENTITY).expect("the identity of this target is one");
    for keys in [&identities as &dyn KeyService, &OneKey] {
        let attempt = |check| decrypt((TextId(0), bytes), format, keys, check);
        let (once, twice) = (attempt(MacCheck::Overlooked), attempt(MacCheck::Overlooked));
        assert_eq!(shown(&once), shown(&twice));
        if let Ok(document) = once {
            let spans = document.decrypted_spans();
            assert!(spans.iter().all(|span| bytes.get(span.range()).is_some()), "{spans:?}");
            let _ = document.graphs(&mut Origins::default());
            // Nobody compares less than who looks away.
            let _ = attempt(MacCheck::Required);
        }
    }
    let _ = AgeKeys::from_text(&String::from_utf8_lossy(bytes));
}

/// What came out in every format, for comparing.
fn shown(attempt: &Result<Decrypted, Fault>) -> Vec<String> {
    const FORMATS: [Format; 5] = [Format::Yaml, Format::Json, Format::Dotenv, Format::Ini, Format::Binary];
    match attempt {
        Ok(document) => FORMATS
            .map(|format| format!("{:?}", document.print_as(format).map(|clear| clear.expose().to_vec())))
            .into(),
        Err(fault) => vec![fault.to_string()],
    }
}
