//! Reads `.liftlock.yaml` into types, collecting every problem with its place.

use jiff::civil::Date;
use manifest::{Document, NodeId, ScalarStyle};
use text::{Span, TextId, nearest};
use version::Minor;

use crate::keys::{CLUSTER, Key, LEVELS, PLATFORMS, ROOT, WAIVER};
use crate::{Cluster, Config, Level, Mirror, PathPattern, Platform, Waiver};

/// What is wrong with the configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Problem {
    /// Where.
    pub span: Span,
    /// What, with what would be right.
    pub message: String,
}

/// Reads a configuration. `checks` are the ids that there are.
///
/// # Errors
/// All problems, in the order of the text, if there is any.
pub fn read(text: TextId, bytes: &[u8], checks: &[&str]) -> Result<Config, Vec<Problem>> {
    let malformed =
        |offset: u32, message: String| vec![Problem { span: Span::new(text, offset..offset), message }];
    let documents = manifest::parse_all(text, bytes)
        .map_err(|error| malformed(error.offset().unwrap_or(0), format!("not readable as YAML: {error}")))?;
    if let Some(second) = documents.get(1) {
        let start = u32::try_from(second.range().start).unwrap_or(u32::MAX);
        return Err(malformed(start, "the configuration is one document".to_owned()));
    }
    let Some((document, root)) = documents.first().and_then(|document| Some((document, document.root()?)))
    else {
        return Ok(Config::default());
    };
    // `---` or a file of comments between markers: a document, and nothing in it.
    if document.text(root).is_some_and(|text| text.is_empty() && document.span(root).is_empty()) {
        return Ok(Config::default());
    }
    let mut reader = Reader { document, checks, problems: Vec::new() };
    let config = reader.config(root);
    if reader.problems.is_empty() {
        return Ok(config);
    }
    reader.problems.sort_by_key(|problem| problem.span);
    Err(reader.problems)
}

struct Reader<'a> {
    document: &'a Document<'a>,
    checks: &'a [&'a str],
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn config(&mut self, root: NodeId) -> Config {
        let fields = self.fields(root, ROOT);
        Config {
            clusters: self.each(fields.get("clusters"), Self::cluster),
            exclude: self.texts(fields.get("exclude")),
            waivers: self.each(fields.get("waivers"), Self::waiver),
            severities: self.severities(fields.get("severity")),
            mirrors: self.mirrors(fields.get("mirrors")),
        }
    }

    fn cluster(&mut self, node: NodeId) -> Option<Cluster> {
        let fields = self.fields(node, CLUSTER);
        Some(Cluster {
            name: self.text(fields.get("name"))?,
            paths: self.patterns(fields.get("paths")),
            version: self.version(fields.get("version")),
            target: self.version(fields.get("target")),
            platform: match self.word(fields.get("platform"), PLATFORMS) {
                Some("eks") => Platform::Eks,
                _ => Platform::Upstream,
            },
            apis: self.texts(fields.get("apis")),
        })
    }

    fn waiver(&mut self, node: NodeId) -> Option<Waiver> {
        let fields = self.fields(node, WAIVER);
        let check = self.text(fields.get("check"));
        if let (Some(id), Some(place)) = (&check, fields.get("check")) {
            self.known_check(id, place);
        }
        let path = fields.get("path").and_then(|path| self.pattern(path));
        let object = self.text(fields.get("object"));
        let (owner, reason) = (self.text(fields.get("owner")), self.text(fields.get("reason")));
        let expires = fields.get("expires").and_then(|expires| self.date(expires));
        let span = self.document.span(node);
        Some(Waiver { span, check: check?, path, object, owner: owner?, reason: reason?, expires: expires? })
    }

    fn severities(&mut self, node: Option<NodeId>) -> Vec<(String, Level)> {
        let Some(node) = node else { return Vec::new() };
        if !self.document.is_mapping(node) {
            self.problem(node, "'severity' is a mapping from check ids to levels".to_owned());
            return Vec::new();
        }
        let mut levels = Vec::new();
        for entry in self.document.entries(node) {
            let Some(id) = self.document.text(entry.key) else { continue };
            self.known_check(id, entry.key);
            if let Some(word) = self.word(Some(self.document.dereference(entry.value)), LEVELS) {
                levels.push((id.to_owned(), level(word)));
            }
        }
        levels.sort();
        levels
    }

    fn mirrors(&mut self, node: Option<NodeId>) -> Vec<Mirror> {
        let Some(node) = node else { return Vec::new() };
        if !self.document.is_mapping(node) {
            let form = "'mirrors' is a mapping from what addresses begin with to what they begin with instead, such as https://charts.example.com: oci://registry.example.com/charts";
            self.problem(node, form.to_owned());
            return Vec::new();
        }
        let mut mirrors = Vec::new();
        for entry in self.document.entries(node) {
            let from = self.document.text(entry.key).unwrap_or_default().to_owned();
            if from.split_once("://").is_none_or(|(_, host)| host.is_empty()) {
                let form = format!(
                    "'{from}' is no address: write it with its scheme, as in https://charts.example.com or oci://ghcr.io"
                );
                self.problem(entry.key, form);
            }
            if let Some(to) = self.text(Some(self.document.dereference(entry.value))) {
                mirrors.push(Mirror { from, to });
            }
        }
        mirrors
    }

    fn known_check(&mut self, id: &str, place: NodeId) {
        if self.checks.contains(&id) {
            return;
        }
        let hint = suggestion(nearest(id, self.checks.iter().copied()));
        self.problem(place, format!("there is no check '{id}'{hint}"));
    }

    /// The values of a mapping's keys, after refusing unknown, repeated and missing ones.
    fn fields(&mut self, node: NodeId, keys: &'static [Key]) -> Fields {
        let mut fields = Fields(Vec::new());
        if !self.document.is_mapping(node) {
            let names: Vec<_> = keys.iter().map(|key| key.name).collect();
            self.problem(node, format!("expected a mapping with the keys {}", names.join(", ")));
            return fields;
        }
        for entry in self.document.entries(node) {
            let name = self.document.text(entry.key).unwrap_or_default();
            let Some(key) = keys.iter().find(|key| key.name == name) else {
                let hint = suggestion(nearest(name, keys.iter().map(|key| key.name)));
                self.problem(entry.key, format!("unknown key '{name}'{hint}"));
                continue;
            };
            if fields.get(key.name).is_some() {
                self.problem(entry.key, format!("'{name}' is written twice"));
            }
            fields.0.push((key.name, self.document.dereference(entry.value)));
        }
        for key in keys.iter().filter(|key| key.required) {
            if fields.get(key.name).is_none() {
                self.problem(node, format!("'{}' is missing: {}", key.name, lowered(key.description)));
            }
        }
        fields
    }

    fn each<T>(&mut self, list: Option<NodeId>, read: fn(&mut Self, NodeId) -> Option<T>) -> Vec<T> {
        let Some(list) = list else { return Vec::new() };
        if !self.document.is_sequence(list) {
            self.problem(list, "expected a list".to_owned());
            return Vec::new();
        }
        let items = self.document.items(list).to_vec();
        items.into_iter().filter_map(|item| read(self, self.document.dereference(item))).collect()
    }

    fn texts(&mut self, list: Option<NodeId>) -> Vec<String> {
        self.each(list, |reader, item| reader.text(Some(item)))
    }

    fn patterns(&mut self, list: Option<NodeId>) -> Vec<PathPattern> {
        self.each(list, Self::pattern)
    }

    fn pattern(&mut self, node: NodeId) -> Option<PathPattern> {
        let text = self.text(Some(node))?;
        match PathPattern::new(&text) {
            Ok(pattern) => Some(pattern),
            Err(reason) => {
                self.problem(node, format!("'{text}' is no path or glob: {reason}"));
                None
            }
        }
    }

    fn text(&mut self, node: Option<NodeId>) -> Option<String> {
        let node = node?;
        match self.document.text(node) {
            Some(text) if !text.is_empty() => Some(text.to_owned()),
            _ => {
                self.problem(node, "expected a text".to_owned());
                None
            }
        }
    }

    fn version(&mut self, node: Option<NodeId>) -> Option<Minor> {
        let text = self.text(node)?;
        let place = node?;
        // An unquoted 1.30 is a number to YAML and would be 1.3; what is written counts here, but other
        // readers of the file would be misled.
        match text.parse() {
            Ok(minor) => Some(minor),
            Err(version::ParseMinor::Malformed(_) | version::ParseMinor::UnknownMajor(_)) => {
                self.problem(place, format!("'{text}' is not a Kubernetes version: write one like \"1.31\""));
                None
            }
        }
    }

    fn word(&mut self, node: Option<NodeId>, words: &[&'static str]) -> Option<&'static str> {
        let node = node?;
        // YAML 1.1 readers take a bare `off` for false, but what is written counts.
        let text = self.document.text(node).unwrap_or_default().to_owned();
        let found = words.iter().find(|word| **word == text).copied();
        if found.is_none() {
            let hint = suggestion(nearest(&text, words.iter().copied()));
            self.problem(node, format!("'{text}' is none of {}{hint}", words.join(", ")));
        }
        found
    }

    fn date(&mut self, node: NodeId) -> Option<Date> {
        let text = self.document.text(node).unwrap_or_default().to_owned();
        let is_plain_or_quoted =
            self.document.scalar_style(node).is_some_and(|style| style != ScalarStyle::Literal);
        match text.parse() {
            Ok(date) if is_plain_or_quoted => Some(date),
            _ => {
                self.problem(node, format!("'{text}' is not a day: write one like 2026-12-31"));
                None
            }
        }
    }

    fn problem(&mut self, node: NodeId, message: String) {
        self.problems.push(Problem { span: self.document.span(node), message });
    }
}

struct Fields(Vec<(&'static str, NodeId)>);

impl Fields {
    fn get(&self, name: &str) -> Option<NodeId> {
        self.0.iter().find(|(key, _)| *key == name).map(|(_, node)| *node)
    }
}

fn level(word: &str) -> Level {
    match word {
        "off" => Level::Off,
        "info" => Level::Info,
        "warning" => Level::Warning,
        "silent" => Level::Silent,
        _ => Level::Breaks,
    }
}

fn suggestion(nearest: Option<&str>) -> String {
    nearest.map(|word| format!("; did you mean '{word}'?")).unwrap_or_default()
}

fn lowered(description: &str) -> String {
    let mut characters = description.trim_end_matches('.').chars();
    characters.next().map(|first| first.to_lowercase().chain(characters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Result<Config, Vec<String>> {
        read(TextId(0), text.as_bytes(), &["removed-api", "legacy-registry"])
            .map_err(|problems| problems.into_iter().map(|problem| problem.message).collect())
    }

    #[test]
    fn reads_a_full_configuration() {
        let config = read_text(
            "clusters:\n- name: prod\n  paths: [clusters/prod, apps/**]\n  version: 1.30\n  target: v1.34.2\n  platform: eks\n  apis: [resource.k8s.io/v1beta1]\nexclude: ['vendor/']\nwaivers:\n- check: removed-api\n  path: apps/old\n  object: web\n  owner: team-a\n  reason: leaves in May\n  expires: 2026-12-31\nseverity:\n  legacy-registry: off\nmirrors:\n  https://h: ./vendor\n  oci://r: oci://m:5000/r\n",
        )
        .unwrap();
        assert_eq!(config.clusters[0].version, Some(Minor::new(30)));
        assert_eq!(config.clusters[0].target, Some(Minor::new(34)));
        assert_eq!(config.clusters[0].platform, Platform::Eks);
        assert!(config.clusters[0].deploys("apps/a/b.yaml") && !config.clusters[0].deploys("other.yaml"));
        assert_eq!(config.waivers[0].expires, jiff::civil::date(2026, 12, 31));
        assert_eq!(config.severities, [("legacy-registry".to_owned(), Level::Off)]);
        let mirror = |from: &str, to: &str| Mirror { from: from.to_owned(), to: to.to_owned() };
        assert_eq!(config.mirrors, [mirror("https://h", "./vendor"), mirror("oci://r", "oci://m:5000/r")]);
    }

    #[test]
    fn an_empty_file_is_the_default() {
        for text in ["", "# nothing\n", "{}\n"] {
            assert!(read_text(text).unwrap().clusters.is_empty(), "{text:?}");
        }
    }

    #[test]
    fn every_problem_is_told_with_the_nearest_right_word() {
        let problems = read_text(
            "clusers: []\nclusters:\n- nam: x\n  version: latest\nwaivers:\n- check: removed-apis\n  owner: a\n  reason: b\n  expires: soon\nseverity:\n  legacy-registry: warn\nmirrors:\n  ghcr.io: oci://m\n",
        )
        .unwrap_err();
        for expected in [
            "unknown key 'clusers'; did you mean 'clusters'?",
            "unknown key 'nam'; did you mean 'name'?",
            "there is no check 'removed-apis'; did you mean 'removed-api'?",
            "'soon' is not a day: write one like 2026-12-31",
            "'ghcr.io' is no address: write it with its scheme",
            "'warn' is none of off, info, warning, silent, breaks",
        ] {
            assert!(
                problems.iter().any(|problem| problem.starts_with(expected)),
                "{expected}: {problems:#?}"
            );
        }
        assert!(problems.iter().any(|problem| problem.starts_with("'name' is missing")), "{problems:#?}");
    }

    #[test]
    fn broken_shapes_are_problems_and_never_panics() {
        for text in [
            "[]",
            "clusters: 3",
            "clusters: [3]",
            "waivers: {a: b}",
            "severity: [x]",
            "mirrors: [x]",
            "mirrors: {https://h: [x]}",
            "mirrors: {https://h: ''}",
            "a: b: c",
            "---\na: 1\n---\nb: 2\n",
            "clusters: [{name: {}}]",
        ] {
            assert!(read_text(text).is_err(), "{text:?}");
        }
    }
}
