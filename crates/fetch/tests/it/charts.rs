//! Charts from servers of the tests' own on this machine: what is fetched, kept and told, and what renders find of it.

use std::fmt::Write as _;
use std::io::Write as _;
use std::net::TcpListener;
use std::path::Path;
use std::time::{Duration, SystemTime};

use fetch::{Cached, ChartFolder, ChartOptions, Credentials, Patience};
use helm::schema::Remotes;
use helm::sources::{Aliases, ChartSource, FoundChart, Typed, WantedChart};
use sha2::{Digest, Sha256};
use store::Store;
use tree::Memory;

use crate::fetching::line;
use crate::repository::{Made, Node};
use crate::server::{Answers, Asked, Server, serve};

/// An archive of a chart with some more files.
fn archive(name: &str, version: &str, files: &[(&str, &str)]) -> Vec<u8> {
    let metadata = format!("apiVersion: v2\nname: {name}\nversion: {version}\n");
    let mut archive = tar::Builder::new(Vec::new());
    for (file, content) in [("Chart.yaml", metadata.as_str())].iter().chain(files) {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, format!("{name}/{file}"), content.as_bytes()).unwrap();
    }
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(&archive.into_inner().unwrap()).unwrap();
    packed.finish().unwrap()
}

fn digits(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut digits, byte| {
        write!(digits, "{byte:02x}").unwrap();
        digits
    })
}

fn ok(body: impl Into<Vec<u8>>) -> (String, Vec<u8>) {
    ("200 OK".to_owned(), body.into())
}

fn says(head: &str) -> (String, Vec<u8>) {
    (head.to_owned(), Vec::new())
}

/// A cache, and who fetches into it.
pub(crate) struct Shelf {
    folder: tempfile::TempDir,
    store: Store,
    pub(crate) options: ChartOptions,
}

impl Shelf {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(&folder.path().join("cache"));
        let patience = Patience { pause: Duration::from_millis(1), timeout: Duration::from_secs(5) };
        let options = ChartOptions { is_plain_http: true, patience, ..ChartOptions::default() };
        Self { folder, store, options }
    }

    pub(crate) fn fetch(&self, wanted: &WantedChart) -> Vec<String> {
        let mut told = Vec::new();
        let mut fetcher = fetch::fetcher(self.store.clone(), self.options.clone(), SystemTime::UNIX_EPOCH);
        fetcher.fetch_chart(wanted, &mut |event| told.push(line(&event)));
        told
    }

    fn fetch_folder(&self, files: &[(&str, &str)], held: &[&str]) -> Vec<String> {
        let tree: Memory = files.iter().copied().collect();
        let held = held.iter().map(|name| (*name).to_owned()).collect();
        let folder = ChartFolder { path: "app".to_owned(), shown: "app".to_owned(), held };
        let mut told = Vec::new();
        let mut fetcher = fetch::fetcher(self.store.clone(), self.options.clone(), SystemTime::UNIX_EPOCH);
        fetcher.fetch_charts(&tree, &[folder], &mut |event| told.push(line(&event)));
        told
    }

    /// What renders find: the archive, or why not.
    fn found(&self, wanted: &WantedChart) -> Result<Vec<u8>, String> {
        let found = Cached::new(self.store.clone()).archive(wanted);
        found.map(archive_bytes).map_err(|error| text::with_causes(&error))
    }

    /// Everything below the folder that is not below the cache, or half done there.
    fn strays(&self) -> Vec<String> {
        let mut open = vec![self.folder.path().to_path_buf()];
        let mut found = Vec::new();
        while let Some(folder) = open.pop() {
            for entry in std::fs::read_dir(&folder).unwrap().flatten() {
                let path = entry.path();
                let below = path.strip_prefix(self.folder.path()).unwrap().to_string_lossy().into_owned();
                if path.is_dir() {
                    open.push(path);
                } else if !below.starts_with("cache/v1/") || below.contains("/.tmp") {
                    found.push(below);
                }
            }
        }
        found
    }
}

fn archive_bytes(found: FoundChart) -> Vec<u8> {
    match found {
        FoundChart::Archive { bytes, .. } => bytes,
        FoundChart::Folder { address, .. } => panic!("a folder of {address}"),
    }
}

pub(crate) fn of_repository(url: &str, range: &str) -> WantedChart {
    WantedChart::Repository { url: url.to_owned(), name: "web".to_owned(), range: range.to_owned() }
}

fn of_registry(server: &Server, rest: &str, range: &str) -> WantedChart {
    let chart = format!("{}/c/web{rest}", server.url.replace("http://", "oci://"));
    let typed = Typed { chart: &chart, version: range, ..Typed::default() };
    WantedChart::of_typed(typed, &Aliases::new()).unwrap()
}

fn repository(entries: &[(&str, &str, &str)], archives: &[(&str, &[u8])]) -> Server {
    let mut index = "apiVersion: v1\nentries:\n  web:\n".to_owned();
    for (version, url, digest) in entries {
        writeln!(index, "  - {{name: web, version: {version}, urls: ['{url}'], digest: '{digest}'}}")
            .unwrap();
    }
    let mut answers: Answers = [("/charts/index.yaml".to_owned(), ok(index))].into();
    answers.extend(archives.iter().map(|(path, bytes)| ((*path).to_owned(), ok(*bytes))));
    serve(answers)
}

#[test]
fn a_range_is_fetched_from_a_repository_and_found_by_renders_without_one() {
    let shelf = Shelf::new();
    let (new, old) = (archive("web", "1.5.0", &[]), archive("web", "1.4.0", &[]));
    let server = repository(
        &[("1.4.0", "web-1.4.0.tgz", &digits(&old)), ("1.5.0", "/else/web.tgz", ""), ("2.0.0", "x", "")],
        &[("/charts/web-1.4.0.tgz", &old), ("/else/web.tgz", &new)],
    );
    let url = format!("{}/charts", server.url);
    let range = of_repository(&url, "^1");
    assert_eq!(shelf.found(&range).unwrap_err(), format!("'web ^1 of {url}' is remote and not in the cache"));
    assert_eq!(shelf.fetch(&range), [format!("false web 1.5.0 {}/else/web.tgz", server.url)]);
    assert_eq!(shelf.found(&range), Ok(new));
    let one = of_repository(&format!("{url}/"), "1.4.0");
    assert!(shelf.found(&one).unwrap_err().ends_with("not in the cache"));
    assert_eq!(shelf.fetch(&one), [format!("false web 1.4.0 {url}/web-1.4.0.tgz")]);
    assert_eq!(shelf.found(&one), Ok(old));
    assert_eq!(shelf.fetch(&one), [format!("true web 1.4.0 {url}/web-1.4.0.tgz")]);
    let told = shelf.found(&of_repository(&url, "^3")).unwrap_err();
    assert!(told.starts_with("chart \"web\" version \"^3\" not found in http://127"), "{told}");
    assert_eq!(shelf.strays(), Vec::<String>::new());
}

#[test]
fn what_is_wrong_with_a_repository_is_told_and_nothing_is_kept() {
    let good = archive("web", "1.0.0", &[]);
    let wrong = "0".repeat(64);
    let html = ("index.yaml", ok("<html>moved</html>"));
    let cases: [(&str, Answers, &str); 8] = [
        ("garbage", [(format!("/{}", html.0), html.1)].into(), "no API version specified"),
        ("broken", [("/index.yaml".into(), ok("entries: [\n"))].into(), "is no YAML"),
        ("empty", [("/index.yaml".into(), ok(""))].into(), "empty index.yaml file"),
        ("absent", Answers::new(), "the server says 404 Not Found"),
        ("digest", of_index(&wrong, ok(good.clone())), &format!("and its index says sha256:{wrong}")),
        ("no chart", of_index("", ok("<html>")), "is no chart: not a gzipped tar archive"),
        ("no archive", of_index("", says("403 Forbidden")), "the server says 403 Forbidden"),
        ("truncated", of_index("", ("200 OK\r\nContent-Length: 9999".into(), good)), "whole"),
    ];
    for (name, answers, expected) in cases {
        let shelf = Shelf::new();
        let server = serve(answers);
        let told = shelf.fetch(&of_repository(&server.url, "")).join("\n");
        assert!(told.contains(expected), "{name}: {told}");
        assert!(shelf.found(&of_repository(&server.url, "")).is_err(), "{name}");
        assert!(!shelf.folder.path().join("cache/v1/archives").exists(), "{name}");
        assert_eq!(shelf.strays(), Vec::<String>::new(), "{name}");
    }
}

fn of_index(digest: &str, archive: (String, Vec<u8>)) -> Answers {
    let index = format!(
        "apiVersion: v1\nentries: {{web: [{{name: web, version: 1.0.0, urls: [web.tgz], digest: '{digest}'}}]}}"
    );
    [("/index.yaml".to_owned(), ok(index)), ("/web.tgz".to_owned(), archive)].into()
}

#[test]
fn an_archive_that_leads_out_of_its_folder_is_not_kept() {
    let shelf = Shelf::new();
    let mut archive = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(1);
    header.as_gnu_mut().unwrap().name[..13].copy_from_slice(b"web/../../out");
    header.set_cksum();
    archive.append(&header, b"x".as_slice()).unwrap();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(&archive.into_inner().unwrap()).unwrap();
    let server = serve(of_index("", ok(packed.finish().unwrap())));
    let told = shelf.fetch(&of_repository(&server.url, "")).join("\n");
    assert!(told.contains("chart illegally references parent directory"), "{told}");
    assert_eq!(shelf.strays(), Vec::<String>::new());
    assert!(!shelf.folder.path().join("out").exists());
}

#[test]
fn what_breaks_off_or_is_busy_is_asked_for_again_but_not_without_end() {
    let shelf = Shelf::new();
    let good = archive("web", "1.0.0", &[]);
    let mut answers = of_index("", ok(good.clone()));
    answers.insert("/index.yaml 1".into(), says("503 Service Unavailable\r\nRetry-After: 0"));
    answers.insert("/index.yaml 2".into(), says("429 Too Many Requests"));
    answers.insert("/web.tgz 1".into(), ("200 OK\r\nContent-Length: 9999".into(), good.clone()));
    let server = serve(answers);
    assert_eq!(shelf.fetch(&of_repository(&server.url, "")).len(), 1);
    assert_eq!(shelf.found(&of_repository(&server.url, "")), Ok(good));
    assert_eq!(server.asked.lock().unwrap().len(), 5);
    let busy = serve([("/index.yaml".to_owned(), says("503 Service Unavailable"))].into());
    let told = shelf.fetch(&of_repository(&busy.url, "")).join("\n");
    assert!(told.contains("the server says 503"), "{told}");
    assert_eq!(busy.asked.lock().unwrap().len(), 3);
}

#[test]
fn a_server_that_says_nothing_is_waited_for_once() {
    let mut shelf = Shelf::new();
    shelf.options.patience.timeout = Duration::from_millis(200);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let told = shelf.fetch(&of_repository(&url, "")).join("\n");
    assert!(told.contains("timeout"), "{told}");
}

#[test]
fn an_answer_without_end_is_cut_off() {
    let shelf = Shelf::new();
    let mut answers = Answers::new();
    // A manifest may have 4 MiB.
    answers.insert("/v2/c/web/manifests/1.0.0".into(), ok(vec![b' '; (4 << 20) + 1]));
    let server = serve(answers);
    let told = shelf.fetch(&of_registry(&server, ":1.0.0", "")).join("\n");
    assert!(told.contains("has more than 4194304 bytes"), "{told}");
}

#[test]
fn credentials_go_to_their_repository_and_nowhere_else() {
    let mut shelf = Shelf::new();
    let good = archive("web", "1.0.0", &[]);
    let other = serve([("/web.tgz".to_owned(), ok(good))].into());
    let index = format!(
        "apiVersion: v1\nentries: {{web: [{{name: web, version: 1.0.0, urls: ['{}/web.tgz']}}]}}",
        other.url
    );
    let server = serve([("/index.yaml".to_owned(), ok(index))].into());
    let known = format!("repositories: [{{name: r, url: '{}', username: u, password: hunter2}}]", server.url);
    let mut credentials = Credentials::default();
    credentials.add_repositories(known.as_bytes()).unwrap();
    shelf.options.credentials = credentials;
    let told = shelf.fetch(&of_repository(&server.url, ""));
    assert_eq!(told, [format!("false web 1.0.0 {}/web.tgz", other.url)]);
    let authorized = |server: &Server| {
        let asked = server.asked.lock().unwrap();
        asked.iter().filter(|asked| has_header(&asked.headers, "authorization: Basic dTpodW50ZXIy")).count()
    };
    assert_eq!((authorized(&server), authorized(&other)), (1, 0));
    let url = server.url.replace("http://", "http://u:hunter2@");
    let told = shelf.fetch(&of_repository(&url, "^9")).join("\n");
    assert!(told.contains("not found in") && !told.contains("hunter2"), "{told}");
    assert_eq!(authorized(&server), 2);
}

fn has_header(headers: &[String], wanted: &str) -> bool {
    headers.iter().any(|header| header.eq_ignore_ascii_case(wanted))
}

/// The manifest of a chart, and its answers by tag and digest, with that of its archive.
fn pushed(tag: &str, archive: &[u8]) -> Answers {
    let digest = digits(archive);
    let manifest = format!(
        r#"{{"schemaVersion":2,"config":{{"mediaType":"application/vnd.cncf.helm.config.v1+json","digest":"sha256:{0}","size":1}},
        "layers":[{{"mediaType":"application/vnd.cncf.helm.chart.provenance.v1.prov","digest":"sha256:{0}","size":1}},
        {{"mediaType":"application/vnd.cncf.helm.chart.content.v1.tar+gzip","digest":"sha256:{digest}","size":{1}}}]}}"#,
        "0".repeat(64),
        archive.len()
    );
    let by_digest = digits(manifest.as_bytes());
    let head = format!("200 OK\r\nDocker-Content-Digest: sha256:{by_digest}");
    [
        (format!("/v2/c/web/manifests/{tag}"), (head, manifest.clone().into_bytes())),
        (format!("/v2/c/web/manifests/sha256:{by_digest}"), ok(manifest)),
        (format!("/v2/c/web/blobs/sha256:{digest}"), ok(archive)),
    ]
    .into()
}

#[test]
fn tags_of_a_registry_are_read_page_by_page_and_a_range_is_chosen_from_them() {
    let shelf = Shelf::new();
    let good = archive("web", "1.10.0+b.1", &[]);
    let mut answers = pushed("1.10.0_b.1", &good);
    let link = "200 OK\r\nLink: </v2/c/web/tags/list?n=1000&last=x>; rel=\"next\"";
    let first = r#"{"name":"c/web","tags":["latest","1.9.0","2.0.0-rc.1"]}"#;
    answers.insert("/v2/c/web/tags/list?n=1000".into(), (link.into(), first.into()));
    answers.insert("/v2/c/web/tags/list?n=1000&last=x".into(), ok(r#"{"tags":["1.10.0_b.1"]}"#));
    let server = serve(answers);
    let wanted = of_registry(&server, "", "^1");
    let address = format!("{}/c/web:1.10.0+b.1", server.url.replace("http://", "oci://"));
    assert_eq!(shelf.fetch(&wanted), [format!("false web 1.10.0+b.1 {address}")]);
    assert_eq!(shelf.found(&wanted), Ok(good.clone()));
    assert_eq!(shelf.found(&of_registry(&server, "", "1.10.0+b.1")), Ok(good));
    assert_eq!(shelf.fetch(&wanted), [format!("true web 1.10.0+b.1 {address}")]);
    assert!(shelf.found(&of_registry(&server, "", "1.9.0")).unwrap_err().ends_with("not in the cache"));
}

#[test]
fn a_digest_names_a_manifest_and_a_tag_beside_it_has_to_agree() {
    let shelf = Shelf::new();
    let (good, other) = (archive("web", "1.0.0", &[]), archive("web", "2.0.0", &[]));
    let mut answers = pushed("1.0.0", &good);
    let digest =
        answers.keys().find_map(|path| path.strip_prefix("/v2/c/web/manifests/sha256:")).unwrap().to_owned();
    answers.extend(pushed("2.0.0", &other));
    let server = serve(answers);
    for rest in
        [format!("@sha256:{digest}"), format!(":1.0.0@sha256:{digest}"), format!(":9@sha256:{digest}")]
    {
        let wanted = of_registry(&server, &rest, "");
        assert!(shelf.fetch(&wanted)[0].contains(" web 1.0.0 "), "{rest}");
        assert_eq!(shelf.found(&wanted).as_ref(), Ok(&good), "{rest}");
    }
    let told = shelf.fetch(&of_registry(&server, &format!(":2.0.0@sha256:{digest}"), "")).join("\n");
    assert!(told.contains("chart reference digest mismatch"), "{told}");
}

#[test]
fn what_is_wrong_with_a_registry_is_told_and_nothing_is_kept() {
    let good = archive("web", "1.0.0", &[]);
    let tag = "/v2/c/web/manifests/1.0.0".to_owned();
    let with = |changed: (String, Vec<u8>)| -> Answers {
        let mut answers = pushed("1.0.0", &good);
        answers.insert(tag.clone(), changed);
        answers
    };
    let manifest = String::from_utf8(pushed("1.0.0", &good)[&tag].1.clone()).unwrap();
    let mut swapped = pushed("1.0.0", &good);
    swapped.insert(format!("/v2/c/web/blobs/sha256:{}", digits(&good)), ok(archive("web", "6.6.6", &[])));
    let image = manifest.replace("cncf.helm.config", "oci.image.config");
    let cases: [(&str, Answers, &str); 8] = [
        ("garbage", with(ok("<html>")), "is not answered with a manifest"),
        ("half", with(ok(&manifest.as_bytes()[..40])), "is not answered with a manifest"),
        ("image", with(ok(image)), "could not load config with mediatype"),
        (
            "layer",
            with(ok(manifest.replace("chart.content", "other"))),
            "does not contain a layer with mediatype",
        ),
        ("kind", with(ok(manifest.replace("sha256:", "sha512:"))), "is no SHA-256 digest"),
        (
            "header",
            with((format!("200 OK\r\nDocker-Content-Digest: sha256:{}", "1".repeat(64)), manifest.into())),
            "has the digest",
        ),
        ("blob", swapped, "has the digest"),
        ("absent", Answers::new(), "the server says 404 Not Found"),
    ];
    for (name, answers, expected) in cases {
        let shelf = Shelf::new();
        let server = serve(answers);
        let told = shelf.fetch(&of_registry(&server, ":1.0.0", "")).join("\n");
        assert!(told.contains(expected), "{name}: {told}");
        assert!(!shelf.folder.path().join("cache/v1/archives").exists(), "{name}");
        assert_eq!(shelf.strays(), Vec::<String>::new(), "{name}");
    }
    let tags = serve([("/v2/c/web/tags/list?n=1000".to_owned(), ok("[1]"))].into());
    let told = Shelf::new().fetch(&of_registry(&tags, "", "^1")).join("\n");
    assert!(told.contains("is not answered with a list of tags"), "{told}");
}

#[test]
fn pages_of_tags_end_and_lead_nowhere_else() {
    let shelf = Shelf::new();
    let page = "/v2/c/web/tags/list?n=1000".to_owned();
    let again = format!("200 OK\r\nLink: <{page}>; rel=\"next\"");
    let server = serve([(page.clone(), (again, br#"{"tags":[]}"#.to_vec()))].into());
    let told = shelf.fetch(&of_registry(&server, "", "^1")).join("\n");
    assert!(told.contains("has more than 100 pages of tags"), "{told}");
    let elsewhere = "200 OK\r\nLink: <http://169.254.0.1/v2/c/web/tags/list?n=1000>; rel=\"next\"";
    let server = serve([(page, (elsewhere.to_owned(), br#"{"tags":null}"#.to_vec()))].into());
    let told = shelf.fetch(&of_registry(&server, "", "^1")).join("\n");
    assert!(told.contains("no version matches '^1'"), "{told}");
}

#[test]
fn a_list_of_manifests_may_hold_the_chart() {
    let shelf = Shelf::new();
    let good = archive("web", "1.0.0", &[]);
    let mut answers = pushed("0", &good);
    let digest =
        answers.keys().find_map(|path| path.strip_prefix("/v2/c/web/manifests/sha256:")).unwrap().to_owned();
    let list = format!(
        r#"{{"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{{"digest":"sha256:{digest}"}}]}}"#
    );
    answers.insert("/v2/c/web/manifests/1.0.0".into(), ok(list));
    let server = serve(answers);
    shelf.fetch(&of_registry(&server, ":1.0.0", ""));
    assert_eq!(shelf.found(&of_registry(&server, ":1.0.0", "")), Ok(good));
}

/// A registry that wants a token, and where that is to be had.
fn guarded(good: &[u8], token: (String, Vec<u8>)) -> (Server, Server) {
    let tokens = serve([("/token?scope=repository%3Ac%2Fweb%3Apull&service=reg".to_owned(), token)].into());
    let mut answers = pushed("1.0.0", good);
    let challenge = format!(
        "401 Unauthorized\r\nWWW-Authenticate: Bearer realm=\"{}/token\",service=\"reg\",scope=\"x\"",
        tokens.url
    );
    answers.insert("/v2/c/web/manifests/1.0.0 1".into(), says(&challenge));
    (serve(answers), tokens)
}

fn login(server: &Server) -> Credentials {
    let host = server.url.trim_start_matches("http://");
    let mut credentials = Credentials::default();
    let text = format!(r#"{{"auths":{{"{host}":{{"username":"u","password":"hunter2"}}}}}}"#);
    credentials.add_docker(&text).unwrap();
    credentials
}

/// Another port of a host is another server, whoever listens there.
#[test]
fn a_redirect_to_another_port_of_the_same_host_does_not_get_the_login() {
    let mut shelf = Shelf::new();
    let index = "apiVersion: v1\nentries: {web: [{name: web, version: 1.0.0, urls: ['web.tgz']}]}";
    let other = serve([("/index.yaml".to_owned(), ok(index.as_bytes().to_vec()))].into());
    let moved = |path: &str| (format!("302 Found\r\nLocation: {}{path}", other.url), Vec::new());
    let server = serve([("/index.yaml".to_owned(), moved("/index.yaml"))].into());
    let known = format!("repositories: [{{name: r, url: '{}', username: u, password: hunter2}}]", server.url);
    let mut credentials = Credentials::default();
    credentials.add_repositories(known.as_bytes()).unwrap();
    shelf.options.credentials = credentials;
    shelf.fetch(&of_repository(&server.url, ""));
    let asked = |server: &Server| server.asked.lock().unwrap().clone();
    let is_authorized = |asked: &Asked| {
        asked.headers.iter().any(|line| line.to_ascii_lowercase().starts_with("authorization:"))
    };
    assert!(asked(&server).iter().any(|asked| asked.line.contains("/index.yaml") && is_authorized(asked)));
    let [first, ..] = &asked(&other)[..] else { panic!("the redirect is not followed") };
    assert!(first.line.contains("/index.yaml"));
    assert!(!asked(&other).iter().any(is_authorized), "{:?}", asked(&other));
}

#[test]
fn a_token_is_asked_for_once_with_the_login_and_said_from_then_on() {
    let mut shelf = Shelf::new();
    let good = archive("web", "1.0.0", &[]);
    let (server, tokens) = guarded(&good, ok(r#"{"token":"sesame"}"#));
    shelf.options.credentials = login(&server);
    let wanted = of_registry(&server, ":1.0.0", "");
    assert!(shelf.fetch(&wanted)[0].starts_with("false web 1.0.0 "));
    let said = |server: &Server, header: &str| {
        let asked = server.asked.lock().unwrap();
        asked.iter().filter(|asked| has_header(&asked.headers, header)).count()
    };
    assert_eq!(said(&tokens, "authorization: Basic dTpodW50ZXIy"), 1);
    assert_eq!(said(&server, "authorization: Bearer sesame"), 2);
    assert_eq!(server.asked.lock().unwrap().len(), 3);
}

#[test]
fn who_may_not_ask_is_told_what_to_do_and_no_secret_is_shown() {
    let good = archive("web", "1.0.0", &[]);
    for (token, expected) in [
        (says("401 Unauthorized"), "refuses the login that is known of it"),
        (ok("hunter2"), "is not answered with a token"),
        (ok(r#"{"token":"a\r\nb"}"#), "is not answered with a token"),
    ] {
        let mut shelf = Shelf::new();
        let (server, _tokens) = guarded(&good, token);
        shelf.options.credentials = login(&server);
        let told = shelf.fetch(&of_registry(&server, ":1.0.0", "")).join("\n");
        assert!(told.contains(expected) && !told.contains("hunter2"), "{told}");
    }
    let shelf = Shelf::new();
    let server = serve([("/v2/c/web/manifests/1.0.0".to_owned(), says("401 Unauthorized"))].into());
    let told = shelf.fetch(&of_registry(&server, ":1.0.0", "")).join("\n");
    assert!(told.contains("`helm registry login 127.0.0.1:"), "{told}");
    let realm = "401 Unauthorized\r\nWWW-Authenticate: Bearer realm=\"file:///etc/passwd\"";
    let server = serve([("/v2/c/web/manifests/1.0.0".to_owned(), says(realm))].into());
    let told = shelf.fetch(&of_registry(&server, ":1.0.0", "")).join("\n");
    assert!(told.contains("at no address that can be trusted with one"), "{told}");
}

#[test]
fn a_layer_may_be_elsewhere_and_who_asks_is_not_told_there() {
    let mut shelf = Shelf::new();
    let good = archive("web", "1.0.0", &[]);
    let elsewhere = serve([("/blob".to_owned(), ok(good.clone()))].into());
    let mut answers = pushed("1.0.0", &good);
    answers.insert(
        "/v2/c/web/manifests/1.0.0 1".into(),
        says("401 Unauthorized\r\nWWW-Authenticate: Basic realm=x"),
    );
    let moved = format!("307 Temporary Redirect\r\nLocation: {}/blob", elsewhere.url);
    answers.insert(format!("/v2/c/web/blobs/sha256:{}", digits(&good)), says(&moved));
    let server = serve(answers);
    shelf.options.credentials = login(&server);
    shelf.fetch(&of_registry(&server, ":1.0.0", ""));
    assert_eq!(shelf.found(&of_registry(&server, ":1.0.0", "")), Ok(good));
    let asked = elsewhere.asked.lock().unwrap();
    assert!(
        asked.len() == 1
            && asked[0].headers.iter().all(|line| !line.to_lowercase().starts_with("authorization"))
    );
}

const REQUIRED: &str = "apiVersion: v2\nname: app\nversion: 0.1.0\ndependencies:\n";

#[test]
fn a_chart_in_a_folder_names_what_is_fetched() {
    let shelf = Shelf::new();
    let (new, old) = (archive("web", "1.5.0", &[]), archive("web", "1.4.0", &[]));
    let server = repository(
        &[("1.4.0", "old.tgz", ""), ("1.5.0", "new.tgz", "")],
        &[("/charts/old.tgz", &old), ("/charts/new.tgz", &new)],
    );
    let url = format!("{}/charts", server.url);
    let chart = format!(
        "{REQUIRED}- {{name: web, version: ^1, repository: '{url}'}}\n- {{name: near, repository: 'file://../near'}}\n"
    );
    let files = |lock: &'static str| [("app/Chart.yaml", chart.clone()), ("app/Chart.lock", lock.to_owned())];
    let fetch = |lock: &'static str, held: &[&str]| {
        let files = files(lock);
        let files: Vec<_> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
        shelf.fetch_folder(&files, held)
    };
    let told = fetch("digest: sha256:0\ndependencies: [{name: web, version: 1.4.0}]\n", &[]);
    assert_eq!(told, ["app: out of sync".to_owned(), format!("false web 1.5.0 {url}/new.tgz")]);
    assert_eq!(fetch("digest: sha256:0\n", &["web-1.4.0.tgz"]), ["app: out of sync"]);
    assert_eq!(fetch("digest: sha256:0\n", &["web"]), ["app: out of sync"]);
    assert_eq!(fetch("digest: sha256:0\n", &["web-site-1.0.0.tgz"]).len(), 2);
    // The digest that Helm gives to these two lists.
    let locked = format!(
        "[[{0}],[{0}]]",
        format_args!("{{\"name\":\"web\",\"version\":\"1.4.0\",\"repository\":\"{url}\"}}")
    );
    let chart = format!("{REQUIRED}- {{name: web, version: 1.4.0, repository: '{url}'}}\n");
    let lock = format!(
        "digest: sha256:{}\ndependencies: [{{name: web, version: 1.4.0, repository: '{url}'}}]\n",
        digits(locked.as_bytes())
    );
    let told = shelf.fetch_folder(&[("app/Chart.yaml", &chart), ("app/Chart.lock", &lock)], &[]);
    assert_eq!(told, [format!("false web 1.4.0 {url}/old.tgz")]);
}

#[test]
fn schemas_elsewhere_are_fetched_with_those_that_they_refer_to() {
    let shelf = Shelf::new();
    let server = serve(
        [
            ("/a.json".to_owned(), ok(r#"{"properties":{"x":{"$ref":"sub/b.json#/$defs/n"}}}"#)),
            ("/sub/b.json".to_owned(), ok(r#"{"$defs":{"n":{"type":"integer"}}}"#)),
            ("/own.json".to_owned(), ok("true")),
        ]
        .into(),
    );
    let refer = |path: &str| format!(r#"{{"allOf":[{{"$ref":"{}{path}"}}]}}"#, server.url);
    let (chart, schema) = ("apiVersion: v2\nname: app\nversion: 0.1.0\n", refer("/a.json"));
    let told = shelf.fetch_folder(&[("app/Chart.yaml", chart), ("app/values.schema.json", &schema)], &[]);
    assert_eq!(told, [format!("{}/a.json 51", server.url), format!("{}/sub/b.json 34", server.url)]);
    let good = archive("web", "1.0.0", &[("values.schema.json", &refer("/own.json"))]);
    let charts = serve(of_index("", ok(good)));
    let told = shelf.fetch(&of_repository(&charts.url, ""));
    assert_eq!(told.last(), Some(&format!("{}/own.json 4", server.url)), "{told:?}");
    let cached = Cached::new(shelf.store.clone());
    for path in ["/a.json", "/sub/b.json", "/own.json"] {
        assert!(cached.text(&format!("{}{path}", server.url)).is_some(), "{path}");
    }
    let absent = refer("/absent.json");
    let told = shelf.fetch_folder(&[("app/Chart.yaml", chart), ("app/values.schema.json", &absent)], &[]);
    assert_eq!(told, [format!("cannot fetch '{}/absent.json': the server says 404 Not Found", server.url)]);
}

#[test]
fn a_mirror_serves_what_is_kept_under_the_name_that_charts_give_it() {
    let good = archive("web", "1.0.0", &[]);
    let registry = serve({
        let mut answers = pushed("1.0.0", &good);
        answers.insert("/v2/c/web/tags/list?n=1000".into(), ok(r#"{"tags":["1.0.0"]}"#));
        answers
    });
    let repository = serve(of_index(&digits(&good), ok(good.clone())));
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("web-1.0.0.tgz"), &good).unwrap();
    std::fs::write(folder.path().join("web-2.0.0.tgz"), "no archive").unwrap();
    std::fs::write(folder.path().join("web-site-3.0.0.tgz"), archive("web-site", "3.0.0", &[])).unwrap();
    let places = [
        format!("{}/c", registry.url.replace("http://", "oci://")),
        repository.url.clone(),
        folder.path().display().to_string(),
    ];
    let wanted = [
        of_repository("https://charts.invalid/x", "^1"),
        WantedChart::of_typed(
            Typed { chart: "oci://charts.invalid/x/web", version: "1.0.0", ..Typed::default() },
            &Aliases::new(),
        )
        .unwrap(),
    ];
    for place in &places {
        for (from, wanted) in ["https://charts.invalid/x", "oci://charts.invalid/x"].iter().zip(&wanted) {
            let mut shelf = Shelf::new();
            shelf.options.mirrors = vec![format!("{from}={place}").parse().unwrap()];
            let told = shelf.fetch(wanted);
            assert!(told.len() == 1 && told[0].starts_with("false web 1.0.0 "), "{from}={place}: {told:?}");
            assert_eq!(shelf.found(wanted).as_ref(), Ok(&good), "{from}={place}");
        }
    }
}

#[test]
fn an_index_may_name_archives_in_a_registry_but_no_files_of_this_machine() {
    let shelf = Shelf::new();
    let good = archive("web", "1.0.0", &[]);
    let registry = serve(pushed("1.0.0", &good));
    let index = |url: &str| {
        format!("apiVersion: v1\nentries: {{web: [{{name: web, version: 1.0.0, urls: ['{url}']}}]}}")
    };
    let address = format!("{}/c/web:1.0.0", registry.url.replace("http://", "oci://"));
    let server = serve([("/index.yaml".to_owned(), ok(index(&address)))].into());
    assert_eq!(shelf.fetch(&of_repository(&server.url, "")), [format!("false web 1.0.0 {address}")]);
    assert_eq!(shelf.found(&of_repository(&server.url, "")), Ok(good.clone()));
    let file = shelf.folder.path().join("secret.tgz");
    std::fs::write(&file, good).unwrap();
    let local = serve([("/index.yaml".to_owned(), ok(index(&format!("file://{}", file.display()))))].into());
    let told = shelf.fetch(&of_repository(&local.url, "")).join("\n");
    assert!(told.starts_with("cannot fetch web of http://"), "{told}");
    assert!(Path::new(&file).exists());
}

#[test]
fn an_index_of_fifty_thousand_versions_is_read_in_one_go() {
    let shelf = Shelf::new();
    let good = archive("web", "1.0.0", &[]);
    let mut index = "apiVersion: v1\nentries:\n".to_owned();
    for chart in 0..500 {
        writeln!(index, "  chart-{chart}:").unwrap();
        for patch in 0..100 {
            writeln!(index, "  - apiVersion: v2\n    name: chart-{chart}\n    version: 1.0.{patch}\n    urls:\n    - chart-{chart}-1.0.{patch}.tgz").unwrap();
        }
    }
    index.push_str("  web:\n  - name: web\n    version: 1.0.0\n    urls: [web.tgz]\n");
    let server = serve([("/index.yaml".to_owned(), ok(index)), ("/web.tgz".to_owned(), ok(good))].into());
    assert_eq!(shelf.fetch(&of_repository(&server.url, "")).len(), 1);
    // What is kept of it is the one chart.
    let folder = shelf.folder.path().join("cache/v1/versions");
    let kept =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().metadata().unwrap().len()).sum::<u64>();
    assert!(kept < 200, "{kept}");
}

/// A repository with a chart that depends on one beside it and on one of another repository.
fn collection(shelf: &Shelf) -> (String, String) {
    let path = |name: &str| shelf.folder.path().join(name);
    let url = |name: &str| format!("git+file://{}", path(name).display());
    let web = format!(
        "apiVersion: v2\nname: web\nversion: 1.2.0\ndependencies:\n- {{name: near, version: 0.x, repository: 'file://../near'}}\n\
         - {{name: far, version: ^1, repository: '{}@?ref=v1'}}\n",
        url("far")
    );
    let commit = Made::at(&path("far")).commit(
        &[("Chart.yaml", Node::File("apiVersion: v2\nname: far\nversion: 1.0.0\n"))],
        &["refs/tags/v1"],
    );
    assert_eq!(commit.to_string().len(), 40);
    Made::at(&path("charts")).commit(
        &[
            ("deploy/web/Chart.yaml", Node::File(&web)),
            ("deploy/web/templates/a.yaml", Node::File("kind: A\n")),
            ("deploy/near/Chart.yaml", Node::File("apiVersion: v2\nname: near\nversion: 0.3.0\n")),
        ],
        &["refs/heads/main", "refs/tags/v1.2.0"],
    );
    (url("charts"), url("far"))
}

#[test]
fn a_chart_in_git_is_fetched_with_all_that_it_depends_on() {
    let shelf = Shelf::new();
    let (charts, far) = collection(&shelf);
    let repository = format!("{charts}@deploy?ref=v1.2.0&sparse=0");
    let typed = Typed { chart: "web", repository: Some(&repository), version: "^1", is_development: false };
    let wanted = WantedChart::of_typed(typed, &Aliases::new()).unwrap();
    let cached = Cached::new(shelf.store.clone());
    assert!(shelf.found(&wanted).unwrap_err().contains("is remote and not in the cache"));
    let told = shelf.fetch(&wanted);
    let expected =
        [format!("false web 1.2.0 {charts}@deploy/web?ref=v1.2.0"), format!("false far 1.0.0 {far}?ref=v1")];
    assert_eq!(told, expected);
    let found = cached.archive(&wanted).unwrap();
    let chart = found.load((&Aliases::new(), &cached), &mut text::Texts::new()).unwrap();
    let names: Vec<&str> = chart.dependencies.iter().map(|held| held.name()).collect();
    assert_eq!((chart.name(), chart.templates.len(), names), ("web", 1, vec!["far", "near"]));
    assert_eq!(shelf.fetch(&wanted)[0], expected[0].replace("false", "true"), "a tag that did not move");
}

#[test]
fn a_dependency_in_git_is_fetched_for_the_chart_that_names_it() {
    let shelf = Shelf::new();
    let (charts, _) = collection(&shelf);
    let chart = |name: &str, range: &str| {
        format!(
            "apiVersion: v2\nname: app\nversion: 0.1.0\ndependencies:\n\
             - {{name: {name}, version: '{range}', repository: '{charts}@deploy?ref=main'}}\n"
        )
    };
    let fetch = |name: &str, range: &str| {
        shelf.fetch_folder(&[("app/Chart.yaml", &chart(name, range))], &[]).join("; ")
    };
    assert_eq!(fetch("near", "0.3.*"), format!("false near 0.3.0 {charts}@deploy/near?ref=main"));
    let told = fetch("near", "^2");
    assert!(told.contains("no version matches '^2'"), "{told}");
    let told = fetch("none", "*");
    assert!(told.contains("no chart of that name at 'deploy'"), "{told}");
}
