//! Git over HTTP: what `gix` needs of a client, on top of ours.
//!
//! A request is sent when the first byte of its answer is read, with the body that was written until then. Never holds
//! more of an answer than a reader's buffer.

use std::any::Any;
use std::io::{self, BufRead, BufReader, Cursor, Read, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use gix_transport::client::AuthenticationRequired;
use gix_transport::client::blocking_io::http::{GetResponse, Http, PostBodyDataKind, PostResponse};
use helm::sources::without_user;
use ureq::http::StatusCode;

use crate::client::{Answer, Client};

/// Git's requests through a [`Client`].
#[derive(Debug)]
pub(crate) struct GitOverHttp {
    client: Client,
    timeout: Duration,
    bytes_max: u64,
    /// Where the first answer came from, if not from where it was asked for.
    redirected: Arc<Mutex<Option<String>>>,
}

impl GitOverHttp {
    pub(crate) fn new(client: Client, timeout: Duration, bytes_max: u64) -> Self {
        Self { client, timeout, bytes_max, redirected: Arc::default() }
    }

    fn exchange(
        &self,
        (url, base): (&str, &str),
        headers: impl IntoIterator<Item = impl AsRef<str>>,
        has_body: bool,
    ) -> Shared {
        let headers = headers.into_iter().filter_map(|line| {
            let (name, value) = line.as_ref().split_once(':')?;
            Some((name.trim().to_owned(), value.trim().to_owned()))
        });
        Shared(Arc::new(Mutex::new(Exchange {
            client: self.client.clone(),
            limits: (self.timeout, self.bytes_max),
            url: without_user(url),
            base: without_user(base),
            headers: headers.collect(),
            body: has_body.then(Vec::new),
            answer: None,
            redirected: Arc::clone(&self.redirected),
        })))
    }
}

/// A request, and its answer once it was asked for.
struct Exchange {
    client: Client,
    limits: (Duration, u64),
    url: String,
    base: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
    answer: Option<Option<Answer>>,
    redirected: Arc<Mutex<Option<String>>>,
}

impl Exchange {
    /// The answer; none if it was taken already.
    fn answer(&mut self) -> io::Result<&mut Option<Answer>> {
        if self.answer.is_none() {
            let answer = self
                .client
                .ask(&self.url, &self.headers, self.body.as_deref(), self.limits)
                .map_err(io::Error::other)?;
            refuse(&answer)?;
            self.follow(&answer.url)?;
            self.answer = Some(Some(answer));
        }
        Ok(self.answer.get_or_insert_default())
    }

    /// Remembers where the repository has moved to. A redirect that changes anything else leads away from Git.
    fn follow(&self, url: &str) -> io::Result<()> {
        let tail = self.url.strip_prefix(&self.base).unwrap_or_default();
        // What was asked for comes back in its normal form.
        if url.eq_ignore_ascii_case(&self.url) {
            return Ok(());
        }
        let Some(base) = url.strip_suffix(tail).filter(|_| !tail.is_empty()) else {
            return Err(io::Error::other("redirected to something that is no repository"));
        };
        *lock(&self.redirected) = Some(base.to_owned());
        Ok(())
    }
}

/// Answers that are none, in the form in which `gix` looks for them.
fn refuse(answer: &Answer) -> io::Result<()> {
    if answer.status == StatusCode::UNAUTHORIZED {
        let challenges = answer.headers.get_all("www-authenticate").iter();
        let www_authenticate = challenges.map(|value| value.as_bytes().into()).collect();
        let required = AuthenticationRequired { www_authenticate };
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, required));
    }
    if answer.status.is_success() {
        return Ok(());
    }
    let kind = match answer.status {
        StatusCode::NOT_FOUND => io::ErrorKind::NotFound,
        status if status.is_server_error() => io::ErrorKind::ConnectionAborted,
        _ => io::ErrorKind::Other,
    };
    Err(io::Error::new(kind, format!("the server says {}", answer.status)))
}

/// The two ends of an exchange.
#[derive(Clone)]
struct Shared(Arc<Mutex<Exchange>>);

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes the body of a request.
pub(crate) struct RequestBody(Shared);

impl Write for RequestBody {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        lock(&self.0.0).body.get_or_insert_default().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Gives the headers of an answer, a line each.
pub(crate) struct Headers {
    exchange: Shared,
    lines: Option<Cursor<Vec<u8>>>,
}

impl Headers {
    fn lines(&mut self) -> io::Result<&mut Cursor<Vec<u8>>> {
        if self.lines.is_none() {
            let mut text = Vec::new();
            if let Some(answer) = lock(&self.exchange.0).answer()? {
                for (name, value) in &answer.headers {
                    text.extend_from_slice(name.as_str().as_bytes());
                    text.push(b':');
                    text.extend_from_slice(value.as_bytes());
                    text.push(b'\n');
                }
            }
            self.lines = Some(Cursor::new(text));
        }
        Ok(self.lines.get_or_insert_default())
    }
}

impl Read for Headers {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.lines()?.read(buffer)
    }
}

impl BufRead for Headers {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.lines()?.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        if let Some(lines) = &mut self.lines {
            lines.consume(count);
        }
    }
}

/// Gives the body of an answer.
pub(crate) struct ResponseBody {
    exchange: Shared,
    reader: Option<BufReader<Box<dyn Read + Send>>>,
}

impl ResponseBody {
    fn reader(&mut self) -> io::Result<&mut BufReader<Box<dyn Read + Send>>> {
        if self.reader.is_none() {
            let taken = lock(&self.exchange.0).answer()?.take();
            let body =
                taken.map_or_else(|| Box::new(io::empty()) as Box<dyn Read + Send>, |answer| answer.body);
            self.reader = Some(BufReader::new(body));
        }
        Ok(self.reader.get_or_insert_with(|| BufReader::new(Box::new(io::empty()))))
    }
}

impl Read for ResponseBody {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.reader()?.read(buffer)
    }
}

impl BufRead for ResponseBody {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.reader()?.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        if let Some(reader) = &mut self.reader {
            reader.consume(count);
        }
    }
}

impl Http for GitOverHttp {
    type Headers = Headers;
    type ResponseBody = ResponseBody;
    type PostBody = RequestBody;

    fn get(
        &mut self,
        url: &str,
        base_url: &str,
        headers: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> gix::Result<GetResponse<Headers, ResponseBody>> {
        let exchange = self.exchange((url, base_url), headers, false);
        let headers = Headers { exchange: exchange.clone(), lines: None };
        Ok(GetResponse { headers, body: ResponseBody { exchange, reader: None } })
    }

    fn post(
        &mut self,
        url: &str,
        base_url: &str,
        headers: impl IntoIterator<Item = impl AsRef<str>>,
        _: PostBodyDataKind,
    ) -> gix::Result<PostResponse<Headers, ResponseBody, RequestBody>> {
        let exchange = self.exchange((url, base_url), headers, true);
        let post_body = RequestBody(exchange.clone());
        let headers = Headers { exchange: exchange.clone(), lines: None };
        Ok(PostResponse { post_body, headers, body: ResponseBody { exchange, reader: None } })
    }

    /// Configuration for other clients means nothing here.
    fn configure(&mut self, _: &dyn Any) -> gix::Result<()> {
        Ok(())
    }

    fn redirected_base_url(&self) -> Option<String> {
        lock(&self.redirected).clone()
    }
}
