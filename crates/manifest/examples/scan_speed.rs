//! Measures the fast front on a directory of manifests and holds its verdicts against the full parser's.
//!
//! `cargo run --profile dist -p manifest --example scan_speed -- DIRECTORY [--compare | PASS]`: prints the
//! speed of each pass (or only of the one named) over all YAML files, read into memory before; with `--compare` also every document whose
//! verdict is not the full parser's (there must be none), and why which share is unsure.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measuring program for a terminal: it reads files and the clock itself"
)]

use std::ffi::OsStr;
use std::hint::black_box;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use manifest::limits::FILE_DOCUMENTS_MAX;
use manifest::scan::{DocumentScan, Features, Header, Triggers, Verdict, scan_file, split, validate};
use text::TextId;

/// Best of so many runs counts, because other programs only ever add time.
const RUNS: usize = 40;

/// Words such as checks register.
const WORDS: &[&str] = &[
    "extensions/v1beta1",
    "policy/v1beta1",
    "PodSecurityPolicy",
    "gitRepo:",
    "docker.sock",
    "k8s.gcr.io",
    "kubernetes.io/ingress.class",
    "feature-gates",
    "maxUnavailable: 0",
    "beta.kubernetes.io/os",
    "failure-domain.beta",
    "karpenter.sh/v1alpha5",
];
/// API groups with more versions than a repository ever uses, to fill the matcher.
const GROUPS: &[&str] = &[
    "apps",
    "batch",
    "autoscaling",
    "networking.k8s.io",
    "rbac.authorization.k8s.io",
    "flowcontrol.apiserver.k8s.io",
    "storage.k8s.io",
    "apiextensions.k8s.io",
    "admissionregistration.k8s.io",
    "kustomize.toolkit.fluxcd.io",
    "helm.toolkit.fluxcd.io",
    "source.toolkit.fluxcd.io",
    "cert-manager.io",
    "external-secrets.io",
    "gateway.networking.k8s.io",
    "networking.istio.io",
];

/// About 400 words.
fn words() -> Vec<String> {
    let versions = (1..=3).flat_map(|major| {
        (1..=4).flat_map(move |minor| [format!("v{major}alpha{minor}"), format!("v{major}beta{minor}")])
    });
    let versioned = versions.flat_map(|version| GROUPS.iter().map(move |group| format!("{group}/{version}")));
    WORDS.iter().map(|word| (*word).to_owned()).chain(versioned).collect()
}

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args_os().skip(1);
    let directory = arguments.next().map_or_else(|| PathBuf::from("."), PathBuf::from);
    let choice = arguments.next().map(|argument| argument.to_string_lossy().into_owned());
    let choice = choice.unwrap_or_default();
    let files = read_files(&directory)?;
    if choice == "--compare" {
        compare(&files);
    }
    measure(&files, choice.strip_prefix("--").map_or(choice.as_str(), |_| ""));
    Ok(())
}

fn read_files(directory: &Path) -> std::io::Result<Vec<(PathBuf, Vec<u8>)>> {
    let mut files = Vec::new();
    let mut directories = vec![directory.to_path_buf()];
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(directory)? {
            let entry = entry?;
            let path = entry.path();
            let is_yaml = matches!(path.extension().and_then(OsStr::to_str), Some("yaml" | "yml"));
            if entry.file_type()?.is_dir() {
                directories.push(path);
            } else if is_yaml && entry.file_type()?.is_file() {
                let bytes = std::fs::read(&path)?;
                files.push((path, bytes));
            }
        }
    }
    files.sort();
    Ok(files)
}

#[derive(Default)]
struct Counts {
    documents: usize,
    unsure: usize,
    unsure_of_valid: usize,
    invalid: usize,
    wrong: usize,
}

fn compare(files: &[(PathBuf, Vec<u8>)]) {
    let mut counts = Counts::default();
    for (path, bytes) in files {
        for range in split(bytes, FILE_DOCUMENTS_MAX).unwrap_or_default() {
            compare_document(path, bytes, range, &mut counts);
        }
    }
    let Counts { documents, unsure, unsure_of_valid, invalid, wrong } = counts;
    println!(
        "{documents} documents: {unsure} unsure, of which {unsure_of_valid} are valid ({:.2} % of all); {invalid} invalid; {wrong} wrong",
        100.0 * unsure_of_valid as f64 / documents.max(1) as f64
    );
}

fn compare_document(path: &Path, bytes: &[u8], range: Range<usize>, counts: &mut Counts) {
    let document = bytes.get(range.clone()).unwrap_or_default();
    let parsed = manifest::parse(TextId(0), bytes, range.clone(), None);
    counts.documents += 1;
    match (validate(document), &parsed) {
        (Verdict::Valid, Ok(_)) => {}
        (Verdict::Invalid { .. }, Err(_)) => counts.invalid += 1,
        (Verdict::Unsure, Ok(_)) => {
            counts.unsure += 1;
            counts.unsure_of_valid += 1;
            println!("unsure: {}:{}", path.display(), range.start);
        }
        (Verdict::Unsure, Err(_)) => counts.unsure += 1,
        (verdict, parsed) => {
            counts.wrong += 1;
            println!(
                "wrong: {}:{}: {verdict:?} but {:?}",
                path.display(),
                range.start,
                parsed.as_ref().err()
            );
        }
    }
}

fn measure(files: &[(PathBuf, Vec<u8>)], only: &str) {
    let bytes: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
    let words = words();
    let mut building = Duration::MAX;
    let mut triggers = None;
    for _ in 0..RUNS {
        let started = Instant::now();
        triggers = Triggers::new(&words).ok();
        building = building.min(started.elapsed());
    }
    let Some(triggers) = triggers else { unreachable!("the words above are fit") };
    println!("{} files, {bytes} bytes; a matcher of {} words took {building:?}", files.len(), words.len());
    let scans = files.iter().filter_map(|(_, file)| scan_file(file, &triggers).ok());
    let settled = scans.flat_map(|scan| scan.documents).filter(DocumentScan::is_settled).count();
    println!("{settled} documents are settled without the parser");
    let report = |name: &str, pass: &dyn Fn(&[u8]) -> usize| {
        if name.starts_with(only) {
            report(name, bytes, files, pass);
        }
    };
    report("split", &|file| split(file, FILE_DOCUMENTS_MAX).map_or(0, |ranges| ranges.len()));
    report("features", &|file| usize::from(Features::of(file).has(Features::TAB)));
    report("header", &|file| Header::of(file).kind.map_or(0, |range| range.end));
    report("triggers", &|file| usize::from(triggers.find(file).is_empty()));
    report("split and validate", &|file| {
        let ranges = split(file, FILE_DOCUMENTS_MAX).unwrap_or_default();
        ranges
            .into_iter()
            .filter(|range| validate(file.get(range.clone()).unwrap_or_default()) == Verdict::Valid)
            .count()
    });
    report("scan_file", &|file| scan_file(file, &triggers).map_or(0, |scan| scan.documents.len()));
    report("full parser", &|file| {
        manifest::parse_all(TextId(0), file).map_or(0, |documents| documents.len())
    });
}

fn report(name: &str, bytes: usize, files: &[(PathBuf, Vec<u8>)], pass: impl Fn(&[u8]) -> usize) {
    let mut best = Duration::MAX;
    for _ in 0..RUNS {
        let started = Instant::now();
        for (_, file) in files {
            black_box(pass(black_box(file)));
        }
        best = best.min(started.elapsed());
    }
    let speed = bytes as f64 / best.as_secs_f64() / 1e6;
    println!("{name:>20}: {speed:>8.0} MB/s ({best:?})");
}
