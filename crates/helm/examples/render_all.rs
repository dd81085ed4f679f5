//! Renders many charts with many files of values in one process: what a scan of a repository does, without its judging.
//!
//! `render_all LIST [THREADS [ROUNDS]]` reads lines of a chart's folder and, behind a tab, a file of values or nothing. Each
//! chart is loaded once a round and its templates are parsed once; threads (2) take renders in turn. Rounds (5) without origins
//! and rounds with them take turns. Prints how many renders there were and were refused, the bytes of the manifests, the
//! medians of both kinds of rounds in milliseconds, and the peak of memory in KiB, one line each.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "an example that measures"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use gotemplate::{Fixed, Ledger, Map, MapType};
use helm::HelmVersion;
use helm::capabilities::Capabilities;
use helm::chart::Chart;
use helm::engine::{Execution, ReleaseOptions, TemplateCache};
use helm::render::{Shown, Target, render};
use helm::schema::{NoRemotes, Schemas};
use helm::values::{merge_maps, of_text};
use text::{Source, Texts};
use tree::Directory;

/// Bytes of stack for each thread; what is not touched is not there.
const STACK_BYTES: usize = 256 * 1024 * 1024;

/// What the executor may use of it.
const STACK_BYTES_MAX: usize = STACK_BYTES - 16 * 1024 * 1024;

/// The files of values of each chart; none stands for the chart's own values alone.
type Charts = BTreeMap<PathBuf, Vec<Option<PathBuf>>>;

/// What renders came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Tally {
    renders: usize,
    refused: usize,
    bytes: usize,
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let list = std::fs::read_to_string(arguments.next().unwrap()).unwrap();
    let mut number = |default| arguments.next().map_or(default, |given| given.parse::<usize>().unwrap());
    let (threads, rounds) = (number(2), number(5));
    let charts = charts(&list);
    let mut tally = Tally::default();
    let mut milliseconds = [Vec::new(), Vec::new()];
    let mut peak = 0;
    for _ in 0..rounds {
        for (with_origins, milliseconds) in [false, true].into_iter().zip(&mut milliseconds) {
            let begun = Instant::now();
            tally = round(&charts, threads, with_origins);
            milliseconds.push(begun.elapsed().as_secs_f64() * 1_000.0);
            // The kernel keeps the most of the whole process: that of the first round is the one without origins.
            peak = if peak == 0 { peak_kib() } else { peak };
        }
    }
    let [without, with] = milliseconds.map(|mut rounds| {
        rounds.sort_by(f64::total_cmp);
        rounds[rounds.len() / 2]
    });
    println!("renders {}\nrefused {}\nbytes {}", tally.renders, tally.refused, tally.bytes);
    println!("milliseconds {without:.1}\nmilliseconds_with_origins {with:.1}\npeak_kib {peak}");
}

fn charts(list: &str) -> Charts {
    let mut charts = Charts::new();
    for line in list.lines() {
        let (chart, values) = line.split_once('\t').unwrap();
        let values = (!values.is_empty()).then(|| PathBuf::from(values));
        charts.entry(PathBuf::from(chart)).or_default().push(values);
    }
    charts
}

/// Everything once, on so many threads.
fn round(charts: &Charts, threads: usize, with_origins: bool) -> Tally {
    let loaded: Vec<OnceLock<Option<Loaded>>> = charts.iter().map(|_| OnceLock::new()).collect();
    let renders: Vec<_> = charts
        .iter()
        .zip(&loaded)
        .flat_map(|((folder, values), loaded)| values.iter().map(move |values| (folder, loaded, values)))
        .collect();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut tally = Tally::default();
        while let Some((folder, loaded, values)) = renders.get(next.fetch_add(1, Ordering::Relaxed)) {
            let loaded = loaded.get_or_init(|| Loaded::of_folder(folder));
            let text = loaded.as_ref().and_then(|loaded| loaded.render(values.as_deref(), with_origins));
            tally.renders += 1;
            tally.refused += usize::from(text.is_none());
            tally.bytes += text.map_or(0, |text| text.len());
        }
        tally
    };
    std::thread::scope(|scope| {
        let start = || std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, work).unwrap();
        let handles: Vec<_> = (0..threads).map(|_| start()).collect();
        handles.into_iter().map(|handle| handle.join().unwrap()).fold(Tally::default(), Tally::and)
    })
}

/// A chart with what its renders share.
struct Loaded {
    chart: Chart,
    texts: Texts,
    cache: TemplateCache,
    schemas: Schemas,
}

impl Loaded {
    /// The chart of a folder; none where it is refused.
    fn of_folder(folder: &Path) -> Option<Self> {
        let mut texts = Texts::new();
        let tree = Directory::open(folder, 1).unwrap();
        let chart = Chart::of_folder(&tree.everything_in(""), "", &mut texts).ok()?;
        Some(Self { chart, texts, cache: TemplateCache::new(), schemas: Schemas::new() })
    }

    /// What it renders with one file of values; none where that is refused.
    fn render(&self, values: Option<&Path>, with_origins: bool) -> Option<String> {
        let (version, ports) = (HelmVersion::V4, Fixed::default());
        let ledger = if with_origins { Ledger::on() } else { Ledger::off() };
        let mut given = Map::new(MapType::Interface);
        if let Some(path) = values {
            let text = self.texts.clone().add(Source::File { path: path.display().to_string() });
            let read = of_text(text, &std::fs::read(path).unwrap(), version, &ledger).ok()?;
            given = merge_maps(&given, &read, &ledger);
        }
        let release = ReleaseOptions::of_name("release");
        let execution = Execution {
            version,
            ledger: &ledger,
            ports: &ports,
            is_dns_enabled: false,
            stack_bytes_max: STACK_BYTES_MAX,
            cache: &self.cache,
        };
        let target = Target {
            release: &release,
            capabilities: &Capabilities::of(version),
            schemas: Some((&self.schemas, &NoRemotes)),
            renders_subchart_notes: false,
        };
        let release = render(&self.chart, &given, target, &execution).ok()?;
        Some(release.text(Shown { crds: false, hooks: true, tests: true }))
    }
}

impl Tally {
    fn and(self, other: Self) -> Self {
        Self {
            renders: self.renders + other.renders,
            refused: self.refused + other.refused,
            bytes: self.bytes + other.bytes,
        }
    }
}

/// The most memory that this process had at once, as Linux tells it; 0 elsewhere.
fn peak_kib() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
