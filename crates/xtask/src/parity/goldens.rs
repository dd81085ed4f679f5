//! Golden builds: kustomizations in one file each, with what the original makes of them.
//!
//! Random ones are made here as a whole. Of directed ones people write the inputs, and the words in which we refuse; what
//! the original makes of them, nobody writes by hand. Each file says by which program and from which inputs it was made,
//! and the tests of the crate `kustomize` refuse a file whose inputs and digest disagree.

use super::random;
use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Arguments of `cargo xtask goldens`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The kustomize that makes the expected output of the random and directed cases
    #[arg(long, value_name = "PATH", required_unless_present_any = ["flux", "templates", "helm3", "helm4"])]
    kustomize: Option<PathBuf>,
    /// The program of tools/oracle/flux, which makes the expected output of what is built as Flux builds
    #[arg(long, value_name = "PATH")]
    flux: Option<PathBuf>,
    /// The program of tools/oracle/template, which executes templates as Go does
    #[arg(long, value_name = "PATH")]
    templates: Option<PathBuf>,
    /// The Helm 3 that makes the expected output of charts
    #[arg(long, value_name = "PATH")]
    helm3: Option<PathBuf>,
    /// The Helm 4 that makes the expected output of charts
    #[arg(long, value_name = "PATH")]
    helm4: Option<PathBuf>,
    /// Makes only the table of functions, by both Helms
    #[arg(long, requires_all = ["helm3", "helm4"])]
    functions: bool,
    /// How many random cases are made
    #[arg(long, default_value_t = 120)]
    count: u64,
}

/// Where the random cases are, from the repository's root.
const RANDOM: &str = "crates/kustomize/tests/data/random";

/// Where the directed cases are, in one folder for each area.
const CASES: &str = "crates/kustomize/tests/data/cases";

/// Where the cases of Flux are, in one folder for each area.
const FLUX: &str = "crates/kustomize/tests/data/flux";

/// The cases of templates, one in each line: of the language, and of sprig's functions.
const TEMPLATES: [&str; 9] = [
    "crates/gotemplate/tests/data/language.jsonl",
    "crates/gotemplate/tests/data/sprig.jsonl",
    "crates/gotemplate/tests/data/sprig_certificates.jsonl",
    "crates/gotemplate/tests/data/sprig_dates.jsonl",
    "crates/gotemplate/tests/data/sprig_dates_local.jsonl",
    "crates/gotemplate/tests/data/sprig_decimals.jsonl",
    "crates/gotemplate/tests/data/sprig_json.jsonl",
    "crates/gotemplate/tests/data/sprig_secrets.jsonl",
    "crates/gotemplate/tests/data/sprig_urls.jsonl",
];

/// Seeds of random charts, most of which render.
const RANDOM_CHARTS: u64 = 200;

/// Lines of the original's refusal that are kept: what is behind them is a trace.
const REFUSAL_LINES_MAX: usize = 12;

/// The original, and a folder for the files that it is given.
pub(super) struct Original {
    pub(super) program: PathBuf,
    /// Its name and version, as the cases tell them.
    pub(super) name: String,
    pub(super) scratch: PathBuf,
}

/// Makes the cases of the given programs again.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    if let (Some(helm3), Some(helm4)) = (&arguments.helm3, &arguments.helm4) {
        super::charts::functions::make((helm3, helm4))?;
        if arguments.functions {
            return Ok(());
        }
    }
    if let Some(program) = &arguments.kustomize {
        let original = Original::start(program, "kustomize")?;
        make_random(&original, arguments.count)?;
        make_directed(&original, CASES)?;
        super::beside::make(&original)?;
    }
    if let Some(program) = &arguments.flux {
        make_directed(&Original::start(program, "fluxcd/pkg/kustomize")?, FLUX)?;
    }
    for (program, major) in [(&arguments.helm3, "3"), (&arguments.helm4, "4")] {
        if let Some(program) = program {
            super::charts::golden::make(program, major)?;
        }
    }
    if let (Some(helm3), Some(helm4)) = (&arguments.helm3, &arguments.helm4) {
        super::charts::golden::make_random((helm3, helm4), RANDOM_CHARTS)?;
    }
    if let Some(program) = &arguments.templates {
        TEMPLATES.iter().try_for_each(|file| make_templates(program, file))?;
    }
    Ok(())
}

fn make_random(original: &Original, count: u64) -> Result<()> {
    let random = crate::repository::root().join(RANDOM);
    if random.exists() {
        std::fs::remove_dir_all(&random)?;
    }
    std::fs::create_dir_all(&random)?;
    for seed in 1..=count {
        let case = random::case(seed);
        let inputs = print_inputs(&case);
        std::fs::write(random.join(format!("{seed:04}.txt")), original.complete(&case, &inputs, "")?)?;
    }
    println!("made {count} random cases by {}", original.name);
    Ok(())
}

fn make_directed(original: &Original, folder: &str) -> Result<()> {
    let directed = directed(&crate::repository::root().join(folder))?;
    for path in &directed {
        let text = std::fs::read_to_string(path)?;
        let written = Written::of(&text);
        let case = written.case().with_context(|| format!("'{}' is no case", path.display()))?;
        std::fs::write(path, original.complete(&case, written.inputs, written.ours)?)?;
    }
    println!("made {} directed cases by {}", directed.len(), original.name);
    Ok(())
}

/// The program reads the cases and writes them again with what comes of them.
fn make_templates(program: &Path, file: &str) -> Result<()> {
    let path = crate::repository::root().join(file);
    let cases = std::fs::File::open(&path).with_context(|| format!("cannot read '{}'", path.display()))?;
    let output = Command::new(program).arg("complete").stdin(cases).output();
    let output = output.with_context(|| format!("cannot start '{}'", program.display()))?;
    if !output.status.success() {
        bail!("'{}' failed: {}", program.display(), String::from_utf8_lossy(&output.stderr));
    }
    let count = output.stdout.iter().filter(|byte| **byte == b'\n').count().saturating_sub(1);
    std::fs::write(&path, output.stdout)?;
    println!("made {count} cases of '{file}' by {}", version(program)?);
    Ok(())
}

fn version(program: &Path) -> Result<String> {
    let output = Command::new(program)
        .arg("version")
        .output()
        .with_context(|| format!("cannot start '{}'", program.display()))?;
    let told = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if told.is_empty() {
        bail!("'{}' tells no version", program.display());
    }
    Ok(told)
}

/// The files of all directed cases, sorted.
fn directed(root: &Path) -> Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for area in std::fs::read_dir(root).with_context(|| format!("cannot list '{}'", root.display()))? {
        for case in std::fs::read_dir(area?.path())? {
            paths.push(case?.path());
        }
    }
    paths.sort();
    Ok(paths)
}

impl Original {
    fn start(program: &Path, name: &str) -> Result<Self> {
        let scratch = std::env::temp_dir().join(format!("liftlock-goldens-{}", std::process::id()));
        Ok(Self { program: program.to_owned(), name: format!("{name} {}", version(program)?), scratch })
    }

    /// The whole text of a case: a head, the inputs, what the original makes of them, what is said of us.
    fn complete(&self, case: &random::Case, inputs: &str, ours: &str) -> Result<String> {
        super::kustomize::write(&self.scratch, case)?;
        let mut command = Command::new(&self.program);
        command.arg("build").stdin(Stdio::null());
        match flux_file(inputs) {
            None => command.arg(self.scratch.join(&case.folder)),
            Some(file) => command.arg(&self.scratch).arg(&case.folder).args(file),
        };
        let output =
            command.output().with_context(|| format!("cannot start '{}'", self.program.display()))?;
        std::fs::remove_dir_all(&self.scratch)?;
        let mut text = self.head(inputs);
        if output.status.success() {
            push_section(&mut text, "expected", &String::from_utf8_lossy(&output.stdout));
        } else {
            push_section(&mut text, "refused", &self.refusal(&String::from_utf8_lossy(&output.stderr)));
        }
        text.push_str(ours);
        Ok(text)
    }

    /// The head of a case and its inputs.
    pub(super) fn head(&self, inputs: &str) -> String {
        let digest = digits(&Sha256::digest(inputs.as_bytes()));
        format!("made by {} from inputs of sha256 {digest}\n{inputs}", self.name)
    }

    /// The original's words, without what differs from run to run.
    fn refusal(&self, told: &str) -> String {
        let scratch = self.scratch.display().to_string();
        let lines = told.lines().filter(|line| !line.starts_with("# Warning")).take(REFUSAL_LINES_MAX);
        let lines: Vec<_> = lines.map(|line| without_addresses(&line.replace(&scratch, ""))).collect();
        lines.join("\n")
    }
}

/// The file with the Flux Kustomization of a case that is built as Flux builds, which may have none.
fn flux_file(inputs: &str) -> Option<Option<&str>> {
    let file = inputs.lines().find_map(|line| line.strip_prefix("=== flux"))?.trim();
    Some((!file.is_empty()).then_some(file))
}

/// A line with every address of memory as `0x`.
fn without_addresses(line: &str) -> String {
    let mut pieces = line.split("0x");
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        text.push_str("0x");
        text.push_str(piece.trim_start_matches(|digit: char| digit.is_ascii_hexdigit()));
    }
    text
}

/// A directed case as it is written: its inputs, and what it says of us.
struct Written<'t> {
    inputs: &'t str,
    ours: &'t str,
}

impl<'t> Written<'t> {
    fn of(text: &'t str) -> Self {
        let text = text
            .split_once('\n')
            .filter(|(head, _)| !head.starts_with("=== "))
            .map_or(text, |(_, rest)| rest);
        let section = |names: &[&str]| {
            let starts = names.iter().filter_map(|name| text.find(&format!("\n=== {name}")));
            starts.min().map_or(text.len(), |start| start + 1)
        };
        let ours = section(&["told", "differs", "built"]);
        Self { inputs: &text[..section(&["expected", "refused"]).min(ours)], ours: &text[ours..] }
    }

    fn case(&self) -> Result<random::Case> {
        let mut case = random::Case { files: BTreeMap::new(), folder: String::new(), used: BTreeSet::new() };
        for (kind, name, content) in sections(self.inputs) {
            match (kind.as_str(), name) {
                ("folder", folder) => case.folder = folder,
                ("flux", _) => {}
                ("file", path) => {
                    case.files.insert(path, content.into_bytes());
                }
                ("bytes", path) => {
                    case.files.insert(path, bytes(&content)?);
                }
                _ => bail!("a section of no known kind: '{kind}'"),
            }
        }
        Ok(case)
    }
}

pub(crate) fn print_inputs(case: &random::Case) -> String {
    let mut inputs = format!("=== folder {}\n", case.folder);
    for (path, bytes) in &case.files {
        match std::str::from_utf8(bytes) {
            Ok(text) => push_section(&mut inputs, &format!("file {path}"), text),
            Err(_) => push_section(&mut inputs, &format!("bytes {path}"), &digits(bytes)),
        }
    }
    inputs
}

fn digits(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut digits, byte| {
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

fn bytes(digits: &str) -> Result<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2);
    pairs.map(|pair| Ok(u8::from_str_radix(std::str::from_utf8(pair)?, 16)?)).collect()
}

/// The sections of a case: their kinds, their names, and their contents.
pub(super) fn sections(text: &str) -> Vec<(String, String, String)> {
    let whole = format!("\n{text}");
    let section = |section: &str| {
        let (head, body) = section.split_once('\n').unwrap_or((section, ""));
        let lines: Vec<_> = body.split('\n').filter_map(|line| line.strip_prefix('|')).collect();
        let (kind, name) = head.split_once(' ').unwrap_or((head, ""));
        (kind.to_owned(), name.to_owned(), lines.join("\n"))
    };
    whole.split("\n=== ").skip(1).map(section).collect()
}

/// A section ends with a line end of its own, so that contents without one stay as they are.
pub(super) fn push_section(text: &mut String, head: &str, content: &str) {
    let _ = writeln!(text, "=== {head}");
    for line in content.split('\n') {
        let _ = writeln!(text, "|{line}");
    }
}

#[cfg(test)]
mod tests {
    use super::{Written, without_addresses};

    #[test]
    fn a_written_case_keeps_inputs_and_what_is_said_of_us() {
        let inputs = "=== folder app\n=== file app/a\n|x\n|\n";
        for (head, made) in
            [("", ""), ("made by x\n", "=== expected\n|old\n"), ("made by x\n", "=== refused\n|no\n")]
        {
            let text = format!("{head}{inputs}{made}=== told\n|ours\n");
            let written = Written::of(&text);
            assert_eq!((written.inputs, written.ours), (inputs, "=== told\n|ours\n"));
            let case = written.case().unwrap();
            assert_eq!((case.folder.as_str(), case.files["app/a"].as_slice()), ("app", b"x\n".as_slice()));
        }
    }

    #[test]
    fn addresses_of_memory_do_not_stay() {
        assert_eq!(without_addresses("a &{0x1f nil} 0x"), "a &{0x nil} 0x");
    }
}
