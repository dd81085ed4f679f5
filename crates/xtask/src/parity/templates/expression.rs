//! Random expressions of a given type.

use std::collections::BTreeSet;

use super::functions::{PATTERNS, PATTERNS_OF_4, Pattern};
use crate::parity::random::numbers::Random;

/// What an expression gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    Text,
    Int,
    Int64,
    Float,
    Bool,
    /// `[]interface {}`.
    List,
    /// `[]string`.
    Texts,
    /// `map[string]interface {}`.
    Map,
    /// Whatever.
    Any,
}

use Type::{Any, Bool, Float, Int, Int64, List, Map, Text, Texts};

const CONCRETE: [Type; 8] = [Text, Text, Int, Float, Bool, List, Map, Int64];

/// Calls within one another: deeper ones say nothing that these do not.
const DEPTH_MAX: usize = 3;

/// What an expression can refer to.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope {
    /// Variables that are known, by their names with the `$`.
    pub(super) variables: Vec<(String, Type)>,
    /// What the dot is, where it is not the root.
    pub(super) dot: Option<Type>,
}

/// Makes expressions and notes what they call.
pub(super) struct Expressions {
    pub(super) random: Random,
    pub(super) used: BTreeSet<&'static str>,
    /// The name of the chart, which begins the names of its templates.
    pub(super) chart: String,
    /// Whether what only Helm 4 knows may be called.
    pub(super) is_4: bool,
}

const WORDS: [&str; 16] = [
    "a",
    "b",
    "web",
    "Grüße",
    "x-y_z",
    "a b c",
    "10",
    "-",
    ".",
    "/",
    "http",
    "it's",
    "1.5",
    "abba",
    "Total Value",
    "B2",
];

impl Expressions {
    /// An expression that can stand as an argument: in parentheses where it has to.
    pub(super) fn argument(&mut self, scope: &Scope, wanted: Type, depth: usize) -> String {
        let text = self.expression(scope, wanted, depth);
        let is_one_word =
            !text.contains(' ') || text.starts_with('"') && !text[1..text.len() - 1].contains('"');
        if is_one_word && !text.contains('|') || text.starts_with('`') { text } else { format!("({text})") }
    }

    /// An expression as it can stand alone.
    pub(super) fn expression(&mut self, scope: &Scope, wanted: Type, depth: usize) -> String {
        if depth >= DEPTH_MAX || self.random.chance(30) {
            return self.leaf(scope, wanted);
        }
        let wanted = if wanted == Any && self.random.chance(70) { self.concrete() } else { wanted };
        let fitting: Vec<&Pattern> = self.patterns().filter(|(given, _)| *given == wanted).collect();
        let Some((_, pattern)) = fitting.get(self.random.below(fitting.len())).copied() else {
            return self.leaf(scope, wanted);
        };
        self.call(scope, pattern, depth)
    }

    fn concrete(&mut self) -> Type {
        CONCRETE[self.random.below(CONCRETE.len())]
    }

    fn patterns(&self) -> impl Iterator<Item = &'static Pattern> + use<> {
        let of_4: &[Pattern] = if self.is_4 { PATTERNS_OF_4 } else { &[] };
        // Those that only one knows are few, so that they count more often.
        PATTERNS.iter().chain(of_4.iter().cycle().take(of_4.len() * 8))
    }

    /// A call by a pattern; sometimes its last argument comes through a pipe.
    pub(super) fn call(&mut self, scope: &Scope, pattern: &'static str, depth: usize) -> String {
        self.note(pattern);
        let mut words: Vec<String> = Vec::new();
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once('{') {
            words.push(before.to_owned());
            match after.split_once('}') {
                Some((name, behind)) if is_placeholder(name) => {
                    words.push(self.filled(scope, name, depth));
                    rest = behind;
                }
                _ => {
                    words.push("{".to_owned());
                    rest = after;
                }
            }
        }
        words.push(rest.to_owned());
        let ends_in_argument = rest.is_empty() && words.len() > 2 && words[words.len() - 3].ends_with(' ');
        if ends_in_argument && self.random.chance(35) {
            self.used.insert("pipeline");
            let last = words[words.len() - 2].clone();
            let call = words[..words.len() - 2].concat();
            return format!("{last} | {}", call.trim_end());
        }
        words.concat()
    }

    /// Notes the functions that a pattern names.
    fn note(&mut self, pattern: &'static str) {
        let mut is_quoted = false;
        for word in pattern.split_inclusive(['"', '`', ' ', '(', ')']) {
            let name = word.trim_end_matches(['"', '`', ' ', '(', ')']);
            if !is_quoted && name.starts_with(|first: char| first.is_ascii_lowercase()) {
                self.used.insert(name);
            }
            is_quoted ^= word.ends_with(['"', '`']);
        }
        for (told, field) in
            [(".Files.", "Files"), (".APIVersions.Has", "Capabilities"), (").", "parenthesised field")]
        {
            if pattern.contains(told) {
                self.used.insert(field);
            }
        }
    }

    fn filled(&mut self, scope: &Scope, name: &str, depth: usize) -> String {
        let typed = match name {
            "text" => Text,
            "int" => Int,
            "int64" => Int64,
            "float" => Float,
            "number" => [Int, Int64, Float][self.random.below(3)],
            "bool" => Bool,
            "list" => List,
            "texts" => Texts,
            "map" => Map,
            "any" => Any,
            _ => return self.literal(name),
        };
        self.argument(scope, typed, depth + 1)
    }

    fn literal(&mut self, name: &str) -> String {
        let random = &mut self.random;
        let picked = match name {
            "chart" => return self.chart.clone(),
            "small" => return random.below(8).to_string(),
            "word" => random.pick(&WORDS),
            "key" => random.pick(&["a", "b", "c", "name", "a.b", "Ä"]),
            "pattern" => random.pick(&[
                "a+",
                "[a-z]+",
                "(?i)B|x",
                "^.",
                "\\\\s+",
                "\\\\d{1,2}",
                "b*",
                "[^a]$",
                "\\\\pL",
            ]),
            "layout" => {
                random.pick(&["2006-01-02", "Mon Jan _2 15:04:05 2006", "02.01.06 3:04PM MST", "-0700 .000"])
            }
            "version" => random.pick(&["1.2.3", "v1.29.4-eks-abc", "2.0.0-rc.1+build5", "0.1.0"]),
            "range" => random.pick(&["^1.2", ">=1.20-0", "~2.0.0-0", "1.x || >3", "<=0.1.0, !=0.0.9", "*"]),
            _ => random.pick(&["/etc/passwd.txt", "a/b/../c.d", "", "/", "x.tar.gz", "./y/"]),
        };
        format!("\"{picked}\"")
    }

    /// A literal, a value, a variable or the dot.
    fn leaf(&mut self, scope: &Scope, wanted: Type) -> String {
        let fits = |given: Type| given == wanted || wanted == Any;
        let known: Vec<&(String, Type)> = scope.variables.iter().filter(|(_, given)| fits(*given)).collect();
        if !known.is_empty() && self.random.chance(40) {
            self.used.insert("variable");
            return known[self.random.below(known.len())].0.clone();
        }
        if scope.dot.is_some_and(fits) && self.random.chance(50) {
            self.used.insert("dot");
            return ".".to_owned();
        }
        let root = if scope.dot.is_none() && self.random.chance(70) { "" } else { "$" };
        let field = |name: &str| format!("{root}.Values.{name}");
        let random = &mut self.random;
        match wanted {
            Any => {
                let concrete = self.concrete();
                self.leaf(scope, concrete)
            }
            Text => match random.below(8) {
                0 => {
                    self.used.insert("raw string");
                    format!("`{}`", random.pick(&["raw", "a\\b", "\"q\"", "x y"]))
                }
                1 | 2 => format!("\"{}\"", random.pick(&WORDS)),
                3 => {
                    format!("\"{}\"", random.pick(&["tab\\t", "\\u00e4", "\\x41b", "q\\\"q", "line\\nline"]))
                }
                4 => format!(
                    "{root}.{}",
                    random.pick(&[
                        "Release.Name",
                        "Chart.Name",
                        "Chart.Version",
                        "Template.Name",
                        "Release.Namespace"
                    ])
                ),
                _ => field(random.pick(&["word", "text", "version", "nested.deep.key", "empty"])),
            },
            Int => match random.below(8) {
                0 => {
                    self.used.insert("character constant");
                    random.pick(&["'a'", "'\\n'", "'ä'"]).to_owned()
                }
                1 => random.pick(&["0x1f", "0b101", "0o17", "1_000", "017"]).to_owned(),
                2 => "-7".to_owned(),
                _ => random.below(100).to_string(),
            },
            Int64 => {
                self.used.insert("int64");
                format!("int64 {}", random.below(100_000))
            }
            Float => match random.below(3) {
                0 => random.pick(&["1.5", "-0.25", "1e3", "3.0", "1e-7", "0x1p4"]).to_owned(),
                _ => field(random.pick(&["number", "ratio", "large"])),
            },
            Bool => match random.below(3) {
                0 => random.pick(&["true", "false"]).to_owned(),
                1 => format!("{root}.Release.IsInstall"),
                _ => field(random.pick(&["on", "off"])),
            },
            List => field(random.pick(&["items", "numbers", "mixed", "objects", "none"])),
            Texts => {
                self.used.insert("splitList");
                "splitList \",\" \"a,b,c\"".to_owned()
            }
            Map => field(random.pick(&["map", "nested", "blank"])),
        }
    }
}

fn is_placeholder(name: &str) -> bool {
    const NAMES: [&str; 19] = [
        "text", "int", "int64", "float", "number", "bool", "list", "texts", "map", "any", "small", "word",
        "key", "pattern", "layout", "version", "range", "path", "chart",
    ];
    NAMES.contains(&name)
}
