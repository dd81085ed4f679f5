//! The kinds of cells: what each may hold, how it compares, and the Rust expression it becomes.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use version::{AddonVersion, Minor};

/// What a cell holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Any text; may be empty.
    Text,
    /// Any text that is not empty.
    Required,
    /// An API group; `core` stands for the group without a name.
    Group,
    /// A Kubernetes minor such as `1.29`, or nothing.
    Minor,
    /// A Kubernetes minor.
    RequiredMinor,
    /// A date such as `2026-08-02`, or nothing.
    Date,
    /// `group/version/Kind`, or nothing.
    Api,
    /// A version of an add-on, perhaps with a channel before it, or nothing.
    AddonVersion,
    /// `yes`, `no` or `eks:MINOR`.
    DefaultOn,
    /// One of the named words; the second text is the Rust expression it becomes.
    Choice(&'static [(&'static str, &'static str)]),
    /// A number, or nothing.
    Number,
    /// Ranges of versions in the one notation of `crates/catalog/data/README.md`.
    Ranges,
}

/// Channels that stand before a version in the names of some projects' tags.
const CHANNELS: [&str; 3] = ["stable-", "version-", "<="];

/// Every text of the tables, each stored once.
#[derive(Default)]
pub(crate) struct Blob {
    pub(crate) text: String,
    at: BTreeMap<String, usize>,
}

impl Blob {
    /// The expression that finds `text` in the blob.
    fn intern(&mut self, text: &str) -> String {
        let offset = match self.at.get(text) {
            Some(offset) => *offset,
            None => {
                let offset = self.text.len();
                self.text.push_str(text);
                self.at.insert(text.to_owned(), offset);
                offset
            }
        };
        format!("Text::new({offset}, {})", text.len())
    }
}

/// Says what is wrong with a cell, if anything is.
pub(crate) fn check(kind: Kind, cell: &str) -> Result<(), String> {
    if cell.trim() != cell {
        return Err(format!("'{cell}' has blanks at its ends"));
    }
    if cell.is_empty() {
        return match kind {
            Kind::Required | Kind::Group | Kind::RequiredMinor | Kind::DefaultOn | Kind::Ranges => {
                Err("must not be empty".to_owned())
            }
            Kind::Choice(words) if !words.iter().any(|(word, _)| word.is_empty()) => {
                Err(format!("must be one of {}", words_of(words)))
            }
            _ => Ok(()),
        };
    }
    match kind {
        Kind::Text | Kind::Required | Kind::Group => Ok(()),
        Kind::Minor | Kind::RequiredMinor => minor(cell).map(|_| ()),
        Kind::Date => date(cell).map(|_| ()),
        Kind::Api => group_version_kind(cell).map(|_| ()),
        Kind::AddonVersion => addon_version(cell).map(|_| ()),
        Kind::DefaultOn => default_on(cell).map(|_| ()),
        Kind::Choice(words) => words
            .iter()
            .any(|(word, _)| *word == cell)
            .then_some(())
            .ok_or_else(|| format!("'{cell}' is not one of {}", words_of(words))),
        Kind::Number => cell.parse::<u32>().map(|_| ()).map_err(|_| format!("'{cell}' is not a number")),
        Kind::Ranges => super::rules::check_ranges(cell),
    }
}

fn words_of(words: &[(&str, &str)]) -> String {
    let words: Vec<String> = words.iter().map(|(word, _)| format!("'{word}'")).collect();
    words.join(", ")
}

/// The Rust expression for a well-formed cell.
pub(crate) fn emit(kind: Kind, cell: &str, blob: &mut Blob) -> Result<String, String> {
    Ok(match kind {
        Kind::Text | Kind::Required | Kind::Ranges => blob.intern(cell),
        Kind::Group => blob.intern(group(cell)),
        Kind::Minor if cell.is_empty() => "None".to_owned(),
        Kind::Minor => format!("Some(Minor::new({}))", minor(cell)?.number()),
        Kind::RequiredMinor => format!("Minor::new({})", minor(cell)?.number()),
        Kind::Date if cell.is_empty() => "None".to_owned(),
        Kind::Date => {
            let (year, month, day) = date(cell)?;
            format!("Some(date({year}, {month}, {day}))")
        }
        Kind::Api => {
            let (group, version, kind) =
                if cell.is_empty() { ("", "", "") } else { group_version_kind(cell)? };
            let (group, version) = (blob.intern(group), blob.intern(version));
            format!("[{group}, {version}, {}]", blob.intern(kind))
        }
        Kind::AddonVersion if cell.is_empty() => "None".to_owned(),
        Kind::AddonVersion => {
            let [major, minor, patch] = addon_version(cell)?.numbers();
            format!(
                "Some(VersionRow {{ text: {}, numbers: [{major}, {minor}, {patch}] }})",
                blob.intern(cell)
            )
        }
        Kind::DefaultOn => default_on(cell)?,
        Kind::Choice(words) => {
            let found = words.iter().find(|(word, _)| *word == cell);
            found.map(|(_, path)| (*path).to_owned()).ok_or_else(|| format!("'{cell}' is no choice"))?
        }
        Kind::Number if cell.is_empty() => "None".to_owned(),
        Kind::Number => format!("Some({cell})"),
    })
}

/// The order in which the tables are sorted: minors by number, all else as text.
pub(crate) fn compare(kind: Kind, left: &str, right: &str) -> Ordering {
    match kind {
        Kind::Minor | Kind::RequiredMinor => minor(left).ok().cmp(&minor(right).ok()),
        Kind::Group => group(left).cmp(group(right)),
        _ => left.cmp(right),
    }
}

/// The group as an `apiVersion` writes it.
pub(crate) fn group(cell: &str) -> &str {
    if cell == "core" { "" } else { cell }
}

/// A minor, written as it is printed.
pub(crate) fn minor(cell: &str) -> Result<Minor, String> {
    let minor: Minor = cell.parse().map_err(|error| format!("{error}"))?;
    if minor.to_string() == cell { Ok(minor) } else { Err(format!("'{cell}' must be written '{minor}'")) }
}

/// Year, month and day of a date that exists.
pub(crate) fn date(cell: &str) -> Result<(i16, i8, i8), String> {
    let malformed = || format!("'{cell}' is not a date like 2026-08-02");
    let numbers: Vec<&str> = cell.split('-').collect();
    let [year, month, day] = numbers.as_slice() else { return Err(malformed()) };
    if [year.len(), month.len(), day.len()] != [4, 2, 2] {
        return Err(malformed());
    }
    let year = year.parse::<i16>().map_err(|_| malformed())?;
    let month = month.parse::<i8>().map_err(|_| malformed())?;
    let day = day.parse::<i8>().map_err(|_| malformed())?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return Err(malformed()),
    };
    if (1..=days).contains(&day) { Ok((year, month, day)) } else { Err(malformed()) }
}

/// Group, version and kind; the group is empty for the core group.
pub(crate) fn group_version_kind(cell: &str) -> Result<(&str, &str, &str), String> {
    let parts: Vec<&str> = cell.split('/').collect();
    match parts.as_slice() {
        [name, version, kind] if !name.is_empty() && !version.is_empty() && !kind.is_empty() => {
            Ok((group(name), version, kind))
        }
        _ => Err(format!("'{cell}' is not of the form group/version/Kind")),
    }
}

/// The version without the channel that some projects put before it.
pub(crate) fn addon_version(cell: &str) -> Result<AddonVersion, String> {
    let bare = CHANNELS.iter().find_map(|channel| cell.strip_prefix(channel)).unwrap_or(cell);
    let version: AddonVersion = bare.parse().map_err(|error| format!("{error}"))?;
    if version.prerelease().is_empty() { Ok(version) } else { Err(format!("'{cell}' is a pre-release")) }
}

fn default_on(cell: &str) -> Result<String, String> {
    match cell {
        "yes" => Ok("DefaultOn::Yes".to_owned()),
        "no" => Ok("DefaultOn::No".to_owned()),
        _ => {
            let since =
                cell.strip_prefix("eks:").ok_or(format!("'{cell}' is not 'yes', 'no' or 'eks:MINOR'"))?;
            Ok(format!("DefaultOn::EksSince(Minor::new({}))", minor(since)?.number()))
        }
    }
}
