//! What a chart is told of the cluster and of Helm: `.Capabilities`.
//!
//! Takes what was given on the command line, or what the discovery of a cluster lists; gives plain data. Asks no cluster,
//! and makes no values of templates.

use std::collections::BTreeSet;

use gotemplate::format::quote;

use crate::HelmVersion;

/// `.Capabilities`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capabilities {
    /// `.KubeVersion`.
    pub kube_version: KubeVersion,
    /// `.APIVersions`: `apps/v1`, and from a cluster `apps/v1/Deployment` as well.
    pub api_versions: Vec<String>,
    /// `.HelmVersion`.
    pub helm_version: BuildInfo,
}

/// `.Capabilities.KubeVersion`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KubeVersion {
    /// `.Version` and `.GitVersion`: `v1.33.4`; by Helm 4 with what stands behind the numbers, `v1.33.4-gke.1245000`.
    pub version: String,
    /// What the version is as a text, and what ranges of versions are compared with: the numbers alone, `v1.33.4`. A
    /// cluster's has what stands behind them all the same.
    pub normalized: String,
    /// `.Major`.
    pub major: String,
    /// `.Minor`: `33`; of some clusters `33+`.
    pub minor: String,
}

/// `.Capabilities.HelmVersion`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildInfo {
    /// `.Version`.
    pub version: &'static str,
    /// `.GitCommit`.
    pub git_commit: &'static str,
    /// `.GitTreeState`.
    pub git_tree_state: &'static str,
    /// `.GoVersion`.
    pub go_version: &'static str,
    /// `.KubeClientVersion`, a field that Helm 3 does not have.
    pub kube_client_version: Option<&'static str>,
}

/// What `helm template` refuses as `--kube-version`, in its words: those of the cause follow behind a colon.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid kube version '{text}'")]
pub struct InvalidKubeVersion {
    /// The text that was given.
    pub text: String,
    /// What is wrong with it.
    pub source: ParseKubeVersion,
}

/// Why a text is no version of Kubernetes, in Helm's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseKubeVersion {
    /// It does not begin with a number, or has more than one line.
    #[error("could not parse {} as version", quote(.0.as_bytes()))]
    Read(String),
    /// It has one number only.
    #[error("illegal version string {}", quote(.0.as_bytes()))]
    FindMinor(String),
    /// The first number begins with a zero.
    #[error("illegal zero-prefixed version component {} in {}", quote(.number.as_bytes()), quote(.text.as_bytes()))]
    ZeroPrefixed {
        /// The number.
        number: String,
        /// The whole text.
        text: String,
    },
    /// A number does not fit into 64 bits.
    #[error(
        "illegal non-numeric version component {number} in {}: strconv.ParseUint: parsing {number}: value out of range",
        quote(.text.as_bytes()),
        number = quote(.number.as_bytes())
    )]
    OutOfRange {
        /// The number.
        number: String,
        /// The whole text.
        text: String,
    },
}

/// The minor of Kubernetes that Helm 3.21.4 and Helm 4.2.4 believe in: that of the `k8s.io/client-go` in their `go.mod`
/// (v0.36.2 and v0.36.1). Helm 4 asks its own build information for it; of Helm 3 its `Makefile` compiles it in, and
/// a Helm 3 that was built without that `Makefile` says v1.20.0.
const KUBE_MINOR: u16 = 36;

/// What is compiled into each Helm, in its order; `tools/oracle/capabilities` prints it.
const API_VERSIONS_3: &str = include_str!("../data/api-versions-3.txt");
const API_VERSIONS_4: &str = include_str!("../data/api-versions-4.txt");

impl Capabilities {
    /// What `helm template` gives without a flag.
    #[must_use]
    pub fn of(version: HelmVersion) -> Self {
        let api_versions = match version {
            HelmVersion::V3 => API_VERSIONS_3,
            HelmVersion::V4 => API_VERSIONS_4,
        };
        Self {
            kube_version: KubeVersion::first_of_minor(KUBE_MINOR),
            api_versions: api_versions.lines().map(str::to_owned).collect(),
            helm_version: BuildInfo::of(version),
        }
    }

    /// What `helm template` gives with `--kube-version`, which is as good as none where it is empty, and with each text of
    /// `--api-versions` (whose value Helm parts at commas before) put behind those that are compiled in. The version changes
    /// no API version: a chart that is rendered for 1.16 finds `autoscaling/v2` all the same.
    ///
    /// # Errors
    ///
    /// The version is none.
    pub fn offline(
        version: HelmVersion,
        kube_version: &str,
        api_versions: impl IntoIterator<Item = String>,
    ) -> Result<Self, InvalidKubeVersion> {
        let mut capabilities = Self::of(version);
        if !kube_version.is_empty() {
            let invalid = |source| InvalidKubeVersion { text: kube_version.to_owned(), source };
            capabilities.kube_version = KubeVersion::parse(kube_version, version).map_err(invalid)?;
        }
        capabilities.api_versions.extend(api_versions);
        Ok(capabilities)
    }

    /// What Helm gives where it asks a cluster: every group and version in its discovery, and every kind below them.
    /// `kinds` are group (empty for the core group), version and kind, each as discovery lists it: `pods/eviction` stands
    /// below `v1`. Helm's order is another in each run; here they are sorted.
    pub fn of_cluster<'k>(
        version: HelmVersion,
        kube_version: KubeVersion,
        kinds: impl IntoIterator<Item = (&'k str, &'k str, &'k str)>,
    ) -> Self {
        let mut api_versions = BTreeSet::new();
        for (group, version, kind) in kinds {
            let group_version =
                if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") };
            api_versions.insert(format!("{group_version}/{kind}"));
            api_versions.insert(group_version);
        }
        let api_versions = api_versions.into_iter().collect();
        Self { kube_version, api_versions, helm_version: BuildInfo::of(version) }
    }

    /// Whether the very text is among the API versions: `.APIVersions.Has`.
    #[must_use]
    pub fn has(&self, api_version: &str) -> bool {
        self.api_versions.iter().any(|known| known == api_version)
    }
}

impl KubeVersion {
    /// The first release of a minor: `v1.29.0`.
    #[must_use]
    pub fn first_of_minor(minor: u16) -> Self {
        let version = format!("v1.{minor}.0");
        Self { normalized: version.clone(), version, major: "1".to_owned(), minor: minor.to_string() }
    }

    /// Reads a version as `--kube-version` is read: blanks and a `v` may stand before two or more numbers, and anything on
    /// the same line behind them. Helm 4 keeps the text that was given; where that has blanks before the `v` it gets
    /// another one.
    ///
    /// # Errors
    ///
    /// The text is no version.
    pub fn parse(text: &str, version: HelmVersion) -> Result<Self, ParseKubeVersion> {
        let numbers = numbers_of(text).ok_or_else(|| ParseKubeVersion::Read(text.to_owned()))?;
        let parts: Vec<&str> = numbers.split('.').collect();
        let [major, _, ..] = parts.as_slice() else {
            return Err(ParseKubeVersion::FindMinor(text.to_owned()));
        };
        if major.starts_with('0') && *major != "0" {
            let number = (*major).to_owned();
            return Err(ParseKubeVersion::ZeroPrefixed { number, text: text.to_owned() });
        }
        let out_of_range =
            |part: &str| ParseKubeVersion::OutOfRange { number: part.to_owned(), text: text.to_owned() };
        let parts: Vec<String> = parts
            .into_iter()
            .map(|part| part.parse::<u64>().map(|number| number.to_string()).map_err(|_| out_of_range(part)))
            .collect::<Result<_, _>>()?;
        let normalized = format!("v{}", parts.join("."));
        let given = if text.starts_with('v') { text.to_owned() } else { format!("v{text}") };
        let version = match version {
            HelmVersion::V3 => normalized.clone(),
            HelmVersion::V4 => given,
        };
        let mut parts = parts.into_iter();
        let [major, minor] = [parts.next(), parts.next()].map(Option::unwrap_or_default);
        Ok(Self { version, normalized, major, minor })
    }
}

/// The numbers at the beginning, with the dots between them. None where there is none, and where a line ends behind them.
fn numbers_of(text: &str) -> Option<&str> {
    let text = text.trim_start_matches(['\t', '\n', '\x0c', '\r', ' ']);
    let text = text.strip_prefix('v').unwrap_or(text);
    let mut end = 0;
    for part in text.split('.') {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            break;
        }
        // Behind the first number a dot stands before each.
        end += digits + usize::from(end > 0);
        if digits < part.len() {
            break;
        }
    }
    let (numbers, rest) = text.split_at_checked(end)?;
    (!numbers.is_empty() && !rest.contains('\n')).then_some(numbers)
}

impl BuildInfo {
    /// That of the programs that the project released: their `Makefile` compiles in the tag, its commit and the state of
    /// the tree. The version of Go has no such source: their builds take the newest patch of Go 1.26, which was not
    /// recorded, so it is that of the programs which we compare with.
    #[must_use]
    pub fn of(version: HelmVersion) -> Self {
        let (version, git_commit, kube_client_version) = match version {
            HelmVersion::V3 => ("v3.21.4", "813176c51bb5c181dbbd7901298ddcc104cd3417", None),
            HelmVersion::V4 => ("v4.2.4", "3900f434fd3ef2b84065dc04508df48f288dba00", Some("v1.36")),
        };
        Self { version, git_commit, git_tree_state: "clean", go_version: "go1.26.8", kube_client_version }
    }
}
