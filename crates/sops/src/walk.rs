//! Through a document with the data key: which values are encrypted, what they are, and the MAC of all.
//!
//! Goes the way of `Tree.Decrypt` of SOPS: a value's path is made of the keys above it, items of lists have their list's, and
//! comments that of what they stand in. Replaces values in place. Compares nothing.

use manifest::resolve::base64;
use regexp::compile;
use sha2::{Digest, Sha512};

use crate::cipher::{OpenValue, open};
use crate::metadata::{Metadata, Rule};
use crate::tree::{Branch, Comment, Data, Item, Key, Value};

/// What a MAC over encrypted values only begins with (`MACOnlyEncryptedInitialization`: the SHA-256 of `sops`), so that it
/// is never that over all values.
const MAC_ONLY_ENCRYPTED_START: &str = "ij/SrVTOZlJ7EDTz0Ue+CwuXWzv0T3LG/a3sgXbyfWk=";

/// Why a document cannot be walked. Paths are keys with points between; nothing is said of values.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WalkDocument {
    /// A value that does not open.
    #[error("'{path}': {source}")]
    OpenValue {
        /// The keys that lead to it.
        path: String,
        /// Why.
        source: OpenValue,
    },
    /// A value of another type where an encrypted one should stand.
    #[error("'{path}': a value of the type {found} stands where an encrypted one should")]
    FindText {
        /// The keys that lead to it.
        path: String,
        /// Its type, in Go's words.
        found: &'static str,
    },
    /// A key that is no text.
    #[error("'{path}' has a key of the type {found}: SOPS encrypts below texts only")]
    UseOtherKey {
        /// The keys that lead to what has it.
        path: String,
        /// Its type, in Go's words.
        found: &'static str,
    },
    /// Something that says of itself that it is a comment, or none, where that cannot be.
    #[error("'{path}': a comment and a value have changed places")]
    ExchangeComment {
        /// The keys that lead to it.
        path: String,
    },
}

/// Opens all values of the documents and gives the MAC over them, as SOPS writes it before it encrypts it.
pub(crate) fn open_values(
    branches: &mut [Branch],
    metadata: &Metadata,
    data_key: &[u8],
) -> Result<String, WalkDocument> {
    let mut hash = Sha512::new();
    if metadata.mac_only_encrypted {
        hash.update(base64::decode(MAC_ONLY_ENCRYPTED_START).unwrap_or_default());
    }
    let mut walker = Walker {
        selection: Selection::new(&metadata.rule),
        mac_only_encrypted: metadata.mac_only_encrypted,
        data_key,
        path: Vec::new(),
        comments: Vec::new(),
        hash,
    };
    for branch in branches {
        walker.branch(branch)?;
    }
    Ok(walker.hash.finalize().iter().map(|byte| format!("{byte:02X}")).collect())
}

/// A rule that is ready to be asked.
pub(crate) struct Selection<'r> {
    rule: &'r Rule,
    /// The pattern of the rule; none where Go would not compile it, which then matches nothing: SOPS overlooks the error.
    pattern: Option<Matcher>,
}

type Matcher = Box<dyn Fn(&[u8]) -> bool>;

impl<'r> Selection<'r> {
    pub(crate) fn new(rule: &'r Rule) -> Self {
        let pattern = match rule {
            Rule::UnencryptedSuffix(_) | Rule::EncryptedSuffix(_) => None,
            Rule::UnencryptedRegex(pattern)
            | Rule::EncryptedRegex(pattern)
            | Rule::UnencryptedCommentRegex(pattern)
            | Rule::EncryptedCommentRegex(pattern) => compile(pattern)
                .ok()
                .map(|regex| Box::new(move |text: &[u8]| regex.is_match(text)) as Matcher),
        };
        Self { rule, pattern }
    }

    /// The rule itself.
    pub(crate) fn rule(&self) -> &'r Rule {
        self.rule
    }

    fn matches(&self, text: &[u8]) -> bool {
        self.pattern.as_ref().is_some_and(|pattern| pattern(text))
    }

    /// Whether a value is encrypted below these keys. Rules of comments are not asked: a value without comments.
    pub(crate) fn selects_by_path(&self, path: &[String]) -> bool {
        match self.rule {
            Rule::UnencryptedSuffix(suffix) => !path.iter().any(|key| key.ends_with(suffix)),
            Rule::EncryptedSuffix(suffix) => path.iter().any(|key| key.ends_with(suffix)),
            Rule::UnencryptedRegex(_) => !path.iter().any(|key| self.matches(key.as_bytes())),
            Rule::EncryptedRegex(_) => path.iter().any(|key| self.matches(key.as_bytes())),
            Rule::UnencryptedCommentRegex(_) => true,
            Rule::EncryptedCommentRegex(_) => false,
        }
    }

    /// Whether a value, or a comment if `is_comment`, is encrypted behind these comments, the outermost first. A comment is the
    /// last of them itself, and one that is looked for does not encrypt itself.
    fn selects(&self, path: &[String], comments: &[Vec<Vec<u8>>], is_comment: bool) -> bool {
        let all = || comments.iter().flatten();
        match self.rule {
            Rule::UnencryptedCommentRegex(_) => !all().any(|comment| self.matches(comment)),
            Rule::EncryptedCommentRegex(_) => {
                let count = all().count()
                    - usize::from(is_comment && comments.last().is_some_and(|last| !last.is_empty()));
                all().take(count).any(|comment| self.matches(comment))
            }
            _ => self.selects_by_path(path),
        }
    }
}

struct Walker<'k> {
    selection: Selection<'k>,
    mac_only_encrypted: bool,
    data_key: &'k [u8],
    path: Vec<String>,
    /// The comments before the value at hand, one list for each collection around it.
    comments: Vec<Vec<Vec<u8>>>,
    hash: Sha512,
}

impl Walker<'_> {
    fn branch(&mut self, branch: &mut Branch) -> Result<(), WalkDocument> {
        self.comments.push(Vec::new());
        for item in &mut branch.items {
            match item {
                Item::Comment(comment) => self.comment_of_branch(comment)?,
                Item::Entry(entry) => {
                    let key = match &entry.key {
                        Key::Text(key) => key.clone(),
                        Key::Other(found) => {
                            return Err(WalkDocument::UseOtherKey { path: self.shown_path(), found });
                        }
                    };
                    self.path.push(key);
                    self.value(&mut entry.value)?;
                    if matches!(entry.value.data, Data::Comment(_)) {
                        return Err(WalkDocument::ExchangeComment { path: self.shown_path() });
                    }
                    self.path.pop();
                    self.forget_comments();
                }
            }
        }
        self.comments.pop();
        Ok(())
    }

    fn comment_of_branch(&mut self, comment: &mut Comment) -> Result<(), WalkDocument> {
        self.remember(comment);
        match self.comment(comment)? {
            // SOPS forgets of a comment that it decrypted that it stood behind a value.
            Some(Data::Comment(opened)) => *comment = opened,
            Some(Data::Text(text)) => comment.text = text,
            Some(_) => return Err(WalkDocument::ExchangeComment { path: self.shown_path() }),
            None => {}
        }
        Ok(())
    }

    fn list(&mut self, items: &mut [Value]) -> Result<(), WalkDocument> {
        self.comments.push(Vec::new());
        for item in items {
            if let Data::Comment(comment) = &mut item.data {
                self.remember(comment);
                if let Some(opened) = self.comment(comment)? {
                    item.data = opened;
                    item.is_decrypted = true;
                }
            } else {
                self.value(item)?;
                self.forget_comments();
            }
        }
        self.comments.pop();
        Ok(())
    }

    fn value(&mut self, value: &mut Value) -> Result<(), WalkDocument> {
        match &mut value.data {
            Data::Branch(branch) => self.branch(branch),
            Data::List(items) => self.list(items),
            Data::Null => Ok(()),
            _ => self.leaf(value),
        }
    }

    fn leaf(&mut self, value: &mut Value) -> Result<(), WalkDocument> {
        let is_encrypted = self.selection.selects(&self.path, &self.comments, false);
        if is_encrypted {
            let found = value.data.type_name();
            let Data::Text(text) = &value.data else {
                return Err(WalkDocument::FindText { path: self.shown_path(), found });
            };
            let sealed = String::from_utf8_lossy(text.expose());
            let opened = open(&sealed, self.data_key, &self.authenticated_path());
            let opened =
                opened.map_err(|source| WalkDocument::OpenValue { path: self.shown_path(), source })?;
            value.is_decrypted = !sealed.is_empty();
            value.data = opened;
        }
        self.add_to_mac(&value.data, is_encrypted);
        Ok(())
    }

    /// What an encrypted comment is; none if it is not encrypted, which old versions of SOPS left so.
    fn comment(&mut self, comment: &Comment) -> Result<Option<Data>, WalkDocument> {
        if !self.selection.selects(&self.path, &self.comments, true) {
            return Ok(None);
        }
        let sealed = String::from_utf8_lossy(comment.text.expose());
        let Ok(opened) = open(&sealed, self.data_key, &self.authenticated_path()) else { return Ok(None) };
        self.add_to_mac(&opened, true);
        Ok(Some(opened))
    }

    /// Comments have no part in the MAC, whoever says of himself that he is one.
    fn add_to_mac(&mut self, data: &Data, is_encrypted: bool) {
        if self.mac_only_encrypted && !is_encrypted {
            return;
        }
        match data {
            Data::Bool(value) => self.hash.update(if *value { "True" } else { "False" }),
            Data::Int(value) => self.hash.update(value.to_string()),
            Data::Float(value) => self.hash.update(fixed_float(*value)),
            Data::Time(text) => self.hash.update(text),
            Data::Text(text) => self.hash.update(text.expose()),
            Data::Null | Data::Comment(_) | Data::Branch(_) | Data::List(_) => {}
        }
    }

    fn remember(&mut self, comment: &Comment) {
        if let Some(comments) = self.comments.last_mut() {
            comments.push(comment.text.expose().to_vec());
        }
    }

    fn forget_comments(&mut self) {
        if let Some(comments) = self.comments.last_mut() {
            comments.clear();
        }
    }

    fn authenticated_path(&self) -> String {
        authenticated_path(&self.path)
    }

    fn shown_path(&self) -> String {
        self.path.join(".")
    }
}

/// The keys as they are authenticated with a value.
pub(crate) fn authenticated_path(path: &[String]) -> String {
    path.join(":") + ":"
}

/// A number as Go's `FormatFloat(value, 'f', -1, 64)`.
fn fixed_float(value: f64) -> String {
    if value.is_nan() {
        "NaN".to_owned()
    } else if value.is_infinite() {
        if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned()
    } else {
        value.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_without_exponents() {
        for (value, text) in
            [(1e21, "1000000000000000000000"), (1e-7, "0.0000001"), (3.0, "3"), (f64::INFINITY, "+Inf")]
        {
            assert_eq!(fixed_float(value), text);
        }
    }

    #[test]
    fn the_start_of_a_mac_over_encrypted_values_is_the_digest_of_the_name() {
        let digest = sha2::Sha256::digest("sops");
        assert_eq!(base64::decode(MAC_ONLY_ENCRYPTED_START).as_deref(), Some(digest.as_slice()));
    }
}
