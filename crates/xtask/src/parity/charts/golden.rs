//! Golden renders: charts in one file each, with what Helm 3 and Helm 4 make of them.
//!
//! People write the files, the flags, and the words in which we refuse otherwise; what the originals make of them nobody
//! writes by hand. The tests of the program refuse a case whose inputs and digest disagree.

use super::{Helm, refusal};
use crate::parity::goldens::{push_section, sections};
use crate::parity::templates;
use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

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

/// Where the random cases are, from the repository's root.
const RANDOM: &str = "crates/helm/tests/data/random";

/// Makes random charts with what both Helms make of them; those that one refuses are left out.
pub(crate) fn make_random(programs: (&Path, &Path), count: u64) -> Result<()> {
    let helms = [Helm::new(programs.0, "3")?, Helm::new(programs.1, "4")?];
    let versions = [helms[0].version()?, helms[1].version()?];
    let folder = crate::repository::root().join(RANDOM);
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    let mut made = 0;
    for seed in 1..=count {
        let chart = templates::chart(seed);
        let (files, flags) = super::random::case(&[&chart]);
        let mut inputs = String::new();
        push_section(&mut inputs, "flags", &flags.join("\n"));
        files.iter().for_each(|(path, text)| push_section(&mut inputs, &format!("file {path}"), text));
        let Some(outputs) = outputs(&helms, (&files, &flags))? else { continue };
        let head = format!(
            "Random chart {seed}, rendered by {} and {} of {}",
            versions[0],
            versions[1],
            digest(&inputs)
        );
        std::fs::write(folder.join(format!("{seed:04}.txt")), format!("{head}\n{inputs}{outputs}"))?;
        made += 1;
    }
    println!("made {made} random charts of {count} seeds by Helm {} and {}", versions[0], versions[1]);
    Ok(())
}

/// The sections with what Helm 3 and Helm 4 print, one where both print the same; none where both refuse.
fn outputs(
    helms: &[Helm; 2],
    (files, flags): (&BTreeMap<String, String>, &[String]),
) -> Result<Option<String>> {
    let scratch = scratch()?;
    for (path, text) in files {
        write(&scratch.join(path), text)?;
    }
    let mut printed = Vec::new();
    for helm in helms {
        let output = helm.template(&scratch, flags)?;
        printed.push(output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned()));
    }
    let mut text = String::new();
    match printed.as_slice() {
        [Some(three), Some(four)] if three == four => push_section(&mut text, "helm 3 and 4", three),
        [three, four] => {
            let both = [("helm 3", three), ("helm 4", four)];
            both.iter().for_each(|(head, text_of)| {
                text_of.iter().for_each(|made| push_section(&mut text, head, made))
            });
        }
        _ => {}
    }
    Ok((!text.is_empty()).then_some(text))
}

/// An empty folder.
fn scratch() -> Result<PathBuf> {
    let scratch = std::env::temp_dir().join(format!("liftlock-charts-{}", std::process::id()));
    if scratch.exists() {
        std::fs::remove_dir_all(&scratch)?;
    }
    std::fs::create_dir_all(&scratch)?;
    Ok(scratch)
}

/// The case with what this Helm makes of it in the place of what it made before.
fn complete(helm: &Helm, version: &str, text: &str) -> Result<String> {
    let scratch = scratch()?;
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
