//! A server on this machine that answers each path with what the test says.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// What a path is answered with: status and headers, and a body.
pub(crate) type Answers = BTreeMap<String, (String, Vec<u8>)>;

/// Its address, and what it was asked for.
pub(crate) struct Server {
    pub(crate) url: String,
    pub(crate) asked: Arc<Mutex<Vec<Asked>>>,
}

/// A request.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) line: String,
    pub(crate) headers: Vec<String>,
    pub(crate) body: Vec<u8>,
}

/// Serves until the test ends. The key of an answer is the path; behind it may stand ` N` for the N-th time that it is
/// asked for.
pub(crate) fn serve(answers: Answers) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&asked);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            answer(stream, &answers, &noted);
        }
    });
    Server { url, asked }
}

fn answer(mut stream: TcpStream, answers: &Answers, noted: &Mutex<Vec<Asked>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut line = String::new();
    if reader.read_line(&mut line).unwrap_or(0) == 0 {
        return;
    }
    let headers: Vec<String> =
        reader.by_ref().lines().map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
    let body = body_of(&mut reader, &headers);
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut noted = noted.lock().unwrap();
    let times = noted.iter().filter(|asked| asked.line.split(' ').nth(1) == Some(&path)).count() + 1;
    noted.push(Asked { line: line.trim_end().to_owned(), headers, body });
    drop(noted);
    let found = answers.get(&format!("{path} {times}")).or_else(|| answers.get(&path));
    let (head, body) = found.cloned().unwrap_or_else(|| ("404 Not Found".to_owned(), b"no".to_vec()));
    // A head that says a length of its own may lie.
    let length = if head.contains("Content-Length") {
        String::new()
    } else {
        format!("Content-Length: {}\r\n", body.len())
    };
    let head = format!("HTTP/1.1 {head}\r\n{length}Connection: close\r\n\r\n");
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
}

fn body_of(reader: &mut BufReader<TcpStream>, headers: &[String]) -> Vec<u8> {
    let header = |name: &str| {
        headers.iter().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        })
    };
    let mut body = Vec::new();
    if let Some(length) = header("content-length").and_then(|length| length.parse::<u64>().ok()) {
        reader.take(length).read_to_end(&mut body).unwrap();
    } else if header("transfer-encoding").is_some() {
        loop {
            let mut size = String::new();
            reader.read_line(&mut size).unwrap();
            let size = u64::from_str_radix(size.trim(), 16).unwrap_or(0);
            reader.by_ref().take(size).read_to_end(&mut body).unwrap();
            let mut end = String::new();
            reader.read_line(&mut end).unwrap();
            if size == 0 {
                break;
            }
        }
    }
    body
}
