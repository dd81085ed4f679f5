//! The drafts of JSON Schema that Helm knows, and the schemas of schemas.
//!
//! Takes the address in `$schema`; gives the draft, and where schemas stand in schemas of it. The documents in
//! `data/metaschemas` are those that json-schema.org publishes.

/// A draft, from the oldest to the newest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Draft {
    Draft4,
    Draft6,
    Draft7,
    Draft2019,
    Draft2020,
}

/// Where a schema may stand below another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The value of a keyword.
    Value,
    /// Each member of its value.
    Members,
    /// Each item of its value.
    Items,
    /// The value of a keyword, or each item of it.
    ValueOrItems,
}

/// Keywords that hold schemas, since which draft, and where.
const PLACES: &[(&str, Draft, Place)] = &[
    ("definitions", Draft::Draft4, Place::Members),
    ("not", Draft::Draft4, Place::Value),
    ("allOf", Draft::Draft4, Place::Items),
    ("anyOf", Draft::Draft4, Place::Items),
    ("oneOf", Draft::Draft4, Place::Items),
    ("properties", Draft::Draft4, Place::Members),
    ("additionalProperties", Draft::Draft4, Place::Value),
    ("patternProperties", Draft::Draft4, Place::Members),
    ("items", Draft::Draft4, Place::ValueOrItems),
    ("additionalItems", Draft::Draft4, Place::Value),
    ("dependencies", Draft::Draft4, Place::Members),
    ("propertyNames", Draft::Draft6, Place::Value),
    ("contains", Draft::Draft6, Place::Value),
    ("if", Draft::Draft7, Place::Value),
    ("then", Draft::Draft7, Place::Value),
    ("else", Draft::Draft7, Place::Value),
    ("$defs", Draft::Draft2019, Place::Members),
    ("dependentSchemas", Draft::Draft2019, Place::Members),
    ("unevaluatedProperties", Draft::Draft2019, Place::Value),
    ("unevaluatedItems", Draft::Draft2019, Place::Value),
    ("contentSchema", Draft::Draft2019, Place::Value),
    ("prefixItems", Draft::Draft2020, Place::Items),
];

/// Embeds the parts of the schema of one draft's schemas.
macro_rules! parts {
    ($draft:literal, $($name:literal),+) => {
        &[$((concat!("draft/", $draft, "/meta/", $name), include_str!(concat!("../../data/metaschemas/", $draft, "/", $name, ".json")))),+]
    };
}

/// Schemas of schemas by what stands behind `json-schema.org/` in their addresses.
const ROOTS: &[(&str, Draft, &str)] = &[
    ("draft-04/schema", Draft::Draft4, include_str!("../../data/metaschemas/draft-04.json")),
    ("draft-06/schema", Draft::Draft6, include_str!("../../data/metaschemas/draft-06.json")),
    ("draft-07/schema", Draft::Draft7, include_str!("../../data/metaschemas/draft-07.json")),
    ("draft/2019-09/schema", Draft::Draft2019, include_str!("../../data/metaschemas/2019-09.json")),
    ("draft/2020-12/schema", Draft::Draft2020, include_str!("../../data/metaschemas/2020-12.json")),
];

const PARTS: [&[(&str, &str)]; 2] = [
    parts!("2019-09", "applicator", "content", "core", "format", "meta-data", "validation"),
    parts!(
        "2020-12",
        "applicator",
        "content",
        "core",
        "format-annotation",
        "format-assertion",
        "meta-data",
        "unevaluated",
        "validation"
    ),
];

impl Draft {
    /// The draft of an address in `$schema`, which may end in `#`.
    pub(super) fn of_address(address: &str) -> Option<Self> {
        let (address, fragment) = crate::url::split(address);
        let name = name_of(address)?;
        match name {
            _ if !fragment.is_empty() => None,
            // Without a draft, the newest.
            "schema" => Some(Self::Draft2020),
            name => ROOTS.iter().find(|(known, ..)| *known == name).map(|(_, draft, _)| *draft),
        }
    }

    /// The address of the schema of its schemas.
    pub(super) fn address(self) -> String {
        let name = ROOTS.iter().find(|(_, draft, _)| *draft == self).map_or("", |(name, ..)| name);
        let scheme = if self < Self::Draft2019 { "http" } else { "https" };
        format!("{scheme}://json-schema.org/{name}")
    }

    /// The keyword that names a schema.
    pub(super) fn id_keyword(self) -> &'static str {
        if self == Self::Draft4 { "id" } else { "$id" }
    }

    /// Keywords that hold schemas, and where.
    pub(super) fn places(self) -> impl Iterator<Item = (&'static str, Place)> {
        PLACES
            .iter()
            .filter(move |(_, since, _)| *since <= self)
            .map(|(keyword, _, place)| (*keyword, *place))
    }
}

/// The document that is embedded for an address.
pub(super) fn embedded(address: &str) -> Option<&'static str> {
    let name = name_of(address)?;
    let name = if name == "schema" { "draft/2020-12/schema" } else { name };
    let root = ROOTS.iter().find(|(known, ..)| *known == name).map(|(.., text)| *text);
    root.or_else(|| PARTS.iter().copied().flatten().find(|(known, _)| *known == name).map(|(_, text)| *text))
}

/// What stands behind the host of json-schema.org.
fn name_of(address: &str) -> Option<&str> {
    address
        .strip_prefix("http://")
        .or_else(|| address.strip_prefix("https://"))?
        .strip_prefix("json-schema.org/")
}
