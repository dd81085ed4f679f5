//! Golden builds: random kustomizations in one file each, with what the original makes of them.
//!
//! Nobody writes one by hand: the files are made here, each says by which program and from which inputs, and the tests of
//! the crate `kustomize` refuse a file whose inputs and digest disagree.

use super::random;
use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Arguments of `cargo xtask goldens`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The kustomize that makes the expected output
    #[arg(long, value_name = "PATH")]
    kustomize: PathBuf,
    /// How many cases are made
    #[arg(long, default_value_t = 120)]
    count: u64,
}

/// Where the cases are, from the repository's root.
const FOLDER: &str = "crates/kustomize/tests/data/random";

/// Makes all cases again.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let folder = crate::repository::root().join(FOLDER);
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    let version = version(&arguments.kustomize)?;
    let scratch = std::env::temp_dir().join(format!("liftlock-goldens-{}", std::process::id()));
    for seed in 1..=arguments.count {
        let case = random::case(seed);
        super::kustomize::write(&scratch, &case)?;
        let output = Command::new(&arguments.kustomize)
            .arg("build")
            .arg(scratch.join(&case.folder))
            .stdin(Stdio::null())
            .output()
            .context("cannot start kustomize")?;
        let expected = output.status.success().then_some(output.stdout);
        std::fs::write(folder.join(format!("{seed:04}.txt")), print(&case, &version, expected.as_deref()))?;
    }
    if scratch.exists() {
        std::fs::remove_dir_all(&scratch)?;
    }
    println!("made {} cases by kustomize {version}", arguments.count);
    Ok(())
}

fn version(program: &Path) -> Result<String> {
    let output = Command::new(program).arg("version").output().context("cannot start kustomize")?;
    let told = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if told.is_empty() {
        bail!("kustomize tells no version");
    }
    Ok(told)
}

/// One case: a head, the inputs, what is expected.
fn print(case: &random::Case, version: &str, expected: Option<&[u8]>) -> String {
    let mut inputs = format!("=== folder {}\n", case.folder);
    for (path, bytes) in &case.files {
        match std::str::from_utf8(bytes) {
            Ok(text) => push_section(&mut inputs, &format!("file {path}"), text),
            Err(_) => {
                let digits = bytes.iter().fold(String::new(), |mut digits, byte| {
                    let _ = write!(digits, "{byte:02x}");
                    digits
                });
                push_section(&mut inputs, &format!("bytes {path}"), &digits);
            }
        }
    }
    let digest = Sha256::digest(inputs.as_bytes());
    let digest = digest.iter().fold(String::new(), |mut digits, byte| {
        let _ = write!(digits, "{byte:02x}");
        digits
    });
    let mut text = format!("made by kustomize {version} from inputs of sha256 {digest}\n{inputs}");
    match expected {
        Some(expected) => push_section(&mut text, "expected", &String::from_utf8_lossy(expected)),
        None => text.push_str("=== refused\n"),
    }
    text
}

/// A section ends with a line end of its own, so that contents without one stay as they are.
fn push_section(text: &mut String, head: &str, content: &str) {
    let _ = writeln!(text, "=== {head}");
    for line in content.split('\n') {
        let _ = writeln!(text, "|{line}");
    }
}
