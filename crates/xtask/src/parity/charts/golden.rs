//! Golden renders: charts in one file each, with what Helm 3 and Helm 4 make of them.
//!
//! People write the files, the flags, and the words in which we refuse otherwise; what the originals make of them nobody
//! writes by hand. The tests of the program refuse a case whose inputs and digest disagree.

use super::{Helm, refusal};
use crate::parity::goldens::{push_section, sections};
use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use std::path::Path;

/// Where the cases are, from the repository's root.
const CASES: &str = "crates/liftlock/tests/data/helm";

/// Makes what `helm` makes of each case again.
pub(crate) fn make(program: &Path, major: &'static str) -> Result<()> {
    let helm = Helm::new(program, major)?;
    let version = helm.version()?;
    let folder = crate::repository::root().join(CASES);
    let mut count = 0;
    for entry in std::fs::read_dir(&folder).with_context(|| format!("cannot list '{}'", folder.display()))? {
        let path = entry?.path();
        let text = std::fs::read_to_string(&path)?;
        let made = complete(&helm, &version, &text)?;
        std::fs::write(&path, made)?;
        count += 1;
    }
    println!("made {count} golden renders by Helm {version}");
    Ok(())
}

/// The case with what this Helm makes of it in the place of what it made before.
fn complete(helm: &Helm, version: &str, text: &str) -> Result<String> {
    let scratch = std::env::temp_dir().join(format!("liftlock-charts-{}", std::process::id()));
    if scratch.exists() {
        std::fs::remove_dir_all(&scratch)?;
    }
    std::fs::create_dir_all(&scratch)?;
    let (head, _) = text.split_once("\n=== ").unwrap_or((text, ""));
    let (mut inputs, mut ours, mut others) = (String::new(), String::new(), String::new());
    let mut flags = Vec::new();
    for (kind, name, content) in sections(text) {
        match kind.as_str() {
            "flags" => flags = content.lines().map(str::to_owned).collect(),
            "file" => write(&scratch.join(&name), &content)?,
            "helm" | "refused" if name.starts_with(helm.major) => continue,
            "helm" | "refused" => push_section(&mut others, &format!("{kind} {name}"), &content),
            "ours" => push_section(&mut ours, &format!("{kind} {name}"), &content),
            _ => bail!("a section of no known kind: '{kind}'"),
        }
        if matches!(kind.as_str(), "flags" | "file") {
            push_section(&mut inputs, format!("{kind} {name}").trim_end(), &content);
        }
    }
    let output = helm.template(&scratch, &flags)?;
    let told = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (kind, content) = match output.status.success() {
        true => ("helm", told(&output.stdout)),
        false => ("refused", refusal::words(&told(&output.stderr))),
    };
    let mut own = String::new();
    push_section(&mut own, &format!("{kind} {} by {version} of {}", helm.major, digest(&inputs)), &content);
    let made = if helm.major == "3" { [own, others] } else { [others, own] };
    Ok(format!("{}\n{inputs}{ours}{}", head.trim_end(), made.concat()))
}

/// The first bytes of the digest of all inputs as they are written.
fn digest(inputs: &str) -> String {
    Sha256::digest(inputs).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

fn write(path: &Path, content: &str) -> Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, content).with_context(|| format!("cannot write '{}'", path.display()))
}
