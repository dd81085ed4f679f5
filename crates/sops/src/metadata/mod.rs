//! What SOPS writes beside the values: recipients, the rule of what is encrypted, the MAC.
//!
//! Takes the branch below `sops`, or what a flat format has in its place; gives a [`Metadata`]. Fields that SOPS does not know
//! are overlooked, and so are those of old versions that nothing needs. Opens nothing.

mod recipient;

use crate::cipher::go_time;
use crate::limits::{KEY_GROUPS_MAX, RECIPIENTS_MAX};
use crate::stores::ReadStore;
use crate::tree::{Branch, Data, Value};

pub use recipient::{Recipient, RecipientKind};

/// The ending of keys whose values are not encrypted, where the metadata has no rule.
const UNENCRYPTED_SUFFIX_DEFAULT: &str = "_unencrypted";

/// What stands beside the encrypted values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata {
    /// Whom the data key is encrypted for. With several groups each has a share of it.
    pub groups: Vec<Vec<Recipient>>,
    /// How many shares make the data key; 0 where it is not said.
    pub shares_needed: usize,
    /// Which values are encrypted.
    pub rule: Rule,
    /// Whether the MAC is over the encrypted values only.
    pub mac_only_encrypted: bool,
    /// The MAC, encrypted; empty for none.
    pub mac: String,
    /// When the file was written last, to the second, in Go's RFC 3339; it is authenticated with the MAC.
    pub last_modified: String,
    /// The version of SOPS that wrote it; empty where it is not said.
    pub version: String,
}

/// Which values are encrypted. Endings and patterns are those of any key above a value, or of the comments before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// All but those below a key with this ending.
    UnencryptedSuffix(String),
    /// Those below a key with this ending.
    EncryptedSuffix(String),
    /// All but those below a key that this pattern of Go matches.
    UnencryptedRegex(String),
    /// Those below a key that this pattern of Go matches.
    EncryptedRegex(String),
    /// All but those behind a comment that this pattern of Go matches.
    UnencryptedCommentRegex(String),
    /// Those behind a comment that this pattern of Go matches.
    EncryptedCommentRegex(String),
}

/// Why metadata cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadMetadata {
    /// `sops` is no mapping.
    #[error("'sops' is no mapping")]
    FindMapping,
    /// `sops` stands there twice.
    #[error("'sops' stands there twice")]
    FindOnce,
    /// The values below `sops` cannot be read.
    #[error("what stands below 'sops' cannot be read: {source}")]
    ReadValues {
        /// Why.
        source: ReadStore,
    },
    /// A field of another type.
    #[error("the field '{field}' below 'sops' is of another type than SOPS writes")]
    ReadField {
        /// Which one.
        field: &'static str,
    },
    /// A time that is none.
    #[error("'lastmodified' below 'sops' is no time of RFC 3339")]
    ReadTime,
    /// Nobody that the data key is encrypted for.
    #[error("there are no recipients below 'sops'")]
    FindRecipients,
    /// Several rules.
    #[error(
        "there are several rules of what is encrypted below 'sops', such as 'encrypted_regex' and 'unencrypted_suffix'"
    )]
    ChooseRule,
    /// More key groups than shares can be.
    #[error("there are more than {KEY_GROUPS_MAX} key groups")]
    BoundGroups,
    /// More recipients than are read.
    #[error("there are more than {RECIPIENTS_MAX} recipients")]
    BoundRecipients,
    /// The flattened keys of a dotenv or INI file do not fit together.
    #[error("the flattened fields of the metadata contradict each other at '{key}'")]
    Unflatten {
        /// One of them.
        key: String,
    },
}

impl Metadata {
    /// All recipients, of all groups.
    pub fn recipients(&self) -> impl Iterator<Item = &Recipient> {
        self.groups.iter().flatten()
    }

    /// Reads the branch below `sops`.
    pub(crate) fn read(branch: &Branch) -> Result<Self, ReadMetadata> {
        let last_modified = text_field(branch, "lastmodified")?;
        let last_modified = go_time(&last_modified).ok_or(ReadMetadata::ReadTime)?;
        Ok(Self {
            groups: groups(branch)?,
            shares_needed: number_field(branch, "shamir_threshold")?,
            rule: Rule::read(branch)?,
            mac_only_encrypted: bool_field(branch, "mac_only_encrypted")?,
            mac: text_field(branch, "mac")?,
            last_modified: without_fraction(&last_modified),
            version: text_field(branch, "version")?,
        })
    }
}

impl Rule {
    fn read(branch: &Branch) -> Result<Self, ReadMetadata> {
        type OfText = fn(String) -> Rule;
        let kinds: [(&str, OfText); 6] = [
            ("unencrypted_suffix", Self::UnencryptedSuffix),
            ("encrypted_suffix", Self::EncryptedSuffix),
            ("unencrypted_regex", Self::UnencryptedRegex),
            ("encrypted_regex", Self::EncryptedRegex),
            ("unencrypted_comment_regex", Self::UnencryptedCommentRegex),
            ("encrypted_comment_regex", Self::EncryptedCommentRegex),
        ];
        let mut found = None;
        for (field, rule) in kinds {
            let text = text_field(branch, field)?;
            if !text.is_empty() && found.replace(rule(text)).is_some() {
                return Err(ReadMetadata::ChooseRule);
            }
        }
        Ok(found.unwrap_or_else(|| Self::UnencryptedSuffix(UNENCRYPTED_SUFFIX_DEFAULT.to_owned())))
    }
}

/// One group of what stands there by itself, or the groups of `key_groups`.
fn groups(branch: &Branch) -> Result<Vec<Vec<Recipient>>, ReadMetadata> {
    let alone = recipient::group(branch)?;
    let groups = if alone.is_empty() {
        list_field(branch, "key_groups")?.into_iter().map(recipient::group).collect::<Result<_, _>>()?
    } else {
        vec![alone]
    };
    if groups.is_empty() {
        return Err(ReadMetadata::FindRecipients);
    }
    if groups.len() > KEY_GROUPS_MAX {
        return Err(ReadMetadata::BoundGroups);
    }
    if groups.iter().map(Vec::len).sum::<usize>() > RECIPIENTS_MAX {
        return Err(ReadMetadata::BoundRecipients);
    }
    Ok(groups)
}

/// The text of a field, whatever scalar it is written as; empty where it is not there.
fn text_field(branch: &Branch, field: &'static str) -> Result<String, ReadMetadata> {
    let value = branch.get(field);
    value.map_or(Some(String::new()), scalar_text).ok_or(ReadMetadata::ReadField { field })
}

fn scalar_text(value: &Value) -> Option<String> {
    match &value.data {
        Data::Null => Some(String::new()),
        Data::Bool(value) => Some(u8::from(*value).to_string()),
        Data::Int(value) => Some(value.to_string()),
        Data::Float(value) => Some(value.to_string()),
        Data::Time(text) => Some(text.clone()),
        Data::Text(text) => text.expose_text().map(str::to_owned),
        Data::Comment(_) | Data::Branch(_) | Data::List(_) => None,
    }
}

fn number_field(branch: &Branch, field: &'static str) -> Result<usize, ReadMetadata> {
    let text = text_field(branch, field)?;
    let number = if text.is_empty() { Some(0) } else { text.parse().ok() };
    number.ok_or(ReadMetadata::ReadField { field })
}

fn bool_field(branch: &Branch, field: &'static str) -> Result<bool, ReadMetadata> {
    match text_field(branch, field)?.as_str() {
        "" | "0" | "f" | "F" | "false" | "False" | "FALSE" => Ok(false),
        "1" | "t" | "T" | "true" | "True" | "TRUE" => Ok(true),
        _ => Err(ReadMetadata::ReadField { field }),
    }
}

/// The mappings of a list; one by itself is a list of one.
fn list_field<'b>(branch: &'b Branch, field: &'static str) -> Result<Vec<&'b Branch>, ReadMetadata> {
    let wrong = ReadMetadata::ReadField { field };
    match branch.get(field).map(|value| &value.data) {
        None | Some(Data::Null) => Ok(Vec::new()),
        Some(Data::Branch(one)) => Ok(vec![one]),
        Some(Data::List(items)) => {
            let items = items.iter().filter(|item| !matches!(item.data, Data::Comment(_)));
            items
                .map(|item| match &item.data {
                    Data::Branch(branch) => Ok(branch),
                    _ => Err(wrong.clone()),
                })
                .collect()
        }
        Some(Data::Text(text)) if text.expose().is_empty() => Ok(Vec::new()),
        Some(_) => Err(wrong),
    }
}

/// A time of Go without what is less than a second.
fn without_fraction(time: &str) -> String {
    let Some((seconds, rest)) = time.split_once('.') else { return time.to_owned() };
    let zone = rest.trim_start_matches(|digit: char| digit.is_ascii_digit());
    format!("{seconds}{zone}")
}

#[cfg(test)]
mod tests {
    use super::without_fraction;

    #[test]
    fn fractions_of_a_second_are_left_out() {
        assert_eq!(without_fraction("2024-02-29T12:30:00.25+02:00"), "2024-02-29T12:30:00+02:00");
        assert_eq!(without_fraction("2024-02-29T12:30:00Z"), "2024-02-29T12:30:00Z");
    }
}
