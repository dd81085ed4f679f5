//! Identities: the secret halves of age's X25519 keys, out of the text that `age-keygen` writes.

use bech32::Bech32;
use bech32::primitives::decode::CheckedHrpstring;
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::Zeroizing;

use super::file;
use crate::key_service::{KeyService, OpenDataKey};
use crate::limits::{IDENTITIES_BYTES_MAX, IDENTITIES_MAX};
use crate::metadata::{Recipient, RecipientKind};

const SECRET_PREFIX: &str = "AGE-SECRET-KEY-";

/// Why a text holds no identities. Nothing of the text is said but its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReadIdentities {
    /// More bytes than are read.
    #[error("the text of age identities has more than {IDENTITIES_BYTES_MAX} bytes")]
    BoundLength,
    /// More identities than are read.
    #[error("there are more than {IDENTITIES_MAX} age identities")]
    BoundCount,
    /// A kind that is known and not supported.
    #[error(
        "line {line} of the age identities: {what} are not supported; give a key that begins with 'AGE-SECRET-KEY-1'"
    )]
    Support {
        /// Which line, from 1.
        line: usize,
        /// What it is, in the plural.
        what: &'static str,
    },
    /// No identity, or a mistyped one.
    #[error("line {line} of the age identities is none: identities begin with 'AGE-SECRET-KEY-1'")]
    Decode {
        /// Which line, from 1.
        line: usize,
    },
}

/// The identities at hand. `Debug` says how many they are and nothing else.
#[derive(Clone, Default)]
pub struct AgeKeys {
    identities: Vec<Identity>,
}

/// One identity. The secret is overwritten when it is dropped.
#[derive(Clone)]
pub(super) struct Identity {
    secret: StaticSecret,
}

impl AgeKeys {
    /// Reads identities as a file of them, `SOPS_AGE_KEY` and the `.agekey` entries of Flux's Secrets hold them: one or
    /// several on a line, empty lines and lines that begin with `#` left out.
    ///
    /// # Errors
    /// Where a line is no X25519 identity, by its number.
    pub fn from_text(text: &str) -> Result<Self, ReadIdentities> {
        let mut keys = Self::default();
        keys.import(text)?;
        Ok(keys)
    }

    /// Adds the identities of another text.
    ///
    /// # Errors
    /// As [`AgeKeys::from_text`]; what stood before the faulty line is added.
    pub fn import(&mut self, text: &str) -> Result<(), ReadIdentities> {
        if text.len() > IDENTITIES_BYTES_MAX {
            return Err(ReadIdentities::BoundLength);
        }
        for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
            for word in line.split_whitespace() {
                if self.identities.len() >= IDENTITIES_MAX {
                    return Err(ReadIdentities::BoundCount);
                }
                self.identities.push(Identity::of_word(word, index + 1)?);
            }
        }
        Ok(())
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.identities.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.identities.is_empty()
    }
}

impl std::fmt::Debug for AgeKeys {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "AgeKeys({})", self.identities.len())
    }
}

impl KeyService for AgeKeys {
    fn open(&self, recipient: &Recipient) -> Result<Zeroizing<Vec<u8>>, OpenDataKey> {
        if recipient.kind != RecipientKind::Age {
            return Err(OpenDataKey::FindService);
        }
        if let Some(what) = unsupported_recipient(&recipient.name) {
            return Err(OpenDataKey::Support { what });
        }
        if self.is_empty() {
            return Err(OpenDataKey::HaveIdentity);
        }
        Ok(file::open(&recipient.encrypted_data_key, &self.identities)?)
    }
}

/// What a recipient is, if another kind of key than X25519 is needed for it.
fn unsupported_recipient(name: &str) -> Option<&'static str> {
    if name.starts_with("ssh-") {
        return Some("SSH keys as age recipients");
    }
    // The data of a bech32 text has no '1': a second one ends the name of a plugin, or of a kind with one of its own.
    if ["age1pq1", "age1tag1", "age1tagpq1"].iter().any(|start| name.starts_with(start)) {
        return Some("post-quantum and tagged age recipients");
    }
    (name.matches('1').count() > 1).then_some("recipients of age plugins")
}

impl Identity {
    fn of_word(word: &str, line: usize) -> Result<Self, ReadIdentities> {
        if let Some(what) = unsupported_identity(word) {
            return Err(ReadIdentities::Support { line, what });
        }
        let wrong = ReadIdentities::Decode { line };
        let checked = CheckedHrpstring::new::<Bech32>(word).map_err(|_| wrong)?;
        if !checked.hrp().as_str().eq_ignore_ascii_case(SECRET_PREFIX) {
            return Err(wrong);
        }
        let bytes: Zeroizing<Vec<u8>> = Zeroizing::new(checked.byte_iter().collect());
        let secret: [u8; 32] = bytes.as_slice().try_into().map_err(|_| wrong)?;
        Ok(Self { secret: StaticSecret::from(secret) })
    }

    /// What both sides of an exchange know, with the public half of this one; none where the other half is a trap that
    /// makes the result no secret.
    pub(super) fn exchange(&self, share: &[u8; 32]) -> Option<(Zeroizing<[u8; 32]>, [u8; 32])> {
        let shared = self.secret.diffie_hellman(&PublicKey::from(*share));
        let public = PublicKey::from(&self.secret).to_bytes();
        shared.was_contributory().then(|| (Zeroizing::new(shared.to_bytes()), public))
    }
}

/// What an identity is, if it is of a known kind that is not supported.
fn unsupported_identity(word: &str) -> Option<&'static str> {
    if word.starts_with("AGE-PLUGIN-") {
        Some("identities of age plugins")
    } else if word.starts_with("AGE-SECRET-KEY-PQ-1") {
        Some("post-quantum age identities")
    } else if word.starts_with("-----BEGIN") {
        Some("SSH and PGP keys as age identities")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made for these tests.
    const KEY: &str = "AGE-SECRET-KEY-19U5NXN5WS4MRXPLGYW3UUQNGZFZVG56R490KJZSW6C5Q8XEY5JQSS3JN2R";

    #[test]
    fn identities_stand_on_lines_between_comments() {
        let keys =
            AgeKeys::from_text(&format!("# created: today\n# public key: age1…\n{KEY}\n\n {KEY} {KEY}\n"));
        assert_eq!(keys.unwrap().len(), 3);
        assert!(AgeKeys::from_text("# none\n").unwrap().is_empty());
    }

    #[test]
    fn what_is_no_identity_is_refused_by_its_line_alone() {
        let told = |text: &str| AgeKeys::from_text(text).unwrap_err();
        assert_eq!(told("\nhunter2"), ReadIdentities::Decode { line: 2 });
        let mistyped = KEY.replace("19U5", "19U6");
        assert_eq!(told(&mistyped), ReadIdentities::Decode { line: 1 });
        assert_eq!(
            told("age1due4e0yvdlkdynw2hmuwq6u0jh0efmrmk3k5dzj0ddz6scepeyvstwsyup"),
            ReadIdentities::Decode { line: 1 }
        );
        for text in ["AGE-PLUGIN-YUBIKEY-1QQ", "AGE-SECRET-KEY-PQ-1QQ", "-----BEGIN OPENSSH PRIVATE KEY-----"]
        {
            assert!(matches!(told(text), ReadIdentities::Support { line: 1, .. }), "{text}");
        }
        assert!(!told("hunter2").to_string().contains("hunter2"));
        assert_eq!(told(&"#".repeat(IDENTITIES_BYTES_MAX + 1)), ReadIdentities::BoundLength);
    }

    #[test]
    fn more_identities_than_the_limit_are_refused() {
        let text = format!("{KEY}\n").repeat(IDENTITIES_MAX + 1);
        assert_eq!(AgeKeys::from_text(&text).unwrap_err(), ReadIdentities::BoundCount);
    }

    #[test]
    fn recipients_that_need_other_keys_are_named() {
        assert_eq!(
            unsupported_recipient("age1due4e0yvdlkdynw2hmuwq6u0jh0efmrmk3k5dzj0ddz6scepeyvstwsyup"),
            None
        );
        // A public key may begin with any letters.
        assert_eq!(
            unsupported_recipient("age1tagpqe0yvdlkdynw2hmuwq6u0jh0efmrmk3k5dzj0ddz6scepeyvstwsyup"),
            None
        );
        assert!(unsupported_recipient("age1tag1qqqqqqq").is_some());
        assert!(unsupported_recipient("age1yubikey1qqqqqq").is_some());
        assert!(unsupported_recipient("age1pq1qqqqqqq").is_some());
        assert!(unsupported_recipient("ssh-ed25519 AAAA").is_some());
    }

    #[test]
    fn debug_shows_no_identity() {
        let shown = format!("{:?}", AgeKeys::from_text(KEY).unwrap());
        assert_eq!(shown, "AgeKeys(1)");
    }
}
