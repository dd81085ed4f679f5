//! One commit of a repository, wherever that is.
//!
//! Takes a URL and a reference, gives a repository that holds the commit and the commit's id. What is on this machine is
//! opened where it is; everything else is fetched, as one commit without its history, into a folder that the caller
//! gives. Asks people for nothing: credentials come from the address or from the helpers that Git is configured with.

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use gix::ObjectId;
use gix::bstr::{BString, ByteSlice};
use gix::remote::fetch::{RefMap, Shallow, Tags};
use gix::remote::{Direction, ref_map};
use gix::url::Scheme;
use gix_transport::client::blocking_io::Transport;
use gix_transport::client::blocking_io::http;

use crate::client::Client;
use crate::tags::{ChooseTag, TagRange, newest};
use crate::transport::GitOverHttp;

/// Bytes of one answer of a server. A commit of the largest repositories that people build from stays below a GiB; the
/// bound keeps a hostile server from filling the disk.
pub(crate) const ANSWER_BYTES_MAX: u64 = 2 << 30;

/// Why a commit is not to be had.
#[derive(Debug, thiserror::Error)]
pub enum FetchCommit {
    /// The address is none that Git can reach.
    #[error("the address cannot be read: {0}")]
    ReadAddress(String),
    /// There is no repository on this machine.
    #[error("no repository: {0}")]
    OpenRepository(String),
    /// The folder to fetch into cannot be made.
    #[error("no folder to fetch into: {0}")]
    MakeRepository(String),
    /// A local repository where none may be named.
    #[error("a repository within a fetched one may not be on this machine")]
    NameLocal,
    /// The server does not answer, or refuses.
    #[error("{0}")]
    Ask(String),
    /// There is no such reference.
    #[error("couldn't find remote ref {0}")]
    FindReference(String),
    /// No tag is in the range.
    #[error(transparent)]
    ChooseTag(#[from] ChooseTag),
    /// What the reference stands for is no commit.
    #[error("'{0}' leads to no commit")]
    FindCommit(String),
}

/// What is asked of a repository.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    /// Where it is.
    pub(crate) url: String,
    /// A branch, a tag, the whole name of a commit, or a [`TagRange`]; none for the
    /// repository's own default.
    pub(crate) reference: Option<String>,
    /// How long each answer may take.
    pub(crate) timeout: Duration,
    /// Whether it may be on this machine.
    pub(crate) may_be_local: bool,
}

/// What came of it.
pub(crate) enum Found {
    /// The caller has the commit already.
    Known(String),
    /// The folder of a repository that holds the commit.
    Commit { repository: PathBuf, commit: ObjectId },
}

/// How Git looks for a reference of a short name, first match first.
const REFERENCE_RULES: [(&str, &str); 6] = [
    ("", ""),
    ("refs/", ""),
    ("refs/tags/", ""),
    ("refs/heads/", ""),
    ("refs/remotes/", ""),
    ("refs/remotes/", "/HEAD"),
];

/// All tags of a repository.
const TAGS: &str = "+refs/tags/*:refs/tags/*";

/// Finds the commit, and fetches it into `scratch` unless `is_known` says that it is not needed.
pub(crate) fn find(
    client: &Client,
    wanted: &Wanted,
    scratch: &Path,
    is_known: &dyn Fn(&str) -> bool,
    interrupt: &AtomicBool,
) -> Result<Found, FetchCommit> {
    let Some(range) = wanted.reference.as_deref().and_then(TagRange::of) else {
        return find_named(client, wanted, scratch, is_known, interrupt);
    };
    let tags = match ask(client, wanted, &scratch.with_extension("tags"), &Task::List)? {
        Answer::Tags(tags) => tags,
        Answer::Local(path) => local_tags(&path)?,
        Answer::Received(..) => Vec::new(),
    };
    let reference = Some(format!("refs/tags/{}", newest(&tags, range)?));
    find_named(client, &Wanted { reference, ..wanted.clone() }, scratch, is_known, interrupt)
}

fn find_named(
    client: &Client,
    wanted: &Wanted,
    scratch: &Path,
    is_known: &dyn Fn(&str) -> bool,
    interrupt: &AtomicBool,
) -> Result<Found, FetchCommit> {
    match ask(client, wanted, scratch, &Task::Receive { is_known, interrupt })? {
        Answer::Local(path) => find_local(&path, wanted, is_known),
        Answer::Received(_, Received::Known(commit)) => Ok(Found::Known(commit)),
        Answer::Received(repository, Received::Id(id)) => {
            let specification = wanted.reference.as_deref().unwrap_or("HEAD");
            let commit = peeled(&repository, id, specification)?;
            Ok(Found::Commit { repository: repository.git_dir().to_owned(), commit })
        }
        Answer::Tags(_) => Err(FetchCommit::FindCommit(wanted.reference.clone().unwrap_or_default())),
    }
}

/// What a server is asked.
enum Task<'t> {
    /// Which tags there are.
    List,
    /// For the commit of a reference.
    Receive { is_known: &'t dyn Fn(&str) -> bool, interrupt: &'t AtomicBool },
}

/// What comes of it.
enum Answer {
    /// The names of all tags.
    Tags(Vec<String>),
    /// A commit, and what holds it.
    Received(Box<gix::Repository>, Received),
    /// Nobody need be asked: the repository is on this machine.
    Local(PathBuf),
}

/// Asks the server of a repository, by way of a repository of our own in `scratch`.
fn ask(client: &Client, wanted: &Wanted, scratch: &Path, task: &Task<'_>) -> Result<Answer, FetchCommit> {
    let make = |error: gix::Error| FetchCommit::MakeRepository(told(&error));
    let repository = gix::init_bare(scratch).map_err(make)?;
    let address = |error: gix::Error| FetchCommit::ReadAddress(told(&error));
    let url = gix::url::parse(BString::from(wanted.url.as_str()).as_bstr())
        .map_err(|error| FetchCommit::ReadAddress(error.to_string()))?;
    let specification = match task {
        Task::List => TAGS,
        Task::Receive { .. } => wanted.reference.as_deref().unwrap_or("HEAD"),
    };
    let remote = repository
        .remote_at(url)
        .and_then(|remote| remote.with_refspecs([specification], Direction::Fetch))
        .map_err(address)?
        .with_fetch_tags(Tags::None);
    let scheme = remote.url(Direction::Fetch).map(|url| url.scheme.clone());
    if scheme == Some(Scheme::File) {
        return match remote.url(Direction::Fetch) {
            Some(url) if wanted.may_be_local => Ok(Answer::Local(local_path(url)?)),
            _ => Err(FetchCommit::NameLocal),
        };
    }
    let refused = |error: gix::Error| FetchCommit::Ask(told(&error));
    match scheme {
        Some(Scheme::Http | Scheme::Https) => {
            let (url, version) = remote.sanitized_url_and_version(Direction::Fetch).map_err(address)?;
            let client = GitOverHttp::new(client.clone(), wanted.timeout, ANSWER_BYTES_MAX);
            let transport = http::Transport::new_http(client, url, version, false);
            carry_out(remote.to_connection_with_transport(transport), wanted, task)
        }
        _ => carry_out(remote.connect(Direction::Fetch).map_err(refused)?, wanted, task),
    }
}

enum Received {
    Known(String),
    Id(ObjectId),
}

fn carry_out<T: Transport>(
    mut connection: gix::remote::Connection<'_, '_, '_, T>,
    wanted: &Wanted,
    task: &Task<'_>,
) -> Result<Answer, FetchCommit> {
    let refused = |error: gix::Error| FetchCommit::Ask(told(&error));
    let repository = connection.remote().repo().clone();
    let own = Box::new(repository.clone());
    connection.set_credentials(move |action| {
        let gix::credentials::helper::Action::Get(context) = &action else { return Ok(None) };
        let Some(url) = context.url.as_ref() else { return Ok(None) };
        let url = gix::url::parse(url.as_bstr())?;
        let (mut cascade, _, mut prompt) = repository.config_snapshot().credential_helpers(url)?;
        prompt.mode = gix::prompt::Mode::Disable;
        cascade.invoke(action, prompt)
    });
    let prepared =
        connection.prepare_fetch(gix::progress::Discard, ref_map::Options::default()).map_err(refused)?;
    let (is_known, interrupt) = match task {
        Task::List => return Ok(Answer::Tags(tags_of(prepared.ref_map()))),
        Task::Receive { is_known, interrupt } => (is_known, interrupt),
    };
    let specification = wanted.reference.as_deref().unwrap_or("HEAD");
    let Some(id) = mapped(prepared.ref_map(), specification) else {
        return Err(FetchCommit::FindReference(specification.to_owned()));
    };
    if is_known(&id.to_string()) {
        return Ok(Answer::Received(own, Received::Known(id.to_string())));
    }
    let prepared = prepared.with_shallow(Shallow::DepthAtRemote(NonZeroU32::MIN));
    prepared.receive(gix::progress::Discard, interrupt).map_err(refused)?;
    Ok(Answer::Received(own, Received::Id(id)))
}

/// The names of the tags at a server.
fn tags_of(map: &RefMap) -> Vec<String> {
    let names = map.mappings.iter().filter_map(|mapping| mapping.remote.as_name());
    names.filter_map(|name| Some(name.to_str().ok()?.strip_prefix("refs/tags/")?.to_owned())).collect()
}

/// The names of the tags of a repository on this machine.
fn local_tags(path: &Path) -> Result<Vec<String>, FetchCommit> {
    let refused = |error: gix::Error| FetchCommit::OpenRepository(told(&error));
    let repository = gix::open_opts(path, gix::open::Options::isolated()).map_err(refused)?;
    let references = repository.references().map_err(refused)?;
    let tags = references.tags().map_err(refused)?;
    let named = tags.flatten().map(|tag| tag.name().shorten().to_string());
    Ok(named.collect())
}

/// What a reference stands for at the server, tags followed.
fn mapped(map: &RefMap, specification: &str) -> Option<ObjectId> {
    let is_named = |name: &[u8], (before, behind): (&str, &str)| {
        name == format!("{before}{specification}{behind}").as_bytes()
    };
    let by_name = |rule| {
        let named = |mapping: &&gix::remote::fetch::refmap::Mapping| {
            mapping.remote.as_name().is_some_and(|name| is_named(name, rule))
        };
        map.mappings.iter().find(named)
    };
    let mapping = REFERENCE_RULES.into_iter().find_map(by_name);
    let by_id = || map.mappings.iter().find(|mapping| mapping.remote.as_name().is_none());
    mapping.or_else(by_id)?.remote.peeled_id().map(ToOwned::to_owned)
}

/// The path of a `file` URL, as Git takes it: a host is part of it.
fn local_path(url: &gix::Url) -> Result<PathBuf, FetchCommit> {
    let path = gix::path::from_bstr(url.path.as_bstr());
    let path = path.map_err(|error| FetchCommit::ReadAddress(told(&error)))?.into_owned();
    Ok(match url.host() {
        Some(host) => Path::new("/").join(host).join(path.strip_prefix("/").unwrap_or(&path)),
        None => path,
    })
}

fn find_local(path: &Path, wanted: &Wanted, is_known: &dyn Fn(&str) -> bool) -> Result<Found, FetchCommit> {
    let repository = gix::open_opts(path, gix::open::Options::isolated())
        .map_err(|error| FetchCommit::OpenRepository(told(&error)))?;
    let specification = wanted.reference.as_deref().unwrap_or("HEAD");
    let by_id = || ObjectId::from_hex(specification.as_bytes()).ok().filter(|id| repository.has_object(id));
    let by_name = |(before, behind): (&str, &str)| {
        let name = format!("{before}{specification}{behind}");
        // Short names would be looked for by rules of its own.
        if name != "HEAD" && !name.starts_with("refs/") {
            return None;
        }
        let reference = repository.try_find_reference(name.as_str()).ok()??;
        reference.into_fully_peeled_id().ok().map(gix::Id::detach)
    };
    let id = by_id().or_else(|| REFERENCE_RULES.into_iter().find_map(by_name));
    let id = id.ok_or_else(|| FetchCommit::FindReference(specification.to_owned()))?;
    let commit = peeled(&repository, id, specification)?;
    let name = commit.to_string();
    if is_known(&name) {
        return Ok(Found::Known(name));
    }
    Ok(Found::Commit { repository: repository.git_dir().to_owned(), commit })
}

/// The commit that an object is or a tag stands for.
fn peeled(repository: &gix::Repository, id: ObjectId, specification: &str) -> Result<ObjectId, FetchCommit> {
    let commit = repository.find_object(id).ok().and_then(|object| object.peel_to_commit().ok());
    commit.map(|commit| commit.id).ok_or_else(|| FetchCommit::FindCommit(specification.to_owned()))
}

/// An error with all that led to it, without credentials.
fn told(error: &gix::Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    crate::mask::text(&text)
}
