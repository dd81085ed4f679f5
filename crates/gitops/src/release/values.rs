//! The values of a release: its own, and those of objects that units render.

use std::ops::Range;

use gotemplate::{Ledger, Map, MapType};
use helm::values::{Given, SetKind, merge_maps, of_text, set};
use text::{Source, TextId, Texts};

use super::HELM;
use crate::flux::{PrintedValues, Reference, ReleaseSpec, ValuesReference};
use crate::graph::Missing;
use crate::mask::whole;
use crate::variables::{DataObjects, opaque_text};

/// Values that a release is given.
#[derive(Debug, Clone)]
pub(crate) struct GivenValues {
    pub(crate) home: ValuesHome,
    pub(crate) text: Secret,
    /// The ranges of it that are made of decrypted values.
    pub(crate) sensitive: Vec<Range<u32>>,
    /// The path at which they are put, and whether they are taken as they are; none for a whole file of values.
    pub(crate) at: Option<(String, bool)>,
}

/// Where values stand.
#[derive(Debug, Clone)]
pub(crate) enum ValuesHome {
    /// In the release itself, printed.
    Own,
    /// Under a key of an object.
    Data { object: Reference, key: String },
}

/// A text that may be secret.
#[derive(Clone)]
pub(crate) enum Secret {
    Known(String),
    Printed(PrintedValues),
}

impl Secret {
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Known(text) => text,
            Self::Printed(values) => values.text(),
        }
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("***")
    }
}

impl std::fmt::Display for ValuesHome {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Own => formatter.write_str("spec.values"),
            Self::Data { object, key } => write!(formatter, "{object} {key}"),
        }
    }
}

impl GivenValues {
    /// The object that has them; none where the release says them itself.
    pub(crate) fn object(&self) -> Option<&Reference> {
        match &self.home {
            ValuesHome::Own => None,
            ValuesHome::Data { object, .. } => Some(object),
        }
    }

    /// How many bytes stand before the values in the text that Helm reads: `path=`.
    pub(crate) fn prefix_bytes(&self) -> usize {
        self.at.as_ref().map_or(0, |(path, _)| path.len() + 1)
    }

    /// Hands out all that decides what comes of them, and where they are from.
    pub(super) fn identify(&self, put: &mut dyn FnMut(&str)) {
        put(&self.home.to_string());
        // Its own values stand in the release, which is handed out as well.
        if let Secret::Known(text) = &self.text {
            put(text);
        }
        put(&format!("{:?}", self.sensitive));
        match &self.at {
            None => put("whole"),
            Some((path, is_literal)) => {
                put(if *is_literal { "literal" } else { "typed" });
                put(path);
            }
        }
    }
}

/// The values of a release, from objects that are known.
pub(crate) fn values_of(spec: &ReleaseSpec, data: &DataObjects) -> Result<Vec<GivenValues>, Missing> {
    let mut values = Vec::new();
    for reference in &spec.values_from {
        values.extend(given(reference, data)?);
    }
    if let Some(own) = &spec.values {
        let text = Secret::Printed(own.clone());
        values.push(GivenValues {
            home: ValuesHome::Own,
            text,
            sensitive: spec.sensitive_values.clone(),
            at: None,
        });
    }
    Ok(values)
}

/// What a reference gives; none if it may be missing and is.
fn given(reference: &ValuesReference, data: &DataObjects) -> Result<Option<GivenValues>, Missing> {
    let ValuesReference { object, key, target_path, is_literal, is_optional } = reference;
    let at = target_path.clone().map(|path| (path, *is_literal));
    let Some(found) = data.get(object) else {
        let missing = Missing::FindValues(object.to_string());
        return if *is_optional { Ok(None) } else { Err(missing) };
    };
    let text = match (found.text(key), &at) {
        (Some(Ok(text)), _) => text.to_owned(),
        (Some(Err(())), Some(_)) => opaque_text(key),
        (Some(Err(())), None) => return Err(Missing::Decrypt(format!("'{key}' of {object}"))),
        (None, _) if *is_optional => return Ok(None),
        (None, _) => return Err(Missing::FindKey { object: object.to_string(), key: key.clone() }),
    };
    let home = ValuesHome::Data { object: object.clone(), key: key.clone() };
    // A text at a path is one value, and stands behind the path in what Helm reads.
    let sensitive = match (found.sensitive(key), &at) {
        ([], _) => Vec::new(),
        (_, Some(_)) => whole(),
        (ranges, None) => ranges.to_vec(),
    };
    Ok(Some(GivenValues { home, text: Secret::Known(text), sensitive, at }))
}

/// All values, later ones over earlier ones, and the text of each.
pub(super) fn merged(
    all: &[GivenValues],
    texts: &mut Texts,
    ledger: &Ledger,
) -> Result<(Map, Vec<TextId>), Missing> {
    let mut values = Map::new(MapType::Interface);
    let mut ids = Vec::with_capacity(all.len());
    for GivenValues { home, text, at, .. } in all {
        let content = text.text();
        let id = texts.add(Source::Given { name: home.to_string() });
        ids.push(id);
        let refused = |reason: String| Missing::Render(format!("values of {home}: {reason}"));
        match at {
            None => {
                let read = of_text(id, content.as_bytes(), HELM, ledger)
                    .map_err(|error| refused(text::with_causes(&error)))?;
                values = merge_maps(&values, &read, ledger);
            }
            Some((path, is_literal)) => {
                let (kind, content) = kind_of(content, *is_literal);
                let given = format!("{path}={content}");
                set(Given { text: &given, id, kind, version: HELM }, &values, ledger)
                    // The error may show the value.
                    .map_err(|_| refused(format!("cannot be put at '{path}'")))?;
            }
        }
    }
    Ok((values, ids))
}

/// How a value at a path is read: one in quotes is a text without them.
fn kind_of(content: &str, is_literal: bool) -> (SetKind, &str) {
    let within = |quote: char| content.strip_prefix(quote)?.strip_suffix(quote);
    match within('\'').or_else(|| within('"')) {
        _ if is_literal => (SetKind::Literal, content),
        Some(content) => (SetKind::String, content),
        None => (SetKind::Typed, content),
    }
}
