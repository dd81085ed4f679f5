//! Random charts beside Helm: many in one process of the original, those that refuse or differ one by one.

use super::{Helm, ours, refusal};
use crate::parity::templates::{self, Chart};
use anyhow::{Context, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Charts that one process of the original renders: it takes 70 ms to start, and some milliseconds for each of them.
const CHARTS_PER_PROCESS: usize = 25;

/// How often a chart that compares badly is tried with less in it.
const SHRINK_TRIES_MAX: usize = 400;

/// How often an action or a function has to occur in charts that compare well, where there are enough charts.
const OCCURRENCES_MIN: usize = 20;

/// Which charts are compared.
pub(super) struct Seeds {
    pub(super) first: u64,
    pub(super) count: u64,
}

/// How one chart compares.
enum Verdict {
    Equal,
    /// With what both say last.
    BothRefuse(String),
    /// The original's process ends without an answer: there is nothing to compare with.
    OriginalCrashes,
    Bad(String),
}

/// What Go's runtime says when a process has used up its stack: a map that was put into itself is printed without end.
const CRASH: &str = "goroutine stack exceeds";

/// A place for the charts of one process, and the program that is ours.
struct Bench<'b> {
    own: &'b Path,
    scratch: PathBuf,
}

/// Compares; gives how many compare badly.
pub(super) fn compare(helms: &[Helm], own: &Path, seeds: &Seeds) -> Result<usize> {
    let scratch = std::env::temp_dir().join(format!("liftlock-random-charts-{}", std::process::id()));
    let bench = Bench { own, scratch };
    let charts: Vec<Chart> = (seeds.first..seeds.first + seeds.count).map(templates::chart).collect();
    let mut good: BTreeMap<&str, usize> = BTreeMap::new();
    let mut faults = 0;
    for helm in helms {
        let known: Vec<&Chart> = charts.iter().filter(|chart| !chart.is_4 || helm.major == "4").collect();
        let mut equal = 0;
        let mut crashes = Vec::new();
        let mut refused: BTreeMap<String, usize> = BTreeMap::new();
        for (chart, verdict) in bench.verdicts(helm, &known)? {
            match verdict {
                Verdict::Equal => {
                    equal += 1;
                    *good.entry(&chart.name).or_default() += 1;
                }
                Verdict::BothRefuse(cause) => *refused.entry(cause).or_default() += 1,
                Verdict::OriginalCrashes => crashes.push(chart.name.as_str()),
                Verdict::Bad(told) => {
                    faults += 1;
                    println!("{} as Helm {}: {told}", chart.name, helm.major);
                    println!("{}", bench.shrunk(helm, chart)?);
                }
            }
        }
        let both_refuse: usize = refused.values().sum();
        println!(
            "Helm {}: {} random charts, {equal} equal, {both_refuse} both refuse, {} Helm overflows its stack {}",
            helm.major,
            known.len(),
            crashes.len(),
            crashes.join(" ")
        );
        for (cause, count) in refused.iter().filter(|(_, count)| **count > 1) {
            println!("{count:>6} {cause}");
        }
    }
    let in_all = |chart: &&Chart| {
        good.get(chart.name.as_str()).copied() == Some(if chart.is_4 { 1 } else { helms.len() })
    };
    print_used(&charts.iter().filter(in_all).collect::<Vec<_>>(), &charts);
    if bench.scratch.exists() {
        std::fs::remove_dir_all(&bench.scratch)?;
    }
    Ok(faults)
}

/// How many charts that compare well use each action and function, the rarest first.
fn print_used(good: &[&Chart], all: &[Chart]) {
    let names: BTreeSet<&str> = all.iter().flat_map(|chart| chart.used.iter().copied()).collect();
    let count = |name: &&str| good.iter().filter(|chart| chart.used.contains(name)).count();
    let mut counts: Vec<(usize, &str)> = names.iter().map(|name| (count(name), *name)).collect();
    counts.sort_unstable();
    let shown: Vec<String> = counts.iter().map(|(count, name)| format!("{name} {count}")).collect();
    println!("charts that compare well, by what they use: {}", shown.join(", "));
    let rare = counts.iter().filter(|(count, _)| *count < OCCURRENCES_MIN).count();
    println!("{} actions and functions, {rare} of them in less than {OCCURRENCES_MIN} charts", counts.len());
}

impl Bench<'_> {
    /// Those that we render go to the original many at once; the others, and all that is not as theirs, one by one.
    fn verdicts<'c>(&self, helm: &Helm, charts: &[&'c Chart]) -> Result<Vec<(&'c Chart, Verdict)>> {
        let (mut many, mut alone) = (Vec::new(), Vec::new());
        for chart in charts {
            let arguments = self.lay_out(&[chart])?;
            let is_rendered = ours(self.own, helm.major, &self.scratch, &arguments)?.status.success();
            if is_rendered { many.push(*chart) } else { alone.push(*chart) }
        }
        let mut verdicts = Vec::new();
        for together in many.chunks(CHARTS_PER_PROCESS) {
            match self.compare(helm, together)? {
                Verdict::Equal => verdicts.extend(together.iter().map(|chart| (*chart, Verdict::Equal))),
                Verdict::BothRefuse(_) | Verdict::OriginalCrashes | Verdict::Bad(_) => alone.extend(together),
            }
        }
        for chart in alone {
            verdicts.push((chart, self.compare(helm, &[chart])?));
        }
        Ok(verdicts)
    }

    /// Writes charts below another one, and the file of values that is given to them; gives the flags to render them by.
    fn lay_out(&self, charts: &[&Chart]) -> Result<Vec<String>> {
        if self.scratch.exists() {
            std::fs::remove_dir_all(&self.scratch)?;
        }
        let (files, flags) = case(charts);
        for (path, text) in files {
            let path = self.scratch.join(path);
            std::fs::create_dir_all(path.parent().unwrap_or(&self.scratch))?;
            std::fs::write(&path, text).with_context(|| format!("cannot write '{}'", path.display()))?;
        }
        Ok(flags)
    }

    fn compare(&self, helm: &Helm, charts: &[&Chart]) -> Result<Verdict> {
        let arguments = self.lay_out(charts)?;
        let theirs = helm.template(&self.scratch, &arguments)?;
        let own = ours(self.own, helm.major, &self.scratch, &arguments)?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        if text(&theirs.stderr).contains(CRASH) {
            return Ok(Verdict::OriginalCrashes);
        }
        let (their_words, our_words) =
            (refusal::words(&text(&theirs.stderr)), refusal::words(&text(&own.stderr)));
        Ok(match (theirs.status.success(), own.status.success()) {
            (true, true) if theirs.stdout == own.stdout => Verdict::Equal,
            (true, true) => Verdict::Bad(first_difference(&text(&theirs.stdout), &text(&own.stdout))),
            (false, false) if refusal::agree(&their_words, &our_words) => {
                let last = our_words.rsplit(">: ").next().unwrap_or_default();
                Verdict::BothRefuse(last.chars().take(70).collect())
            }
            (false, false) => {
                Verdict::Bad(format!("refused otherwise\n  theirs: {their_words}\n  ours:   {our_words}"))
            }
            (true, false) => Verdict::Bad(format!("only we refuse: {our_words}")),
            (false, true) => Verdict::Bad(format!("only they refuse: {their_words}")),
        })
    }

    /// The templates of a chart with as little in them as still compares badly, and how.
    fn shrunk(&self, helm: &Helm, chart: &Chart) -> Result<String> {
        let mut chart = chart.clone();
        let mut told = String::new();
        let mut tries = 0;
        'smaller: loop {
            for smaller in chart.smaller() {
                tries += 1;
                if tries > SHRINK_TRIES_MAX {
                    break 'smaller;
                }
                if let Verdict::Bad(bad) = self.compare(helm, &[&smaller])? {
                    (chart, told) = (smaller, bad);
                    continue 'smaller;
                }
            }
            break;
        }
        let files = chart.files().into_iter().filter(|(path, _)| path.starts_with("templates/t"));
        let files: Vec<String> = files.map(|(path, text)| format!("--- {path}\n{text}")).collect();
        Ok(format!("smaller: {told}\n{}{}", files.concat(), chart.given()))
    }
}

/// Charts below another one with what is given to them: files by their paths, and the flags to render them by.
pub(super) fn case(charts: &[&Chart]) -> (BTreeMap<String, String>, Vec<String>) {
    let mut files = BTreeMap::new();
    let around = "apiVersion: v2\nname: random\nversion: 0.1.0\n".to_owned();
    files.insert("random/Chart.yaml".to_owned(), around);
    files.insert("given.yaml".to_owned(), charts.iter().map(|chart| chart.given()).collect());
    for chart in charts {
        for (path, text) in chart.files() {
            files.insert(format!("random/charts/{}/{path}", chart.name), text);
        }
    }
    let mut flags: Vec<String> = ["release", "random", "-f", "given.yaml"].map(str::to_owned).to_vec();
    flags.extend(charts.iter().flat_map(|chart| chart.flags()));
    (files, flags)
}

fn first_difference(theirs: &str, ours: &str) -> String {
    let mut lines = theirs.lines().zip(ours.lines()).enumerate();
    match lines.find(|(_, (theirs, ours))| theirs != ours) {
        Some((number, (theirs, ours))) => {
            format!("line {} differs\n  theirs: {theirs}\n  ours:   {ours}", number + 1)
        }
        None => "one ends before the other".to_owned(),
    }
}
