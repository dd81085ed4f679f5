//! Files behind URLs.

use std::path::Path;
use std::time::Duration;

use store::FILE_BYTES_MAX;

use crate::charts::{Credentials, GetBytes, Patience, ReadFolder, Requests, is_server, mirrored, read_file};
use crate::checkout::Means;
use crate::client::Ask;

/// How long one file may take: as long as a repository that says nothing else.
const TIMEOUT: Duration = Duration::from_secs(27);

/// Why a file was not fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchFile {
    /// The server does not answer.
    #[error("cannot fetch '{url}'")]
    Ask {
        /// Its address, without credentials.
        url: String,
        /// Why.
        #[source]
        source: Ask,
    },
    /// The server answers with something else.
    #[error("cannot fetch '{url}': HTTP Error: status code {status}")]
    Refuse {
        /// Its address, without credentials.
        url: String,
        /// What the server says.
        status: u16,
    },
    /// The answer breaks off.
    #[error("cannot fetch '{url}' whole")]
    BreakOff {
        /// Its address, without credentials.
        url: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The folder that stands for its server does not have it.
    #[error("cannot read '{url}' from a folder")]
    ReadFolder {
        /// Its address, without credentials.
        url: String,
        /// Why.
        #[source]
        source: ReadFolder,
    },
    /// It is larger than a build takes.
    #[error("'{url}' has more than {FILE_BYTES_MAX} bytes")]
    TooLarge {
        /// Its address, without credentials.
        url: String,
    },
}

/// The bytes behind a URL, or those that its mirror has.
pub(crate) fn fetch(means: &Means, url: &str) -> Result<Vec<u8>, FetchFile> {
    match mirrored(&means.mirrors, url) {
        Some(path) if !is_server(&path) => {
            let shown = kustomize::load::remote::masked(url);
            read_file(Path::new(&path), FILE_BYTES_MAX)
                .map_err(|source| FetchFile::ReadFolder { url: shown, source })
        }
        Some(url) => ask(means, &url),
        None => ask(means, url),
    }
}

/// Asks as for charts: what broke off, or is said to be for now, is asked for again after a pause.
fn ask(means: &Means, url: &str) -> Result<Vec<u8>, FetchFile> {
    let shown = || kustomize::load::remote::masked(url);
    let patience = Patience { timeout: TIMEOUT, ..means.patience };
    let requests = Requests { client: means.client.clone(), patience };
    let login = Credentials::default().header(url, url);
    let headers = login.map(|value| ("Authorization".to_owned(), value)).into_iter().collect();
    let received = requests.get(url, &headers, FILE_BYTES_MAX).map_err(|error| match error {
        GetBytes::Ask { source, .. } => FetchFile::Ask { url: shown(), source },
        GetBytes::BreakOff { source, .. } => FetchFile::BreakOff { url: shown(), source },
        GetBytes::Refuse { status, .. } => FetchFile::Refuse { url: shown(), status: status.as_u16() },
        GetBytes::TooLarge { .. } => FetchFile::TooLarge { url: shown() },
    })?;
    if !received.status.is_success() {
        return Err(FetchFile::Refuse { url: shown(), status: received.status.as_u16() });
    }
    Ok(received.bytes)
}
