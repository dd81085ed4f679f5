//! What was not judged, and why: the third verdict.

use text::Span;

/// Why something was not assessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// A template: its meaning depends on values that only rendering knows.
    NeedsRendering,
    /// Encrypted by SOPS, git-crypt, Ansible Vault or sealed otherwise.
    Encrypted,
    /// Broken YAML or JSON.
    Malformed,
    /// Bytes that are no UTF-8.
    NotUtf8,
    /// Past the limit on a file's size.
    TooLarge,
    /// Past the limit on nesting.
    TooDeep,
    /// Past the limit on documents in a file.
    TooManyDocuments,
    /// Past the limit on the expansion of aliases.
    TooManyAliases,
    /// The system refused to open or read it.
    Unreadable,
    /// It changed while it was being read.
    ChangedWhileRead,
    /// A FIFO, socket or device where a manifest should be.
    NotARegularFile,
    /// A link that leads out of the root.
    OutsideRoot,
    /// A link that leads back to a folder above it.
    LinkLoop,
    /// Jsonnet source.
    Jsonnet,
    /// CUE source.
    Cue,
    /// Terraform or OpenTofu source that holds Kubernetes objects.
    Terraform,
    /// Another language or format whose output are manifests (Pulumi, cdk8s, KCL, Dhall, Starlark, Pkl, Nix).
    OtherGenerator,
    /// A file that looks like a manifest but has an extension that nobody registered.
    UnknownExtension,
    /// A packed chart or archive.
    Archive,
    /// A target or API version that the facts do not reach.
    BeyondHorizon,
    /// A kustomization or chart that was asked for and could not be rendered.
    RenderFailed,
    /// A unit of a cluster that lacks something: a chart or a repository that was not fetched, values that are encrypted.
    UnitLacks,
}

impl Reason {
    /// The stable name for machines.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::NeedsRendering => "needs-rendering",
            Self::Encrypted => "encrypted",
            Self::Malformed => "malformed",
            Self::NotUtf8 => "not-utf8",
            Self::TooLarge => "too-large",
            Self::TooDeep => "too-deep",
            Self::TooManyDocuments => "too-many-documents",
            Self::TooManyAliases => "too-many-aliases",
            Self::Unreadable => "unreadable",
            Self::ChangedWhileRead => "changed-while-read",
            Self::NotARegularFile => "not-a-regular-file",
            Self::OutsideRoot => "outside-root",
            Self::LinkLoop => "link-loop",
            Self::Jsonnet => "jsonnet",
            Self::Cue => "cue",
            Self::Terraform => "terraform",
            Self::OtherGenerator => "other-generator",
            Self::UnknownExtension => "unknown-extension",
            Self::Archive => "archive",
            Self::BeyondHorizon => "beyond-horizon",
            Self::RenderFailed => "render-failed",
            Self::UnitLacks => "unit-lacks",
        }
    }

    /// What it is, for people, to stand after a number: `12 need rendering`.
    #[must_use]
    pub fn phrase(self) -> &'static str {
        match self {
            Self::NeedsRendering => "templates that need rendering",
            Self::Encrypted => "encrypted",
            Self::Malformed => "broken YAML or JSON",
            Self::NotUtf8 => "not UTF-8",
            Self::TooLarge => "too large",
            Self::TooDeep => "nested too deeply",
            Self::TooManyDocuments => "with too many documents",
            Self::TooManyAliases => "whose aliases expand too far",
            Self::Unreadable => "unreadable",
            Self::ChangedWhileRead => "changed while being read",
            Self::NotARegularFile => "not regular files",
            Self::OutsideRoot => "links out of the root",
            Self::LinkLoop => "links in a loop",
            Self::Jsonnet => "Jsonnet",
            Self::Cue => "CUE",
            Self::Terraform => "Terraform",
            Self::OtherGenerator => "other generators of manifests",
            Self::UnknownExtension => "manifests by their look, with an unknown extension",
            Self::Archive => "packed or compressed",
            Self::BeyondHorizon => "beyond what the facts reach",
            Self::RenderFailed => "kustomizations and charts that could not be rendered",
            Self::UnitLacks => "units of clusters that lack something",
        }
    }
}

/// Something that was not assessed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAssessed {
    /// The path, relative to the root.
    pub path: String,
    /// The part that was not assessed; none for the whole file.
    pub span: Option<Span>,
    /// Why.
    pub reason: Reason,
    /// The cause in particular: the parser's message, the limit, the system's error. May be empty.
    pub detail: String,
}
