//! The HTTP client: one agent with the certificates of the system and the proxies of the environment.
//!
//! Takes a request, gives status, headers and a body of a bounded length. Follows redirects, never from `https` to
//! `http`, and takes no credentials along to another host.

use std::io::{self, Read};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use ureq::ResponseExt;
use ureq::http::{HeaderMap, Request, StatusCode};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, SendBody};

/// Redirects that are followed: what Go's client follows.
const REDIRECTS_MAX: u32 = 10;

/// What servers are told of who asks.
const USER_AGENT: &str = concat!("liftlock/", env!("CARGO_PKG_VERSION"));

/// Why a request was not answered.
#[derive(Debug, thiserror::Error)]
pub enum Ask {
    /// The address is none.
    #[error("the address is no URL")]
    ReadAddress,
    /// There was no answer.
    #[error("{0}")]
    Answer(Box<ureq::Error>),
    /// The certificates of the system cannot be read.
    #[error("no certificates to check servers with: {reason}")]
    FindCertificates {
        /// What the system says.
        reason: String,
    },
}

/// Why authorities are not trusted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrustAuthorities {
    /// The text is no PEM.
    #[error("not a list of certificates in PEM form")]
    ReadPem,
    /// There is no certificate in it.
    #[error("no certificate in it")]
    FindNone,
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// Where it came from, once all redirects were followed.
    pub(crate) url: String,
    pub(crate) body: Box<dyn Read + Send>,
}

impl Answer {
    /// The whole body; none if it has more than so many bytes.
    pub(crate) fn bytes(self, bytes_max: u64) -> io::Result<Option<Vec<u8>>> {
        let mut bytes = Vec::new();
        self.body.take(bytes_max.saturating_add(1)).read_to_end(&mut bytes)?;
        Ok((bytes.len() as u64 <= bytes_max).then_some(bytes))
    }
}

/// A client. Cheap to copy: copies share connections.
#[derive(Debug, Clone, Default)]
pub struct Client {
    secure: Arc<OnceLock<Agent>>,
    plain: Arc<OnceLock<Agent>>,
    /// Who is trusted beside those whom the system trusts.
    authorities: Arc<Vec<Certificate<'static>>>,
}

impl Client {
    /// A client that trusts servers, too, whom one of these authorities vouches for: certificates in PEM form.
    ///
    /// # Errors
    /// If there are none in the text.
    pub fn trusting(pem: &[u8]) -> Result<Self, TrustAuthorities> {
        let mut authorities = Vec::new();
        for item in parse_pem(pem) {
            if let PemItem::Certificate(certificate) = item.map_err(|_| TrustAuthorities::ReadPem)? {
                authorities.push(certificate);
            }
        }
        if authorities.is_empty() {
            return Err(TrustAuthorities::FindNone);
        }
        Ok(Self { authorities: Arc::new(authorities), ..Self::default() })
    }

    /// Sends a request. With a body it is a `POST`, else a `GET`.
    pub(crate) fn ask(
        &self,
        url: &str,
        headers: &[(String, String)],
        body: Option<&[u8]>,
        (timeout, bytes_max): (Duration, u64),
    ) -> Result<Answer, Ask> {
        let is_secure = url.get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https:"));
        let agent = if is_secure { self.secure()? } else { self.plain.get_or_init(|| agent(None)) };
        let mut request = if body.is_some() { Request::post(url) } else { Request::get(url) };
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let body = match body {
            Some(body) => SendBody::from_owned_reader(io::Cursor::new(body.to_owned())),
            None => SendBody::none(),
        };
        let request = request.body(body).map_err(|_| Ask::ReadAddress)?;
        let request = agent.configure_request(request).timeout_global(Some(timeout)).build();
        let answer = agent.run(request).map_err(|error| Ask::Answer(Box::new(error)))?;
        let url = answer.get_uri().to_string();
        let (parts, body) = answer.into_parts();
        // One byte more, so that whoever reads can tell the end from the limit.
        let body = body.into_with_config().limit(bytes_max.saturating_add(1)).reader();
        Ok(Answer { status: parts.status, headers: parts.headers, url, body: Box::new(body) })
    }

    /// The agent for `https`. Certificates are read when the first server is asked: not every run asks one.
    fn secure(&self) -> Result<&Agent, Ask> {
        if let Some(agent) = self.secure.get() {
            return Ok(agent);
        }
        let found = rustls_native_certs::load_native_certs();
        if found.certs.is_empty() && self.authorities.is_empty() {
            let errors = found.errors.iter().map(ToString::to_string).collect::<Vec<_>>();
            return Err(Ask::FindCertificates { reason: errors.join(", ") });
        }
        let certificates = found.certs.iter().map(|der| Certificate::from_der(der).to_owned());
        let roots: Vec<_> = certificates.chain(self.authorities.iter().cloned()).collect();
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::from(roots))
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .build();
        Ok(self.secure.get_or_init(|| agent(Some(tls))))
    }
}

fn agent(tls: Option<TlsConfig>) -> Agent {
    let configuration = Agent::config_builder()
        .http_status_as_error(false)
        .https_only(tls.is_some())
        .max_redirects(REDIRECTS_MAX)
        .user_agent(USER_AGENT);
    let configuration = match tls {
        Some(tls) => configuration.tls_config(tls),
        None => configuration,
    };
    configuration.build().new_agent()
}
