//! One answer of a server, whole and in memory, asked for again where asking again may help.
//!
//! Takes a URL, headers and a bound; gives status, headers and bytes. What a server refuses for good is asked once; what
//! broke off, or is said to be for now, is asked again after a pause.

use std::thread;
use std::time::Duration;

use helm::sources::without_user;
use ureq::http::{HeaderMap, StatusCode};

use crate::client::{Ask, Client};

/// How often one thing is asked for: a server that fails twice in a second and a half is down.
const ATTEMPTS_MAX: u32 = 3;

/// The pause before asking again; twice as long before the last time.
const PAUSE: Duration = Duration::from_millis(500);

/// The longest pause that a server may ask for by `Retry-After`.
const PAUSE_MAX: Duration = Duration::from_secs(10);

/// How long one answer may take, from the name of the host to the last byte: that of Helm's client.
const TIMEOUT: Duration = Duration::from_mins(2);

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum GetBytes {
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
    #[error("cannot fetch '{url}': the server says {status}")]
    Refuse {
        /// Its address, without credentials.
        url: String,
        /// What the server says.
        status: StatusCode,
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
    /// The answer is larger than it may be.
    #[error("'{url}' has more than {bytes_max} bytes")]
    TooLarge {
        /// Its address, without credentials.
        url: String,
        /// The bound.
        bytes_max: u64,
    },
}

/// An answer.
pub(crate) struct Received {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// The body; empty where the status is that of a failure.
    pub(crate) bytes: Vec<u8>,
}

/// Asks servers.
#[derive(Debug, Clone)]
pub(crate) struct Requests {
    pub(crate) client: Client,
    pub(crate) patience: Patience,
}

/// How long servers are waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// The pause before asking again; twice as long before the last time. Half a second by default.
    pub pause: Duration,
    /// How long one answer may take. Two minutes by default, as in Helm.
    pub timeout: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { pause: PAUSE, timeout: TIMEOUT }
    }
}

/// Headers of a request.
pub(crate) type Headers = Vec<(String, String)>;

impl Requests {
    /// Asks for what is there; whatever the server says but success is an error.
    pub(crate) fn bytes(&self, url: &str, headers: &Headers, bytes_max: u64) -> Result<Vec<u8>, GetBytes> {
        let received = self.get(url, headers, bytes_max)?;
        if received.status.is_success() {
            return Ok(received.bytes);
        }
        Err(GetBytes::Refuse { url: without_user(url), status: received.status })
    }

    /// Asks for what is there, and leaves it to the caller what to make of the status.
    pub(crate) fn get(&self, url: &str, headers: &Headers, bytes_max: u64) -> Result<Received, GetBytes> {
        self.exchange(url, headers, None, bytes_max)
    }

    /// The same, of something that is sent.
    pub(crate) fn exchange(
        &self,
        url: &str,
        headers: &Headers,
        body: Option<&[u8]>,
        bytes_max: u64,
    ) -> Result<Received, GetBytes> {
        let mut attempt = 1;
        loop {
            let received = self.once(url, headers, body, bytes_max);
            let wait = match &received {
                Ok(received) => pause_of(received),
                Err(error) => may_pass(error).then_some(None),
            };
            let Some(asked_for) = wait.filter(|_| attempt < ATTEMPTS_MAX) else { return received };
            let pause = asked_for.map_or(self.patience.pause * attempt, |asked_for| asked_for.min(PAUSE_MAX));
            thread::sleep(pause);
            attempt += 1;
        }
    }

    fn once(
        &self,
        url: &str,
        headers: &Headers,
        body: Option<&[u8]>,
        bytes_max: u64,
    ) -> Result<Received, GetBytes> {
        let shown = || without_user(url);
        let mut answer = self
            .client
            .ask(&shown(), headers, body, (self.patience.timeout, bytes_max))
            .map_err(|source| GetBytes::Ask { url: shown(), source })?;
        let (status, headers) = (answer.status, std::mem::take(&mut answer.headers));
        if !status.is_success() {
            return Ok(Received { status, headers, bytes: Vec::new() });
        }
        let bytes = answer.bytes(bytes_max).map_err(|source| GetBytes::BreakOff { url: shown(), source })?;
        let bytes = bytes.ok_or_else(|| GetBytes::TooLarge { url: shown(), bytes_max })?;
        Ok(Received { status, headers, bytes })
    }
}

/// How long to wait before asking again; none if that does not help. The inner one is what the server wishes.
fn pause_of(received: &Received) -> Option<Option<Duration>> {
    let is_for_now = matches!(
        received.status,
        StatusCode::TOO_MANY_REQUESTS
            | StatusCode::INTERNAL_SERVER_ERROR
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT
    );
    let wish = received.headers.get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
    is_for_now.then(|| wish.map(Duration::from_secs))
}

/// Whether the next try may go better. Time that is up would only be up once more.
fn may_pass(error: &GetBytes) -> bool {
    match error {
        GetBytes::Ask { source: Ask::Answer(error), .. } => {
            matches!(&**error, ureq::Error::Io(_) | ureq::Error::ConnectionFailed)
        }
        GetBytes::BreakOff { source, .. } => source.kind() != std::io::ErrorKind::TimedOut,
        GetBytes::Ask { .. } | GetBytes::Refuse { .. } | GetBytes::TooLarge { .. } => false,
    }
}
