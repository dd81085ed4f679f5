//! `cargo xtask parity helm`: every chart of given trees with every file of values that stands beside it, and random charts.

use super::complete::{Completed, complete};
use super::random::{self, Seeds};
use super::{Helm, ours, refusal, unstable};
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Arguments of `cargo xtask parity helm`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The Helm 3 to compare with
    #[arg(long, value_name = "PATH")]
    helm3: Option<PathBuf>,
    /// The Helm 4 to compare with
    #[arg(long, value_name = "PATH")]
    helm4: Option<PathBuf>,
    /// Our program, if it is built already
    #[arg(long, value_name = "PATH")]
    liftlock: Option<PathBuf>,
    /// A tree whose charts are rendered; may be given several times
    #[arg(long, value_name = "DIR", required_unless_present = "random")]
    tree: Vec<PathBuf>,
    /// A tree whose charts others may depend on, and which are not rendered by themselves; may be given several times
    #[arg(long, value_name = "DIR")]
    shelf: Vec<PathBuf>,
    /// Render a random part of the whole: one of so many
    #[arg(long, default_value_t = 1, value_name = "COUNT")]
    one_of: usize,
    /// How many random charts are rendered
    #[arg(long, value_name = "SEEDS")]
    random: Option<u64>,
    /// The first seed
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// One chart with one file of values, or with none.
pub(crate) struct Render {
    pub(crate) chart: PathBuf,
    pub(crate) values: Option<PathBuf>,
}

#[derive(Default)]
struct Tally {
    /// How many were rendered without a schema that cannot be loaded; counted below as well.
    without_schema: usize,
    equal: usize,
    different: usize,
    /// How many both refuse for one cause, by its class.
    both_refuse: BTreeMap<&'static str, usize>,
    /// Charts that both refuse without a file of values, in the same words of the chart, which asks for values.
    ask_for_values: Vec<String>,
    refuse_otherwise: usize,
    only_we_refuse: usize,
    only_they_refuse: usize,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let own = match &arguments.liftlock {
        Some(path) => path.canonicalize().with_context(|| format!("no program at '{}'", path.display()))?,
        None => crate::bench::build(crate::bench::Profile::Release)?,
    };
    let trees = found(&arguments.tree)?;
    let completed = complete(&trees, &found(&arguments.shelf)?)?;
    print!("{}", completed.print());
    let mut faults = 0;
    let mut helms = Vec::new();
    for (program, major) in [(&arguments.helm3, "3"), (&arguments.helm4, "4")] {
        let Some(program) = program else {
            println!("Helm {major}: not given");
            continue;
        };
        let helm = Helm::new(program, major)?;
        println!("Helm {major}: {}", helm.version()?);
        let mut all = Tally::default();
        for tree in &trees {
            all.add(compare_tree((&helm, &own), tree, (&completed, arguments.one_of))?);
        }
        println!("all as Helm {major}: {}", all.print());
        faults += all.faults();
        helms.push(helm);
    }
    if let Some(count) = arguments.random {
        faults += random::compare(&helms, &own, &Seeds { first: arguments.seed, count })?;
    }
    if faults > 0 {
        bail!("{faults} renders compare badly");
    }
    Ok(())
}

/// The trees, as they are found from anywhere.
fn found(trees: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let found =
        |tree: &PathBuf| tree.canonicalize().with_context(|| format!("no folder at '{}'", tree.display()));
    trees.iter().map(found).collect()
}

fn compare_tree(
    (helm, own): (&Helm, &Path),
    tree: &Path,
    (completed, one_of): (&Completed, usize),
) -> Result<Tally> {
    let mut tally = Tally::default();
    for render in renders(tree)?.into_iter().step_by(one_of.max(1)) {
        let name = render.name(tree);
        let render = Render { chart: completed.of(&render.chart).to_owned(), ..render };
        if let Some(told) = compare((helm, own), tree, (&render, &name), &mut tally)? {
            println!("{name}: {told}");
        }
    }
    println!("{}: {}", tree.display(), tally.print());
    Ok(tally)
}

fn compare(
    (helm, own): (&Helm, &Path),
    tree: &Path,
    (render, name): (&Render, &str),
    tally: &mut Tally,
) -> Result<Option<String>> {
    let mut arguments = render.arguments();
    let mut theirs = helm.template(tree, &arguments)?;
    if refusal::lacks_schema(&String::from_utf8_lossy(&theirs.stderr)) {
        // What stands behind the address decides, and that is no part of the tree: the rest can still be compared.
        arguments.push("--skip-schema-validation".to_owned());
        theirs = helm.template(tree, &arguments)?;
        tally.without_schema += 1;
    }
    let our_answer = ours(own, helm.major, tree, &arguments)?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let words = |bytes: &[u8]| refusal::words(&text(bytes));
    Ok(match (theirs.status.success(), our_answer.status.success()) {
        (true, true) if theirs.stdout == our_answer.stdout => {
            tally.equal += 1;
            None
        }
        (true, true) => {
            let again = (0..unstable::REPEATS).map(|_| Ok(text(&helm.template(tree, &arguments)?.stdout)));
            let again = again.collect::<Result<Vec<_>>>()?;
            match unstable::differing_line(&text(&theirs.stdout), &again, &text(&our_answer.stdout)) {
                None => {
                    tally.equal += 1;
                    None
                }
                Some((line, theirs, ours)) => {
                    tally.different += 1;
                    Some(format!("line {line} differs:\n  theirs: {theirs}\n  ours:   {ours}"))
                }
            }
        }
        (false, false) => {
            let (theirs, ours) = (words(&theirs.stderr), words(&our_answer.stderr));
            if theirs == ours && render.values.is_none() && refusal::asks_for_values(&theirs) {
                tally.ask_for_values.push(name.to_owned());
                None
            } else if refusal::agree(&theirs, &ours) {
                *tally.both_refuse.entry(refusal::class(&theirs)).or_default() += 1;
                None
            } else {
                tally.refuse_otherwise += 1;
                Some(format!("refused otherwise:\n  theirs: {theirs}\n  ours:   {ours}"))
            }
        }
        (true, false) => {
            tally.only_we_refuse += 1;
            Some(format!("only we refuse: {}", words(&our_answer.stderr)))
        }
        (false, true) => {
            tally.only_they_refuse += 1;
            Some(format!("only they refuse: {}", words(&theirs.stderr)))
        }
    })
}

/// Every chart below a tree with each file of values beside it, in their order.
pub(crate) fn renders(tree: &Path) -> Result<Vec<Render>> {
    let mut renders = Vec::new();
    for entry in walkdir(tree)? {
        if entry.file_name().is_none_or(|name| name != "Chart.yaml") {
            continue;
        }
        let Some(chart) = entry.parent().map(Path::to_path_buf) else { continue };
        let mut values = Vec::new();
        for path in walkdir(&chart)? {
            let below = path.strip_prefix(&chart).unwrap_or(&path).to_string_lossy().into_owned();
            let is_yaml = below.ends_with(".yaml") || below.ends_with(".yml");
            let is_example = below.starts_with("examples/") && below.ends_with("/values.yaml");
            let is_case = below.starts_with("ci/") || below.starts_with("tests/values/");
            if is_yaml && (is_example || is_case) {
                values.push(path);
            }
        }
        renders.push(Render { chart: chart.clone(), values: None });
        renders.extend(values.into_iter().map(|path| Render { chart: chart.clone(), values: Some(path) }));
    }
    Ok(renders)
}

/// All files below a folder, sorted.
pub(crate) fn walkdir(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let listed =
            std::fs::read_dir(&folder).with_context(|| format!("cannot list '{}'", folder.display()))?;
        for entry in listed {
            let entry = entry?;
            match entry.file_type()? {
                kind if kind.is_dir() => folders.push(entry.path()),
                _ => files.push(entry.path()),
            }
        }
    }
    files.sort();
    Ok(files)
}

impl Render {
    /// What `helm template` and ours are given.
    pub(crate) fn arguments(&self) -> Vec<String> {
        let mut arguments = vec!["release".to_owned(), self.chart.display().to_string()];
        if let Some(values) = &self.values {
            arguments.extend(["-f".to_owned(), values.display().to_string()]);
        }
        arguments
    }

    fn name(&self, tree: &Path) -> String {
        let below = |path: &Path| path.strip_prefix(tree).unwrap_or(path).display().to_string();
        match &self.values {
            Some(values) => format!("{} with {}", below(&self.chart), below(values)),
            None => below(&self.chart),
        }
    }
}

impl Tally {
    fn faults(&self) -> usize {
        self.different + self.only_we_refuse + self.only_they_refuse + self.refuse_otherwise
    }

    /// Adds what was counted elsewhere.
    fn add(&mut self, other: Self) {
        let Self {
            without_schema,
            equal,
            different,
            both_refuse,
            ask_for_values,
            refuse_otherwise,
            only_we_refuse,
            only_they_refuse,
        } = other;
        self.ask_for_values.extend(ask_for_values);
        self.without_schema += without_schema;
        self.equal += equal;
        self.different += different;
        self.refuse_otherwise += refuse_otherwise;
        self.only_we_refuse += only_we_refuse;
        self.only_they_refuse += only_they_refuse;
        for (class, count) in both_refuse {
            *self.both_refuse.entry(class).or_default() += count;
        }
    }

    fn print(&self) -> String {
        let Self {
            without_schema,
            equal,
            different,
            both_refuse,
            ask_for_values,
            refuse_otherwise,
            only_we_refuse,
            only_they_refuse,
        } = self;
        let both: usize = both_refuse.values().sum();
        let all = equal + different + both + refuse_otherwise + only_we_refuse + only_they_refuse;
        let classes: Vec<String> =
            both_refuse.iter().map(|(class, count)| format!("{count} {class}")).collect();
        let classes = if classes.is_empty() { String::new() } else { format!(" ({})", classes.join(", ")) };
        let asking = match ask_for_values.as_slice() {
            [] => String::new(),
            names => {
                let names = names.join(", ");
                format!("; beside them {} that ask for values and got none: {names}", ask_for_values.len())
            }
        };
        format!(
            "{all} renders, {without_schema} of them without a schema that cannot be loaded: {equal} equal, {different} different, {both} both refuse for one cause{classes}, {refuse_otherwise} for different ones, {only_we_refuse} only we refuse, {only_they_refuse} only they refuse{asking}"
        )
    }
}
