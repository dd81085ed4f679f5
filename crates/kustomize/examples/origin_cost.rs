//! What origins cost: the same build with and without them, in turn, in one process.
//!
//! `origin_cost [RESOURCES [ROUNDS]]` builds so many resources (4,000) with a namespace, a prefix, a label and one JSON
//! patch, so many rounds (15) of each, and prints the medians of the processor time that the kernel counted for the thread.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "an example that measures"
)]

use std::fmt::Write as _;
use std::sync::Arc;

use kustomize::load::{Files, Restriction};
use kustomize::{Options, Work, build};
use text::{NoOrigins, Origins, Track};
use tree::Memory;

fn main() {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<usize>().unwrap());
    let (resources, rounds) = (arguments.next().unwrap_or(4_000), arguments.next().unwrap_or(15));
    let tree = tree(resources);
    // The processor time of one thread is read, so all work stays on this one.
    rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global().unwrap();
    assert_eq!(
        built::<Origins>(&tree).0,
        built::<NoOrigins>(&tree).0,
        "origins change nothing of the result"
    );
    let mut without = Vec::new();
    let mut with = Vec::new();
    for _ in 0..rounds {
        without.push(built::<NoOrigins>(&tree).1);
        with.push(built::<Origins>(&tree).1);
    }
    let median = |times: &mut Vec<u64>| {
        times.sort_unstable();
        times[times.len() / 2]
    };
    let (without, with) = (median(&mut without), median(&mut with));
    #[expect(clippy::cast_precision_loss, reason = "it is shown with one place")]
    let shown = |nanoseconds: u64| nanoseconds as f64 / 1e6;
    let cost = (shown(with) / shown(without) - 1.0) * 100.0;
    println!(
        "{resources} resources, median of {rounds}: {:.1} ms without origins, {:.1} ms with: {cost:+.1} %",
        shown(without),
        shown(with)
    );
}

fn tree(resources: usize) -> Memory {
    let mut text = String::new();
    for number in 0..resources {
        let _ = write!(
            text,
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app-{number}\n  labels:\n    app: app-{number}\nspec:\n  replicas: 1\n  \
             selector:\n    matchLabels:\n      app: app-{number}\n  template:\n    metadata:\n      labels:\n        app: app-{number}\n    \
             spec:\n      containers:\n      - name: app\n        image: nginx:1.25\n        env:\n        - name: A\n          value: \"1\"\n---\n"
        );
    }
    let kustomization = "resources: [all.yaml]\nnamespace: prod\nnamePrefix: p-\nlabels: [{pairs: {team: blue}}]\npatches:\n\
                         - target: {kind: Deployment}\n  patch: '[{\"op\": \"replace\", \"path\": \"/spec/replicas\", \"value\": 3}]'\n";
    let mut tree = Memory::new();
    tree.insert("all.yaml", text);
    tree.insert("kustomization.yaml", kustomization);
    tree
}

/// The result, and the nanoseconds of processor time that it took.
fn built<T: Track>(tree: &Memory) -> (String, u64) {
    let files = Files::new(Arc::new(tree.clone()), Restriction::RootOnly, None);
    let start = nanoseconds();
    let mut work: Work<T> = Work::new(files);
    let printed = build(&mut work, "", &Options::default()).unwrap().print().unwrap();
    drop(work);
    (printed, nanoseconds() - start)
}

/// What the thread has had of the processor. Linux tells it in steps of its clock, some milliseconds where that is coarse.
fn nanoseconds() -> u64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    told.split(' ').next().unwrap().parse().unwrap()
}
