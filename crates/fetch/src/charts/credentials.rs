//! Who asks: what people have written for Docker, for Helm and for all programs.
//!
//! Takes the texts of those files; gives what to say to a server. Runs no program that keeps credentials, and says so where
//! one is named. Nothing here is ever shown.

use std::collections::BTreeMap;
use std::fmt;

use base64ct::{Base64, Encoding};
use helm::sources::Aliases;
use manifest::resolve::Dialect;
use manifest::value::Value;
use serde::Deserialize;
use text::TextId;

/// How Docker calls its own registry in its configuration.
const DOCKER_HUB: [&str; 3] = ["docker.io", "index.docker.io", "registry-1.docker.io"];

/// Why a file of credentials is not read. Says nothing of what is in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadCredentials {
    /// It is no JSON of that form.
    #[error("not a configuration of Docker (line {line}, column {column})")]
    Docker {
        /// Where reading ended.
        line: usize,
        /// Where reading ended.
        column: usize,
    },
    /// It is no YAML.
    #[error("not a list of repositories of Helm")]
    Repositories,
}

/// A login.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Login {
    /// A name and a password.
    Basic { user: String, password: String },
    /// A token that is exchanged for others.
    IdentityToken(String),
}

/// A repository that Helm knows by name.
#[derive(Clone)]
struct KnownRepository {
    name: String,
    url: String,
    login: Option<Login>,
    /// Whether the login is meant for archives at other hosts as well.
    is_for_all: bool,
}

/// What is known of who asks.
#[derive(Clone, Default)]
pub struct Credentials {
    /// By the host of a registry.
    registries: BTreeMap<String, Login>,
    /// Programs that keep logins, by the host of a registry; empty for all others.
    helpers: BTreeMap<String, String>,
    repositories: Vec<KnownRepository>,
    /// By the host, without a port; empty for all others.
    machines: BTreeMap<String, Login>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Credentials")
            .field("registries", &self.registries.keys())
            .finish_non_exhaustive()
    }
}

impl Login {
    /// The header that says it; none where it has to be exchanged first.
    pub(crate) fn header(&self) -> Option<String> {
        match self {
            Self::Basic { user, password } => {
                Some(format!("Basic {}", Base64::encode_string(format!("{user}:{password}").as_bytes())))
            }
            Self::IdentityToken(_) => None,
        }
    }
}

/// What Docker and Helm write of registries.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DockerConfiguration {
    #[serde(default)]
    auths: BTreeMap<String, DockerLogin>,
    #[serde(default)]
    cred_helpers: BTreeMap<String, String>,
    #[serde(default)]
    creds_store: String,
}

#[derive(Default, Deserialize)]
struct DockerLogin {
    #[serde(default)]
    auth: String,
    #[serde(default)]
    username: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    identitytoken: String,
}

impl Credentials {
    /// Adds what Docker's `config.json` says, or Helm's of the same form. What is known already stays.
    ///
    /// # Errors
    /// If it is no such file.
    pub fn add_docker(&mut self, text: &str) -> Result<(), ReadCredentials> {
        let read: DockerConfiguration = serde_json::from_str(text)
            .map_err(|error| ReadCredentials::Docker { line: error.line(), column: error.column() })?;
        for (host, login) in read.auths {
            if let Some(login) = login_of_docker(login) {
                self.registries.entry(host_of_docker(&host)).or_insert(login);
            }
        }
        for (host, helper) in read.cred_helpers {
            self.helpers.entry(host_of_docker(&host)).or_insert(helper);
        }
        if !read.creds_store.is_empty() {
            self.helpers.entry(String::new()).or_insert(read.creds_store);
        }
        Ok(())
    }

    /// Adds what Helm's `repositories.yaml` says.
    ///
    /// # Errors
    /// If it is no such file.
    pub fn add_repositories(&mut self, bytes: &[u8]) -> Result<(), ReadCredentials> {
        let refused = ReadCredentials::Repositories;
        let document = manifest::parse_first(TextId(u32::MAX), bytes, 0..bytes.len());
        let document = document.map_err(|_| refused.clone())?;
        let value = Value::from_document(&document, Dialect::GoYaml2).map_err(|_| refused)?;
        let Some(Value::Sequence(entries)) = value.get("repositories") else { return Ok(()) };
        for entry in entries {
            let text = |key: &str| entry.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
            let (user, password) = (text("username"), text("password"));
            let has_login = !user.is_empty() && !password.is_empty();
            self.repositories.push(KnownRepository {
                name: text("name"),
                url: text("url"),
                login: has_login.then_some(Login::Basic { user, password }),
                is_for_all: matches!(entry.get("pass_credentials_all"), Some(Value::Bool(true))),
            });
        }
        Ok(())
    }

    /// Adds what a `.netrc` says.
    pub fn add_netrc(&mut self, text: &str) {
        // A macro ends at an empty line and names no host.
        let parts = text.split("\n\n").map(|part| part.split("macdef").next().unwrap_or(part));
        let lines = parts.flat_map(str::lines).map(without_comment);
        let mut words = lines.flat_map(str::split_whitespace);
        let (mut host, mut user): (Option<String>, String) = (None, String::new());
        while let Some(word) = words.next() {
            match word {
                "machine" => (host, user) = (words.next().map(str::to_ascii_lowercase), String::new()),
                "default" => (host, user) = (Some(String::new()), String::new()),
                "login" => user = words.next().unwrap_or_default().to_owned(),
                "account" => drop(words.next()),
                "password" => {
                    let password = words.next().unwrap_or_default().to_owned();
                    if let Some(host) = &host {
                        let login = Login::Basic { user: user.clone(), password };
                        self.machines.entry(host.clone()).or_insert(login);
                    }
                }
                _ => {}
            }
        }
    }

    /// Repositories that have names.
    #[must_use]
    pub fn aliases(&self) -> Aliases {
        self.repositories.iter().map(|known| (known.name.clone(), known.url.clone())).collect()
    }

    /// Who asks a registry.
    pub(crate) fn of_registry(&self, registry: &str) -> Option<Login> {
        let host = host_of_docker(registry);
        self.registries.get(&host).or_else(|| self.of_machine(registry)).cloned()
    }

    /// The program that would know who asks a registry.
    pub(crate) fn helper_of(&self, registry: &str) -> Option<String> {
        let named = self.helpers.get(&host_of_docker(registry)).or_else(|| self.helpers.get(""));
        named.map(|helper| format!("docker-credential-{helper}"))
    }

    /// The header for an address of a repository: what the address says itself, else what is known of the repository if the
    /// address is at its host, else what is known of the host.
    pub(crate) fn header(&self, repository: &str, url: &str) -> Option<String> {
        if let Some(login) = login_of_url(url) {
            return login.header();
        }
        let is_there = authority(repository) == authority(url);
        if is_there && let Some(login) = login_of_url(repository) {
            return login.header();
        }
        let is_same =
            |known: &&KnownRepository| known.url.trim_end_matches('/') == repository.trim_end_matches('/');
        let known = self.repositories.iter().find(is_same).filter(|known| is_there || known.is_for_all);
        if let Some(login) = known.and_then(|known| known.login.as_ref()) {
            return login.header();
        }
        self.of_machine(&authority(url).1)?.header()
    }

    fn of_machine(&self, authority: &str) -> Option<&Login> {
        let host = match authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
            _ => authority,
        };
        self.machines.get(&host.to_ascii_lowercase()).or_else(|| self.machines.get(""))
    }
}

fn login_of_docker(login: DockerLogin) -> Option<Login> {
    if !login.identitytoken.is_empty() {
        return Some(Login::IdentityToken(login.identitytoken));
    }
    if !login.username.is_empty() {
        return Some(Login::Basic { user: login.username, password: login.password });
    }
    let decoded = Base64::decode_vec(login.auth.trim()).ok()?;
    let decoded = String::from_utf8(decoded).ok()?;
    let (user, password) = decoded.split_once(':')?;
    // Docker pads passwords with zero bytes.
    let password = password.trim_end_matches('\0').to_owned();
    (!user.is_empty()).then(|| Login::Basic { user: user.to_owned(), password })
}

/// The host of a registry as Docker's configuration may write it: with a scheme, with a path.
fn host_of_docker(written: &str) -> String {
    let rest = written.split_once("://").map_or(written, |(_, rest)| rest);
    let host = rest.split('/').next().unwrap_or_default().to_ascii_lowercase();
    if DOCKER_HUB.contains(&&*host) { DOCKER_HUB[0].to_owned() } else { host }
}

/// Scheme and host with its port, in lower case.
fn authority(url: &str) -> (String, String) {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    (scheme.to_ascii_lowercase(), host.to_ascii_lowercase())
}

/// A line of a `.netrc` before its comment. A `#` within a word is part of a password.
fn without_comment(line: &str) -> &str {
    let starts_comment = |at: &usize| {
        line.get(..*at).is_none_or(|before| !before.ends_with(|last: char| !last.is_whitespace()))
    };
    let comment = line.match_indices('#').map(|(at, _)| at).find(starts_comment);
    comment.and_then(|at| line.get(..at)).unwrap_or(line)
}

fn login_of_url(url: &str) -> Option<Login> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (user, _) = authority.rsplit_once('@')?;
    let (user, password) = user.split_once(':').unwrap_or((user, ""));
    Some(Login::Basic { user: percent_decoded(user), password: percent_decoded(password) })
}

/// A text without its percent escapes; what is none stays.
fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let digit = |at: usize| tail.get(at).and_then(|byte| char::from(*byte).to_digit(16));
        match (*first, digit(0), digit(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push(u8::try_from(high * 16 + low).unwrap_or_default());
                rest = tail.get(2..).unwrap_or_default();
            }
            (byte, ..) => {
                bytes.push(byte);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(user: &str, password: &str) -> Option<String> {
        Login::Basic { user: user.to_owned(), password: password.to_owned() }.header()
    }

    /// Who asks a registry: logins cannot be printed.
    fn login(credentials: &Credentials, registry: &str) -> Option<String> {
        credentials.of_registry(registry).map(|login| match login {
            Login::Basic { user, password } => format!("{user}:{password}"),
            Login::IdentityToken(token) => format!("token {token}"),
        })
    }

    #[test]
    fn logins_of_docker_are_found_by_the_host_of_a_registry() {
        let mut credentials = Credentials::default();
        let auth = Base64::encode_string(b"me:a:b");
        let text = format!(
            r#"{{"auths":{{"https://index.docker.io/v1/":{{"auth":"{auth}"}},"h:5000":{{"username":"u","password":"p"}},
            "t":{{"identitytoken":"x"}},"empty":{{}}}},"credHelpers":{{"e.example":"ecr-login"}}}}"#
        );
        credentials.add_docker(&text).unwrap();
        assert_eq!(login(&credentials, "docker.io").as_deref(), Some("me:a:b"));
        assert_eq!(login(&credentials, "h:5000").as_deref(), Some("u:p"));
        assert_eq!(login(&credentials, "h"), None);
        assert_eq!(login(&credentials, "t").as_deref(), Some("token x"));
        assert_eq!(login(&credentials, "empty"), None);
        assert_eq!(credentials.helper_of("e.example").as_deref(), Some("docker-credential-ecr-login"));
        assert_eq!(credentials.helper_of("h"), None);
        credentials.add_docker(r#"{"credsStore":"desktop"}"#).unwrap();
        assert_eq!(credentials.helper_of("h").as_deref(), Some("docker-credential-desktop"));
        let refused = credentials.add_docker("{\"auths\": \"hunter2\"}").unwrap_err().to_string();
        assert!(!refused.contains("hunter2"), "{refused}");
    }

    #[test]
    fn logins_of_repositories_stay_at_their_host_unless_they_are_for_all() {
        let mut credentials = Credentials::default();
        let text = "repositories:\n- {name: a, url: 'https://h/a/', username: u, password: p}\n\
                    - {name: b, url: 'https://h/b', username: u, password: p, pass_credentials_all: true}\n";
        credentials.add_repositories(text.as_bytes()).unwrap();
        let expected = header("u", "p");
        assert_eq!(credentials.header("https://h/a", "https://h/a/index.yaml"), expected);
        assert_eq!(credentials.header("https://h/a", "https://h/else.tgz"), expected);
        assert_eq!(credentials.header("https://h/a", "https://h:444/else.tgz"), None);
        assert_eq!(credentials.header("https://h/a", "http://h/else.tgz"), None);
        assert_eq!(credentials.header("https://h/b", "https://else/x.tgz"), expected);
        assert_eq!(credentials.header("https://h/c", "https://h/c/index.yaml"), None);
        assert_eq!(credentials.aliases().get("b").map(String::as_str), Some("https://h/b"));
        assert!(credentials.add_repositories(b"a: [").is_err());
    }

    #[test]
    fn a_netrc_knows_hosts_and_a_default() {
        let mut credentials = Credentials::default();
        credentials.add_netrc(
            "# machine none login x password y\nmachine H login u password p#1 # a comment\nmacdef init\n\
             machine m login x password y\n\nmachine two\n  login v\n  account z\n  password q\n",
        );
        assert_eq!(credentials.header("https://h:80/", "https://h:80/x"), header("u", "p#1"));
        assert_eq!(login(&credentials, "two").as_deref(), Some("v:q"));
        assert_eq!(login(&credentials, "m"), None);
        assert_eq!(login(&credentials, "none"), None);
        credentials.add_netrc("default login d password e");
        assert_eq!(login(&credentials, "other").as_deref(), Some("d:e"));
    }

    #[test]
    fn what_an_address_says_itself_counts_first() {
        let credentials = Credentials::default();
        let expected = header("u@x", "p:q");
        assert_eq!(credentials.header("https://h", "https://u%40x:p%3Aq@h/index.yaml"), expected);
        assert_eq!(credentials.header("https://u%40x:p%3Aq@h", "https://h/a.tgz"), expected);
        assert_eq!(credentials.header("https://u%40x:p%3Aq@h", "https://else/a.tgz"), None);
        assert_eq!(format!("{credentials:?}"), "Credentials { registries: [], .. }");
    }
}
