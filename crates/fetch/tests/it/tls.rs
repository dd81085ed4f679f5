//! A server over TLS whose certificate an authority of our own vouches for.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;

use fetch::{ChartOptions, Client, TrustAuthorities};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::charts::{Shelf, of_repository};

const AUTHORITY: &[u8] = include_bytes!("../data/tls/ca.pem");

/// Serves one body to whoever asks for anything, until the test ends; gives its address.
fn serve(body: &'static str) -> String {
    let certificates = CertificateDer::pem_slice_iter(include_bytes!("../data/tls/server.pem"));
    let certificates = certificates.collect::<Result<Vec<_>, _>>().unwrap();
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("../data/tls/server.key")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let configuration = ServerConfig::builder_with_provider(provider);
    let configuration = configuration.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    let configuration = Arc::new(configuration.with_single_cert(certificates, key).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let connection = ServerConnection::new(Arc::clone(&configuration)).unwrap();
            let mut reader = BufReader::new(StreamOwned::new(connection, stream));
            // A client that does not trust us says nothing.
            let lines = reader.by_ref().lines().map_while(Result::ok).take_while(|line| !line.is_empty());
            if lines.count() == 0 {
                continue;
            }
            let head =
                format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            let mut stream = reader.into_inner();
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
            stream.conn.send_close_notify();
            let _ = stream.flush();
        }
    });
    url
}

#[test]
fn an_authority_that_is_trusted_vouches_for_a_server_and_nobody_else_does() {
    let url = serve("apiVersion: v1\nentries: {}\n");
    let told = |client: Client| {
        let mut shelf = Shelf::new();
        shelf.options = ChartOptions { client, ..shelf.options };
        shelf.fetch(&of_repository(&url, "")).join("\n")
    };
    let trusted = told(Client::trusting(AUTHORITY).unwrap());
    assert!(trusted.contains("not found in"), "{trusted}");
    let untrusted = told(Client::default());
    assert!(untrusted.contains("cannot be reached"), "{untrusted}");
}

#[test]
fn what_holds_no_certificate_is_refused() {
    let refused = |pem: &[u8]| Client::trusting(pem).unwrap_err();
    assert_eq!(refused(b""), TrustAuthorities::FindNone);
    assert_eq!(refused(include_bytes!("../data/tls/server.key")), TrustAuthorities::FindNone);
    assert_eq!(
        refused(b"-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"),
        TrustAuthorities::ReadPem
    );
}
