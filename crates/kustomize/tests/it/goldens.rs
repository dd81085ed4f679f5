//! Builds that the original has made before; `cargo xtask goldens` makes them again.
//!
//! Random ones, and directed ones that walk through every field and option. A directed case that is refused says in which
//! words it is refused here, with place and chain.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kustomize::load::{Files, Restriction};
use kustomize::{Failure, Options, Work, build};
use sha2::{Digest, Sha256};
use text::{LineIndex, NoOrigins, Origins, Texts, Track};
use tree::{Memory, Tree};

use crate::sections;

/// One case as it stands in its file.
struct Golden {
    folder: String,
    files: Memory,
    /// None where the original refuses.
    expected: Option<String>,
    /// The words of our refusal.
    told: Option<String>,
    /// What is built here instead, where that is on purpose.
    built: Option<String>,
    /// Whether it comes out otherwise here on purpose.
    differs: bool,
    /// The file with the Flux Kustomization of a case that is built as Flux builds; empty if it has none.
    flux: String,
}

fn goldens(kind: &str) -> Vec<(String, Golden)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(kind);
    let mut paths = Vec::new();
    list(&folder, &mut paths);
    paths.sort();
    let named = |path: &PathBuf| {
        let name = path.strip_prefix(&folder).unwrap().to_string_lossy().into_owned();
        let golden = parse(&name, &read(path));
        (name, golden)
    };
    paths.iter().map(named).collect()
}

fn list(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            list(&path, paths);
        } else {
            paths.push(path);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "tests read their cases")]
fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

fn parse(name: &str, text: &str) -> Golden {
    let (head, rest) = text.split_once('\n').unwrap();
    let inputs = rest.find("=== expected\n").or_else(|| rest.find("=== refused\n")).unwrap();
    let digest = Sha256::digest(&rest.as_bytes()[..inputs]);
    let digest = digest.iter().fold(String::new(), |mut digits, byte| {
        write!(digits, "{byte:02x}").unwrap();
        digits
    });
    assert!(head.ends_with(&digest), "{name}: the inputs are not those that the original was given");
    let mut golden = Golden {
        folder: String::new(),
        files: Memory::new(),
        expected: None,
        told: None,
        built: None,
        differs: false,
        flux: String::new(),
    };
    for (kind, of, content) in sections::of(text) {
        match (kind, of) {
            ("folder", folder) => golden.folder = folder.to_owned(),
            ("flux", path) => golden.flux = path.to_owned(),
            ("file", path) => golden.files.insert(path, content),
            ("bytes", path) => golden.files.insert(path, sections::bytes(&content)),
            ("expected", _) => golden.expected = Some(content),
            ("told", _) => golden.told = Some(content),
            ("built", _) => golden.built = Some(content),
            ("differs", _) => golden.differs = true,
            ("refused", _) => {}
            other => panic!("{name}: a section of no known kind: {other:?}"),
        }
    }
    golden
}

/// A failure as the command tells it: place, chain, cause and what is behind the cause.
fn tell(failure: &Failure, texts: &Texts, tree: &dyn Tree) -> String {
    let mut told = String::new();
    if let Some((span, _)) = failure.place.and_then(|span| texts.resolve(span)) {
        let path = texts.path(span.text).unwrap();
        let bytes = tree.read(path, u64::MAX).unwrap();
        let at = LineIndex::new(&bytes).position(&bytes, span.start);
        write!(told, "{path}:{}:{}: ", at.line, at.column).unwrap();
    }
    write!(told, "{failure}").unwrap();
    let mut source = std::error::Error::source(failure);
    while let Some(cause) = source {
        write!(told, ": {cause}").unwrap();
        source = cause.source();
    }
    told
}

/// What is wrong with a case; nothing, if it comes out as it should.
fn check<T: Track>(name: &str, golden: &Golden) -> Option<String> {
    let files = Files::new(Arc::new(golden.files.clone()), Restriction::RootOnly, None);
    let mut work: Work<T> = Work::new(files);
    let built = build(&mut work, &golden.folder, &Options::default()).and_then(|built| built.print());
    compare(name, golden, (built, &work))
}

/// What is wrong with what was built of a case.
fn compare<T: Track>(
    name: &str,
    golden: &Golden,
    (built, work): (Result<String, Failure>, &Work<T>),
) -> Option<String> {
    let expected = if golden.differs { &golden.built } else { &golden.expected };
    match (built, expected) {
        (Ok(built), Some(expected)) if built == *expected => None,
        (Ok(built), Some(expected)) => Some(format!("{name}: expected\n{expected}\nand built\n{built}")),
        (Err(failure), Some(_)) => Some(format!("{name}: {failure}")),
        (Err(failure), None) => {
            let told = tell(&failure, work.files.texts(), &golden.files);
            let is_told = golden.told.as_ref().is_none_or(|expected| *expected == told);
            (!is_told).then(|| format!("{name}: is refused in these words:\n{told}"))
        }
        (Ok(_), None) => Some(format!("{name}: the original refuses what is built here")),
    }
}

fn check_all<T: Track>(goldens: impl IntoIterator<Item = (String, Golden)>) {
    let faults: Vec<_> =
        goldens.into_iter().filter_map(|(name, golden)| check::<T>(&name, &golden)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

#[test]
fn builds_what_the_original_builds() {
    check_all::<Origins>(goldens("random"));
}

#[test]
fn every_field_and_option_does_what_it_does_in_the_original() {
    check_all::<Origins>(goldens("cases"));
}

#[test]
fn every_refusal_of_a_directed_case_is_told() {
    for (name, golden) in goldens("cases") {
        let is_refused = if golden.differs { golden.built.is_none() } else { golden.expected.is_none() };
        assert_eq!(golden.told.is_some(), is_refused, "{name}");
    }
}

#[test]
fn origins_change_nothing_of_the_result() {
    check_all::<NoOrigins>(goldens("random").into_iter().step_by(10));
    let mut built = goldens("cases");
    // Without origins no place is told.
    built.retain(|(_, golden)| golden.told.is_none());
    check_all::<NoOrigins>(built);
}

/// What Flux builds of a case; with metadata that is common to all objects, each with its keys sorted, as the oracle
/// prints them then.
fn build_as_flux(golden: &Golden, work: &mut Work<Origins>) -> Result<String, Failure> {
    let asked = match golden.flux.as_str() {
        "" => None,
        path => Some(kustomize::flux::read_objects(work, path)?),
    };
    let (kustomization, source) =
        asked.map_or((None, None), |(mut kustomizations, mut sources)| (kustomizations.pop(), sources.pop()));
    let ignore = source.and_then(|source| source.ignore);
    work.files.set_tree(Arc::new(artifact(golden, ignore.as_deref())));
    let built = kustomize::flux::build(work, &golden.folder, kustomization.as_ref())?;
    let is_sorted = golden.expected.as_ref().is_some_and(|_| has_common_metadata(golden));
    if !is_sorted {
        return built.print();
    }
    let sorted = built
        .map
        .resources()
        .map(|resource| manifest::emit::marshal_as_kubectl(&resource.graph().value().unwrap()).unwrap());
    Ok(sorted.collect::<Vec<_>>().join("---\n"))
}

fn artifact(golden: &Golden, ignore: Option<&str>) -> kustomize::flux::Artifact {
    let tree: Arc<dyn Tree + Send> = Arc::new(golden.files.clone());
    let files = tree.list(&|_| true).files;
    kustomize::flux::Artifact::new(tree, "", &files, ignore).unwrap()
}

fn has_common_metadata(golden: &Golden) -> bool {
    let asked = golden.files.read(&golden.flux, u64::MAX).unwrap_or_default();
    String::from_utf8_lossy(&asked).contains("commonMetadata:")
}

#[test]
fn builds_as_flux_does() {
    let faults: Vec<_> = goldens("flux")
        .into_iter()
        .filter_map(|(name, golden)| {
            let files = Files::new(Arc::new(golden.files.clone()), Restriction::None, None);
            let mut work: Work<Origins> = Work::new(files);
            let built = build_as_flux(&golden, &mut work);
            compare(&name, &golden, (built, &work))
        })
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}
