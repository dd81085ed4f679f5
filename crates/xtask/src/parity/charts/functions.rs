//! The table of functions: one template a row, with what Helm 3 and Helm 4 made of it.
//!
//! People write the templates, the chart that they stand in, and our outcome where it differs on purpose; what the originals
//! make of them nobody writes by hand. The tests of the crate `helm` refuse a table whose inputs and digest disagree.

use super::{Helm, refusal};
use anyhow::{Context, Result, anyhow, bail};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Where the table is, from the repository's root.
const TABLE: &str = "crates/helm/tests/data/functions/rows.jsonl";

/// The chart that the templates stand in.
const CHART: &str = "crates/helm/tests/data/functions/chart";

/// Rows that one process of the original renders: each that fails costs one process more.
const ROWS_PER_PROCESS: usize = 40;

/// Processes at once: most of their time they start.
const WORKERS: usize = 6;

/// The first line of the table.
#[derive(Serialize)]
struct Head {
    made_by: String,
    inputs: String,
}

/// What a program makes of a template.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Outcome {
    Printed(String),
    Failed(String),
}

/// A template with what comes of it.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Row {
    template: String,
    /// What both Helms make of it, where it is the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    both: Option<Outcome>,
    #[serde(skip_serializing_if = "Option::is_none")]
    helm3: Option<Outcome>,
    #[serde(skip_serializing_if = "Option::is_none")]
    helm4: Option<Outcome>,
    /// Why ours is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    differs: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ours3: Option<Outcome>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ours4: Option<Outcome>,
}

/// Makes the outcomes of all rows again.
pub(crate) fn make(programs: (&Path, &Path)) -> Result<()> {
    let helms = [Helm::new(programs.0, "3")?, Helm::new(programs.1, "4")?];
    let path = crate::repository::root().join(TABLE);
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read '{}'", path.display()))?;
    let mut rows = Vec::new();
    for line in text.lines().filter(|line| line.starts_with("{\"template\"")) {
        rows.push(serde_json::from_str::<Row>(line).with_context(|| format!("no row: {line}"))?);
    }
    let mut sides = Vec::new();
    for helm in &helms {
        sides.push(outcomes(helm, &rows)?);
    }
    let [three, four] = sides.as_slice() else { bail!("two programs are asked") };
    for (row, (three, four)) in rows.iter_mut().zip(three.iter().zip(four)) {
        let is_same = three == four;
        row.both = is_same.then(|| three.clone());
        row.helm3 = (!is_same).then(|| three.clone());
        row.helm4 = (!is_same).then(|| four.clone());
    }
    let made_by = format!("Helm {} and {}", helms[0].version()?, helms[1].version()?);
    let head = Head { made_by, inputs: digest(&rows)? };
    let mut lines = vec![serde_json::to_string(&head)?];
    for row in &rows {
        lines.push(serde_json::to_string(row)?);
    }
    std::fs::write(&path, format!("{}\n", lines.join("\n")))?;
    println!("made {} rows of functions by {}", rows.len(), head.made_by);
    Ok(())
}

/// What a Helm makes of each row, in their order.
fn outcomes(helm: &Helm, rows: &[Row]) -> Result<Vec<Outcome>> {
    let (alone, others): (Vec<usize>, Vec<usize>) =
        (0..rows.len()).partition(|number| changes_what_others_see(&rows[*number].template));
    let groups: Vec<&[usize]> = alone.chunks(1).chain(others.chunks(ROWS_PER_PROCESS)).collect();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut made = Vec::new();
        while let Some(group) = groups.get(next.fetch_add(1, Ordering::Relaxed)) {
            made.extend(outcomes_of_group(helm, rows, group)?);
        }
        Ok(made)
    };
    let mut outcomes: Vec<Option<Outcome>> = rows.iter().map(|_| None).collect();
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..WORKERS).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            let made: Result<Vec<_>> = worker.join().map_err(|_| anyhow!("a worker panicked"))?;
            made?.into_iter().for_each(|(number, outcome)| outcomes[number] = Some(outcome));
        }
        anyhow::Ok(())
    })?;
    outcomes.into_iter().map(|outcome| outcome.context("a row has no outcome")).collect()
}

/// What comes of some rows, those that fail taken out one by one.
fn outcomes_of_group(helm: &Helm, rows: &[Row], group: &[usize]) -> Result<Vec<(usize, Outcome)>> {
    let (mut left, mut made) = (group.to_vec(), Vec::new());
    while !left.is_empty() {
        for (number, outcome) in render(helm, rows, &left)? {
            left.retain(|other| *other != number);
            made.push((number, outcome));
        }
    }
    Ok(made)
}

/// Whether a row sets what all templates of a chart share.
fn changes_what_others_see(template: &str) -> bool {
    ["set .", "include \"setting\"", "merge .", "mergeOverwrite ."].iter().any(|call| template.contains(call))
}

/// What comes of one process with some of the rows: all that they print, or the one that fails.
fn render(helm: &Helm, rows: &[Row], numbers: &[usize]) -> Result<Vec<(usize, Outcome)>> {
    let scratch = laid_out(rows, numbers)?;
    let output = helm.template(&scratch, &["release".to_owned(), "chart".to_owned()])?;
    std::fs::remove_dir_all(&scratch)?;
    if output.status.success() {
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        let outcome = |number: &usize| Ok((*number, Outcome::Printed(printed_by(&printed, *number)?)));
        return numbers.iter().map(outcome).collect();
    }
    let told = refusal::words(&String::from_utf8_lossy(&output.stderr));
    let named = numbers.iter().filter(|number| told.contains(&name(**number)));
    match (named.copied().collect::<Vec<_>>().as_slice(), numbers) {
        ([number], _) | (_, [number]) => Ok(vec![(*number, Outcome::Failed(unnumbered(&told, *number)))]),
        // A process that ended without a word of the row which ended it.
        _ => numbers.iter().map(|number| Ok(render(helm, rows, &[*number])?.remove(0))).collect(),
    }
}

/// The chart with some of the rows as its templates, in an empty folder.
fn laid_out(rows: &[Row], numbers: &[usize]) -> Result<PathBuf> {
    let scratch =
        std::env::temp_dir().join(format!("liftlock-functions-{}-{}", std::process::id(), numbers[0]));
    if scratch.exists() {
        std::fs::remove_dir_all(&scratch)?;
    }
    for (path, bytes) in files()? {
        write(&scratch.join("chart").join(path), &bytes)?;
    }
    for number in numbers {
        let name = name(*number);
        let text = wrapped(&name, &rows[*number].template);
        write(&scratch.join(format!("chart/templates/{name}.yaml")), text.as_bytes())?;
    }
    Ok(scratch)
}

/// The name of a row's file and template.
fn name(number: usize) -> String {
    format!("row{number:04}")
}

/// What a row says does not depend on where it stands in the table; columns stay what they are.
fn unnumbered(text: &str, number: usize) -> String {
    text.replace(&name(number), &name(0))
}

/// The file of a row: one line of JSON, whatever the template prints.
fn wrapped(name: &str, template: &str) -> String {
    format!(
        "{{{{- define \"{name}\" }}}}{template}{{{{ end -}}}}\nout: {{{{ include \"{name}\" . | toJson }}}}\n"
    )
}

fn printed_by(printed: &str, number: usize) -> Result<String> {
    let source = format!("templates/{}.yaml\nout: ", name(number));
    let (_, after) = printed.split_once(&source).with_context(|| format!("row {number} printed nothing"))?;
    let line = after.lines().next().unwrap_or_default();
    Ok(unnumbered(&serde_json::from_str::<String>(line)?, number))
}

/// The files of the chart by their paths, sorted.
fn files() -> Result<Vec<(String, Vec<u8>)>> {
    let root = crate::repository::root().join(CHART);
    let paths = super::compare::walkdir(&root)?.into_iter();
    let file = |path: PathBuf| {
        let below = path.strip_prefix(&root)?.to_string_lossy().into_owned();
        Ok((below, std::fs::read(&path)?))
    };
    let mut files = paths.map(file).collect::<Result<Vec<_>>>()?;
    files.sort();
    Ok(files)
}

/// The digest of the chart and of all templates.
fn digest(rows: &[Row]) -> Result<String> {
    let mut digest = Sha256::new();
    for (path, bytes) in files()? {
        digest.update(format!("{path}\n{}\n", bytes.len()));
        digest.update(bytes);
    }
    rows.iter().for_each(|row| digest.update(format!("{}\n", row.template)));
    Ok(digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, bytes).with_context(|| format!("cannot write '{}'", path.display()))
}
