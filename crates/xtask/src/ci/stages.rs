//! What each stage of CI runs, in order: what is quick to fail comes first.
//!
//! Every cargo call takes the whole workspace with its default features and the one target folder, so that later stages
//! find what earlier ones built.

use super::tools::{self, CARGO_DENY, CARGO_MACHETE};
use super::{Outcome, Stage};
use crate::bench::{counts, start};
use crate::commands;
use crate::shell::Program;
use anyhow::{Result, bail};

/// All stages in CI's order.
pub(crate) const ALL: &[Stage] = &[
    Stage { name: "house", run: house },
    Stage { name: "fmt", run: fmt },
    Stage { name: "clippy", run: clippy },
    Stage { name: "doc", run: doc },
    Stage { name: "deny", run: deny },
    Stage { name: "machete", run: machete },
    Stage { name: "generated", run: generated },
    Stage { name: "tests", run: tests },
    Stage { name: "demo", run: demo },
    Stage { name: "start", run: start::stage },
    Stage { name: "counts", run: counts::stage },
];

fn house() -> Result<Outcome> {
    commands::run(commands::Command::House).map(|()| Outcome::Passed)
}

fn fmt() -> Result<Outcome> {
    cargo(&["fmt", "--all", "--check"])
}

fn clippy() -> Result<Outcome> {
    cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])
}

/// Private items are documented too, so links to them lead somewhere.
fn doc() -> Result<Outcome> {
    let program = Program::cargo().arguments([
        "doc",
        "--workspace",
        "--no-deps",
        "--document-private-items",
        "--keep-going",
    ]);
    program
        .variable("RUSTDOCFLAGS", "-D warnings -A rustdoc::private_intra_doc_links")
        .run()
        .map(|()| Outcome::Passed)
}

fn deny() -> Result<Outcome> {
    tools::run(&CARGO_DENY, &["--workspace", "check", "licenses", "bans", "sources"])
}

fn machete() -> Result<Outcome> {
    tools::run(&CARGO_MACHETE, &["crates"])
}

fn generated() -> Result<Outcome> {
    commands::generate::check().map(|()| Outcome::Passed)
}

fn tests() -> Result<Outcome> {
    commands::run(commands::Command::Test(commands::test::Arguments::default())).map(|()| Outcome::Passed)
}

/// The README's first command, as it stands there; what it prints is read by people, not here.
fn demo() -> Result<Outcome> {
    let printed = Program::cargo().arguments(["run", "--release", "--", "demo"]).output()?;
    if printed.trim().is_empty() {
        bail!("the demo printed nothing");
    }
    Ok(Outcome::Passed)
}

fn cargo(arguments: &[&str]) -> Result<Outcome> {
    Program::cargo().arguments(arguments.iter().copied()).run().map(|()| Outcome::Passed)
}
