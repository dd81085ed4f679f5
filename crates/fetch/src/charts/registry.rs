//! Charts in OCI registries: the requests of the Distribution specification that pulling a chart takes.
//!
//! Takes references; gives tags, and archives whose digests were compared with what names them. A token is asked for when
//! a registry wants one, once for each repository. Keeps nothing.

use std::cell::RefCell;
use std::collections::BTreeMap;

use helm::sources::{Digest, OciReference, tag_of_version};
use serde::Deserialize;
use store::ARCHIVE_BYTES_MAX;
use ureq::http::StatusCode;

use super::challenge::{Challenge, challenges};
use super::credentials::{Credentials, Login};
use super::refusal::{AskRegistry, TAG_PAGES_MAX};
use super::request::{GetBytes, Headers, Received, Requests};

/// Bytes of one manifest: what registries have to take (Distribution specification, "Pushing Manifests").
const MANIFEST_BYTES_MAX: u64 = 4 << 20;

/// Bytes of one page of tags: a thousand tags of the longest kind are an eighth of a MiB.
const TAG_PAGE_BYTES_MAX: u64 = 1 << 20;

/// Tags that are asked for at once: the most that common registries give.
const TAG_PAGE_TAGS: usize = 1000;

/// Bytes of the answer that holds a token. Tokens of registries have up to 16 KiB.
const TOKEN_BYTES_MAX: u64 = 1 << 20;

/// Manifests of one list that are looked at for a chart: a list has one for each platform.
const LIST_MANIFESTS_MAX: usize = 32;

/// What a manifest of a chart may be.
const MANIFEST_TYPES: &str =
    "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json";

/// The kind of a list of manifests.
const LIST_TYPE: &str = "application/vnd.oci.image.index.v1+json";

/// The kind of the configuration of a chart.
const CONFIGURATION_TYPE: &str = "application/vnd.cncf.helm.config.v1+json";

/// The kinds of the layer that is the archive, the second one of old days.
const ARCHIVE_TYPES: [&str; 2] =
    ["application/vnd.cncf.helm.chart.content.v1.tar+gzip", "application/tar+gzip"];

/// The host of what is called `docker.io`.
const DOCKER_HUB: (&str, &str) = ("docker.io", "registry-1.docker.io");

/// Who asks for tokens.
const CLIENT_ID: &str = "liftlock";

/// Registries, and the tokens that they gave.
pub(crate) struct Registries<'r> {
    pub(crate) requests: &'r Requests,
    pub(crate) credentials: &'r Credentials,
    /// Whether registries are asked without TLS.
    pub(crate) is_plain: bool,
    /// What to say to a registry, by its host and repository.
    pub(crate) authorizations: &'r RefCell<BTreeMap<(String, String), String>>,
}

#[derive(Deserialize)]
struct TagList {
    /// Registries send null where there is none.
    tags: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Manifest {
    #[serde(default)]
    media_type: String,
    config: Option<Descriptor>,
    #[serde(default)]
    layers: Vec<Descriptor>,
    /// Of a list.
    #[serde(default)]
    manifests: Vec<Descriptor>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    #[serde(default)]
    media_type: String,
    digest: String,
}

#[derive(Deserialize)]
struct TokenAnswer {
    #[serde(default)]
    token: String,
    #[serde(default)]
    access_token: String,
}

/// The kinds and digests of layers, in their order; no digest where it is one of another kind.
type Kinds = Vec<(String, Option<Digest>)>;

/// The layer of a chart, before it is there.
pub(crate) struct Layer {
    pub(crate) digest: Digest,
}

impl Registries<'_> {
    /// All tags of a repository.
    pub(crate) fn tags(&self, reference: &OciReference) -> Result<Vec<String>, AskRegistry> {
        let first = self.url(reference, &format!("tags/list?n={TAG_PAGE_TAGS}"));
        let (mut url, mut tags) = (first.clone(), Vec::new());
        for _ in 0..TAG_PAGES_MAX {
            let received = self.ask(reference, &url, "application/json", TAG_PAGE_BYTES_MAX)?;
            let page: TagList = parsed(&received.bytes, &url, "a list of tags")?;
            tags.extend(page.tags.unwrap_or_default());
            let link = received.headers.get("link").and_then(|value| value.to_str().ok());
            match link.and_then(|link| self.next_page(reference, link)) {
                Some(next) => url = next,
                None => return Ok(tags),
            }
        }
        Err(AskRegistry::TooManyPages { url: first })
    }

    /// The layer of a chart that a reference leads to.
    pub(crate) fn layer(&self, reference: &OciReference) -> Result<Layer, AskRegistry> {
        let tag = reference.version.as_deref().map(|version| {
            tag_of_version(version).ok_or_else(|| AskRegistry::WriteTag { version: version.to_owned() })
        });
        let tag = tag.transpose()?;
        let (manifest, url) = match (&reference.digest, &tag) {
            (Some(digest), tag) => {
                if let Some(tag) = tag {
                    self.check_tag(reference, tag, digest)?;
                }
                self.manifest(reference, &digest.to_string(), Some(digest))?
            }
            (None, Some(tag)) => self.manifest(reference, tag, None)?,
            (None, None) => self.manifest(reference, "latest", None)?,
        };
        if manifest.media_type == LIST_TYPE || manifest.config.is_none() && !manifest.manifests.is_empty() {
            return self.layer_of_list(reference, &manifest, url);
        }
        layer_of(&manifest, url)
    }

    /// The bytes of a layer.
    pub(crate) fn blob(&self, reference: &OciReference, layer: &Layer) -> Result<Vec<u8>, AskRegistry> {
        let url = self.url(reference, &format!("blobs/{}", layer.digest));
        let received = self.ask(reference, &url, "*/*", ARCHIVE_BYTES_MAX)?;
        check_digest(&received.bytes, &layer.digest, url)?;
        Ok(received.bytes)
    }

    /// Refuses a tag that stands for something else than the digest beside it. One that stands for nothing is no matter.
    fn check_tag(&self, reference: &OciReference, tag: &str, wanted: &Digest) -> Result<(), AskRegistry> {
        let url = self.url(reference, &format!("manifests/{tag}"));
        let Ok(received) = self.ask(reference, &url, MANIFEST_TYPES, MANIFEST_BYTES_MAX) else {
            return Ok(());
        };
        let found = digest_of(&received.bytes);
        let wanted = wanted.clone();
        if found == wanted { Ok(()) } else { Err(AskRegistry::Mismatch { found, wanted }) }
    }

    fn manifest(
        &self,
        reference: &OciReference,
        name: &str,
        digest: Option<&Digest>,
    ) -> Result<(Manifest, String), AskRegistry> {
        let url = self.url(reference, &format!("manifests/{name}"));
        let received = self.ask(reference, &url, MANIFEST_TYPES, MANIFEST_BYTES_MAX)?;
        let said = received.headers.get("docker-content-digest").and_then(|value| value.to_str().ok());
        let said = said.and_then(|said| said.strip_prefix("sha256:")).and_then(Digest::parse);
        for wanted in digest.into_iter().chain(&said) {
            check_digest(&received.bytes, wanted, url.clone())?;
        }
        Ok((parsed(&received.bytes, &url, "a manifest")?, url))
    }

    /// The first manifest of a list that is one of a chart.
    fn layer_of_list(
        &self,
        reference: &OciReference,
        list: &Manifest,
        url: String,
    ) -> Result<Layer, AskRegistry> {
        let mut last = None;
        for listed in list.manifests.iter().take(LIST_MANIFESTS_MAX) {
            let digest = listed.digest.strip_prefix("sha256:").and_then(Digest::parse);
            let digest = digest.ok_or_else(|| AskRegistry::DigestKind { url: url.clone() })?;
            let (manifest, url) = self.manifest(reference, &digest.to_string(), Some(&digest))?;
            match layer_of(&manifest, url) {
                Ok(layer) => return Ok(layer),
                Err(error) => last = Some(error),
            }
        }
        Err(last
            .unwrap_or(AskRegistry::FindChart { url, reason: "the list of manifests is empty".to_owned() }))
    }

    /// The digest of the manifest that a tag or a digest leads to, the kinds and digests of its layers, and its address.
    pub(super) fn layers(
        &self,
        reference: &OciReference,
        by: &str,
    ) -> Result<(Digest, Kinds, String), AskRegistry> {
        let url = self.url(reference, &format!("manifests/{by}"));
        let received = self.ask(reference, &url, MANIFEST_TYPES, MANIFEST_BYTES_MAX)?;
        if let Some(wanted) = by.strip_prefix("sha256:").and_then(Digest::parse) {
            check_digest(&received.bytes, &wanted, url.clone())?;
        }
        let manifest: Manifest = parsed(&received.bytes, &url, "a manifest")?;
        let layers = manifest
            .layers
            .into_iter()
            .map(|layer| (layer.media_type, layer.digest.strip_prefix("sha256:").and_then(Digest::parse)));
        Ok((digest_of(&received.bytes), layers.collect(), url))
    }

    fn base(&self, reference: &OciReference) -> String {
        let scheme = if self.is_plain { "http" } else { "https" };
        let host = if reference.registry == DOCKER_HUB.0 { DOCKER_HUB.1 } else { &reference.registry };
        format!("{scheme}://{host}")
    }

    fn url(&self, reference: &OciReference, tail: &str) -> String {
        format!("{}/v2/{}/{tail}", self.base(reference), reference.repository)
    }

    /// The next page, if a header names one of the same list.
    fn next_page(&self, reference: &OciReference, link: &str) -> Option<String> {
        let (address, parameters) = link.trim_start().strip_prefix('<')?.split_once('>')?;
        let is_next =
            parameters.split(';').any(|parameter| matches!(parameter.trim(), "rel=\"next\"" | "rel=next"));
        let base = self.base(reference);
        let path = address.strip_prefix(&base).unwrap_or(address);
        let list = format!("/v2/{}/tags/list?", reference.repository);
        (is_next && path.starts_with(&list)).then(|| format!("{base}{path}"))
    }

    /// Asks, and says who asks where the registry wants to know.
    fn ask(
        &self,
        reference: &OciReference,
        url: &str,
        accept: &str,
        bytes_max: u64,
    ) -> Result<Received, AskRegistry> {
        let key = (reference.registry.clone(), reference.repository.clone());
        let headers = |authorization: Option<&String>| -> Headers {
            let accept = ("Accept".to_owned(), accept.to_owned());
            let authorization = authorization.map(|value| ("Authorization".to_owned(), value.clone()));
            std::iter::once(accept).chain(authorization).collect()
        };
        let known = self.authorizations.borrow().get(&key).cloned();
        let mut received = self.requests.get(url, &headers(known.as_ref()), bytes_max)?;
        if received.status == StatusCode::UNAUTHORIZED {
            let authorization = self.authorize(reference, &received)?;
            received = self.requests.get(url, &headers(Some(&authorization)), bytes_max)?;
            self.authorizations.borrow_mut().insert(key, authorization);
        }
        match received.status {
            status if status.is_success() => Ok(received),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(self.unauthorized(reference)),
            status => Err(GetBytes::Refuse { url: url.to_owned(), status }.into()),
        }
    }

    /// What to say to a registry that wants to know who asks.
    fn authorize(&self, reference: &OciReference, received: &Received) -> Result<String, AskRegistry> {
        let headers = received.headers.get_all("www-authenticate").iter();
        let headers = headers.filter_map(|value| value.to_str().ok());
        let asked: Vec<Challenge> = headers.flat_map(challenges).collect();
        let of_scheme = |scheme: &str| asked.iter().find(|challenge| challenge.scheme == scheme);
        let login = self.credentials.of_registry(&reference.registry);
        match (of_scheme("bearer"), of_scheme("basic"), &login) {
            (Some(challenge), _, login) => self.token(reference, challenge, login.as_ref()),
            (None, Some(_), Some(login)) => login.header().ok_or_else(|| self.unauthorized(reference)),
            _ => Err(self.unauthorized(reference)),
        }
    }

    /// A token for pulling from a repository (Distribution, "Token Authentication Specification").
    fn token(
        &self,
        reference: &OciReference,
        challenge: &Challenge,
        login: Option<&Login>,
    ) -> Result<String, AskRegistry> {
        let realm = challenge.get("realm").unwrap_or_default();
        let is_trusted = realm.starts_with("https://") || self.is_plain && realm.starts_with("http://");
        if !is_trusted {
            return Err(AskRegistry::TrustRealm { registry: reference.registry.clone() });
        }
        let scope = format!("repository:{}:pull", reference.repository);
        let mut fields = vec![("scope", scope)];
        fields.extend(challenge.get("service").map(|service| ("service", service.to_owned())));
        let received = match login {
            Some(Login::IdentityToken(token)) => {
                let more =
                    [("grant_type", "refresh_token"), ("client_id", CLIENT_ID), ("refresh_token", token)];
                fields.extend(more.map(|(key, value)| (key, value.to_owned())));
                let kind = ("Content-Type".to_owned(), "application/x-www-form-urlencoded".to_owned());
                self.requests.exchange(realm, &vec![kind], Some(form(&fields).as_bytes()), TOKEN_BYTES_MAX)?
            }
            login => {
                let mark = if realm.contains('?') { '&' } else { '?' };
                let header = login.and_then(Login::header);
                let headers = header.map(|value| ("Authorization".to_owned(), value)).into_iter().collect();
                self.requests.get(&format!("{realm}{mark}{}", form(&fields)), &headers, TOKEN_BYTES_MAX)?
            }
        };
        if !received.status.is_success() {
            return Err(self.unauthorized(reference));
        }
        let url = realm.split('?').next().unwrap_or_default();
        let answer: TokenAnswer = parsed(&received.bytes, url, "a token")?;
        let token = if answer.token.is_empty() { answer.access_token } else { answer.token };
        // A token that is no header would be refused by the client in words that might repeat it.
        let is_token = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
        if is_token {
            return Ok(format!("Bearer {token}"));
        }
        Err(AskRegistry::Read { url: url.to_owned(), what: "a token" })
    }

    fn unauthorized(&self, reference: &OciReference) -> AskRegistry {
        let registry = reference.registry.clone();
        let advice = match (self.credentials.of_registry(&registry), self.credentials.helper_of(&registry)) {
            (Some(_), _) => ", and refuses the login that is known of it".to_owned(),
            (None, Some(helper)) => {
                format!(
                    ": its login is with '{helper}', which is not run here; `helm registry login {registry}` can write it"
                )
            }
            (None, None) => {
                format!(": `helm registry login {registry}` or `docker login {registry}` writes a login")
            }
        };
        AskRegistry::Authorize { registry, advice }
    }
}

fn layer_of(manifest: &Manifest, url: String) -> Result<Layer, AskRegistry> {
    let refused = |reason: String| AskRegistry::FindChart { url: url.clone(), reason };
    if manifest.config.as_ref().is_none_or(|config| config.media_type != CONFIGURATION_TYPE) {
        return Err(refused(format!("could not load config with mediatype {CONFIGURATION_TYPE}")));
    }
    // Helm takes the last of several.
    let layer = manifest.layers.iter().rev().find(|layer| ARCHIVE_TYPES.contains(&&*layer.media_type));
    let layer = layer.ok_or_else(|| {
        refused(format!("manifest does not contain a layer with mediatype {}", ARCHIVE_TYPES[0]))
    })?;
    let digest = layer.digest.strip_prefix("sha256:").and_then(Digest::parse);
    Ok(Layer { digest: digest.ok_or(AskRegistry::DigestKind { url })? })
}

fn parsed<T: for<'de> Deserialize<'de>>(
    bytes: &[u8],
    url: &str,
    what: &'static str,
) -> Result<T, AskRegistry> {
    // The reader's own words may repeat what it read, and an answer may hold a token.
    serde_json::from_slice(bytes).map_err(|_| AskRegistry::Read { url: url.to_owned(), what })
}

/// The digest of bytes.
pub(crate) fn digest_of(bytes: &[u8]) -> Digest {
    Digest::parse(&store::content_digest(bytes)).expect("64 hexadecimal digits are a digest")
}

fn check_digest(bytes: &[u8], wanted: &Digest, url: String) -> Result<(), AskRegistry> {
    let found = digest_of(bytes);
    let wanted = wanted.clone();
    if found == wanted { Ok(()) } else { Err(AskRegistry::Digest { url, found, wanted }) }
}

/// Fields as a query or a form has them.
fn form(fields: &[(&str, String)]) -> String {
    let field = |(key, value): &(&str, String)| format!("{key}={}", percent_encoded(value));
    fields.iter().map(field).collect::<Vec<_>>().join("&")
}

fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte))
            }
            byte => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}
