//! The keys of `.liftlock.yaml`: one table for the reader, its suggestions and the JSON schema.

/// A key of a mapping.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
    pub(crate) required: bool,
    pub(crate) description: &'static str,
}

/// What stands at a key.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shape {
    /// Free text that is not empty.
    Text,
    /// A Kubernetes version.
    Version,
    /// A day, `YYYY-MM-DD`.
    Date,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A list of texts.
    Texts,
    /// A list of mappings with these keys.
    Mappings(&'static [Key]),
    /// A mapping from check ids to levels.
    Levels,
    /// A mapping from addresses to texts.
    Addresses,
}

const fn key(name: &'static str, shape: Shape, required: bool, description: &'static str) -> Key {
    Key { name, shape, required, description }
}

pub(crate) const PLATFORMS: &[&str] = &["upstream", "eks"];
pub(crate) const LEVELS: &[&str] = &["off", "info", "warning", "silent", "breaks"];

pub(crate) const ROOT: &[Key] = &[
    key(
        "clusters",
        Shape::Mappings(CLUSTER),
        false,
        "The clusters that the repository deploys to. Without any, one cluster gets everything.",
    ),
    key(
        "exclude",
        Shape::Texts,
        false,
        "Paths that are left out, as patterns of a .gitignore file at the root.",
    ),
    key(
        "waivers",
        Shape::Mappings(WAIVER),
        false,
        "Findings that somebody accepts until a day. An expired waiver is a finding.",
    ),
    key("severity", Shape::Levels, false, "Other severities for checks, by check id."),
    key(
        "mirrors",
        Shape::Addresses,
        false,
        "Where liftlock fetch asks instead: what addresses begin with, and what they begin with there: an address, or a folder.",
    ),
];

pub(crate) const CLUSTER: &[Key] = &[
    key("name", Shape::Text, true, "The cluster's name, as it is shown in findings."),
    key(
        "paths",
        Shape::Texts,
        false,
        "Files, folders or globs that are deployed to it. Without any, everything is.",
    ),
    key("version", Shape::Version, false, "The Kubernetes version that it runs now."),
    key("target", Shape::Version, false, "The Kubernetes version that it is to go to."),
    key("platform", Shape::Word(PLATFORMS), false, "Who runs its control plane."),
    key(
        "apis",
        Shape::Texts,
        false,
        "API versions that it serves beyond the defaults, such as resource.k8s.io/v1beta1.",
    ),
];

pub(crate) const WAIVER: &[Key] = &[
    key("check", Shape::Text, true, "The id of the check."),
    key("path", Shape::Text, false, "A file, folder or glob; without it, everywhere."),
    key("object", Shape::Text, false, "name, namespace/name or Kind/name; without it, every object."),
    key("owner", Shape::Text, true, "Who answers for it."),
    key("reason", Shape::Text, true, "Why it is acceptable."),
    key("expires", Shape::Date, true, "The last day on which it holds."),
];
