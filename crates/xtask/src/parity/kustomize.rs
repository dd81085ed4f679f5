//! `kustomize build` beside ours: the roots of given trees, or random kustomizations.

use super::random;
use super::verdict::{Answer, Cause, Verdict};
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Arguments of `cargo xtask parity kustomize`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The program to compare with
    #[arg(long, value_name = "PATH")]
    kustomize: PathBuf,
    /// Our program, if it is built already
    #[arg(long, value_name = "PATH")]
    liftlock: Option<PathBuf>,
    /// A tree whose kustomizations are built; may be given several times
    #[arg(long, value_name = "DIR")]
    tree: Vec<PathBuf>,
    /// How many random kustomizations are built
    #[arg(long, default_value_t = 0, value_name = "SEEDS")]
    random: u64,
    /// The first seed
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Keep the files of random kustomizations that compare badly below this folder
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// Let both read files outside of a kustomization's own folder
    #[arg(long)]
    unrestricted: bool,
}

/// The two programs.
struct Programs {
    theirs: PathBuf,
    ours: PathBuf,
    unrestricted: bool,
}

/// How often each verdict was reached.
#[derive(Default)]
struct Tally {
    equal: usize,
    different: usize,
    both_refuse: usize,
    refuse_otherwise: BTreeMap<(Cause, Cause), usize>,
    deviates: BTreeMap<&'static str, usize>,
    only_we_refuse: usize,
    only_they_refuse: usize,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let programs = Programs {
        theirs: program(&arguments.kustomize)?,
        ours: match &arguments.liftlock {
            Some(path) => program(path)?,
            None => crate::bench::build(crate::bench::Profile::Release)?,
        },
        unrestricted: arguments.unrestricted,
    };
    let mut faults = 0;
    for tree in &arguments.tree {
        faults += compare_tree(&programs, tree)?;
    }
    if arguments.random > 0 {
        faults += compare_random(&programs, arguments)?;
    }
    if faults > 0 {
        bail!("{faults} kustomizations compare badly");
    }
    Ok(())
}

fn program(path: &Path) -> Result<PathBuf> {
    path.canonicalize().with_context(|| format!("'{}' is not a program", path.display()))
}

impl Programs {
    fn compare(&self, folder: &Path) -> Result<Verdict> {
        let restriction: &[&str] =
            if self.unrestricted { &["--load-restrictor", "LoadRestrictionsNone"] } else { &[] };
        let theirs = answer(Command::new(&self.theirs).arg("build").args(restriction).arg(folder))?;
        let ours =
            Command::new(&self.ours).args(["kustomize", "build"]).args(restriction).arg(folder).output();
        Ok(Verdict::of(&theirs, &answer_of(ours.context("cannot start our program")?)))
    }
}

fn answer(command: &mut Command) -> Result<Answer> {
    Ok(answer_of(command.stdin(Stdio::null()).output().context("cannot start the program to compare with")?))
}

fn answer_of(output: std::process::Output) -> Answer {
    Answer {
        succeeded: output.status.success(),
        output: output.stdout,
        told: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

fn compare_tree(programs: &Programs, tree: &Path) -> Result<usize> {
    let roots = roots(tree)?;
    let mut tally = Tally::default();
    for root in &roots {
        let verdict = programs.compare(root)?;
        if verdict.is_fault() {
            println!("{}: {}", root.display(), told(&verdict));
        }
        tally.count(&verdict);
    }
    println!("{}: {} kustomizations; {}", tree.display(), roots.len(), tally.print());
    Ok(tally.faults())
}

/// Every folder below `tree` that holds a kustomization which is no component, sorted.
pub(crate) fn roots(tree: &Path) -> Result<Vec<PathBuf>> {
    let mut roots = Vec::new();
    let mut open = vec![tree.to_path_buf()];
    while let Some(folder) = open.pop() {
        let entries =
            std::fs::read_dir(&folder).with_context(|| format!("cannot list '{}'", folder.display()))?;
        for entry in entries {
            let entry = entry?;
            let kind = entry.file_type()?;
            if kind.is_dir() && entry.file_name() != ".git" {
                open.push(entry.path());
            }
            let is_named = matches!(
                entry.file_name().to_str(),
                Some("kustomization.yaml" | "kustomization.yml" | "Kustomization")
            );
            if kind.is_file() && is_named && !is_component(&entry.path())? {
                roots.push(folder.clone());
            }
        }
    }
    roots.sort();
    roots.dedup();
    Ok(roots)
}

/// Components build within others only. A Flux object in a file of that name is none of ours either.
fn is_component(path: &Path) -> Result<bool> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read '{}'", path.display()))?;
    Ok(text.lines().any(|line| line.trim_end() == "kind: Component"))
}

fn compare_random(programs: &Programs, arguments: &Arguments) -> Result<usize> {
    let scratch = std::env::temp_dir().join(format!("liftlock-parity-{}", std::process::id()));
    let mut tally = Tally::default();
    let mut used: BTreeMap<&'static str, usize> = BTreeMap::new();
    for seed in arguments.seed..arguments.seed + arguments.random {
        let case = random::case(seed);
        write(&scratch, &case)?;
        let verdict = programs.compare(&scratch.join(&case.folder))?;
        if verdict == Verdict::Equal {
            for field in &case.used {
                *used.entry(field).or_default() += 1;
            }
        }
        if verdict.is_fault() {
            println!("seed {seed}: {}", told(&verdict));
            if let Some(keep) = &arguments.keep {
                write(&keep.join(seed.to_string()), &case)?;
            }
        }
        tally.count(&verdict);
    }
    std::fs::remove_dir_all(&scratch).context("cannot remove the scratch folder")?;
    for (field, count) in &used {
        println!("{count:>6} {field}");
    }
    println!("{} seeds; {}", arguments.random, tally.print());
    Ok(tally.faults())
}

pub(super) fn write(folder: &Path, case: &random::Case) -> Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    for (path, bytes) in &case.files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap_or(folder))?;
        std::fs::write(&path, bytes).with_context(|| format!("cannot write '{}'", path.display()))?;
    }
    Ok(())
}

fn told(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Equal => "equal".to_owned(),
        Verdict::Different { line, theirs, ours } => {
            format!("differs in line {line}\n    theirs: {theirs}\n    ours:   {ours}")
        }
        Verdict::BothRefuse { theirs, ours } => format!("both refuse: {theirs:?}, {ours:?}"),
        Verdict::Deviates(case) => format!("deviates on purpose: {case}"),
        Verdict::OnlyWeRefuse(told) => format!("only we refuse: {told}"),
        Verdict::OnlyTheyRefuse(told) => format!("only they refuse: {told}"),
    }
}

impl Tally {
    fn count(&mut self, verdict: &Verdict) {
        match verdict {
            Verdict::Equal => self.equal += 1,
            Verdict::Different { .. } => self.different += 1,
            Verdict::BothRefuse { theirs, ours } => {
                self.both_refuse += 1;
                if theirs != ours {
                    *self.refuse_otherwise.entry((*theirs, *ours)).or_default() += 1;
                }
            }
            Verdict::Deviates(case) => *self.deviates.entry(case).or_default() += 1,
            Verdict::OnlyWeRefuse(_) => self.only_we_refuse += 1,
            Verdict::OnlyTheyRefuse(_) => self.only_they_refuse += 1,
        }
    }

    fn faults(&self) -> usize {
        self.different + self.only_we_refuse + self.only_they_refuse
    }

    fn print(&self) -> String {
        format!(
            "equal {}, different {}, both refuse {} (other causes: {:?}), deviations {:?}, only we refuse {}, only they refuse {}",
            self.equal,
            self.different,
            self.both_refuse,
            self.refuse_otherwise,
            self.deviates,
            self.only_we_refuse,
            self.only_they_refuse
        )
    }
}
