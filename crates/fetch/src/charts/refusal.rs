//! Why a registry gives nothing, in words for people.

use helm::sources::Digest;

use super::request::GetBytes;

/// Pages of tags. The repositories with the most tags that are published have some ten thousand.
pub(super) const TAG_PAGES_MAX: usize = 100;

/// Why a registry gives no chart.
#[derive(Debug, thiserror::Error)]
pub enum AskRegistry {
    /// It does not answer, or refuses.
    #[error(transparent)]
    Get(#[from] GetBytes),
    /// It wants to know who asks.
    #[error("the registry '{registry}' wants to know who asks{advice}")]
    Authorize {
        /// The registry.
        registry: String,
        /// What could be done.
        advice: String,
    },
    /// What it wants to know of who asks makes no sense.
    #[error("the registry '{registry}' asks for a token at no address that can be trusted with one")]
    TrustRealm {
        /// The registry.
        registry: String,
    },
    /// An answer is no JSON of the form that the specification says.
    #[error("'{url}' is not answered with {what}")]
    Read {
        /// What was asked.
        url: String,
        /// What was expected.
        what: &'static str,
    },
    /// Bytes are not what their digest says.
    #[error("'{url}' has the digest {found}, and not {wanted}")]
    Digest {
        /// What was asked.
        url: String,
        /// What came.
        found: Digest,
        /// What should have come.
        wanted: Digest,
    },
    /// A tag that stands for another manifest than a digest beside it.
    #[error("chart reference digest mismatch: {found} is not {wanted}")]
    Mismatch {
        /// What the tag stands for.
        found: Digest,
        /// What the reference says.
        wanted: Digest,
    },
    /// A digest of a kind that is not computed here.
    #[error("'{url}' names a layer by something that is no SHA-256 digest")]
    DigestKind {
        /// The manifest.
        url: String,
    },
    /// A manifest of something else.
    #[error("'{url}' is no chart: {reason}")]
    FindChart {
        /// The manifest.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// An artifact without the layer that is wanted.
    #[error("'{url}' has layers, but {wanted}")]
    FindLayer {
        /// The manifest.
        url: String,
        /// Which layer was wanted.
        wanted: String,
    },
    /// Pages of tags without end.
    #[error("'{url}' has more than {TAG_PAGES_MAX} pages of tags")]
    TooManyPages {
        /// The list of tags.
        url: String,
    },
    /// A version that no tag can stand for.
    #[error("no tag can stand for version '{version}'")]
    WriteTag {
        /// The version.
        version: String,
    },
}
