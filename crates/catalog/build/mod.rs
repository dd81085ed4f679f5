//! Turns the texts of the data files into one text blob and the Rust source of sorted tables that
//! hold offsets into it.
//!
//! Takes the files as texts, so that the tests can feed it broken ones; the first fault is returned
//! with file, line, column and reason. Reads no file itself.

mod cell;
mod rules;
mod schema;
mod table;

use std::collections::BTreeMap;
use std::fmt::Write as _;

pub(crate) use table::Fault;

/// The data files: name → text.
pub(crate) type Files = BTreeMap<&'static str, String>;

/// The names that [`compile`] asks for.
pub(crate) const FILE_NAMES: [&str; 7] = [
    schema::API.file,
    schema::CRD.file,
    schema::BEHAVIOUR.file,
    schema::GATE.file,
    schema::RELEASE.file,
    schema::ADDON.file,
    schema::SERVED.file,
];

/// What is written to `OUT_DIR`.
pub(crate) struct Compiled {
    /// Every text of every table, each stored once.
    pub(crate) text: String,
    /// Rust source: one sorted static array per file.
    pub(crate) tables: String,
}

/// Compiles all files, or names the first fault.
pub(crate) fn compile(files: &Files) -> Result<Compiled, Fault> {
    let mut blob = cell::Blob::default();
    let mut tables = String::new();
    let apis = table::read(&schema::API, files)?;
    rules::check_apis(&apis)?;
    let crds = table::read(&schema::CRD, files)?;
    rules::check_crds(&crds)?;
    let behaviours = table::read(&schema::BEHAVIOUR, files)?;
    rules::check_behaviours(&behaviours)?;
    let gates = table::read(&schema::GATE, files)?;
    let releases = table::read(&schema::RELEASE, files)?;
    rules::check_releases(&releases)?;
    let addons = table::read(&schema::ADDON, files)?;
    rules::check_addons(&addons)?;
    let served = table::read(&schema::SERVED, files)?;
    rules::check_served(&served)?;
    for table in [&apis, &crds, &behaviours, &gates, &releases, &addons, &served] {
        table.emit(&mut blob, &mut tables)?;
    }
    let families = rules::families(&apis);
    let _ = writeln!(tables, "pub(crate) static API_FAMILIES: [u16; {}] = {families:?};", families.len());
    Ok(Compiled { text: blob.text, tables })
}
