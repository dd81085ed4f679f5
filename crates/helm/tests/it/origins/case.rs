//! A chart with what is given to it, in memory.

use std::collections::BTreeMap;

use helm::HelmVersion;
use helm::values::SetKind;

/// Contents by path; those of flags are named by the flag and its number.
pub(crate) type Contents = BTreeMap<String, Vec<u8>>;

/// What is rendered.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) contents: Contents,
    /// The folder of the chart.
    pub(crate) chart: String,
    /// Files of values, in their order.
    pub(crate) values: Vec<String>,
    /// Texts of flags, by their paths among the contents.
    pub(crate) given: Vec<(SetKind, String)>,
    pub(crate) version: HelmVersion,
}

/// Flags that give values, in the order in which Helm lays them over one another.
const KINDS: [(&str, SetKind); 5] = [
    ("--set-json", SetKind::Json),
    ("--set", SetKind::Typed),
    ("--set-string", SetKind::String),
    ("--set-file", SetKind::File),
    ("--set-literal", SetKind::Literal),
];

impl Case {
    /// A chart with nothing given.
    pub(crate) fn new(name: String, contents: Contents, chart: String) -> Self {
        Self { name, contents, chart, values: Vec::new(), given: Vec::new(), version: HelmVersion::V4 }
    }

    /// A case of sections, as golden renders are committed: `flags` and files.
    pub(crate) fn of_sections(name: &str, text: &str) -> Self {
        let mut case = Self::new(name.to_owned(), Contents::new(), String::new());
        for section in text.split("\n=== ").skip(1) {
            let (title, body) = section.split_once('\n').unwrap_or((section, ""));
            let (kind, path) = title.split_once(' ').unwrap_or((title, ""));
            let lines: Vec<_> = body.split('\n').filter_map(|line| line.strip_prefix('|')).collect();
            match kind {
                "flags" => case.take_flags(&lines),
                "file" => drop(case.contents.insert(path.to_owned(), lines.join("\n").into_bytes())),
                _ => {}
            }
        }
        case
    }

    fn take_flags(&mut self, flags: &[&str]) {
        self.chart = flags.get(1).copied().unwrap_or_default().to_owned();
        let pairs: Vec<_> = flags.iter().zip(flags.iter().skip(1)).collect();
        self.values =
            pairs.iter().filter(|(flag, _)| **flag == "-f").map(|(_, path)| (**path).to_owned()).collect();
        for (name, kind) in KINDS {
            for (number, (_, text)) in pairs.iter().filter(|(flag, _)| **flag == name).enumerate() {
                let path = format!("{name} {number}");
                self.contents.insert(path.clone(), text.as_bytes().to_vec());
                self.given.push((kind, path));
            }
        }
    }
}
