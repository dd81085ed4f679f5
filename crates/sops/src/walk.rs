//! Through a document with the data key: which values are encrypted, what they are, and the MAC of all.
//!
//! Goes the way of `Tree.Decrypt` of SOPS: a value's path is made of the keys above it, items of lists have their list's, and
//! comments that of what they stand in. Replaces values in place. Compares nothing.

use manifest::resolve::base64;
use regexp::compile;
use sha2::{Digest, Sha512};

use crate::cipher::{OpenValue, open};
use crate::limits::KEY_PATH_BYTES_MAX;
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
    /// Longer keys above a value than are followed.
    #[error("the keys above a value have more than {KEY_PATH_BYTES_MAX} bytes together")]
    BoundPath,
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
        path: KeyPath::default(),
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

    /// Whether a key is one that the rule looks for.
    fn matches_key(&self, key: &str) -> bool {
        match self.rule {
            Rule::UnencryptedSuffix(suffix) | Rule::EncryptedSuffix(suffix) => key.ends_with(suffix),
            Rule::UnencryptedRegex(_) | Rule::EncryptedRegex(_) => self.matches(key.as_bytes()),
            Rule::UnencryptedCommentRegex(_) | Rule::EncryptedCommentRegex(_) => false,
        }
    }

    /// Whether a comment is one that the rule looks for.
    fn matches_comment(&self, comment: &[u8]) -> bool {
        let is_asked = matches!(self.rule, Rule::UnencryptedCommentRegex(_) | Rule::EncryptedCommentRegex(_));
        is_asked && self.matches(comment)
    }

    /// Whether a value is encrypted below keys and behind comments of which one is looked for, or none.
    pub(crate) fn selects(&self, is_key_matched: bool, is_comment_matched: bool) -> bool {
        match self.rule {
            Rule::UnencryptedSuffix(_) | Rule::UnencryptedRegex(_) => !is_key_matched,
            Rule::EncryptedSuffix(_) | Rule::EncryptedRegex(_) => is_key_matched,
            Rule::UnencryptedCommentRegex(_) => !is_comment_matched,
            Rule::EncryptedCommentRegex(_) => is_comment_matched,
        }
    }
}

/// The keys above a value. Each is asked for by the rule once, however many values stand below it.
#[derive(Default)]
pub(crate) struct KeyPath {
    keys: Vec<String>,
    /// For each key, whether it or one above it is looked for.
    matched: Vec<bool>,
    bytes: usize,
}

impl KeyPath {
    pub(crate) fn push(&mut self, key: &str, selection: &Selection<'_>) -> Result<(), WalkDocument> {
        self.bytes += key.len() + 1;
        if self.bytes > KEY_PATH_BYTES_MAX {
            return Err(WalkDocument::BoundPath);
        }
        self.matched.push(self.is_matched() || selection.matches_key(key));
        self.keys.push(key.to_owned());
        Ok(())
    }

    pub(crate) fn pop(&mut self) {
        self.matched.pop();
        self.bytes -= self.keys.pop().map_or(0, |key| key.len() + 1);
    }

    /// Whether one of the keys is looked for.
    pub(crate) fn is_matched(&self) -> bool {
        self.matched.last().is_some_and(|is_matched| *is_matched)
    }

    /// The keys as they are authenticated with a value.
    pub(crate) fn authenticated(&self) -> String {
        self.keys.join(":") + ":"
    }

    /// The keys as people write them.
    pub(crate) fn shown(&self) -> String {
        self.keys.join(".")
    }
}

/// The comments before a value in one collection: whether the last of them is looked for, and whether one before it is.
#[derive(Clone, Copy, Default)]
struct CommentsBefore {
    is_earlier_matched: bool,
    is_last_matched: bool,
}

struct Walker<'k> {
    selection: Selection<'k>,
    mac_only_encrypted: bool,
    data_key: &'k [u8],
    path: KeyPath,
    /// One for each collection around the value at hand.
    comments: Vec<CommentsBefore>,
    hash: Sha512,
}

impl Walker<'_> {
    fn branch(&mut self, branch: &mut Branch) -> Result<(), WalkDocument> {
        self.comments.push(CommentsBefore::default());
        for item in &mut branch.items {
            match item {
                Item::Comment(comment) => self.comment_of_branch(comment)?,
                Item::Entry(entry) => {
                    let key = match &entry.key {
                        Key::Text(key) => key.clone(),
                        Key::Other(found) => {
                            return Err(WalkDocument::UseOtherKey { path: self.path.shown(), found });
                        }
                    };
                    self.path.push(&key, &self.selection)?;
                    self.value(&mut entry.value)?;
                    if matches!(entry.value.data, Data::Comment(_)) {
                        return Err(WalkDocument::ExchangeComment { path: self.path.shown() });
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
            Some(_) => return Err(WalkDocument::ExchangeComment { path: self.path.shown() }),
            None => {}
        }
        Ok(())
    }

    fn list(&mut self, items: &mut [Value]) -> Result<(), WalkDocument> {
        self.comments.push(CommentsBefore::default());
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
        let is_encrypted = self.selects(false);
        if is_encrypted {
            let found = value.data.type_name();
            let Data::Text(text) = &value.data else {
                return Err(WalkDocument::FindText { path: self.path.shown(), found });
            };
            let sealed = String::from_utf8_lossy(text.expose());
            let opened = open(&sealed, self.data_key, &self.path.authenticated());
            let opened =
                opened.map_err(|source| WalkDocument::OpenValue { path: self.path.shown(), source })?;
            value.is_decrypted = !sealed.is_empty();
            value.data = opened;
        }
        self.add_to_mac(&value.data, is_encrypted);
        Ok(())
    }

    /// What an encrypted comment is; none if it is not encrypted, which old versions of SOPS left so.
    fn comment(&mut self, comment: &Comment) -> Result<Option<Data>, WalkDocument> {
        if !self.selects(true) {
            return Ok(None);
        }
        let sealed = String::from_utf8_lossy(comment.text.expose());
        let Ok(opened) = open(&sealed, self.data_key, &self.path.authenticated()) else { return Ok(None) };
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

    /// Whether what is at hand is encrypted. A comment is the last of the comments itself, and one that tells of what follows
    /// that it is encrypted is not.
    fn selects(&self, is_comment: bool) -> bool {
        let is_itself_asked = !is_comment || matches!(self.selection.rule, Rule::UnencryptedCommentRegex(_));
        let depth = self.comments.len();
        let is_matched = |(level, before): (usize, &CommentsBefore)| {
            before.is_earlier_matched || before.is_last_matched && (is_itself_asked || level + 1 < depth)
        };
        let is_comment_matched = self.comments.iter().enumerate().any(is_matched);
        self.selection.selects(self.path.is_matched(), is_comment_matched)
    }

    fn remember(&mut self, comment: &Comment) {
        let is_matched = self.selection.matches_comment(comment.text.expose());
        if let Some(before) = self.comments.last_mut() {
            before.is_earlier_matched |= before.is_last_matched;
            before.is_last_matched = is_matched;
        }
    }

    fn forget_comments(&mut self) {
        if let Some(before) = self.comments.last_mut() {
            *before = CommentsBefore::default();
        }
    }
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
