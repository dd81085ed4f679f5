//! A server of files on loopback: for programs that take charts from servers only.
//!
//! Takes a folder; answers `GET` with the files in it, one connection each. Leaves nothing but what is below the folder, and
//! lives as long as the process.

use anyhow::{Context, Result};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Bytes of the head of a request: clients say who they are and what they take, in some hundred bytes.
const HEAD_BYTES_MAX: u64 = 16 * 1024;

/// How long a client may be silent.
const PATIENCE: Duration = Duration::from_secs(10);

/// Serves a folder from now on, at a port that is free. Gives where.
pub(crate) fn start(root: &Path) -> Result<SocketAddr> {
    let root = root.canonicalize().with_context(|| format!("no folder at '{}'", root.display()))?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("cannot listen on loopback")?;
    let address = listener.local_addr()?;
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let root = root.clone();
            // A client that goes away is its own affair.
            std::thread::spawn(move || drop(answer(&root, stream)));
        }
    });
    Ok(address)
}

fn answer(root: &Path, mut stream: TcpStream) -> std::io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut head = BufReader::new(std::io::Read::take(&stream, HEAD_BYTES_MAX));
    let mut request = String::new();
    head.read_line(&mut request)?;
    let mut line = String::new();
    while head.read_line(&mut line)? > 0 && !line.trim_end().is_empty() {
        line.clear();
    }
    let (status, body) = match file_of(root, &request).map(std::fs::read) {
        Some(Ok(body)) => ("200 OK", body),
        _ => ("404 Not Found", Vec::new()),
    };
    let length = body.len();
    write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n")?;
    if !request.starts_with("HEAD ") {
        stream.write_all(&body)?;
    }
    stream.flush()
}

/// The file that a request asks for, if it is below the folder.
fn file_of(root: &Path, request: &str) -> Option<PathBuf> {
    let mut words = request.split(' ');
    let is_known = matches!(words.next(), Some("GET" | "HEAD"));
    let path = words.next().filter(|_| is_known)?.split('?').next()?;
    let path = root.join(path.trim_start_matches('/')).canonicalize().ok()?;
    (path.starts_with(root) && path.is_file()).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::start;
    use std::io::{Read as _, Write as _};
    use std::net::TcpStream;

    #[test]
    fn only_files_below_the_folder_are_served() {
        let folder = std::env::temp_dir().join(format!("liftlock-serve-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("in/charts")).unwrap();
        std::fs::write(folder.join("in/charts/index.yaml"), "entries: {}\n").unwrap();
        std::fs::write(folder.join("secret"), "no").unwrap();
        let address = start(&folder.join("in")).unwrap();
        let ask = |request: &str| {
            let mut stream = TcpStream::connect(address).unwrap();
            write!(stream, "{request} HTTP/1.1\r\nHost: h\r\n\r\n").unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            answer
        };
        assert!(ask("GET /charts/index.yaml").ends_with("\r\n\r\nentries: {}\n"));
        assert!(ask("HEAD /charts/index.yaml").ends_with("Connection: close\r\n\r\n"));
        for request in ["GET /charts", "GET /../secret", "GET /absent", "POST /charts/index.yaml", ""] {
            assert!(ask(request).starts_with("HTTP/1.1 404 "), "{request}");
        }
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
